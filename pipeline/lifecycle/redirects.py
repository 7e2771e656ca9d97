"""Redirects: where an internship id that was merged away leads, through any number of later merges.

Belongs here: the ledger of ids. Does not belong here: which listings are one internship (`pipeline.match`).
"""

from __future__ import annotations

import polars as pl

from pipeline.tables import REDIRECTS


def annotate_redirects(redirects: pl.DataFrame, before: pl.DataFrame, matches: pl.DataFrame) -> pl.DataFrame:
    """Tonight's redirects (old_id, new_id, night) as REDIRECTS: with reason and score of the surest link of a listing that moved.

    `before`, `matches`: MATCHES of the night before, and tonight's."""
    links = (
        matches.join(before.select("listing_id", old_id="internship_id"), on="listing_id")
        .filter(pl.col("old_id") != pl.col("internship_id"))
        .sort("score", "listing_id", descending=[True, False], nulls_last=True)
        .unique(["old_id", "internship_id"], keep="first")
        .select("old_id", "reason", "score", new_id="internship_id")
    )
    annotated = redirects.select("old_id", "new_id", "night").join(
        links, on=["old_id", "new_id"], how="left", maintain_order="left"
    )
    return REDIRECTS.conform(annotated.select(REDIRECTS.names))


def update_redirects(before: pl.DataFrame, tonight: pl.DataFrame, founded: pl.DataFrame) -> pl.DataFrame:
    """The redirects after this night: every id that ever was merged away, each leading to one in use. Ordered by old_id.

    `founded`: old_id, new_id: the id that was minted from a listing which left an internship tonight, and where that listing
    is now. An id leads where the listing that it began with is."""
    further = tonight.select(new_id="old_id", leads_to="new_id")
    old = before.join(further, on="new_id", how="left", maintain_order="left")
    old = old.join(founded.rename({"new_id": "founder_id"}), on="old_id", how="left", maintain_order="left")
    old = old.with_columns(new_id=pl.coalesce("founder_id", "leads_to", "new_id")).select(REDIRECTS.names)
    return pl.concat([old, tonight]).sort("old_id")
