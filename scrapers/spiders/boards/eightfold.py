"""Eightfold: career sites of large employers at `<tenant>.eightfold.ai` and on hosts of their own.

How to recognise one: the postings' addresses are `<host>/careers/job/<id>`, perhaps with `?domain=<domain>`, and pages load
things from eightfold.ai.

What to write, in data/sources/platform/eightfold.yaml or .csv; a site answers at one of two interfaces, and with 403 at the
other ("PCSX is not enabled", "Not authorized for PCSX"):

    - {host: example.eightfold.ai, domain: example.com, name: Example AG}
      # url: https://{host}/api/apply/v2/jobs?domain={domain}
      # or:  https://{host}/api/pcsx/search?domain={domain}&query=&location=

Ten postings a page, whatever is asked for, in an order that moves from one request to the next: a posting may come twice and
another never, and then the run is partial. Dates are seconds since 1970. The list rarely has the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter

from scrapers.answers.check import SourceError
from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract.json_data import at, fields_at, texts_at
from scrapers.listing import RawListing
from scrapers.outcome import Outcome

MARKS = {
    "boards": [r"^(?P<host>[a-z0-9.-]+)/api/(?:apply/v2/jobs|pcsx/search)\?(?:[^#]*&)?domain=(?P<domain>[a-z0-9.-]+)"],
    "page": [r"(?s)static\.vscdn\.net|\beightfold\.ai/"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

PAGE = 10
PCSX = "/api/pcsx/"
"""Where the newer of the two interfaces is; what it answers stands under `data`."""


class Eightfold(Board):
    name = "eightfold"
    fields = {
        "title": ("posting_name", "name"),
        "url": ("canonicalPositionUrl", "positionUrl"),
        "native_id": "id",
        "locations": ("locations", "location"),
        "description": ("job_description", "jobDescription"),
        "posted": ("t_create", "postedTs"),
    }
    extra = {
        "requisition_id": "display_job_id",
        "department": "department",
        "business_unit": "business_unit",
        "work_location": "work_location_option",
    }
    word_test_at = ("department", "business_unit", "type")

    def rows(self, document: Any, run: SourceRun) -> list[Any] | None:
        answer = _answer(document)
        if total := texts_at(answer, "count"):
            run.declare_total(max(int(total[0]), run.declared_total or 0))
        rows = next(iter(at(answer, "positions")), None)
        return rows if isinstance(rows, list) else None

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        extra = {"requisition_id": row.get("displayJobId"), "work_location": row.get("workLocationOption")}
        return fields | {"extra": {**fields["extra"], **{key: value for key, value in extra.items() if value}}}

    def next_requests(
        self, response: Response, document: Any, rows: list[Any], run: SourceRun
    ) -> Iterable[RawListing | Request]:
        start = int(parse_qs(urlsplit(response.url).query).get("start", ["0"])[0]) + len(rows)
        goes_on = start < run.declared_total if run.declared_total else len(rows) >= PAGE
        if rows and goes_on:
            yield self.next_page(response, run, add_or_replace_parameter(run.source.url, "start", str(start)))

    def detail(self, listing: RawListing, row: dict[str, Any], run: SourceRun) -> Request | None:
        if listing.description or not listing.native_id:
            return None
        parts = urlsplit(run.source.url)
        host, domain = f"{parts.scheme}://{parts.netloc}", quote(parse_qs(parts.query).get("domain", [""])[0])
        if parts.path.startswith(PCSX):
            url = f"{host}{PCSX}position_details?position_id={listing.native_id}&domain={domain}&hl=en"
        else:
            url = f"{host}/api/apply/v2/jobs/{listing.native_id}?domain={domain}"
        return self.request_detail(url, listing, run)

    def detail_fields(self, document: Any, run: SourceRun) -> dict[str, Any]:
        posting = _answer(document)
        if not isinstance(posting, dict):
            raise SourceError(Outcome.LAYOUT_CHANGED, "no posting on the page of one")
        fields = fields_at(posting, self.fields)
        return {field: fields[field] for field in ("title", "locations", "description", "posted")}


def _answer(document: Any) -> Any:
    """What the interface says, without the wrapping of the newer one."""
    return document["data"] if isinstance(document, dict) and isinstance(document.get("data"), dict) else document
