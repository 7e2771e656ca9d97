"""What a page names beside itself: its feeds, calendars and data.

Belongs here: from a page to addresses. Does not belong here: what they answer (`candidates`), the next page of its list
(`paging`).
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pipeline.catalogue.recognition.pages import Page
from scrapers.extract.inline import is_address

MAX_FEEDS = 4
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
CALENDAR = re.compile(r"^webcal://|\.ics(?:[?#]|$)|[?&](?:format|type)=ical", re.I)


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


def frames(page: Page) -> list[str]:
    """Pages of the same site that it shows in frames."""
    sources = (node.attributes.get("src") or "" for node in page.root.css("iframe[src], frame[src]"))
    return [address for address in map(page.absolute, filter(is_address, sources)) if same_site(address, page)]


def same_site(link: str, page: Page) -> bool:
    return (urlsplit(link).hostname or "").removeprefix("www.") == (urlsplit(page.address).hostname or "").removeprefix(
        "www."
    )
