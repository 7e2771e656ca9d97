"""Phrases: where in the sentences of listings the phrases of a dictionary stand.

Belongs here: finding thousands of phrases in one pass, what a heading says of the lines below it. Does not belong here: where
a sentence ends (`sentences`), a phrase of any language (data/reference), what follows from one (the concept modules).

A phrase is written in lower case as in its language. `*` at its start or end stands for any letters, `(a|b|)` for any of the
parts, at the edge of a phrase a word ends, except in scripts that do not part words.
"""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

import polars as pl

from pipeline.clean.found import EVIDENCE_SCHEMA
from pipeline.clean.words import flat, is_glued, read_reference

_HEADING = 60
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


@dataclass(frozen=True)
class Sentence:
    """A sentence as it is read: its words, the same in lower case (letter by letter as long), what the heading above it is
    about, the phrases in it by their place, and whether it is a title."""

    text: str
    lower: str
    under: str | None
    hits: list[Hit]
    is_title: bool

    def all(self, *cues: str) -> list[Hit]:
        """The hits of these cues; a cue is named whole or by its first part ("student" for "student.noun")."""
        if len(cues) == 1:
            return self._by_name.get(cues[0], [])
        return sorted((hit for cue in cues for hit in self._by_name.get(cue, ())), key=lambda hit: hit.start)

    def has(self, *cues: str) -> bool:
        return not self._by_name.keys().isdisjoint(cues)

    @cached_property
    def _by_name(self) -> dict[str, list[Hit]]:
        named: dict[str, list[Hit]] = {}
        for hit in self.hits:
            for name in {hit.cue, hit.cue.split(".")[0]}:
                named.setdefault(name, []).append(hit)
        return named


class Phrases:
    """Phrases by what they stand for, ready to be looked for."""

    def __init__(self, cues: Mapping[str, Iterable[str]], helpers: Iterable[str] = ()) -> None:
        """`helpers`: cues that mean nothing without others in the sentence; a text with none but them is not read."""
        self._helpers = frozenset(helpers)
        self._plain: dict[str, list[tuple[str, bool, bool]]] = {}
        self._choices: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
        for cue, words in cues.items():
            for word in words:
                self._add(cue, unicodedata.normalize("NFC", word))
        self._settle()

    def _settle(self) -> None:
        """Makes `shapes`, what to look for in a text of `spaced_words`, and `telling`, those that are not of helpers only."""
        self._forms: dict[str, set[str]] = {}
        telling = set()
        for form, entries in self._plain.items():
            inner = _spaced(form)
            for cue, needs_start, needs_end in entries:
                start = " " if needs_start and _is_letter(form[0]) else ""
                end = " " if needs_end and _is_letter(form[-1]) else ""
                shape = f"{start}{inner}{end}"
                self._forms.setdefault(shape, set()).add(form)
                if cue.split(".")[0] not in self._helpers:
                    telling.add(shape)
        for form, patterns in self._choices.items():
            self._forms.setdefault(_spaced(form), set()).add(form)
            if any(cue.split(".")[0] not in self._helpers for cue, _ in patterns):
                telling.add(_spaced(form))
        self.shapes, self.telling = sorted(self._forms), sorted(telling)

    def with_more(self, cues: Mapping[str, Iterable[str]], helpers: Iterable[str] = ()) -> Phrases:
        """These phrases and those."""
        more = Phrases(cues, {*self._helpers, *helpers})
        for form, entries in self._plain.items():
            more._plain.setdefault(form, []).extend(entries)
        for form, patterns in self._choices.items():
            more._choices.setdefault(form, []).extend(patterns)
        more._settle()
        return more

    def hits(self, lower: str, shapes: Iterable[str]) -> list[Hit]:
        """Where the phrases of these shapes stand in a lower-case text; of hits of one group within another, the longest."""
        every = set()
        for form in {form for shape in shapes for form in self._forms[shape]}:
            for cue, needs_start, needs_end in self._plain.get(form, ()):
                start = lower.find(form)
                while start >= 0:
                    end = start + len(form)
                    opens = not needs_start or start == 0 or not _is_letter(lower[start - 1]) or not _is_letter(form[0])
                    closes = (
                        not needs_end or end == len(lower) or not _is_letter(lower[end]) or not _is_letter(form[-1])
                    )
                    if opens and closes:
                        every.add(Hit(cue, start, end))
                    start = lower.find(form, start + 1)
            for cue, pattern in self._choices.get(form, ()):
                every |= {Hit(cue, *match.span()) for match in pattern.finditer(lower)}
        groups: dict[str, list[Hit]] = {}
        for hit in every:
            groups.setdefault(hit.cue.split(".")[0], []).append(hit)
        kept = [hit for group in groups.values() for hit in group if len(group) == 1 or not _is_within(hit, group)]
        return sorted(kept, key=lambda hit: (hit.start, hit))

    def _add(self, cue: str, word: str) -> None:
        pieces = _PARTS.split(word)
        if any(sign in piece for piece in pieces for sign in "()"):
            raise ValueError(f"brackets within brackets in the phrase: {word}")
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
        fixed = [
            choice for choice in choices if "" not in choice and min(len(part.strip(" *")) for part in choice) >= 2
        ]
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
        if isinstance(below, Mapping) and any(
            len(inner) > 2 or isinstance(value, Mapping) for inner, value in below.items()
        ):
            yield from _named(below, f"{name}.")
        else:
            yield name, flat(below)


def under_headings(sentences: pl.DataFrame) -> pl.DataFrame:
    """The sentences (`pipeline.clean.sentences`), with `under`: the cue of data/reference/headings.yaml that the nearest
    heading above names; TITLE for a title; null where there is none; and `spaced`, their words as phrases are looked for."""
    text = pl.col("text")
    is_heading = (text.str.len_chars() <= _HEADING) & ~text.str.contains(r"^[-*–·]\s") & (
        text.str.contains(r"[:：]$") | ~text.str.contains(r"[.,!?:：。]|\d")
    )  # fmt: skip
    with_words = sentences.with_columns(spaced=spaced_words(text), is_heading=is_heading)
    headings = with_words.filter("is_heading").select("text", "spaced", under=pl.lit(None, pl.String))
    told = read_matches(headings, read_phrases("headings"), _heading).select("text", heading="value")
    # A heading that tells nothing ends what the one before said.
    marked = (
        pl.when("is_heading").then(pl.col("heading").fill_null("")).forward_fill().over("row", "raw_field")
    )
    under = pl.when(pl.col("raw_field") == "title").then(pl.lit(TITLE)).when(marked != "").then(marked)
    joined = with_words.join(told, on="text", how="left", maintain_order="left")
    return joined.select(*sentences.columns, "spaced", under=under)


def spaced_words(text: pl.Expr) -> pl.Expr:
    """Lower case, a blank for each sign that is no letter or digit, and at both ends: every word stands between blanks."""
    lower = text.str.to_lowercase().str.replace_all("i\u0307", "i", literal=True)
    return pl.format(" {} ", lower.str.replace_all(r"[^\p{L}\p{M}\p{N} ]", " "))


def read_matches(said: pl.DataFrame, phrases: Phrases, read: Callable[[Sentence], Iterable[Fact]]) -> pl.DataFrame:
    """text, under, order, field, value (text), quote: what `read` makes of each distinct text with a phrase in it.

    `said`: text, under, spaced (`under_headings`)."""
    met = (
        said.filter(pl.col("spaced").str.contains_any(phrases.telling))
        .select("text", "under", "spaced")
        .unique(["text", "under"], maintain_order=True)
        .with_columns(shapes=pl.col("spaced").str.extract_many(phrases.shapes, overlapping=True))
    )
    rows: list[tuple[object, ...]] = []
    for text, below, shapes in met.select("text", "under", "shapes").iter_rows():
        lower = _lower(text)
        hits = phrases.hits(lower, shapes)
        if hits:
            sentence = Sentence(text, lower, None if below == TITLE else below, hits, below == TITLE)
            for order, fact in enumerate(read(sentence)):
                rows.append((text, below, order, fact.field, str(fact.value), fact.quote or text))
    schema = {
        "text": pl.String, "under": pl.String, "order": pl.Int64, "field": pl.String, "value": pl.String, "quote": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


TITLE = "title"
"""What stands in `under` for titles: they are read as such."""


def read_sentences(said: pl.DataFrame, phrases: Phrases, read: Callable[[Sentence], Iterable[Fact]]) -> pl.DataFrame:
    """row, raw_field, field, value (text), quote: what `read` makes of each sentence (a frame of `under_headings`), in the
    order of the text. Each distinct sentence is read once."""
    facts = read_matches(said, phrases, read)
    return (
        said.select("row", "place", "text", "raw_field", "under")
        .join(facts, on=["text", "under"], how="inner", nulls_equal=True)
        .sort("row", "place", "order")
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


def _lower(text: str) -> str:
    """Lower case, letter by letter as long as the text."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(letter.lower()[0] for letter in text)


def _spaced(form: str) -> str:
    """A form as it stands in a text of `spaced_words`."""
    return "".join(letter if _is_letter(letter) else " " for letter in form)


def _is_letter(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign)[0] == "M"


def _is_within(hit: Hit, group: Iterable[Hit]) -> bool:
    """Whether a longer phrase of the group holds this one."""
    size = hit.end - hit.start
    return any(other.start <= hit.start and hit.end <= other.end and other.end - other.start > size for other in group)


def _spelled(part: str) -> str:
    return "".join(" *" if letter == " " else r"[^\W_]*" if letter == "*" else re.escape(letter) for letter in part)


def _bare(form: str) -> str:
    return "".join(base if (base := unicodedata.normalize("NFD", letter)[0]).isascii() else letter for letter in form)
