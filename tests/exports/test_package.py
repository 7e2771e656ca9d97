"""datapackage.json says what lies in the folder, by Frictionless' terms, and whose it is."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.exports import export_night
from pipeline.exports import package as packaging
from pipeline.exports.rows import EXPORTED
from pipeline.vocabulary import Channel, words
from tests.exports.small import NIGHT, internship, listing, small_warehouse, sound, source


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = sound(internship(0, source_ids=["open"]), internship(1, source_ids=["strict"]))
    rows["listings"].append(listing(5, "strict", internship_id="i1"))
    rows["sources"] = [
        source("open", licence="CC-BY-4.0", attribution="Open Board", page="https://open.example.org/"),
        source("silent"),
        source("strict", full_text=False, terms="https://strict.example.org/terms"),
    ]
    folder = tmp_path_factory.mktemp("package") / "files"
    folder.mkdir()
    export_night(small_warehouse(folder.parent / "w.duckdb", rows), folder, NIGHT)
    return folder


@pytest.fixture(scope="module")
def package(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "datapackage.json").read_bytes())


def test_every_file_of_the_folder_is_a_resource_with_its_digest(folder: Path, package: dict[str, Any]) -> None:
    listed = {resource["path"]: (resource["bytes"], resource["hash"]) for resource in package["resources"]}
    found = {
        path.relative_to(folder).as_posix(): (
            path.stat().st_size,
            f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}",
        )
        for path in folder.rglob("*")
        if path.is_file() and path.name != "datapackage.json"
    }
    assert listed == found
    assert {resource["rows"] for resource in package["resources"] if resource.get("title") == "listings"} == {3}


def test_a_file_that_no_module_told_of_is_a_resource_too(tmp_path: Path) -> None:
    (tmp_path / "files" / "page").mkdir(parents=True)
    (tmp_path / "files" / "page" / "index.HTML").write_text("<!doctype html>")
    packaging.write(small_warehouse(tmp_path / "w.duckdb", {}), tmp_path / "files", NIGHT, [])
    (resource,) = json.loads((tmp_path / "files" / "datapackage.json").read_bytes())["resources"]
    assert (resource["name"], resource["path"], resource["bytes"]) == ("page-index.html", "page/index.HTML", 15)


def test_a_resource_has_the_columns_and_words_of_its_table(package: dict[str, Any]) -> None:
    tables = {table.name: table for table in EXPORTED}
    for resource in (resource for resource in package["resources"] if "schema" in resource):
        table = tables[resource["title"]]
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == table.names
        assert resource["schema"].get("primaryKey", []) == list(table.key)
        for field, column in zip(fields, table.columns, strict=True):
            constraints = field.get("constraints", {})
            items = field.get("arrayItem", {}).get("constraints", {})
            assert field["description"] == column.meaning
            assert constraints.get("required", False) == column.required
            assert tuple(constraints.get("enum", items.get("enum", ()))) == column.vocabulary


def test_types_are_those_of_table_schema(package: dict[str, Any]) -> None:
    fields = {
        (resource["format"], field["name"]): field
        for resource in package["resources"]
        if "schema" in resource
        for field in resource["schema"]["fields"]
    }
    assert fields["csv", "first_seen"]["type"] == "date"
    assert fields["csv", "deadline_at"]["type"] == "datetime"
    assert fields["csv", "reopened"]["type"] == "boolean"
    assert fields["csv", "pay_min"]["type"] == "number"
    assert fields["csv", "channels"]["type"] == "array"
    assert fields["csv", "channels"]["arrayItem"] == {"type": "string", "constraints": {"enum": list(words(Channel))}}
    assert fields["parquet", "places"]["arrayItem"] == {"type": "object"}
    assert (fields["csv", "old"]["type"], fields["ndjson", "old"]["type"]) == ("string", "any")


def test_rights_are_told_by_source_that_has_listings(package: dict[str, Any]) -> None:
    assert package["sources"] == [
        {
            "title": "Open", "path": "https://open.example.org/", "source_id": "open", "licence": "CC-BY-4.0",
            "attribution": "Open Board", "full_text": True,
        },
        {
            "title": "Strict", "path": "https://strict.example.org/feed", "source_id": "strict",
            "terms": "https://strict.example.org/terms", "full_text": False,
        },
    ]  # fmt: skip


def test_its_time_is_the_night_and_its_names_are_unique(package: dict[str, Any]) -> None:
    assert package["version"] == "2026-03-14"
    assert package["created"] == "2026-03-14T00:00:00Z"
    names = [resource["name"] for resource in package["resources"]]
    assert len(names) == len(set(names))


def test_frictionless_finds_nothing_wrong(folder: Path) -> None:
    frictionless = pytest.importorskip("frictionless", reason="frictionless, of the test extras, is not installed")
    package = frictionless.Package(str(folder / "datapackage.json"))
    for resource in list(package.resources):
        if resource.format == "parquet":  # it would read them by pandas; test_files does by pyarrow
            package.remove_resource(resource.name)
    report = package.validate()
    assert [(task.name, error.message) for task in report.tasks for error in task.errors] == [], report.errors
    assert {Path(task.place).suffix for task in report.tasks} >= {".csv", ".ndjson", ".ics", ".atom", ".jsonld"}
