"""All boards of a campaign, which of them has which fault tonight, and the server that answers for them."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.bench.faults.boards import FORMATS, Board, Response
from tests.bench.faults.kinds import FAULTS, SMALL_BOARD_ROWS, can_have
from tests.bench.faults.paged import PAGED, can_have_paged


class Boards:
    """`injected`: how many faults there were, by spider and kind."""

    def __init__(self, count: int, seed: int) -> None:
        self.chance = random.Random(seed)
        self.count = count
        self.all: list[Board] = []
        self.injected: Counter[tuple[str, str]] = Counter()

    @contextmanager
    def serving(self) -> Iterator[None]:
        boards = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def do_GET(self) -> None:
                answer(self, boards)

        with ThreadingHTTPServer(("0.0.0.0", 0), Handler) as server:  # many loopback addresses
            server.daemon_threads = True
            for number in range(self.count):
                base = f"http://127.9.{number // 200}.{number % 200 + 1}:{server.server_port}"
                self.all.append(Board(number, FORMATS[number % len(FORMATS)], base))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield
            server.shutdown()

    def begin_night(self, *, is_healthy: bool) -> None:
        """Truth goes on by a night; where it is not healthy, nine boards in ten get a fault."""
        for board in self.all:
            board.live_a_night(self.chance)
        for board in self.all:
            board.fault = None if is_healthy or self.chance.random() < 0.1 else self._drawn_kind(board)
            if board.fault:
                self.injected[board.format.spider, board.fault] += 1

    def _drawn_kind(self, board: Board) -> str:
        """Of the kinds that this board can have, one that was least often; of these one that the fewest formats can have, and of
        these one that its format had least often."""
        kinds = self.chance.sample(sorted([*FAULTS, *PAGED]), len(FAULTS) + len(PAGED))
        often = Counter(dict.fromkeys(kinds, 0))
        for (_, kind), number in self.injected.items():
            often[kind] += number
        spider = board.format.spider
        kinds.sort(key=lambda kind: (often[kind], len(self._formats[kind]), self.injected[spider, kind]))
        return next(kind for kind in kinds if self._can_have(board, kind))

    @cached_property
    def _formats(self) -> dict[str, set[str]]:
        """The spiders whose boards can have each kind, of those that there are."""
        formats: dict[str, set[str]] = {kind: set() for kind in [*FAULTS, *PAGED]}
        for board in self.all:
            for kind, spiders in formats.items():
                if board.format.spider not in spiders and self._can_have(board, kind):
                    spiders.add(board.format.spider)
        return formats

    def _can_have(self, board: Board, kind: str) -> bool:
        other = self.like(board)
        if kind in PAGED:
            return can_have_paged(kind, board, other)
        return can_have(kind, len(board.open), len(other.open)) and FAULTS[kind](board, other) != board.page()

    def like(self, board: Board) -> Board:
        """Another board of this format, always the same; a large one for a large one."""
        is_large = len(board.open) >= SMALL_BOARD_ROWS
        same = [each for each in self.all if each is not board and each.format is board.format]
        large = [each for each in same if len(each.open) >= SMALL_BOARD_ROWS] if is_large else []
        return random.Random(board.number).choice(large or same or [board])

    def entries(self) -> list[dict[str, Any]]:
        """Their catalogue."""
        return [
            {
                "id": board.id, "name": f"Board {board.number}", "spider": board.format.spider, "url": board.address,
                "settings": board.format.settings, "holds": "internships", "rights": {"delay_seconds": 0},
                "organizer": {"name": f"Org {board.number}", "type": "employer"},
            }
            for board in self.all
        ]  # fmt: skip


def _revalidated(handler: BaseHTTPRequestHandler, page: Response) -> Response:
    """A healthy page with its validator, or 304 where the crawler has it."""
    etag = f'"{sha256(page.body).hexdigest()[:16]}"'
    if handler.headers["If-None-Match"] == etag:
        return Response(b"", page.type, 304, {"ETag": etag})
    return page._replace(headers={"ETag": etag})


def answer(handler: BaseHTTPRequestHandler, boards: Boards) -> None:
    host, path = handler.headers["Host"], handler.path
    board = next(each for each in boards.all if each.base.endswith(f"//{host}"))
    response = Response(b"nothing here", "text/plain", 404)
    if path.startswith("/other/"):
        response = boards.all[int(path.rpartition("/")[2])].page()
    elif path == "/list" or path.startswith("/list?"):
        number = int(path.rpartition("page=")[2]) if "page=" in path else 1
        kind, other = board.fault, boards.like(board)
        if kind in PAGED:
            response = PAGED[kind](board, other, number)
        elif kind:
            response = FAULTS[kind](board.part(number), other.part(number))
        else:
            response = _revalidated(handler, board.part(number).page())
    time.sleep(response.seconds)
    handler.send_response(response.status)
    for name, value in {"Content-Type": response.type, **response.headers}.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(response.body)))
    handler.end_headers()
    handler.wfile.write(response.body[: response.cut_connection_at])
    if response.cut_connection_at is not None:
        handler.close_connection = True
