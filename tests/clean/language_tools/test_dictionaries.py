"""The dictionaries of words: well formed, in one form, found by language; what is wrong with one is said where it stands."""

from __future__ import annotations

import pytest
import yaml
from click.testing import CliRunner

from pipeline.clean.language_tools.dictionary_files import (
    DictionaryError,
    check_dictionaries,
    dictionary_path,
    list_entries,
    parse_dictionary,
    unformatted_dictionaries,
)
from pipeline.clean.language_tools.dictionary_format import formatted
from pipeline.clean.language_tools.dictionary_models import MODELS
from pipeline.cli.words import words


def test_all_shipped_dictionaries_are_well_formed_and_in_the_one_form() -> None:
    assert check_dictionaries() == []
    assert unformatted_dictionaries() == {}


@pytest.mark.parametrize("name", sorted(MODELS))
def test_formatting_twice_is_formatting_once_and_loses_nothing(name: str) -> None:
    text = dictionary_path(name).read_text(encoding="utf-8")
    mixed = yaml.dump(
        yaml.load(text, yaml.CSafeLoader),
        Dumper=yaml.CSafeDumper,
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=True,
    )
    once = formatted(mixed, name)
    assert formatted(once, name) == once
    assert yaml.load(once, yaml.CSafeLoader) == yaml.load(text, yaml.CSafeLoader)


def test_comments_move_with_what_they_are_about() -> None:
    text = """# What an office asks.
# In two lines.

offer: # behind the key
  de: [wir bieten,  benefits]   # of the last
  # above a language
  da:
    - vi tilbyder
    # above a phrase
    - fordele # behind it
require: {}
optional: {}
# above a key
documents: {}
"""
    one_form = """# What an office asks.
# In two lines.

offer: # behind the key
  # above a language
  da:
    # above a phrase
    - fordele # behind it
    - vi tilbyder
  de: # of the last
    - benefits
    - wir bieten
require: {}
optional: {}

# above a key
documents: {}
"""
    assert formatted(text, "headings") == one_form


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("  noun:\n", "  nuon:\n"), "eligibility.yaml: student.nuon: no such key"),
        (("student:\n", "studnet:\n"), "eligibility.yaml: student: is missing\neligibility.yaml: studnet: no such key"),
        (("  noun:\n    am:\n", "  noun:\n    qq:\n"), "student.noun.qq: 'qq' is no language of languages.csv"),
        (
            ("  noun:\n    am:\n", '  noun:\n    am:\n      - "student (a|b"\n'),
            "eligibility.yaml: student.noun.am: 'student (a|b': an opening bracket without a closing one",
        ),
        (("  noun:\n    am:\n", "  noun:\n    am:\n      - ተማሪ*\n"), "student.noun.am: 'ተማሪ*': listed more than once"),
        (("  noun:\n    am:\n", "  noun:\n    am:\n      - Student\n"), "student.noun.am: 'Student': has a capital letter"),
        (("  noun:\n    am:\n", "  noun:\n    am: []\n    am:\n"), "the key 'am' stands twice"),
        (("  noun:\n    am:\n", "  noun:\n    am: [\n"), "eligibility.yaml line"),
    ],
)  # fmt: skip
def test_a_fault_names_file_key_language_phrase_and_reason(change: tuple[str, str], fault: str) -> None:
    text = dictionary_path("eligibility").read_text(encoding="utf-8")
    assert change[0] in text
    with pytest.raises(DictionaryError) as raised:
        parse_dictionary(text.replace(*change, 1), "eligibility")
    assert fault in "\n".join(raised.value.faults)


def test_a_word_list_is_found_by_language() -> None:
    result = CliRunner().invoke(words, ["list", "--language", "da", "--key", "pay.unpaid"])
    assert result.exit_code == 0
    assert "pay.unpaid\tda\tulønnet" in result.output.splitlines()
    assert {entry.language for entry in list_entries("da")} == {"da"}
    assert CliRunner().invoke(words, ["list", "--language", "qq"]).exit_code == 2


def test_the_commands_say_that_all_is_well() -> None:
    assert CliRunner().invoke(words, ["check"]).output == "all dictionaries are well formed\n"
    assert CliRunner().invoke(words, ["format", "--check"]).exit_code == 0
