"""What a person sees while a night runs: one line a step, a bar while sources answer. On standard error, so that standard
output stays for results; plain lines where it is no terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

LINES_FOR = 60
"""Above so many sources plain output tells every tenth of them only."""

console = Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """One line about what is being done now."""
    console.print(text, markup=False)


class Sources:
    """How far the crawlers are: call it with each finished run. A context manager, for its bar."""

    def __init__(self) -> None:
        self._rows = 0
        self._ill = 0
        self._bar: Progress | None = None
        self._task = TaskID(0)

    def __enter__(self) -> Sources:
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
        self._ill += run["outcome"] not in ("ok", "unchanged", "not_due", "not_recorded")
        if self._bar:
            told = f"{self._rows} rows, {self._ill} ill"
            self._bar.update(self._task, completed=done, total=of, description=told)
            return
        if run["outcome"] in ("not_due", "not_recorded"):
            return
        if of <= LINES_FOR or done % max(1, of // 10) == 0:
            say(f"   {done}/{of}  {run['source_id']}: {run['outcome']}, {run['kept']} rows")
