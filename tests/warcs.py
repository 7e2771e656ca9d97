"""Making archives in tests: the answers of a recorded one, some of them altered."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter


class Answer(NamedTuple):
    """A response as an archive holds it."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    date: str


def read_warc(path: Path) -> dict[str, Answer]:
    """The responses of an archive by address."""
    answers = {}
    with path.open("rb") as handle:
        for record in ArchiveIterator(handle):
            if record.rec_type == "response":
                address = record.rec_headers.get_header("WARC-Target-URI")
                answers[address] = Answer(
                    record.http_headers.statusline,
                    record.http_headers.headers,
                    record.content_stream().read(),
                    record.rec_headers.get_header("WARC-Date"),
                )
    return answers


def write_warc(path: Path, answers: Mapping[str, Answer]) -> Path:
    """An archive of these responses."""
    with path.open("wb") as handle:
        writer = WARCWriter(handle, gzip=True)
        for address, answer in answers.items():
            headers = StatusAndHeaders(answer.status, list(answer.headers), protocol="HTTP/1.1")
            record = writer.create_warc_record(
                address, "response", payload=io.BytesIO(answer.body), http_headers=headers,
                warc_headers_dict={"WARC-Date": answer.date},
            )  # fmt: skip
            writer.write_record(record)
    return path


def altered(recorded: Path, target: Path, changes: Mapping[str, Callable[[Answer], Answer | None]]) -> Path:
    """`recorded` with the answers of some addresses (named by their end) changed; None leaves one out."""
    answers = read_warc(recorded)
    for ending, change in changes.items():
        address = next(address for address in answers if address.endswith(ending))
        changed = change(answers.pop(address))
        if changed:
            answers[address] = changed
    return write_warc(target, answers)
