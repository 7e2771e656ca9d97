"""Match weights: how likely two listings are one internship, as a sum learned from labelled pairs.

A pair is scored in three rounds: by itself, then twice among the pairs it competes with. A round adds up the match weights of the
levels of its comparisons, in hundredths of the natural logarithm of the odds (Splink's are in bits); they are in
data/reference/match_weights.csv, made by tests/tools/make_match_weights.py. Does not belong here: the levels (`comparisons`,
`collective`), and what becomes of a score (`clusters`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import polars as pl

from pipeline.match.collective import compare_competing
from pipeline.match.comparison_levels import DAY_GAP_EDGES
from pipeline.match.comparisons import comparable, compare
from pipeline.match.facts import OTHER, compare_facts
from pipeline.match.organization_relations import PART
from pipeline.match.text_comparisons import (
    MOST_OF_TEXT,
    OTHER_DAYS,
    OTHER_FIGURES,
    OTHER_FIGURES_OF_TEXTS,
    OTHER_TEXT,
    OTHER_TEXT_OF_ONE_TITLE,
    SAME_REFERENCE,
    SHORT_REFERENCE,
    TRANSLATED_FIGURES,
    compare_texts,
)
from pipeline.parts import MapParts, in_threads
from pipeline.shipped import shipped

ROUNDS = ("pairwise", "competing", "refined")
MIN_DISTINCTIVE_TITLE_WEIGHT = 130
"""Weight of the words that two titles share from which on they are hardly two openings' by chance."""
MIN_ALIAS_AFFINITY_LEVEL = 5
"""Level of `affinity`, one and a half other pairs of their listings, from which on a longer name is taken for the same body's."""
SAME_TITLE_AND_SOURCE, WEEKS_LATER = 3, (4, len(DAY_GAP_EDGES))
"""Levels of `title_source` and `gap`: one title of one source, eight days or more apart."""
MIN_COMPETING_WEIGHT = -450
"""Least match weight by itself of a pair that competes with others."""
BATCH_ROWS = 100_000
"""Pairs that are compared at a time: bounds memory."""
NOT_COMPARED = ("listing_id", "organization", "title", "title_words", "sites")
"""Columns of profiles that no comparison of a pair by itself reads."""
PRIOR = "prior"
"""What every pair has before its first comparison is seen."""


MatchWeights = Mapping[str, pl.Series]
"""For each comparison its match weights by level, and under PRIOR a single number."""


class Scored(NamedTuple):
    """pairs: a, b, score of the pairs that may be one, among each other. contradicting: a, b of those that facts keep apart."""

    pairs: pl.DataFrame
    contradicting: pl.DataFrame


def score_pairs(profiles: pl.DataFrame, pairs: pl.DataFrame, map_parts: MapParts = in_threads) -> Scored:
    """The scores of pairs (a, b: rows of `profiles`; relation and share_text as of `blocking.candidate_pairs`)."""
    pairwise, scored = _alone(profiles, pairs, map_parts)
    contradicting = scored.select("a", "b").filter(pairwise.select(_contradicts()).to_series())
    for round_name in ROUNDS[1:]:
        scored = scored.with_columns(
            score=total(among_competing(profiles, pairwise, scored), match_weights(round_name))
        )
    return Scored(scored, contradicting)


def _contradicts() -> pl.Expr:
    """Whether texts say that two are two: one language and nothing in common, or one text with other figures."""
    return (pl.col("passages") == OTHER_TEXT) | pl.col("figures").is_in([OTHER_FIGURES, OTHER_DAYS])


def itemize(profiles: pl.DataFrame, pairs: pl.DataFrame, pair: tuple[int, int]) -> pl.DataFrame:
    """round, comparison, level, match_weight of one of the pairs (a < b), every round; no rows where the two are not
    compared. The match weights of the last round make its score."""
    pairwise, scored = _alone(profiles, pairs)
    items = []
    for round_name in ROUNDS:
        comparisons = pairwise if round_name == ROUNDS[0] else among_competing(profiles, pairwise, scored)
        at = (scored["a"] == pair[0]) & (scored["b"] == pair[1])
        of_pair = comparisons.filter(at)
        levels = of_pair.with_columns(pl.lit(0, dtype=pl.UInt16).alias(PRIOR)).cast(pl.Int32)
        worth = itemized(of_pair, match_weights(round_name))
        items.append(
            levels.unpivot(variable_name="comparison", value_name="level")
            .join(
                worth.unpivot(variable_name="comparison", value_name="match_weight"),
                on="comparison",
                maintain_order="left",
            )
            .select(pl.lit(round_name).alias("round"), "comparison", "level", "match_weight")
        )
        scored = scored.with_columns(score=total(comparisons, match_weights(round_name)))
    return pl.concat(items)


def _alone(
    profiles: pl.DataFrame, pairs: pl.DataFrame, map_parts: MapParts = in_threads
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The comparisons of the pairs that may be one, and a, b, score."""
    # Pairs of one organization go together: a part then needs few profiles.
    order = profiles["organization_row"].gather(pairs["a"]).arg_sort()
    parts = list(pairs[order].iter_slices(BATCH_ROWS)) or [pairs]
    rows = [pl.concat([part["a"], part["b"]]).unique().sort() for part in parts]
    compared = profiles.drop(NOT_COMPARED, strict=False).rechunk()
    calls = ((compared[own], _renamed(part, own)) for own, part in zip(rows, parts, strict=True))
    found = [
        (pairwise, scored.with_columns(own.gather(scored[side]).alias(side) for side in "ab"))
        for own, (pairwise, scored) in zip(rows, map_parts(compare_part, calls), strict=True)
    ]
    return pl.concat([pairwise for pairwise, _ in found]), pl.concat([scored for _, scored in found])


def _renamed(pairs: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """Pairs whose a and b are places in `rows`."""
    return pairs.with_columns(rows.search_sorted(pairs[side]).alias(side) for side in "ab")


def compare_part(profiles: pl.DataFrame, pairs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """As `score_pairs` begins: the comparisons of those of the pairs that may be one, and a, b, score."""
    pairs = comparable(profiles, pairs)
    pairwise, worth = compare(profiles, pairs), match_weights(ROUNDS[0])
    # A text alone makes nothing of a pair that has little else in common.
    kept = (total(pairwise, worth) >= MIN_COMPETING_WEIGHT) | pairs["share_text"]
    pairwise, pairs = pairwise.filter(kept), pairs.select("a", "b", "shared").filter(kept)
    # A list may describe an opening in words of its own: a title that says much outweighs that.
    is_distinctive = (pl.col("passages") == OTHER_TEXT) & (pairs["shared"] >= MIN_DISTINCTIVE_TITLE_WEIGHT)
    # Two openings of one organization may have the same sums in two languages: titles of known words tell them apart.
    is_sibling = pl.lit(pairwise["substituted"] > 0) & (pl.col("figures") == TRANSLATED_FIGURES)
    # One reference number: the page was corrected or worded anew, or a year or day in it was.
    has_one_number = pl.lit(pairwise["reference"] == SAME_REFERENCE)
    # A page that came again, weeks later: its deadline was extended.
    is_later = pl.lit((pairwise["title_source"] == SAME_TITLE_AND_SOURCE) & pairwise["gap"].is_between(*WEEKS_LATER))
    facts = compare_facts(profiles, pairs)
    # Small numbers are hours and months, too.
    is_other_work = pl.lit((facts["hours"] == OTHER) | (facts["duration"] == OTHER))
    is_extended = (
        is_later
        & (pl.col("figures") == OTHER_DAYS)
        & pl.col("passages").is_between(MOST_OF_TEXT, MOST_OF_TEXT + 1)
        & ~is_other_work
    )
    is_corrected = is_extended | (has_one_number & pl.col("figures").is_in([OTHER_FIGURES, OTHER_DAYS]))
    is_reworded = has_one_number & (pl.col("passages") == OTHER_TEXT)
    texts = compare_texts(profiles, pairs).with_columns(
        passages=pl.when(is_reworded)
        .then(0)
        .when(is_distinctive)
        .then(OTHER_TEXT_OF_ONE_TITLE)
        .otherwise("passages")
        .cast(pl.UInt8),
        figures=pl.when(is_sibling)
        .then(0)
        .when(is_corrected)
        .then(OTHER_FIGURES_OF_TEXTS)
        .otherwise("figures")
        .cast(pl.UInt8),
    )
    pairwise = pairwise.hstack(texts).hstack(facts)
    return pairwise, pairs.select("a", "b", score=total(pairwise, worth))


def among_competing(profiles: pl.DataFrame, pairwise: pl.DataFrame, scored: pl.DataFrame) -> pl.DataFrame:
    """The comparisons of pairs alone (`pairwise`) and among each other; `scored`: a, b, score so far."""
    levels = pairwise.hstack(compare_competing(profiles, scored))
    is_part = (
        (pl.col("organization") == PART) & (pl.col("text_of_other") == 0) & (pl.col("reference") < SHORT_REFERENCE)
    )
    return levels.with_columns(subsidiary=(is_part & (pl.col("affinity") < MIN_ALIAS_AFFINITY_LEVEL)).cast(pl.UInt16))


def total(comparisons: pl.DataFrame, weights: MatchWeights) -> pl.Series:
    """The match weights of each row of comparisons together."""
    return itemized(comparisons, weights).select(score=pl.sum_horizontal(pl.all()))["score"]


def itemized(comparisons: pl.DataFrame, weights: MatchWeights) -> pl.DataFrame:
    """The match weights of each comparison, one column each, and PRIOR."""
    prior = pl.repeat(weights[PRIOR].item(), comparisons.height, dtype=pl.Int32, eager=True)
    worth = [weights[name].gather(comparisons[name].cast(pl.UInt32)).alias(name) for name in comparisons.columns]
    return pl.DataFrame([prior.alias(PRIOR), *worth])


@cache
def match_weights(round_name: str) -> MatchWeights:
    """The match weights of a round."""
    table = pl.read_csv(shipped("data", "reference", "match_weights.csv"), comment_prefix="#").filter(
        pl.col("round") == round_name
    )
    parts = table.partition_by("comparison", as_dict=True, maintain_order=True)
    return {str(name): levels["match_weight"].cast(pl.Int32) for (name,), levels in parts.items()}


def match_probability(weight: pl.Expr) -> pl.Expr:
    """The probability that a match weight stands for, 0 to 1."""
    return 1 / (1 + (-weight / 100).exp())
