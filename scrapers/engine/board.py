"""What boards that answer in JSON share: a list of postings, perhaps in pages, perhaps with a page of its own for each.

A spider of such a system subclasses Board and writes where things stand:

    rows_at    path of the list of postings ("" where the document is the list)
    fields     raw field -> path, or several: the first that says something; for locations, all of them
    extra      key of `extra` -> path: what has no field of its own, kept as it is
    tested     paths besides those of title and employment type whose words may show an internship (department …), for the
               shared word test, which comes before a row is read
    total_at   path of the number of postings that the source tells

and overrides, only where that is not enough: `rows` (where postings must be joined or left out), `read` (one posting's
fields), `following` (the next page), `detail` (the request for a posting's own page) with `read_detail`.

A path is one of `extract.json_data`. Names, mailboxes and numbers of persons are never among the fields. Not a spider
itself: no source names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response

from scrapers.answers.check import Due, SourceError
from scrapers.engine.source_spider import SourceRun, SourceSpider, with_fields
from scrapers.extract.json_data import at, fields_at, read_json, texts_at
from scrapers.listing import RawListing
from scrapers.outcome import Outcome

Paths = str | tuple[str, ...]


class Board(SourceSpider):
    """See the module."""

    due: ClassVar[Due] = "json"

    rows_at: ClassVar[str] = ""
    fields: ClassVar[Mapping[str, Paths]] = {}
    extra: ClassVar[Mapping[str, str]] = {}
    tested: ClassVar[tuple[str, ...]] = ()
    total_at: ClassVar[str | None] = None

    # ------------------------------------------------------------------------------------------------- for systems

    def document(self, response: Response) -> tuple[Any, bool]:
        """The document of an answer, and whether it is whole. Raises SourceError."""
        return read_json(response)

    def rows(self, document: Any, run: SourceRun) -> list[Any] | None:
        """The postings of an answer, each a row; None where it has no list of them."""
        lists = [found for found in at(document, self.rows_at) if isinstance(found, list)]
        return [row for rows in lists for row in rows] if lists else None

    def read(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        """A posting's raw fields, with `title` and `url`."""
        return fields_at(row, self.fields) | {"extra": {key: _one(at(row, path)) for key, path in self.extra.items()}}

    def following(
        self, response: Response, document: Any, rows: list[Any], run: SourceRun
    ) -> Iterable[RawListing | Request]:
        """The request for the next page (`run.page`, `self.next_page`), where there is one."""
        return ()

    def next_page(self, response: Response, run: SourceRun, url: str, **kwargs: Any) -> Request:
        """The request for the next page of a list whose pages are counted. Raises SourceError where this one brought
        nothing but postings that were seen before."""
        if response.meta.get("seen_before") == run.seen:
            raise SourceError(Outcome.PARTIAL, f"the pages go in circles: nothing new in {response.url}")
        return run.page(response, url, meta={**kwargs.pop("meta", {}), "seen_before": run.seen}, **kwargs)

    def detail(self, listing: RawListing, row: dict[str, Any], run: SourceRun) -> Request | None:
        """The request for a posting's own page (`self.ask_detail`), where the list does not say enough."""
        return None

    def read_detail(self, document: Any, run: SourceRun) -> dict[str, Any]:
        """The raw fields on a posting's own page; they go before those of the list. Raises SourceError."""
        raise NotImplementedError

    def ask_detail(self, url: str, listing: RawListing, run: SourceRun, **kwargs: Any) -> Request:
        """A request for a posting's own page in JSON, read by `read_detail`."""
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
            run.declare_total(max(int(total[0]), run.declared_total or 0))  # some tell it on the first page alone
        for row in rows:
            yield from self._parse_row(row, response, run)
        if is_whole:
            yield from self.following(response, document, rows, run)

    def _parse_row(self, row: Any, response: Response, run: SourceRun) -> Iterator[RawListing | Request]:
        if not isinstance(row, dict):
            yield from run.listing(response, title=None, url=None)
            return
        # Most rows of most boards are no internships: where the paths tell, the test comes before all is read.
        title, native_id = _first(row, self.fields.get("title", ())), _first(row, self.fields.get("native_id", ()))
        if native_id and not run.is_new(native_id):
            return
        tested = [text for path in self._tested() for text in texts_at(row, path)]
        if title and not run.passes(title, *tested):
            return
        fields = self.read(row, run)
        if not native_id and not run.is_new(fields.get("native_id")):
            return
        if (
            not title
            and fields.get("title")
            and not run.passes(fields["title"], fields.get("employment_type"), *tested)
        ):
            return
        for listing in run.listing(response, **fields):
            yield self.detail(listing, row, run) or listing

    def _tested(self) -> tuple[str, ...]:
        kind = self.fields.get("employment_type", ())
        return (*((kind,) if isinstance(kind, str) else kind), *self.tested)

    def _parse_detail(self, listing: RawListing, response: Response, run: SourceRun) -> Iterator[RawListing]:
        document, is_whole = self.document(response)
        if not is_whole:
            run.partial(f"the JSON breaks off: {response.url}")
        yield with_fields(listing, response, self.read_detail(document, run))


def _first(row: dict[str, Any], paths: Paths) -> str | None:
    """The first text at one of these paths."""
    for path in (paths,) if isinstance(paths, str) else paths:
        if found := texts_at(row, path):
            return ", ".join(found)
    return None


def _one(values: list[Any]) -> Any:
    """What stands at a path of `extra`: one value, or the list of several."""
    return values[0] if len(values) == 1 else values or None
