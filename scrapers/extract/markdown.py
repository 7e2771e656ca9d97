"""Markdown files that hold lists: their tables (pipe tables and HTML tables) with the headings above, and whether the
file was cut off.

The dialect is GitHub's, read leniently: rows that a blank line or a comment parts from their table still belong to it.
What is commented out or in a code block is not shown to readers, and not read.

Belongs here: lines and blocks. Does not belong here: what stands in a cell (`inline`), what a column holds (`tables`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from scrapers.extract.html_tables import html_tables
from scrapers.extract.inline import Inline, read_inline
from scrapers.extract.tables import Table

HEADING = re.compile(r"\s{0,3}(#{1,6})(?:\s|$)")
HTML_HEADING = re.compile(r"^\s*<h([1-6])\b[^>]*>(.*?)</h\1>", re.I)
UNDERLINE = re.compile(r"^\s{0,3}(=+|-{3,})\s*$")
DELIMITER = re.compile(r":?-+:?")
FENCE = re.compile(r"^\s{0,3}(`{3,}|~{3,})")
TARGET = re.compile(r"^\s{0,3}\[([^\[\]]+)\]:\s*<?(\S+?)>?(?:\s+[\"'(].*)?\s*$", re.M)
COMMENT = re.compile(r"`[^`\n]+`|<!--(.*?)(-->|\Z)", re.S)
DETAILS = re.compile(
    r"<details\b[^<>]*>|</details\s*>|<summary\b[^<>]*>([^<]*(?:<(?!/?summary)[^<]*)*+)</summary>", re.I
)
COLLAPSED = re.compile(r"\s*</?(?:details|summary)\b", re.I)
OPEN_SUMMARY = re.compile(r"\s*(?:<details\b[^>]*>\s*)?<summary\b", re.I)
MAX_SUMMARY_LINES = 5
QUOTATION = re.compile(r"^\s{0,3}(?:>\s?)+")
BULLET = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?")
BAR = re.compile(r"(?<!\\)\|")
# A comment that frames a generated part: `BEGIN JOBS`, `TABLE_START (…)`, `LIST:START`, with the same words around END.
FRAME = re.compile(r"(?:^|\s)((?:\S*?[^A-Za-z\s])?)(BEGIN|START|END)\b(\S*)(?:\s+(\w+))?")
MAX_FRAME_CHARACTERS = 200
"""Characters of a comment that are looked at for it."""

SUMMARY_LEVEL = 7
"""A collapsed part stands below every heading, one within another below that."""


class Bullet(NamedTuple):
    """An item of a list that has a link with words, and the path of headings above it."""

    text: Inline
    section: str | None


class Document:
    """A Markdown file, read. `cut_off` says what shows that its end is missing, or is None."""

    def __init__(self, tables: list[Table], bullets: list[Bullet], cut_off: str | None, torn_rows: int) -> None:
        self.tables = tables
        self.bullets = bullets
        self.cut_off = cut_off
        self.torn_rows = torn_rows


@dataclass
class _Reader:
    targets: dict[str, str]
    tables: list[Table] = field(default_factory=list)
    bullets: list[Bullet] = field(default_factory=list)
    path: list[tuple[int, str]] = field(default_factory=list)
    outside: list[list[tuple[int, str]]] = field(default_factory=list)  # the path at each collapsed part that is open
    current: Table | None = None
    rows_end_with_bar: bool = False  # those of the current table
    cut_off: str | None = None
    torn_rows: int = 0

    @property
    def section(self) -> str | None:
        return " / ".join(text for _, text in self.path) or None

    def head(self, level: int, markup: str) -> None:
        text = read_inline(markup, self.targets).line
        enclosing = self.outside[-1] if self.outside else []
        if level < SUMMARY_LEVEL and self.outside and enclosing and level <= enclosing[-1][0]:
            self.outside.clear()  # the collapsed part was never ended
        kept = len(enclosing) + 1 if self.outside and level < SUMMARY_LEVEL else 0
        while len(self.path) > kept and self.path[-1][0] >= level:
            self.path.pop()
        if text:
            self.path.append((level, text))
        self.current = None

    def read_heading(self, line: str) -> bool:
        """Whether a line is a heading, which then is the current one."""
        if heading := HEADING.match(line):
            self.head(len(heading[1]), line[heading.end() :].strip().rstrip("#"))
        elif heading := HTML_HEADING.match(line):
            self.head(int(heading[1]), heading[2])
        return heading is not None

    def follow_details(self, line: str) -> None:
        """The collapsed parts that begin and end in a line: each is a heading for what stands in it, and only for that."""
        for mark in DETAILS.finditer(line):
            if mark[1] is not None:
                self.head(SUMMARY_LEVEL + len(self.outside), mark[1])
            elif mark[0].startswith("</"):
                if self.outside:
                    self.path = self.outside.pop()
                self.current = None
            else:
                self.outside.append(list(self.path))

    def add_bullet(self, line: str) -> None:
        if (mark := BULLET.match(line)) and (text := read_inline(line[mark.end() :], self.targets)).anchors:
            self.bullets.append(Bullet(text, self.section))

    def cells(self, line: str) -> list[Inline]:
        line = line.strip()
        line = line.removeprefix("|")
        parts = BAR.split(line)
        if len(parts) > 1 and not parts[-1].strip():
            parts.pop()
        return [read_inline(part, self.targets) for part in parts]

    def begin_table(self, headers: str, delimiter: str) -> None:
        self.current = Table([cell.line for cell in self.cells(headers)], [], self.section)
        self.tables.append(self.current)
        self.rows_end_with_bar = delimiter.rstrip().endswith("|")

    def add_row(self, table: Table, line: str, *, is_last_line: bool) -> None:
        """A row of a pipe table; at the end of the file it may be torn."""
        cells = self.cells(line)
        if is_last_line and (
            len(cells) < len(table.headers) or (self.rows_end_with_bar and not line.rstrip().endswith("|"))
        ):
            self.torn_rows += 1
            self.cut_off = self.cut_off or "the last row of a table is unfinished"
        else:
            table.rows.append(cells)

    def add_html_tables(self, lines: list[str], start: int) -> int:
        """The HTML tables that begin in the line at `start`; returns the line after them."""
        end = next((n for n in range(start, len(lines)) if "</table" in lines[n].lower()), None)
        found = html_tables("\n".join(lines[start : None if end is None else end + 1]), self.section)
        if end is None:
            self.cut_off = self.cut_off or "a table of the page does not end"
            self.torn_rows += bool(found and found[-1].rows and found[-1].rows.pop())
        self.tables += found
        return len(lines) if end is None else end + 1


def read_markdown(text: str) -> Document:
    """Never fails: what cannot be understood is not in a table."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    shown, unended = _without_comments(text)
    lines = shown.split("\n")
    reader = _Reader({match[1].strip().lower(): match[2] for match in TARGET.finditer(shown)}, cut_off=unended)
    fence: str | None = None
    at = 0
    while at < len(lines):
        line = QUOTATION.sub("", lines[at])
        following = QUOTATION.sub("", lines[at + 1]) if at + 1 < len(lines) else ""
        at += 1
        if mark := FENCE.match(line):
            if fence is None:
                fence = mark[1][0] * 3
            elif mark[1].startswith(fence):
                fence = None
            continue
        if fence:
            continue
        if "<table" in line.lower():
            at = reader.add_html_tables(lines, at - 1)
            continue
        if reader.read_heading(line):
            continue
        if OPEN_SUMMARY.match(line) and "</summary" not in line.lower():
            end = next(
                (n for n in range(at, min(at + MAX_SUMMARY_LINES, len(lines))) if "</summary" in lines[n].lower()),
                at - 1,
            )
            line, at = " ".join([line, *lines[at : end + 1]]), end + 1
        if COLLAPSED.match(line):
            reader.follow_details(line)
            if "|" not in line:
                continue
        if "|" not in line:
            reader.add_bullet(line)
            if line.strip() and UNDERLINE.match(following) and not line.lstrip().startswith(("-", "*", ">", "<", "!")):
                reader.head(1 if "=" in following else 2, line)
                at += 1
            continue
        if "|" in following and _is_delimiter(following):
            reader.begin_table(line, following)
            at += 1
            continue
        in_table = reader.current is not None and (line.lstrip().startswith("|") or bool(lines[at - 2].strip()))
        if reader.current is None or not in_table or _is_delimiter(line):
            continue
        reader.add_row(reader.current, line, is_last_line=at == len(lines))
    if fence:
        reader.cut_off = reader.cut_off or "a code block does not end"
    return Document(reader.tables, reader.bullets, reader.cut_off, reader.torn_rows)


def _is_delimiter(line: str) -> bool:
    """Whether a line is the one of dashes below a table's headers."""
    return all(DELIMITER.fullmatch(cell.strip()) for cell in line.strip().strip("|").split("|"))


def _without_comments(text: str) -> tuple[str, str | None]:
    """The text without comments, its lines kept, and whether a comment or a frame of comments does not end."""
    begun: dict[str, str] = {}
    unended: list[str] = []

    def take(match: re.Match[str]) -> str:
        if match[1] is None:  # code within a line
            return match[0]
        if not match[2]:
            unended.append("a comment does not end")
        if frame := FRAME.search(match[1].strip()[:MAX_FRAME_CHARACTERS]):
            name = f"{frame[1]}{frame[3]}".strip("-_: ").lower() or (frame[4] or "").lower()
            if frame[2] == "END":
                begun.pop(name, None)
            else:
                begun[name] = " ".join(match[1].split())[:80]
        return "\n" * match[0].count("\n")

    shown = COMMENT.sub(take, text) if "<!--" in text else text
    if begun:
        unended.append(f"what begins with <!-- {next(iter(begun.values()))} --> does not end")
    return shown, unended[0] if unended else None
