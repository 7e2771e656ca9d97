"""Pages that carry schema.org JobPosting as JSON-LD, as search engines ask for.

How to recognise one: the page of a posting has <script type="application/ld+json"> with "@type": "JobPosting"; most
applicant tracking systems and job boards write it. List pages rarely do, so the postings' own pages are asked for.

What to write:

    - id: example-board
      name: Postings of an example employer
      spider: job_posting
      url: https://example.org/careers
      settings:
        links: a.job-link         # css of the links to the postings' own pages; left out: the address is itself a posting
        next: a[rel=next]         # css of the link to the next page of the list
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator
from scrapy import Request
from scrapy.http import Response

from scrapers.answers import absolute, page_cut_off, page_text
from scrapers.extract.blocks import check_css, parse_html, select
from scrapers.extract.inline import is_address
from scrapers.extract.schema_org import job_postings, posting_fields
from scrapers.listing import RawListing
from scrapers.spiders.base import SourceRun, SourceSpider, SpiderSettings

Css = Annotated[str, AfterValidator(check_css)]


class JobPosting(SourceSpider):
    name = "job_posting"
    due = "html"

    class Settings(SpiderSettings):
        links: Css | None = None
        next: Css | None = None

    def parse(self, response: Response, run: SourceRun) -> Iterator[RawListing | Request]:
        settings: JobPosting.Settings = run.settings
        if settings.links is None:
            yield from self.parse_posting(response, run)
            return
        page = parse_html(page_text(response))
        addresses = [absolute(response, href) for href in select(page, f"{settings.links}@href") if is_address(href)]
        for url in dict.fromkeys(addresses):
            if not run.was_asked(url):
                yield run.detail(url, self.parse_posting)
        if page_cut_off(response):
            run.partial(f"the page breaks off: {response.url}")
        following = select(page, f"{settings.next}@href") if settings.next else []
        if following and is_address(following[0]):
            yield run.page(response, following[0])

    def parse_posting(self, response: Response, run: SourceRun) -> Iterator[RawListing]:
        found = job_postings(parse_html(page_text(response)))
        for posting in found.postings:
            fields = posting_fields(posting)
            fields["url"] = fields["url"] or response.url
            yield from run.listing(response, row_text=fields["organization"], **fields)
        if found.unreadable:
            run.partial(f"JSON-LD that cannot be read: {response.url}")
        if page_cut_off(response):
            run.partial(f"the page breaks off: {response.url}")
        if not found.postings:
            run.note(f"no JobPosting on {response.url}")
