"""Hundreds of boards of mixed systems on loopback, well and ill, each at an address of its own: asked live, asked again when
nothing has changed, and with a crawl that is killed again and again."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pipeline.nightly.collect import collect
from pipeline.storage.raw import read_lines, read_listings, read_runs
from scrapers.source import read_catalogue
from scrapers.spiders import spider_of
from tests.scrapers.test_faults import CASES, SPIDERS, answers, entry, source_id

BOARDS = 250
KILLED = 80
"""Boards of the crawl that is killed."""

FILES = 128
"""Files that a process may have open at first, fewer than the connections that are kept alive to these hosts: services are
started with 1,024, and a night has 20,000 hosts."""

NIGHT = date(2026, 3, 1)
ELSEWHERE = ["nav"] + [
    kind
    for kind, page in SPIDERS.items()
    if spider_of(page.spider or kind).needs or any("{host}" not in asked.url for asked in (page.details | page.others))
]
"""Spiders that need a key or a token, or ask at the address of their system alone: no server here can answer for it."""

SLOW = ("details", "endless", "unlisted")
"""Faults whose many refusals make the throttle ask more and more slowly, as it should: a few kinds are enough. (`unlisted`
is a page that no archive has; a server says 404.)"""

Key = tuple[str, str, bytes]


class Web(NamedTuple):
    """A server, what it says to (host, path, posted), and what was asked of it: (host, path, status)."""

    pages: dict[Key, Any]
    answered: list[tuple[str, str, int]]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # head and body in one packet; else each answer waits 40 ms for the last one's receipt
    web: Web

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.answer(b"")

    def do_POST(self) -> None:
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, posted: bytes) -> None:
        host = self.headers["Host"]
        page = self.web.pages.get((host, self.path, posted))
        if page is None:
            return self.say(host, 404, b"none", {})
        tag = '"' + hashlib.sha256(page.body).hexdigest()[:12] + '"'
        if self.headers.get("If-None-Match") == tag and page.status == 200:
            return self.say(host, 304, b"", {"ETag": tag})
        return self.say(host, page.status, page.body, {**page.headers, **({"ETag": tag} if page.status == 200 else {})})

    def say(self, host: str, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.web.answered.append((host, self.path, status))
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        if int(headers.get("Content-Length", 0)) > len(body):
            self.close_connection = True


class Boards(NamedTuple):
    """The catalogue's folder, the web, and what must come of each source: (outcome, rows that must be kept)."""

    catalogue: Path
    web: Web
    due: dict[str, tuple[str, int]]


class Server(ThreadingHTTPServer):
    request_queue_size = 256


def cases_served() -> list[tuple[str, Any]]:
    """The faults of all spiders that a server here can answer for, a few kinds of the slow ones."""
    return [
        (kind, fault)
        for kind, fault in CASES
        if kind not in ELSEWHERE and (fault.name not in SLOW or kind in ("html_list", "smartrecruiters", "workday"))
    ]


def make_boards(folder: Path, web: Web, port: int, cases: list[tuple[str, Any]], page: Any) -> Boards:
    """A catalogue with a board of each case, at a loopback address of its own, and what it answers in `web`."""
    (folder / "platform").mkdir(parents=True)
    due, entries = {}, []
    for number, (kind, fault) in enumerate(cases):
        name = source_id(kind, fault.name)
        host = f"127.{1 + number // 40_000}.{number // 200 % 200}.{number % 200 + 1}:{port}"
        base, was = f"http://{host}", f"https://{name}.example"
        written = json.dumps(entry(kind, fault.name)).replace(was, base).replace(f"{name}.example", host)
        entries.append({**json.loads(written), "id": f"b{number}-{name}", "name": name, "rights": {"delay_seconds": 0}})
        due[f"b{number}-{name}"] = (fault.outcome, fault.kept)
        for answer in answers(kind, fault, page):
            body = answer.body.replace(was.encode(), base.encode()).replace(f"{name}.example".encode(), host.encode())
            headers = dict(answer.headers)
            if "Content-Length" in headers:
                headers["Content-Length"] = str(len(body) + int(headers["Content-Length"]) - len(answer.body))
            path = re.sub(r"^https?://[^/]*", "", answer.url) or "/"
            web.pages[host, path, answer.posted or b""] = answer._replace(body=body, headers=headers)
    (folder / "platform" / "boards.yaml").write_text(json.dumps({"sources": entries}), encoding="utf-8")
    return Boards(folder, web, due)


@pytest.fixture(scope="module")
def boards(crawling: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Boards]:
    cases = cases_served()
    spread = [cases[number * len(cases) // BOARDS] for number in range(BOARDS)]  # each fault of each: test_faults
    web = Web({}, [])
    with Server(("0.0.0.0", 0), type("Own", (Handler,), {"web": web})) as server:  # many loopback addresses
        made = make_boards(tmp_path_factory.mktemp("boards") / "catalogue", web, server.server_port, spread, crawling)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made
        server.shutdown()


def ask(boards: Boards, folder: Path, crawling: Any, **job: Any) -> dict[str, dict[str, Any]]:
    """One crawler process over all of them; the run line of each."""
    folder.mkdir()
    path = folder / "job.json"
    path.write_text(
        json.dumps({
            "night": NIGHT.isoformat(), "attempt": 1, "process": 0, "raw_dir": str(folder / "raw"), "replay": [],
            "catalogue": str(boards.catalogue), "source_ids": list(boards.due), "allow_loopback": True, **job,
        })
    )  # fmt: skip
    with subprocess.Popen(
        ["bash", "-c", f"ulimit -Sn {FILES} && exec {sys.executable} -m scrapers.crawl {path}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        lines = {line["source_id"]: line for line in map(json.loads, process.stdout)}
        assert process.wait() == 0
    return lines


def test_every_outcome_is_right_and_a_second_night_costs_304s(boards: Boards, crawling: Any, tmp_path: Path) -> None:
    memory = str(tmp_path / "crawl.sqlite")
    first = ask(boards, tmp_path / "1", crawling, memory=memory)
    wrong = {
        name: (line["outcome"], line["kept"], line["evidence"], boards.due[name])
        for name, line in first.items()
        if line["outcome"] != boards.due[name][0] or line["kept"] < boards.due[name][1]
    }
    assert (len(first), wrong) == (BOARDS, {})
    well = {name for name, line in first.items() if line["outcome"] == "ok"}
    posts = {name for name, page in SPIDERS.items() if page.first and page.first.posted is not None}
    boards.web.answered.clear()
    loaded = {name: (NIGHT.isoformat(), 1) for name in well}
    second = ask(boards, tmp_path / "2", crawling, memory=memory, loaded_runs=loaded, night="2026-03-02")
    again = {
        name: second[name]["outcome"]
        for name in well
        if not any(f"-{kind.replace('_', '-')}." in name for kind in posts)
    }
    assert Counter(again.values()) == {"unchanged": len(again)}, {
        n: second[n] for n, o in again.items() if o != "unchanged"
    }
    assert {name: line["outcome"] for name, line in second.items() if name not in well} == {
        name: line["outcome"] for name, line in first.items() if name not in well
    }


def collect_forever(boards: Boards, raw: Path) -> subprocess.Popen[bytes]:
    """`pipeline.nightly.collect` over all of them in a process group of its own."""
    code = (
        "import sys; from pathlib import Path; from datetime import date; import pipeline.nightly.collect as c\n"
        "from scrapers.source import read_catalogue\n"
        f"c.collect(read_catalogue(Path({str(boards.catalogue)!r})).sources[:{KILLED}], Path({str(raw)!r}), date(2026, 3, 1), "
        f"Path({str(boards.catalogue)!r}), allow_loopback=True)"
    )
    return subprocess.Popen([sys.executable, "-c", code], start_new_session=True)


def finished_in(raw: Path) -> set[str]:
    """Sources whose run has ended."""
    return {line["source_id"] for line in read_lines(raw) if "source_id" in line}


def test_a_crawl_that_is_killed_again_and_again_ends_with_the_same_listings(
    boards: Boards, crawling: Any, tmp_path: Path
) -> None:
    sources = read_catalogue(boards.catalogue).sources[:KILLED]
    whole, torn = tmp_path / "whole", tmp_path / "torn"
    collect(sources, whole, NIGHT, boards.catalogue, allow_loopback=True)
    finished: set[str] = set()
    for enough in sorted(random.Random(7).sample(range(KILLED * 9 // 10), 3)):
        process = collect_forever(boards, torn)
        while len(finished) <= enough:  # by what is done, not by the clock: a quick machine would be through too soon
            assert process.poll() is None, "killed before its end"
            time.sleep(0.05)
            finished = finished_in(torn)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    finished = finished_in(torn)
    time.sleep(1)  # crawlers that lost their parent end by themselves
    boards.web.answered.clear()
    assert collect_forever(boards, torn).wait() == 0
    hosts = {source.id: source.url.split("/")[2] for source in sources}
    asked = {host for host, _, _ in boards.web.answered}
    assert not {hosts[name] for name in finished} & asked, "what was finished is not asked again"
    unlike = ["fetched_at"]
    read = [read_listings(raw, read_runs(raw)).drop(unlike).sort("source_id", "url", "title") for raw in (whole, torn)]
    assert read[0].height > KILLED
    assert read[0].equals(read[1])
    outcomes = [read_runs(raw).select("source_id", "outcome", "seen", "kept").rows() for raw in (whole, torn)]
    assert outcomes[0] == outcomes[1]
