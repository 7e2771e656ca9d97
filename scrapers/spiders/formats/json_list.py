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
        pages: {parameter: skip, by: 50}  # further pages: the parameter that counts rows (so many a page), or pages (`by: 1`);
                                   #   it stands in the address, or in what is posted, with its value of the first page
        post: {language: en}       # JSON to post, where the address answers to nothing else
        tested: [title, section]   # of a big list of all jobs: fields whose words may show an internship; a row whose words
                                   #   show none is skipped, and its own page not asked for
        detail: {job_posting: true}  # the row's own page, as `html_list` reads one

Numbers become text as they stand (seconds since 1970 stay seconds).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any, ClassVar
from urllib.parse import quote

from pydantic import AfterValidator, Field, PositiveInt, model_validator
from scrapy import Request
from scrapy.http import Response
from w3lib.url import add_or_replace_parameter, url_query_parameter

from scrapers.answers.check import Format, SourceError, page_cut_off, page_text, validate_response
from scrapers.engine.settings import SpiderSettings, Texts
from scrapers.engine.source_run import EXPECTED_FORMAT, OPTIONAL, SourceRun
from scrapers.engine.source_spider import SourceSpider
from scrapers.extract.blocks import check_css, parse_html, select
from scrapers.extract.inline import is_address
from scrapers.extract.json_data import as_text, at, failure_in, fields_at, read_json, text_at, texts_at
from scrapers.extract.page_data import read_data
from scrapers.listing import MARKED_CLOSED, RawListing
from scrapers.outcome import Outcome
from scrapers.spiders.formats.html_list import DetailReading, RawField, read_own_page

PLACE = re.compile(r"<([\w.]+)>")
"""A path in the template of an address."""


class Pages(SpiderSettings):
    """How the address of a page follows from that of the page before it."""

    parameter: str
    by: PositiveInt


class JsonList(SourceSpider):
    name = "json_list"
    expected_format: ClassVar[Format] = "json"

    class Settings(SpiderSettings):
        rows: str = ""
        fields: dict[RawField, Texts]
        open_when: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
        extra: list[str] = Field(default_factory=list)
        total: str | None = None
        address: str | None = None
        within: str | None = None
        next: Annotated[str, AfterValidator(check_css)] | None = None
        pages: Pages | None = None
        post: dict[str, Any] | None = None
        tested: list[RawField] = Field(default_factory=list)
        detail: DetailReading | None = None

        @model_validator(mode="after")
        def _names_a_title(self) -> JsonList.Settings:
            if "title" not in self.fields:
                raise ValueError("fields must name a title")
            if self.next and not self.within:
                raise ValueError("next is for JSON within a page: it needs within")
            if self.pages and not isinstance((self.post or {}).get(self.pages.parameter, 0), int):
                raise ValueError(f"{self.pages.parameter} must be posted as a number")
            return self

    def rows_have_addresses(self, run: SourceRun) -> bool:
        return "url" in run.settings.fields or run.settings.address is not None

    def first_requests(self, run: SourceRun) -> Iterator[Request]:
        yield run.request(run.source.url, **_posted(run.settings.post))

    def validate_response(self, response: Response, run: SourceRun) -> None:
        is_page = run.settings.within or response.meta.get("detail")
        validate_response(response, "html" if is_page else self.expected_format)

    def document(self, response: Response, run: SourceRun) -> tuple[Any, bool]:
        """The document of a response, and whether it is whole. Raises SourceError."""
        if not run.settings.within:
            return read_json(response)
        document, is_whole = read_data(parse_html(page_text(response)), run.settings.within, response.url)
        return document, is_whole and not page_cut_off(response)

    def lists(self, document: Any, path: str) -> list[list[Any]]:
        """The rows at a path of the document; no list where it has none there."""
        return [rows for found in at(document, path) if (rows := _rows(found)) is not None]

    def parse(self, response: Response, run: SourceRun) -> Iterator[RawListing | Request]:
        settings: JsonList.Settings = run.settings
        document, is_whole = self.document(response, run)
        if not is_whole:
            run.partial(f"the {self.expected_format.upper()} breaks off: {response.url}")
        lists = self.lists(document, settings.rows)
        if not lists:
            where = f"at {settings.rows!r} " if settings.rows else ""
            raise SourceError(Outcome.LAYOUT_CHANGED, f"no list {where}in {response.url}")
        if settings.total and (total := texts_at(document, settings.total)) and total[0].isdigit():
            run.declare_total(max(int(total[0]), run.declared_total or 0))
        rows = [row for each in lists for row in each]
        if not rows and run.declared_total == 0:
            run.confirm_empty("a total of 0")
        elif not rows:
            run.report_empty_list(settings.rows or "the document")
        if not rows and (failure := failure_in(document)):
            if not run.seen:
                raise SourceError(Outcome.ERROR, f"no rows, and {failure}: {response.url}")
            run.count_empty_page()  # some lists end with such a page
        for row in rows:
            yield from self._parse_row(row, response, run)
        if rows and is_whole:
            yield from self._next_page(len(rows), response, run)

    def _parse_row(self, row: Any, response: Response, run: SourceRun) -> Iterator[RawListing | Request]:
        settings: JsonList.Settings = run.settings
        fields = _fields(row, settings)
        title, url = fields["title"], fields["url"]
        # Without an id or an address only a row that is the same in all it says is a repeated one.
        identity = fields.get("native_id") or (f"{title} {url}" if is_address(url) else json.dumps(row, sort_keys=True))
        if settings.pages and not run.is_new(identity, title, url):
            run.pass_over_repeated(identity)
            return
        if settings.tested and title and not run.passes(*(fields.get(name) for name in settings.tested)):
            return
        for listing in run.listing(response, **fields):
            if settings.detail and not listing.extra.get("no_link"):
                read = partial(read_own_page, settings.detail, listing)
                yield run.detail(listing.url, read, listing, meta={EXPECTED_FORMAT: "html"})
            else:
                yield listing

    def _next_page(self, rows: int, response: Response, run: SourceRun) -> Iterator[Request]:
        """The request for the page after one with rows. Where no total is declared an empty page is the last; behind one shorter
        than the page before it there may be none."""
        settings: JsonList.Settings = run.settings
        following, post = None, settings.post
        meta: dict[str, Any] = {"seen_before": run.seen, "rows_before": rows}
        if settings.next:
            following = next(iter(select(parse_html(page_text(response)), f"{settings.next}@href")), None)
        elif settings.pages and (run.declared_total is None or run.seen < run.declared_total):
            following, post = _after(response, settings.pages, post)
            is_short = rows < response.meta.get("rows_before", settings.pages.by)
            meta |= {OPTIONAL: True} if run.declared_total is None and is_short else {}
        if not following or not is_address(following):
            return
        if response.meta.get("seen_before") == run.seen:
            raise SourceError(Outcome.PARTIAL, f"the pages go in circles: nothing new on {response.url}")
        yield run.page(response, following, meta=meta, **_posted(post))


def _after(response: Response, pages: Pages, post: dict[str, Any] | None) -> tuple[str, dict[str, Any] | None]:
    """The address of the page after this one, and what is posted for it: the parameter is in one of the two."""
    if post and pages.parameter in post:
        assert response.request is not None
        posted = json.loads(response.request.body)
        return response.url, {**posted, pages.parameter: int(posted[pages.parameter]) + pages.by}
    value = url_query_parameter(response.url, pages.parameter, "") or ""
    number = int(value) if value.isdecimal() else 0
    return add_or_replace_parameter(response.url, pages.parameter, str(number + pages.by)), post


def _posted(post: dict[str, Any] | None) -> dict[str, Any]:
    """What makes a request one that posts JSON, where the source wants that."""
    if post is None:
        return {}
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    return {"method": "POST", "body": json.dumps(post, sort_keys=True), "headers": headers}


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
    return PLACE.sub(lambda found: _escaped(values[found[1]] or ""), template)


def _escaped(value: str) -> str:
    """A value as a piece of an address; one that is a path itself keeps its parts."""
    return quote(value, safe="/" if value.startswith("/") else "")
