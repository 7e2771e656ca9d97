"""What an organization says of itself in many postings proves nothing."""

from __future__ import annotations

import polars as pl

from pipeline.match.boilerplate import distinctive_passages

SCHEMA = {
    "source_id": pl.String,
    "passages": pl.List(pl.UInt32),
    "organization_row": pl.UInt32,
    "title_words": pl.List(pl.String),
}


def told(*listings: tuple[list[int], int | None, str], sources: str = "aaaa") -> list[list[int]]:
    rows = [
        (source, passages, organization, [word])
        for source, (passages, organization, word) in zip(sources, listings, strict=False)
    ]
    return distinctive_passages(pl.DataFrame(rows, schema=SCHEMA, orient="row")).to_list()


def test_a_passage_under_three_unlike_titles_of_an_organization_is_none_of_theirs() -> None:
    assert told(([1, 2], 7, "law"), ([1, 3], 7, "press"), ([4, 1], 7, "data"), ([1, 5], 8, "law")) == [
        [2],
        [3],
        [4],
        [1, 5],
    ]


def test_one_opening_may_have_another_title_in_each_source() -> None:
    openings = (([1, 2], 7, "law"), ([1, 3], 7, "press"), ([1, 4], 7, "data"))
    assert told(*openings, sources="abc") == [[1, 2], [1, 3], [1, 4]]
    assert told(*openings, ([1, 5], 7, "tax"), sources="aaab") == [[2], [3], [4], [5]]


def test_two_titles_of_one_text_are_not_enough() -> None:
    assert told(([1, 2], 7, "law"), ([1, 3], 7, "legal"), ([1, 4], 7, "law")) == [[1, 2], [1, 3], [1, 4]]


def test_a_text_that_has_nothing_else_stays() -> None:
    assert told(([1], 7, "law"), ([1], 7, "press"), ([1, 2], 7, "data"), ([], 7, "tax")) == [[1], [1], [2], []]


def test_without_an_organization_nothing_is_told() -> None:
    assert told(([1], None, "law"), ([1], None, "press"), ([1, 2], None, "data")) == [[1], [1], [1, 2]]
