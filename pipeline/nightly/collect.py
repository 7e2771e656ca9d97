"""Starting the crawlers of a night: which sources, dealt to which processes, resumed where a kill broke off.

Belongs here: everything the pipeline knows of the crawlers: a job file, their standard output, the raw folder. Does not
belong here: how a source is read (`scrapers`).
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.storage.raw import read_lines
from scrapers.runs import append_line
from scrapers.source import Source

SOURCES_A_PROCESS = 40
"""Below this many sources a second crawler process costs more than it brings; above, there is one a processor at most."""

PROBE = 0
"""Attempt number of a probe. No run of a night has it, so that what a probe remembers of a source (its validators) is never
taken for what the warehouse holds: the next night reads the source whole."""


class CrawlError(PipelineError):
    """The crawlers could not be started: says why."""


def collect(
    sources: list[Source],
    raw: Path,
    night: date,
    catalogue: Path,
    replay: Iterable[Path] = (),
    *,
    last_run: Mapping[str, date] | None = None,
    memory: Path | None = None,
    stands: Mapping[str, tuple[date, int]] | None = None,
    drop: Path | None = None,
    lock: int | None = None,
    allow_loopback: bool = False,
    on_run: Callable[[dict[str, Any], int, int], None] = lambda run, done, of: None,
) -> None:
    """Ask these sources; when this returns, each has its run line in raw/runs.ndjson.

    `last_run`: the last night of each source; where given, sources that are not due are passed over and say so.
    `memory`: the file in which crawlers remember (crawl.sqlite); `stands`: for each source the run whose rows stand.
    `drop`: the folder of files that offices hand over. `allow_loopback`: whether addresses of this machine may be asked.
    `lock`: a file descriptor that the crawlers inherit. `on_run` hears of each finished source. An attempt that was killed is
    gone on with: a source that has its line is not asked again. Raises CrawlError where a crawler refuses its job.
    """
    raw.mkdir(parents=True, exist_ok=True)
    archives = [str(path.resolve()) for path in replay]
    ids = [source.id for source in sources]
    stamps = [[file.stat().st_size, file.stat().st_mtime_ns] for file in map(Path, archives)]
    asked = hashlib.sha256(json.dumps([ids, archives, stamps]).encode()).hexdigest()[:16]
    attempt, done = _attempt(raw, asked)
    if attempt is None:
        attempt = 1 + max((line.get("attempt", 0) for line in read_lines(raw)), default=0)
        append_line(raw, {"event": "attempt_started", "attempt": attempt, "asked": asked})
    left = [source for source in sources if source.id not in done]
    total, finished = len(sources), len(done)
    counting = threading.Lock()

    def hear(run: dict[str, Any]) -> None:
        nonlocal finished
        with counting:
            finished += 1
            on_run(run, finished, total)

    if last_run is not None:
        idle = [source for source in left if not source.is_due(night, last_run.get(source.id))]
        runs = [_own_run(source.id, night, attempt, "not_due", f"asked {source.cadence}") for source in idle]
        append_line(raw, *runs)
        for run in runs:
            hear(run)
        passed_over = {source.id for source in idle}
        left = [source for source in left if source.id not in passed_over]
    known = {source: (on.isoformat(), attempt) for source, (on, attempt) in (stands or {}).items()}
    hands = deal(left, processes_for(len(left)))
    jobs = []
    for number, hand in enumerate(hands):
        job = raw / f"job-{attempt}-{number}.json"
        job.write_text(
            json.dumps(
                {
                    **_job(hand, raw, night, catalogue, memory, drop),
                    "attempt": attempt,
                    "process": number,
                    "replay": archives,
                    "allow_loopback": allow_loopback,
                    "stands": {source.id: known[source.id] for source in hand if source.id in known},
                }
            )
        )
        jobs.append(job)
    with ThreadPoolExecutor(max_workers=max(1, len(jobs))) as pool:
        endings = list(pool.map(lambda job: _crawl(job, lock, hear), jobs))
    _, done = _attempt(raw, asked)
    for hand, job, ending in zip(hands, jobs, endings, strict=True):
        job.unlink()
        for source in hand:
            if source.id not in done:  # its crawler died: that is how this source fared
                run = _own_run(source.id, night, attempt, "error", ending or "its crawler ended without a word of it")
                append_line(raw, run)
                hear(run)
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
    on_run: Callable[[dict[str, Any], int, int], None] = lambda run, done, of: None,
) -> None:
    """Ask these sources live, whole and once, outside any night: raw files as those of a night, in `folder`.

    `memory`: crawl.sqlite of a home, whose daily quotas then count for the probe too. `drop`, `allow_loopback`: as in
    `collect`. Raises CrawlError where the crawler refuses its job, or ends before every source was asked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    job = folder / "job.json"
    told = {**_job(sources, folder, day, catalogue, memory, drop), "attempt": PROBE, "process": 0}
    job.write_text(json.dumps({**told, "replay": [], "allow_loopback": allow_loopback}))
    done = 0

    def hear(run: dict[str, Any]) -> None:
        nonlocal done
        done += 1
        on_run(run, done, len(sources))

    if ending := _crawl(job, None, hear):
        raise CrawlError(ending)


def processes_for(sources: int) -> int:
    """How many crawler processes so many sources are dealt to."""
    return max(1, min(os.cpu_count() or 1, math.ceil(sources / SOURCES_A_PROCESS)))


def deal(sources: list[Source], hands: int) -> list[list[Source]]:
    """The sources in so many hands, all of one host in one hand (its politeness is kept there), the hands about even."""
    by_host: dict[str, list[Source]] = {}
    for source in sources:
        by_host.setdefault(source.host, []).append(source)
    dealt: list[list[Source]] = [[] for _ in range(hands)]
    for _, group in sorted(by_host.items(), key=lambda item: (-len(item[1]), item[0])):
        min(dealt, key=len).extend(group)
    return [hand for hand in dealt if hand]


def _job(
    sources: list[Source], raw: Path, night: date, catalogue: Path, memory: Path | None, drop: Path | None
) -> dict[str, Any]:
    """What every job of the crawlers says (see `scrapers.crawl`)."""
    return {
        "night": night.isoformat(),
        "raw_dir": str(raw.resolve()),
        "catalogue": str(catalogue.resolve()),
        "source_ids": [source.id for source in sources],
        "memory": str(memory.resolve()) if memory else None,
        "drop_dir": str(drop.resolve()) if drop else None,
    }


def _attempt(raw: Path, asked: str) -> tuple[int | None, set[str]]:
    """The unfinished attempt at the same sources, if the last one is one, and the sources that have their line in it."""
    lines = read_lines(raw)
    started = [line for line in lines if line.get("event") == "attempt_started"]
    if not started or started[-1]["asked"] != asked:
        return None, set()
    attempt = started[-1]["attempt"]
    if any(line.get("event") == "attempt_finished" and line["attempt"] == attempt for line in lines):
        return None, set()
    return attempt, {line["source_id"] for line in lines if "source_id" in line and line["attempt"] == attempt}


def _crawl(job: Path, lock: int | None, hear: Callable[[dict[str, Any]], None]) -> str | None:
    """Run one crawler to its end; what went wrong, or None. Its standard input is a pipe that we hold: should we be
    killed, it reads the end of it and ends too."""
    log = job.with_suffix(".log")
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapers.crawl", str(job)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            pass_fds=() if lock is None else (lock,),
            text=True,
            encoding="utf-8",
        )
    assert process.stdout and process.stdin
    with process.stdout, process.stdin:
        for line in process.stdout:
            hear(json.loads(line))
        code = process.wait()
    said = log.read_text(encoding="utf-8", errors="replace").split("\n")
    last_words = next((line.strip() for line in reversed(said) if line.strip()), "no word")
    if code == 2:
        raise CrawlError(last_words)
    return f"its crawler ended with {code}: {last_words[:300]}" if code else None


def _own_run(source: str, night: date, attempt: int, outcome: str, evidence: str) -> dict[str, Any]:
    """A run line for a source that no crawler asked."""
    return {
        "source_id": source, "night": night.isoformat(), "attempt": attempt, "outcome": outcome, "evidence": evidence,
        "seen": 0, "kept": 0, "skipped": 0, "declared_total": None, "pages": 0, "bytes": 0,
        "file": None, "offset": 0, "length": 0, "rows": 0, "sha256": None, "fetched_at": None,
    }  # fmt: skip
