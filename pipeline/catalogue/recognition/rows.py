"""The rows of a page that nobody described: texts of one form that may be titles, and what belongs to each.

Titles come first, because rows follow from them: the row of a title is the largest element that holds no other one. Parts of a
list (below headings, in containers of their own) are judged one by one. Belongs here: which elements are rows. Does not belong
here: what belongs to a title (`contents`), what a row says (`fields`), a selector for them (`selectors`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median

from pipeline.catalogue.recognition.contents import Content, contents_of
from pipeline.catalogue.recognition.pages import INLINE, Element, Page, heading_above, headings_of, is_bold_line
from pipeline.catalogue.recognition.parts import (
    MIN_WORDS_SHARE,
    MOST_ALIKE,
    Part,
    is_named,
    like_the_main_part,
    without_notices,
    without_strangers,
)
from pipeline.clean.language_tools.sentences import QUESTION_MARKS
from pipeline.clean.when.days import find_days
from pipeline.clean.when.deadlines import parse_deadline_sentence
from scrapers.answers.words import may_be_internship
from scrapers.extract.blocks import HEADINGS
from scrapers.extract.closing import is_closed_heading, letters, title_mark
from scrapers.extract.furniture import is_furniture
from scrapers.extract.inline import is_address
from scrapers.extract.tables import column_roles
from scrapers.reference import read_words

MIN_TITLE, MAX_TITLE = 4, 220
"""Characters of a title."""
MAX_TITLE_WORDS = 18
"""More is a sentence."""
MIN_DISTINCT = 0.75
"""Of titles of one form that differ: "Read more" comes again."""
OF_KIND_BESIDE = 0.6
"""What a row counts that says in another column that it is an internship."""
OF_NO_WORD = 0.4
"""What a row counts whose title has no such word, on a page that is about internships."""
PLAIN_TITLE = {"a": 1.15, **dict.fromkeys(HEADINGS, 1.2), "summary": 1.2, "strong": 1.05, "dt": 1.05}
WITH_ITS_OWN = frozenset(("li", "tr", "article", "details", "section"))
ADDRESS = re.compile(r"\S@\S|^(?:https?://|www\.)\S+$", re.I)
YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
TRAIL = re.compile(r"\S\s*[>»›→]\s+\S")
"""Between the parts of a path to a page."""
QUESTION = re.compile(rf"[{''.join(QUESTION_MARKS)};][\s»\"”]*$")
"""The end of a question; Greek ends one with a semicolon, which within a text is none."""
LETTERS = re.compile(r"[^\W\d_]{2}")


@dataclass(eq=False)
class RowSet:
    """A proposal of rows. `left_out`: parts of the same form that are none; `strangers`: single rows among them that are none;
    `is_flat`: what belongs to a title stands beside it, not around it; `score`: how much speaks for it."""

    parts: list[Part]
    left_out: list[Part]
    strangers: list[Element]
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


def find_rows(page: Page, day: date) -> list[RowSet]:
    """Proposals of rows, the best first; none where nothing on the page may list openings. `day`: before whose year years in
    headings are past."""
    headings = headings_of(page)
    groups: dict[tuple[object, ...], list[Element]] = {}
    for element in _possible_titles(page):
        groups.setdefault(("path", *element.path), []).append(element)
        groups.setdefault(("tags", *(tag for tag, _ in element.path)), []).append(element)
        groups.setdefault(("end", *element.path[-3:]), []).append(element)
        place = element.parent.children.index(element) if element.parent else 0
        groups.setdefault(("place", place, *element.path), []).append(element)
    seen: set[tuple[int, ...]] = set()
    found = []
    for titles in groups.values():
        key = tuple(title.order for title in titles)
        if key not in seen:
            seen.add(key)
            found += list(filter(None, [_row_set(titles, headings, page, day)]))
    return sorted(found, key=lambda each: -each.score)


def _possible_titles(page: Page) -> Iterator[Element]:
    for element in page.elements:
        if element.is_around or len(element.lines) != 1 or not MIN_TITLE <= len(element.text) <= MAX_TITLE:
            continue
        if (
            not LETTERS.search(element.text)
            or ADDRESS.search(element.text)
            or _is_wrapped(element)
            or _is_in_prose(element)
            or _is_trail(element)
            or _is_of_menu(element, page)
        ):
            continue
        if element.tag in ("h1", "title", "label", "th", "caption", "legend"):
            continue
        yield element


def _is_in_prose(element: Element) -> bool:
    """Whether an element is a piece of a sentence: words of a paragraph stand before it, and they begin no line."""
    if (
        element.tag not in ("a", *INLINE)
        or element.parent is None
        or element.parent.tag not in ("p", "div", "td", "span", "li", "dd")
    ):
        return False
    before = element.node.prev
    text = (before.text_content or "").strip() if before is not None and before.tag == "-text" else ""
    return len(text.split()) >= 3 and text[-1:] not in ":：-–—|»•"


def _is_trail(element: Element) -> bool:
    """Whether an element is the path to a page: links in a line, with arrows between them."""
    return TRAIL.search(element.text) is not None and sum(each.tag == "a" for each in element.below()) > 1


def _is_of_menu(element: Element, page: Page) -> bool:
    """Whether an element is a link to the very page that it stands on, as menus have one."""
    href = element.attribute("href") or ""
    return element.tag == "a" and is_address(href) and page.absolute(href).rstrip("/") == page.address.rstrip("/")


def _is_wrapped(element: Element) -> bool:
    """Whether another element stands for the same text: one around a piece of formatting, else the one within."""
    if element.parent is not None and element.parent.text == element.text and element.tag in INLINE:
        return element.parent.tag not in ("body", "main")
    inner = [child for child in element.children if child.text == element.text]
    return bool(inner) and not (element.tag in HEADINGS or element.tag == "a" or inner[0].tag in INLINE)


def _row_set(titles: list[Element], headings: list[Element], page: Page, day: date) -> RowSet | None:
    texts = [title.text.casefold() for title in titles]
    if len(set(texts)) < MIN_DISTINCT * len(texts) or _are_values(texts):
        return None
    if sum(_is_sentence(title.text) for title in titles) * 2 > len(titles):
        return None
    around = [each for title in titles for each in title.above() if each.tag == "a"]
    if len(set(around)) < len(around):
        return None  # what else a link around a row says
    rows = _rows_of(titles)
    own = set(rows)
    outer = [each for each in headings if not any(row.holds(each) for row in own)]
    parts: dict[tuple[int, int], Part] = {}
    for title, row in zip(titles, rows, strict=True):
        heading = heading_above(row, outer)
        heading = heading if heading and heading.tag != "h1" else None  # which is the name of the page
        key = (heading.order if heading else -1, row.parent.order if row.parent else -1)
        part = parts.setdefault(key, Part(heading.text if heading else None, [], []))
        part.titles.append(title)
        part.rows.append(row)
    contents = contents_of(titles, rows)
    if not any(each.links or each.has_day for each in contents.values()) and not all(map(_is_heading, titles)):
        return None  # what one must know or bring: words alone
    open_parts = [
        part for part in parts.values()
        if not is_over(part.heading, day) and not is_furniture(part.heading or "") and not _is_past(part) and not _asks(part)
    ]  # fmt: skip
    kept = [part for part in open_parts if part.share >= MIN_WORDS_SHARE]
    is_topical = page.is_about_internships
    if kept:
        kept += [part for part in open_parts if part not in kept and _goes_along(part, kept)]
    else:
        kept = [part for part in open_parts if _may_list(part, is_topical=is_topical)]
    kept = like_the_main_part([part for part in parts.values() if part in kept], contents)
    kept, notices = without_notices(kept)
    kept, others = without_strangers(kept, contents)
    others += notices
    if not kept:
        return None
    score = sum(_part_score(part, contents, is_topical=is_topical) for part in kept)
    inside = {row for part in (*kept, *others) for row in part.rows}
    left_out = [part for part in parts.values() if inside.isdisjoint(part.rows)]
    strangers = [row for part in others for row in part.rows]
    return RowSet(
        kept, left_out, strangers, all(row is title for row, title in zip(rows, titles, strict=True)), score, is_topical
    )


def is_over(heading: str | None, day: date) -> str | None:
    """The words of a heading that says that what stands below it is closed, or was before."""
    if heading is None:
        return None
    years = [int(year) for year in YEAR.findall(heading)]
    if years and max(years) < day.year:
        return heading
    return is_closed_heading(heading) or next(
        (word for word in read_words("list_words")["past_headings"] if letters(heading).startswith(word)), None
    )


def _rows_of(titles: list[Element]) -> list[Element]:
    """The row of each title: as many steps up as none of them meets another title, and for one alone to its own item."""
    if len(titles) == 1:
        item = next((each for each in titles[0].above() if each.tag in WITH_ITS_OWN), None)
        return [item if item and item.text.startswith(titles[0].text[:20]) and item.children else titles[0]]
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


def _is_heading(title: Element) -> bool:
    return title.tag in HEADINGS or is_bold_line(title) or title.tag in ("summary", "dt", "strong", "b")


def _is_past(part: Part) -> bool:
    """Whether every title of a part says that it is closed."""
    return all(title_mark(title.text) for title in part.titles)


def _asks(part: Part) -> bool:
    """Whether most titles of a part are questions: those that are asked often."""
    return sum(QUESTION.search(title.text) is not None for title in part.titles) * 2 > len(part.titles)


def _goes_along(part: Part, kept: list[Part]) -> bool:
    """Whether a part whose titles show no internship is one of a list whose others do: below a heading of its kind."""
    if part.heading and is_furniture(part.heading):
        return False
    if part.heading and may_be_internship(part.heading):
        return True
    if part.heading and all(each.heading and may_be_internship(each.heading) for each in kept):
        return False  # "Volunteering" below "Internships"
    alone = part.heading is not None and len(kept) >= 2 and len(part.titles) <= 2
    same = any(each.rows[0].parent is part.rows[0].parent for each in kept)
    return (alone or same) and not part.titles[0].is_aside


def _may_list(part: Part, *, is_topical: bool) -> bool:
    """Whether a part that has few words of internships may list them all the same."""
    if any(title.is_aside for title in part.titles):
        return False
    is_below = bool(part.heading and may_be_internship(part.heading))
    asking = sum(map(has_deadline, part.rows))
    return is_below or part.share > 0 or (is_topical and asking >= MOST_ALIKE * len(part.rows))


def has_deadline(row: Element) -> bool:
    """Whether a row says until when to apply: in words, or in a column whose header does."""
    if any(parse_deadline_sentence(line, None) for line in row.lines):
        return True
    table = next((each for each in row.above() if each.tag == "table"), None) if row.tag == "tr" else None
    header = next((each for each in table.below() if each.tag == "tr"), None) if table else None
    names = [cell.text for cell in header.children] if header else []
    return "deadline" in column_roles(names, {}).values() and bool(find_days(row.text))


def _part_score(part: Part, contents: Mapping[Element, Content], *, is_topical: bool) -> float:
    is_below = bool(part.heading and may_be_internship(part.heading))
    any_named = any(map(may_be_internship, (title.text for title in part.titles)))
    score = 0.0
    for title, row in zip(part.titles, part.rows, strict=True):
        worth = 0.1
        if may_be_internship(title.text):
            worth = 1.0
        elif is_named(title, row):
            worth = OF_KIND_BESIDE
        elif (is_topical or is_below) and (not any_named or contents[row].has_day):
            worth = OF_NO_WORD
        content = contents[row]
        worth *= 1.0 if content.links else 0.75
        worth *= 1.1 if content.has_day or (row is not title and len(row.lines) > 1) else 1.0
        worth *= 0.5 if is_furniture(title.text) else 1.0
        score += worth
    plain = PLAIN_TITLE.get(part.titles[0].tag) or (
        1.15 if any(each.tag in PLAIN_TITLE for each in part.titles[0].above()) else 1
    )
    score *= plain
    if sum(bool(find_days(title.text)) for title in part.titles) * 2 > len(part.titles):
        score *= 0.85
    if median(len(title.text.split()) for title in part.titles) <= 1 and not any(
        contents[row].has_day for row in part.rows
    ):
        score *= 0.6
    if any(title.is_aside for title in part.titles):
        score *= 0.5
    share = part.share
    return score * (0.4 + 0.6 * share if not (is_topical or is_below) else 0.8 + 0.2 * share)


def _is_sentence(text: str) -> bool:
    words = len(text.split())
    return (re.search(r"[.!?。][\s»\"”]*$", text) is not None and (words > 5 or words == 1)) or words > MAX_TITLE_WORDS
