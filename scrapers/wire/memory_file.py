"""crawl.sqlite of a home, as a file: its tables, and the rows of some sources, which a crawl on another machine takes along.

    plans    of each source, the requests of its last full read with the validators (ETag, Last-Modified) of their
             responses: sent as conditional requests, a source without news costs its 304s and no body
    robots   robots.txt of each host, with its validators
    quotas   requests sent to a host with a daily quota, by UTC day

It can be deleted: every source is then read in full once. Several processes share it. Belongs here: the file. Does not belong
here: what a crawler does with it (`scrapers.wire.memory`).
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapers.source import Source

LOCK_TIMEOUT_SECONDS = 30
"""How long a write waits for another process."""

TABLES = """
CREATE TABLE IF NOT EXISTS plans (
    source_id TEXT PRIMARY KEY, night TEXT, attempt INTEGER, read_on TEXT, made_of TEXT, questions TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS robots (address TEXT PRIMARY KEY, etag TEXT, modified TEXT, body BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS quotas (host TEXT, day TEXT, used INTEGER, PRIMARY KEY (host, day)) WITHOUT ROWID;
"""

Remembered = dict[str, list[tuple[Any, ...]]]
"""Rows by table."""


def open_memory(path: Path) -> sqlite3.Connection:
    """A connection to the file, which is made where it is not there."""
    connection = sqlite3.connect(path, timeout=LOCK_TIMEOUT_SECONDS, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")  # a night lost in a power cut is read in full again
    connection.executescript(TABLES)
    return connection


def read_memory(path: Path, sources: list[Source]) -> Remembered:
    """What is remembered of these sources and their hosts."""
    sites = sorted({urlsplit(source.url).netloc for source in sources})
    keys = {
        "plans": ("source_id", [source.id for source in sources]),
        "robots": ("address", [f"{scheme}://{site}/robots.txt" for site in sites for scheme in ("http", "https")]),
        "quotas": ("host", sorted({source.host for source in sources})),
    }
    with contextlib.closing(open_memory(path)) as connection:
        return {
            table: [
                row for key in wanted for row in connection.execute(f"SELECT * FROM {table} WHERE {column} = ?", (key,))
            ]
            for table, (column, wanted) in keys.items()
        }


def write_memory(path: Path, remembered: Remembered, sources: list[Source] | None = None) -> None:
    """Remember these rows; of `sources`, nothing else any more."""
    with contextlib.closing(open_memory(path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("DELETE FROM plans WHERE source_id = ?", [(source.id,) for source in sources or ()])
        for table, rows in remembered.items():
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)
        connection.execute("COMMIT")
