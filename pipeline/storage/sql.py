"""Pieces of SQL text: literals and file names, quoted.

Belongs here: what several modules need to put a value into a statement that takes no parameters (COPY, ATTACH, DDL). Does
not belong here: statements.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def literal(value: str | Path) -> str:
    """A text as a SQL literal."""
    return "'" + str(value).replace("'", "''") + "'"


def literals(values: Iterable[str]) -> str:
    """Texts as a list of SQL literals for IN, in parentheses."""
    return f"({', '.join(map(literal, values))})"


def identifier(name: str) -> str:
    """A column's or table's name, quoted."""
    return '"' + name.replace('"', '""') + '"'
