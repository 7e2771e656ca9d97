"""Base of all spiders: one crawler serves every source of a kind, and every source ends with exactly one outcome.

A spider subclasses SourceSpider and writes

1. `name`: the name of its module;
2. `Settings`: a pydantic model of what the catalogue may write under `settings:` (a subclass of SpiderSettings);
3. `expected_format`: the format of its pages (`html`, `json`, `xml`, `text`, `pdf`), so that another one is noticed;
4. `parse(response, run)`: yields RawListings (`run.listing`) and further requests (`run.page`, `run.detail`);
5. `first_requests(run)`, only where a GET of the source's address is not what to begin with.

It raises `SourceError` with an outcome and its evidence for failures that it can name; the runner here turns every other
failure into an outcome. A listing that was yielded is kept, whatever happens after it.

Belongs here: sending requests, reading responses, revalidation. Does not belong here: accounting (`scrapers.engine.source_run`),
response validation (`scrapers.answers`), formats (`scrapers.extract`), files (`scrapers.runs`).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable
from functools import partial
from typing import Any, ClassVar
from urllib.parse import urljoin

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from scrapers.answers.check import Format, SourceError, download_failure, has_nul, validate_response
from scrapers.engine.raw_fields import requested_url
from scrapers.engine.settings import SpiderSettings
from scrapers.engine.source_run import EXPECTED_FORMAT, FIRST_PAGE, POSITION, Position, SourceRun
from scrapers.listing import RawListing
from scrapers.outcome import Outcome
from scrapers.runs import NightFiles, print_line
from scrapers.source import Source
from scrapers.wire.archive import CUT_OFF
from scrapers.wire.memory import ConditionalRequest, Memory
from scrapers.wire.secrets import missing
from scrapers.wire.warc import Archives, request_key

MAX_ERROR_CHARACTERS = 200
"""Of an exception's message in the evidence."""

SOURCES_AT_ONCE = 32
"""Sources that a spider reads at the same time: as many as its crawler may have requests under way, because one host has one
at a time. Every source that was begun takes memory: its rows, its requests that wait, and the connection to its host."""


class SourceSpider(scrapy.Spider):
    """Serves the sources of one kind; the module's docstring says what a subclass writes."""

    Settings: ClassVar[type[SpiderSettings]] = SpiderSettings
    expected_format: ClassVar[Format]
    needs: ClassVar[tuple[str, ...]] = ()
    """Environment variables without which a live crawl sends no request (see `scrapers.wire.secrets`)."""

    def __init__(
        self,
        *,
        sources: list[Source],
        files: NightFiles,
        memory: Memory | None = None,
        archives: Archives | None = None,
    ) -> None:
        """`sources`: a list that this spider empties, so that no source takes memory after it was read."""
        super().__init__()
        self._archives = archives
        self.files = files
        self.memory = memory
        self._left = sources  # not begun, the next one last; in no order, so that those read at once are not all of one slow host
        self._left.sort(key=lambda source: hashlib.sha256(source.id.encode()).digest())
        self._begun: dict[str, SourceRun] = {}  # by the id of the source
        self._room = asyncio.Semaphore(SOURCES_AT_ONCE)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> SourceSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.close_runs, signal=signals.spider_closed)
        crawler.signals.connect(spider.start_clock, signal=signals.request_reached_downloader)
        return spider

    # ------------------------------------------------------------------------------------------------- for spiders

    def first_requests(self, run: SourceRun) -> Iterable[Request]:
        """The first requests: the source's address."""
        yield run.request(run.source.url)

    def validate_response(self, response: Response, run: SourceRun) -> None:
        """Raise SourceError for a response that cannot be read. A system whose statuses have a meaning of their own says so
        here."""
        validate_response(response, response.meta.get(EXPECTED_FORMAT, self.expected_format))

    def parse(self, response: Response, run: SourceRun) -> Iterable[RawListing | Request]:
        raise NotImplementedError

    def rows_have_addresses(self, run: SourceRun) -> bool:
        """Whether every row of this source has an address of its own, so that one without is damaged."""
        return False

    # ------------------------------------------------------------------------------------------------- the runner

    async def start(self) -> AsyncIterator[Request]:
        lacking = missing(self.needs) if self.memory else []  # a replay needs no key
        while self._left:
            await self._room.acquire()
            run = self.begin(self._left.pop())
            if lacking:
                run.fail_whole(SourceError(Outcome.NOT_DUE, f"needs the environment's {', '.join(lacking)}"))
                self._finish(run)
                continue
            run.plan = self.memory.plan(run.source) if self.memory else None
            for request in self._revalidate(run, run.plan.requests[:1]) if run.plan else self._read_in_full(run):
                yield request

    def handle_response(self, response: Response) -> list[Request]:
        """Read a response, keep its listings, and return the requests that it leads to."""
        run: SourceRun = response.meta["run"]
        position: Position = response.meta[POSITION]
        assert response.request is not None
        run.start_page(response)
        run.keep_validators(response)
        requests: list[Request] = []
        try:
            self.validate_response(response, run)
            if CUT_OFF in response.flags:
                run.partial(f"cut off after {len(response.body)} bytes: {response.url}")
            if has_nul(response):
                run.partial(f"NUL bytes in {response.url}")
            number = -1
            for number, result in enumerate(response.meta["parse"](response, run)):
                if isinstance(result, Request):
                    result.meta[POSITION] = (*position, number)
                    requests.append(result)
                else:
                    run.keep((*position, number), result)
            if number < 0 and self.expected_format == "html" and not response.meta.get("detail"):
                run.keep_links(response)
            run.finish_page(response)
        except SourceError as failure:
            run.fail(failure, response.request)
        except Exception as error:  # noqa: BLE001  # the one runner: whatever a parser raises becomes an outcome
            message = " ".join(str(error).split())[:MAX_ERROR_CHARACTERS]
            evidence = f"{type(error).__name__}: {message} at {response.url}"
            run.fail(SourceError(Outcome.ERROR, evidence), response.request)
        run.pending += len(requests) - 1
        self._finish_if_done(run)
        return requests

    def handle_failure(self, failure: Failure) -> None:
        """No response came."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy puts it there
        run: SourceRun = request.meta["run"]
        run.fail(download_failure(failure, request), request)
        run.pending -= 1
        self._finish_if_done(run)

    def start_clock(self, request: Request) -> None:
        """A request goes out. Those for a robots.txt are of no source."""
        if run := request.meta.get("run"):
            run.start_clock()

    def close_runs(self) -> None:
        """The crawl is over: a source that has not finished never will."""
        while self._left:
            self.begin(self._left.pop())
        for run in list(self._begun.values()):
            run.partial("the crawl ended before the source was read")
            self._finish(run)

    def begin(self, source: Source) -> SourceRun:
        """The run of a source that is to be read now."""
        run = SourceRun(source, self.Settings.model_validate(source.settings), self)
        self._begun[source.id] = run
        return run

    def _read_in_full(self, run: SourceRun) -> list[Request]:
        """The requests with which a source is read from its beginning."""
        run.start_full_read()
        try:
            requests = list(self.first_requests(run))
        except SourceError as failure:
            run.fail_whole(failure)
            requests = []
        if requests and self._archives is not None and not any(map(self._may_be_recorded, requests)):
            first = requests[0]
            run.fail_whole(SourceError(Outcome.NOT_RECORDED, f"the archive has no {first.method} {first.url}"))
            requests = []
        for number, request in enumerate(requests):
            request.meta[POSITION] = (number,)
        run.pending += len(requests)
        self._finish_if_done(run)
        return requests

    def _may_be_recorded(self, request: Request) -> bool:
        """Whether the archives have a response to this, or a robots.txt that may forbid it. Most sources of a catalogue are
        in no one archive, and need not pass through the engine to be told so."""
        assert self._archives is not None
        robots = urljoin(request.url, "/robots.txt")
        keys = (request_key(request.method, request.url, request.body), request_key("GET", robots, b""))
        return any(key in self._archives for key in keys)

    # Revalidation (RFC 9110, 13.1): after a full read a source is sent conditional requests, for its first page and, if that
    # is not modified, for all others. The first response that is no 304 starts a full read.

    def _revalidate(self, run: SourceRun, conditional: list[ConditionalRequest]) -> list[Request]:
        requests = []
        for each in conditional:
            headers = each.headers | each.validators.conditions()
            request = run.request(each.url, headers=headers, meta={POSITION: FIRST_PAGE})
            requests.append(request.replace(callback=self._handle_revalidation, errback=self._handle_lost_revalidation))
        run.pending += len(requests)
        run.pending_revalidations = len(requests)
        return requests

    def _handle_revalidation(self, response: Response) -> list[Request]:
        run: SourceRun = response.meta["run"]
        run.pending -= 1
        if run.plan is None:  # a full read has begun already
            self._finish_if_done(run)
            return []
        if response.status != 304:
            is_first = run.pages == 0
            requests = self._read_in_full(run)
            return self._reuse_response(response, requests) if is_first else requests
        run.start_page(response)
        run.pending_revalidations -= 1
        if run.pending_revalidations == 0 and run.pages < len(run.plan.requests):
            return self._revalidate(run, run.plan.requests[1:])
        self._finish_if_done(run)
        return []

    def _reuse_response(self, response: Response, requests: list[Request]) -> list[Request]:
        """Take the modified response for the first of the full read's requests, where both have one address."""
        if not requests or requests[0].method != "GET" or requests[0].url != requested_url(response):
            return requests
        assert response.request is not None
        response.request.meta.update({key: requests[0].meta[key] for key in (POSITION, "parse")})
        return [*self.handle_response(response), *requests[1:]]

    def _handle_lost_revalidation(self, failure: Failure) -> list[Request]:
        run: SourceRun = failure.request.meta["run"]  # type: ignore[attr-defined]  # Scrapy puts it there
        run.pending -= 1
        if run.plan is not None:
            return self._read_in_full(run)
        self._finish_if_done(run)
        return []

    def _finish_if_done(self, run: SourceRun) -> None:
        if run.pending == 0:
            self._finish(run)

    def _finish(self, run: SourceRun) -> None:
        if self._begun.pop(run.source.id, None):
            self._room.release()
            self.files.add(run.facts(), (row.to_json() for row in run.rows()), partial(self._remember, run))

    def _remember(self, run: SourceRun, line: dict[str, Any]) -> None:
        """The rows of a run are on disk: report it, and remember how to revalidate it."""
        print_line(line)
        if self.memory and run.plan:
            self.memory.remember(run.source, run.plan.requests, run.plan.read_on)
        elif self.memory:
            self.memory.remember(run.source, run.conditional_requests())
