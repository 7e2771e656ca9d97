"""Response validation: status, format, charset, truncation.

Belongs here: what the status, headers and bytes of one response show. Does not belong here: pages that stand in for another
(`scrapers.answers.soft_errors`), what a page says (`scrapers.extract`), the outcome of its source (`scrapers.engine`).
"""

from __future__ import annotations

import re
from http.client import responses
from typing import Literal
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response, TextResponse
from twisted.internet.error import TimeoutError as ConnectionTimeout
from twisted.python.failure import Failure

from scrapers.answers.redirects import leads_elsewhere, same_host
from scrapers.answers.soft_errors import find_soft_error
from scrapers.extract.charset import Text, UndecodableError, decode
from scrapers.outcome import Outcome
from scrapers.reference import read_words
from scrapers.wire.archive import CUT_OFF, NOT_RECORDED
from scrapers.wire.public_addresses import PrivateAddress, refused_names
from scrapers.wire.quotas import QuotaSpent
from scrapers.wire.robots import TDM_RESERVATION, RobotsForbid

Format = Literal["html", "json", "xml", "text", "pdf", "office", "notice"]
"""`office`: a file of Office Open XML; `notice`: that or a PDF."""

BLOCKED_STATUSES = (401, 402, 403, 407, 429, 451)
GONE_STATUSES = (404, 410)
SNIFFED_BYTES = 1 << 15
"""How much of a response is examined for its format."""

XML_START = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<(?:\?xml|rss|feed|rdf:)", re.I)
DATA_IN_XML = re.compile(rb"(?:<\?xml[^>]*>\s*)?<(?:rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]", re.I)
PDF_HEADER_BYTES = 1024
"""Where the header of a PDF must begin (ISO 32000-1, annex H, note 13)."""
TDM_META = re.compile(rb"<meta\s[^>]*name=[\"']?" + TDM_RESERVATION.encode() + rb"[\"']?\s[^>]*content=[\"']?1\b", re.I)
ZIP_START = b"PK\x03\x04"
MAGIC_BYTES = {b"%PDF": "PDF", ZIP_START: "a ZIP file", b"\x89PNG": "an image", b"\xff\xd8\xff": "an image"}
FORMAT_NAMES: dict[Format, str] = {
    "html": "HTML", "json": "JSON", "xml": "XML", "text": "text", "pdf": "PDF",
    "office": "an Office file", "notice": "PDF",
}  # fmt: skip
CLOSED_TAGS = (b"table", b"ul", b"ol", b"dl", b"div", b"section", b"article", b"main", b"script")
"""Elements of HTML whose end tag must not be omitted."""

MAX_ERROR_CHARACTERS = 200


class SourceError(Exception):
    """A source, or one of its pages, failed in a way that has a name."""

    def __init__(self, outcome: Outcome, evidence: str, closing: str | None = None) -> None:
        """`closing`: the words by which the page of a posting says that it is closed."""
        super().__init__(evidence)
        self.outcome = outcome
        self.evidence = evidence
        self.closing = closing


def validate_response(response: Response, expected: Format) -> None:
    """Raise SourceError for a response that cannot be read: by its status, reserved rights, a challenge page, a soft error,
    or its format."""
    head = response.body[:SNIFFED_BYTES]
    status = f"{response.status} {responses.get(response.status, '')}".strip()
    if (response.headers.get(TDM_RESERVATION) or b"").strip() == b"1" or TDM_META.search(head):
        raise SourceError(Outcome.BLOCKED, f"text and data mining is reserved (TDM-Reservation: 1) at {response.url}")
    challenge = challenge_mark(response)
    if response.status in BLOCKED_STATUSES or challenge:
        raise SourceError(
            Outcome.BLOCKED, f"{f'a challenge page ({challenge}), ' if challenge else ''}{status} at {response.url}"
        )
    if response.status in GONE_STATUSES:
        raise SourceError(Outcome.GONE, f"{status} at {response.url}")
    if response.status == 304:
        raise SourceError(Outcome.UNCHANGED, f"{status} at {response.url}")
    if response.status == 408:
        raise SourceError(Outcome.TIMEOUT, f"{status} at {response.url}")
    if not 200 <= response.status < 300:
        raise SourceError(Outcome.ERROR, f"{status} at {response.url}")
    if not head.strip():
        outcome = Outcome.PARTIAL if CUT_OFF in response.flags else Outcome.LAYOUT_CHANGED
        raise SourceError(outcome, f"empty response body, {status} at {response.url}")
    if _is_page(response) and (soft_error := find_soft_error(response, page_text(response))):
        closing = soft_error.mark if soft_error.closes else None
        evidence = f"{soft_error.name} ({soft_error.mark[:MAX_ERROR_CHARACTERS]}), {status} at {response.url}"
        raise SourceError(soft_error.outcome, evidence, closing)
    _check_redirect(response)
    if expected != "html" and _is_page(response) and not (expected == "json" and _ends_as_json(response.body)):
        raise SourceError(Outcome.LAYOUT_CHANGED, f"expected {FORMAT_NAMES[expected]}, got HTML at {response.url}")
    if other := _other_format(response, expected):
        raise SourceError(Outcome.LAYOUT_CHANGED, f"expected {FORMAT_NAMES[expected]}, got {other} at {response.url}")


def _check_redirect(response: Response) -> None:
    """Raise SourceError where a list comes from another board or host than was requested. A posting's own page may be
    anywhere, and a following page anywhere on its host: its link is the list's own."""
    requested = (response.meta.get("redirect_urls") or [response.url])[0]
    if response.meta.get("detail") or (response.meta.get("follows") and same_host(requested, response.url)):
        return
    if leads_elsewhere(requested, response.url):
        raise SourceError(Outcome.MOVED, f"{requested} redirects to {response.url}")


def download_failure(failure: Failure, request: Request) -> SourceError:
    """Why no response came."""
    error, url = failure.value, request.url
    message = " ".join(str(error).split())[:MAX_ERROR_CHARACTERS]
    if request.meta.get(NOT_RECORDED):
        return SourceError(Outcome.NOT_RECORDED, f"the archive has no {request.method} {url}")
    if isinstance(error, DownloadTimeoutError | ConnectionTimeout):
        return SourceError(Outcome.TIMEOUT, f"no response in time from {url}")
    if isinstance(error, CannotResolveHostError) and urlsplit(url).hostname in refused_names:
        evidence = f"not requested: {url} resolves to an address that is not on the public internet"
        return SourceError(Outcome.ERROR, evidence)
    if isinstance(error, CannotResolveHostError):
        return SourceError(Outcome.ERROR, f"no such host: {url}")
    if isinstance(error, PrivateAddress):
        return SourceError(Outcome.ERROR, f"not requested: {message}")
    if isinstance(error, RobotsForbid | QuotaSpent):
        return SourceError(Outcome.BLOCKED, message)
    if isinstance(error, IgnoreRequest):
        return SourceError(Outcome.ERROR, f"{message}: {url}")
    return SourceError(Outcome.ERROR, f"{type(error).__name__}: {message}: {url}")


def challenge_mark(response: Response) -> str | None:
    """The mark of a challenge page (one that asks for proof of a human), or None; marks: data/reference/challenge_pages."""
    words = read_words("challenge_pages")
    for header in words["headers"]:
        name, _, value = header.partition(":")
        if value.strip().encode() in (response.headers.get(name) or b"").lower():
            return str(header)
    if not _is_page(response):
        return None
    head = response.body[:SNIFFED_BYTES].lower()
    certain = next((mark for mark in words["anywhere"] if mark.encode() in head), None)
    if certain or len(response.body) > words["short_page_bytes"]:
        return certain
    return next((mark for mark in words["on_a_short_page"] if mark.encode() in head), None)


def absolute(response: Response, url: str) -> str:
    """`url` itself where it is absolute, else joined to the address of the page."""
    return url if re.match(r"[a-z][a-z0-9+.-]*:", url, re.I) else response.urljoin(url)


def decoded(response: Response) -> Text:
    """The text of a response. Raises SourceError where its bytes are no text."""
    try:
        return decode(response.body, content_type(response))
    except UndecodableError as error:
        raise SourceError(Outcome.ERROR, f"undecodable: {error} at {response.url}") from error


def page_text(response: Response) -> str:
    """The text of a web page."""
    return decoded(response).text


def has_nul(response: Response) -> bool:
    """Whether a text has NUL characters: it was damaged on its way."""
    return b"\0" in response.body and isinstance(response, TextResponse) and "\0" in decoded(response).text


def page_cut_off(response: Response) -> bool:
    """Whether a web page is truncated: neither <body> nor <html> is closed, nor is an element that must be. (A page may omit
    </body> and </html>; one whose elements are merely closed badly is not truncated.)"""
    body = response.body.lower()
    if not _starts_as_page(response.body) or b"</body" in body or b"</html" in body:
        return False
    if body.rfind(b"<") > body.rfind(b">"):
        return True
    return any(len(re.findall(rb"<" + tag + rb"[\s>]", body)) > body.count(b"</" + tag) for tag in CLOSED_TAGS)


def _starts_as_page(body: bytes) -> bool:
    """Whether the first element is that of a web page, after byte order mark, declaration and comments."""
    head = body[:SNIFFED_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip()
    for begin, end in ((b"<?xml", b"?>"), (b"<!--", b"-->")):
        while head.startswith(begin) and end in head:
            head = head.partition(end)[2].lstrip()
    return head[:14].lower().startswith((b"<!doctype html", b"<html"))


def _ends_as_json(body: bytes) -> bool:
    """Whether an answer is JSON below notices that its server put before it, whatever it calls itself."""
    return not _starts_as_page(body) and body.rstrip()[-1:] in (b"}", b"]")


def _is_page(response: Response) -> bool:
    """Whether a response is a web page, whatever was expected."""
    head = response.body[:SNIFFED_BYTES]
    if _starts_as_page(head):
        return True
    return "text/html" in content_type(response) and head.lstrip()[:1] == b"<" and not XML_START.match(head)


def _other_format(response: Response, expected: Format) -> str | None:
    """The format of a response that is no web page, where it is plainly not the expected one."""
    head = response.body[:SNIFFED_BYTES].lstrip()
    if expected in ("office", "notice") and head.startswith(ZIP_START):
        return None
    if expected == "office":
        return "something else"
    expected = "pdf" if expected == "notice" else expected
    for start, name in MAGIC_BYTES.items():
        if head.startswith(start):
            return name if name.lower() != expected else None
    if expected == "pdf":
        return None if b"%PDF" in head[:PDF_HEADER_BYTES] else "something else"
    if expected == "html" and head[:1] in (b"{", b"[") and "html" not in content_type(response):
        return "JSON"
    return "XML" if expected == "html" and DATA_IN_XML.match(head) else None


def content_type(response: Response) -> str:
    """The Content-Type of a response in lower case; empty without one."""
    return (response.headers.get("Content-Type") or b"").decode("latin-1").lower()
