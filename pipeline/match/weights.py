"""How likely two listings are one: a sum of points, learned from labelled pairs.

A pair is looked at alone, and then, twice, among its rivals: the other pairs of either listing. Each look adds up the points
of its features (data/reference/match_points.csv, made by make_match_points.py), in hundredths of the logarithm of the odds.
Belongs here: the sum, and what it hangs on. Does not belong here: the features, and what becomes of a score (`clusters`).
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial

import polars as pl

from pipeline.match.comparisons import compare, compare_passages, compare_rivals, promising
from pipeline.shipped import shipped

LOOKS = ("alone", "rivals", "again")
LEAST = -450
"""A pair that is worth less by itself is no rival to any other."""
THREADS = 2
AT_ONCE = 100_000
"""Pairs that are compared at a time: bounds memory."""
STARTS_AT = "start"
"""What every pair has before its first feature is seen."""


Points = Mapping[str, pl.Series]
"""For each feature its points by bin, and under STARTS_AT a single number."""


def score_pairs(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """a, b, score: the pairs (a, b: rows of `profiles`) that may be one, among each other."""
    told, scored = _alone(profiles, pairs)
    for look in LOOKS[1:]:
        scored = scored.with_columns(score=total(among_rivals(profiles, told, scored), points(look)))
    return scored


def itemize(profiles: pl.DataFrame, pairs: pl.DataFrame, pair: tuple[int, int]) -> pl.DataFrame:
    """look, feature, bin, points of one of the pairs (a < b), every look; no rows where the two are not compared. The points
    of the last look make its score."""
    told, scored = _alone(profiles, pairs)
    items = []
    for look in LOOKS:
        features = told if look == LOOKS[0] else among_rivals(profiles, told, scored)
        at = (scored["a"] == pair[0]) & (scored["b"] == pair[1])
        of_pair = features.filter(at)
        bins = of_pair.with_columns(pl.lit(0, dtype=pl.UInt16).alias(STARTS_AT)).cast(pl.Int32)
        worth = itemized(of_pair, points(look))
        items.append(
            bins.unpivot(variable_name="feature", value_name="bin")
            .join(worth.unpivot(variable_name="feature", value_name="points"), on="feature", maintain_order="left")
            .select(pl.lit(look).alias("look"), "feature", "bin", "points")
        )
        scored = scored.with_columns(score=total(features, points(look)))
    return pl.concat(items)


def _alone(profiles: pl.DataFrame, pairs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The features of the pairs that may be one, and a, b, score."""
    profiles, parts = profiles.rechunk(), list(pairs.iter_slices(AT_ONCE)) or [pairs]
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(partial(_promising, profiles), parts))
    return pl.concat([told for told, _ in found]), pl.concat([scored for _, scored in found])


def _promising(profiles: pl.DataFrame, pairs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    pairs = promising(profiles, pairs)
    told, worth = compare(profiles, pairs), points(LOOKS[0])
    # A text alone makes nothing of a pair that has little else in common.
    kept = total(told, worth) >= LEAST
    told, pairs = told.filter(kept), pairs.select("a", "b").filter(kept)
    told = told.with_columns(compare_passages(profiles, pairs))
    return told, pairs.with_columns(score=total(told, worth))


def among_rivals(profiles: pl.DataFrame, told: pl.DataFrame, scored: pl.DataFrame) -> pl.DataFrame:
    """The features of pairs alone (`told`) and among each other; `scored`: a, b, score so far."""
    return pl.concat([told, compare_rivals(profiles, scored)], how="horizontal")


def total(features: pl.DataFrame, points: Points) -> pl.Series:
    """The points of each row of features together."""
    return itemized(features, points).select(score=pl.sum_horizontal(pl.all()))["score"]


def itemized(features: pl.DataFrame, points: Points) -> pl.DataFrame:
    """The points of each feature, one column each, and `start`."""
    start = pl.repeat(points[STARTS_AT].item(), features.height, dtype=pl.Int32, eager=True)
    worth = [points[name].gather(features[name].cast(pl.UInt32)).alias(name) for name in features.columns]
    return pl.DataFrame([start.alias(STARTS_AT), *worth])


@cache
def points(look: str) -> Points:
    """The points of a look."""
    table = pl.read_csv(shipped("data", "reference", "match_points.csv"), comment_prefix="#").filter(
        pl.col("look") == look
    )
    parts = table.partition_by("feature", as_dict=True, maintain_order=True)
    return {str(name): bins["points"].cast(pl.Int32) for (name,), bins in parts.items()}


def chance(points: pl.Expr) -> pl.Expr:
    """The likelihood that points stand for, 0 to 1."""
    return 1 / (1 + (-points / 100).exp())
