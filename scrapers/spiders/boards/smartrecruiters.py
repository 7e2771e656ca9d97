"""SmartRecruiters: boards of employers at jobs.smartrecruiters.com and careers.smartrecruiters.com.

How to recognise one: the postings' addresses are `jobs.smartrecruiters.com/<token>/<number>`, with words after the number
perhaps; the board is `careers.smartrecruiters.com/<token>`.

What to write, in data/sources/platform/smartrecruiters.yaml or .csv:

    - {token: Example1, name: Example AG}

Pages of 100. An internship is recognised by its level of experience (`internship`) or its type. The same job in several
places or languages is several postings of one `refNumber`, each with its own id. The description is only on the posting's own
page of the API, which is requested for what passes the word test. A company that does not exist also answers with a total of 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter, url_query_cleaner

from scrapers.answers.check import SourceError
from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract import parts
from scrapers.extract.json_data import objects_at, text_at
from scrapers.listing import MARKED_CLOSED, RawListing
from scrapers.outcome import Outcome

MARKS = {
    "boards": [
        r"^(?:www|api|static)\.smartrecruiters\.com/(?:v1/companies/|job-widget/|widgets?/)(?P<token>[A-Za-z0-9_-]+)"
    ],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

SECTIONS = ("companyDescription", "jobDescription", "qualifications", "additionalInformation")
NO_LEVEL = "not_applicable"


class Smartrecruiters(Board):
    name = "smartrecruiters"
    rows_at = "content"
    total_at = "totalFound"
    zero_total_is_proof = False
    fields = {
        "title": "name",
        "native_id": "id",
        "organization": "company.name",
        "posted": "releasedDate",
        "language": "language.code",
        "section": "department.label",
    }
    extra = {
        "requisition_id": "refNumber",
        "function": "function.label",
        "industry": "industry.label",
    }
    word_test_at = (
        "typeOfEmployment.label",
        "experienceLevel.id",
        "experienceLevel.label",
        "department.label",
        "function.label",
        "customField.valueLabel",
    )

    def rows(self, document: Any, run: SourceRun) -> list[Any] | None:
        if text_at(document, "totalFound") == "0" and not run.declared_total:
            run.note("a total of 0, as for a company that nobody uses")
        return super().rows(document, run)

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        company, posting = text_at(row, "company.identifier"), fields["native_id"]
        fields["url"] = f"https://jobs.smartrecruiters.com/{company}/{posting}" if company and posting else None
        fields["locations"] = [_place(row)]
        level = text_at(row, "experienceLevel.label") if text_at(row, "experienceLevel.id") != NO_LEVEL else None
        fields["employment_type"] = parts.line(text_at(row, "typeOfEmployment.label"), level)
        fields["extra"]["workplace_type"] = ", ".join(
            kind for kind in ("remote", "hybrid") if text_at(row, f"location.{kind}") == "true"
        )
        return fields

    def next_requests(self, response: Response, document: Any, rows: list[Any], run: SourceRun) -> Iterable[Request]:
        offset, limit = (int(text_at(document, key) or 0) for key in ("offset", "limit"))
        so_far = offset + len(rows)
        if rows and (so_far < (run.declared_total or 0) or len(rows) == limit):
            yield self.next_page(response, run, add_or_replace_parameter(response.url, "offset", str(so_far)))

    def detail(self, listing: RawListing, row: dict[str, Any], run: SourceRun) -> Request | None:
        if listing.native_id is None:
            return None
        return self.request_detail(f"{url_query_cleaner(run.source.url)}/{listing.native_id}", listing, run)

    def detail_fields(self, document: Any, run: SourceRun) -> dict[str, Any]:
        sections = next(iter(objects_at(document, "jobAd.sections")), None)
        if sections is None:
            raise SourceError(Outcome.LAYOUT_CHANGED, "a posting's own page without a posting")
        salary = [text_at(document, f"compensation.salary.{key}") for key in ("min", "max", "currency", "period")]
        return {
            "description": parts.sections(
                (text_at(sections, f"{key}.title"), text_at(sections, f"{key}.text")) for key in SECTIONS
            ),
            "apply_url": text_at(document, "applyUrl"),
            "pay": parts.pay(*salary),
            "extra": {MARKED_CLOSED: "active: false"} if text_at(document, "active") == "false" else {},
        }


def _place(row: dict[str, Any]) -> str | None:
    """The full words for a place, else its parts; codes of countries are in small letters."""
    country = (text_at(row, "location.country") or "").upper()
    parted = parts.line(text_at(row, "location.city"), text_at(row, "location.region"), country)
    return text_at(row, "location.fullLocation") or parted
