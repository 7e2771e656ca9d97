"""A listing as it is compared: words, stated values and places, in the form that pairs are compared in.

Belongs here: how one listing is read for matching. Does not belong here: the words of its title (`title_words`), how two
listings are compared (`comparisons`), which are (`blocking`), and keys that decide alone (`keys`).
"""

from __future__ import annotations

import re

import polars as pl

from pipeline.clean.language_tools.text import compared
from pipeline.match.facts import FACT_COLUMNS
from pipeline.match.keys import organization_key
from pipeline.match.title_names import title_names
from pipeline.match.title_words import (
    FIRST_YEAR,
    YEAR_COUNT,
    season_forms,
    title_text,
    tokenize,
)
from pipeline.match.word_weights import TOKEN_STRIDE

PROFILE_COLUMNS = (
    "listing_id", "source_id", "organization", "title", "places", "work_mode", "seasons", "posted_on",
    *FACT_COLUMNS,
)  # fmt: skip
"""Columns that `profiles` needs: places as tables.PLACE, seasons as a list of texts ("2026-summer", "Summer 2026")."""


def profiles(listings: pl.DataFrame) -> pl.DataFrame:
    """One row a listing, in their order.

    listing_id, source_id; day (days since 1970); organization (key); title (key), tokens (words of the title but those of its
    organization and places), title_names (organizations that it may name), context_tokens (tokens, and those of its organization
    and places), numbers; kinds, levels, seasons, months, years, stated_years, span: sets as bits; countries, regions, towns,
    spots, is_remote; FACT_COLUMNS as they are."""
    name, title = pl.col("organization").unique(), pl.col("title").unique()
    # Lazily, so that what an expression names twice is done once, and both at the same time.
    names, titles = pl.collect_all(
        [
            listings.lazy().select(name).with_columns(key=organization_key(pl.col("organization"))),
            listings.lazy().select(title).with_columns(text=pl.col("title").map_batches(title_text, pl.String)),
        ]
    )
    named = title_names(listings["title"], listings["organization"])
    listings = (
        listings.select(PROFILE_COLUMNS)
        .join(names, on="organization", how="left", maintain_order="left", nulls_equal=True)
        .join(titles, on="title", how="left", maintain_order="left", nulls_equal=True)
        .with_columns(organization="key", title="text")
    )
    profile = (
        listings.select(
            "listing_id", "source_id", "organization", "title", *FACT_COLUMNS,
            day=pl.col("posted_on").cast(pl.Int32),
            is_remote=(pl.col("work_mode") == "remote").fill_null(False),
        )
        .hstack([named])
        .hstack(tokenize(listings))
        .hstack(_seasons(listings))
        .hstack(_places(listings))
    )  # fmt: skip
    sites = pl.when(pl.col("towns").list.len() > 0).then("towns").when(pl.col("regions").list.len() > 0).then("regions")
    return profile.with_columns(
        # As numbers, which are compared in a fraction of the time of texts.
        pl.col("source_id").cast(pl.Categorical),
        pl.col("towns", "regions").list.eval(pl.element().hash()),
        title_key=pl.col("title").hash(),
        title_length=pl.col("title").str.len_bytes().cast(pl.Int32),
        sites=sites.otherwise("countries"),
        seasons=pl.when(pl.col("title_seasons") != 0).then("title_seasons").otherwise("field_seasons"),
        years=pl.when(pl.col("stated_years") != 0).then("stated_years").otherwise("field_years"),
        # Most sets of two listings are the same or have nothing in common: these show it without a look into them.
        **{f"{name}_key": key_of_set(pl.col(name)) for name in ("tokens", "towns", "regions", "countries", "numbers")},
        **{
            f"{name}_count": pl.col(name).list.len().cast(pl.Int32)
            for name in ("towns", "regions", "countries", "numbers")
        },
        tokens_weight=pl.col("tokens").list.eval(pl.element() % TOKEN_STRIDE).list.sum().cast(pl.Int32),
    )


def key_of_set(lists: pl.Expr) -> pl.Expr:
    """A number for a set, whatever its order."""
    return lists.list.eval(pl.element().hash()).list.sum()


def _seasons(listings: pl.DataFrame) -> pl.DataFrame:
    """seasons and years as bits: what the title says, else what the field says."""
    stated = listings.select("seasons").with_row_index("row")
    texts = stated.explode("seasons", empty_as_null=False).drop_nulls()
    word = pl.col("seasons").str.to_lowercase()
    distinct = (
        texts.select(pl.col("seasons").unique())
        .with_columns(
            field_seasons=pl.sum_horizontal(
                pl.when(word.str.contains(rf"\b(?:{'|'.join(map(re.escape, forms))})\b")).then(1 << number).otherwise(0)
                for number, forms in enumerate(season_forms())
            ).cast(pl.Int32),
            year=word.str.extract(r"\b(20[1-4]\d)\b").cast(pl.Int32),
        )
        .with_columns(
            field_years=pl.when(pl.col("year").is_between(FIRST_YEAR, FIRST_YEAR + YEAR_COUNT - 1))
            .then(pl.lit(1, dtype=pl.Int32) * 2 ** (pl.col("year") - FIRST_YEAR))
            .otherwise(0)
            .cast(pl.Int32)
        )
    )
    of_row = texts.join(distinct, on="seasons").group_by("row").agg(pl.col("field_seasons", "field_years").bitwise_or())
    return (
        stated.select("row")
        .join(of_row, on="row", how="left", maintain_order="left")
        .select(pl.col("field_seasons", "field_years").fill_null(0))
    )


def _places(listings: pl.DataFrame) -> pl.DataFrame:
    """countries, regions ("US/texas"), towns ("US/austin"), lists, empty where none is known; spots (latitude and
    longitude in radians): a list, null where no place is."""
    rows = listings.select("places")
    sites = rows.select(pl.col("places").drop_nulls().unique()).with_row_index("p")
    parts = sites.explode("places", empty_as_null=False).unnest("places")
    key = {name: compared(pl.col(name)) for name in ("city", "region")}
    listed = parts.group_by("p").agg(
        countries=pl.col("country").drop_nulls().unique().sort(),
        regions=pl.format("{}/{}", "country", pl.when(pl.col("region").is_not_null()).then(key["region"]))
        .drop_nulls()
        .unique()
        .sort(),
        towns=pl.format("{}/{}", "country", pl.when(pl.col("city").is_not_null()).then(key["city"]))
        .drop_nulls()
        .unique()
        .sort(),
        spots=pl.struct(pl.col("latitude", "longitude").radians()).filter(pl.col("latitude").is_not_null()),
    )
    known = sites.join(listed, on="p").drop("p")
    empty = pl.lit([], dtype=pl.List(pl.String))
    return rows.join(known, on="places", how="left", maintain_order="left").select(
        pl.col("countries", "regions", "towns").fill_null(empty), "spots"
    )
