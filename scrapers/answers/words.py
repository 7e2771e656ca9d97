"""The one word test by which a spider may pass over a row of a big board (DESIGN.md, rule 1).

High recall: whatever may be an internship in any of the languages passes; cleaning then says what it is. Words:
data/reference/kind.yaml, and what data/reference/skip_words.yaml has besides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import groupby

from scrapers.reference import read_words

UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Scripts whose words stand without spaces between them, or carry endings: there a word is found anywhere."""

DASHES = re.compile(r"[-‐‑‒–—_/.·]+")


def may_be_internship(*texts: str | None) -> bool:
    """Whether one of a row's texts (title, employment type, department, section) has a word of an internship."""
    return any(_has_word(text) for text in texts if text)


@lru_cache(maxsize=1 << 14)
def _has_word(text: str) -> bool:
    plain = _plain(text)
    return any(pattern.search(plain) for pattern in _patterns())


def _plain(text: str) -> str:
    """Lower case without accents on Latin letters, dashes as spaces."""
    if text.isascii():
        return DASHES.sub(" ", text.lower())
    folded = unicodedata.normalize("NFKD", text.casefold())
    return DASHES.sub(" ", "".join(letter for letter in folded if not "\u0300" <= letter <= "\u036f"))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Of words at the beginning of a word, and of those that stand anywhere in one. In two, because at every beginning of
    a word what may come before `*praktikum` would be tried anew: three to seven times the time for a title without any."""
    skip, kind = read_words("skip_words"), read_words("kind")
    words = set(skip["also"])
    for name in skip["kinds"]:
        words.update(word for of_language in kind["kinds"][name].values() for word in of_language)
    for patterns in kind["only_in"].values():
        words.update(word for of_language in patterns.values() for word in of_language)
    begun: set[str] = set()
    within: set[str] = set()
    for word in map(_plain, words):
        if UNSPACED.search(unicodedata.normalize("NFC", word)):
            within.add(f"{word}*")
        elif word.startswith("*"):
            within.add(word[1:])
        else:
            begun.add(word)
    return re.compile(rf"\b(?:{_any_of(begun)}|v\s?i\s?[ea])\b"), re.compile(rf"(?:{_any_of(within)})\b")


def _any_of(words: Iterable[str]) -> str:
    """A pattern of these words, grouped by their first letters, so that most are never tried."""
    by_letter = groupby(sorted(words), key=lambda word: word[0])
    return "|".join(
        f"{re.escape(letter)}(?:{'|'.join(_ending(word) for word in group)})" for letter, group in by_letter
    )


def _ending(word: str) -> str:
    return re.escape(word[1:]).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
