"""A Dask cluster: parts worked on by the workers of a scheduler, on any number of machines.

The parts lie in files that all machines reach (`files`); the scheduler only says who works on which. A worker that is lost, is
lost: Dask gives its part to another one. Whoever runs another version of the code is refused. Belongs here: all that is Dask's.
"""

from __future__ import annotations

import contextlib
import gc
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.engine.call import GC_THRESHOLD, Call, EngineError, WorkerError, answer, result_of
from pipeline.engine.version import code_version
from pipeline.parts import Result

if TYPE_CHECKING:
    from distributed import Client, Future

    from pipeline.engine.files import PartFiles

CONNECT_SECONDS = 10
"""After which a scheduler that does not answer, or has no worker yet, is given up."""
LOOK_SECONDS = 5
"""How often it is looked, while a part is waited for, whether anybody is left to do it."""
PARTS_AHEAD = 2
"""Parts for each thread of the workers that lie ready, so that none waits for the next."""
PROBE = "probe"
"""File by which a worker shows that it reaches the folder of the parts."""


class _Waiting(NamedTuple):
    name: str
    future: Future[None]


class ClusterEngine:
    """The workers of a scheduler. `files`: where the parts lie."""

    is_remote = True

    def __init__(self, client: Client, scheduler: str, files: PartFiles) -> None:
        self._client = client
        self._scheduler = scheduler
        self._files = files
        self._begun = 0

    def map_python(self, function: Callable[..., Result], calls: Iterable[tuple[Any, ...]], /) -> Iterator[Result]:
        """As `pipeline.parts.MapParts`. Raises EngineError where no worker is left, and WorkerError as `call.answer` does."""
        waiting: deque[_Waiting] = deque()
        try:
            for arguments in calls:
                waiting.append(self._begin(Call.of(function, arguments)))
                if len(waiting) > PARTS_AHEAD * max(1, self._threads()):
                    yield self._take(waiting.popleft())
            while waiting:
                yield self._take(waiting.popleft())
        finally:
            if self._client.status == "running":
                self._client.cancel([part.future for part in waiting])

    map_columns = map_python

    def _threads(self) -> int:
        threads: dict[str, int] = self._asked(self._client.nthreads)
        return sum(threads.values())

    def _begin(self, call: Call) -> _Waiting:
        self._begun += 1
        name = f"{self._begun:06}"
        self._files.write(f"{name}.call", call)
        task = (run_part, self._files.address, name, code_version())
        return _Waiting(name, self._asked(self._client.submit, *task, pure=False))

    def _take(self, part: _Waiting) -> Any:
        self._wait(part.future)
        answered = self._files.read(f"{part.name}.result")
        for kind in ("call", "result"):
            self._files.discard(f"{part.name}.{kind}")
        return result_of(answered)

    def _wait(self, future: Future[None]) -> None:
        from distributed import KilledWorker

        waiting = ("pending", "lost")
        while future.status in waiting:
            with contextlib.suppress(TimeoutError):
                self._asked(future.exception, timeout=LOOK_SECONDS)
            if future.status in waiting and not self._threads():
                raise EngineError(f"no worker is left at {self._scheduler}; start some, and run this again")
        if future.status == "finished":  # its result is in a file, also where the worker is gone meanwhile
            return
        try:
            self._asked(future.result)
        except KilledWorker as error:
            raise WorkerError("several workers ended before they gave the result of one part") from error

    def _asked(self, question: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """What Dask answers. Raises EngineError where its scheduler is lost, and TimeoutError."""
        from distributed import CancelledError
        from distributed.client import ClosedClientError

        try:
            return question(*arguments, **options)
        except TimeoutError:
            raise
        except (OSError, CancelledError, ClosedClientError) as error:
            raise EngineError(
                f"the scheduler at {self._scheduler} is lost; start it again, and run this again"
            ) from error


def run_part(address: str, name: str, version: str) -> None:
    """What a worker does: the call of this name below `address`, whose result it puts beside it. Raises EngineError."""
    from pipeline.engine.files import PartFiles

    if code_version() != version:
        raise EngineError(f"a worker runs another version of the code ({code_version()}, here {version})")
    gc.set_threshold(GC_THRESHOLD)
    files = PartFiles(address)
    files.write(f"{name}.result", answer(files.read(f"{name}.call")))


def introduce(address: str) -> tuple[str, bool]:
    """What a worker says of itself: the version of its code, and whether it reaches this folder."""
    from pipeline.engine.files import PartFiles

    try:
        reaches = PartFiles(address).read(PROBE) == PROBE
    except OSError:
        reaches = False
    return code_version(), reaches


@contextlib.contextmanager
def open_cluster(scheduler: str, address: str) -> Iterator[ClusterEngine]:
    """The cluster of a scheduler (`tcp://host:8786`), whose parts lie below `address` until this ends.

    Raises EngineError where it cannot be reached, has no workers, or one of them cannot take part."""
    try:
        from distributed import Client
    except ImportError as error:
        raise EngineError(
            "--scheduler needs Dask: pip install 'international-internships[dask]', or make dask in a clone"
        ) from error
    from pipeline.engine.files import PartFiles

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is raised here, in one line
    try:
        client = Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise EngineError(f"no Dask scheduler answers at {scheduler}; start one with: dask scheduler") from error
    files = PartFiles(address)
    with client:
        files.prepare()
        try:
            files.write(PROBE, PROBE)
            _examine(client, scheduler, address)
            yield ClusterEngine(client, scheduler, files)
        finally:
            files.remove()


def _examine(client: Client, scheduler: str, address: str) -> None:
    """Raise EngineError where there are no workers, or one of them cannot take part."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError as error:
        raise EngineError(f"{scheduler} has no workers; start some with: dask worker {scheduler}") from error
    for worker, introduction in client.run(introduce, address, on_error="return").items():
        if isinstance(introduction, ImportError):
            raise EngineError(f"worker {worker} has not got this program: {introduction}")
        if isinstance(introduction, BaseException):
            raise EngineError(f"worker {worker} cannot take part: {type(introduction).__name__}: {introduction}")
        version, reaches = introduction
        if version != code_version():
            raise EngineError(
                f"worker {worker} runs another version of the code ({version}, here {code_version()}); install the same on "
                "every machine"
            )
        if not reaches:
            raise EngineError(
                f"worker {worker} does not reach {address}; set INTERNSHIPS_PARTS to a folder or address that all machines do"
            )
