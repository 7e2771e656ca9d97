"""Texts that name a part of a page and no opening: "Pagination", "Main navigation". Words: data/reference/list_words.yaml."""

from __future__ import annotations

import re
from functools import cache

from scrapers.extract.closing import letters
from scrapers.reference import read_words


def is_furniture(text: str) -> bool:
    """Whether a heading or title, all of it, names a part of a page."""
    return letters(text) in _furniture() or _page_number().fullmatch(letters(text)) is not None


@cache
def _furniture() -> frozenset[str]:
    return frozenset(text.casefold() for text in read_words("list_words")["page_furniture"])


@cache
def _page_number() -> re.Pattern[str]:
    """ "Seite 2", "3 / 12", "4"."""
    words = "|".join(map(re.escape, read_words("list_words")["page_words"]))
    return re.compile(rf"(?:{words})?\s?\d{{1,3}}(?:\s?/\s?\d{{1,3}})?")
