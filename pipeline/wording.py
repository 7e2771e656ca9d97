"""Phrases that are worded the same everywhere: counts, durations, paths, places. What a message says belongs where it is
printed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

MAX_NAMES_SHOWN = 4
"""Names of a list that are written out; the others are counted."""


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 source", "5,632 sources"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def display_path(path: Path) -> str:
    """A path for a person: relative to the current folder, where it lies below."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def seconds(number: float) -> str:
    """A duration in its two largest units: "0.4 s", "12 s", "3 min 5 s", "2 h 10 min"."""
    if number < 10:
        return f"{number:.1f} s"
    minutes, rest = divmod(round(number), 60)
    hours, minutes_left = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes_left} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def where(cities: Sequence[str] | None, countries: Sequence[str] | None) -> str:
    """Cities, then country codes, the first few of each: "Atlanta, Austin, Boston, Chicago and 26 more, US"."""
    return ", ".join(_first_names(names) for names in (cities, countries) if names)


def _first_names(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MAX_NAMES_SHOWN])
    return shown if len(names) <= MAX_NAMES_SHOWN else f"{shown} and {len(names) - MAX_NAMES_SHOWN} more"
