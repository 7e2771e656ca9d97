"""WordPress: posts, or postings of a job plugin, as its REST API gives them (/wp-json/wp/v2/…).

How to recognise one: pages load /wp-content/ and name <link rel="https://api.w.org/" href=".../wp-json/">. Posts are at
wp-json/wp/v2/posts, postings of WP Job Manager at wp-json/wp/v2/job-listings; wp-json/wp/v2/types names others. The ids of
categories are at wp-json/wp/v2/categories?search=intern.

What to write:

    - id: example-institute
      name: Internships of an example institute
      spider: wp_json
      url: https://example.org/wp-json/wp/v2/posts?categories=12&per_page=100
      page: https://example.org/category/internships
      settings:
        fields: {deadline: acf.closing_date}     # raw field -> path, for what a site adds of its own

Titles are escaped once, texts are HTML; pages follow until X-WP-TotalPages, and where a proxy drops that, until an empty one or
the error that follows the last. `author` and mailboxes to apply to are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pydantic import Field
from scrapy import Request
from scrapy.http import Response

from scrapers.engine.board import Board
from scrapers.engine.settings import SpiderSettings
from scrapers.engine.source_run import SourceRun
from scrapers.extract.inline import unescape
from scrapers.extract.json_data import fields_at, text_at
from scrapers.listing import MARKED_CLOSED
from scrapers.spiders.formats.html_list import RawField

ACF_DATE = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
DEFAULT_PER_PAGE = 10
AFTER_THE_LAST = b"rest_post_invalid_page_number"
"""Code of the error with which WordPress answers for a page after the last (WP_REST_Posts_Controller)."""
FILLED = ("1", "true")


class WpJson(Board):
    name = "wp_json"
    fields = {
        "title": "title.rendered",
        "url": "link",
        "native_id": "id",
        "organization": "meta._company_name",
        "locations": "meta._job_location",
        "description": ("content.rendered", "excerpt.rendered"),
        "posted": "date",
        "deadline": "meta._job_expires",
        "pay": "meta._job_salary",
        "employment_type": "meta._job_type",
        "language": "lang",
    }
    word_test_at = ("class_list", "excerpt.rendered")

    class Settings(SpiderSettings):
        fields: dict[RawField, str] = Field(default_factory=dict)

    def validate_response(self, response: Response, run: SourceRun) -> None:
        if response.status != 400 or AFTER_THE_LAST not in response.body:
            super().validate_response(response, run)

    def rows(self, document: Any, run: SourceRun) -> list[Any] | None:
        is_after_the_last = isinstance(document, dict) and document.get("code") == AFTER_THE_LAST.decode()
        return [] if is_after_the_last else super().rows(document, run)

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        settings: WpJson.Settings = run.settings
        own = {str(field): path for field, path in settings.fields.items()}
        fields = super().row_fields(row, run)
        fields |= {field: _iso_date(value) for field, value in fields_at(row, own).items() if value}
        title = re.sub(r"<[^<>]+>", " ", fields["title"] or "")
        application = text_at(row, "meta._application") or ""
        return fields | {
            "title": unescape(" ".join(title.split())),
            "apply_url": application if application.startswith(("http:", "https:")) else None,
            "extra": {
                "sticky": row.get("sticky") or None,
                "terms": [term for term in row.get("class_list") or () if _is_term(term)],
                MARKED_CLOSED: "filled" if text_at(row, "meta._filled") in FILLED else None,
            },
        }

    def next_requests(self, response: Response, document: Any, rows: list[Any], run: SourceRun) -> Iterable[Request]:
        parts = urlsplit(response.url)
        asked = dict(parse_qsl(parts.query))
        page, per_page = _count(asked.get("page"), 1), _count(asked.get("per_page"), DEFAULT_PER_PAGE)
        total, pages = _number(response, "X-WP-Total"), _number(response, "X-WP-TotalPages")
        if total is not None:
            run.declare_total(total)
        query = [(key, value) for key, value in parse_qsl(parts.query) if key != "page"]
        following = urlunsplit(parts._replace(query=urlencode([*query, ("page", page + 1)])))
        if pages is None:
            yield from self.page_after(response, run, following, len(rows), per_page)
        elif page < pages:
            yield self.next_page(response, run, following)


def _iso_date(value: Any) -> Any:
    """20260401, as Advanced Custom Fields stores a date, in the form of ISO 8601 that dates are written in; else as it is."""
    compact = ACF_DATE.fullmatch(value) if isinstance(value, str) else None
    return "-".join(compact.groups()) if compact else value


def _number(response: Response, header: str) -> int | None:
    value = (response.headers.get(header) or b"").decode("latin-1").strip()
    return int(value) if value.isdecimal() else None


def _count(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() else otherwise


def _is_term(name: Any) -> bool:
    """Whether a class of a post names what it is about: `category-internships`, `job_listing_type-internship`."""
    return isinstance(name, str) and re.match(r"(?:category|tag|job_listing_\w+)-(?!uncategorized)", name) is not None
