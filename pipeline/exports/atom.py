"""Atom feeds (RFC 4287) of new internships, for feed readers.

    new.atom                  the newest open internships: all of the night, and MAX_ENTRIES at least
    feeds/country-DE.atom     those in a country: one file per country that any internship ever named
    feeds/field-06.atom       those in a broad field of study (ISCED-F 2013), likewise

An entry's id is a UUID made from the internship's id and never changes; `published` is the night it was first seen, `updated` the
last night on which something that the entry shows changed; a feed's `updated` is that of its newest entry. Entries are ordered by
`published`, newest first. The summary consists of our own facts, so no rights of a source are affected; text is text, never HTML.
XML cannot hold some characters (controls, U+FFFE, U+FFFF): cleaning leaves none, and any that is left becomes U+FFFD.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import duckdb
from lxml import etree

from pipeline.exports.files import ExportedFile, finish
from pipeline.exports.openings import PARTS, open_internships, part_codes
from pipeline.storage.files import aside_of
from pipeline.storage.warehouse import night_of, open_readonly

NAME = "new.atom"
FOLDER = "feeds"
MAX_ENTRIES = 500
"""Enough for a reader that polls once a week, in most weeks, and a feed that loads at once. A night with more has them all."""

TITLE = "New internships"
FEED_ID = uuid5(NAMESPACE_URL, "urn:x-international-internships")
XMLNS = "http://www.w3.org/2005/Atom"

NEVER = date(2000, 1, 1)
"""`updated` of a feed without entries: the same on every night."""

SHOWN_COLUMNS = (
    "title", "organization", "best_url", "countries", "cities", "kind", "work_mode", "starts_on", "season", "weeks_min",
    "weeks_max", "pay_status", "pay_min", "pay_max", "pay_currency", "pay_period", "languages_required", "visa_support",
    "deadline", "deadline_at",
)  # fmt: skip
"""Columns whose change is a change of the entry: title, author, link, categories and what the summary states."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Entry = Sequence[Any]
"""internship_id, title, organization, link, summary, countries, first_seen, updated."""


def write(warehouse: Path, folder: Path) -> list[ExportedFile]:
    """Write all feeds, ordered by path. Raises ExportError if the number of entries in one is wrong."""
    (folder / FOLDER).mkdir()
    night = night_of(warehouse)
    with open_readonly(warehouse) as con:
        prepare_entries(con)
        everything = _selected(con, "''", night)
        files = []
        for kind, (column, code) in PARTS.items():
            names = dict(con.execute(NAMES_OF[kind]).fetchall())
            parts = _selected(con, f"unnest({part_codes(column, code)})", night)
            known = con.execute(
                f"SELECT DISTINCT unnest({part_codes(column, code)}) AS code FROM internships ORDER BY code"
            )
            for (value,) in known.fetchall():
                path, title = f"{FOLDER}/{kind}-{value}.atom", f"{TITLE}: {names.get(value, value)}"
                files.append(_write_feed(folder, path, title, parts.get(value, [])))
    return [*files, _write_feed(folder, NAME, TITLE, everything.get("", []))]


def prepare_entries(con: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table `entries`: the open internships as entries."""
    con.execute(f"CREATE TEMP TABLE entries AS {_entries()}")


def write_chosen(con: duckdb.DuckDBPyConnection, folder: Path, path: str, title: str, night: date) -> ExportedFile:
    """Write a feed of those of `entries` whose ids the temporary table `chosen` has. Raises ExportError as `write` does."""
    selected = _selected(con, "''", night, "WHERE internship_id IN (SELECT internship_id FROM chosen)")
    return _write_feed(folder, path, title, selected.get("", []))


NAMES_OF = {
    "country": "SELECT iso2, name FROM countries",
    "field": "SELECT code, name FROM fields_of_study",
}
"""SQL of the English names of codes."""


def _entries() -> str:
    """SQL of the open internships as entries."""
    shown = ", ".join(f"'{name}'" for name in SHOWN_COLUMNS)
    return f"""
        SELECT internship_id, title, organization, link, summary, countries, fields, first_seen,
            coalesce(changed_on, first_seen) AS updated
        FROM {open_internships()}
        LEFT JOIN (
            SELECT internship_id, max(night) AS changed_on FROM changes
            WHERE (change = 'changed' AND field IN ({shown})) OR change = 'reopened' GROUP BY internship_id
        ) AS changed USING (internship_id)"""


def _selected(con: duckdb.DuckDBPyConnection, code: str, night: date, where: str = "") -> Mapping[str, list[Entry]]:
    """Code -> its entries, newest first: those first seen on this night, and MAX_ENTRIES at least if there are as many.
    `code`: SQL of the codes of an entry. `where`: which entries, all by itself."""
    query = f"""
        SELECT code, internship_id, title, organization, link, summary, countries, first_seen, updated
        FROM (SELECT *, {code} AS code FROM entries {where})
        QUALIFY row_number() OVER (PARTITION BY code ORDER BY first_seen DESC, internship_id) <= {MAX_ENTRIES}
            OR first_seen = $night
        ORDER BY code, first_seen DESC, internship_id"""
    selected: dict[str, list[Entry]] = {}
    for value, *entry in con.execute(query, {"night": night}).fetchall():
        selected.setdefault(value, []).append(entry)
    return selected


def _write_feed(folder: Path, path: str, title: str, entries: Sequence[Entry]) -> ExportedFile:
    feed = etree.Element(f"{{{XMLNS}}}feed", nsmap={None: XMLNS})
    _add(feed, "id", (FEED_ID if path == NAME else uuid5(FEED_ID, path)).urn)
    _add(feed, "title", title)
    _add(feed, "updated", _timestamp(max((entry[-1] for entry in entries), default=NEVER)))
    _add(_add(feed, "author"), "name", "International internships")
    _add(feed, "link", rel="self", type="application/atom+xml", href=Path(path).name)
    for entry in entries:
        _add_entry(feed, *entry)
    aside = aside_of(folder / path)
    aside.write_bytes(etree.tostring(feed, xml_declaration=True, encoding="UTF-8", pretty_print=True))
    meaning = f"{title[:1].lower()}{title[1:]}, the newest open ones, as an Atom feed"
    return finish(folder, path, count_entries(aside), len(entries), meaning=meaning)


def _add_entry(
    feed: etree._Element,
    internship_id: str,
    title: str,
    organization: str | None,
    link: str | None,
    summary: str,
    countries: Iterable[str] | None,
    published: date,
    updated: date,
) -> None:
    entry = _add(feed, "entry")
    _add(entry, "id", uuid5(FEED_ID, internship_id).urn)
    _add(entry, "title", title)
    if organization is not None:
        _add(_add(entry, "author"), "name", organization)
    if link is not None:
        _add(entry, "link", rel="alternate", href=link)
    for country in countries or ():
        _add(entry, "category", term=country, scheme="urn:iso:std:iso:3166")
    _add(entry, "published", _timestamp(published))
    _add(entry, "updated", _timestamp(updated))
    # RFC 4287, 4.1.2, requires content in an entry without a link.
    _add(entry, "summary" if link is not None else "content", summary, type="text")


def count_entries(path: Path) -> int:
    """Entries of a feed, counted by a parser."""
    return sum(1 for _ in etree.iterparse(path, tag=f"{{{XMLNS}}}entry", huge_tree=True))


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{XMLNS}}}{name}", attributes)
    element.text = None if text is None else _NOT_XML.sub("\ufffd", text)
    return element


def _timestamp(night: date) -> str:
    return f"{night.isoformat()}T00:00:00Z"
