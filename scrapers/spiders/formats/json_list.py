"""Lists published as one JSON document: an array of objects, an object an opening.

How to recognise one: the address answers with JSON and no key is needed; often a file of a repository (`listings.json`)
or the interface behind a page. Or a page that scripts draw carries the JSON that they draw it from (look at its source for
`__NEXT_DATA__`, `__NUXT_DATA__`, `__INITIAL_STATE__`). Keys differ, so the catalogue names them.

What to write:

    - id: example-json
      name: Example listings
      spider: json_list
      url: https://raw.githubusercontent.com/example/internships/main/listings.json
      settings:
        rows: data.jobs            # where the array stands, keys joined by dots; left out: the document is the array
        fields:                    # raw field -> key, or keys joined by dots, or a list of them
          title: title
          organization: company.name
          url: [apply_url, url]    # the first that says something
          locations: locations     # of a list all of them; `offices.name` takes the name of every office
          posted: date_posted
          native_id: id
        open_when: {active: true}  # a row whose key says otherwise is marked closed, in its own words
        extra: [sponsorship]       # keys carried along as they are
        total: meta.count          # where the document tells how many there are
        address: /jobs/<id>        # of rows without an address: made of their keys, as the page's script makes it
        within: __NEXT_DATA__      # of JSON within a page: the id of its script, its variable, or its attribute
        next: a.next               # with `within`: css of the link to the next page

Numbers become text as they stand (seconds since 1970 stay seconds).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal
from urllib.parse import quote

from pydantic import AfterValidator, Field, model_validator
from scrapy import Request
from scrapy.http import Response

from scrapers.answers.check import SourceError, page_cut_off, page_text, validate_response
from scrapers.engine.settings import SpiderSettings, Texts
from scrapers.engine.source_run import SourceRun
from scrapers.engine.source_spider import SourceSpider
from scrapers.extract.blocks import check_css, parse_html, select
from scrapers.extract.inline import is_address
from scrapers.extract.json_data import as_text, at, fields_at, read_json, text_at, texts_at
from scrapers.extract.page_data import read_data
from scrapers.listing import MARKED_CLOSED, RawListing
from scrapers.outcome import Outcome

RawField = Literal[
    "title", "url", "apply_url", "native_id", "organization", "locations", "description", "employment_type", "posted",
    "deadline", "starts", "duration", "pay", "language", "section",
]  # fmt: skip

PLACE = re.compile(r"<([\w.]+)>")
"""A path in the template of an address."""


class JsonList(SourceSpider):
    name = "json_list"
    expected_format = "json"

    class Settings(SpiderSettings):
        rows: str = ""
        fields: dict[RawField, Texts]
        open_when: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
        extra: list[str] = Field(default_factory=list)
        total: str | None = None
        address: str | None = None
        within: str | None = None
        next: Annotated[str, AfterValidator(check_css)] | None = None

        @model_validator(mode="after")
        def _names_a_title(self) -> JsonList.Settings:
            if "title" not in self.fields:
                raise ValueError("fields must name a title")
            if self.next and not self.within:
                raise ValueError("next is for JSON within a page: it needs within")
            return self

    def rows_have_addresses(self, run: SourceRun) -> bool:
        return "url" in run.settings.fields or run.settings.address is not None

    def validate_response(self, response: Response, run: SourceRun) -> None:
        validate_response(response, "html" if run.settings.within else "json")

    def parse(self, response: Response, run: SourceRun) -> Iterator[RawListing | Request]:
        settings: JsonList.Settings = run.settings
        if settings.within:
            page = parse_html(page_text(response))
            document, is_whole = read_data(page, settings.within, response.url)
            is_whole = is_whole and not page_cut_off(response)
        else:
            document, is_whole = read_json(response)
        if not is_whole:
            run.partial(f"the JSON breaks off: {response.url}")
        lists = [rows for found in at(document, settings.rows) if (rows := _rows(found)) is not None]
        if not lists:
            where = f"at {settings.rows!r} " if settings.rows else ""
            raise SourceError(Outcome.LAYOUT_CHANGED, f"no list {where}in {response.url}")
        if settings.total and (total := texts_at(document, settings.total)) and total[0].isdigit():
            run.declare_total(int(total[0]))
        if not any(lists) and run.declared_total == 0:
            run.confirm_empty("a total of 0")
        elif not any(lists):
            run.report_empty_list(settings.rows or "the document")
        for rows in lists:
            for row in rows:
                yield from run.listing(response, **_fields(row, settings))
        following = select(page, f"{settings.next}@href") if settings.next and any(lists) else []
        if following and is_address(following[0]):
            if response.meta.get("seen_before") == run.seen:
                raise SourceError(Outcome.PARTIAL, f"the pages go in circles: nothing new on {response.url}")
            yield run.page(response, following[0], meta={"seen_before": run.seen})


def _rows(found: Any) -> list[Any] | None:
    """The rows of a list, or of an object whose values are all rows."""
    if isinstance(found, dict) and found and all(isinstance(value, dict) for value in found.values()):
        return list(found.values())
    return found if isinstance(found, list) else None


def _fields(row: Any, settings: JsonList.Settings) -> dict[str, Any]:
    if not isinstance(row, dict):
        return {"title": None, "url": None}
    fields = fields_at(row, settings.fields)
    if settings.address and not fields["url"]:
        fields["url"] = _made_address(settings.address, row)
    extra = {key: row.get(key) for key in settings.extra}
    shut = [
        f"{key}: {as_text(row[key])}" for key, value in settings.open_when.items() if key in row and row[key] != value
    ]
    if shut:
        extra[MARKED_CLOSED] = ", ".join(shut)
    return {**fields, "row_text": fields.get("organization"), "extra": extra}


def _made_address(template: str, row: dict[str, Any]) -> str | None:
    """The template filled in with what stands at the paths in its angle brackets; None where one is missing."""
    values = {path: text_at(row, path) for path in PLACE.findall(template)}
    if not all(values.values()):
        return None
    return PLACE.sub(lambda found: quote(values[found[1]] or "", safe=""), template)
