"""Parquet: the format for analysis and for the dashboard. Types as in the warehouse: lists, structs, dates, UTC moments.

    <table>.parquet                                              each table, whole
    internships_by_country/country=DE/internships.parquet        the same internships, in Hive's partition layout

One file per country lets a reader fetch only what it needs; read together they give each internship once. So one with several
host countries is filed under the first in its list (query `countries` for all of them), and one without any under ZZ, the code
that ISO 3166-1 leaves to users and CLDR uses for "unknown". `country` is in the path only.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline.exports.files import ExportedFile, copy, count_of, finish, write_tables
from pipeline.exports.rows import EXPORTED, selection
from pipeline.storage.files import aside_of
from pipeline.storage.warehouse import open_readonly
from pipeline.tables import INTERNSHIPS

ROW_GROUP_ROWS = 100_000
"""A reader skips whole groups; fewer, larger ones compress better. Set explicitly, so that no new default changes the bytes."""

BY_COUNTRY = "internships_by_country"
UNKNOWN = "ZZ"
"""Country code of internships without a country."""

MAX_OPEN_PARTITIONS = 400
"""More than the countries of ISO 3166-1: DuckDB starts a second file per partition once this many are open."""

_OPTIONS = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP_ROWS}"


def write(warehouse: Path, folder: Path) -> list[ExportedFile]:
    """Write `<table>.parquet` for each exported table, and the internships by country; see `files.write_tables` for
    errors."""
    whole = write_tables(warehouse, folder, EXPORTED, ".parquet", _OPTIONS, lambda value, _: value, count_rows)
    return [*whole, *write_by_country(warehouse, folder)]


def write_by_country(warehouse: Path, folder: Path) -> list[ExportedFile]:
    """Write the internships as one file per first host country, ordered by country. Raises ExportError as `write` does."""
    rows, order = selection(INTERNSHIPS, "held")
    country = f"coalesce(held.countries[1], '{UNKNOWN}')"
    aside = aside_of(folder / BY_COUNTRY)
    with open_readonly(warehouse) as con:
        con.execute("SET threads = 1")  # several would each start a file of their own per country
        con.execute(f"SET partitioned_write_max_open_files = {MAX_OPEN_PARTITIONS}")
        query = f"SELECT held.*, {country} AS country FROM {rows} ORDER BY country, {order}"
        copy(con, query, aside, f"{_OPTIONS}, PARTITION_BY (country), FILENAME_PATTERN '{INTERNSHIPS.name}'")
        held = dict(con.execute(f"SELECT {country}, count(*) FROM {rows} GROUP BY ALL ORDER BY ALL").fetchall())
        if not held:  # nothing to partition: a reader still gets the columns
            (aside / f"country={UNKNOWN}").mkdir(parents=True)
            none = aside / f"country={UNKNOWN}" / f"{INTERNSHIPS.name}0.parquet"
            copy(con, f"FROM {rows}", none, _OPTIONS)
            held = {UNKNOWN: count_of(con, f"FROM {rows}")}
    aside.rename(folder / BY_COUNTRY)
    written = []
    for code, expected in held.items():
        path = f"{BY_COUNTRY}/country={code}/{INTERNSHIPS.name}.parquet"
        part = aside_of(folder / path)
        (folder / BY_COUNTRY / f"country={code}" / f"{INTERNSHIPS.name}0.parquet").rename(part)
        meaning = f"internships whose first host country is {code}" if code != UNKNOWN else "internships of no country"
        written.append(finish(folder, path, count_rows(part), expected, INTERNSHIPS.name, INTERNSHIPS.names, meaning))
    return written


def count_rows(path: Path) -> int:
    """Rows of a Parquet file, as polars reads it."""
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())
