"""Workable: boards of employers at apply.workable.com, by the widget that they put on their own pages.

How to recognise one: the postings' addresses are `apply.workable.com/<token>/j/<code>/` or `apply.workable.com/j/<code>`; once
`<token>.workable.com`.

What to write, in data/sources/platform/workable.yaml or .csv:

    - {token: example, name: Example AG}

The whole board is one answer; `details=true` in the address adds the texts. It names a posting once for each of its places,
all of one shortcode; they are one row. An account that shows nothing in its widget answers with an empty list, too.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from scrapy import Request

from scrapers.answers.check import SourceError
from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract import parts
from scrapers.extract.json_data import fields_at, joined_by, objects_at, text_at
from scrapers.listing import RawListing
from scrapers.outcome import Outcome

MARKS = {
    "boards": [
        r"^(?:www|apply)\.workable\.com/api/(?:v1/widget/)?accounts/(?P<token>[A-Za-z0-9-]+)",
        r"^(?P<token>(?!www\.|apply\.|jobs\.|help\.|resources\.)[a-z0-9-]+)\.workable\.com(?:/|$)",
    ],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

NO_LEVEL = "Not Applicable"


class Workable(Board):
    name = "workable"
    rows_at = "jobs"
    fields = {
        "title": "title",
        "url": ("url", "shortlink"),
        "apply_url": "application_url",
        "native_id": "shortcode",
        "organization": "account",
        "description": "description",
        "posted": ("published_on", "created_at"),
        "section": "department",
    }
    extra = {
        "requisition_id": "code",
        "function": "function",
        "industry": "industry",
        "education": "education",
    }
    word_test_at = ("employment_type", "department", "experience", "education")

    def rows(self, document: Any, run: SourceRun) -> list[Any] | None:
        rows = super().rows(document, run)
        if rows == []:
            run.note("the widget is empty, as it is for accounts that do not use it")
        account = text_at(document, "name")
        return rows and [
            {**row, "account": account} if isinstance(row, dict) and row.get("title") else row
            for row in joined_by(rows, "shortcode")
        ]

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        fields["locations"] = [place for each in objects_at(row, "rows") or [row] for place in _places(each)]
        level = text_at(row, "experience")
        fields["employment_type"] = parts.line(row.get("employment_type"), level if level != NO_LEVEL else None)
        fields["extra"]["workplace_type"] = "remote" if row.get("telecommuting") is True else None
        return fields

    def detail(self, listing: RawListing, row: dict[str, Any], run: SourceRun) -> Request | None:
        account = re.search(r"/accounts/([^/?]+)", run.source.url)
        if listing.description or listing.native_id is None or account is None:
            return None
        path = f"/api/v2/accounts/{account[1]}/jobs/{listing.native_id}"
        return self.request_detail(urljoin(run.source.url, path), listing, run)

    def detail_fields(self, document: Any, run: SourceRun) -> dict[str, Any]:
        if text_at(document, "description") is None:
            raise SourceError(Outcome.LAYOUT_CHANGED, "a posting's own page without a posting")
        fields = fields_at(document, {"employment_type": "type"})
        fields["description"] = parts.sections(
            (None, document.get(key)) for key in ("description", "requirements", "benefits")
        )
        return fields


def _places(row: dict[str, Any]) -> list[str | None]:
    """The places of a row that it shows; else its own town and country."""
    shown = [each for each in objects_at(row, "locations") if each.get("hidden") is not True]
    return [parts.line(*(each.get(part) for part in ("city", "region", "country"))) for each in shown] or [
        parts.line(*(row.get(part) for part in ("city", "state", "country")))
    ]
