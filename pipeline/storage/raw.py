"""Reading a night's raw files (written by `scrapers.runs`, which describes them).

Belongs here: which runs count, and their rows as a polars frame. Does not belong here: what a value means.
"""

from __future__ import annotations

import hashlib
import json
import time
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import polars as pl

from pipeline.errors import PipelineError
from pipeline.tables import MAX_LENGTHS, MAX_LOCATIONS, MAX_TEXT_LENGTH, RAW
from pipeline.vocabulary import NOT_ASKED
from scrapers.listing import MARKED_CLOSED, PAGE_UNREAD
from scrapers.runs import append_line

RUNS = pl.Schema(
    {
        "source_id": pl.String,
        "attempt": pl.Int64,
        "outcome": pl.String,
        "evidence": pl.String,
        "seen": pl.Int32,
        "kept": pl.Int32,
        "skipped": pl.Int32,
        "declared_total": pl.Int32,
        "pages": pl.Int32,
        "bytes": pl.Int64,
        "file": pl.String,
        "offset": pl.Int64,
        "length": pl.Int64,
        "sha256": pl.String,
    }
    | {"links": pl.List(pl.String)}
)
"""A run of a source, as its line in runs.ndjson says."""

_OPTIONAL_KEYS = {"links"}
"""Keys that lines of older versions lack."""


MAX_COUNT = (1 << 31) - 1
"""The largest count that a table holds."""

_BATCH_ROWS = 10_000
"""Rows that are held as Python objects at a time."""

PUBLISHED = "published"
"""Event line of runs.ndjson: the state of the night was made of the lines before it, and of the first so many `decisions` of
people."""


STEP_FINISHED = "step_finished"
"""Event line of runs.ndjson: a `step` of the night took so many `seconds`."""


class Durations(NamedTuple):
    """Seconds that a night took, by its steps in their order, and by source."""

    steps: dict[str, float]
    sources: dict[str, float]

    def slowest(self, number: int) -> list[tuple[str, float]]:
        """So many sources that took longest."""
        return sorted(self.sources.items(), key=lambda each: (-each[1], each[0]))[:number]


class RawError(PipelineError):
    """A raw file does not hold what its run line says."""


def read_lines(folder: Path) -> list[dict[str, Any]]:
    """Every whole line of runs.ndjson; a last line that a kill cut off counts for nothing."""
    path = folder / "runs.ndjson"
    if not path.is_file():
        return []
    lines = []
    for number, text in enumerate(path.read_bytes().split(b"\n"), start=1):
        try:
            line = json.loads(text)
        except (ValueError, RecursionError):  # no JSON, or cut within a letter
            continue
        if not isinstance(line, dict):
            continue
        if "source_id" in line and not line.keys() >= RUNS.keys() - _OPTIONAL_KEYS:
            raise RawError(f"{path}: line {number} is not a whole run line; remove that line, or restore the file")
        lines.append(line)
    return lines


def read_runs(folder: Path) -> pl.DataFrame:
    """The newest run of each source on the night, ordered by source; columns as in RUNS.

    A run that made no request replaces nothing: an earlier run of the night stands."""
    return _newest(read_lines(folder))


def published_runs(folder: Path) -> pl.DataFrame:
    """As `read_runs`, of the lines that the night was published from: those of a later attempt are left aside."""
    lines = read_lines(folder)
    published = [number for number, line in enumerate(lines) if line.get("event") == PUBLISHED]
    return _newest(lines[: published[-1]] if published else [])


@contextmanager
def timed(folder: Path, step: str) -> Iterator[None]:
    """Record how long a step of the night took, once it has ended well."""
    started = time.monotonic()
    yield
    append_line(folder, {"event": STEP_FINISHED, "step": step, "seconds": round(time.monotonic() - started, 1)})


def read_durations(folder: Path) -> Durations:
    """How long each step and each source last took on this night; lines from before this was recorded say nothing."""
    steps: dict[str, float] = {}
    sources: dict[str, float] = {}
    for line in read_lines(folder):
        if line.get("event") == STEP_FINISHED:
            steps.pop(line["step"], None)  # of a step that was made again, its place is the newest, too
            steps[line["step"]] = line["seconds"]
        elif line.get("seconds"):
            sources[line["source_id"]] = line["seconds"]
    return Durations(steps, sources)


def decisions_published(folder: Path) -> int | None:
    """How many of people's decisions the night was last published with; None where it was not published."""
    published = [line for line in read_lines(folder) if line.get("event") == PUBLISHED]
    count: int | None = published[-1].get("decisions") if published else None
    return count


def _newest(lines: list[dict[str, Any]]) -> pl.DataFrame:
    newest: dict[str, dict[str, Any]] = {}
    for line in lines:
        if "source_id" not in line:
            continue
        if line["outcome"] in NOT_ASKED and line["source_id"] in newest:
            continue
        newest[line["source_id"]] = line
    return pl.DataFrame([_typed(newest[source]) for source in sorted(newest)], schema=RUNS)


def _typed(run: dict[str, Any]) -> dict[str, Any]:
    """A run line with the types of RUNS. What a source declares is its own word: a total that is no count is none."""
    total = run["declared_total"]
    is_count = isinstance(total, int) and 0 <= total <= MAX_COUNT
    return {name: run.get(name) for name in RUNS} | {"declared_total": total if is_count else None}


class RawListings(NamedTuple):
    """The rows of a night (`rows`, tables.RAW), and the lines that are no raw listing (`unreadable`, UNREADABLE)."""

    rows: pl.DataFrame
    unreadable: pl.DataFrame


MARKS = (MARKED_CLOSED, PAGE_UNREAD, "no_link")
"""Keys of `extra` that decide what becomes of a row."""

UNREADABLE = pl.Schema({"source_id": pl.String, "text": pl.String, "reason": pl.String})


def read_night(folder: Path, runs: pl.DataFrame) -> RawListings:
    """The raw listings of these runs, whatever their lines hold. Raises RawError where a block is not what was written."""
    frames, unreadable = [RAW.empty()], []
    lines = ((source_id, line) for source_id, block in _blocks(folder, runs) for line in block.splitlines())
    while batch := list(islice(lines, _BATCH_ROWS)):
        for part in _readable(batch):
            if isinstance(part, pl.DataFrame):
                frames.append(part)
            else:
                unreadable.append(part)
    # In as many pieces as there were batches, each expression would be prepared once a piece.
    return RawListings(pl.concat(frames).rechunk(), pl.DataFrame(unreadable, schema=UNREADABLE, orient="row"))


def _readable(lines: Sequence[tuple[str, bytes]]) -> Iterator[pl.DataFrame | tuple[str, str, str]]:
    """The rows of lines (source_id, line), in order; of a line that is no raw listing its row of UNREADABLE. Lines that cannot be
    read together are halved until the one that is to blame stands alone."""
    try:
        yield parse_listings(line for _, line in lines)
    except RawError as error:
        if len(lines) > 1:
            yield from _readable(lines[: len(lines) // 2])
            yield from _readable(lines[len(lines) // 2 :])
        else:
            [(source_id, line)] = lines
            yield source_id, line.decode("utf-8", "replace")[: MAX_LENGTHS["description"]], str(error)


def limit_texts(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of tables.RAW whose texts end at their limit, so that no pattern sees a text without bound."""
    texts = [name for name, dtype in RAW.schema.items() if dtype == pl.String and name != "extra"]
    return rows.with_columns(
        *(pl.col(name).str.slice(0, MAX_LENGTHS.get(name, MAX_TEXT_LENGTH)) for name in texts),
        pl.col("locations").list.head(MAX_LOCATIONS).list.eval(pl.element().str.slice(0, MAX_TEXT_LENGTH)),
    )


def read_listings(folder: Path, runs: pl.DataFrame) -> pl.DataFrame:
    """The raw listings of these runs; columns of tables.RAW. Raises RawError where a block is not what was written."""
    return parse_listings(b"".join(block for _, block in _blocks(folder, runs)).splitlines())


def _blocks(folder: Path, runs: pl.DataFrame) -> Iterator[tuple[str, bytes]]:
    """source_id and bytes of the rows of each run."""
    for run in runs.filter(pl.col("length") > 0).iter_rows(named=True):
        try:
            with (folder / run["file"]).open("rb") as handle:
                handle.seek(run["offset"])
                block = handle.read(run["length"])
        except FileNotFoundError as error:
            raise RawError(f"{folder / run['file']} with the rows of {run['source_id']} is missing") from error
        if hashlib.sha256(block).hexdigest() != run["sha256"]:
            raise RawError(f"{folder / run['file']}: the rows of {run['source_id']} are damaged; run the night again")
        yield run["source_id"], block


def parse_listings(lines: Iterable[bytes]) -> pl.DataFrame:
    """NDJSON lines as a frame of tables.RAW: keys that are absent are null, `extra` becomes JSON text.

    Raises RawError with the number of a line that is no JSON object or has no source_id, url or title."""
    return pl.concat([RAW.empty(), *(frame for _, frame in _parsed(lines))]).rechunk()


class RawFile:
    """A file of raw listings that is read a part at a time: its rows stay where they are until they are asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._starts = array("Q")

    def parts(self) -> Iterator[pl.DataFrame]:
        """Every row, as `parse_listings` gives it, some at a time; the first reading finds where each stands."""
        starts = array("Q")
        with self.path.open("rb") as handle:
            for offsets, frame in _parsed(handle):
                starts.extend(offsets)
                yield frame
        self._starts = starts

    def rows(self, numbers: pl.Series) -> pl.DataFrame:
        """The rows of these numbers, counted through all `parts`, in this order."""
        with self.path.open("rb") as handle:
            return parse_listings(_line_at(handle, self._starts[number]) for number in numbers)


def _line_at(handle: BinaryIO, start: int) -> bytes:
    handle.seek(start)
    return handle.readline()


def _parsed(lines: Iterable[bytes]) -> Iterator[tuple[list[int], pl.DataFrame]]:
    """The rows of lines, _BATCH_ROWS at a time: where each line begins, counted in bytes, and their frame."""
    starts: list[int] = []
    rows: list[dict[str, Any]] = []
    start = 0
    for number, line in enumerate(lines, start=1):
        if line.strip():
            starts.append(start)
            rows.append(_parse_line(line, number))
        start += len(line)
        if len(rows) == _BATCH_ROWS:
            yield starts, _frame(rows)
            starts, rows = [], []
    if rows:
        yield starts, _frame(rows)


def _parse_line(line: bytes, number: int) -> dict[str, Any]:
    try:
        row: dict[str, Any] = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RawError(f"line {number} is no JSON: {error}") from error
    if not isinstance(row, dict) or not all(row.get(key) for key in ("source_id", "url", "title")):
        raise RawError(f"line {number} has no source_id, url or title")
    if b"\\ud" in line.lower():  # half a surrogate pair is no text
        row = json.loads(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace"))
    if not isinstance(row.get("extra") or {}, dict):
        raise RawError(f"line {number}: extra is no object")
    if not isinstance(row.get("locations") or [], list):
        raise RawError(f"line {number}: locations is no array")
    if wrong := [name for name in _TEXT_FIELDS if not isinstance(row.get(name), str | None)]:
        raise RawError(f"line {number}: {wrong[0]} is no text")
    extra = row.get("extra") or {}
    text = json.dumps(extra, ensure_ascii=False, sort_keys=True)
    if len(text) > MAX_LENGTHS["extra"]:  # a part of it would be no JSON: only the marks that rules look at are kept
        marks = {key: extra[key] for key in MARKS if key in extra}
        text = json.dumps(
            {key: mark[:MAX_TEXT_LENGTH] if isinstance(mark, str) else mark for key, mark in marks.items()}
        )
    row["extra"] = text
    return row


_TEXT_FIELDS = [name for name, dtype in RAW.schema.items() if dtype == pl.String and name != "extra"]


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    try:
        return limit_texts(pl.DataFrame(rows, schema=RAW.schema, strict=True))
    except (pl.exceptions.PolarsError, TypeError) as error:
        raise RawError(f"a field is of the wrong kind: {error}") from error


def read_ndjson(path: Path) -> pl.DataFrame:
    """The whole of a file of raw listings; of a large one, read `RawFile.parts`."""
    with path.open("rb") as handle:
        return parse_listings(handle)
