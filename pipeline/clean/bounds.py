"""Plausible ranges: a number or a date that no internship has is no value, and is counted among the unknown words.

Belongs here: setting aside what lies beyond `tables.BOUNDS` and `tables.DAYS`. Does not belong here: how a value is read.
"""

from __future__ import annotations

import polars as pl

from pipeline.tables import BOUNDS, DAYS, STATED_DAYS

TOGETHER = {
    "pay": ("pay_min", "pay_max", "pay_currency", "pay_period", "pay_month_eur", "pay_month_ppp", "pay_rates_on"),
    "fee": ("fee_min", "fee_currency"),
    "weeks": ("weeks_min", "weeks_max"),
    "age": ("age_min", "age_max"),
    "deadline": ("deadline", "deadline_at", "deadline_zone", "deadline_kind"),
}
"""Columns that are one statement: where one of them lies beyond its range, none of them is a value."""


def set_aside_implausible(
    listings: pl.DataFrame, evidence: pl.DataFrame, unknown: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The three frames of `pipeline.clean.Cleaned`: implausible values null, without their evidence, and among the unknown
    words as they were."""
    removed = [
        pl.DataFrame(schema={"listing_id": pl.String, "source_id": pl.String, "field": pl.String, "text": pl.String})
    ]
    for name, beyond in _beyond().items():
        rows = listings.filter(beyond)
        if rows.is_empty():
            continue
        columns = next((group for group in TOGETHER.values() if name in group), (name,))
        removed += [
            rows.filter(pl.col(column).is_not_null()).select(
                "listing_id", "source_id", field=pl.lit(column), text=pl.col(column).cast(pl.String)
            )
            for column in columns
        ]
        is_beyond = pl.col("listing_id").is_in(rows["listing_id"].implode())
        listings = listings.with_columns(
            pl.when(is_beyond).then(None).otherwise(column).alias(column) for column in columns
        )
    texts = pl.concat(removed)
    if texts.is_empty():
        return listings, evidence, unknown
    evidence = evidence.join(texts, on=["listing_id", "field"], how="anti", maintain_order="left")
    return listings, evidence, pl.concat([unknown, texts]).unique().sort(unknown.columns)


def _beyond() -> dict[str, pl.Expr]:
    """For each bounded column whether its value lies beyond; what is not a number, or infinite, is beyond."""
    first, last = map(pl.lit, DAYS)
    days = {name: ~pl.col(name).is_between(first, last) for name in STATED_DAYS}
    numbers = {
        name: ~pl.col(name).is_between(minimum, maximum) | pl.col(name).cast(pl.Float64).is_nan()
        for name, (minimum, maximum) in BOUNDS.items()
    }
    return {name: beyond.fill_null(False) for name, beyond in {**numbers, **days}.items()}
