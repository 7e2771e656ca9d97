"""What tests share: the real data beside the repository, where it is there, and homes that are made once and copied."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # tests start many processes: what one has compiled the next one reads

REPOSITORY = Path(__file__).resolve().parent.parent

COMPILED = REPOSITORY / ".pytest_cache" / "compiled"
COMPILED.parent.mkdir(exist_ok=True)
os.environ["INTERNSHIPS_COMPILED"] = str(
    COMPILED
)  # one for the homes of all tests: each process would take a second to make its own

LONGEST = (
    "test_nights.py", "test_internships.py", "test_operations.py", "test_match_properties.py", "test_page.py",
    "test_each_way.py", "test_languages.py", "test_unwritable.py", "test_clean.py", "test_search.py", "test_files.py",
    "test_first_screen.py", "test_recognition.py", "test_suits.py", "test_coming_back.py", "test_filters.py",
    "test_patterns.py", "test_decisions.py", "test_openings.py", "test_many_boards.py", "test_match.py", "test_memory.py",
    "test_wheel.py", "test_cases.py", "test_suggest.py", "test_compare.py", "test_output.py", "test_fault_campaign.py",
    "test_faults.py", "test_record.py", "test_sources_cli.py", "test_quality.py",
)  # fmt: skip
"""Files that take longest: begun first, so that all workers end at about the same time."""


SHARED = REPOSITORY.parent / "shared"
"""Recorded nights, samples and labels; a user's clone has none."""


def pytest_configure() -> None:
    os.environ.setdefault("POLARS_MAX_THREADS", "1")  # workers share the cores; small frames gain nothing by threads
    gc.set_threshold(
        100_000, 50, 50
    )  # dictionaries and catalogues live on: a tenth of the time goes by looking at them


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not has_shared():
        left_out = [item for item in items if "shared" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not has_shared():
        terminalreporter.line(
            "No ../shared beside the repository: tests of its recorded nights and labels are left out."
        )


def has_shared() -> bool:
    return (SHARED / "web").is_dir()


def bare_environment() -> dict[str, str]:
    """The environment without settings of the program, but for where compiled dictionaries are."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("INTERNSHIPS_") or name == "INTERNSHIPS_COMPILED"
    }


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded nights, samples and labels. Without it, tests that ask for it are left out."""
    return SHARED


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


@pytest.fixture(scope="session")
def recorded_history(shared: Path, recorded_catalogue: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of `tests.nightly.recorded.make_history`. To be read only."""
    from tests.nightly.recorded import make_history

    return make_once(tmp_path_factory, "recorded", lambda folder: make_history(shared, recorded_catalogue, folder))


@pytest.fixture
def without_exports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nights export no tables, which takes a third of a small one: for tests that look at the warehouse alone."""
    monkeypatch.setattr("pipeline.exports.FORMATS", ())


def copy_home(home: Path, target: Path) -> Path:
    """A home of its own for a test that changes it."""
    return shutil.copytree(home, target, symlinks=True)


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after the sample night, as the command makes it. To be read only: see `copy_home`."""

    def run(folder: Path) -> None:
        command = [sys.executable, "-m", "pipeline.cli", "run", "--sample"]
        done = subprocess.run(command, cwd=folder, env=bare_environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    return make_once(tmp_path_factory, "sample", run) / "data" / "home"
