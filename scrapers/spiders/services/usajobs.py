"""USAJOBS: vacancies of the federal government of the United States, from its search interface.

How to recognise it: https://data.usajobs.gov/api/search. It wants a key (https://developer.usajobs.gov/apirequest) in the
environment's USAJOBS_KEY, and the address it was given to in USAJOBS_EMAIL, which is sent as the user agent.

What to write:

    - id: usajobs-students
      name: USAJOBS, students and internships
      spider: usajobs
      url: https://data.usajobs.gov/api/search?HiringPath=student&ResultsPerPage=500&Page=1
      page: https://www.usajobs.gov/search/results/?hp=student
      organizer: {type: government, country: US}
      country: US

A search has 10,000 rows at most. Most posts are for citizens; `who_may_apply` and `hiring_paths` tell. The addresses and
names of an agency's contacts are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter, url_query_parameter

from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract.json_data import at, line_at, texts_at
from scrapers.wire.secrets import SECRETS

MARKS = {
    "hosts": [r"^data\.usajobs\.gov/api/"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

MAX_ROWS = 10_000
KEY = {SECRETS: {"headers": {"Authorization-Key": "{USAJOBS_KEY}", "User-Agent": "{USAJOBS_EMAIL}"}}}
TEXTS = (
    "UserArea.Details.JobSummary", "UserArea.Details.MajorDuties", "UserArea.Details.Requirements",
    "QualificationSummary", "UserArea.Details.Education", "UserArea.Details.Evaluations",
    "UserArea.Details.RequiredDocuments", "UserArea.Details.HowToApply", "UserArea.Details.OtherInformation",
)  # fmt: skip
"""Parts of a posting in the order in which the site shows them."""


class UsaJobs(Board):
    name = "usajobs"
    needs = ("USAJOBS_KEY", "USAJOBS_EMAIL")
    rows_at = "SearchResult.SearchResultItems"
    total_at = "SearchResult.SearchResultCountAll"
    fields = {
        "title": "MatchedObjectDescriptor.PositionTitle",
        "url": "MatchedObjectDescriptor.PositionURI",
        "apply_url": "MatchedObjectDescriptor.ApplyURI.0",
        "native_id": "MatchedObjectId",
        "organization": ("MatchedObjectDescriptor.OrganizationName", "MatchedObjectDescriptor.DepartmentName"),
        "employment_type": "MatchedObjectDescriptor.PositionOfferingType.Name",
        "posted": "MatchedObjectDescriptor.PublicationStartDate",
        "deadline": "MatchedObjectDescriptor.ApplicationCloseDate",
    }
    extra = {
        "announcement": "MatchedObjectDescriptor.PositionID",
        "department": "MatchedObjectDescriptor.DepartmentName",
        "schedule": "MatchedObjectDescriptor.PositionSchedule.Name",
        "categories": "MatchedObjectDescriptor.JobCategory.Name",
        "hiring_paths": "MatchedObjectDescriptor.UserArea.Details.HiringPath",
        "who_may_apply": "MatchedObjectDescriptor.UserArea.Details.WhoMayApply.Name",
        "grade_low": "MatchedObjectDescriptor.UserArea.Details.LowGrade",
        "grade_high": "MatchedObjectDescriptor.UserArea.Details.HighGrade",
    }
    word_test_at = ("MatchedObjectDescriptor.UserArea.Details.HiringPath",)

    def first_requests(self, run: SourceRun) -> Iterator[Request]:
        yield run.request(run.source.url, meta=KEY)

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        posting = next(iter(at(row, "MatchedObjectDescriptor")), None)
        places = [place for found in at(posting, "PositionLocation") if isinstance(found, list) for place in found]
        return super().row_fields(row, run) | {
            "locations": [line_at(place, "LocationName", "CountryCode") for place in places],
            "description": "\n\n".join(text for path in TEXTS for text in texts_at(posting, path)),
            "pay": "; ".join(_pay(each) for each in at(posting, "PositionRemuneration.0")),
        }

    def next_requests(self, response: Response, document: Any, rows: list[Any], run: SourceRun) -> Iterator[Request]:
        page, size = (int(url_query_parameter(response.url, key, "0") or 0) for key in ("Page", "ResultsPerPage"))
        if not rows or page * size >= (run.declared_total or 0):
            return
        if page * size >= MAX_ROWS:
            run.note(f"capped at {MAX_ROWS} rows")
            return
        yield self.next_page(response, run, add_or_replace_parameter(response.url, "Page", str(page + 1)), meta=KEY)


def _pay(pay: Any) -> str:
    """`USD 38602 - 50183 Per Year`: what is paid is always in dollars."""
    figures = " - ".join(dict.fromkeys(texts_at(pay, "MinimumRange") + texts_at(pay, "MaximumRange")))
    unit = (texts_at(pay, "Description") or texts_at(pay, "RateIntervalCode") or [""])[0]
    return f"USD {figures} {unit}".strip() if figures else ""
