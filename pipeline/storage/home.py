"""The home: the folder that holds everything, its layout, the lock that one run at a time holds, and retention.

    home/
      raw/<night>/          what the crawlers wrote (see scrapers.runs)
      work/<night>/         frames between the assets of a running night; gone when it is published
      state/<night>/        warehouse.duckdb as of that night; the last few are kept
      warehouse.duckdb      the newest state, published by replace
      exports/<night>/      files of that night; exports/latest points to the newest
      reports/<night>.txt   the table that a run prints; .md and .html: the whole report
      decisions/            people's decisions; never written by a night
      organizations.parquet what matching read of the names of organizations; can be removed
      crawl.sqlite          what the crawlers remember (see scrapers.wire.memory); can be removed
      compiled/             dictionaries as processes use them (see pipeline.compiled); can be removed
      drop/<source id>/     files that offices hand over, put there by people (see scrapers.wire.drop)
      dagster/              run history of the nightly job
      lock                  held by the run that works on this home

Belongs here: paths and their life. Does not belong here: what the files hold.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.errors import PipelineError

KEEP_STATES = 7
"""States kept: a rollback or a repeated night starts from one of them."""

KEEP_RAW_NIGHTS = 35
"""Nights of raw listings and responses kept: other people's texts are kept only as long as a rebuild may want them."""

KEEP_EXPORT_NIGHTS = 35
KEEP_REPORT_NIGHTS = 400
KEEP_DAGSTER_NIGHTS = 35

REPORTS = (".txt", ".md", ".html")
"""Forms of a night's report."""

MIN_FREE_BYTES = 1 << 30
"""A night on a thousand sources writes far less; below this a disk is about to fill up anyway."""


class HomeError(PipelineError):
    """The home cannot be used."""


@dataclass(frozen=True)
class Home:
    """Paths of one home."""

    root: Path

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse.duckdb"

    @property
    def exports(self) -> Path:
        return self.root / "exports"

    @property
    def organizations(self) -> Path:
        return self.root / "organizations.parquet"

    @property
    def memory(self) -> Path:
        return self.root / "crawl.sqlite"

    @property
    def drop(self) -> Path:
        return self.root / "drop"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    def raw(self, night: date) -> Path:
        return self.root / "raw" / night.isoformat()

    def work(self, night: date) -> Path:
        return self.root / "work" / night.isoformat()

    @property
    def parts(self) -> Path:
        """Where a cluster hands parts of a step over; there only while it works."""
        return self.root / "work" / "parts"

    def state(self, night: date) -> Path:
        return self.root / "state" / night.isoformat() / "warehouse.duckdb"

    def report(self, night: date, suffix: str = ".txt") -> Path:
        return self.root / "reports" / f"{night.isoformat()}{suffix}"

    def prepare(self) -> None:
        """Make the folder and see that it can be written and has room. Raises HomeError."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            probe = self.root / f".probe-{os.getpid()}"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise HomeError(f"home {self.root} is not writable: {error.strerror}") from error
        free = shutil.disk_usage(self.root).free
        if free < MIN_FREE_BYTES:
            raise HomeError(f"home {self.root} has {free >> 20} MiB free; a night needs {MIN_FREE_BYTES >> 20} MiB")

    def nights_with_raw(self) -> list[date]:
        return _nights(self.root / "raw")

    def nights_with_state(self) -> list[date]:
        """Nights whose state is whole, oldest first."""
        return [night for night in _nights(self.root / "state") if self.state(night).is_file()]

    def newest_night(self) -> date | None:
        """The newest night that was built, published or about to be."""
        return max(self.nights_with_state(), default=None)

    def night_before(self, night: date) -> date | None:
        """The newest night with a state that is older than `night`."""
        return max((known for known in self.nights_with_state() if known < night), default=None)

    @contextlib.contextmanager
    def lock(self) -> Iterator[int]:
        """Hold the home; yields the lock's file descriptor, which crawler processes inherit, so that the home stays held
        until the last of them has ended. Raises HomeError where another run holds it."""
        with (self.root / "lock").open("a+") as handle:
            deadline = time.monotonic() + 10
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    handle.seek(0)
                    holder = handle.read().strip()
                    # A killed run's crawlers may need a moment to notice; a living one is never waited for.
                    if _is_alive(holder) or time.monotonic() > deadline:
                        raise HomeError(f"another run (process {holder or '?'}) is using {self.root}") from None
                    time.sleep(0.05)
            handle.seek(0)
            handle.truncate()
            handle.write(str(os.getpid()))
            handle.flush()
            try:
                yield handle.fileno()
            finally:
                with contextlib.suppress(OSError):  # a disk that became read-only keeps the number of an ended process
                    handle.seek(0)
                    handle.truncate()

    def prune(self) -> None:
        """Remove what is beyond its retention. Retention counts completed runs, not days: a pause or a wrong date loses none."""
        for old in self.nights_with_state()[:-KEEP_STATES]:
            shutil.rmtree(self.state(old).parent)
        for old in self.nights_with_raw()[:-KEEP_RAW_NIGHTS]:
            shutil.rmtree(self.raw(old))
        for old in _nights(self.root / "work"):
            shutil.rmtree(self.work(old))
        for suffix in REPORTS:
            for path in sorted((self.root / "reports").glob(f"*{suffix}"))[:-KEEP_REPORT_NIGHTS]:
                path.unlink()


def _nights(folder: Path) -> list[date]:
    nights = []
    for path in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(ValueError):
            nights.append(date.fromisoformat(path.name))
    return sorted(nights)


def _is_alive(pid: str) -> bool:
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
