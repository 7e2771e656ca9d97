"""Columns of both listings of candidate pairs, and levels that several comparisons use.

A pair is two row numbers, a and b, of a frame of profiles. Does not belong here: any particular comparison (`comparisons`).
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl


class Sides(NamedTuple):
    a: pl.Expr
    b: pl.Expr


def sides(name: str) -> Sides:
    return Sides(pl.col(f"{name}_a"), pl.col(f"{name}_b"))


def columns_of_pairs(profiles: pl.DataFrame, pairs: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Pairs with these columns of both sides; null for pairs that are not to be looked at so closely (`unless`)."""
    # Set operations over columns that lie in different chunks fail in polars 2.1.
    pairs, chosen = pairs.rechunk(), profiles.select(columns).rechunk()
    at = pairs.select(pl.when(~pl.col("unless")).then(side) for side in "ab") if "unless" in pairs.columns else pairs
    sides = [chosen.select(pl.all().gather(at[side]).name.suffix(f"_{side}")) for side in "ab"]
    return pl.concat([pairs, *sides], how="horizontal")


def compare_bits(name: str) -> pl.Expr:
    """Two sets as bits: 0 neither is stated, 1 one is not, 2 they are apart, 3 they share some, 4 they are the same."""
    a, b = sides(name)
    return (
        pl.when((a == 0) & (b == 0)).then(0)
        .when((a == 0) | (b == 0)).then(1)
        .when((a & b) == 0).then(2)
        .when(a != b).then(3)
        .otherwise(4)
    ).cast(pl.UInt8)  # fmt: skip


def compare_sets(profiles: pl.DataFrame, pairs: pl.DataFrame, name: str) -> pl.Series:
    """As `compare_bits`, for sets as lists."""
    counted = columns_of_pairs(profiles, pairs.select("a", "b"), [f"{name}_key", f"{name}_count"])
    key, count = sides(f"{name}_key"), sides(f"{name}_count")
    is_plain = (
        (key.a == key.b) | (pl.max_horizontal(count.a, count.b) <= 1) | (pl.min_horizontal(count.a, count.b) == 0)
    )
    lists = columns_of_pairs(profiles, counted.select("a", "b", unless=is_plain), [name])
    common = lists.select(pl.col(f"{name}_a").list.set_intersection(f"{name}_b").list.len().alias("common"))
    most = pl.max_horizontal(count.a, count.b)
    return counted.hstack(common).select(
        pl.when(most == 0).then(0)
        .when((count.a == 0) | (count.b == 0)).then(1)
        .when(key.a == key.b).then(4)
        .when(pl.col("common").fill_null(0) == 0).then(2)
        .when(pl.col("common") < most).then(3)
        .otherwise(4)
        .cast(pl.UInt8).alias(name)
    ).to_series()  # fmt: skip


def level_of(value: pl.Expr, edges: tuple[float, ...]) -> pl.Expr:
    """How many of the edges a value reaches."""
    return pl.sum_horizontal((value >= edge).cast(pl.UInt8) for edge in edges)
