"""Durations: how many weeks a stay takes, read from a field or from prose.

Belongs here: numbers with a unit of time, their bounds and extensions, and which sentence speaks of the stay. Does not
belong here: the words (data/reference/dates.yaml); weeks counted between two dates (`pipeline.clean.when.dates`).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

import polars as pl

from pipeline.clean.language_tools.dictionary import WordList, any_of, bare, flat, is_glued, read_reference, stems
from pipeline.clean.language_tools.extraction import Extraction, Schema, evidence, extraction, over_distinct, unknown
from pipeline.clean.language_tools.sentences import having, read_best
from pipeline.clean.when.days import western

WEEKS_A_MONTH = 4.345
"""365.25 / 12 / 7."""

_LONGEST = 260
"""Weeks: five years."""
_ALONE = 25
"""Letters beside a duration in a cell or line that needs no word for what lasts so long."""
_BEGINNING = 60
"""The same where the line begins with it."""

_FEW_WEEKS = 2
_SHORT = ("mo", "wk", "ay", "év", "kk", "hó")
"""Units of two letters that stand in few other words beside a number."""

_ASIDE = re.compile(r"[,(;|]|\.\s")
_CLAUSE = re.compile(r"[,(;:)\[\]–|/]|\.\s")

_READ: Schema = {"score": pl.Int32, "weeks_min": pl.Int32, "weeks_max": pl.Int32, "quote": pl.String}


class Stay(NamedTuple):
    """Least and greatest weeks, the words, and where they stand. Without a number before its unit: `is_word`."""

    least: int | None
    most: int | None
    quote: str
    start: int
    end: int
    unit: str


def clean_duration(frame: pl.DataFrame, sentences: pl.DataFrame) -> Extraction:
    """weeks_min, weeks_max; from the raw field `duration`, else from the sentence that speaks of the stay most plainly."""
    field = over_distinct(
        frame, ["duration"], lambda text: (2, *parsed) if text and (parsed := parse_duration(text)) else None, _READ
    )
    prose = read_best(_candidates(sentences), [], parse_stay, _READ)
    rows = (
        frame.select("row", text="duration")
        .hstack(field)
        .join(prose, on="row", how="left", maintain_order="left", suffix="_prose")
    )
    from_field = pl.col("score").is_not_null()
    rows = rows.select(
        "row", "text",
        *(pl.when(from_field).then(name).otherwise(f"{name}_prose").alias(name) for name in ("weeks_min", "weeks_max", "quote")),
        raw_field=pl.when(from_field).then(pl.lit("duration")).otherwise("raw_field"),
        is_read=from_field,
    )  # fmt: skip
    silent = any_of(read_reference("dates")["no_deadline"])
    missed = rows.filter(~pl.col("is_read"), ~pl.col("text").str.contains(f"(?i){silent}"))
    fields = ("weeks_min", "weeks_max")
    return extraction(
        rows.select(fields),
        [evidence(rows, field, "quote", pl.col("raw_field")) for field in fields],
        [unknown(missed, "weeks_min", "text")],
    )


def parse_duration(text: str) -> tuple[int | None, int | None, str] | None:
    """Least and greatest duration in weeks, and the words; None where the text states none."""
    stays = find_stays(text)
    return stays[0][:3] if stays else None


def parse_stay(sentence: str) -> tuple[int, int | None, int | None, str] | None:
    """What a sentence says of the length of the stay, with a score; None where its durations are of something else."""
    if _has(_stay_name_words(), sentence):
        sentence = _stay_names().sub(lambda match: "_" * len(match.group()), sentence)
    stays = find_stays(sentence)
    is_about_stay = bool(stays) and _has(_stay(), sentence)
    best: tuple[int, int | None, int | None, str] | None = None
    for stay in stays:
        before, after = (
            sentence[max(0, stay.start - 60) : stay.start].lower(),
            sentence[stay.end : stay.end + 60].lower(),
        )
        clause_before, clause_after = _CLAUSE.split(before)[-1], _CLAUSE.split(after)[0]
        label = _label_before(before)
        is_of_stay = _stay_after().match(clause_after) is not None
        if label is None and (
            _is_other(_ASIDE.split(before)[-1][-28:]) or (not is_of_stay and _is_other(clause_after[:24]))
        ):
            continue
        is_long = stay.unit in ("year", "day")
        if label is None and stay.unit == "year" and (stay.most is None or _is_other(clause_after)):
            continue  # years of experience
        if stay.unit == "day" and label is None and (stay.most or stay.least or 0) < _FEW_WEEKS:
            continue  # days a week, working days
        rest = len(sentence) - len(stay.quote)
        if label:
            score = 4
        elif is_long and not is_about_stay:
            continue
        elif rest <= _ALONE or (stay.start <= 3 and rest <= _BEGINNING):
            score = 3
        elif is_about_stay and (not is_long or stay.start <= 40):
            score = 3 if stay.start <= 60 else 2
        elif not is_long and (stay.start <= 3 or len((clause_before + clause_after).strip()) <= _ALONE // 2):
            score = 2
        else:
            continue
        if best is None or score > best[0]:
            best = (score, stay.least, stay.most, stay.quote)
    return best


def find_stays(text: str) -> list[Stay]:
    """Every duration in a text, in its order."""
    digits = western(text)
    stays: list[Stay] = []
    end = 0
    for start in _number_starts(digits):
        match = _pattern().match(digits, start) if start >= end else None
        if match and (stay := _read(digits, match)):
            stays.append(stay._replace(quote=text[stay.start : stay.end]))
            end = match.end()
    worded = []
    for weeks, words, pattern in _worded():
        if not _has(words, text):
            continue
        for match in pattern.finditer(text):
            if not any(stay.start < match.end() and match.start() < stay.end for stay in stays):
                worded.append(_worded_stay(text, weeks, match))
    return sorted([*stays, *_joined(text, worded)], key=lambda stay: stay.start)


def _worded_stay(text: str, weeks: int, match: re.Match[str]) -> Stay:
    """A stay in words, or the bound that the words around it make of it: 半年以上, at least half a year."""
    start, end = match.span()
    if bound := _bound_after("at_least_after").match(text, end):
        return Stay(weeks, None, text[start : bound.end()], start, bound.end(), "month")
    if bound := _bound_before("at_least", before := text[max(0, start - 36) : start]):
        begin = start - len(before) + bound.start()
        return Stay(weeks, None, text[begin:end], begin, end, "month")
    return Stay(weeks, weeks, match.group(), start, end, "month")


def _joined(text: str, stays: list[Stay]) -> list[Stay]:
    """Stays in words, of which two that a word joins are one: "sechswöchiges bis dreimonatiges"."""
    joined: list[Stay] = []
    for stay in sorted(stays, key=lambda stay: stay.start):
        before = joined[-1] if joined else None
        if before and _until().fullmatch(text, before.end, stay.start) and (before.least or 0) < (stay.most or 0):
            joined[-1] = Stay(before.least, stay.most, text[before.start : stay.end], before.start, stay.end, "month")
        else:
            joined.append(stay)
    return joined


def _number_starts(text: str) -> list[int]:
    """Where a number, in digits or in words, begins."""
    latin = [match.start() for match in _WORD.finditer(text) if match.group().lower() in _numbers()]
    return sorted([*latin, *(match.start() for match in _glued_number().finditer(text))])


_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]+(?![^\W\d_])")


@cache
def _glued_number() -> re.Pattern[str]:
    return re.compile("|".join([r"\d+", *sorted(filter(is_glued, _numbers()), key=len, reverse=True)]))


def _read(text: str, match: re.Match[str]) -> Stay | None:
    if any(found and bare(found) not in _units() for found in match.group("least_unit", "unit", "rest_unit")):
        return None  # letters that only a pattern without case takes for others
    unit = _unit_name(match["unit"])
    least, greatest = _number(match["least"]), _number(match["most"])
    if least is None:
        return None
    weeks = _weeks_of(match["unit"])
    span = [round(least * (_weeks_of(match["least_unit"]) if match["least_unit"] else weeks))]
    span.append(round((least if greatest is None else greatest) * weeks))
    if greatest is None and match["rest"]:
        rest = (_number(match["rest"]) or 0) * _weeks_of(match["rest_unit"])
        span = [round(least * weeks + rest)] * 2
    if greatest is not None and span[0] > span[1] and match["least_unit"]:  # five months and twelve days
        span = [round(least * _weeks_of(match["least_unit"]) + greatest * weeks)] * 2
    if not 0 < span[0] <= span[1] <= _LONGEST:
        return None
    start, end = match.span()
    if greatest is not None:
        return Stay(span[0], span[1], "", start, end, unit)
    before, after = text[max(0, start - 36) : start], text[end : end + 28]
    if bound := _bound_before("at_most", before):
        return Stay(None, span[1], "", start - len(before) + bound.start(), end, unit)
    if bound := _bound_before("at_least", before):
        ends = _then_at_most().match(text, end)
        most = _number(ends["least"]) if ends and bare(ends["unit"]) in _units() else None
        if ends and most and span[0] <= (weeks_most := round(most * _weeks_of(ends["unit"]))) <= _LONGEST:
            return Stay(span[0], weeks_most, "", start, ends.end(), unit)
        ends = _then_at_most_of_that().match(text, end)
        most = _number(ends["least"]) if ends else None
        if ends and most and span[0] <= (weeks_most := round(most * _weeks_of(match["unit"]))) <= _LONGEST:
            return Stay(span[0], weeks_most, "", start, ends.end(), unit)
        return Stay(span[0], None, "", start - len(before) + bound.start(), end, unit)
    if bound := _bound_after("at_most_after").match(after):
        return Stay(None, span[1], "", start, end + bound.end(), unit)
    if bound := _bound_after("at_least_after").match(after):
        ends = _pattern().match(text, end + bound.end())
        is_known = ends is not None and bare(ends["unit"]) in _units()
        weeks_most = round((_number(ends["least"]) or 0) * _weeks_of(ends["unit"])) if ends and is_known else 0
        if ends and span[0] <= weeks_most <= _LONGEST:
            return Stay(span[0], weeks_most, "", start, ends.end(), unit)
        return Stay(span[0], None, "", start, end + bound.end(), unit)
    if match["more"]:
        return Stay(span[0], None, "", start, end, unit)
    if more := _extension(text, end, least, match["unit"]):
        return Stay(span[0], more[0], "", start, more[1], unit)
    return Stay(span[0], span[1], "", start, end, unit)


def _extension(text: str, position: int, least: float, unit: str) -> tuple[int, int] | None:
    """The greatest weeks of a stay that "may be extended by a month", and where that ends."""
    match = re.match(
        rf"(?P<words>[^.;]{{0,40}}?{_words('renewable')}[^.;\d]{{0,24}}?)(?:(?<![^\W\d_])(?!once\b|[^\W\d_]+\s\d)(?P<more>{_number_pattern()})"
        rf"(?![^\W_])(?:[\s-]*(?P<unit>{_unit_pattern()}))?|$)"
        rf"|[^.;]{{0,16}}\b(?:um|von|by|de|di|por|met|med|o)\s+(?P<add>{_number_pattern()})\s+(?P<word>{_words('renewable')})",
        text[position : position + 90],
        re.IGNORECASE,
    )
    if match is None:
        return None
    if re.search(r"\b(?:not|non|sin|sem|nicht|ohne|without|sans|senza|pas|niet|no)\b", match.group(), re.IGNORECASE):
        return None
    more = _number(match["more"] or match["add"])
    if more is None or (match["unit"] and bare(match["unit"]) not in _units()):
        return None
    added_unit = match["unit"] or unit
    total = round(least * _weeks_of(unit) + more * _weeks_of(added_unit))
    return (total, position + match.end()) if total <= _LONGEST else None


def _candidates(sentences: pl.DataFrame) -> pl.DataFrame:
    """Sentences in which a number, or a word for one, stands before a unit of time."""
    units = flat(read_reference("dates")["units"])
    words = [word.strip("*") for word in flat(read_reference("dates")["durations_in_words"])]
    with_unit = having(sentences, [*(unit for unit in units if len(unit) > 2 or is_glued(unit)), *words, *_SHORT])
    return with_unit.filter(pl.col("text").str.contains(_cheap()))


@cache
def _cheap() -> str:
    """What polars can look for fast: a number, then within few letters a unit."""
    units = sorted(map(re.escape, flat(read_reference("dates")["units"])), key=len, reverse=True)
    of_letters, of_signs = (
        "|".join(unit for unit in units if is_glued(unit) == is_of_signs) for is_of_signs in (False, True)
    )
    latin = "|".join(sorted(re.escape(name) for name in _numbers() if not is_glued(name)))
    glued = "|".join(sorted(re.escape(name) for name in _numbers() if is_glued(name)))
    worded = {word.strip("*") for word in flat(read_reference("dates")["durations_in_words"])}
    words = "|".join(sorted(map(re.escape, worded), key=lambda word: (-len(word), word)))
    number = rf"(?:\d|(?:^|\P{{L}})(?:{latin})|{glued})"
    return rf"(?i){number}\+?(?:[\s)\-–‑]{{0,3}}|\s?\(\d+\)\s?)(?:(?:{of_letters})(?:\P{{L}}|$)|{of_signs})|{words}"


# --------------------------------------------------------------------------------------------------------------- words


@cache
def _numbers() -> dict[str, int]:
    return {word: number for number, words in read_reference("dates")["numbers"].items() for word in flat(words)}


def _number(text: str | None) -> float | None:
    if text is None:
        return None
    written = text.lower().replace(",", ".")
    return float(written) if written[0].isdigit() else _numbers().get(written)


def _unit_name(unit: str) -> str:
    return _units()[bare(unit)]


def _weeks_of(unit: str) -> float:
    return {"day": 1 / 7, "week": 1.0, "month": WEEKS_A_MONTH, "year": 12 * WEEKS_A_MONTH}[_unit_name(unit)]


@cache
def _units() -> dict[str, str]:
    return {bare(form): name for name, forms in read_reference("dates")["units"].items() for form in forms}


@cache
def _number_pattern() -> str:
    latin = "|".join(sorted((name for name in _numbers() if not is_glued(name)), key=len, reverse=True))
    glued = "|".join(sorted((name for name in _numbers() if is_glued(name)), key=len, reverse=True))
    return rf"(?:\d{{1,3}}(?:[.,]5)?|(?<![^\W\d_])(?:{latin})|{glued})"


@cache
def _unit_pattern() -> str:
    ordered = sorted(flat(read_reference("dates")["units"]), key=lambda unit: (-len(unit), unit))
    glued = "|".join(re.escape(unit) for unit in ordered if is_glued(unit))
    latin = "|".join(re.escape(unit) for unit in ordered if not is_glued(unit))
    months = "|".join(map(re.escape, read_reference("dates")["units_or_months"]))
    return rf"(?:(?!(?:{months})\s?\d)(?:{latin})(?![^\W\d_])|{glued})"


@cache
def _until() -> re.Pattern[str]:
    """What joins the ends of a range."""
    words = "|".join(map(re.escape, sorted(read_reference("dates")["until"], key=len, reverse=True)))
    joins = r"or|oder|ou|o|of|eller|lub|nebo|vagy|sau|veya|или|або|ή|tai|y|and|und|e|et|或"
    return re.compile(rf"\s?(?:{words}|{joins})\s?", re.IGNORECASE)


@cache
def _pattern() -> re.Pattern[str]:
    number, unit = _number_pattern(), _unit_pattern()
    start = r"(?<![\d.,/€$£月월])(?<!월 )(?<!\d:)(?<![A-Za-z])"  # the day of 8月17日 is no length
    most = _words("at_most")
    written = r"(?:\s?\(\s?\d{1,2}\s?\))?"  # six (6) months
    return re.compile(
        rf"{start}(?P<least>{number})(?P<more>\+)?{written}(?:,\s\d{{1,2}}(?=,|\s[^\W\d]+\s\d))*[\s-]*(?P<least_unit>{unit})?\s*"
        rf"(?:(?:{_until().pattern}\s*(?:{most}\s*)?|,\s{most}\s*)(?P<most>{number}){written}(?![\d/]))?[\s\-‑]*(?P<unit>{unit})"
        rf"(?:\s*(?:and|und|et|y|e|en|,)?\s+(?P<rest>\d{{1,2}})\s*(?P<rest_unit>{unit}))?",
        re.IGNORECASE,
    )


def _bound_before(name: str, before: str) -> re.Match[str] | None:
    """The word for a bound that what stands before a number ends with."""
    likely = _list_of(name).likely(before)
    return _bound_pattern(likely).search(before) if likely else None


@lru_cache(maxsize=500)
def _bound_pattern(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"{any_of(words)}(?:\s+{_words('lengths')}){{0,3}}[\s:]*$", re.IGNORECASE)


@cache
def _bound_after(name: str) -> re.Pattern[str]:
    return re.compile(r"\s*\(?" + _words(name), re.IGNORECASE)


@cache
def _then_at_most() -> re.Pattern[str]:
    """What follows "at least three months": ", at most six months"."""
    return re.compile(
        rf"\W{{1,3}}(?:[^\W\d]+\W{{1,2}}){{0,2}}{_words('at_most')}\s*{_pattern().pattern}", re.IGNORECASE
    )


@cache
def _then_at_most_of_that() -> re.Pattern[str]:
    """The same without a unit: "at least three months, at most six."."""
    return re.compile(
        rf"\W{{1,3}}(?:[^\W\d]+\W{{1,2}}){{0,2}}{_words('at_most')}\s*(?P<least>{_number_pattern()})(?=\s?[.,;)]|\s*$)",
        re.IGNORECASE,
    )


@cache
def _worded() -> tuple[tuple[int, tuple[str, ...], re.Pattern[str]], ...]:
    return tuple(
        (int(weeks), tuple(word.strip("*") for word in words), re.compile(any_of(words), re.IGNORECASE))
        for weeks, words in read_reference("dates")["durations_in_words"].items()
    )


@cache
def _words(name: str) -> str:
    return any_of(flat(read_reference("dates")[name]))


@cache
def _list_of(name: str) -> WordList:
    return WordList(flat(read_reference("dates")[name]))


def _label_before(before: str) -> re.Match[str] | None:
    """The label of a length that what stands before it, in lower case, ends with."""
    likely = _list_of("duration_labels").likely(before)
    return _label_pattern(likely).search(before) if likely else None


@lru_cache(maxsize=500)
def _label_pattern(labels: frozenset[str]) -> re.Pattern[str]:
    return re.compile(any_of(labels) + r"\W{0,3}(?:[^\W\d]+\W{1,2}){0,3}$")


@cache
def _stay() -> tuple[str, ...]:
    return tuple(stems(read_reference("dates")["stay"]))


@cache
def _stay_after() -> re.Pattern[str]:
    """The word for the stay right behind its length, or whom it is for: what follows is said of these, not of the length."""
    nouns, who = (
        "|".join(re.escape(stem) for stem in sorted(stems(read_reference("dates")[name]), key=len, reverse=True))
        for name in ("internship_stems", "stay_for")
    )
    to_whom = r"\s(?:for|für|pour|para|per|voor|för|dla|pro|pentru|для)\s(?:[^\W\d]+\s)?"
    return re.compile(rf"[\s-]{{0,2}}(?:{nouns})|{to_whom}(?:{who})")


@cache
def _stay_name_words() -> tuple[str, ...]:
    return tuple(word.strip("*") for word in read_reference("dates")["stay_names"])


@cache
def _stay_names() -> re.Pattern[str]:
    return re.compile(any_of(read_reference("dates")["stay_names"]), re.IGNORECASE)


def _has(stems: tuple[str, ...], text: str) -> bool:
    lower = text.lower()
    for stem in stems:  # noqa: SIM110 (a generator in any() takes three times as long)
        if stem in lower:
            return True
    return False


def _is_other(lower: str) -> bool:
    """Whether words in lower case say that what lasts is no stay."""
    return _has(_no_stay_stems(), lower) and _no_stay().search(lower) is not None


@cache
def _no_stay_stems() -> tuple[str, ...]:
    return tuple(stems(read_reference("dates")["no_stay"]))


@cache
def _no_stay() -> re.Pattern[str]:
    """Stems count at the beginning of a word; those of a script that does not part words anywhere."""
    words = _no_stay_stems()
    latin = "|".join(re.escape(stem) for stem in sorted(words, key=len, reverse=True) if not is_glued(stem))
    glued = "|".join(re.escape(stem) for stem in sorted(words, key=len, reverse=True) if is_glued(stem))
    return re.compile(rf"(?<![^\W\d_])(?:{latin})|{glued}")
