"""Hostile and broken text: the readers end, in good time, and fail only by the errors they name."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.extract.blocks import block_lines, find_label, label_in_text, parse_html
from scrapers.extract.feeds import FeedError, read_feed
from scrapers.extract.inline import read_inline
from scrapers.extract.json_data import _cut_to_whole_objects
from scrapers.extract.markdown import read_markdown
from scrapers.extract.persons import without_persons
from scrapers.extract.schema_org import job_postings, posting_fields
from scrapers.extract.tables import read_rows

PAGES = Path(__file__).parent.parent / "sources"
MARKS = (
    *("|", "\n", " ", "[", "](", ")", "**", "*", "`", "~~", "\\", "&amp;", "#", "---", "```"),
    *("<!--", "-->", "<table>", "</", "<a href=", "<img "),
)


def read_all(text: str) -> None:
    for table in read_markdown(text).tables:
        for row in read_rows(table):
            assert row.url is None or row.url
    read_inline(text)
    without_persons(text)
    label_in_text(text, "Location")
    _cut_to_whole_objects(text)
    page = parse_html(text)
    block_lines(page)
    find_label(page, "Location")
    for posting in job_postings(page).postings:
        posting_fields(posting)
    with contextlib.suppress(FeedError):
        read_feed(text.encode())


UNITS = [
    *(
        "[",
        "[a",
        "[a](",
        "[[a]",
        "[a] ",
        "![",
        "`",
        "`a ",
        "~~a",
        "*",
        "**a ",
        "_a",
        "\\",
        "\\|",
        "|",
        "| - ",
        "-",
        "- |",
        "# ",
    ),
    *(
        "<",
        "<a ",
        "<a href=x ",
        "<img ",
        "<img alt=",
        "<!--",
        "<!---->",
        "<summary>",
        "<td>",
        "<table>",
        "<div>",
        "<p>",
        "<b>",
    ),
    *(
        "&",
        "&amp",
        "a@",
        "a.",
        "1 ",
        "+1 ",
        "tel ",
        "https://",
        "{",
        '{"a":',
        '"',
        '\\"',
        "[{",
        "]]>",
        "<![CDATA[",
        "<item>",
    ),
    *("Location: ", ". A: ", "a ; ", " ", "\t", "\n", "\n\n", "|\n", "#\n", "```\n", "==\n"),
]


@pytest.mark.parametrize("unit", UNITS)
def test_repetition_takes_no_longer_than_its_length(unit: str) -> None:
    long = unit * (30_000 // len(unit))
    begun = time.perf_counter()
    for text in (
        long,
        f"# {long} x",
        f"| Company | Role | Apply |\n|---|---|---|\n| a | {long} | b",
        f"<script type='application/ld+json'>{long}",
    ):
        read_all(text)
    assert time.perf_counter() - begun < 4, "what grows with the square of its length would take minutes"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(MARKS), st.text(max_size=8)), max_size=60))
def test_any_text_is_read(pieces: list[str]) -> None:
    text = "".join(pieces)
    read_all(text)
    read_all(f"| Company | Role | Apply |\n|---|---|---|\n{text}")


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_damaged_pages_are_read(data: st.DataObject) -> None:
    path = data.draw(
        st.sampled_from(
            sorted(path for path in PAGES.glob("*/*/*.*") if path.suffix in (".md", ".html", ".xml", ".atom"))
        )
    )
    text = path.read_text(encoding="utf-8", errors="replace")
    begin, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    read_all(text[:begin] + data.draw(st.text(max_size=3)) + text[end:])
    read_all(text[:end])
