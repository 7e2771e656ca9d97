"""Base of the boards that answer in JSON: a list of postings, perhaps in pages, perhaps with a page of its own for each.

A spider of such a system subclasses Board and writes where its values are:

    rows_at       path of the list of postings ("" where the document is the list)
    fields        raw field -> path, or several: the first with a value; for locations, all of them
    extra         key of `extra` -> path: what has no field of its own, kept as it is
    word_test_at  paths besides those of title and employment type for the shared word test (department …), which is made
                  before the rest of a row is read
    total_at      path of the number of postings that the source declares

and overrides, only where that is not enough: `rows` (where postings must be joined or left out), `row_fields` (one posting's
fields), `next_requests` (the next page), `detail` (the request for a posting's own page) with `detail_fields`.

A path is one of `extract.json_data`. Names, mailboxes and numbers of persons are never among the fields. Not a spider itself:
no source names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response

from scrapers.answers.check import Format, SourceError
from scrapers.engine.raw_fields import with_fields
from scrapers.engine.source_run import OPTIONAL, SourceRun
from scrapers.engine.source_spider import SourceSpider
from scrapers.extract.json_data import at, failure_in, fields_at, read_json, texts_at
from scrapers.listing import RawListing
from scrapers.outcome import Outcome

MIN_PAGE_ROWS = 10
"""No system in the catalogue cuts its pages shorter than this; a first page of less is the whole list."""

Paths = str | tuple[str, ...]


class Board(SourceSpider):
    """See the module."""

    expected_format: ClassVar[Format] = "json"

    rows_at: ClassVar[str] = ""
    fields: ClassVar[Mapping[str, Paths]] = {}
    extra: ClassVar[Mapping[str, str]] = {}
    word_test_at: ClassVar[tuple[str, ...]] = ()
    total_at: ClassVar[str | None] = None
    zero_total_is_proof: ClassVar[bool] = True
    """False where the system answers with a total of 0 for boards that do not exist, too."""

    # ------------------------------------------------------------------------------------------------- for systems

    def document(self, response: Response) -> tuple[Any, bool]:
        """The document of a response, and whether it is whole. Raises SourceError."""
        return read_json(response)

    def rows(self, document: Any, run: SourceRun) -> list[Any] | None:
        """The postings of a document, each a row; None where it has no list of them."""
        lists = [value for value in at(document, self.rows_at) if isinstance(value, list)]
        return [row for rows in lists for row in rows] if lists else None

    def rows_have_addresses(self, run: SourceRun) -> bool:
        return True

    def row_fields(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        """A posting's raw fields, with `title` and `url`."""
        extra = {key: _value_or_values(at(row, path)) for key, path in self.extra.items()}
        return fields_at(row, self.fields) | {"extra": extra}

    def next_requests(
        self, response: Response, document: Any, rows: list[Any], run: SourceRun
    ) -> Iterable[RawListing | Request]:
        """The request for the next page (`run.page`, `self.next_page`), where there is one."""
        return ()

    def page_after(self, response: Response, run: SourceRun, url: str, rows: int, page_rows: int) -> Iterator[Request]:
        """The request for the next page of a list that declares no total, after one of `rows` rows where `page_rows` fit. A
        short page is not the last, an empty one is; but a list may end with it, or not know what a page is."""
        is_full, is_first = rows >= page_rows, "seen_before" not in response.meta
        is_repeated = response.meta.get("seen_before") == run.seen
        if is_full or (rows and not is_repeated and (rows >= MIN_PAGE_ROWS or not is_first)):
            yield self.next_page(response, run, url, meta={} if is_full else {OPTIONAL: True})

    def next_page(self, response: Response, run: SourceRun, url: str, **kwargs: Any) -> Request:
        """The request for the next page of a list whose pages are numbered. Raises SourceError where this one had only
        postings that were seen before."""
        if response.meta.get("seen_before") == run.seen:
            raise SourceError(Outcome.PARTIAL, f"the pages go in circles: nothing new in {response.url}")
        return run.page(response, url, meta={**kwargs.pop("meta", {}), "seen_before": run.seen}, **kwargs)

    def detail(self, listing: RawListing, row: dict[str, Any], run: SourceRun) -> Request | None:
        """The request for a posting's own page (`self.request_detail`), where the list has too little."""
        return None

    def detail_fields(self, document: Any, run: SourceRun) -> dict[str, Any]:
        """The raw fields of a posting's own page; they take precedence over those of the list. Raises SourceError."""
        raise NotImplementedError

    def request_detail(self, url: str, listing: RawListing, run: SourceRun, **kwargs: Any) -> Request:
        """A request for a posting's own page in JSON, read by `detail_fields`."""
        return run.detail(url, partial(self._parse_detail, listing), listing, **kwargs)

    # ------------------------------------------------------------------------------------------------- for the runner

    def parse(self, response: Response, run: SourceRun) -> Iterator[RawListing | Request]:
        document, is_whole = self.document(response)
        if not is_whole:
            run.partial(f"the JSON breaks off: {response.url}")
        rows = self.rows(document, run)
        if rows is None:
            where = f"at {self.rows_at!r} " if self.rows_at else ""
            raise SourceError(Outcome.LAYOUT_CHANGED, f"no list {where}in {response.url}")
        if self.total_at and (total := texts_at(document, self.total_at)) and total[0].isdigit():
            run.declare_total(max(int(total[0]), run.declared_total or 0))  # some declare it on the first page only
        if not rows and run.declared_total == 0 and self.zero_total_is_proof:
            run.confirm_empty("a total of 0")
        elif not rows:
            run.report_empty_list(self.rows_at or "the document")
        if not rows and (failure := failure_in(document)):
            if not run.seen:
                raise SourceError(Outcome.ERROR, f"no rows, and {failure}: {response.url}")
            run.count_empty_page()  # some lists end with such a page
        for row in rows:
            yield from self._parse_row(row, response, run)
        if is_whole:
            yield from self.next_requests(response, document, rows, run)

    def _parse_row(self, row: Any, response: Response, run: SourceRun) -> Iterator[RawListing | Request]:
        if not isinstance(row, dict):
            yield from run.listing(response, title=None, url=None)
            return
        # Most rows of most boards are no internships: where paths name the tested fields, the test comes first.
        title, native_id, url = (_first_text(row, self.fields.get(name, ())) for name in ("title", "native_id", "url"))
        if native_id and not run.is_new(native_id, title, url):
            run.pass_over_repeated(native_id)
            return
        tested = [text for path in self._word_test_paths for text in texts_at(row, path)]
        if title and not run.passes(title, *tested):
            return
        fields = self.row_fields(row, run)
        if not native_id and not run.is_new(fields.get("native_id")):
            return
        late_title = None if title else fields.get("title")
        if late_title and not run.passes(late_title, fields.get("employment_type"), *tested):
            return
        for listing in run.listing(response, **fields):
            yield self.detail(listing, row, run) or listing

    @cached_property
    def _word_test_paths(self) -> tuple[str, ...]:
        kind = self.fields.get("employment_type", ())
        return (*((kind,) if isinstance(kind, str) else kind), *self.word_test_at)

    def _parse_detail(self, listing: RawListing, response: Response, run: SourceRun) -> Iterator[RawListing]:
        document, is_whole = self.document(response)
        if not is_whole:
            run.partial(f"the JSON breaks off: {response.url}")
        yield with_fields(listing, response, self.detail_fields(document, run))


def _first_text(row: dict[str, Any], paths: Paths) -> str | None:
    """The text at the first of these paths that has one."""
    for path in (paths,) if isinstance(paths, str) else paths:
        if texts := texts_at(row, path):
            return ", ".join(texts)
    return None


def _value_or_values(values: list[Any]) -> Any:
    """The values at a path of `extra`: one as it is, several as a list, None for none."""
    return values[0] if len(values) == 1 else values or None
