"""What a second night costs: a server on loopback that knows its validators, quotas, and keys that only the wire sees."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from scrapers.source import Source
from scrapers.wire.memory import ConditionalRequest, Memory, Validators

NIGHTS = ["2026-03-01", "2026-03-02", "2026-03-03"]
KEY = "k3y-that-nobody-may-read"


def _cards(*numbers: int, following: str = "") -> bytes:
    cards = "".join(f'<li><a href="/d/{number}">Intern {number}</a></li>' for number in numbers)
    link = f'<a class="n" href="{following}">next</a>' if following else ""
    return f"<!DOCTYPE html><html><body><ul>{cards}</ul>{link}</body></html>".encode()


def _feed(*numbers: int) -> bytes:
    return json.dumps([{"t": f"Intern {number}", "u": f"https://a.example/{number}"} for number in numbers]).encode()


class Server(NamedTuple):
    """A server: its pages, which may be changed between nights, and what was asked and answered: (path, status)."""

    address: str
    pages: dict[str, bytes]
    answered: list[tuple[str, int]]
    headers: list[dict[str, str]]

    def take(self) -> list[tuple[str, int]]:
        """What was asked since the last time."""
        answered = sorted(self.answered)
        self.answered.clear()
        return answered


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_has: Server

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        body = self.server_has.pages.get(path)
        self.server_has.headers.append({**dict(self.headers), "path": self.path})
        if body is None:
            return self.say(path, 404, b"<!doctype html>no")
        if path == "/echo.json":
            body = body.replace(b"ECHO", self.path.encode() + (self.headers.get("Authorization-Key") or "").encode())
        tag = '"' + hashlib.sha256(body).hexdigest()[:8] + '"'
        if self.headers.get("If-None-Match") == tag and not path.startswith("/plain"):
            return self.say(path, 304, b"", tag)
        return self.say(path, 200, body, None if path.startswith("/plain") else tag)

    def say(self, path: str, status: int, body: bytes, tag: str | None = None) -> None:
        self.server_has.answered.append((path, status))
        self.send_response(status)
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


PAGES = {
    "/robots.txt": b"User-agent: *\nDisallow: /secret",
    "/feed.json": _feed(1, 2),
    "/plain.json": _feed(3),
    "/list": _cards(1, 2, following="/list-2"),
    "/list-2": _cards(3),
    **{f"/d/{number}": f"<!DOCTYPE html><html><main>All of {number}</main></html>".encode() for number in range(9)},
}


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Handler,), {})) as listening:
        served = Server(f"http://127.0.0.1:{listening.server_port}", dict(PAGES), [], [])
        listening.RequestHandlerClass.server_has = served  # type: ignore[attr-defined]
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield served
        listening.shutdown()


@pytest.fixture
def server(running: Server) -> Server:
    """The server with the pages of the first night; nothing was asked of it yet."""
    running.pages.clear()
    running.pages.update(PAGES)
    running.answered.clear()
    return running


def sources(server: Server) -> list[dict[str, Any]]:
    feed = {"spider": "json_list", "settings": {"fields": {"title": "t", "url": "u"}}}
    cards = {"rows": "li", "fields": {"title": "a", "url": "a@href"}, "next": "a.n"}
    return [
        {
            "id": name,
            "url": server.address + path,
            "rights": {"delay_seconds": 0},
            **what,
        }
        for name, path, what in (
            ("feed", "/feed.json", feed),
            ("plain", "/plain.json", feed),
            (
                "pages",
                "/list",
                {"spider": "html_list", "settings": {**cards, "detail": {"fields": {"description": "main"}}}},
            ),
        )
    ]


class Nights(NamedTuple):
    """Crawls of one home."""

    home: Path
    crawling: Any
    server: Server

    def crawl(
        self, night: str, loaded_runs: dict[str, tuple[str, int]] | None = None, entries: Any = None, **job: Any
    ) -> dict[str, Any]:
        crawled: dict[str, Any] = self.crawling.crawl(
            self.home / night, entries or sources(self.server), allow_loopback=True, night=night,
            memory=str(self.home / "crawl.sqlite"), loaded_runs=loaded_runs or {}, **job,
        )  # fmt: skip
        return crawled


@pytest.fixture(scope="module")
def first_night(
    tmp_path_factory: pytest.TempPathFactory, crawling: Any, running: Server
) -> tuple[Path, dict[str, Any]]:
    """A home after the crawl of NIGHTS[0], and what that gave."""
    home = tmp_path_factory.mktemp("first")
    return home, Nights(home, crawling, running).crawl(NIGHTS[0])


@pytest.fixture
def nights(first_night: tuple[Path, dict[str, Any]], tmp_path: Path, crawling: Any, server: Server) -> Nights:
    """Crawls after the first night."""
    shutil.copytree(first_night[0], tmp_path, dirs_exist_ok=True)
    return Nights(tmp_path, crawling, server)


@pytest.fixture
def first(first_night: tuple[Path, dict[str, Any]]) -> dict[str, Any]:
    return first_night[1]


def stood(night: str) -> dict[str, tuple[str, int]]:
    return dict.fromkeys(("feed", "plain", "pages"), (night, 1))


def outcomes(crawled: dict[str, Any]) -> dict[str, tuple[str, int]]:
    return {name: (each.outcome, each.run["kept"]) for name, each in crawled.items()}


def test_a_night_with_nothing_new_costs_its_304s(nights: Nights, first: dict[str, Any], server: Server) -> None:
    assert outcomes(first) == {"feed": ("ok", 2), "plain": ("ok", 1), "pages": ("ok", 3)}
    for before, night in (NIGHTS[:2], NIGHTS[1:]):
        crawled = nights.crawl(night, stood(before))
        assert outcomes(crawled) == {"feed": ("unchanged", 0), "plain": ("ok", 1), "pages": ("unchanged", 0)}
        assert server.take() == [
            *((f"/d/{number}", 304) for number in (1, 2, 3)),
            ("/feed.json", 304), ("/list", 304), ("/list-2", 304), ("/plain.json", 200), ("/robots.txt", 304),
            ("/robots.txt", 304),
        ]  # fmt: skip


@pytest.mark.parametrize("changed", ["/list", "/list-2", "/d/3"])
def test_one_changed_page_has_the_source_read_whole(
    nights: Nights, first: dict[str, Any], server: Server, changed: str
) -> None:
    server.pages[changed] += b"<!-- new -->"
    crawled = nights.crawl(NIGHTS[1], stood(NIGHTS[0]))
    assert crawled["pages"].outcome == "ok"
    unstamped = [
        [{**row, "fetched_at": None} for row in each["pages"].listings] for each in (first, crawled)
    ]  # fmt: skip
    assert unstamped[0] == unstamped[1]
    assert server.answered.count((changed, 200)) == (1 if changed == "/list" else 2), "asked once more to be read"


def test_a_vanished_page_has_the_source_read_whole(nights: Nights, server: Server) -> None:
    del server.pages["/d/3"]
    crawled = nights.crawl(NIGHTS[1], stood(NIGHTS[0]))["pages"]
    assert (crawled.outcome, crawled.run["kept"], crawled.evidence) == ("ok", 3, "gone: the own page of 1 posting")


def test_only_the_run_that_stands_in_the_warehouse_is_pointed_to(nights: Nights) -> None:
    assert nights.crawl(NIGHTS[1])["feed"].outcome == "ok", "no run is loaded"
    assert nights.crawl(NIGHTS[2], stood(NIGHTS[0]))["feed"].outcome == "ok", (
        "a run that was published never was asked after"
    )


def test_another_entry_is_another_reading(nights: Nights, server: Server) -> None:
    feed = {**sources(server)[0], "settings": {"fields": {"title": "t", "url": "u", "native_id": "t"}}}
    assert nights.crawl(NIGHTS[1], stood(NIGHTS[0]), [feed])["feed"].outcome == "ok"


def test_a_source_is_read_whole_once_a_week(tmp_path: Path) -> None:
    source = Source(id="feed", name="Feed", channel="platform", spider="rss", url="https://a.example/")
    asked = [ConditionalRequest("https://a.example/", {}, Validators('"1"', None))]
    for day in range(1, 9):
        memory = Memory(tmp_path / "crawl.sqlite", date(2026, 3, day), 1, {"feed": (f"2026-03-{day - 1:02}", 1)})
        plan = memory.plan(source)
        assert (plan is not None) == (1 < day < 8), day
        memory.remember(source, asked, plan.read_on if plan else None)


def test_a_quota_outlives_the_process(tmp_path: Path, crawling: Any, server: Server) -> None:
    nights = Nights(tmp_path, crawling, server)
    entries = sources(server)
    entries[0]["rights"]["quota_per_day"] = 4
    assert outcomes(nights.crawl(NIGHTS[0], entries=entries[:1])) == {"feed": ("ok", 2)}  # and its robots.txt
    assert outcomes(nights.crawl(NIGHTS[1], entries=entries[:1])) == {"feed": ("ok", 2)}
    crawled = nights.crawl(NIGHTS[2], entries=entries[:1])["feed"]
    assert (crawled.outcome, crawled.evidence) == ("blocked", "the day's 4 requests to 127.0.0.1 are spent")
    assert len(server.answered) == 4
