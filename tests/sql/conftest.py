"""One warehouse in which every view, macro and check has something to say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.exports.small import NIGHT, internship, listing, run, small_warehouse, source, version

BEFORE = NIGHT - timedelta(days=1)
LONG_AGO = date(2026, 2, 1)


def story() -> dict[str, list[dict[str, Any]]]:
    """Openings and sources in every state, whose rows agree with each other.

    i0 Paris and Berlin, Germans only, closes tomorrow, stands at two sources; i1 Tokyo, new tonight, not for the French;
    i2 no country, new tonight; i3 Lyon, deadline far off, for residents of France; i4 closed tonight; i5 closed and back;
    i6 unverified; its source has been ill since long.
    """
    internships = _internships()
    listings = []
    for number, row in enumerate(internships):
        life = {name: row[name] for name in ("state", "first_seen", "last_seen")}
        closing_ = {name: row.get(name) for name in ("closed_on", "closed_reason")}
        listings.append(listing(number, row["source_ids"][0], **life, **closing_))
    listings.append(listing(7, "page", internship_id="i0", first_seen=NIGHT, url="https://example.org/same"))
    matches = [
        {"listing_id": row["listing_id"], "internship_id": row["internship_id"], "score": 1.0, "reason": "first"}
        for row in listings
    ]
    matches[7] |= {"score": 0.9, "reason": "words"}
    changes = [
        {"night": row["first_seen"], "internship_id": row["internship_id"], "change": "added", "new": '"x"'}
        for row in internships
    ]
    names = ("night", "internship_id", "change", "field", "old", "new")
    turns = [
        (NIGHT, "i0", "changed", "title", '"Old title"', '"Diplomacy"'),
        (NIGHT, "i0", "merged", "internship_id", '"i9"', '"i0"'),
        (NIGHT, "i4", "closed", "state", '"open"', '"gone"'),
        (BEFORE, "i5", "closed", "state", '"open"', '"gone"'),
        (NIGHT, "i5", "reopened", "state", '"gone"', '"open"'),
    ]
    changes += [dict(zip(names, turn, strict=True)) for turn in turns]
    return {
        "internships": internships,
        "listings": listings,
        "matches": matches,
        "internship_history": _history(internships),
        "changes": changes,
        "redirects": [{"old_id": "i9", "new_id": "i0", "night": NIGHT}],
        "source_runs": _runs(),
        "sources": [source(name) for name in ("feed", "gone", "idle", "ill", "page", "recent")],
        "evidence": [{"listing_id": "l0", "field": "title", "quote": "Diplomacy", "raw_field": "title", "method": "stated"}],
        "rejects": [{"reject_id": "r1", "source_id": "feed", "rule": "not_an_internship", "text": "{}"}],
        "unknown_texts": [
            {"listing_id": "l0", "field": "countries", "text": "Atlantis"},
            {"listing_id": "l1", "field": "countries", "text": "Atlantis"},
            {"listing_id": "l4", "field": "countries", "text": "Utopia"},
        ],
    }  # fmt: skip


def _internships() -> list[dict[str, Any]]:
    old = {"first_seen": LONG_AGO}
    return [
        internship(0, **old, title="Diplomacy", countries=["FR", "DE"], channels=["embassy", "platform"], listing_count=2,
                   source_ids=["feed", "page"], deadline=NIGHT + timedelta(days=1), pay_status="paid", pay_month_ppp=1500.0,
                   fields=["0312", "032"], programme_id="p0", starts_on=date(2026, 6, 1),
                   nationality_rule="only", nationalities=["DE", "FR"]),
        internship(1, countries=["JP"], organization="Beta", source_ids=["feed"], visa_support="case_by_case",
                   fields=["0613"], nationality_rule="excluded", nationalities=["FR"]),
        internship(2, organization=None, source_ids=["feed"], deadline=NIGHT + timedelta(days=14)),
        internship(3, **old, countries=["FR"], source_ids=["page"], deadline=NIGHT + timedelta(days=15), pay_status="unpaid",
                   nationality_rule="any", residence_countries=["FR"]),
        internship(4, **old, countries=["FR"], source_ids=["page"], state="closed", closed_on=NIGHT, closed_reason="gone",
                   last_seen=BEFORE, pay_month_ppp=1100.0, programme_id="p0", starts_on=date(2025, 6, 1)),
        internship(5, **old, countries=["IN"], source_ids=["feed"], reopened=True),
        internship(6, **old, countries=["IN"], source_ids=["ill"], state="unverified", last_seen=LONG_AGO),
    ]  # fmt: skip


def _history(internships: list[dict[str, Any]]) -> list[dict[str, Any]]:
    history = [version(row, row["first_seen"]) for row in internships if row["internship_id"] not in ("i0", "i4", "i5")]
    i0, i4, i5 = (internships[number] for number in (0, 4, 5))
    was_closed = {"state": "closed", "closed_on": BEFORE, "closed_reason": "gone", "reopened": False}
    return [
        *history,
        version(i0, LONG_AGO, NIGHT, listing_count=1, source_ids=["feed"], title="Old title"),
        version(i0, NIGHT),
        version(i4, LONG_AGO, NIGHT, state="open", closed_on=None, closed_reason=None),
        version(i4, NIGHT),
        version(i5, LONG_AGO, BEFORE, reopened=False),
        version(i5, BEFORE, NIGHT, **was_closed),
        version(i5, NIGHT),
    ]


def _runs() -> list[dict[str, Any]]:
    return [
        run("feed", NIGHT, "ok", complete=True, seen=4),
        run("page", BEFORE, "ok", complete=True, seen=9),
        run("page", NIGHT, "dropped", evidence="4 rows; the last good run had 9", seen=4),
        run("ill", LONG_AGO, "ok", complete=True),
        *(run("ill", NIGHT - timedelta(days=ago), "blocked", evidence="403") for ago in range(4)),
        run("gone", NIGHT, "gone", evidence="410"),
        run("idle", NIGHT, "not_due"),
        run("recent", NIGHT - timedelta(days=7), "empty", complete=True),
        run("recent", NIGHT, "not_recorded"),
    ]


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of `story`. It is read only; a test that changes it takes a copy."""
    return small_warehouse(tmp_path_factory.mktemp("story") / "warehouse.duckdb", story())


@pytest.fixture
def con(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(duckdb.connect(str(warehouse), read_only=True)) as connection:
        yield connection


def adds_up(con: duckdb.DuckDBPyConnection) -> int:
    """Nights whose open internships are those of the night before with what came and went; fails at one that are not."""
    rows = con.execute("SELECT night, open, added, reopened, closed, unverified FROM nights ORDER BY night").fetchall()
    before = 0
    for night, now, added, reopened, closed, unverified in rows:
        assert now == before + added + reopened - closed - unverified, night
        before = now
    assert [(before,)] == con.execute("SELECT count(*) FROM internships WHERE state = 'open'").fetchall()
    return len(rows)
