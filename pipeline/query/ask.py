"""One question to the published warehouse, in SQL: a table fit for a terminal, CSV, JSON, or a Parquet file.

The file is opened read-only, nothing is downloaded, and what is wrong with a question is said in one line. Does not
belong here: the questions people ask often (sql/views, sql/macros), the command line (`pipeline.cli`).
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import duckdb
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.exports.csv import cell_of, is_number, moment
from pipeline.storage.files import replacing
from pipeline.storage.sql import literal
from pipeline.storage.warehouse import WarehouseError, open_readonly
from pipeline.wording import counted

ROWS_SHOWN = 40
TELLING = ("title", "organization", "countries", "deadline", "internship_id", "pay_status")
"""What a person wants to see first of an internship."""

CELL_WIDTH = 40
"""Widest a cell of a table is drawn, in columns of the terminal; wider text ends in …"""

NARROW = 12
"""A column is drawn where at least this much of it (or all of it) fits into the terminal: a date always does."""

GAP = 3
"""Columns of the terminal between two columns of a table."""

BATCH = 10_000

_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
"""Control characters and direction marks: in a table they would move what stands beside them."""


class QueryError(WarehouseError):
    """The question cannot be answered: says why, in one line."""


class _Question(NamedTuple):
    con: duckdb.DuckDBPyConnection
    text: str
    names: list[str]
    kinds: list[str]  # DuckDB types

    def run(self, prefix: str, suffix: str = "") -> duckdb.DuckDBPyConnection:
        return _run(self.con, prefix, self.text, suffix)

    def rows(self, cells: list[str]) -> Iterator[list[tuple[Any, ...]]]:
        """Batches of the answer's rows, each cell by its SQL over c0, c1, …"""
        aliases = ", ".join(f"c{at}" for at in range(len(self.names)))
        answer = self.run(f"SELECT {', '.join(cells)} FROM (", f") AS answer({aliases})")
        with _said_in_one_line(self.text):
            while batch := answer.fetchmany(BATCH):
                yield batch


def ask(warehouse: Path, query: str, form: str | None = None, parquet: Path | None = None) -> None:
    """Answer on standard output: a table, or what `form` says (`csv`, `json`); or into the file `parquet`, saying so."""
    console = Console(highlight=False)
    if parquet:
        rows = write_parquet(warehouse, query, parquet)
        console.print(Text(f"{counted(rows, 'row')} in {parquet}"), soft_wrap=True)
    elif form == "csv":
        write_csv(warehouse, query, sys.stdout)
    elif form == "json":
        write_json(warehouse, query, sys.stdout)
    else:
        show(warehouse, query, console)


def show(warehouse: Path, query: str, console: Console) -> None:
    """Print the answer as a table with a line that counts its rows. Raises QueryError, WarehouseError."""
    with _ask(warehouse, query) as question:
        cells = [f"left(c{at}::VARCHAR, {CELL_WIDTH * 2})" for at in range(len(question.names))]
        shown: list[list[str | None]] = []
        total = 0
        for batch in question.rows(cells):
            for cells_of_row in batch[: max(0, ROWS_SHOWN - total)]:
                shown.append([None if cell is None else visible(cell) for cell in cells_of_row])
            total += len(batch)
        names, kinds = question.names, question.kinds
    widths = [
        min(CELL_WIDTH, max(cell_len(name), *(cell_len(row[at] or "") for row in shown), 1))
        for at, name in enumerate(names)
    ]
    drawn = _drawn_widths(widths, console.width)
    if len(drawn) < len(names):
        order = _telling_first(names)
        names, kinds = [names[at] for at in order], [kinds[at] for at in order]
        widths = [widths[at] for at in order]
        shown = [[row[at] for at in order] for row in shown]
        drawn = _drawn_widths(widths, console.width)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name, kind, width in zip(names, kinds, drawn, strict=False):
        table.add_column(
            Text(name),
            justify="right" if is_number(kind) else "left",
            no_wrap=True,
            overflow="ellipsis",
            width=width,
        )
    for row in shown:
        table.add_row(*(Text("–", style="dim") if cell is None else Text(cell) for cell in row[: len(drawn)]))
    console.print(table)
    console.print(Text(_count_line(total, names[len(drawn) :])), soft_wrap=True)


def write_csv(warehouse: Path, query: str, out: TextIO) -> int:
    """Write the answer as CSV in UTF-8: cells as in the exports, with their guard (see `pipeline.exports.csv`), but lines
    end as in any text on a terminal and there is no signature. Rows written. Raises QueryError, WarehouseError."""
    with _ask(warehouse, query) as question:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(question.names)
        total = 0
        for batch in question.rows([f"({cell_of(f'c{at}', kind)})::VARCHAR" for at, kind in enumerate(question.kinds)]):
            writer.writerows(batch)
            total += len(batch)
        return total


def write_json(warehouse: Path, query: str, out: TextIO) -> int:
    """Write the answer as a JSON array with an object a row and a line an object; dates and moments as in the exports.
    Rows written. Raises QueryError, WarehouseError."""
    with _ask(warehouse, query) as question:
        keys = [json.dumps(name, ensure_ascii=False) for name in _distinct(question.names)]
        total = 0
        out.write("[")
        for batch in question.rows([_json_of(f"c{at}", kind) for at, kind in enumerate(question.kinds)]):
            for row in batch:
                pairs = (f"{key}: {value or 'null'}" for key, value in zip(keys, row, strict=True))
                out.write(",\n" if total else "\n")
                out.write("{" + ", ".join(pairs) + "}")
                total += 1
        out.write("\n]\n")
        return total


def write_parquet(warehouse: Path, query: str, path: Path) -> int:
    """Write the answer to a Parquet file, which appears when it is whole. Rows written. Raises QueryError, WarehouseError."""
    with replacing(path) as aside, _ask(warehouse, query) as question:
        answer = question.run("COPY (", f") TO {literal(aside)} (FORMAT parquet, COMPRESSION zstd)").fetchone()
    assert answer is not None
    return int(answer[0])


def visible(text: str) -> str:
    """The text without what a terminal would obey instead of draw: control characters, line ends, direction marks."""
    return _INVISIBLE.sub(" ", text)


@contextmanager
def _ask(warehouse: Path, query: str) -> Iterator[_Question]:
    with open_readonly(warehouse) as con:
        con.execute("SET errors_as_json = true")
        con.execute("SET autoinstall_known_extensions = false")
        con.execute("SET TimeZone = 'UTC'")
        text = query.rstrip("; \t\r\n")
        with _said_in_one_line(text):
            statements = con.extract_statements(text)
        if len(statements) != 1:
            raise QueryError(f"one question at a time, please: this is {len(statements)} statements")
        if statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.MULTI):
            raise QueryError(
                "the warehouse answers questions only (SELECT, FROM, WITH, DESCRIBE, SHOW TABLES, SUMMARIZE, PIVOT)"
            )
        described = _run(con, "DESCRIBE (", text, ")").fetchall()
        yield _Question(con, text, [row[0] for row in described], [row[1] for row in described])


def _run(con: duckdb.DuckDBPyConnection, prefix: str, text: str, suffix: str) -> duckdb.DuckDBPyConnection:
    with _said_in_one_line(text, len(prefix)):
        # A comment at the end of the question must not swallow what follows it.
        return con.execute(f"{prefix}{text}\n{suffix}")


@contextmanager
def _said_in_one_line(text: str, offset: int = 0) -> Iterator[None]:
    """Turn an error of DuckDB into a QueryError with its place in the question, which began at `offset` of what was run."""
    try:
        yield
    except duckdb.Error as error:
        kind, _, rest = str(error).partition(": ")
        detail = {"exception_message": rest or kind}
        if rest.startswith("{"):
            detail = json.loads(rest)
        message = " ".join(detail["exception_message"].split("\n\nLINE ")[0].split())
        if "position" in detail:
            before = text.encode()[: int(detail["position"]) - offset].decode(errors="ignore")
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            message += f" (line {line}, column {column})"
        raise QueryError(message) from error


def _json_of(value: str, kind: str) -> str:
    """SQL of a value as JSON text; numbers that JSON does not know are null."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        value = moment(value)
    if kind in ("DOUBLE", "FLOAT"):
        value = f"CASE WHEN isfinite({value}) THEN {value} END"
    return f"to_json({value})::VARCHAR"


def _distinct(names: list[str]) -> list[str]:
    """The names, a repeated one with a number after it: an object of JSON has each name once."""
    found: list[str] = []
    for name in names:
        free, number = name, 1
        while free in found:
            free, number = f"{name}_{number}", number + 1
        found.append(free)
    return found


def _telling_first(names: list[str]) -> list[int]:
    """Places of the columns in the order in which they are shown where not all fit: of internships, what was reckoned for the
    question (it stands before the id), then what tells them apart."""
    own = names.index("internship_id") if "internship_id" in names else len(names)
    telling = [names.index(name) for name in TELLING if name in names[own:]]
    return [*range(own), *telling, *(at for at in range(own, len(names)) if at not in telling)]


def _drawn_widths(widths: list[int], room: int) -> list[int]:
    """Widths at which the leading columns are drawn: as many as fit, at least one; where room is short the widest shrink
    first, none below NARROW."""
    used, drawn = 0, 0
    for drawn, width in enumerate(widths):
        used += min(width, NARROW) + GAP
        if used - GAP > room and drawn:
            break
    else:
        drawn = len(widths)
    wanted = widths[:drawn]
    for cap in range(CELL_WIDTH, NARROW - 1, -1):
        capped = [min(width, cap) for width in wanted]
        if sum(capped) + GAP * (drawn - 1) <= room:
            return capped
    return [min(wanted[0], room)]


def _count_line(total: int, hidden: list[str]) -> str:
    said = counted(total, "row")
    if total > ROWS_SHOWN:
        said += f", the first {ROWS_SHOWN} shown"
    if hidden:
        said += f"; {counted(len(hidden), 'more column')}: {', '.join(hidden[:5])}{', …' if len(hidden) > 5 else ''}"
    return said + (" (--csv and --json give all)" if total > ROWS_SHOWN or hidden else "")
