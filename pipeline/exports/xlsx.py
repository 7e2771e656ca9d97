"""Open internships as a workbook for Excel, LibreOffice and others: internships.xlsx, the rows of the view `spreadsheet`.

One sheet with a frozen head, filters, and dates as dates. Texts are inline strings, which no spreadsheet takes for formulas.
Office Open XML (ECMA-376) asks for a few small parts around the sheet; the sheet is written by DuckDB, row by row, as calendars
are. Does not belong here: which columns there are (sql/views/spreadsheet.sql).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

import duckdb

from pipeline.exports.csv import is_number
from pipeline.exports.files import ExportedFile, count_of, finish
from pipeline.storage.files import BLOCK_BYTES, aside_of
from pipeline.storage.warehouse import open_readonly

NAME = "internships.xlsx"
VIEW = "spreadsheet"

MAX_ROWS = 1_048_575
"""Rows of a sheet below its head; the newest are kept."""

MAX_CELL_CHARS = 32_767

BATCH_ROWS = 1_000

WIDTHS = {"title": 50, "organization": 30, "countries": 20, "cities": 20, "best_url": 40, "fields": 30}
"""Width in characters of columns that are not DEFAULT_WIDTH."""
DEFAULT_WIDTH = 14

DATE, HEAD = 1, 2
"""Numbers of the styles below, beside 0 for all else."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="internships" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/>'
    '<xf numFmtId="164" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
"""The parts of a workbook around its sheet."""


def write(warehouse: Path, folder: Path) -> list[ExportedFile]:
    """Write the workbook. Raises ExportError if it does not have as many rows as the view."""
    aside = aside_of(folder / NAME)
    with open_readonly(warehouse) as con:
        con.execute("SET threads = 1")
        columns = [(name, str(kind)) for name, kind, *_ in con.execute(f"DESCRIBE {VIEW}").fetchall()]
        held = min(count_of(con, f"FROM {VIEW}"), MAX_ROWS)
        with zipfile.ZipFile(aside, "w") as book:
            for name, content in PARTS.items():
                book.writestr(_member(name), _DECLARATION + content)
            with book.open(_member("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
                sheet.writelines(part.encode("utf-8") for part in _sheet(con, columns, held))
    meaning = "open internships as a workbook for spreadsheets, newest first"
    return [finish(folder, NAME, count_rows(aside), held, meaning=meaning)]


def count_rows(path: Path) -> int:
    """Rows of the sheet below its head."""
    ends, rest = 0, b""
    with zipfile.ZipFile(path) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
        while block := sheet.read(BLOCK_BYTES):
            text = rest + block
            ends += text.count(b"</row>")
            rest = text[-len(b"</row>") + 1 :]
    return ends - 1


def _member(name: str) -> zipfile.ZipInfo:
    """A part of a date of its own choice, so that the same rows give the same bytes."""
    member = zipfile.ZipInfo(name)
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def _sheet(con: duckdb.DuckDBPyConnection, columns: list[tuple[str, str]], held: int) -> Iterable[str]:
    yield f'{_DECLARATION}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    yield '<pane xSplit="1" ySplit="1" topLeftCell="B2" activePane="bottomRight" state="frozen"/></sheetView></sheetViews><cols>'
    for number, (name, _) in enumerate(columns, start=1):
        yield f'<col min="{number}" max="{number}" width="{WIDTHS.get(name, DEFAULT_WIDTH)}" customWidth="1"/>'
    yield "</cols><sheetData><row>"
    for name, _ in columns:
        yield f'<c t="inlineStr" s="{HEAD}"><is><t>{escape(name)}</t></is></c>'
    yield "</row>"
    cells = " || ".join(_cell(name, kind) for name, kind in columns)
    rows = con.execute(f"SELECT '<row>' || {cells} || '</row>' FROM {VIEW} LIMIT {MAX_ROWS}")
    while batch := rows.fetchmany(BATCH_ROWS):
        yield from (text for (text,) in batch)
    yield f'</sheetData><autoFilter ref="A1:{_letters(len(columns))}{held + 1}"/></worksheet>'


def _cell(name: str, kind: str) -> str:
    """SQL of a cell; an empty one for null."""
    value = f'"{name}"'
    if kind == "DATE":  # days since the last of 1899, as Lotus 1-2-3 counted them
        return f"coalesce('<c s=\"{DATE}\"><v>' || ({value} - DATE '1899-12-30') || '</v></c>', '<c/>')"
    if is_number(kind):
        return f"coalesce('<c><v>' || {value} || '</v></c>', '<c/>')"
    # XML has no other controls; _x0041_ would be read as an escape of "A".
    clean = f"regexp_replace(left({value}::VARCHAR, {MAX_CELL_CHARS}), '[\\x00-\\x08\\x0b-\\x1f\\x{{fffe}}\\x{{ffff}}]', '', 'g')"
    escaped = f"replace(replace(replace({clean}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"
    text = f"regexp_replace({escaped}, '_(x[0-9A-Fa-f]{{4}}_)', '_x005F_\\1', 'g')"
    return f"coalesce('<c t=\"inlineStr\"><is><t xml:space=\"preserve\">' || {text} || '</t></is></c>', '<c/>')"


def _letters(column: int) -> str:
    """The name of a column, from 1: A to Z, then AA."""
    return (_letters((column - 1) // 26) if column > 26 else "") + chr(ord("A") + (column - 1) % 26)
