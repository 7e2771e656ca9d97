"""An entry to fill in: the example from a spider's docstring, and the file it goes into.

The docstring is read without importing the module. Belongs here: finding the example and the file. Does not belong here: the
examples (`scrapers/spiders/`), validation of entries (`scrapers.source`).
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
from pipeline.wording import display_path
from scrapers.source import CHANNELS, CatalogueError, board_file, spider_files

INDENT = "    "


def spiders() -> dict[str, str]:
    """Spider -> the first line of its docstring, ordered by name."""
    return {spider: inspect.cleandoc(_docstring(spider)).split("\n")[0] for spider in sorted(spider_files())}


def example_entries(spider: str) -> str:
    """The example entries in a spider's docstring: YAML, a list. Raises CatalogueError for an unknown spider."""
    if spider not in spider_files():
        known = ", ".join(sorted(spider_files()))
        raise CatalogueError(f"unknown spider {spider!r} (one of: {known}); what each is for: internships sources new")
    docstring = inspect.cleandoc(_docstring(spider))
    example = re.search(rf"^What to write\b(?:.|\n)*?\n\n((?:{INDENT}.*\n|\n)+)", docstring + "\n", re.MULTILINE)
    assert example, f"the docstring of {spider} has no example under the line 'What to write'"
    return dedent(example[1]).strip("\n")


def describe(spider: str, channel: str | None, catalogue: Path) -> str:
    """The examples as YAML, with comments on the file they go into and the next steps. Raises CatalogueError."""
    if channel and channel not in CHANNELS:
        raise CatalogueError(f"unknown channel: {channel} (one of: {', '.join(CHANNELS)})")
    entries = example_entries(spider)
    boards = board_file(catalogue, spider)
    first: dict[str, Any] = yaml.safe_load(entries)[0]
    if boards and channel in (None, boards.path.parent.name):
        columns = ",".join(boards.columns)
        steps = [f"Add to {display_path(boards.path)} under `sources:`, or as a line of {boards.table.name}: {columns}"]
        source_id = boards.source(first).id
    else:
        folder = catalogue / (channel or "<channel>")
        files = ", ".join(path.name for path in sorted(folder.glob("*.yaml")))
        steps = [f"Add to a file of {display_path(folder)}{f' ({files})' if files else ''}, under `sources:`"]
        source_id = first.get("id", "ID")
        if "spider" not in first:
            steps.append(f"with `spider: {spider}`, an `id` and the full `url`: these files have no templates for it.")
    return "\n".join(
        [
            f"# {spiders()[spider]}",
            f"# Other keys of an entry: scrapers/source.py; how to recognise such a site: {_module_path(spider)}",
            *(f"# {line}" for line in steps),
            f"# Then:  internships sources check {source_id}",
            f"#        internships sources record {source_id}    (pages for the tests)",
            entries,
        ]
    )


def _module_path(spider: str) -> str:
    return spider_files()[spider].relative_to(Path(scrapers.__file__).parent.parent).as_posix()


def _docstring(spider: str) -> str:
    text = spider_files()[spider].read_text(encoding="utf-8")
    return ast.get_docstring(ast.parse(text), clean=False) or ""
