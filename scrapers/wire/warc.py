"""WARC files: writing pairs of request and response, checking an archive, finding and reading a response in it.

Any standard WARC is read (ISO 28500): a request record belongs to the response that its or the response's
WARC-Concurrent-To names, a response without one answers a GET, a revisit has the body of the response with the same
payload digest. Of several responses to one request the newest WARC-Date wins, then the later one in the archives.

Belongs here: which record answers which request. Does not belong here: records and damage (`scrapers.wire.warc_records`), how
Scrapy uses an archive (`scrapers.wire.archive`). Imports warcio only, so that a light command can check an archive.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import responses
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

import zstandard
from warcio.bufferedreaders import BufferedReader
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scrapers.wire.warc_records import (
    GZIP_MAGIC,
    ZSTD_MAGIC,
    ArchiveError,
    decode_chunked,
    is_decoded,
    is_whole_gzip,
    read_record,
    read_records,
    trim_torn_record,
)

__all__ = [
    "Answer", "ArchiveError", "ArchiveFacts", "Archives", "Exchange", "Headers", "Key", "Recorder", "check_archive", "plain_body",
    "read_exchanges", "request_key",
]  # fmt: skip

DEFAULT_PORTS = {"http": 80, "https": 443}

Headers = list[tuple[str, str]]


class ArchiveFacts(NamedTuple):
    """The dates of an archive's oldest and newest response (UTC), and how many there are."""

    first_date: datetime
    last_date: datetime
    responses: int


class Answer(NamedTuple):
    """One recorded response. `body` is without transfer encoding, with content encoding; `is_whole` is false where the
    record is marked as truncated, or has fewer bytes than its Content-Length declares."""

    fetched_at: datetime
    status: int
    headers: Headers
    body: bytes
    is_whole: bool


class Key(NamedTuple):
    """What a request is matched on."""

    method: str
    url: str
    body_sha1: str


class Exchange(NamedTuple):
    """A request and its response. `posted`: the body of the request."""

    method: str
    url: str
    posted: bytes
    answer: Answer


@dataclass(slots=True)
class _Location:
    """Where a response is stored; `digest` and `refers_to` identify the body of a revisit."""

    path: Path
    offset: int
    date: datetime
    is_revisit: bool = False
    digest: str | None = None
    refers_to: str | None = None


@dataclass(slots=True)
class _Requests:
    """Requests of one file by record id: that of the response they name, and their own."""

    by_response: dict[str, Key] = field(default_factory=dict)
    by_id: dict[str, Key] = field(default_factory=dict)


def request_key(method: str, url: str, body: bytes = b"") -> Key:
    """The key of a request. Of the URL only what makes no difference to any server is normalised: the fragment, the case of
    scheme and host, the default port, an empty path, and characters that must be percent-encoded."""
    return Key(
        method.upper(), _normalised_url(url), hashlib.sha1(body, usedforsecurity=False).hexdigest() if body else ""
    )


def _normalised_url(url: str) -> str:
    parts = urlsplit(url.strip())
    try:
        port, host = parts.port, (parts.hostname or "").encode("idna").decode()
    except ValueError:  # a port or host that no request can go to
        return url
    scheme = parts.scheme.lower()
    netloc = f"[{host}]" if ":" in host else host
    if port and port != DEFAULT_PORTS.get(scheme):
        netloc += f":{port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._|")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=?~-._[]|")
    return urlunsplit((scheme, netloc, path, query, ""))


class Archives:
    """The responses of several archives: indexed by location, read on demand."""

    def __init__(self, paths: Iterable[Path]) -> None:
        """Raises ArchiveError where one cannot be read."""
        self.responses = 0
        self._answers: dict[Key, _Location] = {}
        self._by_digest: dict[str, _Location] = {}
        self._by_url: dict[str, _Location] = {}
        dates: list[datetime] = []
        for path in paths:
            for key, location in _locations(path):
                self.responses += 1
                dates.append(location.date)
                if not location.is_revisit:
                    if location.digest:
                        self._by_digest.setdefault(location.digest, location)
                    self._by_url[key.url] = location
                known = self._answers.get(key)
                if known is None or known.date <= location.date:
                    self._answers[key] = location
        self.first_date = min(dates, default=None)
        self.last_date = max(dates, default=None)

    def __contains__(self, key: Key) -> bool:
        return key in self._answers

    def answer(self, key: Key) -> Answer | None:
        """The newest response to this request; None where the archives have none (or only a revisit of one they lack)."""
        location = self._answers.get(key)
        if location is None:
            return None
        if not location.is_revisit:
            return _read_answer(location)
        original = self._by_digest.get(location.digest or "") or self._by_url.get(location.refers_to or "")
        if original is None:
            return None
        status, headers = _read_head(location)
        answer = _read_answer(original)
        return Answer(location.date, status or answer.status, headers or answer.headers, answer.body, answer.is_whole)


def check_archive(path: Path) -> ArchiveFacts:
    """Read a whole archive. Raises ArchiveError where it is no WARC, truncated, compressed as one piece, or empty."""
    archives = Archives([path])
    if archives.first_date is None or archives.last_date is None:
        raise ArchiveError(f"{path} has no recorded response")
    return ArchiveFacts(archives.first_date, archives.last_date, archives.responses)


def read_exchanges(path: Path) -> list[Exchange]:
    """The pairs of an archive that a `Recorder` wrote, in its order. Raises ArchiveError."""
    requested: dict[str, tuple[str, bytes]] = {}
    answered: list[tuple[str, str, _Location]] = []
    for offset, record in read_records(path):
        head = record.rec_headers
        if record.rec_type == "request":
            concurrent_to = head.get_header("WARC-Concurrent-To")
            requested[concurrent_to] = (record.http_headers.protocol, record.raw_stream.read())
        elif record.rec_type == "response":
            location = _Location(path, offset, _date(path, head.get_header("WARC-Date")))
            answered.append((head.get_header("WARC-Record-ID"), head.get_header("WARC-Target-URI"), location))
    return [
        Exchange(requested[record_id][0], url, requested[record_id][1], _read_answer(location))
        for record_id, url, location in answered
    ]


def plain_body(answer: Answer) -> bytes:
    """The body of a response without its content encoding; unchanged where that cannot be decoded here."""
    coding = _header(answer.headers, "content-encoding").lower()
    if coding == "zstd" and answer.body.startswith(ZSTD_MAGIC):
        with contextlib.suppress(zstandard.ZstdError):
            return zstandard.ZstdDecompressor().decompressobj().decompress(answer.body)
    if coding not in BufferedReader.get_supported_decompressors():
        return answer.body
    reader = BufferedReader(BytesIO(answer.body), decomp_type=coding)
    return b"".join(iter(reader.read, b""))


class Recorder:
    """Appends pairs of request and response to a compressed archive, one gzip member a record."""

    def __init__(self, path: Path) -> None:
        if path.exists():
            trim_torn_record(path)
        self._file = path.open("ab")
        self._writer = WARCWriter(self._file, gzip=True)

    def record(
        self,
        *,
        fetched_at: datetime,
        method: str,
        url: str,
        request_headers: Headers,
        request_body: bytes,
        status: int,
        headers: Headers,
        body: bytes,
        is_whole: bool,
    ) -> None:
        """Write one pair. `body` as it came, content encoding kept; the record is on disk when the file is closed."""
        parts = urlsplit(url)
        date = {"WARC-Date": fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ")}
        target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        asked = self._writer.create_warc_record(
            url,
            "request",
            payload=BytesIO(request_body),
            length=len(request_body),
            warc_headers_dict=date,
            http_headers=StatusAndHeaders(f"{method} {target} HTTP/1.1", request_headers, is_http_request=True),
        )
        answered = self._writer.create_warc_record(
            url,
            "response",
            payload=BytesIO(body),
            length=len(body),
            warc_headers_dict=date if is_whole else date | {"WARC-Truncated": "disconnect"},
            http_headers=StatusAndHeaders(
                f"{status} {responses.get(status, '')}".strip(), headers, protocol="HTTP/1.1"
            ),
        )
        self._writer.write_request_response_pair(asked, answered)
        self._file.flush()

    def close(self) -> None:
        self._file.close()


def _locations(path: Path) -> Iterator[tuple[Key, _Location]]:
    """Key and location of every response of a file, in its order."""
    answers: list[tuple[str, str, str | None, _Location]] = []
    requests = _Requests()
    for offset, record in read_records(path):
        head = record.rec_headers
        kind, url, record_id = record.rec_type, head.get_header("WARC-Target-URI"), head.get_header("WARC-Record-ID")
        if not url or not url.lower().startswith(("http:", "https:")):
            continue
        concurrent_to = head.get_header("WARC-Concurrent-To")
        if kind == "request" and record.http_headers:
            # The request line's first word; warcio keeps it as the protocol.
            key = request_key(record.http_headers.protocol, url, record.raw_stream.read())
            if concurrent_to:
                requests.by_response[concurrent_to] = key
            requests.by_id[record_id] = key
        is_resource = kind == "resource" and record.rec_headers.get_header("WARC-Concurrent-To") is None
        if is_resource or (kind in ("response", "revisit") and record.http_headers is not None):
            is_revisit = kind == "revisit"
            original_url = head.get_header("WARC-Refers-To-Target-URI") or url
            location = _Location(
                path,
                offset,
                _date(path, head.get_header("WARC-Date")),
                is_revisit,
                (head.get_header("WARC-Payload-Digest") or "").lower() or None,  # written in either case
                request_key("GET", original_url).url if is_revisit else None,
            )
            answers.append((record_id, url, concurrent_to, location))
    for record_id, url, concurrent_to, location in answers:
        matched = requests.by_response.get(record_id) or requests.by_id.get(concurrent_to or "")
        yield matched or request_key("GET", url), location


def _read_answer(location: _Location) -> Answer:
    record = read_record(location.path, location.offset)
    body = record.raw_stream.read()
    is_whole = not record.rec_headers.get_header("WARC-Truncated")
    if record.http_headers is None:  # a resource: the page by itself
        kind = record.rec_headers.get_header("Content-Type")
        return Answer(location.date, 200, [("Content-Type", kind)] if kind else [], body, is_whole)
    headers = [(name, value) for name, value in record.http_headers.headers]
    status = int(record.http_headers.get_statuscode())
    codings = [each.strip() for each in _header(headers, "transfer-encoding").lower().split(",") if each.strip()]
    headers = [(name, value) for name, value in headers if name.lower() != "transfer-encoding"]
    if "chunked" in codings:
        body, has_end = decode_chunked(body)
        is_whole = is_whole and has_end
    if set(codings) & {"gzip", "x-gzip"} and body[:2] == GZIP_MAGIC:
        headers.append(("Content-Encoding", "gzip"))  # decoded as that is
    coding = _header(headers, "content-encoding").lower()
    if coding and is_decoded(body, coding):  # some recorders keep the header and store the decoded body
        return Answer(location.date, status, _without(headers, "content-encoding", "content-length"), body, is_whole)
    declared = _header(headers, "content-length")
    if "chunked" not in codings:
        is_whole = is_whole and not (declared.isdigit() and len(body) < int(declared))
    if coding in ("gzip", "x-gzip"):
        is_whole = is_whole and is_whole_gzip(body)
    return Answer(location.date, status, headers, body, is_whole)


def _without(headers: Headers, *names: str) -> Headers:
    return [(name, value) for name, value in headers if name.lower() not in names]


def _read_head(location: _Location) -> tuple[int | None, Headers]:
    """Status and headers of a revisit, which may keep its own."""
    head = read_record(location.path, location.offset).http_headers
    if head is None or not head.headers:
        return None, []
    return int(head.get_statuscode()), [(name, value) for name, value in head.headers]


def _header(headers: Headers, name: str) -> str:
    return next((value for known, value in headers if known.lower() == name), "")


def _date(path: Path, text: str | None) -> datetime:
    try:
        date = datetime.fromisoformat((text or "").strip())
    except ValueError as error:
        raise ArchiveError(f"{path} has a record with the date {text!r}") from error
    return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
