"""What the steps of a night hand to each other, typed: each hand-over is saved whole in work/<night>/ and loaded whole.

The frames lie on disk between steps, so that each step may run in a process of its own and a night that was killed can begin
again; the state of the night before is never touched. Belongs here: the fields of a hand-over, the state before. Does not
belong here: how a frame is made (the steps).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import ClassVar, Self

import polars as pl

from pipeline import tables
from pipeline.lifecycle.flags import REOPENINGS
from pipeline.storage import warehouse
from pipeline.storage.files import write_atomically
from pipeline.storage.home import Home

_NUMBERS = "numbers.json"


@dataclass(frozen=True)
class HandOver:
    """Frames and counts of one step. A folder of the name in `step` holds a Parquet file for each frame, and the counts, which
    are written last: a hand-over without them is not whole."""

    step: ClassVar[str]

    def save(self, work: Path) -> None:
        """Write it below `work`, in the place of an earlier one."""
        folder = work / self.step
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        numbers: dict[str, int] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, pl.DataFrame):
                value.write_parquet(folder / f"{field.name}.parquet", compression="lz4")
            else:
                numbers[field.name] = value
        write_atomically(folder / _NUMBERS, json.dumps(numbers))

    @classmethod
    def load(cls, work: Path) -> Self:
        """Read it from below `work`. Raises FileNotFoundError where that step has not finished."""
        numbers = cls.load_numbers(work)
        if numbers is None:
            raise FileNotFoundError(work / cls.step / _NUMBERS)
        frames = {
            field.name: pl.read_parquet(work / cls.step / f"{field.name}.parquet")
            for field in fields(cls)
            if field.name not in numbers
        }
        return cls(**frames, **numbers)

    @classmethod
    def load_numbers(cls, work: Path) -> dict[str, int] | None:
        """Its counts alone; None where that step has not finished, or its folder is gone."""
        path = work / cls.step / _NUMBERS
        if not path.is_file():
            return None
        numbers: dict[str, int] = json.loads(path.read_bytes())
        return numbers


@dataclass(frozen=True)
class CleanedNight(HandOver):
    """The listings after this night, before they are matched.

    `listings`: LISTINGS, all; `rejects`: REJECTS, all; `source_runs`: SOURCE_RUNS of this night. Of the listings whose words are
    new tonight: `fresh` (listing_id), `evidence` (EVIDENCE_TABLE), `unknown_texts` (UNKNOWN_TEXTS). `rows_cleaned`: raw listings
    that were cleaned."""

    step: ClassVar[str] = "cleaned"

    listings: pl.DataFrame
    rejects: pl.DataFrame
    source_runs: pl.DataFrame
    evidence: pl.DataFrame
    unknown_texts: pl.DataFrame
    fresh: pl.DataFrame
    rows_cleaned: int


@dataclass(frozen=True)
class MatchedNight(HandOver):
    """Listings with their internships, and what became of these tonight.

    `listings`, `internships`, `matches`, `redirects`: the tables of these names, all rows. `versions` (HISTORY), `changes`
    (CHANGES_TABLE): rows that this night adds. `merged_away`: internship_id of those that live on in another. `decisions`: how
    many of people's decisions were followed."""

    step: ClassVar[str] = "matched"

    listings: pl.DataFrame
    internships: pl.DataFrame
    versions: pl.DataFrame
    changes: pl.DataFrame
    matches: pl.DataFrame
    redirects: pl.DataFrame
    merged_away: pl.DataFrame
    decisions: int


@dataclass(frozen=True)
class StateForCleaning:
    """What cleaning asks of the state of the night before; empty frames where there is none."""

    listings: pl.DataFrame
    rejects: pl.DataFrame
    recent_runs: pl.DataFrame

    @classmethod
    def before(cls, home: Home, night: date, new_ids: Mapping[str, str]) -> Self:
        """As of the newest night before `night`; `new_ids`: former id -> id of the sources that were renamed."""
        frames = _read(
            home,
            night,
            {
                "listings": (tables.LISTINGS, "FROM listings ORDER BY listing_id"),
                "rejects": (tables.REJECTS, "FROM rejects ORDER BY reject_id"),
                "recent_runs": (tables.SOURCE_RUNS, warehouse.RECENT_RUNS),
            },
        )
        if new_ids:
            frames = {name: frame.with_columns(pl.col("source_id").replace(new_ids)) for name, frame in frames.items()}
        return cls(**frames)


_REOPENINGS = tables.Table(
    "reopenings",
    "when internships reopened",
    tuple(tables.Column(name, dtype, name) for name, dtype in REOPENINGS.items()),
)

_REOPENINGS_QUERY = """
    SELECT
        reopened.internship_id,
        reopened.night,
        max(closed.night) AS closed_on,
        max(TRY_CAST(trim(posted.new, '"') AS DATE)) AS posted_on
    FROM changes AS reopened
    LEFT JOIN changes AS closed
        ON closed.internship_id = reopened.internship_id AND closed.change = 'closed' AND closed.night <= reopened.night
    LEFT JOIN changes AS posted
        ON posted.internship_id = reopened.internship_id AND posted.night = reopened.night AND posted.field = 'posted_on'
    WHERE reopened.change = 'reopened'
    GROUP BY ALL
    ORDER BY ALL
"""


@dataclass(frozen=True)
class StateForMatching:
    """What matching asks of the state of the night before; empty frames where there is none. `reopenings`:
    lifecycle.flags.REOPENINGS."""

    listings: pl.DataFrame
    internships: pl.DataFrame
    matches: pl.DataFrame
    redirects: pl.DataFrame
    reopenings: pl.DataFrame

    @classmethod
    def before(cls, home: Home, night: date) -> Self:
        """As of the newest night before `night`."""
        return cls(
            **_read(
                home,
                night,
                {
                    "listings": (tables.LISTINGS, "FROM listings ORDER BY listing_id"),
                    "internships": (tables.INTERNSHIPS, "FROM internships ORDER BY internship_id"),
                    "matches": (tables.MATCHES, "FROM matches ORDER BY listing_id"),
                    "redirects": (tables.REDIRECTS, "FROM redirects ORDER BY old_id"),
                    "reopenings": (_REOPENINGS, _REOPENINGS_QUERY),
                },
            )
        )


def _read(home: Home, night: date, queries: dict[str, tuple[tables.Table, str]]) -> dict[str, pl.DataFrame]:
    before = home.night_before(night)
    return warehouse.read_tables(home.state(before) if before else None, queries, home.work(night))
