"""What spiders share whose source is a posting's own page, or a list of links to such pages.

A spider of this kind subclasses Linked, says in `posting_due` what a posting's page is written in, and writes
`parse_posting`. Its sources may say

    links              css of the links to the postings' own pages; left out: the address is itself a posting
    next               css of the link to the next page of the list
    none               words by which the list itself says that there are none
    links_are_titles   the links' texts are the postings' titles: what cannot be an internship by them is passed over, and
                       a posting whose own page cannot be had is kept as the list tells it

Not a spider itself: no source names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Annotated, ClassVar

from pydantic import AfterValidator
from scrapy import Request
from scrapy.http import Response

from scrapers.answers.check import Due, absolute, page_cut_off, page_text
from scrapers.engine.source_spider import DUE, SourceRun, SourceSpider, SpiderSettings
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

    due: ClassVar[Due] = "html"
    posting_due: ClassVar[Due] = "html"

    def parse_posting(self, row: RawListing | None, response: Response, run: SourceRun) -> Iterable[RawListing]:
        """The postings of a page; `row` is what the list says of it, where it says something."""
        raise NotImplementedError

    def first_requests(self, run: SourceRun) -> Iterable[Request]:
        if run.settings.links is None:
            yield self.ask(run.source.url, run, None)
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
            if words := line_with(block_lines(page), [settings.none] if settings.none else []):
                run.says_none(words)
            else:
                run.note(f"nothing matches {settings.links!r} on {response.url}")
        for url, title in titles.items():
            if not run.was_asked(url):
                yield from self.ask_listed(url, title if settings.links_are_titles else None, response, run)
        if page_cut_off(response):
            run.partial(f"the page breaks off: {response.url}")
        following = select(page, f"{settings.next}@href") if settings.next and titles else []
        if following and is_address(following[0]):
            yield run.page(response, following[0])

    def ask_listed(self, url: str, title: str | None, response: Response, run: SourceRun) -> Iterator[Request]:
        """The request for a posting's page that a list names, where its title (None: not told) may be an internship's."""
        if not title:
            yield self.ask(url, run, None, is_detail=True)
        elif run.passes(title):
            for row in run.listing(response, title=title, url=url):
                yield self.ask(url, run, row, is_detail=True)

    def ask(self, url: str, run: SourceRun, row: RawListing | None, *, is_detail: bool = False) -> Request:
        parse = partial(self.parse_posting, row)
        meta = {DUE: self.posting_due}
        return run.detail(url, parse, row, meta=meta) if is_detail else run.request(url, parse, meta=meta)
