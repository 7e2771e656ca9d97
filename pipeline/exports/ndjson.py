"""NDJSON for scripts: one JSON object per line, in UTF-8, every column in every line.

Lists and structs are JSON's own; dates ISO 8601, timestamps ISO 8601 in UTC to the second. The values before and after that
`changes` holds as JSON text are values here. Line breaks in a text are escaped by JSON.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline.exports.csv import moment
from pipeline.exports.files import ExportedFile, count_lines, write_tables
from pipeline.exports.rows import EXPORTED_AS_TEXT
from pipeline.tables import CHANGES_TABLE, Column

JSON_TEXTS = tuple(column for column in CHANGES_TABLE.columns if column.name in ("old", "new"))
"""Columns of text that is JSON."""


def write(warehouse: Path, folder: Path) -> list[ExportedFile]:
    """Write `<table>.ndjson` for each table exported as text; see `files.write_tables` for errors."""
    return write_tables(warehouse, folder, EXPORTED_AS_TEXT, ".ndjson", "FORMAT json", cell, count_lines)


def cell(value: str, column: Column) -> str:
    """SQL of what JSON is written from, from the SQL of a column's value."""
    if isinstance(column.dtype, pl.Datetime):
        return moment(value)
    return f"{value}::JSON" if column in JSON_TEXTS else value
