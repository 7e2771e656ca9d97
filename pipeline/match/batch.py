"""Matching one file of listings: what `internships match` does.

Cleaned listings (tables.CLEANED) are matched as they are. Plain ones (listing_id, source_id, organization, title; optional
locations, seasons, posted, url, description, native_id, channel) first pass through the same cleaning as raw listings.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from pipeline.clean import clean
from pipeline.match import match
from pipeline.match.keys import matching_keys
from pipeline.tables import MATCHES, RAW

NEEDED = ("listing_id", "source_id", "organization", "title")
KEYED_ON = (
    "listing_id",
    "source_id",
    "url",
    "apply_url",
    "organization",
    "title",
    "countries",
    "cities",
    "work_mode",
    "season",
)

NO_NIGHT = date(1970, 1, 1)
"""A batch has no nights: every listing is first seen on one day."""


class ListingsError(ValueError):
    """The file cannot be matched: says why, in one line."""


def match_file(path: Path, out: Path) -> tuple[int, int]:
    """Match the listings of a Parquet file into `out`: listing_id, internship_id, score, reason. (listings, internships)"""
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.ComputeError, OSError) as error:
        raise ListingsError(f"{path} is no Parquet file: {error}") from error
    if missing := [name for name in NEEDED if name not in frame.columns]:
        raise ListingsError(f"{path} has no column {', '.join(missing)}")
    frame = frame.with_columns(pl.col("listing_id", "source_id").cast(pl.String))
    if frame["listing_id"].null_count() or frame["listing_id"].n_unique() != frame.height:
        raise ListingsError(f"{path}: a listing_id is missing or stands more than once")
    try:
        cleaned = frame if set(KEYED_ON) <= set(frame.columns) else _clean_plain(frame)
    except pl.exceptions.PolarsError as error:
        raise ListingsError(f"{path}: a column is of the wrong kind: {error}") from error
    keys = matching_keys(cleaned.select(KEYED_ON)).join(
        frame.select("listing_id", "source_id"), on="listing_id", maintain_order="left"
    )
    keys = keys.with_columns(first_seen=pl.lit(NO_NIGHT, dtype=pl.Date))
    matches = match(keys, MATCHES.empty(), NO_NIGHT).matches
    matches.select("listing_id", "internship_id", "score", "reason").write_parquet(out)
    return matches.height, matches["internship_id"].n_unique()


def _clean_plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Plain listings with the columns matching needs, through the cleaning of raw ones."""
    given = set(frame.columns)
    raw = frame.select(
        pl.col("source_id").cast(pl.String),
        pl.coalesce(
            "url" if "url" in given else pl.lit(None, dtype=pl.String), pl.format("urn:{}", "listing_id")
        ).alias("url"),
        pl.col("title").fill_null(""),
        "organization",
        *(pl.col(name) for name in ("locations", "posted", "description", "native_id", "channel") if name in given),
        *([pl.col("seasons").list.join(", ").alias("starts")] if "seasons" in given else []),
    )
    # They bring their ids, so that none is taken for another.
    identified = RAW.conform(raw).with_columns(
        listing_id=frame["listing_id"],
        content_hash=pl.lit(""),
        is_closed_at_source=pl.lit(False),
        no_link=pl.lit(False),
    )
    return clean(identified, None, {}).listings
