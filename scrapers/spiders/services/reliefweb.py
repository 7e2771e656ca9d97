"""ReliefWeb: internships of humanitarian organisations worldwide, from its interface (v2).

How to recognise it: https://api.reliefweb.int/v2/jobs. It wants the name of an application that ReliefWeb has approved
(form at https://apidoc.reliefweb.int/parameters#appname), which the environment's RELIEFWEB_APPNAME holds; 1,000 calls a
day, 1,000 rows a call. The texts belong to the organisations: name them, and ReliefWeb.

What to write:

    - id: reliefweb-internships
      name: ReliefWeb internships
      spider: reliefweb
      url: https://api.reliefweb.int/v2/jobs
      page: https://reliefweb.int/jobs
      holds: internships
      places_abroad: true

Asked for are open postings of the type "Internship", by POST. Deep offsets fail, so that what one answer cannot hold is
asked for in windows of time: each ends at the oldest posting of the one before. A posting without a country is at home, or
nowhere yet. An approved name is no leave to pass over robots.txt: where that forbids the address, the source is `blocked`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response

from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract.json_data import at, texts_at
from scrapers.wire.secrets import SECRETS

MARKS = {
    "hosts": [r"^api\.reliefweb\.int/"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

PER_CALL = 1000
FIELDS = (
    "id", "title", "url", "url_alias", "status", "body-html", "how_to_apply-html", "date.created", "date.closing",
    "source.name", "country.name", "city.name", "type.name", "experience.name", "career_categories.name", "theme.name",
)  # fmt: skip
ASKED: dict[str, Any] = {
    "method": "POST",
    "headers": {"Content-Type": "application/json"},
    "meta": {SECRETS: {"params": {"appname": "{RELIEFWEB_APPNAME}"}}},
}


class ReliefWeb(Board):
    name = "reliefweb"
    needs = ("RELIEFWEB_APPNAME",)
    rows_at = "data"
    total_at = "totalCount"
    fields = {
        "title": "fields.title",
        "url": ("fields.url_alias", "fields.url"),
        "native_id": "id",
        "organization": "fields.source.name",
        "employment_type": "fields.type.name",
        "posted": "fields.date.created",
        "deadline": "fields.date.closing",
    }
    extra = {
        "experience": "fields.experience.name",
        "career_categories": "fields.career_categories.name",
        "theme": "fields.theme.name",
    }

    def first_requests(self, run: SourceRun) -> Iterator[Request]:
        yield run.request(run.source.url, body=_body(None), **ASKED)

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        parts = [text for path in ("fields.body-html", "fields.how_to_apply-html") for text in texts_at(row, path)]
        return super().row_fields(row, run) | {"description": "\n".join(parts), "locations": _places(row)}

    def next_requests(self, response: Response, document: Any, rows: list[Any], run: SourceRun) -> Iterator[Request]:
        created = [text for row in rows for text in texts_at(row, "fields.date.created")]
        if created and at(document, "links.next"):
            yield run.page(response, run.source.url, body=_body(min(created)), **ASKED)


def _body(until: str | None) -> str:
    """`until`: the newest time of creation asked for, as ReliefWeb writes it (always in UTC)."""
    conditions: list[dict[str, Any]] = [{"field": "type.name", "value": "Internship"}]
    if until:
        conditions.append({"field": "date.created", "value": {"to": until}})
    return json.dumps(
        {
            "preset": "latest",
            "limit": PER_CALL,
            "fields": {"include": FIELDS},
            "filter": {"operator": "AND", "conditions": conditions},
            "sort": ["date.created:desc", "id:asc"],
        }
    )


def _places(row: dict[str, Any]) -> list[str]:
    """Cities with their country, where there is one country alone; else all names as they stand."""
    cities, countries = texts_at(row, "fields.city.name"), texts_at(row, "fields.country.name")
    if cities and len(countries) == 1:
        return [f"{city}, {countries[0]}" for city in cities]
    return cities + countries
