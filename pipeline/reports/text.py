"""The report of a night as plain text: how each source fared, what changed, what needs a person. A run and `internships status`
print it."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipeline.reports.facts import Attention, NightFacts, OpenCounts, Run, read_facts
from pipeline.reports.sections import Trend
from pipeline.storage.raw import Durations
from pipeline.vocabulary import HEALTHY
from pipeline.wording import counted, seconds

PAGE_WIDTH = 132
EVIDENCE_WIDTH = 48
"""Characters, as all widths here."""

MAX_RUNS_SHOWN = 40
"""With more sources than this, the report counts them by channel, and lists only those that failed, at most this many."""

MAX_ATTENTION_SHOWN = 10
"""Sources that need a person are listed with the reason, at most this many."""

MAX_EXAMPLES = 3

MAX_SLOWEST = 5
"""Sources that took longest, named."""


def render(warehouse: Path, night: date, verified: Mapping[str, date], durations: Durations) -> str:
    """The report of `night` from the warehouse at that path. Arguments as of `facts.read_facts`. Raises WarehouseError."""
    return render_facts(read_facts(warehouse, night, verified, durations))


def render_facts(facts: NightFacts) -> str:
    """The report of these facts."""
    out = io.StringIO()
    console = Console(file=out, width=PAGE_WIDTH, highlight=False, markup=False)
    if facts.attention:
        console.print(_attention(facts.attention))
    for layout in facts.layouts:
        advice = f"; internships sources health {layout.source_id} prints the changed entry" if layout.entry else ""
        console.print(f"layout changed: {layout.source_id}: {layout.finding}{advice}")
    _print_runs(facts.runs, f"Night {facts.night}", console)
    if facts.skipped:
        console.print("skipped: " + ", ".join(f"{count} {outcome}" for outcome, count in facts.skipped.items()))
    for line in _counts(facts):
        console.print(line)
    if facts.never_verified:
        console.print(_never_verified(facts.never_verified))
    for line in _durations(facts.durations):
        console.print(line)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _print_runs(runs: Sequence[Run], title: str, console: Console) -> None:
    hidden = 0
    if len(runs) > MAX_RUNS_SHOWN:
        console.print(_by_channel(runs, title))
        failed = [run for run in runs if not run.is_healthy]
        title, runs, hidden = "failed", failed[:MAX_RUNS_SHOWN], len(failed) - MAX_RUNS_SHOWN
    if runs:
        console.print(_by_source(runs, title))
    if hidden > 0:
        console.print(f"and {hidden} more: internships sources list --outcome OUTCOME")


def _by_source(runs: Sequence[Run], title: str) -> Table:
    """How each of these sources fared."""
    table = Table(title=title, title_justify="left", expand=False)
    for name in ("source", "channel", "outcome"):
        table.add_column(name, no_wrap=True)
    for name in ("seen", "kept", "listings", "rejects"):
        table.add_column(name, justify="right")
    table.add_column("evidence", overflow="fold", max_width=EVIDENCE_WIDTH)
    for run in runs:
        table.add_row(*map(str, run[: len(table.columns)]))
    return table


def _by_channel(runs: Sequence[Run], title: str) -> Table:
    """How many sources of each channel had which outcome, and their rows."""
    outcomes = sorted({run.outcome for run in runs}, key=lambda outcome: (outcome not in HEALTHY, outcome))
    table = Table(title=title, title_justify="left", expand=False)
    table.add_column("channel", no_wrap=True)
    for name in ("sources", *outcomes, "seen", "kept", "listings", "rejects"):
        table.add_column(name, justify="right")
    for channel in sorted({run.channel for run in runs}):
        members = [run for run in runs if run.channel == channel]
        counts = [sum(run.outcome == outcome for run in members) for outcome in outcomes]
        totals = [sum(rows) for rows in zip(*(run[3:7] for run in members), strict=True)]
        table.add_row(channel, *map(str, (len(members), *counts, *totals)))
    return table


def _counts(facts: NightFacts) -> list[str]:
    counts: OpenCounts = facts.counts
    tonight = facts.nights[-1]
    unverified = f", {counts.unverified} more are unverified" if counts.unverified else ""
    lines = [
        f"{counts.open} open internships in {counts.countries} countries ({counts.at_several_sources} at more than one source, "
        f"{counts.with_deadline} with a deadline, {counts.paid} with pay or an allowance{unverified})",
        f"tonight: {tonight.added} added, {tonight.changed} changed, {tonight.closed} closed, {tonight.reopened} reopened, "
        f"{tonight.merged} merged, {tonight.unverified} became unverified",
    ]
    if len(facts.nights) > 1:
        first, most = facts.nights[0], max(each.open for each in facts.nights) or 1
        trend = Trend([each.open / most for each in facts.nights]).blocks
        lines.append(f"open since {first.night}: {trend} {first.open} to {tonight.open}")
    if facts.top_countries:
        top = ", ".join(f"{country} {count}" for country, count in facts.top_countries)
        lines.append(f"most: {top}; {counts.open - counts.with_country} name no country")
    return lines


def _attention(sources: Sequence[Attention]) -> str:
    """A line for each of the first sources that will not recover by themselves, and how many more there are."""
    lines = [f"needs a person: {counted(len(sources), 'source')}"]
    lines += [
        f"  {source.source_id}: {source.reason}{f' ({source.evidence})' if source.evidence else ''}"
        for source in sources[:MAX_ATTENTION_SHOWN]
    ]
    if len(sources) > MAX_ATTENTION_SHOWN:
        hidden = len(sources) - MAX_ATTENTION_SHOWN
        lines.append(f'  and {hidden} more: internships sql "FROM source_health WHERE needs_person"')
    return "\n".join(lines)


def _never_verified(sources: Sequence[tuple[str, bool]]) -> str:
    """Two lines for the sources that nobody has seen to work, however many; those that failed tonight first."""
    failed = sum(has_failed for _, has_failed in sources)
    examples = ", ".join(source for source, _ in sources[:MAX_EXAMPLES]) + (
        ", …" if len(sources) > MAX_EXAMPLES else ""
    )
    failed_tonight = f", {failed} of them failed tonight" if failed else ""
    return (
        f"never verified: {counted(len(sources), 'source')}{failed_tonight} ({examples})\n"
        "  all of them: internships sources list --unverified; a look at one: internships sources check ID"
    )


def _durations(durations: Durations) -> list[str]:
    """How long the steps and the slowest sources took, a line each, where that was recorded."""
    lines = []
    if durations.steps:
        steps = ", ".join(f"{step} {seconds(took)}" for step, took in durations.steps.items())
        lines.append(f"durations: {seconds(sum(durations.steps.values()))} ({steps})")
    if durations.sources:
        slowest = durations.slowest(MAX_SLOWEST)
        lines.append("slowest sources: " + ", ".join(f"{source} {seconds(took)}" for source, took in slowest))
    return lines
