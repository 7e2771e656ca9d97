"""When each source was last seen to work: decisions/verified.yaml of a home, one line per source.

`internships sources check` writes it, and people may; a night only reads it. It complements `verified` in the entries of the
catalogue, because an installed catalogue cannot be edited and checking a thousand boards must not mean a thousand edits. The
later of the two days counts.
"""

from __future__ import annotations

import fcntl
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import yaml

from pipeline.storage.files import write_atomically
from pipeline.storage.home import Home, HomeError

HEADER = "# The last day on which each source was seen to work: `internships sources check ID` writes it.\n"


def verified_file(home: Home) -> Path:
    return home.root / "decisions" / "verified.yaml"


def read_verified(home: Home) -> dict[str, date]:
    """Source id -> day; empty if nothing was checked. Raises HomeError if the file is malformed."""
    path = verified_file(home)
    if not path.is_file():
        return {}
    try:
        noted = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise HomeError(f"{path}: {error}") from error
    if not isinstance(noted, dict):
        raise HomeError(f"{path}: expected lines like `source id: 2026-11-20`")
    for source, day in noted.items():
        if type(day) is not date:
            raise HomeError(f"{path}: {source}: {day!r} is not a date; write it as 2026-11-20")
    return {str(source): day for source, day in noted.items()}


def note_verified(home: Home, seen: Mapping[str, date]) -> None:
    """Add these to the file, which is replaced in one step; waits for other processes that do so."""
    path = verified_file(home)
    path.parent.mkdir(exist_ok=True)
    with (home.root / "decisions" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        noted = {**read_verified(home), **seen}
        write_atomically(path, HEADER + yaml.safe_dump(noted, allow_unicode=True))


def last_verified(source_id: str, in_catalogue: date | None, noted: Mapping[str, date]) -> date | None:
    """The last day on which a source was seen to work, or None. `in_catalogue`: what its entry says."""
    return max(filter(None, (in_catalogue, noted.get(source_id))), default=None)
