"""Ashby: boards of employers at jobs.ashbyhq.com.

How to recognise one: the postings' addresses are `jobs.ashbyhq.com/<token>/<uuid>`; a page of the employer's own loads
`jobs.ashbyhq.com/<token>/embed` or carries `?ashby_jid=<uuid>`.

What to write, in data/sources/platform/ashby.yaml or .csv:

    - {token: example, name: Example AG}

The whole board is one answer; `includeCompensation=true` in the address adds pay. An internship is `employmentType: Intern`.
A posting that is not listed any more is marked closed.
"""

from __future__ import annotations

from typing import Any

from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract import parts
from scrapers.extract.json_data import objects_at, text_at, texts_at
from scrapers.listing import MARKED_CLOSED

MARKS = {
    "boards": [r"^(?:jobs|embed)\.ashbyhq\.com/(?P<token>[^/?#]+)/embed"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""


class Ashby(Board):
    name = "ashby"
    rows_at = "jobs"
    fields = {
        "title": "title",
        "url": "jobUrl",
        "apply_url": "applyUrl",
        "native_id": "id",
        "description": ("descriptionHtml", "descriptionPlain"),
        "employment_type": "employmentType",
        "posted": "publishedAt",
    }
    extra = {"workplace_type": "workplaceType"}
    word_test_at = ("department", "team")

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        fields["locations"] = [_place(each) for each in (row, *objects_at(row, "secondaryLocations"))]
        fields["section"] = parts.path(row.get("department"), row.get("team"))
        if row.get("shouldDisplayCompensationOnJobPostings") is not False:
            fields["pay"] = text_at(row, "compensation.compensationTierSummary")
        if row.get("isListed") is False:
            fields["extra"][MARKED_CLOSED] = "isListed: false"
        return fields


def _place(row: dict[str, Any]) -> str | None:
    """The name that the employer gives a place, and what its address says besides."""
    address = [
        text
        for part in ("addressLocality", "addressRegion", "addressCountry")
        for path in (f"address.postalAddress.{part}", f"address.{part}")
        for text in texts_at(row, path)
    ]
    return parts.line(text_at(row, "location"), *address)
