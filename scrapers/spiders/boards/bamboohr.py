"""BambooHR: boards of employers at <token>.bamboohr.com.

How to recognise one: the postings' addresses are `<token>.bamboohr.com/careers/<number>` (once `/jobs/view.php?id=<number>`).

What to write, in data/sources/platform/bamboohr.yaml or .csv:

    - {token: example, name: Example AG}

The list is one answer and names the type of employment (`Internship`); text, date and pay stand on the posting's own page of
the interface, which is asked for what passes.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from scrapy import Request

from scrapers.answers.check import SourceError
from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract import parts
from scrapers.extract.json_data import fields_at, objects_at, text_at, texts_at
from scrapers.listing import MARKED_CLOSED, RawListing
from scrapers.outcome import Outcome

MARKS = {
    "boards": [r"^(?P<token>(?!www\.|app\.)[a-z0-9-]+)\.bamboohr\.com/(?:careers|jobs|js/embed)"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

WORKPLACES = {"0": "on site", "1": "remote", "2": "hybrid"}
"""What the numbers of `locationType` stand for; not documented, but so shown on the boards."""


class Bamboohr(Board):
    name = "bamboohr"
    rows_at = "result"
    total_at = "meta.totalCount"
    fields = {
        "title": "jobOpeningName",
        "native_id": "id",
        "employment_type": ("employmentStatusLabel", "employmentType"),
        "section": "departmentLabel",
    }
    word_test_at = ("departmentLabel",)

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        fields["url"] = f"/careers/{fields['native_id']}" if fields["native_id"] else None
        fields["locations"] = [_place(row)]
        fields["extra"]["workplace_type"] = WORKPLACES.get(text_at(row, "locationType") or "")
        return fields

    def detail(self, listing: RawListing, row: dict[str, Any], run: SourceRun) -> Request | None:
        if listing.native_id is None:
            return None
        return self.request_detail(urljoin(run.source.url, f"/careers/{listing.native_id}/detail"), listing, run)

    def detail_fields(self, document: Any, run: SourceRun) -> dict[str, Any]:
        opening = next(iter(objects_at(document, "result.jobOpening")), None)
        if opening is None:
            raise SourceError(Outcome.GONE, "a posting's own page without a posting")
        fields = fields_at(opening, {"description": "description", "posted": "datePosted", "pay": "compensation"})
        fields["locations"] = [place] if (place := _place(opening)) else []
        if (status := text_at(opening, "jobOpeningStatus") or "Open") != "Open":
            fields["extra"] = {MARKED_CLOSED: f"jobOpeningStatus: {status}"}
        return fields


def _place(row: dict[str, Any]) -> str | None:
    """Town, state and country; the country stands in one of several fields, or nowhere."""
    paths = [
        f"{where}.{part}"
        for part in ("city", "state", "province", "addressCountry", "country")
        for where in ("location", "atsLocation")
    ]
    return parts.line(*(text for path in paths for text in texts_at(row, path)))
