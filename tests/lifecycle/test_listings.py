"""The life of runs and listings, rule by rule: absence closes nothing by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from pipeline.lifecycle.flags import REOPENINGS, compute_life_flags
from pipeline.lifecycle.listings import EDITION_AFTER_DAYS, expired_listing_ids, update_listings
from pipeline.lifecycle.redirects import annotate_redirects, update_redirects
from pipeline.lifecycle.rejects import update_rejects
from pipeline.lifecycle.runs import SourceRules, judge_runs
from pipeline.lifecycle.versions import versions_and_changes
from pipeline.tables import INTERNSHIPS, LISTINGS, MATCHES, REDIRECTS, REJECTS, SOURCE_RUNS

NIGHT = date(2026, 3, 10)
RULES = {"feed": SourceRules(misses_to_close=1, patience_nights=7, min_rows=1, max_rows=None, min_fill={})}
PAGE = {"feed": SourceRules(misses_to_close=2, patience_nights=7, min_rows=1, max_rows=None, min_fill={})}


def judge(
    outcome: str,
    seen: int,
    *earlier: tuple[str, int],
    evidence: str | None = None,
    rules: SourceRules | None = None,
    closed: tuple[int, int] = (0, 0),
    pay: tuple[float | None, float] = (None, 0.2),
    shared: int | None = None,
) -> tuple[str, bool]:
    """The verdict on a run after earlier runs (outcome, seen), oldest first. `closed`: rows marked closed then and now;
    `pay`: the share of rows that told of pay then (None: not known) and now; `shared`: how many of the postings are known, all
    by default."""
    runs = pl.DataFrame(
        {
            "source_id": ["feed"],
            "outcome": [outcome],
            "evidence": [evidence],
            "seen": [seen],
            "kept": [seen],
            "postings": [seen],
            "shared": [seen if shared is None else shared],
            "open_rows": [seen - closed[1]],
            "closed_rows": [closed[1]],
            "fill": [[{"field": "title", "rate": 1.0}, {"field": "pay", "rate": pay[1]}]],
        },
        schema_overrides={"evidence": pl.String},
    )
    before = [
        {
            "night": NIGHT - timedelta(days=len(earlier) - number),
            "source_id": "feed",
            "outcome": was,
            "complete": was in ("ok", "unchanged"),
            "seen": rows,
            "open_rows": rows - closed[0],
            "closed_rows": closed[0],
            "kept": rows,
            "fill": None if pay[0] is None else [{"field": "title", "rate": 1.0}, {"field": "pay", "rate": pay[0]}],
        }
        for number, (was, rows) in enumerate(earlier)
    ]
    earlier_runs = SOURCE_RUNS.conform(pl.DataFrame(before) if before else SOURCE_RUNS.empty())
    verdict = judge_runs(runs, earlier_runs, {"feed": rules or RULES["feed"]}).row(0, named=True)
    return verdict["outcome"], verdict["complete"]


@pytest.mark.parametrize(
    ("seen", "earlier", "verdict"),
    [
        (100, [], ("ok", True)),
        (51, [("ok", 100)], ("ok", True)),
        (50, [("ok", 100)], ("dropped", False)),
        (49, [("ok", 100)], ("dropped", False)),
        (4, [("ok", 9)], ("ok", True)),  # below ten rows a half is noise
        (49, [("ok", 100), ("error", 0)], ("dropped", False)),  # compared with the last good run, not the last
        (45, [("ok", 100), ("dropped", 49)], ("ok", True)),  # twice about the same: believed
        (20, [("ok", 100), ("dropped", 49)], ("dropped", False)),
        (49, [("ok", 100), ("dropped", 49), ("error", 0)], ("ok", True)),  # an ill run between tells nothing
    ],
)
def test_a_run_that_saw_half_is_dropped_until_the_next_agrees(
    seen: int, earlier: list[tuple[str, int]], verdict: tuple[str, bool]
) -> None:
    assert judge("ok", seen, *earlier) == verdict


def test_half_of_the_open_rows_lost_is_dropped_but_rows_marked_closed_are_not_lost() -> None:
    assert judge("ok", 24, ("ok", 44), closed=(4, 4)) == ("dropped", False)
    assert judge("ok", 44, ("ok", 44), closed=(4, 30)) == ("ok", True)


@pytest.mark.parametrize(
    ("earlier", "evidence", "verdict"),
    [
        ([], None, ("empty", False)),
        ([("ok", 5)], None, ("layout_changed", False)),
        ([("ok", 5), ("layout_changed", 0), ("layout_changed", 0)], None, ("layout_changed", False)),
        ([("ok", 5)], "says none: No vacancies at present", ("empty", True)),
        ([("ok", 5), ("empty", 0)], "an empty list: $.jobs", ("empty", False)),
        ([("ok", 5), ("empty", 0), ("empty", 0)], "an empty list: $.jobs", ("empty", True)),
    ],
)
def test_zero_rows_are_believed_where_the_page_says_so_and_never_else(
    earlier: list[tuple[str, int]], evidence: str | None, verdict: tuple[str, bool]
) -> None:
    assert judge("empty", 0, *earlier, evidence=evidence) == verdict


@pytest.mark.parametrize(
    ("seen", "shared", "earlier", "verdict"),
    [
        (12, 0, [("ok", 12)], ("dropped", False)),
        (12, 1, [("ok", 12)], ("ok", True)),
        (9, 0, [("ok", 9)], ("ok", True)),  # below ten rows all may have changed
        (9, 0, [("ok", 12)], ("dropped", False)),  # ten in either of the two
        (12, 0, [("ok", 9)], ("dropped", False)),
        (12, 0, [("ok", 12), ("error", 0)], ("dropped", False)),
    ],
)
def test_a_run_that_shares_no_posting_with_the_last_good_one_is_dropped(
    seen: int, shared: int, earlier: list[tuple[str, int]], verdict: tuple[str, bool]
) -> None:
    assert judge("ok", seen, *earlier, shared=shared) == verdict


@pytest.mark.parametrize("outcome", ["blocked", "error", "timeout", "partial", "gone", "not_recorded"])
def test_an_ill_run_is_never_complete(outcome: str) -> None:
    assert judge(outcome, 100, ("ok", 100)) == (outcome, False)


def test_a_304_is_complete() -> None:
    assert judge("unchanged", 0, ("ok", 100)) == ("unchanged", True)


@pytest.mark.parametrize(
    ("pay", "earlier", "verdict"),
    [
        ((0.9, 0.4), [("ok", 30)], ("layout_changed", False)),
        ((0.9, 0.5), [("ok", 30)], ("ok", True)),
        ((0.4, 0.0), [("ok", 30)], ("ok", True)),  # a field that few rows had is missed by nobody
        ((0.9, 0.0), [("ok", 9)], ("ok", True)),  # below ten rows a share is noise
        ((0.9, 0.0), [("ok", 30), ("layout_changed", 30)], ("layout_changed", False)),
        ((0.9, 0.0), [("ok", 30), ("layout_changed", 30), ("layout_changed", 30)], ("ok", True)),  # it is so: believed
        ((None, 0.0), [("ok", 30)], ("ok", True)),
    ],
)
def test_a_field_that_is_suddenly_empty_is_a_changed_layout(
    pay: tuple[float | None, float], earlier: list[tuple[str, int]], verdict: tuple[str, bool]
) -> None:
    assert judge("ok", 30, *earlier, pay=pay) == verdict


def test_expectations_of_the_catalogue_are_held_against_a_run() -> None:
    assert judge("ok", 3, rules=SourceRules(1, 7, min_rows=5, max_rows=None, min_fill={})) == ("layout_changed", False)
    assert judge("ok", 30, rules=SourceRules(1, 7, min_rows=5, max_rows=None, min_fill={"pay": 0.5})) == (
        "layout_changed",
        False,
    )
    assert judge("ok", 30, rules=SourceRules(1, 7, min_rows=5, max_rows=20, min_fill={})) == (
        "ok",
        True,
    )  # too many is only told


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


def internship(name: str, state: str = "open", **values: Any) -> dict[str, Any]:
    return {
        "internship_id": name, "state": state, "first_seen": date(2026, 3, 1), "last_seen": NIGHT, "reopened": False,
        "listing_count": 1, "best_url": "u", "url": "u", "channels": ["platform"], "source_ids": ["feed"], "title": "t", **values,
    }  # fmt: skip


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    schema = {name: dtype for name, dtype in INTERNSHIPS.schema.items() if any(name in row for row in rows)}
    return INTERNSHIPS.conform(pl.DataFrame(list(rows), schema=schema)) if rows else INTERNSHIPS.empty()


def changes(before: pl.DataFrame, after: pl.DataFrame, left: dict[str, str] | None = None) -> list[tuple[Any, ...]]:
    redirects = pl.DataFrame(schema={"old_id": pl.String, "new_id": pl.String})
    split = pl.DataFrame(
        list((left or {}).items()), schema={"internship_id": pl.String, "left_id": pl.String}, orient="row"
    )
    _, found = versions_and_changes(before, after, redirects, split, NIGHT)
    return found.select("internship_id", "change", "field", "old", "new").rows()


def test_changes_tell_what_happened_and_nothing_else() -> None:
    shut = {"closed_on": NIGHT, "closed_reason": "gone"}
    assert changes(table(internship("a", last_seen=date(2026, 3, 9))), table(internship("a"))) == []
    assert changes(table(), table(internship("a"))) == [("a", "added", None, None, '"t"')]
    assert changes(table(internship("a")), table(internship("a", "closed", **shut))) == [
        ("a", "closed", "state", '"open"', '"gone"')
    ]
    by_a_merge = {"closed_on": NIGHT, "closed_reason": "deadline"}
    assert changes(table(internship("a", "closed", **shut)), table(internship("a", "closed", **by_a_merge))) == [
        ("a", "changed", "closed_reason", '"gone"', '"deadline"')
    ]
    assert changes(table(internship("a", "closed", **shut)), table(internship("a", reopened=True))) == [
        ("a", "reopened", "state", '"gone"', '"open"')
    ]
    older = changes(table(internship("a")), table(internship("a", first_seen=date(2026, 2, 1))))  # by a merge
    assert older == [("a", "changed", "first_seen", '"2026-03-01"', '"2026-02-01"')]
    assert changes(table(internship("a")), table(internship("a", countries=["DE"]))) == [
        ("a", "changed", "countries", None, '["DE"]')
    ]
    assert changes(table(internship("a")), table(internship("a", "unverified"))) == [
        ("a", "changed", "state", '"open"', '"unverified"')
    ]


def test_a_split_tells_what_it_left_and_provenance_is_no_change() -> None:
    gave = {"provenance": [{"listing_id": "l", "fields": ["title"]}]}
    assert changes(table(internship("a")), table(internship("a", **gave), internship("b")), {"b": "a"}) == [
        ("b", "split", "internship_id", '"a"', '"b"')
    ]


def test_the_ledger_tells_why_and_every_old_id_leads_to_one_in_use() -> None:
    def matches(*ties: tuple[str, str, str, float]) -> pl.DataFrame:
        schema = {"listing_id": pl.String, "internship_id": pl.String, "reason": pl.String, "score": pl.Float64}
        return MATCHES.conform(pl.DataFrame(list(ties), schema=schema, orient="row"))

    def moved(old: str, new: str) -> pl.DataFrame:
        return REDIRECTS.conform(pl.DataFrame({"old_id": [old], "new_id": [new], "night": [NIGHT]}))

    left = pl.DataFrame(schema={"old_id": pl.String, "new_id": pl.String})
    first = annotate_redirects(
        moved("b", "a"),
        matches(("1", "a", "first", 1), ("2", "b", "first", 1), ("3", "b", "words", 0.7)),
        matches(("1", "a", "first", 1), ("2", "a", "posting_id", 1), ("3", "a", "words", 0.6)),
    )
    assert first.rows() == [("b", "a", NIGHT, "posting_id", 1.0)]
    ledger = update_redirects(update_redirects(REDIRECTS.empty(), first, left), moved("a", "c"), left)
    assert ledger.select("old_id", "new_id", "reason").rows() == [("a", "c", None), ("b", "c", "posting_id")]
    left = pl.DataFrame({"old_id": ["b", "e"], "new_id": ["d", "d"]})
    ledger = update_redirects(ledger, REDIRECTS.empty(), left)
    assert ledger.select("old_id", "new_id").rows() == [("a", "c"), ("b", "d")]


def flags(
    rows: list[dict[str, Any]],
    listings: list[dict[str, Any]],
    reopened: list[int],
    *,
    away: int = 10,
    is_dated_anew: bool = True,
) -> list[Any]:
    """life_flags of internships, with `reopened`: so many days ago the internship a was, `away` days after it had closed, with a
    new posting date or without."""
    days = [NIGHT - timedelta(days=ago) for ago in reopened]
    again = pl.DataFrame(
        {
            "internship_id": ["a"] * len(days),
            "night": days,
            "closed_on": [day - timedelta(days=away) for day in days],
            "posted_on": [day if is_dated_anew else None for day in days],
        },
        schema=REOPENINGS,
    )
    words = frame(listings).with_columns(words_key=pl.lit("acme|intern|berlin"))
    return compute_life_flags(table(*rows), words, again, NIGHT).to_list()


def test_what_is_open_for_a_year_is_flagged_with_the_day_since_when() -> None:
    long_ago = NIGHT - timedelta(days=365)
    year = [{"flag": "open_for_a_year", "dates": [long_ago]}]
    assert flags([internship("a", first_seen=long_ago)], [], []) == [year]
    assert flags([internship("a", posted_on=long_ago)], [], []) == [year]
    assert flags([internship("a", first_seen=long_ago + timedelta(days=1))], [], []) == [None]
    assert flags([internship("a", first_seen=long_ago)], [], [200]) == [None]  # it was closed in between
    assert flags([internship("a", first_seen=long_ago)], [], [200], away=2) == [year], "only missed for two nights"
    assert flags([internship("a", "closed", first_seen=long_ago)], [], []) == [None]
    assert flags([internship("a", "closed", first_seen=long_ago, life_flags=year)], [], []) == [year]


def test_what_is_posted_anew_over_and_over_is_flagged_with_the_days() -> None:
    days = [NIGHT - timedelta(days=ago) for ago in (60, 40, 20, 0)]
    expected = [[{"flag": "reposted", "dates": days}]]
    assert flags([internship("a")], [], [60, 40, 20, 0]) == expected
    assert flags([internship("a")], [], [91, 40, 20, 0]) == [None]
    assert flags([internship("a")], [], [60, 40, 20, 0], is_dated_anew=False) == [None], "it only came back"

    first = NIGHT - timedelta(days=80)
    anew = [listing("0", "closed", first_seen=first, closed_on=first + timedelta(days=5), internship_id="i_0")]
    anew += [listing(str(number), first_seen=day, internship_id="a") for number, day in enumerate(days, start=1)]
    assert flags([internship("a")], anew, []) == expected
    side_by_side = [{**row, "state": "open", "closed_on": None} for row in anew]
    assert flags([internship("a")], side_by_side, []) == [None]


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
