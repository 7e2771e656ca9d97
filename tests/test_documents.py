"""The documents: every command is documented, every path that they name is there, every setting has its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from pipeline.cli import main
from tests.conftest import REPOSITORY

PAGES = [
    *sorted(REPOSITORY.glob("*.md")),
    *sorted(path for folder in ("pipeline", "scrapers", "sql", "data", "tests") for path in (REPOSITORY / folder).rglob("*.md")
            if not {"node_modules", "sources", "home"} & set(path.relative_to(REPOSITORY / folder).parts[:-1])),
    REPOSITORY / "data" / "sources" / "README.md",
]  # fmt: skip

FOLDERS = ("pipeline", "scrapers", "sql", "data", "tests")
NOT_IN_A_CLONE = ("data/home",)
"""Made by a run."""


def commands(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield " ".join((*words, name)), command


COMMANDS = dict(commands(main))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_and_explains_each_option(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))
    pages = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)
    assert re.search(rf"\binternships {name}\b", pages), f"no document shows internships {name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_every_link_of_a_document_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_every_path_that_a_document_names_is_there(page: Path) -> None:
    """Paths in code style, from the root of the repository, unless they have a placeholder."""
    for path in re.findall(rf"`((?:{'|'.join(FOLDERS)})/[^`\s]*)`", page.read_text(encoding="utf-8")):
        if not re.search(r"[<>*{}…]", path) and not path.startswith(NOT_IN_A_CLONE):
            assert (REPOSITORY / path).exists(), path


def test_every_setting_has_its_line_in_the_table() -> None:
    declared, documented = (
        set(re.findall(pattern, (REPOSITORY / page).read_text(encoding="utf-8"), re.MULTILINE))
        for pattern, page in (
            (r"^    (INTERNSHIPS_[A-Z_]+) ", "pipeline/settings.py"),
            (r"^\| `(INTERNSHIPS_[A-Z_]+)`", "pipeline/nightly/README.md"),
        )
    )
    assert declared == documented
