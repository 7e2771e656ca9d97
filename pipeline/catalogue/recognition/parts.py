"""Parts of a list: the rows below one heading, and which of them are none though they have the form of rows.

Belongs here: what rows have in common, and strangers among them. Does not belong here: which elements may be rows (`rows`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

from pipeline.catalogue.recognition.contents import Content
from pipeline.catalogue.recognition.pages import Element
from scrapers.answers.words import may_be_internship

MAX_KIND = 30
"""Characters of a text that says what kind of post a row is."""
MIN_WORDS_SHARE = 0.5
"""Of a part's titles that have a word of an internship, from which on the part lists internships."""
MIN_PARTS = 2
MAX_LOOSE_ROWS = 2
"""Rows without dates beside a list with dates that are no part of it by themselves."""
MOST_ALIKE = 0.8
"""Of the rows that name an internship, of which a habit is one of the list."""


@dataclass(eq=False)
class Part:
    """Rows below one heading, in one container. `share`: of titles with a word of an internship."""

    heading: str | None
    titles: list[Element]
    rows: list[Element]

    @cached_property
    def share(self) -> float:
        return sum(map(is_named, self.titles, self.rows)) / len(self.titles)


def has_kind(title: Element, row: Element) -> bool:
    """Whether a short text beside a title, within its row, has a word of an internship: its kind, in a column of its own."""
    short = (each for each in row.below() if not each.children and not title.holds(each) and len(each.text) <= MAX_KIND)
    return any(may_be_internship(each.text) for each in short)


def is_named(title: Element, row: Element) -> bool:
    """Whether a title, or the kind beside it, has a word of an internship."""
    return may_be_internship(title.text) or has_kind(title, row)


def like_the_main_part(parts: list[Part], contents: Mapping[Element, Content]) -> list[Part]:
    """Parts without those that neither lead where the main one leads nor have a date as its rows have, and without a few links
    elsewhere on the page: reports of interns, papers to read."""
    if len(parts) < MIN_PARTS:
        return parts
    main = max(parts, key=lambda part: part.share * len(part.rows))
    folders = {contents[row].folder for row in main.rows}
    if sum(contents[row].has_day for row in main.rows) < MOST_ALIKE * len(main.rows) or None in folders:
        return parts

    def is_alike(part: Part) -> bool:
        if any(contents[row].has_day for row in part.rows):
            return True
        is_section = len(part.rows) > MAX_LOOSE_ROWS or may_be_internship(part.heading or "")
        return is_section and any(contents[row].folder in folders for row in part.rows)

    return [part for part in parts if is_alike(part)]


def without_notices(parts: list[Part]) -> tuple[list[Part], list[Part]]:
    """Parts of a numbered list without the rows that have one word, or picture, in the place of their number, because they are
    pinned above it; and what was taken out."""
    places = {row: row.children[0] for part in parts for row in part.rows if row.children}
    numbers = {place.text for place in places.values() if place.text.isdecimal()}
    pinned = [row for row, place in places.items() if not place.text.isdecimal()]
    words = {places[row].text for row in pinned}
    if len(words) != 1 or len(numbers) <= len(pinned) or len(numbers) + len(pinned) < len(places):
        return parts, []
    if not all(words) and not all(places[row].node.css_first("img") for row in pinned):
        return parts, []
    return _split(parts, lambda title, row: row not in pinned)


def _split(parts: list[Part], is_kept: Callable[[Element, Element], bool]) -> tuple[list[Part], list[Part]]:
    """The parts with the titles and rows that are kept, and with the others; none without rows."""
    kept: list[Part] = []
    others: list[Part] = []
    for part in parts:
        chosen = list(map(is_kept, part.titles, part.rows))
        for pieces, wanted in ((kept, True), (others, False)):
            marks = [each is wanted for each in chosen]
            rows = list(compress(part.rows, marks))
            pieces += [Part(part.heading, list(compress(part.titles, marks)), rows)] if rows else []
    return kept, others


def without_strangers(parts: list[Part], contents: Mapping[Element, Content]) -> tuple[list[Part], list[Part]]:
    """Parts without the rows that name no internship and differ from those that do: in where they lead, in having a date, in a
    class of their own. And what was taken out."""
    worded = [row for part in parts for title, row in zip(part.titles, part.rows, strict=True) if is_named(title, row)]
    every = sum(len(part.rows) for part in parts)
    if not worded or len(worded) == every or len(worded) < MIN_WORDS_SHARE * every:
        return parts, []
    folders = {contents[row].folder for row in worded}
    is_one_site = len(folders) <= max(1, len(worded) // 2)  # a list of links to anywhere has no folder of its own
    classes = frozenset().union(*(contents[row].classes for row in worded))
    dated = sum(contents[row].has_day for row in worded) >= MOST_ALIKE * len(worded)

    def is_alike(title: Element, row: Element) -> bool:
        content = contents[row]
        return is_named(title, row) or (
            (content.folder in folders or not is_one_site)
            and content.classes <= classes
            and (content.has_day or not dated)
        )

    return _split(parts, is_alike)
