"""A page as it answered, and as a tree in which rows can be looked for.

Belongs here: what a page says of itself (title, language, links), which of its parts are around the text. Does not belong here:
asking for it (`web`), which of its elements are openings (`rows`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urldefrag, urljoin

from selectolax.lexbor import LexborNode

from scrapers.answers.words import may_be_internship
from scrapers.extract.blocks import HEADINGS, UNSEEN, block_lines, block_text, parse_html
from scrapers.extract.charset import UndecodableError, decode
from scrapers.reference import read_words

MOVING_CLASS = re.compile(
    r"\d|^(?:odd|even|first|last|active|open|show|current|is-.*|has-.*|js-.*|topnews)$|^(?:post|category|tag|status)-"
)
"""Classes that tell one row of a list from the next, and none of them from what is no row."""
AROUND_CLASS = re.compile(
    r"(?:^|[-_\s])(?:breadcrumbs?|pager|pagination|paging|footer|cookies?|consent|switcher|"
    r"social|share|sharing|toolbar|skip|topbar|searchbox|subscribe|newsletter)(?=$|[-_\s])|"
    r"(?:^|\s)lang(?:uage)?s?(?:$|\s|[-_](?:list|nav|select|chooser|links))",
    re.I,
)
MENU_CLASS = re.compile(r"(?:^|[-_\s])(?:nav|navbar|navigation|menu|submenu)(?=$|[-_\s])", re.I)
MOST_LINKS = 0.6
"""Of the characters of a menu that are those of links: some wrap a page in a class that speaks of its menu."""
ASIDE_CLASS = re.compile(
    r"(?:^|[-_\s])(?:aside|sidebar|related|widget|teaserbox|events?|testimonials?)(?=$|[-_\s])", re.I
)
AROUND_TAGS = frozenset(("nav", "footer"))
WITHIN_TEXT = frozenset(("article", "main", "section", "li"))
INLINE = frozenset(("span", "b", "strong", "em", "i", "u", "font", "small", "mark", "time", "abbr"))
MAX_SPAN = 500
"""Rows or columns that one cell may span; more is a slip of the page."""
MAX_ELEMENTS = 20_000
"""Elements of a page that are looked at; no list written by hand has more."""


@dataclass(eq=False)
class Element:
    """An element that is seen. `lines`: its text as a reader sees it; `classes`: those that do not move from row to row."""

    node: LexborNode
    tag: str
    parent: Element | None
    order: int
    is_around: bool
    is_aside: bool
    children: list[Element] = field(default_factory=list)

    @cached_property
    def lines(self) -> list[str]:
        return [line.text for line in block_lines(self.node)]

    @cached_property
    def text(self) -> str:
        return " ".join(self.lines)

    @cached_property
    def classes(self) -> tuple[str, ...]:
        return tuple(name for name in (self.attribute("class") or "").split() if not MOVING_CLASS.search(name))

    @cached_property
    def path(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Tags and classes from the body down to it."""
        above = self.parent.path if self.parent else ()
        bold = " b" if is_bold_line(self) else ""
        return (*above, (f"{self.tag}{self._column}{bold}", self.classes))

    @property
    def _column(self) -> str:
        """The number of a cell's column: columns are alike in all but that."""
        if self.tag not in ("td", "th") or self.parent is None:
            return ""
        table = next((each for each in self.above() if each.tag == "table"), None)
        number = table.columns.get(self.node.mem_id) if table else None
        return str(number if number is not None else self.parent.children.index(self))

    @cached_property
    def columns(self) -> dict[int, int]:
        """Of a table: the column of each cell, those counted that cells of rows above reach down into."""
        columns: dict[int, int] = {}
        hanging: dict[int, int] = {}  # column -> rows still to come
        rows = (each for each in self.below() if each.tag == "tr" and next(_tables_above(each)) is self)
        for row in rows:
            taken, column = {number for number, left in hanging.items() if left}, 0
            hanging = {number: left - 1 for number, left in hanging.items() if left}
            for cell in row.children:
                if cell.tag not in ("td", "th"):
                    continue
                while column in taken:
                    column += 1
                columns[cell.node.mem_id] = column
                down, across = (_span(cell.attribute(name)) for name in ("rowspan", "colspan"))
                for _ in range(across):
                    if down > 1:
                        hanging[column] = down - 1
                    column += 1
        return columns

    def attribute(self, name: str) -> str | None:
        return self.node.attributes.get(name)

    def above(self) -> Iterator[Element]:
        """Its ancestors, the nearest first."""
        element = self.parent
        while element is not None:
            yield element
            element = element.parent

    def holds(self, other: Element) -> bool:
        return other is self or any(each is self for each in other.above())

    def below(self) -> Iterator[Element]:
        """It and what it holds, in the order of the page."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += reversed(element.children)


@dataclass(frozen=True)
class Page:
    """One answer. `url`: asked for; `address`: that answered; `problem`: the outcome and evidence of one that cannot be read."""

    url: str
    address: str
    status: int | None
    content_type: str
    body: bytes
    problem: tuple[str, str] | None

    @cached_property
    def text(self) -> str:
        try:
            return decode(self.body, self.content_type).text
        except UndecodableError:
            return ""

    @cached_property
    def is_html(self) -> bool:
        head = self.text[:2000].lstrip().lower()
        return "<html" in head or "<!doctype html" in head or ("html" in self.content_type and head.startswith("<"))

    @cached_property
    def root(self) -> LexborNode:
        return parse_html(self.text)

    @cached_property
    def elements(self) -> list[Element]:
        """What is seen of it, in its order."""
        body = self.root.css_first("body")
        found: list[Element] = []
        waiting: list[tuple[LexborNode, Element | None]] = [(body, None)] if body is not None else []
        while waiting and len(found) < MAX_ELEMENTS:
            node, parent = waiting.pop()
            if (node.tag or "-").startswith("-"):
                continue
            if node.tag in UNSEEN and not (node.tag == "button" and parent is not None and parent.tag in HEADINGS):
                continue
            around = _is_around(node, parent) or (parent is not None and parent.is_around)
            aside = _is_aside(node) or (parent is not None and parent.is_aside)
            element = Element(node, node.tag or "", parent, len(found), around, aside)
            if parent is not None:
                parent.children.append(element)
            found.append(element)
            waiting += [(child, element) for child in reversed(list(node.iter()))]
        return found

    @cached_property
    def by_id(self) -> dict[int, Element]:
        return {element.node.mem_id: element for element in self.elements}

    @cached_property
    def name(self) -> str:
        """What the page calls itself: its first heading, else its title."""
        return next(iter(self.names), "")

    @cached_property
    def names(self) -> list[str]:
        """Its first heading and its title."""
        heading = next((each.text for each in self.elements if each.tag == "h1" and each.text), "")
        title = self.root.css_first("head > title")
        return [each for each in (heading, block_text(title, " ", frozenset()) if title is not None else "") if each]

    @cached_property
    def is_about_internships(self) -> bool:
        """Whether its name, or the last part of its address, has a word of an internship."""
        last = re.split(r"[/?#]", self.address.rstrip("/"))[-1]
        return may_be_internship(*self.names, re.sub(r"[-_.]", " ", last))

    @cached_property
    def names_jobs(self) -> bool:
        """Whether its name has a word of jobs too: internships are some of what it lists."""
        words = " ".join(self.names).casefold()
        return any(re.search(rf"(?<!\w){re.escape(stem)}", words) for stem in read_words("list_words")["job_words"])

    @cached_property
    def language(self) -> str | None:
        """The language that it declares, ISO 639-1."""
        root = self.root.css_first("html")
        declared = (root.attributes.get("lang") or root.attributes.get("xml:lang") or "") if root is not None else ""
        return declared[:2].lower() if re.match(r"[A-Za-z]{2}(?:$|[-_])", declared) else None

    @cached_property
    def words(self) -> int:
        """Words of its text without what is around."""
        around = (each for each in self.elements if each.is_around and not (each.parent and each.parent.is_around))
        body = self.elements[0].text if self.elements else ""
        return len(body.split()) - sum(len(each.text.split()) for each in around)

    def absolute(self, href: str) -> str:
        base = self.root.css_first("base[href]")
        start = urljoin(self.address, base.attributes.get("href") or "") if base is not None else self.address
        try:
            return urljoin(start, href.strip())
        except ValueError:
            return ""

    def same_page(self, href: str) -> bool:
        return urldefrag(self.absolute(href)).url == urldefrag(self.address).url


class Candidate(NamedTuple):
    """An entry to try. `entry`: spider, url, settings and the like, as the catalogue has them; `evidence`: what shows it;
    `warnings`: what is doubtful about it whatever it reads; `is_data`: whether it reads what was made for machines."""

    entry: dict[str, Any]
    evidence: str
    warnings: tuple[str, ...] = ()
    is_data: bool = False


def _tables_above(element: Element) -> Iterator[Element]:
    return (each for each in element.above() if each.tag == "table")


def _span(value: str | None) -> int:
    """Rows or columns that a cell spans."""
    return min(int(value), MAX_SPAN) if value and value.isdigit() and int(value) else 1


def heading_above(element: Element, headings: list[Element]) -> Element | None:
    """The nearest of these headings before an element that it is not within."""
    before = [each for each in headings if each.order < element.order and not each.holds(element)]
    return before[-1] if before else None


def headings_of(page: Page) -> list[Element]:
    """The headings of a page, and what stands for one: captions, summaries, bold lines."""
    return [
        each for each in page.elements
        if (each.tag in HEADINGS or each.tag in ("caption", "summary", "legend") or is_bold_line(each)) and each.text
    ]  # fmt: skip


def is_bold_line(element: Element) -> bool:
    """Whether an element is a line of bold words, which stands for a heading."""
    if element.tag not in ("p", "div") or len(element.lines) != 1 or len(element.children) != 1:
        return False
    child = element.children[0]
    return child.tag in ("b", "strong") and child.text == element.text


def _is_around(node: LexborNode, parent: Element | None) -> bool:
    if node.tag in AROUND_TAGS or node.attributes.get("role") in ("navigation", "search", "contentinfo", "banner"):
        return True
    if node.tag == "header":
        return not (parent and any(each.tag in WITHIN_TEXT for each in (parent, *parent.above())))
    names = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
    if node.tag in ("body", "main", "html"):
        return False
    return AROUND_CLASS.search(names) is not None or (MENU_CLASS.search(names) is not None and _is_of_links(node))


def _is_of_links(node: LexborNode) -> bool:
    """Whether most of a text is links of a line each, and it has no part of a page that a menu has not."""
    if node.css_first("h1, main, article, table, time") is not None:
        return False
    every = len("".join(block_text(node, " ").split()))
    links = [list(block_lines(each)) for each in node.css("a")]
    linked = sum(len("".join(lines[0].text.split())) for lines in links if len(lines) == 1)
    return linked >= MOST_LINKS * every


def _is_aside(node: LexborNode) -> bool:
    names = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
    return node.tag == "aside" or (node.tag not in ("body", "main") and ASIDE_CLASS.search(names) is not None)
