"""The base of every error of the crawlers that a person is meant to read; each is declared where it is raised.

It imports nothing, so that whoever catches it needs neither catalogue nor archives.
"""

from __future__ import annotations


class InputError(ValueError):
    """An entry, an archive or a recorded pair that cannot be used; `str()` of it says which and why."""
