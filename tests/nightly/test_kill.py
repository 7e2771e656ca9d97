"""SIGKILL at any point: run again, and it is as if nothing had been; a reader never meets a missing or half file."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from pipeline.cli import SAMPLE_NIGHT
from pipeline.storage.home import Home
from tests.conftest import copy_home

NEXT = date(2026, 11, 21)
ROUNDS = 3


def start(home: Path, night: date) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "run", "--sample", "--home", str(home), "--night", night.isoformat()],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def finish(home: Path, night: date) -> None:
    process = start(home, night)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors.decode()


def exported(home: Path) -> dict[str, str]:
    folder = home / "exports"
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("20*/**/*"))
        if path.is_file()
    }


class Reader(threading.Thread):
    """Reads what is published, over and over, as a dashboard would."""

    def __init__(self, home: Path) -> None:
        super().__init__(daemon=True)
        self.home, self.troubles, self.reads, self.stopping = home, list[str](), 0, threading.Event()

    def run(self) -> None:
        while not self.stopping.is_set():
            try:
                folder = (self.home / "exports/latest").resolve(strict=True)
                package = json.loads((folder / "datapackage.json").read_bytes())
                for resource in package["resources"]:
                    body = (folder / resource["path"]).read_bytes()
                    if f"sha256:{hashlib.sha256(body).hexdigest()}" != resource["hash"]:
                        self.troubles.append(f"{resource['path']} is not what the package says")
                with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as con:
                    con.execute("SELECT count(*) FROM open_internships").fetchall()
                self.reads += 1
            except (OSError, duckdb.Error, ValueError) as error:
                self.troubles.append(repr(error))
            time.sleep(0.3)


class Unbroken(NamedTuple):
    home: Path
    seconds: float
    """How long the second of its nights took."""


@pytest.fixture(scope="module")
def unbroken(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Unbroken:
    home = copy_home(sample_home, tmp_path_factory.mktemp("unbroken") / "home")
    began = time.monotonic()
    finish(home, NEXT)
    return Unbroken(home, time.monotonic() - began)


def test_killed_at_any_point_and_run_again_is_an_unbroken_run(
    sample_home: Path, unbroken: Unbroken, tmp_path: Path
) -> None:
    home = copy_home(sample_home, tmp_path / "home")
    reader = Reader(home)
    reader.start()
    chance = random.Random(20261121)
    for number in range(ROUNDS):
        process = start(home, NEXT)
        # spread over the run, with more near its end, where files are replaced
        time.sleep(unbroken.seconds * ((number + chance.random()) / ROUNDS) ** 0.5)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    finish(home, NEXT)
    reader.stopping.set()
    reader.join()
    assert reader.troubles == []
    assert reader.reads > 10
    assert exported(home) == exported(unbroken.home)
    leftovers = [path.name for path in (home / "exports").iterdir() if not path.name.startswith(("20", "latest"))]
    assert leftovers == []
    assert not list((home / "work").iterdir())


def test_no_crawler_outlives_a_killed_run(tmp_path: Path) -> None:
    process = start(tmp_path / "home", SAMPLE_NIGHT)
    raw = tmp_path / "home/raw" / SAMPLE_NIGHT.isoformat()
    deadline = time.monotonic() + 60
    while not list(raw.glob("job-*.json")) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with Home(tmp_path / "home").lock():  # waits for a moment, not for a crawler that lives on
        pass
