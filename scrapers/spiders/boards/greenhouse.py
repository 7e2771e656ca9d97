"""Greenhouse: boards of employers at boards.greenhouse.io and job-boards.greenhouse.io, and on their own sites (`?gh_jid=`).

How to recognise one: the postings' addresses are `boards.greenhouse.io/<token>/jobs/<id>`, `job-boards.greenhouse.io/…`
or `job-boards.eu.greenhouse.io/…`; a page of the employer's own loads `boards.greenhouse.io/embed/job_board?for=<token>`.

What to write, in data/sources/platform/greenhouse.yaml or .csv:

    - {token: example, name: Example AG}

The whole board is one answer; in the address `content=true` adds text, departments and offices, `pay_transparency=true` pay.
`content` is HTML that is escaped once. There is no type of employment, unless the employer has a field of its own for it
(`metadata`). Work in several places is several postings of one `internal_job_id`.
"""

from __future__ import annotations

import re
from typing import Any

from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract import parts
from scrapers.extract.inline import unescape_markup
from scrapers.extract.json_data import objects_at, text_at, texts_at

MARKS = {
    "boards": [
        r"^boards(?:-api)?(?:\.eu)?\.greenhouse\.io/(?:embed/job_board(?:/js)?/?\?(?:[^#]*&)?for=|v1/boards/)(?P<token>[A-Za-z0-9_]+)"
    ],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

TYPE = re.compile(r"\b(?:employment|job|contract|worker|position)[ _-]?type\b", re.I)
"""Names that employers give their own field for the type of employment."""


class Greenhouse(Board):
    name = "greenhouse"
    rows_at = "jobs"
    total_at = "meta.total"
    fields = {
        "title": "title",
        "url": "absolute_url",
        "native_id": "id",
        "organization": "company_name",
        "locations": "location.name",
        "description": "content",
        "posted": "first_published",
        "deadline": "application_deadline",
        "language": "language",
        "section": "departments.name",
    }
    extra = {
        "internal_job_id": "internal_job_id",
        "requisition_id": "requisition_id",
        "offices": "offices.location",
    }
    word_test_at = ("departments.name", "metadata.value")

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        own = [each for each in objects_at(row, "metadata") if TYPE.search(text_at(each, "name") or "")]
        fields["description"] = unescape_markup(fields["description"]) if fields["description"] else None
        fields["employment_type"] = parts.line(*(text for each in own for text in texts_at(each, "value")))
        fields["pay"] = "; ".join(filter(None, map(_pay, objects_at(row, "pay_input_ranges")))) or None
        return fields


def _pay(range_: dict[str, Any]) -> str | None:
    """A pay range, in hundredths; its title says for whom or for which period."""
    low, high = (
        f"{cents / 100:.2f}" if isinstance(cents := range_.get(key), int) else None
        for key in ("min_cents", "max_cents")
    )
    return parts.pay(low, high, range_.get("currency_type"), range_.get("title"))
