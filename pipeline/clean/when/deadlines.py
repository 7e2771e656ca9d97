"""Deadlines: the last day to apply, read from a field or from prose, and of what kind it is.

Belongs here: which date of a sentence is a deadline, which of several counts, the year that a page forces on a date without
one. Does not belong here: the words beside it (`deadline_words`); reading dates (`days`).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import polars as pl

from pipeline.clean.language_tools.dictionary import any_of, flat, is_glued, on_texts, read_reference
from pipeline.clean.language_tools.extraction import Extraction, Schema, evidence, extraction, over_distinct, unknown
from pipeline.clean.language_tools.sentences import below_labels, best_of, having, read_each
from pipeline.clean.language_tools.text import western
from pipeline.clean.when.clock import moment, read_clock
from pipeline.clean.when.days import Day, day_of_program, find_days, find_spans
from pipeline.clean.when.deadline_words import (
    application_stems,
    application_time,
    asks_to_apply,
    by_after,
    by_after_day,
    by_before,
    day_first_by_language,
    deadline_labels,
    extended_words,
    final_words,
    internship_stems,
    is_day_of_papers,
    is_of_last_year,
    is_of_other,
    is_of_start,
    is_of_withdrawing,
    is_sole_day,
    is_time_to_apply,
    is_verb,
    kind_words,
    label_after,
    label_pattern,
    online_stems,
    only_fillers,
    open_before,
    paper_words,
    partial_words,
    speaks_of_last_year,
    until_day_and_month,
    weekday_of,
)

_NEAR = 24
"""A date that follows a label stands within so many characters of it: a sentence about something else may come between."""
_NEAR_COLON = 60
"""The same where a colon stands between."""
_NEAR_VERB = 90
"""The same where what stands between ends with "is" or "is set for"."""
_COLON = re.compile("[:：]")
_ENDS_LINE = re.compile(r"(?<=[^:：]{3})[:：]\s?$")
"""What stands between a label for several deadlines and one of them: "Deadlines: for a start in April: 15 October"."""
_LONGEST_LEAD = timedelta(days=300)
"""A deadline without a year is given the one that its posting or its start forces, if it is that near."""
_SOON = timedelta(days=90)
"""Where neither is known, a deadline in prose is the next after the day of fetching, if that is so near: a page may be old."""

_EXTENDED, _ONLINE, _FINAL, _LABELLED, _ASKED, _PERIOD, _ALONE, _PARTIAL = 12, 11, 10, 8, 8, 6, 5, 4
_SOLE, _KIND_ONLY = 3, 2
"""Of several deadlines the one that was extended counts, then the one of the portal, the final one, then what is called a
deadline; one for early applicants or for a part of the application only where there is no other."""
_QUALIFIED = 32
"""Letters before a deadline in which a word says which of several it is."""
_NO_YEAR = 2090
"""A year from which on a date stands for none: 31.12.2099."""
_MAX_DATES_BELOW = 4
"""Lines with a date below a label on a line of its own."""

_TIME = re.compile(r"[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})")
_DAY_AND_MONTH = re.compile(r"\d[./]\d\d(?![\d/]|\.\d)")
"""What a day in figures without a year holds, looked for before the words around it."""
_UNTIL_IN_BRACKETS = re.compile(
    r"[(（\[]\s*[~～〜]\s*(?:\d{4}[./]\s?)?(\d{1,2})\s?[./월月]\s?(\d{1,2})[^\d]{0,8}[)）\]]"
)
"""(~4/26): how Korean and Japanese titles tell the last day."""

_SENTENCE_END, _CLAUSE_END = re.compile(r"[.!?]\s(?=[^\W\d])"), re.compile(r"[.;!?,]\s(?=[^\W\d])")
"""What is beyond them is said of something else."""

_LEADERS = re.compile(r"\.{3,}|…{2,}")
"""Dots that lead from a label to its date."""

_READ: Schema = {
    "score": pl.Int32,
    "deadline": pl.Date,
    "deadline_at": pl.Datetime("us", "UTC"),
    "deadline_zone": pl.String,
    "deadline_kind": pl.String,
    "minute": pl.Int32,
    "month": pl.Int32,
    "day": pl.Int32,
    "quote": pl.String,
}
_FIELDS = ("deadline", "deadline_at", "deadline_zone", "deadline_kind")

Deadline = tuple[int, date | None, datetime | None, str | None, str | None, int | None, int | None, int | None, str]
"""The values of _READ."""


def clean_deadline(frame: pl.DataFrame, sentences: pl.DataFrame, bounds: pl.DataFrame) -> Extraction:
    """deadline, deadline_at, deadline_zone, deadline_kind; from the raw field `deadline`, else from the best sentence.

    `frame` has the catalogue's zone of each source (`zone`), for an hour without one. `bounds`: for each row the days that a
    deadline without a year lies between: `after` (posted), `before` (start); `frame` has the day of fetching (`today`)."""
    field = over_distinct(
        frame, ["deadline", "day_first"], lambda text, order: parse_deadline(text, order) if text else None, _READ
    )
    read = read_each(_candidates(sentences), ["day_first"], parse_deadline_sentence, _READ)
    today = pl.col("row").replace_strict(frame["row"], frame["today"], return_dtype=pl.Date)
    is_gone = (pl.col("score") == _SOLE) & (pl.col("deadline") <= today).fill_null(False)
    read = read.filter(~is_gone)  # of such days many are those of a notice
    prose = _with_rounds(best_of(read), read)
    both = frame.select("row", text="deadline").hstack(field).join(
        prose, on="row", how="left", maintain_order="left", suffix="_prose"
    )  # fmt: skip
    from_field = pl.col("deadline_kind").is_not_null() | pl.col("month").is_not_null()
    rows = both.select(
        "row", "text",
        *(pl.when(from_field).then(name).otherwise(f"{name}_prose").alias(name) for name in _READ),
        raw_field=pl.when(from_field).then(pl.lit("deadline")).otherwise("raw_field"),
        # A column of a list that is kept over the years tells the day of every year; the text of a notice tells its own.
        today=pl.when(~from_field).then(frame["today"]),
    ).hstack(bounds.select("after", "before")).hstack(frame.select("zone"))  # fmt: skip
    forced = over_distinct(
        rows, ["month", "day", "after", "before", "today", "quote"], _with_forced_year, {"forced": pl.Date}
    )
    rows = rows.hstack(forced).with_columns(
        deadline=pl.coalesce("deadline", "forced"),
        deadline_zone=pl.coalesce("deadline_zone", pl.when(pl.col("minute").is_not_null()).then("zone")),
        deadline_kind=pl.when(pl.col("forced").is_not_null()).then(pl.lit("fixed")).otherwise("deadline_kind"),
        method=pl.when(pl.col("forced").is_not_null()).then(pl.lit("derived")).otherwise(pl.lit("stated")),
    )
    in_utc = over_distinct(rows, ["deadline", "minute", "deadline_zone"], _in_utc, {"in_utc": pl.Datetime("us", "UTC")})
    rows = rows.hstack(in_utc).with_columns(deadline_at=pl.coalesce("deadline_at", "in_utc"))
    silent = any_of(read_reference("dates")["no_deadline"])
    read = over_distinct(rows, ["text"], lambda text: (bool(text and find_days(text)),), {"is_date": pl.Boolean})
    unread = pl.when(pl.col("deadline_kind").is_null(), ~pl.col("is_date")).then("text")
    missed = rows.hstack(read).filter(~on_texts(unread, lambda text: text.str.contains(f"(?i){silent}"), pl.Boolean))
    return extraction(
        rows.select(_FIELDS),
        [evidence(rows, name, "quote", pl.col("raw_field"), pl.col("method")) for name in _FIELDS],
        [unknown(missed, "deadline", "text")],
    )


def _with_rounds(best: pl.DataFrame, read: pl.DataFrame) -> pl.DataFrame:
    """The best deadlines; one without a year that stands beside another of the same rank is of a round that comes every year."""
    open_days = read.filter(pl.col("month").is_not_null()).join(best.select("row", "score"), on=["row", "score"])
    months = pl.col("month").max() - pl.col("month").min()
    places = pl.col("place").max() - pl.col("place").min()
    rounds = open_days.group_by("row").agg(months=months, places=places)
    recurring = rounds.filter(pl.col("months") >= _MONTHS_BETWEEN_ROUNDS, pl.col("places") <= _MAX_DATES_BELOW)
    is_round = pl.col("row").is_in(recurring["row"].implode()) & pl.col("month").is_not_null()
    return best.with_columns(
        deadline_kind=pl.when(is_round).then(pl.lit("recurring")).otherwise("deadline_kind"),
        **{name: pl.when(~is_round).then(name) for name in ("month", "day", "minute")},
    )


def parse_deadline(text: str, day_first: bool | None) -> Deadline | None:
    """What the field for the deadline says."""
    spans = find_spans(text, day_first)
    days = [day for day in find_days(text, day_first) if day.day is not None]
    if days and days[0].year and days[0].year >= _NO_YEAR:
        return None
    if spans or days:
        last = spans[0].last if spans else days[0]
        start = spans[0].start if spans else last.start
        extension = re.search(extended_words(), text, re.IGNORECASE)
        if extension and not spans:
            last = next((day for day in days if day.start > extension.end()), last)
        return _stated(text, last, 1, min(start, last.start), last.end)
    if day := day_of_program(text):
        return 1, day, None, None, "fixed", None, None, None, text.strip()
    for kind in ("until_filled", "rolling"):
        if stated := kind_words(kind).search(text):
            return 1, None, None, None, kind, None, None, None, stated.group()
    return None


def parse_deadline_sentence(sentence: str, day_first: bool | None) -> Deadline | None:
    """The deadline that a sentence states, or of what kind it is; None where its dates are of something else."""
    text = _LEADERS.sub(lambda dots: " " * len(dots.group()), western(sentence))
    if bracketed := _UNTIL_IN_BRACKETS.search(text):
        day = Day(None, int(bracketed[1]), int(bracketed[2]), bracketed.start(), bracketed.end())
        if 1 <= day.month <= 12 and 1 <= (day.day or 0) <= 31:
            return _stated(sentence, day, _LABELLED, bracketed.start(), bracketed.end())
    lower = text.lower()
    is_asking = asks_to_apply(lower)
    labels = list(label_pattern().finditer(text))
    if not is_asking and not labels:
        return None
    day_first = day_first if day_first is not None else day_first_by_language(lower)
    is_retrospect = speaks_of_last_year(lower)
    if not is_retrospect and (in_figures := _in_figures(sentence, text, day_first)):
        return in_figures
    days = [day for day in find_days(text, day_first) if day.day is not None]
    if not days:
        return None if is_retrospect else _kind_of(sentence)
    if is_retrospect:
        days = [day for day in days if not is_of_last_year(lower, day)]
    spans = {span.last.start: span for span in find_spans(text, day_first)}
    firsts = {span.first.start for span in spans.values()}
    is_extended = re.search(extended_words(), text, re.IGNORECASE) is not None
    is_online = online_stems().occur_in(lower)
    best: Deadline | None = None
    yearly: dict[int, list[Day]] = {}
    for day in days:
        span = spans.get(day.start)
        if day.start in firsts and span is None:
            continue
        day, begin = (span.last, span.start) if span else (day, read_clock(text, day.start, day.end).start)
        score, start = _judge(text, labels, day, begin, span is not None, is_asking)
        if (
            not score
            and (is_asking or labels)
            and (named := final_words().search(lower[max(0, begin - _QUALIFIED) : begin]))
        ):
            score, start = _FINAL, max(0, begin - _QUALIFIED) + named.start()
        if not score:
            continue
        before = lower[max(0, min(start, begin) - _QUALIFIED) : begin]
        if is_extended:
            score = _EXTENDED
        elif final_words().search(before):
            score = _FINAL
        elif partial_words().search(before):
            score = _PARTIAL
        elif is_online:
            score = _ONLINE
        if day.year is None:
            yearly.setdefault(score, []).append(day)
        if best is None or score > best[0] or (is_extended and score == best[0]):
            end = day.end
            if after := re.match(r"\s*" + by_after(), text[end : end + 24]):
                end += after.end()
            best = _stated(sentence, day, score, start, end)
    if best is None and len(days) == 1 and not spans and is_day_of_papers(lower, days[0].start):
        return _stated(sentence, days[0], _ALONE, days[0].start, days[0].end)
    if best is None and len(days) == 1 and not spans and is_asking and is_sole_day(text, lower, days[0]):
        return _stated(sentence, days[0], _SOLE, days[0].start, days[0].end)
    several = yearly.get(best[0], []) if best else []
    if best and best[1] is None and (kind_words("recurring").search(text) or _are_of_rounds(several)):
        quote = sentence[several[0].start : several[-1].end] if len(several) > 1 else best[8]
        return best[0], None, None, None, "recurring", None, None, None, quote
    return best


def _are_of_rounds(days: list[Day]) -> bool:
    """Whether days without a year are those of several rounds a year: far enough from one another."""
    months = {day.month for day in days}
    return len(months) > 1 and max(months) - min(months) >= _MONTHS_BETWEEN_ROUNDS


_MONTHS_BETWEEN_ROUNDS = 3


def _in_figures(sentence: str, text: str, day_first: bool | None) -> Deadline | None:
    """The deadline of a sentence that says "by" before a day in figures without a year; `text`: it with western digits."""
    numeric = until_day_and_month().search(text) if _DAY_AND_MONTH.search(text) else None
    if numeric is None:
        return None
    first, second = (int(numeric[name]) for name in ("first", "second"))
    is_day_first = first > 12 or (second <= 12 and day_first)
    month, of_month = (second, first) if is_day_first else (first, second)
    if (first > 12 or second > 12 or is_day_first) and 1 <= month <= 12 and 1 <= of_month <= 31:
        day = Day(None, month, of_month, numeric.start("first"), numeric.end())
        return _stated(sentence, day, _ASKED, numeric.start(), numeric.end())
    return None


def _judge(
    text: str, labels: list[re.Match[str]], day: Day, begin: int, is_span: bool, is_asking: bool
) -> tuple[int, int]:
    """How surely a date is the deadline (0: it is not), and where the words for it begin."""
    for label in reversed(labels):
        gap = text[label.end() : begin]
        if label.end() > begin:
            continue
        is_last = (
            label.start() == 0 and _ENDS_LINE.search(text[: label.end()] + gap) and not text[day.end :].strip(" .)")
        )
        if is_last and not is_of_other(gap):
            return _LABELLED, begin
        if re.search(r"\d{4}|[.!?]\s", gap):
            continue
        if (
            len(gap) > (_NEAR_COLON if _COLON.search(gap) else _NEAR)
            and not only_fillers().fullmatch(gap)
            and not (len(gap) <= _NEAR_VERB and is_verb().search(gap))
        ):
            continue
        return _LABELLED, label.start()
    before, after = text[max(0, begin - 60) : begin], text[day.end : day.end + 24]
    if labels and label_after().match(after):
        return _LABELLED, begin
    if is_span and is_asking and (opens := open_before().search(before)):
        return _PERIOD, begin - len(before) + opens.start()
    clause_before = _SENTENCE_END.split(text[max(0, begin - 90) : begin])[-1]
    clause_after = _CLAUSE_END.split(text[day.end : day.end + 40])[0]
    if not is_asking or is_of_other(clause_before) or is_of_other(clause_after):
        return 0, 0
    if is_span:
        noun = application_time().search(before)
        if is_time_to_apply(text, begin, day.end):
            return _PERIOD, begin
        if noun and not internship_stems().occur_in(noun["gap"].lower()):
            return _PERIOD, begin - len(before) + noun.start()
        return 0, 0
    if (by := by_before(before)) is not None and not is_of_start(clause_before):
        return _ASKED, begin - len(before) + by
    if by_after_day().match(text, day.end):
        return _ASKED, begin
    return 0, 0


def _stated(text: str, day: Day, score: int, start: int, end: int) -> Deadline:
    clock = read_clock(western(text), day.start, day.end)
    quote = text[min(start, clock.start) : max(end, clock.end)].strip()
    if day.year is None:
        return score, None, None, clock.zone, None, clock.minute, day.month, day.day, quote
    return score, day.full(), _moment(text, day), clock.zone, "fixed", clock.minute, None, None, quote


def _kind_of(sentence: str) -> Deadline | None:
    if is_of_withdrawing(sentence.lower()):
        return None
    for kind in ("until_filled", "rolling"):
        stated = kind_words(kind).search(sentence)
        if stated and _is_of_applying(sentence.lower(), stated.start(), stated.end()):
            return _KIND_ONLY, None, None, None, kind, None, None, None, stated.group()
    return None


def _is_of_applying(lower: str, start: int, end: int) -> bool:
    """Whether words like "rolling" are said of applying: one alone may be of anything ("permanent missions")."""
    if " " in lower[start:end] or is_glued(lower[start:end]):
        return True
    beside = lower[max(0, start - _BESIDE_KIND) : end + _BESIDE_KIND]
    return application_stems().occur_in(beside) or asks_to_apply(beside)


_BESIDE_KIND = 60
"""Letters beside such a word."""


def _with_forced_year(
    month: int | None, day: int | None, after: date | None, before: date | None, today: date | None, quote: str
) -> tuple[date | None] | None:
    """The date with the only year that the day of posting, the day of the start, or both leave it; without these the next
    after today, where that is soon and of the day of the week that `quote` may name."""
    if month is None or day is None:
        return None
    if after is None and before is None:
        if today is None:
            return None
        coming = (Day(year, month, day, 0, 0).full() for year in (today.year, today.year + 1))
        soon = next((day for day in coming if day and timedelta(0) <= day - today <= _SOON), None)
        weekday = weekday_of(quote)
        return (soon if soon and weekday in (None, soon.weekday()) else None,)
    forced = set()
    for bound, sign in ((after, 1), (before, -1)):
        if bound is None:
            continue
        near = [
            candidate
            for year in (bound.year - 1, bound.year, bound.year + 1)
            if (candidate := Day(year, month, day, 0, 0).full())
            and timedelta(0) <= (candidate - bound) * sign <= _LONGEST_LEAD
        ]
        forced.add(near[0] if near else None)
    return (forced.pop(),) if len(forced) == 1 else None


def _in_utc(day: date | None, minute: int | None, zone: str | None) -> tuple[datetime] | None:
    return None if day is None or minute is None or zone is None else (moment(day, minute, zone),)


def _moment(text: str, day: Day) -> datetime | None:
    """The moment in UTC, where the text is an ISO time with its offset."""
    time = _TIME.match(text, day.end)
    if time is None:
        return None
    try:
        return datetime.fromisoformat(text[day.start : time.end()].replace("Z", "+00:00")).astimezone(UTC)
    except ValueError:
        return None


def _candidates(sentences: pl.DataFrame) -> pl.DataFrame:
    words = read_reference("dates")
    sentences = below_labels(sentences, {*deadline_labels(), *application_stems()}, _MAX_DATES_BELOW)
    labels = flat(words["deadline_labels"])
    worded = [phrase.strip("*") for phrase in flat([words["rolling"], words["until_filled"]])]
    kinds = having(sentences.filter(~pl.col("has_digit")), worded)
    asking = [*labels, *paper_words(), "(~", "(～"]
    return having(pl.concat([sentences.filter("has_digit"), kinds]), asking)
