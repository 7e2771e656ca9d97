"""The one word test by which a spider may pass over a row of a big board (DESIGN.md, rule 1).

High recall: whatever may be an internship in any of the languages passes; cleaning then says what it is. Words:
data/reference/kind.yaml, and what data/reference/skip_words.yaml has besides.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from scrapers.reference import read_words

UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Scripts whose words stand without spaces between them, or carry endings: there a word is found anywhere."""


def may_be_internship(*texts: str | None) -> bool:
    """Whether one of a row's texts (title, employment type, department, section) has a word of an internship."""
    return any(_has_word(text) for text in texts if text)


@lru_cache(maxsize=1 << 14)
def _has_word(text: str) -> bool:
    return _pattern().search(_plain(text)) is not None


def _plain(text: str) -> str:
    """Lower case without accents on Latin letters, dashes as spaces."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[-‐‑‒–—_/.·]+", " ", "".join(letter for letter in folded if not "\u0300" <= letter <= "\u036f"))


@cache
def _pattern() -> re.Pattern[str]:
    skip, kind = read_words("skip_words"), read_words("kind")
    words = set(skip["also"])
    for name in skip["kinds"]:
        words.update(word for of_language in kind["kinds"][name].values() for word in of_language)
    for patterns in kind["only_in"].values():
        words.update(word for of_language in patterns.values() for word in of_language)
    spaced: set[str] = set()
    anywhere: set[str] = set()
    for word in map(_plain, words):
        (anywhere if UNSPACED.search(unicodedata.normalize("NFC", word)) else spaced).add(word)
    begin = "|".join(sorted(re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in spaced))
    return re.compile(rf"\b(?:{begin}|v\s?i\s?[ea])\b|{'|'.join(sorted(map(re.escape, anywhere)))}")
