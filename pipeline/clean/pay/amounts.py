"""Amounts: the sums of money in a text, with currency, period, and whether the intern pays them.

Belongs here: numbers, ranges, signs of currencies and words for a period. Does not belong here: the words (data/reference/
pay.yaml, currencies.yaml), whether a sum is pay (`pay.status`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from pipeline.clean.language_tools.dictionary import (
    Literals,
    any_of,
    any_spelled,
    bare,
    flat,
    is_glued,
    read_reference,
    stems,
)
from pipeline.clean.language_tools.text import MARKS
from pipeline.clean.pay.currencies import Named, codes, currency_of, longest_sign, named_after, named_before, signs

NEAR = 40
"""Letters around a sum in which words say what it is for."""


class Amount(NamedTuple):
    """A sum in a text. `is_stated`: with a sign or a period, so that it is no other number."""

    least: float
    most: float
    currency: str | None
    has_sign: bool
    period: str | None
    is_fee: bool
    quote: str
    start: int
    end: int

    @property
    def is_stated(self) -> bool:
        return self.has_sign or self.period is not None


def find_amounts(text: str, country: str | None) -> Iterator[Amount]:
    """Every sum in a text that may be money, in its order."""
    position = 0
    last_fee: int | None = None
    while (start_of := DIGIT.search(text, position)) is not None:
        is_between = _between_before().search(text[max(0, start_of.start() - 20) : start_of.start()]) is not None
        match = _amount_pattern(is_between).match(text, start_of.start())
        if match is None:
            position = _NUMBER_END.match(text, start_of.start()).end()  # type: ignore[union-attr]
            continue
        position = match.end()
        before, start = _sign_before(text, match.start())
        code, code_start = _sign_before(text, start) if before else (None, start)  # USD $1,200
        if code in codes():
            before, start = code, code_start
        beside = [sign for sign in (before, match["middle"], match["after"]) if sign]
        named = _named(text, match, start, bool(before), country)
        figures_end = named.end if named and named.start >= match.end("least") else match.end()
        start = min(start, named.start) if named else start
        position = figures_end
        period, end = _period_after(text, figures_end)
        if re.match(r"\s?%", text[match.end() :]) or (not beside and named is None and period is None):
            continue
        most_times = _times(match["most_times"])
        least_times = _times(match["least_times"]) if match["least_times"] or not match["most"] else most_times
        first = _number(match["least"])
        second = _number(match["most"]) if match["most"] else None
        if first is None or first == 0:
            continue
        least = first * least_times
        most = second * most_times if second is not None else least
        if match["most"] and not match["least_times"] and least > most:
            least = first
        if period and not match["most"] and (upper := _upper_after(text, end)):
            most, end = max(upper[0], least), upper[1]
            position = end
        if least > most:
            continue
        # One charge and another: "€850 for the first month and €450 for each further month".
        is_fee = _is_fee(text, start, figures_end) or (
            last_fee is not None and _AND_SUM.fullmatch(text, last_fee, start) is not None
        )
        if period is None and (whole := _for_the_whole().match(text, figures_end)):
            period, end = "total", whole.end()
        if period is None:
            figures_start = start
            period, start = period_before(text, start)
            is_fee = is_fee or (start < figures_start and _is_fee(text, start, figures_end))
            if period and not match["most"] and (upper := _upper_after(text, end)):
                most, end = max(upper[0], least), upper[1]
                position = end
        if period is None and (match["least_times"] or match["most_times"] or "").strip().lower() == "lpa":
            period = "year"
        last_fee = figures_end if is_fee else None
        quote = text[start:end].strip()
        currency = named.currency if named else currency_of(beside, country)
        yield Amount(least, most, currency, bool(beside or named), period, is_fee, quote, start, end)


def _named(text: str, match: re.Match[str], start: int, has_sign: bool, country: str | None) -> Named | None:
    """The currency that words beside a sum name, where no sign or code before it does."""
    if has_sign:
        return None
    sign = "after" if match["after"] else "middle"
    if match["middle"] and match["most"]:
        return None
    if not match[sign]:
        return named_after(text, match.end(), country) or named_before(text, start, country)
    return named_after(text, match.start(sign), country) if match[sign][-1].isalpha() else None


def _upper_after(text: str, position: int) -> tuple[float, int] | None:
    """The upper sum of a range that repeats its period, "$30/hr to $45/hr", and where it ends."""
    joined = _until_sum_again().match(text, position)
    upper = _amount_pattern().match(text, joined.end()) if joined else None
    number = _number(upper["least"]) if upper else None
    if upper is None or number is None:
        return None
    return number * _times(upper["least_times"]), _period_after(text, upper.end())[1]


_AND_SUM = re.compile(r"[^.;:!?]{0,40}?(?:\b(?:and|plus|und|et|y|e|en|och|og|i|a|then|or|oder)|[,/&+])\s?")

DIGIT = re.compile(r"\d")

_NUMBER_END = re.compile(r"[\d.,]+")


def _sign_before(text: str, position: int) -> tuple[str | None, int]:
    """The sign of a currency just before a number, and where both begin."""
    end = position - 1 if text[position - 1 : position].isspace() else position
    for length in range(min(longest_sign(), end), 0, -1):
        sign = text[end - length : end]
        known = sign.lower() in signs() or sign in codes()
        parted = (
            not (sign[0].isalpha() and not is_glued(sign))
            or not text[max(0, end - length - 1) : end - length].isalpha()
        )
        if known and parted:
            return sign, end - length
    return None, position


def _is_fee(text: str, start: int, end: int) -> bool:
    """Whether the words just before a sum, or just after, say that the intern pays it."""
    before, after = text[near_before(text, start) : start], text[end : end + 24]
    if pay_stems("no_fee").occur_in(before.lower()):
        return False
    return _fee_before().search(before) is not None or _fee_after().match(after) is not None


def near_before(text: str, position: int) -> int:
    """Where the whole words begin that stand before a sum."""
    begin = max(0, position - NEAR)
    while 0 < begin < position and text[begin - 1].isalpha() and text[begin].isalpha():
        begin += 1
    return begin


def _number(written: str) -> float | None:
    """A number with any thousands mark and decimal mark: 1.216,74 · 1,216.74 · 1'216 · 12 500 · 12,50."""
    text = re.sub(r"[\s'’\u00a0\u202f]", "", written)
    marks = re.findall(r"[.,]", text)
    if marks:
        last = text[max(text.rfind("."), text.rfind(",")) + 1 :]
        is_decimal = len(last) != 3 or (len(set(marks)) == 2) or text.startswith("0")
        if len(set(marks)) == 1 and len(marks) > 1:
            is_decimal = False
        if is_decimal:
            whole = re.sub(r"[.,]", "", text[: -len(last) - 1])
            text = f"{whole or 0}.{last}"
        else:
            text = re.sub(r"[.,]", "", text)
    try:
        return float(text)
    except ValueError:
        return None


def _times(word: str | None) -> int:
    multiplied = read_reference("pay")["multiplied"]
    return int(multiplied.get(word.lower()) or multiplied.get(bare(word)) or 1) if word else 1


def _period_after(text: str, position: int) -> tuple[str | None, int]:
    match = _period_pattern().match(text, position)
    if match is None and (named := _NEXT_WORD.match(text, position)):  # 500 євро стипендії щомісяця
        is_pay = pay_stems("pay_words").occur_in(named.group().lower())
        match = _period_pattern().match(text, named.end()) if is_pay else None
    if match is None and (converted := _CONVERTED.match(text, position)):
        match = _period_pattern().match(text, converted.end())
    if match is None:
        return None, position
    period = _period_of(match["unit"])
    return period, match.end() if period else position


_CONVERTED = re.compile(r"\s?\([^()]{0,8}\d[^()]{0,40}\)")
"""The same sum in another currency, before the period of both: "7,000 HKD (some 23 million VND) per month"."""


def period_before(text: str, position: int) -> tuple[str | None, int]:
    """The period that a few words before the sum name ("monthly stipend of up to 100 EUR"), and where that begins."""
    begin = near_before(text, position)
    ahead = text[begin:position]
    words = [*_WORD.finditer(ahead), *_glued_unit().finditer(ahead)]
    for word in sorted(words, key=lambda word: -word.start()):
        period = _period_of(word.group())
        leads = _UNTIL_SUM.fullmatch(ahead, word.end()) or (
            is_glued(word.group()) and _GLUED_UNTIL_SUM.fullmatch(ahead, word.end())
        )
        if period and leads and not _COUNTED.search(ahead[: word.start()]):
            return period, begin + word.start()
    return _period_of_sentence(text, position)


def _period_of_sentence(text: str, position: int) -> tuple[str | None, int]:
    """The period that a sentence begins with, where its first clause has the sum: "Each month the interns receive"."""
    last = max(text.rfind(mark, 0, position) for mark in _SENTENCE_MARKS) + 1
    match = _each_unit().match(text, last)
    period = _period_of(match["unit"]) if match and not _CLAUSE_COMMA.search(text, match.end(), position) else None
    return (period, match.start("each")) if match and period else (None, position)


_CLAUSE_COMMA = re.compile(r"[,،、，](?!\d)")
_SENTENCE_MARKS = ".;:!?\n。；："


@cache
def _each_unit() -> re.Pattern[str]:
    each = any_of(read_reference("pay")["each"])
    return re.compile(rf"[\W_]{{0,4}}(?P<each>{each})\s(?P<unit>{_periods()[0]})", re.IGNORECASE)


@lru_cache(maxsize=20_000)
def _period_of(unit: str) -> str | None:
    meaning = _periods()[1]
    # "på" is no "pa".
    return meaning.get(unit.lower()) or (meaning.get(bare(unit)) if len(unit) > 2 else None)


_NEXT_WORD = re.compile(r"\s[^\W\d_]+(?=\s)")
_LETTERS = rf"(?:[^\W\d_]|[{MARKS}])+"
_WORD = re.compile(rf"(?<![^\W\d_]){_LETTERS}(?:[./]{_LETTERS})*")

_GAP = r"[^\w|,;.、，；。(]"

_UNTIL_SUM = re.compile(rf"(?:{_GAP}{{1,3}}{_LETTERS}){{0,5}}{_GAP}{{0,3}}")
"""Words of the same cell and clause."""

_GLUED_UNTIL_SUM = re.compile(rf"[^\W\d_]{{0,8}}{_GAP}{{0,3}}")
"""The same without a blank: 每天补贴150元."""

_COUNTED = re.compile(r"\d[\s-]?$|[个個]$")
"""The month of "a 6-month stipend" or 6个月 is a length."""


@cache
def _glued_unit() -> re.Pattern[str]:
    return re.compile("|".join(sorted(filter(is_glued, _periods()[1]), key=len, reverse=True)))


@cache
def _periods() -> tuple[str, dict[str, str]]:
    """A pattern of every period word, and what each means."""
    periods = read_reference("pay")["periods"]
    meaning = {form.lower(): period for period, forms in periods.items() for form in forms}
    meaning |= {bare(form): period for form, period in meaning.items() if bare(form) not in meaning}
    return any_of(meaning), meaning


@cache
def _for_the_whole() -> re.Pattern[str]:
    return re.compile(r"\s?" + any_of(read_reference("pay")["for_the_whole"]), re.IGNORECASE)


@cache
def _period_pattern() -> re.Pattern[str]:
    words = read_reference("pay")
    per, gross = any_of(words["per"]), any_of(words["gross"])
    return re.compile(
        rf"(?:\s?\([^\d()]{{2,24}}\))?[\s(]*(?:{gross}[\s)]*)?(?:(?:/|{per})\s*)?\(?(?:{gross}[\s/]*)?(?P<unit>{_periods()[0]})",
        re.IGNORECASE,
    )


@cache
def pay_stems(name: str) -> Literals:
    return Literals(stems(read_reference("pay")[name]))


@cache
def _fee_before() -> re.Pattern[str]:
    fee = any_of(flat(read_reference("pay")["fee"]))
    return re.compile(rf"{fee}[はがも]?\W{{0,3}}(?:[^\W\d]+\W{{1,3}}){{0,3}}$", re.IGNORECASE)


@cache
def _fee_after() -> re.Pattern[str]:
    fee = any_of(flat(read_reference("pay")["fee"]))
    return re.compile(rf"\W{{0,2}}(?:[^\W\d]+\W)?{fee}", re.IGNORECASE)


@cache
def _until_sum_again() -> re.Pattern[str]:
    of_currencies = "|".join(sorted(map(re.escape, signs() | codes()), key=len, reverse=True))
    rises = r"[^.;\d]{0,20}\b(?:increas|ris|going up)\w* to"
    return re.compile(
        rf"(?:\s?(?:-|–|—|~|to|bis|à|a|hasta|até|do|до)|[;,]{rises})\s?(?:{of_currencies})\s?(?=\d)", re.IGNORECASE
    )


@cache
def _between_before() -> re.Pattern[str]:
    """A word for between, and it may be the sign of the currency, before a sum."""
    return re.compile(any_of(read_reference("pay")["between"]) + r"\s[^\d\s]{0,4}\s?[^\w\s]?$", re.IGNORECASE)


@cache
def _amount_pattern(is_between: bool = False) -> re.Pattern[str]:
    """A sum or a range of sums; `is_between`: a word for between stands before it, so that "and" joins its ends."""
    reference = read_reference("currencies")
    words = sorted(signs(), key=len, reverse=True)
    in_capitals = rf"(?<![^\W\d_]){any_spelled(reference['codes'])}(?![^\W\d_])"
    # Where a number or a blank is next, none of hundreds of signs need be tried.
    sign = r"(?=[^\d\s])(?:" + "|".join(_sign(word) for word in words) + f"|(?-i:{in_capitals}))"
    number = r"\d{1,3}(?:[ .,'’\u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
    times = any_of(read_reference("pay")["multiplied"]).replace(r"(?:\b", "(?:").replace(r"|\b", "|")
    until = r"(?:-|–|—|~|～|to|bis|à|a|al|hasta|até|до|do|until|hingga|sampai|đến|ถึง|إلى|עד|iki|līdz|tot|till|til" + (
        rf"|{any_of(read_reference('pay')['and'])})" if is_between else ")"
    )
    round_sum = r"(?:[,.][-–—]{1,2}|/[-–—=])?"  # 500,- and 12,000/-
    return re.compile(
        rf"(?<![\d.,])(?P<least>{number})(?:\s?(?P<least_times>{times})\.?)?\+?{round_sum}"
        rf"\s?(?P<middle>{sign})?(?:\s?{until}\s?(?:{sign})?\s?(?P<most>{number})(?:\s?(?P<most_times>{times})\.?)?\+?)?"
        rf"\s?(?P<after>{sign})?",
        re.IGNORECASE,
    )


_FIRST_OF_GLUED = "\u0590"
"""Latin, Greek, Cyrillic and Armenian, whose words end with their ending, stand before it."""


def _sign(word: str) -> str:
    start = r"(?<![^\W\d_])" if word[0].isalpha() and not is_glued(word) else ""
    end = r"(?![^\W\d_])" if word[-1].isalpha() and word[-1] < _FIRST_OF_GLUED else ""
    return f"{start}{re.escape(word)}{end}"
