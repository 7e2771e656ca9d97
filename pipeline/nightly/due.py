"""Which sources a night asks: by their cadence, by what is known of them, and within the budget of the night.

An unproven source is a board of which nobody has seen an internship. It is asked once a week, a seventh of them a night; its
first internship promotes it to the cadence of its entry, and a number of dead answers in a row drops it, until its entry changes
or goes (`internships sources prune`). Belongs here: the choice, as a pure function of sources, their history and the night. Does
not belong here: asking (`pipeline.nightly.collect`).
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import PipelineError
from pipeline.nightly.runs import WAS_ASKED
from pipeline.settings import Settings
from pipeline.storage import warehouse
from pipeline.storage.home import Home
from pipeline.storage.sql import literals
from pipeline.vocabulary import HEALTHY, WITH_ROWS, Outcome
from scrapers.source import Source

UNPROVEN_DAYS = 7
"""Days between two looks at an unproven source."""

DEAD_ANSWERS = 4
"""So many dead answers in a row drop an unproven source: a month of them is no outage."""

UNPROVEN_IDLE = "unproven: "
"""How the evidence of an unproven source's run begins that was not asked; only the newest night keeps such lines."""

LEFT = "left for tomorrow: "
"""How the evidence of a due source's run begins for which the night's budget had no room."""

FIRST_RUN_BYTES = 100_000
"""Taken for the answers of a source that was never asked: the median of the boards in the recorded nights."""

ANSWERED = HEALTHY | WITH_ROWS | {Outcome.EMPTY}


class PlanError(PipelineError):
    """The night cannot be planned."""


class History(NamedTuple):
    """What the nights before know of a source. `last_run`: the last night it was asked; `dead_answers`: those since it last
    answered; `last_outcome`, `pages`, `bytes`: of its last run; `has_internship`: whether one of its rows ever was one."""

    last_run: date
    dead_answers: int
    last_outcome: str
    pages: int
    bytes: int
    has_internship: bool


class Budget(NamedTuple):
    """What a night may cost: pages and bytes in all, and minutes at any one host, by the delay between its requests."""

    pages: int
    bytes: int
    minutes: int


def read_budget(settings: Settings) -> Budget:
    """The budget of the environment. Raises PlanError for a number that is none."""
    numbers = []
    for name in ("max_pages", "max_megabytes", "max_minutes"):
        text = getattr(settings, name)
        if not text.isdecimal() or not int(text):
            raise PlanError(f"INTERNSHIPS_{name.upper()} is {text!r}: write a whole number above 0")
        numbers.append(int(text))
    pages, megabytes, minutes = numbers
    return Budget(pages, megabytes * 1_000_000, minutes)


class Plan(NamedTuple):
    """The sources to ask, in the catalogue's order, and why each of the others is not."""

    asked: list[Source]
    idle: dict[str, str]


def read_history(home: Home, night: date) -> tuple[dict[str, History], int]:
    """The history of each source that was asked before `night`, and the days since the night before; 1 without one."""
    before = home.night_before(night)
    if before is None:
        return {}, 1
    return _history(home.state(before)), (night - before).days


def read_latest_history(home: Home) -> dict[str, History]:
    """The history of each source that a published night asked. Raises WarehouseError where there is no night."""
    return _history(home.warehouse)


def _history(path: Path) -> dict[str, History]:
    answered = f"outcome IN {literals(sorted(ANSWERED))}"
    query = f"""
        WITH asked AS (
            SELECT source_id, night, outcome, pages, bytes,
                coalesce(max(night) FILTER ({answered}) OVER (PARTITION BY source_id), DATE '0001-01-01') AS answered_on
            FROM source_runs WHERE {WAS_ASKED}
        )
        SELECT source_id, max(night), count(*) FILTER (night > answered_on), arg_max(outcome, night), arg_max(pages, night),
            arg_max(bytes, night), source_id IN (SELECT source_id FROM listings)
        FROM asked GROUP BY source_id
    """
    with warehouse.open_readonly(path) as con:
        rows = con.execute(query).fetchall()
    return {source_id: History(*facts) for source_id, *facts in rows}


def plan_night(
    sources: Sequence[Source], night: date, history: Mapping[str, History], budget: Budget, days: int = 1
) -> Plan:
    """Which of these sources to ask. `days`: since the night before; a home that runs once a week asks all unproven ones."""
    unproven = [source for source in sources if is_unproven(source, history.get(source.id))]
    ids = {source.id for source in unproven}
    others = [source for source in sources if source.id not in ids]
    due = [source for source in others if source.is_due(night, _last_run(source, history))]
    idle = {source.id: f"asked {source.cadence}" for source in others} | _idle(unproven, history)
    due += _weekly_share(
        [source for source in unproven if not is_dropped(source, history.get(source.id))], night, history, days
    )
    asked, left = _within(budget, due, history)
    for source_id, reason in left.items():
        idle[source_id] = f"{UNPROVEN_IDLE if source_id in ids else ''}{LEFT}{reason}"
    chosen = {source.id for source in asked}
    return Plan(
        [source for source in sources if source.id in chosen],
        {source.id: idle[source.id] for source in sources if source.id not in chosen},
    )


def is_unproven(source: Source, facts: History | None) -> bool:
    return source.tier == "unproven" and not (facts and facts.has_internship)


def is_dropped(source: Source, facts: History | None) -> bool:
    """Whether an unproven source has given so many dead answers that it is asked no more."""
    return is_unproven(source, facts) and facts is not None and facts.dead_answers >= DEAD_ANSWERS


def _idle(unproven: Iterable[Source], history: Mapping[str, History]) -> dict[str, str]:
    """Why each of these is not asked, should it not be."""
    reasons = {}
    for source in unproven:
        facts = history.get(source.id)
        reasons[source.id] = f"{UNPROVEN_IDLE}asked weekly"
        if facts and is_dropped(source, facts):
            reasons[source.id] = (
                f"{UNPROVEN_IDLE}dropped after {facts.dead_answers} dead answers ({facts.last_outcome})"
            )
    return reasons


def _weekly_share(unproven: list[Source], night: date, history: Mapping[str, History], days: int) -> list[Source]:
    """The unproven sources whose turn it is: those that waited longest, never more than their share of a week."""

    def waited(source: Source) -> tuple[date, int]:
        return _last_run(source, history) or date.min, zlib.crc32(source.id.encode())  # spread over hosts

    share = math.ceil(len(unproven) * min(max(days, 1), UNPROVEN_DAYS) / UNPROVEN_DAYS)
    return [
        source
        for source in sorted(unproven, key=waited)[:share]
        if (last := _last_run(source, history)) is None or (night - last).days >= UNPROVEN_DAYS
    ]


def _within(budget: Budget, due: list[Source], history: Mapping[str, History]) -> tuple[list[Source], dict[str, str]]:
    """Those of the due sources that the budget has room for, the most pressing first, and what stopped each of the others. One
    that alone is more than the budget is asked where it comes first: it would be left for ever."""
    asked: list[Source] = []
    left: dict[str, str] = {}
    pages = size = 0
    seconds: dict[str, float] = {}
    for source in _by_urgency(due, history):
        facts = history.get(source.id)
        own_pages, own_bytes = (max(facts.pages, 1), facts.bytes) if facts else (1, FIRST_RUN_BYTES)
        at_host = seconds.get(source.host, 0.0) + own_pages * source.rights.delay_seconds
        if asked and pages + own_pages > budget.pages:
            left[source.id] = f"the night's budget of {budget.pages:,} pages"
        elif asked and size + own_bytes > budget.bytes:
            left[source.id] = f"the night's budget of {budget.bytes // 1_000_000:,} MB"
        elif source.host in seconds and at_host > 60 * budget.minutes:
            left[source.id] = f"{source.host} has {budget.minutes:,} minutes a night"
        else:
            asked.append(source)
            pages, size, seconds[source.host] = pages + own_pages, size + own_bytes, at_host
    return asked, left


def _by_urgency(due: list[Source], history: Mapping[str, History]) -> Iterator[Source]:
    """Those with internships first, then by how long they waited."""

    def urgency(source: Source) -> tuple[bool, date]:
        return is_unproven(source, history.get(source.id)), _last_run(source, history) or date.min

    yield from sorted(due, key=urgency)


def _last_run(source: Source, history: Mapping[str, History]) -> date | None:
    facts = history.get(source.id)
    return facts.last_run if facts else None
