"""Personio: boards of employers at <token>.jobs.personio.de and .com.

How to recognise one: the postings' addresses are `<token>.jobs.personio.de/job/<number>`; `/xml` of the same host answers with
<workzag-jobs>.

What to write, in data/sources/platform/personio.yaml or .csv:

    - {token: example, name: Example GmbH, tld: de}
    - {token: ejemplo, name: Ejemplo SL, tld: com, settings: {also: [es, de]}}

The address names a language (`/xml?language=en`), because without it the feed may come without texts. A position that is not
written in that language has no text either: the feeds of the languages of `also` are then asked for, one after the other, and
last the page of a position that has no text in any of them. A position that is in the feed several times, or has further
offices, is one row; another one under its id is a row of its own. An internship is `employmentType: intern`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree
from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter

from scrapers.answers.check import SourceError, content_type, page_text
from scrapers.engine.raw_fields import with_fields
from scrapers.engine.settings import SpiderSettings, Texts
from scrapers.engine.source_run import EXPECTED_FORMAT, OPTIONAL, SourceRun
from scrapers.engine.source_spider import SourceSpider
from scrapers.extract import parts
from scrapers.extract.blocks import parse_html
from scrapers.extract.schema_org import job_postings, posting_fields
from scrapers.extract.xml_document import FeedError, read_xml
from scrapers.listing import RawListing
from scrapers.outcome import Outcome

MARKS = {
    "boards": [r"^(?P<token>[a-z0-9-]+)\.jobs\.personio\.(?P<tld>de|com)"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

ROOT = "workzag-jobs"
EXTRA = ("seniority", "schedule", "yearsOfExperience", "keywords", "occupation", "occupationCategory")
TESTED = ("seniority", "department", "recruitingCategory", "keywords", "occupation", "occupationCategory")
PERSON = re.compile(r"contact[ _]person|ansprechp(?:artner|erson)|kontaktperson|persona de contacto", re.I)
"""A section of this name is about a person, and is not read."""


class Personio(SourceSpider):
    name = "personio"
    expected_format = "xml"

    class Settings(SpiderSettings):
        also: Texts = ["de"]

    def first_requests(self, run: SourceRun) -> Iterator[Request]:
        yield self._feed(run, run.source.url, [], list(run.settings.also))

    def validate_response(self, response: Response, run: SourceRun) -> None:
        location = (response.headers.get("Location") or b"").decode("latin-1")
        to = urljoin(response.url, location)
        if urlsplit(to).hostname != urlsplit(run.source.url).hostname:
            raise SourceError(Outcome.GONE, f"no company of this name: {run.source.url} leads to {to}")
        super().validate_response(response, run)

    def _feed(self, run: SourceRun, url: str, silent: list[RawListing], languages: list[str]) -> Request:
        """The request for a feed. Redirects are not followed: one leads away from a company that is not there, to a page
        that refuses everybody."""
        return run.request(url, partial(self._parse_feed, silent, languages), meta={"dont_redirect": True})

    def _parse_feed(
        self, silent: list[RawListing], languages: list[str], response: Response, run: SourceRun
    ) -> Iterator[RawListing | Request]:
        """The rows of a feed. `silent`: the listings of the feeds before it, which had no text for them; they get it here.
        `languages`: those of the feeds to ask for next, while some are silent."""
        positions, is_whole = _positions(response, run)
        texts = {each["native_id"]: each["description"] for each in reversed(positions) if each["native_id"]}
        for listing in silent:
            text = texts.get(listing.native_id)
            listing.description = with_fields(listing, response, {"description": text}).description
        silent = [listing for listing in silent if not listing.description]
        known_ids = {native_id for native_id in texts if not run.is_new(native_id)}  # in another language
        for position in positions:
            native_id, tested = position["native_id"], position.pop("tested")
            if native_id in known_ids or (position["title"] and not run.passes(*tested)):
                continue
            url = urljoin(run.source.url, f"/job/{native_id}") if native_id else None
            for listing in run.listing(response, url=url, **position):
                yield listing
                silent += [] if listing.description else [listing]
        if not positions:
            run.report_empty_list(f"<{ROOT}>")
        if not is_whole:
            run.partial(f"the XML breaks off: {response.url}")
        elif languages and (silent or not positions):
            following = add_or_replace_parameter(run.source.url, "language", languages[0])
            yield self._feed(run, following, silent, languages[1:])
        else:
            for listing in silent:
                if not listing.extra.get("no_link"):
                    meta = {EXPECTED_FORMAT: "html", OPTIONAL: True, "detail": True}
                    yield run.request(listing.url, partial(_parse_own_page, listing), meta=meta)


def _parse_own_page(listing: RawListing, response: Response, run: SourceRun) -> Iterator[RawListing]:
    """The text of a posting that stands on its own page only."""
    postings = job_postings(parse_html(page_text(response))).postings
    text = posting_fields(postings[0]).get("description") if postings else None
    listing.description = with_fields(listing, response, {"description": text}).description
    if not listing.description:
        run.note(f"no text in any language asked for, nor on {response.url}")
    yield from ()


def _positions(response: Response, run: SourceRun) -> tuple[list[dict[str, Any]], bool]:
    """The positions of a feed, those of one id and title joined; whether the feed is whole. Raises SourceError."""
    try:
        document = read_xml(response.body, content_type(response), (ROOT,))
    except FeedError as error:
        raise SourceError(Outcome.ERROR, f"no feed but {error}: {response.url}") from error
    root = document.root
    if root.tag != ROOT:
        raise SourceError(Outcome.LAYOUT_CHANGED, f"XML of <{root.tag}>, not <{ROOT}>: {response.url}")
    if document.repaired and document.is_whole:
        run.note(f"XML repaired: {document.repaired}")
    elements = list(root.iter("position"))
    positions: dict[tuple[str, str | None], dict[str, Any]] = {}
    for number, element in enumerate(elements[: None if document.is_whole else document.ended_elements(("position",))]):
        position = _fields(element)
        known = positions.setdefault((position["native_id"] or f"#{number}", position["title"]), position)
        if known is not position and set(position["locations"]) <= set(known["locations"]):
            run.repeat_row()
        known["locations"] = list(dict.fromkeys([*known["locations"], *position["locations"]]))
    return list(positions.values()), document.is_whole


def _fields(position: etree._Element) -> dict[str, Any]:
    def value(path: str) -> str | None:
        return (position.findtext(path) or "").strip() or None

    offices = [
        element.text for element in (*position.iterfind("office"), *position.iterfind("additionalOffices/office"))
    ]
    title, employment_type = value("name"), parts.line(value("employmentType"), value("schedule"))
    return {
        "native_id": value("id"),
        "title": title,
        "organization": value("subcompany"),
        "locations": [office.strip() for office in offices if office and office.strip()],
        "description": parts.sections(
            (each.findtext("name"), each.findtext("value"))
            for each in position.iterfind("jobDescriptions/jobDescription")
            if not PERSON.search(each.findtext("name") or "")
        ),
        "employment_type": employment_type,
        "section": parts.path(value("department"), value("recruitingCategory")),
        "posted": value("createdAt"),
        "extra": {name: value(name) for name in EXTRA},
        "tested": [title, employment_type, *map(value, TESTED)],
    }
