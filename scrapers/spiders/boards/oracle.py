"""Oracle Recruiting Cloud: the candidate experience sites of large employers, and of UNDP, UNFPA, UN Women, ICAO and IOM.

How to recognise one: the postings' addresses are
`<host>/hcmUI/CandidateExperience/<language>/sites/<site>/job/<id>` (or `…/requisitions/preview/<id>`), the host mostly one
of `*.fa.<region>.oraclecloud.com`. A host has several sites (CX_1, CX_1001 …), each with postings of its own.

What to write, in data/sources/platform/oracle.yaml or .csv (an entry a site):

    - {host: abcd.fa.em2.oraclecloud.com, site: CX_1, name: Example AG}
      # url: https://{host}/hcmUI/CandidateExperience/en/sites/{site}, settings: {site: "{site}"}

The number of the page stands inside the parameter `finder`: one outside of it is ignored, and every page is then the
first. 200 postings a page; no more than 10,000 can be had, whatever the total says. The list has a short description
at most, the posting's own page the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from scrapers.answers.check import SourceError
from scrapers.engine.board import Board
from scrapers.engine.settings import SpiderSettings
from scrapers.engine.source_run import OPTIONAL, SourceRun
from scrapers.extract.json_data import at, fields_at, texts_at
from scrapers.listing import RawListing
from scrapers.outcome import Outcome

PAGE = 200
WINDOW = 10_000
"""Postings that can be had of one site."""

PARTS = (
    "ExternalDescriptionStr",
    "ExternalResponsibilitiesStr",
    "ExternalQualificationsStr",
    "CorporateDescriptionStr",
    "OrganizationDescriptionStr",
)
"""The parts of a posting's text, in the order of its page."""


class Oracle(Board):
    name = "oracle"
    rows_at = "items.requisitionList"
    total_at = "items.TotalJobsCount"
    fields = {
        "title": "Title",
        "native_id": "Id",
        "locations": ("PrimaryLocation", "secondaryLocations.Name"),
        "description": "ShortDescriptionStr",
        "employment_type": ("WorkerType", "ContractType", "JobType", "JobSchedule"),
        "posted": "PostedDate",
        "deadline": "PostingEndDate",
    }
    extra = {
        "language_code": "Language",
        "country": "PrimaryLocationCountry",
        "workplace_type": "WorkplaceType",
        "job_family": "JobFamily",
        "organization_unit": "Organization",
    }
    word_test_at = ("WorkerType", "ContractType", "JobType", "JobFamily", "JobFunction", "Organization")

    class Settings(SpiderSettings):
        site: str

    def first_requests(self, run: SourceRun) -> Iterable[Request]:
        yield run.request(_list_page(run, 0))

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        public = f"/hcmUI/CandidateExperience/en/sites/{run.settings.site}/job/{fields['native_id']}"
        return fields | {"url": f"{_host(run)}{public}" if fields["native_id"] else None}

    def next_requests(
        self, response: Response, document: Any, rows: list[Any], run: SourceRun
    ) -> Iterable[RawListing | Request]:
        # By the rows that came, not the page's size: pages may leave rows out, and the total says whether more follow.
        offset = int(re.findall(r",offset=(\d+)", response.url)[0]) + (len(rows) if run.declared_total else PAGE)
        if not rows or (len(rows) < PAGE and not run.declared_total) or 0 < (run.declared_total or 0) <= offset:
            return
        if offset >= WINDOW:
            run.partial(f"capped at {WINDOW}: {response.url}")
            return
        # After a short page the total may count what the site does not show: this page may be none.
        yield self.next_page(response, run, _list_page(run, offset), meta={OPTIONAL: len(rows) < PAGE})

    def detail(self, listing: RawListing, row: dict[str, Any], run: SourceRun) -> Request | None:
        if listing.native_id is None:
            return None
        finder = f"finder=ById;Id=%22{listing.native_id}%22,siteNumber={run.settings.site}"
        url = f"{_host(run)}/hcmRestApi/resources/latest/recruitingCEJobRequisitionDetails?expand=all&onlyData=true&{finder}"
        return self.request_detail(url, listing, run)

    def detail_fields(self, document: Any, run: SourceRun) -> dict[str, Any]:
        items = at(document, "items")
        posting = next(iter(at(document, "items.0")), None) if items else document
        if posting is None:
            raise SourceError(Outcome.GONE, "the posting is no longer listed")
        if not isinstance(posting, dict) or "Title" not in posting:
            raise SourceError(Outcome.LAYOUT_CHANGED, "no posting on the page of one")
        fields = fields_at(
            posting,
            {
                "title": "Title",
                "employment_type": ("WorkerType", "ContractType", "JobType", "JobSchedule"),
                "posted": "ExternalPostedStartDate",
                "deadline": "ExternalPostedEndDate",
            },
        )
        parts = [text for part in PARTS for text in texts_at(posting, part)]
        return fields | {"description": "\n".join(parts) or None}


def _host(run: SourceRun) -> str:
    parts = urlsplit(run.source.url)
    return f"{parts.scheme}://{parts.netloc}"


def _list_page(run: SourceRun, offset: int) -> str:
    return (
        f"{_host(run)}/hcmRestApi/resources/latest/recruitingCEJobRequisitions?onlyData=true"
        "&expand=requisitionList.workLocation,requisitionList.secondaryLocations"
        f"&finder=findReqs;siteNumber={run.settings.site},limit={PAGE},offset={offset},sortBy=POSTING_DATES_DESC"
    )
