"""Lists of links as openings: an item with a link that has words is an opening, titled by those words.

Belongs here: items. Does not belong here: finding them in a document (`markdown`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from scrapers.extract.closing import closing_mark, is_closed_heading, letters
from scrapers.extract.furniture import is_furniture
from scrapers.extract.inline import Anchor, Inline
from scrapers.extract.markdown import Bullet
from scrapers.extract.tables import Row
from scrapers.listing import MARKED_CLOSED

SEPARATORS = " -–—:|"


def read_bullets(bullets: Iterable[Bullet]) -> Iterator[Row]:
    """The openings among the items of lists: those with a link to a web page, but for parts of the document that hold none
    (its contents, how to contribute)."""
    for text, section in bullets:
        if any(map(is_furniture, (section or "").split(" / "))):
            continue
        anchor = next((each for line in text.anchors for each in line if each.link.startswith("http")), None)
        if anchor is not None:
            yield Row(anchor.link, _fields(text, anchor, section), text.line, section)


def _fields(text: Inline, anchor: Anchor, section: str | None) -> dict[str, Any]:
    """What stands before the link and a dash names who offers it."""
    organization = (
        anchor.before.rstrip(SEPARATORS) if anchor.before[-1:] in SEPARATORS and letters(anchor.before) else None
    )
    mark = closing_mark(text, "title") or is_closed_heading(section)
    return {
        "title": anchor.label,
        "organization": organization,
        "description": text.line if letters(text.line) != letters(anchor.label) else None,
        "extra": {MARKED_CLOSED: mark} if mark else {},
    }
