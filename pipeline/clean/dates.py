"""Dates: when it was posted, until when one may apply, when it takes place, for how long.

Belongs here: reading dates, ages, seasons and durations in any of the languages. Does not belong here: the words (data/
reference/dates.yaml, months.yaml); fixing a relative date on the night a listing was first seen (`pipeline.lifecycle`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

import polars as pl

from pipeline.clean.found import Found, Schema, by_source, evidence, found, over_distinct, unknown
from pipeline.clean.labels import SEPARATOR, labelled
from pipeline.clean.text import SHORT
from pipeline.clean.words import any_of, flat, read_reference
from scrapers.source import Source

WEEKS_A_MONTH = 4.345
"""365.25 / 12 / 7."""

_MONTH_FIRST = ("US",)
_EITHER_FIRST = ("CA",)
_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_YEAR_3000_IN_SECONDS = 32_503_680_000


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


def clean_dates(raw: pl.DataFrame, descriptions: pl.Series, night: date | None, sources: Mapping[str, Source]) -> Found:
    """posted_on, posted_is_relative, deadline, deadline_at, deadline_kind, starts_on, ends_on, season, weeks_min, weeks_max.

    `descriptions`: plain text, one a row. What is relative or has no year counts from the day the row was fetched, else
    from `night`, else it is null."""
    frame = raw.select(
        "row", pl.col("posted", "deadline", "starts", "duration", "title", "section").str.head(SHORT),
        today=pl.col("fetched_at").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).fill_null(pl.lit(night, dtype=pl.Date)),
        day_first=by_source(sources, _day_first, pl.Boolean),
        deadline_lines=labelled(descriptions, flat(read_reference("dates")["deadline_labels"])),
        duration_lines=labelled(descriptions, flat(read_reference("dates")["duration_labels"])),
        start_lines=labelled(descriptions, flat(read_reference("dates")["start_labels"])),
    )  # fmt: skip
    parts = [_posted(frame), _deadline(frame), _period(frame), _season(frame), _duration(frame)]
    return Found(
        pl.concat([part.columns for part in parts], how="horizontal"),
        pl.concat([part.evidence for part in parts]),
        pl.concat([part.unknown for part in parts]),
    )


def is_relative(posted: str) -> bool:
    """Whether a text is an age ("4d", "Posted 3 Days Ago"), which moves with every reading."""
    return _age(posted) is not None


def find_days(text: str, day_first: bool | None = None) -> list[Day]:
    """Every date in a text, in its order. 03/04/2026 is left out unless `day_first` settles it."""
    days: list[Day] = []
    for day in sorted(_all_days(text, day_first), key=lambda day: (day.start, -day.end)):
        if not days or day.start >= days[-1].end:
            days.append(day)
    return days


def parse_posted(posted: str, today: date | None, day_first: bool | None) -> tuple[date | None, bool, str]:
    """When something was posted, whether that is relative, and the words that say so."""
    age = _age(posted)
    if age is not None:
        return (None if today is None or age.days is None else today - timedelta(days=age.days)), True, posted.strip()
    moment = _epoch(posted)
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


def parse_duration(text: str) -> tuple[int | None, int | None, str] | None:
    """Least and greatest duration in weeks, and the words; None where the text states none."""
    match = _duration_pattern().search(text)
    if match is None:
        return None
    least, greatest, unit = _number(match["least"]), _number(match["most"]), match["unit"]
    weeks = _weeks_of(unit)
    if least is None:
        return None
    quote = match.group()
    span = [round(least * _weeks_of(match["least_unit"] or unit)), round((greatest or least) * weeks)]
    if greatest is None and match["rest"]:
        rest = (_number(match["rest"]) or 0) * _weeks_of(match["rest_unit"])
        span = [round(least * weeks + rest)] * 2
    if not 0 < span[0] <= span[1] <= 260:
        return None
    before = text[max(0, match.start() - 24) : match.start()]
    if greatest is None and (bound := re.search(_at_most() + r"\s*$", before, re.IGNORECASE)):
        return None, span[1], bound.group() + quote
    if greatest is None and (bound := re.search(_at_least() + r"\s*$", before, re.IGNORECASE)):
        return span[0], None, bound.group() + quote
    return span[0], span[1], quote


def parse_season(text: str) -> tuple[str, str] | None:
    """The first season stated with a year, as 2026-summer, and the words."""
    for pattern in _season_patterns():
        found_at = [match for match in (either.search(text) for either in pattern) if match]
        if found_at:
            match = min(found_at, key=lambda match: match.start())
            return f"{match['year']}-{_seasons()[match['season'].lower()]}", match.group()
    return None


# ------------------------------------------------------------------------------------------------------------- columns


def _posted(frame: pl.DataFrame) -> Found:
    def parse(posted: str | None, today: date | None, day_first: bool | None) -> tuple[object, ...] | None:
        return None if posted is None else parse_posted(posted, today, day_first)

    schema = {"posted_on": pl.Date, "posted_is_relative": pl.Boolean, "quote": pl.String}
    parsed = over_distinct(frame, ["posted", "today", "day_first"], parse, schema)
    rows = frame.select("row", "posted").hstack(parsed)
    method = pl.when("posted_is_relative").then(pl.lit("derived")).otherwise(pl.lit("stated"))
    missed = rows.filter(pl.col("posted_on").is_null() & ~pl.col("posted_is_relative"))
    return found(
        parsed.select("posted_on", pl.col("posted_is_relative").fill_null(False)),
        [evidence(rows, "posted_on", "quote", "posted", method)],
        [unknown(missed, "posted_on", "posted")],
    )


def _deadline(frame: pl.DataFrame) -> Found:
    def parse(text: str | None, lines: str | None, day_first: bool | None) -> tuple[object, ...] | None:
        if text is not None and (stated := _parse_deadline(text, day_first)):
            return *stated, "deadline"
        for line in (lines or "").split(SEPARATOR):
            if line and (stated := _parse_deadline(line, day_first, soon=True)):
                return *stated, "description"
        return None

    schema: Schema = {
        "deadline": pl.Date,
        "deadline_at": pl.Datetime("us", "UTC"),
        "deadline_kind": pl.String,
        "quote": pl.String,
        "raw_field": pl.String,
    }
    parsed = over_distinct(frame, ["deadline", "deadline_lines", "day_first"], parse, schema)
    rows = frame.select("row", text="deadline").hstack(parsed)
    fields = ("deadline", "deadline_at", "deadline_kind")
    silent = any_of(read_reference("dates")["no_deadline"])
    read = over_distinct(rows, ["text"], lambda text: (bool(text and find_days(text)),), {"is_date": pl.Boolean})
    missed = rows.hstack(read).filter(
        pl.col("deadline_kind").is_null(), ~pl.col("is_date"), ~pl.col("text").str.contains(f"(?i){silent}")
    )
    return found(
        parsed.select(fields),
        [evidence(rows, field, "quote", pl.col("raw_field")) for field in fields],
        [unknown(missed, "deadline", "text")],
    )


def _period(frame: pl.DataFrame) -> Found:
    def parse(text: str | None, lines: str | None, day_first: bool | None) -> tuple[object, ...] | None:
        for piece, raw_field in ((text, "starts"), *((line, "description") for line in (lines or "").split(SEPARATOR))):
            days = [day for day in find_days(piece or "", day_first) if day.day is not None]
            if not piece or not days:
                continue
            first, ends = days[0], _span_end(piece, days)
            if ends and first.year is None:
                first = first._replace(year=ends.year)
            starts_on, ends_on = first.full(), ends.full() if ends else None
            if starts_on is None or (ends_on and ends_on < starts_on):
                continue
            return starts_on, ends_on, piece[first.start : (ends or first).end], raw_field
        return None

    schema = {"starts_on": pl.Date, "ends_on": pl.Date, "quote": pl.String, "raw_field": pl.String}
    parsed = over_distinct(frame, ["starts", "start_lines", "day_first"], parse, schema)
    rows = frame.select("row").hstack(parsed)
    fields = ("starts_on", "ends_on")
    return found(parsed.select(fields), [evidence(rows, field, "quote", pl.col("raw_field")) for field in fields])


def _season(frame: pl.DataFrame) -> Found:
    schema = {"season": pl.String, "quote": pl.String}
    may_have = any_of(flat(read_reference("dates")["seasons"]))
    chosen = frame.select("row")
    pieces = []
    for raw_field in ("starts", "title", "section"):
        likely = frame.select(
            "row", pl.when(pl.col(raw_field).str.contains(f"(?i){may_have}")).then(pl.col(raw_field)).alias("text")
        )
        parsed = over_distinct(likely, ["text"], lambda text: None if text is None else parse_season(text), schema)
        pieces.append(parsed.with_columns(raw_field=pl.lit(raw_field)))
    chosen = frame.select("row").with_columns(
        pl.coalesce(
            pl.when(piece["season"].is_not_null()).then(pl.struct(*piece.get_columns())) for piece in pieces
        ).alias("chosen")
    ).unnest("chosen")  # fmt: skip
    return found(chosen.select("season"), [evidence(chosen, "season", "quote", pl.col("raw_field"))])


def _duration(frame: pl.DataFrame) -> Found:
    def parse(text: str | None, lines: str | None) -> tuple[object, ...] | None:
        for piece, raw_field in (
            (text, "duration"),
            *((line, "description") for line in (lines or "").split(SEPARATOR)),
        ):
            if piece and (stated := parse_duration(piece)):
                return *stated, raw_field
        return None

    schema = {"weeks_min": pl.Int32, "weeks_max": pl.Int32, "quote": pl.String, "raw_field": pl.String}
    parsed = over_distinct(frame, ["duration", "duration_lines"], parse, schema)
    rows = frame.select("row", text="duration").hstack(parsed)
    missed = rows.filter(pl.col("weeks_min").is_null() & pl.col("weeks_max").is_null())
    return found(
        parsed.select("weeks_min", "weeks_max"),
        [evidence(rows, field, "quote", pl.col("raw_field")) for field in ("weeks_min", "weeks_max")],
        [unknown(missed, "weeks_min", "text")],
    )


# ---------------------------------------------------------------------------------------------------------------- days


def _day_first(source: Source) -> bool | None:
    """Whether a source writes 03/04/2026 for the third of April; None where its country and language do not tell."""
    if source.country in _MONTH_FIRST:
        return False
    if source.country in _EITHER_FIRST:
        return None
    if source.country or (source.languages and "en" not in source.languages):
        return True
    return None


_YEAR_MONTH_DAY = re.compile(r"(?<!\d)(\d{4})\s?[-./年년]\s?(\d{1,2})\s?[-./月월]\s?(\d{1,2})(?!\d)\s?[日일]?")
_ERA = re.compile(r"令和(\d{1,2}|元)年\s?(\d{1,2})月\s?(\d{1,2})日")
_MONTH_DAY_SIGNS = re.compile(r"(?<![\d年년])(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_DAY_MONTH_YEAR = re.compile(r"(?<![\d.])(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?![\d.]\d)(?!\d)")


def _all_days(text: str, day_first: bool | None) -> Iterator[Day]:
    for match in _YEAR_MONTH_DAY.finditer(text):
        yield from _checked(int(match[1]), int(match[2]), int(match[3]), match.span())
    for match in _ERA.finditer(text):  # Reiwa 1 is 2019
        yield from _checked(
            2018 + (1 if match[1] == "元" else int(match[1])), int(match[2]), int(match[3]), match.span()
        )
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
            month = _months().get(worded["month"].lower())
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
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


@cache
def _months() -> dict[str, int]:
    return {
        form: number
        for names in read_reference("months")["months"].values()
        for number, forms in enumerate(names, start=1)
        for form in forms.split()
    }


@cache
def _worded_patterns() -> tuple[re.Pattern[str], ...]:
    words = read_reference("dates")
    ordinal = "(?:" + "|".join(sorted(map(re.escape, words["ordinals"]), key=len, reverse=True)) + ")?"
    between = r"[\s.,\-–/]*(?:(?:" + "|".join(words["between"]) + r")\s+)?"
    # Vowel signs of Thai and Devanagari are no letters to a regular expression.
    month = r"(?P<month>(?:[^\W\d_]|[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0900-\u0903\u093a-\u094f]){2,20})\.?"
    year = r"'?(?P<year>(?:19|20)\d{2}|(?<=[-/.'])\d{2})(?!\d)"
    day = r"(?<![\d.,])(?P<day>\d{1,2})(?![\d])"
    return (
        re.compile(rf"{day}{ordinal}{between}{month}(?:{between}{year})?", re.IGNORECASE),
        re.compile(rf"(?<![^\W\d_]){month}[\s\-]*(?P<day>\d{{1,2}})(?!\d){ordinal}(?:[\s,.\-]*{year})?", re.IGNORECASE),
        re.compile(rf"(?<![^\W\d_]){month}{between}{year}", re.IGNORECASE),
    )


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


def _epoch(text: str) -> date | None:
    digits = text.strip().removesuffix(".0")
    if not digits.isascii() or not digits.isdigit() or not 9 <= len(digits) <= 13:
        return None
    seconds = int(digits)
    if seconds > _YEAR_3000_IN_SECONDS:
        seconds //= 1000
    return datetime.fromtimestamp(seconds, UTC).date()


def _span_end(text: str, days: list[Day]) -> Day | None:
    """The second of two dates that a word for "until" joins."""
    if len(days) < 2:
        return None
    joiner = text[days[0].end : days[1].start].strip(" ,.()")
    return days[1] if re.fullmatch(_until(), joiner, re.IGNORECASE) else None


@cache
def _until() -> str:
    return "(?:" + "|".join(map(re.escape, read_reference("dates")["until"])) + ")"


# ------------------------------------------------------------------------------------------------------------ deadline

_NEAR = 24
"""A date that follows a label stands within so many characters of it: a sentence about something else may come between."""

_TIME = re.compile(r"[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})")


def _parse_deadline(
    text: str, day_first: bool | None, soon: bool = False
) -> tuple[date | None, datetime | None, str, str] | None:
    days = [day for day in find_days(text, day_first) if day.day is not None]
    if soon and days:
        label = re.match(_deadline_label(), text, re.IGNORECASE)
        if label and days[0].start - label.end() > _NEAR:
            days = []
    if days:
        last = _span_end(text, days) or days[0]
        if last.year is None:
            return None
        quote = text[0 if soon else days[0].start : last.end]
        return last.full(), _moment(text, last), "fixed", quote.strip()
    moment = _epoch(text)
    if moment and not soon:
        return moment, None, "fixed", text.strip()
    for kind in ("until_filled", "rolling"):
        stated = re.search(any_of(flat(read_reference("dates")[kind])) + r"(?!\s*\?)", text, re.IGNORECASE)
        if stated and not soon:
            return None, None, kind, stated.group()
    return None


@cache
def _deadline_label() -> str:
    labels = flat(read_reference("dates")["deadline_labels"])
    return any_of(label.removesuffix(":") for label in labels) + r"\s?[:：]?\s*"


def _moment(text: str, day: Day) -> datetime | None:
    """The moment in UTC, where the text is an ISO time with its offset."""
    time = _TIME.match(text, day.end)
    if time is None:
        return None
    try:
        return datetime.fromisoformat(text[day.start : time.end()].replace("Z", "+00:00")).astimezone(UTC)
    except ValueError:
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


# ----------------------------------------------------------------------------------------------------------- durations


@cache
def _numbers() -> dict[str, int]:
    return {
        form: number
        for names in read_reference("dates")["numbers"].values()
        for number, forms in enumerate(names, start=1)
        for form in forms.split()
    }


def _number(text: str | None) -> float | None:
    if text is None:
        return None
    written = text.lower().replace(",", ".")
    return float(written) if written[0].isdigit() else _numbers().get(written)


def _weeks_of(unit: str) -> float:
    units = read_reference("dates")["units"]
    name = next(name for name, forms in units.items() if unit.lower() in forms)
    return {"day": 1 / 7, "week": 1.0, "month": WEEKS_A_MONTH, "year": 12 * WEEKS_A_MONTH}[name]


@cache
def _duration_pattern() -> re.Pattern[str]:
    number = r"(?:\d{1,3}(?:[.,]5)?|" + "|".join(sorted(_numbers(), key=len, reverse=True)) + ")"
    unit = any_of(flat(read_reference("dates")["units"])).replace(r"(?:\b", "(?:").replace(r"|\b", "|")
    until = f"(?:{_until()}|or|oder|ou|o|of)"
    start = r"(?<![\d.,/€$£])(?<![^\W\d_])"
    return re.compile(
        rf"{start}(?P<least>{number})\+?\s*(?P<least_unit>{unit})?\s*(?:{until}\s*(?P<most>{number}))?[\s-]*(?P<unit>{unit})"
        rf"(?:\s*(?:and|und|et|y|e|en|,)?\s+(?P<rest>\d{{1,2}})\s*(?P<rest_unit>{unit}))?",
        re.IGNORECASE,
    )


@cache
def _at_most() -> str:
    return any_of(read_reference("dates")["at_most"])


@cache
def _at_least() -> str:
    return any_of(read_reference("dates")["at_least"])


# ------------------------------------------------------------------------------------------------------------- seasons


@cache
def _seasons() -> dict[str, str]:
    """What each word for a season means, with and without its accents."""
    seasons = {form: name for name, forms in read_reference("dates")["seasons"].items() for form in forms}
    return {
        unicodedata.normalize("NFD", form).encode("ascii", "ignore").decode(): name for form, name in seasons.items()
    } | seasons


@cache
def _season_patterns() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """First the season beside its year, then with a few words between them."""
    words = read_reference("dates")
    season = f"(?P<season>{any_of(flat(words['seasons']))})"
    other = f"(?:\\s*[/&+-]\\s*{any_of(flat(words['seasons']))})*"
    year = r"(?<!\d)(?P<year>20[1-4]\d)(?:\s?[/–-]\s?(?:20)?\d{2})?(?!\d)"
    near, far = r"[\s,.:()–年년-]*", r"(?:[^\w\n]+[^\W\d_]+){1,4}?[^\w\n]+"
    return tuple(
        (
            re.compile(f"{season}{other}{gap}{year}", re.IGNORECASE),
            re.compile(f"{year}{gap}{season}", re.IGNORECASE),
        )
        for gap in (near, far)
    )
