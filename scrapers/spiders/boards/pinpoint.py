"""Pinpoint: boards of employers at <token>.pinpointhq.com.

How to recognise one: the postings' addresses are `<token>.pinpointhq.com/en/postings/<uuid>`; `/postings.json` of the same
host answers with JSON.

What to write, in data/sources/platform/pinpoint.yaml or .csv:

    - {token: example, name: Example AG}

The whole board is one answer. It tells the deadline, but not since when a posting is open.
"""

from __future__ import annotations

from typing import Any

from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract import parts
from scrapers.extract.json_data import text_at

MARKS = {
    "boards": [r"^(?P<token>(?!www\.|app\.)[a-z0-9-]+)\.pinpointhq\.com(?:[/?#]|$)"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

SECTIONS = ("description", "key_responsibilities", "skills_knowledge_expertise", "benefits")


class Pinpoint(Board):
    name = "pinpoint"
    rows_at = "data"
    fields = {
        "title": "title",
        "url": ("url", "path"),
        "native_id": "id",
        "employment_type": ("employment_type_text", "employment_type"),
        "deadline": "deadline_at",
        "section": ("job.department.name", "department.name"),
    }
    extra = {
        "requisition_id": "job.requisition_id",
        "division": "job.division.name",
        "workplace_type": "workplace_type",
    }
    word_test_at = ("employment_type", "job.department.name", "job.division.name", "department.name")

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        fields["locations"] = [parts.line(*(text_at(row, f"location.{part}") for part in ("name", "city", "province")))]
        fields["description"] = parts.sections((row.get(f"{key}_header"), row.get(key)) for key in SECTIONS)
        if row.get("compensation_visible") is not False:
            fields["pay"] = text_at(row, "compensation") or parts.pay(
                *(text_at(row, f"compensation_{key}") for key in ("minimum", "maximum", "currency", "frequency"))
            )
        return fields
