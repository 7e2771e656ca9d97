"""Tables whose rows are openings: what each column holds, and what each row says.

Columns are recognised by their header, from the words in data/reference/list_words.yaml and those of the source's settings.

Belongs here: headers, cells, rows. Does not belong here: how a table is written (`markdown`, `html`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.extract.blocks import HEADINGS, block_text
from scrapers.extract.inline import Inline, read_inline
from scrapers.listing import MARKED_CLOSED
from scrapers.reference import read_words

NAMES = ("title", "organization")
STATUS = ("link", "status", "deadline")
"""Columns in which a word like "closed" stands in the place of what they hold."""
TEXT_FIELDS = (
    "title", "organization", "posted", "deadline", "starts", "duration", "pay", "employment_type", "language", "description",
    "native_id",
)  # fmt: skip
MAX_HEADER_OFFSET = 3
"""Rows of a table among which its header is looked for."""

MAX_CELL_SPAN = 500
"""Rows or columns that one cell may span; more is a slip of the page."""


class Table(NamedTuple):
    """Header texts, rows of cells, the path of headings above."""

    headers: list[str]
    rows: list[list[Inline]]
    section: str | None


class Row(NamedTuple):
    """One opening of a table. `fields`: raw fields and `extra`; `text`: what the row says, without what moves by
    itself: an age would make another title of it every night."""

    url: str | None
    fields: dict[str, Any]
    text: str


def column_roles(headers: list[str], columns: Mapping[str, list[str]]) -> dict[int, str]:
    """Which raw field each column holds (`link` and `status` besides); `columns` goes before the built-in words."""
    words = _header_words()
    own = {text.casefold().strip(): role for role, texts in columns.items() for text in texts}
    roles: dict[int, str] = {}
    for number, header in enumerate(headers):
        full, short = _header_key(header)
        role = (
            own.get(header.casefold().strip()) or own.get(full) or own.get(short) or words.get(full) or words.get(short)
        )
        if role and (role == "link" or role not in roles.values()):
            roles[number] = role
    return roles


def is_list(table: Table, roles: dict[int, str]) -> bool:
    """Whether the rows of a table are openings: it names a title or an organization, and links or tells more of them."""
    held = set(roles.values())
    if not held & set(NAMES):
        return False
    return bool(held - {*NAMES, "link", "description", "status"}) or any(
        cell.links for row in table.rows for cell in row
    )


def read_rows(table: Table, columns: Mapping[str, list[str]] | None = None) -> Iterator[Row]:
    """The openings of a table, none where it lists none. A row without words, or with one word and no link, is a separator."""
    words = read_words("list_words")
    roles = column_roles(table.headers, columns or {})
    if not is_list(table, roles):
        return
    heading = (table.section or "").rsplit(" / ", 1)[-1]
    shut = heading if _letters(heading).startswith(tuple(words["closed_headings"])) else None
    brackets = {role: table.headers[number] for number, role in roles.items() if "(" in table.headers[number]}
    above: str | None = None
    for cells in table.rows:
        filled = [cell for cell in cells if cell.text or cell.links]
        if not filled or (len(filled) == 1 and not filled[0].links):
            continue
        row = _read_row(table.headers, roles, cells, words)
        organization = row.fields.get("organization")
        if organization in words["ditto"]:
            row.fields["organization"] = above
        elif organization:
            above = organization
        if shut:
            row.fields["extra"].setdefault(MARKED_CLOSED, shut)
        bracketed = {field: header for field, header in brackets.items() if row.fields.get(field)}
        if bracketed:
            row.fields["extra"]["headers"] = bracketed
        yield row


def html_tables(page: str, section: str | None = None) -> list[Table]:
    """The tables of a piece of HTML, tables within tables left out; the first row holds the headers."""
    grids = (_grid(node) for node in LexborHTMLParser(page).css("table") if not _holds_tables(node))
    return [Table([cell.line for cell in grid[0]], grid[1:], section) for grid in grids if grid]


def page_tables(page: LexborNode, css: str, columns: Mapping[str, list[str]]) -> list[Table]:
    """The tables of a web page that `css` finds. Their headers are that of the first rows which names the most columns (a
    page may have a line above); their section is the caption, else the heading above."""
    found = {node.mem_id for node in page.css(css)}
    tables: list[Table] = []
    heading: str | None = None
    for node in page.traverse():
        if node.tag in HEADINGS:
            heading = block_text(node, " ") or heading
        if node.mem_id not in found or node.tag != "table" or _holds_tables(node):
            continue
        grid = _grid(node)
        if not grid:
            continue
        named = [len(column_roles([cell.line for cell in row], columns)) for row in grid[:MAX_HEADER_OFFSET]]
        header = named.index(max(named))
        caption = node.css_first("caption")
        section = (block_text(caption, " ") if caption is not None else None) or heading
        tables.append(Table([cell.line for cell in grid[header]], grid[header + 1 :], section))
    return tables


def _holds_tables(table: LexborNode) -> bool:
    return any(inner.mem_id != table.mem_id for inner in table.css("table"))


def _grid(table: LexborNode) -> list[list[Inline]]:
    """The rows of a table, cells that span several repeated in each."""
    grid: list[list[Inline]] = []
    hanging: dict[int, tuple[int, Inline]] = {}  # column -> (rows still to come, cell)
    for row in table.css("tr"):
        cells: list[Inline] = []
        for cell in row.css("td, th"):
            _hang(cells, hanging)
            inline = read_inline(cell.inner_html or "")
            down, across = _span(cell.attributes.get("rowspan")), _span(cell.attributes.get("colspan"))
            for _ in range(across):
                if down > 1:
                    hanging[len(cells)] = (down - 1, inline)
                cells.append(inline)
        _hang(cells, hanging)
        if cells:
            grid.append(cells)
    return grid


def is_closed(cell: Inline, words: dict[str, Any], *, is_status: bool) -> bool:
    """Whether a cell says that the opening is closed; words and weak signs only count where they are all a status says."""
    if any(mark in cell.text for mark in words["closed_marks"]):
        return True
    return is_status and (cell.text in words["closed_signs"] or _letters(cell.line) in words["closed_words"])


def split_places(cell: Inline, separators: list[str]) -> list[str]:
    """The places of a cell: one a line, and what stands between ` / ` and the like."""
    pattern = " (?:" + "|".join(map(re.escape, separators)) + ") "
    lines = (" ".join(line.split()) for line in cell.lines)
    return [place.strip() for line in lines for place in re.split(pattern, line) if place.strip()]


def _read_row(headers: list[str], roles: dict[int, str], cells: list[Inline], words: dict[str, Any]) -> Row:
    fields: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    applying: list[str] = []
    named: dict[str, tuple[str, ...]] = {}
    elsewhere: list[str] = []
    for number, cell in enumerate(cells):
        role = roles.get(number)
        is_status = role in STATUS
        if (is_status or role in NAMES) and is_closed(cell, words, is_status=is_status):
            extra.setdefault(MARKED_CLOSED, cell.line if is_status else _marks(cell.text, words))
        if role == "link":
            applying += cell.links
        elif role == "locations":
            fields["locations"] = split_places(cell, words["place_separators"])
            elsewhere += cell.links
        elif role in TEXT_FIELDS:
            fields[role] = cell.line
            if role in NAMES:
                named[role] = cell.links
            else:
                elsewhere += cell.links
        elif cell.text or cell.links:
            header = headers[number] if number < len(headers) and headers[number] else f"column {number + 1}"
            extra[header] = cell.line or cell.links[0]
            elsewhere += cell.links
    choices = [*applying, *named.get("title", ())]
    if "link" not in roles.values():
        choices += [*named.get("organization", ()), *elsewhere]
    url = choices[0] if choices else None
    others = [link for link in dict.fromkeys([*applying, *named.get("title", ())]) if link != url]
    extra["links"] = others
    extra["organization_url"] = next((link for link in named.get("organization", ()) if link != url), None)
    fields["extra"] = extra
    moving = ("link", "posted", "status")
    stable = [cell.line for number, cell in enumerate(cells) if cell.line and roles.get(number) not in moving]
    return Row(url, fields, " | ".join(stable))


def _hang(cells: list[Inline], hanging: dict[int, tuple[int, Inline]]) -> None:
    """Put in the cells that hang down from rows above."""
    while len(cells) in hanging:
        column = len(cells)
        left, inline = hanging.pop(column)
        if left > 1:
            hanging[column] = (left - 1, inline)
        cells.append(inline)


def _span(value: str | None) -> int:
    return min(int(value), MAX_CELL_SPAN) if value and value.strip().isdigit() and int(value) > 0 else 1


@cache
def _header_words() -> dict[str, str]:
    return {text: role for role, texts in read_words("list_words")["headers"].items() for text in texts}


def _header_key(header: str) -> tuple[str, str]:
    """A header in lower case without emoji and signs at its ends; and the same without what stands in brackets."""
    full = _letters(header)
    return full, _letters(re.sub(r"[(\[（].*?[)\]）]", " ", full))


def _letters(text: str) -> str:
    """Lower case, white space folded, signs and emoji at the ends cut off."""
    return re.sub(r"^[\W_]+|[^\w)]+$", "", " ".join(text.casefold().split()))


def _marks(text: str, words: dict[str, Any]) -> str:
    return "".join(mark for mark in words["closed_marks"] if mark in text)
