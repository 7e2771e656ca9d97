"""Internships through nights of raw files: closed for a reason, back, next year's edition, made from the best of each source."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.nightly.publish_step import publish_night
from pipeline.nightly.replay import rebuild
from pipeline.review import decisions
from pipeline.storage.home import Home
from scrapers.source import Catalogue, Source
from tests.conftest import copy_home
from tests.made_nights import FIRST, World


def source(name: str, trust: int, **entry: Any) -> Source:
    return Source(id=name, name=name, channel="platform", spider="json_list", url=f"https://{name}.example/", trust=trust,
                  holds="internships", **entry)  # fmt: skip


CATALOGUE = Catalogue([source("board", 1), source("list", 6)])

POSTING = {
    "native_id": "7", "url": "https://boards.greenhouse.io/acme/jobs/7000007", "title": "Bridge Design Internship 2026",
    "organization": "Acme", "locations": ["Berlin, Germany"], "description": "You design bridges in our team.",
    "posted": "2025-08-20",
}  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(Home(tmp_path / "home"), CATALOGUE)


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("first") / "home"
    World(Home(home), CATALOGUE).night(0, board=[POSTING])
    return home


@pytest.fixture
def opened(first_night: Path, tmp_path: Path) -> World:
    """A world after a first night on which the board showed POSTING."""
    return World(Home(copy_home(first_night, tmp_path / "home")), CATALOGUE)


def test_what_is_back_soon_reopens_and_what_is_back_long_after_is_the_next_edition(opened: World) -> None:
    ((first, programme),) = opened.ask("SELECT internship_id, programme_id FROM internships")
    opened.night(1, board=[])
    assert [change[0] for change in opened.changes()] == ["closed"]
    opened.night(200, board=[POSTING])
    assert opened.ask("SELECT internship_id, state, reopened FROM internships") == [(first, "open", True)]
    opened.night(201, board=[])
    opened.night(201 + 270, board=[POSTING])
    ((old, *was), (new, *now)) = opened.ask(
        "SELECT internship_id, state, programme_id FROM internships ORDER BY first_seen"
    )
    assert (old, was, now) == (first, ["closed", programme], ["open", programme])
    assert new != old
    assert [change[0] for change in opened.changes()] == ["added"]
    opened.night(201 + 271, board=[POSTING])
    assert opened.changes() == []


def test_a_source_that_gets_another_id_keeps_its_listings(opened: World) -> None:
    before = opened.ask("SELECT listing_id, internship_id FROM listings")
    opened.catalogue = Catalogue([source("careers", 1, formerly=["board"]), source("list", 6)])
    opened.night(1, careers=[POSTING])
    assert opened.ask("SELECT listing_id, internship_id FROM listings") == before
    assert opened.ask("SELECT source_id, state FROM listings") == [("careers", "open")]
    assert opened.ask("SELECT source_ids FROM internships") == [(["careers"],)]
    opened.night(2, careers=[])
    assert opened.ask("SELECT state, closed_reason FROM listings") == [("closed", "gone")]


def test_a_posting_id_that_is_used_again_for_another_opening_is_another_listing(opened: World) -> None:
    other = POSTING | {"title": "Marine Biology Traineeship", "locations": ["Lisbon, Portugal"], "description": "Fish."}
    opened.night(1, board=[other])
    assert opened.ask("SELECT title, state FROM listings ORDER BY title") == [
        ("Bridge Design Internship 2026", "closed"),
        ("Marine Biology Traineeship", "open"),
    ]
    opened.night(2, board=[other | {"title": "Marine Ecology Traineeship"}])
    assert opened.ask("SELECT count(*) FROM listings") == [(2,)], "another title at the same place is the same"


def test_two_ids_of_a_board_are_two_openings_and_of_a_list_may_be_one_entered_twice(world: World) -> None:
    twice = [POSTING | {"native_id": name, "url": f"https://acme.example/jobs/{name}"} for name in ("seven", "eight")]
    world.night(0, board=twice)
    assert world.ask("SELECT count(*) FROM internships") == [(2,)]
    other = {
        "organization": "Bolt",
        "title": "Tunnel Survey Internship",
        "description": "You survey tunnels at night with us.",
    }
    bolt = [row | other | {"url": "https://bolt.example/tunnel"} for row in twice]
    world.night(1, board=twice, list=bolt)
    assert world.ask("SELECT listing_count FROM internships WHERE organization = 'Bolt'") == [(2,)]


def test_next_years_posting_is_an_edition_though_the_last_is_open_still(opened: World) -> None:
    next_year = {
        "native_id": "8",
        "url": "https://boards.greenhouse.io/acme/jobs/8000008",
        "title": "Bridge Design Internship 2027",
    }
    opened.night(30, board=[POSTING, {**POSTING, **next_year}])
    assert opened.ask("SELECT count(*), count(DISTINCT programme_id) FROM internships") == [(2, 1)]


def test_a_posting_that_only_gets_another_date_is_the_same_and_nothing_changed(opened: World) -> None:
    opened.night(1, board=[{**POSTING, "posted": "2025-09-02"}])
    assert opened.changes() == []
    assert opened.ask(
        "SELECT listings.posted_on, internships.posted_on FROM listings JOIN internships USING (internship_id)"
    ) == [(date(2025, 9, 2), date(2025, 8, 20))]


CLOSED = {
    "Bridge Design": ({"title": "Bridge Design Internship 2026 (closed)"}, "closing_notice"),
    "Tunnel Survey": ({"description": "This position has been filled. You survey tunnels."}, "closing_notice"),
    "Harbour Planning": ({"extra": {"closed": "404 Not Found at https://board.example/7"}}, "not_found"),
    "Rail Signalling": ({"extra": {"closed": "redirected to the list (https://board.example/)"}}, "redirected"),
    "Water Treatment": ({"extra": {"closed": "Closed"}}, "source_closed"),
}  # fmt: skip
"""For the team of a posting: what tells that it is closed, and the reason that follows."""


def test_what_is_told_as_closed_closes_for_its_reason_and_reopens_when_told_as_open(world: World) -> None:
    postings = [
        {**POSTING, "native_id": team, "url": f"https://boards.greenhouse.io/acme/jobs/700000{number}",
         "title": f"{team} Internship 2026", "description": f"You learn all about {team.lower()}."}
        for number, team in enumerate(CLOSED)
    ]  # fmt: skip
    world.night(0, board=postings)
    world.night(1, board=[{**posting, **CLOSED[posting["native_id"]][0]} for posting in postings])
    reasons = {team: reason for team, (_, reason) in CLOSED.items()}
    assert world.changes() == sorted(("closed", "state", '"open"', f'"{reason}"') for reason in reasons.values())
    assert dict(world.ask("SELECT native_id, closed_reason FROM listings")) == reasons
    world.night(2, board=postings)
    assert world.changes() == sorted(("reopened", "state", f'"{reason}"', '"open"') for reason in reasons.values())


def test_the_golden_row_takes_whole_statements_from_the_most_trusted_and_says_from_whom(world: World) -> None:
    board = {**POSTING, "pay": "1,200 EUR per month", "deadline": "2025-12-01"}
    listed = {
        **POSTING, "native_id": None, "pay": "900 - 1,500 USD per month", "duration": "3 months", "deadline": "2026-01-15",
        "locations": ["Hamburg, Germany"],
    }  # fmt: skip
    world.night(0, board=[board], list=[listed])
    facts = "pay_min, pay_max, pay_currency, weeks_min, deadline, list_sort(cities)"
    assert world.ask(f"SELECT {facts} FROM internships") == [
        (1200, 1200, "EUR", 13, date(2025, 12, 1), ["Berlin", "Hamburg"])
    ]
    gave = dict(
        world.ask(
            "SELECT source_id, given.fields FROM (SELECT unnest(provenance) AS given FROM internships) "
            "JOIN listings ON listings.listing_id = given.listing_id"
        )
    )
    assert {"title", "pay_min", "deadline", "cities"} <= set(gave["board"])
    assert {"weeks_min", "cities"} <= set(gave["list"])
    assert not {"title", "pay_min", "deadline"} & set(gave["list"])

    world.night(1, board=[], list=[listed])  # the deadline of what is closed is nobody's
    assert world.ask("SELECT state, deadline, pay_currency FROM internships") == [("open", date(2026, 1, 15), "EUR")]


@pytest.mark.usefixtures("without_exports")
def test_a_decision_holds_from_the_next_night_on_and_a_rebuild_tells_the_same(world: World) -> None:
    at = datetime(2025, 9, 1, 9, tzinfo=UTC)
    tunnel = {
        **POSTING,
        "native_id": "8",
        "url": "https://bolt.example/8",
        "title": "Tunnel Survey",
        "organization": "Bolt",
    }
    both = [POSTING, tunnel]
    world.night(0, board=both)
    (bridge_id, tunnel_id) = (
        found for (found,) in world.ask("SELECT internship_id FROM internships ORDER BY organization")
    )
    decisions.merge(world.home, bridge_id, tunnel_id, "ana", at, None)
    world.night(1, board=both)
    ((gone, kept),) = world.ask("SELECT old_id, new_id FROM redirects")
    assert {gone, kept} == {bridge_id, tunnel_id}
    left = "Bolt" if gone == tunnel_id else "Acme"
    ((listing,),) = world.ask(f"SELECT listing_id FROM listings WHERE organization = '{left}'")
    decisions.split(world.home, listing, "ana", at, None)
    world.night(2, board=both)
    # The id that was merged away leads to its own listing again.
    assert world.ask(f"SELECT resolve('{gone}') = internship_id FROM listings WHERE listing_id = '{listing}'") == [
        (True,)
    ]
    assert world.ask(f"SELECT resolve('{kept}')") == [(kept,)]

    everything = [f"FROM {name} ORDER BY ALL" for name in ("internship_history", "changes", "redirects", "matches")]
    before = [world.ask(query) for query in everything]
    rebuild(world.home, CATALOGUE, FIRST)
    assert [world.ask(query) for query in everything] == before


@pytest.mark.usefixtures("without_exports")
def test_a_rebuild_of_the_newest_night_goes_by_every_decision_and_its_published_ids_lead_on(world: World) -> None:
    tunnel = {**POSTING, "native_id": "8", "url": "https://bolt.example/8", "title": "Tunnel Survey"}
    world.night(0, board=[POSTING, {**tunnel, "organization": "Bolt"}])
    ids = [found for (found,) in world.ask("SELECT internship_id FROM internships")]
    at = datetime(2025, 9, 1, 9, tzinfo=UTC)
    decisions.merge(world.home, *ids, "ana", at, None)
    rebuild(world.home, CATALOGUE, FIRST)
    ((one,),) = world.ask("SELECT internship_id FROM internships")
    assert {world.ask(f"SELECT resolve('{each}')")[0][0] for each in ids} == {one}
    assert world.ask("SELECT reason FROM redirects") == [("decision",)]

    # What a night was made again with is what it goes by from then on.
    world.night(1, board=[POSTING, {**tunnel, "organization": "Bolt"}])
    ((listing,),) = world.ask("SELECT listing_id FROM listings WHERE organization = 'Bolt'")
    decisions.split(world.home, listing, "ana", at, None)
    rebuild(world.home, CATALOGUE, FIRST + timedelta(days=1))
    before = world.ask("SELECT listing_id, internship_id FROM listings ORDER BY ALL")
    assert len({internship for _, internship in before}) == 2
    world.night(2, board=[POSTING, {**tunnel, "organization": "Bolt"}])
    rebuild(world.home, CATALOGUE, FIRST)
    assert world.ask("SELECT listing_id, internship_id FROM listings ORDER BY ALL") == before


def test_what_a_posting_said_of_itself_stands_where_its_own_page_could_not_be_read(opened: World) -> None:
    listed = {**POSTING, "description": None, "extra": {"page_unread": "403 Forbidden"}}
    other = {**listed, "native_id": "8", "url": "https://acme.example/8", "title": "Tunnel Survey Internship"}
    opened.night(1, board=[listed, other])
    assert [change[0] for change in opened.changes()] == ["added"]
    opened.night(2, board=[{**POSTING, "description": "You design tunnels."}, other])
    assert [change[:2] for change in opened.changes()] == [("changed", "description")]


def test_publishing_that_failed_after_all_was_placed_can_be_done_again(
    opened: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = (opened.home.raw(FIRST) / "runs.ndjson").read_bytes()

    def fail(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr("pipeline.exports.prune_exports", fail)
        with pytest.raises(OSError, match="no space"):
            publish_night(opened.home, opened.catalogue, FIRST)
    published = (opened.home.raw(FIRST) / "runs.ndjson").read_bytes()
    assert published.startswith(lines) and b'"decisions": 0' in published[len(lines) :]
    publish_night(opened.home, opened.catalogue, FIRST)
    assert (opened.home.exports / "latest").resolve().name == str(FIRST)
    again = (opened.home.raw(FIRST) / "runs.ndjson").read_bytes()
    assert again.startswith(published) and b'"decisions"' not in again[len(published) :]
