"""Starting the crawlers of a night: which sources, in which processes, resumed where a kill interrupted them.

Belongs here: attempts, jobs, the raw folder. Does not belong here: a crawler process (`crawler`), what crawlers of other machines
get and give back (`crawl_parts`), how a source is read (`scrapers`).
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.nightly.crawl_parts import SOURCES_A_PART, CrawlPart, crawl_part, part_by_machine, take_crawled
from pipeline.nightly.crawler import CrawlError, run_crawler
from pipeline.parts import MapParts
from pipeline.settings import Settings
from pipeline.storage.raw import read_lines
from pipeline.vocabulary import Outcome
from scrapers.runs import RunFacts, append_line
from scrapers.source import Source

SOURCES_PER_PROCESS = 40
"""Below this many sources a second crawler process costs more than it brings; above, there is at most one a processor."""

FIRST_PART = 1000
"""Numbers of processes from here on are those of parts that other machines crawl."""

PROBE_ATTEMPT = 0
"""Attempt number of a probe. No run of a night has it, so that what a probe remembers of a source (its validators) is never
taken for what the warehouse holds: the next night reads the source whole."""

OnRun = Callable[[dict[str, Any], int, int], None]
"""Called with each finished run line, the number of finished sources, and the number of all."""


@dataclass(frozen=True)
class CrawlSettings:
    """What every crawler of an attempt is told. `memory`: the file in which crawlers remember (crawl.sqlite); `drop`: the folder
    of files that offices hand over; `allow_loopback`: whether addresses of this machine may be requested; `lock`: a file
    descriptor that the crawlers inherit."""

    raw: Path
    night: date
    catalogue: Path
    memory: Path | None = None
    drop: Path | None = None
    allow_loopback: bool = False
    lock: int | None = None

    def job(
        self,
        sources: list[Source],
        attempt: int,
        process: int,
        archives: list[str],
        loaded_runs: Mapping[str, tuple[date, int]],
    ) -> dict[str, Any]:
        """The job of one crawler process (see `scrapers.crawl`)."""
        return {
            "night": self.night.isoformat(),
            "attempt": attempt,
            "process": process,
            "raw_dir": str(self.raw.resolve()),
            "catalogue": str(self.catalogue.resolve()),
            "source_ids": [source.id for source in sources],
            "replay": archives,
            "memory": str(self.memory.resolve()) if self.memory else None,
            "drop_dir": str(self.drop.resolve()) if self.drop else None,
            "loaded_runs": {
                source.id: (night.isoformat(), number)
                for source in sources
                if source.id in loaded_runs
                for night, number in [loaded_runs[source.id]]
            },
            "allow_loopback": self.allow_loopback,
        }


class _Progress:
    """Counts finished sources, whichever thread they come from."""

    def __init__(self, on_run: OnRun, done: int, total: int) -> None:
        self._on_run, self._done, self._total = on_run, done, total
        self._lock = threading.Lock()

    def __call__(self, run: dict[str, Any]) -> None:
        with self._lock:
            self._done += 1
            self._on_run(run, self._done, self._total)


def collect(
    sources: list[Source],
    raw: Path,
    night: date,
    catalogue: Path,
    replay: Iterable[Path] = (),
    *,
    idle: Mapping[str, str] | None = None,
    memory: Path | None = None,
    loaded_runs: Mapping[str, tuple[date, int]] | None = None,
    drop: Path | None = None,
    lock: int | None = None,
    allow_loopback: bool = False,
    map_parts: MapParts | None = None,
    on_run: OnRun = lambda run, done, of: None,
) -> None:
    """Crawl these sources; when this returns, each has its run line in raw/runs.ndjson.

    `idle`: source id -> why it is not asked tonight; such sources are passed over and get a line that says so. `loaded_runs`:
    for each source the run whose rows are in the warehouse. `map_parts`: who crawls what any machine can, if not this one. Other
    keywords as in CrawlSettings. An attempt that was killed is resumed: a source that has its line is not crawled again. Raises
    CrawlError where a crawler refuses its job.
    """
    raw.mkdir(parents=True, exist_ok=True)
    settings = CrawlSettings(raw, night, catalogue, memory, drop, allow_loopback, lock)
    archives = [str(path.resolve()) for path in replay]
    attempt, done = _begin_attempt(raw, sources, archives)
    progress = _Progress(on_run, len(done), len(sources))
    left = [source for source in sources if source.id not in done]
    left = _pass_over(left, settings, attempt, idle or {}, progress)
    here, elsewhere = part_by_machine(left) if map_parts and not archives else (left, [])
    own = partition_by_host(here, processes_for(len(here)))
    loaded = loaded_runs or {}
    with ThreadPoolExecutor(max_workers=max(1, len(own))) as pool:
        jobs = [settings.job(part, attempt, process, archives, loaded) for process, part in enumerate(own)]
        ending = [pool.submit(_crawl, job, settings, progress) for job in jobs]
        ended = _crawl_elsewhere(elsewhere, settings, attempt, loaded, map_parts, progress) if map_parts else []
        ended += [(part, future.result()) for part, future in zip(own, ending, strict=True)]
    _, done = _unfinished_attempt(raw, _fingerprint(sources, archives))
    for part, failure in ended:
        for source in part:
            if source.id not in done:  # its crawler died: that is how this source fared
                evidence = failure or "its crawler ended without a line about it"
                run = _own_run(source, settings, attempt, Outcome.ERROR, evidence)
                append_line(raw, run)
                progress(run)
    append_line(raw, {"event": "attempt_finished", "attempt": attempt})


def probe(
    sources: list[Source],
    folder: Path,
    day: date,
    catalogue: Path,
    *,
    memory: Path | None = None,
    drop: Path | None = None,
    allow_loopback: bool = False,
    on_run: OnRun = lambda run, done, of: None,
) -> None:
    """Crawl these sources live, whole and once, outside any night: raw files as those of a night, in `folder`.

    `memory`: crawl.sqlite of a home, whose daily quotas then count for the probe too. Other keywords as in CrawlSettings.
    Raises CrawlError where the crawler refuses its job, or ends before every source was crawled.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings = CrawlSettings(folder, day, catalogue, memory, drop, allow_loopback)
    failure = _crawl(settings.job(sources, PROBE_ATTEMPT, 0, [], {}), settings, _Progress(on_run, 0, len(sources)))
    if failure:
        raise CrawlError(failure)


def processes_for(sources: int) -> int:
    """How many crawler processes this many sources are partitioned to."""
    return max(1, min(os.cpu_count() or 1, math.ceil(sources / SOURCES_PER_PROCESS)))


def partition_by_host(sources: list[Source], parts: int) -> list[list[Source]]:
    """At most this many parts of about the same size, all sources of one host in one part: its politeness is kept there."""
    by_host: dict[str, list[Source]] = {}
    for source in sources:
        by_host.setdefault(source.host, []).append(source)
    partition: list[list[Source]] = [[] for _ in range(parts)]
    for _, group in sorted(by_host.items(), key=lambda item: (-len(item[1]), item[0])):
        min(partition, key=len).extend(group)
    return [part for part in partition if part]


def _begin_attempt(raw: Path, sources: list[Source], archives: list[str]) -> tuple[int, set[str]]:
    """The number of the attempt to go on with, or of a new one, and the sources that have their line in it."""
    fingerprint = _fingerprint(sources, archives)
    attempt, done = _unfinished_attempt(raw, fingerprint)
    if attempt is None:
        attempt = 1 + max((line.get("attempt", 0) for line in read_lines(raw)), default=0)
        append_line(raw, {"event": "attempt_started", "attempt": attempt, "asked": fingerprint})
    return attempt, done


def _fingerprint(sources: list[Source], archives: list[str]) -> str:
    """What an attempt is about: an attempt at other sources or archives is another one."""
    stamps = [[file.stat().st_size, file.stat().st_mtime_ns] for file in map(Path, archives)]
    asked = json.dumps([[source.id for source in sources], archives, stamps])
    return hashlib.sha256(asked.encode()).hexdigest()[:16]


def _unfinished_attempt(raw: Path, fingerprint: str) -> tuple[int | None, set[str]]:
    """The last attempt, if it is at the same sources and unfinished, and the sources that have their line in it."""
    lines = read_lines(raw)
    started = [line for line in lines if line.get("event") == "attempt_started"]
    if not started or started[-1]["asked"] != fingerprint:
        return None, set()
    attempt = started[-1]["attempt"]
    if any(line.get("event") == "attempt_finished" and line["attempt"] == attempt for line in lines):
        return None, set()
    return attempt, {line["source_id"] for line in lines if "source_id" in line and line["attempt"] == attempt}


def _pass_over(
    sources: list[Source],
    settings: CrawlSettings,
    attempt: int,
    idle: Mapping[str, str],
    progress: Callable[[dict[str, Any]], None],
) -> list[Source]:
    """Write a run line for each source that is not asked; the others."""
    passed_over = [source for source in sources if source.id in idle]
    runs = [_own_run(source, settings, attempt, Outcome.NOT_DUE, idle[source.id]) for source in passed_over]
    append_line(settings.raw, *runs)
    for run in runs:
        progress(run)
    return [source for source in sources if source.id not in idle]


def _crawl(job: dict[str, Any], settings: CrawlSettings, progress: Callable[[dict[str, Any]], None]) -> str | None:
    """Crawl a job on this machine; evidence of how its crawler failed, or None."""
    path = settings.raw / f"job-{job['attempt']}-{job['process']}.json"
    path.write_text(json.dumps(job), encoding="utf-8")
    failure = run_crawler(path, lock=settings.lock, on_line=progress)
    path.unlink()
    return failure


def _crawl_elsewhere(
    sources: list[Source],
    settings: CrawlSettings,
    attempt: int,
    loaded_runs: Mapping[str, tuple[date, int]],
    map_parts: MapParts,
    progress: Callable[[dict[str, Any]], None],
) -> list[tuple[list[Source], str | None]]:
    """Crawl these sources in parts; each part, and evidence of how its crawler failed, or None."""
    parts = partition_by_host(sources, math.ceil(len(sources) / SOURCES_A_PART))
    contact = Settings.from_environment().contact
    # What a resumed attempt has stays as it is.
    first = 1 + max((FIRST_PART - 1, *_numbers_used(settings.raw, attempt)))
    jobs = (
        CrawlPart.of(part, settings.job(part, attempt, first + number, [], loaded_runs), settings.memory, contact)
        for number, part in enumerate(parts)
    )
    ended = []
    for part, crawled in zip(parts, map_parts(crawl_part, ((job,) for job in jobs)), strict=True):
        take_crawled(crawled, part, settings.raw, settings.memory)
        for line in crawled.lines:
            progress(line)
        ended.append((part, crawled.failure))
    return ended


def _numbers_used(raw: Path, attempt: int) -> list[int]:
    """Numbers of the processes and parts that have a file of this attempt."""
    pattern = re.compile(rf"(?:listings|web)-{attempt}-(\d+)\.")
    return [int(match[1]) for file in raw.iterdir() if (match := pattern.match(file.name))]


def _own_run(source: Source, settings: CrawlSettings, attempt: int, outcome: Outcome, evidence: str) -> dict[str, Any]:
    """A run line for a source that no crawler reported."""
    facts = asdict(RunFacts.failed(source.id, outcome, evidence))
    block = {"file": None, "offset": 0, "length": 0, "rows": 0, "sha256": None}
    return facts | {"night": settings.night.isoformat(), "attempt": attempt} | block
