"""Which sources a night asks: unproven ones weekly, the dead no more, and never more than its budget."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.nightly.due import (
    DEAD_ANSWERS,
    Budget,
    History,
    PlanError,
    is_dropped,
    plan_night,
    read_budget,
)
from pipeline.settings import Settings
from scrapers.source import Source

NIGHT = date(2026, 3, 2)
LARGE = Budget(pages=10**6, bytes=10**12, minutes=10**6)


def source(source_id: str, host: str = "", **more: object) -> Source:
    url = f"https://{host or source_id}.example/{source_id}"
    return Source.model_validate(
        {"id": source_id, "name": "A", "channel": "platform", "spider": "rss", "url": url, **more}
    )


def unproven(number: int) -> list[Source]:
    return [source(f"board{each}", tier="unproven") for each in range(number)]


def history(last: date, *, dead: int = 0, outcome: str = "ok", pages: int = 1, internship: bool = False) -> History:
    return History(last, dead, outcome, pages, 1000, internship)


def test_every_unproven_source_is_asked_once_a_week_and_the_week_is_even() -> None:
    boards, known = unproven(70), dict[str, History]()
    asked = []
    for day in range(14):
        night = NIGHT + timedelta(days=day)
        plan = plan_night(boards, night, known, LARGE)
        asked.append({each.id for each in plan.asked})
        known |= dict.fromkeys(asked[-1], history(night))
        assert plan.idle == {each.id: "unproven: asked weekly" for each in boards if each.id not in asked[-1]}
    assert [len(night) for night in asked] == [10] * 14
    assert set.union(*asked[:7]) == {each.id for each in boards} and asked[:7] == asked[7:]


def test_a_home_that_runs_once_a_week_asks_all_of_them() -> None:
    boards = unproven(70)
    known = dict.fromkeys((each.id for each in boards), history(NIGHT - timedelta(days=7)))
    assert len(plan_night(boards, NIGHT, known, LARGE, days=7).asked) == 70


def test_the_first_internship_promotes_a_source_to_its_own_cadence() -> None:
    [board] = unproven(1)
    yesterday = NIGHT - timedelta(days=1)
    assert not plan_night([board], NIGHT, {board.id: history(yesterday)}, LARGE).asked
    assert plan_night([board], NIGHT, {board.id: history(yesterday, internship=True)}, LARGE).asked == [board]


def test_dead_answers_in_a_row_drop_an_unproven_source_and_no_other() -> None:
    [board] = unproven(1)
    dead = history(NIGHT - timedelta(days=7), dead=DEAD_ANSWERS, outcome="gone")
    plan = plan_night([board], NIGHT, {board.id: dead}, LARGE)
    assert plan == ([], {board.id: "unproven: dropped after 4 dead answers (gone)"})
    assert plan_night([board], NIGHT, {board.id: dead._replace(dead_answers=DEAD_ANSWERS - 1)}, LARGE).asked == [board]
    proven = source("proven")
    assert plan_night([proven], NIGHT, {"proven": dead}, LARGE).asked == [proven]
    assert is_dropped(board, dead) and not is_dropped(proven, dead) and not is_dropped(board, None)


def test_what_the_budget_has_no_room_for_is_left_for_tomorrow_the_unproven_first() -> None:
    boards = [*unproven(1), source("new"), source("large"), source("late")]
    known = {
        "board0": history(NIGHT - timedelta(days=9)),
        "large": history(NIGHT - timedelta(days=1), pages=50),
        "late": history(NIGHT - timedelta(days=2), pages=50),
    }
    plan = plan_night(boards, NIGHT, known, LARGE._replace(pages=101))
    assert [each.id for each in plan.asked] == ["new", "large", "late"]
    assert plan.idle == {"board0": "unproven: left for tomorrow: the night's budget of 101 pages"}
    plan = plan_night(boards, NIGHT, known, LARGE._replace(pages=60))
    assert [each.id for each in plan.asked] == ["board0", "new", "late"], "who waited longest goes first"
    assert plan.idle == {"large": "left for tomorrow: the night's budget of 60 pages"}


def test_a_host_has_so_many_minutes_by_its_delay() -> None:
    boards = [source(f"b{each}", host="one", rights={"delay_seconds": 30}) for each in range(5)]
    plan = plan_night(boards, NIGHT, {}, LARGE._replace(minutes=2))
    assert len(plan.asked) == 4
    assert plan.idle == {"b4": "left for tomorrow: one.example has 2 minutes a night"}
    assert len(plan_night(boards, NIGHT, {}, LARGE._replace(bytes=250_000)).asked) == 2


def test_a_source_that_alone_is_more_than_the_budget_is_asked_and_not_left_for_ever() -> None:
    sources = [source("large", "a.example"), source("small", "b.example")]
    known = {"large": history(NIGHT - timedelta(days=9), pages=50), "small": history(NIGHT - timedelta(days=1))}
    for budget in (LARGE._replace(pages=10), LARGE._replace(minutes=0)):
        assert "large" in {each.id for each in plan_night(sources, NIGHT, known, budget).asked}
    late = known | {
        "large": known["large"]._replace(last_run=NIGHT - timedelta(days=1)),
        "small": history(NIGHT - timedelta(days=2)),
    }
    plan = plan_night(sources, NIGHT, late, LARGE._replace(pages=10))
    assert [each.id for each in plan.asked] == ["small"], "it is asked on the night on which it comes first"


def test_sources_are_asked_in_the_order_of_the_catalogue() -> None:
    boards = [source("a"), source("b"), source("c")]
    known = {"a": history(NIGHT - timedelta(days=1)), "b": history(NIGHT - timedelta(days=9))}
    assert plan_night(boards, NIGHT, known, LARGE).asked == boards


@pytest.mark.parametrize("text", ["0", "many", "-1", "1.5"])
def test_a_budget_is_whole_numbers(text: str, tmp_path: Path) -> None:
    settings = Settings.from_environment({"INTERNSHIPS_HOME": str(tmp_path)})
    assert read_budget(settings) == Budget(200_000, 20_000_000_000, 360)
    with pytest.raises(PlanError, match="INTERNSHIPS_MAX_MINUTES"):
        read_budget(replace(settings, max_minutes=text))
