"""Words that languages share are one, and words that only look alike are not."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.match.languages import language_bits
from pipeline.match.texts import without_references
from pipeline.match.title_words import concepts_of
from pipeline.match.word_weights import stems_of


@pytest.mark.parametrize(
    "words",
    [
        ["genetics", "genetyki", "genetik", "genetique", "genetica"],
        ["nutrition", "nutricion", "nutrizione"],
        ["environment", "environnement", "environnementaux"],
        ["linguistics", "linguistique", "linguistik"],
        ["psychology", "psychologie", "psicologia"],
    ],
)
def test_endings_and_spelling_of_a_language_make_no_other_word(words: list[str]) -> None:
    assert stems_of(pl.Series(words)).n_unique() == 1


@pytest.mark.parametrize("words", [["genetics", "general"], ["nutrition", "nursing"], ["microbiology", "microscopy"]])
def test_words_that_begin_alike_are_others(words: list[str]) -> None:
    assert stems_of(pl.Series(words)).n_unique() == len(words)


def test_a_compound_is_its_parts() -> None:
    assert concepts_of(pl.Series(["netzplanung", "vakantie"])).to_list() == ["network planning", None]


def test_a_kind_of_post_tells_the_language_of_a_title() -> None:
    german, english = language_bits(pl.Series(["praktikum", "internship"]))
    assert german and english and not german & english


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("Technical Student (TE-MSC-2026-118-GRAP)", "Technical Student  "),
        ("Intern, summer 2027", "Intern, summer 2027"),
        ("Praktikum WS2026/27", "Praktikum WS2026/27"),
    ],
)
def test_a_reference_number_is_no_word_of_a_title(title: str, bare: str) -> None:
    assert pl.Series([title]).to_frame("t").select(without_references(pl.col("t")))["t"].item() == bare
