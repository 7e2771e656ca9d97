"""`internships sources new URL`: which system an address is of, which rows of a page are openings, what is said of doubts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from pipeline.catalogue.recognition.candidates import propose
from pipeline.catalogue.recognition.fields import read_fields
from pipeline.catalogue.recognition.json_lists import of_json
from pipeline.catalogue.recognition.pages import Page
from pipeline.catalogue.recognition.recognise import recognise
from pipeline.catalogue.recognition.rights import reserved_in_words
from pipeline.catalogue.recognition.rows import find_rows
from pipeline.catalogue.recognition.systems import LINKED, find_systems
from pipeline.catalogue.recognition.web import Web
from pipeline.shipped import shipped
from scrapers.extract.blocks import select
from scrapers.source import read_catalogue, spider_files
from scrapers.wire.warc import Recorder
from tests.catalogue.made import Server
from tests.command import internships
from tests.conftest import REPOSITORY
from tests.tools.layouts import DAY, FETCHED_AT, OWN, Site, describe, read_sites, score_sites

SHARED = REPOSITORY.parent / "shared" / "cases" / "layouts"
PAIRS = REPOSITORY / "tests" / "sources"
SAMPLE = shipped("data", "sample", "sources")
SYSTEMS = {name for name, path in spider_files().items() if path.parent.name != "formats"}

NOT_BY_ITS_ADDRESS = {
    "taleo/two_pages": "its interface answers a POST, whose address names no section",
}
"""Recorded pairs whose system nothing on their first page tells."""


def first_page(folder: Path) -> Page:
    """The first recorded answer of a pair."""
    document = yaml.safe_load((folder / "source.yaml").read_text(encoding="utf-8"))
    answers = document["pages"].get(document["url"]) or next(iter(document["pages"].values()))
    answer = answers[0] if isinstance(answers, list) else answers
    answer = answer if isinstance(answer, dict) else {"file": answer}
    body = (folder / answer["file"]).read_bytes() if answer.get("file") else b""
    return Page(document["url"], document["url"], 200, answer.get("type", "").lower(), body, None)


@pytest.fixture(scope="module")
def recorded() -> dict[str, tuple[Page, str]]:
    """Recorded pairs of systems, feeds and files: name -> first page, spider."""
    kinds = SYSTEMS | {"rss", "ical", "sitemap", "wp_json", "markdown_list"}
    folders = [path.parent for path in sorted(PAIRS.glob("*/*/source.yaml")) if path.parts[-3] in kinds]
    return {f"{folder.parent.name}/{folder.name}": (first_page(folder), folder.parent.name) for folder in folders}


def test_a_recorded_page_is_of_the_system_that_its_pair_says(recorded: dict[str, tuple[Page, str]]) -> None:
    wrong = {}
    for name, (page, spider) in recorded.items():
        systems = [
            system.source.spider for system in find_systems(page, shipped("data", "sources")) if system.how != LINKED
        ]
        proposed = [candidate.entry["spider"] for candidate in propose(page, [], {}, DAY)] if page.body else []
        if spider not in (systems or proposed)[:1]:
            wrong[name] = (systems, proposed)
    assert wrong.keys() == NOT_BY_ITS_ADDRESS.keys(), wrong
    assert len({spider for _, spider in recorded.values()}) >= 20


def test_pages_by_hand_are_recognised() -> None:
    scores = score_sites(
        [*read_sites(OWN), *(read_sites(SHARED) if SHARED.is_dir() else ())]
    )  # at once: one crawl for all
    right = sum(score.is_right for score in scores)
    assert right >= 0.85 * len(scores), describe(scores)
    wrong = [score for score in scores if score.recognition.entry and not score.is_right]
    assert [score.site.name for score in wrong if not score.recognition.warnings] == [], (
        "a wrong entry comes with a warning"
    )


def test_strangers_in_a_list_are_no_rows() -> None:
    html = (
        "<html><body><h1>Internships</h1><ul>"
        "<li><a href='/jobs/1'>Intern, archive</a> until 3 May 2027</li>"
        "<li><a href='/jobs/2'>Intern, library</a> until 4 May 2027</li>"
        "<li><a href='/about/forms'>Forms</a></li></ul></body></html>"
    )
    page = Page("https://a.example/", "https://a.example/", 200, "text/html", html.encode(), None)
    assert [title.text for title in find_rows(page, DAY)[0].titles] == ["Intern, archive", "Intern, library"]


def test_a_deadline_that_stands_beside_a_place_is_read_without_it() -> None:
    rows = "".join(
        f"<div class='tile'><div><i>{place}</i><u>until {day} May 2027</u></div>"
        f"<b><a href='/jobs/{day}'>Intern, {name}</a></b></div>"
        for day, place, name in ((3, "Bergen (Norway)", "archive"), (4, "Porto (Portugal)", "library"))
    )
    html = f"<html><body><h1>Internships</h1>{rows}</body></html>"
    page = Page("https://a.example/", "https://a.example/", 200, "text/html", html.encode(), None)
    fields = (read_fields(find_rows(page, DAY)[0], page, DAY) or {})["fields"]
    row = page.root.css("div.tile")[0]
    assert [select(row, fields[name]) for name in ("deadline", "locations")] == [
        ["until 3 May 2027"],
        ["Bergen (Norway)"],
    ]


@pytest.mark.parametrize(
    ("address", "pages"),
    [
        ("https://a.example/api?page=1", {"parameter": "page", "by": 1}),
        ("https://a.example/api?limit=2&offset=0", {"parameter": "offset", "by": 2}),
        ("https://a.example/api", None),
    ],
)
def test_data_that_declares_more_rows_than_it_has_is_read_in_pages_or_with_a_warning(
    address: str, pages: dict[str, object] | None
) -> None:
    rows = [{"title": f"Intern, {name}", "url": f"/{name}"} for name in ("archive", "library")]
    body = json.dumps({"data": {"total": 40, "items": rows}}).encode()
    (found,) = of_json(Page(address, address, 200, "application/json", body, None), DAY)
    assert found.entry["settings"]["total"] == "data.total"
    assert found.entry["settings"].get("pages") == pages
    assert bool(found.warnings) == (pages is None)


def test_an_address_that_nothing_answers_is_said_to_be_so(tmp_path: Path) -> None:
    done = internships("sources", "new", "http://127.0.0.1:9/", cwd=tmp_path, INTERNSHIPS_CATALOGUE=SAMPLE)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("No entry for http://127.0.0.1:9/: ")


def test_an_address_without_its_scheme_is_no_spider(tmp_path: Path) -> None:
    done = internships("sources", "new", "a.example/jobs", cwd=tmp_path, INTERNSHIPS_CATALOGUE=SAMPLE)
    assert done.stderr == "internships: a.example/jobs is neither a spider nor an address, which begins with https://\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Path]:
    """A site of the layouts, and the archive of its answers."""
    (found,) = read_sites(OWN, ["cs-sharepoint-table"])
    archive = tmp_path_factory.mktemp("web") / "web.warc.gz"
    recorder = Recorder(archive)
    for answer in found.answers:
        recorder.record(
            fetched_at=FETCHED_AT, method="GET", url=answer.url, request_headers=[], request_body=b"", status=answer.status,
            headers=list(answer.headers.items()), body=answer.body, is_whole=True,
        )  # fmt: skip
    recorder.close()
    return found, archive


def test_new_writes_an_entry_that_loads(site: tuple[Site, Path], tmp_path: Path) -> None:
    found, archive = site
    (tmp_path / "sources").mkdir()
    settings = {"INTERNSHIPS_CATALOGUE": tmp_path / "sources"}
    done = internships("sources", "new", found.url, "--replay", archive, "--write", cwd=tmp_path, **settings)
    assert done.returncode == 0, done.stderr
    (printed,) = yaml.safe_load(done.stdout)
    (written,) = read_catalogue(tmp_path / "sources").sources
    assert (written.id, written.spider, written.channel) == (printed["id"], "html_table", "university")
    assert "reads 3 rows, 3 of them internships" in done.stdout


def test_new_says_why_there_is_no_entry(site: tuple[Site, Path], tmp_path: Path) -> None:
    _, archive = site
    done = internships(
        "sources", "new", "https://elsewhere.example/", "--replay", archive, cwd=tmp_path, INTERNSHIPS_CATALOGUE=SAMPLE
    )
    assert done.returncode == 1 and done.stdout == ""
    assert "No entry for https://elsewhere.example/: not_recorded" in done.stderr


def test_a_line_that_forbids_collecting_is_no_title_about_it() -> None:
    def reservation(text: str) -> str | None:
        html = f"<html><body><h1>Internships</h1><p>{text}</p></body></html>"
        return reserved_in_words(
            Page("https://a.example/", "https://a.example/", 200, "text/html", html.encode(), None)
        )

    assert reservation("Automated retrieval of these listings is not permitted.")
    assert reservation("Der automatisierte Abruf dieser Seiten ist untersagt.")
    assert reservation("Intern: web scraping and automated extraction of tables") is None


def test_a_live_look_asks_for_each_address_once(server: Server, tmp_path: Path) -> None:
    web = Web(tmp_path, DAY, allow_loopback=True)
    (found,) = recognise([f"{server.address}/list"], web, SAMPLE)
    assert found.entry is not None and found.entry["spider"] == "html_list", found.reason
    assert found.rows is not None and set(found.rows.openings) == {"Praktikum Übersetzung", "Intern, water policy"}
    pages = [path for _, path, _ in server.asked if path != "/robots.txt"]
    assert len(pages) == len(set(pages)) == web.requests
