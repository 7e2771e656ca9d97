"""Deterministic matching: listings that are one internship without any weighing, by posting id, own address or a person's
decision.

Does not belong here: how a key is read from an address (`keys`), and matching by weights (`weights`).
"""

from __future__ import annotations

import polars as pl

DECISIONS = pl.Schema({"listing_id": pl.String, "other_id": pl.String, "is_one": pl.Boolean})
"""What people decided: two listings are one, or are not; then it is the first that leaves, and the other stays."""


def decisions_by_row(decisions: pl.DataFrame | None, listing_ids: pl.Series) -> pl.DataFrame:
    """a, b, is_one: the decisions as rows of listings; what names a listing that is not there decides nothing."""
    rows = listing_ids.to_frame("id").with_row_index("row")
    decided = pl.DataFrame(schema=DECISIONS) if decisions is None else decisions.select(DECISIONS.names())
    return (
        decided.join(rows.select(listing_id="id", a="row"), on="listing_id")
        .join(rows.select(other_id="id", b="row"), on="other_id")
        .select("a", "b", "is_one")
        .unique()
        .sort("a", "b", "is_one")
    )


def identities(keys: pl.DataFrame, source_ids: pl.Series) -> pl.Series:
    """For each listing what its posting is known by, for certain."""
    # An address that a source gives to several roles (a careers page) is no posting's own, whoever gives it.
    own = pl.coalesce("words_key", "listing_id")
    frame = keys.select("posting_key", "url_key", source_id=source_ids, own=own)
    # Sorted numbers show which of them repeat in a third of the time.
    number = frame["url_key"].hash()
    in_order = number.sort()
    repeated = frame.filter(number.is_in(in_order.filter(in_order == in_order.shift()).unique().implode()))
    shared = (
        repeated.unique(["source_id", "url_key", "own"])
        .group_by("source_id", "url_key")
        .len()
        .filter(pl.col("len") > 1)
        .select(pl.col("url_key").unique(), is_shared=pl.lit(True))
    )
    address = pl.format("url:{}", "url_key")
    own_address = pl.when("is_shared").then(pl.format("{}:{}", address, "own")).otherwise(address)
    keyed = frame.join(shared, on="url_key", how="left", maintain_order="left").with_columns(
        pl.col("is_shared").fill_null(False)
    )
    return keyed.select(pl.coalesce("posting_key", own_address).alias("identity"))["identity"]


def deterministic_groups(identity: pl.Series, decided: pl.DataFrame) -> pl.Series:
    """For each listing the first row that it is one with: by its identity, but where people decided otherwise, and by what
    people decided."""
    apart, together = decided.filter(~pl.col("is_one")), decided.filter("is_one").select("a", "b")
    rows = identity.to_frame("identity").with_row_index("row")
    # Who was named leaves the identity; all others stay, and who comes later with that identity joins them.
    leaves = apart.filter(identity.gather(apart["a"]) == identity.gather(apart["b"]))["a"]
    own = pl.when(pl.col("row").is_in(leaves.implode())).then(pl.format("row:{}", "row")).otherwise("identity")
    label = rows.select(pl.col("row").min().over(own).alias("label"))["label"]
    while True:
        ends = pl.DataFrame({"a": label.gather(together["a"]), "b": label.gather(together["b"])}).filter(
            pl.col("a") != pl.col("b")
        )
        if ends.is_empty():
            return label
        least = (
            ends.select(old=pl.max_horizontal("a", "b"), new=pl.min_horizontal("a", "b"))
            .group_by("old")
            .agg(pl.col("new").min())
        )
        label = label.replace(least["old"], least["new"])


def has_same_posting(groups: pl.Series) -> pl.Series:
    """For each listing whether it is known to be one with another; `groups` as of `deterministic_groups`."""
    follows = groups != pl.int_range(groups.len(), dtype=pl.UInt32, eager=True)
    return follows.scatter(groups.filter(follows), True)
