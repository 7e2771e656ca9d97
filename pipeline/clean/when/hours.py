"""Hours: how many hours a week an intern works, read from fields or from prose.

Belongs here: one number of hours with a word for the week. Does not belong here: the words (data/reference/hours.yaml);
ranges and bounds ("up to 20 hours"), which leave the number open; the hour of a deadline (`pipeline.clean.when.clock`).
"""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import any_of, is_glued, read_reference
from pipeline.clean.language_tools.extraction import Extraction, Schema, evidence, extraction, over_distinct
from pipeline.clean.language_tools.sentences import having, read_best
from pipeline.clean.language_tools.text import SHORT, western

_FIELDS = ("employment_type", "duration")
_FEWEST, _MOST = 4, 60
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
        having(sentences.filter("has_digit"), words["hours"]),
        [*words["a_week"], *words["week"], *words["weeks"], *words["full_time"], "周"],
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
    stated: dict[int, str] = {}
    for pattern in _patterns():
        for match in pattern.finditer(figures):
            hours = float(match["hours"].replace(",", "."))
            before = figures[max(0, match.start() - 40) : match.start()]
            if not _FEWEST <= hours <= _MOST or _bound_before().search(before) or _is_other(figures, match):
                continue
            stated.setdefault(int(hours + 0.5), text[match.start() : match.end()].strip())
    if not stated and (product := _days_times_hours(figures)):
        hours, start, end = product
        return 1, hours, text[start:end].strip()
    if len(stated) != 1:
        return None
    [(hours, quote)] = stated.items()
    return 1, hours, quote


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


def _is_other(text: str, match: re.Match[str]) -> bool:
    before, after = text[max(0, match.start() - 24) : match.start()], text[match.end() : match.end() + 24]
    near = _PART_END.split(before)[-1] + "|" + _PART_END.split(after)[0]
    return _other().search(near) is not None or _bound_after().match(text, match.end()) is not None


_PART_END = re.compile(r"[,;()，；、]|\s(?:and|und|et|e|y|en|och|og|ja|i|и|a|ve|or)\s", re.IGNORECASE)
"""What is on its other side is told of other hours: "8 hours per day, that is 40 hours per week"."""


# --------------------------------------------------------------------------------------------------------------- words


def _any(name: str) -> str:
    """Any of these words as they stand, the longest first; a letter at an edge is the word's last."""
    ordered = sorted(set(read_reference("hours")[name]), key=lambda word: (-len(word), word))
    opens = [word for word in ordered if word[0].isalpha() and not is_glued(word)]
    others = [word for word in ordered if word not in opens]
    latin = rf"(?<![^\W\d_])(?:{'|'.join(map(_ended, opens))})" if opens else "(?!)"
    return "(?:" + "|".join([latin, *map(_ended, others)]) + ")"


def _ended(word: str) -> str:
    return re.escape(word) + (r"(?![^\W_])" if word[-1].isalpha() and not is_glued(word) else "")


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    number = r"(?=\d)(?<![\d.,:–/-])(?<![-–] )(?P<hours>\d{1,2}(?:[.,]5)?)(?![\d])"
    hours = rf"(?:\s?\(\d{{1,2}}\))?[\s-]?{_any('hours')}"
    return (
        re.compile(rf"{number}{hours}[\s(]{{0,2}}{_any('a_week')}", re.IGNORECASE),
        re.compile(
            rf"{_any('days')}[\s-]{{0,2}}{_any('a_week')}\s?[(,:–-]\s?{number}{hours}(?!\s?{_any('a_day')})",
            re.IGNORECASE,
        ),
        re.compile(rf"{number}{hours}[\s-]{_any('weeks')}", re.IGNORECASE),
        re.compile(rf"{number}[\s-]?{_any('hours_a_week')}", re.IGNORECASE),
        re.compile(rf"{_any('hours')}\s?(?:[:：]|\bare\b|\bis\b|\bof\b)?\s?{number}\s?{_any('a_week')}", re.IGNORECASE),
        re.compile(rf"{_any('week')}[\s:：=(]{{0,3}}{number}(?:{hours})", re.IGNORECASE),
        re.compile(rf"{_any('week')}\s?[:：=]\s?{number}(?!\s?[-–]\s?\d)", re.IGNORECASE),
        re.compile(
            rf"{_any('full_time')}\s?[(,:–-]\s?{number}{hours}(?!\s?(?:/|per|pro|par|a |al|por))", re.IGNORECASE
        ),
    )


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
    until = r"\d\s?(?:-|–|to|bis|à|a|tot|do|до|-)\s?"
    return re.compile(rf"(?:{_any('bounds')}\W{{0,3}}|{until})$", re.IGNORECASE)


@cache
def _bound_after() -> re.Pattern[str]:
    return re.compile(rf"[\s(,]{{0,3}}(?:{_any('bounds')}|\+)", re.IGNORECASE)


@cache
def _other() -> re.Pattern[str]:
    return re.compile(any_of(read_reference("hours")["other"]), re.IGNORECASE)
