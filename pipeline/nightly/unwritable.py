"""Listings that an export fails on: found by exporting parts of the warehouse, each by itself.

Belongs here: finding them. Does not belong here: what becomes of them (`clean_step`), a format's own limits (`pipeline.exports`).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import polars as pl

from pipeline import tables
from pipeline.nightly.frames import CleanedNight, MatchedNight
from pipeline.nightly.unreadable import work_on_rows

MAX_UNWRITABLE = 100
"""Internships beyond so many are no faults of sources but one of the program."""

Export = Callable[[Path, Path], object]
"""Exports a warehouse into an empty folder."""


def unwritable_listings(built: Path, export: Export) -> dict[str, str]:
    """listing_id -> reason of the listings whose words are new tonight and whose internships `export` fails on, each alone;
    empty where none of these is to blame. `built`: the warehouse, beside its frames. Raises what `export` raises on no
    internship, or on more than MAX_UNWRITABLE."""
    listings = MatchedNight.load(built.parent).listings
    fresh = listings.join(CleanedNight.load(built.parent).fresh, on="listing_id", how="semi")
    suspects = fresh.group_by("internship_id").agg(pl.col("source_id").first()).sort("internship_id")

    def export_only(part: pl.DataFrame) -> None:
        with tempfile.TemporaryDirectory(dir=built.parent) as scratch:
            folder = Path(scratch) / "files"
            folder.mkdir()
            export(_copy_of(built, part["internship_id"], Path(scratch)), folder)

    export_only(suspects.clear())  # what fails without any row is the program's
    _, failed = work_on_rows(suspects, export_only, MAX_UNWRITABLE)
    blamed = fresh.join(failed.select("internship_id", "reason"), on="internship_id")
    return dict(blamed.select("listing_id", "reason").iter_rows())


def _copy_of(built: Path, internship_ids: pl.Series, scratch: Path) -> Path:
    """A copy of a warehouse with these internships only."""
    copy = scratch / built.name
    shutil.copyfile(built, copy)
    with closing(duckdb.connect(str(copy))) as con:
        con.execute("CREATE TEMP TABLE kept AS SELECT unnest(?) AS internship_id", [internship_ids.to_list()])
        con.execute(
            "CREATE TEMP TABLE kept_listings AS SELECT listing_id FROM listings SEMI JOIN kept USING (internship_id)"
        )
        for table in tables.TABLES:
            if "internship_id" in table.names:
                con.execute(f"DELETE FROM {table.name} WHERE internship_id NOT IN (FROM kept)")
            elif "listing_id" in table.names:
                con.execute(f"DELETE FROM {table.name} WHERE listing_id NOT IN (FROM kept_listings)")
    return copy
