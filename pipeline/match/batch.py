"""Matching one file of listings: what `internships match` does.

Cleaned listings (tables.CLEANED) are matched as they are. Plain ones (listing_id, source_id, organization, title; optional
locations, seasons, posted, url, native_id, description) first pass through the same place and date functions as raw
listings. A file does not tell lists from boards: two native_ids under one source are two postings (compare
linker.MAX_OWN_POSTINGS_TRUST).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from pipeline.clean.language_tools.extraction import over_distinct
from pipeline.clean.when.dates import parse_posted
from pipeline.clean.where.places import find_places
from pipeline.errors import PipelineError
from pipeline.match.facts import FACT_COLUMNS
from pipeline.match.linker import MATCH_COLUMNS, match
from pipeline.match.texts import BATCH_ROWS, TEXTS_READ, read_texts
from pipeline.parts import MapParts, in_threads
from pipeline.tables import MATCHES, PLACE, TEXTS

REQUIRED_COLUMNS = ("listing_id", "source_id", "organization", "title")
CLEANED_COLUMNS = ("places", "work_mode", "season", "posted_on", "url", "apply_url", "native_id")
PLAIN_COLUMNS = pl.Schema(
    {"locations": TEXTS, "seasons": TEXTS, "posted": pl.String(), "url": pl.String(), "native_id": pl.String()}
)
REMOTE_PATTERN = r"(?i)\bremote\b"

BATCH_NIGHT = date(1970, 1, 1)
"""A batch has no nights: every listing is first seen on one day."""


class ListingsError(PipelineError):
    """The file cannot be matched: says why, in one line."""


def match_file(path: Path, out: Path, map_parts: MapParts = in_threads) -> tuple[int, int]:
    """Match the listings of a Parquet file into `out`: listing_id, internship_id, score, reason. (listings, internships)"""
    # Sorted here, so that the unsorted listings are gone while the sorted ones are matched.
    listings = read_listings(path, map_parts).sort("listing_id")
    matches = match(listings, MATCHES.empty(), BATCH_NIGHT, map_parts=map_parts).matches
    matches.select("listing_id", "internship_id", "score", "reason").write_parquet(out)
    return matches.height, matches["internship_id"].n_unique()


def read_listings(path: Path, map_parts: MapParts = in_threads) -> pl.DataFrame:
    """The listings of a Parquet file, with the columns of MATCH_COLUMNS; raises ListingsError."""
    try:
        columns = pl.read_parquet_schema(path).keys()
        frame = pl.read_parquet(
            path,
            columns=[
                name for name in columns if name in {*REQUIRED_COLUMNS, *CLEANED_COLUMNS, *PLAIN_COLUMNS, *FACT_COLUMNS}
            ],
        )
    except (pl.exceptions.ComputeError, OSError) as error:
        raise ListingsError(f"{path} is no Parquet file: {error}") from error
    if missing := [name for name in REQUIRED_COLUMNS if name not in frame.columns]:
        raise ListingsError(f"{path} has no column {', '.join(missing)}")
    frame = frame.with_columns(pl.col("listing_id", "source_id").cast(pl.String))
    if frame["listing_id"].null_count() or frame["listing_id"].n_unique() != frame.height:
        raise ListingsError(f"{path}: a listing_id is missing or stands more than once")
    try:
        frame = frame.hstack(read_text_columns(path, map_parts))
        return read_cleaned(frame) if set(CLEANED_COLUMNS) <= set(frame.columns) else read_plain(frame)
    except pl.exceptions.PolarsError as error:
        raise ListingsError(f"{path}: a column is of the wrong kind: {error}") from error


def read_text_columns(path: Path, map_parts: MapParts = in_threads) -> pl.DataFrame:
    """What the listings of a file are known by in their texts, which are too large to be held all at once."""
    listings = pl.scan_parquet(path)
    has_text = "description" in listings.collect_schema()
    description = pl.col("description") if has_text else pl.lit(None).alias("description")
    titles = listings.select(pl.col("title").cast(pl.String), description.cast(pl.String))
    return read_texts(titles.collect_batches(chunk_size=BATCH_ROWS, maintain_order=True), map_parts)


def read_cleaned(frame: pl.DataFrame) -> pl.DataFrame:
    """Cleaned listings with the columns of MATCH_COLUMNS."""
    return _match_columns(frame.with_columns(seasons=pl.concat_list("season").list.drop_nulls()))


def read_plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Plain listings with the columns of MATCH_COLUMNS. Ages and days without a year have no night to count from: they are
    null."""
    plain = frame.with_columns(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in PLAIN_COLUMNS.items()
    )
    text = pl.col("posted")
    posted = plain.select(text, day=text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False))
    others = over_distinct(
        posted.select(posted=pl.when(pl.col("day").is_null()).then("posted")),
        ["posted"],
        lambda words: None if words is None else parse_posted(words, None, None)[:1],
        {"day": pl.Date},
    )
    listed = plain.select(pl.col("locations").unique()).with_row_index("number")
    texts = listed.explode("locations", empty_as_null=False).drop_nulls()
    found = find_places(texts["locations"].unique().sort()).drop_nulls("country")
    places = (
        texts.join(found, left_on="locations", right_on="text", maintain_order="left_right")
        .select(
            "number", place=pl.struct("city", "region", "country", "latitude", "longitude", text="piece").cast(PLACE)
        )
        .unique(maintain_order=True)
        .group_by("number", maintain_order=True)
        .agg(places="place")
    )
    of_list = listed.join(places, on="number", how="left").select("locations", "places")
    remote = pl.col("locations").list.eval(pl.element().str.contains(REMOTE_PATTERN)).list.any()
    return _match_columns(
        plain.with_columns(posted_on=pl.coalesce(posted["day"], others["day"]))
        .join(of_list, on="locations", how="left", maintain_order="left", nulls_equal=True)
        .with_columns(
            work_mode=pl.when(remote).then(pl.lit("remote")),
            url=pl.coalesce("url", pl.format("urn:{}", "listing_id")),
            apply_url=pl.lit(None, dtype=pl.String),
        )
    )


def _match_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns MATCH_COLUMNS; of descriptions that were not read and facts that are not stated nothing is known."""
    unstated = [
        pl.lit(None, dtype=kind).alias(name) for name, kind in FACT_COLUMNS.items() if name not in frame.columns
    ]
    if not set(TEXTS_READ.names()) <= set(frame.columns):
        titles = frame.select("title", description=pl.lit(None, dtype=pl.String))
        frame = frame.drop(TEXTS_READ.names(), strict=False).hstack(read_texts([titles]))
    return frame.with_columns(*unstated, first_seen=pl.lit(BATCH_NIGHT, dtype=pl.Date)).select(MATCH_COLUMNS)
