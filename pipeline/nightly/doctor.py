"""Before the first night, and whenever something seems wrong: what is set up, what is missing, and what to do about it.

Belongs here: what is looked at and in which words. Does not belong here: whether sources work (`internships sources check`), what
the last night was like (`internships status`).
"""

from __future__ import annotations

import ast
import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from pipeline.errors import PipelineError
from pipeline.nightly.due import PlanError, read_budget
from pipeline.reports.transports import check_receiver, check_server
from pipeline.searches.saved import read_searches
from pipeline.settings import Settings
from pipeline.storage.home import MIN_FREE_BYTES, Home
from scrapers.source import Catalogue, CatalogueError, read_catalogue, spider_files

TIMEOUT_SECONDS = 5


class Level(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    WARN = "warn"
    """A night runs, and could be better."""

    ERROR = "error"
    """No night can run."""


class Finding(NamedTuple):
    level: Level
    subject: str
    text: str


def examine(home: Home, settings: Settings, environment: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Every finding, in the order in which to mend them. Reads only; the one request is a connection to a source's host."""
    yield _home(home)
    yield from _misspelled(environment)
    catalogue = None
    try:
        catalogue = read_catalogue(settings.catalogue)
        yield Finding(Level.OK, "catalogue", f"{len(catalogue.sources):,} sources in {settings.catalogue}")
    except CatalogueError as error:
        yield Finding(Level.ERROR, "catalogue", str(error))
    yield _contact(settings)
    yield _schedule()
    yield _budget(settings)
    yield _dagster(home, environment)
    yield _alerts(settings)
    yield from _searches(home)
    if catalogue:
        yield _keys(catalogue, environment)
        yield _network(catalogue)
    yield _newest_night(home)


def _home(home: Home) -> Finding:
    existing = next(folder for folder in (home.root, *home.root.parents) if folder.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        return Finding(
            Level.ERROR, "home", f"{existing} is not a writable folder; choose another with INTERNSHIPS_HOME"
        )
    free = shutil.disk_usage(existing).free
    if free < MIN_FREE_BYTES:
        return Finding(
            Level.ERROR, "home", f"{home.root} has {free >> 20} MiB free; a night needs {MIN_FREE_BYTES >> 20}"
        )
    made = "" if home.root.is_dir() else "; the first run makes it"
    return Finding(Level.OK, "home", f"{home.root}, {free >> 30} GiB free{made}")


def _misspelled(environment: Mapping[str, str]) -> Iterator[Finding]:
    """What looks like a setting and is none: whoever set it believes that it holds."""
    known = {f"INTERNSHIPS_{field.name.upper()}" for field in fields(Settings)}
    for name in sorted(environment):
        if name.startswith(("INTERNSHIPS_", "INTERNSHIP_")) and name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield Finding(Level.WARN, "setting", f"{name} is set and is no setting{hint}")


def _contact(settings: Settings) -> Finding:
    if settings.contact is None:
        return Finding(Level.WARN, "contact", "set INTERNSHIPS_CONTACT, so that site operators can reach you")
    if "@" not in settings.contact and not settings.contact.startswith(("https://", "http://")):
        return Finding(
            Level.WARN, "contact", f"INTERNSHIPS_CONTACT is {settings.contact!r}: neither a mail nor a web address"
        )
    return Finding(Level.OK, "contact", settings.contact)


def _schedule() -> Finding:
    try:
        from pipeline import definitions  # refuses a wrong zone or cron line when it is imported

        return Finding(Level.OK, "schedule", f"{definitions.cron_line()} in {definitions.zone()}")
    except PipelineError as error:
        return Finding(Level.ERROR, "schedule", str(error))


def _budget(settings: Settings) -> Finding:
    try:
        budget = read_budget(settings)
    except PlanError as error:
        return Finding(Level.ERROR, "budget", str(error))
    return Finding(
        Level.OK,
        "budget",
        f"{budget.pages:,} responses, {budget.bytes // 1_000_000:,} MB, {budget.minutes:,} minutes at a host",
    )


def _dagster(home: Home, environment: Mapping[str, str]) -> Finding:
    folder = environment.get("DAGSTER_HOME")
    if not folder:
        return Finding(Level.OK, "daemon", f"internships daemon keeps Dagster's run history in {home.dagster}")
    if not Path(folder).is_dir():
        return Finding(Level.WARN, "daemon", f"DAGSTER_HOME {folder} does not exist; internships daemon makes it")
    return Finding(Level.OK, "daemon", f"DAGSTER_HOME is {folder}")


def _alerts(settings: Settings) -> Finding:
    names = [name for name, value in (("webhook", settings.webhook), ("mail", settings.mail)) if value]
    try:
        check_server(settings.smtp)  # saved searches mail by it as well
    except ValueError as error:
        return Finding(Level.WARN, "alerts", str(error))
    if not names:
        return Finding(
            Level.WARN, "alerts", "nobody hears of a failed night; set INTERNSHIPS_WEBHOOK or INTERNSHIPS_MAIL"
        )
    receivers = [("INTERNSHIPS_MAIL", address) for address in (settings.mail or "").split(",")]
    for name, receiver in [("INTERNSHIPS_WEBHOOK", settings.webhook or ""), *receivers]:
        try:
            if receiver:
                check_receiver(receiver.strip())
        except ValueError as error:  # without the address, which may be a secret
            return Finding(Level.WARN, "alerts", f"{name}: {error}")
    return Finding(Level.OK, "alerts", f"by {' and '.join(names)}")


def _searches(home: Home) -> Iterator[Finding]:
    saved = read_searches(home)
    for problem in saved.problems:
        yield Finding(Level.WARN, "searches", problem)
    if saved.searches:
        yield Finding(Level.OK, "searches", f"{len(saved.searches)} saved")


def _keys(catalogue: Catalogue, environment: Mapping[str, str]) -> Finding:
    files = spider_files()
    used = sorted({source.spider for source in catalogue.sources})
    lacking = {name for spider in used for name in _needed(files[spider]) if not environment.get(name, "").strip()}
    if lacking:
        return Finding(Level.WARN, "keys", f"sources that need {', '.join(sorted(lacking))} are not fetched")
    return Finding(Level.OK, "keys", "no source lacks one")


def _needed(spider: Path) -> list[str]:
    """The environment variables in a spider's `needs`, read without importing it."""
    for node in ast.walk(ast.parse(spider.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["needs"]:
            return list(ast.literal_eval(node.value))
    return []


def _network(catalogue: Catalogue) -> Finding:
    host = urlsplit(catalogue.sources[0].url).hostname if catalogue.sources else None
    if host is None:
        return Finding(Level.WARN, "network", "no source to connect to")
    try:
        with socket.create_connection((host, 443), TIMEOUT_SECONDS):
            return Finding(Level.OK, "network", f"{host} is reachable")
    except OSError as error:
        return Finding(
            Level.WARN, "network", f"{host} is not reachable ({error.strerror or error}); --replay needs no network"
        )


def _newest_night(home: Home) -> Finding:
    night = home.newest_night()
    if night is None:
        return Finding(Level.WARN, "night", "none yet; make one with: internships run")
    age = (datetime.now(tz=UTC).date() - night).days
    if age <= 1:
        return Finding(Level.OK, "night", f"the newest is {night}")
    return Finding(
        Level.WARN,
        "night",
        f"the newest is {night}, {age} days ago; see that the daemon or cron runs, or: internships run",
    )
