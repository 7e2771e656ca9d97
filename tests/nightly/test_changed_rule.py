"""An upgraded program on a home of before: what a changed rule says of the same words is in the next night."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from pipeline import clean
from pipeline.clean.when.hours import clean_hours
from pipeline.nightly.launch import run_night
from pipeline.shipped import shipped
from pipeline.storage.home import Home
from tests.conftest import copy_home

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
    archive = shipped("data", "sample", f"night-{NIGHT}.warc.gz")

    def run_after(days: int) -> dict[str, int | None]:
        catalogue = shipped("data", "sample", "sources")
        assert run_night(home, catalogue, NIGHT + timedelta(days=days), [archive], [], []) is None
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
    assert set(run_after(1).values()) > {None}, "the same rules: nothing is read anew"
    monkeypatch.setattr(clean, "cleaning_version", lambda: "another")
    assert set(run_after(2).values()) == {None}
