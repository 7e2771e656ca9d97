"""Every kind of fault: what a board answers instead of its page. Does not belong here: the boards (`boards`)."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from tests.bench.faults import layouts, lists
from tests.bench.faults.boards import Board, Posting, Response

Fault = Callable[[Board, Board], Response]
"""The answer of a board; the second is another one of its format, whose postings it may show."""

HTML = "text/html; charset=utf-8"
TITLE = rb"Internship \d+x\d+ in field \d+"
LINK = rb"http://127[^\"<)]*/job/\d+"
CITY = rb"Vienna|Paris|Oslo|Lisbon|Nairobi|Lima|Tokyo|Riga|Quito|Accra"
JSON_ID = rb'"id": ?"?p?(\d+)"?'
JSON_TITLE = rb'"(title|text|t)": ?"[^"]*"'
JSON_CITY = rb'"(location|categories|c)": ?("[^"]*"|\{[^}]*\})'


def _status(status: int, headers: dict[str, str] | None = None) -> Fault:
    return lambda board, other: Response(b"error", "text/plain", status, headers or {})


def _body(body: bytes, kind: str | None = None) -> Fault:
    return lambda board, other: Response(body, kind or board.format.type)


def _json(body: bytes) -> Fault:
    return _body(body, "application/json")


def _html(body: str) -> Fault:
    return _body(f"<!doctype html><html>{body}</html>".encode(), HTML)


def _titled(title: str, body: str) -> Fault:
    return _html(f"<head><title>{title}</title></head><body>{body}</body>")


def _changed(change: Callable[[bytes], bytes]) -> Fault:
    def fault(board: Board, other: Board) -> Response:
        page = board.page()
        return page._replace(body=change(page.body))

    return fault


def _with(pattern: bytes, replacement: bytes, count: int = 0) -> Fault:
    """The page with so many matches of a pattern replaced; 0: all."""
    return _changed(lambda body: re.sub(pattern, replacement, body, count=count))


def _typed(kind: str) -> Fault:
    return lambda board, other: board.page()._replace(type=kind)


def _charset(name: str) -> Fault:
    return lambda board, other: board.page()._replace(type=f"{board.format.type.partition(';')[0]}; charset={name}")


def _headers(**headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda board, other: board.page()._replace(headers=named)


def _cut(share: float, *, is_announced: bool) -> Fault:
    def fault(board: Board, other: Board) -> Response:
        page = board.page()
        at = int(len(page.body) * share)
        return page._replace(cut_connection_at=at) if is_announced else page._replace(body=page.body[:at])

    return fault


def _redirect(target: Callable[[Board, Board], str], status: int = 302) -> Fault:
    return lambda board, other: Response(b"", HTML, status, {"Location": target(board, other)})


def _total(change: Callable[[int], int]) -> Fault:
    return lambda board, other: board.page(total=change(len(board.open)))


def _rows(change: Callable[[list[Posting], list[Posting]], list[Posting]]) -> Fault:
    """The page of other postings: a function of its own ones and those of the other board."""
    return lambda board, other: board.page(change(board.open, other.open))


def _rebuilt(board: Board, other: Board) -> Response:
    """The same links in other markup."""
    links = "".join(f"<section><a href={each.url}>{each.title}</a></section>" for each in board.open)
    return Response(f"<!doctype html><html><body>{links}</body></html>".encode(), HTML)


def _half_sent(board: Board, other: Board) -> Response:
    page = board.page()
    return page._replace(body=page.body[: len(page.body) // 2], status=206, headers={"Content-Range": "bytes 0-9/20"})


def _titles_reversed(body: bytes) -> bytes:
    titles = re.findall(TITLE, body)
    return re.sub(TITLE, lambda _: titles.pop(), body)


FAULTS: dict[str, Fault] = {
    # what HTTP says
    **{str(status): _status(status) for status in (400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 418, 422, 451, 999)},
    **{str(status): _status(status, {"Retry-After": "3600"}) for status in (429, 500, 501, 502, 503, 504, 520)},
    "304-unasked": _status(304),
    "204": lambda board, other: Response(b"", "text/plain", 204),
    "206-half": _half_sent,
    "299": lambda board, other: board.page()._replace(status=299),
    "slow": lambda board, other: board.page()._replace(seconds=0.8),
    "tdm-reserved": _headers(TDM_Reservation="1"),
    "gzip-in-name": _headers(Content_Encoding="gzip"),
    "brotli-in-name": _headers(Content_Encoding="br"),
    "wrong-type": _typed("application/octet-stream"),
    "no-type": _typed(""),
    "charset-utf-7": _charset("utf-7"),
    "charset-unknown": _charset("bogus-99"),
    "redirect-home": _redirect(lambda board, other: f"{board.base}/"),
    "redirect-login": _redirect(lambda board, other: f"{board.base}/login"),
    "redirect-board": _redirect(lambda board, other: f"{other.base}/list"),
    "redirect-host": _redirect(lambda board, other: f"{other.base}/"),
    "redirect-path": _redirect(lambda board, other: f"{board.base}/other/{other.number}"),
    "redirect-loop": _redirect(lambda board, other: f"{board.base}/list?again"),
    "redirect-nowhere": _redirect(lambda board, other: "http://no-such-host.invalid/"),
    "redirect-301-board": _redirect(lambda board, other: f"{other.base}/list", 301),
    "redirect-308-home": _redirect(lambda board, other: f"{board.base}/", 308),
    "redirect-https": _redirect(lambda board, other: board.address.replace("http:", "https:")),
    "redirect-script": _redirect(lambda board, other: "javascript:alert(1)"),
    "redirect-empty": _redirect(lambda board, other: ""),
    "redirect-private": _redirect(lambda board, other: "http://169.254.169.254/latest/meta-data"),
    # a body that is cut or is nothing
    "empty-body": _body(b""),
    "white-space": _body(b" \r\n\t "),
    "nul-only": _body(b"\0" * 500),
    "cut-30": _cut(0.3, is_announced=False),
    "cut-60": _cut(0.6, is_announced=False),
    "cut-95": _cut(0.95, is_announced=False),
    "connection-lost-at-once": _cut(0, is_announced=True),
    "connection-lost-30": _cut(0.3, is_announced=True),
    "connection-lost-80": _cut(0.8, is_announced=True),
    # another page with 200
    "challenge": _titled("Just a moment...", "<script>window._cf_chl_opt={}</script>"),
    "login": _titled("Log in", "<form><input type=password></form>"),
    "login-form": _titled("Sign in to continue", "<h1>Please sign in</h1><form><input name=user><input type=password></form>"),
    "soft-404": _titled("Page not found", "Sorry."),
    "soft-404-home": _titled("404", "<h1>Oops! We couldn't find that page</h1><a href=/>Home</a>"),
    "maintenance": _titled("Maintenance", "<h1>We will be back soon</h1>"),
    "maintenance-german": _titled("Wartungsarbeiten", "<h1>Wir sind gleich wieder da</h1>"),
    "script-shell": _html("<body><div id=root></div><script src=/app.js></script></body>"),
    "script-needed": _html("<body><noscript>You need to enable JavaScript to run this app.</noscript><div id=app></div></body>"),
    "loading": _html("<body><div class=loading>Loading jobs…</div></body>"),
    "empty-rows": _html("<body><b>0</b><ul><li class=job></li><li class=job></li></ul></body>"),
    "filters-match-none": _html("<body><b>0</b><p>No results match your search filters.</p></body>"),
    "iframe": _html("<body><iframe src=https://jobs.example/></iframe></body>"),
    "consent": _titled("Before you continue", "We use cookies."),
    "parked": _titled("a.example", "<p>This domain is for sale.</p>"),
    "refresh": _html("<head><meta http-equiv=refresh content='0; url=/login'></head><body></body>"),
    "blank-html": _html("<body></body>"),
    "pdf": _body(b"%PDF-1.7 binary", "application/pdf"),
    "zip": _body(b"PK\x03\x04 binary", "application/zip"),
    "png": _body(b"\x89PNG\r\n binary", "image/png"),
    "json-error": _json(b'{"error": "too many requests"}'),
    "json-error-status": _json(b'{"status": 503, "message": "Service Unavailable"}'),
    "json-null": _json(b"null"),
    "json-string": _json(b'"ok"'),
    "json-false": _json(b'{"jobs": false, "rows": false, "n": 10}'),
    "rate-limited": _titled("Too Many Requests", "<h1>Slow down</h1><p>You sent too many requests. Try again in 60 seconds.</p>"),
    "rate-limited-json": _json(b'{"message": "API rate limit exceeded for 127.0.0.1", "documentation_url": "/docs"}'),
    "rate-limited-no-rows": _json(b'{"error": "rate limit", "jobs": [], "rows": [], "n": 0, "meta": {"total": 0}}'),
    "quota-text": _body(b"Rate limit exceeded\n", "text/plain"),
    "token-expired": _json(b'{"success": false, "code": 401, "jobs": [], "rows": [], "n": 0, "meta": {"total": 0}}'),
    "consent-form": _titled("Cookie consent", "<form action=/consent><h1>Your privacy</h1><button>Accept</button></form>"),
    "age-gate": _titled("Welcome", "<h1>Choose your country</h1><ul><li><a href=/at>Austria</a><li><a href=/fr>France</a></ul>"),
    "moved-notice": _titled("We have moved", "<p>Our job board has moved to <a href=https://new.example/>new.example</a>.</p>"),
    "browser-old": _titled("Unsupported browser", "<p>Your browser is out of date. Please update it to view jobs.</p>"),
    "blocked-page": _titled("Access denied", "<h1>Access denied</h1><p>You don't have permission. Reference #18.2d</p>"),
    "waiting-room": _titled("Queue", "<h1>You are now in line</h1><p>Your number in line is 3,412.</p>"),
    "session-expired": _titled("Session expired", "<p>Your session has expired. <a href=/>Start again</a></p>"),
    "directory-index": _titled("Index of /", "<h1>Index of /</h1><pre><a href=../>../</a>\n<a href=a.bak>a.bak</a></pre>"),
    "default-page": _titled("Welcome to nginx!", "<h1>Welcome to nginx!</h1><p>The server is installed.</p>"),
    "search-form": _titled("Jobs", "<form><input name=q><button>Search jobs</button></form><p>Enter a keyword to begin.</p>"),
    "json-no-rows": _json(b'{"jobs": [], "rows": [], "n": 12, "meta": {"total": 12}}'),
    "json-empty": _json(b"[]"),
    "deep-nesting": _json(b"[" * 100_000 + b"]" * 100_000),
    "xml-error": _body(b"<?xml version='1.0'?><error>internal</error>", "application/xml"),
    "entities": _body(b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><rss><channel>&a;</channel></rss>', "text/xml"),
    "stack-trace": _body(b"Traceback (most recent call last):\n  File", "text/plain"),
    # the page, with something before, after or around its rows
    "rebuilt-page": _rebuilt,
    "php-warning": _changed(lambda body: b"<br />\n<b>Warning</b>: mysql_connect() in <b>/a.php</b><br />\n" + body),
    "twice": _changed(lambda body: body + body),
    "bytes-after": _changed(lambda body: body + b"\x00\x01\x02 trailing"),
    "closing-banner": _changed(lambda body: b"<p>Applications are closed for maintenance of our site.</p>" + body),
    "line-ends": _changed(lambda body: body.replace(b"\n", b"\r\n")),
    "bom": _changed(lambda body: b"\xef\xbb\xbf" + body),
    "utf-16": _changed(lambda body: body.decode().encode("utf-16")),
    "total-huge": _total(lambda number: 3_000_000_000),
    "total-more": _total(lambda number: number + 40),
    "total-one-more": _total(lambda number: number + 1),
    "total-less": _total(lambda number: max(number - 5, 1)),
    "total-zero": _total(lambda number: 0),
    "total-negative": _total(lambda number: -7),
    "total-digits": _total(lambda number: 10**400),
    "total-words": _with(rb'"(n|total)": ?\d+', rb'"\1": "many"'),
    "total-fraction": _with(rb'"(n|total)": ?(\d+)', rb'"\1": \2.75'),
    # fields of rows
    "titles-gone": _with(TITLE, b""),
    "some-titles-gone": _with(TITLE, b"", 3),
    "titles-same": _with(TITLE, b"Internship"),
    "titles-exchanged": _changed(_titles_reversed),
    "titles-upper": _changed(lambda body: re.sub(TITLE, lambda title: title[0].upper(), body)),
    "titles-html": _with(rb"Internship", b"&lt;b&gt;Internship&lt;/b&gt;", 4),
    "title-endless": _with(TITLE, b"Internship " + b"x" * 200_000, 1),
    "title-of-entities": _with(TITLE, b"&amp;amp;amp;amp;" * 5000, 1),
    "title-object": _with(JSON_TITLE, rb'"\1": {"en": 5}', 2),
    "title-number": _with(JSON_TITLE, rb'"\1": 1e400', 2),
    "title-twice": _with(rb'"(title|text|t)": ', rb'"\1": "", "\1": ', 3),
    "nul-in-words": _with(rb"Internship", b"Intern\0ship", 4),
    "nul-escaped": _with(rb"Internship", rb"Intern\\u0000ship", 3),
    "bell-in-words": _with(rb"Internship", b"Intern\x07ship", 3),
    "zero-width": _with(rb"Internship", "Intern\u200bship".encode(), 3),
    "right-to-left": _with(rb"Internship", "\u202eInternship\u202c".encode(), 3),
    "surrogates": _with(rb"Internship", b"Intern\xed\xa0\x80ship", 2),
    "charset-broken": _with(rb"Internship", b"Intern\xff\xfeship", 2),
    "letter-cut": _with(rb"Vienna", b"Vien\xc3", 2),
    "latin-1": _with(rb"Vienna", "Viénna".encode("latin-1")),
    "cities-gone": _with(CITY, b""),
    "city-endless": _with(rb"Vienna|Oslo|Lima", b"y" * 300_000),
    "city-nan": _with(JSON_CITY, rb'"\1": NaN', 3),
    "city-true": _with(JSON_CITY, rb'"\1": true'),
    "city-lists": _with(JSON_CITY, rb'"\1": [[[]]]'),
    "year-9999": _with(rb"(in field \d+)", rb"\1 until 31 December 9999", 3),
    "year-0": _with(rb"(in field \d+)", rb"\1 deadline 0000-00-00", 3),
    "pay-huge": _with(rb"(in field \d+)", rb"\1 EUR 99999999999999999999 per month", 3),
    "weeks-huge": _with(rb"(in field \d+)", rb"\1 for 4000000000 weeks 10000000 hours a week", 3),
    "links-gone": _with(LINK, b""),
    "some-links-gone": _with(LINK, b"", 2),
    "links-same": lambda board, other: _with(LINK, f"{board.base}/list".encode())(board, other),
    "links-javascript": _with(LINK, b"javascript:void(0)", 3),
    "links-data": _with(LINK, b"data:text/html,hi", 3),
    "links-ftp": _with(rb"http://127", rb"ftp://127", 3),
    "links-port": _with(rb"http://127([^\"<)]*)/job", rb"http://127\1:99999999/job", 2),
    "links-brackets": _with(LINK, b"http://[::1/job", 2),
    "links-endless": _with(LINK, b"http://a.example/" + b"x" * 9000, 2),
    "links-blanks": _with(rb"/job/(\d+)", rb"/job/ \1 ", 3),
    "ids-fractions": _with(JSON_ID, rb'"id": \1.5', 2),
    "ids-huge": _with(JSON_ID, rb'"id": 99999999999999999999999999\1'),
    "ids-null": _with(JSON_ID, b'"id": null'),
    "ids-same": _with(JSON_ID, b'"id": 7', 2),
    # rows
    "rows-null": _with(rb'\{"(id|t)"', rb'null, 5, "x", [], {"\1"', 1),
    "rows-object": _with(rb"\[\{", rb'{"0": {', 1),
    "row-deep": _with(rb'"(title|text|t)"', b'"x": ' + b"[" * 5000 + b"]" * 5000 + rb', "\1"', 1),
    "doubled": _rows(lambda own, others: [*own, *own]),
    "reordered": _rows(lambda own, others: random.Random(len(own)).sample(own, len(own))),
    "half": _rows(lambda own, others: own[: len(own) // 2]),
    **dict.fromkeys(("one-left", "small-one-left"), _rows(lambda own, others: own[:1])),
    "three-missing": _rows(lambda own, others: own[3:] or own),
    "none-left": _rows(lambda own, others: []),
    **dict.fromkeys(("board-of-another", "small-board-of-another"), lambda board, other: other.page()),
    **dict.fromkeys(
        ("half-of-another", "small-half-of-another"),
        _rows(lambda own, others: [*own[: len(own) // 2], *others[: len(own) // 2]]),
    ),
    **dict.fromkeys(
        ("third-of-another", "small-third-of-another"),
        _rows(lambda own, others: [*own[: 2 * len(own) // 3], *others[: len(own) // 3]]),
    ),
    "one-of-another": _rows(lambda own, others: [*own, *others[:1]]),
    **layouts.LAYOUTS,
    **{kind: lists.answer(change) for kind, change in lists.LISTS.items()},
}  # fmt: skip

SMALL_BOARD_ROWS = 12
"""Somewhat above the ten rows from which on a run with other postings than the last is not believed."""

LARGE_BOARDS = ("one-left", "board-of-another", "half-of-another", "third-of-another", "tenants-half-under-own-address")

LEAST_ROWS = dict.fromkeys(LARGE_BOARDS, 2 * SMALL_BOARD_ROWS)
"""Rows of a board that has such a fault; a smaller one has its namesake `small-…`, which no rule can tell;
`small-half-of-another` is that of both halves."""

LEAST_ROWS_OF_OTHER = {"merged-with-another": 3, "merged-by-turns": 3}
"""Rows of the other board: fewer are as `one-of-another`."""

FEWER = "these bytes are its page where the rest has ended"
OLDER = "these bytes are its page where nothing has come since, and the rest has ended"
OTHERS = "these bytes are its page where so many of a short list ended, and others came: lists turn over as much in a few nights"

AMBIGUOUS = {
    "half": FEWER, "small-one-left": FEWER, "three-missing": FEWER, "none-left": FEWER,
    "page-of-yesterday": OLDER, "page-of-last-week": OLDER, "half-of-last-week": OLDER,
    "one-of-another": "these bytes are its page where that posting came",
    "small-board-of-another": OTHERS, "small-half-of-another": OTHERS, "small-third-of-another": OTHERS,
}  # fmt: skip
"""Kinds whose answer is the page of a possible truth, which no rule can tell from it, and why; a test makes the same bytes of
each (tests/scrapers/test_fault_campaign.py). Where the size of a board tells, only small ones are here. Half a list is not
believed, but where it has grown since the last good run, half of it is more than half of that."""


def can_have(kind: str, rows: int, rows_of_other: int) -> bool:
    """Whether a board of so many rows has this kind of fault, if its other one has so many."""
    small = kind.removeprefix("small-")
    if rows_of_other < LEAST_ROWS_OF_OTHER.get(kind, 0):
        return False
    return rows < LEAST_ROWS[small] if small != kind else rows >= LEAST_ROWS.get(kind, 0)
