"""`python -m scrapers.crawl JOB.json`: crawl these sources for this night. The pipeline starts it as a process.

The job, a JSON object:

    night       ISO date
    attempt     number of the attempt at this night
    process     number of this process among those of the attempt
    raw_dir     the night's folder, raw/<night>
    catalogue   folder of the catalogue
    source_ids  the sources to crawl
    replay      archives to replay; empty: the live web
    memory      crawl.sqlite, for a live crawl (see scrapers.wire.memory)
    drop_dir    folder of files that offices hand over, for a live crawl (see scrapers.wire.drop)
    loaded_runs  source id -> [night, attempt] of the run whose rows are in the warehouse
    allow_loopback  whether addresses of this machine may be requested (tests)

Standard output: the run line of each source as it finishes, one JSON object a line. Standard error: warnings, and one line
for a job that is refused (exit 2). Exit 0: every source has its line, whatever its outcome. The parent holds standard input
open: when that ends, so does this process, at once, because nobody is left to wait for it; what has been written counts.
"""

from __future__ import annotations

import contextlib
import logging
import os
import resource
import signal
import sys
import threading
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from scrapy.crawler import AsyncCrawlerProcess
from twisted.internet.task import LoopingCall

from scrapers.outcome import Outcome
from scrapers.runs import FLUSH_SECONDS, NightFiles, RunFacts, print_line
from scrapers.source import CatalogueError, Source, read_sources
from scrapers.spiders import check_settings, spider_of
from scrapers.wire.archive import open_archives, record_settings, replay_settings
from scrapers.wire.memory import Memory
from scrapers.wire.settings import download_slots, obeying_settings, polite_settings, slots_of_crawler
from scrapers.wire.warc import ArchiveError

__all__ = ["check_settings", "main"]

EXIT_REFUSED = 2
"""Exit code of a process that refuses its job."""

ORPHANED = 3
"""Exit code of a process whose parent has ended."""

BASE_SETTINGS: dict[str, Any] = {
    "LOG_LEVEL": "WARNING",
    "HTTPERROR_ALLOW_ALL": True,
    "URLLENGTH_LIMIT": 0,
    "CONCURRENT_ITEMS": 1,  # listings never pass through Scrapy, which would start as many tasks per response
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "WARN_ON_GENERATOR_RETURN_VALUE": False,
}


class Job(BaseModel):
    """See the module."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    night: str
    attempt: int
    process: int
    raw_dir: Path
    catalogue: Path
    source_ids: list[str]
    replay: list[Path]
    memory: Path | None = None
    drop_dir: Path | None = None
    loaded_runs: dict[str, tuple[str, int]] = {}
    allow_loopback: bool = False


def main(arguments: list[str]) -> int:
    """Run a job to its end; returns the exit code."""
    if len(arguments) != 1:
        return _refuse("usage: python -m scrapers.crawl JOB.json")
    try:
        job = Job.model_validate_json(Path(arguments[0]).read_bytes())
        sources = read_sources(job.catalogue, job.source_ids) if job.source_ids else []
        if wrong := check_settings(sources):
            return _refuse("\n".join(wrong))
        if job.replay:
            open_archives(tuple(map(str, job.replay)))
    except ValidationError as error:
        return _refuse(f"{arguments[0]} is not a job: " + "; ".join(detail["msg"] for detail in error.errors()))
    except (OSError, CatalogueError, ArchiveError) as error:
        return _refuse(str(error))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _allow_many_connections()
    crawl(job, sources)
    return 0


def crawl(job: Job, sources: list[Source]) -> None:
    """Crawl the sources, one crawler for all sources of a spider; when this returns, each has its run line."""
    files = NightFiles(job.raw_dir, job.night, job.attempt, job.process)
    memory, archives = None, None
    if job.replay:
        archives = open_archives(tuple(map(str, job.replay)))
    else:
        path = job.memory or job.raw_dir / "crawl.sqlite"
        memory = Memory(path, date.fromisoformat(job.night), job.attempt, job.loaded_runs)
    if job.replay:
        settings = BASE_SETTINGS | obeying_settings() | replay_settings(job.replay)
    else:
        polite = polite_settings(sources, allow_loopback=job.allow_loopback)
        settings = (
            BASE_SETTINGS | polite | record_settings(files.archive) | {"DROP_DIR": job.drop_dir and str(job.drop_dir)}
        )
        if "(+" not in polite["USER_AGENT"]:
            # Not through logging, which Scrapy has not set up yet.
            sys.stderr.write("INTERNSHIPS_CONTACT is not set: site operators will have no contact address\n")
    process = AsyncCrawlerProcess(settings)
    logging.getLogger("scrapy").setLevel(logging.WARNING)  # else each page is made a record that its handler drops
    # The outcomes already report what it would log.
    logging.getLogger("scrapy.core.scraper").setLevel(logging.CRITICAL)
    of_spider: dict[str, list[Source]] = {}
    for source in sources:
        of_spider.setdefault(source.spider, []).append(source)
    slots = {} if job.replay else download_slots(sources)
    ids = [source.id for source in sources]
    sources.clear()  # a spider frees each of its own when it has read it
    for name, own in sorted(of_spider.items()):
        process.settings.set("DOWNLOAD_SLOTS", slots_of_crawler(slots, own))
        process.crawl(spider_of(name), sources=own, files=files, memory=memory, archives=archives)
    LoopingCall(files.flush).start(FLUSH_SECONDS, now=False)
    # A signal ends the process at once: what is on disk counts, and nothing else would.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    process.start(install_signal_handlers=False)
    for source_id in ids:
        if source_id not in files.finished:  # its crawler failed to start
            files.add(RunFacts.failed(source_id, Outcome.ERROR, "its crawler failed to start"), [], print_line)
    files.flush()


def _allow_many_connections() -> None:
    """Raise the number of files that may be open as far as this process may: each host has a connection, a night
    has thousands of hosts, and services start with 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):  # a system that has a lower bound of its own keeps what it has
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):  # unbuffered: a thread that holds the buffer's lock would block the exit
        pass
    os._exit(ORPHANED)


def _refuse(reason: str) -> int:
    sys.stderr.write(reason.rstrip() + "\n")
    return EXIT_REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
