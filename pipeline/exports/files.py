"""Writing any export to a file: aside, synced, read back and counted, renamed.

Does not belong here: what a cell looks like in a format (the format's module), which rows are exported (`rows`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.exports.rows import selection
from pipeline.storage.files import BLOCK_BYTES, aside_of, measure, place
from pipeline.storage.sql import literal
from pipeline.storage.warehouse import WarehouseError, open_readonly
from pipeline.tables import Column, Table

LINES = "FORMAT csv, HEADER true, QUOTE '', ESCAPE '', DELIMITER ''"
"""Options of DuckDB's COPY that write a column of text as it is, first its name, a line break after each."""


class ExportError(WarehouseError):
    """A night cannot be exported; the message is one line."""


@dataclass(frozen=True)
class ExportedFile:
    """One written file: its path below the night's folder, the table it holds, and what was read back from it.

    `table`: empty if the file is no table; then `meaning` describes it. `rows`: or entries, or events."""

    path: str
    table: str
    rows: int
    columns: tuple[str, ...]
    bytes: int
    sha256: str
    meaning: str = ""


def write_tables(
    warehouse: Path,
    folder: Path,
    tables: Sequence[Table],
    suffix: str,
    options: str,
    cell: Callable[[str, Column], str],
    count: Callable[[Path], int],
    signature: str = "",
    leading: Callable[[duckdb.DuckDBPyConnection, Table, str], list[int]] | None = None,
) -> list[ExportedFile]:
    """Write `folder/<table><suffix>` for each table, in the order of the tables.

    `options`: of DuckDB's COPY. `cell`: SQL of a cell, from the SQL of a column's value and the column. `count`: rows of a
    written file, by a reader other than DuckDB. `signature`: what the file begins with, before the first column's name.
    `leading`: numbers of the rows, from 1 in their order, that go before all others; it is given SQL of the numbered rows, named
    `held`, with `nth`. Raises ExportError if the file has another number of rows than the table.

    One thread, and no sorting of tables that are stored sorted: rows stream through in stored order, in some hundred megabytes
    however many there are. Sorting a million internships would hold all of them in memory, texts included.
    """
    written = []
    with open_readonly(warehouse) as con:
        con.execute("SET threads = 1")
        con.execute("SET preserve_insertion_order = true")
        con.execute("SET TimeZone = 'UTC'")
        for table in tables:
            aside = aside_of(folder / f"{table.name}{suffix}")
            names = [signature + table.names[0], *table.names[1:]]
            cells = [cell(f'held."{column.name}"', column) for column in table.columns]
            columns = ", ".join(f'{value} AS "{name}"' for value, name in zip(cells, names, strict=True))
            rows, order = selection(table, "held")
            by = "" if is_stored_sorted(con, table) else f" ORDER BY {order}"
            numbered = f"(SELECT *, row_number() OVER ({by}) AS nth FROM {rows}) AS held"
            first = leading(con, table, numbered) if leading else []
            query = f"SELECT {columns} FROM {rows}{by}"
            if first:
                chosen = f"SELECT {columns} FROM {numbered} WHERE nth"
                query = f"{chosen} IN {tuple(first)} UNION ALL ({chosen} NOT IN {tuple(first)} ORDER BY nth)"
            copy(con, query, aside, options)
            held = count_of(con, f"FROM {rows}")
            written.append(finish(folder, f"{table.name}{suffix}", count(aside), held, table.name, table.names))
    return written


def is_stored_sorted(con: duckdb.DuckDBPyConnection, table: Table) -> bool:
    """Whether the rows of a table are stored in the order of its key, as `pipeline.storage.warehouse` writes them. False for a
    table that is sorted by something else: its order may have ties."""
    if not table.key or table.sorted_by != table.key:
        return False
    key = f"({', '.join(table.key)})"
    rows = f"SELECT {key} <= lag({key}) OVER () AS is_back FROM {table.name}"
    return count_of(con, f"FROM ({rows}) WHERE is_back") == 0


def copy(con: duckdb.DuckDBPyConnection, query: str, path: Path, options: str) -> None:
    """Write the result of a query to a file, by DuckDB's COPY with these options."""
    con.execute(f"COPY ({query}) TO {literal(path)} ({options})")


def count_of(con: duckdb.DuckDBPyConnection, rows: str) -> int:
    """The number of rows of `rows`, which begins with FROM."""
    [(held,)] = con.execute(f"SELECT count(*) {rows}").fetchall()
    return int(held)


def finish(
    folder: Path, path: str, counted: int, held: int, table: str = "", columns: Sequence[str] = (), meaning: str = ""
) -> ExportedFile:
    """Give the file aside of `folder/path` its name. `counted`: rows read back from it; `held`: rows it should have. Raises
    ExportError if the two differ."""
    if counted != held:
        raise ExportError(f"{path}: {counted} rows were read back, the table has {held}")
    aside = aside_of(folder / path)
    size, digest = measure(aside)
    place(aside, folder / path)
    return ExportedFile(path, table, counted, tuple(columns), size, digest, meaning)


def count_lines(path: Path) -> int:
    """Line breaks of a file."""
    with path.open("rb") as handle:
        return sum(block.count(b"\n") for block in iter(lambda: handle.read(BLOCK_BYTES), b""))
