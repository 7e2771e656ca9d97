"""Teamtailor: career sites at <company>.teamtailor.com and on the employers' own domains.

How to recognise one: the postings' addresses are `/jobs/<number>-<slug>`, the pages load `teamtailor-cdn.com`; `/jobs.json` of
the same host answers with a JSON Feed.

What to write, in data/sources/platform/teamtailor.yaml or .csv:

    - {host: example.teamtailor.com, name: Example AG}
    - {host: career.example.org, name: Example Oy}

An item carries the posting's own JobPosting of schema.org. The feed goes on in pages of 100 (`next_url`). It names no type of
employment; the region of an address may be a continent or a region of sales, and is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scrapy import Request
from scrapy.http import Response

from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract import parts
from scrapers.extract.json_data import objects_at, text_at
from scrapers.extract.schema_org import posting_fields

MARKS = {
    "boards": [r"^(?P<host>[a-z0-9-]+(?:\.[a-z]{2})?\.teamtailor\.com)(?:[/?#]|$)"],
    "page": [r"teamtailor-cdn\.com", "_jobposting", r"<meta name=\"generator\" content=\"Teamtailor\""],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""


class Teamtailor(Board):
    name = "teamtailor"
    rows_at = "items"
    fields = {
        "title": ("title", "_jobposting.title"),
        "url": "url",
        "native_id": ("_jobposting.identifier.value", "id"),
        "description": ("content_html", "_jobposting.description"),
        "posted": ("date_published", "_jobposting.datePosted"),
    }
    word_test_at = ("tags",)

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        posting = posting_fields(next(iter(objects_at(row, "_jobposting")), {}))
        fields = {**posting, **super().row_fields(row, run), "extra": posting["extra"]}
        fields["locations"] = [_place(address) for address in objects_at(row, "_jobposting.jobLocation.address")]
        return fields

    def next_requests(self, response: Response, document: Any, rows: list[Any], run: SourceRun) -> Iterable[Request]:
        if url := text_at(document, "next_url"):
            yield self.next_page(response, run, url)


def _place(address: dict[str, Any]) -> str | None:
    fields = parts.line(*(text_at(address, part) for part in ("addressLocality", "addressCountry")))
    return fields or text_at(address, "addressRegion")
