"""Ended at any operation on a file, from collecting to publishing, and made again, a night gives the same bytes; what a reader
opens in between is whole. The large count, and file systems that are really full: `python -m tests.bench.operations`."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb

from pipeline.cli import SAMPLE_NIGHT
from pipeline.storage.home import Home
from tests.conftest import copy_home
from tests.operations import NEXT, ended_by, nights_of_reader, operations, published_files, run_command, run_steps

ENDS = ((run_steps, "SIGKILL"), (run_command, "SIGTERM"), (run_steps, "SIGKILL"))
"""By the job's functions, which cost half as much, or by the command: both meet the same operations of a night."""


class Reader(threading.Thread):
    """Reads what is published, over and over, as a dashboard would."""

    def __init__(self, home: Path) -> None:
        super().__init__(daemon=True)
        self.home, self.troubles, self.reads, self.stopping = home, list[str](), 0, threading.Event()

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                nights_of_reader(self.home)
                self.reads += 1
            except (AssertionError, OSError, duckdb.Error, ValueError) as error:
                self.troubles.append(repr(error))
            time.sleep(1)


def test_ended_at_any_operation_and_made_again_a_night_is_the_same(sample_home: Path, tmp_path: Path) -> None:
    whole = copy_home(sample_home, tmp_path / "whole")
    done = run_steps(whole, tmp_path)
    assert done.returncode == 0, done.stderr
    count, home = operations(tmp_path), copy_home(sample_home, tmp_path / "home")
    reader, chance = Reader(home), random.Random(20261121)
    reader.start()
    for run, fault in ENDS:
        done = run(home, tmp_path, fault, chance.randint(1, 3 * count // 4))  # a night that goes on has fewer
        assert ended_by(done, fault), done.stderr
    done = run_command(home, tmp_path)
    assert done.returncode == 0, done.stderr
    reader.stopping.set()
    reader.join()
    assert reader.troubles == []
    assert reader.reads
    assert nights_of_reader(home) == {NEXT}
    assert published_files(home) == published_files(whole)
    leftovers = [path.name for path in (home / "exports").iterdir() if not path.name.startswith(("20", "latest"))]
    assert leftovers == []
    assert not list((home / "work").iterdir())


def test_no_crawler_outlives_a_killed_run(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "pipeline.cli", "run", "--sample", "--home", str(tmp_path / "home")]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    raw = tmp_path / "home/raw" / SAMPLE_NIGHT.isoformat()
    deadline = time.monotonic() + 60
    while not list(raw.glob("job-*.json")) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with Home(tmp_path / "home").lock():  # waits for a moment, not for a crawler that lives on
        pass


def test_a_full_disk_is_one_line_and_leaves_the_night_before(sample_home: Path, tmp_path: Path) -> None:
    home = copy_home(sample_home, tmp_path / "home")
    done = run_command(home, tmp_path, "ENOSPC", 30)
    lines = [line for line in done.stderr.splitlines() if " INFO " not in line]
    assert (done.returncode, len(lines)) == (1, 1), done.stderr
    assert lines[0].startswith(f"internships: night {NEXT} was not published: home {home}")
    assert "No space left on device" in lines[0]
    assert nights_of_reader(home) == {SAMPLE_NIGHT}
