"""CSV for spreadsheets: RFC 4180 (commas, doubled quotes, CRLF), UTF-8 with byte order mark, a header line.

- Null is an empty cell, empty text a quoted empty one; dates are ISO 8601, timestamps ISO 8601 in UTC to the second,
  booleans true and false; lists are JSON text.
- **The guard.** A spreadsheet takes a cell that begins with = + - @ (also full-width), a tab or a line break for a formula, and
  these texts come from strangers. Such a text, and one that begins with an apostrophe, gets an apostrophe in front. To restore
  the text, remove one leading apostrophe, as `unguarded` does. Numbers, dates and JSON never need it.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.exports.files import ExportedFile, write_tables
from pipeline.exports.rows import EXPORTED_AS_TEXT
from pipeline.storage.files import BLOCK_BYTES
from pipeline.storage.sql import literals
from pipeline.tables import Column, duckdb_type

SIGNATURE = "\ufeff"
GUARDED = "'=+-@\t\r\n＝＋－＠"
"""First characters of a text that is guarded: those of OWASP's page on CSV injection, and the apostrophe."""

_PLAIN = ("BOOLEAN", "DATE", "TIME", "TIMESTAMP", "INTERVAL", "UUID", "BIT")
_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "BIGNUM")


def write(warehouse: Path, folder: Path) -> list[ExportedFile]:
    """Write `<table>.csv` for each table exported as text; see `files.write_tables` for errors."""
    options = "FORMAT csv, HEADER true, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR '', NEW_LINE '\\r\\n'"
    return write_tables(warehouse, folder, EXPORTED_AS_TEXT, ".csv", options, cell, count_rows, SIGNATURE)


def cell(value: str, column: Column) -> str:
    """SQL of a cell, from the SQL of a column's value."""
    return cell_of(value, duckdb_type(column.dtype))


def cell_of(value: str, kind: str) -> str:
    """SQL of the cell for a value of a DuckDB type."""
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP")):
        return f"CASE WHEN {value} IS NOT NULL THEN to_json({value})::VARCHAR END"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return moment(value)
    if is_number(kind) or kind.startswith(_PLAIN):
        return value
    text = value if kind == "VARCHAR" else f"{value}::VARCHAR"
    return f"CASE WHEN left({text}, 1) IN {literals(GUARDED)} THEN '''' || {text} ELSE {text} END"


def is_number(kind: str) -> bool:
    """Whether a DuckDB type is numeric."""
    return kind.removeprefix("U").startswith(_NUMBERS)


def moment(value: str) -> str:
    """SQL of a timestamp as ISO 8601 text in UTC, to the second; null for null."""
    return f"strftime({value} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ')"


def unguarded(text: str) -> str:
    """A text cell as it was before the guard."""
    return text.removeprefix("'")


def count_rows(path: Path) -> int:
    """Records of a CSV file without its header: the line breaks outside quotes, less one."""
    lines, inside = 0, False
    with path.open("rb") as handle:
        while block := handle.read(BLOCK_BYTES):
            for piece in block.split(b'"'):
                if not inside:
                    lines += piece.count(b"\n")
                inside = not inside
            inside = not inside  # the end of a block is no quote
    return lines - 1
