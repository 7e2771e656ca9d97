"""Work mode: on site, hybrid or remote, where the source says so.

Belongs here: reading the mode from location texts, notes, the employment type, the title and labels in the description.
Does not belong here: sentences (`where.work_mode_prose`), the words (data/reference/work_mode.yaml), countries from which one
may work remotely (`places`). A town alone does not say on site; an offer of a town or remote work is left open.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache

import polars as pl

from pipeline.clean.language_tools.dictionary import (
    WordList,
    any_of,
    flat,
    on_texts,
    read_reference,
    with_label,
    with_words,
)
from pipeline.clean.language_tools.extraction import Extraction, evidence, extraction, over_distinct
from pipeline.clean.language_tools.text import bare_key
from pipeline.clean.where.work_mode_prose import read_modes

MODES = ("onsite", "hybrid", "remote")

_ITEM_END = "\x1e"
_MAX_LETTERS = 300
_MAX_VALUE_LETTERS = 60
_PART = re.compile(r"[;/|\n•·]| (?:or|oder|ou|and|und|et|y|o|lub|eller) ", re.IGNORECASE)
_TITLE_PART = re.compile(r"\s[-–—]+\s|[-–—]{2,}|[–—|,;:()\[\]{}/•·]|\.\s")


def clean_work_mode(raw: pl.DataFrame, descriptions: pl.Series, sentences: pl.DataFrame) -> Extraction:
    """work_mode, null when not stated. `descriptions`: plain text, one a row; `sentences`: those of title and description
    (`phrases.under_headings`).

    Order of trust: locations, notes in `extra`, employment type, title, the first label in the description that is followed
    by a mode, a phrase of the description that says how the post is done."""
    frame = raw.select(
        "row", "title", "employment_type", items=pl.col("locations").list.join(_ITEM_END, ignore_nulls=True)
    ).with_columns(
        with_words(pl.col(text), flat([read_reference("work_mode")[mode] for mode in MODES])).alias(text)
        for text in ("title", "employment_type", "items")
    )
    both = {"mode": pl.String, "quote": pl.String}
    readers = {
        "locations": over_distinct(frame, ["items"], lambda items: _of_locations(items) if items else None, both),
        "extra": over_distinct(raw, ["extra"], _of_notes, both),
        "employment_type": over_distinct(
            frame, ["employment_type"], lambda text: _of_text(text) if text else None, both
        ),
        "title": over_distinct(frame, ["title"], lambda title: _of_title(title) if title else None, both),
    }
    silent = pl.all_horizontal(
        readers[field]["mode"].is_null() for field in ("locations", "extra", "employment_type", "title")
    )
    prose = pl.select(text=pl.when(silent).then(descriptions)).with_columns(
        with_label(pl.col("text"), read_reference("work_mode")["labels"])
    )
    labelled = on_texts(
        pl.col("text"), lambda text: text.str.extract_all(_label_pattern()).list.head(8), pl.List(pl.String)
    )
    pieces = prose.select(piece=labelled.list.eval(pl.element().str.strip_chars("|•·.; \n")).list.join("\n"))
    readers["description"] = over_distinct(pieces, ["piece"], lambda piece: _of_labels(piece) if piece else None, both)
    unlabelled = frame.select("row").filter(silent & readers["description"]["mode"].is_null())
    in_prose = read_modes(sentences.join(unlabelled, on="row", how="semi"))
    readers["prose"] = frame.select("row").join(in_prose, on="row", how="left", maintain_order="left")
    rows = frame.select(
        "row",
        work_mode=pl.coalesce(reader["mode"] for reader in readers.values()),
        raw_field=pl.coalesce(
            pl.select(
                pl.when(reader["mode"].is_not_null()).then(pl.lit(field.replace("prose", "description")))
            ).to_series()
            for field, reader in readers.items()
        ),
        quote=pl.coalesce(
            pl.select(pl.when(reader["mode"].is_not_null()).then(reader["quote"])).to_series()
            for reader in readers.values()
        ),
    )
    return extraction(rows.select("work_mode"), [evidence(rows, "work_mode", "quote", pl.col("raw_field"))])


def _of_locations(items: str) -> tuple[str, str] | None:
    """The mode that all items agree on; open where some are remote and others plain places."""
    quote_of: dict[str, str] = {}
    is_any_silent = False
    for item in items.split(_ITEM_END):
        words = _modes(item)
        if not words:
            is_any_silent = is_any_silent or any(letter.isalpha() for letter in item)
            continue
        named = _of_text(item)
        if not named:
            return None
        mode, quote = named
        quote_of.setdefault(mode, quote)
    if len(quote_of) != 1 or (is_any_silent and "remote" in quote_of):
        return None
    return next(iter(quote_of.items()))


def _of_notes(extra: str | None) -> tuple[str, str] | None:
    """The one mode that the notes on the workplace name."""
    if not extra or extra == "{}":
        return None
    keys = frozenset(read_reference("work_mode")["extra_keys"])
    for key, value in json.loads(extra).items():
        if bare_key(key) in keys and isinstance(value, str):
            modes = _modes(value.replace("_", " "))
            if len(modes) == 1:
                return modes.pop(), value
    return None


def _of_text(text: str) -> tuple[str, str] | None:
    """The one mode that a short text names. `Paris or remote` names none: the choice is the applicant's."""
    text = text[:_MAX_LETTERS]
    modes = _modes(text)
    if len(modes) != 1:
        return None
    [mode] = modes
    if mode == "remote":
        parts = [part for part in _PART.split(text) if any(letter.isalpha() for letter in part)]
        if any(not _modes(part) for part in parts):
            return None
    return mode, text.strip()


def _of_title(title: str) -> tuple[str, str] | None:
    """A mode that is a part of the title of its own: `(Remote)`, `Full time on-site`, but no `Remote Sensing`."""
    quote_of: dict[str, str] = {}
    for part in _TITLE_PART.split(title[:_MAX_LETTERS]):
        modes = _modes(part)
        if len(modes) == 1 and _alone().fullmatch(part.strip()):
            quote_of[next(iter(modes))] = part.strip()
        elif len(modes) > 1:
            return None
    return next(iter(quote_of.items())) if len(quote_of) == 1 else None


def _of_labels(pieces: str) -> tuple[str, str] | None:
    for piece in pieces.split("\n"):
        value = re.split(r"[:：]", piece, maxsplit=1)[1]
        clause = re.split(r"[.;。]", value, maxsplit=1)[0]
        named = _of_text(clause)
        if named and _starts().match(clause):
            return named[0], piece.strip()
    return None


def _modes(text: str) -> set[str]:
    likely = {mode: words.likely(text) for mode, words in _lists().items()}
    return {mode for mode, words in likely.items() if words and _pattern(words).search(text)}


@cache
def _lists() -> dict[str, WordList]:
    return {mode: WordList(read_reference("work_mode")[mode]) for mode in MODES}


@lru_cache(maxsize=500)
def _pattern(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile(any_of(words), re.IGNORECASE)


@cache
def _alone() -> re.Pattern[str]:
    words = read_reference("work_mode")
    mode = any_of(word for name in MODES for word in words[name])
    beside = any_of(words["beside"])
    return re.compile(
        rf"(?:{beside}\s*)*{mode}(?:\s*(?:{beside}|{mode}))*(?:\s+(?:in|from|within)\s+.+)?", re.IGNORECASE
    )


@cache
def _starts() -> re.Pattern[str]:
    words = read_reference("work_mode")
    mode = any_of(word for name in MODES for word in words[name])
    return re.compile(rf"(?:[^\n]{{0,20}}\()?\W*(?:{any_of(words['beside'])}\W*)*{mode}", re.IGNORECASE)


@cache
def _label_pattern() -> str:
    """A label at the start of a line, cell or sentence, its colon, and what follows up to the end of the line or cell."""
    labels = any_of(read_reference("work_mode")["labels"])
    return rf"(?im)(?:^|[|•·.;]\s*)[^\S\n]*{labels}\s?[:：][^\n|]{{1,{_MAX_VALUE_LETTERS}}}"
