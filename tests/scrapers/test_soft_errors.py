"""Soft errors and unexpected formats are recognised, and a healthy page is not taken for one."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response

from scrapers.answers.check import Format, SourceError, validate_response

ASKED = "https://a.example/jobs/7"
MENU = "<nav>" + "".join(f"<a href='/{n}'>Section {n}</a>" for n in range(20)) + "</nav>"
OFFER = "<p>The internship of six months begins in May. You help with events and write reports.</p>" * 30


def page(title: str = "", body: str = "", head: str = "") -> str:
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def judged(
    text: str,
    *,
    is_detail: bool = False,
    url: str = ASKED,
    asked: str | None = None,
    the_list: str = "https://a.example/jobs",
) -> tuple[str, str, str | None] | None:
    """Outcome, evidence and closing words of an answer; `asked`: the address that was redirected to `url`."""
    run = SimpleNamespace(source=SimpleNamespace(url=the_list))
    meta = {"run": run, "detail": is_detail, **({"redirect_urls": [asked]} if asked else {})}
    response = HtmlResponse(url, body=text.encode(), encoding="utf-8", headers={"Content-Type": "text/html"})
    response.request = Request(url, meta=meta)
    try:
        validate_response(response, "html")
    except SourceError as failure:
        return failure.outcome, failure.evidence, failure.closing
    return None


@pytest.mark.parametrize(
    "title",
    [
        "Page not found | University of Examplia",
        "404 - Not Found",
        "Seite nicht gefunden – Botschaft",
        "Page introuvable",
        "Página no encontrada | Ministerio",
        "Nie znaleziono strony - Portal Gov.pl",
        "페이지를 찾을 수 없습니다",
        "页面不存在",
        "Oops! That page can&#8217;t be found.",
    ],
)
def test_a_soft_404_is_gone(title: str) -> None:
    outcome, evidence, closing = judged(page(title, MENU)) or ("", "", None)
    assert (outcome, "soft 404" in evidence, closing) == ("gone", True, None)
    assert (judged(page("Example", f"{MENU}<h1>{title}</h1>")) or ("",))[0] == "gone"


@pytest.mark.parametrize(
    "words",
    [
        "Sorry, this job opening is no longer available.",
        "This position has been filled.",
        "Diese Stelle ist leider bereits besetzt.",
        "Cette offre n’est plus disponible",
        "Deze vacature is gesloten.",
        "この求人の募集は終了しました",
    ],
)
def test_the_closing_notice_of_a_posting_closes_it(words: str) -> None:
    outcome, _, closing = judged(page("Example", f"{MENU}<p>{words}</p>"), is_detail=True) or ("", "", None)
    assert (outcome, closing) == ("gone", words)


def test_a_board_that_is_over_is_gone() -> None:
    words = "The job board you were viewing is no longer active."
    assert judged(page("Example", f"<p>{words}</p>")) == (
        "gone",
        f"a closing notice ({words}), 200 OK at {ASKED}",
        None,
    )


@pytest.mark.parametrize("title", ["Log in", "Anmelden | Career Center", "Central Authentication Service", "로그인"])
def test_a_login_is_blocked(title: str) -> None:
    assert (judged(page(title, '<form><input name="u"><input type="password"></form>')) or ("",))[0] == "blocked"


def test_a_consent_wall_is_blocked() -> None:
    assert (judged(page("Before you continue to Example")) or ("",))[0] == "blocked"
    assert (judged(page("", "<p>Your browser does not accept cookies.</p>")) or ("",))[0] == "blocked"


@pytest.mark.parametrize(
    ("asked", "url", "outcome"),
    [
        (ASKED, "https://a.example/", "gone"),
        (ASKED, "https://www.a.example/en-us/home", "gone"),
        (ASKED, "https://other.example/", "gone"),
        (ASKED, "https://careers.other.example/", "moved"),
        (ASKED, "https://careers.other.example/jobs/7", "moved"),
        (ASKED, "https://a.example/jobs/8", "moved"),
        (ASKED, "https://a.example/news/7", "moved"),
        (f"{ASKED}?board=north", f"{ASKED}?board=south", "moved"),
        ("https://a.example:8001/jobs", "https://a.example:8002/jobs", "moved"),
        (f"{ASKED}?board=north", f"{ASKED}?board=north&page=1", None),
        ("http://a.example/en/jobs.html", "https://www.a.example/de/offers/jobs/", None),
        (ASKED, "https://a.example/jobs/7-new-slug", None),
        ("https://a.example/en", "https://a.example/", None),
        (ASKED, "https://login.microsoftonline.com/common/oauth2", "blocked"),
        (ASKED, "https://a.example/login?next=/jobs/7", "blocked"),
        (ASKED, "https://consent.google.com/ml?continue=x", "blocked"),
    ],
)
def test_redirects_to_a_home_page_a_login_or_a_wall_are_soft_errors(asked: str, url: str, outcome: str | None) -> None:
    assert (judged(page("Example", OFFER), asked=asked, url=url) or (None,))[0] == outcome


def test_a_redirect_to_another_board_is_told_with_both_addresses() -> None:
    other = "https://a.example/boards/other"
    assert judged(page("Jobs", OFFER), asked="https://a.example/boards/own", url=other) == (
        "moved", f"https://a.example/boards/own redirects to {other}", None,
    )  # fmt: skip


def test_the_own_page_of_a_posting_may_be_anywhere() -> None:
    assert judged(page("Intern", OFFER), asked=ASKED, url="https://careers.other.example/o/9", is_detail=True) is None


def test_a_posting_that_redirects_to_its_list_is_gone() -> None:
    assert (judged(page("Jobs", OFFER), asked=ASKED, url="https://a.example/jobs?error=true", is_detail=True) or "")[
        0
    ] == "gone"
    asked = "https://a.example/jobs/?id=7"
    assert judged(page("Jobs", OFFER), asked=asked, url="https://a.example/jobs?id=7", is_detail=True) is None


@pytest.mark.parametrize(
    "text",
    [
        page("Internships", f"<div class=banner><h2>We use cookies</h2>Please accept our cookies.</div>{OFFER}"),
        page("Internships | Log in", f"{OFFER}<a href=/login>Log in</a>"),
        page("Anmeldung zum Praktikum", f"{OFFER}<form><input type=password></form>"),
        page("404 Media, internships", OFFER),
        page(
            "Internships",
            f"<script>var t = '<h1>Page not found</h1>'</script><noscript><h1>Not found</h1></noscript>{OFFER}",
        ),
        page("Internships", f"<h1 hidden>Login</h1><h1>Internships</h1><input type=password>{OFFER}"),
        page("Position", f"{OFFER}<p>This position has been filled.</p>"),
        page(
            "Trade desk", "<p>The position is open until it has been filled. Write to us if this offer has expired.</p>"
        ),
        page("", "<svg><title>Not found</title></svg>" + OFFER),
        page("Lost and not found: an internship in journalism", OFFER),
    ],
)
def test_a_healthy_page_stays_healthy(text: str) -> None:
    assert judged(text) is None
    assert judged(text, is_detail=True) is None


def test_a_row_of_a_short_list_that_is_filled_closes_no_list() -> None:
    rows = "<li>Intern, press<li>Intern, trade. This position has been filled.<li>Intern, culture. No longer available"
    assert judged(page("Internships", f"<ul>{rows}</ul>")) is None


def test_a_page_made_to_be_slow_is_judged_at_once() -> None:
    assert judged("<!doctype html><html><body>" + "<h1 " * 50_000 + "<title>" * 50_000) is None


@pytest.mark.parametrize(
    ("body", "kind", "expected", "message"),
    [
        (b"%PDF-1.7", "application/pdf", "json", "expected JSON, got PDF"),
        (b"PK\x03\x04", "application/octet-stream", "xml", "expected XML, got a ZIP file"),
        (b'<?xml version="1.0"?><rss></rss>', "text/xml", "html", "expected HTML, got XML"),
        (b'{"error": 1}', "application/json", "html", "expected HTML, got JSON"),
        (b"<html><body>x</body></html>", "text/html", "pdf", "expected PDF, got HTML"),
        (b"\r\n%PDF-1.7", "text/html", "pdf", None),
        (b'<?xml version="1.0"?><html xmlns="x"></html>', "application/xhtml+xml", "html", None),
        (b'{"html": "<p>"}', "text/html", "html", None),
    ],
)
def test_another_format_is_layout_changed(body: bytes, kind: str, expected: Format, message: str | None) -> None:
    run = SimpleNamespace(source=SimpleNamespace(url=ASKED))
    response = Response(ASKED, body=body, headers={"Content-Type": kind}, request=Request(ASKED, meta={"run": run}))
    if message is None:
        validate_response(response, expected)
        return
    with pytest.raises(SourceError, match=message) as failure:
        validate_response(response, expected)
    assert failure.value.outcome == "layout_changed"
