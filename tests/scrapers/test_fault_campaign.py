"""Four nights with two hundred kinds of source faults: none stops one, closes what is open, loses a row or misplaces one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.bench.faults.boards import FORMATS, PAGE_ROWS, Board, Format
from tests.bench.faults.campaign import campaign
from tests.bench.faults.kinds import AMBIGUOUS, FAULTS
from tests.bench.faults.paged import PAGED, PAGED_AMBIGUOUS


def test_faults_of_sources_close_nothing_that_is_open(tmp_path: Path) -> None:
    tally = campaign(tmp_path, boards_count=124, nights=4, seed=7, healthy_every=3)
    assert (tally.nights, tally.not_published) == (4, [])
    assert (tally.wrongly_closed, tally.lost, tally.foreign) == ([], [], [])
    assert len({kind for _, kind in tally.injected}) >= 200


def test_pages_without_one_are_those_of_a_list_from_which_these_ended() -> None:
    chance = random.Random(5)
    board = Board(8, FORMATS[8], "http://127.9.0.8:80")
    while len(board.open) <= 2 * PAGE_ROWS:
        board.live_a_night(chance)
    rest = Board(8, FORMATS[8], board.base, open=board.open[:PAGE_ROWS] + board.open[2 * PAGE_ROWS :])
    for kind in PAGED_AMBIGUOUS:
        assert [PAGED[kind](board, board, number) for number in (1, 2, 3)] == [
            rest.part(number).page() for number in (1, 2, 3)
        ]


@pytest.mark.parametrize("form", FORMATS, ids=[f"{each.spider}-{at}" for at, each in enumerate(FORMATS)])
@pytest.mark.parametrize("kind", AMBIGUOUS)
def test_what_no_rule_can_tell_is_byte_for_byte_the_page_of_another_truth(kind: str, form: Format) -> None:
    """The answer is the page of a board on which what it shows is open, each posting as it was published."""
    chance = random.Random(5)
    board, other = (Board(number, form, f"http://127.9.0.{number}:80") for number in (1, 9))
    for _ in range(7):
        board.live_a_night(chance)
        other.live_a_night(chance)
    answer = FAULTS[kind](board, other)
    published = dict.fromkeys(posting for each in (board, other) for night in each.nights for posting in night)
    shown = [posting for posting in published if f"{posting.title}<" in _titles(answer.body)]
    places = {posting: _titles(answer.body).index(f"{posting.title}<") for posting in shown}
    truth = Board(board.number, form, board.base, open=sorted(shown, key=places.__getitem__))
    assert truth.page() == answer


def _titles(body: bytes) -> str:
    """A page whose every title ends with a mark, whatever the format ends it with."""
    return "".join("<" if letter in '"|<' else letter for letter in body.decode()).replace(" <", "<")
