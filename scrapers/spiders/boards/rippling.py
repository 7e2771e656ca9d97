"""Rippling: boards of employers at ats.rippling.com.

How to recognise one: the postings' addresses are `ats.rippling.com/<token>/jobs/<uuid>`, perhaps with a language before the
token (`/en-GB/<token>/…`).

What to write, in data/sources/platform/rippling.yaml or .csv:

    - {token: example, name: Example AG}

The list names a posting once for each of its places, all of one uuid; they are one row. Text, type of employment and date
stand on the posting's own page of the interface, which is asked for what title and department let pass.
"""

from __future__ import annotations

from typing import Any

from scrapy import Request

from scrapers.answers.check import SourceError
from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract import parts
from scrapers.extract.json_data import fields_at, joined_by, objects_at, text_at, texts_at
from scrapers.listing import RawListing
from scrapers.outcome import Outcome

MARKS = {
    "boards": [r"^ats\.rippling\.com/(?:embed/)?(?:[a-z]{2}-[A-Z]{2}/)?(?P<token>[^/?#]+)/jobs"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""


class Rippling(Board):
    name = "rippling"
    fields = {
        "title": "name",
        "url": "url",
        "native_id": "uuid",
        "locations": "rows.workLocation.label",
        "section": "department.label",
    }
    word_test_at = ("department.label",)

    def rows(self, document: Any, run: SourceRun) -> list[Any] | None:
        rows = super().rows(document, run)
        return None if rows is None else joined_by(rows, "uuid")

    def detail(self, listing: RawListing, row: dict[str, Any], run: SourceRun) -> Request | None:
        if listing.native_id is None:
            return None
        return self.request_detail(f"{run.source.url.rstrip('/')}/{listing.native_id}", listing, run)

    def detail_fields(self, document: Any, run: SourceRun) -> dict[str, Any]:
        if not objects_at(document, "description"):
            raise SourceError(Outcome.LAYOUT_CHANGED, "a posting's own page without a posting")
        fields = fields_at(document, {"organization": "companyName", "posted": "createdOn"})
        fields["description"] = parts.sections(
            (None, text_at(document, f"description.{key}")) for key in ("company", "role")
        )
        fields["employment_type"] = parts.line(
            *texts_at(document, "employmentType.id"), *texts_at(document, "employmentType.label")
        )
        fields["locations"] = texts_at(document, "workLocations")
        fields["pay"] = "; ".join(filter(None, map(_pay, objects_at(document, "payRangeDetails")))) or None
        return fields


def _pay(range_: dict[str, Any]) -> str | None:
    return parts.pay(*(range_.get(key) for key in ("rangeStart", "rangeEnd", "currency", "frequency")))
