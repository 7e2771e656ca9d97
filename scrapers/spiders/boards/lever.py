"""Lever: boards of employers at jobs.lever.co, and in Europe at jobs.eu.lever.co.

How to recognise one: the postings' addresses are `jobs.lever.co/<token>/<uuid>` or `jobs.eu.lever.co/<token>/<uuid>`; a
page of the employer's own asks `api.lever.co/v0/postings/<token>`. Capitals in a token count.

What to write, in data/sources/platform/lever.yaml or .csv:

    - {token: example, name: Example AG}
    - {token: example, name: Example SE, host: api.eu.lever.co}

The address says `mode=json` (the interface answers with a page otherwise) and `limit=100`; there is no total, so that pages
are asked for until an empty one. The type of employment is the employer's own word. Dates are milliseconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter

from scrapers.answers.check import SourceError
from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract import parts
from scrapers.extract.json_data import objects_at, text_at, texts_at
from scrapers.outcome import Outcome

MARKS = {
    "boards": [
        r"^api\.lever\.co/v0/postings/(?P<token>[^/?#]+)",
        r"^(?P<host>api\.eu\.lever\.co)/v0/postings/(?P<token>[^/?#]+)",
    ],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

PAGE = 100


class Lever(Board):
    name = "lever"
    fields = {
        "title": "text",
        "url": "hostedUrl",
        "apply_url": "applyUrl",
        "native_id": "id",
        "employment_type": "categories.commitment",
        "posted": "createdAt",
    }
    extra = {"workplace_type": "workplaceType"}
    word_test_at = ("categories.department", "categories.team")

    def rows(self, document: Any, run: SourceRun) -> list[Any] | None:
        if isinstance(document, dict) and document.get("ok") is False:
            raise SourceError(Outcome.GONE, f"says: {text_at(document, 'error') or 'not ok'}")
        return super().rows(document, run)

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        first = text_at(row, "categories.location")
        others = [place for place in texts_at(row, "categories.allLocations") if place != first]
        fields["locations"] = [parts.line(first, text_at(row, "country")), *others]
        fields["section"] = parts.path(text_at(row, "categories.department"), text_at(row, "categories.team"))
        fields["description"] = parts.sections(_sections(row))
        low, high, currency, unit = (
            text_at(row, f"salaryRange.{key}") for key in ("min", "max", "currency", "interval")
        )
        fields["pay"] = parts.pay(low, high, currency, unit and unit.replace("-", " "))  # per-month-salary
        return fields

    def next_requests(self, response: Response, document: Any, rows: list[Any], run: SourceRun) -> Iterable[Request]:
        asked = {
            key: int(values[0]) for key, values in parse_qs(urlsplit(response.url).query).items() if values[0].isdigit()
        }
        following = add_or_replace_parameter(response.url, "skip", str(asked.get("skip", 0) + len(rows)))
        yield from self.page_after(response, run, following, len(rows), asked.get("limit", PAGE))


def _sections(row: dict[str, Any]) -> Iterator[tuple[str | None, str | None]]:
    """Opening and body, the lists (whose items stand without a list around them), what is added at the end."""
    yield None, text_at(row, "description") or text_at(row, "descriptionPlain")
    for each in objects_at(row, "lists"):
        items = text_at(each, "content")
        yield text_at(each, "text"), f"<ul>{items}</ul>" if items else None
    yield None, text_at(row, "additional") or text_at(row, "additionalPlain")
    yield None, text_at(row, "salaryDescription") or text_at(row, "salaryDescriptionPlain")
