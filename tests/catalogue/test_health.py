"""`internships sources health`: since when a source is unwell, what to do, and the changed entry of one whose page is another."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import yaml

from pipeline import tables
from pipeline.catalogue.health import TO_DO
from pipeline.catalogue.layouts import changed_tonight, look_again
from pipeline.reports import render
from pipeline.reports.facts import ChangedLayout
from pipeline.shipped import shipped
from pipeline.storage import warehouse
from pipeline.storage.home import Home
from pipeline.storage.raw import Durations
from pipeline.storage.warehouse import Carry
from scrapers.outcome import HEALTHY, NOT_ASKED, Outcome
from scrapers.source import read_catalogue
from scrapers.wire.warc import Recorder
from tests.catalogue.made import REFERENCE, filled, write_catalogue
from tests.command import internships
from tests.tools.layouts import FETCHED_AT

FIRST, LAST = date(2026, 11, 29), date(2026, 11, 30)
URL = "https://www.glass.example/internships"
OFFERS = {"Intern, kiln workshop": 1, "Intern, archive of patterns": 2, "Intern, museum shop": 3}
HEAD = "<html lang='en'><body><h1>Internships</h1>"
AS_CARDS = "".join(
    f"<div class='card'><h3>{title}</h3><a href='/i/{number}'>Details</a></div>" for title, number in OFFERS.items()
)
ENTRY = {
    "id": "glass", "name": "Institute of Glass", "spider": "html_list", "url": URL, "holds": "internships",
    "settings": {"rows": "li.job", "fields": {"title": "a", "url": "a@href"}},
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two nights of a source, whose page is another one on the second."""
    folder = tmp_path_factory.mktemp("health")
    entries = folder / "sources" / "network" / "glass.yaml"
    entries.parent.mkdir(parents=True)
    quiet = {**ENTRY, "id": "quiet", "name": "Consulate that says that it has none", "url": f"{URL}/none"}
    entries.write_text(yaml.safe_dump({"sources": [ENTRY, quiet]}), encoding="utf-8")
    home = Home(folder / "home")
    home.raw(LAST).mkdir(parents=True)
    recorder = Recorder(home.raw(LAST) / "responses.warc.gz")
    recorder.record(
        fetched_at=FETCHED_AT, method="GET", url=URL, request_headers=[], request_body=b"", status=200,
        headers=[("Content-Type", "text/html; charset=utf-8")], body=f"{HEAD}{AS_CARDS}</body></html>".encode(), is_whole=True,
    )  # fmt: skip
    recorder.close()
    counts = {
        "source_id": "glass",
        "pages": 1,
        "seen": 0,
        "kept": 0,
        "skipped": 0,
        "listings": 0,
        "rejects": 0,
        "open_rows": 0,
    }
    counts |= {"closed_rows": 0, "bytes": 900}
    runs = [
        {"night": FIRST, "outcome": "ok", "complete": True, **counts},
        {"night": LAST, "outcome": "layout_changed", "complete": False, **counts},
        {"night": LAST, "outcome": "empty", "complete": True, **counts, "source_id": "quiet"},
    ]
    named = [
        {"source_id": name, "name": name, "channel": "network", "spider": "html_list", "url": URL}
        for name in ("glass", "quiet")
    ]
    facts = {"source_id": "glass", "channel": "network", "url": URL, "content_hash": "h", "state": "open", "misses": 0}
    facts |= {"first_seen": FIRST, "last_seen": FIRST}
    listings = [
        {**facts, "listing_id": f"l{number}", "internship_id": f"i{number}", "title": title}
        for title, number in OFFERS.items()
    ]
    carries = {table.name: Carry(table.empty()) for table in tables.TABLES}
    carries["listings"] = Carry(filled(tables.LISTINGS, pl.DataFrame(listings)))
    carries["sources"] = Carry(filled(tables.SOURCES, pl.DataFrame(named)))
    carries["source_runs"] = Carry(filled(tables.SOURCE_RUNS, pl.DataFrame(runs)))
    warehouse.build(home.warehouse, None, carries, REFERENCE, LAST, "")
    return home


def test_a_source_that_is_unwell_is_listed_with_what_to_do(home: Home) -> None:
    settings = {"INTERNSHIPS_CATALOGUE": home.root.parent / "sources"}
    done = internships("sources", "health", "--home", home.root, "--json", cwd=home.root, **settings)
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)
    assert (row["id"], row["outcome"], row["last_good"], row["nights_since_good"]) == (
        "glass",
        "layout_changed",
        "2026-11-29",
        1,
    )
    assert (row["open"], row["requests"]) == (3, 1.0)
    assert "sources health glass" in row["to_do"]


def test_sources_that_the_catalogue_lacks_do_not_look_as_if_they_were_well(home: Home, tmp_path: Path) -> None:
    catalogue = write_catalogue(tmp_path, [{**ENTRY, "id": "other"}])
    for words in (["health"], ["list", "--outcome", "layout_changed"]):
        done = internships("sources", *words, "--home", home.root, cwd=home.root, INTERNSHIPS_CATALOGUE=catalogue)
        assert done.returncode == 0
        assert done.stderr.startswith("left out: 2 sources of the newest night that this catalogue does not have")


def test_a_changed_page_is_read_in_another_way_and_nothing_is_applied(home: Home) -> None:
    folder = home.root.parent / "sources"
    before = (folder / "network" / "glass.yaml").read_bytes()
    done = internships("sources", "health", "glass", "--home", home.root, cwd=home.root, INTERNSHIPS_CATALOGUE=folder)
    assert done.returncode == 0, done.stderr
    assert "reads 3 of the 3 titles that it had; not applied" in done.stdout
    (entry,) = yaml.safe_load(done.stdout[done.stdout.index("- ") :])
    assert (entry["id"], entry["settings"]["rows"], entry["settings"]["fields"]["title"]) == ("glass", "div.card", "h3")
    assert (folder / "network" / "glass.yaml").read_bytes() == before


def test_the_report_of_a_night_proposes_the_changed_entry(home: Home) -> None:
    folder = home.root.parent / "sources"
    sources = read_catalogue(folder).sources
    changed = changed_tonight(home.warehouse, LAST, sources)
    assert [source.id for source in changed] == ["glass"]
    assert changed_tonight(home.warehouse, FIRST, sources) == []
    (change,) = look_again(changed, home, home.warehouse, LAST, folder)
    assert yaml.safe_load(change.line)["settings"]["rows"] == "div.card"
    layouts = [ChangedLayout(change.source_id, change.finding, change.line)]
    reports = render(home.warehouse, LAST, {}, Durations({}, {}), layouts)
    assert "layout changed: glass: reads 3 of the 3 titles that it had" in reports[".txt"]
    assert all("div.card" in reports[suffix] for suffix in (".md", ".html"))
    assert "Changed layouts" not in render(home.warehouse, LAST, {}, Durations({}, {}))[".md"]


def test_each_outcome_says_what_to_do_or_needs_nobody() -> None:
    assert set(TO_DO) | HEALTHY | NOT_ASKED == set(Outcome)
    assert not set(TO_DO) & (HEALTHY | NOT_ASKED)


def test_the_view_of_health_leaves_out_what_was_not_asked() -> None:
    view = shipped("sql", "views", "source_health.sql").read_text(encoding="utf-8")
    (listed,) = re.findall(r"outcome NOT IN \(([^)]*)\)", view)
    assert {word.strip(" '") for word in listed.split(",")} == NOT_ASKED
