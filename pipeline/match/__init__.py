"""Which listings are one internship.

Here: two ties that need no judgement. Listings with the same posting id, or the same address, are one; so are listings
equal in normalised organisation, title, place and season, unless two of them carry different posting ids of one system.
What was tied before stays tied. Does not belong here: how keys are read from addresses and words (`identity`).
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import NamedTuple

import polars as pl

from pipeline.tables import MATCHES, REDIRECTS

SCORES = {"first": 1.0, "posting_id": 1.0, "same_words": 0.9}
"""How sure a tie is: an id is the posting's own; equal words may still be two openings."""


class Matched(NamedTuple):
    """matches (MATCHES), tonight's redirects (REDIRECTS), ids minted tonight for listings that left another internship."""

    matches: pl.DataFrame
    redirects: pl.DataFrame
    split: pl.Series


def match(keys: pl.DataFrame, before: pl.DataFrame, night: date) -> Matched:
    """Assign every listing to an internship.

    `keys`: one row a listing: listing_id, source_id, first_seen, posting_key, url_key, words_key as in MATCHES.
    `before`: MATCHES of the night before.
    """
    known = before.select("listing_id", "internship_id", "score", "reason", "decided_on")
    frame = keys.join(known, on="listing_id", how="left", maintain_order="left").sort("listing_id")
    # An address that a source gives to several roles (a careers page) is no posting's own, whoever gives it.
    own = pl.coalesce("words_key", "listing_id")
    is_shared = (own.n_unique().over("source_id", "url_key") > 1).any().over("url_key")
    frame = frame.with_columns(
        identity=pl.coalesce(
            "posting_key",
            pl.when(is_shared).then(pl.format("url:{}:{}", "url_key", own)).otherwise(pl.format("url:{}", "url_key")),
        ),
        namespace=pl.col("posting_key").str.split(":").list.first(),
    )
    contested = _several_ids(frame.filter(pl.col("words_key").is_not_null()), "words_key")
    frame = frame.with_columns(words=pl.when(~pl.col("words_key").is_in(contested.implode())).then("words_key"))
    grouped = _grouped(frame)
    # A chain of ties may still bring two ids of one system together: there only identity ties.
    torn = pl.col("group").is_in(_several_ids(grouped, "group").implode())
    loosened = grouped.with_columns(words=pl.when(~torn).then("words"), tied=pl.when(~torn).then("internship_id"))
    return _assign(_grouped(loosened, before_tie="tied"), night)


def _several_ids(frame: pl.DataFrame, by: str) -> pl.Series:
    """The values of `by` under which one system has several posting ids."""
    return (
        frame.filter(pl.col("posting_key").is_not_null())
        .group_by(by, "namespace")
        .agg(pl.col("posting_key").n_unique().alias("ids"))
        .filter(pl.col("ids") > 1)[by]
        .unique()
        .sort()
    )


def _grouped(frame: pl.DataFrame, before_tie: str = "internship_id") -> pl.DataFrame:
    """`frame` with `group`: the smallest listing_id reachable over equal identities, words and internships of before.

    Labels spread until none changes: a group has a handful of rows, so that two or three rounds are enough.
    """
    frame = frame.with_columns(group=pl.col("listing_id"))
    ties = [pl.col("identity"), pl.col("words"), pl.col(before_tie)]
    while True:
        spread = frame
        for tie in ties:
            spread = spread.with_columns(
                group=pl.when(tie.is_not_null()).then(pl.col("group").min().over(tie)).otherwise("group")
            )
        if spread["group"].equals(frame["group"]):
            return spread
        frame = spread


def _assign(frame: pl.DataFrame, night: date) -> Matched:
    """Ids for groups: the id that most of its listings had, the oldest of those, else one minted from the first listing."""
    votes = (
        frame.filter(pl.col("internship_id").is_not_null())
        .group_by("group", "internship_id")
        .agg(pl.len().alias("votes"), pl.col("first_seen").min())
        .sort("group", "votes", "first_seen", "internship_id", descending=[False, True, False, False])
    )
    kept = _kept_ids(votes)
    first = (
        frame.sort("group", "first_seen", "listing_id")
        .unique("group", keep="first", maintain_order=True)
        .select("group", founder="listing_id")
    )
    # A group that left an internship is named after the night too: its founder may have named the one it left.
    leavers = votes.select("group").unique().with_columns(at=pl.lit(f"@{night}"))
    first = first.join(leavers, on="group", how="left", maintain_order="left").with_columns(
        minted=pl.concat_str("founder", pl.col("at").fill_null("")).map_elements(_mint, return_dtype=pl.String)
    )
    frame = (
        frame.join(first, on="group", maintain_order="left")
        .join(kept, on="group", how="left", maintain_order="left")
        .with_columns(now=pl.coalesce("kept", "minted"))
    )
    is_new = pl.col("internship_id").is_null()
    shares_id = pl.len().over("identity") > 1
    reason = (
        pl.when(~is_new)
        .then("reason")
        .when((pl.col("founder") == pl.col("listing_id")) & pl.col("kept").is_null())
        .then(pl.lit("first"))
        .when(shares_id)
        .then(pl.lit("posting_id"))
        .otherwise(pl.lit("same_words"))
    )
    matches = frame.with_columns(reason=reason).select(
        "listing_id",
        internship_id="now",
        score=pl.when(is_new).then(pl.col("reason").replace_strict(SCORES, return_dtype=pl.Float64)).otherwise("score"),
        reason="reason",
        decided_on=pl.coalesce("decided_on", pl.lit(night, dtype=pl.Date)),
        posting_key="posting_key",
        url_key="url_key",
        words_key="words_key",
    )
    moved = frame.filter(pl.col("internship_id").is_not_null() & (pl.col("internship_id") != pl.col("now")))
    lives_on = pl.col("internship_id").is_in(frame["now"].unique().implode())
    merged = moved.filter(~lives_on).select(old_id="internship_id", new_id="now", night=pl.lit(night, dtype=pl.Date))
    split = moved.filter(lives_on)["now"].unique().sort()
    redirects = REDIRECTS.conform(merged.unique("old_id", keep="first", maintain_order=True)).sort("old_id")
    return Matched(MATCHES.conform(matches).sort("listing_id"), redirects, split)


def _kept_ids(votes: pl.DataFrame) -> pl.DataFrame:
    """group, kept: each group and each id once, the larger part of a split internship first; a group whose id went to
    another takes the next of its own, so that no id is thrown away while a group of its listings has none."""
    taken = pl.DataFrame(schema={"group": pl.String, "kept": pl.String})
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


def _mint(founder: str) -> str:
    return "i_" + hashlib.blake2b(founder.encode(), digest_size=8).hexdigest()
