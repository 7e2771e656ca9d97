"""Phrases: where in the sentences of listings the phrases of a dictionary stand.

Belongs here: finding thousands of phrases in one pass, what a heading says of the lines below it. Does not belong here: where
a sentence ends (`sentences`), a phrase of any language (data/reference), what follows from one (the concept modules).

A phrase is written in lower case as in its language. `*` stands for any letters, `(a|b|)` for any of the parts, at the edge of a
phrase a word ends, except in scripts that do not part words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, NamedTuple

import ahocorasick
import polars as pl

from pipeline.clean.language_tools.dictionary import flat, read_reference, spaced_words
from pipeline.clean.language_tools.phrase_forms import Choice, spaced_form
from pipeline.clean.language_tools.phrase_shapes import Shape, masks_of, names_of, shapes_of_cues
from pipeline.clean.language_tools.sense import denials
from pipeline.clean.language_tools.text import lower_letters
from pipeline.compiled import kept

MAX_HEADING_LETTERS = 60
MAX_LABEL_LETTERS = 40


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


class Sentence:
    """A sentence as it is read: its words, the same in lower case (letter by letter as long), what the heading above it is
    about, the phrases in it by their place, and whether it is a title."""

    __slots__ = ("_by_name", "hits", "is_title", "lower", "text", "under")

    def __init__(self, text: str, lower: str, under: str | None, hits: list[Hit], is_title: bool) -> None:
        self.text, self.lower, self.under, self.hits, self.is_title = text, lower, under, hits, is_title
        self._by_name: dict[str, list[Hit]] = {}
        for hit in hits:
            for name in names_of(hit.cue):
                self._by_name.setdefault(name, []).append(hit)

    def all(self, *cues: str) -> list[Hit]:
        """The hits of these cues; a cue is named whole or by its first part ("student" for "student.noun")."""
        if len(cues) == 1:
            return self._by_name.get(cues[0], [])
        return sorted((hit for cue in cues for hit in self._by_name.get(cue, ())), key=lambda hit: hit.start)

    def has(self, *cues: str) -> bool:
        return not self._by_name.keys().isdisjoint(cues)


class Phrases:
    """Phrases by what they stand for, ready to be looked for."""

    def __init__(self, cues: Mapping[str, Iterable[str]], needs: Mapping[str, Iterable[str]] | None = None) -> None:
        """`needs`: cues that tell something only beside one of these other cues, or under one of these headings; a cue that
        needs nothing that could be there is a helper of others. A text in which no cue tells is not read."""
        self._cues = {cue: list(words) for cue, words in cues.items()}
        self._needs = {cue: frozenset(others) for cue, others in (needs or {}).items()}
        self._may_match: dict[tuple[int, str | None], bool] = {}

    def with_more(self, cues: Mapping[str, Iterable[str]], needs: Mapping[str, Iterable[str]] | None = None) -> Phrases:
        """These phrases and those."""
        every = self._cues | {cue: [*self._cues.get(cue, ()), *words] for cue, words in cues.items()}
        return Phrases(every, {**self._needs, **(needs or {})})

    def find(self, spaced: str) -> list[tuple[int, Shape]]:
        """The shapes in a text of `dictionary.spaced_words`, each with where it ends."""
        return list(self._automaton.iter(spaced)) if self._masks else []

    def hits(self, lower: str, found: Iterable[tuple[int, Shape]]) -> list[Hit]:
        """Where the phrases stand in a lower-case text, given what `find` finds in its words; of hits of one group within
        another, the longest."""
        met: list[tuple[str, Hit]] = []
        choices: dict[int, Shape] = {}
        for last, shape in found:
            for form, opens, cues in shape.forms:
                start = last - shape.size + opens
                end = start + len(form)
                if lower[start:end] == form:
                    met += [(group, Hit(cue, start, end)) for cue, group in cues]
            if shape.patterns:
                choices[id(shape)] = shape
        for shape in choices.values():
            for cue, group, choice in shape.patterns:
                if choice.may_occur_in(lower):
                    met += [(group, Hit(cue, *match.span())) for match in choice.pattern.finditer(lower)]
        if len(met) <= 1:
            return [hit for _, hit in met]
        groups: dict[str, set[Hit]] = {}
        for group, hit in met:
            groups.setdefault(group, set()).add(hit)
        kept = [
            hit
            for of_group in groups.values()
            for hit in of_group
            if len(of_group) == 1 or not _is_within(hit, of_group)
        ]
        return kept if len(kept) == 1 else sorted(kept, key=lambda hit: (hit.start, hit))

    def may_match(self, found: Iterable[tuple[int, Shape]], under: str | None) -> bool:
        """Whether a text in which `find` finds this, under this heading, may tell something."""
        mask = 0
        for _, shape in found:
            mask |= shape.mask
        known = self._may_match.get((mask, under))
        if known is None:
            names = {name for name, bit in self._masks.items() if mask & bit}
            beside = {*names, under}
            known = any(name not in self._needs or not self._needs[name].isdisjoint(beside) for name in names)
            self._may_match[mask, under] = known
        return known

    @cached_property
    def _masks(self) -> dict[str, int]:
        return masks_of(self._cues)

    @cached_property
    def _automaton(self) -> ahocorasick.Automaton:
        """What finds all shapes in one pass over a text; made once, where polars makes its own at every call."""
        content = json.dumps(self._cues).encode()
        name = hashlib.blake2b(" ".join(sorted(self._cues)).encode(), digest_size=8).hexdigest()
        shapes = kept(f"phrases-{name}", content, __file__, lambda: shapes_of_cues(self._cues))
        automaton = ahocorasick.Automaton()
        for text, spelled, patterns, mask in shapes:
            choices = [(cue, group, Choice(*choice)) for cue, group, *choice in patterns]
            automaton.add_word(text, Shape(len(text), spelled, choices, mask))
        automaton.make_automaton()
        return automaton


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
    """The sentences (`language_tools.sentences`), with `under`: the cue of data/reference/headings.yaml that the nearest
    heading above names; TITLE for a title; null where there is none; and `spaced`, their words as phrases are looked for."""
    text = pl.col("text")
    is_heading = (text.str.len_chars() <= MAX_HEADING_LETTERS) & ~text.str.contains(_ITEM) & (
        text.str.contains(r"[:：?？؟]$") | ~text.str.contains(r"[.,!?:：。]|\d")
    )  # fmt: skip
    with_words = sentences.with_columns(spaced=spaced_words(text), is_heading=is_heading)
    headings = with_words.filter("is_heading").select("text", "spaced", under=pl.lit(None, pl.String))
    text_numbers = read_matches(headings, read_phrases("headings"), _heading).select("text", heading="value")
    # A heading that tells nothing ends what the one before opened.
    marked = pl.when("is_heading").then(pl.col("heading").fill_null("")).forward_fill().over("row", "raw_field")
    own = pl.col("labelled").fill_null(marked)
    under = pl.when(pl.col("raw_field") == "title").then(pl.lit(TITLE)).when(own != "").then(own)
    joined = with_words.join(text_numbers, on="text", how="left", maintain_order="left")
    return joined.hstack(_labelled(joined)).select(*sentences.columns, "spaced", under=under)


_ITEM = r"^(?:[-*–—·•◦▪✔✓✅✈]\x{FE0F}?\s|\(?[a-h]\)\s)"
"""How a line of a list begins, which is no heading; the larger marks ("■", "▶") are often a heading's."""


def _labelled(sentences: pl.DataFrame) -> pl.DataFrame:
    """`labelled`: what the label at the beginning of each sentence says of it, as a heading would ("Benefits: a room")."""
    labels = sentences.select(
        text=pl.coalesce(pl.col("text").str.extract(pattern, 1) for pattern in _LABELS) + pl.lit(":")
    )
    distinct = labels.drop_nulls().unique().with_columns(
        spaced=spaced_words(pl.col("text")), under=pl.lit(None, pl.String)
    )  # fmt: skip
    headings = read_matches(distinct, read_phrases("headings"), _whole_heading).select("text", labelled="value")
    return labels.join(headings, on="text", how="left", maintain_order="left").select("labelled")


_LABELS = (
    rf"^[^\p{{L}}\d]{{0,6}}([^:：\d()]{{3,{MAX_LABEL_LETTERS}}})[:：]\s*[^\s/]",
    rf"^[【\[［]([^\]】］]{{1,{MAX_LABEL_LETTERS}}})[】\]］]\s*\S",
)
"""A label and what it stands before: "Benefits: a room", 【待遇】包住宿."""


def _whole_heading(sentence: Sentence) -> Sequence[Fact]:
    """What a label says that is but a heading's words."""
    letters = sum(map(str.isalnum, sentence.lower))
    whole = [hit.cue for hit in sentence.hits if sum(map(str.isalnum, sentence.lower[hit.start : hit.end])) >= letters]
    return [Fact("heading", "require" if cue == "applicants" else cue) for cue in whole[:1]]


def read_matches(
    sentences: pl.DataFrame,
    phrases: Phrases,
    read: Callable[[Sentence], Iterable[Fact]],
    placed: frozenset[str] | None = None,
) -> pl.DataFrame:
    """text, under, order, field, value (text), quote: what `read` makes of each distinct text with a phrase in it.

    `sentences`: text, under, spaced (`under_headings`). `placed`: groups of cues whose words or place `read` looks at. Texts
    without them that have the same cues in the same order say the same, and one is read for all. None: each is read."""
    distinct = sentences.select("text", "under", "spaced").unique(["text", "under"], maintain_order=True)
    text_numbers: list[int] = []
    facts: list[Fact] = []
    known: dict[tuple[str | None, ...], list[Fact]] = {}
    for number, (text, below, spaced) in enumerate(zip(*distinct.to_dict(as_series=False).values(), strict=True)):
        found = phrases.find(spaced)
        if not found or not phrases.may_match(found, below):
            continue
        lower = lower_letters(text)
        if len(spaced) != len(lower) + 2:  # a sign over a letter that its lower case has lost
            found = phrases.find(f" {spaced_form(lower)} ")
        hits = phrases.hits(lower, found)
        if not hits:
            continue
        cues = (below, *(hit.cue for hit in hits))
        known_facts = known.get(cues)
        if known_facts is None:
            known_facts = list(read(Sentence(text, lower, None if below == TITLE else below, hits, below == TITLE)))
            if placed is not None and placed.isdisjoint(hit.cue.partition(".")[0] for hit in hits):
                known[cues] = known_facts
        facts += known_facts
        text_numbers += [number] * len(known_facts)
    columns = {
        "order": range(len(facts)),
        "field": [fact.field for fact in facts],
        "value": [str(fact.value) for fact in facts],
        "quote": [fact.quote for fact in facts],
    }
    schema = {"order": pl.Int64, "field": pl.String, "value": pl.String, "quote": pl.String}
    texts = distinct.select("text", "under")[pl.Series(text_numbers, dtype=pl.UInt32)]
    return texts.hstack(pl.DataFrame(columns, schema)).with_columns(pl.coalesce("quote", "text").alias("quote"))


TITLE = "title"
"""What stands in `under` for titles: they are read as such."""


def read_sentences(
    sentences: pl.DataFrame,
    phrases: Phrases,
    read: Callable[[Sentence], Iterable[Fact]],
    placed: frozenset[str] | None = None,
) -> pl.DataFrame:
    """row, raw_field, field, value (text), quote: what `read` makes of each sentence (a frame of `under_headings`), in the
    order of the text. Each distinct sentence is read once; `placed`: as for `read_matches`."""
    facts = read_matches(sentences, phrases, read, placed)
    return (
        sentences.select("row", "place", "text", "raw_field", "under")
        .join(facts, on=["text", "under"], how="inner", nulls_equal=True)
        .sort("row", "place", "order")
        .select("row", "raw_field", "field", "value", "quote")
    )


def _heading(sentence: Sentence) -> Sequence[Fact]:
    named = [hit.cue for hit in sentence.hits]
    cues = named if sentence.text.rstrip().endswith((":", "：")) else [cue for cue in named if cue != "applicants"]
    if cues and cues[-1] == "offer" and denials(sentence.lower):
        return [Fact("heading", "not_offered")]  # "the centre does not cover:"
    return [Fact("heading", "require" if cue == "applicants" else cue) for cue in cues[-1:]]


def _is_within(hit: Hit, group: Iterable[Hit]) -> bool:
    """Whether a longer phrase of the group holds this one."""
    _, start, end = hit
    size = end - start
    for _, first, last in group:  # noqa: SIM110 (a generator in any() takes three times as long)
        if first <= start and end <= last and last - first > size:
            return True
    return False
