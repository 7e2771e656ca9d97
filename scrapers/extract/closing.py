"""Marks by which a row of a list says that its opening is closed: signs, words in the place of a link or date, struck-out text.

Words: data/reference/list_words.yaml. Belongs here: one cell or title. Does not belong here: closing notices in running text
(cleaning).
"""

from __future__ import annotations

import re
from functools import cache

from scrapers.extract.inline import Inline
from scrapers.reference import read_words


def closing_mark(cell: Inline, role: str | None) -> str | None:
    """The mark by which a cell says that the opening of its row is closed, as it stands there. `role`: the raw field of its
    column; in `link`, `status` and `deadline` a word in the place of the value is a mark, in `title` and `organization` one
    that is set apart, in any other column one that is all it says."""
    words = read_words("list_words")
    signs = "".join(mark for mark in words["closed_marks"] if mark in cell.text)
    is_status = role in ("link", "status", "deadline")
    if is_status and (signs or cell.text in words["closed_signs"] or _closed_word().match(letters(cell.line))):
        return cell.line
    if signs and role:
        return signs
    if cell.is_struck and role in ("title", "link"):
        return cell.line
    if role in ("title", "organization"):
        return title_mark(cell.line)
    return cell.line if signs or letters(cell.line) in words["closed_words"] else None


def title_mark(title: str) -> str | None:
    """The sign or word set apart by which a title says that its opening is closed: `Data Intern (closed)`, `FILLED: Intern`,
    `❌ Intern`."""
    words = read_words("list_words")
    for sign in (*words["closed_marks"], *words["closed_signs"]):
        if title.startswith(sign) or title.endswith(sign):
            return str(sign)
    apart = next((match for pattern in _set_apart() if (match := pattern.search(title))), None)
    return apart["word"] if apart else None


def is_closed_heading(section: str | None) -> str | None:
    """The heading of a path of headings that closes what stands below it."""
    beginnings = tuple(read_words("list_words")["closed_headings"])
    return next((part for part in (section or "").split(" / ") if letters(part).startswith(beginnings)), None)


def letters(text: str) -> str:
    """Lower case, white space folded, signs and emoji at the ends cut off."""
    return re.sub(r"^[\W_]+|[^\w)]+$", "", " ".join(text.casefold().split()))


@cache
def _closed_word() -> re.Pattern[str]:
    """A text that begins with a word of closing, at the end of a word."""
    return re.compile(rf"(?:{_any_of(read_words('list_words')['closed_words'])})(?!\w)")


@cache
def _set_apart() -> tuple[re.Pattern[str], ...]:
    """A word of closing in brackets, before a colon or after a dash; at the end of a title also one with a capital."""
    found = read_words("list_words")["closed_words"]
    word = rf"(?P<word>{_any_of(found)})"
    capital = (
        rf"(?P<word>{_any_of([each[:1].upper() + each[1:] for each in found] + [each.upper() for each in found])})"
    )
    return (
        re.compile(rf"[(\[（【]\s*{word}\s*[)\]）】]", re.I),
        re.compile(rf"^{word}\s*[:：–—|-]\s", re.I),
        re.compile(rf"\s[–—|:-]+\s*{word}[\s.!*]*$", re.I),
        re.compile(rf"(?<=\w)[\s,.*]+{capital}[\s.!*]*$"),
    )


def _any_of(words: list[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
