"""Dates: when it was posted, until when one may apply, when it takes place, for how long.

Belongs here: what the four say of each other, the day of posting, ages ("4d"). Does not belong here: deadlines, periods and
durations, each in its module; the words (data/reference/dates.yaml, months.yaml); fixing a relative date on the night a
listing was first seen (`pipeline.lifecycle.listings`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

import polars as pl

from pipeline.clean.language_tools.dictionary import any_of, flat, read_reference
from pipeline.clean.language_tools.extraction import (
    Extraction,
    Schema,
    by_source,
    evidence,
    extraction,
    over_distinct,
    unknown,
)
from pipeline.clean.language_tools.sentences import having, read_best
from pipeline.clean.language_tools.text import SHORT
from pipeline.clean.when.days import Day, day_of_program, find_days, is_published
from pipeline.clean.when.deadlines import clean_deadline
from pipeline.clean.when.durations import clean_duration
from pipeline.clean.when.periods import clean_period, clean_season
from scrapers.source import Source

_MONTH_FIRST = ("US",)
_EITHER_FIRST = ("CA",)


def clean_dates(
    raw: pl.DataFrame,
    sentences: pl.DataFrame,
    night: date | None,
    sources: Mapping[str, Source],
    countries: pl.Series | None = None,
) -> Extraction:
    """posted_on, posted_is_relative, deadline, deadline_at, deadline_zone, deadline_kind, starts_on, ends_on, season,
    weeks_min, weeks_max.

    `sentences`: sentences.SENTENCES of the rows. `countries`: host countries (lists), whose order of day and month counts where
    the source's is not known. What is relative or has no year counts from the day the row was fetched,
    else from `night`, else it is null."""
    frame = raw.select(
        "row", pl.col("posted", "deadline", "starts", "duration", "title", "section").str.head(SHORT),
        today=pl.col("fetched_at").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).fill_null(pl.lit(night, dtype=pl.Date)),
        day_first=pl.coalesce(by_source(sources, _day_first, pl.Boolean), _day_first_there(countries)),
        zone=by_source(sources, lambda source: source.zone if "zone" in source.model_fields_set else None, pl.String),
    )  # fmt: skip
    sentences = sentences.join(frame.select("row", "day_first"), on="row", how="left", maintain_order="left")
    posted = _posted(frame)
    stay = clean_period(frame, sentences)
    bounds = pl.DataFrame([_published(frame, posted.columns, sentences), stay.before])
    duration = _with_weeks_between(clean_duration(frame, sentences, stay.between), stay.between)
    parts = [posted, clean_deadline(frame, sentences, bounds), stay.dates, clean_season(frame, sentences), duration]
    return Extraction(
        pl.concat([part.columns for part in parts], how="horizontal"),
        pl.concat([part.evidence for part in parts]),
        pl.concat([part.unknown for part in parts]),
    )


def is_relative(posted: str) -> bool:
    """Whether a text is an age ("4d", "Posted 3 Days Ago"), which moves with every reading."""
    return _age(posted) is not None


def parse_posted(posted: str, today: date | None, day_first: bool | None) -> tuple[date | None, bool, str]:
    """When something was posted, whether that is relative, and the words that say so."""
    age = _age(posted)
    if age is not None:
        return (None if today is None or age.days is None else today - timedelta(days=age.days)), True, posted.strip()
    moment = day_of_program(posted)
    if moment:
        return moment, False, posted.strip()
    days = find_days(posted, day_first)
    if not days or days[0].day is None:
        return None, False, posted
    first = days[0]
    quote = posted[first.start : first.end]
    if first.year is not None:
        return first.full(), False, quote
    return _latest_before(first, today), False, quote


# ------------------------------------------------------------------------------------------------------------- columns


def _posted(frame: pl.DataFrame) -> Extraction:
    def parse(posted: str | None, today: date | None, day_first: bool | None) -> tuple[object, ...] | None:
        return None if posted is None else parse_posted(posted, today, day_first)

    schema = {"posted_on": pl.Date, "posted_is_relative": pl.Boolean, "quote": pl.String}
    parsed = over_distinct(frame, ["posted", "today", "day_first"], parse, schema)
    rows = frame.select("row", "posted").hstack(parsed)
    method = pl.when("posted_is_relative").then(pl.lit("derived")).otherwise(pl.lit("stated"))
    missed = rows.filter(pl.col("posted_on").is_null() & ~pl.col("posted_is_relative"))
    return extraction(
        parsed.select("posted_on", pl.col("posted_is_relative").fill_null(False)),
        [evidence(rows, "posted_on", "quote", "posted", method)],
        [unknown(missed, "posted_on", "posted")],
    )


def _published(frame: pl.DataFrame, posted: pl.DataFrame, sentences: pl.DataFrame) -> pl.Series:
    """For each row the day on which it was put up, as its field or its text says it with a year; as `after`."""

    def parse(text: str, day_first: bool | None) -> tuple[object, ...] | None:
        for day in find_days(text, day_first):
            if day.full() and is_published(text, day.start):
                return 1, day.full()
        return None

    schema: Schema = {"score": pl.Int32, "after": pl.Date}
    likely = having(sentences.filter("has_digit"), read_reference("dates")["published"]).filter(
        pl.col("text").str.contains(r"\d{4}|\d\d$")
    )
    prose = read_best(likely, ["day_first"], parse, schema)
    rows = frame.select("row").hstack(posted).join(prose, on="row", how="left", maintain_order="left")
    field = pl.when(~pl.col("posted_is_relative")).then("posted_on")
    return rows.select(pl.coalesce(field, "after").alias("after"))["after"]


def _with_weeks_between(duration: Extraction, between: pl.DataFrame) -> Extraction:
    """Where no duration is stated, the weeks between the first and the last day, with the words of both."""
    is_open = duration.columns.select(pl.all_horizontal(pl.all().is_null())).to_series()
    counted = between.with_columns(weeks=pl.when(is_open).then("weeks"))
    fields = ("weeks_min", "weeks_max")
    return Extraction(
        duration.columns.select(pl.coalesce(name, counted["weeks"]).alias(name) for name in fields),
        pl.concat(
            [
                duration.evidence,
                *(evidence(counted, name, "quote", pl.col("raw_field"), "derived", "weeks") for name in fields),
            ]
        ),
        duration.unknown,
    )


def _day_first(source: Source) -> bool | None:
    """Whether a source writes 03/04/2026 for the third of April; None where its country and language do not tell."""
    if source.country in _MONTH_FIRST:
        return False
    if source.country in _EITHER_FIRST:
        return None
    if source.country or (source.languages and "en" not in source.languages):
        return True
    return None


def _day_first_there(countries: pl.Series | None) -> pl.Expr:
    """The same for rows, by their one host country."""
    if countries is None:
        return pl.lit(None, pl.Boolean)
    one = pl.when(pl.lit(countries.list.len() == 1)).then(pl.lit(countries.list.first()))
    return pl.when(~one.is_in(_EITHER_FIRST)).then(~one.is_in(_MONTH_FIRST))


def _latest_before(day: Day, today: date | None) -> date | None:
    """The newest date with this day and month that is not in the future of `today`; a day ahead is taken for a zone's."""
    if today is None or day.day is None:
        return None
    for year in range(today.year + 1, today.year - 5, -1):
        try:
            candidate = date(year, day.month, day.day)
        except ValueError:  # 29 February
            continue
        if candidate <= today + timedelta(days=1):
            return candidate
    return None


# ---------------------------------------------------------------------------------------------------------------- ages


_LONGEST_AGE = 80


class Age(NamedTuple):
    """An age in days; None where it is too vague for a date."""

    days: int | None


@lru_cache(maxsize=100_000)
def _age(posted: str) -> Age | None:
    if len(posted) > _LONGEST_AGE:
        return None
    words = read_reference("dates")
    text = re.sub(r"\s+", " ", posted.strip().lower()).strip(" .:")
    text = _before_posted().sub("", text)
    if text in words["today"]:
        return Age(0)
    if text in words["yesterday"]:
        return Age(1)
    for name, days in (("relative_vague", None), ("relative_hours", 0), ("relative_days", 1), ("relative_weeks", 7)):
        match = re.fullmatch(_age_pattern(name), text)
        if match is None:
            continue
        if days is None:
            return Age(None)
        number = next((group for group in match.groups() if group), "1")
        return Age(int(number) * days) if len(number) < 5 else None
    return None


@cache
def _before_posted() -> re.Pattern[str]:
    return re.compile(f"^(?:{any_of(read_reference('dates')['before_posted'])}[\\s:]*)+")


@cache
def _age_pattern(name: str) -> re.Pattern[str]:
    phrases = sorted(flat(read_reference("dates")[name]), key=len, reverse=True)
    patterns = (re.escape(phrase).replace(r"\{n\}", r"(\d+)").replace(r"\ ", r"\s?") for phrase in phrases)
    return re.compile("|".join(patterns))
