"""Parquet: the format for analysis and for the dashboard. Types as in the warehouse: lists, structs, dates, UTC moments."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline.exports.files import ExportedFile, write_tables
from pipeline.exports.rows import EXPORTED

ROWS_A_GROUP = 100_000
"""A reader skips whole groups; fewer, larger ones compress better. Set, so that no default moves the bytes."""


def write(warehouse: Path, folder: Path) -> list[ExportedFile]:
    """Write `<table>.parquet` for each exported table; see `files.write_tables` for errors."""
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_A_GROUP}"
    return write_tables(warehouse, folder, EXPORTED, ".parquet", options, lambda value, _: value, count_rows)


def count_rows(path: Path) -> int:
    """Rows of a Parquet file, as polars reads it."""
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())
