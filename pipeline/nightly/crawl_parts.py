"""Parts of a crawl that any machine can do: sources go there with what is remembered of them, and a crawler's files come back.

Belongs here: which sources may be crawled elsewhere, what a part takes along and what it brings back. Does not belong here: which
machine does it (`pipeline.engine`), starting its crawler (`crawler`), and the crawlers of this machine (`collect`).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple, Self

from pipeline.nightly.crawler import run_crawler
from pipeline.storage.files import write_atomically
from pipeline.storage.raw import read_lines
from scrapers.runs import append_line
from scrapers.source import HOME_SPIDERS, Source
from scrapers.wire.memory_file import Remembered, read_memory, write_memory

SOURCES_A_PART = 100
"""A part takes minutes, and what a lost worker has asked is asked again."""

FILES = ("listings-*.ndjson", "web-*.warc.gz")
"""What a crawler writes beside its lines."""


class CrawlPart(NamedTuple):
    """`job`: as `scrapers.crawl` has it, with folders of the home, which are not used; `sources`: their entries; `remembered`: of
    them by the crawlers of earlier nights; `contact`: for the operators of their sites, as INTERNSHIPS_CONTACT."""

    job: dict[str, Any]
    sources: list[dict[str, Any]]
    remembered: Remembered
    contact: str | None

    @classmethod
    def of(cls, sources: list[Source], job: dict[str, Any], memory: Path | None, contact: str | None) -> Self:
        entries = [source.model_dump(mode="json") for source in sources]
        return cls(job, entries, read_memory(memory, sources) if memory else {}, contact)


class CrawledPart(NamedTuple):
    """`lines`: of runs that are finished; `files`: by name; `failure`: evidence of how the crawler ended, if not well."""

    lines: list[dict[str, Any]]
    files: dict[str, bytes]
    remembered: Remembered
    failure: str | None


def crawl_part(part: CrawlPart) -> CrawledPart:
    """Crawl the sources of a part, in a folder of its own. Raises CrawlError where the crawler refuses its job."""
    with tempfile.TemporaryDirectory() as name:
        raw, catalogue, memory = Path(name) / "raw", Path(name) / "catalogue", Path(name) / "crawl.sqlite"
        raw.mkdir()
        write_entries(catalogue, part.sources)
        write_memory(memory, part.remembered)
        job = raw / "job.json"
        folders = {"raw_dir": str(raw), "catalogue": str(catalogue), "memory": str(memory), "drop_dir": None}
        job.write_text(json.dumps(part.job | folders), encoding="utf-8")
        failure = run_crawler(job, environment={"INTERNSHIPS_CONTACT": part.contact or ""})
        files = {file.name: file.read_bytes() for pattern in FILES for file in raw.glob(pattern)}
        sources = [Source.model_validate(entry) for entry in part.sources]
        return CrawledPart(read_lines(raw), files, read_memory(memory, sources), failure)


def take_crawled(crawled: CrawledPart, sources: list[Source], raw: Path, memory: Path | None) -> None:
    """Put what a part brought back where the crawlers of this machine would have: its lines last, for they are what counts."""
    for name, content in crawled.files.items():
        write_atomically(raw / name, content)
    if memory:
        write_memory(memory, crawled.remembered, sources)
    append_line(raw, *crawled.lines)


def part_by_machine(sources: list[Source]) -> tuple[list[Source], list[Source]]:
    """Those that only this machine can crawl, with all others of their hosts, since a host is asked from one place; the rest."""
    hosts = {source.host for source in sources if source.spider in HOME_SPIDERS}
    return [each for each in sources if each.host in hosts], [each for each in sources if each.host not in hosts]


def write_entries(folder: Path, entries: Iterable[dict[str, Any]]) -> None:
    """A catalogue of these entries alone; JSON is YAML."""
    by_channel: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        by_channel.setdefault(entry["channel"], []).append(entry)
    for channel, listed in by_channel.items():
        (folder / channel).mkdir(parents=True)
        (folder / channel / "part.yaml").write_text(json.dumps({"sources": listed}), encoding="utf-8")
