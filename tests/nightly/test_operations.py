"""Ended at any operation on a file, by a kill or a signal, and made again, a night gives the same bytes; and what a reader opens
in between is whole. Operations are counted, not seconds: the same number ends at the same place."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipeline.cli import SAMPLE_NIGHT
from pipeline.shipped import shipped
from pipeline.storage.home import Home
from scrapers.source import read_catalogue
from tests.conftest import copy_home

ROUNDS = int(os.environ.get("ROUNDS_OF_OPERATIONS", "3"))

PUBLISH = """
import os, signal, sys
from datetime import date
from pathlib import Path
from pipeline.nightly.interrupts import end_on_signals
from pipeline.nightly.publish_step import publish_night
from pipeline.storage.home import Home

end_on_signals()
ends_at, number = int(sys.argv[2]), int(sys.argv[3])
WATCHED = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "shutil.copyfile", "shutil.rmtree", "open"}
count = 0

def watch(event, arguments):
    global count
    if event not in WATCHED or (event == "open" and not (arguments[2] & (os.O_WRONLY | os.O_RDWR))):
        return
    count += 1
    if count == ends_at:
        os.kill(os.getpid(), number)
        signal.pause() if number != signal.SIGKILL else None

sys.addaudithook(watch)
publish_night(Home(Path(sys.argv[1])), date.fromisoformat(sys.argv[4]))
print(count)
"""


def publish(home: Path, ends_at: int = 0, number: int = 0) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-c", PUBLISH, str(home), str(ends_at), str(int(number)), SAMPLE_NIGHT.isoformat()]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)


def files(home: Path) -> dict[str, str]:
    """Every file that readers may open, by its path: exports, reports and the published warehouse."""
    kept = [*home.glob("exports/20*/**/*"), *home.glob("reports/*"), home / "warehouse.duckdb"]
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept if path.is_file()
    }


@pytest.fixture(scope="module")
def built(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose night is built and not published."""
    from pipeline.nightly.build_step import build_night
    from pipeline.nightly.clean_step import clean_night
    from pipeline.nightly.match_step import match_night

    folder = tmp_path_factory.mktemp("built") / "home"
    home = Home(folder)
    (folder / "raw").mkdir(parents=True)
    copied = copy_home(sample_home, folder.with_name("copy"))
    (copied / "raw" / SAMPLE_NIGHT.isoformat()).rename(home.raw(SAMPLE_NIGHT))
    catalogue = read_catalogue(shipped("data", "sample", "sources"))
    clean_night(home, catalogue, SAMPLE_NIGHT)
    match_night(home, catalogue, SAMPLE_NIGHT)
    build_night(home, catalogue, SAMPLE_NIGHT)
    return folder


def test_ended_at_any_operation_and_published_again_it_is_the_same(built: Path, tmp_path: Path) -> None:
    import signal

    whole = copy_home(built, tmp_path / "whole")
    done = publish(whole)
    assert done.returncode == 0, done.stderr
    expected, operations = files(whole), int(done.stdout)
    chance = random.Random(20261120)
    for round_number in range(ROUNDS):
        number = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)[round_number % 3]
        home = copy_home(built, tmp_path / f"home-{round_number}")
        for _ in range(2):
            ended = publish(home, chance.randint(1, operations), number)
            assert ended.returncode in (-signal.SIGKILL, 128 + signal.SIGTERM, 128 + signal.SIGINT), ended.stderr
            assert "Traceback" not in ended.stderr
            whole_or_none(home, expected)
            if not (home / "work").is_dir() or not list((home / "work").iterdir()):
                break
        again = publish(home)
        assert again.returncode == 0, again.stderr
        assert files(home) == expected


def whole_or_none(home: Path, expected: dict[str, str]) -> None:
    """What a reader can open is whole."""
    if (home / "exports" / "latest").exists():
        assert {path: digest for path, digest in files(home).items() if path.startswith("exports/")} == {
            path: digest for path, digest in expected.items() if path.startswith("exports/")
        }
    if (home / "warehouse.duckdb").exists():
        with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
            con.execute("SELECT count(*) FROM open_internships").fetchall()
