"""Workers: slices of listings cleaned side by side, each worker a Python process of its own.

Belongs here: starting the processes, handing slices over and results back, in order. Does not belong here: cleaning; how big
a slice is (`pipeline.clean`). Threads would not do: half of the work is Python's, which runs in one thread at a time.

A worker is a fresh interpreter, not a fork (polars' threads do not survive one), and knows nothing of the caller's main
module, which need not guard itself.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, NamedTuple

from polars.exceptions import PanicException

from pipeline.errors import PipelineError

GC_THRESHOLD = 50_000
"""Objects made before Python looks for cycles among them: the dictionaries are hundreds of thousands that stay, and looking
through them again and again takes a tenth of the time."""


class WorkerError(PipelineError):
    """A worker failed, for the reason it gives, or ended before it gave its result."""


class _Raised(NamedTuple):
    """What a worker gives in place of a result: a fault of the machine as it was raised, any other as a WorkerError."""

    error: Exception


def in_workers(function: Callable[..., Any], calls: Iterable[tuple[Any, ...]], count: int) -> Iterator[Any]:
    """The results of `function`, a public name of its module, for each call's arguments, in the order of the calls; no
    more than `count` + 1 are begun and not yet taken."""
    with ThreadPoolExecutor(count) as pool:
        idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        workers = [_start() for _ in range(count)]
        try:
            for worker in workers:
                idle.put(worker)
            waiting: deque[Future[Any]] = deque()
            for arguments in calls:
                waiting.append(pool.submit(_ask, idle, (function.__module__, function.__name__, arguments)))
                if len(waiting) > count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for worker in workers:
                worker.kill()
                worker.communicate()


def _start() -> subprocess.Popen[bytes]:
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, "PYTHONPATH": paths, "POLARS_MAX_THREADS": "1"}
    command = [sys.executable, "-c", f"from {__name__} import work; work()"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)


def _ask(idle: SimpleQueue[subprocess.Popen[bytes]], call: tuple[str, str, tuple[Any, ...]]) -> Any:
    worker = idle.get()
    assert worker.stdin is not None and worker.stdout is not None
    try:
        pickle.dump(call, worker.stdin, pickle.HIGHEST_PROTOCOL)
        worker.stdin.flush()
        result = pickle.load(worker.stdout)
    except (EOFError, OSError, pickle.UnpicklingError) as error:
        raise WorkerError("a worker ended before it gave its result") from error
    finally:
        idle.put(worker)
    if isinstance(result, _Raised):
        raise result.error
    return result


def work() -> None:
    """Answers calls until standard input ends. Whatever is printed meanwhile goes to standard error."""
    gc.set_threshold(GC_THRESHOLD)
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            module, name, arguments = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        result: Any
        try:
            result = getattr(importlib.import_module(module), name)(*arguments)
        except (OSError, MemoryError) as error:
            result = _Raised(error)
        except (Exception, PanicException) as error:  # noqa: BLE001  # for the caller to raise: a worker has no one to tell
            result = _Raised(WorkerError(f"{type(error).__name__}: {error}"))
        pickle.dump(result, results, pickle.HIGHEST_PROTOCOL)
        results.flush()
