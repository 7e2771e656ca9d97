"""sql/README.md is what the tables and the SQL files say."""

from __future__ import annotations

import pytest

from pipeline.exports.dictionary import dictionary, words_of
from pipeline.shipped import shipped
from pipeline.storage.warehouse import sql_files
from pipeline.tables import TABLES


@pytest.fixture(scope="module")
def text() -> str:
    return dictionary()


def test_the_file_is_what_would_be_made_now(text: str) -> None:
    kept = shipped("sql", "README.md").read_text(encoding="utf-8")
    assert kept == text, "make it anew: python -m pipeline.exports.dictionary > sql/README.md"


def test_everything_is_in_it(text: str) -> None:
    for table in TABLES:
        assert f"\n### {table.name}\n" in text
        for column in table.columns:
            assert f"\n| {column.name} | " in text
    for folder in ("views", "macros"):
        for file in sql_files(folder):
            assert f"\n### {file.stem}" in text
            assert words_of(file).question in text
    for file in sql_files("checks"):
        assert f"\n| {file.stem} | " in text


def test_nothing_in_it_is_without_a_meaning(text: str) -> None:
    sections = {part.split("\n")[0]: part for part in text.split("\n### ")}
    reference = sections.keys() & {"countries"}
    silent = [name for name, part in sections.items() if " |  |\n" in part and name not in reference]
    assert silent == []
