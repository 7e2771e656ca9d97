"""Deadlines as iCalendar (RFC 5545), to subscribe to.

    deadlines.ics                  every open internship whose deadline is the night or later, soonest first
    calendars/country-DE.ics       those in a country: one file per country that any internship ever named
    calendars/field-06.ics         those in a broad field of study (ISCED-F 2013), likewise

An internship in three countries is in three calendars, as one event: its UID comes from its id and never changes. SEQUENCE counts
the nights on which something that the event shows changed, DTSTAMP and LAST-MODIFIED are the last of them, so an unchanged event
has the same bytes. A deadline with a time is at that time in its own zone, with the zone's rules in the file; one without is an
all-day event, wherever the reader is. An event that disappears from the file was closed or is over.

Text is escaped and folded by DuckDB, because a library takes a millisecond per event; the time zones are the library's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path

import duckdb
from icalendar import Parameters, Timezone, vText
from icalendar.parser import Contentline

from pipeline.exports.files import ExportedFile, finish
from pipeline.exports.openings import PARTS, open_internships, part_codes
from pipeline.storage.files import aside_of
from pipeline.storage.warehouse import night_of, open_readonly

NAME = "deadlines.ics"
FOLDER = "calendars"
DOMAIN = "international-internships"
"""Right side of a UID."""

SHOWN_COLUMNS = (
    "title",
    "organization",
    "deadline",
    "deadline_at",
    "deadline_zone",
    "best_url",
    "countries",
    "cities",
    "fields",
)
"""Columns whose change is a change of the event."""

LINE_WIDTH_ASCII, LINE_WIDTH_OTHER = 74, 18
"""Characters of a folded line. RFC 5545, 3.1, allows 75 octets, one of them the space that a continuation starts with; a
character has at most four."""

BATCH_ROWS = 1_000


def write(warehouse: Path, folder: Path) -> list[ExportedFile]:
    """Write all calendars, ordered by path. Raises ExportError if the number of events in one is wrong."""
    (folder / FOLDER).mkdir()
    with open_readonly(warehouse) as con:
        zones = prepare_events(con, night_of(warehouse))
        countries = dict(con.execute("SELECT iso2, name FROM countries").fetchall())
        studies = dict(con.execute("SELECT code, name FROM fields_of_study").fetchall())
        return [
            *_write_parted(con, folder, "country", *PARTS["country"], countries, zones),
            *_write_parted(con, folder, "field", *PARTS["field"], studies, zones),
            _write_all(con, folder, zones),
        ]


def prepare_events(con: duckdb.DuckDBPyConnection, night: date) -> dict[str, bytes]:
    """Make the temporary table `events`: deadlines of the night and later. Gives the rules of each zone they use, by name."""
    con.execute("SET TimeZone = 'UTC'")
    con.execute(f"CREATE TEMP TABLE events AS {_events()}", {"night": night})
    return _zones(con)


def write_chosen(
    con: duckdb.DuckDBPyConnection, folder: Path, path: str, title: str, zones: Mapping[str, bytes]
) -> ExportedFile:
    """Write a calendar of those of `events` whose ids the temporary table `chosen` has. Raises ExportError as `write` does."""
    rows = con.execute(
        "SELECT zone, text FROM events SEMI JOIN chosen USING (internship_id) ORDER BY deadline, internship_id"
    )
    events = rows.fetchall()
    used = sorted({zone for zone, _ in events if zone is not None})
    return _write(folder, path, title, [zones[zone] for zone in used], (text for _, text in events), len(events))


def _write_all(con: duckdb.DuckDBPyConnection, folder: Path, zones: Mapping[str, bytes]) -> ExportedFile:
    [(held,)] = con.execute("SELECT count(*) FROM events").fetchall()
    events = chain.from_iterable(_batches(con.execute("SELECT text FROM events ORDER BY deadline, internship_id")))
    title = "Deadlines of internships"
    return _write(folder, NAME, title, zones.values(), (text for (text,) in events), held)


def _write_parted(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    kind: str,
    column: str,
    code: str,
    names: Mapping[str, str],
    zones: Mapping[str, bytes],
) -> list[ExportedFile]:
    """Write a calendar for each value of a list column. `code`: SQL of what the file is named after, from a value `code`."""
    named = part_codes(column, code)
    counts = f"""
        SELECT code, coalesce(held, 0), coalesce(zones, [])
        FROM (SELECT DISTINCT unnest({named}) AS code FROM internships)
        LEFT JOIN (
            SELECT code, count(*) AS held, list_sort(list(DISTINCT zone) FILTER (zone IS NOT NULL)) AS zones
            FROM (SELECT unnest({named}) AS code, zone FROM events) GROUP BY code
        ) USING (code)
        ORDER BY code"""
    calendars = con.execute(counts).fetchall()
    query = f"SELECT unnest({named}) AS code, text FROM events ORDER BY code, deadline, internship_id"
    parts = groupby(chain.from_iterable(_batches(con.execute(query))), key=itemgetter(0))
    part = next(parts, None)
    written = []
    for value, held, used in calendars:
        has_events = part is not None and part[0] == value
        events = (text for _, text in part[1]) if part and has_events else iter(())
        path, title = f"{FOLDER}/{kind}-{value}.ics", f"Deadlines of internships: {names.get(value, value)}"
        written.append(_write(folder, path, title, [zones[zone] for zone in used], events, held))
        part = next(parts, None) if has_events else part
    return written


def _write(
    folder: Path, path: str, title: str, zones: Iterable[bytes], events: Iterable[str], held: int
) -> ExportedFile:
    aside = aside_of(folder / path)
    with aside.open("wb") as handle:
        handle.write(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nCALSCALE:GREGORIAN\r\n")
        handle.write(
            _line("PRODID", f"-//{DOMAIN}//deadlines//EN") + _line("NAME", title) + _line("X-WR-CALNAME", title)
        )
        handle.write(b"REFRESH-INTERVAL;VALUE=DURATION:P1D\r\nX-PUBLISHED-TTL:P1D\r\n")
        # The grammar of RFC 5545 requires a component in every calendar: without an event, a time zone is one.
        handle.writelines(list(zones) or [_rules("Etc/UTC", date(2000, 1, 1), date(2000, 1, 2))])
        handle.writelines(event.encode() for event in events)
        handle.write(b"END:VCALENDAR\r\n")
    return finish(folder, path, count_events(aside), held, meaning=title)


def count_events(path: Path) -> int:
    """Events of a calendar: no escaped and folded text starts a line like this."""
    with path.open("rb") as handle:
        return sum(line == b"BEGIN:VEVENT\r\n" for line in handle)


def _batches(answer: duckdb.DuckDBPyConnection) -> Iterable[Sequence[tuple[str, ...]]]:
    return iter(lambda: answer.fetchmany(BATCH_ROWS), [])


def _zones(con: duckdb.DuckDBPyConnection) -> dict[str, bytes]:
    """The rules of each zone that an event uses, from its first event to its last; ordered by name."""
    query = "SELECT zone, min(deadline), max(deadline) FROM events WHERE zone IS NOT NULL GROUP BY zone ORDER BY zone"
    return {zone: _rules(zone, first, last) for zone, first, last in con.execute(query).fetchall()}


@cache
def _rules(zone: str, first: date, last: date) -> bytes:
    # Whole years: the rules of a zone stay the same bytes while events come and go.
    return bytes(
        Timezone.from_tzid(zone, first_date=date(first.year, 1, 1), last_date=date(last.year + 1, 1, 1)).to_ical()
    )


def _line(name: str, text: str) -> bytes:
    return bytes(Contentline.from_parts(name, Parameters(), vText(text)).to_ical()) + b"\r\n"


def _events() -> str:
    """SQL of the events of $night and later: internship_id, deadline, countries, fields, zone, and each as text."""
    shown = ", ".join(f"'{name}'" for name in SHOWN_COLUMNS)
    zoned = "strftime(deadline_at AT TIME ZONE zone, '%Y%m%dT%H%M%S')"
    start = (
        f"CASE WHEN zone IS NOT NULL THEN ';TZID=' || zone || ':' || {zoned} "
        "WHEN deadline_at IS NOT NULL THEN strftime(deadline_at, ':%Y%m%dT%H%M%SZ') "
        "ELSE strftime(deadline, ';VALUE=DATE:%Y%m%d') END"
    )
    # 24:00 is the end of its day: the event is the day, not the midnight that begins the next one.
    moment = "CASE WHEN (deadline_at AT TIME ZONE coalesce(known.name, 'UTC'))::DATE = deadline THEN deadline_at END"
    stamp = "strftime(coalesce(changed_on, first_seen), '%Y%m%dT000000Z')"
    description = "summary || coalesce(chr(10) || link, '')"
    title = "title || coalesce(' (' || organization || ')', '')"
    lines = [
        "'BEGIN:VEVENT'",
        f"'UID:' || internship_id || '@{DOMAIN}'",
        f"'DTSTAMP:' || {stamp}",
        f"'LAST-MODIFIED:' || {stamp}",
        "'SEQUENCE:' || coalesce(sequence, 0)",
        f"'DTSTART' || {start}",
        _folded(f"'SUMMARY:' || {_ical_text(title)}"),
        _folded(f"'DESCRIPTION:' || {_ical_text(description)}"),
        _folded(f"'LOCATION:' || {_ical_text('place')}"),
        _folded("'URL:' || link"),
        "'TRANSP:TRANSPARENT'",
        "'END:VEVENT'",
    ]
    return f"""
        SELECT internship_id, deadline, countries, fields, zone,
            concat_ws(chr(13) || chr(10), {", ".join(lines)}) || chr(13) || chr(10) AS text
        FROM (
            SELECT held.* REPLACE ({moment} AS deadline_at), sequence, changed_on,
                CASE WHEN {moment} IS NOT NULL THEN known.name END AS zone
            FROM {open_internships()}
            LEFT JOIN pg_timezone_names() AS known ON known.name = deadline_zone
            LEFT JOIN (
                SELECT internship_id, count(DISTINCT night) AS sequence, max(night) AS changed_on
                FROM changes WHERE (change = 'changed' AND field IN ({shown})) OR change = 'reopened'
                GROUP BY internship_id
            ) AS changed USING (internship_id)
            WHERE deadline >= $night
        )"""


def _ical_text(value: str) -> str:
    """SQL of a TEXT value (RFC 5545, 3.3.11): one kind of line break, no other control character, escaped."""
    one_break = f"replace(replace({value}, chr(13) || chr(10), chr(10)), chr(13), chr(10))"
    clean = f"regexp_replace({one_break}, '[\\x00-\\x08\\x0b-\\x1f\\x7f]', '', 'g')"
    escaped = f"replace(replace(replace({clean}, '\\', '\\\\'), ';', '\\;'), ',', '\\,')"
    return f"replace({escaped}, chr(10), '\\n')"


def _folded(line: str) -> str:
    """SQL of a content line, folded; null for null."""
    pieces = {
        width: f"regexp_extract_all({line}, '(?s).{{1,{width}}}')" for width in (LINE_WIDTH_ASCII, LINE_WIDTH_OTHER)
    }
    return (
        f"CASE WHEN strlen({line}) <= {LINE_WIDTH_ASCII} THEN {line} ELSE array_to_string("
        f"CASE WHEN strlen({line}) = length({line}) THEN {pieces[LINE_WIDTH_ASCII]} ELSE {pieces[LINE_WIDTH_OTHER]} END, "
        "chr(13) || chr(10) || ' ') END"
    )
