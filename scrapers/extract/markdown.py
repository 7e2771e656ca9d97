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
DETAILS = re.compile(r"<details\b[^>]*>|</details\s*>|<summary\b[^>]*>([^<]*(?:<(?!/?summary)[^<]*)*)</summary>", re.I)
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


def read_markdown(text: str) -> Document:
    """Never fails: what cannot be understood is not in a table."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    shown, cut_off = _without_comments(text)
    lines = shown.split("\n")
    reader = _Reader({match[1].strip().lower(): match[2] for match in TARGET.finditer(shown)})
    torn = 0
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
            end = next((n for n in range(at - 1, len(lines)) if "</table" in lines[n].lower()), None)
            found = html_tables("\n".join(lines[at - 1 : None if end is None else end + 1]), reader.section)
            if end is None:
                cut_off = cut_off or "a table of the page does not end"
                torn += bool(found and found[-1].rows and found[-1].rows.pop())
            reader.tables += found
            at = len(lines) if end is None else end + 1
            continue
        if heading := HEADING.match(line):
            reader.head(len(heading[1]), line[heading.end() :].strip().rstrip("#"))
            continue
        if heading := HTML_HEADING.match(line):
            reader.head(int(heading[1]), heading[2])
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
            reader.current = Table([cell.line for cell in reader.cells(line)], [], reader.section)
            reader.tables.append(reader.current)
            rows_end_with_bar = following.rstrip().endswith("|")
            at += 1
            continue
        in_table = reader.current is not None and (line.lstrip().startswith("|") or bool(lines[at - 2].strip()))
        if reader.current is None or not in_table or _is_delimiter(line):
            continue
        cells = reader.cells(line)
        if at == len(lines) and (
            len(cells) < len(reader.current.headers) or (rows_end_with_bar and not line.rstrip().endswith("|"))
        ):
            torn += 1
            cut_off = cut_off or "the last row of a table is unfinished"
            continue
        reader.current.rows.append(cells)
    if fence:
        cut_off = cut_off or "a code block does not end"
    return Document(reader.tables, reader.bullets, cut_off, torn)


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
