"""One source on one night: its pending requests, its rows, and what decides its outcome.

Spiders make their listings and requests through it (`listing`, `passes`, `request`, `page`, `detail`) and report what they
notice (`declare_total`, `confirm_empty`, `note`, `partial`). The runner (`scrapers.engine.source_spider`) keeps its books.

Belongs here: accounting and the outcome of a run. Does not belong here: when requests are sent and responses read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from scrapers.answers.check import SourceError, absolute
from scrapers.answers.redirects import same_host
from scrapers.answers.words import may_be_internship
from scrapers.engine.raw_fields import (
    MAX_OTHER_CHARACTERS,
    bounded,
    bounded_extra,
    has_nul_text,
    impersonal,
    link_address,
    mark_closed,
    non_empty,
    page_links,
    requested_url,
    stripped_text,
)
from scrapers.extract.inline import has_words, is_placeholder
from scrapers.extract.links import is_script_link
from scrapers.extract.persons import without_persons
from scrapers.listing import MARKED_CLOSED, PAGE_UNREAD, RawListing
from scrapers.outcome import Outcome
from scrapers.runs import EMPTY_PAGE, RunFacts
from scrapers.source import Source
from scrapers.wire.archive import FETCHED_AT
from scrapers.wire.memory import ConditionalRequest, RevalidationPlan, Validators
from scrapers.wire.robots import RULES
from scrapers.wire.secrets import OWN_HOST, SECRETS

if TYPE_CHECKING:
    from scrapers.engine.source_spider import SourceSpider

MAX_LIST_PAGES = 500
"""Pages requested of one list. None in the catalogue has so many; one that goes on longer pages in circles."""

MAX_DECLARED_TOTAL = 10_000_000
"""No list of the world has as many rows; a source that declares more is wrong about it."""

MAX_EVIDENCE_ITEMS = 3
"""Failures, and notes, that the evidence of a run spells out; the others are counted."""

EXPECTED_FORMAT = "expected_format"
"""Meta key: the format that the response should have, where it differs from the spider's."""

OWN_HEADERS = "own_headers"
"""Meta key: the headers that a spider gave a request, without those of the middlewares."""

OPTIONAL = "optional"
"""Meta key: a request without which the rows are known, too; its failure is noted and makes no run partial."""

POSITION = "position"
"""Meta key: the position of a page or row in the crawl, a path of numbers, so that sorting gives the source's order whatever
order the responses came in."""

Position = tuple[int, ...]

FIRST_PAGE: Position = (0,)

Parse = Callable[[Response, "SourceRun"], Iterable["RawListing | Request"]]


class SourceRun:
    """See the module. `seen`: rows the source showed; `skipped`: those that failed the word test."""

    def __init__(self, source: Source, settings: Any, spider: SourceSpider) -> None:
        self.source = source
        self.settings = settings
        self.night = date.fromisoformat(spider.files.night)
        self.seen = 0
        self.skipped = 0
        self.declared_total: int | None = None
        self.pages = self.bytes = 0
        self.fetched_at: str | None = None
        self.started: float | None = None  # on the monotonic clock
        self.slow_files = 0  # that took too long to read; see `spiders.formats.pdf_notice`
        self.pending = 0
        self.plan: RevalidationPlan | None = None
        self.pending_revalidations = 0
        self.detail_pages_read = 0
        self._rules: dict[str, object] = {}  # see `wire.robots`
        self._spider = spider
        self._rows: list[tuple[Position, RawListing]] = []
        self._links: dict[str, None] = {}  # of pages without a row, in their order
        self._position: Position = ()  # of the page being read
        self._failures: list[tuple[Position, SourceError]] = []
        self._notes: list[tuple[Position, str]] = []
        self._requested: set[tuple[str, str]] = set()
        self._ids: dict[str, set[tuple[str | None, str | None]]] = {}  # title and address by id
        self._conditional: list[tuple[Position, ConditionalRequest]] = []
        self._can_revalidate = True
        self._list_pages = 1
        self._unreadable_rows = 0
        self._unlinked_rows = 0
        self._repeated_rows = 0
        self._empty_pages = 0  # behind others of the list
        self._first_pages: dict[str, Position] = {}  # by id
        self._script_links = 0  # of these rows those whose link is no address and never was one
        self._gone_details: dict[Position, str] = {}  # evidence by position
        self._redirected_details: dict[Position, str] = {}  # final address by position
        self._empty_statement: str | None = None
        self._empty_list: str | None = None

    # ------------------------------------------------------------------------------------------------- for spiders

    def listing(
        self, response: Response, *, title: str | None, url: str | None, row_text: str | None = None, **fields: Any
    ) -> Iterator[RawListing]:
        """The listing of one row, with its provenance; none, but counted, for a row without any word.

        A relative `url` is made absolute. Without a usable one the listing has the source's page as its address and
        `extra["no_link"]`; without a title, the row's own text is its title."""
        self.seen += 1
        if has_nul_text(title, url, *fields.values()):
            self.partial(f"NUL characters in a row of {response.url}")
        title = stripped_text(title) or stripped_text(row_text)
        if not title or is_placeholder(title) or not has_words(title):
            self._unreadable_rows += 1
            return
        link, url = url, link_address(response, url)
        apply_url = link_address(response, fields.pop("apply_url", None))
        fields = impersonal(fields)
        extra = non_empty(fields.pop("extra", None) or {})
        if not url:
            extra["no_link"] = True
            if MARKED_CLOSED not in extra and self._spider.rows_have_addresses(self):
                self._unlinked_rows += 1
                self._script_links += is_script_link(link)
        yield RawListing(
            source_id=self.source.id,
            channel=self.source.channel,
            url=url or self.source.page or self.source.url,
            apply_url=apply_url,
            title=bounded("title", impersonal({"title": title})["title"]) or "",
            fetched_at=response.meta[FETCHED_AT],
            locations=[
                place[:MAX_OTHER_CHARACTERS]
                for place in map(stripped_text, fields.pop("locations", None) or ())
                if place
            ],
            extra=bounded_extra(extra),
            **{key: bounded(key, stripped_text(value)) for key, value in fields.items()},
        )

    def passes(self, *texts: str | None) -> bool:
        """The shared word test over a row's title, type, department or section. A row that fails it is counted as seen and
        skipped. Where the source has internships only, every row passes."""
        if self.source.holds == "internships" or may_be_internship(*texts):
            return True
        self.seen += 1
        self.skipped += 1
        return False

    def request(self, url: str, parse: Parse | None = None, **kwargs: Any) -> Request:
        """A request of this source, read by `parse` (default: the spider's). Keywords as scrapy.Request takes them."""
        self._requested.add(_request_identity(url, kwargs.get("body")))
        meta = {
            "run": self,
            "parse": parse or self._spider.parse,
            OWN_HOST: urlsplit(url).hostname,
            RULES: self._rules,
            OWN_HEADERS: dict(kwargs.get("headers") or {}),
            **kwargs.pop("meta", {}),
        }
        callback, errback = self._spider.handle_response, self._spider.handle_failure
        return Request(url, callback=callback, errback=errback, dont_filter=True, meta=meta, **kwargs)

    def page(self, response: Response, href: str, parse: Parse | None = None, **kwargs: Any) -> Request:
        """The next page of a list. Raises SourceError where the pages go in circles or lead to another host, so ask for it after
        the rows."""
        url = absolute(response, href)
        if not same_host(self.source.url, url) and not same_host(response.url, url):
            raise SourceError(Outcome.PARTIAL, f"the next page is on another host: {url}")
        if _request_identity(url, kwargs.get("body")) in self._requested:
            raise SourceError(Outcome.PARTIAL, f"the pages go in circles: {url} comes again")
        self._list_pages += 1
        if self._list_pages > MAX_LIST_PAGES:
            raise SourceError(Outcome.PARTIAL, f"more than {MAX_LIST_PAGES} pages")
        return self.request(url, parse, meta={**kwargs.pop("meta", {}), "follows": True}, **kwargs)

    def detail(self, url: str, parse: Parse, row: RawListing | None = None, **kwargs: Any) -> Request:
        """The request for a posting's own page. Where that cannot be read, `row` (what the list says) is the listing; a
        page that is gone leaves the run complete."""
        return self.request(url, parse, meta={**kwargs.pop("meta", {}), "detail": True, "row": row}, **kwargs)

    def was_requested(self, url: str) -> bool:
        return _request_identity(url) in self._requested

    def is_new(self, native_id: str | None, title: str | None = None, url: str | None = None) -> bool:
        """Whether no posting of this id was seen in this run; a list whose order moves between two pages repeats some. Under
        another title and another address it is another posting, whatever its id."""
        if native_id is None:
            return True
        words = (title, url)
        seen = self._ids.setdefault(native_id, set())
        is_new = not seen or (None not in words and all(title != known and url != at for known, at in seen))
        seen.add(words)
        self._first_pages.setdefault(native_id, self._position)
        return is_new

    def pass_over_repeated(self, native_id: str) -> None:
        """A row of a list in data has the id of another. Between two requests a list may move; one answer repeats itself."""
        if self._first_pages[native_id] == self._position:
            self.repeat_row()

    def repeat_row(self) -> None:
        """A row says again what another of its answer said, and is passed over."""
        self._repeated_rows += 1

    def declare_total(self, total: int) -> None:
        """The number of rows that the source itself declares."""
        if total > MAX_DECLARED_TOTAL:
            self.partial(f"declares more than {MAX_DECLARED_TOTAL:,} rows")
        else:
            self.declared_total = total

    def confirm_empty(self, words: str) -> None:
        """The page itself says, in these words, that there are no openings."""
        self.count_empty_page()
        self._empty_statement = words

    def report_no_rows(self, words: str | None, otherwise: str) -> None:
        """A page of a list has no row: the words in which it says so itself, or what is noted otherwise."""
        if words:
            self.confirm_empty(words)
        else:
            self.count_empty_page()
            self.note(otherwise)

    def count_empty_page(self) -> None:
        """A page has no row; only behind another page of its list that counts."""
        self._empty_pages += self._list_pages > 1

    def report_empty_list(self, where: str) -> None:
        """The list is where it should be, in data, and has no row: weaker evidence than words of the source."""
        self._empty_list = where

    def note(self, text: str) -> None:
        """Evidence that changes no outcome."""
        self._notes.append((self._position, text))

    def partial(self, evidence: str) -> None:
        """Some of the source could not be read; reading goes on."""
        self._failures.append((self._position, SourceError(Outcome.PARTIAL, evidence)))

    # ------------------------------------------------------------------------------------------------- for the runner

    def start_clock(self) -> None:
        """A request goes out; the first one starts the clock."""
        if self.started is None:
            self.started = time.monotonic()

    def start_page(self, response: Response) -> None:
        self._position = response.meta[POSITION]
        self.pages += 1
        self.bytes += len(response.body)
        self.fetched_at = response.meta[FETCHED_AT]

    def finish_page(self, response: Response) -> None:
        """A page was read to its end."""
        if response.meta.get("detail"):
            self.detail_pages_read += 1
            if "redirect_urls" in response.meta and response.url != requested_url(response):
                self._redirected_details[response.meta[POSITION]] = response.url

    def keep_links(self, response: Response) -> None:
        """Keep the addresses that a page without a row links to: what it still links to is not gone."""
        self._links |= dict.fromkeys(page_links(response))

    def keep(self, position: Position, row: RawListing) -> None:
        self._rows.append((position, row))

    def fail(self, failure: SourceError, request: Request) -> None:
        """A page could not be fetched or read."""
        position, row = request.meta[POSITION], request.meta.get("row")
        if request.meta.get(OPTIONAL):
            if failure.outcome != Outcome.NOT_RECORDED or self.declared_total:  # else it may not have been asked for
                self._notes.append((position, failure.evidence))
            self._can_revalidate = False  # it is asked for again
            return
        if row is not None:
            mark = {MARKED_CLOSED: failure.closing} if failure.closing else {PAGE_UNREAD: failure.evidence}
            self.keep(position, replace(row, extra={**impersonal(mark), **row.extra}))
        if request.meta.get("detail"):
            self.seen += row is None  # a row of the list was counted there
            if failure.outcome == Outcome.GONE:
                self._gone_details[position] = failure.evidence
                return
        # Its traceback holds the frames that it went through, and with them the response: to the end of the crawl.
        failure.__traceback__ = failure.__context__ = failure.__cause__ = None
        self._failures.append((position, failure))

    def fail_whole(self, failure: SourceError) -> None:
        """The source could not be requested at all."""
        self._failures.append((FIRST_PAGE, failure))

    def keep_validators(self, response: Response) -> None:
        """Remember how to revalidate this response; one without validators can only be fetched again."""
        assert response.request is not None
        request = response.request
        is_revalidable = request.method == "GET" and SECRETS not in request.meta
        validators = Validators.of(response.headers) if is_revalidable else None
        if validators is None:
            self._can_revalidate = False
            return
        conditional = ConditionalRequest(requested_url(response), request.meta[OWN_HEADERS], validators)
        self._conditional.append((self._position, conditional))

    def conditional_requests(self) -> list[ConditionalRequest]:
        """How to revalidate the source after a complete run; none where that is impossible."""
        if not self._can_revalidate or self._outcome()[0] != Outcome.OK:
            return []
        return _in_order(self._conditional)

    def start_full_read(self) -> None:
        """Read it from its first page, whatever was requested before."""
        self.plan, self.pages, self._requested = None, 0, set()

    def rows(self) -> list[RawListing]:
        """In the order of the pages and of the rows on them."""
        redirected = {
            position: f"redirected to another posting ({url})"
            for position, url in self._redirected_details.items()
            if self.was_requested(url)
        }
        gone = self._gone_details | redirected
        # Where most pages are gone, their addresses are more likely to be wrong.
        if len(gone) > self.detail_pages_read - len(redirected):
            gone = {}
        placed = sorted(self._rows, key=lambda placed: placed[0])
        return [mark_closed(row, gone.get(position) or gone.get(position[:-1])) for position, row in placed]

    def facts(self) -> RunFacts:
        outcome, evidence = self._outcome()
        return RunFacts(
            source_id=self.source.id,
            outcome=outcome,
            evidence=without_persons(evidence) or None,
            seen=self.seen,
            kept=len(self._rows),
            skipped=self.skipped,
            declared_total=self.declared_total,
            pages=self.pages,
            bytes=self.bytes,
            fetched_at=self.fetched_at,
            seconds=0.0 if self.started is None else round(time.monotonic() - self.started, 1),
            links=list(self._links) if outcome == Outcome.LAYOUT_CHANGED and not self._rows else None,
        )

    def _outcome(self) -> tuple[Outcome, str]:
        """Outcome and evidence; the evidence names pages in their order."""
        if self.plan and not self._failures:
            return Outcome.UNCHANGED, f"304 for each of {self.pages} pages" if self.pages > 1 else "304 Not Modified"
        notes = _shortened(_in_order(self._notes))
        if self._unreadable_rows:
            notes.append(f"{_counted(self._unreadable_rows, 'row')} without title")
        if self._unlinked_rows:
            notes.append(f"{_counted(self._unlinked_rows, 'row')} without address")
        if self._repeated_rows:
            notes.append(f"repeats itself in {_counted(self._repeated_rows, 'row')}")
        if self._empty_pages and self.seen:
            notes.append(EMPTY_PAGE + f", {self._empty_pages} times" * (self._empty_pages > 1))
        if self._gone_details:
            notes.append(f"gone: the own page of {_counted(len(self._gone_details), 'posting')}")
        if self._failures:
            return self._failed_outcome(notes)
        if missing := self._missing_rows():
            if self.declared_total is not None and self.seen < self.declared_total:
                notes.insert(0, f"saw {self.seen} of {self.declared_total} rows")
            is_read = self._rows or self.skipped or not self._unreadable_rows
            outcome = Outcome.PARTIAL if is_read else Outcome.LAYOUT_CHANGED
            return outcome, f"short by {missing}: {'; '.join(notes)}"
        if self._rows or self.skipped:
            return Outcome.OK, "; ".join(notes)
        if self._empty_statement is not None:
            return Outcome.EMPTY, "; ".join([f"says none: {self._empty_statement}", *notes])
        if self._empty_list is not None:
            return Outcome.EMPTY, "; ".join([f"an empty list: {self._empty_list}", *notes])
        return Outcome.LAYOUT_CHANGED, "; ".join(notes or ["no row on the page, and no words that there are none"])

    def _missing_rows(self) -> int:
        """Rows below the declared total, and rows without a title or without their address. A few links by script among
        addresses are the source's own way; where most are, the addresses may have been lost."""
        lost = self._unlinked_rows - (self._script_links if 2 * self._script_links <= self.seen else 0)
        return max((self.declared_total or 0) - self.seen, 0) + self._unreadable_rows + lost

    def _failed_outcome(self, notes: list[str]) -> tuple[Outcome, str]:
        """The failure of the first page is the source's, unless some of it was read; any other makes the run partial."""
        failures = sorted(self._failures, key=lambda placed: placed[0])
        position, failure = failures[0]
        evidence = "; ".join([*_shortened([each.evidence for _, each in failures]), *notes])
        if position == FIRST_PAGE and not self._rows and all(each.outcome != Outcome.PARTIAL for _, each in failures):
            return failure.outcome, evidence
        return Outcome.PARTIAL, evidence if failure.outcome == Outcome.PARTIAL else f"{failure.outcome}: {evidence}"


def _request_identity(url: str, body: bytes | str | None = None) -> tuple[str, str]:
    """What distinguishes one request of a source from another."""
    return url, body.decode() if isinstance(body, bytes) else body or ""


def _in_order(placed: list[tuple[Position, Any]]) -> list[Any]:
    return [value for _, value in sorted(placed, key=lambda each: each[0])]


def _shortened(texts: list[str]) -> list[str]:
    """The first MAX_EVIDENCE_ITEMS texts, and how many more there are."""
    rest = len(texts) - MAX_EVIDENCE_ITEMS
    return [*texts[:MAX_EVIDENCE_ITEMS], *([f"and {rest} more"] if rest > 0 else [])]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number > 1)}"
