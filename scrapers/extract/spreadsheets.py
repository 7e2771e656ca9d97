"""Tables of spreadsheets: CSV as programs and people write it, and rows of cells as a table with a header.

Belongs here: delimiters, quotes, lines above the header, dates as serial numbers. Does not belong here: .xlsx as a file
(`office_files`), which column is what (`tables`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from itertools import pairwise

from scrapers.extract.html_tables import read_grid
from scrapers.extract.inline import Inline
from scrapers.extract.labels import UNSURE
from scrapers.extract.links import links_in_text
from scrapers.extract.office_files import serial_date
from scrapers.extract.tables import Table, column_roles

DELIMITERS = ",;\t|"
SEPARATOR_LINE = re.compile(r"\s*\"?sep=(.)\"?\s*\Z", re.I)
"""The first line of a file in which Excel says what parts its cells."""
SNIFFED_LINES = 30
DATES = ("posted", "deadline", "starts")
SERIAL = re.compile(r"[34]\d{4}|5[0-4]\d{3}")
"""Days from 1982 to 2050 as a spreadsheet counts them."""


def csv_rows(text: str) -> list[list[str]]:
    """The rows of a CSV text, empty ones left out. A quote that never ends takes no other row along."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    delimiter = None
    if match := SEPARATOR_LINE.match(lines[0]):
        delimiter = match[1]
        lines = lines[1:]
    delimiter = delimiter or _delimiter(lines)
    rows: list[list[str]] = []
    for row in csv.reader(io.StringIO("\n".join(lines), newline=""), delimiter=delimiter):
        swallowed = next((cell for cell in row if _holds_rows(cell, delimiter, rows)), None)
        if swallowed is None:
            rows.append(row)
        else:
            physical = delimiter.join(row).split("\n")
            rows += [next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE), []) for line in physical]
    return [row for row in rows if any(cell.strip() for cell in row)]


def read_spreadsheet(rows: list[list[str]], columns: Mapping[str, list[str]]) -> tuple[Table, list[str]]:
    """Rows as a table of the columns that their headers name, and the headers of the others. Nothing else is read: an office's
    table holds persons too."""
    if not rows:
        return Table([], [], None), []
    width = max(map(len, rows))
    grid = [[Inline(" ".join(cell.split()), ()) for cell in [*row, *[""] * (width - len(row))]] for row in rows]
    table = read_grid(grid, columns)
    own = {text.casefold() for texts in columns.values() for text in texts}
    sure = [header if header.casefold() in own or header.casefold() not in UNSURE else "" for header in table.headers]
    known = column_roles(sure, columns)
    by_line = [[cell.text for cell in row] for row in table.rows]
    cells = [[_cell(row[number], known[number]) for number in known] for row in by_line]
    unread = [header for number, header in enumerate(table.headers) if number not in known and header]
    return Table([table.headers[number] for number in known], cells, None), unread


def is_csv(text: str) -> bool:
    """Whether a text is a table, not prose: one of its first lines names several columns, and the next has as many cells."""
    rows = csv_rows(text)
    for row, following in pairwise(rows[:SNIFFED_LINES]):
        if len(row) > 1 and len(column_roles(row, {})) > 1 and len(following) == len(row):
            return True
    return False


def _delimiter(lines: list[str]) -> str:
    """What parts most lines into the same number of cells, the header's among them."""
    head = [line for line in lines[:SNIFFED_LINES] if line.strip()]

    def evenness(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in head if delimiter in line]
        named = max(
            (len(column_roles([cell.strip(' "') for cell in line.split(delimiter)], {})) for line in head), default=0
        )
        return named, max((counts.count(count) * count for count in set(counts)), default=0)

    return max(DELIMITERS, key=evenness)


def _holds_rows(cell: str, delimiter: str, rows: list[list[str]]) -> bool:
    """Whether a cell of several lines has swallowed rows: one of them has as many cells as the rows before."""
    if "\n" not in cell or not rows:
        return False
    width = max(len(row) for row in rows)
    return width > 1 and any(line.count(delimiter) >= width - 1 for line in cell.split("\n"))


def _cell(text: str, role: str) -> Inline:
    if role in DATES and SERIAL.fullmatch(text):
        text = serial_date(float(text))
    return Inline(text, tuple(links_in_text(text)))
