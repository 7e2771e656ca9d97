"""The published warehouse of a home, for a server that outlives a night.

A night is published by replacing the file. Each request looks whether it still is the one that is open, so that the next
request after a night is published reads that night, and one that is being answered finishes on the night it began with. Does
not belong here: what is asked (`answers`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipeline.storage.sql import literal
from pipeline.storage.warehouse import WarehouseError, night_of

TIMEOUT_SECONDS = 20
"""A query that takes longer is stopped: it is not one that a person waits for, and others wait behind it."""


class SlowError(WarehouseError):
    """A query took longer than TIMEOUT_SECONDS."""


@dataclass(frozen=True)
class Edition:
    """One published file: its night, a tag that no other file has, and a connection to it."""

    night: date
    tag: str
    con: duckdb.DuckDBPyConnection

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of one request, whose queries are stopped after TIMEOUT_SECONDS. Raises SlowError."""
        with self.con.cursor() as cursor:
            timer = threading.Timer(TIMEOUT_SECONDS, cursor.interrupt)
            timer.start()
            try:
                cursor.execute("USE published")
                cursor.execute("SET TimeZone = 'UTC'")
                yield cursor
            except duckdb.InterruptException as error:
                raise SlowError(f"the query took longer than {TIMEOUT_SECONDS} seconds; ask for less") from error
            finally:
                timer.cancel()


class Published:
    """The newest published night at a path."""

    def __init__(self, warehouse: Path) -> None:
        self._path = warehouse
        self._lock = threading.Lock()
        self._edition: Edition | None = None

    def edition(self) -> Edition:
        """The file that is published now. Raises WarehouseError where there is none that can be read."""
        with self._lock:
            tag = self._tag()
            while self._edition is None or self._edition.tag != tag:
                self._edition = self._open(tag)
                tag = self._tag()  # replaced while it was opened
            return self._edition

    def _tag(self) -> str:
        try:
            status = self._path.stat()
        except OSError as error:
            raise WarehouseError(f"no warehouse at {self._path}; make one with: internships run") from error
        return f"{status.st_ino:x}-{status.st_mtime_ns:x}-{status.st_size:x}"

    def _open(self, tag: str) -> Edition:
        # DuckDB gives out an open file of this path again, even if it was replaced since; an instance of its own opens it anew.
        night_of(self._path)  # refuses what is no warehouse of this version
        con = duckdb.connect(":memory:")
        con.execute(f"ATTACH {literal(self._path)} AS published (READ_ONLY)")
        [(night,)] = con.execute("SELECT night FROM published.about").fetchall()
        return Edition(night, tag, con)
