"""Listing ids: stable over nights, never from the order of rows."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.identity.listing_id import KNOWN, assign_listing_ids
from pipeline.tables import LISTINGS

ROW = {
    "source_id": pl.String,
    "native_id": pl.String,
    "url": pl.String,
    "title": pl.String,
    "organization": pl.String,
    "locations": pl.List(pl.String),
    "date": pl.String,
    "no_link": pl.Boolean,
}
NOBODY = LISTINGS.empty().select(KNOWN)


def rows(*facts: dict[str, Any]) -> pl.DataFrame:
    usual = {"source_id": "s", "url": "https://example.org/careers", "title": "Intern", "organization": "Acme",
             "locations": ["Paris"], "no_link": False}  # fmt: skip
    return pl.DataFrame([{**usual, **row} for row in facts], schema=ROW)


def after(crawled: pl.DataFrame, known: pl.DataFrame = NOBODY, state: str = "open") -> pl.DataFrame:
    """The listings known once these rows were crawled."""
    ids = assign_listing_ids(crawled, known)
    place = pl.struct(text=pl.element())
    tonight = crawled.with_columns(listing_id=ids, state=pl.lit(state), places=pl.col("locations").list.eval(place))
    earlier = known.with_columns(pl.col("places").list.eval(pl.struct(text=pl.element().struct.field("text"))))
    frame = pl.concat([tonight.select(KNOWN), earlier.select(KNOWN)])
    return frame.unique("listing_id", keep="first", maintain_order=True)


def ids(crawled: pl.DataFrame, known: pl.DataFrame = NOBODY) -> list[str]:
    return assign_listing_ids(crawled, known).to_list()


def test_an_id_comes_from_the_sources_own_id_before_the_address() -> None:
    crawled = rows(
        {"native_id": "7", "url": "https://example.org/a"}, {"native_id": "7", "url": "https://example.org/b"}
    )
    assert len(set(ids(crawled))) == 1


def test_two_sources_never_share_an_id() -> None:
    assert len(set(ids(rows({}, {"source_id": "other"})))) == 2


def test_tracking_parameters_make_no_other_listing() -> None:
    crawled = rows({"url": "https://example.org/a?utm_source=x"}, {"url": "https://example.org/a"})
    assert len(set(ids(crawled))) == 1


def test_postings_that_differ_behind_the_hash_stay_apart() -> None:
    numbers = ("305901", "305903", "305998", "306097", "306144")
    crawled = rows(*({"url": f"https://careers.oracle.com/jobs/#en/sites/jobsearch/job/{n}"} for n in numbers))
    assert len(set(ids(crawled))) == 5


def test_rows_that_share_an_address_are_told_apart_by_title_and_place() -> None:
    crawled = rows({}, {"title": "Analyst Intern"}, {"locations": ["Rome"]}, {"title": " INTERN "})
    first, second, third, again = ids(crawled)
    assert len({first, second, third}) == 3
    assert again == first


def test_a_listing_keeps_its_id_when_another_comes_to_its_address() -> None:
    alone = rows({})
    known = after(alone)
    new, old = ids(rows({"title": "Analyst Intern"}, {}), known)
    assert old == ids(alone)[0] != new


def test_a_listing_keeps_its_id_when_it_is_left_alone() -> None:
    both = rows({}, {"title": "Analyst Intern"})
    known = after(both)
    assert ids(rows({"title": "Analyst Intern"}), known) == [ids(both)[1]]


def test_a_changed_title_alone_at_its_address_keeps_its_id() -> None:
    known = after(rows({}))
    assert ids(rows({"title": "Intern 2026"}), known) == known["listing_id"].to_list()


def test_a_changed_title_beside_another_is_a_new_listing() -> None:
    known = after(rows({}, {"title": "Analyst Intern"}))
    kept, changed = ids(rows({}, {"title": "Analyst"}), known)
    assert kept in known["listing_id"]
    assert changed not in known["listing_id"]


def test_an_id_that_an_old_listing_has_under_another_title_is_not_given_again() -> None:
    first = after(rows({}, {"title": "B"}))
    second = after(rows({"title": "Renamed"}), after(rows({"title": "B"}), first).filter(pl.col("title") == "B"))
    back = ids(rows({"title": "Renamed"}, {"title": "B"}), second)
    assert len(set(back)) == 2


def test_places_settle_which_of_two_equal_titles_a_listing_is() -> None:
    crawled = rows({"locations": ["Paris"]}, {"locations": ["Rome"]})
    known = after(crawled)
    assert ids(crawled.reverse(), known) == ids(crawled)[::-1]


def test_a_row_that_lost_its_link_is_the_listing_that_no_linked_row_is() -> None:
    crawled = rows({"url": "https://example.org/a"}, {"url": "https://example.org/b"})
    known = after(crawled)
    page = {"url": "https://example.org/list", "no_link": True}
    linked, unlinked = ids(rows({"url": "https://example.org/a"}, page), known)
    assert [linked, unlinked] == ids(crawled)


def test_a_row_without_link_that_nobody_knows_has_an_id_of_its_words() -> None:
    page = {"url": "https://example.org/list", "no_link": True}
    first, same, other = ids(rows(page, {**page, "url": "https://example.org/moved"}, {**page, "organization": "Else"}))
    assert first == same != other


POSTINGS = st.lists(
    st.fixed_dictionaries(
        {
            "url": st.sampled_from(["https://example.org/a", "https://example.org/b", "https://example.org/#/job/1"]),
            "native_id": st.sampled_from([None, None, "1", "2"]),
            "title": st.sampled_from(["Intern", "intern!", "Stage", "实习生", ""]),
            "organization": st.sampled_from(["Acme", "Else", None]),
            "locations": st.sampled_from([["Paris"], ["Rome", "Paris"], [], None]),
            "no_link": st.sampled_from([False, False, True]),
        }
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=40)
@given(POSTINGS, POSTINGS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_id(
    yesterday: list[dict[str, Any]], tonight: list[dict[str, Any]], chance: Any
) -> None:
    known = after(rows(*yesterday))
    mixed = list(range(len(tonight)))
    chance.shuffle(mixed)
    straight = ids(rows(*tonight), known)
    shuffled = ids(rows(*(tonight[number] for number in mixed)), known.sample(fraction=1, shuffle=True, seed=3))
    assert [straight[number] for number in mixed] == shuffled


@settings(deadline=None, max_examples=40)
@given(POSTINGS)
def test_the_same_rows_again_are_the_same_listings(crawled: list[dict[str, Any]]) -> None:
    linked = [row for row in crawled if not row["no_link"]]
    frame = rows(*linked)
    assert ids(frame, after(frame)) == ids(frame)


def test_rows_without_a_link_are_told_apart_by_title_place_and_date() -> None:
    page = {"url": "https://example.org/calendar", "no_link": True, "organization": None}
    crawled = rows(
        {**page, "title": "Dig intern", "locations": ["Rome"], "date": "2026-04-01"},
        {**page, "title": "Dig intern", "locations": ["Rome"], "date": "2026-09-01"},
        {**page, "title": "Dig intern", "locations": ["Oslo"], "date": "2026-04-01"},
        {**page, "title": "Dig intern", "locations": ["Rome"], "date": "2026-04-01"},
    )
    assert len(set(ids(crawled))) == 3
    assert None not in ids(crawled)
    assert ids(crawled, after(crawled)) == ids(crawled)


def test_rows_that_lost_their_links_are_their_listings_however_the_source_names_employer_and_place() -> None:
    whole = rows(*({"url": f"https://example.org/{n}", "title": f"Intern {n}", "organization": None} for n in range(3)))
    of_organizer = after(whole).with_columns(organization=pl.lit("Acme"))
    page = {"url": "https://example.org/list", "no_link": True, "organization": None}
    unlinked = rows({**page, "title": "Intern 0"}, {**page, "title": "Intern 1", "locations": None})
    assert ids(unlinked, of_organizer) == ids(whole)[:2]
    assert ids(rows({**page, "title": "Intern 0", "organization": "Else"}), of_organizer) != ids(whole)[:1]


def test_an_id_with_another_title_and_another_place_is_another_posting() -> None:
    """As where a board's list has another board's postings under the same numbers."""
    subjects = (
        "law",
        "biology",
        "music",
        "physics",
        "design",
        "history",
        "nursing",
        "sales",
        "archives",
        "solar energy",
    )
    known = after(rows(*({"native_id": str(n), "title": f"Internship in {each}"} for n, each in enumerate(subjects))))
    others = rows(
        *(
            {"native_id": str(n), "title": f"Internship in {each} law", "locations": ["Rome"]}
            for n, each in enumerate(reversed(subjects))
        )
    )
    assert not set(ids(others, known)) & set(known["listing_id"])
    renamed = rows(
        *(
            {"native_id": str(n), "title": f"Internship: {each} 2026", "locations": ["Rome"]}
            for n, each in enumerate(subjects)
        )
    )
    assert set(ids(renamed, known)) == set(known["listing_id"])


def test_a_title_that_was_damaged_on_its_way_is_the_same_title() -> None:
    known = after(rows({"url": "https://example.org/7", "title": "Intern\ufffd\ufffdship seven"}, {"title": "Other"}))
    (lost_link, _) = ids(rows({"title": "Internship seven", "no_link": True}, {"title": "Other"}), known)
    assert lost_link == known.filter(pl.col("url").str.ends_with("7"))["listing_id"].item()


@pytest.mark.parametrize(("title", "is_same"), [("NEW! Dig seven", True), ("Dig eight", False), ("Cook", False)])
def test_a_row_that_lost_its_link_is_the_listing_that_has_all_words_of_its_title(title: str, is_same: bool) -> None:
    known = after(rows({"url": "https://example.org/7", "title": title}, {"title": "Other"}))
    (lost_link, _) = ids(rows({"title": "Dig seven", "no_link": True}, {"title": "Other"}), known)
    assert (lost_link == known.filter(pl.col("url").str.ends_with("7"))["listing_id"].item()) == is_same


def test_it_is_so_where_the_titles_were_in_another_language() -> None:
    subjects = ("law", "sales", "music", "design")
    german = [{"url": f"https://example.org/{each}", "title": f"Praktikum im Bereich {each}"} for each in subjects]
    known = after(rows(*german))
    english = [{**row, "title": f"Internship in {each}"} for row, each in zip(german, subjects, strict=True)]
    lost = [{**row, "no_link": True, "locations": None} for row in english[:2]]
    assert ids(rows(*lost, *english[2:]), known) == known["listing_id"].to_list()


def test_a_posting_whose_id_is_written_otherwise_is_the_listing_at_its_address() -> None:
    first = rows({"native_id": "7", "url": "https://example.org/7"}, {"native_id": "8", "url": "https://example.org/8"})
    known = after(first)
    for native_id in ("7.0", None):
        changed = rows({"native_id": native_id, "url": "https://example.org/7"})
        assert ids(changed, known) == ids(first)[:1]
    other = rows({"native_id": "9", "url": "https://example.org/7", "title": "Cook"})
    assert ids(other, known)[0] not in ids(first), "another title under another id is another posting"


def test_rows_that_share_a_general_address_are_known_by_their_ids_alone() -> None:
    known = after(rows({"native_id": "7"}, {"native_id": "8"}))
    assert ids(rows({"native_id": "9"}), known)[0] not in known["listing_id"].to_list()


def test_a_posting_that_moved_to_another_address_is_the_listing_with_its_words_that_vanished() -> None:
    first = rows(*({"url": f"https://example.org/{n}", "title": f"Intern {n}"} for n in range(4)))
    moved = rows(
        {"url": "https://example.org/0", "title": "Intern 0"},
        {"url": "https://example.org/jobs/1", "title": "Intern 1"},
        {"url": "https://example.org/jobs/2", "title": "Intern 2", "locations": ["Rome"]},
        {"url": "https://example.org/jobs/3", "title": "Intern 3"},
        {"url": "https://example.org/open/3", "title": "Intern 3"},
    )
    found = ids(moved, after(first))
    assert found[:2] == ids(first)[:2]
    assert not set(found[2:]) & set(ids(first)), "another place, and two that may be it"
    assert (
        ids(rows({"url": "https://example.org/%20job/0%20", "title": "Intern 0", "locations": []}), after(first))
        == ids(first)[:1]
    )
    shown = rows(*first.to_dicts(), *moved.to_dicts())
    assert ids(shown, after(first))[:4] == ids(first), "what is still where it was has not moved"


def test_postings_with_ids_or_numbers_of_their_own_have_not_moved() -> None:
    known = after(rows({"native_id": "7", "url": "https://example.org/a"}))
    assert ids(rows({"native_id": "8", "url": "https://example.org/b"}), known) != known["listing_id"].to_list()
    known = after(rows({"url": "https://example.org/7"}))
    assert ids(rows({"url": "https://example.org/8"}), known) != known["listing_id"].to_list()


def test_a_posting_whose_damaged_id_is_right_again_is_its_listing() -> None:
    first = rows({"native_id": "7", "url": "https://example.org/7"}, {"native_id": "8", "url": "https://example.org/8"})
    damaged = rows(*({**row, "native_id": f"99{row['native_id']}"} for row in first.to_dicts()))
    assert ids(damaged, after(first)) == ids(first)
    elsewhere = rows(*({**row, "url": "https://example.org/list", "locations": ["P?ris"]} for row in first.to_dicts()))
    assert ids(elsewhere, after(damaged, after(first))) == ids(first)


def test_a_source_that_writes_all_its_ids_or_addresses_otherwise_keeps_its_listings() -> None:
    first = rows(*({"native_id": f"{n}", "title": f"Intern {n}"} for n in range(8)))
    renumbered = rows(*({**row, "native_id": f"9{row['native_id']}"} for row in first.to_dicts()))
    assert ids(renumbered, after(first)) == ids(first)
    some = rows(*first.to_dicts()[4:], *renumbered.to_dicts()[:4])
    assert not set(ids(some, after(first))[4:]) & set(ids(first)), "half of them are posted anew"


def test_an_id_or_address_that_several_postings_share_tells_them_not_apart() -> None:
    first = rows(*({"native_id": f"{n}", "title": f"Intern {n}", "url": f"https://example.org/{n}"} for n in range(9)))
    known = first.to_dicts()
    damaged = rows(*({**row, "native_id": "77", "url": "https://example.org/77"} for row in known[:2]), *known[2:])
    assert ids(damaged, after(first)) == ids(first)


def test_a_title_that_several_postings_share_makes_none_of_them_another() -> None:
    first = rows(*({"url": f"https://example.org/{n}", "title": f"Analyst {n}", "locations": []} for n in range(9)))
    untitled = rows(*({**row, "title": "Untitled"} for row in first.to_dicts()))
    assert ids(untitled, after(first)) == ids(first)


def named(organization: str, path: str, numbers: range) -> list[dict[str, Any]]:
    return [
        {"url": f"https://example.org/{path}/{n}", "title": f"Intern {n}", "organization": organization}
        for n in numbers
    ]


def test_an_employer_that_got_another_name_and_other_addresses_keeps_its_listings() -> None:
    others = named("Else", "else", range(5, 9))
    first = rows(*named("Twitter", "twitter", range(3)), *others)
    assert ids(rows(*named("X Corp", "x", range(3)), *others), after(first)) == ids(first)
    one = rows(*named("Acme", "acme", range(1)), *others)
    assert ids(rows(*named("Acme Robotics", "robotics", range(1)), *others), after(one)) == ids(one)


def test_another_employers_posting_with_the_same_title_is_its_own() -> None:
    others = named("Else", "else", range(5, 9))
    alone = rows(*named("Acme", "acme", range(1)), *others)
    stays = rows(*named("Acme", "acme", range(3)), *others)
    for first, tonight in (
        (alone, rows(*named("Bolt", "bolt", range(1)), *others)),
        (stays, rows(*named("Acme", "acme", range(2, 3)), *named("Bolt", "bolt", range(2)), *others)),
        (stays, rows(*named("Else", "new", range(3)), *others)),
    ):
        new_ids = set(ids(tonight, after(first))) - set(ids(first))
        assert len(new_ids) == len(set(tonight["url"]) - set(first["url"]))
