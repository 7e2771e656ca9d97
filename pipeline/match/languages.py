"""Languages that single words are of: "praktikum" is German, Polish and more, "für" is German.

Belongs here: bits of languages for words of titles. Does not belong here: the language of a text (`texts`).
"""

from __future__ import annotations

from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import read_reference
from pipeline.clean.language_tools.text import compared


def language_bits(words: pl.Series) -> pl.Series:
    """For each word a bit for each language whose word it is: a name of a kind of post, or one of the commonest words."""
    bits = {word: bit for word, bit in _languages_of_words().items() if not word.endswith("*")}
    stems = {word[:-1]: bit for word, bit in _languages_of_words().items() if word.endswith("*")}
    word = pl.col("word")
    found = pl.coalesce(
        word.replace_strict(bits, default=None, return_dtype=pl.Int64),
        *(
            word.str.head(length).replace_strict(
                {stem: bit for stem, bit in stems.items() if len(stem) == length}, default=None, return_dtype=pl.Int64
            )
            for length in sorted({len(stem) for stem in stems}, reverse=True)
        ),
    )
    return words.alias("word").to_frame().select(found.fill_null(0)).to_series()


@cache
def _languages_of_words() -> dict[str, int]:
    """Bits of languages by word, which may end in `*`."""
    reference = read_reference("title_words")["language_words"]
    by_language: dict[str, set[str]] = {language: {*words} for language, words in reference.items()}
    for kind in read_reference("kind")["kinds"].values():
        for language, words in kind.items():
            by_language.setdefault(str(language), set()).update(words)
    bits: dict[str, int] = {}
    for number, language in enumerate(sorted(by_language)):
        plain = [word for word in sorted(by_language[language]) if " " not in word.strip()]
        for word, key in zip(plain, fold_words([word.strip("*") for word in plain]), strict=True):
            ending = "*" if word.endswith("*") else ""
            bits[key + ending] = bits.get(key + ending, 0) | 1 << number
    return bits


def fold_words(words: list[str]) -> list[str]:
    return pl.Series(words, dtype=pl.String).to_frame("w").select(compared(pl.col("w")))["w"].to_list()
