"""Pay: whether a post is paid, how much, in which currency, for which time; only what is stated.

Belongs here: reading sums, ranges, periods and the words for paid and unpaid. Does not belong here: the words (data/
reference/pay.yaml, currencies.yaml), conversion by rates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import polars as pl

from pipeline.clean.found import Found, evidence, found, over_distinct, unknown
from pipeline.clean.labels import SEPARATOR, labelled
from pipeline.clean.text import SHORT
from pipeline.clean.words import any_of, flat, is_glued, read_reference

FIELDS = {
    "pay_status": pl.String,
    "pay_min": pl.Float64,
    "pay_max": pl.Float64,
    "pay_currency": pl.String,
    "pay_period": pl.String,
}


class Pay(NamedTuple):
    """What a text says of pay, and the words that say so."""

    status: str | None
    least: float | None
    most: float | None
    currency: str | None
    period: str | None
    status_quote: str | None
    amount_quote: str | None


def clean_pay(raw: pl.DataFrame, descriptions: pl.Series, countries: pl.Series) -> Found:
    """pay_status, pay_min, pay_max, pay_currency, pay_period; from the raw field, else from labelled lines.

    `descriptions`: plain text; `countries`: host countries (list), which settle signs such as "$"."""
    frame = raw.select(
        "row", pl.col("pay").str.head(SHORT),
        lines=labelled(descriptions, flat(read_reference("pay")["labels"])),
        country=pl.select(pl.when(countries.list.len() == 1).then(countries.list.first()).alias("c"))["c"],
    )  # fmt: skip

    def parse(pay: str | None, lines: str | None, country: str | None) -> tuple[object, ...] | None:
        stated = parse_pay(pay, country) if pay else None
        if stated:
            return *stated, "pay"
        for line in (lines or "").split(SEPARATOR):
            if line and (stated := parse_pay(line, country, labelled_line=True)):
                return *stated, "description"
        return None

    schema = {**FIELDS, "status_quote": pl.String, "amount_quote": pl.String, "raw_field": pl.String}
    parsed = over_distinct(frame, ["pay", "lines", "country"], parse, schema)
    rows = frame.select("row", text="pay").hstack(parsed)
    is_silent = pl.col("text").str.contains(f"(?i)^\\W*{any_of(read_reference('pay')['silent'])}")
    missed = rows.filter(pl.col("pay_status").is_null() & ~is_silent)
    amounts = [name for name in FIELDS if name != "pay_status"]
    return found(
        parsed.select(list(FIELDS)),
        [
            evidence(rows, "pay_status", "status_quote", pl.col("raw_field")),
            *(evidence(rows, name, "amount_quote", pl.col("raw_field")) for name in amounts),
        ],
        [unknown(missed, "pay_status", "text")],
    )


def parse_pay(text: str, country: str | None = None, labelled_line: bool = False) -> Pay | None:
    """What `text` says of pay; None where it says nothing. In a labelled line of a description a sum needs a currency.

    "$" is settled by `country` (ISO alpha-2), else the currency stays open."""
    words = read_reference("pay")
    unpaid = re.search(_words_of("unpaid"), text, re.IGNORECASE)
    amount = _amount(text, country)
    if amount and labelled_line and amount.currency is None and not amount.has_sign:
        amount = None
    allowance = _outside(re.finditer(_words_of("allowance"), text, re.IGNORECASE), unpaid)
    if amount and (unpaid is None or allowance):
        status = "allowance" if allowance else "paid"
        quote = allowance.group() if allowance else amount.quote
        return Pay(status, amount.least, amount.most, amount.currency, amount.period, quote, amount.quote)
    if unpaid and allowance is None:
        return Pay("unpaid", None, None, None, None, unpaid.group(), None)
    if re.match(rf"\W*{any_of(words['silent'])}", text, re.IGNORECASE) or labelled_line:
        return None
    for status in ("expenses", "allowance", "paid"):
        if said := _outside(re.finditer(_words_of(status), text, re.IGNORECASE), unpaid):
            name = "expenses_only" if status == "expenses" else status
            return Pay(name, None, None, None, None, said.group(), None)
    return None


def _outside(matches: Iterator[re.Match[str]], other: re.Match[str] | None) -> re.Match[str] | None:
    """The first match that is no part of another: the stipend of "no stipend" is none."""
    return next((match for match in matches if other is None or not other.start() <= match.start() < other.end()), None)


class _Amount(NamedTuple):
    least: float | None
    most: float
    currency: str | None
    has_sign: bool
    period: str | None
    quote: str
    end: int


def _amount(text: str, country: str | None) -> _Amount | None:
    for match in _amount_pattern().finditer(text):
        sign = match["before"] or match["middle"] or match["after"]
        period, end = _period_after(text, match.end())
        if (sign is None and period is None) or _is_fee(text, match.start()):
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
        if least > most:
            continue
        start = match.start()
        if period is None:
            period, start = _period_before(text, start)
        quote = text[start:end].strip()
        return _Amount(least, most, _currency(sign, country), sign is not None, period, quote, end)
    return None


def _is_fee(text: str, position: int) -> bool:
    """Whether the words just before a sum say that the intern pays it."""
    before = text[max(0, position - 30) : position]
    return re.search(rf"{_words_of('fee')}\W{{0,3}}(?:[^\W\d]+\W{{1,3}}){{0,2}}$", before, re.IGNORECASE) is not None


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
    return int(read_reference("pay")["multiplied"][word.strip().lower()]) if word else 1


def _currency(sign: str | None, country: str | None) -> str | None:
    if sign is None:
        return None
    reference = read_reference("currencies")
    word = sign.strip().lower()
    if word.upper() in reference["codes"]:
        return word.upper()
    for code, signs in reference["signs"].items():
        if word in signs:
            return str(code)
    candidates = reference["shared"].get(word, [])
    if len(candidates) == 1:
        return str(candidates[0])
    local = reference["by_country"].get(country)
    return local if local in candidates else None


def _period_after(text: str, position: int) -> tuple[str | None, int]:
    match = _period_pattern().match(text, position)
    if match is None:
        return None, position
    return _periods()[1][match["unit"].lower()], match.end()


def _period_before(text: str, position: int) -> tuple[str | None, int]:
    """The period that a few words before the sum name ("monthly stipend of up to 100 EUR"), and where that begins."""
    begin = max(0, position - 40)
    match = re.search(
        rf"(?P<unit>{_periods()[0]})(?:\W{{1,3}}[^\W\d]+){{0,5}}\W{{0,3}}$", text[begin:position], re.IGNORECASE
    )
    return (_periods()[1][match["unit"].lower()], begin + match.start()) if match else (None, position)


@cache
def _periods() -> tuple[str, dict[str, str]]:
    """A pattern of every period word, and what each means."""
    periods = read_reference("pay")["periods"]
    meaning = {form.lower(): period for period, forms in periods.items() for form in forms}
    return any_of(meaning), meaning


@cache
def _period_pattern() -> re.Pattern[str]:
    words = read_reference("pay")
    per, gross = any_of(words["per"]), any_of(words["gross"])
    return re.compile(
        rf"[\s(]*(?:{gross}[\s)]*)?(?:(?:/|{per})\s*)?\(?(?:{gross}[\s/]*)?(?P<unit>{_periods()[0]})", re.IGNORECASE
    )


@cache
def _words_of(name: str) -> str:
    return any_of(flat(read_reference("pay")[name]))


@cache
def _amount_pattern() -> re.Pattern[str]:
    reference = read_reference("currencies")
    signs = sorted({*reference["codes"], *flat(reference["signs"]), *reference["shared"]}, key=len, reverse=True)
    sign = "(?:" + "|".join(_sign(word) for word in signs) + ")"
    number = r"\d{1,3}(?:[ .,'’\u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
    times = any_of(read_reference("pay")["multiplied"]).replace(r"(?:\b", "(?:").replace(r"|\b", "|")
    until = r"(?:-|–|—|~|～|to|bis|à|a|al|hasta|до|do|until)"
    return re.compile(
        rf"(?P<before>{sign})?\s?(?<![\d.,])(?P<least>{number})\s?(?P<least_times>{times})?\+?"
        rf"\s?(?P<middle>{sign})?(?:\s?{until}\s?(?:{sign})?\s?(?P<most>{number})\s?(?P<most_times>{times})?\+?)?"
        rf"\s?(?P<after>{sign})?",
        re.IGNORECASE,
    )


def _sign(word: str) -> str:
    start = r"(?<![^\W\d_])" if word[0].isalpha() and not is_glued(word) else ""
    end = r"(?![^\W\d_])" if word[-1].isalpha() and word.isascii() else ""
    return f"{start}{re.escape(word)}{end}"
