"""A call as it is handed to a worker, what the worker hands back, and what may go wrong.

Does not belong here: how either gets there (`local`, `cluster`).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, NamedTuple, Self

from polars.exceptions import PanicException

from pipeline.errors import PipelineError

GC_THRESHOLD = 50_000
"""Objects that a worker makes before Python looks for cycles among them: the dictionaries are hundreds of thousands that stay,
and looking through them again and again takes a tenth of the time."""


class EngineError(PipelineError):
    """There is nobody to work on parts; says why, in one line. It is no fault of a part."""


class WorkerError(PipelineError):
    """A worker failed on a part, for the reason it gives, or ended before it gave its result."""


class Call(NamedTuple):
    """A function, by the module that it is a public name of, and its arguments."""

    module: str
    name: str
    arguments: tuple[Any, ...]

    @classmethod
    def of(cls, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Self:
        return cls(function.__module__, function.__name__, arguments)


class _Raised(NamedTuple):
    """What a worker gives in place of a result: a fault of the machine as it was raised, any other as a WorkerError."""

    error: Exception


def answer(call: Call) -> Any:
    """The result of a call, or in its place what it raised, for `result_of`."""
    try:
        return getattr(importlib.import_module(call.module), call.name)(*call.arguments)
    except (OSError, MemoryError) as error:
        return _Raised(error)
    except (Exception, PanicException) as error:  # noqa: BLE001  # for the caller to raise: a worker has no one to tell
        return _Raised(WorkerError(f"{type(error).__name__}: {error}"))


def result_of(answered: Any) -> Any:
    """The result that a worker answered. Raises what it raised."""
    if isinstance(answered, _Raised):
        raise answered.error
    return answered
