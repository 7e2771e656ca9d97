"""Sitemaps (sitemaps.org), whose addresses lead to pages with schema.org JobPosting: sitemap.xml, an index of several, .gz.

How to recognise one: robots.txt names it (`Sitemap: …`), or it stands at /sitemap.xml, /sitemap_index.xml or /jobs/sitemap.xml,
and the pages of its postings carry a JobPosting (see `job_posting`).

What to write:

    - id: example-careers
      name: Postings of an example employer
      spider: sitemap
      url: https://careers.example.org/sitemap.xml
      settings:
        postings: /jobs/(?P<title>[^/]+)/\\d+    # regular expression, found in the addresses of postings; where it has a
                                                # group `title`, its words tell what cannot be an internship
        sitemaps: jobs                          # regular expression of the sitemaps of an index to read; default: all
        most: 500                               # postings asked for in one night, the last changed first

A night asks for each posting's page, so a sitemap that does not name titles should be small. One that names more postings
than `most` is never read whole, and nothing in it closes by absence: a search feed or a board's own API serves better.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, NamedTuple
from urllib.parse import unquote

from lxml import etree
from pydantic import AfterValidator, Field
from scrapy import Request
from scrapy.http import Response
from scrapy.utils.gz import gunzip

from scrapers.answers.check import SourceError, content_type
from scrapers.engine.settings import SpiderSettings
from scrapers.engine.source_run import SourceRun
from scrapers.extract import feeds
from scrapers.extract.charset import decode
from scrapers.extract.xml_document import FeedError, local_name, read_xml
from scrapers.listing import RawListing
from scrapers.outcome import Outcome
from scrapers.spiders.formats.job_posting import JobPosting

ROOTS = ("urlset", "sitemapindex")
MAX_BYTES = 50 << 20
"""Of a sitemap, unpacked (sitemaps.org, protocol)."""


class Entry(NamedTuple):
    """An address of a sitemap, and when it last changed by its own words, or an empty text."""

    url: str
    changed: str


def _check_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_check_pattern)]


class Sitemap(JobPosting):
    name = "sitemap"
    expected_format = "xml"

    class Settings(SpiderSettings):  # a sitemap's postings are recognised by their addresses
        postings: Pattern
        sitemaps: Pattern | None = None
        most: int = Field(default=500, ge=1)

    def first_requests(self, run: SourceRun) -> Iterator[Request]:
        yield run.request(run.source.url)

    def parse(self, response: Response, run: SourceRun) -> Iterator[RawListing | Request]:
        settings: Sitemap.Settings = run.settings
        is_index, entries, broken = _read_sitemap(response)
        if is_index:
            for entry in entries:
                if settings.sitemaps is None or re.search(settings.sitemaps, entry.url):
                    yield run.page(response, entry.url)
        else:
            yield from self._ask_postings(entries, response, run)
        if broken:
            raise SourceError(Outcome.PARTIAL, f"the sitemap breaks off ({broken}): {response.url}")

    def _ask_postings(self, entries: list[Entry], response: Response, run: SourceRun) -> Iterator[Request]:
        settings: Sitemap.Settings = run.settings
        asked = capped = 0
        found = False
        for entry in sorted(entries, key=lambda entry: entry.changed, reverse=True):
            match = re.search(settings.postings, entry.url)
            if match is None or run.was_requested(entry.url) or not run.is_new(entry.url):
                continue
            found = True
            title = _words(match["title"]) if "title" in match.groupdict() else None
            if title and not run.passes(title):
                continue
            if asked == settings.most:
                capped += 1
                continue
            asked += 1
            yield from self.request_listed(entry.url, title, response, run)
        if capped:
            run.partial(f"capped at {settings.most} postings, {capped} more in {response.url}")
        if not found:
            run.note(f"no address like {settings.postings!r} in {response.url}")


def _read_sitemap(response: Response) -> tuple[bool, list[Entry], str | None]:
    """Whether it is an index, its addresses made absolute, and what is wrong with its XML. Raises SourceError."""
    body = response.body
    if body[:2] == b"\x1f\x8b":
        try:
            body = gunzip(body, max_size=MAX_BYTES)
        except (OSError, EOFError, ValueError) as error:
            raise SourceError(Outcome.ERROR, f"cannot be unpacked ({error}): {response.url}") from error
    if addresses := _lines_of_addresses(body):
        return False, [Entry(address, "") for address in addresses], None
    try:
        document = read_xml(body, content_type(response), (*ROOTS, *(root.upper() for root in ROOTS), *feeds.ROOTS))
        name = local_name(document.root)
        if name in feeds.ROOTS:
            feed = feeds.read_feed(body, content_type(response))
            entries = [Entry(item.link or "", item.posted or "") for item in feed.items]
        elif name.lower() in ROOTS:
            entries = list(_entries(document.root))
        else:
            raise SourceError(Outcome.LAYOUT_CHANGED, f"no sitemap but XML of <{name}>: {response.url}")
    except FeedError as error:
        raise SourceError(Outcome.ERROR, f"no sitemap but {error}: {response.url}") from error
    entries = [entry._replace(url=response.urljoin(entry.url)) for entry in entries if entry.url]
    broken = None if document.is_whole else document.repaired or "its end is missing"
    return name.lower() == ROOTS[1], [entry for entry in entries if entry.url.startswith("http")], broken


def _lines_of_addresses(body: bytes) -> list[str]:
    """The addresses of a sitemap that is a text with one a line (sitemaps.org, "Other Sitemap formats"); none of any other."""
    lines = decode(body).text.split() if body.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n")[:4] in (b"http", b"h\0t\0") else []
    return lines if all(line.startswith(("http://", "https://")) for line in lines) else []


def _entries(root: etree._Element) -> Iterator[Entry]:
    """The entries of a sitemap at any depth. A `loc` of another namespace is that of a picture or video."""
    for item in root.iter():
        if local_name(item).lower() not in ("url", "sitemap"):
            continue
        own = {
            local_name(child).lower(): (child.text or "").strip()
            for child in reversed(item)
            if isinstance(child.tag, str) and _namespace(child) == _namespace(item)
        }
        yield Entry(own.get("loc", ""), own.get("lastmod", ""))


def _namespace(element: etree._Element) -> str:
    """The namespace of an element, or the prefix that the document does not bind."""
    return str(element.tag).rpartition("}")[0] or str(element.tag).rpartition(":")[0]


def _words(slug: str) -> str:
    """`research-intern_2026` as words."""
    return " ".join(re.sub(r"[-_+.]+", " ", unquote(slug)).split())
