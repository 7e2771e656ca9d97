"""The version of the code that a worker runs: machines with different ones would give different results.

Belongs here: what the results of a part hang on. Does not belong here: who refuses whom (`cluster`).
"""

from __future__ import annotations

import hashlib
from functools import cache

import polars as pl

from pipeline.clean.version import cleaning_version
from pipeline.match.version import matching_version


@cache
def code_version() -> str:
    """12 hexadecimal digits of the rules of cleaning and matching, and of the version of polars, whose hashes number words."""
    parts = f"{cleaning_version()} {matching_version()} {pl.__version__}"
    return hashlib.blake2b(parts.encode(), digest_size=6).hexdigest()
