"""UN Careers: the openings of the United Nations Secretariat with its offices, commissions and programmes, in all duty stations.

How to recognise it: https://careers.un.org, a page that asks `/api/public/opening/jo/list/filteredV2/<language>`. It has no
posts of UNDP, UNICEF, UNHCR or WFP, which keep boards of their own.

What to write:

    - id: un-careers
      name: UN Careers
      spider: un_careers
      url: https://careers.un.org/api/public/opening/jo/list/filteredV2/en
      page: https://careers.un.org/jobopening?language=en
      organizer: {name: United Nations, type: intergovernmental}
      places_abroad: true

The list is asked for by POST, carries the full texts and needs an explicit sort order. Openings that begin on the same day stand
in no order of their own, so that some are lost between its pages: where fewer were seen than the list counts, it is asked
for once more, in one page. `dutyStation` has codes that are no place names; their descriptions are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun

MARKS = {
    "hosts": [r"^careers\.un\.org/api/"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

PER_PAGE = 100
JSON = {"Content-Type": "application/json"}


class UnCareers(Board):
    name = "un_careers"
    rows_at = "data.list"
    total_at = "data.count"
    fields = {
        "title": ("postingTitle", "jobTitle"),
        "native_id": "jobId",
        "organization": "dept.name",
        "locations": "dutyStation.description",
        "description": "jobDescription",
        "employment_type": "jc.name",
        "posted": "startDate",
        "deadline": "endDate",
        "language": "language",
        "apply_url": "inspiraURL",
    }
    extra = {"level": "jl.name", "family": "jf.Name", "network": "jn.name", "recruitment_type": "recruitmentType"}
    word_test_at = ("jobTitle", "jl.name")

    def first_requests(self, run: SourceRun) -> Iterator[Request]:
        yield run.request(run.source.url, method="POST", headers=JSON, body=_body(0, PER_PAGE))

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        if fields["native_id"]:
            fields["url"] = f"https://careers.un.org/jobSearchDescription/{fields['native_id']}?language=en"
        return fields

    def next_requests(self, response: Response, document: Any, rows: list[Any], run: SourceRun) -> Iterator[Request]:
        assert response.request is not None
        asked = json.loads(response.request.body)["pagination"]
        total = run.declared_total or 0
        page, per_page = asked["page"] + 1, asked["itemPerPage"]
        if per_page != PER_PAGE or run.seen >= total:
            return
        if page * per_page >= total:
            run.note(f"rows moved between the pages: {run.seen} of {total} seen, asked again in one page")
            page, per_page = 0, total + PER_PAGE
        yield run.page(response, run.source.url, method="POST", headers=JSON, body=_body(page, per_page))


def _body(page: int, per_page: int) -> str:
    return json.dumps(
        {
            "filterConfig": {"keyword": ""},
            "pagination": {"page": page, "itemPerPage": per_page, "sortBy": "startDate", "sortDirection": -1},
        }
    )
