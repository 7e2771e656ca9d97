"""Work in parts: one function over many calls, whose results come back in the order of the calls.

Cleaning and matching say how their work is cut, and are given who does it (`MapParts`): this thread, threads, or what
`pipeline.engine` has. Belongs here: what they know of it. Does not belong here: processes and machines.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import starmap
from typing import Any, Protocol, TypeVar

Result = TypeVar("Result")

THREADS = 2
"""More gain little: polars has threads of its own."""


class MapParts(Protocol):
    """The results of `function` for each call's arguments, in the order of the calls, which are made as they are needed.

    `function` is a public name of its module and pure: a part may be done twice. Arguments and results can be pickled, and
    do not depend on where they are made."""

    def __call__(self, function: Callable[..., Result], calls: Iterable[tuple[Any, ...]], /) -> Iterator[Result]: ...


def one_by_one(function: Callable[..., Result], calls: Iterable[tuple[Any, ...]], /) -> Iterator[Result]:
    """Each call in this thread, once its result is asked for."""
    return starmap(function, calls)


def in_threads(
    function: Callable[..., Result], calls: Iterable[tuple[Any, ...]], /, count: int = THREADS
) -> Iterator[Result]:
    """Calls side by side in so many threads: for work that polars does, which leaves Python's interpreter to others."""
    with ThreadPoolExecutor(count) as pool:
        waiting: deque[Future[Result]] = deque()
        for arguments in calls:
            waiting.append(pool.submit(function, *arguments))
            if len(waiting) > count:  # whoever makes the calls is not to be far ahead
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
