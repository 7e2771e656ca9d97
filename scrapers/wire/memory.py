"""What the crawlers remember from night to night: crawl.sqlite of the home.

    plans    for each source the requests of its last whole reading, with the validators (ETag, Last-Modified) of the
             answers: asked again with them, a source that has nothing new costs its 304s and no body
    robots   robots.txt of each host, with its validators
    quotas   requests that went to a host with a daily quota, by UTC day

It can be thrown away: then everything is read whole once. Several processes share it. Belongs here: the file. Does not
belong here: when a source is unchanged (`spiders.base`), what a quota is (`politeness`).
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from scrapy.http import Headers

from scrapers.reference import reference_folder
from scrapers.source import Source

READ_WHOLE_AFTER_NIGHTS = 7
"""A source is read whole at least this often, whatever its server says: some send one validator for ever."""

SECONDS_TO_WAIT = 30
"""For another process that is writing."""

TABLES = """
CREATE TABLE IF NOT EXISTS plans (
    source_id TEXT PRIMARY KEY, night TEXT, attempt INTEGER, read_on TEXT, made_of TEXT, questions TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS robots (address TEXT PRIMARY KEY, etag TEXT, modified TEXT, body BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS quotas (host TEXT, day TEXT, used INTEGER, PRIMARY KEY (host, day)) WITHOUT ROWID;
"""


class Validators(NamedTuple):
    """What an answer can be recognised by (RFC 9110, 8.8)."""

    etag: str | None
    modified: str | None

    @classmethod
    def of(cls, headers: Headers) -> Validators | None:
        """Those of an answer; None where it has none."""
        etag, modified = (headers.get(name) for name in ("ETag", "Last-Modified"))
        if not etag and not modified:
            return None
        return cls(etag.decode("latin-1") if etag else None, modified.decode("latin-1") if modified else None)

    def conditions(self) -> dict[str, str]:
        """The headers that ask for a body only where it has changed."""
        said = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in said.items() if value}


class Question(NamedTuple):
    """A GET of a source's last whole reading, with the headers that its spider wants."""

    url: str
    headers: dict[str, str]
    validators: Validators


@dataclass(frozen=True)
class Plan:
    """How a source is asked whether anything is new; `read_on`: the night of its last whole reading."""

    read_on: date
    questions: list[Question]


class Memory:
    """The file, as one attempt at a night uses it. `stands`: for each source the night and attempt of the run whose rows
    stand in the warehouse; a plan of any other run says nothing of them, and is not used."""

    def __init__(self, path: Path, night: date, attempt: int, stands: Mapping[str, tuple[str, int]]) -> None:
        self._night, self._attempt, self._stands = night, attempt, stands
        self._db = sqlite3.connect(path, timeout=SECONDS_TO_WAIT, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")  # a night lost in a power cut is read whole again
        self._db.executescript(TABLES)

    def plan(self, source: Source) -> Plan | None:
        """How to ask this source whether anything is new; None: it is to be read whole."""
        if source.id not in self._stands:
            return None
        found = self._db.execute(
            "SELECT read_on, questions FROM plans WHERE source_id = ? AND night = ? AND attempt = ? AND made_of = ?",
            (source.id, *self._stands[source.id], made_of(source)),
        ).fetchone()
        if found is None:
            return None
        read_on = date.fromisoformat(found[0])
        if (self._night - read_on).days >= READ_WHOLE_AFTER_NIGHTS:
            return None
        return Plan(read_on, [Question(url, headers, Validators(*said)) for url, headers, said in json.loads(found[1])])

    def remember(self, source: Source, questions: list[Question], read_on: date | None = None) -> None:
        """How to ask this source after tonight, as it is last known (none: only whole). `read_on`: the night of its last
        whole reading, where that is not tonight."""
        if not questions:
            self._db.execute("DELETE FROM plans WHERE source_id = ?", (source.id,))
            return
        night = self._night.isoformat()
        read = (read_on or self._night).isoformat()
        row = (source.id, night, self._attempt, read, made_of(source), json.dumps(questions))
        self._db.execute("INSERT OR REPLACE INTO plans VALUES (?, ?, ?, ?, ?, ?)", row)

    def robots(self, address: str) -> tuple[Validators, bytes] | None:
        """The robots.txt last read at this address."""
        found = self._db.execute("SELECT etag, modified, body FROM robots WHERE address = ?", (address,)).fetchone()
        return (Validators(found[0], found[1]), found[2]) if found else None

    def remember_robots(self, address: str, validators: Validators, body: bytes) -> None:
        self._db.execute("INSERT OR REPLACE INTO robots VALUES (?, ?, ?, ?)", (address, *validators, body))

    def take(self, host: str, day: date, quota: int) -> bool:
        """Count one more request to this host on this day; False, and not counted, where the quota is used up."""
        taken = self._db.execute(
            "INSERT INTO quotas VALUES (?, ?, 1) "
            "ON CONFLICT DO UPDATE SET used = used + 1 WHERE used < ? RETURNING used",
            (host, day.isoformat(), quota),
        ).fetchone()
        return taken is not None


def made_of(source: Source) -> str:
    """A digest of what rows are made with: the entry, and the code and word lists that read its answers."""
    return hashlib.sha256(f"{_code()}{source.model_dump_json()}".encode()).hexdigest()[:32]


@cache
def _code() -> str:
    files = [*sorted(Path(__file__).parent.parent.rglob("*.py")), *sorted(reference_folder().glob("*.yaml"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
