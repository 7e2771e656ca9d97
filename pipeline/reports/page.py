"""The report of a night as Markdown and as a page: what is new, closed, changed and merged, which sources need a person and
why; accuracy, facts, fill rates and counts beside those of the last nights. Read from the built warehouse alone; no clock
goes in.

Both forms are drawn from the same sections. The page has its charts as SVG and needs no script; light or dark is the reader's.
Texts of sources are escaped in both. Belongs here: what the two forms say. Does not belong here: the table in a terminal
(`pipeline.reports.text`), the dashboard (`pipeline.exports`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import duckdb
import polars as pl

from pipeline.storage import warehouse
from pipeline.tables import INTERNSHIPS

NIGHTS = 14
"""Nights that tonight is put beside."""

MOST = 25
"""Rows of a list; how many more there are stands below it."""

FELL = 0.1
"""A fill rate that is lower than before by more than this is marked: one field in ten postings went missing."""

BLOCKS = "▁▂▃▄▅▆▇█"
"""From none to all, as letters: a chart that Markdown can show."""

ASKED = "outcome NOT IN ('not_due', 'not_recorded')"
WELL = "outcome IN ('ok', 'unchanged')"


def _is_stated(name: str) -> str:
    """SQL of whether an internship states a column."""
    return f"coalesce(len({name}), 0) > 0" if isinstance(INTERNSHIPS.schema[name], pl.List) else f"{name} IS NOT NULL"


BY_NIGHT = f"""
    WITH nights AS (
        SELECT night FROM (SELECT night FROM source_runs UNION SELECT night FROM about) ORDER BY night DESC LIMIT {NIGHTS + 1}
    ),
    happened AS (
        SELECT night, count(DISTINCT internship_id) FILTER (change = 'added') AS added,
            count(DISTINCT internship_id) FILTER (change = 'changed') AS changed,
            count(*) FILTER (change = 'closed') AS closed, count(*) FILTER (change = 'reopened') AS reopened,
            count(*) FILTER (change = 'merged') AS merged
        FROM changes GROUP BY night
    ),
    ran AS (
        SELECT night, count(*) FILTER ({ASKED}) AS asked, count(*) FILTER ({WELL}) AS well, sum(kept)::BIGINT AS rows
        FROM source_runs GROUP BY night
    ),
    stood AS (
        SELECT night, count(*) FILTER (state = 'open') AS open
        FROM nights JOIN internship_history ON valid_from <= night AND (valid_to IS NULL OR valid_to > night)
        GROUP BY night
    )
    SELECT night, coalesce(open, 0), coalesce(added, 0), coalesce(closed, 0), coalesce(changed, 0), coalesce(reopened, 0),
        coalesce(merged, 0), coalesce(asked, 0), coalesce(well, 0), coalesce(rows, 0)
    FROM nights LEFT JOIN happened USING (night) LEFT JOIN ran USING (night) LEFT JOIN stood USING (night)
    ORDER BY night"""
PERSON = """
    SELECT source_id, channel, why, outcome, last_healthy, open_listings, coalesce(evidence, '')
    FROM source_health WHERE needs_person ORDER BY open_listings DESC, source_id"""
OUTCOMES = "SELECT outcome, count(*), sum(kept)::BIGINT FROM source_runs WHERE night = $night GROUP BY outcome ORDER BY outcome"
NEW = """
    SELECT title, coalesce(organization, ''), array_to_string(countries, ' '), deadline, best_url FROM internships
    WHERE state = 'open' AND first_seen = $night ORDER BY listing_count DESC, internship_id"""
CLOSED = """
    SELECT title, coalesce(organization, ''), array_to_string(countries, ' '), closed_reason, best_url FROM internships
    WHERE internship_id IN (SELECT internship_id FROM changes WHERE night = $night AND change = 'closed')
    ORDER BY listing_count DESC, internship_id"""
CHANGED = """
    SELECT field, count(DISTINCT internship_id) FROM changes WHERE night = $night AND change = 'changed'
    GROUP BY field ORDER BY 2 DESC, 1"""
MERGED = """
    SELECT old_id, new_id, coalesce(title, '') FROM redirects LEFT JOIN internships ON internship_id = new_id
    WHERE redirects.night = $night ORDER BY new_id, old_id"""
FILL = """
    WITH rates AS (
        SELECT night, kept, unnest(fill, recursive := true) FROM source_runs
        WHERE kept > 0 AND night IN (SELECT DISTINCT night FROM source_runs ORDER BY night DESC LIMIT $nights)
    )
    SELECT field, night, sum(rate * kept) / sum(kept) FROM rates GROUP BY field, night ORDER BY field, night"""
WEIGHTY = (
    "countries", "cities", "deadline", "starts_on", "weeks_min", "pay_status", "pay_month_eur", "languages_required", "fields",
    "study_levels", "enrolment", "visa_support", "nationality_rule", "work_mode",
)  # fmt: skip
"""Facts that people filter and rank by."""

STATED = f"""
    WITH nights AS (
        SELECT night FROM (SELECT night FROM source_runs UNION SELECT night FROM about) ORDER BY night DESC LIMIT {NIGHTS + 1}
    )
    SELECT night, {", ".join(f"avg(({_is_stated(name)})::INTEGER)" for name in WEIGHTY)}
    FROM nights JOIN internship_history ON valid_from <= night AND (valid_to IS NULL OR valid_to > night)
    WHERE state = 'open' GROUP BY night ORDER BY night"""
REFUSED = f"""
    SELECT night, sum(rejects) / sum(kept) FROM source_runs
    WHERE kept > 0 AND {ASKED} GROUP BY night ORDER BY night DESC LIMIT {NIGHTS + 1}"""
UNKNOWN = f"""
    SELECT first_seen, count(*) FILTER (listing_id IN (SELECT listing_id FROM unknown_texts)) / count(*)
    FROM listings GROUP BY first_seen ORDER BY first_seen DESC LIMIT {NIGHTS + 1}"""
QUOTED = """
    WITH quoted AS (
        SELECT evidence.quote,
            CASE raw_field WHEN 'title' THEN title WHEN 'organization' THEN organization ELSE description END AS text
        FROM evidence JOIN listings USING (listing_id)
        WHERE raw_field IN ('title', 'organization', 'description') AND state = 'open'
    )
    SELECT count(*), count(*) FILTER (contains(text, quote)) FROM quoted
    WHERE text IS NOT NULL AND NOT regexp_matches(quote, '&#?\\w+;')"""


class Link(NamedTuple):
    text: str
    address: str


class Course(NamedTuple):
    """Rates of the last nights, the oldest first; None where a night has none."""

    rates: Sequence[float | None]


class Section(NamedTuple):
    """A heading, a sentence, and a table if there is something to list."""

    title: str
    words: str
    names: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()
    chart: str = ""


def render(path: Path, night: date) -> dict[str, str]:
    """The report of `night` from the warehouse file at `path`, by the suffix of its file: `.md`, `.html`."""
    title, sections = f"Night of {night}", read(path, night)
    return {".md": as_markdown(title, sections), ".html": as_page(title, sections)}


def read(path: Path, night: date) -> list[Section]:
    """What the report of `night` says."""
    with warehouse.open_readonly(path) as con:
        nights = con.execute(BY_NIGHT).fetchall()
        return [
            _counts(nights),
            _person(con),
            _listed(con, "New", "Open internships seen for the first time", NEW, night, "deadline"),
            _listed(con, "Closed", "Internships that were closed", CLOSED, night, "why"),
            _changed(con, night),
            _merged(con, night),
            _outcomes(con, night),
            _accuracy(con, night),
            _facts(con, night),
            _fill(con, night),
        ]


def _counts(nights: Sequence[tuple[Any, ...]]) -> Section:
    *_, (_, opened, added, closed, changed, reopened, merged, asked, well, _) = nights
    words = (
        f"{opened:,} internships are open. Tonight {added:,} were added, {changed:,} changed, {closed:,} closed, {reopened:,} "
        f"reopened, {merged:,} merged. Of {asked:,} sources asked, {well:,} are well."
    )
    names = ("night", "open", "new", "closed", "changed", "reopened", "merged", "asked", "well", "rows")
    dates = [str(row[0]) for row in nights]
    charts = [
        _chart("Open internships by night", dates, [row[1] for row in nights]),
        _chart("New by night", dates, [row[2] for row in nights]),
        _chart("Closed by night", dates, [row[3] for row in nights]),
        _chart("Sources that are well, by night", dates, [row[8] for row in nights]),
    ]
    return Section("Counts", words, names, nights[::-1], "".join(charts))


def _person(con: duckdb.DuckDBPyConnection) -> Section:
    rows = con.execute(PERSON).fetchall()
    names = ("source", "channel", "why", "outcome", "last healthy", "open listings", "evidence")
    return Section("Sources that need a person", _how_many(len(rows), "Sources that need a look"), names, rows[:MOST])


def _listed(con: duckdb.DuckDBPyConnection, title: str, words: str, query: str, night: date, last: str) -> Section:
    rows = con.execute(query, {"night": night}).fetchall()
    shown = [(Link(name, address), *others) for name, *others, address in rows[:MOST]]
    return Section(title, _how_many(len(rows), words), ("internship", "organisation", "countries", last), shown)


def _changed(con: duckdb.DuckDBPyConnection, night: date) -> Section:
    rows = con.execute(CHANGED, {"night": night}).fetchall()
    words = (
        "What changed in internships that were known." if rows else "Nothing changed in internships that were known."
    )
    return Section("Changed", words, ("field", "internships"), rows)


def _merged(con: duckdb.DuckDBPyConnection, night: date) -> Section:
    rows = con.execute(MERGED, {"night": night}).fetchall()
    words = _how_many(len(rows), "Internships found to be another one")
    return Section("Merged", words, ("was", "is", "title"), rows[:MOST])


def _outcomes(con: duckdb.DuckDBPyConnection, night: date) -> Section:
    rows = con.execute(OUTCOMES, {"night": night}).fetchall()
    return Section("Outcomes", "How the sources fared.", ("outcome", "sources", "rows"), rows)


def _accuracy(con: duckdb.DuckDBPyConnection, night: date) -> Section:
    quotes, verbatim = con.execute(QUOTED).fetchall()[0]
    words = (
        "What a program can tell of its own reading; how often it reads right, labelled pages tell (pipeline/clean/README.md). "
        f"Of {quotes:,} quotes from titles, organisations and descriptions of open listings, {verbatim:,} stand there word "
        "for word. Quotes with letters written as entities are left out: a listing holds them decoded."
    )
    rates = {
        "rows refused, of those kept": dict(con.execute(REFUSED).fetchall()),
        "new listings with words that no dictionary knows": dict(con.execute(UNKNOWN).fetchall()),
    }
    return Section("Accuracy", words, RATED, _rated(rates, night, lower_is_worse=False))


def _facts(con: duckdb.DuckDBPyConnection, night: date) -> Section:
    rows = con.execute(STATED).fetchall()
    rates = {name: {row[0]: row[at] for row in rows} for at, name in enumerate(WEIGHTY, start=1)}
    return Section("Facts", "Share of the open internships that have each fact.", RATED, _rated(rates, night))


def _fill(con: duckdb.DuckDBPyConnection, night: date) -> Section:
    rates: dict[str, dict[date, float]] = {}
    for field, when, rate in con.execute(FILL, {"nights": NIGHTS + 1}).fetchall():
        rates.setdefault(field, {})[when] = rate
    return Section("Fill rates", "Share of raw rows that have each field.", RATED, _rated(rates, night))


RATED = ("", "tonight", "median before", f"last {NIGHTS + 1} nights", "")


def _rated(
    rates: Mapping[str, Mapping[date, float]], night: date, *, lower_is_worse: bool = True
) -> list[tuple[str, str, str, Course, str]]:
    """A row for each rate: tonight's beside the median of the nights before, and its course; marked where it got worse by
    more than FELL."""
    nights = sorted({when for by_night in rates.values() for when in by_night if when <= night})
    told = []
    for name, by_night in rates.items():
        now = by_night.get(night)
        earlier = [rate for when, rate in by_night.items() if when < night]
        before = median(earlier) if earlier else None
        worse = 0.0 if now is None or before is None else (before - now if lower_is_worse else now - before)
        mark = ("fell" if lower_is_worse else "rose") if worse > FELL else ""
        course = Course([by_night.get(when) for when in nights])
        told.append((name, _percent(now), _percent(before), course, mark))
    return told


def _how_many(count: int, words: str) -> str:
    return f"{words}: {count:,}{f', of which here are {MOST}' if count > MOST else ''}."


def _percent(rate: float | None) -> str:
    return "" if rate is None else f"{rate:.0%}"


# ------------------------------------------------------------------------------------------------------------- Markdown


def as_markdown(title: str, sections: Sequence[Section]) -> str:
    """GitHub's Markdown, with tables."""
    parts = [f"# {title}\n"]
    for section in sections:
        parts.append(f"## {section.title}\n\n{section.words}\n")
        if section.rows:
            lines = [section.names, ["---"] * len(section.names), *section.rows]
            parts.append("\n".join(f"| {' | '.join(_markdown(cell) for cell in line)} |" for line in lines) + "\n")
    return "\n".join(parts)


def _markdown(cell: Any) -> str:
    if isinstance(cell, Link):
        if not _is_web(cell.address):
            return _markdown(cell.text)
        address = re.sub(r"[<>|\\\s]", "", cell.address)
        return f"[{_markdown(cell.text)}](<{address}>)"
    return re.sub(r"([\\`*_{}\[\]<>|#&~!])", r"\\\1", " ".join(_text(cell).split())) if cell != "---" else "---"


# ----------------------------------------------------------------------------------------------------------------- page

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --ground: #fff; --line: #d0d7de; --bar: #2563a8; --quiet: #57606a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --ground: #0d1117; --line: #30363d; --bar: #6cb0f5; --quiet: #9da7b3; }
}
body { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); max-width: 70rem; margin: auto;
  padding: 1rem; }
table { border-collapse: collapse; font-size: .9rem; }
th, td { text-align: start; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top;
  overflow-wrap: anywhere; }
th { white-space: nowrap; }
td { min-width: 8rem; } td:last-child { min-width: 14rem; } td.number { min-width: 0; }
td.number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
.wide { overflow-x: auto; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 1rem; }
figure { margin: 0; } figcaption { color: var(--quiet); font-size: .9rem; }
svg { width: 100%; height: auto; } rect { fill: var(--bar); } svg text { fill: var(--quiet); font-size: 9px; }
a { color: var(--bar); }
.course { color: var(--bar); letter-spacing: 1px; white-space: pre; }
"""


def as_page(title: str, sections: Sequence[Section]) -> str:
    """An HTML document that loads nothing."""
    body = "".join(_section(section) for section in sections)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{html.escape(title)}</title><style>{STYLE}</style></head>\n"
        f"<body><h1>{html.escape(title)}</h1>\n{body}</body></html>\n"
    )


def _section(section: Section) -> str:
    charts = f'<div class="charts">{section.chart}</div>\n' if section.chart else ""
    table = ""
    if section.rows:
        head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in section.names)
        rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in section.rows)
        table = f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table></div>\n'
    return f"<section><h2>{html.escape(section.title)}</h2>\n<p>{html.escape(section.words)}</p>\n{charts}{table}</section>\n"


def _cell(cell: Any) -> str:
    if isinstance(cell, int):
        return f'<td class="number">{cell:,}</td>'
    if isinstance(cell, Course):
        told = ", ".join(_percent(rate) or "none" for rate in cell.rates)
        return f'<td><span class="course" role="img" aria-label="{told}" title="{told}">{_text(cell)}</span></td>'
    text = f'<bdi dir="auto">{html.escape(_text(cell))}</bdi>'
    if isinstance(cell, Link) and _is_web(cell.address):
        return f'<td><a rel="noreferrer" href="{html.escape(cell.address)}">{text}</a></td>'
    return f"<td>{text}</td>"


def _chart(title: str, names: Sequence[str], values: Sequence[int]) -> str:
    """Bars as SVG, the oldest first, each with its name and value for who points at it or has it read out."""
    width, height, greatest = 20, 60, max(*values, 1)
    bars = "".join(
        f'<rect x="{at * width + 2}" y="{height - value * height / greatest:.1f}" width="{width - 4}" '
        f'height="{value * height / greatest:.1f}"><title>{html.escape(name)}: {value:,}</title></rect>'
        for at, (name, value) in enumerate(zip(names, values, strict=True))
    )
    label = html.escape(f"{title}: {values[0]:,} on {names[0]}, {values[-1]:,} on {names[-1]}")
    return (
        f'<figure><svg viewBox="0 0 {max(len(values), NIGHTS + 1) * width} {height}" role="img" aria-label="{label}">{bars}</svg>'
        f"<figcaption>{html.escape(title)}, at most {greatest:,}</figcaption></figure>"
    )


def _text(cell: Any) -> str:
    if isinstance(cell, Course):
        return "".join(
            " " if rate is None else BLOCKS[round(min(max(rate, 0), 1) * (len(BLOCKS) - 1))] for rate in cell.rates
        )
    return cell.text if isinstance(cell, Link) else "" if cell is None else str(cell)


def _is_web(address: str) -> bool:
    return address.lower().startswith(("https://", "http://"))
