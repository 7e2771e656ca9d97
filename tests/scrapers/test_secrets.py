"""Keys of interfaces: the wire sees them, and nothing that is kept does."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import Response, TextResponse

from scrapers.wire.secrets import OWN_HOST, SECRETS, NoToken, SecretsHandler

KEYS = {"ADZUNA_APP_ID": "id-never-kept-1", "ADZUNA_APP_KEY": "key-never-kept-2", "USAJOBS_KEY": "key-never-kept-3",
        "USAJOBS_EMAIL": "mail-never-kept@a.example"}  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, dict[str, str]]]

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.asked.append((self.path, dict(self.headers)))
        if self.path == "/robots.txt":
            return self.say(404, b"")
        if self.path.startswith("/elsewhere"):
            port = self.server.server_address[1]
            return self.say(302, b"", {"Location": f"http://127.0.0.2:{port}/v1?Page=1&ResultsPerPage=500"})
        echo = {"echo": [self.path, dict(self.headers)]}
        rows = [{"id": "1", "title": "Intern", "redirect_url": f"https://a.example/1?from={self.path}"}]
        items = [
            {
                "MatchedObjectId": "1",
                "MatchedObjectDescriptor": {"PositionTitle": "Intern", "PositionURI": "https://a.example/2"},
            }
        ]
        search = {"SearchResultCountAll": 1, "SearchResultItems": items}
        return self.say(200, json.dumps({**echo, "count": 1, "results": rows, "SearchResult": search}).encode())

    def say(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def server() -> Iterator[tuple[str, list[tuple[str, dict[str, str]]]]]:
    asked: list[tuple[str, dict[str, str]]] = []
    with ThreadingHTTPServer(("0.0.0.0", 0), type("Own", (Handler,), {"asked": asked})) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}", asked
        running.shutdown()


def entries(address: str) -> list[dict[str, Any]]:
    own = {"rights": {"delay_seconds": 0}, "holds": "internships"}
    return [
        {
            "id": "adzuna",
            "spider": "adzuna",
            "url": f"{address}/v1/api/jobs/gb/search/1?what=intern&results_per_page=50",
            **own,
        },
        {
            "id": "usajobs",
            "spider": "usajobs",
            "url": f"{address}/api/search?HiringPath=student&Page=1&ResultsPerPage=500",
            **own,
        },
        {
            "id": "moved",
            "spider": "usajobs",
            "url": f"{address}/elsewhere?HiringPath=student&Page=1&ResultsPerPage=500",
            **own,
        },
    ]


def test_keys_go_to_their_host_and_are_kept_nowhere(
    server: tuple[str, list[tuple[str, dict[str, str]]]], crawling: Any, tmp_path: Path
) -> None:
    address, asked = server
    crawled = crawling.crawl(tmp_path, entries(address), allow_loopback=True, env=KEYS)
    fared = {name: (each.outcome, each.run["kept"], each.evidence) for name, each in crawled.items()}
    moved = fared.pop("moved")
    assert moved[:2] == ("moved", 0) and "127.0.0.2" in moved[2]
    assert fared == dict.fromkeys(fared, ("ok", 1, ""))
    wire = {path.partition("?")[0]: (path, headers) for path, headers in asked}
    assert "app_key=key-never-kept-2" in wire["/v1/api/jobs/gb/search/1"][0]
    assert wire["/api/search"][1]["Authorization-Key"] == "key-never-kept-3"
    assert "Authorization-Key" not in wire["/v1"][1], "another host gets no key"
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        content = path.read_bytes()
        content += gzip.decompress(content) if path.suffix == ".gz" else b""
        assert not [key for key in KEYS.values() if key.encode() in content], path.name


def test_without_its_keys_a_source_is_not_asked_and_a_replay_needs_none(
    server: tuple[str, list[tuple[str, dict[str, str]]]], crawling: Any, tmp_path: Path
) -> None:
    address, asked = server
    sources = entries(address)[:2]
    live = crawling.crawl(tmp_path / "live", sources, allow_loopback=True, env=KEYS)
    archive = next((tmp_path / "live" / "raw").glob("*.warc.gz"))
    asked.clear()
    without = crawling.crawl(tmp_path / "without", sources, allow_loopback=True, env=dict.fromkeys(KEYS, ""))
    assert {name: each.outcome for name, each in without.items()} == {"adzuna": "not_due", "usajobs": "not_due"}
    assert without["adzuna"].evidence == "needs the environment's ADZUNA_APP_ID, ADZUNA_APP_KEY"
    assert asked == []
    again = crawling.crawl(tmp_path / "again", sources, [archive], env=dict.fromkeys(KEYS, ""))
    assert {name: each.listings for name, each in again.items()} == {name: each.listings for name, each in live.items()}


def download(
    monkeypatch: pytest.MonkeyPatch, wanted: dict[str, Any], answers: dict[str, bytes]
) -> tuple[Response, list[Request]]:
    """One request through the handler, over a wire that gives these answers; and what went over it."""
    sent: list[Request] = []

    async def wire(self: Any, request: Request) -> Response:
        sent.append(request)
        return TextResponse(request.url, body=answers[request.url.partition("?")[0]])

    monkeypatch.setattr(HTTP11DownloadHandler, "download_request", wire)
    monkeypatch.setattr(
        HTTP11DownloadHandler, "__init__", lambda self, crawler: setattr(self, "_pool", SimpleNamespace())
    )
    handler = SecretsHandler(None)  # type: ignore[arg-type]
    request = Request("https://api.example/v1", meta={SECRETS: wanted, OWN_HOST: "api.example"})
    return asyncio.run(handler.download_request(request)), sent


def test_a_token_is_asked_for_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIENT", "client-never-kept")
    token = "token-never-kept-0123456789"
    wanted = {
        "token": {"url": "https://login.example/token", "form": {"client_id": "{CLIENT}"}, "at": "access_token"},
        "headers": {"Authorization": "Bearer {token}"},
    }
    answers = {
        "https://login.example/token": json.dumps({"access_token": token}).encode(),
        "https://api.example/v1": f"you sent {token}".encode(),
    }
    response, sent = download(monkeypatch, wanted, answers)
    assert [(request.method, request.url) for request in sent] == [
        ("POST", "https://login.example/token"), ("GET", "https://api.example/v1")
    ]  # fmt: skip
    assert sent[0].body == b"client_id=client-never-kept"
    assert sent[1].headers["Authorization"] == f"Bearer {token}".encode()
    assert (response.url, response.body) == ("https://api.example/v1", b"you sent [token]")


def test_a_public_token_is_a_long_word_of_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {"token": {"url": "https://api.example/token"}, "headers": {"Authorization": "Bearer {token}"}}
    answers = {"https://api.example/token": b"Current token:\n" + b"a" * 40, "https://api.example/v1": b"{}"}
    _, sent = download(monkeypatch, wanted, answers)
    assert sent[1].headers["Authorization"] == b"Bearer " + b"a" * 40
    with pytest.raises(NoToken):
        download(monkeypatch, wanted, {**answers, "https://api.example/token": b"none today"})
