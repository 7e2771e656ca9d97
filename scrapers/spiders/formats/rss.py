"""Feeds: RSS 2.0, RSS 1.0, Atom.

How to recognise one: the address answers with XML whose first element is <rss>, <rdf:RDF> or <feed>; pages name theirs in
<link rel="alternate" type="application/rss+xml">. Many feeds hold the newest postings only: a source whose feed is such a
window should not close what falls out of it (`misses_to_close`).

What to write:

    - id: example-feed
      name: Vacancies of an example agency
      spider: rss
      url: https://example.org/jobs.xml
      settings:
        organization: Example Agency     # only where every item is of one body and the items do not name it
        labels:                          # raw field -> label within an item's description
          locations: Location            #   "Location: Geneva. Posted: today" gives Geneva
          deadline: [Closing date, Apply by]

Read without a setting: title, link, description, date, id, categories, and elements whose names are words of
data/reference/list_words.yaml (<location>, <g:employer>, <closingDate>); other elements go into extra.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field
from scrapy.http import Response

from scrapers.answers.check import SourceError, content_type
from scrapers.engine.settings import SpiderSettings, Texts
from scrapers.engine.source_run import SourceRun
from scrapers.engine.source_spider import SourceSpider
from scrapers.extract import parts
from scrapers.extract.blocks import find_label, label_in_text, parse_html
from scrapers.extract.feeds import Item, read_feed
from scrapers.extract.tables import column_roles
from scrapers.extract.xml_document import FeedError
from scrapers.listing import RawListing
from scrapers.outcome import Outcome
from scrapers.reference import read_words

LABELLED = Literal[
    "organization",
    "locations",
    "posted",
    "deadline",
    "starts",
    "duration",
    "pay",
    "employment_type",
    "language",
    "native_id",
]
BY_ELEMENT = ("organization", "locations", "deadline", "starts", "duration", "pay", "employment_type")


class Rss(SourceSpider):
    name = "rss"
    expected_format = "xml"

    class Settings(SpiderSettings):
        labels: dict[LABELLED, Texts] = Field(default_factory=dict)
        organization: str | None = None

    def rows_have_addresses(self, run: SourceRun) -> bool:
        return True

    def parse(self, response: Response, run: SourceRun) -> Iterator[RawListing]:
        for item, language in feed_items(response, run):
            yield from run.listing(response, **item_fields(item, language, run.settings))


def feed_items(response: Response, run: SourceRun) -> Iterator[tuple[Item, str | None]]:
    """The items of a feed, each with the feed's language. Raises SourceError, at their end where the feed breaks off."""
    try:
        feed = read_feed(response.body, content_type(response))
    except FeedError as error:
        raise SourceError(Outcome.ERROR, f"no feed but {error}: {response.url}") from error
    if feed.repaired and not feed.cut_off:
        run.note(f"XML repaired: {feed.repaired}")
    if not feed.items:
        run.report_empty_list("the feed")
    for item in feed.items:
        yield item, feed.language
    if feed.cut_off:
        raise SourceError(Outcome.PARTIAL, f"the feed breaks off: {response.url}")


def item_fields(item: Item, language: str | None, settings: Rss.Settings) -> dict[str, Any]:
    """An item as raw fields."""
    fields: dict[str, Any] = {"organization": settings.organization}
    roles = {name: column_roles([_spaced(name)], {}).get(0) for name in (*item.others, *item.nested)}
    places = _place_elements(item, roles)
    extra: dict[str, Any] = {"categories": item.categories}
    filled: set[str] = set()
    for name, values in item.others.items():
        role = roles[name]
        if role in BY_ELEMENT and role != "locations" and role not in filled:
            fields[role] = values[0]
            filled.add(role)
        elif name not in places:
            extra[name] = values[0]
    nested = {role: item.nested[name] for name, role in roles.items() if item.nested.get(name)}
    if "organization" not in filled and (organizations := nested.get("organization")):
        fields["organization"] = organizations[0]
    if located := [*_places(item, places), *nested.get("locations", ())]:
        fields["locations"] = list(dict.fromkeys(located))
    for field, labels in settings.labels.items():
        value = _labelled(item.description or "", labels)
        if value:
            fields[field] = [value] if field == "locations" else value
    return {
        "native_id": item.id,
        "posted": item.posted,
        "language": item.language or language,
        **fields,
        "title": item.title,
        "url": item.link,
        "description": item.description,
        "extra": extra,
    }


def _place_elements(item: Item, roles: dict[str, str | None]) -> list[str]:
    """The names of the elements that tell an item's places: the first, and where that is a part of a place the other parts."""
    named = [name for name in item.others if roles[name] == "locations"]
    parts_of_place = set(read_words("list_words")["place_parts"])
    if named and _spaced(named[0]).casefold() in parts_of_place:
        return [name for name in named if _spaced(name).casefold() in parts_of_place]
    return named[:1]


def _places(item: Item, names: list[str]) -> list[str]:
    """The places in elements of these names: each a place, or each a part of the one."""
    values = [item.others[name] for name in names]
    if len(values) > 1 and all(len(each) == 1 for each in values):
        return [place] if (place := parts.line(*(each[0] for each in values))) else []
    return [place for each in values for place in each]


def _labelled(description: str, labels: list[str]) -> str | None:
    """The value of the first of these labels that the description has."""
    root = parse_html(description) if "<" in description else None
    for label in labels:
        value = " ".join(find_label(root, label)) if root is not None else label_in_text(description, label)
        if value:
            return value
    return None


def _spaced(name: str) -> str:
    """`closingDate`, `closing_date` as words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]", " ", name)
