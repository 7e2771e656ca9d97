"""One table of faults over all spiders: whatever a source does, it gets its outcome, and what was read is kept."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from scrapers.source import spider_files
from tests.scrapers.healthy import NAMES, PLAIN_PAGE, Asked, Fault, Healthy

SPIDERS: dict[str, Healthy] = {
    path.stem: import_module(f"tests.scrapers.healthy.{path.stem}").HEALTHY
    for path in sorted((Path(__file__).parent / "healthy").glob("[a-z]*.py"))
}
TITLES = {*NAMES, "Zürich page", "Zürich AG", "R&amp;D intern", "R&D intern", "R&amp;amp;D intern", "R&D: Zürich page"}

CHALLENGE = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head>"
    b"<body><script>window._cf_chl_opt={}</script></body></html>"
)


def faults(page: Healthy) -> list[Fault]:
    """What any source may do, made of its healthy page."""
    whole = len(page.body.encode())
    binary = page.type.partition(";")[0] in ("application/pdf", "application/gzip")
    listed = [
        Fault("fine", "ok", "", kept=page.rows),
        Fault("500", "error", "500 Internal Server Error", 500),
        Fault("403", "blocked", "403 Forbidden", 403),
        Fault("429", "blocked", "429 Too Many Requests", 429, headers={"Retry-After": "3600"}),
        Fault("404", "gone", "404 Not Found", 404),
        Fault("410", "gone", "410 Gone", 410),
        Fault("nothing", "layout_changed", "empty response body", body=b""),
        Fault("white", "layout_changed", "empty response body", body=b" \r\n"),
        Fault("challenge", "blocked", "a challenge page", body=CHALLENGE, headers={"Content-Type": "text/html"}),
        Fault("challenge-503", "blocked", "503 Service Unavailable", 503, CHALLENGE, {"Content-Type": "text/html"}),
        Fault("reserved", "blocked", "TDM-Reservation", headers={"TDM-Reservation": "1"}),
    ]
    if not binary:
        lost = {"Content-Length": str(whole)}
        listed.append(Fault("lost", "partial", "cut off after", cut=0.7, headers=lost, kept=min(page.rows - 1, 3)))
    if page.first is None:
        listed.append(Fault("redirected", "error", "max redirections", 302, headers={"Location": "?again"}))
    if page.type.startswith("text/html"):
        pdf, data = {"Content-Type": "application/pdf"}, {"Content-Type": "application/json"}
        latin = {"Content-Type": "text/html; charset=iso-8859-1"}
        listed += [
            Fault("pdf", "layout_changed", "PDF", body=b"%PDF-1.7 binary", headers=pdf),
            Fault("json", "layout_changed", "JSON", body=b'{"error": 1}', headers=data),
            Fault("latin", "ok", "", charset="latin-1", headers=latin, kept=1),
            Fault("bytes", "ok", "", charset="latin-1", headers={"Content-Type": "text/html"}, kept=1),
        ]
    else:
        html = {"Content-Type": "text/html"}
        listed.append(Fault("page", "layout_changed", "got HTML", body=PLAIN_PAGE, headers=html))
    if page.no_title:
        listed.append(Fault("null", "partial", "1 row without title", body=page.no_title.encode(), kept=page.rows))
    if page.lying:
        listed.append(
            Fault("lying", "partial", f"saw {page.rows} of 20 rows", body=page.lying.encode(), kept=page.rows)
        )
    if page.endless:
        listed.append(Fault("endless", "partial", "", body=page.endless[0].encode(), kept=page.rows))
    if page.escaped:
        listed.append(Fault("escaped", "ok", "", body=page.escaped.encode(), kept=page.rows))
    if page.details:
        listed.append(Fault("details", "partial", "500 Internal Server Error", kept=page.rows))
    return [*listed, *page.faults]


CASES = [(kind, fault) for kind, page in SPIDERS.items() for fault in faults(page)]


def source_id(kind: str, name: str) -> str:
    return f"{kind}.{name}".replace("_", "-")


def entry(kind: str, name: str) -> dict[str, Any]:
    page, host = SPIDERS[kind], f"{source_id(kind, name)}.example"
    url = page.url.replace("{host}", host)
    return {
        "id": source_id(kind, name), "spider": page.spider or kind, "url": url, "settings": page.settings, "holds": page.holds
    }  # fmt: skip


def answers(kind: str, fault: Fault, crawling: Any) -> list[Any]:
    """The pages of a source with this fault."""
    healthy, host = SPIDERS[kind], f"{source_id(kind, fault.name)}.example"

    def page(asked: Asked, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Any:
        own = {"{host}": host, "{id}": source_id(kind, fault.name)}
        url, posted = (text and re.sub("|".join(own), lambda found: own[found[0]], text) for text in asked)
        return crawling.page(url, body, status, headers or {}, posted=posted.encode() if posted is not None else None)

    text = healthy.body if fault.body is None else fault.body.decode()
    text = text.replace("{host}", host)
    body = text.encode(fault.charset)
    first, headers = healthy.first or Asked(healthy.url), {"Content-Type": healthy.type, **fault.headers}
    pages = [page(first, body[: int(len(body) * fault.cut)], fault.status, headers)]
    if fault.status == 302:
        pages.append(page(Asked(f"{first.url.partition('?')[0]}?again"), b"", 302, headers))
    if fault.name == "endless" and healthy.endless:
        pages += [page(asked, body, 200, headers) for asked in healthy.endless[1]]
    own = {"Content-Type": healthy.details_type or healthy.type}
    ending = [] if fault.name != "endless" or not healthy.endless else healthy.endless[1]
    for asked, content in (healthy.details | healthy.others).items():
        if asked in ending:
            continue
        is_ill = fault.name == "details" and asked in healthy.details
        pages.append(page(asked, content.replace("{host}", host).encode(), 500 if is_ill else 200, own))
    return pages


@pytest.fixture(scope="module")
def crawled(crawling: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("faults")
    pages, sources = [], []
    for kind, fault in CASES:
        pages += answers(kind, fault, crawling)
        sources.append(entry(kind, fault.name))
    for kind in SPIDERS:
        sources.append(entry(kind, "absent"))
        pages += answers(kind, Fault("robots", "", ""), crawling)
        host = f"{source_id(kind, 'robots')}.example"
        pages.append(crawling.page(f"https://{host}/robots.txt", b"User-agent: *\nDisallow: /"))
        sources.append(entry(kind, "robots"))
    url = "https://silent.example/list"
    pages.append(crawling.page("https://silent.example/robots.txt", b"", 503))
    pages.append(crawling.page(url, b"| Company | Role |\n|---|---|\n| A | Intern |\n"))
    sources.append({"id": "robots-silent", "spider": "markdown_list", "url": url})
    return crawling.crawl(folder, sources, [crawling.write_archive(folder / "faults.warc.gz", pages)])


def test_every_spider_stands_in_the_table_and_has_a_recorded_pair() -> None:
    recorded = {path.parent.parent.name for path in (Path(__file__).parent.parent / "sources").glob("*/*/source.yaml")}
    assert (spider_files().keys() - SPIDERS.keys(), spider_files().keys() - recorded) == (set(), set())


def unlike(kind: str, fault: Fault, run: dict[str, Any], listings: list[dict[str, Any]]) -> list[str]:
    """What of a crawl is not as the fault demands."""
    is_lost = fault.outcome in ("error", "blocked", "gone", "layout_changed", "empty")
    demands = {
        f"outcome {fault.outcome}": run["outcome"] == fault.outcome,
        f"evidence {fault.evidence}": fault.evidence in (run["evidence"] or ""),
        f"{fault.kept} rows or more": len(listings) == run["kept"] == run["rows"] >= fault.kept,
        "titles and addresses of its own": all(row["title"] in TITLES and row["url"] for row in listings),
        "no row of what could not be read": not (is_lost and listings),
        "a row that is cut off is no row": not fault.cut < 1 < SPIDERS[kind].rows or len(listings) < SPIDERS[kind].rows,
    }
    return [demand for demand, is_met in demands.items() if not is_met]


@pytest.mark.parametrize("kind", SPIDERS)
def test_a_fault_becomes_an_outcome(kind: str, crawled: dict[str, Any]) -> None:
    wrong = {
        fault.name: (demands, run)
        for fault in faults(SPIDERS[kind])
        for run, listings in [crawled[source_id(kind, fault.name)]]
        if (demands := unlike(kind, fault, run, listings))
    }
    assert wrong == {}


def test_a_row_without_words_fails_no_page(crawled: dict[str, Any]) -> None:
    """Where one page is more than one row."""
    kinds = [kind for kind, page in SPIDERS.items() if page.no_title is not None]
    runs = {kind: crawled[source_id(kind, "null")].run for kind in kinds}
    assert {kind: (run["seen"], run["kept"]) for kind, run in runs.items()} == {
        kind: (SPIDERS[kind].rows + 1, SPIDERS[kind].rows) for kind in kinds
    }


def test_pages_without_end_are_left(crawled: dict[str, Any]) -> None:
    """Where one answer is not the whole list."""
    kinds = [kind for kind, page in SPIDERS.items() if page.endless is not None]
    pages = {kind: crawled[source_id(kind, "endless")].run["pages"] for kind in kinds}
    assert {kind: number for kind, number in pages.items() if number >= 30} == {}


def test_what_the_archive_lacks_is_not_recorded(crawled: dict[str, Any]) -> None:
    outcomes = {kind: crawled[source_id(kind, "absent")].outcome for kind in SPIDERS}
    assert outcomes == dict.fromkeys(SPIDERS, "not_recorded")


def test_robots_are_obeyed(crawled: dict[str, Any]) -> None:
    kinds = [kind for kind, page in SPIDERS.items() if page.has_robots]
    blocked = {kind: crawled[source_id(kind, "robots")] for kind in kinds}
    assert {kind: (run["outcome"], listings) for kind, (run, listings) in blocked.items()} == dict.fromkeys(
        kinds, ("blocked", [])
    )
    assert [kind for kind, (run, _) in blocked.items() if "robots.txt" not in run["evidence"]] == []


def test_robots_that_cannot_be_had_forbid_everything(crawled: dict[str, Any]) -> None:
    run, listings = crawled["robots-silent"]
    assert (run["outcome"], listings) == ("error", [])
    assert "503 at https://silent.example/robots.txt" in run["evidence"]
