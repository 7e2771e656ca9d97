"""How any exported table gets into a file: selected by DuckDB, written aside, synced, read back, renamed.

Does not belong here: what a cell looks like in a format (the format's module), which rows leave (`rows`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.exports.rows import selection
from pipeline.home import sync
from pipeline.tables import Column, Table
from pipeline.warehouse import WarehouseError, open_readonly

BLOCK = 1 << 20


class ExportError(WarehouseError):
    """A night cannot be exported: says why, in one line."""


@dataclass(frozen=True)
class ExportedFile:
    """One written file: its path below the night's folder, the table it holds, and what was read back from it."""

    path: str
    table: str
    rows: int
    columns: tuple[str, ...]
    bytes: int
    sha256: str


def write_tables(
    warehouse: Path,
    folder: Path,
    tables: Sequence[Table],
    suffix: str,
    options: str,
    cell: Callable[[str, Column], str],
    count: Callable[[Path], int],
    signature: str = "",
) -> list[ExportedFile]:
    """Write `folder/<table><suffix>` for each table, in the order of the tables.

    `options`: of DuckDB's COPY. `cell`: SQL of a cell, from the SQL of a column's value and the column. `count`: rows of a
    written file, by a reader other than DuckDB. `signature`: what the file begins with, before the first column's name.
    Raises ExportError where the file holds another number of rows than the table.
    """
    written = []
    with open_readonly(warehouse) as con:
        con.execute("SET preserve_insertion_order = true")
        con.execute("SET TimeZone = 'UTC'")
        for table in tables:
            aside = folder / f".{table.name}{suffix}.part"
            path = folder / f"{table.name}{suffix}"
            names = [signature + table.names[0], *table.names[1:]]
            cells = [cell(f'held."{column.name}"', column) for column in table.columns]
            columns = ", ".join(f'{value} AS "{name}"' for value, name in zip(cells, names, strict=True))
            rows, order = selection(table, "held")
            target = str(aside).replace("'", "''")
            con.execute(f"COPY (SELECT {columns} FROM {rows} ORDER BY {order}) TO '{target}' ({options})")
            sync(aside)
            [(held,)] = con.execute(f"SELECT count(*) FROM {rows}").fetchall()
            counted = count(aside)
            if counted != held:
                raise ExportError(f"{path.name}: {counted} rows were read back, the table has {held}")
            size, digest = measure(aside)
            aside.replace(path)
            written.append(ExportedFile(path.name, table.name, counted, tuple(table.names), size, digest))
    return written


def measure(path: Path) -> tuple[int, str]:
    """Size in bytes and SHA-256 (hexadecimal) of a file."""
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
    return path.stat().st_size, digest
