"""Pay: whether a post is paid, how much, in which currency and for which time; only what is stated.

Belongs here: the words for paid and unpaid, in a field and in prose, and which sum is pay. Does not belong here: the words
themselves (data/reference/pay.yaml), reading sums (`pay.amounts`), what other sums are for (`pay.other_sums`), conversion by
rates (`pay.pay_rates`).
"""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from typing import NamedTuple

import polars as pl

from pipeline.clean.language_tools.dictionary import (
    WordPattern,
    any_of,
    bare,
    flat,
    hints,
    holds,
    read_reference,
)
from pipeline.clean.language_tools.extraction import Extraction, Schema, evidence, extraction, over_distinct, unknown
from pipeline.clean.language_tools.sense import clause_of, denials
from pipeline.clean.language_tools.sentences import QUESTION_MARKS, read_best
from pipeline.clean.language_tools.text import SHORT, western
from pipeline.clean.pay.amounts import DIGIT, Amount, find_amounts, pay_stems, period_before
from pipeline.clean.pay.currencies import noun_hints
from pipeline.clean.pay.denial import denied, giving, mentions, not_denied, pay_denials
from pipeline.clean.pay.fee import clean_fee
from pipeline.clean.pay.other_sums import is_of_other, names_other
from pipeline.clean.pay.pay_rates import FIELDS as CONVERTED
from pipeline.clean.pay.pay_rates import convert_pay, has_rate
from pipeline.clean.pay.post import PART_MARK, is_of_post, paid_post

FIELDS: Schema = {
    "pay_status": pl.String,
    "pay_min": pl.Float64,
    "pay_max": pl.Float64,
    "pay_currency": pl.String,
    "pay_period": pl.String,
}

_NAMED_AMOUNT, _AMOUNT, _AMOUNT_ALONE, _AMOUNT_OF_OTHERS = 9, 8, 7, 6
_ALLOWANCE, _PAID, _EXPENSES, _UNPAID = 5, 4, 3, 2
_SALARY_OFFERED = 3
"""Of several sentences on pay: a sum called pay that is for a month or hour or is given, a sum of which one is stated, a cell
with a sum, a sum that somebody else gives, then words. Expenses that are refunded, or an allowance, go before "unpaid": the page
says unpaid, but."""


_COUNTRY_OF_CROWNS = {"nb": "NO", "da": "DK", "sv": "SE", "is": "IS", "fo": "FO"}
"""Whose crowns a page in a language that is written in one country means, wherever the host is."""

_FEW_HOSTS = 4
"""Of so many host countries the currency can be told by a sign that only one of them has."""

_OF_OTHERS = 1
"""A grant that somebody else gives, such as the Erasmus+ grant of one's university: what the host says goes before."""

_MAX_QUESTION_LETTERS, _MAX_LABEL_LETTERS = 60, 25


class Pay(NamedTuple):
    """What a text says of pay, and the words that say so."""

    status: str | None
    least: float | None
    most: float | None
    currency: str | None
    period: str | None
    status_quote: str | None
    amount_quote: str | None


def clean_pay(
    raw: pl.DataFrame, sentences: pl.DataFrame, countries: pl.Series, languages: pl.Series, length: pl.DataFrame
) -> Extraction:
    """The columns FIELDS, FEE_FIELDS and pay_rates.FIELDS; from the raw field, else from the best sentence.

    `sentences`: sentences.SENTENCES of the rows; `countries`: host countries (list), which settle signs such as "$", and where
    they do not, the language of the posting does (`languages`): a sentence is read with all, as "JP+CA/NO";
    `length`: weeks_min and weeks_max, over which a total is spread, and hours_per_week."""
    one_country = pl.when(countries.list.len() == 1).then(countries.list.first())
    host = pl.select(country=one_country)["country"]
    hosts = pl.select(pl.when(countries.list.len() <= _FEW_HOSTS).then(countries.list.join("+")).alias("hosts"))[
        "hosts"
    ]
    home = languages.replace_strict(_COUNTRY_OF_CROWNS, default=None, return_dtype=pl.String)
    both_countries = pl.concat_str(pl.lit(hosts), pl.lit(home), separator="/", ignore_nulls=True)
    frame = raw.select("row", pl.col("pay").str.head(SHORT), country=pl.when(both_countries != "").then(both_countries))
    sentences = sentences.join(frame.select("row", "country"), on="row", how="left", maintain_order="left")
    schema: Schema = {"score": pl.Int32, **FIELDS, "status_quote": pl.String, "amount_quote": pl.String}

    def parse(pay: str | None, country: str | None) -> tuple[object, ...] | None:
        stated = parse_pay(pay, country) if pay else None
        return (1, *stated) if stated else None

    field = over_distinct(frame, ["pay", "country"], parse, schema)
    prose = read_best(_candidates(sentences), ["country"], parse_pay_sentence, schema)
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
    fee = clean_fee(frame, sentences)
    missed = rows.filter(~pl.col("is_read"), ~is_silent, fee.columns["fee_min"].is_null())
    unrated = rows.filter(~has_rate(pl.col("pay_currency")))
    converted = _converted(raw, rows, host, length)
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
    unpaid = next(iter(mentions("unpaid", text)), None)
    amount = next((amount for amount in find_amounts(text, country) if not amount.is_fee and amount.is_stated), None)
    allowance = _outside(mentions("allowance", text), unpaid)
    if amount and (unpaid is None or allowance):
        status = "allowance" if allowance else "paid"
        quote = allowance.group() if allowance else amount.quote
        return Pay(status, amount.least, amount.most, amount.currency, amount.period, quote, amount.quote)
    if unpaid and allowance is None:
        return Pay("unpaid", None, None, None, None, unpaid.group(), None)
    if re.match(rf"\W*{any_of(words['silent'])}", text, re.IGNORECASE):
        return None
    for status in ("expenses", "allowance", "paid"):
        if mention := _outside(mentions(status, text), unpaid):
            name = "expenses_only" if status == "expenses" else status
            return Pay(name, None, None, None, None, mention.group(), None)
    return None


def parse_pay_sentence(sentence: str, country: str | None) -> tuple[object, ...] | None:
    """A score, and what a sentence of a description says of pay; None where it says nothing."""
    text = western(sentence)
    lower = text.lower()
    if text.rstrip().endswith(QUESTION_MARKS):
        return None  # a question states nothing
    if answer := _answer_to_question(text, lower):
        return answer
    is_of_pay = DIGIT.search(text) is not None and pay_stems("pay_words").occur_in(lower)
    if amount := _pay_amount(text, lower, country, is_of_pay):
        allowance = not_denied(text, "allowance")
        status_quote = allowance.group() if allowance else amount.quote
        score = _score_of_amount(amount, lower, is_of_pay)
        status = "allowance" if allowance else "paid"
        return score, status, amount.least, amount.most, amount.currency, amount.period, status_quote, amount.quote
    text = _without_other_senses(text, lower)
    lower = text.lower()
    allowance = not_denied(text, "allowance")
    if allowance and allowance.group() == text.strip():
        return None  # a heading, or an entry of a menu
    if allowance and (bare(allowance.group()) not in _weak() or pay_stems("given").occur_in(lower)):
        period, start = period_before(text, allowance.start())
        quote = text[start : allowance.end()].strip()
        score = _OF_OTHERS if _others().search(lower) else _ALLOWANCE
        return score, "allowance", None, None, None, period, quote, quote if period else None
    if expenses := not_denied(text, "expenses"):
        return _EXPENSES, "expenses_only", None, None, None, None, expenses.group(), None
    if _is_left_open(text):
        return None
    monthly = _monthly_salary(text, lower)
    unpaid = next((match.group() for match in mentions("unpaid", text) if is_of_post(text, match)), None)
    if unpaid := unpaid or (None if monthly else denied(text, lower)):
        return _UNPAID, "unpaid", None, None, None, None, unpaid, None
    if paid := paid_post(text):
        return _PAID, "paid", None, None, None, None, paid, None
    if wages := not_denied(text, "wages"):
        return _PAID, "paid", None, None, None, None, wages.group(), None
    if salary := monthly or _offered_salary(text, lower):
        return _SALARY_OFFERED, "paid", None, None, None, None, salary, None
    return None


def _score_of_amount(amount: Amount, lower: str, is_of_pay: bool) -> int:
    before, after = _CLAUSE_COMMA.split(lower[: amount.start])[-1], _CLAUSE_COMMA.split(lower[amount.end :])[0]
    if _others().search(f"{before} {after}"):
        return _AMOUNT_OF_OTHERS
    if is_of_pay and (amount.period or pay_stems("given").occur_in(lower)):
        return _NAMED_AMOUNT
    return _AMOUNT if is_of_pay or amount.period else _AMOUNT_ALONE


_CLAUSE_COMMA = re.compile(r"[,;،؛，、；]\s?(?!\d)")


def _answer_to_question(text: str, lower: str) -> tuple[object, ...] | None:
    """What "no" behind a question or a label for pay says: "Do I get paid? No", "Allowance: none"."""
    question = _QUESTION.match(text)
    if question is None or not any(mentions(name, question["asked"]) for name in _ASKED):
        return None
    if names_other(question["asked"].lower()):
        return None
    answer = _refused().match(lower, question.end())
    return (_UNPAID, "unpaid", None, None, None, None, text[: answer.end()].strip(), None) if answer else None


_QUESTION = re.compile(rf"(?P<asked>[^?？؟:：.]{{3,{_MAX_QUESTION_LETTERS}}})[?？؟:：]\s*")
_ASKED = ("paid", "wages", "allowance", "salary")


@cache
def _refused() -> re.Pattern[str]:
    return re.compile(any_of(flat(read_reference("sense")["refuses"])))


def _with_answers(sentences: pl.DataFrame) -> pl.DataFrame:
    """The sentences, and each short question or label once more with what stands below it."""
    is_question = pl.col("text").str.contains(r"[?？؟]$") & (pl.col("text").str.len_chars() <= _MAX_QUESTION_LETTERS)
    asked = hints(word for name in _ASKED for word in flat(read_reference("pay")[name]))
    is_label = (pl.col("text").str.len_chars() <= _MAX_LABEL_LETTERS) & holds(pl.col("lower"), asked)
    is_question = is_question | (is_label & ~pl.col("has_digit") & (pl.col("raw_field") != "title"))
    below = sentences.with_columns(answer=pl.col("text").shift(-1).over("row")).filter(is_question)
    is_mark = pl.when(pl.col("text").str.contains(r"[?？؟]$")).then(pl.lit("")).otherwise(pl.lit(":"))
    joined = below.drop_nulls("answer").with_columns(
        text=pl.format("{}{} {}", pl.col("text").str.strip_chars(" :："), is_mark, "answer")
    )
    return pl.concat(
        [sentences, joined.with_columns(lower=pl.col("text").str.to_lowercase()).select(sentences.columns)],
        rechunk=True,
    )


def _without_other_senses(text: str, lower: str) -> str:
    """The text, with what is said of paid leave and the like blanked, so that it tells nothing of the post."""
    if not pay_stems("no_status").occur_in(lower):
        return text
    for stem in pay_stems("no_status"):
        while (at := lower.find(stem)) >= 0:
            blank = "_" * len(stem)
            text, lower = (part[:at] + blank + part[at + len(stem) :] for part in (text, lower))
    return text


def _pay_amount(text: str, lower: str, country: str | None, is_of_pay: bool) -> Amount | None:
    """The first sum of a sentence that is pay: called so, or for a time, or alone in its cell."""
    for amount in find_amounts(text, country):
        if not amount.has_sign or amount.is_fee or is_of_other(lower, amount):
            continue
        if amount.period is None and amount.currency in read_reference("currencies")["ambiguous"]:
            continue
        stands_alone = len(text.strip()) <= len(amount.quote) + 2
        if amount.period or is_of_pay or stands_alone:
            return amount
    return None


def _offered_salary(text: str, lower: str) -> str | None:
    """A word for a salary, and one of giving in its clause, that nothing denies."""
    for match in mentions("salary", text):
        start, end = clause_of(lower, match.start(), match.end())
        is_denied = any(start <= at and until <= end for at, until in denials(lower))
        if not is_denied and giving().search(lower, start, match.start()):
            return match.group()
    return None


def _monthly_salary(text: str, lower: str) -> str | None:
    """A word for a salary that is given each month, said in the same part, which nothing denies: "каждый месяц получает
    зарплату"."""
    for match in mentions("salary", text):
        start = max((mark.end() for mark in PART_MARK.finditer(lower, 0, match.start())), default=0)
        end = next((mark.start() for mark in PART_MARK.finditer(lower, match.end())), len(lower))
        is_denied = any(start <= at and until <= end for at, until in pay_denials(lower))
        part = lower[start:end]
        is_given = giving().search(part) or pay_stems("given").occur_in(part)
        if not is_denied and _monthly().search(part) and (is_given or _monthly().search(match.group().lower())):
            return match.group()
    return None


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
    sentences = _with_answers(sentences)
    words_of_status = [
        *flat(words["unpaid"]),
        *flat(words["allowance"]),
        *flat(words["expenses"]),
        *flat(words["paid"]),
    ]
    words_of_status += [*flat(words["wages"]), *words["salary"]]
    signs = [*reference["codes"], *flat(reference["signs"]), *reference["shared"]]
    sign = "(?:" + "|".join(sorted(map(re.escape, signs), key=len, reverse=True)) + ")"
    times = "(?:" + "|".join(sorted(map(re.escape, words["multiplied"]), key=len, reverse=True)) + ")"
    capitals = "|".join(map(re.escape, flat(reference["capitals"])))
    is_sum = rf"(?i){sign}\s?\d|\b(?-i:{capitals})\s?\d|\d\s?(?:{times}\s?)?\+?(?:[,.]?[-–—]{{1,2}})?\s?{sign}"
    worded = holds(pl.col("lower"), hints(words_of_status))
    marked = sentences.with_columns(is_worded=worded)
    unworded = marked.filter("has_digit", ~pl.col("is_worded"))
    sums = unworded.filter(pl.col("text").str.contains(is_sum) | holds(pl.col("lower"), noun_hints()))
    return pl.concat([marked.filter("is_worded"), sums]).drop("is_worded")


def _outside(matches: list[re.Match[str]], other: re.Match[str] | None) -> re.Match[str] | None:
    """The first match that is no part of another: the stipend of "no stipend" is none."""
    return next((match for match in matches if other is None or not other.start() <= match.start() < other.end()), None)


def _is_left_open(text: str) -> bool:
    """Whether a text says "paid or unpaid": of whatever work it is said, it leaves pay open."""
    paid, unpaid = mentions("paid", text), mentions("unpaid", text)
    pairs = (*product(paid, unpaid), *product(unpaid, paid))
    return any(_or().fullmatch(text, first.end(), second.start()) for first, second in pairs)


@cache
def _or() -> re.Pattern[str]:
    return re.compile(rf"\s{any_of(flat(read_reference('eligibility')['or']))}\s|\s?/\s?", re.IGNORECASE)


@cache
def _monthly() -> WordPattern:
    return WordPattern(flat(read_reference("pay")["monthly"]))


@cache
def _others() -> WordPattern:
    return WordPattern(flat(read_reference("pay")["of_others"]))


@cache
def _weak() -> frozenset[str]:
    return frozenset(bare(word) for word in read_reference("pay")["weak"])
