"""Passages that stand in many postings of one organization: what it says of itself, which proves nothing of any opening.

Does not belong here: reading passages (`texts`), and comparing two texts (`comparisons`).
"""

from __future__ import annotations

import polars as pl

MIN_BOILERPLATE_TITLES = 3
"""Unlike titles of one organization in one source under which a passage is no opening's own; one opening may have two, and
another one in each source."""
_STRIDE = 2**32


def distinctive_passages(listings: pl.DataFrame, new: pl.Series | None = None) -> pl.Series:
    """The passages of each listing but for those that stand under several unlike titles of its organization in any source; all
    of them where nothing else is left: then one text has several titles.

    `listings`: source_id, passages, organization_row (null where it is not stated), title_words (rarest first; titles are unlike
    whose first ones differ). `new`: only in the organizations of these rows; None for all."""
    word = pl.col("title_words").list.first().hash()
    rows = listings.select("passages", "organization_row", word=word, source=pl.col("source_id").hash()).with_row_index(
        "row"
    )
    of_new = rows if new is None else _of_organizations(rows, rows["organization_row"].gather(new))
    unlike = of_new.select("organization_row", "source", "word").unique().group_by("organization_row", "source").len()
    many = unlike.filter(pl.col("len") >= MIN_BOILERPLATE_TITLES).drop_nulls("organization_row").with_row_index("group")
    each = _keyed(of_new.join(many, on=["organization_row", "source"]), "group")
    # Sorted numbers show which of them repeat in a third of the time.
    in_order = each["key"].sort()
    often = in_order.filter((in_order == in_order.shift(MIN_BOILERPLATE_TITLES - 1)).fill_null(False)).unique()
    repeated = each.filter(pl.col("key").is_in(often.implode()))
    titles = repeated.select("key", word=rows["word"].gather(repeated["row"])).unique().group_by("key").len()
    found = titles["key"].filter(titles["len"] >= MIN_BOILERPLATE_TITLES)
    organizations = many["organization_row"].gather(found // _STRIDE)
    shared = (organizations.cast(pl.UInt64) * _STRIDE + found % _STRIDE).unique()
    if shared.is_empty():
        return listings["passages"]
    is_shared = pl.col("key").is_in(shared.implode())
    each = _keyed(_of_organizations(of_new, organizations), "organization_row")
    own = each.filter(~is_shared & pl.col("row").is_in(each.filter(is_shared)["row"].unique().implode()))
    passage = (pl.col("key") % _STRIDE).cast(pl.UInt32)
    kept = own.select("row", passages=passage).group_by("row", maintain_order=True).agg("passages")
    at = pl.repeat(None, listings.height, dtype=pl.UInt32, eager=True).scatter(
        kept["row"], pl.int_range(kept.height, dtype=pl.UInt32, eager=True)
    )
    return pl.select(pl.coalesce(kept["passages"].gather(at), listings["passages"]).alias("passages")).to_series()


def _of_organizations(rows: pl.DataFrame, organizations: pl.Series) -> pl.DataFrame:
    return rows.filter(pl.col("organization_row").is_in(organizations.unique().implode()))


def _keyed(rows: pl.DataFrame, owner: str) -> pl.DataFrame:
    """row, key: each passage of these rows, as a number that tells its owner (such a column) too."""
    key = pl.col(owner).cast(pl.UInt64) * _STRIDE + pl.col("passages")
    # No more than these two columns: they are long.
    return rows.select("row", key=key).explode("key", empty_as_null=False)
