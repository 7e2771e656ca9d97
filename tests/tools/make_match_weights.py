"""Makes word_weights.csv and match_weights.csv from labelled listings.

    python tests/tools/make_match_weights.py FOLDER           learns and writes both
    python tests/tools/make_match_weights.py FOLDER OUT       learns on four fifths of the organizations and matches the
                                                                other fifth, in turn; writes listing_id, internship_id

FOLDER holds listings.parquet (plain listings) and truth.parquet (listing_id, true_cluster, scored, id_namespace).

The match_weights of the levels of a comparison are found by cyclic Newton steps on the logarithm of the odds (an additive
model: no comparison hangs on another). Where more of a thing can only speak for two being one, or only against it
(MONOTONE), level_of that run the other way are pooled. A round among competing pairs learns from scores of pairs whose
organizations the round before had not seen: it learns to trust them as far as they will deserve it. No name is learned:
comparisons are counts, sets and gaps; sources are levels apart only as same or other. Of pairs that are not one, those that
the labels cannot decide (ids of different systems, or equal words) count for less. The weight of a word is the logarithm of
the share of organizations that use it, in their titles or their names.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import polars as pl

from pipeline.match import weights as score
from pipeline.match.batch import read_plain
from pipeline.match.blocking import BlockingInput, blocking_input, blocks_of, candidate_pairs
from pipeline.match.clusters import cluster
from pipeline.match.comparison_levels import LEVEL_COUNTS, MONOTONE, Monotone
from pipeline.match.comparisons import comparable, compare
from pipeline.match.contradictions import profile_exclusions
from pipeline.match.identifiers import address_ids
from pipeline.match.keys import matching_keys, organization_key
from pipeline.match.linker import POPULATION_COLUMNS
from pipeline.match.profile import profiles
from pipeline.match.title_words import title_text
from pipeline.match.word_weights import STEM, UNKNOWN_WORD_WEIGHT

HERE = Path(__file__).parents[2] / "data" / "reference"
ROUNDS, STEP = 25, 0.8
CAUTION = 25.0
"""Pairs that a level must show before its match_weights follow them; chosen, like the rounds, by organizations left out."""
DRAW = 0.05
"""How strongly match_weights are drawn to nothing."""
APART = (0, -150, -350)
"""MatchWeights of the last round_name, set by hand, of a pair that lies far apart in place or time (comparison apart): read
one by one, most such merges are wrong, though ids that are given anew make many of the labels say otherwise."""
OF_TEXTS = {
    "passages": (0, -600, -600, 150, 300, -800, -200),
    "figures": (0, -60, 0, 60, -450, 450, -450),
    "reference": (0, -800, 100, 700),
    "text_of_other": (0, 700),
    "substituted": (0, -220, -350),
    "address": (0, -400, -1000),
    "work_mode": (0, -350),
    "title_facts": (0, -800, -1000),
    "deadline": (0, -300, 100),
    "start": (0, -250, 60),
    "pay": (0, -250, 80),
    "hours": (0, -150, 20),
    "duration": (0, -200, 30),
    "study_levels": (0, -150, 20),
    "languages": (0, -150, 20),
    "kind": (0, -250, 0),
    "unplaced": (0, -2000),
    "subsidiary": (0, -2000),
}
"""MatchWeights of every round_name, set by hand: the labelled listings have no descriptions. Two openings of an employer
share what it says of itself; the same number of the same organization is the same opening whatever its title; of two it is
little."""
RECALIBRATION = 80
"""Match weight of the last round by which the labels are too strict: of merges that they call wrong most are postings given a new
id, as reading them shows. With it a cluster joins from even odds."""
BY_HAND = ("apart", *OF_TEXTS)
UNDECIDED, SAME_SOURCE = 0.4, 0.5
"""How much a pair counts that the labels cannot decide, and one of a single source."""
LEAST_ORGANIZATIONS, MOST_NAMESAKES = 5, 20
"""Organisations that must use a word for it to be weighed; and so many do not happen to share a name of their own."""
HEADS = {
    "match_weights": "# Match weight of each level of each comparison, in hundredths of the natural logarithm of the odds;"
    " made by tests/tools/make_match_weights.py\n",
    "word_weights": "# Weights of stems in titles and names, 1 to 63: the rarer, the more; by make_match_weights.py\n",
}
FOLDS = 5


class Labelled(NamedTuple):
    """Profiles of listings; for each row its cluster (null where not known), its organizations' fold, and what the labels
    cannot tell apart."""

    profiles: pl.DataFrame
    met: BlockingInput
    truth: pl.DataFrame


def learn(levels: pl.DataFrame, one: pl.Series, weight: pl.Series) -> dict[str, pl.Series]:
    """The match_weights of each level of each comparison, as `score.MatchWeights`."""
    odds = (weight * one).sum() / (weight * (1 - one)).sum()
    start = pl.select(pl.lit(odds).log()).item()
    sum_so_far = pl.repeat(start, levels.height, dtype=pl.Float64, eager=True)
    match_weights = {name: pl.repeat(0.0, LEVEL_COUNTS[name], dtype=pl.Float64, eager=True) for name in levels.columns}
    for _ in range(ROUNDS):
        for name in levels.drop(BY_HAND, strict=False).columns:
            frame = pl.DataFrame({"level": levels[name], "sum": sum_so_far, "one": one, "weight": weight}).lazy()
            likely = 1 / (1 + (-pl.col("sum")).exp())
            step = (
                frame.select(
                    "level",
                    slope=pl.col("weight") * (pl.col("one") - likely),
                    bend=pl.col("weight") * likely * (1 - likely),
                )
                .group_by("level")
                .agg(pl.col("slope", "bend").sum())
                .collect()
            )
            full = pl.DataFrame(
                {"level": pl.int_range(match_weights[name].len(), dtype=levels[name].dtype, eager=True)}
            )
            step = full.join(step, on="level", how="left", maintain_order="left").with_columns(
                pl.col("slope", "bend").fill_null(0.0)
            )
            change = (step["slope"] - DRAW * CAUTION * match_weights[name]) / (step["bend"] + CAUTION) * STEP
            moved = in_order(match_weights[name] + change, step["bend"] + 1, MONOTONE.get(name))
            sum_so_far = sum_so_far + (moved - match_weights[name]).gather(levels[name].cast(pl.UInt32))
            match_weights[name] = moved
    every = {score.PRIOR: pl.Series([start]), **match_weights}
    return {name: (values * 100).round().cast(pl.Int32) for name, values in every.items()}


def in_order(match_weights: pl.Series, weight: pl.Series, order: Monotone | None) -> pl.Series:
    """The match_weights, with neighbors that run against their order pooled (pool adjacent violators)."""
    if order is None:
        return match_weights
    sign = 1 if order.rises else -1
    pooled = match_weights.to_list()
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
    return pl.Series(match_weights.name, pooled)


def learn_rounds(
    labelled: Labelled, pairs: pl.DataFrame, alone: pl.DataFrame, train: pl.Series
) -> tuple[dict[str, dict[str, pl.Series]], pl.DataFrame]:
    """The match_weights of each round_name, learned from the pairs that `train` marks, and a, b, score of all."""
    learned: dict[str, dict[str, pl.Series]] = {}
    pairs = pairs.select("a", "b").hstack(targets(labelled, pairs)).with_columns(train=train)
    levels, scored = alone, pairs.select("a", "b")
    for round_name in score.ROUNDS:
        learned[round_name] = _learn_from(levels, pairs["train"], pairs)
        learned[round_name] |= {
            name: pl.Series(match_weights, dtype=pl.Int32) for name, match_weights in OF_TEXTS.items()
        }
        if round_name == score.ROUNDS[-1]:
            learned[round_name][score.PRIOR] += RECALIBRATION
            learned[round_name]["apart"] = pl.Series(APART, dtype=pl.Int32)
        scored = pairs.select("a", "b", score=score.total(levels, learned[round_name]))
        for is_held in _parts(labelled, pairs):
            seen_by_others = _learn_from(levels, pairs["train"] & ~is_held, pairs)
            unseen = pl.select(
                pl.when(pairs["train"] & is_held).then(score.total(levels, seen_by_others)).otherwise(scored["score"])
            ).to_series()
            scored = scored.with_columns(score=unseen)
        if round_name == score.ROUNDS[0]:
            kept = scored["score"] >= score.MIN_COMPETING_WEIGHT
            alone, scored, pairs = alone.filter(kept), scored.filter(kept), pairs.filter(kept)
        levels = score.among_competing(labelled.profiles, alone, scored)
    return learned, scored


def _learn_from(levels: pl.DataFrame, train: pl.Series, pairs: pl.DataFrame) -> dict[str, pl.Series]:
    return learn(levels.filter(train), pairs["one"].filter(train), pairs["weight"].filter(train))


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
    keys = matching_keys(listings, own)
    met = blocking_input(listings, keys)
    truth = pl.read_parquet(folder / "truth.parquet", columns=["listing_id", "true_cluster", "scored", "id_namespace"])
    levels = listings.select("listing_id", "source_id").join(truth, on="listing_id", maintain_order="left")
    levels = levels.with_columns(
        true_cluster=pl.when("scored").then("true_cluster"),
        system="id_namespace",
        words=own.select(pl.format("{}|{}|{}", "organization", "title", pl.col("sites").list.join(",")).alias("words"))[
            "words"
        ],
        fold=_folds(own["organization"], levels["true_cluster"]),
    )
    known = met.rows.select(POPULATION_COLUMNS).hstack(address_ids(keys))
    return Labelled(own.hstack(known).with_row_index("row"), met, levels)


def _folds(organizations: pl.Series, clusters: pl.Series) -> pl.Series:
    """For each listing one of FOLDS parts, such that no organization, under whatever name, is in two."""
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
    levels = listings.select(
        organization=organization_key(pl.col("organization")),
        title=pl.col("title").map_batches(title_text, pl.String),
    ).drop_nulls("organization")
    in_titles, in_names = _spread(levels, "title"), _spread(levels, "organization")
    is_general = pl.col("stem").is_in(in_titles["stem"].implode()) | (pl.col("organizations") >= MOST_NAMESAKES)
    weight = (
        (8 * (levels["organization"].n_unique() / pl.col("organizations")).log())
        .round()
        .clip(1, UNKNOWN_WORD_WEIGHT)
        .cast(pl.Int32)
    )
    table = pl.concat(
        words.select(use=pl.lit(use), stem="stem", weight=weight).sort("weight", "stem")
        for use, words in (("title", in_titles), ("name", in_names.filter(is_general)))
    )
    (HERE / "word_weights.csv").write_text(HEADS["word_weights"] + table.write_csv(), encoding="utf-8")


def _spread(levels: pl.DataFrame, column: str) -> pl.DataFrame:
    """stem, organizations: how many organizations use a word, where they are LEAST_ORGANIZATIONS or more."""
    stem = pl.col("word").str.replace(STEM, "$1")
    words = levels.select("organization", word=pl.col(column).str.split(" ")).explode("word", empty_as_null=False)
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
    pairs = comparable(labelled.profiles, candidate_pairs(labelled.met, blocks_of(labelled.met)))
    alone = compare(labelled.profiles, pairs)
    is_scored = labelled.truth["scored"]
    usable = is_scored.gather(pairs["a"]) & is_scored.gather(pairs["b"])
    if out is None:
        learned, _ = learn_rounds(labelled, pairs, alone, usable)
        write_match_weights(learned)
        return
    parts = []
    for is_held in _parts(labelled, pairs):
        _, scored = learn_rounds(labelled, pairs, alone, usable & ~is_held)
        parts.append(scored.join(pairs.select("a", "b").filter(is_held), on=["a", "b"], how="semi"))
    scored = pl.concat(parts).unique(["a", "b"], keep="first", maintain_order=True).sort("a", "b")
    rows = pl.int_range(labelled.truth.height, dtype=pl.UInt32, eager=True)
    nothing = pl.DataFrame(schema={"a": pl.UInt32, "b": pl.UInt32})
    made = cluster(scored, rows, profile_exclusions(labelled.profiles), nothing)
    labelled.truth.select("listing_id", internship_id=made).write_parquet(out)


def write_match_weights(learned: dict[str, dict[str, pl.Series]]) -> None:
    rows = [
        (round_name, name, number, match_weights)
        for round_name, features_of in learned.items()
        for name, values in features_of.items()
        for number, match_weights in enumerate(values.to_list())
    ]
    table = pl.DataFrame(rows, schema=["round", "comparison", "level", "match_weight"], orient="row")
    (HERE / "match_weights.csv").write_text(HEADS["match_weights"] + table.write_csv(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
