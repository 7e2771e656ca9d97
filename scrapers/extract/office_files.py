"""Office Open XML (ECMA-376): the lines of a .docx, the rows of a .xlsx. Both are ZIP files of XML.

Belongs here: text, cells, links and dates as they are shown. Does not belong here: what they mean. openpyxl and python-docx
bring more than these parts, and neither bounds what a file from elsewhere unpacks to.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO

from lxml import etree

MAX_BYTES = 64 << 20
"""Of a part of the file, unpacked."""
MAX_ROWS = 20_000
FIRST_DAY = datetime.fromisoformat("1899-12-30")
"""Day 0 of a spreadsheet's dates (ECMA-376, 18.17.4.1)."""
DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Built-in number formats that are dates or times (ECMA-376, 18.8.30)."""
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)")


class OfficeFileError(ValueError):
    """The file cannot be read: says why."""


def docx_lines(body: bytes) -> list[str]:
    """The lines of a document in their order, the cells of a table's row as one; empty ones left out. Raises OfficeFileError."""
    root = _part(_opened(body), "word/document.xml")
    if root is None:
        raise OfficeFileError("no document in it")
    lines: list[str] = []
    for block in root.iter("{*}p"):
        row = next(block.iterancestors("{*}tr"), None)
        if row is None:
            lines += _text(block).split("\n")
        elif block is next(row.iter("{*}p")):
            lines.append(
                " ".join(" ".join(map(_text, cell.iter("{*}p"))).strip() for cell in row.iterchildren("{*}tc"))
            )
    return [line for line in (" ".join(line.split()) for line in lines) if line]


def xlsx_rows(body: bytes) -> list[list[str]]:
    """The rows of the sheets of a workbook, a cell as it is shown: dates as ISO 8601, a linked text with its address behind it.
    Raises OfficeFileError."""
    file = _opened(body)
    strings = [_text(item, "{*}t") for item in _children(_part(file, "xl/sharedStrings.xml"))]
    is_date = _date_styles(_part(file, "xl/styles.xml"))
    names = sorted(
        (name for name in file.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)),
        key=lambda name: (len(name), name),
    )
    if not names:
        raise OfficeFileError("no sheet in it")
    return [row for name in names for row in _sheet(file, name, strings, is_date)]


def serial_date(serial: float) -> str:
    """A spreadsheet's date as ISO 8601, with its time where it has one."""
    moment = FIRST_DAY + timedelta(days=serial)
    return moment.date().isoformat() if serial == int(serial) else moment.isoformat(timespec="minutes")


def _sheet(file: zipfile.ZipFile, name: str, strings: list[str], is_date: list[bool]) -> Iterator[list[str]]:
    root = _part(file, name)
    if root is None:
        return
    folder, _, base = name.rpartition("/")
    targets = {each.get("Id"): each.get("Target", "") for each in _children(_part(file, f"{folder}/_rels/{base}.rels"))}
    links = {link.get("ref", ""): targets.get(link.get(RELATION), "") for link in root.iter("{*}hyperlink")}
    for number, row in enumerate(root.iter("{*}row")):
        if number >= MAX_ROWS:
            raise OfficeFileError(f"more than {MAX_ROWS} rows")
        cells: list[str] = []
        for cell in row.iterchildren("{*}c"):
            reference = REFERENCE.fullmatch(cell.get("r", ""))
            column = _column(reference[1]) if reference else len(cells)
            cells += [""] * (min(column, 500) - len(cells))
            text, link = _shown(cell, strings, is_date), links.get(cell.get("r", ""), "")
            cells.append(f"{text} {link}".strip() if link.startswith("http") and link not in text else text)
        yield cells


def _shown(cell: etree._Element, strings: list[str], is_date: list[bool]) -> str:
    kind, value = cell.get("t", "n"), (cell.findtext("{*}v") or "").strip()
    if kind == "inlineStr":
        return _text(cell, "{*}t")
    if kind == "s":
        return strings[int(value)] if value.isdigit() and int(value) < len(strings) else ""
    style = cell.get("s", "0")
    if kind == "n" and value and style.isdigit() and int(style) < len(is_date) and is_date[int(style)]:
        try:
            return serial_date(float(value))
        except (ValueError, OverflowError):
            return value
    return value.removesuffix(".0") if kind == "n" else value


def _date_styles(styles: etree._Element | None) -> list[bool]:
    """Whether each cell format shows a date."""
    if styles is None:
        return []
    own = {each.get("numFmtId"): each.get("formatCode", "") for each in styles.iter("{*}numFmt")}
    formats = next(styles.iter("{*}cellXfs"), None)
    is_date = []
    for each in _children(formats):
        number = each.get("numFmtId", "0")
        code = re.sub(r'"[^"]*"|\[[^\[\]]*\]|\\.', "", own.get(number, ""))
        is_date.append((number.isdigit() and int(number) in DATE_FORMATS) or re.search("[ymd]", code, re.I) is not None)
    return is_date


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _opened(body: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(BytesIO(body))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise OfficeFileError(" ".join(str(error).split())) from error


def _part(file: zipfile.ZipFile, name: str) -> etree._Element | None:
    if name not in file.namelist():
        return None
    if file.getinfo(name).file_size > MAX_BYTES:
        raise OfficeFileError(f"{name} is too large")
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(file.read(name), parser)
    except (etree.XMLSyntaxError, zipfile.BadZipFile, RuntimeError, OSError, NotImplementedError) as error:
        raise OfficeFileError(f"{name}: {' '.join(str(error).split())}") from error


def _children(element: etree._Element | None) -> list[etree._Element]:
    return [] if element is None else list(element)


def _text(element: etree._Element, tag: str = "*") -> str:
    """The text of a paragraph or cell: breaks as line breaks, tabs as blanks."""
    parts: list[str] = []
    for each in element.iter(tag):
        name = etree.QName(each).localname if isinstance(each.tag, str) else ""
        if name == "t":
            parts.append(each.text or "")
        elif name in ("br", "cr"):
            parts.append("\n")
        elif name == "tab":
            parts.append(" ")
    return "".join(parts)
