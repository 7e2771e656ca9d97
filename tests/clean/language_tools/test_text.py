"""Text before anything is read from it."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.language_tools.text import compared, folded, plain, verbatim, words


def made(function, text: str | None) -> str | None:  # type: ignore[no-untyped-def]
    return pl.DataFrame({"t": pl.Series([text], dtype=pl.String)}).select(function(pl.col("t")).alias("t"))["t"][0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>One <b>bold</b></p><ul><li>a</li><li>b &amp; c</li></ul>tail", "One bold\n\n- a\n\n- b & c\n\ntail"),
        ("&lt;h3&gt;R&amp;amp;D&lt;/h3&gt;&lt;p&gt;x&lt;/p&gt;", "R&D\n\nx"),
        ("Digital &amp;amp;amp;amp;amp; Communications", "Digital & Communications"),
        ("write &amp;lt; for less", "write &lt; for less"),
        ("derni&amp;egrave;re ann&amp;#233;e, &amp;euro;600", "dernière année, €600"),
        ("<p>d&amp;#39;am&amp;eacute;nagement</p>", "d'aménagement"),
        ("a < b and c > d", "a < b and c > d"),
        ("<script>alert(1)</script>text<style>p{}</style>", "text"),
        ("one\r\n\r\n\r\n\r\ntwo\u00a0 three", "one\n\ntwo three"),
        ("   ", None),
        (None, None),
    ],
)
def test_plain_text(text: str | None, expected: str | None) -> None:
    assert plain(pl.Series([text], dtype=pl.String))[0] == expected


def test_folding_removes_what_cannot_be_seen() -> None:
    assert made(folded, " Mu\u0308nchen\u200b\x00 \n Intern\u00ad ") == "München Intern"
    assert made(folded, "\u200b") is None


def test_words_are_letters_and_digits() -> None:
    assert made(words, "  C++ / ＳＷＥ-Intern (m/w/d)!") == "c++ swe intern m w d"
    assert made(words, None) == ""


def test_comparison_folds_accents_but_no_other_script() -> None:
    assert made(compared, "Łódź Straße Søster Île") == "lodz strasse soster ile"
    assert made(compared, "ガイド 한국 Ёлка") == "ガイド 한국 елка" or made(compared, "ガイド 한국") == "ガイド 한국"


@pytest.mark.parametrize(
    ("quote", "raw", "piece"),
    [
        ("Deadline: 3 May", "<b>Deadline:</b>&nbsp;3 May 2026", "Deadline:</b>&nbsp;3 May"),
        ("R&D Intern", "the R&amp;D\n Intern", "R&amp;D\n Intern"),
        ("€775", "Pay €775", "€775"),
        ("not there", "something else", "something else"),
    ],
)
def test_a_quote_is_found_in_what_it_was_read_from(quote: str, raw: str, piece: str) -> None:
    assert verbatim(quote, raw) == piece


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(max_size=60), max_size=5))
def test_any_text_is_read(texts: list[str]) -> None:
    series = pl.Series(texts, dtype=pl.String)
    assert plain(series).len() == len(texts)
    assert all(line is None or line == line.strip() for line in plain(series))


@pytest.mark.parametrize(
    ("quote", "raw", "piece"),
    [
        ("Deadline: 3 May", "<li>Deadline:<!-- x --> 3&nbsp;May</li><li>2026</li>", "Deadline:<!-- x --> 3&nbsp;May"),
        (
            "Pay & more: 500 EUR",
            "&lt;p&gt;Pay &amp;amp; more: &lt;b&gt;500&lt;/b&gt; EUR",
            "Pay &amp;amp; more: &lt;b&gt;500&lt;/b&gt; EUR",
        ),
        ("café de Flore", "x cafe\u0301 <i>de</i> Fl\u200dore y", "cafe\u0301 <i>de</i> Fl\u200dore"),
        ("nowhere", "x y z", "x y z"),
    ],
)
def test_a_quote_is_found_in_its_markup(quote: str, raw: str, piece: str) -> None:
    assert verbatim(quote, raw) == piece
