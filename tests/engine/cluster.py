"""A Dask cluster on loopback for tests: a scheduler in this process, and workers that are processes of their own."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.parts import MapParts
from tests.conftest import REPOSITORY

JOIN_SECONDS = 60


class Cluster:
    """Its `address`, and its workers, each with a working folder of its own, as on as many hosts."""

    def __init__(self, address: str, folder: Path, stop_scheduler: Callable[[], object]) -> None:
        self.address = address
        self.folder = folder
        self.stop_scheduler = stop_scheduler
        self.workers: list[subprocess.Popen[bytes]] = []

    def add_worker(self, *, path: Path = REPOSITORY) -> subprocess.Popen[bytes]:
        """Start one that finds this program below `path`, and wait until it has joined."""
        from distributed import Client

        own = self.folder / f"host-{len(self.workers) + 1}"
        own.mkdir()
        words = ["--no-nanny", "--no-dashboard", "--nthreads", "1", "--host", "127.0.0.1", "--death-timeout", "30"]
        worker = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_worker", self.address, *words],
            cwd=own,
            env={**os.environ, "PYTHONPATH": str(path), "POLARS_MAX_THREADS": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.workers.append(worker)
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(len(self.living()), timeout=JOIN_SECONDS)
        return worker

    def living(self) -> list[subprocess.Popen[bytes]]:
        return [worker for worker in self.workers if worker.poll() is None]

    def stop(self, worker: subprocess.Popen[bytes]) -> None:
        worker.kill()
        worker.wait()


@contextlib.contextmanager
def running_cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """A cluster that ends with the block."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=0, processes=False, protocol="tcp://", host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as scheduler:
        cluster = Cluster(scheduler.scheduler_address, folder, scheduler.close)
        try:
            for _ in range(workers):
                cluster.add_worker()
            yield cluster
        finally:
            for worker in cluster.living():
                cluster.stop(worker)


def killing(map_parts: MapParts, marker: Path, part: int) -> MapParts:
    """As `map_parts`, but whoever works first on this part of a map, counted from 0, is killed; then `marker` is there, with the
    name of the function behind it."""

    def mapped(function: Callable[..., Any], calls: Iterable[tuple[Any, ...]], /) -> Iterator[Any]:
        name = (function.__module__, function.__name__)
        own = f"{marker}-{function.__name__}"
        return map_parts(die_once, ((own if number == part else "", *name, call) for number, call in enumerate(calls)))

    return mapped


def die_once(marker: str, module: str, name: str, arguments: tuple[Any, ...]) -> Any:
    """The result of the call; but the first process that makes `marker` ends there and then."""
    if marker:
        with contextlib.suppress(FileExistsError):
            os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
            os.kill(os.getpid(), signal.SIGKILL)
    return getattr(importlib.import_module(module), name)(*arguments)
