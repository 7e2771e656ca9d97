"""The names of places in sentences: found in any form that a language gives them, each with the place that is meant.

Belongs here: cutting a sentence into words, the forms of a name (case endings, prefixes, scripts that do not part words), and
which words are no names of places in prose. Does not belong here: whose place a name is (`prose`), short texts that name places
and little else (`place_text`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

import polars as pl

from pipeline.clean.language_tools.dictionary import read_reference
from pipeline.clean.where.host_words import MIN_STEM_LETTERS, is_unparted, language_words, nations
from pipeline.clean.where.mentions import SPELLED, vocabulary
from pipeline.clean.where.place_names import (
    CITY,
    COUNTRY,
    NAME,
    REGION,
    TOKEN,
    Reading,
    fold,
    fold_token,
    place_names,
    places,
    readings_of,
)
from pipeline.clean.where.readings import Hints, settle

_MAX_NAME_WORDS = 4
_MIN_TOWN_POPULATION = 100_000
_MIN_LONG_NAMED_POPULATION = 30_000
"""Of a town whose name is three words, which no other words are by chance."""
_MIN_INFLECTED_POPULATION = 150_000
_MIN_GLUED_POPULATION = 1_500_000
_MIN_GLUED_TOWN = 3
"""Letters of a town's name in a script that does not part words; a shorter one may be a part of any word."""
_MIN_REGION_POPULATION = 1_500_000
_MAX_FORMS = 6
_GLUED_LANGUAGE = frozenset("語语文어人籍")
"""Behind a country in a script that does not part words they make its language, its people, its nationality."""
MISSION_TO = "주"
"""Korean glues it before the country that a mission is to: 주오스트리아 대사관."""
_SHORT_COUNTRIES = frozenset({"usa", "uk", "uae", "сша", "us", "eua", "zda", "jav", "abd", "opa", "rfa", "оаэ", "peru"})

_THAI = re.compile("[\u0e00-\u0e7f]")
_ASCII_TOKEN = re.compile("[A-Za-z0-9]+")
"""What TOKEN finds in a text of ASCII, in a fifth of the time."""


@dataclass(slots=True)
class FoundName:
    """The words `start` to `end` of a sentence, and the place they name."""

    start: int
    end: int
    reading: Reading
    is_inflected: bool


class NameFinder:
    """Finds the names in the sentences of one call (text, language). It holds the part of the table of names that their words
    can spell."""

    def __init__(self, texts: set[tuple[str, str | None]]) -> None:
        self.tokens: dict[str, list[tuple[int, int, str]]] = {}
        self.words: dict[str, list[str]] = {}
        candidates: set[str] = set()
        capitalized: dict[str | None, set[str]] = {}
        for text, language in texts:
            if text not in self.tokens:
                self.tokens[text] = list(_tokens(text))
                self.words[text] = [token for _, _, token in self.tokens[text]]
                candidates.update(self.words[text])
            capitalized.setdefault(language, set()).update(
                token for start, _, token in self.tokens[text] if not text[start].islower()
            )
        candidates.update(
            form for language, tokens in capitalized.items() for token in tokens for form, _ in _forms(token, language)
        )
        self.names = readings_of(candidates, _IS_LARGE)
        for key, country in _informal_names().items():
            self.names[key] = [_countries()[country]]
        most = _most_words(self.names)
        self.longest = {
            language: {
                token: words
                for token in tokens
                if (words := max(most.get(form, 0) for form, _ in _forms(token, language)))
            }
            for language, tokens in capitalized.items()
        }
        """By language and the first word of names, in any of its forms, the number of words of the longest."""

    def find(self, text: str, tokens: list[str], language: str | None) -> Iterator[FoundName]:
        """The names in a sentence, from its start; of names that overlap the longest."""
        at = 0
        longest, areas, spans = self.longest.get(language, {}), _longest_areas(), self.tokens[text]
        while at < len(tokens):
            if tokens[at] not in longest and tokens[at] not in areas:  # as most words
                at += 1
                continue
            sign = text[spans[at][0]]
            if sign.islower() or sign.isdigit():
                at += 1
                continue
            wider = self._area(tokens, at)
            if wider:
                at += wider
                continue
            name = self._longest(text, tokens, at, language)
            if name is None:
                at += 1
                continue
            yield name
            at = name.end

    def _area(self, tokens: list[str], at: int) -> int:
        """The words of the name of something wider than a country that begins here; 0 where none does."""
        for length in range(min(3, _longest_areas().get(tokens[at], 0), len(tokens) - at), 0, -1):
            if " ".join(tokens[at : at + length]) in _areas():
                return length
        return 0

    def _longest(self, text: str, tokens: list[str], at: int, language: str | None) -> FoundName | None:
        most = self.longest[language].get(tokens[at], 0)
        for length in range(min(most, _MAX_NAME_WORDS * 2, len(tokens) - at), 0, -1):
            words = tokens[at : at + length]
            glued = is_unparted(words[0])
            if length > _MAX_NAME_WORDS and not glued:
                continue
            for key, is_inflected in _keys(words, language):
                readings = self.names.get(key)
                if not readings or not self._may_be_place(text, words, at, glued, length):
                    continue
                if is_inflected or (glued and length < _MIN_GLUED_TOWN):
                    readings = [
                        reading
                        for reading in readings
                        if reading.kind == COUNTRY
                        or reading.population >= (_MIN_GLUED_POPULATION if glued else _MIN_INFLECTED_POPULATION)
                    ]
                if key in _languages():
                    readings = [reading for reading in readings if reading.kind == COUNTRY]
                choice = settle(readings, Hints()) if readings else None
                if choice:
                    return FoundName(at, at + length, choice[0], is_inflected)
        return None

    def _may_be_place(self, text: str, words: list[str], at: int, glued: bool, length: int) -> bool:
        """Whether no everyday word, month or code is meant."""
        if glued:
            first, end = self.tokens[text][at][0], self.tokens[text][at + length - 1][1]
            if text[end : end + 1] in _GLUED_LANGUAGE:
                return False
            is_korean = "\uac00" <= text[first] <= "\ud7a3"
            if is_korean and first > 0 and "\uac00" <= text[first - 1] <= "\ud7a3":
                is_mission = text[first - 1] == MISSION_TO and not text[max(0, first - 2) : first - 1].isalpha()
                return length > 1 and is_mission
            return length > 1
        key = " ".join(words)
        if length > 1:
            return True
        token = text[self.tokens[text][at][0] : self.tokens[text][at][1]]
        if token.lower() in _written_names():
            return True
        if len(token) <= 3 or key in _no_places() or (token.isupper() and len(token) <= 4):
            return key in _SHORT_COUNTRIES
        return True


def are_joined(
    text: str, spans: Sequence[tuple[int, int, str]], first: FoundName, second: FoundName, language: str | None
) -> bool:
    """Whether nothing but a comma or a word like "and" stands between two names. `spans`: where the words of the text stand."""
    between = text[spans[first.end - 1][1] : spans[second.start][0]]
    joiners = vocabulary().joiners | ({"of"} if language == "nl" else frozenset())
    return all(word in joiners for word in fold(between).split()) and not set(between) & set(".:()")


def lists_of(
    text: str, spans: Sequence[tuple[int, int, str]], names: Iterable[FoundName], language: str | None
) -> list[list[FoundName]]:
    """The names of a text by the lists that they stand in, one alone being a list as well."""
    lists: list[list[FoundName]] = []
    for name in names:
        last = lists[-1][-1] if lists else None
        if last and last.end <= name.start and are_joined(text, spans, last, name, language):
            lists[-1].append(name)
        else:
            lists.append([name])
    return lists


def _tokens(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each word of a text begins and ends, and the word folded. A run of Thai is cut around the names in it."""
    has_thai = _THAI.search(text) is not None
    for match in (_ASCII_TOKEN if text.isascii() else TOKEN).finditer(text):
        start, end = match.span()
        if has_thai and _THAI.match(match.group()):
            for piece in _thai_names().finditer(match.group()):
                yield start + piece.start(), start + piece.end(), fold_token(piece.group())
            continue
        yield start, end, fold_token(match.group())


@cache
def _thai_names() -> re.Pattern[str]:
    """Names of countries and large towns in Thai, which does not part words."""
    large = places().filter(
        (pl.col("kind") == COUNTRY) | ((pl.col("kind") == CITY) & (pl.col("population") >= _MIN_GLUED_POPULATION))
    )
    names = (
        place_names().filter(pl.col("key").str.contains("^[\u0e00-\u0e7f]{3,}$")).join(large, on="place", how="semi")
    )
    return re.compile("|".join(sorted(names["key"], key=lambda name: (-len(name), name))) or "(?!)")


_IS_LARGE = (
    (pl.col("kind") == COUNTRY)
    | ((pl.col("kind") == REGION) & (pl.col("form") == NAME) & (pl.col("population") >= _MIN_REGION_POPULATION))
    | ((pl.col("kind") == CITY) & pl.col("form").is_in(SPELLED) & (pl.col("population") >= _MIN_TOWN_POPULATION))
    | (
        (pl.col("kind") == CITY)
        & (pl.col("form") == NAME)
        & pl.col("key").str.contains("[a-z] [a-z]+ [a-z]")
        & (pl.col("population") >= _MIN_LONG_NAMED_POPULATION)
    )
)


@lru_cache(maxsize=20_000)
def _forms(token: str, language: str | None) -> list[tuple[str, bool]]:
    """A folded word and what its first form may be, and whether it is inflected."""
    forms = [(token, False)]
    cues = language_words(language)
    forms += [
        (token[len(letters) :], True)
        for letters in cues.glued_before
        if token.startswith(letters) and len(token) - len(letters) >= MIN_STEM_LETTERS
    ]
    for ending, firsts in cues.endings:
        if token.endswith(ending) and len(token) - len(ending) >= MIN_STEM_LETTERS:
            forms += [(token[: len(token) - len(ending)] + first, True) for first in firsts]
    return forms


def _keys(words: list[str], language: str | None) -> Iterator[tuple[str, bool]]:
    if len(words) == 1:
        yield from _forms(words[0], language)
        return
    yield " ".join(words), False
    if not is_unparted(words[0]) and language_words(language).endings:
        options = [_forms(word, language)[:_MAX_FORMS] for word in words]
        for forms in product(*options):
            if any(is_inflected for _, is_inflected in forms):
                yield " ".join(form for form, _ in forms), True


def _most_words(names: Iterable[str]) -> dict[str, int]:
    """By the first word of names the number of words of the longest."""
    most: dict[str, int] = {}
    for name in names:
        first = name.partition(" ")[0]
        most[first] = max(most.get(first, 0), name.count(" ") + 1)
    return most


@cache
def _informal_names() -> dict[str, str]:
    return {fold(name): country for country, names in read_reference("hosts")["names"].items() for name in names}


@cache
def _written_names() -> frozenset[str]:
    """Those with letters of their own, which no English word has."""
    return frozenset(
        name for names in read_reference("hosts")["names"].values() for name in names if not name.isascii()
    )


@cache
def _countries() -> dict[str, Reading]:
    rows = places().filter(pl.col("kind") == COUNTRY).select("country", "place", "fame", "population")
    return {
        country: Reading(COUNTRY, place, country, None, fame, population, NAME)
        for country, place, fame, population in rows.iter_rows()
    }


def nation(token: str) -> Reading | None:
    whole, begun = nations()
    country = whole.get(token) or next(
        (begun[token[:length]] for length in range(len(token), 4, -1) if token[:length] in begun), None
    )
    return _countries().get(country) if country else None


@cache
def _areas() -> frozenset[str]:
    return frozenset({*vocabulary().areas, "america", "america latina", "amerika"})


@cache
def _longest_areas() -> dict[str, int]:
    return _most_words(_areas())


@cache
def _no_places() -> frozenset[str]:
    """Everyday words and months, which are no places in prose."""
    months = {
        fold(form)
        for language in read_reference("months")["months"].values()
        for entry in language
        for form in entry.replace("_", " ").split(" ")
    }
    words = vocabulary()
    return frozenset({*words.everyday, *months})


@cache
def _languages() -> frozenset[str]:
    """The names of languages, of which some are those of towns: Engels, Russe."""
    return frozenset(fold(name) for names in read_reference("languages")["names"].values() for name in names)
