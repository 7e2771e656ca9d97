"""The runner: one outcome a source, whatever a parser or a download does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from scrapers.answers.check import SourceError
from scrapers.engine.source_run import OPTIONAL, SourceRun
from scrapers.engine.source_spider import SOURCES_AT_ONCE
from scrapers.extract.markdown import read_markdown
from scrapers.extract.tables import read_rows
from scrapers.listing import RawListing
from scrapers.outcome import Outcome
from scrapers.runs import NightFiles
from scrapers.source import Source
from scrapers.spiders.formats.markdown_list import MarkdownList
from scrapers.wire.archive import FETCHED_AT

URL = "https://a.example/list.md"


class Crawl:
    """One source, whose requests the test answers itself."""

    def __init__(self, folder: Path, parse: Any) -> None:
        source = Source.model_validate(
            {
                "id": "a",
                "name": "a",
                "channel": "platform",
                "spider": "markdown_list",
                "url": URL,
                "page": "https://a.example/",
            }
        )
        self.files = NightFiles(folder, "2026-03-01", 1, 0)
        self.spider = MarkdownList(sources=[], files=self.files)
        self.run: SourceRun = self.spider.begin(source)
        self.first = self.run.request(URL, parse)
        self.first.meta["position"] = (0,)
        self.run.pending = 1

    def answer(self, request: Request, body: bytes = b"text") -> list[Request]:
        request.meta[FETCHED_AT] = "2026-03-01T04:05:06Z"
        requests = self.spider.handle_response(TextResponse(request.url, body=body, request=request))
        self.files.flush()
        return requests

    def fail(self, request: Request, error: Exception) -> None:
        failure = Failure(error)
        failure.request = request  # type: ignore[attr-defined]
        self.spider.handle_failure(failure)
        self.files.flush()


def run_line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1, "a source finishes once"
    return json.loads(lines[0])


def one_row(response: Response, run: SourceRun) -> Iterator[RawListing]:
    yield from run.listing(response, title=" one ", url="/1", extra={"empty": "", "kept": 0})


def test_an_exception_in_a_parser_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    crawl = Crawl(tmp_path, lambda response, run: [1 / 0])
    crawl.answer(crawl.first)
    line = run_line(capsys)
    assert (line["outcome"], line["evidence"]) == ("error", f"ZeroDivisionError: division by zero at {URL}")


def test_a_failure_does_not_keep_the_response_that_it_is_about(tmp_path: Path) -> None:
    def parse(response: Response, run: SourceRun) -> Iterator[RawListing]:
        try:
            raise KeyError("gone")
        except KeyError as error:
            raise SourceError(Outcome.ERROR, "no such key") from error

    failures: list[SourceError] = []
    crawl = Crawl(tmp_path, parse)
    keep = SourceRun.fail
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            SourceRun, "fail", lambda run, failure, request: (keep(run, failure, request), failures.append(failure))
        )
        crawl.answer(crawl.first)
    (failure,) = failures
    assert (failure.__traceback__, failure.__context__, failure.__cause__) == (None, None, None)


def test_rows_before_an_exception_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def parse(response: Response, run: SourceRun) -> Iterator[RawListing]:
        yield from one_row(response, run)
        raise KeyError("gone")

    crawl = Crawl(tmp_path, parse)
    crawl.answer(crawl.first)
    line = run_line(capsys)
    assert (line["outcome"], line["kept"]) == ("partial", 1)
    assert line["evidence"] == f"error: KeyError: 'gone' at {URL}"
    row = json.loads((tmp_path / line["file"]).read_text())
    assert (row["title"], row["url"], row["extra"]) == ("one", "https://a.example/1", {"kept": 0})


def test_a_timeout_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    crawl = Crawl(tmp_path, one_row)
    crawl.fail(crawl.first, DownloadTimeoutError("too long"))
    assert run_line(capsys)["outcome"] == "timeout"


def test_a_later_page_that_fails_leaves_a_part(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def parse(response: Response, run: SourceRun) -> Iterator[RawListing | Request]:
        yield from one_row(response, run)
        yield run.page(response, "?page=2", one_row)

    crawl = Crawl(tmp_path, parse)
    (second,) = crawl.answer(crawl.first)
    crawl.fail(second, DownloadTimeoutError("too long"))
    line = run_line(capsys)
    assert (line["outcome"], line["kept"]) == ("partial", 1)
    assert line["evidence"] == f"timeout: no response in time from {URL}?page=2"


def test_a_page_that_may_be_none_leaves_the_run_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def parse(response: Response, run: SourceRun) -> Iterator[RawListing | Request]:
        run.declare_total(2)
        yield from one_row(response, run)
        yield run.page(response, "?page=2", one_row, meta={OPTIONAL: True})

    crawl = Crawl(tmp_path, parse)
    (second,) = crawl.answer(crawl.first)
    crawl.fail(second, DownloadTimeoutError("too long"))
    evidence = f"short by 1: saw 1 of 2 rows; no response in time from {URL}?page=2"
    assert run_line(capsys)["evidence"] == evidence


def test_rows_keep_the_order_of_the_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def detail(response: Response, run: SourceRun) -> Iterator[RawListing]:
        yield from run.listing(response, title=response.url[-1], url=response.url)

    def parse(response: Response, run: SourceRun) -> Iterator[RawListing | Request]:
        for number in (1, 2, 3):
            yield run.detail(f"https://a.example/{number}", detail)
        yield from run.listing(response, title="4", url="/4")

    crawl = Crawl(tmp_path, parse)
    requests = crawl.answer(crawl.first)
    for request in reversed(requests):
        crawl.answer(request)
    line = run_line(capsys)
    titles = [json.loads(row)["title"] for row in (tmp_path / line["file"]).read_text().splitlines()]
    assert titles == ["1", "2", "3", "4"]


def test_fewer_rows_than_the_source_declares_are_a_part(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def parse(response: Response, run: SourceRun) -> Iterator[RawListing]:
        run.declare_total(5)
        yield from one_row(response, run)

    crawl = Crawl(tmp_path, parse)
    crawl.answer(crawl.first)
    line = run_line(capsys)
    assert (line["outcome"], line["evidence"], line["declared_total"]) == ("partial", "short by 4: saw 1 of 5 rows", 5)


def test_zero_rows_are_empty_only_where_the_source_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def outcome(folder: str, notice: Any) -> tuple[str, str]:
        crawl = Crawl(tmp_path / folder, lambda response, run: notice(run) or [])
        crawl.answer(crawl.first)
        line = run_line(capsys)
        return line["outcome"], line["evidence"]

    words = outcome("words", lambda run: run.confirm_empty("No openings at present."))
    assert words == ("empty", "says none: No openings at present.")
    assert outcome("list", lambda run: run.report_empty_list("jobs")) == ("empty", "an empty list: jobs")
    silent = outcome("silent", lambda run: None)
    assert silent == ("layout_changed", "no row on the page, and no words that there are none")


@pytest.mark.parametrize("title", ["", "\u2026", "&amp;amp;&amp;amp;"])
def test_rows_without_a_title_make_a_run_partial(
    title: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def parse(response: Response, run: SourceRun) -> Iterator[RawListing]:
        yield from one_row(response, run)
        yield from run.listing(response, title=title, url="/2")

    crawl = Crawl(tmp_path, parse)
    crawl.answer(crawl.first)
    line = run_line(capsys)
    assert (line["outcome"], line["evidence"], line["kept"]) == ("partial", "short by 1: 1 row without title", 1)


def test_an_id_is_a_postings_once_unless_title_and_address_are_others(tmp_path: Path) -> None:
    run = Crawl(tmp_path, one_row).run
    first, other = ("Dig intern", "https://a.example/1"), ("Map intern", "https://a.example/2")
    assert run.is_new("7", *first)
    assert not run.is_new("7", *first), "a list whose order moved between two pages"
    assert not run.is_new("7", "Grabungspraktikum", first[1])
    assert run.is_new("7", *other)
    assert not run.is_new("7", *other)
    assert run.is_new("8", *first)
    assert not run.is_new("8"), "nothing tells them apart"


@pytest.mark.parametrize(("links", "outcome"), [
    (["/1", "/2", "javascript:void(0)"], "ok"),
    (["/1", "/2", ""], "partial"),
    (["javascript:open('/1')", "javascript:open('/2')", "", ""], "partial"),  # those lead somewhere, and excuse no other
    (["/1", "#", "#"], "partial"),
])  # fmt: skip
def test_a_few_links_by_script_are_the_sources_own_way(
    links: list[str], outcome: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def parse(response: Response, run: SourceRun) -> Iterator[RawListing]:
        for number, link in enumerate(links):
            yield from run.listing(response, title=f"Intern {number}", url=link)

    monkeypatch.setattr(MarkdownList, "rows_have_addresses", lambda *_: True)
    crawl = Crawl(tmp_path, parse)
    crawl.answer(crawl.first)
    assert run_line(capsys)["outcome"] == outcome


def test_nul_in_a_page_or_a_row_makes_a_run_partial(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    crawl = Crawl(tmp_path / "page", one_row)
    crawl.answer(crawl.first, b"te\0xt")
    line = run_line(capsys)
    assert (line["outcome"], line["evidence"]) == ("partial", f"NUL bytes in {URL}")
    crawl = Crawl(tmp_path / "row", lambda response, run: run.listing(response, title="In\0tern", url="/1"))
    crawl.answer(crawl.first)
    line = run_line(capsys)
    assert line["outcome"] == "partial"
    assert json.loads((tmp_path / "row" / line["file"]).read_text())["title"] == "Intern"


def test_texts_are_cut_to_a_bound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long = "x" * 500_000

    def parse(response: Response, run: SourceRun) -> Iterator[RawListing]:
        own = {"section": long, "description": long, "pay": long, "locations": [long] * 9_000, "extra": {"note": long}}
        yield from run.listing(response, title=long, url=f"/{long}", **own)

    crawl = Crawl(tmp_path, parse)
    crawl.answer(crawl.first)
    line = run_line(capsys)
    row = json.loads((tmp_path / line["file"]).read_text())
    assert line["length"] < 3_000_000
    assert (len(row["title"]), len(row["section"]), row["extra"]["no_link"]) == (1_000, 4_000, True)


def test_an_absurd_total_is_not_believed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def parse(response: Response, run: SourceRun) -> Iterator[RawListing]:
        run.declare_total(3_000_000_000)
        yield from one_row(response, run)

    crawl = Crawl(tmp_path, parse)
    crawl.answer(crawl.first)
    line = run_line(capsys)
    assert (line["outcome"], line["declared_total"], line["kept"]) == ("partial", None, 1)


def test_pages_without_end_are_a_part(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scrapers.engine.source_run.MAX_LIST_PAGES", 4)

    def parse(response: Response, run: SourceRun) -> Iterator[RawListing | Request]:
        yield from one_row(response, run)
        yield run.page(response, f"?page={run.pages}", parse)

    crawl = Crawl(tmp_path, parse)
    requests = [crawl.first]
    while requests:
        requests = crawl.answer(requests[0])
    line = run_line(capsys)
    assert (line["outcome"], line["kept"], line["evidence"]) == ("partial", 4, "more than 4 pages")


def test_a_failed_detail_leaves_the_row_of_the_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def parse(response: Response, run: SourceRun) -> Iterator[Request]:
        yield run.detail("https://a.example/1", detail)
        for row in run.listing(response, title="t", url="/2"):
            yield run.detail(row.url, detail, row)

    def detail(response: Response, run: SourceRun) -> Iterator[RawListing]:
        yield from ()
        raise SourceError("blocked", "403")

    crawl = Crawl(tmp_path, parse)
    for request in crawl.answer(crawl.first):
        crawl.answer(request)
    line = run_line(capsys)
    assert (line["outcome"], line["kept"], line["evidence"]) == ("partial", 1, "blocked: 403; 403")
    assert json.loads((tmp_path / line["file"]).read_text())["extra"] == {"page_unread": "403"}


def test_a_posting_whose_page_leads_to_another_posting_is_closed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def parse(response: Response, run: SourceRun) -> Iterator[Request]:
        for name in ("one", "two", "three", "old-address"):
            for row in run.listing(response, title=name, url=f"/{name}"):
                yield run.detail(row.url, lambda response, run, row=row: [row], row)

    crawl = Crawl(tmp_path, parse)
    leads = {"https://a.example/two": "https://a.example/three", "https://a.example/old-address": "https://a.example/4"}
    for request in crawl.answer(crawl.first):
        target = leads.get(request.url)
        crawl.answer(
            request.replace(url=target, meta={**request.meta, "redirect_urls": [request.url]}) if target else request
        )
    rows = [json.loads(row) for row in (tmp_path / run_line(capsys)["file"]).read_text().splitlines()]
    assert {row["title"]: row["extra"].get("closed") for row in rows} == {
        "one": None, "two": "redirected to another posting (https://a.example/three)", "three": None, "old-address": None,
    }  # fmt: skip


def test_an_unfinished_source_is_partial(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    crawl = Crawl(tmp_path, one_row)
    crawl.spider.close_runs()
    crawl.files.flush()
    crawl.spider.close_runs()
    crawl.files.flush()
    assert run_line(capsys)["outcome"] == "partial"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Write to anna.berg@uni.example or +43 1 234 56 78.", "Write to [e-mail] or [telephone]."),
        (
            "Write to internships@uni.example, career-office@uni.example",
            "Write to internships@uni.example, career-office@uni.example",
        ),
        ("Tel. no: (030) 123 45-67, Fax 030/1234567", "Tel. no: [telephone], Fax [telephone]"),
        (
            "C++ 2026, GMT+0200, 1.200 - 1.400 EUR, 2026-03-01 10:00",
            "C++ 2026, GMT+0200, 1.200 - 1.400 EUR, 2026-03-01 10:00",
        ),
        ("https://a.example/?mail=anna.berg@uni.example", "https://a.example/"),
        ('<a href="mailto:anna.berg@uni.example">Anna</a>', '<a href="[e-mail]">Anna</a>'),
        ("電話: 03-1234-5678", "電話: [telephone]"),
    ],
)
def test_personal_data_is_not_kept(text: str, kept: str, tmp_path: Path) -> None:
    crawl = Crawl(tmp_path, one_row)
    crawl.first.meta[FETCHED_AT] = "2026-03-01T04:05:06Z"
    response = TextResponse(URL, body=b"", request=crawl.first)
    (row,) = crawl.run.listing(response, title="t", url="/1", description=text, extra={"note": text})
    assert (row.description, row.extra["note"]) == (kept, kept)


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("/jobs/1#part", "https://a.example/jobs/1#part"),
        ("https://B.example/x?a=1&b=/../#", "https://B.example/x?a=1&b=/../#"),
        ("#top", None),
        ("javascript:void(0)", None),
        ("https://b.example:99999999/1", None),
        ("http://[::1/1", None),
        ("https:///1", None),
        ("mailto:anna.berg@uni.example", None),
        ("https://b.example/job/{{ job.id }}", None),
        ("/job/%7B%7Bjob.id%7D%7D", None),
        ("/job/${id}", None),
        ("/job/{id}", None),
        (
            "/job?id={3F2504E0-4F89-11D3-9A0C-0305E82C3301}",
            "https://a.example/job?id={3F2504E0-4F89-11D3-9A0C-0305E82C3301}",
        ),
        ("  ", None),
        (None, None),
    ],
)
def test_links_are_kept_as_given_or_are_none(link: str | None, kept: str | None, tmp_path: Path) -> None:
    crawl = Crawl(tmp_path, one_row)
    crawl.first.meta[FETCHED_AT] = "2026-03-01T04:05:06Z"
    response = TextResponse(URL, body=b"", request=crawl.first)
    (row,) = crawl.run.listing(response, title="t", url=link, apply_url=link)
    assert (row.url, row.apply_url) == (kept or "https://a.example/", kept)
    assert row.extra == ({} if kept else {"no_link": True})


@pytest.mark.parametrize("cut", ["<td>Half a titl", "<td>Whole</td><td><a href='https://jobs.example/hal"])
def test_an_html_table_that_breaks_off_keeps_its_whole_rows(cut: str) -> None:
    rows = "<tr><th>Company</th><th>Title</th><th>Link</th></tr><tr><td>A</td><td>One</td><td><a href='https://jobs.example/1'>x</a></td></tr>"
    document = read_markdown(f"# Jobs\n\n<table>\n{rows}\n<tr><td>B</td>{cut}")
    assert [row.url for table in document.tables for row in read_rows(table)] == ["https://jobs.example/1"]
    assert (document.cut_off, document.torn_rows) == ("a table of the page does not end", 1)


def test_a_spider_begins_no_more_sources_than_it_reads_at_once(tmp_path: Path) -> None:
    sources = [
        Source.model_validate(
            {
                "id": f"a{number}",
                "name": "a",
                "channel": "platform",
                "spider": "markdown_list",
                "url": f"{URL}?{number}",
            }
        )
        for number in range(SOURCES_AT_ONCE + 1)
    ]

    async def ask() -> None:
        requests = MarkdownList(sources=sources, files=NightFiles(tmp_path, "2026-03-01", 1, 0)).start()
        first = [await anext(requests) for _ in range(SOURCES_AT_ONCE)]
        after = asyncio.ensure_future(anext(requests))
        await asyncio.sleep(0)
        assert not after.done() and len(sources) == 1, "it waits for one of them to be read"
        run = first[0].meta["run"]
        failure = Failure(DownloadTimeoutError("slow"))
        failure.request = first[0]  # type: ignore[attr-defined]
        run._spider.handle_failure(failure)
        assert (await after).url not in {request.url for request in first}

    asyncio.run(ask())
