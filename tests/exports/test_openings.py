"""JSON-LD, calendars, the feed, and Parquet by country: what each says of an opening, as an independent reader sees it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import icalendar
import pyarrow.dataset
import pytest

from pipeline.exports import atom
from pipeline.exports.atom import write as write_atom
from pipeline.exports.calendars import DOMAIN
from pipeline.exports.calendars import write as write_calendars
from pipeline.exports.jsonld import write as write_jsonld
from pipeline.exports.parquet import write_by_country as write_parquet
from tests.exports.small import NIGHT, internship, small_warehouse, sound, source

feedparser = pytest.importorskip("feedparser", reason="feedparser, of the test extras, is not installed")
jsonld = pytest.importorskip("pyld", reason="pyld, of the test extras, is not installed").jsonld

BERLIN_NIGHT = datetime(2026, 4, 1, 21, 59, tzinfo=UTC)  # 23:59 there, where it is summer


Write = Callable[[Path, Path], object]


def export(write: Write, folder: Path, rows: Mapping[str, Sequence[Mapping[str, Any]]], night: date = NIGHT) -> Path:
    """What one format makes of a warehouse with these rows."""
    files = folder / "files"
    files.mkdir(parents=True)
    write(small_warehouse(folder / "w.duckdb", rows, night), files)
    return files


# --------------------------------------------------------------------------------------------------- Parquet by country


def test_parted_parquet_holds_each_internship_once_with_its_first_country(tmp_path: Path) -> None:
    countries: list[list[str] | None] = [["FR", "DE"], ["DE"], [], None, ["JP"]]
    rows = sound(*(internship(number, countries=named) for number, named in enumerate(countries)))
    folder = export(write_parquet, tmp_path, rows) / "internships_by_country"
    read = pyarrow.dataset.dataset(folder, partitioning="hive").to_table().sort_by("internship_id").to_pylist()
    assert [row.pop("country") for row in read] == ["FR", "DE", "ZZ", "ZZ", "JP"]
    assert [row["internship_id"] for row in read] == [row["internship_id"] for row in rows["internships"]]
    assert [row["countries"] for row in read] == countries


def test_parted_parquet_of_nothing_still_opens(tmp_path: Path) -> None:
    folder = export(write_parquet, tmp_path, {})
    read = pyarrow.dataset.dataset(folder / "internships_by_country", partitioning="hive").to_table()
    assert read.num_rows == 0
    assert "internship_id" in read.column_names


# ------------------------------------------------------------------------------------------------------------ JSON-LD


def load_schema_org(address: str, options: Any) -> dict[str, Any]:
    """In the place of the real context, which is a download: every word is one of schema.org's."""
    assert address.rstrip("/") == "https://schema.org"
    context = {"@context": {"@vocab": "http://schema.org/"}}
    return {"document": context, "documentUrl": address, "contextUrl": None, "contentType": "application/ld+json"}


def postings(folder: Path) -> dict[str, dict[str, Any]]:
    """The postings by identifier, as they stand in the file; a JSON-LD processor finds the same ones."""
    document = json.loads((folder / "jobpostings.jsonld").read_bytes())
    expanded = jsonld.expand(document, {"documentLoader": load_schema_org})
    graph = {posting["identifier"]["value"]: posting for posting in document["@graph"]}
    titles = [node["http://schema.org/title"][0]["@value"] for node in expanded]
    assert titles == [posting["title"] for posting in document["@graph"]]
    assert {kind for node in expanded for kind in node["@type"]} <= {"http://schema.org/JobPosting"}
    return graph


def test_a_posting_has_what_google_requires_and_the_facts_there_are(tmp_path: Path) -> None:
    place = {"city": "Kyoto", "region": None, "country": "JP", "latitude": 35.0, "longitude": 135.75, "text": "x"}
    full = internship(
        0, description="One & two\n<b>", posted_on=NIGHT, countries=["JP"], cities=["Kyoto"], places=[place],
        deadline=date(2026, 4, 1), deadline_at=BERLIN_NIGHT, starts_on=date(2026, 6, 1), positions=2, hours_per_week=35,
        pay_min=700.0, pay_max=800.5, pay_currency="EUR", pay_period="month", best_url="https://example.org/ä b?x=1",
    )  # fmt: skip
    posting = postings(export(write_jsonld, tmp_path, sound(full)))["i0"]
    assert posting == {
        "@type": "JobPosting",
        "title": "Title 0",
        "description": "One &amp; two<br>&lt;b&gt;",
        "identifier": {"@type": "PropertyValue", "name": "International internships", "value": "i0"},
        "url": "https://example.org/%C3%A4%20b?x=1",
        "datePosted": "2026-03-14",
        "validThrough": "2026-04-01T21:59:00Z",
        "employmentType": "INTERN",
        "hiringOrganization": {"@type": "Organization", "name": "Acme"},
        "jobLocation": [
            {
                "@type": "Place",
                "address": {"@type": "PostalAddress", "addressLocality": "Kyoto", "addressCountry": "JP"},
                "geo": {"@type": "GeoCoordinates", "latitude": 35.0, "longitude": 135.75},
            }
        ],
        "baseSalary": {
            "@type": "MonetaryAmount",
            "currency": "EUR",
            "value": {"@type": "QuantitativeValue", "minValue": 700.0, "maxValue": 800.5, "unitText": "MONTH"},
        },
        "jobStartDate": "2026-06-01",
        "totalJobOpenings": 2,
        "workHours": "35 hours a week",
    }


def test_what_nobody_stated_is_left_out(tmp_path: Path) -> None:
    bare = internship(0, organization=None, best_url="javascript:alert(1)")
    closed = internship(1, state="closed", closed_on=NIGHT, closed_reason="gone")
    in_total = internship(2, pay_min=900.0, pay_max=900.0, pay_currency="EUR", pay_period="total", kind="volunteer")
    found = postings(export(write_jsonld, tmp_path, sound(bare, closed, in_total)))
    assert found["i0"] == {
        "@type": "JobPosting",
        "title": "Title 0",
        "description": "Internship.",
        "identifier": {"@type": "PropertyValue", "name": "International internships", "value": "i0"},
        "employmentType": "INTERN",
    }
    assert found.keys() == {"i0", "i2"}
    assert "baseSalary" not in found["i2"]
    assert found["i2"]["description"] == "Volunteer at Acme. Pay: 900 EUR in total."
    assert found["i2"]["employmentType"] == "VOLUNTEER"


def test_remote_work_says_from_where_and_never_whose_citizens_may_apply(tmp_path: Path) -> None:
    limits = {"nationalities": ["FR"], "nationality_rule": "only", "residence_countries": ["IN"]}
    remote = internship(0, work_mode="remote", remote_countries=["DE", "XX"], countries=[], **limits)
    hybrid = internship(1, work_mode="hybrid", remote_countries=["DE"], countries=["DE", "FR"], **limits)
    found = postings(export(write_jsonld, tmp_path, sound(remote, hybrid)))
    assert found["i0"]["jobLocationType"] == "TELECOMMUTE"
    assert found["i0"]["applicantLocationRequirements"] == [
        {"@type": "Country", "name": "Germany"},
        {"@type": "Country", "name": "XX"},
    ]
    assert "jobLocation" not in found["i0"]
    assert not found["i1"].keys() & {"jobLocationType", "applicantLocationRequirements"}
    assert [place["address"]["addressCountry"] for place in found["i1"]["jobLocation"]] == ["DE", "FR"]


def test_where_the_rights_withhold_the_text_the_description_is_our_own(tmp_path: Path) -> None:
    rows = sound(
        internship(0, description="the text", source_ids=["strict"], countries=["DE"], cities=["Bonn"], weeks_min=12)
    )
    rows["sources"] = [source("strict", full_text=False)]
    posting = postings(export(write_jsonld, tmp_path, rows))["i0"]
    assert posting["description"] == "Internship at Acme in Bonn, Germany. Duration: from 12 weeks."


def test_hostile_texts_come_back_from_json_ld_and_leave_no_script_element(hostile: Any) -> None:
    rows, folder = hostile
    found = postings(folder)
    assert b"<" not in (folder / "jobpostings.jsonld").read_bytes()
    for row in rows["internships"]:
        posting = found[row["internship_id"]]
        assert posting["title"] == row["title"]
        assert posting["hiringOrganization"]["name"] == row["organization"]
        if row["description"]:
            description = posting["description"].replace("<br>", "\n")
            assert not re.search("[<>]", description)
            assert description == row["description"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# ---------------------------------------------------------------------------------------------------------- calendars


def content_lines(path: Path) -> list[str]:
    """The unfolded lines of a calendar, each physical one held to RFC 5545, 3.1."""
    content = path.read_bytes()
    *physical, end = content.split(b"\r\n")
    assert end == b""
    for octets in physical:
        line = octets.decode("utf-8")  # no character is cut in two
        assert len(octets) <= 75
        assert not re.search("[\x00-\x08\x0a-\x1f\x7f]", line)
    return content.decode("utf-8").replace("\r\n ", "").split("\r\n")[:-1]


def events(path: Path) -> list[dict[str, str]]:
    """Events as name -> value of their lines, texts unescaped; another parser finds as many, and the same UIDs."""
    found: list[dict[str, str]] = []
    for line in content_lines(path):
        name, value = re.fullmatch(r"([A-Z-]+(?:;[A-Z-]+=[^:;]+)*):(.*)", line, re.DOTALL).groups()  # type: ignore[union-attr]
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and line != "END:VEVENT":
            found[-1][name] = re.sub(r"\\(.)", lambda match: {"n": "\n"}.get(match[1], match[1]), value)
    read = icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    assert [str(event["UID"]) for event in read] == [event["UID"] for event in found]
    return found


def test_hostile_texts_come_back_from_a_calendar_line_by_line(hostile: Any) -> None:
    rows, folder = hostile
    dated = [row for row in rows["internships"] if row.get("deadline")]
    found = {event["UID"].partition("@")[0]: event for event in events(folder / "deadlines.ics")}
    assert len(found) == len(dated)
    for row in dated:
        # A calendar knows one sort of line break, and no other control character than the tab.
        text = re.sub("[\x00-\x08\x0b-\x1f\x7f]", "", re.sub("\r\n?", "\n", row["title"]))
        assert found[row["internship_id"]]["SUMMARY"] == f"{text} ({text})"


def test_a_deadline_stands_at_its_hour_in_its_zone_or_for_the_whole_day(tmp_path: Path) -> None:
    opened = {"deadline": date(2026, 4, 1)}
    rows = sound(
        internship(0, deadline_at=BERLIN_NIGHT, deadline_zone="Europe/Berlin", **opened),
        internship(1, deadline_at=BERLIN_NIGHT, **opened),
        internship(2, **opened),
        internship(3, deadline=NIGHT - timedelta(days=1)),
        internship(4, state="closed", closed_on=NIGHT, closed_reason="gone", **opened),
        internship(5),
        internship(
            6, deadline_at=BERLIN_NIGHT + timedelta(minutes=1), deadline_zone="Europe/Berlin", **opened
        ),  # 24:00
    )
    path = export(write_calendars, tmp_path, rows) / "deadlines.ics"
    starts = [{name: value for name, value in event.items() if name.startswith("DTSTART")} for event in events(path)]
    assert starts == [
        {"DTSTART;TZID=Europe/Berlin": "20260401T235900"},
        {"DTSTART": "20260401T215900Z"},
        {"DTSTART;VALUE=DATE": "20260401"},
        {"DTSTART;VALUE=DATE": "20260401"},
    ]
    read = icalendar.Calendar.from_ical(path.read_bytes())
    assert [event["DTSTART"].dt.astimezone(UTC) for event in read.walk("VEVENT")[:2]] == [BERLIN_NIGHT] * 2
    assert [str(zone["TZID"]) for zone in read.walk("VTIMEZONE")] == ["Europe/Berlin"]
    (offset,) = {part["TZOFFSETTO"].td for part in read.walk("DAYLIGHT")}
    assert offset == timedelta(hours=2)


def test_an_event_keeps_its_uid_and_counts_the_nights_that_changed_it(tmp_path: Path) -> None:
    later = NIGHT + timedelta(days=2)
    rows = sound(internship(0, deadline=date(2026, 4, 1)), internship(1, deadline=date(2026, 4, 2)))
    first = events(export(write_calendars, tmp_path / "one", rows) / "deadlines.ics")
    rows["changes"] += [
        {
            "night": NIGHT + timedelta(days=1),
            "internship_id": "i0",
            "change": "changed",
            "field": "deadline",
            "old": '"x"',
        },
        {"night": later, "internship_id": "i0", "change": "changed", "field": "title", "old": '"x"'},
        {"night": later, "internship_id": "i0", "change": "changed", "field": "organization", "old": '"x"'},
        {"night": later, "internship_id": "i1", "change": "changed", "field": "description", "old": '"x"'},
    ]
    second = events(export(write_calendars, tmp_path / "two", rows, later) / "deadlines.ics")
    assert [event["UID"] for event in second] == [f"i0@{DOMAIN}", f"i1@{DOMAIN}"] == [event["UID"] for event in first]
    assert [event["SEQUENCE"] for event in first + second] == ["0", "0", "2", "0"]
    assert (second[0]["DTSTAMP"], second[1]) == ("20260316T000000Z", first[1])


def test_there_is_a_calendar_a_country_and_a_broad_field_which_outlives_its_events(tmp_path: Path) -> None:
    opened = {"deadline": date(2026, 4, 1)}
    rows = sound(
        internship(0, countries=["DE", "FR", "DE"], fields=["0613", "061", "0311"], **opened),
        internship(1, countries=["FR"], **opened),
        internship(2, countries=["JP"], fields=["1015"], state="closed", closed_on=NIGHT, closed_reason="gone"),
    )
    folder = export(write_calendars, tmp_path, rows) / "calendars"
    found = {path.name: [event["UID"][:2] for event in events(path)] for path in sorted(folder.iterdir())}
    assert found == {
        "country-DE.ics": ["i0"], "country-FR.ics": ["i0", "i1"], "country-JP.ics": [],
        "field-03.ics": ["i0"], "field-06.ics": ["i0"], "field-10.ics": [],
    }  # fmt: skip
    calendar = icalendar.Calendar.from_ical((folder / "country-JP.ics").read_bytes())
    assert str(calendar["NAME"]) == "Deadlines of internships: Japan"
    assert calendar.subcomponents, "the grammar wants one component at least"


# ----------------------------------------------------------------------------------------------------------- the feed


def feed(folder: Path, path: str = "new.atom") -> Any:
    read = feedparser.parse((folder / path).read_bytes(), sanitize_html=False)
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    assert all(read.feed.get(name) for name in ("id", "title", "updated"))
    for entry in read.entries:
        assert all(entry.get(name) for name in ("id", "updated")), entry  # RFC 4287, 4.1.2
        assert entry.get("links") or entry.get("content")
    assert len({entry.id for entry in read.entries}) == len(read.entries)
    return read


def test_the_feed_has_the_newest_first_and_entries_keep_their_ids(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = NIGHT - timedelta(days=3)
    rows = sound(
        internship(0, first_seen=old),
        internship(1, best_url="https://example.org/ä"),
        internship(2, best_url="javascript:alert(1)", organization=None, countries=["DE", "FR"]),
        internship(3, state="closed", closed_on=NIGHT, closed_reason="gone"),
    )
    rows["changes"].append({"night": NIGHT, "internship_id": "i0", "change": "changed", "field": "title", "old": "1"})
    first = feed(export(write_atom, tmp_path / "one", rows))
    assert [entry.title for entry in first.entries] == ["Title 1", "Title 2", "Title 0"]
    assert [(entry.published[:10], entry.updated[:10]) for entry in first.entries] == [
        ("2026-03-14", "2026-03-14"),
        ("2026-03-14", "2026-03-14"),
        ("2026-03-11", "2026-03-14"),
    ]
    assert [[link.href for link in entry.get("links", ())] for entry in first.entries[:2]] == [
        ["https://example.org/%C3%A4"],
        [],
    ]
    assert [tag.term for tag in first.entries[1].tags] == ["DE", "FR"]
    monkeypatch.setattr(atom, "MAX_ENTRIES", 1)
    second = feed(export(write_atom, tmp_path / "two", rows))
    assert [entry.id for entry in second.entries] == [entry.id for entry in first.entries[:2]], (
        "all of the night, at least"
    )
    assert second.feed.id == first.feed.id


def test_what_an_entry_does_not_show_moves_neither_it_nor_the_feed(tmp_path: Path) -> None:
    old, later = NIGHT - timedelta(days=3), NIGHT + timedelta(days=1)
    rows = sound(internship(0, first_seen=old), internship(1, first_seen=old))
    first = feed(export(write_atom, tmp_path / "one", rows))
    for name, field in (("i0", "age_min"), ("i1", "deadline")):
        rows["changes"].append({"night": later, "internship_id": name, "change": "changed", "field": field, "new": "1"})
    second = feed(export(write_atom, tmp_path / "two", rows, later))
    assert [entry.updated[:10] for entry in first.entries] == ["2026-03-11", "2026-03-11"]
    assert [entry.updated[:10] for entry in second.entries] == ["2026-03-11", "2026-03-15"]
    assert (first.feed.updated[:10], second.feed.updated[:10]) == ("2026-03-11", "2026-03-15")


def test_over_twelve_nights_each_entry_comes_once_on_its_night_and_moves_only_with_what_it_shows(
    tmp_path: Path,
) -> None:
    nights = [NIGHT + timedelta(days=day) for day in range(12)]
    made: dict[int, dict[str, Any]] = {}
    changes: list[dict[str, Any]] = []
    shown: dict[str, tuple[str, tuple[str, ...]]] = {}  # entry id -> its `updated`, and what a reader sees of it
    closed: set[int] = set()
    for at, night in enumerate(nights):
        made |= {number: {"first_seen": night} for number in (2 * at, 2 * at + 1)}
        if at > 1:  # of two older ones one changes in what it shows, one in what it does not show; a third closes
            made[at - 2]["title"] = f"Renamed on {night}"
            made[at - 1]["age_min"] = 16 + at
            changed = ((at - 2, "title"), (at - 1, "age_min"))
            changes += [
                {
                    "night": night,
                    "internship_id": f"i{number}",
                    "change": "changed",
                    "field": field,
                    "old": "1",
                    "new": "2",
                }
                for number, field in changed
            ]
            if at % 3 == 0:
                made[at + 1] |= {"state": "closed", "closed_on": night, "closed_reason": "gone"}
                closed.add(at + 1)
        rows = sound(*(internship(number, **facts) for number, facts in made.items()))
        rows["changes"] += changes
        read = feed(export(write_atom, tmp_path / str(at), rows, night))
        assert len(read.entries) == len(made) - len(closed)
        new = [entry for entry in read.entries if entry.id not in shown]
        assert new == read.entries[:2], "what is new comes first"
        assert {entry.published[:10] for entry in new} == {night.isoformat()}, "none comes late"
        for entry in read.entries:
            seen = (entry.title, entry.summary, entry.get("link", ""), *(tag.term for tag in entry.get("tags", ())))
            before, seen_before = shown.get(entry.id, ("", ()))
            assert (entry.updated[:10] == night.isoformat()) == (seen != seen_before), entry.title
            assert entry.updated == before or seen != seen_before
            shown[entry.id] = (entry.updated, seen)
        assert read.feed.updated == max(entry.updated for entry in read.entries)
    assert len(shown) == len(made)


def test_there_is_a_feed_a_country_and_a_broad_field_which_outlives_its_entries(tmp_path: Path) -> None:
    rows = sound(
        internship(0, countries=["DE", "FR", "DE"], fields=["0613", "061", "0311"]),
        internship(1, countries=["FR"]),
        internship(2, countries=["JP"], fields=["1015"], state="closed", closed_on=NIGHT, closed_reason="gone"),
    )
    folder = export(write_atom, tmp_path, rows)
    feeds = {path.name: feed(folder, f"feeds/{path.name}") for path in sorted((folder / "feeds").iterdir())}
    assert {name: [entry.title for entry in read.entries] for name, read in feeds.items()} == {
        "country-DE.atom": ["Title 0"], "country-FR.atom": ["Title 0", "Title 1"], "country-JP.atom": [],
        "field-03.atom": ["Title 0"], "field-06.atom": ["Title 0"], "field-10.atom": [],
    }  # fmt: skip
    assert feeds["country-JP.atom"].feed.title == "New internships: Japan"
    assert len({read.feed.id for read in feeds.values()} | {feed(folder).feed.id}) == 7


def test_hostile_texts_come_back_from_the_feed_as_text(hostile: Any) -> None:
    rows, folder = hostile
    assert {entry.title_detail.type for entry in feed(folder).entries} == {"text/plain"}
    # Feed readers mend and strip what they show; an XML parser tells what is there. XML has no U+FFFE and U+FFFF.
    titles = [re.sub("[\ufffe\uffff]", "\ufffd", row["title"]) for row in rows["internships"]]
    entries = ElementTree.parse(folder / "new.atom").getroot().findall(f"{{{atom.XMLNS}}}entry")
    assert [entry.findtext(f"{{{atom.XMLNS}}}title") for entry in entries] == titles


def test_an_empty_night_has_a_document_a_calendar_and_a_feed(tmp_path: Path) -> None:
    assert postings(export(write_jsonld, tmp_path / "one", {})) == {}
    assert events(export(write_calendars, tmp_path / "two", {}) / "deadlines.ics") == []
    assert feed(export(write_atom, tmp_path / "three", {})).entries == []
