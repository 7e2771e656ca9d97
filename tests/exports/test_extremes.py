"""Numbers and dates at the ends of their types: none stops the exports of a night."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipeline.exports import export_night
from pipeline.tables import INTERNSHIPS, Column
from tests.exports.small import NIGHT, internship, small_warehouse, sound

HUGE = 1.7e308


def extremes(column: Column) -> tuple[Any, ...]:
    """Values that the type of a column can hold and no internship has."""
    kind = column.dtype
    if kind == pl.Date:
        return date.min, date.max, date(2026, 2, 28)
    if isinstance(kind, pl.Datetime):
        return datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    if kind.is_float():
        return -HUGE, HUGE, float("inf"), float("nan"), -0.0
    if kind.is_integer():
        return -(1 << 15), (1 << 15) - 1
    return ()


def test_no_number_or_date_stops_an_export(tmp_path: Path) -> None:
    rows = [
        internship(number, **{column.name: value})
        for number, (column, value) in enumerate(
            (column, value) for column in INTERNSHIPS.columns for value in extremes(column)
        )
    ]
    warehouse = small_warehouse(tmp_path / "w.duckdb", sound(*rows))
    folder = tmp_path / "files"
    folder.mkdir()
    export_night(warehouse, folder, NIGHT)
    assert duckdb.sql(f"SELECT count(*) FROM '{folder}/internships.parquet'").fetchall() == [(len(rows),)]
