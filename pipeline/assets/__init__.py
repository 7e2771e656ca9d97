"""The assets of the nightly graph: each reads, calls a pure function, writes, and reports what people want to look at.

What they share lies here: the settings of a run, and how results are shown. The work itself is in `pipeline.nightly`,
`pipeline.storage.warehouse` and `pipeline.exports`.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from pathlib import Path

import dagster as dg
import polars as pl
from pydantic import PrivateAttr

from pipeline.engine import Engine, open_engine
from pipeline.settings import Settings
from pipeline.storage.home import Home
from scrapers.source import Catalogue, read_catalogue

NIGHT = "night"
NIGHTS = dg.DynamicPartitionsDefinition(name=NIGHT)
"""One partition a night that was run: a night cannot be collected before or after its date, so there are no others."""

RETRY = dg.RetryPolicy(max_retries=2, delay=2, backoff=dg.Backoff.EXPONENTIAL)
"""For what a passing fault may break: a full process table, a disk for a moment out of room."""

PREVIEW_ROWS = 10

log = logging.getLogger(__name__)


class RunSettings(dg.ConfigurableResource["RunSettings"]):
    """What a run works on: the home, the catalogue, and for a run by hand the archives and sources it is limited to; who works on
    it: so many workers here, or those of a scheduler.

    Holds the home's lock for the length of the run, unless `lock_fd` names one that is held already.
    """

    home: str
    catalogue: str
    replay: list[str] = []
    sources: list[str] = []
    channels: list[str] = []
    workers: int | None = None
    scheduler: str | None = None
    lock_fd: int = -1

    _lock: int = PrivateAttr(default=-1)

    @classmethod
    def from_environment(cls) -> RunSettings:
        """The settings of a scheduled run: home and catalogue of the environment, nothing left out."""
        settings = Settings.from_environment()
        return cls(home=str(settings.home), catalogue=str(settings.catalogue), scheduler=settings.cluster)

    @contextlib.contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[RunSettings]:
        if self.lock_fd >= 0:
            self._lock = self.lock_fd
            yield self
            return
        self.home_folder.prepare()
        with self.home_folder.lock() as lock:
            self._lock = lock
            yield self

    @property
    def home_folder(self) -> Home:
        return Home(Path(self.home).absolute())

    def open_engine(self) -> contextlib.AbstractContextManager[Engine]:
        """Who works on the parts of a step, for as long as it takes. Raises EngineError."""
        return open_engine(self.workers, self.scheduler, self.home_folder.parts, Settings.from_environment().parts)

    @property
    def lock(self) -> int:
        """The descriptor that crawlers inherit, so that the home stays held while one of them lives."""
        return self._lock

    @cached_property
    def loaded_catalogue(self) -> Catalogue:
        return read_catalogue(Path(self.catalogue))

    @property
    def is_limited(self) -> bool:
        """Somebody asked for these sources: they are asked whether they are due or not."""
        return bool(self.sources or self.channels or self.replay)


def log_step(context: dg.AssetExecutionContext, text: str) -> None:
    """Report a step to whoever watches the terminal, and to Dagster's run log."""
    log.info(text)
    context.log.info(text)


def night_of(context: dg.AssetExecutionContext) -> date:
    """The night a run is for: its partition."""
    return date.fromisoformat(context.partition_key)


def preview(frame: pl.DataFrame) -> dg.MarkdownMetadataValue:
    """The first rows as a Markdown table."""
    head = frame.head(PREVIEW_ROWS)
    lines = ["| " + " | ".join(head.columns) + " |", "|" + "---|" * head.width]
    for row in head.iter_rows():
        cells = ("" if cell is None else str(cell)[:80].replace("|", "\\|").replace("\n", " ") for cell in row)
        lines.append("| " + " | ".join(cells) + " |")
    return dg.MetadataValue.md("\n".join(lines))
