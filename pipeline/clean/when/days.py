"""Days: dates and spans of dates as people write them, in any of the languages and numerals, and as programs do.

Belongs here: finding dates in a text, what joins two of them. Does not belong here: the names of months (data/reference/
months.yaml) and the words (dates.yaml); what a date stands for.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

import polars as pl

from pipeline.clean.language_tools.dictionary import Literals, any_of, flat, holds, read_reference
from pipeline.clean.language_tools.text import MARKS, western
from pipeline.clean.when.other_calendars import (
    gregorian,
    numbered_months,
    signs_number,
    signs_pattern,
    signs_year,
    solar_months,
    solar_pattern,
)

_FIRST_YEAR, _LAST_YEAR = 1990, 2100


class Day(NamedTuple):
    """A date as a text gives it: the year or the day may be missing. `start`, `end`: where it stands in the text."""

    year: int | None
    month: int
    day: int | None
    start: int
    end: int

    def full(self) -> date | None:
        if self.year is None or self.day is None:
            return None
        try:
            return date(self.year, self.month, self.day)
        except ValueError:  # 29 February of another year
            return None


class Span(NamedTuple):
    """Two dates that a word for "until" joins, and where that stands in the text."""

    first: Day
    last: Day
    start: int
    end: int


def may_hold_days(lower: pl.Expr) -> pl.Expr:
    """Whether a text in lower case has what a date needs, the name of a month or two numbers with a sign between."""
    letters = pl.format(" {} ", lower.str.replace_all(rf"[^\p{{L}}{MARKS} ]", " "))
    return holds(letters, _spaced_months()) | lower.str.contains(r"\d\s?[./年년月월-]\s?\d|[年년月월]|tháng \d")


@lru_cache(maxsize=20_000)
def find_days(text: str, day_first: bool | None = None) -> list[Day]:
    """Every date in a text, in its order; not to be changed by the caller. 03/04/2026 is left out unless another date of
    the text, or `day_first`, settles it."""
    digits = western(text)
    days: list[Day] = []
    for day in sorted(_all_days(digits, _order(digits, day_first)), key=lambda day: (day.start, -day.end)):
        if not days or day.start >= days[-1].end:
            days.append(day)
    return days


def find_spans(text: str, day_first: bool | None = None) -> list[Span]:
    """Every span of dates in a text: "1 July – 3 February 2025", "de 1 a 15 de junho", "May 3-9, 2025"."""
    days = find_days(text, day_first)
    digits = western(text)
    spans = []
    for number, day in enumerate(days):
        before = days[number - 1] if number else None
        if before and joins(digits[before.end : day.start], digits[max(0, before.start - 12) : before.start]):
            first = _with_year(before, day)
            spans.append(Span(first, _with_later_year(first, day), before.start, day.end))
            continue
        if day.day is None:
            continue
        begin = max(0, day.start - 24)
        bare = _bare_day().search(digits, begin, day.start)
        if bare is None or (before and bare.start() < before.end):
            continue
        if bare["needs"] and not _is_between(digits[max(0, bare.start() - 12) : bare.start()]):
            continue
        in_month = int(bare["month"]) if bare["month"] else day.month
        first = day._replace(month=in_month, day=int(bare["first"]), start=bare.start(), end=bare.end("first"))
        if 1 <= in_month <= 12 and (in_month, int(bare["first"])) < (day.month, day.day):
            spans.append(Span(first, day, bare.start(), day.end))
    for match in _month_days().finditer(digits):
        month = month_number(match["month"])
        first_day, last_day = int(match["first"]), int(match["last"])
        if month and first_day < last_day:
            year = int(match["year"]) if match["year"] else None
            ends = _checked(year, month, last_day, match.span())
            spans += [Span(last._replace(day=first_day), last, *match.span()) for last in ends]
    for match in _YEAR_ONCE.finditer(digits):
        year, month, number, last_month, last_day = map(int, match.groups())
        for first in _checked(year, month, number, match.span()):
            for last in _checked(year, last_month, last_day, match.span()):
                if (month, number) < (last_month, last_day):
                    spans.append(Span(first._replace(end=match.end(3)), last, *match.span()))
    return sorted(spans, key=lambda span: (span.start, -span.end))


_YEAR_ONCE = re.compile(
    r"(?<!\d)(20\d\d)\s?[./]\s?(\d\d?)\s?[./]\s?(\d\d?)\.?\s{0,3}(?:[(（][^()（）]{1,3}[)）])?\s{0,3}(?:\d\d?:\d\d)?\s{0,3}[-~～–—]\s{0,3}"
    r"(\d\d?)\s?[./]\s?(\d\d?)(?!\s?[./]?\s?\d)"
)
"""2026.3.9.(월) 09:00 ~ 3.18: the year stands first, and once."""


def joins(between: str, before: str = "") -> bool:
    """Whether the words between two dates, given those before the first, make them a span."""
    words = _HOUR.sub("", _BRACKETS.sub("", _AFTER_DAY.sub("", between))).strip(" ,.():\n").lower()
    if re.fullmatch(_until_pattern(), words):
        return True
    return _is_between(before) and re.fullmatch(_and_pattern(), words) is not None


_AFTER_DAY = re.compile(r"^(?:-?(?:tól|től|jétől|én|án|jén)|\s?d\.|\s?/\s?[^\W\d_]+)(?=\s)", re.IGNORECASE)
"""What ends a date: 8-tól, "1 d.", the second name of a month in Arabic."""
_BRACKETS = re.compile(r"[(（][^()（）]{0,12}[)）]")
"""A weekday after a date: 1月10日(土)."""
_HOUR = re.compile(r"(?<!\d)\d\d?:\d\d(?!\d)")


def is_published(text: str, position: int) -> bool:
    """Whether the words before a date say that it is the day of posting."""
    return _published().search(text, max(0, position - 60), position) is not None


def month_number(word: str) -> int | None:
    lower = word.lower()
    return _months().get(lower) or _month_of_stem(lower)


@lru_cache(maxsize=2_000)
def _month_of_stem(lower: str) -> int | None:
    """The month of a word that begins with its name, in a script other than the Latin: its case endings need no list."""
    if not lower or lower[0] < "Ͱ":
        return None
    names = _months()
    lengths = range(len(lower) - 1, max(_SHORTEST_STEM, len(lower) - _LONGEST_ENDING) - 1, -1)
    return next((names[lower[:length]] for length in lengths if lower[:length] in names), None)


_SHORTEST_STEM, _LONGEST_ENDING = 5, 6
"""Letters of the name of a month that another word may begin with, and of the ending behind it."""


def _is_between(before: str) -> bool:
    last = re.search(r"([^\W\d_]{1,40})[\s'’]{0,5}(?:[^\W\d_]{1,3}[\s'’]{1,5})?$", before.lower())
    return last is not None and last[1] in _between_words()


def _with_year(first: Day, last: Day) -> Day:
    if first.year is not None or last.year is None:
        return first
    is_year_before = (first.month, first.day or 1) > (last.month, last.day or 31)
    return first._replace(year=last.year - is_year_before)


def _with_later_year(first: Day, last: Day) -> Day:
    if last.year is not None or first.year is None:
        return last
    is_year_after = (last.month, last.day or 31) < (first.month, first.day or 1)
    return last._replace(year=first.year + is_year_after)


_YEAR_MONTH_DAY = re.compile(r"(?<!\d)(\d{4})\s?[-./年년]\s?(\d{1,2})\s?[-./月월]\s?(\d{1,2})(?!\d)\s?[日일号]?")
_YEAR_MONTH = re.compile(r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월](?!\s?\d)")
_MONTH_DAY_SIGNS = re.compile(r"(?<![\d年년])(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号]")
_DAY_MONTH_YEAR = re.compile(r"(?<![\d.])(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?![\d.]\d)(?!\d)")


_CALENDAR_WEEK = re.compile(
    r"\b(?:KW|Kalenderwoche|calendar week|uge|uke|vecka|semaine|week)\s?(?P<week>\d{1,2})\s?(?:[/,.-]\s?|\s)(?P<year>20\d\d)\b",
    re.IGNORECASE,
)
"""KW 10/2027: its Monday (ISO 8601)."""


def _order(text: str, day_first: bool | None) -> bool | None:
    """Whether the day goes first, from the dates of the text that can be read one way only; else `day_first`."""
    orders = set()
    for match in _DAY_MONTH_YEAR.finditer(text):
        first, second = int(match[1]), int(match[3])
        if match[2] != "." and max(first, second) <= 31 and (first > 12) != (second > 12):
            orders.add(first > 12)
    return orders.pop() if len(orders) == 1 else day_first


def _all_days(text: str, day_first: bool | None) -> Iterator[Day]:
    for match in _YEAR_MONTH_DAY.finditer(text):
        yield from _checked(int(match[1]), int(match[2]), int(match[3]), match.span())
    for match in _YEAR_MONTH.finditer(text):
        yield from _checked(int(match[1]), int(match[2]), None, match.span())
    for match in _CALENDAR_WEEK.finditer(text):
        try:
            monday = date.fromisocalendar(int(match["year"]), int(match["week"]), 1)
        except ValueError:
            continue
        yield Day(monday.year, monday.month, monday.day, *match.span())
    for match in signs_pattern().finditer(text):
        month, day = signs_number(match["month"]), signs_number(match["day"])
        if month and day:
            yield from _checked(signs_year(match["era"], match["year"] or match["own"]), month, day, match.span())
    for match in solar_pattern().finditer(text):
        if solar := gregorian(int(match["year"]), solar_months()[match["month"]], int(match["day"])):
            yield Day(solar.year, solar.month, solar.day, *match.span())
    for year, month, day, span in numbered_months(text):
        yield from _checked(year, month, day, span)
    for match in _MONTH_DAY_SIGNS.finditer(text):
        yield from _checked(None, int(match[1]), int(match[2]), match.span())
    for match in _DAY_MONTH_YEAR.finditer(text):
        first, second, year = int(match[1]), int(match[3]), _full_year(match[4])
        if second > 12 and first <= 12:
            first, second = second, first
        elif match[2] != "." and first <= 12 and first != second:
            if day_first is None:
                continue
            if not day_first:
                first, second = second, first
        yield from _checked(year, second, first, match.span())
    for pattern in _worded_patterns():
        position = 0
        while (worded := pattern.search(text, position)) is not None:
            month = month_number(worded["month"])
            position = worded.end() if month else worded.start() + 1
            if month:
                parts = worded.groupdict()
                year_of = _full_year(parts["year"]) if parts["year"] else None
                day = int(parts["day"]) if parts.get("day") else None
                yield from _checked(year_of, month, day, worded.span())


def _checked(year: int | None, month: int, day: int | None, span: tuple[int, int]) -> Iterator[Day]:
    if year is not None and not _FIRST_YEAR <= year <= _LAST_YEAR:
        return
    try:
        date(2024 if year is None else year, month, 1 if day is None else day)  # 2024 has a 29 February
    except ValueError:
        return
    yield Day(year, month, day, *span)


def _full_year(digits: str) -> int:
    """A year of two digits is of this century, one of the 26th is counted from the Buddha's death: 2570 is 2027."""
    year = int(digits) if len(digits) == 4 else 2000 + int(digits)
    return year - _BUDDHIST_ERA if year >= _FIRST_BUDDHIST_YEAR else year


_BUDDHIST_ERA, _FIRST_BUDDHIST_YEAR = 543, 2500


@cache
def _months() -> dict[str, int]:
    """The number of the month that each name means, in all forms that its language gives it."""
    reference = read_reference("months")
    return {
        form: number
        for number, by_language in reference["months"].items()
        for language, names in by_language.items()
        for name in names
        for form in _forms(name, reference["beginnings"].get(language, ()), reference["endings"].get(language, ()))
    }


def _forms(name: str, beginnings: Iterable[str], endings: Iterable[str]) -> Iterator[str]:
    yield name
    if len(name) >= _SHORTEST_DECLINED:
        yield from (beginning + name for beginning in beginnings)
        yield from (name + ending for ending in endings)


_SHORTEST_DECLINED = 4
"""Letters of a name of a month that takes case endings: what is shorter may be the beginning of another word."""


@cache
def _month_pattern() -> str:
    spaced = "|".join(sorted(name for name in _months() if " " in name))
    return rf"(?P<month>{spaced}|(?:[^\W\d_]|[{MARKS}]){{2,20}})\.?"


@cache
def _ordinal() -> str:
    return "(?:" + "|".join(sorted(map(re.escape, read_reference("dates")["ordinals"]), key=len, reverse=True)) + ")?"


@cache
def _worded_patterns() -> tuple[re.Pattern[str], ...]:
    ordinal, month = _ordinal(), _month_pattern()
    between = r"[\s.,\-–/]*(?:(?:" + "|".join(read_reference("dates")["between"]) + r")\s+|d['’])?"
    year = r"'?(?P<year>(?:19|20|25)\d{2}|(?<=[-/.'])\d{2})(?!\d)"
    first_year = r"(?<!\d)(?P<year>(?:19|20|25)\d{2})(?!\d)"
    of_year = any_of(read_reference("dates")["year_words"])
    day = r"(?<![\d.,])(?P<day>\d{1,2})(?![\d])"
    return (
        re.compile(rf"{first_year}[.-]?\s?{of_year}\s+(?P<day>\d{{1,2}})\.?[\s-]*{month}", re.IGNORECASE),
        re.compile(rf"{first_year}(?:ko|[.-]?\s?{of_year})?\.?\s+{month}\s+(?P<day>\d{{1,2}})(?!\d)\.?", re.IGNORECASE),
        re.compile(rf"{day}{ordinal}{between}{month}(?:{between}{year})?", re.IGNORECASE),
        re.compile(rf"(?<![^\W\d_]){month}[\s\-]*(?P<day>\d{{1,2}})(?!\d){ordinal}(?:[\s,.\-]*{year})?", re.IGNORECASE),
        re.compile(rf"(?<![^\W\d_]){month}{between}{year}", re.IGNORECASE),
    )


@cache
def _published() -> re.Pattern[str]:
    return re.compile(any_of(read_reference("dates")["published"]) + r"\W{0,3}(?:[^\W\d]+\W{1,2}){0,2}$", re.IGNORECASE)


@cache
def _spaced_months() -> Literals:
    return Literals(sorted(f" {name} " for name in (*_months(), *solar_months())))


@cache
def _until_pattern() -> str:
    words = "|".join(map(re.escape, sorted(read_reference("dates")["until"], key=len, reverse=True)))
    return rf"(?:\([^)]{{0,12}}\)\s*)?(?:{words})(?:\s*{_article()}[,.]?){{0,2}}"


@cache
def _and_pattern() -> str:
    return "(?:" + "|".join(map(re.escape, read_reference("dates")["and"])) + rf")(?:\s*{_article()}[,.]?){{0,2}}"


@cache
def _article() -> str:
    """An article or the name of a weekday: "to Friday 30 July"."""
    words = [*read_reference("dates")["articles"], *flat(read_reference("dates")["weekdays"])]
    return "(?:" + "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))) + ")"


@cache
def _between_words() -> tuple[str, ...]:
    return tuple(flat(read_reference("dates")["between_two"]))


@cache
def _bare_day() -> re.Pattern[str]:
    """A bare day and a word for "until" just before a date: the "1 a" of "1 a 15 de junho"."""
    until, both = _until_pattern(), _and_pattern()
    return re.compile(
        rf"(?<![\d.,:/-])(?P<first>\d{{1,2}})(?!\d)(?:[./]\s?(?P<month>\d{{1,2}})\.?|{_ordinal()}\.?)\s*(?:{until}|(?P<needs>{both}))\s*$",
        re.IGNORECASE,
    )


@cache
def _month_days() -> re.Pattern[str]:
    """A month and two of its days: May 3-9, 2025."""
    return re.compile(
        rf"(?<![^\W\d_]){_month_pattern()}\s*(?P<first>\d{{1,2}}){_ordinal()}\s*{_until_pattern()}\s*(?P<last>\d{{1,2}})(?!\d)"
        rf"{_ordinal()}(?!\s*[^\W\d_]{{3,}}\.?\s+\d{{4}})(?:[\s,.]*(?P<year>(?:19|20)\d{{2}})(?!\d))?",
        re.IGNORECASE,
    )


_YEAR_3000_IN_SECONDS = 32_503_680_000
_SINCE_1970 = re.compile(r"([0-9]{9,13})(?:\.0)?|/Date\(([0-9]{9,13})([+-][0-9]{4})?\)/")
_WITHOUT_DASHES = re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])")


def day_of_program(text: str) -> date | None:
    """The day of a text that is a date as programs write it: seconds or milliseconds since 1970, `/Date(1789038452000+0200)/`
    (.NET, the day at that offset), 20261231 (ISO 8601, basic format); None where it is none."""
    text = text.strip()
    if basic := _WITHOUT_DASHES.fullmatch(text):
        with contextlib.suppress(ValueError):
            return date(*map(int, basic.groups()))
    found = _SINCE_1970.fullmatch(text)
    if found is None:
        return None
    seconds = int(found[1] or found[2])
    if seconds > _YEAR_3000_IN_SECONDS:
        seconds //= 1000
    hours, minutes = divmod(abs(int(found[3] or 0)), 100)
    ahead = timedelta(hours=hours, minutes=minutes) * (-1 if (found[3] or "").startswith("-") else 1)
    return (datetime.fromtimestamp(seconds, UTC) + ahead).date()
