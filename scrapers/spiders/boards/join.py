"""JOIN: job boards of small and middle-sized employers, mostly in German-speaking countries, at join.com.

How to recognise one: the postings' addresses are `join.com/companies/<token>/<number>-<title>`.

What to write, in data/sources/platform/join.yaml or .csv:

    - {token: example, name: Example AG}
      # url: https://join.com/companies/{token}

The page holds its data as JSON in a script (`__NEXT_DATA__`), five postings a page; a posting's own page holds its text in
the same way. Pay is in hundredths of the currency.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter

from scrapers.answers.check import SourceError, page_text
from scrapers.engine.board import Board
from scrapers.engine.source_run import SourceRun
from scrapers.extract.blocks import parse_html
from scrapers.extract.json_data import at, fields_at, parse_json, texts_at
from scrapers.listing import RawListing
from scrapers.outcome import Outcome

MARKS = {
    "boards": [r"^join\.com/(?:api/widget/|companies/)(?P<token>[^/?#]+)"],
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

STATE = "props.pageProps.initialState"


class Join(Board):
    name = "join"
    expected_format = "html"
    rows_at = f"{STATE}.jobs.items"
    total_at = f"{STATE}.jobs.pagination.total"
    fields = {
        "title": "title",
        "native_id": "id",
        "employment_type": "employmentType.name",
        "posted": "createdAt",
    }
    extra = {
        "category": "category.name",
        "workplace_type": "workplaceType",
    }
    word_test_at = ("category.name",)

    def document(self, response: Response) -> tuple[Any, bool]:
        script = parse_html(page_text(response)).css_first("script#__NEXT_DATA__")
        if script is None:
            raise SourceError(Outcome.LAYOUT_CHANGED, f"no __NEXT_DATA__ on {response.url}")
        return parse_json(script.text_content or script.text(), response.url)

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        fields = super().row_fields(row, run)
        place = ", ".join([*texts_at(row, "city.cityName"), *texts_at(row, "city.countryName")])
        name = next(iter(texts_at(row, "idParam")), None)
        board = run.source.url.partition("?")[0].rstrip("/")
        return fields | {
            "url": f"{board}/{name}" if name else None,
            "locations": [place] if place else [],
            "pay": _pay(row),
        }

    def next_requests(
        self, response: Response, document: Any, rows: list[Any], run: SourceRun
    ) -> Iterable[RawListing | Request]:
        pages, page = (
            int(next(iter(texts_at(document, f"{STATE}.jobs.pagination.{key}")), 1)) for key in ("pageCount", "page")
        )
        if rows and page < pages:
            yield self.next_page(response, run, add_or_replace_parameter(run.source.url, "page", str(page + 1)))

    def detail(self, listing: RawListing, row: dict[str, Any], run: SourceRun) -> Request | None:
        return None if listing.extra.get("no_link") else self.request_detail(listing.url, listing, run)

    def detail_fields(self, document: Any, run: SourceRun) -> dict[str, Any]:
        posting = next(iter(at(document, f"{STATE}.job")), None)
        if not isinstance(posting, dict):
            raise SourceError(Outcome.LAYOUT_CHANGED, "no posting on the page of one")
        fields = fields_at(posting, {"description": ("schemaDescription", "unifiedDescription", "description")})
        company = next(iter(texts_at(document, f"{STATE}.company.name")), None)
        return {"description": fields["description"], "organization": company}


def _pay(row: dict[str, Any]) -> str | None:
    """Currency, amount or range, period; in whole units of the currency."""
    amounts = [amount for key in ("salaryAmountFrom", "salaryAmountTo") for amount in at(row, f"{key}.amount")]
    figures = [f"{amount / 100:.2f}".removesuffix(".00") for amount in amounts if isinstance(amount, int) and amount]
    if not figures:
        return None
    currency = texts_at(row, "salaryAmountFrom.currency") or texts_at(row, "salaryAmountTo.currency")
    return " ".join([*currency, " - ".join(dict.fromkeys(figures)), *texts_at(row, "salaryFrequency")])
