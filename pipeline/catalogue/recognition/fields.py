"""What the rows of a page say, and where: the settings by which `html_list` reads them.

A field is known by its label, by the name of its class, or by what its texts are to cleaning: places, dates, organizations.
What none of these tells is left to the description. Belongs here: fields within rows. Does not belong here: rows (`rows`),
tables whose header tells (`candidates`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import polars as pl

from pipeline.catalogue.recognition.pages import Element, Page
from pipeline.catalogue.recognition.parts import MAX_KIND
from pipeline.catalogue.recognition.rows import RowSet
from pipeline.catalogue.recognition.selectors import NAME, select_within
from pipeline.clean.language_tools.dictionary import flat, read_reference
from pipeline.clean.language_tools.text import compared
from pipeline.clean.when.days import find_days
from pipeline.clean.when.deadlines import parse_deadline_sentence
from pipeline.clean.where.places import find_places
from scrapers.answers.words import may_be_internship
from scrapers.extract.blocks import label_pairs
from scrapers.extract.closing import letters
from scrapers.extract.inline import is_address
from scrapers.extract.labels import SURE, UNSURE
from scrapers.extract.tables import column_roles
from scrapers.reference import read_words

MIN_FILL = 0.5
"""Of rows that must have a field for it to be one."""
MIN_PURE = 0.6
"""Of a column's texts that must be what the field is."""
MAX_MARK_WORDS = 4
"""Words of a mark that a row is closed; more is a sentence."""
CLOSED_CLASS = re.compile(r"(?:^|[-_])(?:closed|expired|inactive|filled|archived)(?:$|[-_])", re.I)
MAX_VALUE = 80
"""Characters of a value; more is prose."""


def read_fields(found: RowSet, page: Page, day: date) -> dict[str, Any] | None:
    """`fields`, `labels` and `closed` of `html_list` for these rows; None where no selector reaches their titles."""
    rows, titles = found.rows, found.titles
    title = select_within(rows, titles, page)
    if title is None:
        return None
    fields: dict[str, Any] = {"title": title}
    links = [_own_link(row, each, page) for row, each in zip(rows, titles, strict=True)]
    if sum(link is not None for link in links) >= MIN_FILL * len(rows):
        path = select_within(rows, links, page)
        if path is not None:
            fields["url"] = f"{path}@href"
    labels = _labels(rows)
    columns = _columns(rows, titles)
    for name, column in _named_columns(columns, page, day).items():
        if name not in labels and (path := select_within(rows, column, page, alone=name == "locations")):
            fields[name] = path
    settings: dict[str, Any] = {"fields": fields}
    if labels:
        settings["labels"] = labels
    if any(row.text != each.text for row, each in zip(rows, titles, strict=True)):
        fields["description"] = ""
    if closed := _closed_mark(rows):
        settings["closed"] = closed
    return settings


def _own_link(row: Element, title: Element, page: Page) -> Element | None:
    """The link of a row that is its own: the title's, else the only address, else one that asks to read more, else the first."""

    def leads(each: Element) -> bool:
        href = each.attribute("href") or ""
        return each.tag == "a" and is_address(href) and not page.same_page(href)

    near = [*title.below(), *(each for each in title.above() if row.holds(each))]
    if link := next(filter(leads, near), None):
        return link
    links = [each for each in row.below() if leads(each)]
    links += [] if links or row.parent is None or not leads(row.parent) else [row.parent]
    generic = {
        letters(label)
        for label in (*read_words("list_words")["link_labels"], *read_words("list_words")["headers"]["link"])
    }
    return next((each for each in links if letters(each.text) in generic), links[0] if links else None)


def _labels(rows: Sequence[Element]) -> dict[str, list[str]]:
    """Raw field -> the labels that stand before it in the rows, as far as the words of labels know them."""
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        if row.tag == "tr":
            return {}
        for label, value in label_pairs(row.node):
            key = " ".join(label.casefold().split()).strip(" :：*•-–")
            role = column_roles([key], {}).get(0, "") if key and len(key) <= MAX_VALUE else ""
            if role in SURE and key not in UNSURE and any(value):
                counts.setdefault(role, Counter())[label.strip(" :：*")] += 1
    return {
        role: list(labels) for role, labels in counts.items() if labels.total() >= MIN_FILL * len(rows)
    }  # fmt: skip


def _columns(rows: Sequence[Element], titles: Sequence[Element]) -> list[list[Element | None]]:
    """Pieces of text that stand at the same place in several rows, without the titles: for each its element in every row."""
    places: dict[tuple[object, ...], dict[int, Element]] = {}
    for number, (row, title) in enumerate(zip(rows, titles, strict=True)):
        for each in row.below():
            if (
                each is row
                or len(each.lines) != 1
                or len(each.text) > MAX_VALUE
                or title.holds(each)
                or each.holds(title)
            ):
                continue
            if each.parent is not row and each.parent is not None and each.parent.text == each.text:
                continue
            place = (*each.path[len(row.path) :], _number_of_kind(each))
            places.setdefault(place, {}).setdefault(number, each)
    least = max(1, MIN_FILL * len(rows))
    return [[found.get(number) for number in range(len(rows))] for found in places.values() if len(found) >= least]


def _number_of_kind(element: Element) -> int:
    siblings = element.parent.children if element.parent else []
    return [each for each in siblings if each.path == element.path].index(element)


def _named_columns(columns: list[list[Element | None]], page: Page, day: date) -> dict[str, list[Element | None]]:
    """Raw field -> the column that holds it."""
    named: dict[str, list[Element | None]] = {}
    for column in columns:
        cells = [each for each in column if each is not None]
        field = _by_class(cells[0]) or field_of([each.text for each in cells], page.language, day)
        if field == "deadline" and any(
            each.tag == "time" and "publish" in (each.attribute("itemprop") or "").lower() for each in cells
        ):
            field = "posted"
        if field and (field not in named or _is_core(column, named[field])):
            named[field] = column
    return named


def _is_core(column: list[Element | None], around: list[Element | None]) -> bool:
    """Whether a column stands within another, and has all of its dates: what else that holds is another field."""
    pairs = [
        (inner, outer) for inner, outer in zip(column, around, strict=True) if inner is not None and outer is not None
    ]
    return bool(pairs) and all(
        outer.holds(inner)
        and outer is not inner
        and len(find_days(outer.text, True)) == len(find_days(inner.text, True)) > 0
        for inner, outer in pairs
    )


def _by_class(element: Element) -> str | None:
    """The field that the classes of an element, or of what is wrapped around it alone, name."""
    words: list[str] = []
    for each in (element, *element.above()):
        if each is not element and each.text != element.text:
            break
        words += [part for name in each.classes for part in re.split(r"[-_]+|(?<=[a-z])(?=[A-Z])", name)]
    roles = (column_roles([word.lower()], {}).get(0) for word in words if word.lower() not in UNSURE)
    return next(
        (role for role in roles if role in ("organization", "locations", "deadline", "duration", "starts", "pay")), None
    )


def field_of(texts: list[str], language: str | None, day: date) -> str | None:
    """The field that texts are of, by the dictionaries of cleaning."""

    def are(test: Callable[[str], bool]) -> bool:
        return sum(map(test, texts)) >= MIN_PURE * len(texts)

    if are(lambda text: parse_deadline_sentence(text, None) is not None):
        return "deadline"
    if are(lambda text: bool(find_days(text, True))):
        return (
            "deadline"
            if are(lambda text: _is_ahead(text, day))
            else "posted"
            if are(lambda text: not _is_ahead(text, day))
            else None
        )
    if len(set(texts)) < len(texts) and any(map(may_be_internship, texts)) and max(map(len, texts)) <= MAX_KIND:
        return "employment_type"
    if are(may_be_internship) or len(set(texts)) * 2 < len(texts):
        return None
    named = _organizations(texts)
    if are(lambda text: text in named):
        return "organization"
    known = _places(texts)
    return "locations" if are(lambda text: text in known) else None


def _is_ahead(text: str, day: date) -> bool:
    days = [each for each in find_days(text, True) if each.year and each.day]
    return bool(days) and (days[-1].year or 0, days[-1].month, days[-1].day or 0) >= (day.year, day.month, day.day)


def _places(texts: list[str]) -> set[str]:
    """Those of these texts that are places, and hardly anything else."""
    found = find_places(texts).filter(pl.col("country").is_not_null())
    lengths: dict[str, int] = {}
    for text, piece in found.select("text", "piece").iter_rows():
        lengths[text] = lengths.get(text, 0) + len(piece or "")
    return {text for text, length in lengths.items() if length * 2 >= len(text)}


def _organizations(texts: list[str]) -> set[str]:
    """Those of these texts that end with a legal form, or name a sort of body."""
    frame = pl.DataFrame({"text": texts}).with_columns(words=compared(pl.col("text")).str.split(" "))
    return {text for text, words in frame.iter_rows() if words[-1] in _legal_forms() or not _bodies().isdisjoint(words)}


@cache
def _legal_forms() -> frozenset[str]:
    forms = pl.DataFrame({"form": read_reference("legal_forms")}).select(compared(pl.col("form")))
    return frozenset(form for (form,) in forms.iter_rows() if len(form) > 1)


@cache
def _bodies() -> frozenset[str]:
    """Single words that name a sort of body: embassy, university, museum."""
    words = read_reference("organization_words")
    named = (word for group in ("missions", "bodies") for word in flat(words[group]))
    return frozenset(word for word in named if " " not in word and len(word) > 3)  # fmt: skip


def _closed_mark(rows: Sequence[Element]) -> str | None:
    """The class, else the words, by which some rows say that they are closed."""
    marks = {row: next((each for each in row.below() if _is_closing_mark(each)), None) for row in rows}
    closed = [row for row, mark in marks.items() if mark is not None]
    if not closed or len(closed) == len(rows):
        return next((f".{name}" for name in _closed_classes(rows)), None)
    others = [row for row in rows if row not in closed]
    marked = [mark for mark in marks.values() if mark is not None]
    for holders in (marked, closed):
        names = set.intersection(*(set((holder.attribute("class") or "").split()) for holder in holders))
        for name in sorted(names):
            if NAME.match(name) and not any(row.node.css_first(f".{name}") is not None for row in others):
                return f".{name}"
    words = {mark.text for mark in marked}
    return words.pop() if len(words) == 1 else None


def _is_closing_mark(element: Element) -> bool:
    """Whether an element is a word of closing, or a few words that begin or end with one: "Applications closed"."""
    text = letters(element.text) if len(element.text) <= MAX_VALUE else ""
    if not 0 < len(text.split()) <= MAX_MARK_WORDS:
        return False
    words = read_words("list_words")["closed_words"]
    return any(text == word or text.startswith(f"{word} ") or text.endswith(f" {word}") for word in words)


def _closed_classes(rows: Sequence[Element]) -> list[str]:
    """Classes of some rows that say that these are closed, as those who write markup put it."""
    names = [{name for name in (row.attribute("class") or "").split() if CLOSED_CLASS.search(name)} for row in rows]
    return sorted(name for name in set().union(*names) if NAME.match(name)) if not all(names) else []


def describe_links(found: RowSet, settings: Mapping[str, Any], page: Page) -> list[str]:
    """The absolute addresses of the rows, as the settings read them, in their order."""
    path = settings["fields"].get("url")
    if path is None:
        return []
    css = path.removesuffix("@href")
    hrefs = []
    for row in found.rows:
        node = row.node.css_first(css) if css else row.node
        if node is not None and node.attributes.get("href"):
            hrefs.append(page.absolute(node.attributes["href"] or ""))
    return hrefs
