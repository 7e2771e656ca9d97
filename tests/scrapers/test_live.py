"""A live crawl of a server on loopback: it is recorded, and the recording gives the same raw listings.

Also what only a live crawl can show: politeness, the guard of private addresses, connections that fail.
"""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from scrapers.wire.settings import download_slots, slots_of_crawler
from scrapers.wire.warc import check_archive

ROWS = "".join(f"| A | Intern {number} | [x](https://a.example/{number}) |\n" for number in range(3))
LIST = "| Company | Role | Apply |\n|---|---|---|\n" + ROWS


def _cards(*numbers: int, following: str = "") -> str:
    cards = "".join(f'<li><a href="/d/{number}">Number {number}</a></li>' for number in numbers)
    link = f'<a class="n" href="{following}">next</a>' if following else ""
    return f"<!DOCTYPE html><html><body><ul>{cards}</ul>{link}</body></html>"


PAGES = {
    "/page-1": _cards(1, 2, following="page-2"),
    "/page-2": _cards(3),
    "/round-1": _cards(1, following="/round-2"),
    "/round-2": _cards(2, following="/round-1"),
    "/d/1": "<!DOCTYPE html><html><body><main>first</main></body></html>",
    "/d/2": "<!DOCTYPE html><html><body><main>second</main></body></html>",
}


class Server(NamedTuple):
    """A server and what was asked of it: (path, headers)."""

    address: str
    asked: list[tuple[str, dict[str, str]]]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, dict[str, str]]]

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.asked.append((self.path, dict(self.headers)))
        times = sum(path == self.path for path, _ in self.asked)
        if self.path == "/robots.txt":
            self.say(b"User-agent: *\nDisallow: /secret")
        elif self.path in ("/list.md", "/en/moved.md"):  # two, for an archive holds one answer an address
            self.say(gzip.compress(LIST.encode(), mtime=0), {"Content-Type": "text/plain", "Content-Encoding": "gzip"})
        elif self.path == "/chunked.json":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            body = json.dumps([{"t": "Chunked", "u": "https://a.example/c"}]).encode()
            self.wfile.write(b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (9, body[:9], len(body) - 9, body[9:]))
        elif self.path == "/torn.md":
            self.say(LIST.encode()[:-30], {"Content-Length": str(len(LIST) + 30)})
            self.close_connection = True
        elif self.path == "/moved.md":
            self.say(b"", {"Location": "/en/moved.md"}, 302)
        elif self.path == "/inward.md":
            self.say(b"", {"Location": "http://169.254.169.254/latest/meta-data"}, 302)
        elif self.path == "/busy.md":
            self.say(LIST.encode(), {"Retry-After": "1"}, 200 if times > 1 else 429)
        elif self.path == "/ill.md":
            self.say(b"", {"Retry-After": "9999"}, 503)
        elif self.path in PAGES:
            self.say(PAGES[self.path].encode(), {"Content-Type": "text/html"})
        else:
            self.say(b"<!doctype html>no", {"Content-Type": "text/html"}, 404)

    def say(self, body: bytes, headers: dict[str, str] | None = None, status: int = 200) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), "X-One": "1", **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    asked: list[tuple[str, dict[str, str]]] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Recording", (Handler,), {"asked": asked})) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield Server(f"http://127.0.0.1:{running.server_port}", asked)
        running.shutdown()


def sources(server: Server) -> list[dict[str, Any]]:
    cards = {"rows": "li", "fields": {"title": "a", "url": "a@href"}, "next": "a.n"}
    listed: dict[str, tuple[str, str, dict[str, Any]]] = {
        "gzip": ("markdown_list", "/list.md", {}),
        "moved": ("markdown_list", "/moved.md", {}),
        "torn": ("markdown_list", "/torn.md", {}),
        "busy": ("markdown_list", "/busy.md", {}),
        "ill": ("markdown_list", "/ill.md", {}),
        "inward": ("markdown_list", "/inward.md", {}),
        "secret": ("markdown_list", "/secret/list.md", {}),
        "absent": ("markdown_list", "/absent.md", {}),
        "chunked": ("json_list", "/chunked.json", {"fields": {"title": "t", "url": "u"}}),
        "pages": ("html_list", "/page-1", {**cards, "detail": {"fields": {"description": "main"}}}),
        "round": ("html_list", "/round-1", cards),
        "refused": ("rss", ":1/feed.xml", {}),
    }
    return [
        {
            "id": name,
            "spider": spider,
            "url": (server.address.rsplit(":", 1)[0] if path.startswith(":") else server.address) + path,
            "settings": settings,
            "rights": {"delay_seconds": 0},
        }
        for name, (spider, path, settings) in listed.items()
    ]


@pytest.fixture(scope="module")
def live(server: Server, crawling: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("live")
    return folder, crawling.crawl(folder, sources(server), allow_loopback=True)


def test_every_source_gets_its_outcome(live: tuple[Path, dict[str, Any]], server: Server) -> None:
    outcomes = {
        name: (each.outcome, each.evidence.split(": http")[0], each.run["kept"]) for name, each in live[1].items()
    }
    assert outcomes == {
        "gzip": ("ok", "", 3),
        "moved": ("ok", "", 3),
        "torn": ("partial", f"cut off after {len(LIST) - 30} bytes", 2),
        "busy": ("ok", "", 3),
        "ill": ("error", outcomes["ill"][1], 0),
        "inward": ("error", "not requested: 169.254.169.254 is not on the public internet", 0),
        "secret": ("blocked", f"robots.txt forbids {server.address}/secret/list.md", 0),
        "absent": ("gone", outcomes["absent"][1], 0),
        "chunked": ("ok", "", 1),
        "pages": ("ok", "gone: the own page of 1 posting", 3),
        "round": ("partial", "the pages go in circles", 2),
        "refused": ("error", outcomes["refused"][1], 0),
    }
    assert live[1]["busy"].run["seconds"] > 0, "it was to wait for a second"
    assert outcomes["ill"][1].startswith("503 Service Unavailable")
    assert "refused" in outcomes["refused"][1].lower()


def test_the_recording_gives_the_same_listings(
    live: tuple[Path, dict[str, Any]], server: Server, crawling: Any, tmp_path: Path
) -> None:
    folder, recorded = live
    archive = folder / "raw" / "web-1-0.warc.gz"
    assert check_archive(archive).responses == len(server.asked)
    before = len(server.asked)
    replayed = crawling.crawl(tmp_path, sources(server), [archive])
    assert len(server.asked) == before, "a replay asks nobody"
    for name, (run, listings) in recorded.items():
        again = replayed[name]
        assert again.listings == listings, name
        if name not in ("inward", "refused"):  # what was never asked is in no archive
            assert (again.outcome, again.evidence, again.run["bytes"]) == (
                run["outcome"],
                run["evidence"] or "",
                run["bytes"],
            ), name
    assert not list((tmp_path / "raw").glob("*.warc.gz")), "a replay records nothing"
    by_title = {row["title"]: row["description"] for row in replayed["pages"].listings}
    assert by_title == {"Number 1": "first", "Number 2": "second", "Number 3": None}


def test_the_crawler_is_a_good_guest(live: tuple[Path, dict[str, Any]], server: Server) -> None:
    paths = [path for path, _ in server.asked]
    assert paths[0] == "/robots.txt"
    assert "/secret/list.md" not in paths
    assert paths.count("/ill.md") == 1, "Retry-After asks for longer than we wait, so nothing is asked again"
    assert paths.count("/busy.md") == 2
    assert all(headers["User-Agent"].startswith("international-internships/") for _, headers in server.asked)
    assert all("Cookie" not in headers for _, headers in server.asked)


def test_private_addresses_are_never_asked(server: Server, crawling: Any, tmp_path: Path) -> None:
    port = server.address.rsplit(":", 1)[1]
    hosts = {
        "number": "127.0.0.1",
        "name": "localhost",
        "whole": "2130706433",
        "octal": "0177.0.0.1",
        "six": "[::1]",
        "mapped": "[::ffff:127.0.0.1]",
        "home": "192.168.1.1",
        "cloud": "169.254.169.254",
        "carrier": "100.100.100.200",
        "nothing": "0.0.0.0",
    }
    entries = [
        {"id": name, "spider": "markdown_list", "url": f"http://{host}:{port}/list.md", "rights": {"delay_seconds": 0}}
        for name, host in hosts.items()
    ]
    before = len(server.asked)
    crawled = crawling.crawl(tmp_path, entries)
    assert len(server.asked) == before
    for name, each in crawled.items():
        assert each.outcome == "error" and "not on the public internet" in each.evidence, (name, each.run)


def test_a_crawler_has_the_slots_of_its_own_hosts_and_of_all_slow_ones() -> None:
    def source(spider: str, host: str, delay: float) -> Any:
        return SimpleNamespace(spider=spider, host=host, rights=SimpleNamespace(delay_seconds=delay))

    own = [source("rss", "shared.example", 1.0), source("rss", "fast.example", 0.5)]
    others = [
        source("html_list", "shared.example", 1.0),
        source("html_list", "slow.example", 5.0),
        source("html_list", "other.example", 1.0),
    ]
    slots = download_slots([*own, *others])
    assert {host: slot["delay"] for host, slot in slots_of_crawler(slots, own).items()} == {
        "shared.example": 2.0,  # two crawlers ask it
        "fast.example": 0.5,
        "slow.example": 5.0,
    }
    assert set(slots) == {"shared.example", "fast.example", "slow.example", "other.example"}
