"""The golden row: one row an internship, made from its listings field by field.

The most trustworthy listing that states a field gives it (see `Source.trust`); of equals the open one, then the longest
known. State is the best of its listings', places are the union. Does not belong here: which listings belong together.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pipeline.match.identity import url_key
from pipeline.tables import FACTS, INTERNSHIPS

UNIONS = ("countries", "cities", "places")
"""Facts that several listings of one opening complete rather than repeat."""

ADDRESSES = ("url", "apply_url", "best_url")


def golden_rows(listings: pl.DataFrame, trust: Mapping[str, int], before: pl.DataFrame) -> pl.DataFrame:
    """The internships of these listings, ordered by id; columns of INTERNSHIPS.

    `listings`: all listings of the internships asked for, with `url_key`. `before`: their rows of the night before.
    """
    ranked = (
        listings.with_columns(
            _trust=pl.col("source_id").replace_strict(trust, default=9, return_dtype=pl.Int32),
            _open=pl.col("state").replace_strict({"open": 0, "unverified": 1, "closed": 2}, return_dtype=pl.Int32),
        )
        .with_columns(_best=pl.struct("_open", "_trust", "first_seen", "listing_id").rank("ordinal"))
        .sort("internship_id", "_trust", "_open", "first_seen", "listing_id")
    )
    facts = [column.name for column in FACTS if column.name != "content_hash"]
    rows = ranked.group_by("internship_id", maintain_order=True).agg(
        *(pl.col(name).drop_nulls().first() for name in facts if name not in UNIONS),
        *(pl.col(name).explode(empty_as_null=False).drop_nulls().unique(maintain_order=True) for name in UNIONS),
        pl.col("url").sort_by("_best").first(),
        pl.col("apply_url").sort_by("_best").first(),
        pl.col("url_key").sort_by("_best").first(),
        pl.coalesce("apply_url", "url").sort_by("_best").first().alias("best_url"),
        pl.col("channel").unique().sort().alias("channels"),
        pl.col("source_id").unique().sort().alias("source_ids"),
        pl.len().cast(pl.Int32).alias("listing_count"),
        pl.col("first_seen").min(),
        pl.col("last_seen").max(),
        pl.col("_open").min(),
        pl.col("closed_on").max(),
        pl.col("closed_reason").sort_by("closed_on", "listing_id", nulls_last=False).last(),
    )
    was = before.select(
        "internship_id",
        _state="state",
        _reopened="reopened",
        _url_key=url_key(before["url"]),
        **{f"_{name}": pl.col(name) for name in ADDRESSES},
    )
    # An address that differs only by what tracks is no new one.
    is_same = (pl.col("_url_key") == pl.col("url_key")).fill_null(False)
    is_closed = pl.col("_open") == 2
    rows = rows.join(was, on="internship_id", how="left", maintain_order="left").with_columns(
        state=pl.col("_open").replace_strict({0: "open", 1: "unverified", 2: "closed"}, return_dtype=pl.String),
        closed_on=pl.when(is_closed).then("closed_on"),
        closed_reason=pl.when(is_closed).then("closed_reason"),
        reopened=pl.col("_reopened").fill_null(False) | ((pl.col("_state") == "closed").fill_null(False) & ~is_closed),
        programme_id=pl.lit(None, dtype=pl.String),
        **{name: pl.when(pl.col(name).list.len() > 0).then(name) for name in UNIONS},
        **{name: pl.when(is_same).then(f"_{name}").otherwise(name) for name in ADDRESSES},
    )
    return INTERNSHIPS.conform(rows.select(INTERNSHIPS.names)).sort("internship_id")
