"""Pages that carry schema.org JobPosting, as search engines ask for: as JSON-LD, as microdata or as RDFa.

How to recognise one: the page of a posting has <script type="application/ld+json"> with "@type": "JobPosting", or elements
with itemtype="https://schema.org/JobPosting" or typeof="JobPosting"; most applicant tracking systems and job boards write
it. List pages rarely do, so the postings' own pages are asked for. Where the site has a sitemap, see `sitemap`.

What to write:

    - id: example-board
      name: Postings of an example employer
      spider: job_posting
      url: https://example.org/careers
      settings:
        links: a.job-link         # css of the links to the postings' own pages; left out: the address is itself a posting
        links_are_titles: true    # their texts are titles, by which a page is asked for or not
        next: a[rel=next]         # css of the link to the next page of the list
        none: no vacancies        # words by which the list itself says that there are none
"""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.http import Response

from scrapers.answers.check import page_cut_off, page_text
from scrapers.engine.linked import Linked, LinkedSettings
from scrapers.engine.raw_fields import with_fields
from scrapers.engine.source_run import SourceRun
from scrapers.extract.blocks import parse_html
from scrapers.extract.schema_org import job_postings, posting_fields
from scrapers.listing import RawListing


class JobPosting(Linked):
    name = "job_posting"

    Settings = LinkedSettings

    def parse_posting(self, row: RawListing | None, response: Response, run: SourceRun) -> Iterator[RawListing]:
        found = job_postings(parse_html(page_text(response)))
        for posting in found.postings:
            fields = posting_fields(posting)
            if row is not None:
                yield with_fields(row, response, fields)
                row = None
                continue
            fields["url"] = fields["url"] or response.url
            yield from run.listing(response, row_text=fields["organization"], **fields)
        if found.unreadable:
            run.partial(f"JSON-LD that cannot be read: {response.url}")
        if page_cut_off(response):
            run.partial(f"the page breaks off: {response.url}")
        if not found.postings:
            run.note(f"no JobPosting on {response.url}")
        if row is not None:
            yield row
