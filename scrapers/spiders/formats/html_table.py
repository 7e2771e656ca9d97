"""Tables on web pages whose rows are openings and whose columns say by their headers what they hold.

How to recognise one: a <table> with a header row of words like Position, Embassy, Location, Closing date, in any language
of data/reference/list_words.yaml. Where the header does not tell, or rows are no rows of a table, see `html_list`.

What to write:

    - id: example-university-placements
      name: Placements of an example university
      spider: html_table
      url: https://example.edu/placements
      settings:
        table: table.placements        # css of the tables; default: every table of the page that lists openings
        columns: {pay: [Bounty]}       # only for headers that list_words.yaml does not know; `link` is the one to apply by
        next: a.next                   # css of the link to the next page
        numbers: ul.pager a            # where no css tells that link from the others: of all whose texts are numbers of pages
        detail:                        # the row's own page, as in html_list
          fields: {description: main}
        tested: [title]                # of a table of all jobs: fields whose words may show an internship
        none: no current vacancies     # words by which the page itself says that there are none

Cells that span several rows or columns count for each; the caption or heading above a table is its rows' section. A row
without a title is titled by its organization: an embassy, where the table lists embassies.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pydantic import Field
from scrapy import Request
from scrapy.http import Response

from scrapers.answers.check import SourceError, page_cut_off, page_text
from scrapers.engine.settings import SpiderSettings, Texts
from scrapers.engine.source_run import SourceRun
from scrapers.extract.blocks import block_lines, line_with, parse_html
from scrapers.extract.html_tables import page_tables
from scrapers.extract.inline import is_address
from scrapers.extract.tables import read_rows
from scrapers.listing import RawListing
from scrapers.outcome import Outcome
from scrapers.spiders.formats.html_list import PAGE_NUMBER, Css, DetailReading, HtmlList, RawField, page_number
from scrapers.spiders.formats.markdown_list import Column


class HtmlTable(HtmlList):
    name = "html_table"

    class Settings(SpiderSettings):  # rows and fields are what the headers say
        table: Css = "table"
        columns: dict[Column, Texts] = Field(default_factory=dict)
        next: Css | None = None
        numbers: Css | None = None
        detail: DetailReading | None = None
        tested: list[RawField] = Field(default_factory=list)
        none: str | None = None

    def parse(self, response: Response, run: SourceRun) -> Iterator[RawListing | Request]:
        settings: HtmlTable.Settings = run.settings
        columns = {str(field): texts for field, texts in settings.columns.items()}
        page = parse_html(page_text(response))
        found = 0
        for table in page_tables(page, settings.table, columns):
            for row in read_rows(table, columns):
                found += 1
                fields = {"section": row.section, **row.fields}
                fields["title"] = fields.get("title") or fields.get("organization")
                if (
                    settings.tested
                    and fields["title"]
                    and not run.passes(*(fields.get(each) for each in settings.tested))
                ):
                    continue
                for listing in run.listing(response, url=row.url, row_text=row.text, **fields):
                    if settings.detail and row.url and listing.url.startswith(("http:", "https:")):
                        yield run.detail(listing.url, partial(self.parse_detail, listing), listing)
                    else:
                        yield listing
        if not found:
            words = line_with(block_lines(page), [settings.none] if settings.none else [])
            run.report_no_rows(words, f"no table of openings at {settings.table!r} on {response.url}")
        if page_cut_off(response):
            raise SourceError(Outcome.PARTIAL, f"the page breaks off: {response.url}")
        following = self.next_page(page, response, run) if found else None
        if following and is_address(following):
            yield run.page(response, following, meta={PAGE_NUMBER: page_number(response) + 1})
