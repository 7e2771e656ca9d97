"""How a person is told things, wherever that is: one function a way of saying. What is said stands where it is said."""

from __future__ import annotations

from collections.abc import Sequence

FEW = 4
"""Of a list of names so many are told."""


def counted(number: int, thing: str) -> str:
    """One, or many, of a thing: "1 source", "5,632 sources"."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def where(cities: Sequence[str] | None, countries: Sequence[str] | None) -> str:
    """Cities, then codes of countries, the first few of each: "Atlanta, Austin, Boston, Chicago and 26 more, US"."""
    return ", ".join(_few(names) for names in (cities, countries) if names)


def _few(names: Sequence[str]) -> str:
    told = ", ".join(names[:FEW])
    return told if len(names) <= FEW else f"{told} and {len(names) - FEW} more"
