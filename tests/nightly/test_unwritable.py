"""A listing that an export cannot write is found and set aside with its reason; all others are published."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import polars as pl
import pytest

from pipeline import exports
from pipeline.nightly.replay import replay_night
from pipeline.storage.home import Home
from scrapers.source import Catalogue, Source
from tests.made_nights import World

BOARD = Source(
    id="board", name="Board", channel="platform", spider="json_list", url="https://board.example/", holds="internships"
)
SUBJECTS = ("Bridge Design", "Marine Biology", "Opera Singing")


def posting(number: int, **words: str) -> dict[str, Any]:
    subject = SUBJECTS[number]
    row = {"native_id": str(number), "url": f"https://board.example/{number}", "title": f"{subject} Internship"}
    return row | {"organization": f"{subject} Ltd", "description": f"You learn {subject.lower()} in our team.", **words}


def night(world: World, days: int, *rows: dict[str, Any]) -> None:
    replay_night(world.home, world.catalogue, world.collected(days, board=list(rows)))


def exported(world: World) -> list[str]:
    return sorted(pl.read_parquet(world.home.exports / "latest/listings.parquet")["title"])


@pytest.fixture
def world(tmp_path: Path) -> World:
    home = Home(tmp_path / "home")
    home.prepare()
    return World(home, Catalogue([BOARD]))


@pytest.fixture
def fails_on(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The words that one format fails on."""
    words: set[str] = set()

    def write(warehouse: Path, folder: Path) -> list[exports.ExportedFile]:
        with duckdb.connect(str(warehouse), read_only=True) as con:
            texts = [text for (text,) in con.execute("SELECT description FROM internships").fetchall()]
        if bad := [word for word in sorted(words) if any(word in text for text in [*texts, "anything"])]:
            raise ValueError(f"cannot write {bad[0]}")
        return []

    monkeypatch.setattr(exports, "FORMATS", (*exports.FORMATS, SimpleNamespace(write=write)))
    return words


def test_a_new_one_is_a_reject_and_all_others_are_published(world: World, fails_on: set[str]) -> None:
    fails_on.add("opera")
    night(world, 0, *map(posting, range(3)))
    others = sorted(posting(number)["title"] for number in (0, 1))
    assert exported(world) == others
    assert world.ask("SELECT rule, title FROM rejects") == [("unreadable", "Opera Singing Internship")]
    assert world.ask("SELECT text FROM rejects WHERE text LIKE '%ValueError: cannot write opera%'") != []
    fails_on.clear()
    night(world, 1, *map(posting, range(3)))
    assert len(exported(world)) == 3, "a program that can write it does"


def test_of_a_known_one_what_was_known_stands(world: World, fails_on: set[str]) -> None:
    night(world, 0, *map(posting, range(3)))
    before = world.ask("SELECT description FROM listings ORDER BY ALL")
    fails_on.add("badly")
    night(world, 1, posting(0), posting(1, description="You learn badly."), posting(2))
    assert len(exported(world)) == 3
    assert world.ask("SELECT description FROM listings ORDER BY ALL") == before
    assert world.ask("SELECT count(*) FROM listings WHERE state = 'open'") == [(3,)]


def test_what_fails_without_any_row_stops_the_night(world: World, fails_on: set[str]) -> None:
    fails_on.add("anything")
    with pytest.raises(ValueError, match="cannot write anything"):
        night(world, 0, posting(0))
    assert not (world.home.exports / "latest").exists()
