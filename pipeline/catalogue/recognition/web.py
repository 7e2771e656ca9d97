"""The web that a recognition sees: each address asked for once, and entries tried on what was recorded of it.

Belongs here: asking (`scrapers.look`), and having the crawlers read the recorded answers by an entry, as a night would. Does not
belong here: what to ask for, what to make of it (`recognise`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from pipeline.catalogue import probe
from pipeline.catalogue.recognition.pages import Page
from pipeline.nightly.crawler import CrawlError
from scrapers.source import read_catalogue
from scrapers.wire.warc import Archives, plain_body, request_key


class Web:
    """See the module. `folder`: of the archives that it records, which the caller removes; `replay`: archives that stand for the
    live web; `requests`: addresses asked for so far."""

    def __init__(self, folder: Path, day: date, replay: Sequence[Path] = (), *, allow_loopback: bool = False) -> None:
        self.day = day
        self.requests = 0
        self._folder = folder
        self._replay = [path.resolve() for path in replay]
        self._recorded: list[Path] = []
        self._allow_loopback = allow_loopback
        self._pages: dict[str, Page] = {}

    def look(self, addresses: Iterable[str]) -> dict[str, Page]:
        """What each of these addresses answered; one that was asked for before is not asked for again. Raises CrawlError."""
        wanted = list(dict.fromkeys(addresses))
        new = [url for url in wanted if url not in self._pages]
        if new:
            self.requests += len(new)
            self._pages |= self._ask(new)
        return {url: self._pages[url] for url in wanted if url in self._pages}

    def run(self, entries: dict[str, dict[str, Any]]) -> dict[str, probe.Verdict]:
        """How each of these entries fares on what was recorded: id -> verdict. Raises CatalogueError, CrawlError."""
        if not entries or not self.archives:
            return {}
        catalogue = self._folder / f"catalogue-{len(list(self._folder.glob('catalogue-*')))}"
        file = catalogue / "platform" / "tried.yaml"
        file.parent.mkdir(parents=True)
        tried = [{"id": name, "name": name, **entry} for name, entry in entries.items()]
        file.write_text(yaml.safe_dump({"sources": tried}, allow_unicode=True), encoding="utf-8")
        sources = read_catalogue(catalogue).sources
        verdicts = probe.check(sources, catalogue, self.day, replay=self.archives)
        return {verdict.source.id: verdict for verdict in verdicts}

    @property
    def archives(self) -> list[Path]:
        """What was recorded, or stands for the web."""
        return self._replay or [path for path in self._recorded if path.is_file() and path.stat().st_size]

    def _ask(self, addresses: list[str]) -> dict[str, Page]:
        number = len(self._recorded)
        archive, job = self._folder / f"look-{number}.warc.gz", self._folder / f"look-{number}.json"
        document = {
            "addresses": addresses, "archive": str(archive), "replay": list(map(str, self._replay)),
            "allow_loopback": self._allow_loopback,
        }  # fmt: skip
        job.write_text(json.dumps(document), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "scrapers.look", str(job)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            raise CrawlError(
                done.stderr.strip().rsplit("\n", 1)[-1] or "the look at the addresses ended without a message"
            )
        self._recorded.append(archive)
        recorded = self._replay or [path for path in [archive] if path in self.archives]  # none where nothing answered
        answers = Archives(recorded) if recorded else None
        return {line["url"]: _page(line, answers) for line in map(json.loads, done.stdout.splitlines())}


def _page(line: dict[str, Any], answers: Archives | None) -> Page:
    answer = answers.answer(request_key("GET", line["address"])) if answers is not None and line["status"] else None
    problem = tuple(line["problem"]) if line["problem"] else None
    if answer is None:
        return Page(
            line["url"], line["address"], line["status"], "", b"", problem or ("error", "no answer was recorded")
        )
    kind = next((value for name, value in answer.headers if name.lower() == "content-type"), "")
    return Page(line["url"], line["address"], answer.status, kind.lower(), plain_body(answer), problem)
