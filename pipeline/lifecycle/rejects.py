"""Rejects from night to night: one row a posting that was refused, since when, and the rule of its newest refusal.

Belongs here: how long a refusal stands. Does not belong here: which row is refused (`pipeline.clean`).
"""

from __future__ import annotations

from datetime import date

import polars as pl

from pipeline.tables import REJECTS

REFUSAL = ("rule", "url", "title", "text", "content_hash")
"""Columns that a newer refusal of the same posting replaces."""


def update_rejects(before: pl.DataFrame, refused: pl.DataFrame, listed: pl.Series, night: date) -> pl.DataFrame:
    """The rejects (REJECTS) after this night.

    `before`: REJECTS. `refused`: tonight's: reject_id, source_id and the columns of REFUSAL. `listed`: ids of the listings that
    are not closed; what became a listing is no reject any more.
    """
    tonight = pl.lit(night, dtype=pl.Date)
    is_listed = pl.col("reject_id").is_in(listed.implode())
    refused_tonight = (
        refused.filter(~is_listed)
        .sort("reject_id", "rule", "content_hash")
        .unique("reject_id", keep="first", maintain_order=True)
        .with_columns(first_seen=tonight, last_seen=tonight)
    )
    both = before.filter(~is_listed).join(
        refused_tonight.select("reject_id", *REFUSAL, _last="last_seen"),
        on="reject_id", how="left", suffix="_now", maintain_order="left",
    )  # fmt: skip
    old = both.with_columns(
        last_seen=pl.coalesce("_last", "last_seen"),
        **{name: pl.when(pl.col("_last").is_null()).then(name).otherwise(f"{name}_now") for name in REFUSAL},
    )
    new = refused_tonight.join(before.select("reject_id"), on="reject_id", how="anti")
    return pl.concat([REJECTS.conform(old.select(REJECTS.names)), REJECTS.conform(new)]).sort("reject_id")
