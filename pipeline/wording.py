"""How a person is told things, wherever that is: one function a way of saying. What is said stands where it is said."""

from __future__ import annotations


def counted(number: int, thing: str) -> str:
    """One, or many, of a thing: "1 source", "5,632 sources"."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
