"""Greenhouse: boards of employers at boards.greenhouse.io and job-boards.greenhouse.io, and on their own sites (`?gh_jid=`).

How to recognise one: the postings' addresses are `boards.greenhouse.io/<token>/jobs/<id>`, `job-boards.greenhouse.io/…`
or `job-boards.eu.greenhouse.io/…`; a page of the employer's own loads `boards.greenhouse.io/embed/job_board?for=<token>`.

What to write, in data/sources/platform/greenhouse.yaml or .csv:

    - {token: example, name: Example AG}

The whole board is one answer. There is no type of employment; `content` is HTML that is escaped once.
"""

from __future__ import annotations

from typing import Any

from scrapers.extract.inline import unescape
from scrapers.spiders.base import SourceRun
from scrapers.spiders.board import Board


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
    }
    extra = {
        "internal_job_id": "internal_job_id",
        "requisition_id": "requisition_id",
        "departments": "departments.name",
        "offices": "offices.location.name",
    }
    tested = ("departments.name", "metadata.value")

    def read(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        said = super().read(row, run)
        return said | {"description": unescape(said["description"]) if said["description"] else None}
