"""The report of a night in GitHub's Markdown. Texts of sources are escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pipeline.reports.sections import Link, Section, Trend

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#&~!])")
_UNSAFE_IN_ADDRESS = re.compile(r"[<>|\\\s]")


def render(title: str, sections: Sequence[Section]) -> str:
    """The document."""
    parts = [f"# {title}\n"]
    for section in sections:
        parts.append(f"## {section.title}\n\n{section.text}\n")
        if section.rows:
            head = [_line(map(_cell, section.columns)), _line(["---"] * len(section.columns))]
            parts.append("\n".join([*head, *(_line(map(_cell, row)) for row in section.rows)]) + "\n")
    return "\n".join(parts)


def _line(cells: Any) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Any) -> str:
    if isinstance(cell, Link):
        text = _escaped(cell.text)
        return f"[{text}](<{_UNSAFE_IN_ADDRESS.sub('', cell.address)}>)" if cell.is_web else text
    if isinstance(cell, Trend):
        return cell.blocks
    return "" if cell is None else _escaped(str(cell))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
