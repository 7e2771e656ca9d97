"""What is written of a night beside its rows: changes, versions, redirects, flags."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from pipeline.lifecycle.flags import REOPENINGS, compute_life_flags
from pipeline.lifecycle.redirects import annotate_redirects, update_redirects
from pipeline.lifecycle.versions import versions_and_changes
from pipeline.tables import INTERNSHIPS, MATCHES, REDIRECTS
from tests.lifecycle.test_listings import frame, listing

NIGHT = date(2026, 3, 10)


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
