"""The base of every error that a person is meant to read.

Its message is one line: what is wrong, with which file or source, and what to do about it. The command line prints it after
the name of the program and exits; anything that is neither a PipelineError nor an InputError of `scrapers` is a fault of the
program and shows its traceback.
"""

from __future__ import annotations


class PipelineError(RuntimeError):
    """Something a person can mend. `str()` of it is one line, whatever line breaks its causes brought."""

    def __str__(self) -> str:
        return " ".join(super().__str__().split())
