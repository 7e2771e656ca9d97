"""One crawler process: started with a job file, listened to, and ended with the process that started it.

Belongs here: its standard streams and exit codes. Does not belong here: which sources it gets (`collect`, `crawl_parts`), how it
reads them (`scrapers.crawl`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError

EXIT_REFUSED = 2
"""Exit code of a crawler that refuses its job; its last line on standard error says why."""

MAX_EVIDENCE_LENGTH = 300


class CrawlError(PipelineError):
    """The crawlers could not be started."""


def run_crawler(
    job: Path,
    *,
    lock: int | None = None,
    environment: Mapping[str, str] | None = None,
    on_line: Callable[[dict[str, Any]], None] = lambda line: None,
) -> str | None:
    """Run one crawler to its end; evidence of its failure, or None. Its standard input is a pipe that we hold: should we be
    killed, it reads the end of it and ends too.

    `lock`: a file descriptor that it inherits; `environment`: variables beside ours; `on_line`: called with each run line. Raises
    CrawlError where it refuses its job."""
    log = job.with_suffix(".log")
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapers.crawl", str(job)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, **(environment or {})},
            pass_fds=() if lock is None else (lock,),
            process_group=0,  # Ctrl-C in a terminal is for us to hear: a crawler would call its sources finished
            text=True,
            encoding="utf-8",
        )
    assert process.stdout and process.stdin
    with process.stdout, process.stdin:
        for line in process.stdout:
            on_line(json.loads(line))
        code = process.wait()
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    last_line = next((line.strip() for line in reversed(lines) if line.strip()), "no message")
    if code == EXIT_REFUSED:
        raise CrawlError(last_line)
    return f"its crawler ended with {code}: {last_line[:MAX_EVIDENCE_LENGTH]}" if code else None
