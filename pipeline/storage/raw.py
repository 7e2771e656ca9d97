"""Reading a night's raw files (written by `scrapers.runs`, which describes them).

Belongs here: which runs count, and their rows as a polars frame. Does not belong here: what a value means.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from pipeline.errors import PipelineError
from pipeline.tables import RAW
from pipeline.vocabulary import NOT_ASKED

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
)
"""A run of a source, as its line in runs.ndjson says."""


_BATCH_ROWS = 10_000
"""Rows that are held as Python objects at a time."""

PUBLISHED = "published"
"""Event line of runs.ndjson: the state of the night was made of the lines before it, and of the first so many `decisions` of
people."""


class RawError(PipelineError):
    """A raw file does not hold what its run line says."""


def read_lines(folder: Path) -> list[dict[str, Any]]:
    """Every whole line of runs.ndjson; a last line that a kill cut off counts for nothing."""
    path = folder / "runs.ndjson"
    if not path.is_file():
        return []
    lines = []
    for line in path.read_bytes().split(b"\n"):
        try:
            lines.append(json.loads(line))
        except ValueError:  # no JSON, or cut within a letter
            continue
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
    return pl.DataFrame([newest[source] for source in sorted(newest)], schema=RUNS)


def read_listings(folder: Path, runs: pl.DataFrame) -> pl.DataFrame:
    """The raw listings of these runs; columns of tables.RAW. Raises RawError where a block is not what was written."""
    blocks = []
    for run in runs.filter(pl.col("length") > 0).iter_rows(named=True):
        try:
            with (folder / run["file"]).open("rb") as handle:
                handle.seek(run["offset"])
                block = handle.read(run["length"])
        except FileNotFoundError as error:
            raise RawError(f"{folder / run['file']} with the rows of {run['source_id']} is missing") from error
        if hashlib.sha256(block).hexdigest() != run["sha256"]:
            raise RawError(f"{folder / run['file']}: the rows of {run['source_id']} are damaged; run the night again")
        blocks.append(block)
    return parse_listings(b"".join(blocks).splitlines())


def parse_listings(lines: Iterable[bytes]) -> pl.DataFrame:
    """NDJSON lines as a frame of tables.RAW: keys that are absent are null, `extra` becomes JSON text.

    Raises RawError with the number of a line that is no JSON object or has no source_id, url or title."""
    return pl.concat([RAW.empty(), *(frame for _, frame in _parsed(lines))])


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
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise RawError(f"line {number} is no JSON: {error}") from error
    if not isinstance(row, dict) or not all(row.get(key) for key in ("source_id", "url", "title")):
        raise RawError(f"line {number} has no source_id, url or title")
    if b"\\ud" in line.lower():  # half a surrogate pair is no text
        row = json.loads(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace"))
    if not isinstance(row.get("extra") or {}, dict):
        raise RawError(f"line {number}: extra is no object")
    row["extra"] = json.dumps(row.get("extra") or {}, ensure_ascii=False, sort_keys=True)
    return row


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    try:
        return pl.DataFrame(rows, schema=RAW.schema, strict=True)
    except (pl.exceptions.PolarsError, TypeError) as error:
        raise RawError(f"a field is of the wrong kind: {error}") from error


def read_ndjson(path: Path) -> pl.DataFrame:
    """The whole of a file of raw listings; of a large one, read `RawFile.parts`."""
    with path.open("rb") as handle:
        return parse_listings(handle)
