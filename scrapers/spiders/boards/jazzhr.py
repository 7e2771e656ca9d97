"""JazzHR: job boards of small and middle-sized employers at `<token>.applytojob.com`.

How to recognise one: the postings' addresses are `<token>.applytojob.com/apply/jobs/details/<code>`, or
`<token>.applytojob.com/apply/<code>/<title>`.

What to write, in data/sources/platform/jazzhr.yaml or .csv:

    - {token: example, name: Example AG}
      # url: https://{token}.applytojob.com/apply/jobs

The whole board is one page. An account that is closed leads to JazzHR's own site, or answers with an "Inactive Career Page".
All settings of `html_list` may be written as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from scrapers.answers.check import SourceError
from scrapers.engine.source_run import SourceRun
from scrapers.listing import RawListing
from scrapers.outcome import Outcome
from scrapers.spiders.formats.html_list import CssPaths, DetailReading, HtmlList, RawField

MARKS = {
    "here": r"\.applytojob\.com/apply(?:/jobs)?/?$",
    "boards": [r"^(?P<token>(?!www\.|app\.)[a-z0-9-]+)\.applytojob\.com(?:[/?#]|$)"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

HOME = ("jazzhr.com", "www.jazzhr.com")
INACTIVE = b"<title>Inactive Career Page"


class Jazzhr(HtmlList):
    name = "jazzhr"

    class Settings(HtmlList.Settings):
        rows: str = "#job_listings_wrapper tr:has(a), li.list-group-item:has(a)"
        fields: dict[RawField, CssPaths] = {
            "title": ["a.job_title_link", ".list-group-item-heading a", "a"],
            "url": ["a@href"],
            "locations": ["td:nth-child(2)", ".list-group-item-text li:first-child"],
            "section": [".resumator_department", ".list-group-item-text li:nth-child(2)"],
        }
        detail: DetailReading | None = DetailReading(
            job_posting=True,
            fields={"title": ["h1.job_title", "h1"], "description": ["#job-description", "#job_description_wrapper"]},
        )
        id_in_url: str | None = r"/apply/(?:jobs/details/)?([\w-]{4,})"
        tested: list[RawField] = ["title", "section"]

    def parse(self, response: Response, run: SourceRun) -> Iterator[RawListing | Request]:
        if urlsplit(response.url).hostname in HOME or INACTIVE in response.body:
            raise SourceError(Outcome.GONE, f"JazzHR has no such board any more: {response.url}")
        yield from super().parse(response, run)
