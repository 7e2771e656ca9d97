"""A page that was rebuilt: its rows are not found any more, but it still links to the openings."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import yaml

from pipeline.nightly.collect import collect
from pipeline.storage import warehouse
from pipeline.storage.home import Home
from scrapers.source import Catalogue, read_catalogue
from tests.made_nights import make_state
from tests.scrapers.conftest import Page, write_archive

FIRST = date(2026, 3, 1)
ENTRIES = [
    {
        "id": "cards", "name": "Cards", "spider": "html_list", "url": "https://cards.example/jobs",
        "holds": "internships", "settings": {"rows": "li", "fields": {"title": "a", "url": "a@href"}},
    },
    {
        "id": "linked", "name": "Linked", "spider": "job_posting", "url": "https://linked.example/jobs",
        "holds": "internships", "settings": {"links": "li a"},
    },
]  # fmt: skip


def page(*rows: str) -> bytes:
    return f"<!doctype html><html><body><a href=/jobs>Jobs</a>{''.join(rows)}</body></html>".encode()


def as_rows(*numbers: int) -> bytes:
    return page(*(f"<li><a href='/job/{number}'>Internship {number}</a></li>" for number in numbers))


def as_tiles(*numbers: int) -> bytes:
    return page(*(f"<div><a href='/job/{number}?utm_source=x'>Read more</a></div>" for number in numbers))


def posting(number: int) -> bytes:
    text = f'{{"@type": "JobPosting", "title": "Internship {number}", "description": "In an office."}}'
    return page(f"<script type=application/ld+json>{text}</script>")


def make_night(home: Home, catalogue: Catalogue, folder: Path, number: int, lists: bytes) -> None:
    night = FIRST + timedelta(days=number)
    pages = [Page(f"https://{site}.example/jobs", lists) for site in ("cards", "linked")]
    pages += [Page(f"https://linked.example/job/{each}", posting(each)) for each in (1, 2, 3)]
    archive = write_archive(folder / f"{number}.warc.gz", pages)
    collect(catalogue.sources, home.raw(night), night, folder / "catalogue", [archive])
    make_state(home, catalogue, night)


def test_what_a_rebuilt_page_still_links_to_is_seen(tmp_path: Path) -> None:
    (tmp_path / "catalogue/platform").mkdir(parents=True)
    text = yaml.safe_dump({"sources": ENTRIES})
    (tmp_path / "catalogue/platform/sites.yaml").write_text(text, encoding="utf-8")
    catalogue, home = read_catalogue(tmp_path / "catalogue"), Home(tmp_path / "home")
    home.prepare()
    make_night(home, catalogue, tmp_path, 0, as_rows(1, 2, 3))
    make_night(home, catalogue, tmp_path, 2, as_tiles(1, 3))
    make_night(home, catalogue, tmp_path, 20, as_tiles(3))
    with warehouse.open_readonly(home.warehouse) as con:
        listings = con.execute("SELECT source_id, title, state, last_seen FROM listings ORDER BY ALL").fetchall()
        outcomes = con.execute("SELECT DISTINCT outcome FROM source_runs WHERE night > ?", [FIRST]).fetchall()
    days = {1: 2, 2: 0, 3: 20}
    assert outcomes == [("layout_changed",)]
    assert listings == [
        (site, f"Internship {number}", "open" if number == 3 else "unverified", FIRST + timedelta(days=days[number]))
        for site in ("cards", "linked")
        for number in (1, 2, 3)
    ]
