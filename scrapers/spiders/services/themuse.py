"""The Muse: a job board, mostly of employers in the United States, from its public interface.

How to recognise it: https://www.themuse.com/api/public/jobs. No key is needed: 500 requests an hour without one. `level` is
the board's own judgement; it has no search by words.

What to write:

    - id: themuse-internships-london
      name: The Muse, internships in London
      spider: themuse
      url: https://www.themuse.com/api/public/jobs?level=Internship&location=London%2C+United+Kingdom&page=0
      page: https://www.themuse.com/search/internship
      holds: internships
      rights: {delay_seconds: 7.5}

A page has 20 rows and the pages that can be had are capped, so that a source takes one `location` or `category`, of which
the address may name several. Whoever asks too often gets a 403, which is no refusal.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter

from scrapers.answers.check import SourceError
from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.outcome import Outcome

MARKS = {
    "hosts": [r"^www\.themuse\.com/api/public/jobs"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""


class TheMuse(Board):
    name = "themuse"
    rows_at = "results"
    total_at = "total"
    fields = {
        "title": "name",
        "url": "refs.landing_page",
        "native_id": "id",
        "organization": "company.name",
        "locations": "locations.name",
        "description": "contents",
        "employment_type": "levels.name",
        "posted": "publication_date",
    }
    extra = {"categories": "categories.name", "tags": "tags.name"}
    word_test_at = ("categories.name",)

    def validate_response(self, response: Response, run: SourceRun) -> None:
        try:
            super().validate_response(response, run)
        except SourceError as failure:
            if response.status == 403:
                raise SourceError(
                    Outcome.BLOCKED, f"asked too often, or no longer welcome: {failure.evidence}"
                ) from failure
            raise

    def next_requests(self, response: Response, document: Any, rows: list[Any], run: SourceRun) -> Iterator[Request]:
        page = document.get("page", 0) + 1
        if rows and page < document.get("page_count", 0):
            yield self.next_page(response, run, add_or_replace_parameter(response.url, "page", str(page)))
