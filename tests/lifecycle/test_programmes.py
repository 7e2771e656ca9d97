"""Editions: next year's internship is a new one, linked to the last."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations
from typing import Any

import polars as pl
import pytest

from pipeline.lifecycle.programmes import assign_programmes
from pipeline.tables import INTERNSHIPS

NIGHT = date(2026, 9, 1)
OVER = {
    "state": "closed",
    "closed_on": date(2025, 10, 1),
    "last_seen": date(2025, 10, 1),
    "first_seen": date(2025, 9, 1),
}


def internship(name: str, title: str, **values: Any) -> dict[str, Any]:
    return {
        "internship_id": f"i_{name}", "title": title, "organization": "Acme GmbH", "countries": ["DE"], "state": "open",
        "first_seen": NIGHT, "last_seen": NIGHT, **values,
    }  # fmt: skip


def programmes(*rows: dict[str, Any], at: dict[str, str] | None = None) -> dict[str, str]:
    """programme_id by internship_id. `at`: the posting that an internship stands at."""
    names = [name for name in INTERNSHIPS.names if any(name in row for row in rows)]
    frame = INTERNSHIPS.conform(pl.DataFrame(list(rows), schema={name: INTERNSHIPS.schema[name] for name in names}))
    postings = pl.DataFrame(
        list((at or {}).items()), schema={"internship_id": pl.String, "posting": pl.String}, orient="row"
    )
    return dict(zip(frame["internship_id"], assign_programmes(frame, postings), strict=True))


LAST = internship("last", "Summer Internship 2026", season="2026-summer", programme_id="p_first", **OVER)


@pytest.mark.parametrize(
    ("later", "is_next"),
    [
        (internship("new", "Summer Internship 2027", season="2027-summer"), True),
        (internship("new", "Internship - Winter 2027", organization="ACME"), True),
        (internship("new", "Summer Internship", season=None), True),  # back 270 days after the last one closed
        (internship("new", "Summer Internship 2027", countries=["FR"]), False),
        (internship("new", "Summer Internship 2027", organization="Beta"), False),
        (internship("new", "Summer Internship in Sales 2027"), False),
        (internship("new", "Summer Internship 2025"), False),
    ],
)
def test_an_edition_has_organisation_title_and_country_of_the_last(later: dict[str, Any], is_next: bool) -> None:
    assert programmes(LAST, later)["i_new"] == ("p_first" if is_next else "p_new")


def test_the_same_season_is_another_opening_until_long_after_the_last_closed() -> None:
    again = internship("new", "Summer Internship 2026", season="2026-summer")
    just = {"state": "closed", "closed_on": NIGHT - timedelta(days=269), "last_seen": NIGHT - timedelta(days=269)}
    assert programmes({**LAST, **just}, again)["i_new"] == "p_new"
    assert programmes(LAST, again)["i_new"] == "p_first"
    assert programmes({**LAST, "state": "open", "closed_on": None}, again)["i_new"] == "p_new"


def test_what_comes_back_at_its_own_posting_is_an_edition_whatever_its_title() -> None:
    renamed = internship("new", "Trainee")
    assert programmes(LAST, renamed, at={"i_last": "feed:id:7", "i_new": "feed:id:7"})["i_new"] == "p_first"


def test_editions_of_one_night_follow_one_another_in_any_order_and_keep_what_they_got() -> None:
    years = [internship(str(year), f"Internship {year}", season=f"{year}-summer") for year in (2025, 2026, 2027)]
    for rows in permutations(years):
        assert set(programmes(*rows).values()) == {"p_2025"}
    assert programmes({**years[0], "programme_id": "p_other"})["i_2025"] == "p_other"
