"""The rows of a page that nobody described: texts of one form that may be titles, and what belongs to each.

Titles come first, because rows follow from them: the row of a title is the largest element that holds no other one. Parts of a
list (below headings, in containers of their own) are judged one by one. Belongs here: which elements are rows. Does not belong
here: what a row says (`fields`), a selector for them (`selectors`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from pipeline.catalogue.recognition.pages import HEADINGS, INLINE, Element, Page, heading_above, headings_of
from pipeline.clean.when.days import find_days
from scrapers.answers.words import may_be_internship
from scrapers.extract.closing import is_closed_heading, title_mark
from scrapers.extract.furniture import is_furniture
from scrapers.extract.tables import column_roles

MIN_TITLE, MAX_TITLE = 4, 220
"""Characters of a title."""
MAX_TITLE_WORDS = 18
"""More is a sentence."""
MIN_DISTINCT = 0.75
"""Of titles of one form that differ: "Read more" comes again."""
MIN_WORDS_SHARE = 0.5
"""Of a part's titles that have a word of an internship, from which on the part lists internships."""
OF_NO_WORD = 0.4
"""What a row counts whose title has no such word, on a page that is about internships."""
PLAIN_TITLE = {"a": 1.15, **dict.fromkeys(HEADINGS, 1.2), "summary": 1.2, "strong": 1.05, "dt": 1.05}
WITH_ITS_OWN = frozenset(("li", "tr", "article", "details", "section"))
LETTERS = re.compile(r"[^\W\d_]{2}")


@dataclass(eq=False)
class Part:
    """Rows below one heading, in one container. `share`: of titles with a word of an internship."""

    heading: str | None
    titles: list[Element]
    rows: list[Element]

    @cached_property
    def share(self) -> float:
        return sum(may_be_internship(title.text) for title in self.titles) / len(self.titles)


@dataclass(eq=False)
class RowSet:
    """A proposal of rows. `left_out`: parts of the same form that are none; `is_flat`: what belongs to a title stands beside it,
    not around it; `score`: how much speaks for it."""

    parts: list[Part]
    left_out: list[Part]
    is_flat: bool
    score: float
    is_topical: bool

    @property
    def titles(self) -> list[Element]:
        return [title for part in self.parts for title in part.titles]

    @property
    def rows(self) -> list[Element]:
        return [row for part in self.parts for row in part.rows]

    @property
    def share(self) -> float:
        """Of titles with a word of an internship."""
        return sum(part.share * len(part.titles) for part in self.parts) / len(self.titles)


def find_rows(page: Page) -> list[RowSet]:
    """Proposals of rows, the best first; none where nothing on the page may be a list of openings."""
    headings = headings_of(page)
    groups: dict[tuple[object, ...], list[Element]] = {}
    for element in _possible_titles(page):
        groups.setdefault(("path", *element.path), []).append(element)
        groups.setdefault(("tags", *(tag for tag, _ in element.path)), []).append(element)
        groups.setdefault(("end", *element.path[-3:]), []).append(element)
    seen: set[tuple[int, ...]] = set()
    found = []
    for titles in groups.values():
        key = tuple(title.order for title in titles)
        if key not in seen:
            seen.add(key)
            found += list(filter(None, [_row_set(titles, headings, page)]))
    return sorted(found, key=lambda each: -each.score)


def _possible_titles(page: Page) -> Iterator[Element]:
    for element in page.elements:
        if element.is_around or len(element.lines) != 1 or not MIN_TITLE <= len(element.text) <= MAX_TITLE:
            continue
        if not LETTERS.search(element.text) or _is_wrapped(element):
            continue
        if element.tag in ("h1", "title", "label", "th", "caption", "legend"):
            continue
        yield element


def _is_wrapped(element: Element) -> bool:
    """Whether another element stands for the same text: one around a piece of formatting, else the one within."""
    if element.parent is not None and element.parent.text == element.text and element.tag in INLINE:
        return element.parent.tag not in ("body", "main")
    inner = [child for child in element.children if child.text == element.text]
    return bool(inner) and not (element.tag in HEADINGS or element.tag == "a" or inner[0].tag in INLINE)


def _row_set(titles: list[Element], headings: list[Element], page: Page) -> RowSet | None:
    texts = [title.text.casefold() for title in titles]
    if len(set(texts)) < MIN_DISTINCT * len(texts) or _are_values(texts):
        return None
    rows = _rows_of(titles)
    own = {row for row in rows}
    outer = [each for each in headings if not any(row.holds(each) for row in own)]
    parts: dict[tuple[int, int], Part] = {}
    for title, row in zip(titles, rows, strict=True):
        heading = heading_above(row, outer)
        key = (heading.order if heading else -1, row.parent.order if row.parent else -1)
        part = parts.setdefault(key, Part(heading.text if heading else None, [], []))
        part.titles.append(title)
        part.rows.append(row)
    open_parts = [part for part in parts.values() if not is_closed_heading(part.heading) and not _is_past(part)]
    kept = [part for part in open_parts if part.share >= MIN_WORDS_SHARE]
    is_topical = page.is_about_internships
    if kept:
        kept += [part for part in open_parts if part not in kept and _goes_along(part, kept)]
    else:
        kept = [part for part in open_parts if _may_list(part, is_topical=is_topical)]
    kept = [part for part in parts.values() if part in kept]
    if not kept:
        return None
    score = sum(_part_score(part, is_topical=is_topical) for part in kept)
    left_out = [part for part in parts.values() if part not in kept]
    return RowSet(kept, left_out, all(row is title for row, title in zip(rows, titles, strict=True)), score, is_topical)


def _rows_of(titles: list[Element]) -> list[Element]:
    """The row of each title: as many steps up as none of them meets another title, and for one alone to its own item."""
    if len(titles) == 1:
        item = next((each for each in titles[0].above() if each.tag in WITH_ITS_OWN), None)
        return [item or titles[0]]
    holders: dict[Element, int] = {}
    for title in titles:
        for each in title.above():
            holders[each] = holders.get(each, 0) + 1
    steps = [next((n for n, each in enumerate(title.above()) if holders[each] > 1), 0) for title in titles]
    climb = sorted(steps)[len(steps) // 10]  # one that stands by itself may go further, one that is doubled less
    rows = []
    for title, most in zip(titles, steps, strict=True):
        above = [title, *title.above()]
        rows.append(above[min(climb, most)])
    return rows


def _are_values(texts: list[str]) -> bool:
    """Whether texts are dates, or labels of what stands beside them."""
    dates = sum(_is_date(text) for text in texts)
    labels = sum(text.endswith((":", "：")) or bool(column_roles([text], {}) and len(texts) > 1) for text in texts)
    return max(dates, labels) > len(texts) / 2


def _is_date(text: str) -> bool:
    days = find_days(text)
    return bool(days) and sum(day.end - day.start for day in days) > len(text) / 2


def _is_past(part: Part) -> bool:
    """Whether every title of a part says that it is closed."""
    return all(title_mark(title.text) for title in part.titles)


def _goes_along(part: Part, kept: list[Part]) -> bool:
    """Whether a part whose titles show no internship is one of a list whose others do: below a heading of its kind."""
    if part.heading and is_furniture(part.heading):
        return False
    if part.heading and may_be_internship(part.heading):
        return True
    of_same = [each for each in kept if each.rows[0].parent is part.rows[0].parent]
    return bool(of_same) or (len(kept) >= 2 and len(part.titles) <= 2 and not part.titles[0].is_aside)


def _may_list(part: Part, *, is_topical: bool) -> bool:
    """Whether a part that has few words of internships may list them all the same."""
    if any(title.is_aside for title in part.titles):
        return False
    is_named = bool(part.heading and may_be_internship(part.heading))
    return is_named or part.share > 0 or (is_topical and any(_has_day(row) for row in part.rows))


def _has_day(row: Element) -> bool:
    return bool(find_days(row.text))


def _part_score(part: Part, *, is_topical: bool) -> float:
    is_named = bool(part.heading and may_be_internship(part.heading))
    score = 0.0
    for title, row in zip(part.titles, part.rows, strict=True):
        has_word = may_be_internship(title.text)
        worth = 1.0 if has_word else OF_NO_WORD if is_topical or is_named else 0.1
        worth *= 1.0 if _links(row) else 0.75
        worth *= 1.1 if row is not title and (_has_day(row) or len(row.lines) > 1) else 1.0
        worth *= 0.5 if is_furniture(title.text) else 1.0
        score += worth
    plain = PLAIN_TITLE.get(part.titles[0].tag) or (1.15 if any(each.tag in PLAIN_TITLE for each in part.titles[0].above()) else 1)
    score *= plain
    if sum(bool(find_days(title.text)) for title in part.titles) * 2 > len(part.titles):
        score *= 0.85
    if median(len(title.text.split()) for title in part.titles) <= 1 and not any(_has_day(row) for row in part.rows):
        score *= 0.6
    if any(title.is_aside for title in part.titles):
        score *= 0.5
    if sum(_is_sentence(title.text) for title in part.titles) * 2 > len(part.titles):
        score *= 0.3
    share = part.share
    return score * (0.4 + 0.6 * share if not (is_topical or is_named) else 0.8 + 0.2 * share)


def _is_sentence(text: str) -> bool:
    return re.search(r"[.!?。][\s»\"”]*$", text) is not None or len(text.split()) > MAX_TITLE_WORDS


def _links(row: Element) -> list[str]:
    hrefs = (each.attribute("href") for each in row.below() if each.tag == "a")
    inside = [href for href in hrefs if href]
    if not inside and row.parent is not None and row.parent.tag == "a":
        inside = [row.parent.attribute("href") or ""]
    return inside
