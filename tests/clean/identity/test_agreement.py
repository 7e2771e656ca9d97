"""How far the postings of a night agree with those that were known, by what becomes of the run that brings them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.storage.home import Home
from scrapers.source import Catalogue, Source
from tests.made_nights import World

BOARD = Source(
    id="board", name="Board", channel="platform", spider="json_list", url="https://board.example/", holds="internships"
)
SUBJECTS = (
    "bridges",
    "opera",
    "biology",
    "law",
    "sales",
    "music",
    "nursing",
    "history",
    "physics",
    "archives",
    "dance",
    "soil",
)


def posting(number: int, title: str, place: str = "Paris") -> dict[str, Any]:
    return {"native_id": str(number), "url": f"https://board.example/{number}", "title": title, "locations": [place]}


OWN = [posting(number, f"Internship in {subject}") for number, subject in enumerate(SUBJECTS)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(Home(tmp_path / "home"), Catalogue([BOARD]))
    world.night(0, board=OWN)
    return world


def run(world: World, night: int, rows: list[dict[str, Any]]) -> tuple[Any, ...]:
    """Outcome of the run, and listings that are open after it."""
    world.night(night, board=rows)
    (found,) = world.ask(
        "SELECT arg_max(outcome, night), (SELECT count(*) FROM listings WHERE state = 'open') FROM source_runs"
    )
    return found


def test_words_that_are_added_to_titles_make_no_other_ones(world: World) -> None:
    longer = [{**row, "title": f"{row['title']} for 40 weeks of 38 hours, EUR 900"} for row in OWN]
    assert run(world, 1, longer) == ("ok", 12)
    assert run(world, 2, OWN) == ("ok", 12)


def test_known_ids_that_stand_for_other_postings_are_another_boards(world: World) -> None:
    others = [posting(number, f"Cook of dish {number}", "Rome") for number in range(4)]
    assert run(world, 1, [*OWN[4:], *others]) == ("layout_changed", 12)
    assert run(world, 2, [*OWN, *others]) == ("layout_changed", 12), "as well where the known ones are there too"
    assert run(world, 3, OWN) == ("ok", 12)


def test_one_stray_link_makes_no_other_site_known(world: World) -> None:
    def elsewhere(number: int) -> dict[str, Any]:
        dish = posting(100 + number, f"Cook of dish {number}", "Rome")
        return dish | {"url": f"https://other.example/{number}"}

    assert run(world, 1, [*OWN, elsewhere(0)]) == ("ok", 13)
    assert run(world, 2, [*OWN[2:], *map(elsewhere, range(4))]) == ("dropped", 13)


def test_ids_of_closed_postings_that_stand_for_others_are_too(world: World) -> None:
    assert run(world, 1, OWN[3:]) == ("ok", 9)
    others = [posting(number, f"Cook of dish {number}", "Rome") for number in range(3)]
    assert run(world, 2, [*OWN[3:], *others]) == ("layout_changed", 9)
    assert run(world, 3, [*OWN[3:], *others[:1]]) == ("ok", 10), "one may be used again"
