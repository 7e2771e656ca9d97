"""What sources tell in parts, put together as the one text of a raw field: sections of a description, a place, a sum.

Belongs here: joining a source's own words, in its order. Does not belong here: where they stand (`json_data`, the spiders),
what they mean (cleaning).
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

from scrapers.extract.json_data import as_text


def sections(parts: Iterable[tuple[Any, Any]]) -> str | None:
    """(heading, HTML) of each part of a description as one piece of HTML; a part without text goes, its heading too. None
    where nothing is left."""
    filled = [(as_text(heading), as_text(text)) for heading, text in parts]
    return "\n".join(f"{_heading(heading)}{text}" for heading, text in filled if text) or None


def line(*parts: Any) -> str | None:
    """Parts of a place, or of another field, as one line, without those that the parts before them say already:
    `Toronto, Ontario`, `Toronto`, `Canada` is `Toronto, Ontario, Canada`."""
    joined = ""
    for part in map(as_text, parts):
        if part and part.casefold() not in [each.strip().casefold() for each in joined.split(",")]:
            joined = f"{joined}, {part}" if joined else part
    return joined or None


def path(*parts: Any) -> str | None:
    """What a row stands under, from the widest to the narrowest, as `section` is written: `Research / Laboratory`."""
    return " / ".join(dict.fromkeys(filter(None, map(as_text, parts)))) or None


def pay(low: Any, high: Any, currency: Any, unit: Any) -> str | None:
    """A range of pay as one text: `EUR 1200 - 1500 month`; None without a figure."""
    least, most = as_text(low), as_text(high)
    figure = f"{least} - {most}" if least and most and least != most else least or most
    return " ".join(filter(None, (as_text(currency), figure, as_text(unit)))) if figure else None


def _heading(text: str) -> str:
    return f"<h3>{html.escape(text, quote=False)}</h3>\n" if text else ""
