"""Texts that name a part of a page and no opening: "Pagination", "Main navigation". Words: data/reference/list_words.yaml."""

from __future__ import annotations

from functools import cache

from scrapers.extract.closing import letters
from scrapers.reference import read_words


def is_furniture(text: str) -> bool:
    """Whether a heading or title, all of it, names a part of a page."""
    return letters(text) in _furniture()


@cache
def _furniture() -> frozenset[str]:
    return frozenset(read_words("list_words")["page_furniture"])
