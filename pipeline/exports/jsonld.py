"""schema.org JobPosting, as JSON-LD: one document of all open internships, one posting per line below `@graph`.

Properties as Google's guide to JobPosting has them (https://developers.google.com/search/docs/appearance/structured-data/
job-posting), each only if the fact exists: a posting whose source states no date or employer lacks what Google requires,
and nothing is invented.

- `description` is HTML by that guide: the text escaped, its lines separated by <br>. If there is none, or the rights of a source
  withhold it, it is the summary of our own facts.
- `applicantLocationRequirements` holds the countries from which remote work is allowed. Who may apply by citizenship or
  residence is another question, and is never in there.
- `baseSalary` only if the currency is known and schema.org has the period.
- Every `<` is escaped, so that a line can be put into a page's script element.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline.exports.csv import moment
from pipeline.exports.files import LINES, ExportedFile, copy, count_lines, count_of, finish
from pipeline.exports.openings import COUNTRY_NAMES, country_name, open_internships
from pipeline.storage.files import aside_of
from pipeline.storage.warehouse import open_readonly

NAME = "jobpostings.jsonld"
MEANING = "open internships as schema.org JobPosting, JSON-LD; a posting a line below @graph"
PUBLISHER = "International internships"
"""Whose identifiers these are."""

_HEAD = '{"@context": "https://schema.org", "@graph": ['
_TAIL = "]}"


def write(warehouse: Path, folder: Path) -> list[ExportedFile]:
    """Write `jobpostings.jsonld`. Raises ExportError if the number of postings is wrong."""
    first = "internship_id = (SELECT min(internship_id) FROM internships WHERE state = 'open')"
    lines = f"""
        SELECT CASE WHEN {first} THEN '' ELSE ',' END || {posting()} AS "{_HEAD.replace('"', '""')}"
        FROM {open_internships()}, {COUNTRY_NAMES} ORDER BY internship_id"""
    aside = aside_of(folder / NAME)
    with open_readonly(warehouse) as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET threads = 1")  # each thread would hold rows of its own until the sort is done
        copy(con, lines, aside, LINES)
        held = count_of(con, "FROM internships WHERE state = 'open'")
    with aside.open("a", encoding="utf-8") as file:
        file.write(f"{_TAIL}\n")
    return [finish(folder, NAME, count_lines(aside) - 2, held, meaning=MEANING)]


def posting() -> str:
    """SQL of a posting as JSON text."""
    posting = _object(
        {
            "@type": _word("JobPosting"),
            "title": _text("title"),
            "description": _text(_html("coalesce(description, summary)")),
            "identifier": _object(
                {"@type": _word("PropertyValue"), "name": _word(PUBLISHER), "value": _text("internship_id")}
            ),
            "url": _text("link"),
            "datePosted": _text("posted_on::VARCHAR"),
            "validThrough": _text(f"coalesce({moment('deadline_at')}, deadline::VARCHAR)"),
            "employmentType": _text("CASE kind WHEN 'volunteer' THEN 'VOLUNTEER' ELSE 'INTERN' END"),
            "hiringOrganization": _if(
                "organization IS NOT NULL", _object({"@type": _word("Organization"), "name": _text("organization")})
            ),
            "jobLocation": f"coalesce({_array('places', 'spot', _place('spot'), 'spot.country IS NOT NULL')}, "
            f"{_array('countries', 'code', _located({'addressCountry': _text('code')}))})",
            "jobLocationType": _if("work_mode = 'remote'", _word("TELECOMMUTE")),
            "applicantLocationRequirements": _if(
                "work_mode = 'remote'",
                _array(
                    "remote_countries",
                    "code",
                    _object({"@type": _word("Country"), "name": _text(country_name("code"))}),
                ),
            ),
            "baseSalary": _salary(),
            "jobStartDate": _text("starts_on::VARCHAR"),
            "totalJobOpenings": "positions::VARCHAR",
            "workHours": _text("hours_per_week || ' hours a week'"),
        }
    )
    return f"replace({posting}, '<', '\\u003c')"


def _place(place: str) -> str:
    located = {
        "addressLocality": _text(f"{place}.city"),
        "addressRegion": _text(f"{place}.region"),
        "addressCountry": _text(f"{place}.country"),
    }
    coordinates = _object(
        {
            "@type": _word("GeoCoordinates"),
            "latitude": f"{place}.latitude::VARCHAR",
            "longitude": f"{place}.longitude::VARCHAR",
        }
    )
    return _located(located, _if(f"{place}.latitude IS NOT NULL AND {place}.longitude IS NOT NULL", coordinates))


def _located(address: Mapping[str, str], coordinates: str = "NULL") -> str:
    postal = _object({"@type": _word("PostalAddress"), **address})
    return _object({"@type": _word("Place"), "address": postal, "geo": coordinates})


def _salary() -> str:
    value = _object(
        {
            "@type": _word("QuantitativeValue"),
            "value": _if("pay_min = pay_max", "pay_min::VARCHAR"),
            "minValue": _if("pay_min IS DISTINCT FROM pay_max", "pay_min::VARCHAR"),
            "maxValue": _if("pay_min IS DISTINCT FROM pay_max", "pay_max::VARCHAR"),
            "unitText": _text("upper(pay_period)"),
        }
    )
    known = "coalesce(pay_min, pay_max) IS NOT NULL AND pay_currency IS NOT NULL AND pay_period <> 'total'"
    amount = {"@type": _word("MonetaryAmount"), "currency": _text("pay_currency"), "value": value}
    return _if(known, _object(amount))


def _object(members: Mapping[str, str]) -> str:
    """SQL of a JSON object, from the SQL of the JSON text of each member; a null member is left out."""
    return (
        "'{' || concat_ws(',', "
        + ", ".join(f"'\"{name}\":' || {value}" for name, value in members.items())
        + ") || '}'"
    )


def _array(values: str, name: str, item: str, where: str = "true") -> str:
    """SQL of a JSON array of the items of a list; null if it would be empty."""
    kept = f"list_filter({values}, lambda {name}: {where})"
    return _if(f"len({kept}) > 0", f"'[' || array_to_string(list_transform({kept}, lambda {name}: {item}), ',') || ']'")


def _if(condition: str, value: str) -> str:
    return f"CASE WHEN {condition} THEN {value} END"


def _text(value: str) -> str:
    """SQL of a text as JSON; null for null."""
    return f"CASE WHEN {value} IS NOT NULL THEN to_json({value})::VARCHAR END"


def _word(word: str) -> str:
    return f"'\"{word}\"'"


def _html(text: str) -> str:
    escaped = f"replace(replace(replace({text}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"
    return f"replace({escaped}, chr(10), '<br>')"
