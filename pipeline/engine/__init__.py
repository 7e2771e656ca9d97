"""Who works on the parts of a step: this machine, or those of a Dask cluster.

A step hands one of an engine's two maps to cleaning or matching, which cut their work into parts and know nothing of machines
(`pipeline.parts`). Belongs here: choosing an engine. How each works: `local`, `cluster`; the [README](README.md) tells when which
is worth it.
"""

from __future__ import annotations

import contextlib
import hashlib
import socket
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

from pipeline.engine.local import LocalEngine
from pipeline.parts import Result


class Engine(Protocol):
    """Both maps are `pipeline.parts.MapParts`. A lost worker's part is done again. `is_remote`: workers may be other machines."""

    is_remote: bool

    def map_python(self, function: Callable[..., Result], calls: Iterable[tuple[Any, ...]], /) -> Iterator[Result]:
        """For work of which much is Python's."""

    def map_columns(self, function: Callable[..., Result], calls: Iterable[tuple[Any, ...]], /) -> Iterator[Result]:
        """For work that is polars' own."""


LOCAL = LocalEngine()
"""One part for each processor of this machine."""


@contextlib.contextmanager
def open_engine(workers: int | None, scheduler: str | None, folder: Path, parts: str | None = None) -> Iterator[Engine]:
    """So many workers here where that is said, else the cluster of this scheduler, else a worker for each processor.

    A cluster hands parts over in files, in `folder` or, where not all machines reach that, below `parts`: a folder or an address
    of fsspec (`s3://bucket/parts`). Raises EngineError."""
    if workers or not scheduler:
        yield LocalEngine(workers)
        return
    from pipeline.engine.cluster import open_cluster

    own = hashlib.blake2b(f"{socket.gethostname()}:{folder}".encode(), digest_size=8).hexdigest()
    with open_cluster(scheduler, f"{parts}/{own}" if parts else str(folder)) as engine:
        yield engine
