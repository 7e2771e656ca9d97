"""What the crawlers remember from night to night, in crawl.sqlite of the home (`memory_file` has its tables).

Belongs here: what a crawler looks up there and notes. Does not belong here: when a source is unchanged (`scrapers.engine`), what
a quota is (`scrapers.wire.quotas`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scrapy.crawler import Crawler
from scrapy.http import Headers

from scrapers.reference import reference_folder
from scrapers.source import Source
from scrapers.wire.memory_file import open_memory

FULL_READ_EVERY_NIGHTS = 7
"""A source is read in full at least this often, whatever its server says: some send one validator for ever."""


class Validators(NamedTuple):
    """The validators of a response (RFC 9110, 8.8)."""

    etag: str | None
    modified: str | None

    @classmethod
    def of(cls, headers: Headers) -> Validators | None:
        """Those of a response with these headers; None where it has none."""
        etag, modified = (headers.get(name) for name in ("ETag", "Last-Modified"))
        if not etag and not modified:
            return None
        return cls(etag.decode("latin-1") if etag else None, modified.decode("latin-1") if modified else None)

    def conditions(self) -> dict[str, str]:
        """The headers of a conditional request (RFC 9110, 13.1)."""
        conditions = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in conditions.items() if value}


class ConditionalRequest(NamedTuple):
    """A GET of a source's last full read, with the headers that its spider gives it."""

    url: str
    headers: dict[str, str]
    validators: Validators


@dataclass(frozen=True)
class RevalidationPlan:
    """How a source is revalidated: the requests of its last full read, on the night `read_on`."""

    read_on: date
    requests: list[ConditionalRequest]


class Memory:
    """The file, as one attempt at a night uses it. `published`: night and attempt of the run whose rows of a source are in
    the warehouse, by source id; a plan of any other run says nothing about them, and is not used."""

    def __init__(self, path: Path, night: date, attempt: int, published: Mapping[str, tuple[str, int]]) -> None:
        self._night, self._attempt, self._published = night, attempt, published
        self._db = open_memory(path)

    def plan(self, source: Source) -> RevalidationPlan | None:
        """How to revalidate this source; None where it must be read in full."""
        if source.id not in self._published:
            return None
        row = self._db.execute(
            "SELECT read_on, questions FROM plans WHERE source_id = ? AND night = ? AND attempt = ? AND made_of = ?",
            (source.id, *self._published[source.id], parser_digest(source)),
        ).fetchone()
        if row is None:
            return None
        read_on = date.fromisoformat(row[0])
        if (self._night - read_on).days >= FULL_READ_EVERY_NIGHTS:
            return None
        requests = [
            ConditionalRequest(url, headers, Validators(*validators)) for url, headers, validators in json.loads(row[1])
        ]
        return RevalidationPlan(read_on, requests)

    def remember(self, source: Source, requests: list[ConditionalRequest], read_on: date | None = None) -> None:
        """How to revalidate this source after tonight (no requests: not at all). `read_on`: the night of its last full
        read, where that is not tonight."""
        if not requests:
            self._db.execute("DELETE FROM plans WHERE source_id = ?", (source.id,))
            return
        night = self._night.isoformat()
        full_read = (read_on or self._night).isoformat()
        row = (source.id, night, self._attempt, full_read, parser_digest(source), json.dumps(requests))
        self._db.execute("INSERT OR REPLACE INTO plans VALUES (?, ?, ?, ?, ?, ?)", row)

    def robots(self, address: str) -> tuple[Validators, bytes] | None:
        """The robots.txt last read at this address."""
        row = self._db.execute("SELECT etag, modified, body FROM robots WHERE address = ?", (address,)).fetchone()
        return (Validators(row[0], row[1]), row[2]) if row else None

    def remember_robots(self, address: str, validators: Validators, body: bytes) -> None:
        self._db.execute("INSERT OR REPLACE INTO robots VALUES (?, ?, ?, ?)", (address, *validators, body))

    def count_request(self, host: str, day: date, quota: int) -> bool:
        """Count one more request to this host on this day; False, and not counted, where the quota is used up."""
        counted = self._db.execute(
            "INSERT INTO quotas VALUES (?, ?, 1) "
            "ON CONFLICT DO UPDATE SET used = used + 1 WHERE used < ? RETURNING used",
            (host, day.isoformat(), quota),
        ).fetchone()
        return counted is not None


def memory_of(crawler: Crawler) -> Memory | None:
    """The memory of this crawl; a replay has none."""
    return getattr(crawler.spider, "memory", None)


def parser_digest(source: Source) -> str:
    """A digest of what turns responses into rows: the source's entry, and the code and word lists that read it."""
    return hashlib.sha256(f"{_code_digest()}{source.model_dump_json()}".encode()).hexdigest()[:32]


@cache
def _code_digest() -> str:
    files = [*sorted(Path(__file__).parent.parent.rglob("*.py")), *sorted(reference_folder().glob("*.yaml"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
