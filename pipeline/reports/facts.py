"""The facts of a night, read once from the built warehouse, for every form of its report.

Belongs here: what a report knows, as typed rows, and the SQL that reads it. Does not belong here: sentences and tables
(`pipeline.reports.text`, `sections`). Nothing here reads the clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import polars as pl

from pipeline.storage.raw import Durations
from pipeline.storage.warehouse import open_readonly
from pipeline.tables import INTERNSHIPS
from pipeline.vocabulary import HEALTHY, NOT_ASKED

NIGHTS_COMPARED = 14
"""Nights before this one that it is compared with."""

MAX_COUNTRIES = 12
"""Countries named among those with the most open internships."""

KEY_FACTS = (
    "countries", "cities", "deadline", "starts_on", "weeks_min", "pay_status", "pay_month_eur", "languages_required", "fields",
    "study_levels", "enrolment", "visa_support", "nationality_rule", "work_mode",
)  # fmt: skip
"""Columns that people filter and rank by."""

Rates = Mapping[date, float]
"""Night -> a share between 0 and 1."""


class NightCounts(NamedTuple):
    """One night: open internships at its end, what came and went as the view `nights` counts it, known internships that changed,
    sources fetched and healthy, raw rows kept. What was open the night before, and added and reopened, less closed, merged and
    unverified, is open."""

    night: date
    open: int
    added: int
    closed: int
    changed: int
    reopened: int
    merged: int
    unverified: int
    fetched: int
    healthy: int
    rows: int


class Run(NamedTuple):
    """How a fetched source fared."""

    source_id: str
    channel: str
    outcome: str
    seen: int
    kept: int
    listings: int
    rejects: int
    evidence: str
    is_healthy: bool


class Attention(NamedTuple):
    """A source that will not recover by itself."""

    source_id: str
    channel: str
    reason: str
    outcome: str
    last_healthy: date | None
    open_listings: int
    evidence: str


class ChangedLayout(NamedTuple):
    """A source whose page is built in another way than its entry says. `finding`: of its postings, what another way reads, or why
    none does; `entry`: the changed one on a line, empty where there is none."""

    source_id: str
    finding: str
    entry: str


class Opening(NamedTuple):
    """A new or closed internship. `detail`: its deadline, or the reason why it was closed."""

    title: str
    organization: str
    countries: str
    detail: Any
    url: str


class OpenCounts(NamedTuple):
    """Open internships by what is known of them, and how many are unverified."""

    open: int
    at_several_sources: int
    with_deadline: int
    paid: int
    with_country: int
    countries: int
    unverified: int


@dataclass(frozen=True)
class NightFacts:
    """Everything that the forms of a night's report are made of."""

    night: date
    nights: list[NightCounts]
    """The nights compared, oldest first; the last one is this night."""
    runs: list[Run]
    """Sources fetched on this night, failed ones first, then by channel and id."""
    skipped: dict[str, int]
    """Outcome (with the reason, of unproven sources and of what the budget left over) -> number of sources not fetched."""
    never_verified: list[tuple[str, bool]]
    """Sources never seen to work, and whether they failed on this night; those first."""
    attention: list[Attention]
    """Sources that need a person, those with the most open listings first."""
    layouts: Sequence[ChangedLayout]
    """Sources whose layout changed tonight, looked at again."""
    counts: OpenCounts
    top_countries: list[tuple[str, int]]
    outcomes: list[tuple[str, int, int]]
    """Outcome, number of sources, rows kept."""
    added: list[Opening]
    closed: list[Opening]
    changed_fields: list[tuple[str, int]]
    """Field, number of internships in which it changed."""
    merged: list[tuple[str, str, str]]
    """Old id, new id, title."""
    key_facts: dict[str, Rates]
    """Column of KEY_FACTS -> share of the open internships that state it."""
    fill_rates: dict[str, Rates]
    """Raw field -> share of the raw rows that have it."""
    rejected: Rates
    """Rejects as a share of the rows kept."""
    unknown: Rates
    """Share of the new listings with words that no dictionary has."""
    quotes: int
    """Quotes of open listings that can be compared with the text."""
    verbatim_quotes: int
    """Those of them that are verbatim pieces of it."""
    durations: Durations


def read_facts(
    path: Path,
    night: date,
    verified: Mapping[str, date],
    durations: Durations,
    layouts: Sequence[ChangedLayout] = (),
) -> NightFacts:
    """The facts of `night` in the warehouse at `path`. `verified`: sources checked since their entry was written, and when (see
    `pipeline.review.verified`). `durations`: of the night; a warehouse has none, because the same night made again is the same
    file; `layouts`: sources whose layout changed, which are looked at outside of it. Raises WarehouseError."""
    with open_readonly(path) as con:

        def rows(query: str, **parameters: Any) -> list[tuple[Any, ...]]:
            return con.execute(query, parameters or None).fetchall()

        tonight = {"night": night}
        key_facts = rows(KEY_FACT_RATES)
        [(quotes, verbatim)] = rows(QUOTES)
        return NightFacts(
            night=night,
            nights=[NightCounts(*row) for row in rows(NIGHTS)],
            runs=[Run(*row) for row in rows(RUNS, **tonight)],
            skipped=dict(rows(SKIPPED, **tonight)),
            never_verified=[
                (source, failed) for source, failed in rows(NEVER_VERIFIED, **tonight, seen=list(verified))
            ],
            attention=[Attention(*row) for row in rows(ATTENTION)],
            layouts=layouts,
            counts=OpenCounts(*rows(OPEN_COUNTS)[0]),
            top_countries=[(country, count) for country, count in rows(TOP_COUNTRIES)],
            outcomes=[(outcome, sources, kept) for outcome, sources, kept in rows(OUTCOMES, **tonight)],
            added=[Opening(*row) for row in rows(ADDED, **tonight)],
            closed=[Opening(*row) for row in rows(CLOSED, **tonight)],
            changed_fields=[(field, count) for field, count in rows(CHANGED_FIELDS, **tonight)],
            merged=[(old, new, title) for old, new, title in rows(MERGED, **tonight)],
            key_facts={name: {row[0]: row[at] for row in key_facts} for at, name in enumerate(KEY_FACTS, start=1)},
            fill_rates=_fill_rates(con),
            rejected=dict(rows(REJECTED)),
            unknown=dict(rows(UNKNOWN)),
            quotes=quotes,
            verbatim_quotes=verbatim,
            durations=durations,
        )


def _fill_rates(con: duckdb.DuckDBPyConnection) -> dict[str, Rates]:
    rates: dict[str, dict[date, float]] = {}
    for field, night, rate in con.execute(FILL_RATES).fetchall():
        rates.setdefault(field, {})[night] = rate
    return dict(rates)


def _is_stated(name: str) -> str:
    """SQL of whether an internship states a column."""
    return f"coalesce(len({name}), 0) > 0" if isinstance(INTERNSHIPS.schema[name], pl.List) else f"{name} IS NOT NULL"


FETCHED = f"outcome NOT IN {tuple(map(str, sorted(NOT_ASKED)))}"
IS_HEALTHY = f"(complete OR outcome IN {tuple(map(str, sorted(HEALTHY)))})"
"""Also a list that says that there is nothing: it is empty, and complete."""

COMPARED = f"""
    nights AS (
        SELECT night FROM (SELECT night FROM source_runs UNION SELECT night FROM about)
        ORDER BY night DESC LIMIT {NIGHTS_COMPARED + 1}
    )"""
VALID = "valid_from <= night AND (valid_to IS NULL OR valid_to > night)"

NIGHTS = f"""
    WITH changed AS (
        SELECT night, count(DISTINCT internship_id) AS internships FROM changes WHERE change = 'changed' GROUP BY night
    ),
    ran AS (
        SELECT night, count(*) FILTER ({FETCHED}) AS fetched, count(*) FILTER ({IS_HEALTHY}) AS healthy, sum(kept)::BIGINT AS rows
        FROM source_runs GROUP BY night
    ),
    newest AS (
        SELECT * FROM nights ORDER BY night DESC LIMIT {NIGHTS_COMPARED + 1}
    )
    SELECT night, open, added, closed - merged, coalesce(changed.internships, 0), reopened, merged, unverified,
        coalesce(fetched, 0), coalesce(healthy, 0), coalesce(rows, 0)
    FROM newest LEFT JOIN changed USING (night) LEFT JOIN ran USING (night)
    ORDER BY night"""

RUNS = f"""
    SELECT source_id, channel, outcome, seen, kept, listings, rejects, coalesce(evidence, ''), {IS_HEALTHY}
    FROM source_runs JOIN sources USING (source_id)
    WHERE night = $night AND {FETCHED}
    ORDER BY {IS_HEALTHY}, channel, source_id"""

SKIPPED = f"""
    SELECT outcome || if(regexp_matches(evidence, '^(unproven|left for tomorrow): '), ' (' || evidence || ')', ''), count(*)
    FROM source_runs WHERE night = $night AND NOT {FETCHED} GROUP BY 1 ORDER BY 1"""

NEVER_VERIFIED = f"""
    SELECT source_id, {FETCHED} AND NOT {IS_HEALTHY}
    FROM source_runs JOIN sources USING (source_id)
    WHERE night = $night AND verified = 'never' AND NOT list_contains($seen, source_id)
    ORDER BY 2 DESC, 1"""

ATTENTION = """
    SELECT source_id, channel, why, outcome, last_healthy, open_listings, coalesce(evidence, '')
    FROM source_health WHERE needs_person ORDER BY open_listings DESC, source_id"""

OPEN_COUNTS = """
    SELECT count(*), count(*) FILTER (len(source_ids) > 1), count(*) FILTER (deadline IS NOT NULL),
        count(*) FILTER (pay_status IN ('paid', 'allowance')), count(*) FILTER (len(countries) > 0),
        (SELECT count(DISTINCT country) FROM (SELECT unnest(countries) AS country FROM internships WHERE state = 'open')),
        (SELECT count(*) FROM internships WHERE state = 'unverified')
    FROM internships WHERE state = 'open'"""

TOP_COUNTRIES = f"""
    SELECT country, count(*) FROM (SELECT unnest(countries) AS country FROM internships WHERE state = 'open')
    GROUP BY country ORDER BY 2 DESC, 1 LIMIT {MAX_COUNTRIES}"""

OUTCOMES = """
    SELECT outcome, count(*), sum(kept)::BIGINT FROM source_runs WHERE night = $night GROUP BY outcome ORDER BY outcome"""

ADDED = """
    SELECT title, coalesce(organization, ''), array_to_string(countries, ' '), deadline, best_url FROM internships
    WHERE state = 'open' AND first_seen = $night ORDER BY listing_count DESC, internship_id"""

CLOSED = """
    SELECT title, coalesce(organization, ''), array_to_string(countries, ' '), closed_reason, best_url FROM internships
    WHERE internship_id IN (SELECT internship_id FROM changes WHERE night = $night AND change = 'closed')
    ORDER BY listing_count DESC, internship_id"""

CHANGED_FIELDS = """
    SELECT field, count(DISTINCT internship_id) FROM changes WHERE night = $night AND change = 'changed'
    GROUP BY field ORDER BY 2 DESC, 1"""

MERGED = """
    SELECT old_id, new_id, coalesce(title, '') FROM redirects LEFT JOIN internships ON internship_id = new_id
    WHERE redirects.night = $night ORDER BY new_id, old_id"""

FILL_RATES = f"""
    WITH rates AS (
        SELECT night, kept, unnest(fill, recursive := true) FROM source_runs
        WHERE kept > 0 AND night IN (SELECT DISTINCT night FROM source_runs ORDER BY night DESC LIMIT {NIGHTS_COMPARED + 1})
    )
    SELECT field, night, sum(rate * kept) / sum(kept) FROM rates
    WHERE rate IS NOT NULL GROUP BY field, night ORDER BY field, night"""

KEY_FACT_RATES = f"""
    WITH {COMPARED}
    SELECT night, {", ".join(f"avg(({_is_stated(name)})::INTEGER)" for name in KEY_FACTS)}
    FROM nights JOIN internship_history ON {VALID}
    WHERE state = 'open' GROUP BY night ORDER BY night"""

REJECTED = f"""
    SELECT night, sum(rejects) / sum(kept) FROM source_runs
    WHERE kept > 0 AND {FETCHED} GROUP BY night ORDER BY night DESC LIMIT {NIGHTS_COMPARED + 1}"""

UNKNOWN = f"""
    SELECT first_seen, count(*) FILTER (listing_id IN (SELECT listing_id FROM unknown_texts)) / count(*)
    FROM listings GROUP BY first_seen ORDER BY first_seen DESC LIMIT {NIGHTS_COMPARED + 1}"""

QUOTES = """
    WITH quoted AS (
        SELECT evidence.quote,
            CASE raw_field WHEN 'title' THEN title WHEN 'organization' THEN organization ELSE description END AS text
        FROM evidence JOIN listings USING (listing_id)
        WHERE raw_field IN ('title', 'organization', 'description') AND state = 'open'
    )
    SELECT count(*), count(*) FILTER (contains(text, quote)) FROM quoted
    WHERE text IS NOT NULL AND NOT regexp_matches(quote, '&#?\\w+;')"""
