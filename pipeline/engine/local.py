"""This machine: parts worked on side by side, in threads or in Python processes of their own.

Belongs here: starting the processes, handing parts over and results back, in order. Does not belong here: the work; other
machines (`cluster`). Where the work is Python's, threads would not do: it runs in one of them at a time.

A worker is a fresh interpreter, not a fork (polars' threads do not survive one), and knows nothing of the caller's main
module, which need not guard itself.
"""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import chain, islice
from queue import SimpleQueue
from typing import Any

from pipeline.engine.call import GC_THRESHOLD, Call, WorkerError, answer, result_of
from pipeline.parts import Result, in_threads, one_by_one

MIN_PARTS_FOR_PROCESSES = 5
"""Parts from which on they are worth the start of processes."""
MAX_WORKERS_LOST = 3
"""Workers that may end over one part before that part is taken for the reason."""


class LocalEngine:
    """So many parts side by side on this machine; by itself one for each processor."""

    is_remote = False

    def __init__(self, count: int | None = None) -> None:
        self.count = count or os.cpu_count() or 1

    def map_python(self, function: Callable[..., Result], calls: Iterable[tuple[Any, ...]], /) -> Iterator[Result]:
        """As `pipeline.parts.MapParts`, in processes where there are parts enough."""
        calls = iter(calls)
        first = list(islice(calls, MIN_PARTS_FOR_PROCESSES))
        if self.count == 1 or len(first) < MIN_PARTS_FOR_PROCESSES:
            return one_by_one(function, chain(first, calls))
        return in_processes(function, chain(first, calls), self.count)

    def map_columns(self, function: Callable[..., Result], calls: Iterable[tuple[Any, ...]], /) -> Iterator[Result]:
        """As `pipeline.parts.MapParts`, in threads."""
        return partial(in_threads, count=self.count)(function, calls)


def in_processes(function: Callable[..., Result], calls: Iterable[tuple[Any, ...]], count: int) -> Iterator[Result]:
    """As `pipeline.parts.MapParts`; no more than `count` + 1 calls are begun and not yet taken. A part whose worker ends is given
    to another one. Raises WorkerError as `answer` does, and where a part ends every worker."""
    with ThreadPoolExecutor(count) as pool:
        idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        workers = [_start() for _ in range(count)]
        try:
            for worker in workers:
                idle.put(worker)
            waiting: deque[Future[Any]] = deque()
            for arguments in calls:
                waiting.append(pool.submit(_ask, idle, workers, Call.of(function, arguments)))
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


def _ask(idle: SimpleQueue[subprocess.Popen[bytes]], workers: list[subprocess.Popen[bytes]], call: Call) -> Any:
    for _ in range(MAX_WORKERS_LOST):
        worker = idle.get()
        assert worker.stdin is not None and worker.stdout is not None
        try:
            pickle.dump(call, worker.stdin, pickle.HIGHEST_PROTOCOL)
            worker.stdin.flush()
            answered = pickle.load(worker.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            worker.kill()
            worker = _start()
            workers.append(worker)
        else:
            return result_of(answered)
        finally:
            idle.put(worker)
    raise WorkerError(f"{MAX_WORKERS_LOST} workers ended before they gave the result of one part")


def work() -> None:
    """Answers calls until standard input ends. Whatever is printed meanwhile goes to standard error."""
    gc.set_threshold(GC_THRESHOLD)
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            call = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump(answer(call), results, pickle.HIGHEST_PROTOCOL)
        results.flush()
