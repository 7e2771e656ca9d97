"""Comparisons of a pair among the pairs it competes with: what else each of its two listings could be.

Belongs here: levels that rest on the match weights of other pairs. Does not belong here: what two listings have in common
(`comparisons`).
"""

from __future__ import annotations

import polars as pl

from pipeline.match.pairs import level_of


def compare_competing(profiles: pl.DataFrame, scored: pl.DataFrame) -> pl.DataFrame:
    """Levels of pairs among those they compete with: what each listing could be instead.

    `scored`: a, b and score, what the pair alone is worth, in hundredths of the logarithm of its odds; every pair that is
    worth anything, since it competes with the others."""
    sources = profiles["source_id"].to_physical().rank("dense").cast(pl.UInt32)
    pairs = scored.select(
        "a", "b", "score",
        source_a=sources.gather(scored["a"]), source_b=sources.gather(scored["b"]),
        probability=(1000 / (1 + (-pl.col("score") / 100).exp())).round().cast(pl.Int32),
    )  # fmt: skip
    rankings = _rankings(pairs, profiles.height)
    names = rankings.columns
    sides = [
        rankings.slice(number * pairs.height, pairs.height).select(pl.all().name.suffix(f"_{side}"))
        for number, side in enumerate("ab")
    ]
    both_sides = pl.concat([pairs, *sides], how="horizontal")
    both_sides = both_sides.with_columns(
        affinity=_affinity(profiles, pairs), source=(pl.col("source_a") == pl.col("source_b")).cast(pl.UInt16)
    )
    low = {name: pl.min_horizontal(f"{name}_a", f"{name}_b") for name in names}
    high = {name: pl.max_horizontal(f"{name}_a", f"{name}_b") for name in names}
    rests = (50, 150, 300, 600, 1000, 1500, 2500, 4000)
    margins = (-400, -200, -100, -50, -1, 1, 50, 100, 200, 400, 800)
    ranks = level_of(high["rank"], (2, 3, 4, 6, 10)).cast(pl.UInt16)
    own_source_pairs, behinds = (50, 200, 400, 700), (1, 50, 100, 200, 300, 500)
    return both_sides.select(
        alone=level_of(pl.col("score"), tuple(range(-600, 500, 50))).cast(pl.UInt16) + 23 * pl.col("source"),
        ranks=level_of(low["rank"], (2, 3, 5)).cast(pl.UInt16) * 6 + ranks + 24 * pl.col("source"),
        alone_rank=level_of(pl.col("score"), (-400, -300, -200, -100, 0, 100, 200)).cast(pl.UInt16) * 6 + ranks,
        margins=level_of(low["margin"], margins).cast(pl.UInt16) * 12 + level_of(high["margin"], margins)
        + 144 * pl.col("source"),
        rests=level_of(low["rest"], rests).cast(pl.UInt16) * 9 + level_of(high["rest"], rests) + 81 * pl.col("source"),
        own_source_low=level_of(low["own_source"], own_source_pairs),
        own_source_high=level_of(high["own_source"], own_source_pairs),
        behind_low=level_of(low["behind"], behinds), behind_high=level_of(high["behind"], behinds),
        affinity=level_of(pl.col("affinity"), (50, 100, 300, 700, 1500, 3000, 6000)),
    ).select(pl.all().cast(pl.UInt16))  # fmt: skip


def _rankings(pairs: pl.DataFrame, count: int) -> pl.DataFrame:
    """How each pair rankings, first for all pairs as `a` sees it, then as `b` does, among the pairs of that listing, one of so
    many, with listings of the other's source: rank; margin before the best other one, or behind the best; rest, the probabilities
    of the others together. own_source: the best probability within its own source; behind: how far the best of all its pairs is
    ahead."""
    views = pl.concat(
        pairs.select("score", "probability", one=one, source=f"source_{other}", own=f"source_{one}")
        for one, other in (("a", "b"), ("b", "a"))
    )
    # One number to sort by: listing, source, best score first.
    group = pl.col("one").cast(pl.Int64) * _SOURCE_STRIDE + pl.col("source")
    order = views.select(
        order=group * 2 * _MAX_WEIGHT + (_MAX_WEIGHT - pl.col("score").clip(-_MAX_WEIGHT, _MAX_WEIGHT))
    ).to_series()
    sorting = order.arg_sort()
    at = pl.int_range(pl.len(), dtype=pl.Int32)
    order, views = order.gather(sorting), views[sorting]
    group = pl.col("order") // (2 * _MAX_WEIGHT)
    starts, runs = (pl.col(name) != pl.col(name).shift(1) for name in ("group", "order"))
    places = (
        order.to_frame("order")
        .with_columns(group=group)
        .select(
            start=pl.when(starts.fill_null(True)).then(at).forward_fill(),
            run=pl.when(runs.fill_null(True)).then(at).forward_fill(),
            end=pl.when((pl.col("group") != pl.col("group").shift(-1)).fill_null(True)).then(at).backward_fill(),
        )
    )
    views = views.hstack(places).with_columns(until=pl.col("probability").cum_sum())
    best = pl.col("score").gather(pl.col("start"))
    second = pl.col("score").gather(pl.min_horizontal(pl.col("start") + 1, "end"))
    is_single = pl.col("start") == pl.col("end")
    is_best = (pl.col("run") == pl.col("start")) & (is_single | (best != second))
    total = (
        pl.col("until").gather(pl.col("end"))
        - pl.col("until").gather(pl.col("start"))
        + pl.col("probability").gather(pl.col("start"))
    )
    # The best of a listing and a source rankings first.
    firsts = views.filter(pl.col("start") == at)
    own_source_pairs = firsts.filter(pl.col("source") == pl.col("own"))
    own_source = pl.repeat(0, count, dtype=pl.Int32, eager=True).scatter(
        own_source_pairs["one"], own_source_pairs["probability"]
    )
    highest = firsts.group_by("one").agg(pl.col("score").max())
    first = pl.repeat(0, count, dtype=pl.Int32, eager=True).scatter(highest["one"], highest["score"])
    rankings = views.select(
        rank=pl.col("run") - pl.col("start") + 1,
        margin=pl.col("score") - pl.when(~is_best).then(best).when(is_single).then(-1200).otherwise(second),
        rest=total - pl.col("probability"),
        own_source=own_source.gather(views["one"]),
        behind=first.gather(views["one"]) - views["score"],
    )
    back = pl.repeat(0, views.height, dtype=pl.UInt32, eager=True)
    return rankings[back.scatter(sorting, pl.int_range(views.height, dtype=pl.UInt32, eager=True))]


_SOURCE_STRIDE, _MAX_WEIGHT = 1 << 16, 1 << 12
"""More than there are sources, and than any score is away from nothing."""


def _affinity(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """For each pair how much speaks for its two organizations being one, by their other listings; 0 where they are the same
    or unknown."""
    names = profiles["organization_row"]
    by_names = pairs.select("probability", x=names.gather(pairs["a"]), y=names.gather(pairs["b"])).select(
        "probability", low=pl.min_horizontal("x", "y"), high=pl.max_horizontal("x", "y")
    )
    differ = (pl.col("low") != pl.col("high")).fill_null(False)
    return by_names.select(
        pl.when(differ)
        .then(pl.col("probability").sum().over("low", "high") - pl.col("probability"))
        .otherwise(0)
        .alias("affinity")
    )["affinity"]
