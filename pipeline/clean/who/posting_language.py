"""The language of a posting: the source's own word, else detected by script and frequent words.

Belongs here: telling languages apart. Does not belong here: the words (data/reference/languages.yaml), which languages are
asked for (`who.language`).
"""

from __future__ import annotations

import math
import re
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import read_reference
from pipeline.clean.language_tools.passages import guessed_languages
from scrapers.source import Source

MAX_LETTERS_READ = 400

_MIN_WORDS = 12
"""A shorter text is a title or a line of facts, whose few words several languages share."""

_MIN_SHARE_OF_SIGNS = {"ja": 0.1}
"""Least share of letters in a language's own script, 0.4 elsewhere: Japanese is mixed with Chinese signs."""

_MIN_SHARE_OF_FREQUENT_WORDS = 0.15
"""Least share of frequent words among all: prose has a third, a list of names hardly any."""

_MIN_LEAD = 1.4
"""The best language has so many times the frequent words of the second; neighbours share many."""

_MIN_OWN_LETTERS = 4

_MIN_LEAD_OF_OWN_LETTERS = 4
"""Letters of its own that a text in a language has, and how many times those of any other: names have a few."""


def parse_language(word: str) -> str | None:
    """ISO 639-1 of a code ("en", "en-GB", "de_DE") or name ("English", "Deutsch")."""
    text = word.strip().lower()
    code = re.fullmatch(r"([a-z]{2})(?:[-_][a-z]{2,4})?", text)
    if code:
        return "nb" if code[1] in ("no", "nn") else code[1]
    return language_names().get(text)


def detect(texts: pl.Series) -> pl.DataFrame:
    """seen, seen_quote, one row a text: the language of each text and the words that tell, null where it is too short or
    undecided."""
    distinct = texts.to_frame("text").unique().filter(pl.col("text").is_not_null())
    foreign = distinct.filter(pl.col("text").str.count_matches(r"[^\x00-\xff]") >= _MIN_WORDS)
    scripts = foreign.with_columns(
        seen=pl.Series([_script(text) for text in foreign["text"]], dtype=pl.String),
        seen_quote=pl.col("text").str.strip_chars().str.split("\n").list.first(),
    ).filter(pl.col("seen").is_not_null())
    lines = pl.col("text").str.strip_chars().str.split("\n")
    longest = lines.list.get(lines.list.eval(pl.element().str.len_chars()).list.arg_max())
    voted = _by_frequent_words(distinct.join(scripts, on="text", how="anti")).with_columns(seen_quote=longest)
    unsure = foreign.join(pl.concat([scripts, voted.select(scripts.columns)]), on="text", how="anti")
    spelled = unsure.with_columns(
        seen=pl.Series([_own_letters(text) for text in unsure["text"]], dtype=pl.String), seen_quote=longest
    ).filter(pl.col("seen").is_not_null())
    decided = pl.concat([part.select(scripts.columns) for part in (scripts, voted, spelled)])
    every = distinct.select("text", longest.alias("line")).join(decided, on="text", how="left", maintain_order="left")
    guessed = every.with_columns(seen=guessed_languages(every["text"], every["seen"])).select(
        "text", "seen", seen_quote=pl.when(pl.col("seen").is_not_null()).then(pl.coalesce("seen_quote", "line"))
    )
    return texts.to_frame("text").join(guessed, on="text", how="left", maintain_order="left").drop("text")


def _by_frequent_words(texts: pl.DataFrame) -> pl.DataFrame:
    """text, seen: the texts that have enough frequent words of one language, and far more than of any other."""
    letters = pl.col("text").str.to_lowercase().str.replace_all(r"[^\p{L}\p{Nl}\p{No}]", " ")
    words = (
        texts.with_row_index("id")
        .select("id", word=letters.str.split(" "))
        .explode("word")
        .filter(pl.col("word") != "")
    )
    counted = words.group_by("id").agg(words=pl.len())
    met = words.join(_stop_words(), on="word")
    votes = (
        met.explode("languages")
        .group_by("id", "languages")
        .agg(votes=pl.col("weight").sum())
        .sort("id", "votes", "languages", descending=[False, True, False])
        .group_by("id", maintain_order=True)
        .agg(
            seen=pl.col("languages").first(),
            first=pl.col("votes").first(),
            second=pl.col("votes").get(1, null_on_oob=True),
        )
    )
    decided = votes.join(counted, on="id").join(met.group_by("id").agg(met=pl.len()), on="id")
    is_decided = (
        (pl.col("words") >= _MIN_WORDS)
        & (pl.col("met") >= _MIN_SHARE_OF_FREQUENT_WORDS * pl.col("words"))
        & (pl.col("first") >= _MIN_LEAD * pl.col("second").fill_null(0))
    )
    return texts.with_row_index("id").join(decided.filter(is_decided), on="id").select("text", "seen")


def _script(text: str) -> str | None:
    """The language whose own script most of a text is written in."""
    beyond_latin = len(text) - len(text.encode("latin-1", "ignore"))
    if beyond_latin < _MIN_WORDS:
        return None
    letters = len(re.findall(r"[^\W\d_]", text))
    for language, script in read_reference("languages")["scripts"].items():
        if len(re.findall(script, text)) >= _MIN_SHARE_OF_SIGNS.get(language, 0.4) * letters:
            return str(language)
    return None


def _own_letters(text: str) -> str | None:
    """The language that alone has some of the letters of a text."""
    lower = text.lower()
    met = {
        language: len(re.findall(letters, lower))
        for language, letters in read_reference("languages")["letters"].items()
    }
    most = sorted(met.items(), key=lambda item: -item[1])[:2]
    return (
        most[0][0] if most[0][1] >= _MIN_OWN_LETTERS and most[0][1] >= _MIN_LEAD_OF_OWN_LETTERS * most[1][1] else None
    )


def only_language(source: Source) -> str | None:
    return source.languages[0] if len(source.languages) == 1 else None


@cache
def language_names() -> dict[str, str]:
    names = read_reference("languages")["names"]
    return {name: code for code, words in names.items() for name in words if "*" not in name}


@cache
def _stop_words() -> pl.DataFrame:
    """word, languages, weight: a vote is shared by the languages that have the word, in whole numbers."""
    languages: dict[str, list[str]] = {}
    for language, words in read_reference("languages")["stop_words"].items():
        for word in dict.fromkeys(words):
            languages.setdefault(word, []).append(language)
    return pl.DataFrame(
        [(word, codes, math.lcm(*range(1, 17)) // len(codes)) for word, codes in languages.items()],
        schema={"word": pl.String, "languages": pl.List(pl.String), "weight": pl.Int64},
        orient="row",
    )
