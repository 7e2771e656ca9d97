"""Oracle Taleo (Enterprise): career sections of ministries, agencies and large employers, among them WHO, FAO and NATO.

How to recognise one: the postings' addresses are `<host>/careersection/<section>/jobdetail.ftl?job=<number>`; the host is
`<tenant>.taleo.net` or one of the employer's own. The number of the portal stands in the source of the page of the search
(`portalNo: '…'`). Hosts like `phh.tbe.taleo.net` are another product (Business Edition), which is not read here.

What to write:

    - id: example-organization-internships
      name: Internships of an example organization
      spider: taleo
      url: https://careers.example.org/careersection/rest/jobboard/searchjobs?lang=en&portal=14105024709
      settings:
        section: ex                # as in the addresses of the postings
        columns: {employment_type: 4, posted: 5}   # raw field -> number of its column; each section has other ones

The answer names its title and location columns; columns that are not named go into `extra`. The interface answers 500
without a header `tz`, whatever its value. A page past the end is the last one again, so that the total decides where the
list ends. The total counts postings that the list never shows (3 to 17 in a hundred on five boards, as published in
October 2026), so that a list short of it by a fifth is still taken for whole. The feed `/careersection/feed/joblist.rss`
holds the newest eleven only; where it is all there is, read it with `rss`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import Field, NonNegativeInt
from scrapy import Request
from scrapy.http import Response

from scrapers.answers.check import SourceError, page_text
from scrapers.engine.board import Board
from scrapers.engine.raw_fields import with_fields
from scrapers.engine.settings import SpiderSettings
from scrapers.engine.source_run import EXPECTED_FORMAT, SourceRun
from scrapers.extract.inline import unescape
from scrapers.extract.json_data import as_text, at, texts_at
from scrapers.listing import RawListing
from scrapers.outcome import Outcome
from scrapers.spiders.formats.html_list import RawField

MARKS = {
    "boards": [r"^(?P<host>[a-z0-9.-]+)/careersection/rest/jobboard/searchjobs\?(?:[^#]*&)?portal=(?P<portal>\d+)"],
    "page": [r"(?s)/careersection/(?P<section>[\w-]+)/.{0,200000}?portalNo\s*[:=]\s*[\x22\x27](?P<portal>\d+)"],
    "entry": {
        "url": "https://{host}/careersection/rest/jobboard/searchjobs?lang=en&portal={portal}",
        "settings": {
            "section": "{section}",
        },
    },
}
"""By what its pages are known (see `pipeline.catalogue.recognition.systems`)."""

PAGE = 25
"""Postings a page, whatever is asked for."""

NOT_SHOWN = 0.2
"""Share of the total that the list may leave out."""

HEADERS = {"Content-Type": "application/json", "Accept": "application/json", "tz": "GMT+00:00"}
VALUES = re.compile(
    r"fillList\(\s*'requisitionDescriptionInterface'\s*,\s*'descRequisition'\s*,\s*\["
    r"((?:'(?:[^'\\]|\\.)*+'\s*+,?\s*+)*+)",
    re.S,
)
"""The script of a posting's page that holds what the page shows, a list of strings."""

RICH = "!*!"
"""Begins those of these strings that hold HTML, percent-encoded."""


class Taleo(Board):
    name = "taleo"
    rows_at = "requisitionList"

    class Settings(SpiderSettings):
        section: str
        columns: dict[RawField, NonNegativeInt] = Field(default_factory=dict)

    def first_requests(self, run: SourceRun) -> Iterable[Request]:
        yield run.request(run.source.url, method="POST", body=_question(1), headers=HEADERS)

    def rows(self, document: Any, run: SourceRun) -> list[Any] | None:
        if at(document, "careerSectionUnAvailable") == [True]:
            raise SourceError(Outcome.ERROR, "the career section says that it is not available")
        return super().rows(document, run)

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        cells = [as_text(cell) for cell in row.get("column") or ()]
        roles = _columns(row, run.settings.columns)
        fields: dict[str, Any] = {"title": None, "url": None, "locations": []}
        for role, numbers in roles.items():
            found = [place for number in numbers for place in _listed(cells[number])] if numbers else []
            fields[role] = found if role == "locations" else ", ".join(found) or None
        named = {number for numbers in roles.values() for number in numbers}
        number = next(iter(texts_at(row, "contestNo")), None)
        if number:
            fields["native_id"] = number
            fields["url"] = f"/careersection/{run.settings.section}/jobdetail.ftl?job={number}&lang={_language(run)}"
        return fields | {"extra": {"columns": [cell for at, cell in enumerate(cells) if cell and at not in named]}}

    def next_requests(
        self, response: Response, document: Any, rows: list[Any], run: SourceRun
    ) -> Iterable[RawListing | Request]:
        assert response.request is not None
        total, size = (
            int(next(iter(texts_at(document, f"pagingData.{key}")), 0)) for key in ("totalCount", "pageSize")
        )
        page = json.loads(response.request.body)["pageNo"]
        if page * (size or PAGE) < total:
            body = _question(page + 1)
            yield self.next_page(response, run, run.source.url, method="POST", body=body, headers=HEADERS)
        elif total * (1 - NOT_SHOWN) <= run.seen < total:
            run.note(f"tells of {total} and shows {run.seen}")
        else:
            run.declare_total(total)

    def detail(self, listing: RawListing, row: dict[str, Any], run: SourceRun) -> Request | None:
        if listing.native_id is None:
            return None
        return run.detail(listing.url, partial(self.parse_page, listing), listing, meta={EXPECTED_FORMAT: "html"})

    def parse_page(self, listing: RawListing, response: Response, run: SourceRun) -> Iterator[RawListing]:
        """A posting's own page: its texts."""
        parts = [unquote(value[len(RICH) :]).strip() for value in _values(response) if value.startswith(RICH)]
        texts = [part if "<" in part else unescape(part) for part in parts if part]
        if not texts:
            run.note(f"no text on {response.url}")
        yield with_fields(listing, response, {"description": "\n".join(texts) or None})


def _question(page: int) -> str:
    asked = {
        "multilineEnabled": False,
        "sortingSelection": {"sortBySelectionParam": "3", "ascendingSortingOrder": "false"},
        "fieldData": {"fields": {"KEYWORD": "", "LOCATION": "", "ORGANIZATION": ""}, "valid": True},
        "filterSelectionParam": {"searchFilterSelections": []},
        "advancedSearchFiltersSelectionParam": {"searchFilterSelections": []},
        "pageNo": page,
    }
    return json.dumps(asked, separators=(",", ":"))


def _columns(row: dict[str, Any], named: dict[RawField, int]) -> dict[str, list[int]]:
    """The numbers of the columns that hold each raw field, those that the row has."""
    linked = {"title": [row.get("linkedColumn") or 0], "locations": row.get("locationsColumns") or []}
    roles: dict[str, list[int]] = {**linked, **{str(role): [number] for role, number in named.items()}}
    count = len(row.get("column") or ())
    return {role: [number for number in numbers if number < count] for role, numbers in roles.items()}


def _listed(cell: str) -> list[str]:
    """A cell; one with several values is a JSON list in a text."""
    if cell.startswith("["):
        try:
            values = json.loads(cell)
        except json.JSONDecodeError:
            return [cell]
        return [text for value in values if (text := as_text(value))]
    return [cell] if cell else []


def _language(run: SourceRun) -> str:
    return parse_qs(urlsplit(run.source.url).query).get("lang", ["en"])[0]


def _values(response: Response) -> list[str]:
    """The strings of a posting's page, their escapes of JavaScript read."""
    found = VALUES.search(page_text(response))
    strings = re.findall(r"'((?:[^'\\]|\\.)*+)'", found[1], re.S) if found else []
    return [re.sub(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", _unescaped, text, flags=re.S) for text in strings]


def _unescaped(match: re.Match[str]) -> str:
    escape = match[1]
    if len(escape) > 1:
        return chr(int(escape[1:], 16))
    return {"n": "\n", "r": "\r", "t": "\t", "b": " ", "f": " ", "\n": ""}.get(escape, escape)
