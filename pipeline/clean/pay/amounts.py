"""Pay: whether a post is paid, how much, in which currency, for which time, and what the intern pays; only what is stated.

Belongs here: reading sums, ranges, periods and the words for paid and unpaid, in a field and in prose. Does not belong
here: the words (data/reference/pay.yaml, currencies.yaml), conversion by rates (`pipeline.clean.pay.pay_rates`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import polars as pl

from pipeline.clean.language_tools.dictionary import WordList, any_of, bare, flat, is_glued, read_reference, stems
from pipeline.clean.language_tools.extraction import Extraction, Schema, evidence, extraction, over_distinct, unknown
from pipeline.clean.language_tools.sentences import having, read_best
from pipeline.clean.language_tools.text import SHORT
from pipeline.clean.pay.pay_rates import FIELDS as CONVERTED
from pipeline.clean.pay.pay_rates import convert_pay, has_rate
from pipeline.clean.when.days import western

FIELDS: Schema = {
    "pay_status": pl.String,
    "pay_min": pl.Float64,
    "pay_max": pl.Float64,
    "pay_currency": pl.String,
    "pay_period": pl.String,
}
FEE_FIELDS: Schema = {"fee_min": pl.Float64, "fee_currency": pl.String}

_AMOUNT_SAID, _AMOUNT, _STANDS_ALONE, _ALLOWANCE, _PAID, _EXPENSES, _UNPAID = 9, 8, 7, 5, 4, 3, 2
"""Of several sentences on pay: a sum called pay, a sum a month or hour, a cell with a sum, then words. Expenses that are
refunded, or an allowance, go before "unpaid": the page says unpaid, but."""
_NEAR = 40
"""Letters around a sum in which words say what it is for."""


class Pay(NamedTuple):
    """What a text says of pay, and the words that say so."""

    status: str | None
    least: float | None
    most: float | None
    currency: str | None
    period: str | None
    status_quote: str | None
    amount_quote: str | None


def clean_pay(raw: pl.DataFrame, sentences: pl.DataFrame, countries: pl.Series, length: pl.DataFrame) -> Extraction:
    """The columns FIELDS, FEE_FIELDS and pay_rates.FIELDS; from the raw field, else from the best sentence.

    `sentences`: sentences.SENTENCES of the rows; `countries`: host countries (list), which settle signs such as "$";
    `length`: weeks_min and weeks_max, over which a total is spread, and hours_per_week."""
    one_country = pl.when(countries.list.len() == 1).then(countries.list.first())
    frame = raw.select("row", pl.col("pay").str.head(SHORT)).with_columns(pl.select(country=one_country)["country"])
    told = sentences.join(frame.select("row", "country"), on="row", how="left", maintain_order="left")
    schema: Schema = {"score": pl.Int32, **FIELDS, "status_quote": pl.String, "amount_quote": pl.String}

    def parse(pay: str | None, country: str | None) -> tuple[object, ...] | None:
        stated = parse_pay(pay, country) if pay else None
        return (1, *stated) if stated else None

    field = over_distinct(frame, ["pay", "country"], parse, schema)
    prose = read_best(_candidates(told), ["country"], parse_pay_sentence, schema)
    both = frame.select("row", text="pay").hstack(field).join(
        prose, on="row", how="left", maintain_order="left", suffix="_prose"
    )  # fmt: skip
    from_field = pl.col("score").is_not_null()
    rows = both.select(
        "row", "text",
        *(pl.when(from_field).then(name).otherwise(f"{name}_prose").alias(name) for name in schema),
        raw_field=pl.when(from_field).then(pl.lit("pay")).otherwise("raw_field"),
        is_read=from_field,
    )  # fmt: skip
    is_silent = pl.col("text").str.contains(f"(?i)^\\W*{any_of(read_reference('pay')['silent'])}")
    fee = _fee(frame, told)
    missed = rows.filter(~pl.col("is_read"), ~is_silent, fee.columns["fee_min"].is_null())
    unrated = rows.filter(~has_rate(pl.col("pay_currency")))
    converted = _converted(raw, rows, frame["country"], length)
    amounts = [name for name in FIELDS if name != "pay_status"]
    stated = extraction(
        rows.select(list(FIELDS)),
        [
            evidence(rows, "pay_status", "status_quote", pl.col("raw_field")),
            *(evidence(rows, name, "amount_quote", pl.col("raw_field")) for name in amounts),
            *(
                evidence(rows.hstack(converted), name, "amount_quote", pl.col("raw_field"), "derived")
                for name in CONVERTED
            ),
        ],
        [unknown(missed, "pay_status", "text"), unknown(unrated, "pay_month_eur", "pay_currency")],
    )
    return Extraction(
        pl.concat([stated.columns, fee.columns, converted], how="horizontal"),
        pl.concat([stated.evidence, fee.evidence]),
        stated.unknown,
    )


def parse_pay(text: str, country: str | None = None) -> Pay | None:
    """What the field for pay says; None where it says nothing.

    "$" is settled by `country` (ISO alpha-2), else the currency stays open."""
    words = read_reference("pay")
    text = western(text)
    unpaid = next(iter(_said("unpaid", text)), None)
    amount = next((amount for amount in _amounts(text, country) if not amount.is_fee and amount.is_stated), None)
    allowance = _outside(_said("allowance", text), unpaid)
    if amount and (unpaid is None or allowance):
        status = "allowance" if allowance else "paid"
        quote = allowance.group() if allowance else amount.quote
        return Pay(status, amount.least, amount.most, amount.currency, amount.period, quote, amount.quote)
    if unpaid and allowance is None:
        return Pay("unpaid", None, None, None, None, unpaid.group(), None)
    if re.match(rf"\W*{any_of(words['silent'])}", text, re.IGNORECASE):
        return None
    for status in ("expenses", "allowance", "paid"):
        if said := _outside(_said(status, text), unpaid):
            name = "expenses_only" if status == "expenses" else status
            return Pay(name, None, None, None, None, said.group(), None)
    return None


def parse_pay_sentence(sentence: str, country: str | None) -> tuple[object, ...] | None:
    """A score, and what a sentence of a description says of pay; None where it says nothing."""
    text = western(sentence)
    lower = text.lower()
    is_of_pay = _DIGIT.search(text) is not None and _has(_stems("pay_words"), lower)
    if amount := _pay_amount(text, lower, country, is_of_pay):
        allowance = _not_denied(text, "allowance")
        said = allowance.group() if allowance else amount.quote
        score = _AMOUNT_SAID if is_of_pay else (_AMOUNT if amount.period else _STANDS_ALONE)
        status = "allowance" if allowance else "paid"
        return score, status, amount.least, amount.most, amount.currency, amount.period, said, amount.quote
    if _has(_stems("no_status"), lower):
        return None
    allowance = _not_denied(text, "allowance")
    if allowance and (bare(allowance.group()) not in _weak() or _has(_stems("given"), lower)):
        period, start = _period_before(text, allowance.start())
        said = text[start : allowance.end()].strip()
        return _ALLOWANCE, "allowance", None, None, None, period, said, said if period else None
    if expenses := _not_denied(text, "expenses"):
        return _EXPENSES, "expenses_only", None, None, None, None, expenses.group(), None
    if unpaid := next((match.group() for match in _said("unpaid", text) if _is_of_post(text, match)), None) or _denied(
        text
    ):
        return _UNPAID, "unpaid", None, None, None, None, unpaid, None
    if paid := _paid_post(text):
        return _PAID, "paid", None, None, None, None, paid, None
    if wages := _not_denied(text, "wages"):
        return _PAID, "paid", None, None, None, None, wages.group(), None
    return None


def _pay_amount(text: str, lower: str, country: str | None, is_of_pay: bool) -> _Amount | None:
    """The first sum of a sentence that is pay: called so, or for a time, or alone in its cell."""
    for amount in _amounts(text, country):
        if not amount.has_sign or amount.is_fee or _is_of_other(lower, amount):
            continue
        if amount.period is None and amount.currency in read_reference("currencies")["ambiguous"]:
            continue
        stands_alone = len(text.strip()) <= len(amount.quote) + 2
        if amount.period or is_of_pay or stands_alone:
            return amount
    return None


def _is_of_other(lower: str, amount: _Amount) -> bool:
    """Whether the words of the same clause say that a sum is for travel, rent, a budget …"""
    before = _CLAUSE.split(lower[max(0, amount.start - _NEAR) : amount.start])[-1]
    after = _CLAUSE.split(lower[amount.end : amount.end + _NEAR // 2])[0]
    return _no_pay().search(before) is not None or _no_pay().search(after) is not None


_CLAUSE = re.compile(r"[,;:)+&、，；：]|\.\s|\s(?:plus|più|más|mais|und|and|et|y|e|och|og|i|и|sowie|ainsi que|en)\s")


def _not_denied(text: str, name: str) -> re.Match[str] | None:
    """The first of the words that nothing denies; unpaid words and fees around it do."""
    said = _said(name, text)
    unpaid = _said("unpaid", text) if said else []
    for match in said:
        if any(no.start() <= match.start() < no.end() for no in unpaid):
            continue
        before = text[max(0, match.start() - 30) : match.start()]
        if _has(_negations(), before.lower()) and _denied_before().search(before):
            continue
        if _denied_after().match(text, match.end()):
            continue
        return match
    return None


def _denied(text: str) -> str | None:
    """The words that deny an allowance or wages: "keine Vergütung", "sin beca", 手当なし."""
    for match in [*_said("allowance", text), *_said("salary", text)]:
        begin = max(0, match.start() - 30)
        ahead = text[begin : match.start()]
        if _has(_negations(), ahead.lower()) and (before := _denied_just_before().search(ahead)):
            return text[begin + before.start() : match.end()]
        if after := _denied_after().match(text, match.end()):
            return text[match.start() : after.end()]
    return None


def _is_of_post(text: str, unpaid: re.Match[str]) -> bool:
    """Whether a word for unpaid is said of the post: always, but for those that say so of coffee as well."""
    if bare(unpaid.group()) not in _free():
        return True
    clause = re.split(r"[,.;:]", text[: unpaid.start()])[-1]
    return re.search(_post(), clause, re.IGNORECASE) is not None or _post_after().match(text, unpaid.end()) is not None


def _paid_post(text: str) -> str | None:
    """A word for paid beside one for the post: "paid internship", "stage rémunéré", or in brackets, "(paid)"."""
    for match in _said("paid", text):
        before, after = text[max(0, match.start() - _NEAR) : match.start()], text[match.end() : match.end() + _NEAR]
        if (post := _post_before().search(before)) and not _denied_before().search(before):
            return before[post.start() :] + match.group()
        if (post := _post_after().match(after)) and not _denied_before().search(before):
            return match.group() + post.group()
        if before.rstrip().endswith("(") and after.lstrip().startswith(")"):
            return match.group()
    return None


def _said(name: str, text: str) -> list[re.Match[str]]:
    """Where the words of a list stand in a text, in order, the longest first.

    Each word has its own pattern, looked for only where its letters are: one pattern of them all is 50 times slower."""
    words = _list_of(name).likely(text)
    matches = {match.span(): match for word in words for match in _word_pattern(word).finditer(text)}
    return [matches[span] for span in sorted(matches, key=lambda span: (span[0], -span[1]))]


@cache
def _list_of(name: str) -> WordList:
    return WordList(flat(read_reference("pay")[name]))


@cache
def _word_pattern(word: str) -> re.Pattern[str]:
    return re.compile(any_of([word]), re.IGNORECASE)


def _has(words: tuple[str, ...], text: str) -> bool:
    for word in words:  # noqa: SIM110 (a generator in any() takes three times as long)
        if word in text:
            return True
    return False


def _fee(frame: pl.DataFrame, sentences: pl.DataFrame) -> Extraction:
    """fee_min, fee_currency: the first sum that the intern pays, in the field for pay or in prose."""
    schema: Schema = {"score": pl.Int32, **FEE_FIELDS, "quote": pl.String}

    def parse(text: str | None, country: str | None) -> tuple[object, ...] | None:
        if not text:
            return None
        fee = next((amount for amount in _amounts(western(text), country) if amount.is_fee and amount.has_sign), None)
        return (1, fee.least, fee.currency, text[fee.start : fee.end].strip()) if fee else None

    field = over_distinct(frame, ["pay", "country"], parse, schema)
    fees = having(sentences.filter("has_digit"), flat(read_reference("pay")["fee"]))
    prose = read_best(fees, ["country"], parse, schema)
    both = frame.select("row").hstack(field).join(prose, on="row", how="left", maintain_order="left", suffix="_prose")
    from_field = pl.col("score").is_not_null()
    rows = both.select(
        "row",
        *(pl.when(from_field).then(name).otherwise(f"{name}_prose").alias(name) for name in schema),
        raw_field=pl.when(from_field).then(pl.lit("pay")).otherwise("raw_field"),
    )
    return extraction(
        rows.select(list(FEE_FIELDS)), [evidence(rows, name, "quote", pl.col("raw_field")) for name in FEE_FIELDS]
    )


def _converted(raw: pl.DataFrame, pay: pl.DataFrame, country: pl.Series, length: pl.DataFrame) -> pl.DataFrame:
    day = raw["fetched_at"].str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    return convert_pay(
        pay.select("pay_min", "pay_currency", "pay_period")
        .hstack(length.select("weeks_min", "weeks_max", "hours_per_week"))
        .with_columns(country.alias("country"), day.alias("day"))
    )


def _candidates(sentences: pl.DataFrame) -> pl.DataFrame:
    words = read_reference("pay")
    reference = read_reference("currencies")
    said = [*flat(words["unpaid"]), *flat(words["allowance"]), *flat(words["expenses"]), *flat(words["paid"])]
    said += flat(words["wages"])
    signs = [*reference["codes"], *flat(reference["signs"]), *reference["shared"]]
    sign = "(?:" + "|".join(sorted(map(re.escape, signs), key=len, reverse=True)) + ")"
    times = "(?:" + "|".join(sorted(map(re.escape, words["multiplied"]), key=len, reverse=True)) + ")"
    is_sum = rf"(?i){sign}\s?\d|\d\s?(?:{times}\s?)?\+?(?:[,.]?[-–—]{{1,2}})?\s?{sign}"
    worded = pl.col("lower").str.contains_any(sorted({word.lower() for word in said}))
    marked = sentences.with_columns(is_worded=worded)
    sums = marked.filter("has_digit", ~pl.col("is_worded")).filter(pl.col("text").str.contains(is_sum))
    return pl.concat([marked.filter("is_worded"), sums]).drop("is_worded")


def _outside(matches: list[re.Match[str]], other: re.Match[str] | None) -> re.Match[str] | None:
    """The first match that is no part of another: the stipend of "no stipend" is none."""
    return next((match for match in matches if other is None or not other.start() <= match.start() < other.end()), None)


class _Amount(NamedTuple):
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


def _amounts(text: str, country: str | None) -> Iterator[_Amount]:
    """Every sum in a text that may be money, in its order."""
    position = 0
    last_fee: int | None = None
    while (start_of := _DIGIT.search(text, position)) is not None:
        is_between = _between_before().search(text[max(0, start_of.start() - 20) : start_of.start()]) is not None
        match = _amount_pattern(is_between).match(text, start_of.start())
        if match is None:
            position = _NUMBER_END.match(text, start_of.start()).end()  # type: ignore[union-attr]
            continue
        position = match.end()
        before, start = _sign_before(text, match.start())
        code, code_start = _sign_before(text, start) if before else (None, start)  # USD $1,200
        if code in _codes():
            before, start = code, code_start
        signs = [sign for sign in (before, match["middle"], match["after"]) if sign]
        period, end = _period_after(text, match.end())
        if re.match(r"\s?%", text[match.end() :]) or (not signs and period is None):
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
        is_fee = _is_fee(text, start, match.end()) or (
            last_fee is not None and _AND_SUM.fullmatch(text, last_fee, start) is not None
        )
        last_fee = match.end() if is_fee else None
        if period is None:
            period, start = _period_before(text, start)
        if period is None and (match["least_times"] or match["most_times"] or "").strip().lower() == "lpa":
            period = "year"
        quote = text[start:end].strip()
        yield _Amount(least, most, _currency_of(signs, country), bool(signs), period, is_fee, quote, start, end)


def _upper_after(text: str, position: int) -> tuple[float, int] | None:
    """The upper sum of a range that repeats its period, "$30/hr to $45/hr", and where it ends."""
    joined = _until_sum_again().match(text, position)
    upper = _amount_pattern().match(text, joined.end()) if joined else None
    number = _number(upper["least"]) if upper else None
    if upper is None or number is None:
        return None
    return number * _times(upper["least_times"]), _period_after(text, upper.end())[1]


_AND_SUM = re.compile(r"[^.;:!?]{0,40}?(?:\b(?:and|plus|und|et|y|e|en|och|og|i|a|then|or|oder)|[,/&+])\s?")
_DIGIT = re.compile(r"\d")
_NUMBER_END = re.compile(r"[\d.,]+")


def _sign_before(text: str, position: int) -> tuple[str | None, int]:
    """The sign of a currency just before a number, and where both begin."""
    end = position - 1 if text[position - 1 : position].isspace() else position
    for length in range(min(_longest_sign(), end), 0, -1):
        sign = text[end - length : end]
        known = sign.lower() in _signs() or sign in _codes()
        parted = (
            not (sign[0].isalpha() and not is_glued(sign))
            or not text[max(0, end - length - 1) : end - length].isalpha()
        )
        if known and parted:
            return sign, end - length
    return None, position


@cache
def _signs() -> frozenset[str]:
    reference = read_reference("currencies")
    return frozenset([*flat(reference["signs"]), *reference["shared"]])


@cache
def _codes() -> frozenset[str]:
    return frozenset(read_reference("currencies")["codes"])


@cache
def _longest_sign() -> int:
    return max(map(len, _signs()))


def _is_fee(text: str, start: int, end: int) -> bool:
    """Whether the words just before a sum, or just after, say that the intern pays it."""
    before, after = text[max(0, start - 40) : start], text[end : end + 24]
    if _has(_stems("no_fee"), before.lower()):
        return False
    return _fee_before().search(before) is not None or _fee_after().match(after) is not None


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
    return int(read_reference("pay")["multiplied"].get(bare(word)) or 1) if word else 1


def _currency_of(signs: list[str], country: str | None) -> str | None:
    """The first sign that names one currency, whatever the country; else what the country makes of the first."""
    named = (_currency(sign, None) for sign in signs)
    alone = next((currency for currency in named if currency), None)
    return alone or next((currency for sign in signs if (currency := _currency(sign, country))), None)


def _currency(sign: str, country: str | None) -> str | None:
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
    period = _period_of(match["unit"])
    return period, match.end() if period else position


def _period_before(text: str, position: int) -> tuple[str | None, int]:
    """The period that a few words before the sum name ("monthly stipend of up to 100 EUR"), and where that begins."""
    begin = max(0, position - _NEAR)
    ahead = text[begin:position]
    words = [*_WORD.finditer(ahead), *_glued_unit().finditer(ahead)]
    for word in sorted(words, key=lambda word: -word.start()):
        period = _period_of(word.group())
        leads = _UNTIL_SUM.fullmatch(ahead, word.end()) or (
            is_glued(word.group()) and _GLUED_UNTIL_SUM.fullmatch(ahead, word.end())
        )
        if period and leads and not _COUNTED.search(ahead[: word.start()]):
            return period, begin + word.start()
    return None, position


@lru_cache(maxsize=20_000)
def _period_of(unit: str) -> str | None:
    meaning = _periods()[1]
    # "på" is no "pa".
    return meaning.get(unit.lower()) or (meaning.get(bare(unit)) if len(unit) > 2 else None)


_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]+(?:[./][^\W\d_]+)*")
_GAP = r"[^\w|,;.、，；。(]"
_UNTIL_SUM = re.compile(rf"(?:{_GAP}{{1,3}}[^\W\d]+){{0,5}}{_GAP}{{0,3}}")
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
def _period_pattern() -> re.Pattern[str]:
    words = read_reference("pay")
    per, gross = any_of(words["per"]), any_of(words["gross"])
    return re.compile(
        rf"[\s(]*(?:{gross}[\s)]*)?(?:(?:/|{per})\s*)?\(?(?:{gross}[\s/]*)?(?P<unit>{_periods()[0]})", re.IGNORECASE
    )


@cache
def _weak() -> frozenset[str]:
    return frozenset(bare(word) for word in read_reference("pay")["weak"])


@cache
def _free() -> frozenset[str]:
    return frozenset(bare(word) for word in read_reference("pay")["free"])


@cache
def _stems(name: str) -> tuple[str, ...]:
    return tuple(stems(read_reference("pay")[name]))


@cache
def _fee_before() -> re.Pattern[str]:
    fee = any_of(flat(read_reference("pay")["fee"]))
    return re.compile(rf"{fee}[はがも]?\W{{0,3}}(?:[^\W\d]+\W{{1,3}}){{0,3}}$", re.IGNORECASE)


@cache
def _fee_after() -> re.Pattern[str]:
    fee = any_of(flat(read_reference("pay")["fee"]))
    return re.compile(rf"\W{{0,2}}(?:[^\W\d]+\W)?{fee}", re.IGNORECASE)


@cache
def _no_pay() -> re.Pattern[str]:
    words = sorted(_stems("no_pay"), key=len, reverse=True)
    latin = "|".join(re.escape(stem) for stem in words if not is_glued(stem))
    glued = "|".join(re.escape(stem) for stem in words if is_glued(stem))
    return re.compile(rf"(?<![^\W\d_])(?:{latin})|{glued}")


@cache
def _negations() -> tuple[str, ...]:
    return tuple(read_reference("pay")["negations"]["before"])


@cache
def _denied_before() -> re.Pattern[str]:
    before = any_of(read_reference("pay")["negations"]["before"])
    return re.compile(rf"{before}[\s-]{{1,2}}(?:[^\W\d]+[\s-]){{0,2}}$", re.IGNORECASE)


@cache
def _denied_after() -> re.Pattern[str]:
    after = any_of(read_reference("pay")["negations"]["after"])
    return re.compile(rf"\W{{0,2}}(?:[^\W\d]{{1,3}})?\s?{after}", re.IGNORECASE)


@cache
def _denied_just_before() -> re.Pattern[str]:
    words = read_reference("pay")["negations"]["before"]
    latin, glued = any_of(word for word in words if not is_glued(word)), any_of(filter(is_glued, words))
    return re.compile(rf"(?:{latin}\s+(?:[^\W\d]+\s+)?|{glued}\s?)$", re.IGNORECASE)


@cache
def _post() -> str:
    words = sorted(stems(read_reference("pay")["post"]), key=len, reverse=True)
    latin = "|".join(re.escape(stem) for stem in words if not is_glued(stem))
    glued = "|".join(re.escape(stem) for stem in words if is_glued(stem))
    return rf"(?:(?<![^\W\d_])(?:{latin})[^\W\d_]*|{glued})"


@cache
def _post_before() -> re.Pattern[str]:
    return re.compile(rf"{_post()}\W{{0,2}}(?:[^\W\d]+[^\w.]{{1,2}}){{0,3}}$", re.IGNORECASE)


@cache
def _post_after() -> re.Pattern[str]:
    return re.compile(rf"[^\w.]{{0,2}}(?:[^\W\d]+[^\w.]{{1,2}}){{0,2}}{_post()}", re.IGNORECASE)


@cache
def _until_sum_again() -> re.Pattern[str]:
    signs = "|".join(sorted(map(re.escape, _signs() | _codes()), key=len, reverse=True))
    return re.compile(rf"\s?(?:-|–|—|~|to|bis|à|a|hasta|até|do|до)\s?(?:{signs})\s?(?=\d)", re.IGNORECASE)


@cache
def _between_before() -> re.Pattern[str]:
    """A word for between, and it may be the sign of the currency, before a sum."""
    return re.compile(any_of(read_reference("pay")["between"]) + r"\s[^\d\s]{0,4}\s?[^\w\s]?$", re.IGNORECASE)


@cache
def _amount_pattern(is_between: bool = False) -> re.Pattern[str]:
    """A sum or a range of sums; `is_between`: a word for between stands before it, so that "and" joins its ends."""
    reference = read_reference("currencies")
    signs = sorted({*flat(reference["signs"]), *reference["shared"]}, key=len, reverse=True)
    codes = "|".join(_sign(code) for code in reference["codes"])
    sign = "(?:" + "|".join(_sign(word) for word in signs) + f"|(?-i:{codes}))"
    number = r"\d{1,3}(?:[ .,'’\u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
    times = any_of(read_reference("pay")["multiplied"]).replace(r"(?:\b", "(?:").replace(r"|\b", "|")
    until = r"(?:-|–|—|~|～|to|bis|à|a|al|hasta|до|do|until" + (
        rf"|{any_of(read_reference('pay')['and'])})" if is_between else ")"
    )
    round_sum = r"(?:[,.][-–—]{1,2})?"  # 500,-
    return re.compile(
        rf"(?<![\d.,])(?P<least>{number})(?:\s?(?P<least_times>{times}))?\+?{round_sum}"
        rf"\s?(?P<middle>{sign})?(?:\s?{until}\s?(?:{sign})?\s?(?P<most>{number})(?:\s?(?P<most_times>{times}))?\+?)?"
        rf"\s?(?P<after>{sign})?",
        re.IGNORECASE,
    )


def _sign(word: str) -> str:
    start = r"(?<![^\W\d_])" if word[0].isalpha() and not is_glued(word) else ""
    end = r"(?![^\W\d_])" if word[-1].isalpha() and word.isascii() else ""
    return f"{start}{re.escape(word)}{end}"
