"""Countries that single words name by their people: "deutsche", "kenyan", "германии".

Belongs here: which country a word stands for. Does not belong here: what a country in a name or title means (`organizations`,
`title_words`). Words are in data/reference/nationalities.yaml, names of countries in the place names of cleaning.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import flat, read_reference
from pipeline.clean.language_tools.text import compared
from pipeline.clean.where.place_names import COUNTRY, REGION, named_places

MIN_INFLECTED_LETTERS, MAX_ENDING_LETTERS = 7, 3
"""Letters of a country's name that is known with another ending (one less in other scripts), and of that ending."""
MIN_BEGINNING_LETTERS = 4
MAX_ROOT_ENDING_LETTERS = 4
"""Letters of a country's name that its adjectives do without: "Kolumbien", "kolumbianisch"."""
_ARTICLE = "^(?:ال|لل)"
_ADJECTIVE = (
    r"^(\p{L}{4,}?)(?:(?:[ei]?an|[ei]r|n|es)?isch(?:e[mnrs]?)?|[ei]enn?es?|[ai]i[ns]es?|oise?s?|aanse?|iaanse?|[ei]?an[aeio]?s?|es[ae]s?"
    r"|ens[ei]s?|in[aeio]s?)$"
)
"""Endings of adjectives of nationality in Germanic and Romance languages."""


def nations_of(words: pl.Series) -> pl.Series:
    """The country code that each word stands for, null where it is none's."""
    by_word, by_beginning, by_root = _columns()
    word = pl.col("word").str.replace(_ARTICLE, "")
    length = word.str.len_chars().cast(pl.Int32)
    begun = (
        pl.when(length - ending >= MIN_BEGINNING_LETTERS).then(
            word.str.head(length - ending).replace_strict(*by_beginning, default=None, return_dtype=pl.String)
        )
        for ending in range(MAX_ENDING_LETTERS + 1)
    )
    # "kolumbianische", "colombienne": what an ending of the languages of our sources leaves of the country's name.
    is_adjective = (length >= MIN_INFLECTED_LETTERS) & ~word.is_in(_regions().implode())  # Indiana
    root = pl.when(is_adjective).then(word.str.extract(_ADJECTIVE))
    bare = root.replace_strict(*by_root, default=None, return_dtype=pl.String)
    nation = pl.coalesce(word.replace_strict(*by_word, default=None, return_dtype=pl.String), *begun, bare)
    return words.alias("word").to_frame().select(nation=nation)["nation"]


@cache
def _beginnings() -> dict[str, str]:
    """Country codes by how words begin, but for their ending: words of a nationality go before names of countries."""
    return _country_beginnings() | demonyms()[1]


@cache
def _columns() -> tuple[tuple[pl.Series, pl.Series], ...]:
    """Words, beginnings and roots, each with their codes: making columns of thousands takes longer than looking a word up."""
    tables = (demonyms()[0], _beginnings(), _country_roots())
    return tuple((pl.Series(list(table)), pl.Series(list(table.values()))) for table in tables)


@cache
def demonyms() -> tuple[dict[str, str], dict[str, str]]:
    """Country codes by word of a nationality: whole words, and beginnings of words."""
    by_country = [
        (str(code), word)
        for words in (read_reference("nationalities")["countries"], read_reference("organization_words")["countries"])
        for code, forms in words.items()
        for word in flat(forms)
    ]
    words = pl.DataFrame({"word": [word for _, word in by_country]})
    folded = words.select(compared(pl.col("word")).str.replace(_ARTICLE, ""))["word"]
    exact: dict[str, str] = {"us": "US", "u s": "US", "uk": "GB", "u k": "GB"}
    stems: dict[str, str] = {}
    for (code, word), key in zip(by_country, folded, strict=True):
        if word.startswith("*") or " " in key or not key:
            continue
        (stems if word.endswith("*") else exact).setdefault(key, code)
    return exact, stems


@cache
def _country_beginnings() -> dict[str, str]:
    """Country codes by what stays of a one-word name of the country whatever its case: all but the last letter."""
    words = named_places(pl.col("kind") == COUNTRY).filter(
        ~pl.col("key").str.contains(" ")
        & (pl.col("key").str.len_chars() >= MIN_INFLECTED_LETTERS - pl.col("key").str.contains("[^a-z]").cast(pl.Int8))
    )
    beginnings = words.select(pl.col("key").str.head(-1), "country").filter(
        pl.col("country").n_unique().over("key") == 1
    )
    return dict(beginnings.unique("key").iter_rows())


@cache
def _country_roots() -> dict[str, str]:
    """Country codes by how the names of one country alone begin: what their adjectives are made from."""
    words = named_places(pl.col("kind") == COUNTRY).filter(pl.col("key").str.contains("^[a-z]{5,}$"))
    length = pl.col("key").str.len_chars().cast(pl.Int32)
    roots = pl.concat(
        words.select(pl.col("key").str.head(length - ending), "country")
        for ending in range(MAX_ROOT_ENDING_LETTERS + 1)
    ).filter((pl.col("key").str.len_chars() >= MIN_BEGINNING_LETTERS) & (pl.col("country").n_unique().over("key") == 1))
    return dict(roots.unique("key").iter_rows()) | _beginnings()


@cache
def _regions() -> pl.Series:
    return named_places(pl.col("kind") == REGION)["key"].unique().sort()


@cache
def demonym_codes() -> list[str]:
    """Every country code that a word may stand for, in order."""
    exact, stems = demonyms()
    return sorted({*exact.values(), *stems.values(), *_country_beginnings().values()})
