"""The dashboard among the exports of a night: index.html, and what the page reads below dashboard/.

    index.html                          the page; its scripts and styles are those of pipeline/dashboard/page
    dashboard/app.js, app.css, …        the built bundle with its licences, as checked in
    dashboard/internships-<hash>.parquet  what is filtered, sorted and drawn: one flat row an internship, newest first
    dashboard/first-<hash>.parquet      the first rows of it, so that openings are seen before all of it is read
    dashboard/links-<hash>.parquet      where to go, row by row as in internships; read when a table is saved
    dashboard/terms-<hash>.parquet      what a search understands, as the table search_terms, of towns and occupations those
                                        of open internships; read when something is searched
    dashboard/asked-<hash>.parquet      what each asks of a person and offers, row by row as in internships; read when a person
                                        says more of themselves than where they are from
    dashboard/details-<hash>.parquet    what one internship's own page shows, JSON, by id: a reader finds in the statistics of
                                        the row groups which one has the id, and asks for that one
    dashboard/sources-<hash>.parquet    how each source is
    dashboard/nights-<hash>.parquet     what each of the last nights brought
    dashboard/contents.json             the night, those files, the other exports, names of codes

A name has the hash of its content, so that a page that was loaded before a newer night came never mixes two nights: it
finds the old name gone and says so. What the rights of a source withhold is withheld here too (`rows`). Does not belong
here: how the page looks and works (pipeline/dashboard/), how it is served (`pipeline.dashboard.serve`).
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from pipeline.exports.files import ExportedFile, ExportError, copy, count_of, finish
from pipeline.exports.parquet import ROW_GROUP_ROWS, count_rows
from pipeline.exports.rows import selection
from pipeline.shipped import shipped
from pipeline.storage.files import aside_of, sync
from pipeline.storage.warehouse import open_readonly
from pipeline.tables import EVIDENCE_TABLE, INTERNSHIPS, LISTINGS

FOLDER = "dashboard"
PAGE = Path(__file__).parent.parent / "dashboard" / "page"

MAX_NIGHTS_CLOSED = 30
"""Nights for which a closed internship stays on the page: a shared address keeps its meaning for a month."""

MAX_NIGHTS_SHOWN = 90

FIRST_ROWS = 250
"""Ten pages of the list: enough for one even if most of them are over by the day on which it is read."""

DETAILS_ROW_GROUP_ROWS = 256
"""Rows that a reader must fetch to see one: some 200 kB if descriptions have two pages."""

DETAILS_BATCH_ROWS = 250_000
"""Records made per pass: each pass reads all tables and holds this many records."""

MEANINGS = {
    "internships": "what the dashboard filters and sorts: open, unverified and lately closed internships, newest first",
    "first": "the first rows of the dashboard's internships",
    "links": "where to go for each row of the dashboard's internships",
    "terms": "what the dashboard's search understands: words, the column they stand for, its values",
    "asked": "what each row of the dashboard's internships asks of a person and offers, as suits(profile) judges it",
    "details": "the record of each of the dashboard's internships by id, with its listings, quotes and history, JSON",
    "sources": "how each source is, for the dashboard",
    "nights": "what each of the last nights brought, for the dashboard",
    "contents": "what the dashboard reads: the night, its tables, the other exports, names of codes",
    "page": "a part of the dashboard's page",
}

_CREATE_SHOWN = f"""
    CREATE TEMP TABLE shown AS
    SELECT internship_id, row_number() OVER (
        ORDER BY state = 'closed', state = 'unverified', first_seen DESC, internship_id
    ) AS nth
    FROM internships
    WHERE state <> 'closed' OR closed_on >= (SELECT night FROM about) - {MAX_NIGHTS_CLOSED}
"""


def _days(column: str) -> str:
    """SQL of a column of dates as days since 1970: a browser reads numbers ten times faster than dates."""
    return _days_of(column, column)


def _days_of(day: str, name: str) -> str:
    return f"({day} - DATE '1970-01-01')::INTEGER AS {name}"


_INTERNSHIPS = f"""
    SELECT
        internship_id AS id, title, coalesce(organization, host_organization, organizer) AS organization,
        array_to_string(countries, ' ') AS countries, array_to_string(cities, ', ') AS cities,
        array_to_string(fields, ' ') AS fields, occupation, kind,
        pay_status, TRY_CAST(round(pay_month_eur) AS INTEGER) AS pay_month_eur,
        array_to_string(languages_required, ' ') AS languages, posting_language,
        {_days("deadline")}, deadline_kind, {_days("starts_on")}, season,
        weeks_min, weeks_max, visa_support, work_mode, array_to_string(remote_countries, ' ') AS remote_countries,
        array_to_string(channels, ' ') AS channels,
        named.sources,
        nationality_rule,
        array_to_string(nationalities, ' ') AS nationalities,
        array_to_string(residence_countries, ' ') AS residence_countries, international, state,
        array_to_string(study_levels, ' ') AS study_levels, array_to_string(support, ' ') AS support,
        {_days("first_seen")}, {_days("last_seen")},
        {_days_of("season_days(season, places)['last']", "season_last")}, listing_count
    FROM internships JOIN shown USING (internship_id) LEFT JOIN (
        SELECT internship_id, string_agg(source_id || '=' || coalesce(name, source_id), chr(10) ORDER BY source_id) AS sources
        FROM (SELECT internship_id, unnest(source_ids) AS source_id FROM internships JOIN shown USING (internship_id))
        LEFT JOIN sources USING (source_id) GROUP BY internship_id
    ) AS named USING (internship_id)
    ORDER BY nth
"""

_FIRST = f"{_INTERNSHIPS} LIMIT {FIRST_ROWS}"

_LINKS = "SELECT best_url FROM internships JOIN shown USING (internship_id) ORDER BY nth"

_TERMS = """
    WITH met AS (
        SELECT DISTINCT 'town' AS facet, unnest(cities) AS each FROM internships WHERE state = 'open'
        UNION ALL SELECT DISTINCT 'occupation', occupation FROM internships WHERE state = 'open'
    ), meant AS (SELECT *, unnest(string_split(value, '|')) AS each FROM search_terms)
    SELECT term, facet, value FROM search_terms WHERE facet NOT IN ('town', 'occupation')
    UNION SELECT term, facet, value FROM meant SEMI JOIN met USING (facet, each)
    ORDER BY term
"""

_ASKED = f"""
    SELECT
        enrolment, array_to_string(eligibility, ' ') AS eligibility, mandatory_only::INTEGER AS mandatory_only,
        array_to_string(study_levels, ' ') AS study_levels, array_to_string(study_years, ' ') AS study_years,
        array_to_string(list_transform(list_filter(language_levels, lambda asked: asked.required AND asked.cefr IS NOT NULL),
            lambda asked: asked.language || ':' || asked.cefr), ' ') AS language_levels,
        array_to_string(languages_preferred, ' ') AS languages_preferred, {_days("ends_on")},
        {_days_of("season_days(season, places)['first']", "season_first")},
        {_days_of("season_days(season, places)['last']", "season_last")},
        work_right, array_to_string(support, ' ') AS support, TRY_CAST(round(fee_min) AS INTEGER) AS fee_min, fee_currency,
        array_to_string(list_transform(risk_flags, lambda mark: mark.flag), ' ') AS risks,
        array_to_string(list_transform(life_flags, lambda mark: mark.flag || ':' || mark.dates[1]), ' ') AS lives
    FROM internships JOIN shown USING (internship_id) ORDER BY nth
"""

_SOURCES = """
    SELECT health.source_id, health.name, health.channel, country, coalesce(page, url) AS url, last_run::VARCHAR AS last_run,
        outcome, left(evidence, 300) AS evidence, last_healthy::VARCHAR AS last_healthy, open_listings, why, licence,
        terms, attribution
    FROM source_health AS health JOIN sources USING (source_id) ORDER BY health.source_id
"""

_NIGHTS = f"""
    SELECT night::VARCHAR AS night,
        count(DISTINCT internship_id) FILTER (change = 'added') AS added,
        count(DISTINCT internship_id) FILTER (change = 'changed') AS changed,
        count(DISTINCT internship_id) FILTER (change = 'closed') AS closed,
        count(DISTINCT internship_id) FILTER (change = 'reopened') AS reopened
    FROM changes WHERE night > (SELECT night FROM about) - {MAX_NIGHTS_SHOWN} GROUP BY night ORDER BY night
"""

_WITHHELD = ("description", "risk_flags")
"""Columns whose former values are not shown: texts of sources, which their rights may withhold."""


def details_of(shown: str) -> str:
    """SQL of the `id` and the `record`, as JSON text, of internships in an order: `shown` is SQL of their `internship_id` and
    `nth`."""
    internships, _ = selection(INTERNSHIPS, "internship")
    listings, _ = selection(LISTINGS, "listing")
    evidence, _ = selection(EVIDENCE_TABLE, "quoted")
    return f"""
        WITH these AS ({shown}),
        listed AS (
            SELECT listing.internship_id, list(struct_pack(
                listing_id := listing.listing_id, source_id := listing.source_id, source := sources.name,
                channel := listing.channel, url := listing.url, apply_url := listing.apply_url, title := listing.title,
                posting_language := listing.posting_language, state := listing.state, first_seen := listing.first_seen,
                last_seen := listing.last_seen, closed_on := listing.closed_on, closed_reason := listing.closed_reason,
                attribution := sources.attribution, reason := matches.reason, score := matches.score
            ) ORDER BY listing.state <> 'open', listing.listing_id) AS listings
            FROM {listings} LEFT JOIN sources USING (source_id) LEFT JOIN matches USING (listing_id)
            WHERE listing.internship_id IN (SELECT internship_id FROM these)
            GROUP BY listing.internship_id
        ), quoted_by AS (
            SELECT listings.internship_id, list(struct_pack(
                field := quoted.field, quote := quoted.quote, raw_field := quoted.raw_field, method := quoted.method,
                listing_id := quoted.listing_id
            ) ORDER BY quoted.field, quoted.listing_id, quoted.raw_field, quoted.quote, quoted.method) AS evidence
            FROM {evidence} JOIN listings USING (listing_id)
            WHERE listings.internship_id IN (SELECT internship_id FROM these)
            GROUP BY listings.internship_id
        ), lived AS (
            SELECT internship_id, list(struct_pack(
                night := night, change := change, field := field,
                old := CASE WHEN field NOT IN {_WITHHELD} THEN old END, new := CASE WHEN field NOT IN {_WITHHELD} THEN new END
            ) ORDER BY night DESC, change, field, old, new) AS history
            FROM changes WHERE internship_id IN (SELECT internship_id FROM these)
            GROUP BY internship_id
        )
        SELECT these.internship_id AS id, to_json(struct_pack(
            internship := internship, listings := listed.listings, evidence := quoted_by.evidence, history := lived.history
        ))::VARCHAR AS record
        FROM {internships}
        JOIN these USING (internship_id)
        LEFT JOIN listed USING (internship_id) LEFT JOIN quoted_by USING (internship_id) LEFT JOIN lived USING (internship_id)
        ORDER BY these.nth
    """


def write(warehouse: Path, folder: Path, night: date, exported: Sequence[ExportedFile]) -> list[ExportedFile]:
    """Write the page and its files into `folder`; `exported`: the other exports of the night, which the page links to.

    Raises ExportError if a file does not read back as it was written, or if the page was never built.
    """
    if not (PAGE / "index.html").is_file():
        raise ExportError(f"no page in {PAGE}; build it with: make dashboard")
    place = folder / FOLDER
    place.mkdir()
    with open_readonly(warehouse) as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(_CREATE_SHOWN)
        tables = {
            "internships": _table(con, "internships", _INTERNSHIPS, "shown", folder),
            "first": _table(con, "first", _FIRST, f"({_FIRST})", folder),
            "links": _table(con, "links", _LINKS, "shown", folder),
            "terms": _table(con, "terms", _TERMS, f"({_TERMS})", folder),
            "asked": _table(con, "asked", _ASKED, "shown", folder),
            "details": _details_table(con, folder),
            "sources": _table(con, "sources", _SOURCES, "sources", folder),
            "nights": _table(con, "nights", _NIGHTS, f"({_NIGHTS})", folder),
        }
        opened = count_of(con, "FROM internships WHERE state = 'open'")
        [(free_movement,)] = con.execute("SELECT free_movement()").fetchall()
    files = list(tables.values())
    for source in sorted(PAGE.iterdir()):
        path = source.name if source.name == "index.html" else f"{FOLDER}/{source.name}"
        shutil.copyfile(source, aside_of(folder / path))
        files.append(finish(folder, path, 0, 0, meaning=MEANINGS["page"]))
    contents = {
        "night": night.isoformat(),
        "open": opened,
        "tables": {name: {"path": file.path, "rows": file.rows, "bytes": file.bytes} for name, file in tables.items()},
        "exports": [{"path": file.path, "rows": file.rows, "bytes": file.bytes} for file in exported],
        "fields": _names("fields_of_study", "code"),
        "countries": _names("countries", "iso2"),
        "languages": _names("languages", "iso1"),
        "free_movement": free_movement,
    }
    path = f"{FOLDER}/contents.json"
    aside_of(folder / path).write_text(json.dumps(contents, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    files.append(finish(folder, path, 0, 0, meaning=MEANINGS["contents"]))
    sync(place)
    return files


def _table(con: duckdb.DuckDBPyConnection, name: str, query: str, rows: str, folder: Path) -> ExportedFile:
    """Write what `query` gives, which is as many rows as `rows` has; read it back, count it, name it by its hash."""
    copy(
        con,
        query,
        aside_of(folder / _plain(name)),
        f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP_ROWS}",
    )
    return _named(con, name, rows, folder)


def _details_table(con: duckdb.DuckDBPyConnection, folder: Path) -> ExportedFile:
    """Write the records by id, so many at a time that memory does not grow with their number, then in groups as small as a
    reader wants them: DuckDB makes none below 2,048 rows."""
    ids = "SELECT internship_id, row_number() OVER (ORDER BY internship_id) AS nth FROM shown"
    aside = aside_of(folder / _plain("details"))
    parts: list[Path] = []
    for first in range(0, max(count_of(con, "FROM shown"), 1), DETAILS_BATCH_ROWS):
        parts.append(aside.with_suffix(f".{len(parts)}"))
        these = f"FROM ({ids}) WHERE nth > {first} AND nth <= {first + DETAILS_BATCH_ROWS}"
        copy(con, details_of(these), parts[-1], f"FORMAT parquet, COMPRESSION lz4, ROW_GROUP_SIZE {ROW_GROUP_ROWS}")
    pl.scan_parquet(parts).sink_parquet(aside, compression="zstd", row_group_size=DETAILS_ROW_GROUP_ROWS)
    for part in parts:
        part.unlink()
    return _named(con, "details", "shown", folder)


def _plain(name: str) -> str:
    return f"{FOLDER}/{name}.parquet"


def _named(con: duckdb.DuckDBPyConnection, name: str, rows: str, folder: Path) -> ExportedFile:
    """Give a written table its name, which has its hash."""
    plain = _plain(name)
    counted, held = count_rows(aside_of(folder / plain)), count_of(con, f"FROM {rows}")
    table = "search_terms" if name == "terms" else ""  # a part of that one, not of the night
    file = finish(folder, plain, counted, held, table, meaning=MEANINGS[name])
    path = f"{FOLDER}/{name}-{file.sha256[:12]}.parquet"
    (folder / plain).rename(folder / path)
    return replace(file, path=path)


def _names(table: str, key: str) -> dict[str, str]:
    """Names of codes, from a reference table."""
    with shipped("data", "reference", f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return {row[key]: row["name"] for row in csv.DictReader(handle)}
