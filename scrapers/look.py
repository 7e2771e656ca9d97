"""`python -m scrapers.look JOB.json`: ask for a few addresses once, as politely as a night does. The pipeline starts it.

The job, a JSON object:

    addresses       what to ask for, each once
    archive         WARC file to record every response in
    replay          archives to answer from; empty: the live web
    allow_loopback  whether addresses of this machine may be requested (tests)

Standard output, one JSON object an address as it is answered: `url` as asked for, `address` that answered after redirects,
`status`, and `problem`, where the answer cannot be read: its outcome and the evidence, as a night would note them. Standard
error and exit codes as in `scrapers.crawl`. Belongs here: asking. Does not belong here: reading what answered.
"""

from __future__ import annotations

import json
import logging
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import scrapy
from pydantic import BaseModel, ConfigDict, ValidationError
from scrapy import Request
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from twisted.python.failure import Failure

from scrapers.answers.check import SourceError, download_failure, validate_response
from scrapers.crawl import BASE_SETTINGS, EXIT_REFUSED
from scrapers.outcome import Outcome
from scrapers.wire.archive import open_archives, record_settings, replay_settings
from scrapers.wire.settings import obeying_settings, polite_settings
from scrapers.wire.warc import ArchiveError

READABLE = (Outcome.LAYOUT_CHANGED, Outcome.MOVED)
"""Outcomes of another format, or of another address, than was expected: here nothing is expected yet."""


class Job(BaseModel):
    """See the module."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    addresses: list[str]
    archive: Path
    replay: list[Path] = []
    allow_loopback: bool = False


class Look(scrapy.Spider):
    """Asks for the addresses of a job and prints a line for each."""

    name = "look"

    def __init__(self, *, addresses: list[str]) -> None:
        super().__init__()
        self._addresses = addresses

    async def start(self) -> AsyncIterator[Request]:
        for url in self._addresses:
            run = SimpleNamespace(source=SimpleNamespace(url=url))  # all that the check of a response reads of a run
            meta = {"run": run, "asked": url}
            yield Request(url, self.read, errback=self.fail, dont_filter=True, meta=meta)

    def read(self, response: Response) -> None:
        problem = None
        try:
            validate_response(response, "html")
        except SourceError as failure:
            if failure.outcome not in READABLE or not response.body.strip():
                problem = [failure.outcome, failure.evidence]
        _print(response.meta["asked"], response.url, response.status, problem)

    def fail(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy puts it there
        problem = download_failure(failure, request)
        _print(request.meta["asked"], request.url, None, [problem.outcome, problem.evidence])


def main(arguments: list[str]) -> int:
    """Run a job to its end; returns the exit code."""
    try:
        (name,) = arguments
        job = Job.model_validate_json(Path(name).read_bytes())
        if job.replay:
            open_archives(tuple(map(str, job.replay)))
    except (OSError, ValidationError, ValueError, ArchiveError) as error:
        sys.stderr.write(f"no job: {error}\n")
        return EXIT_REFUSED
    if job.replay:
        settings = obeying_settings() | replay_settings(job.replay)
    else:
        settings = polite_settings([], allow_loopback=job.allow_loopback) | record_settings(job.archive)
    process = AsyncCrawlerProcess(BASE_SETTINGS | settings)
    logging.getLogger("scrapy.core.scraper").setLevel(logging.CRITICAL)  # a problem has its line already
    process.crawl(Look, addresses=list(dict.fromkeys(job.addresses)))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    process.start(install_signal_handlers=False)
    return 0


def _print(url: str, address: str, status: int | None, problem: list[Any] | None) -> None:
    line = {"url": url, "address": address, "status": status, "problem": problem}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
