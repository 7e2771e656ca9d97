"""Base of the spiders whose source is a posting's own page, or a list of links to such pages.

A spider of this kind subclasses Linked, names the format of a posting's page in `posting_format`, and writes `parse_posting`.
The settings of its sources:

    links              css of the links to the postings' own pages; left out: the address is itself a posting
    next               css of the link to the next page of the list
    none               words with which the list itself says that there are none
    links_are_titles   the links' texts are the postings' titles: those that fail the word test are skipped, and a posting
                       whose own page cannot be read is kept as the list shows it

Not a spider itself: no source names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Annotated, ClassVar

from pydantic import AfterValidator
from scrapy import Request
from scrapy.http import Response

from scrapers.answers.check import Format, absolute, page_cut_off, page_text
from scrapers.engine.settings import SpiderSettings
from scrapers.engine.source_run import EXPECTED_FORMAT, SourceRun
from scrapers.engine.source_spider import SourceSpider
from scrapers.extract.blocks import block_lines, block_text, check_css, line_with, parse_html, select
from scrapers.extract.inline import is_address
from scrapers.listing import RawListing

Css = Annotated[str, AfterValidator(check_css)]


class LinkedSettings(SpiderSettings):
    links: Css | None = None
    next: Css | None = None
    links_are_titles: bool = False
    none: str | None = None


class Linked(SourceSpider):
    """See the module."""

    expected_format: ClassVar[Format] = "html"
    posting_format: ClassVar[Format] = "html"

    def parse_posting(self, row: RawListing | None, response: Response, run: SourceRun) -> Iterable[RawListing]:
        """The postings of a page; `row` is the list's row of it, where the list has titles."""
        raise NotImplementedError

    def first_requests(self, run: SourceRun) -> Iterable[Request]:
        if run.settings.links is None:
            yield self.request_posting(run.source.url, run, None)
        else:
            yield run.request(run.source.url)

    def parse(self, response: Response, run: SourceRun) -> Iterator[RawListing | Request]:
        settings: LinkedSettings = run.settings
        page = parse_html(page_text(response))
        titles: dict[str, str] = {}
        for link in page.css(settings.links or "a"):
            href = (link.attributes.get("href") or "").strip()
            if is_address(href):
                titles.setdefault(absolute(response, href), block_text(link, " "))
        if not titles:
            words = line_with(block_lines(page), [settings.none] if settings.none else [])
            run.report_no_rows(words, f"nothing matches {settings.links!r} on {response.url}")
        for url, title in titles.items():
            if not run.was_requested(url):
                yield from self.request_listed(url, title if settings.links_are_titles else None, response, run)
        if page_cut_off(response):
            run.partial(f"the page breaks off: {response.url}")
        next_links = select(page, f"{settings.next}@href") if settings.next and titles else []
        if next_links and is_address(next_links[0]):
            yield run.page(response, next_links[0])

    def request_listed(self, url: str, title: str | None, response: Response, run: SourceRun) -> Iterator[Request]:
        """The request for a listed posting's page, where its title (None: unknown) passes the word test."""
        if not title:
            yield self.request_posting(url, run, None, is_detail=True)
        elif run.passes(title):
            for row in run.listing(response, title=title, url=url):
                yield self.request_posting(url, run, row, is_detail=True)

    def request_posting(self, url: str, run: SourceRun, row: RawListing | None, *, is_detail: bool = False) -> Request:
        parse = partial(self.parse_posting, row)
        meta = {EXPECTED_FORMAT: self.posting_format}
        return run.detail(url, parse, row, meta=meta) if is_detail else run.request(url, parse, meta=meta)
