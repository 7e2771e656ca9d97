"""Adzuna: a search over job boards of some twenty countries, from its interface.

How to recognise it: https://api.adzuna.com/v1/api/jobs/<country>/search/<page>. It wants an application
(https://developer.adzuna.com) in the environment's ADZUNA_APP_ID and ADZUNA_APP_KEY, and to be named as the source.

What to write, in data/sources/platform/adzuna.yaml, one entry a country and search:

    - id: adzuna-gb-internship
      name: Adzuna, internships in the United Kingdom
      spider: adzuna
      url: https://api.adzuna.com/v1/api/jobs/gb/search/1?what=internship&results_per_page=50&sort_by=date
      page: https://www.adzuna.co.uk
      country: GB
      rights: {attribution: Adzuna, quota_per_day: 250}

Descriptions are excerpts (`extra.excerpt`). Pay that Adzuna guessed is not the employer's and is left out: it is marked
`salary_is_predicted`, or its range is one figure. Stated pay has no currency: it is the country's. The parts of an address
that name us and the search, and move from one answer to the next, are cut off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response
from w3lib.url import url_query_cleaner, url_query_parameter

from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract.json_data import line_at, texts_at
from scrapers.wire.secrets import SECRETS

MARKS = {
    "hosts": [r"^api\.adzuna\.com/"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

KEY = {SECRETS: {"params": {"app_id": "{ADZUNA_APP_ID}", "app_key": "{ADZUNA_APP_KEY}"}}}
MOVING = ("se", "utm_medium", "utm_source", "utm_campaign")


class Adzuna(Board):
    name = "adzuna"
    needs = ("ADZUNA_APP_ID", "ADZUNA_APP_KEY")
    rows_at = "results"
    total_at = "count"
    fields = {
        "title": "title",
        "url": "redirect_url",
        "native_id": "id",
        "organization": "company.display_name",
        "description": "description",
        "posted": "created",
    }
    extra = {"category": "category.label"}
    word_test_at = ("category.label",)

    def first_requests(self, run: SourceRun) -> Iterator[Request]:
        yield run.request(run.source.url, meta=KEY)

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        fields["extra"]["excerpt"] = bool(fields["description"]) or None
        for field in ("title", "description"):  # what the search found is marked in it
            fields[field] = fields[field] and re.sub("</?strong>", "", fields[field])
        return fields | {
            "url": fields["url"] and url_query_cleaner(fields["url"], MOVING, remove=True),
            "locations": [line_at(row, "location.display_name", "location.area.0")],
            "employment_type": line_at(row, "contract_type", "contract_time") or None,
            "pay": _stated_pay(row),
        }

    def next_requests(self, response: Response, document: Any, rows: list[Any], run: SourceRun) -> Iterator[Request]:
        path = re.search(r"/search/(\d+)", response.url)
        size = int(url_query_parameter(response.url, "results_per_page", "0") or 0)
        if not path or not rows or int(path[1]) * size >= (run.declared_total or 0):
            return
        url = f"{response.url[: path.start(1)]}{int(path[1]) + 1}{response.url[path.end(1) :]}"
        yield self.next_page(response, run, url, meta=KEY)


def _stated_pay(row: dict[str, Any]) -> str | None:
    """The range stated by the employer; None where Adzuna estimated it."""
    low, high = texts_at(row, "salary_min"), texts_at(row, "salary_max")
    is_guessed = texts_at(row, "salary_is_predicted") not in ([], ["0"], ["false"])
    return f"{low[0]} - {high[0]}" if low and high and low != high and not is_guessed else None
