"""How good the matches are: figures on labelled listings, merges read by hand, nights against one batch, points in order."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.match import match
from pipeline.match.batch import read_plain
from pipeline.match.comparison_levels import LEVEL_COUNTS, MONOTONE, TOPICS
from pipeline.match.weights import PRIOR, ROUNDS, match_weights
from pipeline.tables import MATCHES

HAND = Path(__file__).with_name("merges_read_by_hand.csv")
NIGHT = date(2026, 3, 10)


@pytest.fixture(scope="module")
def labelled(shared: Path) -> pl.DataFrame:
    """The labelled listings without their addresses."""
    return read_plain(pl.read_parquet(shared / "eval" / "matching" / "listings.parquet").drop("url"))


@pytest.fixture(scope="module")
def by_words(labelled: pl.DataFrame) -> pl.DataFrame:
    """Their matches, made in one batch."""
    return match(labelled, MATCHES.empty(), NIGHT).matches


def figures(matches: pl.DataFrame, shared: Path, folder: Path) -> dict[str, Any]:
    """What the scorer says of the pairs of different sources."""
    matches.select("listing_id", "internship_id").write_parquet(folder / "matches.parquet")
    scorer = shared / "tools" / "score_matching.py"
    done = subprocess.run([sys.executable, scorer, folder / "matches.parquet"], capture_output=True, check=True)
    measured: dict[str, Any] = json.loads(done.stdout)["cross"]
    return measured


def test_match_weights_never_run_against_the_order_of_their_levels() -> None:
    for round_name in ROUNDS:
        weights = match_weights(round_name)
        assert {name: values.len() for name, values in weights.items() if name != PRIOR} == {
            name: LEVEL_COUNTS[name] for name in weights if name != PRIOR
        }
        for name in weights.keys() & MONOTONE.keys():
            order = MONOTONE[name]
            for start in range(0, LEVEL_COUNTS[name], order.run):
                run = weights[name].slice(start + order.first, order.end - order.first).to_list()
                assert run == sorted(run, reverse=not order.rises), (round_name, name, start)


def test_an_explanation_has_words_for_every_feature_once() -> None:
    assert sorted(comparison for comparisons in TOPICS.values() for comparison in comparisons) == sorted(LEVEL_COUNTS)


def test_matches_by_words_alone_are_as_good_as_measured(by_words: pl.DataFrame, shared: Path, tmp_path: Path) -> None:
    measured = figures(by_words, shared, tmp_path)
    # Names of other organizations that the lists give one posting are left apart: 5 % of the pairs.
    assert measured["strict"]["f1"] >= 0.787
    assert measured["lenient"]["f1"] >= 0.847


def test_with_addresses_hardly_a_match_is_wrong_or_missed(shared: Path, tmp_path: Path) -> None:
    listings = read_plain(pl.read_parquet(shared / "eval" / "matching" / "listings.parquet"))
    measured = figures(match(listings, MATCHES.empty(), NIGHT).matches, shared, tmp_path)["lenient"]
    assert measured["precision"] >= 0.995
    assert measured["recall"] >= 0.977


def test_nights_are_as_good_as_one_batch(
    labelled: pl.DataFrame, by_words: pl.DataFrame, shared: Path, tmp_path: Path
) -> None:
    nights = 4
    in_order = labelled.select("listing_id", "posted_on").sort("posted_on", "listing_id").with_row_index("at")
    night = in_order.select("listing_id", night=pl.col("at") * nights // pl.len())
    rows = labelled.join(night, on="listing_id")
    matches = MATCHES.empty()
    for number in range(nights):
        seen = rows.filter(pl.col("night") <= number)
        new = seen.filter(pl.col("night") == number)["listing_id"]
        matches = match(seen, matches, NIGHT + timedelta(days=number), new).matches
    for kind in ("strict", "lenient"):
        by_night, at_once = (figures(each, shared, tmp_path)[kind]["f1"] for each in (matches, by_words))
        assert by_night == pytest.approx(at_once, abs=0.005)


def read_by_hand() -> pl.DataFrame:
    """Two hundred pairs of different sources, drawn at random from the merges made without addresses, each read: right or
    wrong by organization, title, place, season and dates; the addresses were looked at after that, and where one tells of
    another posting the reason says so."""
    return pl.read_csv(HAND)


def test_of_two_hundred_merges_read_by_hand_hardly_one_is_wrong() -> None:
    verdicts = read_by_hand()
    assert verdicts.columns == ["listing_id", "other_id", "verdict", "reason"]
    assert verdicts.height == verdicts.select("listing_id", "other_id").n_unique() == 200
    assert verdicts["verdict"].is_in(["right", "wrong"]).all()
    assert (verdicts["reason"].str.len_chars() > 10).all()
    assert (verdicts["verdict"] == "right").mean() >= 0.97  # type: ignore[operator]


def test_merges_that_were_read_and_are_right_are_still_made(by_words: pl.DataFrame) -> None:
    one = by_words.select("listing_id", "internship_id")
    other = by_words.select(other_id="listing_id", other_internship="internship_id")
    right = read_by_hand().filter(pl.col("verdict") == "right").join(one, on="listing_id").join(other, on="other_id")
    assert right.height > 0
    assert (right["internship_id"] == right["other_internship"]).mean() >= 0.98  # type: ignore[operator]
