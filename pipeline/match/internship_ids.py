"""Ids of internships that last: clusters keep the id that most of their listings had, others are minted.

Does not belong here: which listings are one cluster (`clusters`).
"""

from __future__ import annotations

import hashlib
from datetime import date

import polars as pl

from pipeline.match.weights import match_probability
from pipeline.tables import REDIRECTS


def mean_probability(scored: pl.DataFrame, made: pl.Series) -> pl.Series:
    """For each listing the likelihood of its ties to the others of its cluster, on average; null where it has none."""
    inside = scored.filter(made.gather(scored["a"]) == made.gather(scored["b"]))
    ties = (
        pl.concat([inside.select("score", row="a"), inside.select("score", row="b")])
        .group_by("row")
        .agg(pl.col("score").mean())
    )
    rows = pl.DataFrame({"row": pl.int_range(made.len(), dtype=pl.UInt32, eager=True)})
    return rows.join(ties, on="row", how="left", maintain_order="left").select(
        match_probability(pl.col("score")).round(3).alias("sure")
    )["sure"]


def assign_ids(frame: pl.DataFrame, night: date) -> tuple[pl.DataFrame, pl.DataFrame, pl.Series]:
    """Ids for groups: the id that most of its listings had, the oldest of those, else one minted from the first listing.

    `frame`: listing_id, first_seen, group, sure, is_same_posting, and what was decided before: internship_id, score, reason,
    decided_on. Returns these four as they are now, redirects, and ids minted for listings that left another internship."""
    frame = frame.with_row_index("row")
    votes = (
        frame.filter(pl.col("internship_id").is_not_null())
        .group_by("group", "internship_id")
        .agg(pl.len().alias("votes"), pl.col("first_seen").min())
        .sort("group", "votes", "first_seen", "internship_id", descending=[False, True, False, False])
    )
    kept = _kept_ids(votes)
    firsts = frame.select("group", "first_seen", "row").sort("group", "first_seen", "row")
    firsts = firsts.unique("group", keep="first", maintain_order=True).select("group", founder="row")
    # A group that left an internship is named after the night too: its founder may have named the one it left.
    leavers = votes.select("group").unique().with_columns(at=pl.lit(f"@{night}"))
    ids = firsts.join(kept, on="group", how="left").join(leavers, on="group", how="left")
    unnamed = ids.filter(pl.col("kept").is_null()).with_columns(
        name=pl.concat_str(pl.lit(frame["listing_id"]).gather("founder"), pl.col("at").fill_null(""))
    )
    minted = unnamed.select("group", minted=pl.Series([mint(name) for name in unnamed["name"]], dtype=pl.String))
    ids = ids.join(minted, on="group", how="left").with_columns(now=pl.coalesce("kept", "minted"))
    frame = frame.join(ids, on="group", maintain_order="left")
    stays = (pl.col("internship_id") == pl.col("now")).fill_null(False)
    reason = (
        pl.when(stays)
        .then("reason")
        .when((pl.col("founder") == pl.col("row")) & pl.col("kept").is_null())
        .then(pl.lit("first"))
        .when("is_same_posting")
        .then(pl.lit("posting_id"))
        .otherwise(pl.lit("words"))
    )
    decided = frame.with_columns(reason=reason).select(
        internship_id="now",
        score=pl.when(stays)
        .then("score")
        .when(pl.col("reason") == "words")
        .then(pl.col("sure").fill_null(0.5))
        .otherwise(1.0),
        reason="reason",
        decided_on=pl.when(stays).then("decided_on").otherwise(pl.lit(night, dtype=pl.Date)),
    )
    moved = frame.filter(pl.col("internship_id").is_not_null() & (pl.col("internship_id") != pl.col("now")))
    lives_on = pl.col("internship_id").is_in(frame["now"].unique().implode())
    merged = moved.filter(~lives_on).select(old_id="internship_id", new_id="now", night=pl.lit(night, dtype=pl.Date))
    split = moved.filter(lives_on)["now"].unique().sort()
    redirects = REDIRECTS.conform(merged.unique("old_id", keep="first", maintain_order=True)).sort("old_id")
    return decided, redirects, split


def _kept_ids(votes: pl.DataFrame) -> pl.DataFrame:
    """group, kept: each group and each id once, the larger part of a split internship first; a group whose id went to
    another takes the next of its own, so that no id is thrown away while a group of its listings has none."""
    taken = votes.select("group", kept="internship_id").clear()
    left = votes
    while not left.is_empty():
        best = left.unique("group", keep="first", maintain_order=True).sort(
            "internship_id", "votes", "first_seen", "group", descending=[False, True, False, False]
        )
        won = best.unique("internship_id", keep="first", maintain_order=True)
        taken = pl.concat([taken, won.select("group", kept="internship_id")])
        left = left.join(won, on="group", how="anti", maintain_order="left").join(
            won, on="internship_id", how="anti", maintain_order="left"
        )
    return taken


def mint(founder: str) -> str:
    """The id of an internship that begins with this listing."""
    return "i_" + hashlib.blake2b(founder.encode(), digest_size=8).hexdigest()
