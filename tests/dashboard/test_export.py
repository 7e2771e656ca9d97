"""What the dashboard's files hold, without a browser."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.exports import dashboard
from pipeline.exports.files import ExportError
from tests.conftest import REPOSITORY
from tests.dashboard.conftest import CLOSED, ROWS, TWICE, openings
from tests.exports.small import NIGHT

SOURCES = REPOSITORY / "pipeline" / "dashboard"


@pytest.fixture
def contents(latest: Path) -> dict[str, Any]:
    return dict(json.loads((latest / "dashboard" / "contents.json").read_bytes()))


def table(latest: Path, contents: dict[str, Any], name: str) -> pl.DataFrame:
    return pl.read_parquet(latest / contents["tables"][name]["path"])


def test_internships_links_and_details_tell_of_the_same(latest: Path, contents: dict[str, Any]) -> None:
    ids = table(latest, contents, "internships")["id"].to_list()
    details = table(latest, contents, "details")
    assert details["id"].to_list() == sorted(ids), "a reader finds an id by the bounds of the row groups"
    records = {id_: json.loads(record)["internship"] for id_, record in details.iter_rows()}
    assert all(record["internship_id"] == id_ for id_, record in records.items())
    links = table(latest, contents, "links")["best_url"].to_list()
    assert [records[id_]["best_url"] for id_ in ids] == links, "row by row"
    assert sorted(ids) == sorted(row["internship_id"] for row in openings()) and len(ids) == ROWS
    assert ids[-1] == f"i{CLOSED}", "closed ones stand last"


def test_the_first_rows_are_those_of_all(latest: Path, contents: dict[str, Any]) -> None:
    first = table(latest, contents, "first")
    assert first.equals(table(latest, contents, "internships").head(dashboard.FIRST_ROWS)) and len(first) == ROWS
    assert contents["open"] == ROWS - 1, "one is closed"


def test_a_name_has_the_hash_of_its_content_and_the_manifest_lists_every_file(
    latest: Path, contents: dict[str, Any]
) -> None:
    for entry in contents["tables"].values():
        content = (latest / entry["path"]).read_bytes()
        assert entry["path"].endswith(f"-{hashlib.sha256(content).hexdigest()[:12]}.parquet")
        assert entry["bytes"] == len(content)
    listed = {resource["path"] for resource in json.loads((latest / "datapackage.json").read_bytes())["resources"]}
    there = {path.relative_to(latest).as_posix() for path in latest.rglob("*") if path.is_file()}
    assert listed == there - {"datapackage.json"}


def test_texts_that_the_rights_withhold_are_withheld(latest: Path, contents: dict[str, Any]) -> None:
    records = {}
    for text in table(latest, contents, "details")["record"]:
        record = json.loads(text)
        records[record["internship"]["internship_id"]] = record
    twice = records[f"i{TWICE}"]
    assert twice["internship"]["description"] is None, "one of its sources forbids full text"
    assert "SECRET" not in json.dumps(twice)
    assert [change["field"] for change in twice["history"] if change["change"] == "changed"] == ["description", "title"]


def test_the_checked_in_bundle_is_of_these_sources() -> None:
    files = ["build.mjs", "package-lock.json", *(f"src/{path.name}" for path in (SOURCES / "src").iterdir())]
    digest = hashlib.sha256(b"".join((SOURCES / name).read_bytes() for name in sorted(files))).hexdigest()
    first = (SOURCES / "page" / "app.js").read_text(encoding="utf-8").partition(";")[0]
    assert first == f"// built from {digest}", "run: make dashboard"


def test_the_bundle_names_the_licence_of_each_library() -> None:
    licences = (SOURCES / "page" / "licences.txt").read_text(encoding="utf-8")
    libraries = json.loads((SOURCES / "package.json").read_bytes())["dependencies"]
    assert all(f"\n{name} " in licences for name in [*libraries, "world-atlas"])


def test_without_a_page_no_night_is_exported(latest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard, "PAGE", tmp_path)
    with pytest.raises(ExportError, match="make dashboard"):
        dashboard.write(latest.parent.parent / "warehouse.duckdb", tmp_path, NIGHT, [])
