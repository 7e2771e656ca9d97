"""What the life of an internship shows, not judged: reposted over and over, open for a year.

Belongs here: flags from dates alone. Does not belong here: flags from the words of a posting (`pipeline.clean.what`).
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from pipeline.tables import LIFE_FLAG
from pipeline.vocabulary import LifeFlag, State

REPOSTED_TIMES, REPOSTED_WITHIN_DAYS = 4, 90
"""Posted anew as often in as many days: over and over."""

YEAR_DAYS = 365

FLAPPING_DAYS = 5
"""What reopens within so many days was never away: of 114 gaps in twelve recorded nights, 66 lasted one night."""

REOPENINGS = pl.Schema({"internship_id": pl.String, "night": pl.Date, "closed_on": pl.Date, "posted_on": pl.Date})
"""Every reopening of an internship: its night, the night it had closed on, and the posting date where that is new."""


def compute_life_flags(
    internships: pl.DataFrame, listings: pl.DataFrame, reopenings: pl.DataFrame, night: date
) -> pl.Series:
    """life_flags of each internship, in their order; one that is not open keeps what it has.

    `listings`: all, with `words_key`. `reopenings`: REOPENINGS, tonight's included."""
    since = night - timedelta(days=REPOSTED_WITHIN_DAYS)
    worded = listings.drop_nulls("words_key").select(
        "internship_id", "first_seen", "closed_on", words=pl.struct("source_id", "words_key").hash()
    )
    # Several at a time are several openings: one is posted anew where an earlier one with its words had closed by then.
    earlier = worded.group_by("words").agg(closed=pl.col("closed_on").min(), first=pl.col("first_seen").min())
    anew = (
        worded.filter(pl.col("first_seen") > since)
        .join(earlier.drop_nulls("closed"), on="words")
        .filter(pl.col("first_seen") >= pl.col("closed"), pl.col("first_seen") > pl.col("first"))
        .select("words", day="first_seen")
        .unique()
    )
    days = pl.concat(
        [
            worded.join(anew, on="words").select("internship_id", "day"),
            # What only comes back was missed, not posted again: a new date, since it closed, says that it was.
            reopenings.filter(pl.col("night") > since, pl.col("posted_on") >= pl.col("closed_on")).select(
                "internship_id", day="night"
            ),
        ]
    )
    reposted = (
        days.group_by("internship_id")
        .agg(dates=pl.col("day").unique().sort())
        .filter(pl.col("dates").list.len() >= REPOSTED_TIMES)
        .select("internship_id", flag=pl.struct(flag=pl.lit(LifeFlag.REPOSTED.value), dates="dates"))
    )
    was_away = (pl.col("night") - pl.col("closed_on")).dt.total_days() > FLAPPING_DAYS
    opened = reopenings.filter(was_away).group_by("internship_id").agg(reopened_on=pl.col("night").max())
    long_open = (
        internships.select("internship_id", since=pl.min_horizontal("first_seen", "posted_on"))
        .join(opened, on="internship_id", how="left", maintain_order="left")
        .with_columns(since=pl.coalesce("reopened_on", "since"))
        .filter(pl.col("since") <= night - timedelta(days=YEAR_DAYS))
        .select(
            "internship_id", flag=pl.struct(flag=pl.lit(LifeFlag.OPEN_FOR_A_YEAR.value), dates=pl.concat_list("since"))
        )
    )
    flags = pl.concat([long_open, reposted]).group_by("internship_id", maintain_order=True).agg(flags="flag")
    is_open = pl.col("state") == State.OPEN
    return (
        internships.select("internship_id", "state", "life_flags")
        .join(flags.cast({"flags": pl.List(LIFE_FLAG)}), on="internship_id", how="left", maintain_order="left")
        .select(pl.when(is_open).then("flags").otherwise("life_flags").alias("life_flags"))["life_flags"]
    )
