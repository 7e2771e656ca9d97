"""WARC record and replay, as Scrapy's HTTPCACHE_STORAGE.

A live crawl records every response and serves none from the archive. A replay serves from the archives only: nothing goes to
the network, and a request that they lack is marked in its meta (`NOT_RECORDED`). Either way the time of the response goes
into the request's meta (`FETCHED_AT`); in a replay it is the record's WARC-Date.

Belongs here: Scrapy's interface of a cache. Does not belong here: the file format (`scrapers.wire.warc`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import BaseSettings

from scrapers.wire.warc import Archives, Recorder, request_key

FETCHED_AT = "fetched_at"
"""Meta key: when the response was received, ISO 8601 UTC."""

NOT_RECORDED = "not_recorded"
"""Meta key: the archives have no response."""

CUT_OFF = "dataloss"
"""Scrapy's own flag of a response whose connection ended too early."""


def replay_settings(paths: list[Path]) -> dict[str, Any]:
    """Scrapy settings of a replay of these archives."""
    return {
        "HTTPCACHE_ENABLED": True,
        "HTTPCACHE_STORAGE": "scrapers.wire.archive.ReplayStorage",
        "HTTPCACHE_IGNORE_MISSING": True,
        "HTTPCACHE_IGNORE_SCHEMES": [],
        "ARCHIVE_REPLAY": [str(path) for path in paths],
        # No handler at all: what slipped past the storage could still not be downloaded.
        "DOWNLOAD_HANDLERS": {"http": None, "https": None, "ftp": None, "s3": None, "file": None, "data": None},
        "RETRY_ENABLED": False,
    }


def record_settings(path: Path) -> dict[str, Any]:
    """Scrapy settings of a crawl that records every response in this archive."""
    return {
        "HTTPCACHE_ENABLED": True,
        "HTTPCACHE_STORAGE": "scrapers.wire.archive.RecordStorage",
        "ARCHIVE_RECORD": str(path),
    }


class ReplayStorage:
    """Serves the archives of the setting ARCHIVE_REPLAY, indexed once per process."""

    def __init__(self, settings: BaseSettings) -> None:
        self._archives = open_archives(tuple(settings.getlist("ARCHIVE_REPLAY")))

    def open_spider(self, spider: Spider) -> None:
        pass

    def close_spider(self, spider: Spider) -> None:
        pass

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        answer = self._archives.answer(request_key(request.method, request.url, request.body))
        if answer is None:
            request.meta[NOT_RECORDED] = True
            return None
        request.meta[FETCHED_AT] = timestamp(answer.fetched_at)
        headers = Headers()
        for name, value in answer.headers:
            headers.appendlist(name, value)
        kind = responsetypes.from_args(headers=headers, url=request.url, body=answer.body)
        return kind(
            url=request.url,
            status=answer.status,
            headers=headers,
            body=answer.body,
            flags=[] if answer.is_whole else [CUT_OFF],
        )

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        raise AssertionError("a replay downloads nothing")


class RecordStorage:
    """Writes every response to the archive of the setting ARCHIVE_RECORD; all crawlers of a process share it."""

    def __init__(self, settings: BaseSettings) -> None:
        self._recorder = _open_recorder(settings["ARCHIVE_RECORD"])

    def open_spider(self, spider: Spider) -> None:
        pass

    def close_spider(self, spider: Spider) -> None:
        pass

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        return None

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        fetched_at = datetime.now(UTC)
        request.meta[FETCHED_AT] = timestamp(fetched_at)
        self._recorder.record(
            fetched_at=fetched_at,
            method=request.method,
            url=request.url,
            request_headers=_pairs(request.headers),
            request_body=request.body,
            status=response.status,
            headers=_pairs(response.headers),
            body=response.body,
            is_whole=CUT_OFF not in response.flags,
        )


@cache
def open_archives(paths: tuple[str, ...]) -> Archives:
    """These archives, indexed once per process. Raises ArchiveError."""
    return Archives(Path(path) for path in paths)


@cache
def _open_recorder(path: str) -> Recorder:
    return Recorder(Path(path))


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC to the second: 2025-09-12T23:59:59Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values]
