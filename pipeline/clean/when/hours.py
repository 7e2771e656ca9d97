"""Hours: how many hours a week an intern works, read from fields or from prose.

Belongs here: one number of hours with a word for the week. Does not belong here: the words (data/reference/hours.yaml);
ranges and bounds ("up to 20 hours"), which leave the number open; the hour of a deadline (`pipeline.clean.when.clock`).
"""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import WordPattern, any_of, flat, is_glued, read_reference
from pipeline.clean.language_tools.extraction import Extraction, Schema, evidence, extraction, over_distinct
from pipeline.clean.language_tools.sentences import having, read_best
from pipeline.clean.language_tools.text import MARKS, SHORT, western
from pipeline.clean.when.durations import speaks_of_intern

_FIELDS = ("employment_type", "duration")
_FEWEST, _MOST = 4, 60
_FEWEST_APART = 10
"""Least hours of a week that is named apart from them: "each week there is a meeting of four hours"."""
_NEAR = 48
"""Letters between hours and the week that they are of."""
_TO_ANOTHER = re.compile(r"\s?[-–]\s?\d")
_READ: Schema = {"score": pl.Int32, "hours_per_week": pl.Int32, "quote": pl.String}


def clean_hours(raw: pl.DataFrame, sentences: pl.DataFrame) -> Extraction:
    """hours_per_week, rounded to whole hours; from the employment type, the duration, else from the first sentence that says
    it. `sentences`: sentences.SENTENCES of the rows."""
    pieces = [
        over_distinct(
            raw.select(pl.col(name).str.head(SHORT)), [name], lambda text: parse_hours(text) if text else None, _READ
        )
        .select("hours_per_week", "quote")
        .with_columns(raw["row"], raw_field=pl.lit(name))
        for name in _FIELDS
    ]
    words = read_reference("hours")
    likely = having(
        having(sentences.filter("has_digit"), flat(words["hours"])),
        flat([words[name] for name in ("a_week", "week", "weeks", "full_time")]),
    )
    pieces.append(read_best(likely, [], parse_hours, _READ).select("hours_per_week", "quote", "row", "raw_field"))
    first = (
        pl.concat(pieces)
        .filter(pl.col("hours_per_week").is_not_null())
        .unique("row", keep="first", maintain_order=True)
    )
    rows = raw.select("row").join(first, on="row", how="left", maintain_order="left")
    return extraction(rows.select("hours_per_week"), [evidence(rows, "hours_per_week", "quote", pl.col("raw_field"))])


def parse_hours(text: str) -> tuple[int, int, str] | None:
    """A score, the hours a week and the words that say so; None where a text states none, several, or a bound."""
    figures = western(text)
    lower = text.lower()
    is_of_intern = speaks_of_intern(lower)
    if not is_of_intern and _opens_to_public().search(lower):
        return None
    is_of_post = is_of_intern or _post().search(lower) is not None
    stated: dict[int, str] = {}
    for number in _number().finditer(figures):
        hours = float(number["hours"].replace(",", "."))
        span = _span_a_week(figures, number) if _FEWEST <= hours <= _MOST else None
        if span and not is_of_post and _is_open(figures, *span):
            continue
        if span and not _is_bound(figures, number, span) and not _is_other(figures, *span):
            stated.setdefault(int(hours + 0.5), text[slice(*span)].strip())
    if not stated and (product := _days_times_hours(figures)):
        hours, start, end = product
        return 1, hours, text[start:end].strip()
    if len(stated) != 1:
        return None
    [(hours, quote)] = stated.items()
    return 1, hours, quote


def _span_a_week(text: str, number: re.Match[str]) -> tuple[int, int] | None:
    """Where the words begin and end that make a number one of hours of each week; None where they do not."""
    start, end = number.span()
    first = max(0, start - _NEAR)
    before = text[first:start]
    if both := _hours_a_week().match(text, end):
        return start, both.end()
    if unit := _unit().match(text, end):
        if (week := _week_behind().match(text, unit.end())) and not _a_day().search(week.group()):
            return start, week.end()
        if whole := _whole_week().search(before):
            return first + whole.start(), unit.end()
        named = _week_before().search(before)
        if named and (float(number["hours"].replace(",", ".")) >= _FEWEST_APART or not named["between"].strip(" :：=")):
            return None if _a_day().search(named["between"]) else (first + named.start(), unit.end())
        return None
    if label := _label().search(before):
        return (first + label.start(), end) if not _TO_ANOTHER.match(text, end) else None
    if hours := _hours_before().search(before):
        if week := _each_week().match(text, end):
            return first + hours.start(), week.end()
        if week := _week_before().search(before[: hours.start()]):
            return first + week.start(), end
    return None


def _is_bound(text: str, number: re.Match[str], span: tuple[int, int]) -> bool:
    """Whether the number is the end of a range, or the least or the most."""
    before, label = text[max(0, number.start() - 40) : number.start()], text[max(0, span[0] - 40) : span[0]]
    return (
        _bound_before().search(before) is not None
        or _bound_before().search(label) is not None
        or _bound_after().match(text, span[1]) is not None
    )


def _days_times_hours(text: str) -> tuple[int, int, int] | None:
    """Five days a week of seven hours: the hours a week, and where the words begin and end."""
    days, hours = (list(pattern.finditer(text)) for pattern in (_days_a_week(), _hours_a_day()))
    if (
        len(days) != 1
        or len(hours) != 1
        or any(_bound_before().search(text[: each[0].start()]) for each in (days, hours))
    ):
        return None
    a_day, a_week = (next(filter(None, each[0].groups())) for each in (hours, days))
    product = float(a_day.replace(",", ".")) * int(a_week)
    if not _FEWEST <= product <= _MOST:
        return None
    spans = [days[0].span(), hours[0].span()]
    return int(product + 0.5), min(start for start, _ in spans), max(end for _, end in spans)


def _is_other(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 24) : start], text[end : end + 24]
    return _other().search(_PART_END.split(before)[-1] + "|" + _PART_END.split(after)[0]) is not None


def _is_open(text: str, start: int, end: int) -> bool:
    """Whether the part of a sentence around hours says that a house or a line is open for so long; what a comma or a colon
    parts from them is open to somebody, as a post may be: "open to all nationalities, 30 hours per week"."""
    first = max((mark.end() for mark in _MARK.finditer(text, 0, start)), default=0)
    last = next((mark.start() for mark in _MARK.finditer(text, end)), len(text))
    return _opens().search(text[first:last].lower()) is not None


_MARK = re.compile(r"[,.:](?!\d)|[;()|，；、：。]|\s[–—-]\s")
_PART_END = re.compile(r"[,;()，；、]|\s(?:and|und|et|e|y|en|och|og|ja|i|и|a|ve|or)\s", re.IGNORECASE)
"""What is on its other side is told of other hours: "8 hours per day, that is 40 hours per week"."""


# --------------------------------------------------------------------------------------------------------------- words


def _any(name: str) -> str:
    """Any of these words, the longest first; a letter at an edge is the word's last, `*` stands for any letters."""
    ordered = sorted(set(flat(read_reference("hours")[name])), key=lambda word: (-len(word), word))
    opens = [word for word in ordered if word[0].isalpha() and not is_glued(word)]
    others = [word for word in ordered if word not in opens]
    latin = rf"(?<![^\W\d_])(?:{'|'.join(map(_ended, opens))})" if opens else "(?!)"
    return "(?:" + "|".join([latin, *map(_ended, others)]) + ")"


def _ended(word: str) -> str:
    letters = re.escape(word).replace(r"\*", rf"(?:[^\W\d_]|[{MARKS}])*")
    return letters + (r"(?![^\W_])" if word[-1].isalpha() and not is_glued(word) else "")


@cache
def _number() -> re.Pattern[str]:
    return re.compile(r"(?=\d)(?<![\d.,:–/-])(?<!\d [-–] )(?<!\d[-–] )(?P<hours>\d{1,2}(?:[.,]5)?)(?!\d|[.,:]\d)")


@cache
def _unit() -> re.Pattern[str]:
    """Hours, right behind their number: "35 hours", "35 (35) hours", "30 de ore"."""
    return re.compile(rf"(?:\s?\(\d{{1,2}}\))?[\s-]?(?:de\s)?{_any('hours')}", re.IGNORECASE)


@cache
def _week_behind() -> re.Pattern[str]:
    """A week behind the hours: "35-hour week", "35 hours (weekly)", "35 hours of work in each week"."""
    return re.compile(
        rf"[\s-]{_any('weeks')}|(?:\s(?:[^\W\d]|[{MARKS}])+){{0,4}}?[\s(]{{0,2}}{_any('a_week')}", re.IGNORECASE
    )


@cache
def _each_week() -> re.Pattern[str]:
    return re.compile(rf"\s?{_any('a_week')}", re.IGNORECASE)


@cache
def _week_before() -> WordPattern:
    """A word for the week in the clause before the hours: "Wochenarbeitszeit beträgt", "astean", "週"."""
    words = flat(read_reference("hours")["week"])
    return WordPattern(
        words, lambda week: rf"{week}(?P<between>[^\d.;!?。；()]{{0,{_NEAR}}}[\s(]{{0,2}})$", re.IGNORECASE
    )


@cache
def _whole_week() -> re.Pattern[str]:
    """The whole week, or its days, before the hours: "Full time (35 hours", "5 days a week, 35 hours"."""
    days = rf"{_any('days')}[\s-]{{0,2}}{_any('a_week')}"
    return re.compile(rf"(?:{_any('full_time')}|{days})\s?[(,:–-]\s?$", re.IGNORECASE)


@cache
def _label() -> WordPattern:
    """A label of hours a week before a number without a unit: "Hours per week: 35"."""
    return WordPattern(flat(read_reference("hours")["week"]), lambda week: rf"{week}\s?[:：=]\s?$", re.IGNORECASE)


@cache
def _hours_before() -> re.Pattern[str]:
    """Hours before their number: "saa 30", "Hours: 30"."""
    return re.compile(rf"{_any('hours')}\s?(?:[:：]|(?:\s?(?:[^\W\d]|[{MARKS}])+){{1,3}})?\s?$", re.IGNORECASE)


@cache
def _hours_a_week() -> re.Pattern[str]:
    return re.compile(rf"[\s-]?{_any('hours_a_week')}", re.IGNORECASE)


@cache
def _a_day() -> re.Pattern[str]:
    return re.compile(_any("a_day"), re.IGNORECASE)


@cache
def _days_a_week() -> re.Pattern[str]:
    behind = rf"(?<![\d.,–-])(?P<days>[1-7])\s?-?{_any('days')}[\s(]{{0,2}}{_any('a_week')}"
    return re.compile(
        rf"{behind}|週\s?(?P<days_ja>[1-7])\s?日|每?周\s?(?P<days_zh>[1-7])\s?[天日]|주\s?(?P<days_ko>[1-7])\s?일",
        re.IGNORECASE,
    )


@cache
def _hours_a_day() -> re.Pattern[str]:
    number = r"(?=\d)(?<![\d.,:–/-])(?<![-–] )(?P<hours>\d{1,2}(?:[.,]\d)?)(?!\d)"
    return re.compile(
        rf"{number}\s?-?{_any('hours')}[\s(]{{0,2}}{_any('a_day')}|{_any('a_day')}\s?(?P<hours_behind>\d{{1,2}}(?:[.,]\d)?)\s?{_any('hours')}",
        re.IGNORECASE,
    )


@cache
def _bound_before() -> re.Pattern[str]:
    dates = read_reference("dates")
    until = rf"\d\s?(?:{'|'.join(map(re.escape, [*dates['until'], *flat(dates['joins'])]))})\s?"
    return re.compile(rf"(?:{_bounds()}\W{{0,3}}(?:[^\W\d]{{1,3}}\s)?|{until})$", re.IGNORECASE)


@cache
def _bound_after() -> re.Pattern[str]:
    return re.compile(rf"[\s(,]{{0,3}}(?:{_bounds()}|\+)", re.IGNORECASE)


@cache
def _bounds() -> str:
    dates = read_reference("dates")
    return any_of([*read_reference("hours")["bounds"], *flat([dates["at_least"], dates["at_most"]])])


@cache
def _other() -> re.Pattern[str]:
    return re.compile(any_of(read_reference("hours")["other"]), re.IGNORECASE)


@cache
def _opens() -> WordPattern:
    return WordPattern(flat(read_reference("hours")["open"]))


@cache
def _opens_to_public() -> WordPattern:
    return WordPattern(flat(read_reference("hours")["open_to_public"]))


@cache
def _post() -> WordPattern:
    return WordPattern(flat(read_reference("hours")["post"]))
