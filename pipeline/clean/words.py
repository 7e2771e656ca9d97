"""Dictionaries of words: read from data/reference, made into patterns.

Belongs here: how a word in a YAML file becomes a regular expression. Does not belong here: a word.

A word is written as in its language, lower case. `*` stands for any letters (`praktik*`, `*praktikum`); a space for white
space; an accented Latin letter is also met without its accent; at a letter's edge a word ends, except in scripts that put
no spaces between words or glue articles to them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any

import yaml

from pipeline.home import shared

_GLUED = re.compile(
    "[\u0590-\u05ff\u0600-\u06ff\u0900-\u097f\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
"""Hebrew, Arabic, Devanagari, Thai, Japanese, Chinese, Korean."""

_LETTERS = r"[^\W\d_]*"


@cache
def read_reference(name: str) -> Any:
    """The document data/reference/<name>.yaml. Not to be changed by the caller."""
    path = shared("data", "reference", f"{name}.yaml")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)


def flat(words: Any) -> list[str]:
    """Every word below a mapping or list of words, in order."""
    if isinstance(words, str):
        return [words]
    return [word for part in (words.values() if isinstance(words, dict) else words) for word in flat(part)]


def any_of(words: Iterable[str]) -> str:
    """A pattern, for polars and `re` alike, that finds any of the words; the longest first. Without a group or flag."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(_pattern(word) for word in ordered) + ")"


def is_glued(word: str) -> bool:
    """Whether a word is of a script that does not part words, so that nothing shows where it ends."""
    return _GLUED.search(word) is not None


def bare(word: str) -> str:
    """A word in lower case with its Latin letters bare of accents and one blank between parts: how what `any_of` found is
    looked up, since it meets a word with and without each accent."""
    letters = (
        base if (base := unicodedata.normalize("NFD", letter)[0]).isascii() else letter for letter in word.lower()
    )
    return " ".join("".join(letters).replace("ſ", "s").split())


def _pattern(word: str) -> str:
    inner = "".join(_letter(letter) for letter in unicodedata.normalize("NFC", word))
    if is_glued(word):
        return inner
    start = r"\b" if word[0].isalnum() else ""
    end = r"\b" if word[-1].isalnum() or word[-1] == "*" else ""
    return f"{start}{inner}{end}"


def _letter(letter: str) -> str:
    if letter == "*":
        return _LETTERS
    if letter == " ":
        return r"\s+"
    if letter == "-":
        return "[-\u2010\u2011\u2012\u2013]"
    if letter in "'’":
        return "['’]"
    bare = unicodedata.normalize("NFD", letter)[0]
    if bare != letter and bare.isascii():
        return f"[{letter}{bare}]"
    return re.escape(letter)
