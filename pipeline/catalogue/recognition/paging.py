"""Which link of a page leads to the next page of its list, and whether scripts alone do.

Such a link is known by what its markup says (`rel=next`), by the number that follows the one of this page, or by its words; in
each case it leads to an address that differs by a number. Belongs here: pages of one list. Does not belong here: other addresses
beside a page (`beside`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from selectolax.lexbor import LexborNode

from pipeline.catalogue.recognition.pages import Element, Page
from pipeline.catalogue.recognition.selectors import names_of
from scrapers.extract.blocks import number_link, number_of
from scrapers.extract.closing import letters
from scrapers.extract.inline import is_address
from scrapers.reference import read_words

NEXT_LINKS = (
    "link[rel=next]",
    "a[rel~=next]",
    ".next a",
    "a.next",
    "[class*=next] a",
    "a[class*=next]",
    "a[aria-label*=ext i]",
    "li.active + li a",
    "li.current + li a",
    ".current + a",
    "[aria-current=page] + a",
    "li:has([aria-current]) + li a",
    "li.is-active + li a",
    "strong + a[href*=page]",
)
"""Selectors of the link to the next page, the surest first."""
BARE_NUMBER = re.compile(r"[-_/.]?(?<!\d)\d++(?=/?$|\.\w{3,5}$)")
"""The same without a word before it: `/list/2.htm` after `/list.htm`."""
NEXT_SIGNS = ("\u00bb", "\u203a", "\u2192", ">", ">>", "\u25b6", "\u2bc8")
SECOND = re.compile(r"(?<!\d)2(?!\d)")
MAX_LABEL = 30
"""Characters of the text of a link to another page."""
PAGE_NUMBER = re.compile(r"(?:[-_/.]?(?:[a-z]{1,8}[-_/=,])?)?(?<!\d)\d++(?=/?$|\.\w{3,5}$)", re.I)
"""What tells one page of a list from another at the end of a path: `/page/2/`, `list_2.html`, `/2`."""


def next_page(page: Page) -> tuple[str, str] | None:
    """The selector of the link to the next page of a list, and its address."""
    for css in NEXT_LINKS:
        for node in page.root.css(css):
            href = node.attributes.get("href") or ""
            if is_address(href) and _follows(page.absolute(href), page):
                element = next((each for each in page.elements if each.node.mem_id == node.mem_id), None)
                scopes = _scopes(element) if element and "," not in css else [""]
                scoped = (css, *(f"{scope}{css}" for scope in scopes))
                if first := next((each for each in scoped if _is_first(node, each, page)), None):
                    return first, href
    links = [each for each in page.elements if each.tag == "a" and _leads_on(each, page)]
    for css, link in (*_by_number(links), *_by_word(links), *_by_label(links)):
        if _is_first(link.node, css, page):
            return css, link.attribute("href") or ""
    return None


def _is_first(node: LexborNode, css: str, page: Page) -> bool:
    """Whether a selector finds this node before any other."""
    first = page.root.css_first(css)
    return first is not None and first.mem_id == node.mem_id


class Pager(NamedTuple):
    """How a list goes on. `settings`: of the spider that reads it; `href`: of the second page."""

    settings: dict[str, str]
    href: str

    def link(self, page: Page, number: int) -> str | None:
        """The link of a page of the list to the one of this number, which follows."""
        if css := self.settings.get("numbers"):
            return number_link(page.root, css, number)
        return next((node.attributes.get("href") for node in page.root.css(self.settings["next"])), None)


def pager(page: Page) -> Pager | None:
    """How the list of a page goes on: by a link that is known by itself, else by its number among others that are links too."""
    if following := next_page(page):
        return Pager({"next": following[0]}, following[1])
    for link in page.elements:
        if link.tag == "a" and number_of(link.text) == 2 and _leads_on(link, page):
            href = link.attribute("href") or ""
            scopes = (f"{scope}a" for scope in _scopes(link))
            css = next((css for css in scopes if number_link(page.root, css, 2) == href), None)
            return Pager({"numbers": css}, href) if css else None
    return None


def has_pages_by_script(page: Page) -> bool:
    """Whether a page offers more of its list by a script alone: a second page, or a button that loads more."""
    more = read_words("list_words")["more_words"]
    following = [node.attributes.get("href") or "" for node in page.root.css("a[rel~=next]")]
    if any(SECOND.search(href) for href in following):  # in a way of its own, else it were known
        return True

    def asks(node: LexborNode) -> bool:
        text = " ".join((node.text() or "").split())
        if node.tag == "a" and is_address(node.attributes.get("href") or ""):
            return False
        return text == "2" or (len(text) <= MAX_LABEL and letters(text).startswith(tuple(more)))

    return any(asks(node) for node in page.root.css("a, button"))


def _leads_on(link: Element, page: Page) -> bool:
    href = link.attribute("href") or ""
    return len(link.text) <= MAX_LABEL and is_address(href) and _follows(page.absolute(href), page)


def _by_number(links: list[Element]) -> Iterator[tuple[str, Element]]:
    """Links whose number follows that of what stands before them and is no link: the number of this page."""
    for link in links:
        item = link.parent if link.parent and link.parent.text == link.text else link
        siblings = item.parent.children if item.parent else []
        before = siblings[siblings.index(item) - 1] if item in siblings[1:] else None
        if before is None or not (link.text.isdecimal() and before.text.isdecimal()):
            continue
        if int(link.text) != int(before.text) + 1 or any(
            each.tag == "a" and each.attribute("href") for each in before.below()
        ):
            continue
        inside = "" if item is link else " a"
        for scope in _scopes(item):
            for name in (*names_of(before), f"{before.tag}:not(:has(a[href])):not([href])"):
                if name != "a":
                    yield f"{scope}{name} + {item.tag}{inside}", link


def _by_word(links: list[Element]) -> Iterator[tuple[str, Element]]:
    """Links whose text says that what follows, or more of it, is behind them."""
    words = (*read_words("list_words")["next_words"], *read_words("list_words")["more_words"])
    for link in links:
        letters_of_link = letters(link.text)
        word = next((word for word in words if letters_of_link.startswith(word)), None)
        sign = next((sign for sign in NEXT_SIGNS if link.text.endswith(sign)), None)
        text = link.text.split()[0] if word else sign if sign and len(link.text) <= len(sign) + 1 else None
        if text and '"' not in text:
            yield from ((f'{scope}a:lexbor-contains("{text}")', link) for scope in _scopes(link))


def _by_label(links: list[Element]) -> Iterator[tuple[str, Element]]:
    """Links without a text, of which a label, or that of their picture, says that what follows is behind them."""
    words = tuple(read_words("list_words")["next_words"])
    for link in links:
        labelled = [("a", name, link.attribute(name)) for name in ("title", "aria-label")]
        labelled += [("img", "alt", picture.attributes.get("alt")) for picture in link.node.css("img")]
        for tag, name, label in labelled:
            if label and '"' not in label and letters(label).startswith(words):
                yield f'a[{name}="{label}"]' if tag == "a" else f'a:has(img[alt="{label}"])', link


def _scopes(element: Element) -> Iterator[str]:
    """Selectors of what is around a link, the nearest first, each with the space behind it; at last none."""
    for each in element.above():
        yield from (f"{name} " for name in names_of(each, tags=False))
    yield ""


def _follows(address: str, page: Page) -> bool:
    """Whether an address is that of another page of the same list: it differs by a number, and in nothing else but what a first
    page leaves out."""
    own, other = urlsplit(page.address), urlsplit(address)
    if own.hostname != other.hostname or address.split("#", maxsplit=1)[0] == page.address:
        return False
    asked, also = dict(parse_qsl(own.query)), dict(parse_qsl(other.query))
    changed = {name: value for name, value in also.items() if asked.get(name) != value}
    if own.path.rstrip("/") == other.path.rstrip("/"):
        return any(re.search(r"\d", value) for value in changed.values())
    if other.path.rstrip("/").startswith(own.path.rstrip("/")):
        rest = other.path.removeprefix(own.path.rstrip("/"))
        return re.fullmatch(r"/?(?:[a-z-]+/?)?\d+/?(?:\.html?)?", rest, re.I) is not None
    bare, bare_other = (
        {pattern.sub("", each.path.rstrip("/")) for pattern in (PAGE_NUMBER, BARE_NUMBER)} for each in (own, other)
    )
    return bool((bare & bare_other) - {"", "/"})
