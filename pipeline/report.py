"""The report of a night, as text: how each source fared, and what changed. Read from the built warehouse."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipeline import warehouse

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


def render(path: Path, night: date) -> str:
    """The report of `night` from the warehouse file at `path`."""
    with warehouse.open_readonly(path) as con:
        sources = con.execute(SOURCES, {"night": night}).fetchall()
        passed_over = con.execute(PASSED_OVER, {"night": night}).fetchall()
        added, changed, closed, reopened, merged = con.execute(CHANGES, {"night": night}).fetchall()[0]
        opened, several, deadlines, paid, placed, countries = con.execute(OPEN).fetchall()[0]
        top = con.execute(COUNTRIES).fetchall()
        unverified = con.execute("SELECT count(*) FROM internships WHERE state = 'unverified'").fetchall()[0][0]
    console = Console(file=io.StringIO(), width=WIDTH, highlight=False, markup=False)
    table = Table(title=f"Night {night}", title_justify="left", expand=False)
    for name in ("source", "channel", "outcome"):
        table.add_column(name, no_wrap=True)
    for name in ("seen", "kept", "listings", "rejects"):
        table.add_column(name, justify="right")
    table.add_column("evidence", overflow="fold", max_width=48)
    for row in sources:
        table.add_row(*(str(cell) for cell in row))
    console.print(table)
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
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines()) + "\n"
