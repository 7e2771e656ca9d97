"""Workday: the job boards of large employers, and of UNHCR, WFP, IMF, WTO and PAHO.

How to recognise one: the postings' addresses are `<tenant>.wd<N>.myworkdayjobs.com/<site>/job/…`, or
`wd<N>.myworkdaysite.com/recruiting/<tenant>/<site>/job/…`. The robots.txt of the host lists all sites of the tenant.

What to write, in data/sources/platform/workday.yaml or .csv (the address is that of the board's interface):

    - {tenant: example, wd: wd3, site: Careers, name: Example AG}
      # url: https://{tenant}.{wd}.myworkdayjobs.com/wday/cxs/{tenant}/{site}/jobs
    - id: example-intergovernmental
      name: Openings of an example organization
      spider: workday
      url: https://wd3.myworkdaysite.com/wday/cxs/example/job_openings/jobs
      settings:
        facets: {workerSubType: [3ba4ecdf4893100b2f8d08d56d8d6c8e]}   # left out: all jobs; ids as the board's filters have them
        search: intern                                                # words to search for; they are looked for in all texts

Twenty postings a page, and all four parts of the question are needed. The total stands on the first page, and may be 0 on
later ones; it is never more than 2,000, so that a board with more is read facet by facet. The list has a relative date
and perhaps "3 Locations"; places, dates and text stand on the posting's own page. That of a posting which is closed by now
answers 403 with the error S22. One requisition on several sites of a tenant gets a suffix (`_JR100-1`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from pydantic import Field
from scrapy import Request
from scrapy.http import Response

from scrapers.answers.check import SourceError
from scrapers.engine.board import Board
from scrapers.engine.settings import SpiderSettings
from scrapers.engine.source_run import SourceRun
from scrapers.extract.json_data import at, fields_at, texts_at
from scrapers.listing import RawListing
from scrapers.outcome import Outcome

MARKS = {
    "boards": [r"^(?P<tenant>[a-z0-9_-]+)\.(?P<wd>wd\d+)\.myworkdayjobs\.com/wday/cxs/[^/]+/(?P<site>[^/?#]+)"],
    "hosts": [r"^wd\d+\.myworkdaysite\.com/wday/cxs/"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

PAGE = 20
"""Postings a page; the interface refuses more."""

CAP = 2_000
"""The total that the interface tells where there are that many or more."""

NO_PLACE = re.compile(r"\d+ \w+")
"""What the list says of a posting in several places, in the language of the board: `3 Locations`."""

HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}


class Workday(Board):
    name = "workday"
    rows_at = "jobPostings"
    total_at = "total"
    fields = {
        "title": "title",
        "url": "externalPath",
        "native_id": "externalPath",
        "locations": "locationsText",
        "posted": "postedOn",
    }
    extra = {"bullets": "bulletFields"}
    word_test_at = ("bulletFields",)

    class Settings(SpiderSettings):
        facets: dict[str, list[str]] = Field(default_factory=dict)
        search: str = ""

    def first_requests(self, run: SourceRun) -> Iterable[Request]:
        body = _question(run.settings.facets, 0, run.settings.search)
        yield run.request(run.source.url, method="POST", body=body, headers=HEADERS)

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        if fields["url"]:
            name, _, requisition = fields["url"].rpartition("/")[2].partition("_")
            fields |= {"url": _public(run.source.url) + fields["url"], "native_id": requisition or name}
        places = [text for text in fields["locations"] if not NO_PLACE.fullmatch(text)]
        counted = [text for text in fields["locations"] if NO_PLACE.fullmatch(text)]
        return fields | {"locations": places, "extra": {**fields["extra"], "places": counted}}

    def next_requests(
        self, response: Response, document: Any, rows: list[Any], run: SourceRun
    ) -> Iterable[RawListing | Request]:
        assert response.request is not None
        asked = json.loads(response.request.body)
        facets, offset = asked["appliedFacets"], asked["offset"]
        total = response.meta.get("total") or int(next(iter(texts_at(document, "total")), 0))  # that of the first page

        def post(facets: dict[str, list[str]], offset: int, **meta: Any) -> dict[str, Any]:
            body = _question(facets, offset, asked["searchText"])
            return {"method": "POST", "body": body, "headers": HEADERS, "meta": meta}

        if total >= CAP and facets == run.settings.facets:
            split = _split(document, facets)
            if split:
                parameter, ids = split
                run.note(f"capped at {CAP}, read by {parameter}")
                for each in ids:
                    yield run.page(response, run.source.url, **post({**facets, parameter: [each]}, 0))
                return
            if offset == 0:
                run.partial(f"capped at {CAP}, and no filter divides it: {response.url}")
        offset += PAGE
        if len(rows) < PAGE or 0 < total <= offset:
            return
        if facets == run.settings.facets:
            yield self.next_page(response, run, run.source.url, **post(facets, offset, total=total))
        elif total:  # the parts of a capped list may begin with what was seen before
            yield run.page(response, run.source.url, **post(facets, offset, total=total))

    def detail(self, listing: RawListing, row: dict[str, Any], run: SourceRun) -> Request | None:
        path = row.get("externalPath")
        return self.request_detail(urljoin(run.source.url, f".{path}"), listing, run, headers=HEADERS) if path else None

    def detail_fields(self, document: Any, run: SourceRun) -> dict[str, Any]:
        posting = next(iter(at(document, "jobPostingInfo")), None)
        if not isinstance(posting, dict):
            raise SourceError(Outcome.LAYOUT_CHANGED, "no jobPostingInfo on the page of a posting")
        fields = fields_at(
            posting,
            {
                "title": "title",
                "locations": ("location", "additionalLocations"),
                "description": "jobDescription",
                "employment_type": "timeType",
                "posted": "startDate",
                "deadline": "endDate",
            },
        )
        paths = {"requisition_id": "jobReqId", "country": "country.descriptor", "remote_type": "remoteType"}
        extra = {key: found[0] for key, path in paths.items() if (found := texts_at(posting, path))}
        return fields | {"extra": extra}

    def handle_response(self, response: Response) -> list[Request]:
        if response.meta.get("detail") and response.status == 403 and b'"S22"' in response.body:
            response = response.replace(status=410)  # closed since the list was read; no door that is shut to us
        return super().handle_response(response)


def _question(facets: dict[str, list[str]], offset: int, search: str) -> str:
    asked = {"appliedFacets": facets, "limit": PAGE, "offset": offset, "searchText": search}
    return json.dumps(asked, ensure_ascii=False, separators=(",", ":"))


def _public(url: str) -> str:
    """Where the postings of a board are for people: of `…/wday/cxs/<tenant>/<site>/jobs` the address before `/job/…`."""
    parts = urlsplit(url)
    tenant, site = parts.path.strip("/").split("/")[2:4]
    host = f"{parts.scheme}://{parts.netloc}"
    return f"{host}/recruiting/{tenant}/{site}" if parts.netloc.endswith("myworkdaysite.com") else f"{host}/{site}"


def _split(document: Any, applied: dict[str, list[str]]) -> tuple[str, list[str]] | None:
    """The filter that divides a capped list into parts that are not capped: the one with the fewest values, so that the
    fewest pages are asked for; and the ids of its values."""
    best: tuple[str, list[str]] | None = None
    for parameter, values in _facets(document.get("facets")):
        counts = [count for value in values if isinstance(count := value.get("count"), int)]
        ids = [str(value["id"]) for value in values if value.get("id")]
        if parameter in applied or not len(ids) == len(counts) == len(values):
            continue
        if max(counts) < CAP <= sum(counts) and (best is None or len(ids) < len(best[1])):
            best = parameter, ids
    return best


def _facets(facets: Any) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Each filter of a board with its values; a filter may stand within another (countries within locations)."""
    for facet in facets if isinstance(facets, list) else ():
        values = [value for value in facet.get("values") or () if isinstance(value, dict)]
        within = [value for value in values if "facetParameter" in value]
        yield from _facets(within)
        if values and not within and facet.get("facetParameter"):
            yield str(facet["facetParameter"]), values
