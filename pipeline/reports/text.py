"""The report of a night, as text: how each source fared, and what changed. Read from the built warehouse."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from pipeline.storage import warehouse
from pipeline.wording import counted

WIDTH = 132

SOURCES = """
    SELECT source_id, channel, outcome, seen, kept, listings, rejects, coalesce(evidence, '')
    FROM source_runs JOIN sources USING (source_id)
    WHERE night = $night AND outcome NOT IN ('not_recorded', 'not_due')
    ORDER BY outcome IN ('ok', 'unchanged'), channel, source_id
"""
PASSED_OVER = """
    SELECT outcome, count(*) FROM source_runs
    WHERE night = $night AND outcome IN ('not_recorded', 'not_due')
    GROUP BY 1 ORDER BY 1
"""
CHANGES = """
    SELECT count(DISTINCT internship_id) FILTER (change = 'added'),
           count(DISTINCT internship_id) FILTER (change = 'changed'),
           count(*) FILTER (change = 'closed'),
           count(*) FILTER (change = 'reopened'),
           count(*) FILTER (change = 'merged')
    FROM changes WHERE night = $night
"""
UNVERIFIED = """
    SELECT source_id, outcome NOT IN ('ok', 'unchanged', 'not_due', 'not_recorded')
    FROM source_runs JOIN sources USING (source_id)
    WHERE night = $night AND verified = 'never' AND NOT list_contains($seen, source_id)
    ORDER BY 2 DESC, 1
"""
OPEN = """
    SELECT count(*), count(*) FILTER (listing_count > 1), count(*) FILTER (deadline IS NOT NULL),
           count(*) FILTER (pay_status IN ('paid', 'allowance')), count(*) FILTER (len(countries) > 0),
           (SELECT count(DISTINCT country) FROM (SELECT unnest(countries) AS country FROM internships WHERE state = 'open'))
    FROM internships WHERE state = 'open'
"""
COUNTRIES = """
    SELECT country, count(*) FROM (SELECT unnest(countries) AS country FROM internships WHERE state = 'open')
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 12
"""

NEED_A_PERSON = "SELECT source_id, why, evidence FROM source_health WHERE needs_person ORDER BY source_id"

MOST_NAMED = 10
"""So many of the sources that need a person are named with the reason."""

EXAMPLES = 3

MOST_SOURCES = 40
"""Above so many sources asked, the report counts them by channel, and names only those that need a look, so many at most."""

WELL = ("ok", "unchanged")


def render(path: Path, night: date, verified: Mapping[str, date]) -> str:
    """The report of `night` from the warehouse file at `path`. `verified`: sources that were checked since their entry was
    written, and when (see `pipeline.review.verified`)."""
    with warehouse.open_readonly(path) as con:
        sources = con.execute(SOURCES, {"night": night}).fetchall()
        passed_over = con.execute(PASSED_OVER, {"night": night}).fetchall()
        unseen = con.execute(UNVERIFIED, {"night": night, "seen": list(verified)}).fetchall()
        added, changed, closed, reopened, merged = con.execute(CHANGES, {"night": night}).fetchall()[0]
        opened, several, deadlines, paid, placed, countries = con.execute(OPEN).fetchall()[0]
        top = con.execute(COUNTRIES).fetchall()
        ailing = con.execute(NEED_A_PERSON).fetchall()
        unverified = con.execute("SELECT count(*) FROM internships WHERE state = 'unverified'").fetchall()[0][0]
    console = Console(file=io.StringIO(), width=WIDTH, highlight=False, markup=False)
    title, more = f"Night {night}", 0
    if len(sources) > MOST_SOURCES:
        console.print(_by_channel(sources, title))
        ill = [row for row in sources if row[2] not in WELL]
        title, sources, more = "need a look", ill[:MOST_SOURCES], len(ill) - MOST_SOURCES
    if sources:
        console.print(_by_source(sources, title))
    if more > 0:
        console.print(f"and {more} more: internships sources list --outcome OUTCOME")
    if passed_over:
        console.print("passed over: " + ", ".join(f"{count} {outcome}" for outcome, count in passed_over))
    console.print(
        f"{opened} open internships in {countries} countries"
        f" ({several} stand at more than one place, {deadlines} name a deadline, {paid} say they pay"
        f"{f', {unverified} more are unverified' if unverified else ''})"
    )
    console.print(f"tonight: {added} added, {changed} changed, {closed} closed, {reopened} reopened, {merged} merged")
    if top:
        console.print(
            f"most: {', '.join(f'{country} {count}' for country, count in top)}; {opened - placed} name no country"
        )
    if ailing:
        console.print(_for_a_person(ailing))
    if unseen:
        console.print(_told_of(unseen))
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines()) + "\n"


def _by_source(sources: list[tuple[Any, ...]], title: str) -> Table:
    """How each of these sources fared."""
    table = Table(title=title, title_justify="left", expand=False)
    for name in ("source", "channel", "outcome"):
        table.add_column(name, no_wrap=True)
    for name in ("seen", "kept", "listings", "rejects"):
        table.add_column(name, justify="right")
    table.add_column("evidence", overflow="fold", max_width=48)
    for row in sources:
        table.add_row(*(str(cell) for cell in row))
    return table


def _by_channel(sources: list[tuple[Any, ...]], title: str) -> Table:
    """How many sources of each channel had which outcome, and their rows."""
    outcomes = sorted({row[2] for row in sources}, key=lambda outcome: (outcome not in WELL, outcome))
    table = Table(title=title, title_justify="left", expand=False)
    table.add_column("channel", no_wrap=True)
    for name in ("sources", *outcomes, "seen", "kept", "listings", "rejects"):
        table.add_column(name, justify="right")
    for channel in sorted({row[1] for row in sources}):
        here = [row for row in sources if row[1] == channel]
        counts = [sum(row[2] == outcome for row in here) for outcome in outcomes]
        table.add_row(
            channel, *map(str, (len(here), *counts, *(sum(row[column] for row in here) for column in range(3, 7))))
        )
    return table


def _for_a_person(ailing: list[tuple[str, str, str | None]]) -> str:
    """A line for each of the first sources that will not mend themselves, and how many more there are."""
    lines = [f"needs a person: {counted(len(ailing), 'source')}"]
    lines += [
        f"  {source}: {why}{f' ({evidence})' if evidence else ''}" for source, why, evidence in ailing[:MOST_NAMED]
    ]
    if len(ailing) > MOST_NAMED:
        lines.append(f'  and {len(ailing) - MOST_NAMED} more: internships sql "FROM source_health WHERE needs_person"')
    return "\n".join(lines)


def _told_of(unseen: list[tuple[str, bool]]) -> str:
    """Two lines for the sources that nobody has seen to work, however many: those that are ill tonight first."""
    ill = sum(is_ill for _, is_ill in unseen)
    examples = ", ".join(source for source, _ in unseen[:EXAMPLES]) + (", …" if len(unseen) > EXAMPLES else "")
    return (
        f"never verified: {counted(len(unseen), 'source')}{f', {ill} of them ill tonight' if ill else ''} ({examples})\n"
        "  all of them: internships sources list --unverified; a look at one: internships sources check ID"
    )
