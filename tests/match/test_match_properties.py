"""What holds of matching whatever the listings are: their order, their nights and their batches do not matter."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.match import DECISIONS, match
from pipeline.match.organizations import NOT_DESCRIBED
from pipeline.tables import MATCHES
from tests.match.test_match import BERLIN, LYON, NIGHT, PARIS, clusters, frame, lever, listing, partition

organizations = st.sampled_from(["Acme Robotics", "Acme Robotics GmbH", "Acme", "Other House", None])
titles = st.sampled_from(
    ["Embedded Vision Intern", "Vision Intern 2026", "Vision Intern 2025", "Intern, Embedded Vision", "Welding Trainee"]
)
IDS, SHARED = {lever(1), lever(2)}, {"https://example.org/page"}
urls = st.sampled_from([None, *sorted(IDS | SHARED)])
made = st.lists(
    st.tuples(
        organizations, titles, urls, st.sampled_from([PARIS, LYON, BERLIN, None]), st.sampled_from("stu"), st.integers(0, 40)
    ),
    min_size=1,
    max_size=9,
)  # fmt: skip


def drawn(rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [
        listing(
            f"l{number}", url, organization=organization, title=title, place=place, source_id=source,
            posted_on=date(2026, 1, 1) + timedelta(days=day), age=number,
        )
        for number, (organization, title, url, place, source, day) in enumerate(rows)
    ]  # fmt: skip


few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def forbidden(listings: list[dict[str, Any]], decisions: pl.DataFrame) -> set[frozenset[str]]:
    """The pairs that must not be one: those that people parted; and without a common address other ids, countries, years."""
    apart = {frozenset((one, other)) for one, other, is_one in decisions.rows() if not is_one}
    for one, other in combinations(listings, 2):
        ids, urls = [[row["url"] if row["url"] in known else None for row in (one, other)] for known in (IDS, SHARED)]
        countries = {row["places"][0]["country"] for row in (one, other) if row["places"]}
        years = {word for row in (one, other) for word in row["title"].split() if word.isdigit()}
        differ = len(countries) == 2 or len(years) == 2
        if (None not in ids and ids[0] != ids[1]) or (differ and ids == urls == [None, None]):
            apart.add(frozenset((one["listing_id"], other["listing_id"])))
    return apart


def together(groups: set[frozenset[str]]) -> set[frozenset[str]]:
    return {frozenset(pair) for group in groups for pair in combinations(group, 2)}


@few
@given(made, st.randoms())
def test_neither_the_order_of_listings_nor_of_sources_matters(rows: list[tuple[Any, ...]], random: Any) -> None:
    listings = drawn(rows)
    one = match(frame(*listings), MATCHES.empty(), NIGHT).matches
    shuffled = random.sample(listings, len(listings))
    assert one.equals(match(frame(*shuffled), MATCHES.empty(), NIGHT).matches)
    other_names = dict(zip("stu", random.sample("xyz", 3), strict=True))
    renamed = [row | {"source_id": other_names[row["source_id"]]} for row in shuffled]
    assert one.equals(match(frame(*renamed), MATCHES.empty(), NIGHT).matches)


@few
@given(made, st.lists(st.integers(0, 2), min_size=9, max_size=9), st.tuples(st.integers(0, 8), st.integers(0, 8)))
def test_over_nights_what_must_not_be_one_stays_apart_and_every_id_leads_on(
    rows: list[tuple[Any, ...]], nights: list[int], parted: tuple[int, int]
) -> None:
    listings = drawn(rows)
    named = [f"l{number}" for number in parted]
    decided = [(*named, False)] if named[0] != named[1] and max(parted) < len(listings) else []
    decisions = pl.DataFrame(decided, schema=DECISIONS, orient="row")
    before, leads_to, organizations = MATCHES.empty(), dict[str, str](), NOT_DESCRIBED
    for number in range(3):
        seen = [row for row, night in zip(listings, nights, strict=False) if night <= number]
        new = [row["listing_id"] for row, night in zip(listings, nights, strict=False) if night == number]
        if not seen:
            continue
        fresh = pl.Series(new, dtype=pl.String)
        night = NIGHT + timedelta(days=number)
        after = match(frame(*seen), before, night, fresh, decisions, organizations=organizations)
        organizations = after.organizations
        # What is remembered of organizations changes nothing.
        assert after.matches.equals(match(frame(*seen), before, night, fresh, decisions).matches)
        if number == 2:  # the same again, from the listings in the other order
            again = match(frame(*reversed(seen)), before, night, fresh, decisions)
            assert after.matches.equals(again.matches)
        assert after.matches["listing_id"].to_list() == sorted(row["listing_id"] for row in seen)
        assert not together(partition(after.matches)) & forbidden(seen, decisions)
        ids = set(after.matches["internship_id"])
        gone = set(before["internship_id"]) - ids
        assert gone == set(after.redirects["old_id"])
        assert set(after.redirects["new_id"]) <= ids
        leads_to |= dict(after.redirects.select("old_id", "new_id").iter_rows())
        for old in leads_to:
            while old not in ids:
                old = leads_to[old]
        before = after.matches


@few
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=9))
def test_what_ids_decide_is_the_same_however_it_comes_in_batches(rows: list[tuple[int, int]]) -> None:
    names = ["Harbour Pilots", "Quarry Museum", "Orchid Clinic", "Tundra Survey", "Velvet Opera"]
    listings = [
        listing(
            f"l{number}", lever(posting), organization=names[posting], title=f"{names[posting]} Intern", age=9 - number
        )
        for number, (posting, _) in enumerate(rows)
    ]
    matches = MATCHES.empty()
    for night in range(4):
        seen = [row for row, (_, batch) in zip(listings, rows, strict=True) if batch <= night]
        new = [row["listing_id"] for row, (_, batch) in zip(listings, rows, strict=True) if batch == night]
        if new:
            before = dict(matches.select("listing_id", "internship_id").iter_rows())
            matches = match(frame(*seen), matches, NIGHT + timedelta(days=night), pl.Series(new)).matches
            assert before.items() <= dict(matches.select("listing_id", "internship_id").iter_rows()).items()
    assert partition(matches) == clusters(frame(*listings))
