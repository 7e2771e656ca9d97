"""Tables in HTML as grids of cells: spans filled in, the header found, a table of one posting turned.

Belongs here: how a table is laid out. Does not belong here: what its columns hold, which rows are openings (`tables`).
"""

from __future__ import annotations

from collections.abc import Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.extract.blocks import HEADINGS, block_text
from scrapers.extract.inline import Inline, read_inline
from scrapers.extract.tables import NAMES, Table, column_roles

MAX_HEADER_OFFSET = 10
"""Rows of a table among which its header is looked for: exports and web tables have titles above it."""

MAX_CELL_SPAN = 500
"""Rows or columns that one cell may span; more is a slip of the page."""

ALL_ROWS = "0"
"""A rowspan to the end of its row group (HTML, 4.9.11)."""

Grid = list[list[Inline]]


def html_tables(page: str, section: str | None = None) -> list[Table]:
    """The tables of a piece of HTML, tables within tables left out; the first row holds the headers."""
    grids = (_grid(node) for node in LexborHTMLParser(page).css("table") if not _holds_tables(node))
    return [read_grid(grid, {}, section, header_within=1) for grid in grids if grid]


def page_tables(page: LexborNode, css: str, columns: Mapping[str, list[str]]) -> list[Table]:
    """The tables of a web page that `css` finds. Their section is the caption, else the heading above, below the names of the
    collapsed parts that they stand in."""
    found = {node.mem_id for node in page.css(css)}
    tables: list[Table] = []
    heading: str | None = None
    for node in page.traverse():
        if node.tag in HEADINGS:
            heading = block_text(node, " ") or heading
        if node.mem_id not in found or node.tag != "table" or _holds_tables(node):
            continue
        if grid := _grid(node):
            caption = node.css_first("caption")
            section = (block_text(caption, " ") if caption is not None else None) or heading
            path = [*_summaries(node), *([section] if section else [])]
            tables.append(read_grid(grid, columns, " / ".join(dict.fromkeys(path)) or None))
    return tables


def read_grid(
    grid: Grid, columns: Mapping[str, list[str]], section: str | None = None, header_within: int = MAX_HEADER_OFFSET
) -> Table:
    """A grid as a table: its header is that of the first rows which names the most columns. Where the first column names more,
    a posting stands in each column beside it."""
    named = [_named(row, columns) for row in grid[:header_within]]
    header = named.index(max(named))
    first_column = [row[0] for row in grid if row]
    width = max(map(len, grid))
    if width > 1 and _named(first_column, columns) > max(1, *named) and _has_name(first_column, columns):
        across = [[row[number] if number < len(row) else Inline("", ()) for row in grid] for number in range(1, width)]
        return Table([cell.line for cell in first_column], across, section)
    end = header + 1
    while end < len(grid) and any(
        cell is above and cell.text for cell, above in zip(grid[end], grid[header], strict=False)
    ):
        end += 1  # a cell of the header hangs down into it: it is a row of the header, too
    return Table([cell.line for cell in grid[header]], grid[end:], section)


def _named(cells: list[Inline], columns: Mapping[str, list[str]]) -> int:
    return len(column_roles([cell.line for cell in cells], columns))


def _has_name(cells: list[Inline], columns: Mapping[str, list[str]]) -> bool:
    return bool(set(column_roles([cell.line for cell in cells], columns).values()) & set(NAMES))


def _summaries(node: LexborNode) -> list[str]:
    """What the collapsed parts are called that an element stands in, the outermost first."""
    names: list[str] = []
    above = node.parent
    while above is not None:
        summary = above.css_first("summary") if above.tag == "details" else None
        if summary is not None:
            names.insert(0, block_text(summary, " "))
        above = above.parent
    return names


def _holds_tables(table: LexborNode) -> bool:
    return any(inner.mem_id != table.mem_id for inner in table.css("table"))


def _grid(table: LexborNode) -> Grid:
    """The rows of a table, cells that span several repeated in each; without its foot."""
    grid: Grid = []
    hanging: dict[int, tuple[int, Inline]] = {}  # column -> (rows still to come, cell)
    group: int | None = None
    for row in table.css("tr"):
        parent = row.parent
        if parent is not None and parent.tag == "tfoot":
            continue
        if parent is None or parent.mem_id != group:
            hanging.clear()  # no cell hangs into another group of rows
            group = parent.mem_id if parent is not None else None
        is_struck = "line-through" in (row.attributes.get("style") or "")
        cells: list[Inline] = []
        for cell in row.css("td, th"):
            _hang(cells, hanging)
            inline = read_inline(cell.inner_html or "")
            if is_struck:
                inline = inline._replace(is_struck=True)
            down, across = _span(cell.attributes.get("rowspan")), _span(cell.attributes.get("colspan"))
            for _ in range(across):
                if down > 1:
                    hanging[len(cells)] = (down - 1, inline)
                cells.append(inline)
        _hang(cells, hanging)
        if cells:
            grid.append(cells)
    return grid


def _hang(cells: list[Inline], hanging: dict[int, tuple[int, Inline]]) -> None:
    """Put in the cells that hang down from rows above."""
    while len(cells) in hanging:
        column = len(cells)
        left, inline = hanging.pop(column)
        if left > 1:
            hanging[column] = (left - 1, inline)
        cells.append(inline)


def _span(value: str | None) -> int:
    value = (value or "").strip()
    if value == ALL_ROWS:
        return MAX_CELL_SPAN
    return min(int(value), MAX_CELL_SPAN) if value.isdigit() and int(value) > 0 else 1
