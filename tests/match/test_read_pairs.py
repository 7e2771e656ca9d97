"""Pairs read by hand, of what was merged and of look-alikes left apart, and a night made of the catalogue's names."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipeline.match import match
from pipeline.match.batch import read_plain
from pipeline.tables import MATCHES
from tests.match.exchange_night import exchange_night

NIGHT = date(2026, 9, 20)
PAIRS = Path(__file__).with_name("pairs_read_by_hand.csv")


def read_by_hand(draw: str) -> pl.DataFrame:
    """The pairs of a draw: `verdict` is right, wrong, or twin: equal in what is told, though their board gave them two ids, which
    makes them two openings."""
    return pl.read_csv(PAIRS).filter(pl.col("draw") == draw)


def merged(matches: pl.DataFrame, draw: str, verdict: str = "right") -> pl.Series:
    """Whether each pair of a draw with this verdict is one internship now."""
    ids = matches.select("listing_id", "internship_id")
    other = ids.select(other_id="listing_id", other_internship="internship_id")
    pairs = (
        read_by_hand(draw).filter(pl.col("verdict") == verdict).join(ids, on="listing_id").join(other, on="other_id")
    )
    assert not pairs.is_empty()
    return pairs["internship_id"] == pairs["other_internship"]


@pytest.fixture(scope="module")
def night() -> pl.DataFrame:
    return exchange_night()


@pytest.fixture(scope="module")
def of_night(night: pl.DataFrame) -> pl.DataFrame:
    return match(read_plain(night.drop("opening")), MATCHES.empty(), NIGHT).matches


@pytest.fixture(scope="module")
def of_lists(shared: Path) -> pl.DataFrame:
    listings = pl.read_parquet(shared / "eval" / "matching" / "listings.parquet").drop("url")
    return match(read_plain(listings), MATCHES.empty(), NIGHT).matches


def test_every_pair_that_was_read_has_a_verdict_and_a_reason() -> None:
    pairs = pl.read_csv(PAIRS)
    assert pairs.columns == ["draw", "listing_id", "other_id", "verdict", "reason"]
    assert pairs.height == pairs.select("draw", "listing_id", "other_id").n_unique() == 500
    assert pairs["verdict"].is_in(["right", "wrong", "twin"]).all()
    assert (pairs["reason"].str.len_chars() > 20).all()
    assert (read_by_hand("made night, merged")["verdict"] == "right").mean() >= 0.98  # type: ignore[operator]
    assert (read_by_hand("lists, merged")["verdict"] != "wrong").mean() >= 0.97  # type: ignore[operator]
    apart = pl.concat([read_by_hand("made night, apart"), read_by_hand("lists, apart")])
    assert (apart["verdict"] == "wrong").sum() <= 4


def test_a_night_of_embassies_institutes_universities_and_exchanges_comes_out_as_it_was_made(
    night: pl.DataFrame, of_night: pl.DataFrame
) -> None:
    known = night.join(of_night.select("listing_id", "internship_id"), on="listing_id")
    assert known.height > 2000

    def pairs(*by: str) -> int:
        return int(known.group_by(by).len().select(pl.col("len") * (pl.col("len") - 1) // 2).sum().item())

    joined, true, both = pairs("internship_id"), pairs("opening"), pairs("internship_id", "opening")
    assert both / joined >= 0.99
    assert both / true >= 0.96


def test_merges_read_as_right_are_made_and_look_alikes_stay_apart_in_the_made_night(of_night: pl.DataFrame) -> None:
    assert merged(of_night, "made night, merged").mean() >= 0.97  # type: ignore[operator]
    assert merged(of_night, "made night, apart").sum() <= 1


def test_merges_read_as_right_are_made_and_look_alikes_stay_apart_in_real_lists(of_lists: pl.DataFrame) -> None:
    assert merged(of_lists, "lists, merged").mean() >= 0.95  # type: ignore[operator]
    assert merged(of_lists, "lists, apart").sum() <= 4


def test_two_numbers_of_one_board_are_two_openings_where_addresses_are_known(shared: Path) -> None:
    """The pairs were drawn without addresses, by which the twins among them are told apart."""
    listings = pl.read_parquet(shared / "eval" / "matching" / "listings.parquet")
    matches = match(read_plain(listings), MATCHES.empty(), NIGHT).matches
    joined = {verdict: merged(matches, "lists, merged", verdict).sum() for verdict in ("right", "twin", "wrong")}
    assert joined["twin"] == 0
    assert joined["right"] >= 0.98 * sum(joined.values())


def test_what_other_rules_joined_is_split_and_every_id_is_accounted_for(
    night: pl.DataFrame, of_night: pl.DataFrame
) -> None:
    section = pl.col("opening").str.split(":").list.last()
    is_danish = pl.col("opening").str.starts_with("denmark")
    by_words_alone = of_night.join(night.select("listing_id", "opening"), on="listing_id", maintain_order="left")
    joined = by_words_alone.with_columns(
        internship_id=pl.when(is_danish)
        .then(pl.col("internship_id").first().over(is_danish, section))
        .otherwise("internship_id"),
        rules=pl.lit("other rules"),
    ).select(of_night.columns)
    nothing_new = pl.Series([], dtype=pl.String)
    after = match(read_plain(night.drop("opening")), joined, NIGHT + timedelta(days=1), nothing_new)
    ids = joined.select("listing_id", old="internship_id").join(
        after.matches.select("listing_id", new="internship_id", on="decided_on"), on="listing_id"
    )
    parted = ids.filter(pl.col("old") != pl.col("new"))
    assert parted.height > 50
    assert (parted["on"] == NIGHT + timedelta(days=1)).all()
    assert set(parted["new"]) <= set(after.split) | set(ids["old"])
    assert set(ids["new"]) - set(ids["old"]) <= set(after.split), "what is new was split off"
    assert set(ids["old"]) - set(ids["new"]) <= set(after.redirects["old_id"]), "what is gone leads somewhere"
    assert ids.select("new").n_unique() == of_night["internship_id"].n_unique()
