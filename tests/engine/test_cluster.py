"""A Dask cluster does what this machine does, byte for byte, also where a worker is lost on the way; who cannot take part is
refused in one line."""

from __future__ import annotations

import math
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import pipeline.clean
from pipeline.clean import write_cleaned
from pipeline.engine import open_engine
from pipeline.engine.call import EngineError, WorkerError
from pipeline.match.batch import match_file
from pipeline.parts import MapParts, one_by_one
from pipeline.storage.files import measure
from pipeline.storage.raw import RawFile
from tests.command import internships
from tests.conftest import REPOSITORY, copy_home
from tests.engine.cluster import Cluster, killing, running_cluster

pytest.importorskip("distributed", reason="the extra 'dask' is not installed: make dask")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two workers: tests that kill some start them."""
    with running_cluster(tmp_path_factory.mktemp("hosts"), workers=2) as running:
        yield running


@pytest.fixture(scope="module")
def raw_file(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the sample's sources say, in one file."""
    path = tmp_path_factory.mktemp("raw") / "raw.ndjson"
    with path.open("wb") as handle:
        for part in sorted((sample_home / "raw").glob("*/listings-*.ndjson")):
            handle.write(part.read_bytes())
    return path


def factorials(map_parts: MapParts) -> list[int]:
    return list(map_parts(math.factorial, ((n,) for n in range(9))))


def test_results_come_in_the_order_of_the_calls(cluster: Cluster, tmp_path: Path) -> None:
    with open_engine(None, cluster.address, tmp_path / "parts") as engine:
        assert factorials(engine.map_python) == factorials(engine.map_columns) == factorials(one_by_one)
    assert not (tmp_path / "parts").exists(), "the parts go when the work is done"


def test_what_a_worker_raises_is_raised_here(cluster: Cluster, tmp_path: Path) -> None:
    with open_engine(None, cluster.address, tmp_path / "parts") as engine:
        with pytest.raises(WorkerError, match=r"ValueError: .*negative"):
            list(engine.map_python(math.factorial, [(-1,)]))
        assert factorials(engine.map_python) == factorials(one_by_one)


def test_cleaning_gives_the_same_bytes_wherever_its_parts_are_cleaned(
    cluster: Cluster, raw_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here; and on three hosts, as far as processes with folders of their own are such, of which one is killed over a part."""
    monkeypatch.setattr(pipeline.clean, "_MAX_SLICE_ROWS", 20)
    cluster.add_worker()
    write_cleaned(RawFile(raw_file), None, {}, tmp_path / "here")
    with open_engine(None, cluster.address, tmp_path / "parts") as engine:
        map_parts = killing(engine.map_python, tmp_path / "marker", part=2)
        assert write_cleaned(RawFile(raw_file), None, {}, tmp_path / "there", map_parts) > 100
    assert measure(tmp_path / "here") == measure(tmp_path / "there")
    assert (tmp_path / "marker-clean_slice").exists()
    assert len(cluster.living()) == 2


def test_the_command_cleans_by_the_workers_of_a_scheduler(cluster: Cluster, raw_file: Path, tmp_path: Path) -> None:
    """With the parts where a setting says that all machines reach them."""
    words, shared = ["clean", raw_file, "--out"], tmp_path / "shared"
    here = internships(*words, "here", "--workers", "1", cwd=tmp_path)
    there = internships(
        *words, "there", "--scheduler", cluster.address, cwd=tmp_path, INTERNSHIPS_PARTS=shared.as_uri()
    )
    assert (here.returncode, there.returncode) == (0, 0), there.stderr
    assert measure(tmp_path / "here") == measure(tmp_path / "there")
    assert {path.name for path in tmp_path.iterdir()} == {"here", "there", "shared"}
    assert not list(shared.iterdir()), "parts go when the work is done"


def test_matching_gives_the_same_bytes_wherever_its_parts_are_compared(
    cluster: Cluster, sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here; and where workers are killed over a part of each sort: texts, descriptions, pairs."""
    for name, rows in {"batch.BATCH_ROWS": 20, "linker.DESCRIBED_ROWS": 20, "weights.BATCH_ROWS": 4}.items():
        monkeypatch.setattr(f"pipeline.match.{name}", rows)
    listings = sample_home / "exports" / "latest" / "listings.parquet"
    match_file(listings, tmp_path / "here", one_by_one)
    with open_engine(None, cluster.address, tmp_path / "parts") as engine:
        for _ in range(3):
            cluster.add_worker()
        match_file(listings, tmp_path / "there", killing(engine.map_columns, tmp_path / "marker", part=1))
    assert {path.name for path in tmp_path.glob("marker-*")} == {
        "marker-read_texts_of_part",
        "marker-describe_part",
        "marker-compare_part",
    }
    assert measure(tmp_path / "here") == measure(tmp_path / "there")


def test_a_night_made_again_by_a_cluster_has_the_same_bytes(
    cluster: Cluster, sample_home: Path, tmp_path: Path
) -> None:
    home = copy_home(sample_home, tmp_path / "home")
    words = ["rebuild", "--home", "home", "--from", "2026-11-20", "--sample", "--scheduler", cluster.address]
    done = internships(*words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    exports = [
        {str(path.relative_to(root)): measure(path) for path in sorted(root.rglob("*")) if path.is_file()}
        for root in (each / "exports" / "2026-11-20" for each in (sample_home, home))
    ]
    assert len(exports[0]) > 20
    assert exports[0] == exports[1]
    assert not list((home / "work").glob("*"))


def test_a_night_does_not_begin_without_its_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.engine.cluster.CONNECT_SECONDS", 0.5)
    done = internships("run", "--sample", "--home", "home", "--scheduler", "tcp://127.0.0.1:1", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("internships: no Dask scheduler answers at tcp://127.0.0.1:1")
    assert not (tmp_path / "home" / "raw").exists() or not list((tmp_path / "home" / "raw").iterdir())


def test_a_scheduler_that_does_not_answer_is_one_line(
    raw_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.engine.cluster.CONNECT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        nobody = f"tcp://127.0.0.1:{reserved.getsockname()[1]}"
    for address in (nobody, "nonsense"):
        done = internships("clean", raw_file, "--out", "out.parquet", "--scheduler", address, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr == f"internships: no Dask scheduler answers at {address}; start one with: dask scheduler\n"


def test_a_scheduler_without_workers_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.engine.cluster.CONNECT_SECONDS", 0.5)
    with (
        running_cluster(tmp_path, workers=0) as empty,
        pytest.raises(EngineError, match=f"{empty.address} has no workers; start some with: dask worker"),
        open_engine(None, empty.address, tmp_path / "parts"),
    ):
        pass


def test_a_worker_of_another_version_is_refused_by_its_hash(tmp_path: Path) -> None:
    other = tmp_path / "other"
    for folder in ("pipeline", "scrapers", "data/reference"):
        shutil.copytree(
            REPOSITORY / folder, other / folder, ignore=shutil.ignore_patterns("node_modules", "__pycache__")
        )
    rule = other / "pipeline" / "clean" / "bounds.py"
    rule.write_text(rule.read_text(encoding="utf-8") + "\n# a rule that changed\n", encoding="utf-8")
    with running_cluster(tmp_path, workers=0) as mixed:
        mixed.add_worker(path=other)
        with (
            pytest.raises(EngineError, match=r"another version of the code \(\w{12}, here \w{12}\); install the same"),
            open_engine(None, mixed.address, tmp_path / "parts"),
        ):
            pass


def test_a_run_ends_where_no_worker_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.engine.cluster.LOOK_SECONDS", 0.2)
    with (
        running_cluster(tmp_path, workers=1) as lone,
        open_engine(None, lone.address, tmp_path / "parts") as engine,
        pytest.raises(EngineError, match=r"no worker is left"),
    ):
        factorials(killing(engine.map_python, tmp_path / "marker", part=2))


def test_a_run_ends_where_the_scheduler_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.engine.cluster.LOOK_SECONDS", 0.2)
    monkeypatch.setattr("pipeline.engine.cluster.CONNECT_SECONDS", 5)
    with running_cluster(tmp_path, workers=1) as lost:

        def calls() -> Iterator[tuple[int]]:
            yield (1,)
            lost.stop_scheduler()
            yield from ((n,) for n in range(9))

        with (
            pytest.raises(EngineError, match=r"the scheduler at \S+ is lost"),
            open_engine(None, lost.address, tmp_path / "parts") as engine,
        ):
            list(engine.map_python(math.factorial, calls()))


def test_without_the_extra_the_option_says_what_to_install(raw_file: Path, tmp_path: Path) -> None:
    without = "import sys; sys.modules['distributed'] = None; from pipeline.cli import main; main()"
    words = ["clean", str(raw_file), "--out", str(tmp_path / "out.parquet")]
    command = [sys.executable, "-c", without, *words]
    refused = subprocess.run([*command, "--scheduler", "tcp://h:1"], capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "pip install 'international-internships[dask]'" in refused.stderr
