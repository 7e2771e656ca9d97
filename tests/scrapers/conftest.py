"""Crawls of sources that a test makes up, served from archives that a test writes (or from a server on loopback).

One crawl is one process of `python -m scrapers.crawl`, so tests put many sources into one crawl.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

RECORDED_AT = "2026-03-01T04:05:06Z"


class Page(NamedTuple):
    """A recorded answer. Without a Content-Length header of its own it has the right one. `posted`: what was posted for
    it; None: it answers a GET."""

    url: str
    body: bytes
    status: int = 200
    headers: dict[str, str] = {}
    date: str = RECORDED_AT
    posted: bytes | None = None


class Crawled(NamedTuple):
    """What a crawl gave of one source: its run line, its raw listings."""

    run: dict[str, Any]
    listings: list[dict[str, Any]]

    @property
    def outcome(self) -> str:
        return self.run["outcome"]

    @property
    def evidence(self) -> str:
        return self.run["evidence"] or ""


def write_archive(path: Path, pages: Iterable[Page], *, gzip: bool = True) -> Path:
    """A WARC of response records, as another recorder might write it."""
    with path.open("wb") as handle:
        writer = WARCWriter(handle, gzip=gzip)
        for page in pages:
            headers = {
                "Content-Type": "text/html; charset=utf-8",
                "Content-Length": str(len(page.body)),
                **page.headers,
            }
            answer = writer.create_warc_record(
                page.url,
                "response",
                payload=BytesIO(page.body),
                length=len(page.body),
                warc_headers_dict={"WARC-Date": page.date},
                http_headers=StatusAndHeaders(f"{page.status} Reason", list(headers.items()), protocol="HTTP/1.1"),
            )
            if page.posted is None:
                writer.write_record(answer)
                continue
            asked = writer.create_warc_record(
                page.url,
                "request",
                payload=BytesIO(page.posted),
                length=len(page.posted),
                warc_headers_dict={"WARC-Date": page.date},
                http_headers=StatusAndHeaders(
                    f"POST {page.url} HTTP/1.1", [("Content-Length", str(len(page.posted)))], is_http_request=True
                ),
            )
            writer.write_request_response_pair(asked, answer)
    return path


def crawl(
    folder: Path,
    sources: list[dict[str, Any]],
    replay: Iterable[Path] = (),
    **job: Any,
) -> dict[str, Crawled]:
    """Crawl these catalogue entries; what each of them gave, by id. The raw files lie in folder/raw. `job`: more of the
    crawler's job."""
    done = start(folder, sources, replay, **job)
    assert done.returncode == 0, done.stderr
    runs = {}
    for line in (json.loads(text) for text in done.stdout.splitlines()):
        rows = b""
        if line["file"]:
            rows = (folder / "raw" / line["file"]).read_bytes()[line["offset"] :][: line["length"]]
        runs[line["source_id"]] = Crawled(line, [json.loads(row) for row in rows.splitlines()])
    assert sorted(runs) == sorted(source["id"] for source in sources)
    return runs


def start(
    folder: Path,
    sources: list[dict[str, Any]],
    replay: Iterable[Path] = (),
    env: dict[str, str] | None = None,
    **job: Any,
) -> subprocess.CompletedProcess[str]:
    """Run the crawler's process to its end."""
    path = write_job(folder, sources, replay, **job)
    with subprocess.Popen(
        [sys.executable, "-m", "scrapers.crawl", str(path)],
        env={**os.environ, **(env or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout and process.stderr  # read to the end while standard input stays open
        stdout, stderr = process.stdout.read(), process.stderr.read()
        return subprocess.CompletedProcess(process.args, process.wait(timeout=60), stdout, stderr)


def write_job(
    folder: Path,
    sources: list[dict[str, Any]],
    replay: Iterable[Path] = (),
    **job: Any,
) -> Path:
    catalogue = folder / "catalogue" / "platform"
    catalogue.mkdir(parents=True, exist_ok=True)
    entries = [{"name": source["id"], **source} for source in sources]
    (catalogue / "sources.yaml").write_text(yaml.safe_dump({"sources": entries}, allow_unicode=True), encoding="utf-8")
    path = folder / "job.json"
    path.write_text(
        json.dumps(
            {
                "night": "2026-03-01",
                "attempt": 1,
                "process": 0,
                "raw_dir": str(folder / "raw"),
                "catalogue": str(folder / "catalogue"),
                "source_ids": [source["id"] for source in sources],
                "replay": [str(archive) for archive in replay],
                **job,
            }
        )
    )
    return path


class Crawling(NamedTuple):
    """The helpers above, for tests."""

    crawl: Callable[..., dict[str, Crawled]]
    start: Callable[..., subprocess.CompletedProcess[str]]
    write_job: Callable[..., Path]
    write_archive: Callable[..., Path]
    page: type[Page]


@pytest.fixture(scope="session")
def crawling() -> Crawling:
    return Crawling(crawl, start, write_job, write_archive, Page)
