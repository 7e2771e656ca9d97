"""new.atom: the newest open internships, for feed readers (RFC 4287).

An entry's id is a UUID made from the internship's id and never changes; `published` is the night it was first seen, `updated`
that of its last change. The summary consists of our own facts, so no rights of a source are affected; text is text, never HTML.
XML cannot hold some characters (controls, U+FFFE, U+FFFF): cleaning leaves none, and any that is left becomes U+FFFD.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from pipeline.exports.files import ExportedFile, count_of, finish
from pipeline.exports.openings import open_internships
from pipeline.storage.files import aside_of
from pipeline.storage.warehouse import night_of, open_readonly

NAME = "new.atom"
MAX_ENTRIES = 500
"""Enough for a reader that polls once a week, in most weeks, and a feed that loads at once."""

TITLE = "New internships"
FEED_ID = uuid5(NAMESPACE_URL, "urn:x-international-internships")
XMLNS = "http://www.w3.org/2005/Atom"

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(warehouse: Path, folder: Path) -> list[ExportedFile]:
    """Write `new.atom`, newest first. Raises ExportError if the number of entries is wrong."""
    query = f"""
        SELECT internship_id, title, organization, link, summary, countries, first_seen, coalesce(changed_on, first_seen)
        FROM {open_internships()}
        LEFT JOIN (
            SELECT internship_id, max(night) AS changed_on FROM changes WHERE change <> 'added' GROUP BY internship_id
        ) AS changed USING (internship_id)
        ORDER BY first_seen DESC, internship_id LIMIT {MAX_ENTRIES}"""
    aside = aside_of(folder / NAME)
    with open_readonly(warehouse) as con:
        rows = con.execute(query).fetchall()
        held = count_of(con, f"FROM (FROM internships WHERE state = 'open' LIMIT {MAX_ENTRIES})")
    feed = etree.Element(f"{{{XMLNS}}}feed", nsmap={None: XMLNS})
    _add(feed, "id", FEED_ID.urn)
    _add(feed, "title", TITLE)
    _add(feed, "updated", _moment(night_of(warehouse)))
    _add(_add(feed, "author"), "name", "International internships")
    _add(feed, "link", rel="self", type="application/atom+xml", href=NAME)
    for internship_id, title, organization, link, summary, countries, published, updated in rows:
        entry = _add(feed, "entry")
        _add(entry, "id", uuid5(FEED_ID, internship_id).urn)
        _add(entry, "title", title)
        if organization is not None:
            _add(_add(entry, "author"), "name", organization)
        if link is not None:
            _add(entry, "link", rel="alternate", href=link)
        for country in countries or ():
            _add(entry, "category", term=country, scheme="urn:iso:std:iso:3166")
        _add(entry, "published", _moment(published))
        _add(entry, "updated", _moment(updated))
        # RFC 4287, 4.1.2, requires content in an entry without a link.
        _add(entry, "summary" if link is not None else "content", summary, type="text")
    aside.write_bytes(etree.tostring(feed, xml_declaration=True, encoding="UTF-8", pretty_print=True))
    meaning = f"the newest open internships, {MAX_ENTRIES} at most, as an Atom feed"
    return [finish(folder, NAME, count_entries(aside), held, meaning=meaning)]


def count_entries(path: Path) -> int:
    """Entries of a feed, counted by a parser."""
    return sum(1 for _ in etree.iterparse(path, tag=f"{{{XMLNS}}}entry", huge_tree=True))


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{XMLNS}}}{name}", attributes)
    element.text = None if text is None else _NOT_XML.sub("\ufffd", text)
    return element


def _moment(night: date) -> str:
    return f"{night.isoformat()}T00:00:00Z"
