"""Phrases: every way to say a phrase is found, at the edges of words, beside what it needs."""

from __future__ import annotations

import itertools
import re

import polars as pl
import pytest

from pipeline.clean.language_tools.dictionary import flat, read_reference, spaced_words, with_label, with_words
from pipeline.clean.language_tools.phrases import Fact, Phrases, Sentence, read_matches
from pipeline.clean.what import kind, structure
from pipeline.clean.who import eligibility, language


def cues_in(phrases: Phrases, *texts: str, under: str | None = None) -> dict[str, set[str]]:
    """For each text the cues of the hits in it."""
    frame = pl.DataFrame({"text": texts, "under": [under] * len(texts)}, schema_overrides={"under": pl.String})

    def read(sentence: Sentence) -> list[Fact]:
        return [Fact(hit.cue, sentence.text[hit.start : hit.end]) for hit in sentence.hits]

    matches = read_matches(frame.with_columns(spaced=spaced_words(pl.col("text"))), phrases, read)
    found: dict[str, set[str]] = {text: set() for text in texts}
    for text, cue in matches.select("text", "field").iter_rows():
        found[text].add(cue)
    return found


def ways(phrase: str) -> list[str]:
    """A few ways to say a phrase: each choice at its first, at its last, and each part once."""
    pieces = [piece.split("|") if n % 2 else [piece] for n, piece in enumerate(re.split(r"\(([^()]*)\)", phrase))]
    longest = max(len(choice) for choice in pieces)
    chosen = ([choice[n % len(choice)] for choice in pieces] for n in range(longest))
    sequences = itertools.chain(chosen, [[choice[-1] for choice in pieces]])
    ends = {" ".join("".join(parts).split()) for parts in sequences} - {""}
    return sorted(re.sub(r"^\*|\*$", "x", way) for way in ends)  # a star within is a German ending's


@pytest.mark.parametrize(
    ("phrases", "name", "parts"),
    [
        (
            eligibility._phrases,
            "eligibility",
            ("student", "enrolment", "visa_support", "work_right", "recent_graduate"),
        ),
        (structure._phrases, "structure", ("conversion", "supervision", "risk_flags", "academic_credit")),
        (kind._offers, "kind", ("offered",)),
        (language._phrases, "languages", ("exams",)),
    ],
)
def test_every_way_to_say_a_phrase_is_found(phrases: object, name: str, parts: tuple[str, ...]) -> None:
    reference = read_reference(name)
    wordings = sorted({way for part in parts for phrase in flat(reference[part]) for way in ways(phrase)})
    found = cues_in(phrases(), *wordings)  # type: ignore[operator]
    assert len(wordings) > 10
    assert [way for way in wordings if not found[way]] == []


def test_a_word_ends_at_its_edge() -> None:
    phrases = Phrases({"thing": ["art", "studi*"], "sign": ["c.v."], "glued": ["実習"]})
    found = cues_in(
        phrases, "start", "state of the art.", "Studierende", "c.v.", "a c.v.b", "国際実習生", "e-art (art)"
    )
    assert {text: sorted(cues) for text, cues in found.items()} == {
        "start": [], "state of the art.": ["thing"], "Studierende": ["thing"], "c.v.": ["sign"], "a c.v.b": ["sign"],
        "国際実習生": ["glued"], "e-art (art)": ["thing"],
    }  # fmt: skip


def test_what_needs_company_tells_nothing_alone() -> None:
    phrases = Phrases(
        {"support": ["housing"], "offered": ["we offer"]}, {"support": ("offered", "offer"), "offered": ()}
    )
    assert cues_in(phrases, "housing", "we offer", "we offer housing") == {
        "housing": set(), "we offer": set(), "we offer housing": {"support", "offered"},
    }  # fmt: skip
    assert cues_in(phrases, "housing", under="offer") == {"housing": {"support"}}


def test_a_sign_over_a_letter_moves_no_hit() -> None:
    assert cues_in(Phrases({"city": ["izmir"]}), "İzmir", "i̇zmir, izmir") == {
        "İzmir": {"city"},
        "i̇zmir, izmir": {"city"},
    }


def test_texts_without_a_word_need_no_pattern() -> None:
    texts = pl.DataFrame({"text": ["Praktikum in Köln", "Été à l’étranger", "nothing", None, "co–op"]})
    words = ["*praktikum", "été", "co-op"]
    assert texts.select(with_words(pl.col("text"), words))["text"].is_not_null().to_list() == [
        True,
        True,
        False,
        False,
        True,
    ]
    labels = texts.with_columns(text=pl.Series(["Ort: Köln", "Localité : Metz", "location", "LIEU：Paris", None]))
    labelled = labels.select(with_label(pl.col("text"), ["ort", "localité", "location", "lieu"]))["text"]
    assert labelled.is_not_null().to_list() == [True, True, False, True, False]
