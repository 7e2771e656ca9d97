"""Recruitee: boards of employers at <token>.recruitee.com and on their own domains.

How to recognise one: the postings' addresses are `<token>.recruitee.com/o/<slug>`, or `/o/<slug>` on a domain of the
employer's whose page loads `recruiteecdn.com`; `/api/offers` of the same host answers with JSON.

What to write, in data/sources/platform/recruitee.yaml or .csv:

    - {token: example, name: Example AG}
    - {token: example, name: Example AG, url: "https://jobs.example.org/api/offers"}   # on its own domain

The whole board is one answer. An internship is `employment_type_code: internship` or `traineeship`. An offer is in several
languages perhaps (`translations`); its first one is read.
"""

from __future__ import annotations

from typing import Any

from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract import parts
from scrapers.extract.json_data import line_at, objects_at, text_at
from scrapers.listing import MARKED_CLOSED

MARKS = {
    "boards": [r"^(?P<token>(?!api\.|www\.)[a-z0-9-]+)\.recruitee\.com(?:[/?#]|$)"],
    "page": [r"recruiteecdn\.com"],
    "entry": {
        "token": "{host}",
        "url": "https://{host}/api/offers",
        "id": "recruitee.{host}",
    },
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

WORKPLACES = ("remote", "hybrid", "on_site")


class Recruitee(Board):
    name = "recruitee"
    rows_at = "offers"
    fields = {
        "title": "title",
        "url": "careers_url",
        "apply_url": "careers_apply_url",
        "native_id": "id",
        "organization": "company_name",
        "employment_type": "employment_type_code",
        "posted": ("published_at", "created_at"),
        "deadline": "close_at",
        "section": "department",
    }
    extra = {
        "category": "category_code",
        "experience": "experience_code",
        "education": "education_code",
        "tags": "tags",
    }
    word_test_at = ("department", "category_code", "experience_code", "education_code", "tags")

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        fields["locations"] = [_place(each) for each in objects_at(row, "locations")] or [
            text_at(row, "location") or line_at(row, "city", "state_name", "country")
        ]
        fields["description"] = parts.sections(
            (None, row.get(key)) for key in ("highlight", "description", "requirements")
        )
        fields["pay"] = parts.pay(*(text_at(row, f"salary.{key}") for key in ("min", "max", "currency", "period")))
        fields["language"] = _language(row)
        fields["extra"]["workplace_type"] = ", ".join(kind for kind in WORKPLACES if row.get(kind) is True)
        if (status := text_at(row, "status") or "published") != "published":
            fields["extra"][MARKED_CLOSED] = f"status: {status}"
        return fields


def _place(location: dict[str, Any]) -> str | None:
    return parts.line(*(location.get(part) for part in ("name", "city", "state", "country")))


def _language(row: dict[str, Any]) -> str | None:
    """The language of the translation that the offer itself repeats."""
    translations = row.get("translations")
    for language, translation in translations.items() if isinstance(translations, dict) else ():
        if isinstance(translation, dict) and all(
            translation.get(key) == row.get(key) for key in ("title", "description")
        ):
            return str(language)
    return None
