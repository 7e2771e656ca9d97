"""An upgraded program on a home of before: what a changed rule says of the same words is in the next night."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from pipeline import clean
from pipeline.clean.when.hours import clean_hours
from pipeline.shipped import shipped
from pipeline.storage.home import Home
from scrapers.source import read_catalogue
from tests.conftest import copy_home
from tests.made_nights import make_state

NIGHT = date(2026, 11, 20)


def hours_of(home: Home) -> dict[str, int | None]:
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        return dict(
            con.execute(
                "SELECT listing_id, hours_per_week FROM listings WHERE last_seen = (SELECT night FROM about)"
            ).fetchall()
        )


def test_a_changed_rule_changes_the_listings_of_the_same_words(
    sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(copy_home(sample_home, tmp_path / "home"))
    catalogue = read_catalogue(shipped("data", "sample", "sources"))

    def made_after(days: int) -> dict[str, int | None]:
        night = NIGHT + timedelta(days=days)
        shutil.copytree(home.raw(NIGHT), home.raw(night))
        make_state(home, catalogue, night)
        return hours_of(home)

    def none_read(*args: Any) -> Any:
        hours = clean_hours(*args)
        return hours._replace(
            columns=hours.columns.with_columns(hours_per_week=pl.lit(None, pl.Int32)),
            evidence=hours.evidence.clear(),
        )

    before = hours_of(home)
    assert set(before.values()) > {None}
    monkeypatch.setattr(clean, "clean_hours", none_read)
    assert set(made_after(1).values()) > {None}, "the same rules: nothing is read anew"
    monkeypatch.setattr(clean, "cleaning_version", lambda: "another")
    assert set(made_after(2).values()) == {None}
