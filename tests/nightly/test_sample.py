"""The sample: every source gives the rows and the outcome it was written for, and the archive is made of the pages."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
import yaml
from warcio.archiveiterator import ArchiveIterator

from scrapers.source import CHANNELS, read_catalogue
from tests.conftest import REPOSITORY

SAMPLE = REPOSITORY / "data" / "sample"
ARCHIVE = SAMPLE / "night-2026-11-20.warc.gz"
LARGEST_BYTES = 1_000_000
FORMAT_ADDRESSES = {"schema.org", "www.w3.org"}
"""Hosts that stand in the pages as names of formats."""


class Night(NamedTuple):
    """What a crawl of the sample left: the run line of each source, and its raw listings."""

    runs: dict[str, dict[str, Any]]
    rows: dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    folder = tmp_path_factory.mktemp("sample")
    catalogue = read_catalogue(SAMPLE / "sources")
    job = {
        "night": "2026-11-20",
        "attempt": 1,
        "process": 0,
        "raw_dir": str(folder / "raw"),
        "catalogue": str(SAMPLE / "sources"),
        "source_ids": [source.id for source in catalogue.sources],
        "replay": [str(ARCHIVE)],
    }
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    command = [sys.executable, "-m", "scrapers.crawl", str(folder / "job.json")]
    # The crawl ends with its standard input, so that is held open until it has ended by itself.
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as crawl:
        assert crawl.stderr is not None
        errors = crawl.stderr.read()
        assert crawl.wait(timeout=120) == 0, errors
    runs = {run["source_id"]: run for run in map(json.loads, (folder / "raw" / "runs.ndjson").open(encoding="utf-8"))}
    rows: dict[str, list[dict[str, Any]]] = {source_id: [] for source_id in runs}
    for path in sorted((folder / "raw").glob("listings-*.ndjson")):
        for line in path.open(encoding="utf-8"):
            row = json.loads(line)
            rows[row["source_id"]].append(row)
    return Night(runs, rows)


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_sample", SAMPLE / "make_sample.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "dont_write_bytecode", True)  # data/ ships as it is
        spec.loader.exec_module(module)
    return module


# ----------------------------------------------------------------------------------------------------- the crawl


def test_every_source_gives_the_rows_and_the_outcome_it_was_written_for(night: Night) -> None:
    expected = yaml.safe_load((SAMPLE / "expected.yaml").read_text(encoding="utf-8"))
    found = {
        source_id: {
            "outcome": run["outcome"],
            "rows": run["kept"],
            "closed": sum("closed" in row["extra"] for row in night.rows[source_id]),
        }
        for source_id, run in night.runs.items()
    }
    assert found == expected


def test_what_the_run_lines_count_is_what_was_written(night: Night) -> None:
    assert {source_id: run["kept"] for source_id, run in night.runs.items()} == {
        source_id: len(rows) for source_id, rows in night.rows.items()
    }


def test_a_source_that_fails_says_why_and_gives_no_row_unless_it_was_read_in_part(night: Night) -> None:
    for source_id, run in night.runs.items():
        if run["outcome"] != "ok":
            assert run["evidence"], source_id
            assert bool(night.rows[source_id]) == (run["outcome"] == "partial"), source_id


def test_a_page_closed_by_robots_is_not_read_though_it_is_in_the_archive(night: Night) -> None:
    assert night.runs["northgate-externships"]["pages"] == 0
    assert "robots.txt" in night.runs["northgate-externships"]["evidence"]


def test_every_channel_and_many_languages_give_openings(night: Night) -> None:
    healthy = [source for source in read_catalogue(SAMPLE / "sources").sources if night.rows[source.id]]
    assert {source.channel for source in healthy} == set(CHANNELS)
    assert len({language for source in healthy for language in source.languages}) >= 13
    assert 150 <= sum(map(len, night.rows.values())) <= 250


def test_the_dirt_reaches_the_raw_rows_as_it_is(night: Night) -> None:
    fernweh = {row["title"]: row for row in night.rows["fernweh-tech-internships"]}
    assert fernweh["Embedded Software Intern, Buoy Firmware"]["organization"] == "Lumenfjord"
    assert fernweh["Embedded Software Intern, Buoy Firmware"]["locations"] == ["Bergen, Norway", "Oslo, Norway"]
    assert fernweh["Developer Experience Intern"]["extra"]["closed"] == "🔒"
    assert fernweh["Graduate Trader"]["section"].endswith("New Graduate Roles")
    assert "Same company as the row above" not in json.dumps(list(fernweh.values()), ensure_ascii=False)
    hanbit = [row["title"] for row in night.rows["hanbit-overseas-interns"]]
    assert "[하늘항공물류] 싱가포르 지점 물류 인턴 (~11/27)" in hanbit
    kaigai = [row["deadline"] for row in night.rows["kaigai-koryu-internship"]]
    assert "令和8年12月9日【必着】" in kaigai
    jusoor = [row["duration"] for row in night.rows["jusoor-shabab"]]
    assert "٣ أشهر" in jusoor


def test_the_same_opening_stands_at_several_sources(night: Night) -> None:
    addresses = Counter(
        urlsplit(row["url"])._replace(query="").geturl()
        for rows in night.rows.values()
        for row in rows
        if "no_link" not in row["extra"]
    )
    assert addresses["https://jobs.nimbusoar.example/o/backend-engineering-intern"] == 3
    assert addresses["https://kestrel-orbit.example/carrieres/offre/FSW-2026-118"] == 2
    same_words = Counter(row["title"] for rows in night.rows.values() for row in rows)
    assert same_words["Marketing Internship at a Erasmus bookshop café"] == 2


# --------------------------------------------------------------------------------------------------- the archive


def test_the_archive_is_made_of_the_pages(maker: ModuleType) -> None:
    recorded = []
    with ARCHIVE.open("rb") as handle:
        for record in ArchiveIterator(handle):
            assert record.rec_type == "response"
            recorded.append(
                (
                    record.rec_headers.get_header("WARC-Target-URI"),
                    int(record.http_headers.get_statuscode()),
                    record.http_headers.get_header("Content-Type"),
                    record.raw_stream.read(),
                    record.rec_headers.get_header("WARC-Date"),
                )
            )
    pages = [
        (page.url, page.status, page.content_type, page.body, page.fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
        for page in maker.read_pages()
    ]
    assert recorded == pages, "make the archive again: .venv/bin/python data/sample/make_sample.py"


def test_making_it_twice_gives_the_same_bytes(maker: ModuleType) -> None:
    assert maker.make_archive(maker.read_pages()) == maker.make_archive(maker.read_pages())


def test_every_host_has_a_robots_txt_and_no_address_is_recorded_twice(maker: ModuleType) -> None:
    addresses = [page.url for page in maker.read_pages()]
    assert len(addresses) == len(set(addresses))
    hosts = {urlsplit(address).netloc for address in addresses}
    assert {f"https://{host}/robots.txt" for host in hosts} <= set(addresses)
    assert hosts == {source.host for source in read_catalogue(SAMPLE / "sources").sources}


def test_a_page_file_that_does_not_begin_with_an_answer_is_refused(maker: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "broken.example.txt").write_text("<html>no head</html>\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"broken\.example\.txt does not begin with"):
        list(maker.read_pages(tmp_path))


def test_only_reserved_hosts_are_named_and_no_person_can_be_reached() -> None:
    for path in sorted((SAMPLE / "pages").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        hosts = {host.lower() for host in re.findall(r"https?:\\?/\\?/([\w.-]+)", text)}
        assert not {host for host in hosts if not host.endswith(".example")} - FORMAT_ADDRESSES, path.name
        assert not re.findall(r"[\w.+-]+@[\w-]+\.\w+", text), path.name
        assert not re.findall(r"\+\d{2}[\d ()/-]{7,}", text), path.name


def test_the_sample_stays_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < LARGEST_BYTES
