"""Soft errors: pages sent with 200 OK in place of the requested one. A soft 404, a closing notice of a posting or of a whole
board, a login, a consent wall, the home page. Marks: data/reference/soft_errors.yaml.

Precision comes first: a soft error is recognised by the page's name (title, first heading) or address, and by its text only
where there is hardly any other. Belongs here: recognising them. Does not belong here: challenge pages and formats
(`scrapers.answers.check`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

from scrapy.http import Response
from selectolax.lexbor import LexborNode

from scrapers.extract.blocks import UNSEEN, block_lines, block_text, parse_html
from scrapers.outcome import Outcome
from scrapers.reference import read_words

HEAD_CHARACTERS = 1 << 17
"""Where the name of a page is looked for."""

MAX_HEADINGS = 3
"""First headings that are examined; a script may hold some that are not shown."""
ELEMENT_TEXT = re.compile(r"[^>]{0,400}>(.{0,400}?)</", re.S)
LANGUAGE_CODE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2,4})?$", re.I)


class SoftError(NamedTuple):
    """What a page is instead: its outcome, what it is called, and the words or the address that show it."""

    outcome: Outcome
    name: str
    mark: str
    closes: bool = False  # whether the words say that a posting is closed


def find_soft_error(response: Response, text: str) -> SoftError | None:
    """The soft error that the page with this text is; None for an ordinary page."""
    return _by_address(response) or _by_name(text) or _by_lines(response, text)


def _by_address(response: Response) -> SoftError | None:
    """A redirect to a login, to a consent wall, to the home page, or from a posting to its list."""
    requested = (response.meta.get("redirect_urls") or [response.url])[0]
    if requested == response.url:
        return None
    words = read_words("soft_errors")
    old, new = urlsplit(requested), urlsplit(response.url)
    host, old_host = (new.hostname or "").lower(), (old.hostname or "").lower()
    is_elsewhere = host.removeprefix("www.") != old_host.removeprefix("www.")
    if is_elsewhere and host.startswith(tuple(words["consent"]["hosts"])):
        return SoftError(Outcome.BLOCKED, "a consent wall", response.url)
    if is_elsewhere and host.startswith(tuple(words["login"]["hosts"])):
        return SoftError(Outcome.BLOCKED, "a login", response.url)
    if _has_part(new.path, words["login"]["paths"]) and not _has_part(old.path, words["login"]["paths"]):
        return SoftError(Outcome.BLOCKED, "a login", response.url)
    list_url = response.meta["run"].source.url
    if response.meta.get("detail") and _same_page(response.url, list_url) and not _same_page(requested, list_url):
        return SoftError(Outcome.GONE, "redirected to the list", response.url)
    if _is_home(new.path) and not new.query and not _is_home(old.path):
        if is_elsewhere and any(part in host for part in words["home"]["openings_hosts"]):
            return None
        return SoftError(Outcome.GONE, "redirected to the home page", response.url)
    return None


def _by_name(text: str) -> SoftError | None:
    if not any(
        _matching_piece(name, kind)
        for name in _names(text)
        for kind in ("not_found", "closed", "login", "consent", "unavailable")
    ):
        return None
    page = parse_html(text)  # parsed only now: a script may hold templates that are not shown
    title, heading = page.css_first("head > title"), next(filter(_is_shown, page.css("h1")), None)
    for name in (block_text(node, " ", frozenset()) for node in (title, heading) if node is not None):
        if mark := _matching_piece(name, "not_found"):
            return SoftError(Outcome.GONE, "soft 404", mark)
        if mark := _matching_piece(name, "closed"):
            return SoftError(Outcome.GONE, "a closing notice", mark, closes=True)
        if mark := _matching_piece(name, "consent"):
            return SoftError(Outcome.BLOCKED, "a consent wall", mark)
        if mark := _matching_piece(name, "unavailable"):
            return SoftError(Outcome.ERROR, "out of service", mark)
        if (mark := _matching_piece(name, "login")) and page.css_first('input[type="password"]') is not None:
            return SoftError(Outcome.BLOCKED, "a login", mark)
    return None


def _names(text: str) -> Iterator[str]:
    """The title and the first headings in the source's order; to search all of it would take too long."""
    for tag, limit in (("<title", 1), ("<h1", MAX_HEADINGS)):
        tag = tag if text.find(tag, 0, HEAD_CHARACTERS) >= 0 else tag.upper()
        at = -1
        for _ in range(limit):
            at = text.find(tag, at + 1, HEAD_CHARACTERS)
            if at < 0:
                break
            if match := ELEMENT_TEXT.match(text, at + len(tag)):
                yield html.unescape(re.sub(r"<[^<>]*>", " ", match[1]))


def _by_lines(response: Response, text: str) -> SoftError | None:
    """A notice on a page that has hardly any other text."""
    words = read_words("soft_errors")
    if len(response.body) > words["few_bytes"]:
        return None
    kinds = [("closed", "board_lines"), ("consent", "lines")]
    kinds += [("closed", "posting_lines")] if response.meta.get("detail") else []
    folded = _folded(html.unescape(text))
    kinds = [(kind, key) for kind, key in kinds if any(phrase in folded for phrase in _phrases(kind, key))]
    if not kinds:
        return None
    lines = [line.text for line in block_lines(parse_html(text))]
    if sum(map(len, lines)) > words["few_words"]:
        return None
    for kind, key in kinds:
        for line in lines:
            folded = _folded(line)
            if not any(phrase in folded for phrase in _phrases(kind, key)):
                continue
            if kind == "consent":
                return SoftError(Outcome.BLOCKED, "a consent wall", line)
            if key == "board_lines":
                return SoftError(Outcome.GONE, "a closing notice", line)
            is_short = len(line) <= words["line_characters"]
            is_posting = any(noun in folded for noun in words["closed"]["postings"])
            if is_short and is_posting and not any(f" {word} " in f" {folded}" for word in words["closed"]["unless"]):
                return SoftError(Outcome.GONE, "a closing notice", line, closes=True)
    return None


def _matching_piece(name: str, kind: str) -> str | None:
    """The piece of a page's name that is a phrase of this kind."""
    for piece in (name, *re.split(r"\s[|–—·•»>:-]+\s|:\s", name)):
        piece = " ".join(piece.split())
        if _pattern(kind).fullmatch(_folded(piece).strip(" .!?…¡¿:")):
            return piece
    return None


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    """The phrases that name a page of this kind; one of three words or more may be followed by others."""
    max_more = read_words("soft_errors")["words_more"]
    phrases = _phrases(kind, "names")
    whole = "|".join(re.escape(phrase) for phrase in phrases)
    beginning = "|".join(re.escape(phrase) for phrase in phrases if phrase.count(" ") >= 2)
    return re.compile(f"(?:{whole})|(?:{beginning}).{{0,{max_more}}}")


@cache
def _phrases(kind: str, key: str) -> tuple[str, ...]:
    return tuple(read_words("soft_errors")[kind][key])


def _folded(text: str) -> str:
    return text.casefold().replace("’", "'")


def _is_shown(node: LexborNode) -> bool:
    above: LexborNode | None = node
    while above is not None:
        marks = above.attributes if not (above.tag or "-").startswith("-") else {}
        style = (marks.get("style") or "").replace(" ", "")
        if above.tag in UNSEEN or "hidden" in marks or marks.get("aria-hidden") == "true" or "display:none" in style:
            return False
        above = above.parent
    return True


def _has_part(path: str, parts: list[str]) -> bool:
    return any(f"/{part}/" in f"{path.lower().rstrip('/')}/" for part in parts)


def _is_home(path: str) -> bool:
    parts = [part for part in path.lower().split("/") if part]
    return all(part in read_words("soft_errors")["home"]["parts"] or LANGUAGE_CODE.match(part) for part in parts)


def _same_page(one: str, other: str) -> bool:
    """Whether two addresses name one page, whatever their queries."""
    first, second = urlsplit(one), urlsplit(other)
    return (first.hostname, first.path.rstrip("/")) == (second.hostname, second.path.rstrip("/"))
