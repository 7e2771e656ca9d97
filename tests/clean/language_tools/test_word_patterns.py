"""Words of which a text holds but a few: they are found as the pattern of them all finds them."""

from __future__ import annotations

import re

import pytest

from pipeline.clean.language_tools.dictionary import WordList, WordPattern, any_of

WORDS = ["år*", "studie*", "third year", "co-op", "é*tat", "*plass", "学年", "can't"]


@pytest.mark.parametrize(
    "text",
    [
        "Students of the Third  Year may apply.", "Tre års studier", "an artificial similarity", "Praksisplass i Oslo",
        "A CO-OP term", "第三学年の学生", "l’État", "you can’t apply", "", "nothing of them",
    ],
)  # fmt: skip
def test_a_pattern_of_the_likely_words_finds_what_the_pattern_of_all_finds(text: str) -> None:
    whole = re.compile(any_of(WORDS), re.IGNORECASE)
    found = [match.group() for match in WordPattern(WORDS, flags=re.IGNORECASE).finditer(text)]
    assert found == [match.group() for match in whole.finditer(text)]


def test_a_word_that_begins_others_is_likely_only_where_a_word_begins_with_it() -> None:
    words = WordList(["år*"])
    assert words.likely("tre årsverk") == {"år*"}
    assert words.likely("familiar vår") == frozenset()


def test_what_surrounds_the_words_is_a_part_of_the_pattern() -> None:
    label = WordPattern(["until", "by"], lambda words: rf"{words}\W*$", re.IGNORECASE)
    assert label.search("Apply by: ")
    assert label.search("Apply by post") is None
    assert label.search("Apply") is None
