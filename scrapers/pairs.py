"""Recorded pairs for the tests: tests/sources/<spider>/<case>/ has pages of a source, its entry, and the raw listings that they
give (tests/scrapers/test_pairs.py documents source.yaml).

E-mail addresses and telephone numbers of persons are taken out of the pages, as the crawler does with listings. Belongs here:
pages and entry as files, and as an archive. Does not belong here: crawling (`scrapers.crawl`). Imports no scrapy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from scrapers.errors import InputError
from scrapers.extract.persons import without_persons
from scrapers.source import Source
from scrapers.wire.warc import Answer, Exchange, Recorder, plain_body

RECORDED_AT = datetime.fromisoformat("2026-03-01T04:05:06+00:00")
"""When every page of a pair was fetched, as far as the tests know."""

ENTRY_KEYS = ("url", "page", "settings", "holds", "languages", "country", "organizer")

KEPT_HEADERS = re.compile(r"link|content-range|tdm-reservation|x-.*(?:total|count|page).*", re.IGNORECASE)
"""Headers, besides Content-Type and Location, that a spider may read."""

FILE_SUFFIXES = {
    "html": "html",
    "json": "json",
    "xml": "xml",
    "rss": "xml",
    "pdf": "pdf",
    "calendar": "ics",
    "csv": "csv",
}
"""Word of a content type -> suffix of the file."""


class PairError(InputError):
    """No pair can be recorded: the reason, in one line."""


@dataclass(frozen=True)
class Pair:
    """A pair being written. `id`: of the source in the tests; `document`: source.yaml so far."""

    folder: Path
    id: str
    document: dict[str, Any]
    exchanges: list[Exchange]

    def entry(self) -> dict[str, Any]:
        """The source as the tests have it."""
        own = {key: self.document[key] for key in ENTRY_KEYS if key in self.document}
        return {"id": self.id, "name": self.id, "spider": self.folder.parent.name, **own}

    def write_archive(self, path: Path) -> Path:
        """The pages as an archive that can be replayed."""
        recorder = Recorder(path)
        for each in self.exchanges:
            recorder.record(
                fetched_at=RECORDED_AT, method=each.method, url=each.url, request_headers=[], request_body=each.posted,
                status=each.answer.status, headers=each.answer.headers, body=each.answer.body, is_whole=True,
            )  # fmt: skip
        recorder.close()
        return path

    def finish(self, run: dict[str, Any], listings: Iterable[str]) -> None:
        """Write source.yaml, with the outcome of these pages from the run line, and expected.ndjson."""
        keys = ("outcome", "evidence", "seen", "declared_total")
        document = {**self.document, **{key: run[key] for key in keys if run[key] is not None}}
        ordered = {key: document[key] for key in document if key != "pages"} | {"pages": document["pages"]}
        text = yaml.safe_dump(ordered, allow_unicode=True, sort_keys=False, width=120)
        (self.folder / "source.yaml").write_text(text, encoding="utf-8")
        (self.folder / "expected.ndjson").write_text("".join(f"{row}\n" for row in listings), encoding="utf-8")


def begin_pair(folder: Path, source: Source, exchanges: Iterable[Exchange]) -> Pair:
    """Write the pages of a crawl of `source` into `folder`, tests/sources/<spider>/<case>. Raises PairError where there are
    none, or the folder exists."""
    if folder.exists():
        raise PairError(f"{folder} exists; remove it first, or give --out")
    newest = {(each.url, each.posted): each for each in exchanges if urlsplit(each.url).path != "/robots.txt"}
    if not newest:
        raise PairError(f"{source.id} returned no page")
    folder.mkdir(parents=True)
    pages: dict[str, Any] = {}
    clean: list[Exchange] = []
    for number, each in enumerate(newest.values(), start=1):
        kind, body = _header(each.answer, "content-type"), _impersonal(plain_body(each.answer))
        file = (
            f"page-{number}.{next((end for word, end in FILE_SUFFIXES.items() if word in kind), 'txt')}"
            if body
            else None
        )
        if file:
            (folder / file).write_bytes(body)
        location = _header(each.answer, "location")
        more = {name: value for name, value in each.answer.headers if KEPT_HEADERS.fullmatch(name)}
        page = {
            "file": file, "type": kind, "status": each.answer.status if each.answer.status != 200 else None,
            "location": location, "headers": more, "posted": each.posted.decode("utf-8", "replace"),
        }  # fmt: skip
        pages.setdefault(each.url, []).append({key: value for key, value in page.items() if value})
        headers = [("Content-Type", kind or "text/html; charset=utf-8"), *more.items()]
        headers += [("Location", location)] if location else []
        clean.append(each._replace(answer=each.answer._replace(headers=headers, body=body)))
    given = source.model_dump(mode="json", exclude_defaults=True)
    document = {key: given[key] for key in ENTRY_KEYS if key in given}
    document["pages"] = {url: answers if len(answers) > 1 else answers[0] for url, answers in pages.items()}
    return Pair(folder, f"{folder.parent.name}.{folder.name}".replace("_", "-"), document, clean)


def _impersonal(body: bytes) -> bytes:
    """A text without personal data; other content unchanged."""
    if b"\0" in body or body.startswith(b"%PDF"):
        return body
    try:
        return without_persons(body.decode()).encode()
    except UnicodeDecodeError:  # one byte per letter: replacements are ASCII, everything else survives the round trip
        return without_persons(body.decode("latin-1")).encode("latin-1")


def _header(answer: Answer, name: str) -> str:
    return next((value for known, value in answer.headers if known.lower() == name), "")
