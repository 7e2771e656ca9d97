"""Phrases: where in the sentences of listings the phrases of a dictionary stand.

Belongs here: cutting texts into sentences, finding thousands of phrases in one pass, what a heading says of the lines below
it. Does not belong here: a phrase of any language (data/reference), what follows from one (the concept modules).

A phrase is written in lower case as in its language. `*` at its start or end stands for any letters, `(a|b|)` for any of the
parts, at the edge of a phrase a word ends, except in scripts that do not part words.
"""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import polars as pl

from pipeline.clean.found import EVIDENCE_SCHEMA
from pipeline.clean.text import folded
from pipeline.clean.words import flat, is_glued, read_reference

_READ = 30_000
"""Letters of a text that are read: beyond that it is no posting."""
_MOST = 200
"""Sentences of a text that are read."""
_LONGEST = 700
"""Letters of a sentence that are read: a longer one is a text without ends."""
_HEADING = 60
_CUT = "\x1f"
_LINE = r" *(?:\n|[ \t]\|[ \t]|[•●▪■◆★※])+ *"
_WIDE_END = "([。！？；])"
_END = r"([\p{Ll}\p{Lo}\p{M}]{2}|\d{4}|[)\]\"»”%€]|\p{Lu}{3})(?:[.!?…؟।]+|;)\s+([-\p{L}\p{N}\"«“„¿¡(])"
_MOST_FORMS = 24
"""Ways of saying a phrase that are written out; of one with more, a part is looked for first."""
_PARTS = re.compile(r"\(([^()]*)\)")


class Hit(NamedTuple):
    """A phrase in a sentence: what it stands for, where it begins and ends in the sentence."""

    cue: str
    start: int
    end: int


class Fact(NamedTuple):
    """What a sentence says: a value of a field; `quote`, where it is not the whole sentence."""

    field: str
    value: object
    quote: str | None = None


class Sentence(NamedTuple):
    """A sentence as it is read: its words, the same in lower case (letter by letter as long), what the heading above it is
    about, the phrases in it by their place, and whether it is a title."""

    text: str
    lower: str
    under: str | None
    hits: list[Hit]
    is_title: bool

    def all(self, *cues: str) -> list[Hit]:
        """The hits of these cues; a cue is named whole or by its first part ("student" for "student.noun")."""
        return [hit for hit in self.hits if hit.cue in cues or hit.cue.split(".")[0] in cues]

    def has(self, *cues: str) -> bool:
        return any(hit.cue in cues or hit.cue.split(".")[0] in cues for hit in self.hits)


class Phrases:
    """Phrases by what they stand for, ready to be looked for."""

    def __init__(self, cues: Mapping[str, Iterable[str]]) -> None:
        self._plain: dict[str, list[tuple[str, bool, bool]]] = {}
        self._choices: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
        for cue, words in cues.items():
            for word in words:
                self._add(cue, unicodedata.normalize("NFC", word))
        self.forms = sorted({*self._plain, *self._choices})

    def hits(self, lower: str, forms: Iterable[str]) -> list[Hit]:
        """Where the phrases of these forms stand in a lower-case text; of hits of one group within another, the longest."""
        every = set()
        for form in forms:
            for cue, needs_start, needs_end in self._plain.get(form, ()):
                start = lower.find(form)
                while start >= 0:
                    end = start + len(form)
                    opens = not needs_start or start == 0 or not _is_letter(lower[start - 1]) or not _is_letter(form[0])
                    closes = not needs_end or end == len(lower) or not _is_letter(lower[end]) or not _is_letter(form[-1])
                    if opens and closes:
                        every.add(Hit(cue, start, end))
                    start = lower.find(form, start + 1)
            for cue, pattern in self._choices.get(form, ()):
                every |= {Hit(cue, *match.span()) for match in pattern.finditer(lower)}
        return sorted(
            (hit for hit in every if not any(_within(hit, other) for other in every)), key=lambda hit: (hit.start, hit)
        )

    def _add(self, cue: str, word: str) -> None:
        pieces = _PARTS.split(word)
        choices = [piece.split("|") if number % 2 else [piece] for number, piece in enumerate(pieces)]
        if math.prod(len(choice) for choice in choices) <= _MOST_FORMS:
            for choice in itertools.product(*choices):
                form = " ".join("".join(choice).split())
                for spelled in {form, _bare(form)} - {""}:
                    bare = spelled.strip("*")
                    glued = is_glued(bare)
                    entry = (cue, not glued and not spelled.startswith("*"), not glued and not spelled.endswith("*"))
                    known = self._plain.setdefault(bare, [])
                    if entry not in known:
                        known.append(entry)
            return
        # Too many ways to say it: looked for by its longest fixed part, or the parts of its first choice.
        fixed = [choice for choice in choices if "" not in choice and min(len(part.strip(" *")) for part in choice) >= 2]
        if not fixed:
            raise ValueError(f"no fixed part in the phrase: {word}")
        anchors = max(fixed, key=lambda choice: (len(choice) == 1, min(len(part) for part in choice)))
        for spelled in {word, _bare(word)}:
            inner = "".join(
                "(?:" + "|".join(_spelled(part) for part in piece.split("|")) + ")" if number % 2 else _spelled(piece)
                for number, piece in enumerate(_PARTS.split(spelled))
            )
            pattern = re.compile(rf"(?<![^\W_]){inner}" + ("" if spelled.endswith("*") else r"(?![^\W_])"))
            for anchor in anchors:
                form = anchor if spelled == word else _bare(anchor)
                self._choices.setdefault(form.strip(" *"), []).append((cue, pattern))


def read_phrases(name: str, *parts: str) -> Phrases:
    """The phrases of data/reference/<name>.yaml (below `parts`, or all); their cues are the keys joined by dots.

    A language is no cue: phrases by language stand one level below."""
    return _read_phrases(name, parts)


@cache
def _read_phrases(name: str, parts: tuple[str, ...]) -> Phrases:
    document = read_reference(name)
    chosen = {part: document[part] for part in parts} if parts else document
    return Phrases(dict(_named(chosen)))


def _named(part: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, list[str]]]:
    for key, below in part.items():
        name = f"{above}{key}"
        if isinstance(below, Mapping) and any(len(inner) > 2 or isinstance(value, Mapping) for inner, value in below.items()):
            yield from _named(below, f"{name}.")
        else:
            yield name, flat(below)


def sentences(raw: pl.DataFrame, texts: Mapping[str, pl.Series]) -> pl.DataFrame:
    """row, raw_field, sentence, under: each text cut into sentences, list items and cells, in the order of `texts`.

    `under`: the cue of data/reference/headings.yaml that the nearest heading above names; null where there is none."""
    pieces = []
    for raw_field, text in texts.items():
        cut = (
            pl.col("text").str.head(_READ)
            .str.replace_all(_LINE, _CUT)
            .str.replace_all(_WIDE_END, f"$1{_CUT}")
            .str.replace_all(_END, f"$1{_CUT}$2")
        )  # fmt: skip
        # A letter that begins a sentence and ends it ("A. B. C.") hides the next end: a second look finds it.
        again = cut.str.replace_all(_END, f"$1{_CUT}$2")
        rows = raw.select("row", text=text).filter(pl.col("text").is_not_null())
        one_line = rows.select("row", again.str.split(_CUT).list.head(_MOST).alias("sentence")).explode("sentence")
        pieces.append(one_line.with_columns(raw_field=pl.lit(raw_field)))
    every = pl.concat(pieces).select("row", "raw_field", folded(pl.col("sentence").str.head(_LONGEST)).alias("sentence"))
    every = every.filter(pl.col("sentence").is_not_null())
    is_item = pl.col("sentence").str.contains(r"^[-*–·]\s")
    is_heading = (pl.col("sentence").str.len_chars() <= _HEADING) & ~is_item & (
        pl.col("sentence").str.contains(r"[:：]$") | ~pl.col("sentence").str.contains(r"[.,!?:：。]|\d")
    )  # fmt: skip
    headings = every.filter(is_heading)["sentence"].unique()
    told = read_matches(headings, read_phrases("headings"), _heading).select("sentence", heading="value")
    every = every.join(told, on="sentence", how="left", maintain_order="left")
    # A heading that tells nothing ends what the one before said.
    marked = pl.when(is_heading).then(pl.col("heading").fill_null("")).forward_fill().over("row", "raw_field")
    return every.select("row", "raw_field", "sentence", under=pl.when(marked != "").then(marked))


def read_matches(
    texts: pl.Series, phrases: Phrases, read: Callable[[Sentence], Iterable[Fact]], under: pl.Series | None = None
) -> pl.DataFrame:
    """sentence, under, order, field, value (text), quote: what `read` makes of each text with a phrase in it."""
    table = pl.DataFrame({"sentence": texts, "under": under if under is not None else pl.Series([None] * len(texts), dtype=pl.String)})
    distinct = table.unique(maintain_order=True).with_columns(lower=pl.col("sentence").str.to_lowercase())
    met = distinct.filter(pl.col("lower").str.contains_any(phrases.forms)).with_columns(
        forms=pl.col("lower").str.extract_many(phrases.forms, overlapping=True).list.unique(maintain_order=True)
    )
    rows: list[tuple[str, str | None, int, str, str, str]] = []
    for text, below, _, forms in met.iter_rows():
        lower = text.lower().replace("i\u0307", "i")
        if len(lower) != len(text):
            lower = "".join(letter if len(small := letter.lower()) != 1 else small for letter in text)
        hits = phrases.hits(lower, forms)
        if not hits:
            continue
        is_title = below == TITLE
        for order, fact in enumerate(read(Sentence(text, lower, None if is_title else below, hits, is_title))):
            rows.append((text, below, order, fact.field, str(fact.value), fact.quote or text))
    schema = {"sentence": pl.String, "under": pl.String, "order": pl.Int64, "field": pl.String, "value": pl.String, "quote": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


TITLE = "title"
"""What stands in `under` for titles: they are read as such."""


def read_sentences(every: pl.DataFrame, phrases: Phrases, read: Callable[[Sentence], Iterable[Fact]]) -> pl.DataFrame:
    """row, raw_field, field, value, quote: what `read` makes of each sentence (a frame of `sentences`), in the order of the
    text. Each distinct sentence is read once."""
    placed = every.with_row_index("at").with_columns(
        under=pl.when(pl.col("raw_field") == "title").then(pl.lit(TITLE)).otherwise("under")
    )
    said = read_matches(placed["sentence"], phrases, read, placed["under"])
    return (
        placed.join(said, on=["sentence", "under"], how="inner", nulls_equal=True)
        .sort("at", "order")
        .select("row", "raw_field", "field", "value", "quote")
    )


def columns_of(
    rows: pl.DataFrame, said: pl.DataFrame, schema: Mapping[str, pl.DataType | type[pl.DataType]]
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The columns of `schema`, one row a row of `rows` (column row), and their evidence, from a frame of `read_sentences`.

    A list holds every value, sorted; of one value the first said counts, and the evidence is of what counts."""
    frame, proofs = rows.select("row"), []
    for name, dtype in schema.items():
        mine = said.filter(pl.col("field") == name)
        if isinstance(dtype, pl.List):
            typed = pl.col("value").cast(dtype.inner).unique().sort()
            counted = mine
        else:
            typed = _typed(pl.col("value").first(), dtype)
            first = mine.unique("row", keep="first", maintain_order=True).select("row", "value")
            counted = mine.join(first, on=["row", "value"], how="semi")
        values = mine.group_by("row", maintain_order=True).agg(typed.alias(name))
        frame = frame.join(values, on="row", how="left", maintain_order="left")
        proofs.append(
            counted.select("row", "field", "quote", "raw_field", method=pl.lit("stated")).unique(maintain_order=True)
        )
    schema_of = dict(EVIDENCE_SCHEMA)
    return frame.drop("row"), [proof.cast(schema_of) for proof in proofs]  # type: ignore[arg-type]


def _typed(value: pl.Expr, dtype: pl.DataType | type[pl.DataType]) -> pl.Expr:
    return value == "True" if dtype == pl.Boolean else value.cast(dtype)


def _heading(sentence: Sentence) -> Sequence[Fact]:
    return [Fact("heading", sentence.hits[-1].cue)]


def _is_letter(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign)[0] == "M"


def _within(hit: Hit, other: Hit) -> bool:
    """Whether another phrase of the same group holds this one."""
    if other.end - other.start <= hit.end - hit.start or hit.cue.split(".")[0] != other.cue.split(".")[0]:
        return False
    return other.start <= hit.start and hit.end <= other.end


def _spelled(part: str) -> str:
    return "".join(" *" if letter == " " else r"[^\W_]*" if letter == "*" else re.escape(letter) for letter in part)


def _bare(form: str) -> str:
    return "".join(base if (base := unicodedata.normalize("NFD", letter)[0]).isascii() else letter for letter in form)
