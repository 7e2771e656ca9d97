"""The life of listings, rule by rule: absence closes nothing by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from pipeline.lifecycle.listings import EDITION_AFTER_DAYS, expired_listing_ids, update_listings
from pipeline.lifecycle.rejects import update_rejects
from pipeline.lifecycle.runs import SourceRules
from pipeline.tables import LISTINGS, REJECTS

NIGHT = date(2026, 3, 10)
RULES = {"feed": SourceRules(misses_to_close=1, patience_nights=7, min_rows=1, max_rows=None, min_fill={})}
PAGE = {"feed": SourceRules(misses_to_close=2, patience_nights=7, min_rows=1, max_rows=None, min_fill={})}


def listing(name: str, state: str = "open", **values: Any) -> dict[str, Any]:
    return {
        "listing_id": name, "source_id": "feed", "channel": "platform", "url": f"https://jobs.example/{name}", "title": name,
        "content_hash": "h", "internship_id": f"i_{name}", "state": state, "first_seen": date(2026, 3, 1),
        "last_seen": date(2026, 3, 9), "misses": 0,
        **({"closed_on": date(2026, 3, 5), "closed_reason": "gone"} if state == "closed" else {}), **values,
    }  # fmt: skip


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = {name: dtype for name, dtype in LISTINGS.schema.items() if any(name in row for row in rows)}
    return LISTINGS.conform(pl.DataFrame(rows, schema=schema)) if rows else LISTINGS.empty()


def night(
    before: list[dict[str, Any]],
    seen: list[str],
    *,
    outcome: str = "ok",
    complete: bool = True,
    marked: dict[str, str] | None = None,
    rules: dict[str, SourceRules] = RULES,
    last_complete: date = NIGHT,
    fresh: list[dict[str, Any]] | None = None,
) -> dict[str, dict[str, Any]]:
    """The listings by id after a night that saw these: of known ones the ids, of new or changed ones the row."""
    known = frame(before)
    stands = known.filter(pl.col("listing_id").is_in(seen)).select(
        "listing_id", "source_id", "native_id", "url", "apply_url"
    )
    new = frame(fresh or []).drop(
        "internship_id", "state", "first_seen", "last_seen", "closed_on", "closed_reason", "misses"
    )
    both = pl.concat(
        [
            stands.with_columns(is_fresh=pl.lit(False)),
            new.with_columns(is_fresh=pl.lit(True), posted_is_relative=pl.lit(True)),
        ],
        how="diagonal",
    )
    runs = pl.DataFrame({"source_id": ["feed"], "outcome": [outcome], "complete": [complete]})
    marks = pl.DataFrame(
        list((marked or {}).items()), schema={"listing_id": pl.String, "reason": pl.String}, orient="row"
    )
    after = update_listings(known, both, marks, runs, {"feed": last_complete}, rules, NIGHT)
    return {row["listing_id"]: row for row in after.to_dicts()}


def test_what_a_complete_run_no_longer_has_is_closed() -> None:
    after = night([listing("a"), listing("b")], ["a"])
    assert (after["a"]["state"], after["a"]["last_seen"]) == ("open", NIGHT)
    assert (after["b"]["state"], after["b"]["closed_on"], after["b"]["closed_reason"]) == ("closed", NIGHT, "gone")
    assert after["b"]["last_seen"] == date(2026, 3, 9)


@pytest.mark.parametrize(
    "outcome", ["dropped", "partial", "blocked", "error", "timeout", "gone", "empty", "layout_changed", "not_recorded"]
)
def test_an_incomplete_run_closes_nothing(outcome: str) -> None:
    after = night([listing("a"), listing("b")], ["a"], outcome=outcome, complete=False)
    assert {row["state"] for row in after.values()} == {"open"}
    assert after["b"]["misses"] == 0


def test_a_page_may_lose_a_row_for_one_night() -> None:
    once = night([listing("a")], [], rules=PAGE)["a"]
    assert (once["state"], once["misses"]) == ("open", 1)
    twice = night([listing("a", misses=1)], [], rules=PAGE)["a"]
    assert (twice["state"], twice["misses"]) == ("closed", 2)
    back = night([listing("a", misses=1)], ["a"], rules=PAGE)["a"]
    assert (back["state"], back["misses"]) == ("open", 0)


def test_a_304_lets_its_listings_stand_and_misses_what_it_missed() -> None:
    after = night([listing("a"), listing("b", misses=1), listing("c", "closed")], [], outcome="unchanged", rules=PAGE)
    assert [after[name]["state"] for name in "abc"] == ["open", "closed", "closed"]
    assert after["a"]["last_seen"] == NIGHT


@pytest.mark.parametrize("reason", ["source_closed", "closing_notice", "not_found", "redirected"])
def test_what_is_told_as_closed_is_closed_at_once_for_its_reason_even_in_a_partial_run(reason: str) -> None:
    after = night([listing("a")], [], marked={"a": reason}, outcome="partial", complete=False)
    assert (after["a"]["state"], after["a"]["closed_reason"], after["a"]["last_seen"]) == ("closed", reason, NIGHT)


def test_a_row_that_is_told_as_closed_is_no_miss() -> None:
    after = night([listing("a", misses=1)], [], marked={"a": "source_closed"}, rules=PAGE)
    assert after["a"]["misses"] == 0


def test_seen_again_a_listing_reopens() -> None:
    after = night([listing("a", "closed")], ["a"])["a"]
    assert (after["state"], after["closed_on"], after["closed_reason"]) == ("open", None, None)


def test_a_passed_deadline_closes_and_keeps_closed() -> None:
    passed = night([listing("a", deadline=date(2026, 3, 9))], ["a"])["a"]
    assert (passed["state"], passed["closed_reason"], passed["closed_on"]) == ("closed", "deadline", NIGHT)
    today = night([listing("a", deadline=NIGHT)], ["a"])["a"]
    assert today["state"] == "open"
    shown_on = night([listing("a", "closed", deadline=date(2026, 3, 4))], ["a"])["a"]
    assert (shown_on["state"], shown_on["closed_on"]) == ("closed", date(2026, 3, 5))


@pytest.mark.parametrize(
    ("facts", "zone", "state"),
    [
        ({"deadline": date(2026, 3, 9)}, "UTC", "closed"),
        ({"deadline": date(2026, 3, 9)}, "Pacific/Honolulu", "open"),  # there the ninth has ten more hours
        ({"deadline": date(2026, 3, 8)}, "Pacific/Honolulu", "closed"),
        ({"deadline": date(2026, 3, 9), "deadline_zone": "Asia/Tokyo"}, "Pacific/Honolulu", "closed"),
        ({"deadline": NIGHT}, "Pacific/Auckland", "open"),
        ({"deadline": NIGHT, "deadline_at": datetime(2026, 3, 9, 15, tzinfo=UTC)}, "Asia/Tokyo", "closed"),
        ({"deadline": date(2026, 3, 9), "deadline_at": datetime(2026, 3, 10, 4, tzinfo=UTC)}, "UTC", "open"),
    ],
)
def test_a_deadline_passes_in_its_own_zone(facts: dict[str, Any], zone: str, state: str) -> None:
    there = {
        "feed": SourceRules(misses_to_close=1, patience_nights=7, min_rows=1, max_rows=None, min_fill={}, zone=zone)
    }
    assert night([listing("a", **facts)], ["a"], rules=there)["a"]["state"] == state


def test_an_internship_is_of_the_past_when_all_its_listings_closed_and_were_seen_last_long_ago() -> None:
    long_ago = NIGHT - timedelta(days=EDITION_AFTER_DAYS)
    over = {"state": "closed", "closed_on": long_ago, "last_seen": long_ago}
    rows = [
        listing("a", **over),
        listing("b", **{**over, "closed_on": long_ago + timedelta(days=1)}),
        listing("c", **{**over, "last_seen": NIGHT}),  # its source shows it still
        listing("d", **over, internship_id="i_two"),
        listing("e", internship_id="i_two"),
    ]
    assert expired_listing_ids(frame(rows), NIGHT).to_list() == ["a"]


def test_listings_of_a_source_ill_for_longer_than_its_patience_become_unverified_and_come_back_unreopened() -> None:
    ill = {"outcome": "error", "complete": False}
    assert night([listing("a")], [], **ill, last_complete=NIGHT - timedelta(days=7))["a"]["state"] == "open"
    gone_quiet = night([listing("a")], [], **ill, last_complete=NIGHT - timedelta(days=8))["a"]
    assert (gone_quiet["state"], gone_quiet["closed_on"]) == ("unverified", None)
    back = night([listing("a", "unverified")], ["a"])["a"]
    assert (back["state"], back["closed_on"]) == ("open", None)


def test_a_date_read_from_an_age_is_fixed_when_first_seen() -> None:
    known = listing("a", posted_on=date(2026, 3, 1))
    again = {**known, "posted_on": date(2026, 3, 2), "content_hash": "other", "title": "A new title"}
    after = night([known], [], fresh=[again])["a"]
    assert (after["posted_on"], after["title"], after["first_seen"]) == (
        date(2026, 3, 1),
        "A new title",
        date(2026, 3, 1),
    )


def test_a_reject_is_one_row_a_posting_and_none_once_it_is_a_listing() -> None:
    refused = pl.DataFrame(
        [
            {
                "reject_id": "r",
                "source_id": "feed",
                "rule": "new_graduate",
                "url": "u",
                "title": "t",
                "text": "{}",
                "content_hash": "h",
            }
        ]
    )
    first = update_rejects(REJECTS.empty(), refused, pl.Series([], dtype=pl.String), NIGHT)
    second = update_rejects(first, refused, pl.Series([], dtype=pl.String), NIGHT + timedelta(days=1))
    assert second.select("reject_id", "first_seen", "last_seen").rows() == [("r", NIGHT, NIGHT + timedelta(days=1))]
    assert update_rejects(second, refused, pl.Series(["r"]), NIGHT + timedelta(days=2)).is_empty()


@pytest.mark.parametrize(
    ("outcome", "state"), [("not_due", "unverified"), ("blocked", "unverified"), ("not_recorded", "open")]
)
def test_a_source_that_is_not_asked_loses_patience_like_one_that_fails(outcome: str, state: str) -> None:
    long_ago = NIGHT - timedelta(days=60)
    known = [listing("a")]
    assert night(known, [], outcome=outcome, complete=False, last_complete=long_ago)["a"]["state"] == state


@pytest.mark.parametrize(
    ("place", "closes"),
    [
        ({"country": "US", "latitude": 21.3, "longitude": -157.86}, 2),  # Honolulu: ten hours behind
        ({"country": "US", "latitude": 40.7, "longitude": -74.0}, 2),
        ({"country": "US"}, 2),
        ({"country": "DE"}, 1),
        ({"country": "JP", "latitude": 35.7, "longitude": 139.7}, 1),
        ({"country": None}, 1),
    ],
)
def test_a_deadline_ends_with_its_day_where_the_place_is(place: dict[str, Any], closes: int) -> None:
    """`closes`: on which night after the day of the deadline it is over, at midnight UTC."""
    places = [{"city": None, "region": None, "latitude": None, "longitude": None, "text": "x"} | place]
    for nights in (1, 2):
        known = [listing("a", deadline=NIGHT - timedelta(days=nights), places=places)]
        state = night(known, ["a"])["a"]["state"]
        assert state == ("closed" if nights >= closes else "open"), nights


def test_a_replay_whose_archives_lack_a_source_says_nothing_of_it() -> None:
    long_ago = NIGHT - timedelta(days=60)
    quiet = night([listing("a")], [], outcome="not_recorded", complete=False, last_complete=long_ago)["a"]
    assert quiet["state"] == "open"
    left = {"feed": replace(RULES["feed"], min_rows=0, is_in_catalogue=False)}
    gone = night([listing("a")], [], outcome="not_recorded", complete=False, last_complete=long_ago, rules=left)["a"]
    assert gone["state"] == "unverified"


def test_a_deadline_that_was_over_before_its_listing_was_first_seen_closes_nothing_that_is_open() -> None:
    wrong = date(2020, 1, 1)
    assert night([listing("a", deadline=wrong)], ["a"])["a"]["state"] == "open"
    assert night([listing("a", "closed", deadline=wrong)], ["a"])["a"]["state"] == "closed"
    new = listing("b", deadline=wrong)
    assert night([], [], fresh=[new])["b"]["state"] == "closed", "over when it was first seen"
