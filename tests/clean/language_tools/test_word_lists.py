"""Many words are looked for in one pass: those alone are tried of which a text may hold one, and none that it holds is missed."""

from __future__ import annotations

import re

import polars as pl

from pipeline.clean.language_tools.dictionary import FirstWord, Literals, WordList, any_of, holds, spaced_words

WORDS = ("stipend", "*geld", "prakti*", "co-op", "no pay", "実習", "c.v.", "été", "%")


def test_pieces_stand_anywhere_in_a_text() -> None:
    pieces = Literals(["pay", "paid "])
    texts = pl.DataFrame({"text": ["unpaid post", "underpayment", "paid", "", None]})
    assert texts.select(holds(pl.col("text"), pieces))["text"].to_list() == [True, True, False, False, None]
    assert (pieces.last_in("pay or paid or pay"), pieces.last_in("none")) == (15, -1)
    assert not Literals().occur_in("anything")


def test_no_word_that_a_text_holds_is_left_out_of_the_likely_ones() -> None:
    likely = WordList(WORDS)
    texts = [
        "A Stipend.", "Taschengeld", "Praktikum", "co–op", "No  pay", "国際実習生", "a C.V. please", "l’Ete", "5 % more",
        "stipendium", "no payment", "nothing", "_stipend", "geldern",
    ]  # fmt: skip
    for text in texts:
        found = {word for word in WORDS if re.search(any_of([word]), text, re.IGNORECASE)}
        assert found <= likely.likely(text), text
    assert likely.likely("a stipend") == {"stipend", "%"}  # a word of signs alone may be in every text
    assert likely.likely("stipendium") == {"%"}


def test_the_first_word_is_the_one_that_stands_first() -> None:
    texts = pl.DataFrame({"text": ["Praktikum mit Taschengeld", "geldlos", "Co-op"]}).with_columns(
        spaced=spaced_words(pl.col("text"))
    )
    first = FirstWord(WORDS[:4])
    assert [first.search(*row) for row in texts.iter_rows()] == ["Praktikum", None, "Co-op"]
