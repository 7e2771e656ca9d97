"""Periods: the first and the last day of a stay, the season, read from fields or from prose.

Belongs here: which dates of a sentence are the time of the stay. Does not belong here: the words (data/reference/
dates.yaml); deadlines (`pipeline.clean.when.deadlines`); lengths (`pipeline.clean.when.durations`).
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

import polars as pl

from pipeline.clean.language_tools.dictionary import (
    any_of,
    bare,
    flat,
    holds,
    on_texts,
    read_reference,
    with_words,
)
from pipeline.clean.language_tools.extraction import (
    WEEKS_A_MONTH,
    Extraction,
    Schema,
    evidence,
    extraction,
    over_distinct,
)
from pipeline.clean.language_tools.sentences import having, read_best
from pipeline.clean.language_tools.text import western
from pipeline.clean.when.days import Day, find_days, find_spans, is_published, may_hold_days
from pipeline.clean.when.period_words import (
    BEHIND,
    begins_before,
    begins_or_ends,
    deadline_before,
    deadline_words,
    internship_words,
    label_ahead,
    lasts_before,
    other_label,
    other_words,
    season_list,
    season_patterns,
    seasons,
    start_after,
    start_label,
    start_verb,
    start_verb_behind,
    start_word,
    stay_or_label,
    stay_words,
    stems_of,
    words_of,
)

_READ: Schema = {
    "score": pl.Int32,
    "starts_on": pl.Date,
    "ends_on": pl.Date,
    "start_month": pl.Date,
    "weeks": pl.Int32,
    "quote": pl.String,
}
_STAND_ALONE = 12
"""Letters that may stand beside two dates in a cell of their own."""
_SHORT_LINE = 80
"""Letters of a line that names an internship with its season; a longer one may tell of those gone by."""
_CLAUSE = re.compile(r"[,(;:)|]|\.\s")
_LONGEST_YEARS = 5
_SHORTEST_DAYS = 10
"""Less than that is an event, unless a field says that it is the stay."""

_LEAP_YEAR = 2024
"""For days without a year: only their distance counts."""
_MIN_WEEKS, _MAX_WEEKS = 2, 60

Period = tuple[int, date | None, date | None, date | None, int | None, str]


class Stay(NamedTuple):
    """When a stay is: `dates` has starts_on and ends_on; `before`, for each row, the day before which it does not start, known
    where only its month is stated; `between`: row, weeks, quote, raw_field of the weeks between both ends."""

    dates: Extraction
    before: pl.Series
    between: pl.DataFrame


def clean_period(frame: pl.DataFrame, sentences: pl.DataFrame) -> Stay:
    """When the stay is, from the raw field `starts`, else from the best sentence."""
    field = over_distinct(
        frame, ["starts", "day_first"], lambda text, order: parse_period(text, order) if text else None, _READ
    )
    with_year = pl.col("text").str.contains(
        r"(?:19|20)\d\d|\d[./-]\d\d?[./-]\d\d|[\u0660-\u0669\u06f0-\u06f9\u09e6-\u09ef\u0966-\u096f]{4}|令和|民國"
    )
    of_stay = holds(pl.col("lower"), stay_or_label())
    dated = sentences.filter((pl.col("has_digit") & with_year) | of_stay).filter(may_hold_days(pl.col("lower")))
    prose = read_best(dated, ["day_first"], parse_period_sentence, _READ)
    both = frame.select("row").hstack(field).join(prose, on="row", how="left", maintain_order="left", suffix="_prose")
    from_field = pl.col("score").is_not_null()
    rows = both.select(
        "row",
        *(pl.when(from_field).then(name).otherwise(f"{name}_prose").alias(name) for name in _READ),
        raw_field=pl.when(from_field).then(pl.lit("starts")).otherwise("raw_field"),
    )
    fields = ("starts_on", "ends_on")
    return Stay(
        extraction(rows.select(fields), [evidence(rows, name, "quote", pl.col("raw_field")) for name in fields]),
        rows.select(pl.coalesce("starts_on", "start_month").alias("before"))["before"],
        rows.select("row", "weeks", "quote", "raw_field"),
    )


def parse_period(text: str, day_first: bool | None) -> Period | None:
    """What the field for the start says."""
    for span in find_spans(text, day_first):
        if period := _of_span(text, 3, span.first, span.last, span.start, span.end):
            return period
    for day in find_days(text, day_first):
        if day.year is not None:
            return 3, day.full(), None, _first_of(day), None, text[day.start : day.end]
    return None


def parse_period_sentence(sentence: str, day_first: bool | None) -> Period | None:
    """The time of the stay that a sentence states; None where its dates are of something else."""
    text = western(sentence)
    days = find_days(text, day_first)
    if not days:
        return None
    lower = text.lower()
    best: Period | None = None
    for span in find_spans(text, day_first):
        before = lower[max(0, span.start - 90) : span.start]
        is_applying = stems_of("application").occur_in(lower)
        stands_alone = len(text) - (span.end - span.start) <= _STAND_ALONE and not is_applying
        label = _ending_label(before)
        clause = _CLAUSE.split(before)[-1] + _CLAUSE.split(lower[span.end :])[0]
        stands_alone = stands_alone or (len(clause) <= _STAND_ALONE // 2 and not is_applying)
        if label is None and (deadline_before().search(before) or other_label().search(before)):
            continue
        if (
            not stands_alone
            and label is None
            and (
                _asks_last(before)
                or not (stay_words().occur_in(lower) or lasts_before().search(before))
                or _is_other(before)
            )
        ):
            continue
        is_open = span.first.year is None and span.last.year is None
        if is_open and (is_applying or (label is None and not stay_words().occur_in(lower))):
            continue
        score = 0 if is_open else 3 if label or stands_alone else 2
        period = _of_span(sentence, score, span.first, span.last, span.start, span.end)
        if period and span.first.day is None and begins_before().search(before):
            period = (*period[:4], None, period[5])  # the stay may begin at any time between
        if period and period[1] and period[2] and (period[2] - period[1]).days < _SHORTEST_DAYS:
            continue
        if period and (best is None or period[0] > best[0]):
            best = period
    if best or (best := _both_days(sentence, lower, days)):
        return best
    for day in days:
        if day.year is None or is_published(text, day.start):
            continue
        before = lower[max(0, day.start - 60) : day.start]
        label = _ending_label(before)
        begun = start_verb().search(before)
        words = label or begun or start_word().search(before)
        behind = text[day.end : day.end + BEHIND]
        after = re.match(r"\s*" + start_after(), behind) or start_verb_behind().search(behind.lower())
        if words is None and after is None:
            continue
        is_begun = begun is not None or start_verb_behind().search(behind.lower()) is not None
        is_of_stay = is_begun or stay_words().occur_in(lower)
        if label is None and (_asks_last(before) or _is_other(lower) or not is_of_stay):
            continue
        start = day.start - len(before) + words.start() if words else day.start
        end = day.end + (after.end() if after else 0)
        return 3 if label else 1, day.full(), None, _first_of(day), None, sentence[start:end]
    return None


def _both_days(sentence: str, lower: str, days: list[Day]) -> Period | None:
    """The stay of a sentence that names it, two days, and that it begins, lasts or ends, whatever the words between: "begins on
    the third of May and ends on the 23rd of July"."""
    if len(days) != 2 or any(day.day is None for day in days):
        return None
    if not _post_or_label(lower) or not begins_or_ends().search(lower):
        return None
    first, last = days
    if first.year is None or last.year is None:
        first, last = (day._replace(year=None) if first.year is None else day for day in days)
    is_of_applying = stems_of("application").occur_in(lower) or deadline_words().search(lower) is not None
    if is_of_applying or _is_other(lower) or "?" in sentence:
        return None
    if first.year is not None and last.year is None:
        last = last._replace(year=first.year + ((last.month, last.day) < (first.month, first.day)))
    period = _of_span(sentence, 1 if first.year else 0, first, last, first.start, last.end)
    return period if period and period[4] is not None else None


def _post_or_label(lower: str) -> bool:
    """Whether a lower-case sentence names the stay, or begins with a label of its time."""
    return stems_of("internship_stems").occur_in(lower) or label_ahead().search(lower) is not None


def clean_season(frame: pl.DataFrame, sentences: pl.DataFrame) -> Extraction:
    """season: the first stated with its year, in the start, the title or the section, else in a sentence on the stay."""
    schema = {"season": pl.String, "quote": pl.String}
    seasons = flat(read_reference("dates")["seasons"])
    may_have = any_of(seasons)
    pieces = []
    for raw_field in ("starts", "title", "section"):
        has_one = on_texts(
            with_words(pl.col(raw_field), seasons), lambda text: text.str.contains(f"(?i){may_have}"), pl.Boolean
        )
        likely = frame.select("row", pl.when(has_one).then(pl.col(raw_field)).alias("text"))
        parsed = over_distinct(likely, ["text"], lambda text: None if text is None else parse_season(text), schema)
        pieces.append(parsed.with_columns(raw_field=pl.lit(raw_field)))
    silent = frame.select("row").filter(pl.all_horizontal(piece["season"].is_null() for piece in pieces))
    likely = sentences.filter("has_digit", pl.col("raw_field") == "description").join(silent, on="row", how="semi")
    begins = [word for name in ("start_labels", "duration_labels", "start_words") for word in words_of(name)]
    begins += stems_of("internship_stems")
    likely = having(having(likely, flat(read_reference("dates")["seasons"])), begins)
    prose = read_best(likely, [], _season_of_stay, {"score": pl.Int32, **schema})
    pieces.append(
        frame.select("row").join(prose, on="row", how="left", maintain_order="left").select(*schema, "raw_field")
    )
    chosen = frame.select("row").with_columns(
        pl.coalesce(
            pl.when(piece["season"].is_not_null()).then(pl.struct(*piece.get_columns())) for piece in pieces
        ).alias("chosen")
    ).unnest("chosen")  # fmt: skip
    return extraction(chosen.select("season"), [evidence(chosen, "season", "quote", pl.col("raw_field"))])


def _season_of_stay(sentence: str) -> tuple[int, str, str] | None:
    """The season of a sentence that says when the stay begins or takes place; None where it is of something else."""
    season = parse_season(sentence)
    if season is None:
        return None
    lower = sentence.lower()
    before = lower[: lower.index(season[1].lower())] if season[1].lower() in lower else lower
    label = _ending_label(before)
    begins = start_word().search(before)
    is_named = len(sentence) <= _SHORT_LINE and re.search(internship_words() + r"[^.;!?]{0,24}$", before) is not None
    if label is None and begins is None and not is_named:
        return None
    if label is None and (_asks_last(before) or _is_other(lower) or not stay_words().occur_in(lower)):
        return None
    return (2 if label else 1), *season


def parse_season(text: str) -> tuple[str, str] | None:
    """The first season stated with a year, as 2026-summer, and the words."""
    likely = season_list().likely(text)
    for pattern in season_patterns(likely) if likely else ():
        either_order = (either.search(text) for either in pattern)
        found_at = [match for match in either_order if match and bare(match["season"]) in seasons()]
        if found_at:
            match = min(found_at, key=lambda match: match.start())
            return f"{match['year']}-{seasons()[bare(match['season'])]}", match.group()
    return None


def _of_span(text: str, score: int, first: Day, last: Day, start: int, end: int) -> Period | None:
    starts_on, ends_on = first.full(), last.full()
    if (
        starts_on
        and ends_on
        and not starts_on < ends_on < starts_on.replace(day=1, year=starts_on.year + _LONGEST_YEARS)
    ):
        return None
    weeks = _weeks_between(first, last)
    if starts_on is None and ends_on is None and _first_of(first) is None and weeks is None:
        return None
    return score, starts_on, ends_on, _first_of(first), weeks, text[start:end]


def _weeks_between(first: Day, last: Day) -> int | None:
    """Weeks from the first to the last day, or month; None where a year is missing on one side, or they are no stay's."""
    if (first.year is None) != (last.year is None) or (first.day is None) != (last.day is None):
        return None
    year = first.year or _LEAP_YEAR
    is_next_year = last.year is None and (last.month, last.day or 31) < (first.month, first.day or 1)
    years = (last.year or year + is_next_year) - year
    if first.day is None:
        weeks = round((12 * years + last.month - first.month + 1) * WEEKS_A_MONTH)
    else:
        begin, end = first._replace(year=year).full(), last._replace(year=year + years).full()
        weeks = round((end - begin).days / 7) if begin and end else 0
    return weeks if _MIN_WEEKS <= weeks <= _MAX_WEEKS else None


def _first_of(day: Day) -> date | None:
    return None if day.year is None else date(day.year, day.month, day.day if day.full() and day.day else 1)


def _ending_label(before: str) -> re.Match[str] | None:
    """The label of the stay that the words before a date end with; not where it is the end of one for applying (접수기간)."""
    label = start_label().search(before)
    asked = deadline_before().search(before) if label else None
    return None if label and asked and asked.start() <= label.start() else label


def _asks_last(before: str) -> bool:
    """Whether the words before a date speak of the application, and not of the stay after that."""
    return stems_of("application").last_in(before) > stems_of("internship_stems").last_in(before)


def _is_other(lower: str) -> bool:
    return re.search(other_words(), lower) is not None
