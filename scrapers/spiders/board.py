"""What boards that answer in JSON share: a list of postings, perhaps in pages, perhaps with a page of its own for each.

A spider of such a system subclasses Board and writes where things stand:

    rows_at    path of the list of postings ("" where the document is the list)
    fields     raw field -> path, or several: the first that says something; for locations, all of them
    extra      key of `extra` -> path: what has no field of its own, kept as it is
    tested     paths besides the title whose words may show an internship (type, department …), for the shared word test
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

from scrapers.answers import SourceError
from scrapers.extract.json_data import at, fields_at, read_json, texts_at
from scrapers.listing import RawListing
from scrapers.spiders.base import SourceRun, SourceSpider, with_fields

Paths = str | tuple[str, ...]


class Board(SourceSpider):
    """See the module."""

    due = "json"

    rows_at: ClassVar[str] = ""
    fields: ClassVar[Mapping[str, Paths]] = {}
    extra: ClassVar[Mapping[str, str]] = {}
    tested: ClassVar[tuple[str, ...]] = ()
    total_at: ClassVar[str | None] = None

    # ------------------------------------------------------------------------------------------------- for systems

    def rows(self, document: Any, run: SourceRun) -> list[Any] | None:
        """The postings of an answer, each a row; None where it has no list of them."""
        lists = [found for found in at(document, self.rows_at) if isinstance(found, list)]
        return [row for rows in lists for row in rows] if lists else None

    def read(self, row: dict[str, Any], run: SourceRun) -> dict[str, Any]:
        """A posting's raw fields, with `title` and `url`."""
        return fields_at(row, self.fields) | {"extra": {key: _one(at(row, path)) for key, path in self.extra.items()}}

    def following(self, response: Response, document: Any, rows: list[Any], run: SourceRun) -> Iterable[Request]:
        """The request for the next page (`run.page`), where there is one."""
        return ()

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
        document, is_whole = read_json(response)
        if not is_whole:
            run.partial(f"the JSON breaks off: {response.url}")
        rows = self.rows(document, run)
        if rows is None:
            where = f"at {self.rows_at!r} " if self.rows_at else ""
            raise SourceError("layout_changed", f"no list {where}in {response.url}")
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
        fields = self.read(row, run)
        if not run.is_new(fields.get("native_id")):
            return
        tested = [fields.get("title"), fields.get("employment_type")]
        if fields.get("title") and not run.passes(*tested, *(text for path in self.tested for text in texts_at(row, path))):
            return
        for listing in run.listing(response, row_text=fields.get("organization"), **fields):
            yield self.detail(listing, row, run) or listing

    def _parse_detail(self, listing: RawListing, response: Response, run: SourceRun) -> Iterator[RawListing]:
        document, is_whole = read_json(response)
        if not is_whole:
            run.partial(f"the JSON breaks off: {response.url}")
        yield with_fields(listing, response, self.read_detail(document, run))


def _one(values: list[Any]) -> Any:
    """What stands at a path of `extra`: one value, or the list of several."""
    return values[0] if len(values) == 1 else values or None
