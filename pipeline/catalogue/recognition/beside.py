"""What a page names beside itself: its feeds, calendars and data, and the next page of its list.

Belongs here: from a page to addresses. Does not belong here: what they answer (`candidates`).
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from pipeline.catalogue.recognition.pages import Page
from scrapers.extract.inline import is_address

MAX_FEEDS = 4
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
CALENDAR = re.compile(r"^webcal://|\.ics(?:[?#]|$)|[?&](?:format|type)=ical", re.I)
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
    "span + a[href*=page]",
)
"""Selectors of the link to the next page, the surest first."""


def feeds(page: Page) -> list[str]:
    """Feeds that the page names, those of comments left out, the nearest to its own address first."""
    found = []
    for node in page.root.css("link[rel~=alternate][href], a[type][href]"):
        if (node.attributes.get("type") or "").lower() in FEED_TYPES:
            address = page.absolute(node.attributes["href"] or "")
            if not re.search(r"/comments?/|comments?-rss|type=comments", address, re.I):
                found.append(address)
    for element in page.elements:
        href = element.attribute("href") or ""
        if element.tag == "a" and re.search(r"(?:/feed/?|\.rss|/rss/?|\.atom|rss\.xml)(?:[?#]|$)", href, re.I):
            found.append(page.absolute(href))
    own = page.address.rstrip("/")
    return sorted(dict.fromkeys(found), key=lambda each: not each.startswith(own))[:MAX_FEEDS]


def is_feed(page: Page) -> bool:
    return page.problem is None and re.search(r"<(?:rss|feed|rdf:RDF)[\s>]", page.text[:5000]) is not None


def wp_json(page: Page) -> list[str]:
    """The posts of a WordPress category, or of a type, that the page names its own data of."""
    for node in page.root.css("link[rel=alternate][type='application/json'][href]"):
        address = page.absolute(node.attributes["href"] or "")
        if found := re.search(r"^(.*/wp-json/wp/v2)/(categories|tags)/(\d+)$", address):
            return [f"{found[1]}/posts?{found[2]}={found[3]}&per_page=100"]
    return []


def calendars(page: Page) -> list[str]:
    values = (
        value
        for element in page.elements
        for name in ("href", "data-source", "data-url", "data-src")
        if (value := element.attribute(name)) and CALENDAR.search(value)
    )
    found = (re.sub(r"^webcals?:", "https:", page.absolute(value)) for value in values)
    return list(dict.fromkeys(found))[:MAX_FEEDS]


def next_page(page: Page) -> tuple[str, str] | None:
    """The selector of the link to the next page of a list, and its address."""
    for css in NEXT_LINKS:
        for node in page.root.css(css):
            href = node.attributes.get("href") or ""
            if is_address(href) and _follows(page.absolute(href), page):
                return css, href
            break
    return None


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
    rest = other.path.removeprefix(own.path.rstrip("/"))
    return rest != other.path and re.fullmatch(r"/?(?:[a-z-]+/?)?\d+/?(?:\.html?)?", rest, re.I) is not None


def frames(page: Page) -> list[str]:
    """Pages of the same site that it shows in frames."""
    sources = (node.attributes.get("src") or "" for node in page.root.css("iframe[src], frame[src]"))
    return [address for address in map(page.absolute, filter(is_address, sources)) if same_site(address, page)]


def same_site(link: str, page: Page) -> bool:
    return (urlsplit(link).hostname or "").removeprefix("www.") == (urlsplit(page.address).hostname or "").removeprefix(
        "www."
    )
