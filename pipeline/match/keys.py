"""The keys a listing is matched on, from its cleaned row. How a key is read from an address or a name: `identity`."""

from __future__ import annotations

import polars as pl

from pipeline.match.identity import organization_key, place_key, posting_key, title_key, url_key


def matching_keys(listings: pl.DataFrame) -> pl.DataFrame:
    """listing_id, posting_key, url_key, words_key, one row a listing, in their order.

    `words_key` is organisation, title, place and season; null where one of the first three is not known."""
    urls = listings["url"]
    apply_urls = listings["apply_url"]
    place = pl.coalesce(
        place_key(pl.col("countries"), pl.col("cities")), pl.when(pl.col("work_mode") == "remote").then("work_mode")
    )
    words = pl.format(
        "{}|{}|{}|{}",
        organization_key(pl.col("organization")),
        title_key(pl.col("title")),
        place,
        pl.col("season").fill_null(""),
    )
    return listings.select(
        "listing_id",
        posting_key=pl.coalesce(pl.lit(posting_key(apply_urls)), pl.lit(posting_key(urls))),
        url_key=pl.coalesce(pl.lit(url_key(urls)), "url"),
        words_key=words,
    )
