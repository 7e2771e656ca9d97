"""The crawl of a night by a Dask cluster: what comes back is what the crawlers of one machine bring, and what is remembered of a
source goes with it."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest

import pipeline.nightly.collect
from pipeline.engine import open_engine
from pipeline.nightly.collect import collect
from pipeline.nightly.crawl_parts import CrawledPart, CrawlPart, part_by_machine, write_entries
from pipeline.parts import MapParts, one_by_one
from pipeline.storage.raw import read_lines, read_listings, read_runs
from scrapers.source import HOME_SPIDERS, Source, read_catalogue, read_sources, spider_files
from scrapers.spiders import spider_of
from scrapers.wire.warc import check_archive
from tests.conftest import REPOSITORY
from tests.engine.cluster import Cluster, killing, running_cluster

pytest.importorskip("distributed", reason="the extra 'dask' is not installed: make dask")

NIGHT = date(2026, 11, 29)
HOSTS = 5


class Site(NamedTuple):
    """Boards on loopback addresses of their own, and what was asked: (host, path, status)."""

    catalogue: Path
    asked: list[tuple[str, str, int]]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str, int]]

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        rows = [
            {"t": f"Intern {number} of {self.path[1:]}", "u": f"https://a.example{self.path}/{number}"}
            for number in range(3)
        ]
        body, status = json.dumps(rows).encode(), 200
        if self.path == "/robots.txt":
            body, status = b"", 404
        elif self.path == "/broken":
            body, status = b"", 500
        elif self.headers.get("If-None-Match") == '"1"':
            body, status = b"", 304
        self.asked.append((self.headers["Host"].partition(":")[0], self.path, status))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        self.send_header("ETag", '"1"')
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    asked: list[tuple[str, str, int]] = []
    with ThreadingHTTPServer(("0.0.0.0", 0), type("Own", (Handler,), {"asked": asked})) as server:
        paths = [(f"127.0.0.{host + 1}", f"board-{host}-{board}") for host in range(HOSTS) for board in range(2)]
        entries = [
            {
                "id": path, "name": path, "spider": "json_list", "url": f"http://{host}:{server.server_port}/{path}",
                "settings": {"fields": {"title": "t", "url": "u"}}, "rights": {"delay_seconds": 0},
            }
            for host, path in [*paths, ("127.0.0.1", "broken")]
        ]  # fmt: skip
        (tmp_path / "catalogue" / "platform").mkdir(parents=True)
        (tmp_path / "catalogue" / "platform" / "boards.yaml").write_text(json.dumps({"sources": entries}))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Site(tmp_path / "catalogue", asked)
        server.shutdown()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with running_cluster(tmp_path_factory.mktemp("hosts"), workers=2) as running:
        yield running


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline.nightly.collect, "SOURCES_A_PART", 4)


def crawl(site: Site, raw: Path, map_parts: MapParts | None, night: date = NIGHT, **options: Any) -> None:
    sources = read_catalogue(site.catalogue).sources
    memory = raw.parent / "crawl.sqlite"
    collect(sources, raw, night, site.catalogue, memory=memory, allow_loopback=True, map_parts=map_parts, **options)


def brought(raw: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Outcomes and rows of a night, as the pipeline reads them."""
    runs = read_runs(raw).select("source_id", "outcome", "seen", "kept", "pages").sort("source_id")
    return runs, read_listings(raw, read_runs(raw)).select("source_id", "title", "url").sort("source_id", "url")


def test_a_crawl_by_other_machines_brings_the_same_even_if_one_is_lost(
    site: Site, cluster: Cluster, tmp_path: Path
) -> None:
    crawl(site, tmp_path / "here" / "raw", None)
    asked_here = sorted(site.asked)
    site.asked.clear()
    cluster.add_worker()
    with open_engine(None, cluster.address, tmp_path / "parts") as engine:
        crawl(site, tmp_path / "there" / "raw", killing(engine.map_python, tmp_path / "marker", part=1))
    assert (tmp_path / "marker-crawl_part").exists()
    assert sorted(site.asked) == asked_here
    for here, there in zip(brought(tmp_path / "here" / "raw"), brought(tmp_path / "there" / "raw"), strict=True):
        assert here.equals(there)
    assert brought(tmp_path / "there" / "raw")[1].height == 2 * HOSTS * 3
    for archive in (tmp_path / "there" / "raw").glob("web-*.warc.gz"):
        check_archive(archive)


def test_a_host_is_asked_from_one_place(site: Site, cluster: Cluster, tmp_path: Path) -> None:
    with open_engine(None, cluster.address, tmp_path / "parts") as engine:
        crawl(site, tmp_path / "raw", engine.map_python)
    process_of = {line["source_id"]: line["file"] for line in read_lines(tmp_path / "raw") if line.get("file")}
    for host in range(HOSTS):
        assert process_of[f"board-{host}-0"] == process_of[f"board-{host}-1"]
    assert len(set(process_of.values())) > 1


def test_a_crawl_that_is_resumed_keeps_what_its_parts_brought(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline.nightly.collect, "SOURCES_A_PART", 1)

    def stopped(function: Any, calls: Any) -> Iterator[Any]:
        yield CrawledPart([], {}, {}, "its crawler ended with -9")  # before it wrote anything
        yield from itertools.islice(one_by_one(function, calls), 1, 3)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crawl(site, tmp_path / "raw", stopped)
    crawl(site, tmp_path / "raw", one_by_one)
    runs, rows = brought(tmp_path / "raw")
    assert runs.height == 2 * HOSTS + 1
    assert rows.height == rows["url"].n_unique() == 2 * HOSTS * 3


def test_a_second_night_asks_by_what_was_remembered(site: Site, cluster: Cluster, tmp_path: Path) -> None:
    with open_engine(None, cluster.address, tmp_path / "parts") as engine:
        crawl(site, tmp_path / "raw-1", engine.map_python)
        site.asked.clear()
        loaded = {source.id: (NIGHT, 1) for source in read_catalogue(site.catalogue).sources}
        tomorrow = date(2026, 11, 30)
        crawl(site, tmp_path / "raw-2", engine.map_python, tomorrow, loaded_runs=loaded)
    outcomes = read_runs(tmp_path / "raw-2").filter(pl.col("source_id") != "broken")["outcome"]
    assert set(outcomes) == {"unchanged"}
    assert {status for _, path, status in site.asked if path.startswith("/board")} == {304}


def test_an_entry_is_the_same_wherever_it_is_read(tmp_path: Path) -> None:
    every = read_catalogue(REPOSITORY / "data" / "sources").sources
    of_each_spider = {source.spider: source.id for source in every}
    sources = [source for number, source in enumerate(every) if not number % 50 or source.id in of_each_spider.values()]
    write_entries(tmp_path, CrawlPart.of(sources, {}, None, None).sources)
    assert read_sources(tmp_path, [source.id for source in sources]) == sources


def test_sources_that_need_the_home_stay_there_with_all_of_their_hosts() -> None:
    def source(name: str, spider: str, host: str) -> Source:
        return Source(id=name, name=name, channel="platform", spider=spider, url=f"https://{host}/{name}")

    keyed, beside = source("a", "usajobs", "one.example"), source("b", "rss", "one.example")
    free = source("c", "rss", "two.example")
    assert part_by_machine([keyed, beside, free]) == ([keyed, beside], [free])


def test_spiders_that_need_the_home_are_those_with_a_key_or_a_folder_of_it() -> None:
    assert {name for name in spider_files() if spider_of(name).needs} | {"drop_folder"} == HOME_SPIDERS
