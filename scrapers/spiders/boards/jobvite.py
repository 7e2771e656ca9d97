"""Jobvite: job boards of employers at jobs.jobvite.com.

How to recognise one: the postings' addresses are `jobs.jobvite.com/<token>/job/<code>`, perhaps with `careers/` before the
token.

What to write, in data/sources/platform/jobvite.yaml or .csv:

    - {token: example, name: Example AG}
      # url: https://jobs.jobvite.com/{token}/jobs

A board of many jobs shows some of each category, and links the others page by page (`search?c=<category>&p=<number>`). A token
that is not in use leads to a page of Jobvite's own (`?invalid=1`). All settings of `html_list` may be written as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response
from selectolax.lexbor import LexborNode

from scrapers.answers.check import SourceError, absolute, page_text
from scrapers.engine.source_run import SourceRun
from scrapers.extract.blocks import HEADINGS, block_text, parse_html, select
from scrapers.listing import RawListing
from scrapers.outcome import Outcome
from scrapers.spiders.formats.html_list import CssPaths, DetailReading, HtmlList, RawField

MARKS = {
    "boards": [
        r"^(?:jobs|app)\.jobvite\.com/(?:careers/)?(?P<token>(?!__assets__|static|v1|job/)[A-Za-z0-9_-]+)(?:/(?:jobs?|search)|/?(?:[?#]|$))"
    ],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

IN_CATEGORY = re.compile(r"/search/?\?(?:[^?]*&)?c=")


class Jobvite(HtmlList):
    name = "jobvite"

    class Settings(HtmlList.Settings):
        rows: str = 'a[href*="/job/"]'  # of which the row around each is read, in all of the system's layouts
        fields: dict[RawField, CssPaths] = {
            "title": [".title", ".jv-job-list-name", "a"],
            "url": ['a[href*="/job/"]@href', "@href"],
            "locations": [".jv-job-list-location"],
        }
        detail: DetailReading | None = DetailReading(
            job_posting=True, fields={"description": [".jv-job-detail-description"]}
        )
        id_in_url: str | None = r"/job/([\w-]+)"
        tested: list[RawField] = ["title", "section"]

    def row_fields(self, row: LexborNode, run: SourceRun) -> dict[str, Any]:
        around = _row_around(row)
        fields = super().row_fields(around, run)
        return {"section": _category(around), **fields, "title": fields["title"] or block_text(row, " ")}

    def validate_response(self, response: Response, run: SourceRun) -> None:
        if "invalid=1" in response.url:
            raise SourceError(Outcome.GONE, f"Jobvite knows no such board: {response.url}")
        super().validate_response(response, run)

    def parse(self, response: Response, run: SourceRun) -> Iterator[RawListing | Request]:
        yield from super().parse(response, run)
        page = parse_html(page_text(response))
        links = dict.fromkeys(absolute(response, href) for href in select(page, "a@href") if IN_CATEGORY.search(href))
        for url in links:
            if not run.was_requested(url):
                yield run.page(response, url)


def _row_around(link: LexborNode) -> LexborNode:
    """The outermost element around the link to a posting that holds no link to another."""
    address = link.attributes.get("href")
    row = link
    while row.parent is not None and row.parent.tag not in ("table", "tbody", "ul", "body", "html"):
        links = {each.attributes.get("href") for each in row.parent.css('a[href*="/job/"]')}
        if links != {address}:
            break
        row = row.parent
    return row


def _category(row: LexborNode) -> str | None:
    """The heading above the table or list that a row stands in."""
    above = row.parent
    while above is not None and above.tag not in ("table", "ul"):
        above = above.parent
    while above is not None and above.tag not in HEADINGS:
        above = above.prev
    return block_text(above, " ") if above is not None else None
