"""Currencies: which one a sign, a code or a word beside a sum names.

Belongs here: signs and codes (data/reference/currencies.yaml), names and nouns in the languages (currency_words.csv), the
currencies of countries, which settle what several share. Does not belong here: numbers and periods (`amounts`).
"""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from typing import NamedTuple

from pipeline.clean.language_tools.dictionary import Literals, flat, is_glued, read_reference
from pipeline.clean.language_tools.text import MARKS
from pipeline.shipped import shipped

_WORD = rf"(?:[^\W\d_]|[{MARKS}]|['’](?=[^\W\d_]))+\.?"
_WORDS_AFTER = re.compile(rf"\s?({_WORD})(?:[\s-]({_WORD}))?(?:\s({_WORD}))?(?:\s({_WORD}))?")
_ONE_WORD = re.compile(_WORD)
_MAX_WORDS_BEFORE = 3
_BESIDE = 48
"""Letters beside a sum in which the name of its currency stands."""
_LONGEST_NOUN = 8
"""Signs of a noun in a script that does not part words."""
_SHORTEST_STEM, _LONGEST_ENDING = 4, 3
_VOWELS = "aeiouyąęěůýéíáâõäöüəıоаеиуыіяьюйѝъъηςοαω"
_NEVER_ALONE = re.compile(r"[a-zà-ɏ]")
"""A noun in Latin letters that several languages may use as another word counts where its currency is the country's."""


_OF_MANY_COUNTRIES = ("dollar", "dollars")
"""As countries with dollars of their own write. Other words for dollars mean those of the United States if no host has any."""


class Named(NamedTuple):
    """A currency that words name (ISO 4217), and where these begin and end in the text."""

    currency: str
    start: int
    end: int


@cache
def signs() -> frozenset[str]:
    reference = read_reference("currencies")
    return frozenset([*flat(reference["signs"]), *reference["shared"]])


@cache
def codes() -> frozenset[str]:
    """What is a sign in capitals only."""
    return frozenset([*read_reference("currencies")["codes"], *_capitals()])


@cache
def longest_sign() -> int:
    return max(map(len, signs()))


def currency_of(found: list[str], country: str | None) -> str | None:
    """The first sign that names one currency, whatever the country; else what the country makes of the first."""
    named = (_currency(sign, None) for sign in found)
    alone = next((currency for currency in named if currency), None)
    return alone or next((currency for sign in found if (currency := _currency(sign, country))), None)


def named_after(text: str, position: int, country: str | None) -> Named | None:
    """The currency that the words right behind a sum name: by a whole name, else by a noun, an adjective before it."""
    ahead = text[position : position + _BESIDE]
    match = _WORDS_AFTER.match(ahead)
    if match is None:
        return None
    lower = [word.lower() for word in match.groups() if word]
    for count in range(len(lower), 0, -1):
        if currency := _names().get(" ".join(lower[:count])):
            return Named(currency, position + match.start(1), position + match.end(count))
    for number, word in enumerate(lower[:2], 1):
        if currency := _of_noun(word, country):
            return Named(currency, position + match.start(1), position + match.end(number))
    if is_glued(lower[0]):
        for length in range(min(_LONGEST_NOUN, len(lower[0])), 1, -1):
            if currency := _names().get(lower[0][:length]) or _of_noun(lower[0][:length], country):
                return Named(currency, position + match.start(1), position + match.start(1) + length)
    return None


def named_before(text: str, position: int, country: str | None) -> Named | None:
    """The same of the words right before a sum: "shilingi 300,000", "dola za Marekani 250"."""
    spans = _last_words(text, position)
    if not spans:
        return None
    end = spans[-1][1]
    for start, _ in spans:
        if currency := _names().get(text[start:end].lower()):
            return Named(currency, start, end)
    start, end = spans[-1]
    noun = text[start:end].lower()
    currency = _of_noun(noun, country) if noun in _nouns() else None
    return Named(currency, start, end) if currency else None


def _last_words(text: str, position: int) -> list[tuple[int, int]]:
    """Where the last words before a position begin and end, a blank between each two and perhaps behind the last."""
    spans: list[tuple[int, int]] = []
    words = list(_ONE_WORD.finditer(text, max(0, position - _BESIDE), position))
    begins = position
    for word in reversed(words[-_MAX_WORDS_BEFORE:]):
        gap = text[word.end() : begins]
        if len(gap) > 1 or (not gap.isspace() and (gap or spans)):
            break
        spans.insert(0, word.span())
        begins = word.start()
    return spans


@cache
def noun_hints() -> Literals:
    """What stands in a lower-case text that names a currency by a noun."""
    return Literals(sorted(noun for noun in _nouns() if len(noun) >= _SHORTEST_STEM or is_glued(noun)))


@lru_cache(maxsize=20_000)
def _of_noun(word: str, country: str | None) -> str | None:
    """The currency that a noun names: the country's among those of its name, else the only one."""
    word = word.rstrip(".")
    candidates = _nouns().get(word) or (() if is_glued(word) else _of_stem(word))
    local = local_currency(country, candidates)
    if local or len(candidates) != 1 or _NEVER_ALONE.search(word):
        is_foreign = "USD" in candidates and word not in _OF_MANY_COUNTRIES and not is_local(country, candidates)
        return local or ("USD" if is_foreign else None)
    return candidates[0]


def _of_stem(word: str) -> tuple[str, ...]:
    lengths = range(len(word), max(_SHORTEST_STEM, len(word) - _LONGEST_ENDING) - 1, -1)
    return next((_noun_stems()[word[:length]] for length in lengths if word[:length] in _noun_stems()), ())


@lru_cache(maxsize=20_000)
def local_currency(countries: str | None, candidates: tuple[str, ...]) -> str | None:
    """Which of the candidates is the currency of these countries, hosts before others ("JP+CA/NO"); None where two are."""
    of_country = _of_country()
    for group in (countries or "").split("/"):
        local = {of_country.get(country) for country in group.split("+")}.intersection(candidates)
        if local:
            return local.pop() if len(local) == 1 else None
    return None


def is_local(countries: str | None, candidates: tuple[str, ...]) -> bool:
    """Whether one of these countries has one of the candidates."""
    return any(_of_country().get(country) in candidates for country in re.split("[/+]", countries or ""))


def _currency(sign: str, country: str | None) -> str | None:
    reference = read_reference("currencies")
    if sign in _capitals():
        code = _capitals()[sign]
        return code if country is None or local_currency(country, (code,)) else None
    word = sign.strip().lower()
    if word.upper() in reference["codes"]:
        return word.upper()
    for code, words in reference["signs"].items():
        if word in words:
            return str(code)
    candidates = reference["shared"].get(word, [])
    if len(candidates) == 1:
        return str(candidates[0])
    return local_currency(country, tuple(candidates))


@cache
def _capitals() -> dict[str, str]:
    return {sign: code for code, words in read_reference("currencies")["capitals"].items() for sign in words}


@cache
def _of_country() -> dict[str, str]:
    with shipped("data", "reference", "countries.csv").open(encoding="utf-8", newline="") as file:
        return {row["iso2"]: row["currency"] for row in csv.DictReader(file) if row["currency"]}


@cache
def _words() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    names: dict[str, str] = {}
    nouns: dict[str, tuple[str, ...]] = {}
    with shipped("data", "reference", "currency_words.csv").open(encoding="utf-8", newline="") as file:
        next(file)  # its source
        for kind, word, of in csv.reader(file):
            if kind == "name":
                names[word] = of
            elif kind == "noun":
                nouns[word] = tuple(of.split("|"))
    return names, nouns


def _names() -> dict[str, str]:
    return _words()[0]


def _nouns() -> dict[str, tuple[str, ...]]:
    return _words()[1]


@cache
def _noun_stems() -> dict[str, tuple[str, ...]]:
    """The nouns without the vowel that their case ends with, long enough to be no other word."""
    stems: dict[str, set[str]] = {}
    for noun, of in _nouns().items():
        if of == ("EUR",):
            continue  # Europe is none, and its forms are signs
        stem = noun.rstrip(_VOWELS) if len(noun) > _SHORTEST_STEM else noun
        if len(stem) >= _SHORTEST_STEM and not is_glued(noun):
            stems.setdefault(stem, set()).update(of)
    return {stem: tuple(sorted(of)) for stem, of in stems.items()}
