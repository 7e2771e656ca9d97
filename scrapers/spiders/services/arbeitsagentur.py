"""Arbeitsagentur: the job search of Germany's employment agency (no official interface; what its own pages ask).

How to recognise it: https://rest.arbeitsagentur.de/jobboerse/jobsuche-service, with the client id that the agency's pages
show to everybody (X-API-Key: jobboerse-jobsuche).

What to write:

    - id: arbeitsagentur-internships
      name: Bundesagentur für Arbeit, internships and traineeships
      spider: arbeitsagentur
      url: https://rest.arbeitsagentur.de/jobboerse/jobsuche-service/pc/v4/jobs?angebotsart=34&size=100&page=1
      page: https://www.arbeitsagentur.de/jobsuche/suche?angebotsart=34
      country: DE
      holds: internships        # angebotsart 34 is "Praktikum/Trainee": no row needs a word test
      rights: {quota_per_day: 12000}

`was` and `wo` narrow a search; of one search 100 pages can be had, so that a larger one is split by `wo` (a Bundesland).
The text stands on each posting's own page, of which those of other boards are often missing (404). Titles there are the
employer's, in the list sometimes the occupation's.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urljoin

from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter, url_query_parameter

from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract.json_data import at, fields_at, line_at
from scrapers.listing import RawListing

MARKS = {
    "hosts": [r"^rest\.arbeitsagentur\.de/jobboerse/"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

MAX_PAGES = 100
CLIENT = {"X-API-Key": "jobboerse-jobsuche"}
PLACE = ("ort", "region", "land")


class Arbeitsagentur(Board):
    name = "arbeitsagentur"
    lists = ("stellenangebote", "ergebnisliste")  # of the older and of the newer interface
    total_at = "maxErgebnisse"
    fields = {
        "title": ("titel", "stellenangebotsTitel", "beruf", "hauptberuf"),
        "apply_url": "externeUrl",
        "native_id": ("refnr", "referenznummer"),
        "organization": ("arbeitgeber", "firma"),
        "posted": ("aktuelleVeroeffentlichungsdatum", "datumErsteVeroeffentlichung"),
        "starts": ("eintrittsdatum", "eintrittszeitraum.von"),
    }
    extra = {"occupation": "beruf"}
    word_test_at = ("beruf", "hauptberuf")

    def first_requests(self, run: SourceRun) -> Iterator[Request]:
        yield run.request(run.source.url, headers=CLIENT)

    def rows(self, document: Any, run: SourceRun) -> list[Any] | None:
        if at(document, self.total_at) in ([0], ["0"]):
            return []  # an answer without hits has no list
        found = [rows for name in self.lists for rows in at(document, name) if isinstance(rows, list)]
        return [row for rows in found for row in rows] if found else None

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        if fields["native_id"]:
            fields["url"] = f"https://www.arbeitsagentur.de/jobsuche/jobdetail/{quote(fields['native_id'])}"
        places = [*at(row, "arbeitsort"), *at(row, "stellenlokationen.adresse")]
        return fields | {"locations": [line_at(place, *PLACE) for place in places]}

    def next_requests(self, response: Response, document: Any, rows: list[Any], run: SourceRun) -> Iterator[Request]:
        page, size = (int(url_query_parameter(response.url, key, "0") or 0) for key in ("page", "size"))
        if not rows or page * size >= (run.declared_total or 0):
            return
        if page == MAX_PAGES:
            run.note(f"capped at {MAX_PAGES} pages")
            return
        yield self.next_page(
            response, run, add_or_replace_parameter(response.url, "page", str(page + 1)), headers=CLIENT
        )

    def detail(self, listing: RawListing, row: dict[str, Any], run: SourceRun) -> Request | None:
        if listing.native_id is None:
            return None
        code = base64.b64encode(listing.native_id.encode()).decode()
        return self.request_detail(urljoin(run.source.url, f"jobdetails/{code}"), listing, run, headers=CLIENT)

    def detail_fields(self, document: Any, run: SourceRun) -> dict[str, Any]:
        places = [*at(document, "stellenlokationen.adresse"), *at(document, "arbeitsorte.0")]
        return fields_at(
            document,
            {
                "title": ("stellenangebotsTitel", "titel"),
                "organization": ("firma", "arbeitgeber"),
                "description": ("stellenangebotsBeschreibung", "stellenbeschreibung"),
                "employment_type": ("stellenangebotsart", "angebotsart"),
                "starts": ("eintrittszeitraum.von", "eintrittsdatum"),
                "duration": "vertragsdauer",
                "pay": "verguetungsangabe",
                "apply_url": ("externeUrl", "allianzpartnerUrl"),
            },
        ) | {
            "locations": [line_at(place, *PLACE) for place in places],
            "extra": {
                "occupation": document.get("hauptberuf"),
                "first_posted": document.get("datumErsteVeroeffentlichung"),
                "partner": document.get("allianzpartnerName"),
            },
        }
