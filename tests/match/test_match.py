"""Two ties and what they must not tie; ids that last."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.match import match
from pipeline.tables import MATCHES

NIGHT = date(2026, 3, 10)


def keys(*rows: tuple[Any, ...]) -> pl.DataFrame:
    """(listing_id, posting_key, url_key, words_key[, source_id[, days since first seen]])"""
    full = [(*row, *("s" + row[0], 0)[len(row) - 4 :]) if len(row) < 6 else row for row in rows]
    schema = ["listing_id", "posting_key", "url_key", "words_key", "source_id", "age"]
    frame = pl.DataFrame(full, schema=dict.fromkeys(schema[:5], pl.String) | {"age": pl.Int64}, orient="row")
    return frame.select(
        *schema[:5],
        first_seen=pl.col("age").map_elements(lambda age: NIGHT - timedelta(days=age), return_dtype=pl.Date),
    )


def clusters(frame: pl.DataFrame, before: pl.DataFrame | None = None) -> set[frozenset[str]]:
    matches = match(frame, MATCHES.empty() if before is None else before, NIGHT).matches
    return {frozenset(group) for group in matches.group_by("internship_id").agg("listing_id")["listing_id"].to_list()}


def test_one_posting_id_is_one_internship_whatever_the_words() -> None:
    assert clusters(keys(("a", "lever:x:1", "u1", "w1"), ("b", "lever:x:1", "u2", "w2"))) == {frozenset("ab")}


def test_equal_words_are_one_internship() -> None:
    assert clusters(keys(("a", "lever:x:1", "u1", "w"), ("b", None, "u2", "w"), ("c", None, "u3", None))) == {
        frozenset("ab"),
        frozenset("c"),
    }


def test_two_ids_of_one_system_are_never_one_internship() -> None:
    twins = keys(("a", "lever:x:1", "u1", "w"), ("b", "lever:x:2", "u2", "w"), ("c", None, "u3", "w"))
    assert clusters(twins) == {frozenset("a"), frozenset("b"), frozenset("c")}
    chain = keys(
        ("a", "lever:x:1", "u1", "w1"),
        ("b", None, "u2", "w1"),
        ("c", None, "u2", "w2", "s2"),
        ("d", "lever:x:2", "u3", "w2"),
    )
    assert not any({"a", "d"} <= group for group in clusters(chain))


def test_ids_of_two_systems_may_be_one_internship() -> None:
    assert clusters(keys(("a", "linkedin::9", "u1", "w"), ("b", "greenhouse::7", "u2", "w"))) == {frozenset("ab")}


def test_a_careers_page_given_for_several_roles_ties_nothing() -> None:
    assert clusters(keys(("a", None, "u", "w1", "s"), ("b", None, "u", "w2", "s"))) == {frozenset("a"), frozenset("b")}
    assert clusters(keys(("a", None, "u", "w1", "s"), ("b", None, "u", "w2", "t"))) == {frozenset("ab")}


def test_an_internship_keeps_its_id_when_listings_join() -> None:
    first = match(keys(("b", None, "u1", "w")), MATCHES.empty(), NIGHT).matches
    then = match(keys(("a", None, "u2", "w"), ("b", None, "u1", "w")), first, NIGHT + timedelta(days=1))
    assert then.matches["internship_id"].unique().to_list() == first["internship_id"].to_list()
    assert then.matches.select("listing_id", "reason", "decided_on").rows() == [
        ("a", "same_words", NIGHT + timedelta(days=1)),
        ("b", "first", NIGHT),
    ]


def test_what_was_tied_stays_tied_when_its_words_change() -> None:
    first = match(keys(("a", None, "u1", "w"), ("b", None, "u2", "w")), MATCHES.empty(), NIGHT).matches
    assert clusters(keys(("a", None, "u1", "w"), ("b", None, "u2", "other")), first) == {frozenset("ab")}


def test_a_merge_keeps_the_id_of_most_listings_and_leaves_a_redirect() -> None:
    apart = keys(("a", None, "u1", "w1", "s1", 9), ("b", None, "u2", "w2", "s2", 1), ("c", None, "u3", "w2", "s3", 1))
    first = match(apart, MATCHES.empty(), NIGHT).matches
    ids = dict(first.select("listing_id", "internship_id").iter_rows())
    joined = keys(("a", None, "u2", "w1", "s1", 9), ("b", None, "u2", "w2", "s2", 1), ("c", None, "u3", "w2", "s3", 1))
    merged = match(joined, first, NIGHT)
    assert set(merged.matches["internship_id"]) == {ids["b"]}
    assert merged.redirects.select("old_id", "new_id").rows() == [(ids["a"], ids["b"])]
    assert merged.split.is_empty()


def test_a_split_leaves_the_id_with_the_larger_part_and_mints_another() -> None:
    first = match(
        keys(("a", None, "u1", "w"), ("b", None, "u2", "w"), ("c", None, "u3", "w")), MATCHES.empty(), NIGHT
    ).matches
    old = first["internship_id"][0]
    told = keys(("a", "lever:x:1", "u1", "w"), ("b", "lever:x:2", "u2", "w"), ("c", "lever:x:2", "u3", "w"))
    split = match(told, first, NIGHT)
    now = dict(split.matches.select("listing_id", "internship_id").iter_rows())
    assert now["b"] == now["c"] == old != now["a"]
    assert split.split.to_list() == [now["a"]]
    assert split.redirects.is_empty()


posting_keys = st.sampled_from(["lever:x:1", "lever:x:2", "ashby:x:1", None])
rows = st.lists(
    st.tuples(posting_keys, st.sampled_from("uvw"), st.sampled_from(["p", "q", None])), min_size=1, max_size=9
)


@settings(max_examples=60, deadline=None)
@given(rows, st.randoms())
def test_order_does_not_matter_and_no_cluster_holds_two_ids_of_a_system(
    rows: list[tuple[Any, ...]], random: Any
) -> None:
    named = [(f"l{number}", *row, f"s{number}", number) for number, row in enumerate(rows)]
    shuffled = random.sample(named, len(named))
    one, other = (match(keys(*order), MATCHES.empty(), NIGHT).matches for order in (named, shuffled))
    assert one.equals(other)
    ids = one.filter(pl.col("posting_key").is_not_null()).with_columns(
        system=pl.col("posting_key").str.split(":").list.first()
    )
    assert ids.group_by("internship_id", "system").agg(pl.col("posting_key").n_unique())["posting_key"].max() in (
        None,
        1,
    )


def test_no_id_is_thrown_away_while_a_group_of_its_listings_has_none() -> None:
    first = match(
        keys(("a", "greenhouse::1", "u1", "w"), ("b", None, "u2", "w"), ("c", "greenhouse::2", "u3", "v")),
        MATCHES.empty(),
        NIGHT,
    ).matches
    ids = dict(first.select("listing_id", "internship_id").iter_rows())
    moved = keys(
        ("a", "greenhouse::1", "u1", "w"), ("b", "greenhouse::2", "u3", "w"), ("c", "greenhouse::2", "u3", "v")
    )
    then = match(moved, first, NIGHT + timedelta(days=1))
    now = dict(then.matches.select("listing_id", "internship_id").iter_rows())
    assert now == {"a": ids["a"], "b": ids["c"], "c": ids["c"]}


def test_a_careers_page_of_one_source_is_one_for_all() -> None:
    rows = [
        ("a", None, "u", "w1", "s"),
        ("b", None, "u", "w2", "s"),
        ("c", None, "u", "w1", "t"),
        ("d", None, "u", "w3", "v"),
    ]
    assert clusters(keys(*rows)) == {frozenset("ac"), frozenset("b"), frozenset("d")}
