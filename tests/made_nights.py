"""Nights made by the functions that the job calls, without Dagster and without what a test does not look at."""

from __future__ import annotations

from datetime import date

from pipeline.nightly.build_step import build_night
from pipeline.nightly.clean_step import clean_night
from pipeline.nightly.match_step import match_night
from pipeline.review import decisions
from pipeline.storage import raw, warehouse
from pipeline.storage.files import place
from pipeline.storage.home import Home
from scrapers.runs import append_line
from scrapers.source import Catalogue


def make_state(home: Home, catalogue: Catalogue, night: date) -> None:
    """A night from its raw files to the published warehouse, checked; without exports and reports, which take as long."""
    clean_night(home, catalogue, night)
    match_night(home, catalogue, night)
    built = build_night(home, catalogue, night)
    assert [failure for failure in warehouse.check(built.path) if not failure.check.warns] == []
    place(built.path, home.state(night))
    append_line(home.raw(night), {"event": raw.PUBLISHED, "decisions": len(decisions.read_decisions(home))})
    warehouse.publish(home.state(night), home.warehouse)
