"""WARC files: writing a pair of request and response, checking an archive, finding and reading an answer in it.

Any standard WARC is read (ISO 28500): a request record belongs to the response that its or the response's
WARC-Concurrent-To names, a response without one answers a GET, a revisit has the body of the response with the same
payload digest. Of several answers to one request the newest WARC-Date wins, then the later one in the archives.

Belongs here: the file format. Does not belong here: how Scrapy asks for an answer (`scrapers.wire.archive`). Imports warcio
only, so that a light command can check an archive.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import responses
from io import BytesIO
from pathlib import Path
from typing import IO, Any, NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import BufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

DEFAULT_PORTS = {"http": 80, "https": 443}
GZIP_MAGIC = b"\x1f\x8b"
BLOCK = 1 << 16

Headers = list[tuple[str, str]]


class ArchiveError(ValueError):
    """An archive that cannot be read: names the file and says why, in one line."""


class ArchiveFacts(NamedTuple):
    """What an archive holds: the dates of its oldest and newest answer (UTC), and how many answers."""

    first_date: datetime
    last_date: datetime
    responses: int


class Answer(NamedTuple):
    """One recorded answer. `body` is without transfer encoding, with content encoding; `is_whole` is false where the
    record says that it was cut off, or fewer bytes came than its Content-Length promised."""

    fetched_at: datetime
    status: int
    headers: Headers
    body: bytes
    is_whole: bool


class Key(NamedTuple):
    """What an answer is matched on."""

    method: str
    url: str
    body_sha1: str


class Exchange(NamedTuple):
    """A request and its answer. `posted`: the body of the request."""

    method: str
    url: str
    posted: bytes
    answer: Answer


@dataclass(slots=True)
class _Place:
    """Where an answer lies; `digest` and `refers_to` say whose body a revisit has."""

    path: Path
    offset: int
    date: datetime
    is_revisit: bool = False
    digest: str | None = None
    refers_to: str | None = None


@dataclass(slots=True)
class _Requests:
    """Requests of one file by the record they stand beside: an answer's id, or their own."""

    by_answer: dict[str, Key] = field(default_factory=dict)
    by_id: dict[str, Key] = field(default_factory=dict)


def request_key(method: str, url: str, body: bytes = b"") -> Key:
    """The key of a request. Of the URL only what no server can see a difference in is made equal: the fragment, the case
    of scheme and host, the default port, an empty path, and characters that must be percent-encoded."""
    return Key(method.upper(), _same_url(url), hashlib.sha1(body, usedforsecurity=False).hexdigest() if body else "")


def _same_url(url: str) -> str:
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
    """The answers of several archives: indexed by where they lie, read when asked for."""

    def __init__(self, paths: Iterable[Path]) -> None:
        """Raises ArchiveError where one cannot be read."""
        self.responses = 0
        self._answers: dict[Key, _Place] = {}
        self._by_digest: dict[str, _Place] = {}
        self._by_url: dict[str, _Place] = {}
        dates: list[datetime] = []
        for path in paths:
            for key, place in _places(path):
                self.responses += 1
                dates.append(place.date)
                if not place.is_revisit:
                    if place.digest:
                        self._by_digest.setdefault(place.digest, place)
                    self._by_url[key.url] = place
                known = self._answers.get(key)
                if known is None or known.date <= place.date:
                    self._answers[key] = place
        self.first_date = min(dates, default=None)
        self.last_date = max(dates, default=None)

    def __contains__(self, key: Key) -> bool:
        return key in self._answers

    def answer(self, key: Key) -> Answer | None:
        """The newest answer to this request, or None where the archives have none (or only a revisit of one they lack)."""
        place = self._answers.get(key)
        if place is None:
            return None
        if not place.is_revisit:
            return _read(place)
        original = self._by_digest.get(place.digest or "") or self._by_url.get(place.refers_to or "")
        if original is None:
            return None
        status, headers = _read_head(place)
        answer = _read(original)
        return Answer(place.date, status or answer.status, headers or answer.headers, answer.body, answer.is_whole)


def check_archive(path: Path) -> ArchiveFacts:
    """Read an archive through. Raises ArchiveError where it is no WARC, cut off, compressed as one piece, or empty."""
    archives = Archives([path])
    if archives.first_date is None or archives.last_date is None:
        raise ArchiveError(f"{path} holds no recorded answer")
    return ArchiveFacts(archives.first_date, archives.last_date, archives.responses)


def read_exchanges(path: Path) -> list[Exchange]:
    """The pairs of an archive that a `Recorder` wrote, in its order. Raises ArchiveError."""
    asked: dict[str, tuple[str, bytes]] = {}
    answered: list[tuple[str, str, _Place]] = []
    for offset, record in _records(path):
        head = record.rec_headers
        if record.rec_type == "request":
            beside = head.get_header("WARC-Concurrent-To")
            asked[beside] = (record.http_headers.protocol, record.raw_stream.read())
        elif record.rec_type == "response":
            place = _Place(path, offset, _date(path, head.get_header("WARC-Date")))
            answered.append((head.get_header("WARC-Record-ID"), head.get_header("WARC-Target-URI"), place))
    return [Exchange(asked[answer][0], url, asked[answer][1], _read(place)) for answer, url, place in answered]


def plain_body(answer: Answer) -> bytes:
    """The body of an answer without its content encoding; as it is where that cannot be read here."""
    coding = _header(answer.headers, "content-encoding").lower()
    if coding not in BufferedReader.get_supported_decompressors():
        return answer.body
    reader = BufferedReader(BytesIO(answer.body), decomp_type=coding)
    return b"".join(iter(reader.read, b""))


class Recorder:
    """Appends pairs of request and response to a compressed archive, one gzip member a record."""

    def __init__(self, path: Path) -> None:
        if path.exists():
            _trim(path)
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


def _places(path: Path) -> Iterator[tuple[Key, _Place]]:
    """Key and place of every answer of a file, in its order."""
    answers: list[tuple[str, str, str | None, _Place]] = []
    requests = _Requests()
    for offset, record in _records(path):
        head = record.rec_headers
        kind, url, record_id = record.rec_type, head.get_header("WARC-Target-URI"), head.get_header("WARC-Record-ID")
        if not url or not url.lower().startswith(("http:", "https:")):
            continue
        beside = head.get_header("WARC-Concurrent-To")
        if kind == "request" and record.http_headers:
            # The request line's first word; warcio keeps it as the protocol.
            key = request_key(record.http_headers.protocol, url, record.raw_stream.read())
            if beside:
                requests.by_answer[beside] = key
            requests.by_id[record_id] = key
        if kind in ("response", "revisit") and record.http_headers is not None:
            place = _Place(
                path,
                offset,
                _date(path, head.get_header("WARC-Date")),
                kind == "revisit",
                head.get_header("WARC-Payload-Digest"),
                request_key("GET", head.get_header("WARC-Refers-To-Target-URI") or url).url
                if kind == "revisit"
                else None,
            )
            answers.append((record_id, url, beside, place))
    for record_id, url, beside, place in answers:
        key_found = requests.by_answer.get(record_id) or requests.by_id.get(beside or "")
        yield key_found or request_key("GET", url), place


def _records(path: Path) -> Iterator[tuple[int, Any]]:
    """(offset, record) of a file, each read to its end. Raises ArchiveError."""
    offset = end = 0
    try:
        with path.open("rb") as handle:
            start = handle.read(5)
            if start[:2] != GZIP_MAGIC and start != b"WARC/":
                raise ArchiveError(f"{path} is no WARC archive")
            handle.seek(0)
            records = ArchiveIterator(handle)
            for record in records:
                offset = records.offset
                promised = record.rec_headers.get_header("Content-Length")
                if not record.rec_type or not promised:
                    raise ArchiveError(f"{path} is damaged at byte {offset}")
                yield offset, record
                end = offset + records.get_record_length()  # reads the record to its end
                if _unread(record):
                    raise ArchiveError(f"{path} is cut off: its record at byte {offset} wants {promised} bytes")
            if not _ends_with_a_record(handle, offset, end, is_compressed=start[:2] == GZIP_MAGIC):
                raise ArchiveError(f"{path} is cut off after its record at byte {offset}")
    except ArchiveLoadFailed as error:
        if "non-chunked gzip" in str(error):
            raise ArchiveError(
                f"{path} is compressed as one piece, not record by record (`warcio recompress` mends it)"
            ) from error
        raise ArchiveError(f"{path} is damaged at byte {offset}") from error
    except ArchiveError:
        raise
    except (OSError, EOFError, zlib.error, ValueError, AttributeError) as error:  # the last: warcio, of a torn header
        said = error.strerror if isinstance(error, OSError) and error.strerror else f"damaged at byte {offset}"
        raise ArchiveError(f"{path} cannot be read: {said}") from error


def _unread(record: Any) -> int:
    """Bytes that a record's Content-Length promises and the file does not hold."""
    return int(getattr(record.raw_stream, "limit", 0))


def _ends_with_a_record(handle: IO[bytes], offset: int, end: int, *, is_compressed: bool) -> bool:
    """Whether the record that begins at `offset` is the end of the file: no gzip member is open, nothing follows."""
    if not is_compressed:
        return handle.seek(0, os.SEEK_END) <= end + len(b"\r\n\r\n")
    handle.seek(offset)
    member = zlib.decompressobj(16 + zlib.MAX_WBITS)
    while block := handle.read(BLOCK):
        member.decompress(block)
        if member.eof:
            return not member.unused_data and not handle.read(1)
    return False


def _trim(path: Path) -> None:
    """Cut off what a kill left of a record at the end of an archive that is appended to."""
    whole = 0
    with path.open("rb+") as handle:
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        read = 0
        rest = b""
        while block := rest or handle.read(BLOCK):
            read += 0 if rest else len(block)
            rest = b""
            member.decompress(block)
            if member.eof:
                rest = member.unused_data
                whole = read - len(rest)
                member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        handle.truncate(whole)


def _read(place: _Place) -> Answer:
    with place.path.open("rb") as handle:
        handle.seek(place.offset)
        record = next(iter(ArchiveIterator(handle)))
        headers = [(name, value) for name, value in record.http_headers.headers]
        body = record.raw_stream.read()
        is_whole = not record.rec_headers.get_header("WARC-Truncated")
        status = int(record.http_headers.get_statuscode())
    if _header(headers, "transfer-encoding").lower() == "chunked":
        body, ended = _unchunk(body)
        is_whole = is_whole and ended
    else:
        promised = _header(headers, "content-length")
        is_whole = is_whole and not (promised.isdigit() and len(body) < int(promised))
    headers = [(name, value) for name, value in headers if name.lower() != "transfer-encoding"]
    if _header(headers, "content-encoding").lower() in ("gzip", "x-gzip"):
        is_whole = is_whole and _gzip_is_whole(body)
        if body[:2] != GZIP_MAGIC:  # some recorders keep the header and store the plain text
            headers = [(name, value) for name, value in headers if name.lower() != "content-encoding"]
    return Answer(place.date, status, headers, body, is_whole)


def _read_head(place: _Place) -> tuple[int | None, Headers]:
    """Status and headers of a revisit, which may keep its own."""
    with place.path.open("rb") as handle:
        handle.seek(place.offset)
        head = next(iter(ArchiveIterator(handle))).http_headers
    if head is None or not head.headers:
        return None, []
    return int(head.get_statuscode()), [(name, value) for name, value in head.headers]


def _unchunk(body: bytes) -> tuple[bytes, bool]:
    """A chunked body (RFC 9112, 7.1) without its chunk lines, and whether it ends; a body that is not chunked as it is,
    because some recorders keep the header and store the plain text."""
    parts: list[bytes] = []
    at = 0
    while True:
        line_end = body.find(b"\r\n", at)
        size = body[at:line_end].split(b";")[0].strip() if line_end >= 0 else b""
        try:
            length = int(size, 16)
        except ValueError:
            return (b"".join(parts), False) if parts else (body, True)
        if length == 0:
            return b"".join(parts), True
        chunk = body[line_end + 2 : line_end + 2 + length]
        parts.append(chunk)
        if len(chunk) < length:
            return b"".join(parts), False
        at = line_end + 2 + length + 2


def _gzip_is_whole(body: bytes) -> bool:
    if body[:2] != GZIP_MAGIC:
        return True
    try:
        gzip.decompress(body)
    except (EOFError, OSError, zlib.error):
        return False
    return True


def _header(headers: Headers, name: str) -> str:
    return next((value for known, value in headers if known.lower() == name), "")


def _date(path: Path, text: str | None) -> datetime:
    try:
        date = datetime.fromisoformat((text or "").strip())
    except ValueError as error:
        raise ArchiveError(f"{path} has a record with the date {text!r}") from error
    return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
