"""Building: what cleaning and matching handed over becomes the next warehouse file, not yet published.

Belongs here: how each table gets from the night before to this one. Does not belong here: writing DuckDB
(`pipeline.storage.warehouse`).
"""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import polars as pl

from pipeline import tables
from pipeline.nightly.due import UNPROVEN_IDLE
from pipeline.nightly.frames import CleanedNight, MatchedNight
from pipeline.shipped import shipped
from pipeline.storage import warehouse
from pipeline.storage.home import Home
from pipeline.storage.warehouse import Carry
from scrapers.source import Catalogue, Source


class Built(NamedTuple):
    """A built file, and how many rows this night brought to each table."""

    path: Path
    rows: dict[str, int]


def built_file(home: Home, night: date) -> Path:
    """Where the warehouse of a night lies between its building and its publishing."""
    return home.work(night) / "warehouse.duckdb"


def build_night(home: Home, catalogue: Catalogue, night: date) -> Built:
    """The warehouse file of this night, in work/<night>/."""
    path = built_file(home, night)
    for stale in path.parent.glob(f"{path.name}*"):
        stale.unlink()
    before = home.night_before(night)
    carries = _carries(CleanedNight.load(path.parent), MatchedNight.load(path.parent), catalogue, night)
    reference = {name: shipped("data", "reference", f"{name}.csv") for name in tables.REFERENCE}
    program_version = version("international-internships")
    warehouse.build(path, home.state(before) if before else None, carries, reference, night, program_version)
    return Built(path, {name: carry.rows.height for name, carry in carries.items() if name != tables.SOURCES.name})


def refuse_broken(built: Path) -> None:
    """Raise WarehouseError where a built file breaks a rule."""
    if failures := [failure for failure in warehouse.check(built) if not failure.check.warns]:
        raise warehouse.WarehouseError(
            "; ".join(f"{failure.check.name}: {failure.check.rule} ({failure.rows} rows)" for failure in failures)
        )


def _carries(cleaned: CleanedNight, matched: MatchedNight, catalogue: Catalogue, night: date) -> dict[str, Carry]:
    """For each table tonight's rows, and which of the night before are kept."""
    fresh = cleaned.fresh["listing_id"]
    of_stale_words = "listing_id NOT IN (FROM ids)"
    ended = pl.concat([matched.versions["internship_id"], matched.merged_away["internship_id"]])
    ends_tonight = "valid_to IS NULL AND internship_id IN (FROM ids)"
    valid_to = f"CASE WHEN {ends_tonight} THEN DATE '{night}' ELSE valid_to END AS valid_to"
    sources = _source_rows(catalogue.sources)
    return {
        "internships": Carry(matched.internships),
        "listings": Carry(matched.listings),
        "internship_history": Carry(matched.versions, keep="true", change=valid_to, ids=ended),
        "changes": Carry(matched.changes, keep="true"),
        "matches": Carry(matched.matches),
        "redirects": Carry(matched.redirects),
        # 15,000 unproven sources that were not asked would soon be most of the file.
        "source_runs": Carry(cleaned.source_runs, keep=f"NOT starts_with(coalesce(evidence, ''), '{UNPROVEN_IDLE}')"),
        "evidence": Carry(cleaned.evidence, keep=of_stale_words, ids=fresh),
        "rejects": Carry(cleaned.rejects),
        "unknown_texts": Carry(cleaned.unknown_texts, keep=of_stale_words, ids=fresh),
        # A source that left the catalogue stays: its listings name it.
        "sources": Carry(sources, keep="source_id NOT IN (FROM ids)", ids=sources["source_id"]),
    }


def _source_rows(sources: list[Source]) -> pl.DataFrame:
    """The catalogue as rows of SOURCES."""
    rows = [
        {
            "source_id": source.id,
            "name": source.name,
            "channel": source.channel,
            "spider": source.spider,
            "url": source.url,
            "page": source.page,
            "country": source.country,
            "languages": list(source.languages),
            "holds": source.holds,
            "cadence": source.cadence,
            "misses_to_close": source.misses,
            "patience_nights": source.patience_nights,
            "trust": source.trust,
            "licence": source.rights.licence,
            "terms": source.rights.terms,
            "attribution": source.rights.attribution,
            "full_text": source.rights.full_text,
            "verified": str(source.verified),
        }
        for source in sources
    ]
    return tables.SOURCES.conform(pl.DataFrame(rows, schema=tables.SOURCES.schema))
