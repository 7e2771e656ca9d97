"""How answers reach a terminal, a pipe or a file: widths of columns, text that cannot move the cursor, any encoding.

Tables are for people: what the encoding of the output lacks is spelled in ASCII or becomes a question mark. CSV is always UTF-8,
JSON escapes what the encoding lacks: data never loses a character. Belongs here: tables and streams for any command that prints.
Does not belong here: what the rows are.
"""

from __future__ import annotations

import codecs
import io
import json
import re
import sys
from collections.abc import Collection, Sequence
from typing import Literal, TextIO

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.errors import PipelineError

MAX_CELL_WIDTH = 40
"""Widest a cell is drawn, in terminal columns; longer text ends in …"""

MIN_COLUMN_WIDTH = 12
"""A column is drawn if at least this much of it (or all of it) fits: a date always does."""

COLUMN_GAP = 3
"""Terminal columns between two columns of a table."""

MISSING = Text("–", style="dim")
"""What a null is drawn as."""

_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
"""Control characters and direction marks: in a table they would move what is next to them."""


_SPELLED = {"…": "...", "–": "-", "·": "|", "→": "->", "“": '"', "”": '"', "’": "'"}
"""Typographic characters that the program itself prints, in ASCII."""


class OutputError(PipelineError):
    """The answer cannot be written; the message is one line."""


def prepare_streams() -> None:
    """Let every character be printed, whatever the encoding of the output."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="internships.spelled")


def answer_stream(form: str | None = None) -> TextIO:
    """Standard output, made ready for the `form` `csv` or `json`, or for people. Raises OutputError if it is closed."""
    if sys.stdout is None:
        raise OutputError("standard output is closed")
    if isinstance(sys.stdout, io.TextIOWrapper) and form == "csv":
        sys.stdout.reconfigure(encoding="utf-8", errors="strict")
    if isinstance(sys.stdout, io.TextIOWrapper) and form == "json":
        sys.stdout.reconfigure(errors="internships.json")
    return sys.stdout


def _unencodable(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return error.object[error.start : error.end], error.end


def _spell(error: UnicodeError) -> tuple[str, int]:
    text, end = _unencodable(error)
    return "".join(_SPELLED.get(character, "?") for character in text), end


def _escape_as_json(error: UnicodeError) -> tuple[str, int]:
    text, end = _unencodable(error)
    return json.dumps(text)[1:-1], end


codecs.register_error("internships.spelled", _spell)
codecs.register_error("internships.json", _escape_as_json)


def visible(text: str) -> str:
    """The text without what a terminal would obey rather than draw: control characters, line ends, direction marks."""
    return _INVISIBLE.sub(" ", text)


def natural_widths(names: Sequence[str], rows: Sequence[Sequence[str | None]]) -> list[int]:
    """The width of each column that shows all of it."""
    return [max(cell_len(name), *(cell_len(row[at] or "") for row in rows), 1) for at, name in enumerate(names)]


def fit_leading(widths: Sequence[int], room: int) -> list[int]:
    """Widths of the leading columns that fit into `room`, at least one of them; where room is short the widest shrink first,
    none below MIN_COLUMN_WIDTH."""
    used, count = 0, 0
    for count, width in enumerate(widths):
        used += min(width, MIN_COLUMN_WIDTH) + COLUMN_GAP
        if used - COLUMN_GAP > room and count:
            break
    else:
        count = len(widths)
    for cap in range(MAX_CELL_WIDTH, MIN_COLUMN_WIDTH - 1, -1):
        capped = [min(width, cap) for width in widths[:count]]
        if sum(capped) + COLUMN_GAP * (count - 1) <= room:
            return capped
    return [min(widths[0], room)]


def fit_after_first(widths: Sequence[int], room: int) -> list[int]:
    """Widths of the columns that fit into `room`, where the first one is a key that must stay whole: the last columns shrink
    first, down to MIN_COLUMN_WIDTH, then they are left out."""
    fitted = list(widths)
    excess = sum(fitted) + COLUMN_GAP * (len(fitted) - 1) - room
    for at in reversed(range(1, len(fitted))):
        cut = max(0, min(excess, fitted[at] - MIN_COLUMN_WIDTH))
        fitted[at] -= cut
        excess -= cut
    while excess > 0 and len(fitted) > 1:
        excess -= fitted.pop() + COLUMN_GAP
    return fitted


def print_table(
    console: Console,
    names: Sequence[str],
    rows: Sequence[Sequence[str | None]],
    widths: Sequence[int],
    numeric: Collection[str] = (),
) -> None:
    """Print the columns that have a width; those named in `numeric` align to the right, nulls are a dash."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name, width in zip(names, widths, strict=False):
        justify: Literal["right", "left"] = "right" if name in numeric else "left"
        table.add_column(Text(name), justify=justify, no_wrap=True, overflow="ellipsis", width=width)
    for row in rows:
        table.add_row(*(MISSING if cell is None else Text(cell) for cell in row[: len(widths)]))
    console.print(table)
