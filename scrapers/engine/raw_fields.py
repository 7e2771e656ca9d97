"""The fields of a raw listing as they leave the crawl: absolute links, no personal data, no empty values.

Belongs here: what holds for the fields of every spider. Does not belong here: where a source writes them (the spiders), what
they mean (`pipeline.clean`).
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import Response

from scrapers.answers.check import absolute, page_text
from scrapers.extract.blocks import parse_html, select
from scrapers.extract.inline import has_placeholder, is_address
from scrapers.extract.links import browser_address, is_script_link, script_address
from scrapers.extract.persons import impersonal_address, without_persons
from scrapers.listing import MARKED_CLOSED, PAGE_UNREAD, RawListing

MAX_CHARACTERS = {"title": 1_000, "description": 200_000}
MAX_OTHER_CHARACTERS = 4_000
MAX_EXTRA_CHARACTERS = 50_000
MAX_LIST_ITEMS = 500
"""Bounds of the texts of a row, ten times the longest in a year of recorded nights: what is longer is damage, and would cost
every later step."""

MAX_PAGE_LINKS = 5_000
"""No list in the catalogue has half as many postings on a page."""

EMPTY_VALUES: tuple[Any, ...] = (None, "", [])


def with_fields(row: RawListing, response: Response, fields: dict[str, Any]) -> RawListing:
    """`row` completed from the posting's own page: its fields take precedence where they have a value. The url stays,
    because the row is known by it."""
    extra = row.extra | non_empty(fields.get("extra") or {})
    fields = {**fields, "url": None, "apply_url": link_address(response, fields.get("apply_url")), "extra": extra}
    own = {key: value for key, value in impersonal(fields).items() if value not in (*EMPTY_VALUES, {})}
    own |= {key: bounded(key, value.replace("\0", "")) for key, value in own.items() if isinstance(value, str)}
    own["extra"] = bounded_extra(own["extra"]) if own.get("extra") else row.extra
    return replace(row, **own)


def mark_closed(row: RawListing, reason: str | None) -> RawListing:
    """The row of a posting whose own page is gone: closed, though the list still shows it."""
    if not reason:
        return row
    return replace(
        row, extra={MARKED_CLOSED: without_persons(reason), **{k: v for k, v in row.extra.items() if k != PAGE_UNREAD}}
    )


def requested_url(response: Response) -> str:
    """The address that was requested, before any redirect."""
    assert response.request is not None
    url: str = response.request.meta.get("redirect_urls", [response.request.url])[0]
    return url


def link_address(response: Response, link: str | None) -> str | None:
    """A link made absolute, as a browser does, without what its query says of a person; None where it does not lead to a web page
    (`#top`, a mailbox, a script that names no address, a template that nobody filled in)."""
    link = stripped_text(link)
    if link and is_script_link(link):
        link = script_address(link)
    if not link or not is_address(link) or has_placeholder(link):
        return None
    address = absolute(response, browser_address(link))
    return impersonal_address(address) if len(address) <= MAX_OTHER_CHARACTERS and _is_web(address) else None


def _is_web(address: str) -> bool:
    """Whether an address names a host that could be asked; `http://[::1/` and a port beyond 65535 name none."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def page_links(response: Response) -> list[str]:
    """The addresses that a web page links to, each once, in their order; at most MAX_PAGE_LINKS."""
    links = (link_address(response, href) for href in select(parse_html(page_text(response)), "a@href"))
    return list(islice(dict.fromkeys(link for link in links if link), MAX_PAGE_LINKS))


def impersonal(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields, and the values of `extra`, without e-mail addresses, telephone numbers and names of persons. Each text is
    cut to twice its bound first, so that no pattern sees a text without end and none is cut within a name that stays."""
    return {
        key: _impersonal(value, 2 * (MAX_EXTRA_CHARACTERS if key == "extra" else max_characters(key)))
        for key, value in fields.items()
    }


def _impersonal(value: Any, longest: int) -> Any:
    if isinstance(value, str):
        return without_persons(value[:longest])
    if isinstance(value, dict):
        return {without_persons(key): _impersonal(each, longest) for key, each in value.items()}
    if isinstance(value, list):
        return [_impersonal(each, longest) for each in value[:MAX_LIST_ITEMS]]
    return value


def stripped_text(value: Any) -> str | None:
    """A value as text without surrounding white space and NUL (JSON, where it is no text); None where nothing is left."""
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.replace("\0", "").strip() or None


def bounded(field: str, text: str | None) -> str | None:
    """A text cut to the bound of its field."""
    return text[: max_characters(field)] if text else text


def max_characters(field: str) -> int:
    return MAX_CHARACTERS.get(field, MAX_OTHER_CHARACTERS)


def bounded_extra(values: dict[str, Any]) -> dict[str, Any]:
    """The values of `extra` within their bound: a longer text is cut, anything else that is longer is left out."""
    kept = {}
    for key, value in values.items():
        if isinstance(value, str):
            kept[key] = value.replace("\0", "")[:MAX_EXTRA_CHARACTERS]
        elif not isinstance(value, list | dict) or len(json.dumps(value)) <= MAX_EXTRA_CHARACTERS:
            kept[key] = value
    return kept


def has_nul_text(*values: Any) -> bool:
    return any("\0" in value for value in values if isinstance(value, str))


def non_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in EMPTY_VALUES}
