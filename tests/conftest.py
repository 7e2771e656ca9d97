"""What tests share: the real data beside the repository, where it is there, and homes that are made once and copied."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
LONGEST = ("test_nights.py", "test_kill.py", "test_thousand.py")
"""Files that take longest: begun first, so that both workers end at about the same time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def shared() -> Path:
    """../shared with recorded nights, samples and labels; a user's clone has none."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "web").is_dir():
        pytest.skip("no ../shared with recorded nights beside the repository")
    return folder


@pytest.fixture(scope="session")
def recorded_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The part of the catalogue that ../shared has recorded nights of: one of it takes half as long as one of the whole."""
    folder = tmp_path_factory.mktemp("catalogue")
    for name in ("platform/github-lists.yaml", "network/github-lists.yaml", "nonprofit/united-nations.yaml"):
        (folder / name).parent.mkdir()
        shutil.copyfile(REPOSITORY / "data" / "sources" / name, folder / name)
    return folder


def make_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` that `make` fills, made by whichever worker needs it first and kept for all of this test run."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # the workers' own folders lie in it
    folder, building = base / name, base / f"{name}.building"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            shutil.rmtree(building, ignore_errors=True)
            building.mkdir()
            make(building)
            building.rename(folder)
    return folder


def copy_home(home: Path, target: Path) -> Path:
    """A home of its own for a test that changes it."""
    return shutil.copytree(home, target, symlinks=True)


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after the sample night, as the command makes it. To be read only: see `copy_home`."""

    def run(folder: Path) -> None:
        command = [sys.executable, "-m", "pipeline.cli", "run", "--sample"]
        settings = {name: value for name, value in os.environ.items() if not name.startswith("INTERNSHIPS_")}
        done = subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    return make_once(tmp_path_factory, "sample", run) / "data" / "home"
