"""Values of which no cluster may hold two: ids of one system, the country, the season, the year of the title.

Does not belong here: differences that only speak against a match (`comparisons`).
"""

from __future__ import annotations

import polars as pl

from pipeline.match.texts import shape
from pipeline.match.title_words import FIRST_YEAR, SEASONS


def exclusive_values(listings: pl.DataFrame, keys: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """row, kind, value: what no cluster may hold two of; `seen`: profiles with `row`."""
    posted = keys.with_row_index("row").drop_nulls("posting_key")
    system = pl.col("posting_key").str.split(":").list.first()
    ids = posted.select("row", kind=pl.format("id of {}", system), value="posting_key")
    own = listings[seen["row"]].select(
        row=seen["row"], kind=pl.format("id at {}", "source_id"), value=pl.col("native_id")
    )
    numbers = seen.select("row", value="reference_numbers").explode("value", empty_as_null=False).drop_nulls()
    # Of digits alone both an employer and a list may have their own.
    lettered = numbers.filter(pl.col("value").str.contains(r"\p{L}"))
    requisitions = lettered.select("row", kind=pl.format("reference like {}", shape(pl.col("value"))), value="value")
    return pl.concat([ids, own.drop_nulls(), requisitions, profile_exclusions(seen)])


def profile_exclusions(profiles: pl.DataFrame) -> pl.DataFrame:
    """row, kind, value: the country, the season, and the year that the title states, of profiles (with `row`) that have only
    one."""
    # Not every column is to be filtered.
    profiles = profiles.select("row", "countries", "stated_years", "seasons", "levels")
    parts = [
        profiles.filter(pl.col("countries").list.len() == 1).select(
            "row", kind=pl.lit("country"), value=pl.col("countries").list.first()
        )
    ]
    number = pl.col("bits").bitwise_trailing_zeros()
    names = pl.lit(pl.Series(SEASONS))
    for kind, bits, value in (
        ("year", "stated_years", (number + FIRST_YEAR).cast(pl.String)),
        ("season", "seasons", names.gather(number)),
        ("level", "levels", number.cast(pl.String)),
    ):
        stated = profiles.filter(pl.col(bits).bitwise_count_ones() == 1)
        parts.append(stated.select("row", bits=bits).select("row", kind=pl.lit(kind), value=value))
    return pl.concat(parts)
