"""Arbeitnow: a job board for Germany and its neighbours, much of it from employers' own boards; free interface, no key.

How to recognise it: https://www.arbeitnow.com/api/job-board-api. Its terms ask for a link back, which the listing's own
address is.

What to write:

    - id: arbeitnow
      name: Arbeitnow
      spider: arbeitnow
      url: https://www.arbeitnow.com/api/job-board-api
      page: https://www.arbeitnow.com
      rights: {attribution: Arbeitnow}

It cannot be searched: the whole board is read, 250 rows a page, newest first, without a total. `job_types` is free text in
several languages, `created_at` seconds since 1970. A place may be "Remote" where `remote` is false; both are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract.json_data import texts_at

MARKS = {
    "hosts": [r"^(?:www\.)?arbeitnow\.com/api/job-board-api"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""


class Arbeitnow(Board):
    name = "arbeitnow"
    rows_at = "data"
    fields = {
        "title": "title",
        "url": "url",
        "native_id": "slug",
        "organization": "company_name",
        "locations": "location",
        "description": "description",
        "employment_type": "job_types",
        "posted": "created_at",
    }
    extra = {"remote": "remote", "tags": "tags"}
    word_test_at = ("tags",)

    def next_requests(self, response: Response, document: Any, rows: list[Any], run: SourceRun) -> Iterator[Request]:
        for url in texts_at(document, "links.next"):
            yield self.next_page(response, run, url)
