"""The drop folder: a source is handed its own files and nothing else, and they are archived like pages of the web."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request

from scrapers.wire.drop import DropFolder, drop_address


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for source_id, name in (("alumni", "b ü.csv"), ("alumni", "a.txt"), ("alumni", ".hidden"), ("others", "c.csv")):
        (tmp_path / source_id).mkdir(exist_ok=True)
        (tmp_path / source_id / name).write_text(f"Role;Company;Place\nIntern;{name};Ulm\n", encoding="utf-8")
    (tmp_path / "outside.csv").write_text("Role;Company;Place\nIntern;outside;Ulm\n", encoding="utf-8")
    (tmp_path / "alumni" / "link.csv").symlink_to(tmp_path / "outside.csv")
    return tmp_path


def answer(folder: Path, url: str, source_id: str = "alumni", spider: str = "drop_folder") -> tuple[int, bytes] | None:
    run = SimpleNamespace(source=SimpleNamespace(id=source_id, spider=spider))
    response = DropFolder(folder, 50).process_request(Request(url, meta={"run": run}))
    return response and (response.status, response.body)


def test_a_source_is_handed_the_list_of_its_files_and_each_of_them(folder: Path) -> None:
    assert answer(folder, drop_address("alumni")) == (200, "a.txt\nb ü.csv\n".encode())
    assert answer(folder, drop_address("alumni", "b ü.csv")) == (
        200,
        "Role;Company;Place\nIntern;b ü.csv;Ulm\n".encode(),
    )
    assert answer(folder, drop_address("nobody"), "nobody") == (200, b"")


@pytest.mark.parametrize(
    "name", ["link.csv", "..%2Foutside.csv", "../outside.csv", "../others/c.csv", "missing.csv", "a.txt/x"]
)
def test_nothing_else_is_handed_out(folder: Path, name: str) -> None:
    assert answer(folder, f"{drop_address('alumni')}{name}") == (404, b"")


def test_a_file_of_another_source_or_for_another_spider_is_not_handed_out(folder: Path) -> None:
    assert answer(folder, drop_address("others", "c.csv")) == (404, b"")
    assert answer(folder, drop_address("alumni", "a.txt"), spider="html_list") == (404, b"")
    assert answer(folder, "https://web.example/") is None


def test_a_file_that_is_too_large_is_an_error(folder: Path) -> None:
    (folder / "alumni" / "large.csv").write_text("x" * 51)
    assert answer(folder, drop_address("alumni", "large.csv")) == (413, b"")


def test_dropped_files_are_archived_and_replayed(folder: Path, tmp_path: Path, crawling: Any) -> None:
    source = {"id": "others", "spider": "drop_folder", "url": "https://alumni.example/"}
    live = crawling.crawl(tmp_path / "live", [source], drop_dir=str(folder))["others"]
    assert [row["title"] for row in live.listings] == ["Intern"]
    archive = next((tmp_path / "live" / "raw").glob("*.warc.gz"))
    (folder / "others" / "c.csv").unlink()
    again = crawling.crawl(tmp_path / "again", [source], [archive])["others"]
    assert again.listings == live.listings
