"""SAP SuccessFactors: career sites of employers and of ILO, UNIDO, UNESCO, ICRC and ESA, on hosts of their own.

How to recognise one: the postings' addresses are `<host>/job/<place-and-title>/<number>/`, pages load things from
successfactors.com, successfactors.eu or jobs2web.com. It publishes in three ways; the address says which it is:

What to write:

    - id: example-organization-jobs
      name: Jobs at an example organization
      spider: successfactors
      url: https://careers.example.org/search/?q=&sortColumn=referencedate&sortDirection=desc
      # url: https://careers.example.org/googlefeed.xml                          all jobs with their texts
      # url: https://careers.example.org/services/rss/category/?catid=2842101    the newest ten of a category

The list is a table, 10 to 50 rows a page, that says "Results 1 – 25 of 74"; its columns differ, and all settings of
`html_list` may be written for them (`labels: {deadline: Closing date}`). Titles in the feeds end with the place in brackets;
a category without jobs is one item that says so. Sites at `career<N>.successfactors.eu/career?company=…` show their list
by a script alone and are not read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from selectolax.lexbor import LexborNode
from w3lib.url import add_or_replace_parameter

from scrapers.engine.source_run import EXPECTED_FORMAT, SourceRun
from scrapers.extract.blocks import select
from scrapers.extract.feeds import Item
from scrapers.extract.inline import unescape
from scrapers.listing import RawListing
from scrapers.spiders.formats.html_list import CssPaths, DetailReading, HtmlList, RawField
from scrapers.spiders.formats.rss import Rss, feed_items, item_fields

MARKS = {
    "here": r"/(?:go/[^/?#]+/\d+|search)/|/services/rss/|googlefeed\.xml",
    "hosts": [r"^[a-z0-9.-]+/(?:googlefeed\.xml|services/rss/)"],
    "page": [
        r"(?:rmkcdn|performancemanager\d*)\.successfactors\.(?:com|eu)|\bjobs2web\.com|career\d*\.(?:sapsf|successfactors)\.(?:com|eu)/career",
        r"/platform/js/j2w/",
    ],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

NUMBER = r"/(\d{4,})/?(?:[?#]|$)"
PLACE = re.compile(r"\(([^()]+,[^()]+)\)\s*$")
"""The place at the end of a title: `Intern (Geneva, GE, CH, 1211)`."""

NO_FUNCTION = "ATS_WEBFORM"
"""What `job_function` says of every job of a site that does not use it."""


class Successfactors(HtmlList):
    name = "successfactors"

    class Settings(HtmlList.Settings):
        rows: str = "tr.data-row"
        fields: dict[RawField, CssPaths] = {
            "title": ["a.jobTitle-link"],
            "url": ["a.jobTitle-link@href"],
            "locations": [".jobLocation"],
            "employment_type": [".jobShifttype"],
            "section": [".jobDepartment"],
            "posted": [".jobDate"],
        }
        detail: DetailReading | None = DetailReading(job_posting=True, fields={"description": [".jobdescription"]})
        total: str | None = ".paginationLabel b:nth-of-type(2)"
        id_in_url: str | None = NUMBER
        tested: list[RawField] = ["title", "employment_type", "section"]

    def first_requests(self, run: SourceRun) -> Iterable[Request]:
        if _is_feed(run.source.url):
            yield run.request(run.source.url, self.parse_feed, meta={EXPECTED_FORMAT: "xml"})
        else:
            yield run.request(run.source.url)

    def next_page(self, page: LexborNode, response: Response, run: SourceRun) -> str | None:
        numbers = re.findall(r"\d+", re.sub(r"(?<=\d)[.,](?=\d)", "", " ".join(select(page, ".paginationLabel")[:1])))
        if len(numbers) < 3 or int(numbers[1]) >= int(numbers[2]):
            return None
        # Lists of a category count their rows in the path (/go/<name>/<number>/25/), the search in its query.
        following = re.compile(rf"(?:[?&]startrow=|/){numbers[1]}(?:[/?&#]|$)")
        linked = (href for href in select(page, ".pagination a@href") if following.search(href))
        return next(linked, None) or add_or_replace_parameter(response.url, "startrow", numbers[1])

    def parse_feed(self, response: Response, run: SourceRun) -> Iterator[RawListing]:
        for item, language in feed_items(response, run):
            fields = _of_feed(item, language)
            if fields["title"] and fields["url"] and urlsplit(fields["url"]).path in ("", "/"):
                run.confirm_empty(fields["title"])  # it leads home: "No jobs currently available"
                continue
            if not run.is_new(fields["native_id"]):
                continue
            if not fields["title"] or run.passes(fields["title"], fields["section"]):
                yield from run.listing(response, **fields)


def _is_feed(url: str) -> bool:
    path = urlsplit(url).path
    return path.endswith(".xml") or "/services/rss/" in path


def _of_feed(item: Item, language: str | None) -> dict[str, Any]:
    """An item as raw fields. Its text is escaped once more than XML asks for."""
    fields = item_fields(item, language, Rss.Settings())
    number = re.search(NUMBER, fields["url"] or "")
    place = PLACE.search(fields["title"] or "")
    text = fields["description"] or ""
    function = fields["extra"].pop("job_function", None)
    return fields | {
        "native_id": number[1] if number else None,
        "locations": fields.get("locations") or ([place[1]] if place else []),
        "description": unescape(text) if "<" not in text else text,
        "section": function if function != NO_FUNCTION else None,
    }
