"""An entry to fill in: what a spider's own words say is to be written, and where it goes.

A spider is known by its module's docstring, which is read and not imported. Belongs here: finding those words, naming the
file. Does not belong here: what they say (`scrapers/spiders/`), whether an entry is right (`scrapers.source`).
"""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import yaml

import scrapers
from scrapers.source import CHANNELS, CatalogueError, board_file, spider_files

INDENT = "    "


def spiders() -> dict[str, str]:
    """Spider -> the first line of what its module says, in the order of their names."""
    return {spider: inspect.cleandoc(_words(spider)).split("\n")[0] for spider in sorted(spider_files())}


def example(spider: str) -> str:
    """The entries that the spider's module gives as examples: YAML, a list. Raises CatalogueError for an unknown spider."""
    if spider not in spider_files():
        known = ", ".join(sorted(spider_files()))
        raise CatalogueError(
            f"there is no spider {spider!r} (one of: {known}); what each is for: internships sources new"
        )
    words = inspect.cleandoc(_words(spider))
    told = re.search(rf"^What to write\b(?:.|\n)*?\n\n((?:{INDENT}.*\n|\n)+)", words + "\n", re.MULTILINE)
    assert told, f"the docstring of {spider} has no example under the line 'What to write'"
    return dedent(told[1]).strip("\n")


def describe(spider: str, channel: str | None, catalogue: Path) -> str:
    """The examples as YAML, with comments that say into which file they go and what to do then. Raises CatalogueError."""
    if channel and channel not in CHANNELS:
        raise CatalogueError(f"unknown channel: {channel} (one of: {', '.join(CHANNELS)})")
    entries = example(spider)
    boards = board_file(catalogue, spider)
    first: dict[str, Any] = yaml.safe_load(entries)[0]
    if boards and channel in (None, boards.path.parent.name):
        said = [
            f"Into {_shown(boards.path)} under `sources:`, or as a line of {boards.table.name}: {','.join(boards.columns)}"
        ]
        known = boards.source(first).id
    else:
        folder = catalogue / (channel or "<channel>")
        there = ", ".join(path.name for path in sorted(folder.glob("*.yaml")))
        said = [f"Into a file of {_shown(folder)}{f' ({there})' if there else ''}, under `sources:`"]
        known = first.get("id", "ID")
        if "spider" not in first:
            said.append(f"with `spider: {spider}`, an `id` and the whole `url`: the file has no templates for it.")
    return "\n".join(
        [
            f"# {spiders()[spider]}",
            f"# What else an entry may say: scrapers/source.py; how to recognise such a site: {_module_path(spider)}",
            *(f"# {line}" for line in said),
            f"# Then:  internships sources check {known}",
            f"#        internships sources record {known}    (pages for the tests)",
            entries,
        ]
    )


def _module_path(spider: str) -> str:
    return spider_files()[spider].relative_to(Path(scrapers.__file__).parent.parent).as_posix()


def _words(spider: str) -> str:
    text = spider_files()[spider].read_text(encoding="utf-8")
    return ast.get_docstring(ast.parse(text), clean=False) or ""


def _shown(path: Path) -> str:
    """As seen from here, where it lies below."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
