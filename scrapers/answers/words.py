"""The word test: the only reason for which a spider may skip a row of a big board.

High recall: whatever may be an internship in any of the languages passes; cleaning then decides what it is. Words:
data/reference/kind.yaml, and more in data/reference/skip_words.yaml.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import groupby

from scrapers.reference import read_words

UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Scripts written without spaces between words, or with endings: there a word matches anywhere."""

DASHES = re.compile(r"[-‐‑‒–—_/.·]+")


def may_be_internship(*texts: str | None) -> bool:
    """Whether one of a row's texts (title, employment type, department, section) has a word of an internship."""
    return any(_has_word(text) for text in texts if text)


@lru_cache(maxsize=1 << 14)
def _has_word(text: str) -> bool:
    folded = _folded(text)
    return any(pattern.search(folded) for pattern in _patterns())


def _folded(text: str) -> str:
    """Lower case, Latin letters without accents, dashes as spaces."""
    if text.isascii():
        return DASHES.sub(" ", text.lower())
    folded = unicodedata.normalize("NFKD", text.casefold())
    return DASHES.sub(" ", "".join(letter for letter in folded if not "\u0300" <= letter <= "\u036f"))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """One pattern for the beginnings of words, one for anywhere in a word. Together they take three to seven times as long
    on a title without any, because what may precede `*praktikum` is then tried again at every word."""
    skip, kind = read_words("skip_words"), read_words("kind")
    words = set(skip["also"])
    for name in skip["kinds"]:
        words.update(word for of_language in kind["kinds"][name].values() for word in of_language)
    for patterns in kind["only_in"].values():
        words.update(word for of_language in patterns.values() for word in of_language)
    begun: set[str] = set()
    within: set[str] = set()
    for word in map(_folded, words):
        if UNSPACED.search(unicodedata.normalize("NFC", word)):
            within.add(f"{word}*")
        elif word.startswith("*"):
            within.add(word[1:])
        else:
            begun.add(word)
    return re.compile(rf"\b(?:{_any_of(begun)}|v\s?i\s?[ea])\b"), re.compile(rf"(?:{_any_of(within)})\b")


def _any_of(words: Iterable[str]) -> str:
    """A pattern of these words, grouped by first letter, so that most are never tried."""
    by_letter = groupby(sorted(words), key=lambda word: word[0])
    return "|".join(
        f"{re.escape(letter)}(?:{'|'.join(_ending(word) for word in group)})" for letter, group in by_letter
    )


def _ending(word: str) -> str:
    return re.escape(word[1:]).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
