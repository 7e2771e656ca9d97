"""Makes word_weights.csv and match_points.csv from labelled listings.

    python data/reference/make_match_points.py FOLDER           learns and writes both
    python data/reference/make_match_points.py FOLDER OUT       learns on four fifths of the organisations and matches the
                                                                other fifth, in turn; writes listing_id, internship_id

FOLDER holds listings.parquet (plain listings) and truth.parquet (listing_id, true_cluster, scored, id_namespace).

The points of a feature's bins are found by cyclic Newton steps on the logarithm of the odds (an additive model: no feature
hangs on another). No name is learned: features are counts, sets and gaps; sources are told apart only as same or other. Of
pairs that are not one, those that the labels cannot decide (ids of different systems, or equal words) count for less. The
weight of a word is the logarithm of the share of organisations that use it, in their titles or their names.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import polars as pl

from pipeline.match import country_and_year, features, met_by, score
from pipeline.match.batch import read_plain
from pipeline.match.candidates import candidate_pairs
from pipeline.match.clusters import cluster
from pipeline.match.identity import organization_key
from pipeline.match.profile import RAREST, STEM, profiles, title_text

HERE = Path(__file__).parent
ROUNDS = {"alone": 50, "rivals": 40, "again": 40}
STEP = 0.5
CAUTION = 8.0
"""Pairs that a bin must show before its points follow them."""
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
    met: pl.DataFrame
    truth: pl.DataFrame


def learn(told: pl.DataFrame, one: pl.Series, weight: pl.Series, rounds: int) -> dict[str, pl.Series]:
    """The points of each bin of each feature, as `score.Points`."""
    odds = (weight * one).sum() / (weight * (1 - one)).sum()
    start = pl.select(pl.lit(odds).log()).item()
    sum_so_far = pl.repeat(start, told.height, dtype=pl.Float64, eager=True)
    points = {name: pl.repeat(0.0, features.BINS[name], dtype=pl.Float64, eager=True) for name in told.columns}
    for _ in range(rounds):
        for name in told.columns:
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
            change = (step["slope"] - 0.05 * CAUTION * points[name]) / (step["bend"] + CAUTION) * STEP
            points[name] = points[name] + change
            sum_so_far = sum_so_far + change.gather(told[name].cast(pl.UInt32))
    every = {score.STARTS_AT: pl.Series([start]), **points}
    return {name: (values * 100).round().cast(pl.Int32) for name, values in every.items()}


def learn_looks(
    labelled: Labelled, pairs: pl.DataFrame, alone: pl.DataFrame, train: pl.Series
) -> tuple[dict[str, dict[str, pl.Series]], pl.DataFrame]:
    """The points of each look, learned from the pairs that `train` marks, and a, b, score of all."""
    learned: dict[str, dict[str, pl.Series]] = {}
    one, weight = targets(labelled, pairs)
    told, scored = alone, pairs.select("a", "b")
    for look in score.LOOKS:
        learned[look] = learn(told.filter(train), one.filter(train), weight.filter(train), ROUNDS[look])
        scored = scored.with_columns(score=score.total(told, learned[look]))
        if look == score.LOOKS[0]:
            kept = scored["score"] >= score.LEAST
            alone, scored, train, one, weight = (each.filter(kept) for each in (alone, scored, train, one, weight))
        told = score.among_rivals(labelled.profiles, alone, scored)
    return learned, scored


def targets(labelled: Labelled, pairs: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """For each pair whether it is one, and how much it counts."""
    truth = labelled.truth
    sides = pl.concat([truth[pairs[side]].select(pl.all().name.suffix(f"_{side}")) for side in "ab"], how="horizontal")

    def equal(name: str) -> pl.Expr:
        return (pl.col(f"{name}_a") == pl.col(f"{name}_b")).fill_null(False)

    undecided = ~equal("true_cluster") & (~equal("system") | equal("words"))
    return tuple(  # type: ignore[return-value]
        sides.select(
            one=equal("true_cluster").cast(pl.Float64),
            weight=pl.when(undecided).then(UNDECIDED).otherwise(1.0)
            * pl.when(equal("source_id")).then(SAME_SOURCE).otherwise(1.0),
        ).get_columns()
    )


def read_labelled(folder: Path) -> Labelled:
    listings = read_plain(pl.read_parquet(folder / "listings.parquet")).sort("listing_id")
    own = profiles(listings)
    met = met_by(listings, own)
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
    return Labelled(own.hstack(met.select("openings", "alike", "same_day")).with_row_index("row"), met, told)


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
    pairs = features.promising(labelled.profiles, candidate_pairs(labelled.met))
    alone = features.compare(labelled.profiles, pairs)
    is_scored = labelled.truth["scored"]
    usable = is_scored.gather(pairs["a"]) & is_scored.gather(pairs["b"])
    if out is None:
        learned, _ = learn_looks(labelled, pairs, alone, usable)
        write_points(learned)
        return
    fold = [labelled.truth["fold"].gather(pairs[side]) for side in "ab"]
    parts = []
    for number in range(FOLDS):
        is_held = (fold[0] == number) | (fold[1] == number)
        _, scored = learn_looks(labelled, pairs, alone, usable & ~is_held)
        parts.append(scored.join(pairs.select("a", "b").filter(is_held), on=["a", "b"], how="semi"))
    scored = pl.concat(parts).unique(["a", "b"], keep="first", maintain_order=True).sort("a", "b")
    rows = pl.int_range(labelled.truth.height, dtype=pl.UInt32, eager=True)
    nothing = pl.DataFrame(schema={"a": pl.UInt32, "b": pl.UInt32})
    made = cluster(scored, rows, country_and_year(labelled.profiles), nothing)
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
