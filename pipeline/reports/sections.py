"""The long report of a night as sections, each a heading, a sentence, and a table or charts, for Markdown and the page.

What is new, closed, changed and merged; which sources need a person and why; accuracy, facts and fill rates beside those of the
nights before. Belongs here: what the report says. Does not belong here: how a form writes it (`markdown`, `page`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from statistics import median
from typing import Any, NamedTuple

from pipeline.reports.facts import NIGHTS_COMPARED, Attention, ChangedLayout, NightFacts, Opening, Rates
from pipeline.storage.raw import Durations
from pipeline.wording import seconds

MAX_ROWS_SHOWN = 25
"""Rows of a list; the number of all rows is in the sentence above it."""

NOTABLE_CHANGE = 0.1
"""A rate that got worse by more than this is marked: one field in ten postings went missing."""

BLOCKS = "▁▂▃▄▅▆▇█"
"""From none to all, as characters: a chart that Markdown can show."""


class Link(NamedTuple):
    text: str
    address: str

    @property
    def is_web(self) -> bool:
        """Whether it is safe to follow: texts of sources may hold any scheme."""
        return self.address.lower().startswith(("https://", "http://"))


class Trend(NamedTuple):
    """Rates of the nights compared, oldest first; None for a night without one."""

    rates: Sequence[float | None]

    @property
    def blocks(self) -> str:
        """The trend as characters."""
        top = len(BLOCKS) - 1
        return "".join(" " if rate is None else BLOCKS[round(min(max(rate, 0), 1) * top)] for rate in self.rates)


class Chart(NamedTuple):
    """A bar chart, oldest night first."""

    title: str
    labels: Sequence[str]
    values: Sequence[int]


class Section(NamedTuple):
    title: str
    text: str
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()
    charts: Sequence[Chart] = ()


def sections_of(facts: NightFacts) -> list[Section]:
    """What the report of a night says, what needs a person right after the counts."""
    return [
        _counts(facts),
        _attention(facts.attention),
        *([_layouts(facts.layouts)] if facts.layouts else []),
        _openings("New", "Open internships seen for the first time", facts.added, "deadline"),
        _openings("Closed", "Internships that were closed", facts.closed, "reason"),
        _changed(facts.changed_fields),
        Section(
            "Merged",
            _how_many(len(facts.merged), "Internships that turned out to be another one"),
            ("was", "is", "title"),
            facts.merged[:MAX_ROWS_SHOWN],
        ),
        Section("Outcomes", "How the sources fared.", ("outcome", "sources", "rows"), facts.outcomes),
        _accuracy(facts),
        Section(
            "Facts",
            "Share of the open internships that state each fact.",
            RATE_COLUMNS,
            _rate_rows(facts.key_facts, facts.night),
        ),
        Section(
            "Fill rates",
            "Share of the raw rows that have each field.",
            RATE_COLUMNS,
            _rate_rows(facts.fill_rates, facts.night),
        ),
        _durations(facts.durations),
    ]


def percent(rate: float | None) -> str:
    """A rate in whole percent; empty for None."""
    return "" if rate is None else f"{rate:.0%}"


def _counts(facts: NightFacts) -> Section:
    tonight = facts.nights[-1]
    text = (
        f"{tonight.open:,} internships are open. Tonight {tonight.added:,} were added, {tonight.changed:,} changed, "
        f"{tonight.closed:,} closed, {tonight.reopened:,} reopened, {tonight.merged:,} merged, "
        f"{tonight.unverified:,} became unverified. "
        f"Of {tonight.fetched:,} sources fetched, {tonight.healthy:,} are healthy."
    )
    columns = (
        "night",
        "open",
        "new",
        "closed",
        "changed",
        "reopened",
        "merged",
        "unverified",
        "fetched",
        "healthy",
        "rows",
    )
    labels = [str(each.night) for each in facts.nights]
    charts = [
        Chart("Open internships by night", labels, [each.open for each in facts.nights]),
        Chart("New by night", labels, [each.added for each in facts.nights]),
        Chart("Closed by night", labels, [each.closed for each in facts.nights]),
        Chart("Healthy sources by night", labels, [each.healthy for each in facts.nights]),
    ]
    return Section("Counts", text, columns, facts.nights[::-1], charts)


def _attention(sources: Sequence[Attention]) -> Section:
    columns = ("source", "channel", "reason", "outcome", "last healthy", "open listings", "evidence")
    text = _how_many(len(sources), "Sources that will not recover by themselves")
    return Section("Sources that need a person", text, columns, sources[:MAX_ROWS_SHOWN])


def _layouts(layouts: Sequence[ChangedLayout]) -> Section:
    text = (
        f"{_how_many(len(layouts), 'Sources whose page is built in another way')} Where their postings are found again, the "
        "changed entry is shown; nothing is applied. `internships sources health ID` prints it in full."
    )
    return Section("Changed layouts", text, ("source", "another way", "changed entry"), layouts[:MAX_ROWS_SHOWN])


def _openings(title: str, text: str, openings: Sequence[Opening], detail: str) -> Section:
    rows = [
        (Link(each.title, each.url), each.organization, each.countries, each.detail)
        for each in openings[:MAX_ROWS_SHOWN]
    ]
    return Section(title, _how_many(len(openings), text), ("internship", "organisation", "countries", detail), rows)


def _durations(durations: Durations) -> Section:
    slowest = durations.slowest(MAX_ROWS_SHOWN)
    text = (
        "How long the steps took, and the sources that took longest: many are read at the same time, and each waits between "
        "requests."
        if durations.steps
        else "How long this night took is not recorded."
    )
    rows = [("step", name, seconds(took)) for name, took in durations.steps.items()]
    return Section(
        "Durations", text, ("", "name", "took"), rows + [("source", name, seconds(took)) for name, took in slowest]
    )


def _changed(fields: Sequence[tuple[str, int]]) -> Section:
    text = "Fields that changed in known internships." if fields else "Nothing changed in known internships."
    return Section("Changed", text, ("field", "internships"), fields)


def _accuracy(facts: NightFacts) -> Section:
    text = (
        "What the program can measure by itself; how often it reads correctly is measured on labelled pages "
        f"(pipeline/clean/README.md). Of {facts.quotes:,} quotes from titles, organisations and descriptions of open listings, "
        f"{facts.verbatim_quotes:,} are verbatim. Quotes with character references are left out: a listing holds them decoded."
    )
    rates = {
        "rejects per kept row": facts.rejected,
        "new listings with words that no dictionary has": facts.unknown,
    }
    return Section("Accuracy", text, RATE_COLUMNS, _rate_rows(rates, facts.night, lower_is_worse=False))


RATE_COLUMNS = ("", "tonight", "median before", f"last {NIGHTS_COMPARED + 1} nights", "")


def _rate_rows(
    rates: Mapping[str, Rates], night: date, *, lower_is_worse: bool = True
) -> list[tuple[str, str, str, Trend, str]]:
    """A row for each rate: tonight's, the median of the nights before, and the trend; marked where it got worse by more than
    NOTABLE_CHANGE."""
    nights = sorted({when for by_night in rates.values() for when in by_night if when <= night})
    rows = []
    for name, by_night in rates.items():
        now = by_night.get(night)
        earlier = [rate for when, rate in by_night.items() if when < night]
        before = median(earlier) if earlier else None
        worse_by = 0.0 if now is None or before is None else (before - now if lower_is_worse else now - before)
        mark = ("fell" if lower_is_worse else "rose") if worse_by > NOTABLE_CHANGE else ""
        rows.append((name, percent(now), percent(before), Trend([by_night.get(when) for when in nights]), mark))
    return rows


def _how_many(count: int, text: str) -> str:
    return f"{text}: {count:,}{f', the first {MAX_ROWS_SHOWN} shown' if count > MAX_ROWS_SHOWN else ''}."
