"""Writes the sample's archive from its page files: `python data/sample/make_sample.py`.

pages/<host>.txt holds all answers of one host, in the order in which they are recorded:

    === https://host.example/path          the address
    200 text/html; charset=utf-8           status and Content-Type; the body is encoded in that charset
                                           an empty line
    <html>…                                the body, to the next `===` line that holds an address

The same page files give the same records: ids come from the addresses, dates from the order. Belongs here: that format.
Does not belong here: what the pages say (pages/), how they are read (sources/).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

HERE = Path(__file__).parent
PAGES = HERE / "pages"
ARCHIVE = HERE / "night-2026-11-20.warc.gz"
BEGINS_AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SECONDS_BETWEEN = 7

ANSWER = re.compile(r"^=== (https://\S+)\n(\d{3}) (.+)\n\n", re.MULTILINE)


class Page(NamedTuple):
    """One answer to a GET."""

    url: str
    status: int
    content_type: str
    body: bytes
    fetched_at: datetime


def read_pages(folder: Path = PAGES) -> Iterator[Page]:
    """The answers of all page files, file by file. Raises ValueError where a file does not begin with an answer, and
    UnicodeEncodeError where a body does not fit the charset it claims."""
    moment = BEGINS_AT
    for path in sorted(folder.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        heads = list(ANSWER.finditer(text))
        if not heads or heads[0].start() != 0:
            raise ValueError(f"{path.name} does not begin with '=== <address>' and a status line")
        ends = [head.start() for head in heads[1:]] + [len(text)]
        for head, end in zip(heads, ends, strict=True):
            url, status, content_type = head.groups()
            yield Page(url, int(status), content_type, text[head.end() : end].encode(_charset(content_type)), moment)
            moment += timedelta(seconds=SECONDS_BETWEEN)


def make_archive(pages: Iterator[Page]) -> bytes:
    """A WARC of these answers, each a gzip member."""
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    for page in pages:
        date = page.fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        headers = [("Content-Type", page.content_type), ("Content-Length", str(len(page.body)))]
        record = writer.create_warc_record(
            page.url,
            "response",
            payload=BytesIO(page.body),
            http_headers=StatusAndHeaders(
                f"{page.status} {HTTPStatus(page.status).phrase}", headers, protocol="HTTP/1.1"
            ),
            warc_headers_dict={
                "WARC-Date": date,
                "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, date + page.url)}>",
            },
        )
        writer.write_record(record)
    return buffer.getvalue()


def _charset(content_type: str) -> str:
    head = Message()
    head["Content-Type"] = content_type
    return head.get_content_charset("utf-8")


if __name__ == "__main__":
    ARCHIVE.write_bytes(make_archive(read_pages()))
