"""What the layout promises: imports run one way, and every module says what belongs in it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from tests.conftest import REPOSITORY

MODULES = sorted(path for folder in ("pipeline", "scrapers") for path in (REPOSITORY / folder).rglob("*.py"))

DOORS = {"scrapers.source", "scrapers.listing", "scrapers.outcome", "scrapers.runs", "scrapers.crawl", "scrapers.pairs",
         "scrapers.errors", "scrapers.wire.warc", "scrapers.wire.memory_file"}  # fmt: skip
"""All that the pipeline may know of the crawlers: the catalogue, raw listings, outcomes, raw files, archives, what they remember,
recorded pairs."""

READING_DOORS = {"scrapers.extract", "scrapers.answers.words", "scrapers.reference", "scrapers.entries"}
"""What the recognition of a page may know besides: how spiders read, so that an entry that it writes is read as it was meant."""

LEAVES = {"errors", "vocabulary", "shipped", "settings", "compiled", "wording", "terminal", "tables", "parts"}
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
    "compiled": {"settings"},
    "parts": set(),
    "tables": {"vocabulary"},
    "clean.language_tools": LEAVES,
    **dict.fromkeys(WORDS_OF, LEAVES | LANGUAGE),
    "clean": LEAVES | LANGUAGE | WORDS_OF,
    "match": LEAVES | LANGUAGE | {"clean.when", "clean.where"},
    "lifecycle": LEAVES | LANGUAGE | {"clean.when", "match"},
    "storage": LEAVES | {"lifecycle", "match", "clean"},
    "engine": LEAVES | {"clean", "match"},
    "exports": LEAVES | {"storage"},
    "review": LEAVES | {"storage", "lifecycle", "match"},
    "reports": LEAVES | {"storage"},
    "query": LEAVES | LANGUAGE | WORDS_OF | {"storage", "exports"},
    "dashboard": LEAVES | {"storage", "exports"},
    "interface": LEAVES | {"query", "exports", "storage"},
    "searches": LEAVES | {"query", "exports", "reports", "storage"},
    "nightly": LEAVES
    | {
        "exports",
        "reports",
        "review",
        "searches",
        "storage",
        "lifecycle",
        "match",
        "clean",
        "engine",
        "assets",
        "definitions",
    },
    "catalogue": LEAVES
    | LANGUAGE
    | {"clean", "clean.what", "clean.when", "clean.where", "nightly", "review", "storage", "lifecycle", "match"},
    "assets": LEAVES | {"catalogue", "nightly", "reports", "searches", "storage", "engine"},
    "definitions": LEAVES | {"assets", "reports", "storage"},
    "cli": LEAVES
    | LANGUAGE
    | {
        "nightly",
        "query",
        "reports",
        "review",
        "searches",
        "interface",
        "catalogue",
        "dashboard",
        "exports",
        "storage",
        "clean",
        "match",
        "engine",
    },
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


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    """Full names of the modules, and of what is taken from them, that a file imports anywhere."""
    names = set()
    for node in ast.walk(parsed(path)):
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


def refused_imports(path: Path) -> set[str]:
    """What the table does not let this module import."""
    name, names = module(path), imported(path)
    if name.startswith("scrapers"):
        return {one for one in names if one.startswith("pipeline")}
    if name == "pipeline":
        return set()
    through = {one for one in names if one.startswith("scrapers.")}
    doors = DOORS | READING_DOORS if name.startswith("pipeline.catalogue.recognition.") else DOORS
    past_doors = {one for one in through if not any(f"{one}.".startswith(f"{door}.") for door in doors)}
    own = group(name)
    others = {group(one) for one in names if one.startswith("pipeline.")} - {own}
    refused = others - MAY_IMPORT[own] - {group for module, group in EXCEPTIONS if module == name}
    if own == "nightly" and name not in GRAPH:
        refused |= others & {"assets", "definitions"}
    return past_doors | refused


def misplaced_libraries(path: Path) -> set[str]:
    """Crawling is the crawlers' own, Dagster is a thin skin, and transforms are pure."""
    name, libraries = module(path), {one.split(".")[0] for one in imported(path)}
    if not name.startswith("pipeline."):
        return set()
    wrong = {"scrapy"}
    if name not in GRAPH and group(name) != "assets":
        wrong.add("dagster")
    if group(name).startswith(PURE):
        wrong.add("duckdb")
    return libraries & wrong


def test_imports_run_one_way() -> None:
    assert {module(path): refused for path in MODULES if (refused := refused_imports(path))} == {}


def test_what_a_library_is_for_stays_in_its_place() -> None:
    assert {module(path): wrong for path in MODULES if (wrong := misplaced_libraries(path))} == {}


def test_every_module_says_what_belongs_in_it() -> None:
    assert [module(path) for path in MODULES if not ast.get_docstring(parsed(path))] == []
