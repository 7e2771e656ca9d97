"""Lengths: numbers with a unit of time in a text, with their bounds and extensions.

Belongs here: numbers in digits and words, ranges, "at least", "may be extended by". Does not belong here: the words (data/
reference/dates.yaml); what takes so long (`when.durations`).
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from pipeline.clean.language_tools.dictionary import (
    Literals,
    WordPattern,
    any_of,
    any_spelled,
    bare,
    flat,
    is_glued,
    read_reference,
)
from pipeline.clean.language_tools.extraction import WEEKS_A_MONTH
from pipeline.clean.language_tools.sense import denials
from pipeline.clean.language_tools.text import MARKS, western

_LONGEST = 260
"""Weeks: five years."""
_YEAR_OF_MONTHS = 52
"""Weeks: a longer length in words is one of years."""


class Length(NamedTuple):
    """Least and greatest weeks, the words, and where they stand. Without a number before its unit: `is_word`."""

    least: int | None
    most: int | None
    quote: str
    start: int
    end: int
    unit: str


def ends_with_lasting(lower: str) -> bool:
    """Whether what stands before a length, in lower case, ends with a word for lasting or spending."""
    return _lasting_before().search(lower) is not None


@cache
def _lasting_before() -> WordPattern:
    return WordPattern(
        flat(read_reference("dates")["lasting"]),
        lambda verbs: verbs + r"(?:[^\w.;]{1,2}[^\W\d]+){0,3}\W{1,2}$",
    )


def find_lengths(text: str) -> list[Length]:
    """Every duration in a text, in its order."""
    digits = western(text)
    stays: list[Length] = []
    end = 0
    for start in _number_starts(digits):
        match = _pattern().match(digits, start) if start >= end else None
        if match and (stay := _read(digits, match)):
            stays.append(stay._replace(quote=text[stay.start : stay.end]))
            end = match.end()
    worded = []
    lower = text.lower()
    for weeks, words, pattern in _worded() if _any_worded().occur_in(lower) else ():
        if not words.occur_in(lower):
            continue
        worded += [
            _length_in_words(text, weeks, match)
            for match in pattern.finditer(text)
            if not any(stay.start < match.end() and match.start() < stay.end for stay in stays)
            and not _YEAR_NUMBER.match(text, match.end())
            and not _ORDINAL.search(text[max(0, match.start() - 8) : match.start()])
        ]
    every = sorted([*stays, *_joined(text, worded)], key=lambda stay: stay.start)
    return [_with_other_end(text, digits, stay) for stay in _both_ends(text, every)]


_YEAR_NUMBER = re.compile(r"\s?(?:19|20)\d\d(?!\d)")
"""Behind a year that is named, and no length: "the budget for the year 2027"."""
_ORDINAL = re.compile(r"\d(?:[.ºª°]|[-–]?[^\W\d]{1,2})\s$")
"""Before a length in words that is counted, and lasts not so long: "7ο εξάμηνο", "5. semester"."""


def _length_in_words(text: str, weeks: int, match: re.Match[str]) -> Length:
    """A stay in words, or the bound that the words around it make of it: 半年以上, at least half a year."""
    start, end = match.span()
    unit = "year" if weeks > _YEAR_OF_MONTHS else "month"
    if bound := _bound_after("at_least_after").match(text, end):
        return Length(weeks, None, text[start : bound.end()], start, bound.end(), unit)
    if bound := _bound_before("at_least", before := text[max(0, start - 36) : start]):
        begin = start - len(before) + bound.start()
        return Length(weeks, None, text[begin:end], begin, end, unit)
    if bound := _bound_after("at_most_after").match(text, end):
        return Length(None, weeks, text[start : bound.end()], start, bound.end(), unit)
    if bound := _bound_before("at_most", before):
        begin = start - len(before) + bound.start()
        return Length(None, weeks, text[begin:end], begin, end, unit)
    return Length(weeks, weeks, match.group(), start, end, unit)


def _both_ends(text: str, stays: list[Length]) -> list[Length]:
    """Stays, of which a least and a greatest length side by side are one: "three months at least and six at most"."""
    joined: list[Length] = []
    for stay in stays:
        before = joined[-1] if joined else None
        is_end = (
            before
            and before.most is None
            and stay.least is None
            and _BETWEEN_ENDS.fullmatch(text, before.end, stay.start)
        )
        if before and is_end and (before.least or 0) <= (stay.most or 0):
            joined[-1] = before._replace(most=stay.most, quote=text[before.start : stay.end], end=stay.end)
        else:
            joined.append(stay)
    return joined


_BETWEEN_ENDS = re.compile(r"[^\d.;!?。；]{0,24}")


def _with_other_end(text: str, digits: str, stay: Length) -> Length:
    """A stay with one end and the other end that its clause states without a unit: "at least three months, at most six"."""
    if (stay.least is None) == (stay.most is None):
        return stay
    weeks = {"day": 1 / 7, "workday": 1 / 5, "week": 1.0, "month": WEEKS_A_MONTH, "year": 12 * WEEKS_A_MONTH}[stay.unit]
    if stay.most is None:
        other = _then_at_most_of_that().match(digits, stay.end)
        most = round((_number(other["number"] or other["behind"]) or 0) * weeks) if other else 0
        if other is None or not (stay.least or 0) <= most <= _LONGEST:
            return stay
        return stay._replace(most=most, quote=text[stay.start : other.end()], end=other.end())
    first = max(0, stay.start - _MAX_BEFORE)
    ahead = _at_least_of_that().search(digits[first : stay.start])
    least = round((_number(ahead["number"]) or 0) * weeks) if ahead else 0
    if ahead is None or not 0 < least <= stay.most:
        return stay
    begin = first + ahead.start()
    return stay._replace(least=least, quote=text[begin : stay.end], start=begin)


_MAX_BEFORE = 48
"""Letters before a greatest length in which its least one stands."""


def _joined(text: str, stays: list[Length]) -> list[Length]:
    """Stays in words, of which two that a word joins are one: "sechswöchiges bis dreimonatiges"."""
    joined: list[Length] = []
    for stay in sorted(stays, key=lambda stay: stay.start):
        before = joined[-1] if joined else None
        if before and _until().fullmatch(text, before.end, stay.start) and (before.least or 0) < (stay.most or 0):
            joined[-1] = Length(before.least, stay.most, text[before.start : stay.end], before.start, stay.end, "month")
        else:
            joined.append(stay)
    return joined


def _number_starts(text: str) -> list[int]:
    """Where a number, in digits or in words, begins."""
    latin = [match.start() for match in _WORD.finditer(text) if match.group().lower() in number_words()]
    return sorted([*latin, *(match.start() for match in _glued_number().finditer(text))])


_WORD = re.compile(rf"(?<![^\W\d_])[^\W\d_](?:[^\W\d_]|[{MARKS}]|(?<=[а-яії])['’ʼ](?=[а-яії]))*", re.IGNORECASE)


@cache
def _glued_number() -> re.Pattern[str]:
    return re.compile(
        "|".join([r"(?<!\d)\d{1,3}(?!\d)", *sorted(filter(is_glued, number_words()), key=len, reverse=True)])
    )


def _read(text: str, match: re.Match[str]) -> Length | None:
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
        return Length(span[0], span[1], "", start, end, _unit_name(match["least_unit"] or match["unit"]))
    before, after = text[max(0, start - 36) : start], text[end : end + 28]
    if bound := _bound_before("at_most", before):
        return Length(None, span[1], "", start - len(before) + bound.start(), end, unit)
    if _spans().search(before):  # a period of ("от", which elsewhere is "from") five months
        return Length(span[0], span[1], "", start, end, unit)
    if bound := _bound_before("at_least", before):
        more = _extension(text, end, least, match["unit"])
        begin = start - len(before) + bound.start()
        return Length(span[0], more[0] if more else None, "", begin, more[1] if more else end, unit)
    if bound := _bound_after("at_most_after").match(after):
        return Length(None, span[1], "", start, end + bound.end(), unit)
    if bound := _bound_after("at_least_after").match(after):
        return Length(span[0], None, "", start, end + bound.end(), unit)
    if match["more"]:
        return Length(span[0], None, "", start, end, unit)
    if more := _extension(text, end, least, match["unit"]):
        return Length(span[0], more[0], "", start, more[1], unit)
    return Length(span[0], span[1], "", start, end, unit)


def _extension(text: str, position: int, least: float, unit: str) -> tuple[int, int] | None:
    """The greatest weeks of a stay that "may be extended by a month", and where that ends."""
    match = _extension_pattern().match(text[position : position + 90])
    if match is None:
        return None
    if denials(match.group().lower()):
        return None
    more = _number(match["more"] or match["add"])
    if more is None or (match["unit"] and bare(match["unit"]) not in _units()):
        return None
    added_unit = match["unit"] or unit
    is_total = match["more"] and _up_to().search(match["words"]) and more > least
    total = round(more * _weeks_of(added_unit) + (0 if is_total else least * _weeks_of(unit)))
    return (total, position + match.end()) if total <= _LONGEST else None


@cache
def _extension_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<words>[^.]{{0,40}}?{_words('renewable')}[^.;\d]{{0,24}}?)(?:(?<![^\W\d_])(?!once\b|[^\W\d_]+\s\d|{_joining_word()}\s)(?P<more>{_number_pattern()})"
        rf"(?![^\W_])(?!\s{_words('times')})(?:[\s-]*(?P<unit>{_unit_pattern()}))?|$)"
        rf"|[^.;]{{0,16}}\b(?:um|von|by|de|di|por|met|med|o)\s+(?P<add>{_number_pattern()})\s+(?P<word>{_words('renewable')})",
        re.IGNORECASE,
    )


@cache
def _up_to() -> re.Pattern[str]:
    """What stands before a length that an extension ends at, and does not add: "extended to six", 延长至12个月."""
    joining = {"-", "–", "—", "~", "a", "à"}  # which add a length as often
    words = {*read_reference("dates")["until"], *flat(read_reference("dates")["at_most"])} - joining
    return re.compile(any_of(sorted(words)) + r"\s?$", re.IGNORECASE)


@cache
def _joining_word() -> str:
    """A word that joins two numbers and is one in another language: "extended to six", where "to" is two in Danish."""
    return any_of(sorted(number_words().keys() & {*read_reference("dates")["until"]}))


@cache
def number_words() -> dict[str, int]:
    return {word: number for number, words in read_reference("dates")["numbers"].items() for word in flat(words)}


def _number(text: str | None) -> float | None:
    if text is None:
        return None
    written = text.lower().replace(",", ".").partition("-")[0] if text[0].isdigit() else text.lower()
    return float(written) if written[0].isdigit() else number_words().get(written)


def _unit_name(unit: str) -> str:
    return _units()[bare(unit)]


def _weeks_of(unit: str) -> float:
    return {"day": 1 / 7, "workday": 1 / 5, "week": 1.0, "month": WEEKS_A_MONTH, "year": 12 * WEEKS_A_MONTH}[
        _unit_name(unit)
    ]


@cache
def _units() -> dict[str, str]:
    return {bare(form): name for name, forms in read_reference("dates")["units"].items() for form in forms}


_LETTER_NEXT = r"(?=[^\W\d_])"
"""Before hundreds of words: where no letter is next, none of them need be tried."""


@cache
def _number_pattern() -> str:
    latin = any_spelled(name for name in number_words() if not is_glued(name))
    glued = any_spelled(name for name in number_words() if is_glued(name))
    return rf"(?:\d{{1,3}}(?:[.,]5)?(?:-(?:х|ти|и|й|ма|м|го))?|{_LETTER_NEXT}(?:(?<![^\W\d_])(?:{latin})|{glued}))"


@cache
def _unit_pattern() -> str:
    units = flat(read_reference("dates")["units"])
    glued, latin = any_spelled(filter(is_glued, units)), any_spelled(unit for unit in units if not is_glued(unit))
    months = "|".join(map(re.escape, read_reference("dates")["units_or_months"]))
    return rf"(?:{_LETTER_NEXT}(?:(?!(?:{months})\s?\d)(?:{latin})(?![^\W\d_])|{glued}))"


@cache
def _until() -> re.Pattern[str]:
    """What joins the ends of a range."""
    words = "|".join(map(re.escape, sorted(read_reference("dates")["until"], key=len, reverse=True)))
    return re.compile(rf"\s?(?:{words}|{_joins()})\s?", re.IGNORECASE)


@cache
def _joins() -> str:
    return "|".join(map(re.escape, sorted(flat(read_reference("dates")["joins"]), key=len, reverse=True)))


@cache
def _pattern() -> re.Pattern[str]:
    number, unit = _number_pattern(), _unit_pattern()
    start = r"(?<![\d.,/€$£月월])(?<!월 )(?<!\d:)(?<![A-Za-z])"  # the day of 8月17日 is no length
    most = _words("at_most")
    written = r"(?:\s?\(\s?\d{1,2}\s?\))?"  # six (6) months
    return re.compile(
        rf"{start}(?P<least>{number})(?P<more>\+)?{written}(?:,\s(?:{number})(?=,|\s[^\W\d]+\s(?:{number}))){{0,6}}[\s-]{{0,5}}(?P<least_unit>{unit})?\s?"
        rf"(?:(?:{_until().pattern}\s?(?:{most}\s?)?|[,،，、]\s?(?:[^\W\d]{{1,3}}\s)?{most}\s?)(?P<most>{number}){written}(?![\d/]))?[\s\-‑]{{0,5}}(?P<unit>{unit})"
        rf"(?:\s?(?:and|und|et|y|e|en|,)?\s{{1,3}}(?P<rest>\d{{1,2}})\s?(?P<rest_unit>{unit}))?",
        re.IGNORECASE,
    )


def _bound_before(name: str, before: str) -> re.Match[str] | None:
    """The word for a bound that what stands before a number ends with."""
    return _bound_pattern(name).search(before)


@cache
def _bound_pattern(name: str) -> WordPattern:
    return WordPattern(
        flat(read_reference("dates")[name]),
        lambda words: rf"{words}(?:\s+{_words('lengths')}){{0,3}}[\s:]{{0,5}}$",
        re.IGNORECASE,
    )


@cache
def _spans() -> re.Pattern[str]:
    return re.compile(rf"{_words('spans')}\s$", re.IGNORECASE)


@cache
def _bound_after(name: str) -> re.Pattern[str]:
    return re.compile(r"\s{0,3}\(?" + _words(name), re.IGNORECASE)


@cache
def _then_at_most_of_that() -> re.Pattern[str]:
    """What follows "at least three months": ", at most six.", "and six at most"."""
    ends = rf"(?=\s?[.,;)。，]|\s{{0,3}}$|\s{_words('lasting')}|\s{_words('is')})"
    number = rf"(?P<number>{_number_pattern()})"
    ahead = rf"{_words('at_most')}\s{{0,3}}{number}{ends}"
    behind = (
        rf"(?:[,،，、]\s?|(?<=\s)(?:{_joins()})\s){number.replace('number', 'behind')}\s{_words('at_most_after')}{ends}"
    )
    return re.compile(rf"[^\d.;!?。；]{{0,24}}?(?:{ahead}|{behind})", re.IGNORECASE)


@cache
def _at_least_of_that() -> re.Pattern[str]:
    """What stands before "at most six months": "at least three and", "from three"."""
    return re.compile(
        rf"{_words('at_least')}\s{{0,3}}(?P<number>{_number_pattern()})[^\d.;!?。；]{{0,14}}$", re.IGNORECASE
    )


@cache
def _worded() -> tuple[tuple[int, Literals, re.Pattern[str]], ...]:
    return tuple(
        (int(weeks), Literals(word.strip("*") for word in words), re.compile(any_of(words), re.IGNORECASE))
        for weeks, words in read_reference("dates")["durations_in_words"].items()
    )


@cache
def _any_worded() -> Literals:
    return Literals(word for _, words, _ in _worded() for word in words)


@cache
def _words(name: str) -> str:
    return any_of(flat(read_reference("dates")[name]))
