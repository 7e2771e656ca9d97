"""The keys a listing is known by, from its cleaned row. How a key is read from an address or a name: `identity`."""

from __future__ import annotations

import polars as pl

from pipeline.match.identity import posting_key, url_key


def matching_keys(listings: pl.DataFrame, profiles: pl.DataFrame) -> pl.DataFrame:
    """listing_id, posting_key, url_key, words_key, title_words, sites, one row a listing, in their order.

    `profiles`: their profiles. `words_key` is organisation, title, place and season; null where one of the first three is
    not known."""
    urls = listings["url"]
    sites = profiles.select(
        pl.when(pl.col("sites").list.len() > 0)
        .then(pl.col("sites").list.join(","))
        .otherwise(pl.when("is_remote").then(pl.lit("remote")))
        .alias("place")
    )["place"]
    words = profiles.select(
        words_key=pl.format(
            "{}|{}|{}|{}",
            "organization",
            pl.when(pl.col("title") != "").then("title"),
            sites,
            pl.col("seasons") + 16 * pl.col("years"),
        )
    )
    known = pl.coalesce(pl.lit(posting_key(listings["apply_url"])), pl.lit(posting_key(urls)))
    return listings.select(
        "listing_id", posting_key=known, url_key=pl.coalesce(pl.lit(url_key(urls)), "url")
    ).hstack(words).hstack(profiles.select("title_words", "sites"))  # fmt: skip
