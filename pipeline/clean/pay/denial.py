"""Denied pay: the words for pay in a text, and whether something denies them.

Belongs here: "keine Vergütung", "sin beca", 手当なし, "eine Vergütung können wir nicht zahlen". Does not belong here: what a text
says of pay in all (`pay.status`), the words (data/reference/pay.yaml), what a clause is (`language_tools.sense`).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from pipeline.clean.language_tools.dictionary import (
    Literals,
    WordList,
    any_of,
    flat,
    is_glued,
    read_reference,
    word_pattern,
)
from pipeline.clean.language_tools.sense import clause_of, denials
from pipeline.clean.pay.amounts import NEAR

_BESIDE_GIVING = 14
"""Letters between a denial and the word of giving that it denies."""


@lru_cache(maxsize=200)
def mentions(name: str, text: str) -> list[re.Match[str]]:
    """Where the words of a list stand in a text, in order, the longest first; not to be changed by the caller. A sentence is
    asked for the same words several times.

    Each word has its own pattern, looked for only where its letters are: one pattern of them all is 50 times slower."""
    words = _list_of(name).likely(text)
    matches = {match.span(): match for word in words for match in word_pattern(word).finditer(text)}
    return [matches[span] for span in sorted(matches, key=lambda span: (span[0], -span[1]))]


@cache
def _list_of(name: str) -> WordList:
    return WordList(flat(read_reference("pay")[name]))


def not_denied(text: str, name: str) -> re.Match[str] | None:
    """The first of the words that nothing denies; unpaid words and fees around it do."""
    named = mentions(name, text)
    unpaid = mentions("unpaid", text) if named else []
    for match in named:
        if any(no.start() <= match.start() < no.end() for no in unpaid):
            continue
        before = text[max(0, match.start() - 30) : match.start()]
        if _negations().occur_in(before.lower()) and denied_before().search(before):
            continue
        if denied_after().match(text, match.end()) or _giving_denied(text.lower(), match):
            continue
        return match
    return None


def denied(text: str, lower: str) -> str | None:
    """The words that deny an allowance or wages: "keine Vergütung", "sin beca", 手当なし, "eine Vergütung können wir nicht
    zahlen"."""
    unpaid = mentions("unpaid", text)
    for match in [*mentions("allowance", text), *mentions("salary", text)]:
        if any(no.start() <= match.start() < no.end() for no in unpaid):
            continue
        begin = max(0, match.start() - 30)
        ahead = text[begin : match.start()]
        if _negations().occur_in(ahead.lower()) and (before := _denied_just_before().search(ahead)):
            return text[begin + before.start() : match.end()]
        if after := denied_after().match(text, match.end()):
            return text[match.start() : after.end()]
        if giving := _giving_denied(lower, match):
            return text[min(match.start(), giving[0]) : max(match.end(), giving[1])]
    return None


def pay_denials(lower: str) -> list[tuple[int, int]]:
    """Where words of denial stand in a lower-case sentence, but for those that are words for unpaid: "neplacených"."""
    denied = denials(lower)
    unpaid = [match.span() for match in mentions("unpaid", lower)] if denied else []
    return [(at, until) for at, until in denied if not any(start <= at and until <= end for start, end in unpaid)]


def _giving_denied(lower: str, pay: re.Match[str]) -> tuple[int, int] | None:
    """Where a word of giving, in the clause of one for pay, and the denial beside it begin and end."""
    denied = pay_denials(lower)
    if not denied:
        return None
    start, end = clause_of(lower, pay.start(), pay.end())
    spans = [span for span in denied if start <= span[0] and span[1] <= end]
    for given in giving().finditer(lower, start, end):
        for at, until in spans:
            is_beside = max(at - given.end(), given.start() - until) <= _BESIDE_GIVING
            if is_beside and min(abs(pay.start() - given.end()), abs(given.start() - pay.end())) <= NEAR:
                return min(at, given.start()), max(until, given.end())
    return None


@cache
def giving() -> re.Pattern[str]:
    return re.compile(any_of(read_reference("pay")["pay_given"]))


@cache
def _negations() -> Literals:
    return Literals(read_reference("pay")["negations"]["before"])


@cache
def denied_before() -> re.Pattern[str]:
    before = any_of(read_reference("pay")["negations"]["before"])
    return re.compile(rf"{before}[\s-]{{1,2}}(?:[^\W\d]+[\s-]){{0,2}}$", re.IGNORECASE)


@cache
def denied_after() -> re.Pattern[str]:
    after = any_of(read_reference("pay")["negations"]["after"])
    return re.compile(rf"\W{{0,2}}(?:[^\W\d]{{1,3}})?\s?{after}", re.IGNORECASE)


@cache
def _denied_just_before() -> re.Pattern[str]:
    words = read_reference("pay")["negations"]["before"]
    latin, glued = any_of(word for word in words if not is_glued(word)), any_of(filter(is_glued, words))
    return re.compile(rf"(?:{latin}\s+(?:[^\W\d]+\s+)?|{glued}\s?)$", re.IGNORECASE)
