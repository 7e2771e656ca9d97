"""A night's raw files: raw/<night>/, written so that a kill at any moment leaves nothing half that counts.

    runs.ndjson                            one JSON object a line; a source's run counts once its line stands here whole
    listings-<attempt>-<process>.ndjson    raw listings; the rows of one run are one contiguous block
    web-<attempt>-<process>.warc.gz        the responses of a live crawl

A block is on disk before the line that points to it is written; a block without a line counts for nothing. Several
processes append to runs.ndjson under its lock. Lines with an `event` and no `source_id` are the pipeline's own.

Belongs here: names, order and durability of these files. Does not belong here: which outcome a run has (`scrapers.engine`).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scrapers.outcome import Outcome

RUNS = "runs.ndjson"

FLUSH_SECONDS = 1.0
"""How long a finished run may wait for the disk, which is what a kill can cost."""

MAX_PENDING_RUNS = 256
MAX_PENDING_BYTES = 1 << 22


EMPTY_PAGE = "a further page without rows"
"""How the evidence speaks of a page of a list that has none, behind pages that had some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """How one source fared. `seen`: rows it showed; `skipped`: those that failed the word test; `bytes`: of all responses;
    `declared_total`: rows that the source itself declares; `fetched_at`: ISO 8601 UTC of the last response, null where none came;
    `seconds`: from its first request to its end, the waiting between requests included; 0 where none was sent;
    `links`: the addresses that pages without a row link to, where the run ended as `layout_changed` without any row, else
    null.

    The beginning of the evidence is for machines, too. `says none: ` begins that of an `empty` run whose source itself says so,
    in words or by a total of 0; `an empty list: ` that of one with a list without rows; zero rows without either are
    `layout_changed`. `short by N: ` begins that of a `partial` run that lacks only N rows, below the declared total or without
    title or address. That of a `moved` run has both addresses."""

    source_id: str
    outcome: Outcome
    evidence: str | None
    seen: int
    kept: int
    skipped: int
    declared_total: int | None
    pages: int
    bytes: int
    fetched_at: str | None
    seconds: float
    links: list[str] | None = None

    @classmethod
    def failed(cls, source_id: str, outcome: Outcome, evidence: str) -> RunFacts:
        """A run without a single response."""
        return cls(
            source_id=source_id,
            outcome=outcome,
            evidence=evidence,
            seen=0,
            kept=0,
            skipped=0,
            declared_total=None,
            pages=0,
            bytes=0,
            fetched_at=None,
            seconds=0.0,
        )


def append_line(folder: Path, *lines: dict[str, Any]) -> None:
    """Append lines to the night's runs.ndjson, on disk when this returns; a line that a kill left torn stays apart."""
    with (folder / RUNS).open("ab+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        end = handle.seek(0, os.SEEK_END)
        torn = False
        if end:
            handle.seek(end - 1)
            torn = handle.read(1) != b"\n"
        handle.write((b"\n" if torn else b"") + b"".join(_json(line) + b"\n" for line in lines))
        handle.flush()
        os.fsync(handle.fileno())


def _json(line: dict[str, Any]) -> bytes:
    return json.dumps(line, ensure_ascii=False).encode("utf-8", "replace")  # half a surrogate pair is no text


def print_line(line: dict[str, Any]) -> None:
    """Report a finished source to the parent process: its run line on standard output."""
    sys.stdout.write(_json(line).decode() + "\n")
    sys.stdout.flush()


class NightFiles:
    """The raw files of one crawler process of one attempt at a night.

    Runs are written several at a time, because a flush waits for the disk twice, however many there are."""

    def __init__(self, folder: Path, night: str, attempt: int, process: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.night = night
        self._folder = folder
        self._stamp = {"night": night, "attempt": attempt}
        self._listings = f"listings-{attempt}-{process}.ndjson"
        self._pending: list[tuple[RunFacts, bytes, Callable[[dict[str, Any]], None]]] = []
        self.finished: set[str] = set()
        self.archive = folder / f"web-{attempt}-{process}.warc.gz"

    def add(
        self, facts: RunFacts, rows: Iterable[str], on_written: Callable[[dict[str, Any]], None] = lambda line: None
    ) -> None:
        """A finished run with its rows (JSON, no line breaks), to be written by the next `flush`, which happens here where
        much is pending; `on_written` is then called with its line."""
        block = "".join(f"{row}\n" for row in rows).encode("utf-8", "replace")  # half a surrogate pair is no text
        self._pending.append((facts, block, on_written))
        self.finished.add(facts.source_id)
        pending_bytes = sum(len(block) for _, block, _ in self._pending)
        if len(self._pending) >= MAX_PENDING_RUNS or pending_bytes >= MAX_PENDING_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what is pending: the rows of all runs, then their lines. On disk when this returns."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        offset = self._append(b"".join(block for _, block, _ in pending))
        lines = []
        for facts, block, _ in pending:
            lines.append(
                {
                    **asdict(facts),
                    **self._stamp,
                    "file": self._listings if block else None,
                    "offset": offset if block else 0,
                    "length": len(block),
                    "rows": block.count(b"\n"),
                    "sha256": hashlib.sha256(block).hexdigest() if block else None,
                }
            )
            offset += len(block)
        append_line(self._folder, *lines)
        for line, (_, _, on_written) in zip(lines, pending, strict=True):
            on_written(line)

    def _append(self, blocks: bytes) -> int:
        """Append to the listings; the offset at which the blocks begin."""
        if not blocks:
            return 0
        with (self._folder / self._listings).open("ab") as handle:
            offset = handle.seek(0, os.SEEK_END)
            handle.write(blocks)
            handle.flush()
            os.fsync(handle.fileno())
        return offset
