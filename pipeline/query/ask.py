"""A query of the published warehouse in SQL, answered as a table for the terminal, CSV, JSON, or a Parquet file.

The file is opened read-only, a query touches no file outside the home and downloads nothing, and what is wrong with it is
reported in one line. Does not belong here: queries that people often need (sql/views, sql/macros), the command line.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import duckdb
from rich.console import Console
from rich.text import Text

from pipeline.exports.csv import cell_of, is_number, moment
from pipeline.storage.files import replacing
from pipeline.storage.sql import literal
from pipeline.storage.warehouse import WarehouseError, open_readonly
from pipeline.terminal import MAX_CELL_WIDTH, answer_stream, fit_leading, natural_widths, print_table, visible
from pipeline.wording import counted

MAX_ROWS_SHOWN = 40

MAX_HIDDEN_NAMES = 5
"""Names of columns without room that are listed below the table."""

LEADING_COLUMNS = ("title", "organization", "countries", "deadline", "internship_id", "pay_status")
"""Columns of an internship that are shown first where not all fit."""

BATCH_ROWS = 10_000

POLL_SECONDS = 0.2
"""How long Ctrl-C may wait."""


class QueryError(WarehouseError):
    """The query cannot be answered; the message is one line."""


class _Query(NamedTuple):
    con: duckdb.DuckDBPyConnection
    text: str
    names: list[str]
    types: list[str]
    """DuckDB types of the columns."""

    def run(self, prefix: str, suffix: str = "") -> duckdb.DuckDBPyConnection:
        return _execute(self.con, prefix, self.text, suffix)

    def batches(self, cells: list[str]) -> Iterator[list[tuple[Any, ...]]]:
        """Batches of rows, each cell given as SQL over c0, c1, …"""
        aliases = ", ".join(f"c{at}" for at in range(len(self.names)))
        result = self.run(f"SELECT {', '.join(cells)} FROM (", f") AS answer({aliases})")
        with _one_line_errors(self.text):
            while batch := result.fetchmany(BATCH_ROWS):
                yield batch


def ask(warehouse: Path, query: str, form: str | None = None, parquet: Path | None = None) -> None:
    """Answer on standard output as a table or in the `form` `csv` or `json`; or into the file `parquet`, with a line that says
    so."""
    out = answer_stream(form)
    console = Console(file=out, highlight=False)
    if parquet:
        rows = write_parquet(warehouse, query, parquet)
        console.print(Text(f"{counted(rows, 'row')} in {parquet}"), soft_wrap=True)
    elif form == "csv":
        write_csv(warehouse, query, out)
    elif form == "json":
        write_json(warehouse, query, out)
    else:
        show(warehouse, query, console)


def show(warehouse: Path, query: str, console: Console) -> None:
    """Print the answer as a table, and a line with the number of rows. Raises QueryError, WarehouseError."""
    with _open(warehouse, query) as opened:
        cells = [f"left(c{at}::VARCHAR, {MAX_CELL_WIDTH * 2})" for at in range(len(opened.names))]
        rows: list[list[str | None]] = []
        total = 0
        for batch in opened.batches(cells):
            shown = batch[: max(0, MAX_ROWS_SHOWN - total)]
            rows += [[None if cell is None else visible(cell) for cell in row] for row in shown]
            total += len(batch)
        names, types = opened.names, opened.types
    widths = [min(MAX_CELL_WIDTH, width) for width in natural_widths(names, rows)]
    fitted = fit_leading(widths, console.width)
    if len(fitted) < len(names):
        order = _leading_first(names)
        names, types = [names[at] for at in order], [types[at] for at in order]
        rows = [[row[at] for at in order] for row in rows]
        fitted = fit_leading([widths[at] for at in order], console.width)
    print_table(
        console, names, rows, fitted, {name for name, kind in zip(names, types, strict=True) if is_number(kind)}
    )
    console.print(Text(_summary(total, names[len(fitted) :])), soft_wrap=True)


def write_csv(warehouse: Path, query: str, out: TextIO) -> int:
    """Write the answer as CSV in UTF-8: cells as in the exports, with their guard (see `pipeline.exports.csv`), but with plain
    line ends and no byte order mark. Returns the number of rows. Raises QueryError, WarehouseError."""
    with _open(warehouse, query) as opened:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(opened.names)
        total = 0
        for batch in opened.batches([f"({cell_of(f'c{at}', kind)})::VARCHAR" for at, kind in enumerate(opened.types)]):
            writer.writerows(batch)
            total += len(batch)
        return total


def write_json(warehouse: Path, query: str, out: TextIO) -> int:
    """Write the answer as a JSON array, one object per row and line; dates and timestamps as in the exports. Returns the number
    of rows. Raises QueryError, WarehouseError."""
    with _open(warehouse, query) as opened:
        keys = [json.dumps(name, ensure_ascii=False) for name in _distinct(opened.names)]
        total = 0
        out.write("[")
        for batch in opened.batches([_json_of(f"c{at}", kind) for at, kind in enumerate(opened.types)]):
            for row in batch:
                pairs = (f"{key}: {value or 'null'}" for key, value in zip(keys, row, strict=True))
                out.write(",\n" if total else "\n")
                out.write("{" + ", ".join(pairs) + "}")
                total += 1
        out.write("\n]\n")
        return total


def write_parquet(warehouse: Path, query: str, path: Path) -> int:
    """Write the answer to a Parquet file, which appears once it is complete. Returns the number of rows. Raises QueryError,
    WarehouseError."""
    with replacing(path) as aside, _open(warehouse, query, writable=aside) as opened:
        result = opened.run("COPY (", f") TO {literal(aside)} (FORMAT parquet, COMPRESSION zstd)").fetchone()
    assert result is not None
    return int(result[0])


@contextmanager
def _open(warehouse: Path, query: str, writable: Path | None = None) -> Iterator[_Query]:
    with open_readonly(warehouse) as con:
        con.execute("SET errors_as_json = true")
        con.execute("SET autoinstall_known_extensions = false")
        con.execute("SET TimeZone = 'UTC'")
        _confine(con, warehouse.absolute().parent, writable)
        text = query.rstrip("; \t\r\n")
        with _one_line_errors(text):
            statements = con.extract_statements(text)
        if len(statements) != 1:
            raise QueryError(f"one query at a time, please: these are {len(statements)} statements")
        if statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.MULTI):
            raise QueryError(
                "the warehouse is read-only; it answers SELECT, FROM, WITH, DESCRIBE, SHOW TABLES, SUMMARIZE and PIVOT"
            )
        columns = _execute(con, "DESCRIBE (", text, ")").fetchall()
        yield _Query(con, text, [column[0] for column in columns], [column[1] for column in columns])


def _confine(con: duckdb.DuckDBPyConnection, home: Path, writable: Path | None) -> None:
    """Let a query touch no file but those of the home, and the one that the answer goes into; a query cannot undo it."""
    con.execute(f"SET allowed_directories = [{literal(home)}]")
    if writable:
        con.execute(f"SET allowed_paths = [{literal(writable.absolute())}]")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")


def _execute(con: duckdb.DuckDBPyConnection, prefix: str, text: str, suffix: str) -> duckdb.DuckDBPyConnection:
    with _one_line_errors(text, len(prefix)):
        # A comment at the end of the query must not swallow what follows it.
        return _interruptible(con, f"{prefix}{text}\n{suffix}")


def _interruptible(con: duckdb.DuckDBPyConnection, statement: str) -> duckdb.DuckDBPyConnection:
    """Execute in another thread: in this one, a long task of DuckDB would keep Python from hearing Ctrl-C. The wait is cut into
    pieces, because a signal may be delivered to a thread of DuckDB's, which does not end it."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(con.execute, statement)
        try:
            while not wait([future], timeout=POLL_SECONDS).done:
                pass
        except KeyboardInterrupt:
            con.interrupt()
            raise
        return future.result()


@contextmanager
def _one_line_errors(text: str, offset: int = 0) -> Iterator[None]:
    """Turn an error of DuckDB into a QueryError with its position in the query, which began at `offset` of what was run."""
    try:
        yield
    except duckdb.Error as error:
        kind, _, rest = str(error).partition(": ")
        detail = {"exception_message": rest or kind}
        if rest.startswith("{"):
            detail = json.loads(rest)
        if kind == "Permission Error":
            raise QueryError("a query reads no file outside the home") from error
        message = " ".join(detail["exception_message"].split("\n\nLINE ")[0].split())
        if "position" in detail:
            before = text.encode()[: int(detail["position"]) - offset].decode(errors="ignore")
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            message += f" (line {line}, column {column})"
        raise QueryError(message) from error


def _json_of(value: str, kind: str) -> str:
    """SQL of a value as JSON text; numbers that JSON does not have are null."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        value = moment(value)
    if kind in ("DOUBLE", "FLOAT"):
        value = f"CASE WHEN isfinite({value}) THEN {value} END"
    return f"to_json({value})::VARCHAR"


def _distinct(names: list[str]) -> list[str]:
    """The names, a repeated one with a number appended: a JSON object has each name once."""
    distinct: list[str] = []
    for name in names:
        free, number = name, 1
        while free in distinct:
            free, number = f"{name}_{number}", number + 1
        distinct.append(free)
    return distinct


def _leading_first(names: list[str]) -> list[int]:
    """Indexes of the columns in the order in which they are shown where not all fit: what the query computed (it comes before
    the id of an internship), then LEADING_COLUMNS, then the others."""
    computed = names.index("internship_id") if "internship_id" in names else len(names)
    leading = [names.index(name) for name in LEADING_COLUMNS if name in names[computed:]]
    return [*range(computed), *leading, *(at for at in range(computed, len(names)) if at not in leading)]


def _summary(total: int, hidden: list[str]) -> str:
    summary = counted(total, "row")
    if total > MAX_ROWS_SHOWN:
        summary += f", the first {MAX_ROWS_SHOWN} shown"
    if hidden:
        names = ", ".join(hidden[:MAX_HIDDEN_NAMES]) + (", …" if len(hidden) > MAX_HIDDEN_NAMES else "")
        summary += f"; {counted(len(hidden), 'more column')}: {names}"
    return summary + (" (--csv and --json give all)" if total > MAX_ROWS_SHOWN or hidden else "")
