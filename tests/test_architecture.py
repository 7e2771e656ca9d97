"""What the layout promises: imports run one way, and every module says what belongs in it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

MODULES = sorted(path for folder in ("pipeline", "scrapers") for path in (REPOSITORY / folder).rglob("*.py"))

DOORS = {"scrapers.source", "scrapers.listing", "scrapers.outcome", "scrapers.runs", "scrapers.crawl", "scrapers.pairs",
         "scrapers.wire.warc"}  # fmt: skip
"""All that the pipeline may know of the crawlers: the catalogue, raw listings, outcomes, raw files, archives, recorded pairs."""

LEAVES = {"errors", "vocabulary", "shipped", "settings", "wording", "terminal", "tables"}
"""Modules of the pipeline that import nothing but one another and doors; every group may import them."""

LANGUAGE = {"clean.language_tools"}
WORDS_OF = {"clean.identity", "clean.pay", "clean.what", "clean.when", "clean.where", "clean.who"}

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "shipped": set(),
    "vocabulary": set(),
    "wording": set(),
    "terminal": {"errors"},
    "settings": {"shipped"},
    "tables": {"vocabulary"},
    "clean.language_tools": LEAVES,
    **dict.fromkeys(WORDS_OF, LEAVES | LANGUAGE),
    "clean": LEAVES | LANGUAGE | WORDS_OF,
    "match": LEAVES | LANGUAGE | {"clean.when", "clean.where"},
    "lifecycle": LEAVES | LANGUAGE | {"clean.when", "match"},
    "storage": LEAVES | {"lifecycle", "match", "clean"},
    "exports": LEAVES | {"storage"},
    "review": LEAVES | {"storage", "lifecycle", "match"},
    "reports": LEAVES | {"storage"},
    "query": LEAVES | LANGUAGE | WORDS_OF | {"storage", "exports"},
    "dashboard": LEAVES | {"storage", "exports"},
    "nightly": LEAVES
    | {"exports", "reports", "review", "storage", "lifecycle", "match", "clean", "assets", "definitions"},
    "catalogue": LEAVES | LANGUAGE | {"nightly", "review", "storage", "lifecycle", "match"},
    "assets": LEAVES | {"nightly", "storage"},
    "definitions": LEAVES | {"assets", "reports", "storage"},
    "cli": LEAVES
    | LANGUAGE
    | {"nightly", "query", "reports", "review", "catalogue", "dashboard", "storage", "clean", "match"},
}
"""Group -> the groups it may import beside itself. A group is a folder of pipeline/ (of pipeline/clean/ too) or a module there.
Only what starts the job from the command line (`nightly.launch`) may import the graph; see GRAPH."""

EXCEPTIONS = {
    ("pipeline.clean", "storage"),
    ("pipeline.clean.identity.content", "match"),
    ("pipeline.clean.identity.listing_id", "match"),
}
"""Imports against the table that still stand; none is added."""

GRAPH = {"pipeline.nightly.launch", "pipeline.nightly.doctor", "pipeline.definitions"}
"""Modules outside of assets/ that may import dagster, the assets and the definitions."""

PURE = ("clean", "match", "lifecycle", *LEAVES)
"""Groups that never touch a database or the graph: frames in, frames out."""


def imported(path: Path) -> set[str]:
    """Full names of the modules, and of what is taken from them, that a file imports anywhere."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{name.name}" for name in node.names}
    return names


def module(path: Path) -> str:
    return ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")


def group(name: str) -> str:
    """The group that a module, or a name in one, belongs to: `clean.when`, `storage`, `tables`."""
    _, first, *further = name.split(".")
    inner = f"clean.{further[0]}" if first == "clean" and further else ""
    return inner if inner in WORDS_OF | LANGUAGE else first


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.parts[-2:] != ("pipeline", "__init__.py")], ids=module
)
def test_imports_run_one_way(path: Path) -> None:
    name, names = module(path), imported(path)
    if name.split(".")[0] == "scrapers":
        assert not {one for one in names if one.startswith("pipeline")}, "scrapers never imports pipeline"
        return
    if name == "pipeline":
        return
    through = {one for one in names if one.startswith("scrapers.")}
    assert {one for one in through if not any(f"{one}.".startswith(f"{door}.") for door in DOORS)} == set(), "a door"
    own = group(name)
    others = {group(one) for one in names if one.startswith("pipeline.")} - {own}
    refused = others - MAY_IMPORT[own] - {group for module, group in EXCEPTIONS if module == name}
    if own == "nightly" and name not in GRAPH:
        refused |= others & {"assets", "definitions"}
    assert refused == set(), f"{own} may not import {', '.join(sorted(refused))}"


@pytest.mark.parametrize("path", MODULES, ids=module)
def test_what_a_library_is_for_stays_in_its_place(path: Path) -> None:
    name, libraries = module(path), {one.split(".")[0] for one in imported(path)}
    if name.startswith("pipeline."):
        assert "scrapy" not in libraries, "crawling is the crawlers' own"
        assert "dagster" not in libraries or name in GRAPH or group(name) == "assets", "dagster is a thin skin"
        assert "duckdb" not in libraries or not group(name).startswith(PURE), "transforms are pure"


@pytest.mark.parametrize("path", MODULES, ids=module)
def test_every_module_says_what_belongs_in_it(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring, "a module opens with what belongs in it"
