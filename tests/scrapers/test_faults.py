"""One table of faults over all spiders: whatever a source does, it gets its outcome, and what was read is kept."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

NAMES = [f"Intern number {number}" for number in range(8)]


class Healthy(NamedTuple):
    """A page of a spider that gives eight rows (one for the kinds that read a page as one), and its Content-Type."""

    settings: dict[str, Any]
    type: str
    body: str
    rows: int = 8
    no_title: str | None = None  # the same page with a row without title and link


def _html(inside: str) -> str:
    head = "<!DOCTYPE html>\n<html><head><meta charset='utf-8'></head>"
    return f"{head}<body><div><h1>Zürich page</h1>{inside}</div></body></html>"


TABLE = "# Zürich\n\n| Company | Role | Apply |\n|---|---|---|\n"
MARKDOWN = TABLE + "".join(f"| Zürich AG | {name} | [Apply](https://jobs.example/{name[-1]}) |\n" for name in NAMES)
JSON = [{"title": name, "org": "Zürich AG", "url": f"https://jobs.example/{name[-1]}"} for name in NAMES]
ITEMS = "".join(f"<item><title>{name}</title><link>https://jobs.example/{name[-1]}</link></item>" for name in NAMES)
RSS = '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>Zürich</title>{}</channel></rss>\n'
POSTING = (
    '<script type="application/ld+json">{"@type": "JobPosting", "title": "Intern number 0", "name": "Zürich"}</script>'
)
CARDS = "".join(f'<li><a href="https://jobs.example/{name[-1]}">{name}</a></li>' for name in NAMES)

SPIDERS = {
    "markdown_list": Healthy(
        {},
        "text/plain; charset=utf-8",
        MARKDOWN,
        no_title=MARKDOWN + "| | | [](#nowhere) |\n| Zürich AG | | [Apply](https://jobs.example/9) |\n",
    ),
    "json_list": Healthy(
        {"fields": {"title": "title", "url": "url"}},
        "application/json",
        json.dumps(JSON, ensure_ascii=False),
        no_title=json.dumps([*JSON, {"title": None, "url": None}], ensure_ascii=False),
    ),
    "rss": Healthy({}, "application/rss+xml", RSS.format(ITEMS), no_title=RSS.format(ITEMS + "<item><link/></item>")),
    "job_posting": Healthy(
        {},
        "text/html",
        _html(POSTING),
        1,
        no_title=_html(POSTING + POSTING.replace('"Intern number 0", "name": "Zürich"', "null")),
    ),
    "html_list": Healthy(
        {"rows": "li", "fields": {"title": "a", "url": "a@href"}},
        "text/html; charset=utf-8",
        _html(f"<ul>{CARDS}</ul>"),
        no_title=_html(f"<ul>{CARDS}<li><a href='/x'>\n</a></li></ul>"),
    ),
    "prose_page": Healthy({}, "text/html; charset=utf-8", _html("<p>An internship of six months.</p>" * 8), 1),
}

CHALLENGE = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head>"
    b"<body><script>window._cf_chl_opt={}</script></body></html>"
)
PLAIN_PAGE = b"<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>"


class Fault(NamedTuple):
    """An answer, made of the healthy one, and what must come of it; `kept`: least rows kept."""

    name: str
    outcome: str
    evidence: str
    status: int = 200
    body: bytes | None = None
    headers: dict[str, str] = {}
    cut: float = 1.0
    charset: str = "utf-8"
    kept: int = 0


def faults(kind: str, page: Healthy) -> list[Fault]:
    whole = len(page.body.encode())
    is_page = page.type.startswith("text/html")
    listed = [
        Fault("fine", "ok", "", kept=page.rows),
        Fault("500", "error", "500 Internal Server Error", 500),
        Fault("403", "blocked", "403 Forbidden", 403),
        Fault("429", "blocked", "429 Too Many Requests", 429, headers={"Retry-After": "3600"}),
        Fault("404", "gone", "404 Not Found", 404),
        Fault("410", "gone", "410 Gone", 410),
        Fault("nothing", "empty", "without a word", body=b""),
        Fault("white", "empty", "without a word", body=b" \r\n"),
        Fault(
            "lost",
            "partial",
            "cut off after",
            cut=0.7,
            headers={"Content-Length": str(whole)},
            kept=min(page.rows - 1, 3),
        ),
        Fault("challenge", "blocked", "a challenge page", body=CHALLENGE, headers={"Content-Type": "text/html"}),
        Fault("challenge-503", "blocked", "503 Service Unavailable", 503, CHALLENGE, {"Content-Type": "text/html"}),
        Fault("reserved", "blocked", "TDM-Reservation", headers={"TDM-Reservation": "1"}),
        Fault("redirected", "error", "max redirections", 302, headers={"Location": "?again"}),
    ]
    if is_page:
        listed.append(
            Fault("pdf", "layout_changed", "PDF", body=b"%PDF-1.7 binary", headers={"Content-Type": "application/pdf"})
        )
        listed.append(
            Fault("json", "layout_changed", "JSON", body=b'{"error": 1}', headers={"Content-Type": "application/json"})
        )
        listed.append(
            Fault(
                "latin", "ok", "", charset="latin-1", headers={"Content-Type": "text/html; charset=iso-8859-1"}, kept=1
            )
        )
        listed.append(Fault("bytes", "ok", "", charset="latin-1", headers={"Content-Type": "text/html"}, kept=1))
    else:
        listed.append(
            Fault("page", "layout_changed", "a web page where", body=PLAIN_PAGE, headers={"Content-Type": "text/html"})
        )
    if kind in ("markdown_list", "json_list"):
        listed.append(Fault("bytes", "error", "undecodable: byte 0xfc", charset="latin-1"))
        listed.append(
            Fault(
                "latin", "ok", "", charset="latin-1", headers={"Content-Type": "text/plain; charset=ISO-8859-1"}, kept=8
            )
        )
    if kind in ("markdown_list", "json_list", "rss", "html_list"):
        listed.append(Fault("half", "partial", "", cut=0.55, kept=2))
    if kind == "html_list":
        listed.append(Fault("other", "empty", "nothing matches 'li'", body=PLAIN_PAGE))
    if kind == "rss":
        listed.append(Fault("json", "error", "no feed", body=b'{"items": []}'))
        listed.append(
            Fault(
                "laughs",
                "error",
                "declares entities",
                body=b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss>&b;</rss>',
            )
        )
        listed.append(Fault("no-items", "empty", "no row", body=RSS.format("").encode()))
    if kind == "json_list":
        listed.append(Fault("broken", "error", "no JSON", body=b'{"rows": [1, 2,, 3]}'))
        listed.append(Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'))
        listed.append(Fault("no-rows", "empty", "no row", body=b"[]"))
        listed.append(Fault("only-nulls", "layout_changed", "2 rows without title or url", body=b"[null, {}]"))
    if kind == "prose_page":
        listed.append(
            Fault("no-title", "layout_changed", "no title", body=b"<!DOCTYPE html><html><body><p>x</p></body></html>")
        )
    if kind == "job_posting":
        listed.append(Fault("without", "empty", "no JobPosting", body=PLAIN_PAGE))
    if page.no_title:
        listed.append(
            Fault(
                "null",
                "ok",
                "" if kind == "markdown_list" else "1 row without title or url",
                body=page.no_title.encode(),
                kept=page.rows,
            )
        )
    return listed


CASES = [(kind, fault) for kind, page in SPIDERS.items() for fault in faults(kind, page)]


def source_id(kind: str, name: str) -> str:
    return f"{kind}.{name}".replace("_", "-")


@pytest.fixture(scope="module")
def told(crawling: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("faults")
    pages, sources = [], []
    for kind, fault in CASES:
        healthy = SPIDERS[kind]
        body = healthy.body.encode(fault.charset) if fault.body is None else fault.body
        url = f"https://{source_id(kind, fault.name)}.example/list"
        headers = {"Content-Type": healthy.type, **fault.headers}
        pages.append(crawling.page(url, body[: int(len(body) * fault.cut)], fault.status, headers))
        pages += [crawling.page(f"{url}?again", b"", 302, headers)] if fault.status == 302 else []
        sources.append({"id": source_id(kind, fault.name), "spider": kind, "url": url, "settings": healthy.settings})
    for kind, page in SPIDERS.items():
        sources.append(
            {
                "id": source_id(kind, "absent"),
                "spider": kind,
                "url": f"https://{kind}.absent.example/",
                "settings": page.settings,
            }
        )
        url = f"https://{source_id(kind, 'robots')}.example/private/list"
        pages.append(crawling.page(url, page.body.encode(), headers={"Content-Type": page.type}))
        pages.append(
            crawling.page(
                f"https://{source_id(kind, 'robots')}.example/robots.txt", b"User-agent: *\nDisallow: /private/"
            )
        )
        sources.append({"id": source_id(kind, "robots"), "spider": kind, "url": url, "settings": page.settings})
    url = "https://silent.example/list"
    pages.append(crawling.page("https://silent.example/robots.txt", b"", 503))
    pages.append(crawling.page(url, MARKDOWN.encode(), headers={"Content-Type": "text/plain"}))
    sources.append({"id": "robots-silent", "spider": "markdown_list", "url": url})
    return crawling.crawl(folder, sources, [crawling.write_archive(folder / "faults.warc.gz", pages)])


@pytest.mark.parametrize(("kind", "fault"), CASES, ids=[source_id(kind, fault.name) for kind, fault in CASES])
def test_a_fault_becomes_an_outcome(kind: str, fault: Fault, told: dict[str, Any]) -> None:
    run, listings = told[source_id(kind, fault.name)]
    assert (run["outcome"], fault.evidence in (run["evidence"] or "")) == (fault.outcome, True), run
    assert len(listings) == run["kept"] == run["rows"] >= fault.kept
    assert all(row["title"] in [*NAMES, "Zürich page", "Zürich AG"] and row["url"] for row in listings)
    if fault.outcome in ("error", "blocked", "gone", "layout_changed", "empty"):
        assert not listings
    if fault.outcome == "partial":
        assert len(listings) < 8, "a row that is cut off is no row"


@pytest.mark.parametrize("kind", SPIDERS)
def test_a_row_without_words_fails_no_page(kind: str, told: dict[str, Any]) -> None:
    if SPIDERS[kind].no_title is None:
        pytest.skip("one page is one row")
    run = told[source_id(kind, "null")].run
    assert run["seen"] == SPIDERS[kind].rows + 1
    assert run["kept"] == SPIDERS[kind].rows + (kind == "markdown_list"), "the company stands for a missing title"


@pytest.mark.parametrize("kind", SPIDERS)
def test_what_the_archive_lacks_is_not_recorded(kind: str, told: dict[str, Any]) -> None:
    assert told[source_id(kind, "absent")].outcome == "not_recorded"


@pytest.mark.parametrize("kind", SPIDERS)
def test_robots_are_obeyed(kind: str, told: dict[str, Any]) -> None:
    run, listings = told[source_id(kind, "robots")]
    assert (run["outcome"], listings) == ("blocked", [])
    assert "robots.txt" in run["evidence"]


def test_robots_that_cannot_be_had_forbid_everything(told: dict[str, Any]) -> None:
    run, listings = told["robots-silent"]
    assert (run["outcome"], listings) == ("error", [])
    assert "503 at https://silent.example/robots.txt" in run["evidence"]
