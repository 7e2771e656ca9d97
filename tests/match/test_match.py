"""Who is one and who is not; ids that last; nights and batches; people's decisions."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import polars as pl
import pytest

from pipeline.match import DECISIONS, MATCH_COLUMNS, match
from pipeline.match.explain import explain
from pipeline.match.text_comparisons import OTHER_DAYS, OTHER_FIGURES_OF_TEXTS
from pipeline.match.texts import TEXTS_READ, read_texts
from pipeline.tables import LISTINGS, MATCHES

NIGHT = date(2026, 3, 10)
SCHEMA = {
    **{name: LISTINGS.schema[name] for name in MATCH_COLUMNS if name in LISTINGS.schema},
    "seasons": pl.List(pl.String),
    **TEXTS_READ,
}
TEXT = {"title": pl.String, "description": pl.String}
PARIS = {"city": "Paris", "region": "Île-de-France", "country": "FR"}
LYON = {"city": "Lyon", "region": "Auvergne-Rhône-Alpes", "country": "FR"}
BERLIN = {"city": "Berlin", "region": "Berlin", "country": "DE"}


def listing(listing_id: str, url: str | None = None, **other: Any) -> dict[str, Any]:
    """A listing of its own source, at its own address, posted on the first; its age counts from NIGHT."""
    age = other.pop("age", 0)
    place = other.pop("place", PARIS)
    base = {
        "listing_id": listing_id,
        "source_id": f"source-{listing_id}",
        "native_id": None,
        "organization": "Acme Robotics GmbH",
        "title": "Embedded Vision Intern",
        "places": [{**place, "latitude": None, "longitude": None, "text": "x"}] if place else None,
        "work_mode": None,
        "seasons": [],
        "posted_on": date(2026, 3, 1),
        "url": url or f"https://example.org/{listing_id}",
        "apply_url": None,
        "first_seen": NIGHT - timedelta(days=age),
    }
    columns = base | other
    return columns | texts_of(columns["title"], columns.pop("description", None))


@cache
def texts_of(title: str, description: str | None) -> dict[str, Any]:
    return read_texts([pl.DataFrame({"title": title, "description": description}, TEXT)]).row(0, named=True)


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=SCHEMA)


def lever(number: int) -> str:
    return f"https://jobs.lever.co/acme/74bd4650-9855-4bd9-806a-95b8bf00{number:04d}"


def clusters(listings: pl.DataFrame, before: pl.DataFrame | None = None, **other: Any) -> set[frozenset[str]]:
    return partition(match(listings, MATCHES.empty() if before is None else before, NIGHT, **other).matches)


def partition(matches: pl.DataFrame) -> set[frozenset[str]]:
    return {frozenset(group) for group in matches.group_by("internship_id").agg("listing_id")["listing_id"].to_list()}


def test_one_posting_id_is_one_internship_whatever_season_place_and_title() -> None:
    same = frame(
        listing("a", lever(1), title="Embedded Vision Intern 2025"),
        listing("b", lever(1), title="Marketing, Summer 2026", place=BERLIN),
    )
    assert clusters(same) == {frozenset("ab")}


def test_alike_listings_of_two_sources_are_one_and_others_are_not() -> None:
    rows = frame(
        listing("a"),
        listing("b", title="Intern - Embedded Vision (m/f/d)", organization="Acme Robotics"),
        listing("c", title="Payroll Accounting Intern"),
    )
    assert clusters(rows) == {frozenset("ab"), frozenset("c")}


def test_a_night_of_titles_without_words_is_matched() -> None:
    nameless: dict[str, Any] = {"organization": None, "place": None}
    rows = frame(listing("a", title="Praktikum 1", **nameless), listing("b", title="Stage 2", **nameless))
    assert clusters(rows) == {frozenset("a"), frozenset("b")}


def test_a_common_title_is_not_one_internship_at_two_organisations() -> None:
    rows = frame(
        listing("a", title="Software Engineering Intern", place=LYON),
        listing(
            "b",
            title="Software Engineering Intern",
            place=LYON,
            organization="Other House Ltd",
            posted_on=date(2026, 2, 1),
        ),
    )
    assert clusters(rows) == {frozenset("a"), frozenset("b")}


def test_other_country_or_stated_year_is_another_internship() -> None:
    rows = frame(
        listing("a", title="Embedded Vision Intern 2026"),
        listing("b", title="Embedded Vision Intern 2026", place=BERLIN),
        listing("c", title="Embedded Vision Intern 2025"),
    )
    assert clusters(rows) == {frozenset("a"), frozenset("b"), frozenset("c")}


def test_two_ids_of_one_system_are_never_one_internship_not_even_through_a_third() -> None:
    rows = frame(listing("a", lever(1)), listing("b", lever(2)), listing("c"))
    assert not any({"a", "b"} <= group for group in clusters(rows))


OF_THE_FIRM = (
    "Acme Robotics builds arms for warehouses in nine countries. We are four hundred people of fifty nations. "
)
VISION = (
    "You calibrate the cameras of our newest picking arm. You write the C++ that finds parcels in depth images. "
    "You measure how often the gripper misses and report it every week. You read papers on stereo matching with us. "
)
PAYROLL = (
    "You prepare the monthly payroll of our French entity. You answer colleagues about their payslips and contracts. "
    "You reconcile leave balances with the time sheets. You help the auditors who come in the spring of each year. "
)


def test_a_later_listing_finds_its_own_by_text_or_number_too() -> None:
    text = OF_THE_FIRM + VISION
    first = frame(
        listing("a", title="Embedded Vision Intern", description=text),
        listing("b", title="Purchasing Intern, Battery Cells", description="Reference no. BC-2026-0417"),
    )
    before = match(first, MATCHES.empty(), NIGHT).matches
    every = pl.concat(
        [
            first,
            frame(
                listing("c", title="Internship: Computer Vision for Robots", description=text),
                listing("d", title="Praktikum Einkauf Batteriezellen", description="Kennziffer: BC-2026-0417"),
            ),
        ]
    )
    later = match(every, before, NIGHT + timedelta(days=1), pl.Series(["c", "d"])).matches
    assert partition(later) == clusters(every) == {frozenset("ac"), frozenset("bd")}


def test_two_ids_of_one_source_are_never_one_internship() -> None:
    rows = frame(
        listing("a", source_id="board", native_id="17"),
        listing("b", source_id="board", native_id="18"),
        listing("c", source_id="list", native_id="17"),
    )
    assert len(clusters(rows)) == 2


def test_one_text_under_two_titles_is_one_internship() -> None:
    vision = listing("a", title="Embedded Vision Intern", description=OF_THE_FIRM + VISION)
    reworded = listing(
        "b", title="Internship: Computer Vision for Robots", description="Apply with our partner! " + VISION
    )
    assert clusters(frame(vision, reworded)) == {frozenset("ab")}
    assert len(clusters(frame(vision, listing("b", title=reworded["title"], description=OF_THE_FIRM + PAYROLL)))) == 2
    assert clusters(frame(vision, listing("b"))) == {frozenset("ab")}, "who has no text tells nothing by it"


def test_of_two_openings_with_one_title_the_texts_tell_which_is_which() -> None:
    rows = [
        listing(
            source + team, lever(number) if source == "a" else None, source_id=source, description=OF_THE_FIRM + text
        )
        for source in "ab"
        for number, (team, text) in enumerate({"v": VISION, "p": PAYROLL}.items())
    ]
    assert clusters(frame(*rows)) == {frozenset({"av", "bv"}), frozenset({"ap", "bp"})}


def test_a_reference_number_is_one_posting_in_whatever_language() -> None:
    english = listing(
        "a", title="Purchasing Intern, Battery Cells", description="Please quote reference no. BC-2026-0417."
    )
    german = listing("b", title="Praktikum Wareneingang Zellfertigung", description="Kennziffer: BC-2026-0417")
    assert clusters(frame(english, german)) == {frozenset("ab")}
    assert clusters(frame(english, listing("b", title="Praktikum Wareneingang Zellfertigung"))) == {
        frozenset("a"),
        frozenset("b"),
    }


@pytest.mark.parametrize("number", ["01/2026", "REF-2026-0001"])
def test_a_number_that_two_organisations_have_makes_nothing_one(number: str) -> None:
    one = listing(
        "a", title="Bridge Design Intern", organization="Embassy of Norway in Paris", description=f"Ref. {number}"
    )
    other = listing(
        "b", title="Payroll Accounting Intern", organization="Bolt", description=f"Reference number: {number}"
    )
    assert clusters(frame(one, other)) == {frozenset("a"), frozenset("b")}


def test_other_reference_numbers_made_alike_are_other_internships() -> None:
    one, other = (listing(name, description=f"Requisition ID: JR001234{name}") for name in "56")
    assert clusters(frame(one, other)) == {frozenset("5"), frozenset("6")}
    digits = [listing(name, description=f"Job ID: 1234{name}") for name in "56"]
    lettered = listing("7", description="Ref. RX-55 1001")
    assert clusters(frame(digits[0], lettered)) == {frozenset("57")}, "an employer's number and a list's own"


def test_a_number_that_a_source_gives_to_several_roles_is_no_postings_own() -> None:
    text = "Reference: INTERN-2026-SUMMER-01"
    rows = [
        listing(name, source_id="list", title=title, description=text)
        for name, title in zip("ab", ("Legal Intern", "Press Intern"), strict=True)
    ]
    assert len(clusters(frame(*rows, listing("c", title="Event Catering Intern", description=text)))) == 3


def test_ids_of_two_systems_may_be_one_internship() -> None:
    rows = frame(listing("a", lever(1)), listing("b", "https://boards.greenhouse.io/acme/jobs/4242146006"))
    assert clusters(rows) == {frozenset("ab")}


def test_a_careers_page_given_for_several_roles_ties_nothing_whoever_gives_it() -> None:
    page = "https://acme.example.org/careers"
    rows = frame(
        listing("a", page, source_id="s"),
        listing("b", page, source_id="s", title="Payroll Accounting Intern"),
        listing("c", page, source_id="t"),
        listing("d", page, source_id="u", title="Welding Trainee"),
    )
    assert clusters(rows) == {frozenset("ac"), frozenset("b"), frozenset("d")}


def test_an_internship_keeps_its_id_when_listings_join() -> None:
    first = match(frame(listing("b")), MATCHES.empty(), NIGHT).matches
    then = match(frame(listing("a"), listing("b")), first, NIGHT + timedelta(days=1), pl.Series(["a"])).matches
    assert then["internship_id"].unique().to_list() == first["internship_id"].to_list()
    assert then.select("listing_id", "reason", "decided_on").rows() == [
        ("a", "words", NIGHT + timedelta(days=1)),
        ("b", "first", NIGHT),
    ]
    assert 0 < then["score"][0] < 1 == then["score"][1]


def test_a_merge_keeps_the_id_of_most_listings_and_leaves_a_redirect() -> None:
    apart = frame(listing("a", title="Welding Trainee", age=9), listing("b", age=1), listing("c", age=1))
    first = match(apart, MATCHES.empty(), NIGHT).matches
    ids = dict(first.select("listing_id", "internship_id").iter_rows())
    assert ids["b"] == ids["c"] != ids["a"]
    joined = frame(listing("a", "https://example.org/b", age=9), listing("b", age=1), listing("c", age=1))
    merged = match(joined, first, NIGHT, pl.Series(["a"]))
    assert set(merged.matches["internship_id"]) == {ids["b"]}
    assert merged.redirects.select("old_id", "new_id").rows() == [(ids["a"], ids["b"])]
    assert merged.split.is_empty()


def test_a_split_leaves_the_id_with_the_larger_part_and_mints_another() -> None:
    first = match(frame(listing("a"), listing("b"), listing("c")), MATCHES.empty(), NIGHT).matches
    old = first["internship_id"][0]
    assert first["internship_id"].n_unique() == 1
    listings = frame(listing("a", lever(1)), listing("b", lever(2)), listing("c", lever(2)))
    split = match(listings, first, NIGHT, pl.Series(["a", "b", "c"]))
    now = dict(split.matches.select("listing_id", "internship_id").iter_rows())
    assert now["b"] == now["c"] == old != now["a"]
    assert split.split.to_list() == [now["a"]]
    assert split.redirects.is_empty()


def test_no_id_is_thrown_away_while_a_group_of_its_listings_has_none() -> None:
    welding = {"title": "Welding Trainee"}
    first = match(
        frame(listing("a", lever(1)), listing("b"), listing("c", lever(2), **welding)), MATCHES.empty(), NIGHT
    ).matches
    ids = dict(first.select("listing_id", "internship_id").iter_rows())
    assert ids["a"] == ids["b"] != ids["c"]
    moved = frame(listing("a", lever(1)), listing("b", lever(2)), listing("c", lever(2), **welding))
    now = dict(match(moved, first, NIGHT, pl.Series(["b"])).matches.select("listing_id", "internship_id").iter_rows())
    assert now == {"a": ids["a"], "b": ids["c"], "c": ids["c"]}


def test_what_people_decided_goes_before_every_rule() -> None:
    rows = frame(listing("a", lever(1)), listing("b", lever(1)), listing("c"), listing("d", place=BERLIN))
    assert clusters(rows) == {frozenset("abc"), frozenset("d")}
    decisions = pl.DataFrame([("a", "b", False), ("c", "d", True)], schema=DECISIONS, orient="row")
    decided = clusters(rows, decisions=decisions)
    assert not any({"a", "b"} <= group for group in decided)
    assert any({"c", "d"} <= group for group in decided)
    first = match(rows, MATCHES.empty(), NIGHT).matches
    assert clusters(rows, first, fresh=pl.Series([], dtype=pl.String), decisions=decisions) == decided


@pytest.mark.parametrize("named", "abc")
def test_only_the_listing_that_a_person_names_leaves_its_posting_whoever_comes_later(named: str) -> None:
    rows = [listing(name, lever(1), age=age) for name, age in zip("abc", (3, 2, 1), strict=True)]
    others = frozenset("abc") - {named}
    decisions = pl.DataFrame([(named, other, False) for other in sorted(others)], schema=DECISIONS, orient="row")
    first = match(frame(*rows), MATCHES.empty(), NIGHT).matches
    assert partition(first) == {frozenset("abc")}
    split = match(frame(*rows), first, NIGHT + timedelta(days=1), pl.Series([], dtype=pl.String), decisions)
    assert partition(split.matches) == {others, frozenset(named)}
    # Most listings keep the id.
    assert split.matches.filter(pl.col("listing_id") == named)["internship_id"].to_list() == split.split.to_list()
    more = frame(*rows, listing("d", lever(1)))
    then = match(more, split.matches, NIGHT + timedelta(days=2), pl.Series(["d"]), decisions).matches
    assert partition(then) == {others | {"d"}, frozenset(named)}
    # A rebuild of all at once comes to the same.
    assert clusters(more, decisions=decisions) == partition(then)


def test_a_listing_that_nothing_new_bears_on_keeps_its_row() -> None:
    rows = [listing("a"), listing("b"), listing("c", title="Payroll Accounting Intern")]
    first = match(frame(*rows), MATCHES.empty(), NIGHT).matches
    more = frame(*rows, listing("d", organization="Other House", title="Welding Trainee"))
    then = match(more, first, NIGHT + timedelta(days=1), pl.Series(["d"])).matches
    assert then.filter(pl.col("listing_id") != "d").equals(first)


def test_an_explanation_names_what_decides_and_adds_up() -> None:
    rows = frame(listing("a", lever(1)), listing("b", lever(2)), listing("c"), listing("d", place=BERLIN))
    explanation = explain(rows, "b", "a")
    assert [kind for kind, *_ in explanation.apart] == ["id of lever"]
    assert explanation.identities[0] != explanation.identities[1]
    alike = explain(rows, "a", "c")
    assert alike.apart == []
    assert alike.score is not None
    assert alike.score > alike.threshold
    assert alike.weights.filter(pl.col("round") == "refined")["match_weight"].sum() == alike.score
    assert {kind for kind, *_ in explain(rows, "a", "d").apart} == {"country"}
    seasons = frame(listing("a", title="Vision Intern, Fall 2025"), listing("b", title="Vision Intern, Summer 2026"))
    assert explain(seasons, "a", "b").apart == [("season", "autumn", "summer"), ("year", "2025", "2026")]


def test_other_hours_are_no_later_deadline() -> None:
    text = (
        "The yard restores wooden lighthouses along the fjord and takes one person for its drawing office. You measure "
        "stairs and lanterns with a laser and draw them to scale for the carpenters. You read old plans in the archive "
        "of the harbour authority and write short notes on each tower. "
    )
    ways = {"days": "Apply by {} June.", "hours": "We offer {} hours a week in Molde."}
    levels = {}
    for way, sentence in ways.items():
        rows = [
            listing(
                str(number),
                source_id="yard",
                title="Lighthouse Measuring Internship",
                description=text + sentence.format(number),
                hours_per_week=float(number) if way == "hours" else 30.0,
                posted_on=date(2026, 2, number),
            )
            for number in (1, 26)
        ]
        weights = explain(frame(*rows), "1", "26").weights
        levels[way] = weights.filter(pl.col("comparison") == "figures")["level"].unique().to_list()
    assert levels == {"days": [OTHER_FIGURES_OF_TEXTS], "hours": [OTHER_DAYS]}
