"""What an answer is worth: whether it is one at all, in which charset it is written, whether its end is missing.

Belongs here: status, headers and bytes of one answer, judged. Does not belong here: what it says (`scrapers.extract`), what
that means for its source (`spiders.base`).
"""

from __future__ import annotations

import re
from http.client import responses
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response, TextResponse
from twisted.internet.error import TimeoutError as ConnectionTimeout
from twisted.python.failure import Failure

from scrapers.answers.soft_errors import stand_in
from scrapers.outcome import Outcome
from scrapers.reference import read_words
from scrapers.wire.archive import CUT_OFF, NOT_RECORDED
from scrapers.wire.politeness import TDM_RESERVATION, PrivateAddress, QuotaSpent, RobotsForbid, refused_names

Due = Literal["html", "json", "xml", "text", "pdf"]

BLOCKED = (401, 402, 403, 407, 429, 451)
GONE = (404, 410)
HEAD_BYTES = 1 << 15
"""How much of an answer is looked at for what it is."""

XML_START = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<(?:\?xml|rss|feed|rdf:)", re.I)
DATA_IN_XML = re.compile(rb"(?:<\?xml[^>]*>\s*)?<(?:rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]", re.I)
PDF_BEGINS_WITHIN = 1024
"""Bytes in which a PDF says that it is one (ISO 32000-1, annex H, note 13)."""
TDM_META = re.compile(rb"<meta\s[^>]*name=[\"']?" + TDM_RESERVATION.encode() + rb"[\"']?\s[^>]*content=[\"']?1\b", re.I)
OTHER_FILES = {b"%PDF": "PDF", b"PK\x03\x04": "a ZIP file", b"\x89PNG": "an image", b"\xff\xd8\xff": "an image"}
MUST_END = (b"table", b"ul", b"ol", b"dl", b"div", b"section", b"article", b"main", b"script")
"""Elements of HTML whose end tag must not be left away."""


class SourceError(Exception):
    """A source or one of its pages failed in a way that has a name."""

    def __init__(self, outcome: Outcome, evidence: str, closing: str | None = None) -> None:
        """`closing`: the words by which the page of a posting says that it is closed."""
        super().__init__(evidence)
        self.outcome = outcome
        self.evidence = evidence
        self.closing = closing


class Text(NamedTuple):
    """A decoded answer; `is_whole` is false where it ends within a character."""

    text: str
    is_whole: bool


def check_answer(response: Response, due: Due) -> None:
    """Raise SourceError where an answer is none: by its status, reserved rights, a challenge, a page that stands in for
    the one that was asked for, or what it is written in."""
    head = response.body[:HEAD_BYTES]
    status = f"{response.status} {responses.get(response.status, '')}".strip()
    if (response.headers.get(TDM_RESERVATION) or b"").strip() == b"1" or TDM_META.search(head):
        raise SourceError(Outcome.BLOCKED, f"text and data mining is reserved (TDM-Reservation: 1) at {response.url}")
    challenge = challenge_mark(response)
    if response.status in BLOCKED or challenge:
        raise SourceError(
            Outcome.BLOCKED, f"{f'a challenge page ({challenge}), ' if challenge else ''}{status} at {response.url}"
        )
    if response.status in GONE:
        raise SourceError(Outcome.GONE, f"{status} at {response.url}")
    if response.status == 304:
        raise SourceError(Outcome.UNCHANGED, f"{status} at {response.url}")
    if response.status == 408:
        raise SourceError(Outcome.TIMEOUT, f"{status} at {response.url}")
    if not 200 <= response.status < 300:
        raise SourceError(Outcome.ERROR, f"{status} at {response.url}")
    if not head.strip():
        outcome = Outcome.PARTIAL if CUT_OFF in response.flags else Outcome.EMPTY
        raise SourceError(outcome, f"an answer without a word, {status} at {response.url}")
    if _is_page(response):
        if instead := stand_in(response, page_text(response)):
            closing = instead.mark if instead.closes else None
            evidence = f"{instead.name} ({instead.mark[:200]}), {status} at {response.url}"
            raise SourceError(instead.outcome, evidence, closing)
        if due != "html":
            raise SourceError(Outcome.LAYOUT_CHANGED, f"a web page where {due} was due at {response.url}")
    other = _other_kind(response, due)
    if other:
        due_name = "a web page" if due == "html" else due
        raise SourceError(Outcome.LAYOUT_CHANGED, f"{other} where {due_name} was due at {response.url}")


def download_failure(failure: Failure, request: Request) -> SourceError:
    """Why no answer came."""
    if request.meta.get(NOT_RECORDED):
        return SourceError(Outcome.NOT_RECORDED, f"the archive has no {request.method} {request.url}")
    if failure.check(DownloadTimeoutError, ConnectionTimeout):
        return SourceError(Outcome.TIMEOUT, f"no answer in time from {request.url}")
    if failure.check(CannotResolveHostError):
        if urlsplit(request.url).hostname in refused_names:
            return SourceError(
                Outcome.ERROR, f"not asked: {request.url} leads to a host that is not on the public internet"
            )
        return SourceError(Outcome.ERROR, f"no such host: {request.url}")
    said = " ".join(str(failure.value).split())[:200]
    if failure.check(PrivateAddress):
        return SourceError(Outcome.ERROR, f"not asked: {said}")
    if failure.check(RobotsForbid, QuotaSpent):
        return SourceError(Outcome.BLOCKED, said)
    if failure.check(IgnoreRequest):
        return SourceError(Outcome.ERROR, f"{said}: {request.url}")
    return SourceError(Outcome.ERROR, f"{type(failure.value).__name__}: {said}: {request.url}")


def challenge_mark(response: Response) -> str | None:
    """The mark by which a page that asks for proof of a human gives itself away, or None; marks in data/reference."""
    words = read_words("challenge_pages")
    for header in words["headers"]:
        name, _, value = header.partition(":")
        if value.strip().encode() in (response.headers.get(name) or b"").lower():
            return str(header)
    if not _is_page(response):
        return None
    head = response.body[:HEAD_BYTES].lower()
    sure = next((mark for mark in words["anywhere"] if mark.encode() in head), None)
    if sure or len(response.body) > words["short_page_bytes"]:
        return sure
    return next((mark for mark in words["on_a_short_page"] if mark.encode() in head), None)


def absolute(response: Response, url: str) -> str:
    """`url` as given where it is absolute, else joined to the address of the page."""
    return url if re.match(r"[a-z][a-z0-9+.-]*:", url, re.I) else response.urljoin(url)


def decoded(response: Response) -> Text:
    """The text of an answer: in UTF-8, else in the charset that it declares. Raises SourceError where it is in neither."""
    body = response.body.removeprefix(b"\xef\xbb\xbf")
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Text(body.decode("utf-16", "replace"), len(body) % 2 == 0)
    try:
        return Text(body.decode("utf-8"), True)
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return Text(body[: error.start].decode("utf-8"), False)
        declared = re.search(r"charset=\"?([\w-]+)", _content_type(response))
        charset = declared[1] if declared else "utf-8"
        wrong = f"byte {body[error.start]:#x} at {error.start} is no {charset}"
    try:
        return Text(body.decode(charset), True)
    except (UnicodeDecodeError, LookupError) as error:
        raise SourceError(Outcome.ERROR, f"undecodable: {wrong} at {response.url}") from error


def page_text(response: Response) -> str:
    """The text of a web page, in the charset that its header, its meta element or its bytes tell. Where that is UTF-8 and
    most of its characters beyond ASCII are none, the page lies about it, and is Windows-1252 as browsers once assumed."""
    if not isinstance(response, TextResponse):
        return decoded(response).text
    text = response.text
    wrong = text.count("\ufffd")
    if wrong and response.encoding == "utf-8" and wrong > sum(ord(character) > 127 for character in text) - wrong:
        return response.body.decode("cp1252", "replace")
    return text


def page_cut_off(response: Response) -> bool:
    """Whether the end of a web page is missing: neither <body> nor <html> ends, and an element that must be closed is not.
    (A page may leave </body> and </html> away, and one that was never closed well is not cut off.)"""
    body = response.body.lower()
    if not _begins_as_page(response.body) or b"</body" in body or b"</html" in body:
        return False
    if body.rfind(b"<") > body.rfind(b">"):
        return True
    return any(len(re.findall(rb"<" + tag + rb"[\s>]", body)) > body.count(b"</" + tag) for tag in MUST_END)


def _begins_as_page(body: bytes) -> bool:
    """Whether the first element is that of a web page, after byte order mark, declaration and comments."""
    head = body[:HEAD_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip()
    for begin, end in ((b"<?xml", b"?>"), (b"<!--", b"-->")):
        while head.startswith(begin) and end in head:
            head = head.partition(end)[2].lstrip()
    return head[:14].lower().startswith((b"<!doctype html", b"<html"))


def _is_page(response: Response) -> bool:
    """Whether an answer is a web page, whatever was due."""
    head = response.body[:HEAD_BYTES]
    if _begins_as_page(head):
        return True
    return "text/html" in _content_type(response) and head.lstrip()[:1] == b"<" and not XML_START.match(head)


def _other_kind(response: Response, due: Due) -> str | None:
    """What an answer is that is no web page, where it plainly is not what was due."""
    head = response.body[:HEAD_BYTES].lstrip()
    for start, name in OTHER_FILES.items():
        if head.startswith(start):
            return name if name.lower() != due else None
    if due == "pdf":
        return None if b"%PDF" in head[:PDF_BEGINS_WITHIN] else "something else"
    if due == "html" and head[:1] in (b"{", b"[") and "html" not in _content_type(response):
        return "JSON"
    return "XML" if due == "html" and DATA_IN_XML.match(head) else None


def _content_type(response: Response) -> str:
    return (response.headers.get("Content-Type") or b"").decode("latin-1").lower()
