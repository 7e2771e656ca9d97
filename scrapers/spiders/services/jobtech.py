"""JobTech: Platsbanken, the job board of Sweden's employment service, from its open search (CC0, no key).

How to recognise it: https://jobsearch.api.jobtechdev.se/search. One source is one search; its words are Swedish or English
(praktik, praktikant, trainee, internship …). An unknown code in the query gives 200 and a total of 0.

What to write, in data/sources/platform/jobtech.yaml (no settings):

    - id: platsbanken-internship
      name: Platsbanken, search for internship
      spider: jobtech
      url: https://jobsearch.api.jobtechdev.se/search?q=internship&limit=100&offset=0&sort=pubdate-desc
      page: https://arbetsformedlingen.se/platsbanken

`limit` is 100 and `offset` 2,000 at most, so that a search has 2,100 rows; a larger one is split by `region` or
`occupation-field`. Advertisements that were taken back carry `removed`. Contacts are persons and are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter, url_query_parameter

from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract.json_data import as_text, line_at, texts_at
from scrapers.listing import MARKED_CLOSED

MARKS = {
    "hosts": [r"^jobsearch\.api\.jobtechdev\.se/"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

LAST_OFFSET = 2000
TEXTS = ("text", "company_information", "needs", "requirements", "conditions")
"""Parts of `description` in reading order; employers fill the first, some the others."""


class JobTech(Board):
    name = "jobtech"
    rows_at = "hits"
    total_at = "total.value"
    fields = {
        "title": "headline",
        "url": "webpage_url",
        "apply_url": "application_details.url",
        "native_id": "id",
        "organization": ("employer.name", "employer.workplace"),
        "employment_type": "employment_type.label",
        "duration": "duration.label",
        "posted": "publication_date",
        "deadline": "application_deadline",
        "starts": "access",
        "pay": "salary_description",
    }
    extra = {
        "occupation": "occupation.label",
        "occupation_field": "occupation_field.label",
        "salary_type": "salary_type.label",
        "working_hours": "working_hours_type.label",
        "vacancies": "number_of_vacancies",
        "workplace": "employer.workplace",
        "languages_required": "must_have.languages.label",
        "languages_preferred": "nice_to_have.languages.label",
        "education_required": "must_have.education.label",
    }
    word_test_at = ("occupation.label",)

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        place = line_at(
            row, "workplace_address.city", *(f"workplace_address.{key}" for key in ("municipality", "country"))
        )
        fields |= {
            "description": "\n\n".join(text for key in TEXTS for text in texts_at(row, f"description.{key}")),
            "locations": [place],
        }
        if row.get("removed"):
            fields["extra"][MARKED_CLOSED] = f"removed: {as_text(row.get('removed_date')) or 'true'}"
        return fields

    def next_requests(self, response: Response, document: Any, rows: list[Any], run: SourceRun) -> Iterator[Request]:
        offset, limit = (int(url_query_parameter(response.url, key, "0") or 0) for key in ("offset", "limit"))
        offset += limit
        if not limit or not rows or offset >= (run.declared_total or 0):
            return
        if offset > LAST_OFFSET:
            run.note(f"capped at {offset} rows")
            return
        yield self.next_page(response, run, add_or_replace_parameter(response.url, "offset", str(offset)))
