"""How much a word tells: its stem, and how rare that is in titles and in names of organizations.

Belongs here: data/reference/word_weights.csv, and which of its stems a word has. Does not belong here: which words a title
or a name has (`title_words`, `organizations`).
"""

from __future__ import annotations

from functools import cache

import polars as pl

from pipeline.match.cognates import has_ending, roots_of
from pipeline.shipped import shipped

TOKEN_STRIDE = 64
UNKNOWN_WORD_WEIGHT = 63
"""Weight of a word that the table does not know. A token is a hash of its stem in steps of 64, plus its weight: so that a list
of tokens carries its weights, and a word has the same token wherever it is read."""
STEM = r"^(.{4,}?)(?:(?:ment|ing|er|ist|ion|or|e)s?|s)+$"


def stems_of(words: pl.Series, use: str = "title") -> pl.Series:
    """Stems of words, as the table of weights has them; one of a name that it has not (`use`) stays as it is but for endings."""
    known = word_weights()
    word, stem = pl.col("word"), pl.col("word").str.replace(STEM, "$1")
    root = pl.lit(roots_of(words, words.str.replace(STEM, "$1")))
    of_table = root.replace_strict(_stems_by_root(), default=None, return_dtype=pl.String)
    other = (
        pl.coalesce(of_table, root) if use == "title" else pl.coalesce(pl.when(has_ending(word)).then(of_table), stem)
    )
    is_known = stem.is_in([*known["title"], *known[use]])
    is_latin = word.str.contains("^[a-z]+$")
    return words.alias("word").to_frame().select(stem=pl.when(is_known | ~is_latin).then(stem).otherwise(other))["stem"]


@cache
def _stems_by_root() -> dict[str, str]:
    """Stems of the table by their root; of several the one that most titles have."""
    weights = word_weights()["title"]
    stems = pl.Series(sorted(weights, key=lambda stem: (-weights[stem], stem)))
    return dict(zip(roots_of(stems, stems), stems, strict=True))


@cache
def word_weights() -> dict[str, dict[str, int]]:
    table = pl.read_csv(shipped("data", "reference", "word_weights.csv"), comment_prefix="#")
    return {
        use: dict(table.filter(pl.col("use") == use).select("stem", "weight").iter_rows()) for use in ("title", "name")
    }
