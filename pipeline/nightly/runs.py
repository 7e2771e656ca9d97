"""What the steps of a night ask about runs: the rules of a source, the counts of its rows, which run its loaded rows are of.

Belongs here: how catalogue, raw files and state before become the frames that `pipeline.lifecycle.runs` judges. Does not
belong here: the judgement.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from pipeline import tables
from pipeline.clean import marked
from pipeline.lifecycle.runs import SourceRules
from pipeline.storage import raw, warehouse
from pipeline.storage.home import Home
from pipeline.storage.sql import literals
from pipeline.vocabulary import HEALTHY, NOT_ASKED
from scrapers.source import CADENCE_DAYS, Catalogue, Source

LEFT_THE_CATALOGUE = SourceRules(
    misses_to_close=2, patience_nights=7, min_rows=0, max_rows=None, min_fill={}, is_in_catalogue=False
)
"""The rules of a source that is asked no more: its listings become unverified."""

WAS_ASKED = f"outcome NOT IN {literals(sorted(NOT_ASKED))}"
"""SQL of whether a run of source_runs asked its source."""


def rules_of(source: Source) -> SourceRules:
    """What its entry says of a source's life."""
    return SourceRules(
        source.misses,
        # The grace period begins when the source was due: a monthly one does not fail between its months.
        source.patience_nights + CADENCE_DAYS[source.cadence] - 1,
        source.expect.least,
        source.expect.most,
        source.expect.fill,
        zone=source.zone,
    )


def rules_by_source(catalogue: Catalogue, listings: pl.DataFrame) -> dict[str, SourceRules]:
    """The rules of every source that the catalogue has or a listing names."""
    listed = listings["source_id"].unique().sort().to_list()
    return {
        **dict.fromkeys(listed, LEFT_THE_CATALOGUE),
        **{source.id: rules_of(source) for source in catalogue.sources},
    }


def loaded_runs(home: Home, night: date) -> dict[str, tuple[date, int]]:
    """For each source night and attempt of the run whose rows stand in the state before `night`: its last one, if that was
    believed. Sources whose raw files are gone are left out."""
    before = home.night_before(night)
    if before is None:
        return {}
    query = f"""
        SELECT source_id, night FROM source_runs WHERE {WAS_ASKED}
        QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY night DESC) = 1
            AND complete AND outcome IN {literals(sorted(HEALTHY))}
    """
    with warehouse.open_readonly(home.state(before)) as con:
        believed = con.execute(query).fetchall()
    nights = {on for _, on in believed}  # few, of many sources
    attempts = {on: dict(raw.published_runs(home.raw(on)).select("source_id", "attempt").iter_rows()) for on in nights}
    return {source: (on, attempts[on][source]) for source, on in believed if source in attempts[on]}


def last_complete(earlier: pl.DataFrame, judged: pl.DataFrame, night: date) -> dict[str, date]:
    """For each source the last night with a complete run. `earlier`: SOURCE_RUNS before; `judged`: tonight's."""
    complete = earlier.filter("complete").group_by("source_id").agg(pl.col("night").max())
    tonight = judged.filter("complete")["source_id"].to_list()
    return {**dict(complete.iter_rows()), **dict.fromkeys(tonight, night)}


def count_rows(runs: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Runs with open_rows and closed_rows, and `fill`: the share of each source's rows that have each raw field."""
    return (
        runs.join(_fill_rates(rows), on="source_id", how="left", maintain_order="left")
        .join(_marked_rows(rows), on="source_id", how="left", maintain_order="left")
        .with_columns(pl.col("open_rows", "closed_rows").fill_null(0))
    )


def _fill_rates(rows: pl.DataFrame) -> pl.DataFrame:
    fields = [column.name for column in tables.RAW.columns if column.name not in ("source_id", "channel", "extra")]
    return (
        rows.group_by("source_id")
        .agg(
            ((pl.col(name).list.len() > 0).fill_null(False) if name == "locations" else pl.col(name).is_not_null())
            .mean()
            .round(3)
            .alias(name)
            for name in fields
        )
        .unpivot(index="source_id", variable_name="field", value_name="rate")
        .sort("source_id", "field")
        .group_by("source_id", maintain_order=True)
        .agg(pl.struct("field", "rate").alias("fill"))
    )


def _marked_rows(rows: pl.DataFrame) -> pl.DataFrame:
    is_closed = pl.col("is_closed_at_source")
    return (
        rows.select("source_id")
        .hstack(marked(rows))
        .group_by("source_id")
        .agg(
            open_rows=(~is_closed).sum().cast(pl.Int32),
            closed_rows=is_closed.sum().cast(pl.Int32),
        )
    )
