"""Passages that stand in many postings of one organization: what it says of itself, which proves nothing of any opening.

Does not belong here: reading passages (`texts`), and comparing two texts (`comparisons`).
"""

from __future__ import annotations

import polars as pl

MIN_BOILERPLATE_TITLES = 3
"""Unlike titles of one organization in one source under which a passage is no opening's own; one opening may have two, and
another one in each source."""
_ORGANIZATION_STRIDE = 2**32


def distinctive_passages(listings: pl.DataFrame, new: pl.Series | None = None) -> pl.Series:
    """The passages of each listing but for those that stand under several unlike titles of its organization in any source; all
    of them where nothing else is left: then one text has several titles.

    `listings`: source_id, passages, organization_row (null where it is not stated), title_words (rarest first; titles are unlike
    whose first ones differ). `new`: only in the organizations of these rows; None for all."""
    word = pl.col("title_words").list.first().hash()
    rows = listings.select("passages", "organization_row", word=word, source=pl.col("source_id").hash()).with_row_index(
        "row"
    )
    organizations = rows["organization_row"] if new is None else rows["organization_row"].gather(new)
    unlike = rows.select("organization_row", "word").unique()["organization_row"].value_counts(name="titles")
    unlike = unlike.filter(
        pl.col("titles") >= MIN_BOILERPLATE_TITLES, pl.col("organization_row").is_in(organizations.unique().implode())
    )
    many = rows.filter(pl.col("organization_row").is_in(unlike["organization_row"].implode()))
    key = pl.col("organization_row").cast(pl.UInt64) * _ORGANIZATION_STRIDE + pl.col("passages")
    # No more than these two columns: of a million listings they are a fifth of all memory.
    each = many.select("row", key=key).explode("key", empty_as_null=False)
    # Sorted numbers show which of them repeat in a third of the time.
    in_order = each["key"].sort()
    often = in_order.filter((in_order == in_order.shift(MIN_BOILERPLATE_TITLES - 1)).fill_null(False)).unique()
    repeated = each.filter(pl.col("key").is_in(often.implode()))
    repeated = repeated.select("key", rows[repeated["row"]].select("source", "word").to_struct("title")).unique()
    titles = repeated.unnest("title").group_by("key", "source").len("titles")
    shared = titles.filter(pl.col("titles") >= MIN_BOILERPLATE_TITLES)["key"].unique()
    if shared.is_empty():
        return listings["passages"]
    is_shared = pl.col("key").is_in(shared.implode())
    own = each.filter(~is_shared & pl.col("row").is_in(each.filter(is_shared)["row"].unique().implode()))
    passage = (pl.col("key") % _ORGANIZATION_STRIDE).cast(pl.UInt32)
    kept = own.select("row", passages=passage).group_by("row", maintain_order=True).agg("passages")
    at = pl.repeat(None, listings.height, dtype=pl.UInt32, eager=True).scatter(
        kept["row"], pl.int_range(kept.height, dtype=pl.UInt32, eager=True)
    )
    return pl.select(pl.coalesce(kept["passages"].gather(at), listings["passages"]).alias("passages")).to_series()
