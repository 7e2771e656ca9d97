"""Whether those who publish a page reserve it: in their site's tdmrep.json, or in words on the page.

The header and the meta element of the same reservation are seen by whoever asks (`scrapers.answers.check`). Belongs here: these
two. Does not belong here: robots.txt (`scrapers.wire.robots`).
"""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from functools import cache
from urllib.parse import urljoin, urlsplit

from pipeline.catalogue.recognition.pages import Page
from scrapers.extract.blocks import block_lines
from scrapers.reference import read_words

MAX_LINE = 400
"""Characters of a line that reserves rights; a longer one tells of something else."""


def reservation_file(page: Page) -> str:
    """Where a site says what is reserved (TDM Reservation Protocol, W3C community group report, 5.1)."""
    return urljoin(page.address, "/.well-known/tdmrep.json")


def reserved_by_file(page: Page, file: Page | None) -> str | None:
    """The rule of a site's file that reserves a page."""
    if file is None or file.problem is not None:
        return None
    try:
        rules = json.loads(file.text)
    except json.JSONDecodeError:
        return None
    path = urlsplit(page.address).path or "/"
    for rule in rules if isinstance(rules, list) else ():
        if isinstance(rule, dict) and rule.get("tdm-reservation") == 1:
            location = str(rule.get("location") or "/")
            if path.startswith(location) or fnmatchcase(path, location):
                return f"text and data mining is reserved at {location} ({file.address})"
    return None


def reserved_in_words(page: Page) -> str | None:
    """The line of a page that forbids to collect it by programs."""
    lines = (line.text for line in block_lines(page.root)) if page.is_html else ()
    short = (line for line in lines if len(line) <= MAX_LINE)
    return next((line for line in short if _words("collecting_words", line) and _words("forbidding_words", line)), None)


def _words(key: str, line: str) -> bool:
    return _pattern(key).search(line.casefold()) is not None


@cache
def _pattern(key: str) -> re.Pattern[str]:
    words = read_words("list_words")[key]
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}" if word.isascii() else re.escape(word) for word in words))
