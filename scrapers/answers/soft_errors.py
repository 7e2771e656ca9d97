"""Pages that a site sends in the place of the one that was asked for: a page that is not there (with 200), a posting or a
board that is over, a login, a wall of cookies, its home page. Marks: data/reference/stand_in_pages.yaml.

Precision goes first: a page is taken for a stand-in by its name (title, first heading) or by its address, and by what
stands on it only where it hardly says anything else. Belongs here: recognising them. Does not belong here: pages that ask
for proof of a human, and what an answer is written in (`answers`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from scrapy.http import Response
from selectolax.lexbor import LexborNode

from scrapers.extract.blocks import UNSEEN, block_lines, block_text, parse_html
from scrapers.outcome import Outcome
from scrapers.reference import read_words

HEAD = 1 << 17
"""Characters of a page in which its name is looked for."""

MOST_HEADINGS = 3
"""First headings that are looked at; a script may hold some that are not shown."""
NAME = re.compile(r"[^>]{0,400}>(.{0,400}?)</", re.S)
LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2,4})?$", re.I)


class StandIn(NamedTuple):
    """What a page is instead: the outcome, what it is called, and the words or the address that show it."""

    outcome: Outcome
    name: str
    mark: str
    closes: bool = False  # whether the words say that a posting is closed


def stand_in(response: Response, text: str) -> StandIn | None:
    """What the page with this text stands in for; None for a page that is what it should be."""
    return _by_address(response) or _by_name(text) or _by_lines(response, text)


def _by_address(response: Response) -> StandIn | None:
    """A redirect to a login, to a wall, to the home page, or from a posting to the list it stands on."""
    asked = (response.meta.get("redirect_urls") or [response.url])[0]
    if asked == response.url:
        return None
    words = read_words("stand_in_pages")
    was, now = urlsplit(asked), urlsplit(response.url)
    host, old_host = (now.hostname or "").lower(), (was.hostname or "").lower()
    is_elsewhere = host.removeprefix("www.") != old_host.removeprefix("www.")
    if is_elsewhere and host.startswith(tuple(words["consent"]["hosts"])):
        return StandIn(Outcome.BLOCKED, "a cookie wall", response.url)
    if is_elsewhere and host.startswith(tuple(words["login"]["hosts"])):
        return StandIn(Outcome.BLOCKED, "a login", response.url)
    if _has_part(now.path, words["login"]["paths"]) and not _has_part(was.path, words["login"]["paths"]):
        return StandIn(Outcome.BLOCKED, "a login", response.url)
    the_list = response.meta["run"].source.url
    if response.meta.get("detail") and _same_page(response.url, the_list) and not _same_page(asked, the_list):
        return StandIn(Outcome.GONE, "redirected to the list", response.url)
    if _is_home(now.path) and not now.query and not _is_home(was.path):
        if is_elsewhere and any(part in host for part in words["home"]["openings_hosts"]):
            return None
        return StandIn(Outcome.GONE, "redirected to the home page", response.url)
    return None


def _by_name(text: str) -> StandIn | None:
    if not any(_said(name, kind) for name in _names(text) for kind in ("not_found", "closed", "login", "consent")):
        return None
    page = parse_html(text)  # only now: a script may hold the templates of pages that are not shown
    title, heading = page.css_first("head > title"), next(filter(_is_shown, page.css("h1")), None)
    for name in (block_text(node, " ", frozenset()) for node in (title, heading) if node is not None):
        if said := _said(name, "not_found"):
            return StandIn(Outcome.GONE, "a page for what is not there", said)
        if said := _said(name, "closed"):
            return StandIn(Outcome.GONE, "a closing notice", said, closes=True)
        if said := _said(name, "consent"):
            return StandIn(Outcome.BLOCKED, "a cookie wall", said)
        if (said := _said(name, "login")) and page.css_first('input[type="password"]') is not None:
            return StandIn(Outcome.BLOCKED, "a login", said)
    return None


def _names(text: str) -> Iterator[str]:
    """The title and the first headings as they stand in the source; to look for them in all of it would take too long."""
    for mark, most in (("<title", 1), ("<h1", MOST_HEADINGS)):
        mark = mark if text.find(mark, 0, HEAD) >= 0 else mark.upper()
        at = -1
        for _ in range(most):
            at = text.find(mark, at + 1, HEAD)
            if at < 0:
                break
            if found := NAME.match(text, at + len(mark)):
                yield html.unescape(re.sub(r"<[^>]*>", " ", found[1]))


def _by_lines(response: Response, text: str) -> StandIn | None:
    """What a page that hardly says anything says."""
    words = read_words("stand_in_pages")
    if len(response.body) > words["few_bytes"]:
        return None
    kinds = [("closed", "board_lines"), ("consent", "lines")]
    kinds += [("closed", "posting_lines")] if response.meta.get("detail") else []
    plain = _plain(html.unescape(text))
    kinds = [(kind, key) for kind, key in kinds if any(phrase in plain for phrase in _phrases(kind, key))]
    if not kinds:
        return None
    lines = [line.text for line in block_lines(parse_html(text))]
    if sum(map(len, lines)) > words["few_words"]:
        return None
    for kind, key in kinds:
        for line in lines:
            plain = _plain(line)
            if not any(phrase in plain for phrase in _phrases(kind, key)):
                continue
            if kind == "consent":
                return StandIn(Outcome.BLOCKED, "a cookie wall", line)
            if key == "board_lines":
                return StandIn(Outcome.GONE, "a closing notice", line)
            is_short = len(line) <= words["line_characters"]
            is_posting = any(noun in plain for noun in words["closed"]["postings"])
            if is_short and is_posting and not any(f" {word} " in f" {plain}" for word in words["closed"]["unless"]):
                return StandIn(Outcome.GONE, "a closing notice", line, closes=True)
    return None


def _said(name: str, kind: str) -> str | None:
    """The piece of a page's name that says a phrase of this kind."""
    for piece in (name, *re.split(r"\s+[|–—·•»>:-]+\s+|:\s+", name)):
        piece = " ".join(piece.split())
        if _pattern(kind).fullmatch(_plain(piece).strip(" .!?…¡¿:")):
            return piece
    return None


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    """The phrases that name a page of this kind; one of three words or more may go on."""
    more = read_words("stand_in_pages")["words_more"]
    phrases = _phrases(kind, "names")
    whole = "|".join(re.escape(phrase) for phrase in phrases)
    begin = "|".join(re.escape(phrase) for phrase in phrases if phrase.count(" ") >= 2)
    return re.compile(f"(?:{whole})|(?:{begin}).{{0,{more}}}")


@cache
def _phrases(kind: str, key: str) -> tuple[str, ...]:
    said: dict[str, Any] = read_words("stand_in_pages")[kind]
    return tuple(phrase for phrases in said[key] for phrase in phrases)


def _plain(text: str) -> str:
    return text.casefold().replace("’", "'")


def _is_shown(node: LexborNode) -> bool:
    above: LexborNode | None = node
    while above is not None:
        said = above.attributes if not (above.tag or "-").startswith("-") else {}
        style = (said.get("style") or "").replace(" ", "")
        if above.tag in UNSEEN or "hidden" in said or said.get("aria-hidden") == "true" or "display:none" in style:
            return False
        above = above.parent
    return True


def _has_part(path: str, parts: list[str]) -> bool:
    return any(f"/{part}/" in f"{path.lower().rstrip('/')}/" for part in parts)


def _is_home(path: str) -> bool:
    parts = [part for part in path.lower().split("/") if part]
    return all(part in read_words("stand_in_pages")["home"]["parts"] or LANGUAGE.match(part) for part in parts)


def _same_page(one: str, other: str) -> bool:
    """Whether two addresses name one page; what is asked of it does not count."""
    (first, second) = urlsplit(one), urlsplit(other)
    return (first.hostname, first.path.rstrip("/")) == (second.hostname, second.path.rstrip("/"))
