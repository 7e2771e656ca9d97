"""What a person sees while a night runs: log lines with level and time, and a bar while sources are crawled.

All of it goes to standard error, so that standard output stays for results: on a terminal through rich, elsewhere (systemd, a
file) as plain lines, where systemd's journal adds the time itself. Belongs here: how the log looks. Does not belong here: what
is logged; each module logs by `logging.getLogger(__name__)`.
"""

from __future__ import annotations

import logging
import os
from typing import Any, Self

from rich.console import Console
from rich.logging import RichHandler
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from pipeline.vocabulary import HEALTHY, NOT_ASKED

MAX_SOURCES_LISTED = 60
"""With more sources than this, plain output reports every tenth of them only."""

console = Console(stderr=True, highlight=False, soft_wrap=True)

log = logging.getLogger(__name__)


def set_up_logging() -> None:
    """Send the log of the pipeline to standard error; to be called once, by the program's entry."""
    handler: logging.Handler
    if console.is_terminal:
        handler = RichHandler(console=console, show_path=False, omit_repeated_times=False, log_time_format="%H:%M:%S")
        handler.setFormatter(logging.Formatter("%(message)s"))
    else:
        handler = logging.StreamHandler()
        stamp = "" if "JOURNAL_STREAM" in os.environ else "%(asctime)s "
        handler.setFormatter(logging.Formatter(f"{stamp}%(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S%z"))
    pipeline = logging.getLogger("pipeline")
    pipeline.handlers = [handler]
    pipeline.setLevel(logging.INFO)
    pipeline.propagate = False


class SourceProgress:
    """How far the crawlers are: call it with each finished run. A context manager, for its bar."""

    def __init__(self) -> None:
        self._rows = 0
        self._failed = 0
        self._bar: Progress | None = None
        self._task = TaskID(0)

    def __enter__(self) -> Self:
        if console.is_terminal:
            self._bar = Progress(
                TextColumn("   sources"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"),
                TimeElapsedColumn(), TimeRemainingColumn(), console=console, transient=True,
            )  # fmt: skip
            self._bar.start()
            self._task = self._bar.add_task("", total=None)
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, run: dict[str, Any], done: int, of: int) -> None:
        self._rows += run["kept"]
        self._failed += run["outcome"] not in HEALTHY | NOT_ASKED
        if self._bar:
            description = f"{self._rows} rows, {self._failed} failed"
            self._bar.update(self._task, completed=done, total=of, description=description)
            return
        if run["outcome"] in NOT_ASKED:
            return
        if of <= MAX_SOURCES_LISTED or done % max(1, of // 10) == 0:
            log.info("%d/%d %s: %s, %d rows", done, of, run["source_id"], run["outcome"], run["kept"])
