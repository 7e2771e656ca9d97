"""Each closed list of words stands once, in pipeline.vocabulary; what must spell its words elsewhere spells all of them."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from pipeline import vocabulary
from pipeline.clean.language_tools.dictionary import read_reference
from pipeline.tables import STRUCT_VOCABULARIES, TABLES
from pipeline.vocabulary import words
from scrapers import source
from tests.conftest import REPOSITORY

VOCABULARIES = {
    name: member
    for name, member in vars(vocabulary).items()
    if isinstance(member, type) and issubclass(member, StrEnum) and member is not StrEnum
}


@pytest.mark.parametrize(
    ("spelled", "member"),
    [
        (get_args(source.Channel), vocabulary.Channel),
        (get_args(source.OrganizerType), vocabulary.OrganizerType),
        (get_args(get_type_hints(source.Source, include_extras=False)["holds"]), vocabulary.Holds),
        (get_args(get_type_hints(source.Source, include_extras=False)["cadence"]), vocabulary.Cadence),
        (tuple(source.CADENCE_DAYS), vocabulary.Cadence),
    ],
    ids=["channel", "organizer_type", "holds", "cadence", "days of a cadence"],
)
def test_the_catalogue_has_the_words_of_the_tables(spelled: tuple[str, ...], member: type[StrEnum]) -> None:
    assert spelled == words(member)


@pytest.mark.parametrize(
    ("column", "member"),
    [("support", vocabulary.Support), ("documents_required", vocabulary.Document), ("risk_flags", vocabulary.RiskFlag)],
)
def test_a_dictionary_finds_no_word_that_its_column_may_not_hold(column: str, member: type[StrEnum]) -> None:
    assert set(read_reference("structure")[column]) <= set(words(member))


@pytest.mark.parametrize("path", sorted((REPOSITORY / "sql").rglob("*.sql")), ids=lambda path: path.stem)
def test_sql_compares_a_column_with_words_of_its_vocabulary_only(path: Path) -> None:
    """`column = 'word'`, `column <> 'word'`, `column IN ('word', …)`: each word is one that the column may hold."""
    allowed: dict[str, set[str]] = {}
    for table in TABLES:
        for column in table.columns:
            if column.vocabulary:
                allowed.setdefault(column.name, set()).update(column.vocabulary)
    text = re.sub("--.*", "", path.read_text(encoding="utf-8"))
    compared = re.findall(r"\b(\w+)\s*(?:=|<>|!=|(?:NOT )?IN)\s*(\('[^)]*\)|'[^']*')", text)
    parameters = set(re.findall(r"\w+", " ".join(re.findall(r"MACRO \w+\(([^)]*)\)", text))))
    for name, spelled in compared:
        if name in allowed and name not in parameters:
            assert set(re.findall(r"'(\w+)'", spelled)) <= allowed[name], f"{name}: {spelled}"


def test_the_page_has_a_name_for_codes_that_exist_only() -> None:
    messages = json.loads((REPOSITORY / "pipeline" / "dashboard" / "src" / "messages.json").read_bytes())
    assert {key for key in messages if key.startswith("closed.")} == {
        f"closed.{one}" for one in words(vocabulary.CloseReason)
    }
    known = {f"word.{word}" for member in VOCABULARIES.values() for word in words(member)}
    assert {key for key in messages if key.startswith("word.")} <= known


def test_every_vocabulary_is_that_of_a_column() -> None:
    used = {column.vocabulary for table in TABLES for column in table.columns}
    used |= {allowed for _, allowed in STRUCT_VOCABULARIES.values()}
    assert {name for name, member in VOCABULARIES.items() if words(member) not in used} == set()
