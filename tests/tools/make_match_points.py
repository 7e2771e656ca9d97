"""Makes word_weights.csv and match_points.csv from labelled listings.

    python tests/tools/make_match_points.py FOLDER           learns and writes both
    python tests/tools/make_match_points.py FOLDER OUT       learns on four fifths of the organisations and matches the
                                                                other fifth, in turn; writes listing_id, internship_id

FOLDER holds listings.parquet (plain listings) and truth.parquet (listing_id, true_cluster, scored, id_namespace).

The points of a feature's bins are found by cyclic Newton steps on the logarithm of the odds (an additive model: no feature
hangs on another). Where more of a thing can only speak for two being one, or only against it (features.ORDERS), bins that
run the other way are pooled. A look among rivals learns from scores of pairs whose organisations the look before had not
seen: it learns to trust them as far as they will deserve it. No name is learned: features are counts, sets and gaps; sources
are told apart only as same or other. Of pairs that are not one, those that the labels cannot decide (ids of different
systems, or equal words) count for less. The weight of a word is the logarithm of the share of organisations that use it, in
their titles or their names.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import polars as pl

from pipeline.match import OF_ALL, met_by, told_apart_by
from pipeline.match import comparisons as features
from pipeline.match import weights as score
from pipeline.match.batch import read_plain
from pipeline.match.blocking import Met, blocks_of, candidate_pairs
from pipeline.match.clusters import cluster
from pipeline.match.identity import organization_key
from pipeline.match.keys import matching_keys
from pipeline.match.profile import RAREST, STEM, profiles, title_text

HERE = Path(__file__).parents[2] / "data" / "reference"
ROUNDS, STEP = 25, 0.8
CAUTION = 25.0
"""Pairs that a bin must show before its points follow them; chosen, like the rounds, by organisations left out."""
DRAW = 0.05
"""How strongly points are drawn to nothing."""
APART = -150
"""Points of the last look, set by hand, of a pair that lies far apart in place or time (feature apart): read one by one, most
such merges are wrong, though ids that are given anew make many of the labels say otherwise."""
OF_TEXTS = {"passages": (0, -150, -50, 50, 150), "reference": (0, -100, 100, 350)}
"""Points of every look, set by hand: the labelled listings have no descriptions. Two openings of an employer share what it says
of itself; the same number of the same organisation is the same opening whatever its title; of two it is little."""
BY_HAND = ("apart", *OF_TEXTS)
UNDECIDED, SAME_SOURCE = 0.6, 0.5
"""How much a pair counts that the labels cannot decide, and one of a single source."""
LEAST_ORGANIZATIONS, MOST_NAMESAKES = 5, 20
"""Organisations that must use a word for it to be weighed; and so many do not happen to share a name of their own."""
HEADS = {
    "match_points": "# Points of each bin of each feature, in hundredths of the logarithm of the odds; by make_match_points.py\n",
    "word_weights": "# Weights of stems in titles and names, 1 to 63: the rarer, the more; by make_match_points.py\n",
}
FOLDS = 5


class Labelled(NamedTuple):
    """Profiles of listings; for each row its cluster (null where not known), its organisations' fold, and what the labels
    cannot tell apart."""

    profiles: pl.DataFrame
    met: Met
    truth: pl.DataFrame


def learn(told: pl.DataFrame, one: pl.Series, weight: pl.Series) -> dict[str, pl.Series]:
    """The points of each bin of each feature, as `score.Points`."""
    odds = (weight * one).sum() / (weight * (1 - one)).sum()
    start = pl.select(pl.lit(odds).log()).item()
    sum_so_far = pl.repeat(start, told.height, dtype=pl.Float64, eager=True)
    points = {name: pl.repeat(0.0, features.BINS[name], dtype=pl.Float64, eager=True) for name in told.columns}
    for _ in range(ROUNDS):
        for name in told.drop(BY_HAND, strict=False).columns:
            frame = pl.DataFrame({"bin": told[name], "sum": sum_so_far, "one": one, "weight": weight}).lazy()
            likely = 1 / (1 + (-pl.col("sum")).exp())
            step = (
                frame.select(
                    "bin",
                    slope=pl.col("weight") * (pl.col("one") - likely),
                    bend=pl.col("weight") * likely * (1 - likely),
                )
                .group_by("bin")
                .agg(pl.col("slope", "bend").sum())
                .collect()
            )
            full = pl.DataFrame({"bin": pl.int_range(points[name].len(), dtype=told[name].dtype, eager=True)})
            step = full.join(step, on="bin", how="left", maintain_order="left").with_columns(
                pl.col("slope", "bend").fill_null(0.0)
            )
            change = (step["slope"] - DRAW * CAUTION * points[name]) / (step["bend"] + CAUTION) * STEP
            moved = in_order(points[name] + change, step["bend"] + 1, features.ORDERS.get(name))
            sum_so_far = sum_so_far + (moved - points[name]).gather(told[name].cast(pl.UInt32))
            points[name] = moved
    every = {score.STARTS_AT: pl.Series([start]), **points}
    return {name: (values * 100).round().cast(pl.Int32) for name, values in every.items()}


def in_order(points: pl.Series, weight: pl.Series, order: features.Order | None) -> pl.Series:
    """The points, with neighbours that run against their order pooled (pool adjacent violators)."""
    if order is None:
        return points
    sign = 1 if order.rises else -1
    pooled = points.to_list()
    for start in range(0, len(pooled), order.run):
        run = slice(start + order.first, start + order.end)
        pools: list[tuple[float, float, int]] = []
        for value, heft in zip(pooled[run], weight.to_list()[run], strict=True):
            pool = (sign * value, heft, 1)
            while pools and pools[-1][0] > pool[0]:
                mean, others, count = pools.pop()
                pool = ((mean * others + pool[0] * pool[1]) / (others + pool[1]), others + pool[1], count + pool[2])
            pools.append(pool)
        pooled[run] = [sign * mean for mean, _, count in pools for _ in range(count)]
    return pl.Series(points.name, pooled)


def learn_looks(
    labelled: Labelled, pairs: pl.DataFrame, alone: pl.DataFrame, train: pl.Series
) -> tuple[dict[str, dict[str, pl.Series]], pl.DataFrame]:
    """The points of each look, learned from the pairs that `train` marks, and a, b, score of all."""
    learned: dict[str, dict[str, pl.Series]] = {}
    pairs = pairs.select("a", "b").hstack(targets(labelled, pairs)).with_columns(train=train)
    told, scored = alone, pairs.select("a", "b")
    for look in score.LOOKS:
        learned[look] = _learn_from(told, pairs["train"], pairs)
        learned[look] |= {name: pl.Series(points, dtype=pl.Int32) for name, points in OF_TEXTS.items()}
        if look == score.LOOKS[-1]:
            learned[look]["apart"] = pl.Series([0, APART], dtype=pl.Int32)
        scored = pairs.select("a", "b", score=score.total(told, learned[look]))
        for is_held in _parts(labelled, pairs):
            seen_by_others = _learn_from(told, pairs["train"] & ~is_held, pairs)
            unseen = pl.select(
                pl.when(pairs["train"] & is_held).then(score.total(told, seen_by_others)).otherwise(scored["score"])
            ).to_series()
            scored = scored.with_columns(score=unseen)
        if look == score.LOOKS[0]:
            kept = scored["score"] >= score.LEAST
            alone, scored, pairs = alone.filter(kept), scored.filter(kept), pairs.filter(kept)
        told = score.among_rivals(labelled.profiles, alone, scored)
    return learned, scored


def _learn_from(told: pl.DataFrame, train: pl.Series, pairs: pl.DataFrame) -> dict[str, pl.Series]:
    return learn(told.filter(train), pairs["one"].filter(train), pairs["weight"].filter(train))


def _parts(labelled: Labelled, pairs: pl.DataFrame) -> list[pl.Series]:
    """For each fold the pairs that a listing of it has part in."""
    fold = [labelled.truth["fold"].gather(pairs[side]) for side in "ab"]
    return [(fold[0] == number) | (fold[1] == number) for number in range(FOLDS)]


def targets(labelled: Labelled, pairs: pl.DataFrame) -> pl.DataFrame:
    """one, weight: for each pair whether it is one, and how much it counts."""
    truth = labelled.truth
    sides = pl.concat([truth[pairs[side]].select(pl.all().name.suffix(f"_{side}")) for side in "ab"], how="horizontal")

    def equal(name: str) -> pl.Expr:
        return (pl.col(f"{name}_a") == pl.col(f"{name}_b")).fill_null(False)

    undecided = ~equal("true_cluster") & (~equal("system") | equal("words"))
    return sides.select(
        one=equal("true_cluster").cast(pl.Float64),
        weight=pl.when(undecided).then(UNDECIDED).otherwise(1.0)
        * pl.when(equal("source_id")).then(SAME_SOURCE).otherwise(1.0),
    )


def read_labelled(folder: Path) -> Labelled:
    listings = read_plain(pl.read_parquet(folder / "listings.parquet")).sort("listing_id")
    own = profiles(listings)
    met = met_by(listings, matching_keys(listings, own))
    truth = pl.read_parquet(folder / "truth.parquet", columns=["listing_id", "true_cluster", "scored", "id_namespace"])
    told = listings.select("listing_id", "source_id").join(truth, on="listing_id", maintain_order="left")
    told = told.with_columns(
        true_cluster=pl.when("scored").then("true_cluster"),
        system="id_namespace",
        words=own.select(pl.format("{}|{}|{}", "organization", "title", pl.col("sites").list.join(",")).alias("words"))[
            "words"
        ],
        fold=_folds(own["organization"], told["true_cluster"]),
    )
    return Labelled(own.hstack(met.rows.select(OF_ALL)).with_row_index("row"), met, told)


def _folds(organizations: pl.Series, clusters: pl.Series) -> pl.Series:
    """For each listing one of FOLDS parts, such that no organisation, under whatever name, is in two."""
    frame = (
        pl.DataFrame({"name": organizations.fill_null(""), "cluster": clusters})
        .with_row_index("row")
        .with_columns(part=pl.col("row"))
    )
    while True:
        spread = frame.with_columns(part=pl.col("part").min().over("name")).with_columns(
            part=pl.when(pl.col("cluster").is_not_null()).then(pl.col("part").min().over("cluster")).otherwise("part")
        )
        if spread["part"].equals(frame["part"]):
            break
        frame = spread
    return frame.select((pl.col("part").rank("dense") % FOLDS).alias("fold"))["fold"]


def write_weights(listings: pl.DataFrame) -> None:
    """Weights of the words that LEAST_ORGANIZATIONS use in titles, and of the general ones among those of names."""
    told = listings.select(
        organization=organization_key(pl.col("organization")), title=title_text(pl.col("title"))
    ).drop_nulls("organization")
    in_titles, in_names = _spread(told, "title"), _spread(told, "organization")
    is_general = pl.col("stem").is_in(in_titles["stem"].implode()) | (pl.col("organizations") >= MOST_NAMESAKES)
    weight = (
        (8 * (told["organization"].n_unique() / pl.col("organizations")).log()).round().clip(1, RAREST).cast(pl.Int32)
    )
    table = pl.concat(
        words.select(use=pl.lit(use), stem="stem", weight=weight).sort("weight", "stem")
        for use, words in (("title", in_titles), ("name", in_names.filter(is_general)))
    )
    (HERE / "word_weights.csv").write_text(HEADS["word_weights"] + table.write_csv(), encoding="utf-8")


def _spread(told: pl.DataFrame, column: str) -> pl.DataFrame:
    """stem, organizations: how many organisations use a word, where they are LEAST_ORGANIZATIONS or more."""
    stem = pl.col("word").str.replace(STEM, "$1")
    words = told.select("organization", word=pl.col(column).str.split(" ")).explode("word", empty_as_null=False)
    return (
        words.filter(pl.col("word") != "", ~pl.col("word").str.contains(r"\d"))
        .select("organization", stem=stem)
        .unique()
        .group_by("stem")
        .agg(organizations=pl.len())
        .filter(pl.col("organizations") >= LEAST_ORGANIZATIONS)
    )


def main(folder: Path, out: Path | None) -> None:
    if out is None:
        write_weights(read_plain(pl.read_parquet(folder / "listings.parquet")))
    labelled = read_labelled(folder)
    pairs = features.promising(labelled.profiles, candidate_pairs(blocks_of(labelled.met)))
    alone = features.compare(labelled.profiles, pairs)
    is_scored = labelled.truth["scored"]
    usable = is_scored.gather(pairs["a"]) & is_scored.gather(pairs["b"])
    if out is None:
        learned, _ = learn_looks(labelled, pairs, alone, usable)
        write_points(learned)
        return
    parts = []
    for is_held in _parts(labelled, pairs):
        _, scored = learn_looks(labelled, pairs, alone, usable & ~is_held)
        parts.append(scored.join(pairs.select("a", "b").filter(is_held), on=["a", "b"], how="semi"))
    scored = pl.concat(parts).unique(["a", "b"], keep="first", maintain_order=True).sort("a", "b")
    rows = pl.int_range(labelled.truth.height, dtype=pl.UInt32, eager=True)
    nothing = pl.DataFrame(schema={"a": pl.UInt32, "b": pl.UInt32})
    made = cluster(scored, rows, told_apart_by(labelled.profiles), nothing)
    labelled.truth.select("listing_id", internship_id=made).write_parquet(out)


def write_points(learned: dict[str, dict[str, pl.Series]]) -> None:
    rows = [
        (look, name, number, points)
        for look, features_of in learned.items()
        for name, values in features_of.items()
        for number, points in enumerate(values.to_list())
    ]
    table = pl.DataFrame(rows, schema=["look", "feature", "bin", "points"], orient="row")
    (HERE / "match_points.csv").write_text(HEADS["match_points"] + table.write_csv(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
