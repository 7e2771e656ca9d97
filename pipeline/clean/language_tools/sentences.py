"""Sentences: titles and descriptions cut into the pieces that a rule for prose reads one at a time.

Belongs here: where a sentence, a line or a cell of a table ends; choosing pieces by the words in them. Does not belong
here: any word of a concept, any reading of a value.

"Yes" and "no" alone on a line are the end of the label or question above: alone they tell nothing, and it tells the contrary.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

import polars as pl

from pipeline.clean.language_tools.dictionary import Literals, flat, hints, holds, read_reference
from pipeline.clean.language_tools.extraction import Schema, over_distinct
from pipeline.clean.language_tools.text import folded, unescaped

_READ = 30_000
"""Letters of a description that are read: what lies beyond is no posting."""
_LONGEST = 600
"""Letters of a sentence that are read."""

_OPENING = r"[\p{Lu}\p{Lo}\"“„«(¿¡\[]"
_BLANKS = r"[\s--\n]+"
_END = rf"((?:\p{{L}}\p{{L}}|\d\d\d|[)\]%\"€$£»”’])[.!?]){_BLANKS}({_OPENING})"
"""A sentence ends at a mark before a capital, but not after a single letter (U.S.) or a day of a month (3. März)."""
_END_BEFORE_NUMBER = r"(\p{L}\p{L}\p{L}\p{L}[.!?])\s+(\d{1,2}\D|\d[\d.,]+\s?[\p{L}€$£])"
"""Before a number only after a long word: "max. 6" and "Sept. 2025" stay whole."""
_END_OF_QUESTION = rf"([?؟]){_BLANKS}({_OPENING})"
"""By itself, so that an answer of one word ends behind it, too."""
_SIGNS = r"([。！？；।॥۔։።]|;\s)\s*"
QUESTION_MARKS = ("?", "？", "؟")
_MAX_LABEL, _MAX_BELOW = 40, 90
"""Letters of a label, and of what stands below it, that are lines of their own."""
_MAX_ANSWER = 24
"""Letters of an answer that stands on a line of its own."""
_QUESTION = r"[?？؟]$"
_CELLS = r"\s*[|•·]\s*"

SENTENCES = pl.Schema(
    {"row": pl.UInt32, "place": pl.UInt32, "text": pl.String, "raw_field": pl.String, "lower": pl.String, "has_digit": pl.Boolean}
)  # fmt: skip
"""`place`: the title is 0, then the pieces of the description in their order. `lower`: the text in lower case."""


def split_sentences(titles: pl.Series, descriptions: pl.Series) -> pl.DataFrame:
    """SENTENCES of every row: its title, and the sentences of its plain-text description."""
    title = pl.DataFrame({"text": unescaped(titles)}).with_columns(folded(pl.col("text"))).with_row_index("row")
    pieces = (
        descriptions.str.head(_READ)
        .to_frame("text")
        .with_row_index("row")
        .with_columns(
            pl.col("text")
            .str.replace_all(_END_OF_QUESTION, "${1}\n${2}")
            .str.replace_all(_END, "${1}\n${2}")
            .str.replace_all(_END_BEFORE_NUMBER, "${1}\n${2}")
            .str.replace_all(_SIGNS, "${1}\n")
            .str.replace_all(_CELLS, "\n")
            .str.split("\n")
        )
        .explode("text")
        .with_columns(pl.col("text").str.strip_chars().str.head(_LONGEST))
        .filter(pl.col("text") != "")
        .pipe(_with_answers)
        .with_columns(raw_field=pl.lit("description"))
    )
    every = pl.concat(
        [title.drop_nulls("text").with_columns(pl.col("text").str.head(_LONGEST), raw_field=pl.lit("title")), pieces]
    )
    place = pl.when(pl.col("raw_field") == "title").then(0).otherwise(pl.int_range(pl.len()) + 1)
    return (
        every.sort("row", maintain_order=True)
        .with_columns(
            pl.col("row").cast(pl.UInt32),
            place=place.cast(pl.UInt32),
            lower=pl.col("text").str.to_lowercase(),
            has_digit=pl.col("text").str.contains(r"\d|[一二三四五六七八九十]月"),
        )
        .select(SENTENCES.names())
        .rechunk()  # polars 2.1 panics in `format` where a filter leaves nothing of the first of several chunks
    )


def _with_answers(pieces: pl.DataFrame) -> pl.DataFrame:
    """The pieces, each answer of one word joined to the label or the question above it: "Visa support: no"."""
    text = pl.col("text")
    is_answer = (text.str.len_chars() <= _MAX_ANSWER) & (
        text.str.to_lowercase().str.strip_chars(" .!,。:：*-–—").is_in(_answers())
    )
    marked = pieces.with_columns(is_answer=is_answer)
    if not marked["is_answer"].any():
        return pieces
    is_question = text.str.contains(_QUESTION)
    is_label = text.str.len_chars() <= pl.when(is_question).then(_MAX_BELOW).otherwise(_MAX_LABEL)
    is_label &= ~pl.col("is_answer") & ~text.str.contains(r"[.!;,…]$")
    is_one_row = pl.col("row") == pl.col("row").shift(-1)
    answered = marked.with_columns(is_answered=is_label & is_one_row & pl.col("is_answer").shift(-1).fill_null(False))
    label = pl.when(is_question).then(text).otherwise(pl.format("{}:", text.str.strip_chars_end(" :：")))
    return (
        answered.with_columns(
            text=pl.when("is_answered").then(pl.format("{} {}", label, text.shift(-1))).otherwise(text),
            is_joined=pl.col("is_answer") & pl.col("is_answered").shift(1).fill_null(False),
        )
        .filter(~pl.col("is_joined"))
        .select(pieces.columns)
    )


@cache
def _answers() -> frozenset[str]:
    sense = read_reference("sense")
    return frozenset([*flat(sense["refuses"]), *flat(sense["accepts"])])


def below_labels(sentences: pl.DataFrame, labels: Iterable[str], max_lines: int = 1) -> pl.DataFrame:
    """The sentences, and each short line below a label on a line of its own once more, behind that label: "Length", "5 months".

    `max_lines`: how many lines below it a label holds for; a line without a digit, or a label, ends them."""
    is_label = (
        (pl.col("raw_field") != "title")
        & ~pl.col("has_digit")
        & (pl.col("text").str.len_chars() <= _MAX_LABEL)
        & holds(pl.col("lower"), _literals(frozenset(labels)))
    )
    marked = sentences.with_columns(is_label=is_label)
    if not marked["is_label"].any():
        return sentences
    of_rows = marked.join(marked.filter("is_label").select("row").unique(), on="row", how="semi", maintain_order="left")
    label = pl.when("is_label").then(pl.col("text").str.strip_chars(" :：*-–•■○●▪►"))
    is_end = ~(pl.col("has_digit") & (pl.col("text").str.len_chars() <= _MAX_BELOW)) & ~pl.col("is_label")
    below = (
        of_rows.with_columns(label=label, run=(pl.col("is_label") | is_end).cum_sum().over("row"))
        .with_columns(
            label=pl.col("label").first().over("row", "run"), number=pl.int_range(pl.len()).over("row", "run")
        )
        .filter(pl.col("label").is_not_null(), pl.col("number").is_between(1, max_lines))
        .with_columns(text=pl.format("{}: {}", "label", "text"))
        .with_columns(lower=pl.col("text").str.to_lowercase())
    )
    return pl.concat([sentences, below.select(sentences.columns)], rechunk=True)


@lru_cache(maxsize=20)
def _literals(labels: frozenset[str]) -> Literals:
    return Literals(sorted(labels))


def having(sentences: pl.DataFrame, words: Iterable[str]) -> pl.DataFrame:
    """The sentences with one of the words, or of their beginnings, somewhere: a cheap first choice, whole words or not."""
    return sentences.filter(holds(pl.col("lower"), hints(words)))


def read_best(
    sentences: pl.DataFrame, inputs: Sequence[str], parse: Callable[..., Sequence[Any] | None], outputs: Schema
) -> pl.DataFrame:
    """For each row that has any, what `parse(text, *inputs)` reads from its best sentence: row, raw_field and `outputs`.

    `outputs` begins with `score`: the greatest wins, of equals the first in the text."""
    return best_of(read_each(sentences, inputs, parse, outputs))


def read_each(
    sentences: pl.DataFrame, inputs: Sequence[str], parse: Callable[..., Sequence[Any] | None], outputs: Schema
) -> pl.DataFrame:
    """What `parse` reads from each sentence that tells anything: row, place, raw_field and `outputs`, as for `read_best`."""
    read = over_distinct(sentences, ["text", *inputs], parse, outputs)
    return sentences.select("row", "place", "raw_field").hstack(read).filter(pl.col("score").is_not_null())


def best_of(read: pl.DataFrame) -> pl.DataFrame:
    """The best of each row of a frame of `read_each`, without its place."""
    return (
        read.sort("row", "score", "place", descending=[False, True, False])
        .unique("row", keep="first", maintain_order=True)
        .drop("place")
    )
