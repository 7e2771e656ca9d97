"""What all spiders share: one crawler serves every source of a kind, and every source ends with exactly one outcome.

A spider subclasses SourceSpider and writes

1. `name`: the name of its module;
2. `Settings`: a pydantic model of what the catalogue may say under `settings:` (a subclass of SpiderSettings);
3. `due`: what its pages are written in (`html`, `json`, `xml`, `text`), so that a web page in the place of data is told;
4. `parse(response, run)`: yields RawListings (`run.listing`) and further requests (`run.page`, `run.detail`);
5. `first_requests(run)`, only where a GET of the source's address is not what to begin with.

It raises `SourceError` with an outcome and its evidence for what it can name; everything else that goes wrong is turned into
an outcome by the one runner here. A listing that was yielded is kept, whatever happens after it.

Belongs here: requests, accounting, outcomes. Does not belong here: what an answer is worth (`scrapers.answers`), formats
(`scrapers.extract`), files (`scrapers.runs`).
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Annotated, Any, ClassVar
from urllib.parse import urljoin, urlsplit

import scrapy
from pydantic import BaseModel, BeforeValidator, ConfigDict
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from scrapers.answers.check import Due, SourceError, absolute, check_answer, download_failure
from scrapers.answers.words import may_be_internship
from scrapers.extract.inline import is_address, is_placeholder
from scrapers.extract.persons import without_persons
from scrapers.listing import MARKED_CLOSED, PAGE_UNREAD, RawListing
from scrapers.outcome import Outcome
from scrapers.runs import NightFiles, RunFacts, say
from scrapers.source import Source
from scrapers.wire.archive import CUT_OFF, FETCHED_AT
from scrapers.wire.memory import Memory, Plan, Question, Validators
from scrapers.wire.secrets import OWN_HOST, SECRETS, missing
from scrapers.wire.warc import Archives, request_key

MOST_PAGES = 500
"""Pages asked for one list; a list that goes on longer pages in circles."""

MOST_TOLD = 3
"""Failures, and notes, that the evidence of a run names; the others are counted."""

DUE = "due"
"""Key of a request's meta: what its answer is due to be written in, where that is not what the spider's other pages are."""

HEADERS = "headers_of_its_own"
"""Meta key: the headers that a spider gave a request."""

FIRST = (0,)
"""The place of the first page. A place is the path of numbers that leads to a page or row, so that sorting gives order."""

Parse = Callable[[Response, "SourceRun"], Iterable["RawListing | Request"]]


def as_list(value: Any) -> Any:
    """One text as a list of it, so that the catalogue may leave the brackets away."""
    return [value] if isinstance(value, str) else value


Texts = Annotated[list[str], BeforeValidator(as_list)]


class SpiderSettings(BaseModel):
    """Base of the spiders' settings: an unknown key is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceRun:
    """One source on one night: its requests under way, its rows, and what was noticed."""

    def __init__(self, source: Source, settings: Any, spider: SourceSpider) -> None:
        self.source = source
        self.settings = settings
        self.night = date.fromisoformat(spider.files.night)
        self.seen = 0
        self.skipped = 0
        self.declared_total: int | None = None
        self.pages = 0
        self.bytes = 0
        self.fetched_at: str | None = None
        self.slow_files = 0  # that took too long to read; see `spiders.pdf_notice`
        self.pending = 0
        self.is_finished = False
        self._spider = spider
        self._rows: list[tuple[tuple[int, ...], RawListing]] = []
        self._place: tuple[int, ...] = ()  # of the page being read
        self._failures: list[tuple[tuple[int, ...], SourceError]] = []
        self._notes: list[tuple[tuple[int, ...], str]] = []
        self._asked: set[tuple[str, str]] = set()
        self._ids: set[str] = set()
        self._questions: list[tuple[tuple[int, ...], Question]] = []
        self._is_conditional = True
        self.plan: Plan | None = None
        self.unchanged_left = 0  # answers of the plan that are still to come
        self._list_pages = 1
        self._unreadable = 0
        self._gone: dict[tuple[int, ...], str] = {}  # own pages that are not there any more
        self._moved: dict[tuple[int, ...], str] = {}  # own pages that led elsewhere, and where
        self.read_details = 0
        self._none: str | None = None

    # ------------------------------------------------------------------------------------------------- for spiders

    def listing(
        self, response: Response, *, title: str | None, url: str | None, row_text: str | None = None, **fields: Any
    ) -> Iterator[RawListing]:
        """One row seen: its listing, with provenance filled in; nothing, but counted, where it has no words at all.

        A relative `url` is made absolute. Without one that leads somewhere the listing stands at the source's page and says
        so in `extra["no_link"]`; without a title the row's own text stands for it."""
        self.seen += 1
        title = _text(title) or _text(row_text)
        if not title or is_placeholder(title):
            self._unreadable += 1
            return
        url, apply_url = _address(response, url), _address(response, fields.pop("apply_url", None))
        fields = _impersonal(fields)
        extra = {key: value for key, value in (fields.pop("extra", None) or {}).items() if value not in (None, "", [])}
        if not url:
            extra["no_link"] = True
        yield RawListing(
            source_id=self.source.id,
            channel=self.source.channel,
            url=url or self.source.page or self.source.url,
            apply_url=apply_url,
            title=without_persons(title),
            fetched_at=response.meta[FETCHED_AT],
            locations=[place for place in map(_text, fields.pop("locations", None) or ()) if place],
            extra=extra,
            **{key: _text(value) for key, value in fields.items()},
        )

    def passes(self, *texts: str | None) -> bool:
        """Whether a row may be an internship by the shared word test over its title, type, department or section; one
        that may not is counted as seen and skipped. Where the source holds internships alone, every row passes."""
        if self.source.holds == "internships" or may_be_internship(*texts):
            return True
        self.seen += 1
        self.skipped += 1
        return False

    def request(self, url: str, parse: Parse | None = None, **kwargs: Any) -> Request:
        """A request of this source, read by `parse` (default: the spider's). Keywords as scrapy.Request takes them."""
        self._asked.add(_question(url, kwargs.get("body")))
        meta = {
            "run": self,
            "parse": parse or self._spider.parse,
            OWN_HOST: urlsplit(url).hostname,
            HEADERS: dict(kwargs.get("headers") or {}),
            **kwargs.pop("meta", {}),
        }
        return Request(
            url, callback=self._spider.answered, errback=self._spider.failed, dont_filter=True, meta=meta, **kwargs
        )

    def page(self, response: Response, href: str, parse: Parse | None = None, **kwargs: Any) -> Request:
        """The next page of a list. Raises SourceError where the pages go in circles, so ask for it after the rows."""
        url = absolute(response, href)
        if _question(url, kwargs.get("body")) in self._asked:
            raise SourceError(Outcome.PARTIAL, f"the pages go in circles: {url} comes again")
        self._list_pages += 1
        if self._list_pages > MOST_PAGES:
            raise SourceError(Outcome.PARTIAL, f"more than {MOST_PAGES} pages")
        return self.request(url, parse, **kwargs)

    def was_asked(self, url: str) -> bool:
        return _question(url) in self._asked

    def is_new(self, native_id: str | None) -> bool:
        """Whether a posting of this id was not seen in this run; a list that shows one twice pages over a moving order."""
        if native_id is None:
            return True
        is_new = native_id not in self._ids
        self._ids.add(native_id)
        return is_new

    def detail(self, url: str, parse: Parse, row: RawListing | None = None, **kwargs: Any) -> Request:
        """A posting's own page. Where it cannot be had, `row` (what the list says of it) is the listing; a page that is
        gone makes the run no less complete."""
        return self.request(url, parse, meta={**kwargs.pop("meta", {}), "detail": True, "row": row}, **kwargs)

    def declare_total(self, total: int) -> None:
        """The total that the source itself tells."""
        self.declared_total = total

    def says_none(self, words: str) -> None:
        """The page itself says that there are none, in these words."""
        self._none = words

    def note(self, text: str) -> None:
        """Something worth telling that changes no outcome."""
        self._notes.append((self._place, text))

    def partial(self, evidence: str) -> None:
        """What was read is not all; reading goes on."""
        self._failures.append((self._place, SourceError(Outcome.PARTIAL, evidence)))

    # ------------------------------------------------------------------------------------------------- for the runner

    def begin_page(self, response: Response) -> None:
        self._place = response.meta["place"]
        self.pages += 1
        self.bytes += len(response.body)
        self.fetched_at = response.meta[FETCHED_AT]

    def end_page(self, response: Response) -> None:
        """A page was read to its end."""
        if response.meta.get("detail"):
            self.read_details += 1
            if "redirect_urls" in response.meta and response.url != _asked_for(response):
                self._moved[response.meta["place"]] = response.url

    def keep(self, place: tuple[int, ...], row: RawListing) -> None:
        self._rows.append((place, row))

    def fail(self, failure: SourceError, request: Request) -> None:
        """A page could not be had or read."""
        row = request.meta.get("row")
        if row is not None:
            why = {MARKED_CLOSED: failure.closing} if failure.closing else {PAGE_UNREAD: failure.evidence}
            self.keep(request.meta["place"], replace(row, extra={**why, **row.extra}))
        if request.meta.get("detail"):
            self.seen += row is None  # a row of the list was counted there
            if failure.outcome == Outcome.GONE:
                self._gone[request.meta["place"]] = failure.evidence
                return
        self._failures.append((request.meta["place"], failure))

    def fail_whole(self, failure: SourceError) -> None:
        """The source could not be asked at all."""
        self._failures.append((FIRST, failure))

    def note_validators(self, response: Response) -> None:
        """Remember how this answer can be asked for again; one without validators can only be read whole."""
        assert response.request is not None
        request = response.request
        can_be_asked = request.method == "GET" and SECRETS not in request.meta
        validators = Validators.of(response.headers) if can_be_asked else None
        if validators is None:
            self._is_conditional = False
        else:
            self._questions.append((self._place, Question(_asked_for(response), request.meta[HEADERS], validators)))

    def questions(self) -> list[Question]:
        """How to ask whether anything is new, after a run that read everything; none where that cannot be asked."""
        if not self._is_conditional or self._judge()[0] != Outcome.OK:
            return []
        return [question for _, question in sorted(self._questions, key=lambda placed: placed[0])]

    def begin_whole(self) -> None:
        """It is read from the beginning, whatever was asked before."""
        self.plan, self.pages, self._asked = None, 0, set()

    def forget(self) -> None:
        """Let go of what is written by now."""
        self._rows, self._questions, self._asked, self._ids = [], [], set(), set()

    def rows(self) -> list[RawListing]:
        """In the order of the pages and of the rows on them, whatever order the answers came in."""
        elsewhere = {
            place: f"redirected to another posting ({url})" for place, url in self._moved.items() if self.was_asked(url)
        }
        gone = self._gone | elsewhere
        # Where most pages are gone, it is rather their addresses that are wrong.
        if len(gone) > self.read_details - len(elsewhere):
            gone = {}
        placed = sorted(self._rows, key=lambda placed: placed[0])
        return [_closed(row, gone.get(place) or gone.get(place[:-1])) for place, row in placed]

    def facts(self) -> RunFacts:
        outcome, evidence = self._judge()
        return RunFacts(
            source_id=self.source.id,
            outcome=outcome,
            evidence=evidence or None,
            seen=self.seen,
            kept=len(self._rows),
            skipped=self.skipped,
            declared_total=self.declared_total,
            pages=self.pages,
            bytes=self.bytes,
            fetched_at=self.fetched_at,
        )

    def _judge(self) -> tuple[Outcome, str]:
        """Outcome and evidence. Pages are told in their order, whatever order the answers came in."""
        if self.plan and not self._failures:
            return Outcome.UNCHANGED, f"304 for each of {self.pages} pages" if self.pages > 1 else "304 Not Modified"
        notes = [text for _, text in sorted(self._notes, key=lambda placed: placed[0])]
        notes = [*notes[:MOST_TOLD], *([f"and {len(notes) - MOST_TOLD} more"] if len(notes) > MOST_TOLD else [])]
        if self._unreadable:
            notes.append(f"{self._unreadable} row{'s' * (self._unreadable > 1)} without title or url")
        if self._gone:
            notes.append(f"gone: the own page of {len(self._gone)} posting{'s' * (len(self._gone) > 1)}")
        if self._failures:
            return self._judge_failures(notes)
        if self.declared_total is not None and self.seen < self.declared_total:
            return Outcome.PARTIAL, "; ".join([f"saw {self.seen} of {self.declared_total} rows", *notes])
        if self._rows or self.skipped:
            return Outcome.OK, "; ".join(notes)
        if self._unreadable:
            return Outcome.LAYOUT_CHANGED, "; ".join(notes)
        if self._none is not None:
            return Outcome.EMPTY, "; ".join([f"says none: {self._none}", *notes])
        return Outcome.EMPTY, "; ".join(notes or ["no row on the page"])

    def _judge_failures(self, notes: list[str]) -> tuple[Outcome, str]:
        """The failure of the first page is the source's, unless something of it was read; any other leaves a part."""
        failures = sorted(self._failures, key=lambda placed: placed[0])
        place, failure = failures[0]
        told = [each.evidence for _, each in failures]
        more = [f"and {len(told) - MOST_TOLD} more"] if len(told) > MOST_TOLD else []
        evidence = "; ".join([*told[:MOST_TOLD], *more, *notes])
        if place == FIRST and not self._rows and all(each.outcome != Outcome.PARTIAL for _, each in failures):
            return failure.outcome, evidence
        return Outcome.PARTIAL, evidence if failure.outcome == Outcome.PARTIAL else f"{failure.outcome}: {evidence}"


class SourceSpider(scrapy.Spider):
    """Serves the sources of one kind; see the module's docstring for what a subclass writes."""

    Settings: ClassVar[type[SpiderSettings]] = SpiderSettings
    due: ClassVar[Due]
    needs: ClassVar[tuple[str, ...]] = ()
    """Environment variables without which a live crawl asks for nothing (see `scrapers.wire.secrets`)."""

    def __init__(
        self,
        *,
        sources: list[Source],
        files: NightFiles,
        memory: Memory | None = None,
        archives: Archives | None = None,
    ) -> None:
        super().__init__()
        self._archives = archives
        self.files = files
        self.memory = memory
        self._runs = [SourceRun(source, self.Settings.model_validate(source.settings), self) for source in sources]

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> SourceSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.close_runs, signal=signals.spider_closed)
        return spider

    def first_requests(self, run: SourceRun) -> Iterable[Request]:
        """What to ask for first: the source's address."""
        yield run.request(run.source.url)

    def check(self, response: Response, run: SourceRun) -> None:
        """Whether an answer is one at all. A system that means something of its own by a status says so here. Raises
        SourceError."""
        check_answer(response, response.meta.get(DUE, self.due))

    def parse(self, response: Response, run: SourceRun) -> Iterable[RawListing | Request]:
        raise NotImplementedError

    # ------------------------------------------------------------------------------------------------- the runner

    async def start(self) -> AsyncIterator[Request]:
        lacking = missing(self.needs) if self.memory else []  # a replay needs no key
        for run in self._runs:
            if lacking:
                run.fail_whole(SourceError(Outcome.NOT_DUE, f"needs the environment's {', '.join(lacking)}"))
                self._finish(run)
                continue
            run.plan = self.memory.plan(run.source) if self.memory else None
            for request in self._ask_plan(run, run.plan.questions[:1]) if run.plan else self._ask_whole(run):
                yield request

    def _ask_whole(self, run: SourceRun) -> list[Request]:
        """The requests that a source is read with, from the beginning."""
        run.begin_whole()
        try:
            requests = list(self.first_requests(run))
        except SourceError as failure:
            run.fail_whole(failure)
            requests = []
        if requests and self._archives is not None and not any(map(self._may_be_recorded, requests)):
            asked = requests.pop(0)
            run.fail_whole(SourceError(Outcome.NOT_RECORDED, f"the archive has no {asked.method} {asked.url}"))
            requests = []
        for number, request in enumerate(requests):
            request.meta["place"] = (number,)
        run.pending += len(requests)
        self._finish_if_done(run)
        return requests

    def _may_be_recorded(self, request: Request) -> bool:
        """Whether the archives have an answer to this, or a robots.txt that may forbid it. Most sources of a catalogue are
        in no one archive: they need not pass through the engine to be told so."""
        assert self._archives is not None
        robots = urljoin(request.url, "/robots.txt")
        keys = (request_key(request.method, request.url, request.body), request_key("GET", robots, b""))
        return any(key in self._archives for key in keys)

    # A source that was read whole is asked whether anything is new: its first page, and if that has not changed, all its
    # other pages. The first answer that is no 304 has it read whole.

    def _ask_plan(self, run: SourceRun, questions: list[Question]) -> list[Request]:
        """Conditional requests for these pages of the last whole reading."""
        requests = []
        for question in questions:
            request = run.request(
                question.url, headers=question.headers | question.validators.conditions(), meta={"place": FIRST}
            )
            requests.append(request.replace(callback=self._plan_answered, errback=self._plan_failed))
        run.pending += len(requests)
        run.unchanged_left = len(requests)
        return requests

    def _plan_answered(self, response: Response) -> list[Request]:
        run: SourceRun = response.meta["run"]
        run.pending -= 1
        if run.plan is None:  # it is being read whole already
            self._finish_if_done(run)
            return []
        if response.status != 304:
            is_first = run.pages == 0
            requests = self._ask_whole(run)
            return self._answered_already(response, requests) if is_first else requests
        run.begin_page(response)
        run.unchanged_left -= 1
        if run.unchanged_left == 0 and run.pages < len(run.plan.questions):
            return self._ask_plan(run, run.plan.questions[1:])
        self._finish_if_done(run)
        return []

    def _answered_already(self, response: Response, requests: list[Request]) -> list[Request]:
        """The answer to the first question of a plan is that to the first request, where both ask the same."""
        if not requests or requests[0].method != "GET" or requests[0].url != _asked_for(response):
            return requests
        assert response.request is not None
        response.request.meta.update({key: requests[0].meta[key] for key in ("place", "parse")})
        return [*self.answered(response), *requests[1:]]

    def _plan_failed(self, failure: Failure) -> list[Request]:
        run: SourceRun = failure.request.meta["run"]  # type: ignore[attr-defined]  # Scrapy puts it there
        run.pending -= 1
        if run.plan is not None:
            return self._ask_whole(run)
        self._finish_if_done(run)
        return []

    def answered(self, response: Response) -> list[Request]:
        """An answer came: read it, keep its listings, and return the requests that it leads to."""
        run: SourceRun = response.meta["run"]
        place: tuple[int, ...] = response.meta["place"]
        assert response.request is not None
        run.begin_page(response)
        run.note_validators(response)
        requests: list[Request] = []
        try:
            self.check(response, run)
            if CUT_OFF in response.flags:
                run.partial(f"cut off after {len(response.body)} bytes: {response.url}")
            for number, found in enumerate(response.meta["parse"](response, run)):
                if isinstance(found, Request):
                    found.meta["place"] = (*place, number)
                    requests.append(found)
                else:
                    run.keep((*place, number), found)
            run.end_page(response)
        except SourceError as failure:
            run.fail(failure, response.request)
        except Exception as error:  # noqa: BLE001  # the one runner: whatever a parser meets becomes an outcome
            said = " ".join(str(error).split())[:200]
            run.fail(SourceError(Outcome.ERROR, f"{type(error).__name__}: {said} at {response.url}"), response.request)
        run.pending += len(requests) - 1
        self._finish_if_done(run)
        return requests

    def failed(self, failure: Failure) -> None:
        """No answer came."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy puts it there
        run: SourceRun = request.meta["run"]
        run.fail(download_failure(failure, request), request)
        run.pending -= 1
        self._finish_if_done(run)

    def close_runs(self) -> None:
        """The crawl is over: a source that is not finished by now never will be."""
        for run in self._runs:
            if not run.is_finished:
                run.partial("the crawl ended before the source was read")
                self._finish(run)

    def _finish_if_done(self, run: SourceRun) -> None:
        if run.pending == 0:
            self._finish(run)

    def _finish(self, run: SourceRun) -> None:
        if not run.is_finished:
            run.is_finished = True
            self.files.put(run.facts(), (row.to_json() for row in run.rows()), partial(self._finished, run))

    def _finished(self, run: SourceRun, line: dict[str, Any]) -> None:
        """The rows of a run are on disk."""
        say(line)
        if self.memory and run.plan:
            self.memory.remember(run.source, run.plan.questions, run.plan.read_on)
        elif self.memory:
            self.memory.remember(run.source, run.questions())
        run.forget()


def with_fields(row: RawListing, response: Response, fields: dict[str, Any]) -> RawListing:
    """`row` with what its own page says; what that does not say stays, the url too, by which it is known."""
    own = {key: value for key, value in (fields.get("extra") or {}).items() if value not in (None, "", [])}
    fields = {**fields, "url": None, "apply_url": _address(response, fields.get("apply_url")), "extra": row.extra | own}
    said = {key: value for key, value in _impersonal(fields).items() if value not in (None, "", [], {})}
    return replace(row, **said)


def _closed(row: RawListing, why: str | None) -> RawListing:
    """A posting whose own page is gone is closed, though the list still has it."""
    said = {key: value for key, value in row.extra.items() if key != PAGE_UNREAD}
    return replace(row, extra={MARKED_CLOSED: why, **said}) if why else row


def _asked_for(response: Response) -> str:
    """The address that was asked for, before any redirect."""
    assert response.request is not None
    asked: str = response.request.meta.get("redirect_urls", [response.request.url])[0]
    return asked


def _question(url: str, body: bytes | str | None = None) -> tuple[str, str]:
    """What tells one request of a source from another."""
    return url, body.decode() if isinstance(body, bytes) else body or ""


def _address(response: Response, link: str | None) -> str | None:
    """A link made absolute; None where it leads nowhere (`#top`, `javascript:`, a mailbox)."""
    link = _text(link)
    return absolute(response, link) if link and is_address(link) else None


def _impersonal(value: Any) -> Any:
    """A field, or the values of `extra`, without e-mail addresses and telephone numbers of persons."""
    if isinstance(value, str):
        return without_persons(value)
    if isinstance(value, dict):
        return {key: _impersonal(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_impersonal(each) for each in value]
    return value


def _text(value: Any) -> str | None:
    """A value as text without white space around it; None where nothing is left."""
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.strip() or None
