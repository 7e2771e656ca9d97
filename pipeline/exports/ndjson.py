"""NDJSON for scripts: one JSON object per line, in UTF-8, every column in every line.

Lists and structs are JSON's own; dates ISO 8601, timestamps ISO 8601 in UTC to the second. The values before and after that
`changes` holds as JSON text are values here. Line breaks in a text are escaped by JSON.

Readers such as polars take the type of a column from the first INFERRED_ROWS lines. Where a column has its first value, or its
first value of some type, only later, that row is the first line; all others are in order.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from pipeline.exports.csv import moment
from pipeline.exports.files import ExportedFile, count_lines, write_tables
from pipeline.exports.rows import EXPORTED_AS_TEXT
from pipeline.tables import CHANGES_TABLE, Column, Table

JSON_TEXTS = tuple(column for column in CHANGES_TABLE.columns if column.name in ("old", "new"))
"""Columns of text that is JSON."""

JSON_TYPES = ("VARCHAR", "BOOLEAN", "UBIGINT", "BIGINT", "DOUBLE", "ARRAY", "OBJECT")
"""Types of a JSON value as DuckDB names them, but null."""

INFERRED_ROWS = 100
"""Lines from which polars and others infer the types of columns, by default."""


def write(warehouse: Path, folder: Path) -> list[ExportedFile]:
    """Write `<table>.ndjson` for each table exported as text; see `files.write_tables` for errors."""
    return write_tables(
        warehouse, folder, EXPORTED_AS_TEXT, ".ndjson", "FORMAT json", cell, count_lines, leading=leading_rows
    )


def leading_rows(con: duckdb.DuckDBPyConnection, table: Table, numbered: str) -> list[int]:
    """Numbers of the rows that have the first value of a column, or the first of some type, after INFERRED_ROWS rows."""
    tests = [test for column in table.columns for test in _value_tests(column)]
    firsts = ", ".join(f"min(nth) FILTER ({test})" for test in tests)
    [found] = con.execute(f"SELECT {firsts} FROM {numbered}").fetchall()
    return sorted({nth for nth in found if nth is not None and nth > INFERRED_ROWS})


def _value_tests(column: Column) -> list[str]:
    """SQL of whether a row of `held` has a value of the column: one test for each part that has a type of its own."""
    value = f'held."{column.name}"'
    if column in JSON_TEXTS:
        return [f"json_type({value}::JSON) = '{kind}'" for kind in JSON_TYPES]
    if isinstance(column.dtype, pl.List) and isinstance(column.dtype.inner, pl.Struct):
        parts = (part.name for part in column.dtype.inner.fields)
        return [f"len(list_filter({value}, lambda part: part.{name} IS NOT NULL)) > 0" for name in parts]
    return [f"len({value}) > 0" if isinstance(column.dtype, pl.List) else f"{value} IS NOT NULL"]


def cell(value: str, column: Column) -> str:
    """SQL of what JSON is written from, from the SQL of a column's value."""
    if isinstance(column.dtype, pl.Datetime):
        return moment(value)
    return f"{value}::JSON" if column in JSON_TEXTS else value
