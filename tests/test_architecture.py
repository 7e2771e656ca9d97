"""What the layout promises: imports run one way."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

MODULES = sorted(path for folder in ("pipeline", "scrapers") for path in (REPOSITORY / folder).rglob("*.py"))

# the catalogue, outcomes, a raw listing's fields; raw files, archives and recorded pairs, read and written without scrapy
DOORS = {
    "scrapers.source",
    "scrapers.listing",
    "scrapers.wire.warc",
    "scrapers.runs",
    "scrapers.pairs",
    "scrapers.outcome",
}


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return {name for name in found if name.split(".")[0] in ("pipeline", "scrapers", "dagster", "scrapy", "duckdb")}


def module(path: Path) -> str:
    return ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", MODULES, ids=module)
def test_imports_run_one_way(path: Path) -> None:
    name, names = module(path), imported(path)
    if name.startswith("scrapers"):
        assert not {one for one in names if one.startswith("pipeline")}, "scrapers never imports pipeline"
    if name.startswith("pipeline"):
        through = {one for one in names if one.startswith("scrapers.")}
        assert all(any(one == door or one.startswith(f"{door}.") for door in DOORS) for one in through), (
            "the catalogue and the raw files are the only doors to scrapers"
        )
        assert "scrapy" not in {one.split(".")[0] for one in names}
    if (
        name.startswith(("pipeline.clean", "pipeline.match.", "pipeline.lifecycle", "pipeline.tables"))
        or name == "pipeline.match"
    ):
        assert not {one for one in names if one.split(".")[0] in ("duckdb", "dagster")}, "transforms are pure"
        assert not {
            one
            for one in names
            if one.startswith(("pipeline.assets", "pipeline.storage.warehouse", "pipeline.nightly"))
        }
    if "dagster" in {one.split(".")[0] for one in names}:
        assert name.startswith("pipeline.assets") or name in ("pipeline.definitions", "pipeline.nightly.launch")
    if name.startswith("scrapers.extract"):
        assert not {one for one in names if one.startswith("scrapers.spiders")}, "spiders -> extract -> listing, source"
    if name == "pipeline.tables":
        assert not {one for one in names if one.startswith(("pipeline", "scrapers"))}


@pytest.mark.parametrize("path", MODULES, ids=module)
def test_every_module_says_what_belongs_in_it(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring, "a module opens with what belongs in it"
