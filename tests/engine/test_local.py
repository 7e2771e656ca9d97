"""Parts on this machine: in order, side by side, and done again where a worker is lost."""

from __future__ import annotations

import math
import os
from functools import partial
from pathlib import Path

import pytest

from pipeline.engine.call import WorkerError
from pipeline.engine.local import LocalEngine, in_processes
from pipeline.parts import MapParts, in_threads, one_by_one
from tests.engine.cluster import killing

WAYS = [
    one_by_one,
    in_threads,
    partial(in_processes, count=2),
    LocalEngine(2).map_python,
    LocalEngine(1).map_python,
    LocalEngine(3).map_columns,
]


@pytest.mark.parametrize("map_parts", WAYS)
def test_results_come_in_the_order_of_the_calls(map_parts: MapParts) -> None:
    assert list(map_parts(math.factorial, ((n,) for n in range(9)))) == [math.factorial(n) for n in range(9)]
    assert list(map_parts(math.factorial, [])) == []


def test_what_a_worker_raises_is_raised_here_and_printed_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(WorkerError, match=r"ValueError: .*negative"):
        list(in_processes(math.factorial, [(-1,)], 1))
    with pytest.raises(FileNotFoundError):
        list(in_processes(os.listdir, [("/no/such/folder",)], 1))
    assert capfd.readouterr().err == ""


def test_the_part_of_a_worker_that_is_lost_is_done_again(tmp_path: Path) -> None:
    map_parts = killing(partial(in_processes, count=2), tmp_path / "marker", part=3)
    assert list(map_parts(math.factorial, ((n,) for n in range(9)))) == [math.factorial(n) for n in range(9)]
    assert (tmp_path / "marker-factorial").exists()


def test_a_part_that_ends_every_worker_is_an_error() -> None:
    with pytest.raises(WorkerError, match="3 workers ended"):
        list(in_processes(os._exit, [(3,)], 1))


def test_one_worker_is_this_process_and_few_parts_are_not_worth_more() -> None:
    here = [os.getpid()] * 4
    assert list(LocalEngine(2).map_python(os.getpid, [()] * 4)) == here
    assert list(LocalEngine(1).map_python(os.getpid, [()] * 9)) == [os.getpid()] * 9
    assert os.getpid() not in set(LocalEngine(2).map_python(os.getpid, [()] * 9))
