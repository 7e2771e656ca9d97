"""Language: what a posting is written in, and which languages a labelled line asks for.

Belongs here: the source's own word, a catalogue of one language, detection by script and frequent words. Does not belong
here: the words (data/reference/languages.yaml).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import polars as pl

from pipeline.clean.found import SOURCE, Found, by_source, evidence, found, over_distinct, unknown
from pipeline.clean.labels import SEPARATOR, labelled
from pipeline.clean.text import SHORT
from pipeline.clean.words import any_of, flat, read_reference
from scrapers.source import Source

_READ_LETTERS = 400
_LEAST_WORDS = 12
"""A shorter text is a title or a line of facts, whose few words several languages share."""
_LEAST_SIGNS = {"ja": 0.1}
"""Least share of letters in a language's own script, 0.4 elsewhere: Japanese is mixed with Chinese signs."""
_LEAST_SHARE = 0.15
"""Least share of frequent words among all: prose has a third, a list of names hardly any."""
_LEAD = 1.4
"""The best language has so many times the frequent words of the second; neighbours share many."""


def clean_language(raw: pl.DataFrame, descriptions: pl.Series, sources: Mapping[str, Source]) -> Found:
    """posting_language, languages_required. `descriptions`: plain text, one a row."""
    frame = raw.select(
        "row", pl.col("language").str.head(SHORT),
        text=descriptions.str.head(_READ_LETTERS),
        only=by_source(sources, _only_language, pl.String),
        lines=labelled(descriptions, flat(read_reference("languages")["required_labels"])),
    )  # fmt: skip
    said = over_distinct(
        frame, ["language"], lambda word: (parse_language(word),) if word else None, {"said": pl.String}
    )
    seen = over_distinct(
        frame, ["text"], lambda text: detect(text) if text else None, {"seen": pl.String, "seen_quote": pl.String}
    )
    asked = over_distinct(
        frame, ["lines"], lambda lines: _required(lines) if lines else None,
        {"languages_required": pl.List(pl.String), "asked_quote": pl.String},
    )  # fmt: skip
    rows = frame.hstack(said).hstack(seen).hstack(asked)
    rows = rows.with_columns(posting_language=pl.coalesce("said", "seen", "only"))
    from_catalogue = rows.filter(pl.col("said").is_null() & pl.col("seen").is_null())
    return found(
        rows.select("posting_language", "languages_required"),
        [
            evidence(rows, "posting_language", "language", "language", value="said"),
            evidence(rows.filter(pl.col("said").is_null()), "posting_language", "seen_quote", "description", "derived", "seen"),
            evidence(from_catalogue, "posting_language", pl.format("languages: {}", "only"), SOURCE, SOURCE),
            evidence(rows, "languages_required", "asked_quote", "description"),
        ],
        [unknown(rows.filter(pl.col("said").is_null()), "posting_language", "language")],
    )  # fmt: skip


def parse_language(word: str) -> str | None:
    """ISO 639-1 of a code ("en", "en-GB", "de_DE") or name ("English", "Deutsch")."""
    text = word.strip().lower()
    code = re.fullmatch(r"([a-z]{2})(?:[-_][a-z]{2,4})?", text)
    if code:
        return "nb" if code[1] in ("no", "nn") else code[1]
    return _names().get(text)


def detect(text: str) -> tuple[str, str] | None:
    """The language of a text and the words that tell, or None where it is too short or undecided."""
    if not text.isascii() and (written_in := _script(text)):
        return written_in, text.strip().split("\n")[0]
    words = re.findall(r"[^\W\d_]+", text.lower())
    if len(words) < _LEAST_WORDS:
        return None
    votes: dict[str, float] = {}
    met = 0
    for word in words:
        languages = _stop_words().get(word, ())
        met += bool(languages)
        for language in languages:  # a word that many languages share tells little
            votes[language] = votes.get(language, 0) + 1 / len(languages)
    ranked = sorted(votes.items(), key=lambda item: (-item[1], item[0]))
    if met < _LEAST_SHARE * len(words) or (len(ranked) > 1 and ranked[0][1] < _LEAD * ranked[1][1]):
        return None
    return ranked[0][0], max(text.strip().split("\n"), key=len)


def _script(text: str) -> str | None:
    """The language whose own script most of a text is written in."""
    beyond_latin = len(text) - len(text.encode("latin-1", "ignore"))
    if beyond_latin < _LEAST_WORDS:
        return None
    letters = len(re.findall(r"[^\W\d_]", text))
    for language, script in read_reference("languages")["scripts"].items():
        if len(re.findall(script, text)) >= _LEAST_SIGNS.get(language, 0.4) * letters:
            return str(language)
    return None


def _required(lines: str) -> tuple[list[str], str] | None:
    reference = read_reference("languages")
    for line in lines.split(SEPARATOR):
        value = re.split(r"[:：]", line, maxsplit=1)[-1]
        if re.search(any_of(reference["choice"]), value, re.IGNORECASE) or re.search(
            any_of(reference["optional"]), value, re.IGNORECASE
        ):
            continue
        names = [name.lower() for name in re.findall(any_of(_names()), value, re.IGNORECASE)]
        if names:
            return sorted({_names()[name] for name in names if name in _names()}), line
    return None


def _only_language(source: Source) -> str | None:
    return source.languages[0] if len(source.languages) == 1 else None


@cache
def _names() -> dict[str, str]:
    return {name: code for code, names in read_reference("languages")["names"].items() for name in names}


@cache
def _stop_words() -> dict[str, tuple[str, ...]]:
    languages: dict[str, list[str]] = {}
    for language, words in read_reference("languages")["stop_words"].items():
        for word in dict.fromkeys(words):
            languages.setdefault(word, []).append(language)
    return {word: tuple(codes) for word, codes in languages.items()}
