"""`python -m tests.bench.faults [BOARDS] [NIGHTS] [SEED]`: a campaign of source faults against whole nights.

A server on loopback serves boards of eight formats, each under an address of its own. It knows what is open in truth: every
night some postings end and others come. On most nights after the first, a board has one of the faults of `FAULTS`; every
fourth night is healthy. Each night is collected live and made by the functions of the job. Counted:

    not published   nights that raised
    wrongly closed  listings closed while the truth has them open
    lost            postings that are open in truth and that a healthy night did not bring into the warehouse as open
    foreign         rows under a source that never published them
    ambiguous       closed or foreign after a well-formed shorter list, or a small one that was exchanged as a whole: no rule can
                    tell these from the truth, so they are listed by themselves

Belongs here: boards, faults, the count. Does not belong here: faults of one spider's format (tests/scrapers/test_faults.py).
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from pipeline.nightly.collect import collect
from pipeline.nightly.replay import replay_night
from pipeline.nightly.runs import loaded_runs
from pipeline.storage import warehouse
from pipeline.storage.home import Home
from scrapers.source import read_catalogue

FIRST_NIGHT = date(2026, 3, 1)
CITIES = ("Vienna", "Paris", "Oslo", "Lisbon", "Nairobi", "Lima", "Tokyo", "Riga", "Quito", "Accra")


class Response(NamedTuple):
    body: bytes
    type: str
    status: int = 200
    headers: dict[str, str] = {}
    seconds: float = 0.0
    cut_connection_at: int | None = None


class Posting(NamedTuple):
    board: int
    number: int

    @property
    def title(self) -> str:
        return f"Internship {self.board}x{self.number} in field {(self.board + 3 * self.number) % 17}"

    @property
    def city(self) -> str:
        return CITIES[(self.board + self.number) % len(CITIES)]


# ------------------------------------------------------------------------------------------------------------ formats


@dataclass(frozen=True)
class Format:
    """How a board is written: its spider, its settings, its content type, and its page of some postings."""

    spider: str
    settings: dict[str, Any]
    type: str
    render: Callable[[list[Posting], str, int | None], str]


def _href(posting: Posting, base: str) -> str:
    return f"{base}/job/{posting.number}"


def _greenhouse(postings: list[Posting], base: str, total: int | None) -> str:
    jobs = [
        {
            "id": posting.number,
            "title": posting.title,
            "absolute_url": _href(posting, base),
            "location": {"name": posting.city},
        }
        for posting in postings
    ]
    return json.dumps({"jobs": jobs, "meta": {"total": len(jobs) if total is None else total}})


def _lever(postings: list[Posting], base: str, total: int | None) -> str:
    return json.dumps(
        [
            {
                "id": f"p{each.number}",
                "text": each.title,
                "hostedUrl": _href(each, base),
                "categories": {"location": each.city},
            }
            for each in postings
        ]
    )


def _json_list(postings: list[Posting], base: str, total: int | None) -> str:
    rows = [{"t": each.title, "u": _href(each, base), "c": each.city} for each in postings]
    return json.dumps({"n": len(rows) if total is None else total, "rows": rows})


def _rss(postings: list[Posting], base: str, total: int | None) -> str:
    items = "".join(
        f"<item><title>{escape(each.title)}</title><link>{_href(each, base)}</link>"
        f"<description>In {each.city}</description></item>"
        for each in postings
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Jobs</title>{items}</channel></rss>'


def _cards(postings: list[Posting], base: str, total: int | None) -> str:
    rows = "".join(
        f'<li class="job"><a href="{_href(each, base)}">{escape(each.title)}</a> <i>{each.city}</i></li>'
        for each in postings
    )
    count = len(postings) if total is None else total
    none = "" if postings else "<p>No openings at the moment.</p>"
    return (
        f"<!doctype html><html><head><title>Jobs</title></head><body><b>{count}</b>{none}<ul>{rows}</ul></body></html>"
    )


def _table(postings: list[Posting], base: str, total: int | None) -> str:
    rows = "".join(
        f'<tr><td>{escape(each.title)}</td><td>{each.city}</td><td><a href="{_href(each, base)}">Apply</a></td></tr>'
        for each in postings
    )
    head = "<tr><th>Title</th><th>Location</th><th>Link</th></tr>"
    none = "" if postings else "<p>No openings at the moment.</p>"
    return f"<!doctype html><html><body>{none}<table>{head if postings else ''}{rows}</table></body></html>"


def _markdown(postings: list[Posting], base: str, total: int | None) -> str:
    rows = "".join(
        f"| Org {each.board} | {each.title} | {each.city} | [Apply]({_href(each, base)}) |\n" for each in postings
    )
    return f"# List\n\n| Company | Role | Location | Link |\n| --- | --- | --- | --- |\n{rows}"


def _personio(postings: list[Posting], base: str, total: int | None) -> str:
    positions = "".join(
        f"<position><id>{each.number}</id><name>{escape(each.title)}</name><office>{each.city}</office></position>"
        for each in postings
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><workzag-jobs>{positions}</workzag-jobs>'


NONE = "No openings at the moment"
FORMATS = (
    Format("greenhouse", {}, "application/json", _greenhouse),
    Format("lever", {}, "application/json", _lever),
    Format(
        "json_list",
        {"rows": "rows", "total": "n", "fields": {"title": "t", "url": "u", "locations": "c"}},
        "application/json",
        _json_list,
    ),
    Format("rss", {}, "application/rss+xml", _rss),
    Format(
        "html_list",
        {
            "rows": "li.job",
            "fields": {"title": "a", "url": "a@href", "locations": "i"},
            "total": "body > b",
            "none": NONE,
        },
        "text/html; charset=utf-8",
        _cards,
    ),
    Format("html_table", {"none": NONE}, "text/html; charset=utf-8", _table),
    Format("markdown_list", {}, "text/plain; charset=utf-8", _markdown),
    Format("personio", {"also": []}, "application/xml", _personio),
)


# ------------------------------------------------------------------------------------------------------------- boards


@dataclass
class Board:
    """A board in truth: what is open tonight, and everything it ever published."""

    number: int
    format: Format
    base: str
    open: list[Posting] = field(default_factory=list)
    published: set[str] = field(default_factory=set)
    next_number: int = 1
    fault: str | None = None

    @property
    def id(self) -> str:
        return f"board-{self.number}"

    def live_a_night(self, chance: random.Random) -> None:
        for posting in [each for each in self.open if chance.random() < 0.06]:
            self.open.remove(posting)
        for _ in range(chance.randint(0, 2) if self.open else chance.randint(4, 30)):
            self.open.append(Posting(self.number, self.next_number))
            self.next_number += 1
        self.published |= {posting.title for posting in self.open}

    def page(self, postings: list[Posting] | None = None, total: int | None = None) -> Response:
        text = self.format.render(self.open if postings is None else postings, self.base, total)
        return Response(text.encode(), self.format.type)


Fault = Callable[[Board, "Boards", random.Random], Response]
HTML = "text/html; charset=utf-8"


def _status(status: int, headers: dict[str, str] | None = None) -> Fault:
    return lambda board, boards, chance: Response(b"error", "text/plain", status, headers or {})


def _body(body: bytes, kind: str | None = None) -> Fault:
    return lambda board, boards, chance: Response(body, kind or board.format.type)


def _html(body: str) -> Fault:
    return _body(f"<!doctype html><html>{body}</html>".encode(), HTML)


def _changed(change: Callable[[bytes], bytes]) -> Fault:
    def fault(board: Board, boards: Boards, chance: random.Random) -> Response:
        page = board.page()
        return page._replace(body=change(page.body))

    return fault


def _cut(share: float, *, is_announced: bool) -> Fault:
    def fault(board: Board, boards: Boards, chance: random.Random) -> Response:
        page = board.page()
        at = int(len(page.body) * share)
        return page._replace(cut_connection_at=at) if is_announced else page._replace(body=page.body[:at])

    return fault


def _redirect(target: Callable[[Board, Boards, random.Random], str]) -> Fault:
    return lambda board, boards, chance: Response(b"", HTML, 302, {"Location": target(board, boards, chance)})


def _total(change: Callable[[int], int]) -> Fault:
    return lambda board, boards, chance: board.page(total=change(len(board.open)))


def _other(board: Board, boards: Boards, chance: random.Random) -> Board:
    """Another board of this format; a large one for a large one."""
    is_large = len(board.open) >= SMALL_BOARD_ROWS
    same = [each for each in boards.all if each is not board and each.format is board.format]
    like = [each for each in same if len(each.open) >= SMALL_BOARD_ROWS] if is_large else same
    return chance.choice(like or same or [board])


def _without(pattern: bytes, replacement: bytes, count: int = 0) -> Fault:
    return _changed(lambda body: re.sub(pattern, replacement, body, count=count))


def _rebuilt(board: Board) -> Response:
    """The same links in other markup."""
    links = "".join(f"<section><a href={_href(each, board.base)}>{each.title}</a></section>" for each in board.open)
    return Response(f"<!doctype html><html><body>{links}</body></html>".encode(), HTML)


TITLE = rb"Internship \d+x\d+ in field \d+"
LINK = rb"http://127[^\"<)]*/job/\d+"

FAULTS: dict[str, Fault] = {
    **{str(status): _status(status) for status in (400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 418, 422, 451)},
    **{str(status): _status(status, {"Retry-After": "3600"}) for status in (429, 500, 501, 502, 503, 504, 520)},
    "304-unasked": _status(304),
    "204": lambda board, boards, chance: Response(b"", "text/plain", 204),
    "empty-body": _body(b""),
    "white-space": _body(b" \r\n\t "),
    "nul-only": _body(b"\0" * 500),
    "cut-30": _cut(0.3, is_announced=False),
    "cut-60": _cut(0.6, is_announced=False),
    "cut-95": _cut(0.95, is_announced=False),
    "connection-lost-30": _cut(0.3, is_announced=True),
    "connection-lost-80": _cut(0.8, is_announced=True),
    "challenge": _html("<head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={}</script></body>"),
    "login": _html("<head><title>Log in</title></head><body><form><input type=password></form></body>"),
    "soft-404": _html("<head><title>Page not found</title></head><body>Sorry.</body>"),
    "maintenance": _html("<head><title>Maintenance</title></head><body><h1>We will be back soon</h1></body>"),
    "script-shell": _html("<body><div id=root></div><script src=/app.js></script></body>"),
    "iframe": _html("<body><iframe src=https://jobs.example/></iframe></body>"),
    "consent": _html("<head><title>Before you continue</title></head><body>We use cookies.</body>"),
    "parked": _html("<head><title>a.example</title></head><body><p>This domain is for sale.</p></body>"),
    "blank-html": _html("<body></body>"),
    "pdf": _body(b"%PDF-1.7 binary", "application/pdf"),
    "zip": _body(b"PK\x03\x04 binary", "application/zip"),
    "png": _body(b"\x89PNG\r\n binary", "image/png"),
    "json-error": _body(b'{"error": "too many requests"}', "application/json"),
    "json-null": _body(b"null", "application/json"),
    "json-string": _body(b'"ok"', "application/json"),
    "xml-error": _body(b"<?xml version='1.0'?><error>internal</error>", "application/xml"),
    "stack-trace": _body(b"Traceback (most recent call last):\n  File", "text/plain"),
    "rebuilt-page": lambda board, boards, chance: _rebuilt(board),
    "redirect-home": _redirect(lambda board, boards, chance: f"{board.base}/"),
    "redirect-login": _redirect(lambda board, boards, chance: f"{board.base}/login"),
    "redirect-board": _redirect(lambda board, boards, chance: f"{_other(board, boards, chance).base}/list"),
    "redirect-path": _redirect(lambda board, boards, chance: f"{board.base}/other/{_other(board, boards, chance).number}"),
    "redirect-loop": _redirect(lambda board, boards, chance: f"{board.base}/list?again"),
    "redirect-nowhere": _redirect(lambda board, boards, chance: "http://no-such-host.invalid/"),
    "redirect-private": _redirect(lambda board, boards, chance: "http://169.254.169.254/latest/meta-data"),
    "board-of-another": lambda board, boards, chance: _other(board, boards, chance).page(),
    "small-board-of-another": lambda board, boards, chance: _other(board, boards, chance).page(),
    "total-huge": _total(lambda number: 3_000_000_000),
    "total-more": _total(lambda number: number + 40),
    "total-zero": _total(lambda number: 0),
    "total-negative": _total(lambda number: -7),
    "total-digits": _total(lambda number: 10**400),
    "titles-gone": _without(TITLE, b""),
    "some-titles-gone": _without(TITLE, b"", 3),
    "links-gone": _without(LINK, b""),
    "some-links-gone": _without(LINK, b"", 2),
    "nul-in-words": _without(rb"Internship", b"Intern\0ship", 4),
    "title-endless": _without(TITLE, b"Internship " + b"x" * 200_000, 1),
    "city-endless": _without(rb"Vienna|Oslo|Lima", b"y" * 300_000),
    "surrogates": _without(rb"Internship", b"Intern\xed\xa0\x80ship", 2),
    "charset-broken": _without(rb"Internship", b"Intern\xff\xfeship", 2),
    "utf-16": _changed(lambda body: body.decode().encode("utf-16")),
    "bom": _changed(lambda body: b"\xef\xbb\xbf" + body),
    "wrong-type": lambda board, boards, chance: board.page()._replace(type="application/octet-stream"),
    "no-type": lambda board, boards, chance: board.page()._replace(type=""),
    "slow": lambda board, boards, chance: board.page()._replace(seconds=0.8),
    "tdm-reserved": lambda board, boards, chance: board.page()._replace(headers={"TDM-Reservation": "1"}),
    "doubled": lambda board, boards, chance: board.page([*board.open, *board.open]),
    "reordered": lambda board, boards, chance: board.page(chance.sample(board.open, len(board.open))),
    "half": lambda board, boards, chance: board.page(board.open[: len(board.open) // 2]),
    "one-left": lambda board, boards, chance: board.page(board.open[:1]),
    "three-missing": lambda board, boards, chance: board.page(board.open[3:] or board.open),
    "none-left": lambda board, boards, chance: board.page([]),
    "deep-nesting": _body(b"[" * 100_000 + b"]" * 100_000, "application/json"),
    "entities": _body(b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><rss><channel>&a;</channel></rss>', "text/xml"),
}  # fmt: skip

AMBIGUOUS = frozenset({"half", "one-left", "three-missing", "none-left", "small-board-of-another"})

SMALL_BOARD_ROWS = 12
"""Somewhat above the ten rows from which on a run without a known posting is not believed."""


class Boards:
    """All boards, and the server that answers for them."""

    def __init__(self, count: int, seed: int) -> None:
        self.chance = random.Random(seed)
        self.count = count
        self.all: list[Board] = []
        self.injected: Counter[str] = Counter()

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

    def begin_night(self, number: int) -> None:
        """Truth goes on by a night; most boards get a fault, but on the first night and on every fourth."""
        kinds = list(FAULTS)
        for board in self.all:
            board.live_a_night(self.chance)
            is_healthy = number % 4 == 0 or self.chance.random() < 0.1
            board.fault = None if is_healthy else self.chance.choice(kinds)
            if board.fault == "board-of-another" and len(board.open) < 2 * SMALL_BOARD_ROWS:
                board.fault = "small-board-of-another"
            if board.fault:
                self.injected[board.fault] += 1

    def entries(self) -> list[dict[str, Any]]:
        return [
            {
                "id": board.id, "name": f"Board {board.number}", "spider": board.format.spider, "url": f"{board.base}/list",
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
        chance = random.Random(f"{board.number} {board.fault}")
        response = FAULTS[board.fault](board, boards, chance) if board.fault else _revalidated(handler, board.page())
    time.sleep(response.seconds)
    handler.send_response(response.status)
    for name, value in {"Content-Type": response.type, **response.headers}.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(response.body)))
    handler.end_headers()
    handler.wfile.write(response.body[: response.cut_connection_at])
    if response.cut_connection_at is not None:
        handler.close_connection = True


# -------------------------------------------------------------------------------------------------------------- count


@dataclass
class Tally:
    nights: int = 0
    faults: int = 0
    kinds: int = 0
    not_published: list[str] = field(default_factory=list)
    wrongly_closed: list[str] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


def campaign(folder: Path, boards_count: int, nights: int, seed: int) -> Tally:
    """Run it in `folder`."""
    home, boards, tally = Home(folder / "home"), Boards(boards_count, seed), Tally()
    catalogue_folder = folder / "catalogue" / "platform"
    catalogue_folder.mkdir(parents=True)
    home.prepare()
    recent: dict[str, list[str | None]] = {}
    with boards.serving():
        (catalogue_folder / "boards.yaml").write_text(yaml.safe_dump({"sources": boards.entries()}), encoding="utf-8")
        catalogue = read_catalogue(folder / "catalogue")
        for number in range(nights):
            night = FIRST_NIGHT + timedelta(days=number)
            boards.begin_night(number)
            for board in boards.all:
                recent.setdefault(board.id, []).append(board.fault)
            tally.nights += 1
            collect(
                catalogue.sources, home.raw(night), night, folder / "catalogue", memory=folder / "crawl.sqlite",
                loaded_runs=loaded_runs(home, night), allow_loopback=True,
            )  # fmt: skip
            try:
                replay_night(home, catalogue, night)
            except Exception as error:  # noqa: BLE001  # whatever stops a night is what is counted
                tally.not_published.append(f"{night}: {type(error).__name__}: {str(error)[:300]}")
                break
            _count(home, night, boards, recent, tally, is_healthy=number % 4 == 0)
    tally.faults, tally.kinds = boards.injected.total(), len(boards.injected)
    return tally


def _count(
    home: Home, night: date, boards: Boards, recent: dict[str, list[str | None]], tally: Tally, *, is_healthy: bool
) -> None:
    query = "SELECT source_id, title, state, closed_on, closed_reason FROM listings"
    with warehouse.open_readonly(home.state(night)) as con:
        listings = con.execute(query).fetchall()
        runs = "SELECT source_id, outcome || ': ' || coalesce(evidence, '') FROM source_runs WHERE night = ?"
        outcomes = dict(con.execute(runs, [night]).fetchall())
    open_titles: dict[str, set[str]] = {}
    truth = {board.id: {posting.title for posting in board.open} for board in boards.all}
    published = {board.id: board.published for board in boards.all}
    for source, title, state, closed_on, reason in listings:
        if state != "closed":
            open_titles.setdefault(source, set()).add(title)
        elif closed_on == night and title in truth[source]:
            faults = recent[source][-3:]
            label = f"{night} {source} {title} ({reason}) after {faults}: {outcomes.get(source, '')[:120]}"
            (tally.ambiguous if AMBIGUOUS & set(faults) else tally.wrongly_closed).append(label)
        own = re.search(r"Internship (\d+)x", title)
        if own and title not in published[source] and f"board-{own[1]}" != source:
            is_ambiguous = "small-board-of-another" in recent[source]
            (tally.ambiguous if is_ambiguous else tally.foreign).append(f"{night} {source} has {title}")
    if is_healthy:
        for board in boards.all:
            missing = truth[board.id] - open_titles.get(board.id, set())
            tally.lost += [
                f"{night} {board.id} {title}: {outcomes.get(board.id, '')[:120]}" for title in sorted(missing)
            ]


def main() -> None:
    boards, nights, seed = (int(value) for value in [*sys.argv[1:], *("130", "14", "1")[len(sys.argv) - 1 :]])
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        tally = campaign(Path(folder), boards, nights, seed)
    print(f"{tally.faults} faults of {tally.kinds} kinds over {boards} boards, {tally.nights} nights, seed {seed}")
    for name in ("not_published", "wrongly_closed", "lost", "foreign", "ambiguous"):
        cases = getattr(tally, name)
        print(f"{name.replace('_', ' '):15}{len(cases):6}")
        for case in cases[:12]:
            print(f"    {case}")
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
