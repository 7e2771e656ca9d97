"""Lists on web pages: an element of the page an opening, found by CSS selectors.

How to recognise one: the openings stand on the page as its server sends it (look at the source, not at the browser's
view of it), one like the other: rows of a table, cards, items of a list. Look for a feed or JSON first.

What to write:

    - id: example-university
      name: Placements of an example university
      spider: html_list
      url: https://example.edu/placements
      settings:
        rows: table.placements tr      # css of the openings; rows without words, and header rows, are passed over
        fields:                        # raw field -> css within the row: `sel` its text, `sel@attr` an attribute,
          title: [h3 a, h3]            #   `@attr` and "" the row's own; of a list the first that says something,
          url: h3 a@href               #   for locations everything that matches
          locations: .city
        labels:                        # raw field -> label: of a label and value within the row (<dt>/<dd>, `Label: value`,
          deadline: Closing date       #   a bold label …), or the header of the column, where rows are those of a table
        next: a.next                   # css of the link to the next page
        numbers: ul.pager a            # where no css tells that link from the others: of all whose texts are numbers of pages
        detail:                        # the row's own page, asked for by its url: what it says goes before the row
          job_posting: true            #   first of all the schema.org JobPosting that it carries
          fields: {description: main}
          labels: {pay: Stipend}
          closed: .status--closed      #   css, or words, by which it says that it is closed
        id_in_url: /job/([0-9]+)       # what in a row's url is the id of the posting; a row of an id seen before is passed over
        tested: [title, section]       # of a big list of all jobs: fields whose words may show an internship; a row whose
                                       #   words show none is skipped, and its own page not asked for
        closed: .badge--expired        # css, or words, that mark a row closed
        none: no current vacancies     # words by which the page itself says that there are none
        total: .result-count           # css of the number of openings that the page tells (`sel@attr` where one holds it)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from scrapy import Request
from scrapy.http import Response
from selectolax.lexbor import LexborNode

from scrapers.answers.check import SourceError, page_cut_off, page_text
from scrapers.engine.raw_fields import with_fields
from scrapers.engine.settings import SpiderSettings, Texts, as_list
from scrapers.engine.source_run import SourceRun
from scrapers.engine.source_spider import SourceSpider
from scrapers.extract.blocks import (
    block_lines,
    block_text,
    check_css,
    find_label,
    line_with,
    number_link,
    parse_html,
    select,
)
from scrapers.extract.closing import title_mark
from scrapers.extract.furniture import is_furniture
from scrapers.extract.inline import is_address
from scrapers.extract.schema_org import job_postings, posting_fields
from scrapers.listing import MARKED_CLOSED, RawListing
from scrapers.outcome import Outcome
from scrapers.wire.archive import CUT_OFF

RawField = Literal[
    "title", "url", "apply_url", "native_id", "organization", "locations", "description", "employment_type", "posted",
    "deadline", "starts", "duration", "pay", "language", "section",
]  # fmt: skip
Css = Annotated[str, AfterValidator(check_css)]


def _check_path(path: str) -> str:
    css, mark, attribute = path.partition("@")
    if mark and not re.fullmatch(r"[\w:-]+", attribute):
        raise ValueError(f"{path!r}: {attribute!r} is no attribute")
    if css.strip():
        check_css(css)
    return path


def _check_group(pattern: str) -> str:
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
    if groups != 1:
        raise ValueError(f"{pattern!r} must have one group, the id")
    return pattern


CssPath = Annotated[str, AfterValidator(_check_path)]
CssPaths = Annotated[list[CssPath], BeforeValidator(as_list)]


PAGE_NUMBER = "page_number"
"""Meta key: which page of the list a request is for; left out of the first."""


class Reading(SpiderSettings):
    """Where an element says what."""

    fields: dict[RawField, CssPaths] = Field(default_factory=dict)
    labels: dict[RawField, Texts] = Field(default_factory=dict)


class DetailReading(Reading):
    """What a row's own page says, and where."""

    job_posting: bool = False
    closed: str | None = None


class HtmlList(SourceSpider):
    name = "html_list"
    expected_format = "html"

    class Settings(Reading):
        rows: Css
        next: Css | None = None
        numbers: Css | None = None
        detail: DetailReading | None = None
        id_in_url: Annotated[str, AfterValidator(_check_group)] | None = None
        tested: list[RawField] = Field(default_factory=list)
        closed: str | None = None
        none: str | None = None
        total: CssPath | None = None

        @model_validator(mode="after")
        def _names_a_title(self) -> HtmlList.Settings:
            if "title" not in self.fields and "title" not in self.labels:
                raise ValueError("fields or labels must name a title")
            return self

    def row_fields(self, row: LexborNode, run: SourceRun) -> dict[str, Any]:
        """A row's raw fields, with `title` and `url`."""
        settings: HtmlList.Settings = run.settings
        fields = _read_fields(row, settings)
        if settings.id_in_url and (found := re.search(settings.id_in_url, fields["url"] or "")):
            fields["native_id"] = found[1]
        return fields

    def rows_have_addresses(self, run: SourceRun) -> bool:
        return "url" in getattr(run.settings, "fields", ())

    def next_page(self, page: LexborNode, response: Response, run: SourceRun) -> str | None:
        """The address of the next page, where there is one."""
        if css := run.settings.numbers:
            return number_link(page, css, page_number(response) + 1)
        found = select(page, f"{run.settings.next}@href") if run.settings.next else []
        return found[0] if found else None

    def parse(self, response: Response, run: SourceRun) -> Iterator[RawListing | Request]:
        settings: HtmlList.Settings = run.settings
        page = parse_html(page_text(response))
        is_cut_off = page_cut_off(response) or CUT_OFF in response.flags
        rows = [row for row in page.css(settings.rows) if not _is_header(row) and not _is_note(row)]
        for row in rows[:-1] if is_cut_off else rows:
            fields = self.row_fields(row, run)
            if not run.is_new(fields.get("native_id")):
                continue
            if settings.tested and fields["title"] and not run.passes(*(fields.get(name) for name in settings.tested)):
                continue
            if fields["title"] and is_furniture(fields["title"]):
                continue
            closed = _closed(row, settings.closed) or _marked_closed(row, fields["title"])
            extra = {MARKED_CLOSED: closed} if closed else {}
            for listing in run.listing(response, row_text=_row_text(row), extra=extra, **fields):
                if settings.detail and not listing.extra.get("no_link") and listing.url.startswith(("http:", "https:")):
                    yield run.detail(listing.url, partial(self.parse_detail, listing), listing)
                else:
                    yield listing
        counts = (re.search(r"\d[\d.,' ]*", text) for text in select(page, settings.total)) if settings.total else ()
        if total := next(filter(None, counts), None):
            run.declare_total(int(re.sub(r"\D", "", total[0])))
        if not rows:
            words = line_with(block_lines(page), [settings.none] if settings.none else [])
            if settings.total and run.declared_total == 0:
                words = words or "a total of 0"
            run.report_no_rows(words, f"nothing matches {settings.rows!r} on {response.url}")
        if is_cut_off:
            raise SourceError(Outcome.PARTIAL, f"the page breaks off: {response.url}")
        following = self.next_page(page, response, run) if rows else None
        if following and is_address(following):
            if response.meta.get("seen_before") == run.seen:
                raise SourceError(Outcome.PARTIAL, f"the pages go in circles: nothing new on {response.url}")
            yield run.page(response, following, meta={"seen_before": run.seen, PAGE_NUMBER: page_number(response) + 1})

    def parse_detail(self, listing: RawListing, response: Response, run: SourceRun) -> Iterator[RawListing]:
        yield from read_own_page(run.settings.detail, listing, response, run)


def page_number(response: Response) -> int:
    """Which page of its list this is, from 1."""
    return int(response.meta.get(PAGE_NUMBER, 1))


def read_own_page(
    reading: DetailReading, listing: RawListing, response: Response, run: SourceRun
) -> Iterator[RawListing]:
    """A row with what its own page says, which goes before what the list says."""
    page = parse_html(page_text(response))
    fields = _read_fields(page, reading)
    if reading.job_posting:
        postings = job_postings(page).postings
        posting = posting_fields(postings[0]) if postings else {}
        fields |= {field: value for field, value in posting.items() if value}
        if listing.native_id:  # by which the list knows it; the page's may be that of the employer
            fields["native_id"] = None
        kinds = (listing.employment_type, fields.get("employment_type"))  # "Internship", where schema.org has OTHER
        fields["employment_type"] = ", ".join(dict.fromkeys(kind for kind in kinds if kind)) or None
    if not any(fields.values()):
        run.note(f"no detail read from {response.url}")
    if closed := _closed(page, reading.closed):
        fields["extra"] = {**listing.extra, **fields.get("extra", {}), MARKED_CLOSED: closed}
    yield with_fields(listing, response, fields)


def _read_fields(node: LexborNode, reading: Reading) -> dict[str, Any]:
    """What an element says, by raw field; `title` and `url` always among them."""
    fields: dict[str, Any] = {"title": None, "url": None}
    for field, paths in reading.fields.items():
        if field == "description":
            fields[field] = next(filter(None, (_lines(node, path) for path in paths)), None)
            continue
        texts = [select(node, path) for path in paths]
        if field == "locations":
            fields[field] = list(dict.fromkeys(text for found in texts for text in found))
        else:
            fields[field] = next((found[0] for found in texts if found), None)
    for field, labels in reading.labels.items():
        found = next(filter(None, (_beside(node, label) for label in labels)), [])
        if found and not fields.get(field):
            fields[field] = found if field == "locations" else " ".join(found)
    return fields


def _lines(node: LexborNode, path: str) -> str:
    """The text of what a path finds, line breaks kept."""
    if "@" in path:
        return " ".join(select(node, path))
    if not path.strip():
        return block_text(node)
    return "\n".join(block_text(each) for each in node.css(path))


def _beside(node: LexborNode, label: str) -> list[str]:
    """The value of a label: of its column, where the node is a row of a table with such a header, else within the node."""
    if node.tag == "tr":
        header = _header_of(node)
        for number, text in enumerate(header):
            if text.casefold().strip(" :*") == label.casefold().strip(" :*"):
                cells = [cell for cell in node.iter() if cell.tag in ("td", "th")]
                return [line.text for line in block_lines(cells[number])] if number < len(cells) else []
    return find_label(node, label)


def _header_of(row: LexborNode) -> list[str]:
    """The texts of the first row of the table that a row stands in."""
    table = row.parent
    while table is not None and table.tag != "table":
        table = table.parent
    first = table.css_first("tr") if table is not None else None
    return [block_text(cell, " ") for cell in first.iter() if cell.tag in ("td", "th")] if first is not None else []


def _is_note(row: LexborNode) -> bool:
    """Whether a table row is one cell across all columns, without a link: it speaks of the table and lists nothing."""
    cells = row.css("td") if row.tag == "tr" else []
    return len(cells) == 1 and (cells[0].attributes.get("colspan") or "1") != "1" and row.css_first("a[href]") is None


def _is_header(row: LexborNode) -> bool:
    """A row of a table that holds headers only, or an element without words and links."""
    if row.tag == "tr" and not any(cell.tag == "td" for cell in row.iter()):
        return True
    return not block_lines(row) and row.css_first("a") is None


def _row_text(row: LexborNode) -> str:
    return " | ".join(line.text for line in block_lines(row))[:300]


def _marked_closed(row: LexborNode, title: str | None) -> str | None:
    """The mark by which a row closes itself, whatever the entry says: a title that is struck out, or a sign or word set apart."""
    struck = " ".join(block_text(each, " ") for each in row.css("s, del, strike"))
    return struck if title and title in struck else title_mark(title or "")


def _closed(row: LexborNode, mark: str | None) -> str | None:
    """The words by which a row is marked closed."""
    if mark is None:
        return None
    if re.match(r"[.#\[]|[a-z]+[.#\[:]", mark):
        return next((block_text(found, " ") or mark for found in row.css(mark)), None)
    text = _row_text(row)
    at = text.casefold().find(mark.casefold())
    return text[at : at + len(mark)] if at >= 0 else None
