"""Work mode: what locations, titles and labels say of where the work is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from pipeline.clean.language_tools.extraction import Extraction
from pipeline.clean.language_tools.phrases import under_headings
from pipeline.clean.language_tools.sentences import split_sentences
from pipeline.clean.where.work_mode import clean_work_mode

Clean = Callable[..., Extraction]


@pytest.fixture
def clean_rows(raw_rows: Any) -> Clean:
    def clean(*rows: dict[str, Any]) -> Extraction:
        raw = raw_rows(*rows).with_row_index("row").with_columns(pl.col("row").cast(pl.UInt32))
        sentences = under_headings(split_sentences(raw["title"], raw["description"]))
        return clean_work_mode(raw, raw["description"], sentences)

    return clean


@pytest.mark.parametrize(
    ("locations", "mode"),
    [
        (["Remote in Canada"], "remote"),
        (["Remote"], "remote"),
        (["Home based EMEA"], "remote"),
        (["Montréal, QC (Remote)"], "remote"),
        (["Virtual"], "remote"),
        (["télétravail"], "remote"),
        (["en remoto"], "remote"),
        (["リモート"], "remote"),
        (["Toronto, ON (Hybrid)"], "hybrid"),
        (["Hybrid", "Toronto, ON"], "hybrid"),
        (["Toronto, ON (Onsite)"], "onsite"),
        (["Berlin (vor Ort)"], "onsite"),
        (["Berlin"], None),
        ([], None),
    ],
)
def test_locations_say_the_mode(clean_rows: Clean, locations: list[str], mode: str | None) -> None:
    assert clean_rows({"locations": locations}).columns["work_mode"].to_list() == [mode]


@pytest.mark.parametrize(
    "locations",
    [["Paris or remote"], ["Toronto, ON / Remote"], ["NYC", "Remote"], ["Toronto, ON {{REMOTE}} (Onsite)"],
     ["in person or remotely"], ["Home Office, CAN"]],
)  # fmt: skip
def test_a_choice_is_left_open(clean_rows: Clean, locations: list[str]) -> None:
    assert clean_rows({"locations": locations}).columns["work_mode"].to_list() == [None]


@pytest.mark.parametrize(
    ("title", "mode"),
    [
        ("Software Intern (Remote)", "remote"),
        ("Remote - Data Intern", "remote"),
        ("Design Intern, Full time on-site", "onsite"),
        ("Praktikum Marketing | Hybrid", "hybrid"),
        ("Remote Sensing Intern", None),
        ("Intern Hybrid Cloud", None),
        ("Hybrid Vehicles Intern", None),
        ("Praktikum (remote möglich)", None),
        ("Internship (In person preferred)", None),
    ],
)
def test_a_title_says_the_mode_only_in_a_part_of_its_own(clean_rows: Clean, title: str, mode: str | None) -> None:
    assert clean_rows({"title": title}).columns["work_mode"].to_list() == [mode]


@pytest.mark.parametrize(
    ("description", "mode"),
    [
        ("Workplace type: Hybrid", "hybrid"),
        ("Duration: 6 months | Work mode: remote", "remote"),
        ("Modalidad: híbrida, Madrid", "hybrid"),
        ("Arbeitsort: vor Ort in Köln", "onsite"),
        ("勤務形態：リモート", "remote"),
        ("You will work with remote teams. Format: PDF", None),
        ("Location: Berlin or remote", None),
    ],
)
def test_a_label_in_the_description_says_the_mode(clean_rows: Clean, description: str, mode: str | None) -> None:
    assert clean_rows({"description": description}).columns["work_mode"].to_list() == [mode]


@pytest.mark.parametrize(
    ("description", "mode"),
    [
        ("We offer hybrid working in a lively team.", "hybrid"),
        ("Oferujemy staż w trybie hybrydowym.", "hybrid"),
        ("Télétravail partiel, tickets restaurant.", "hybrid"),
        ("This is a remote internship. We have no office.", "remote"),
        ("Remote work is not possible.", "onsite"),
        ("Modalidad presencial. Horario flexible.", "onsite"),
        ("You will test hybrid vehicles and remote sensors on site.", None),
        ("A remote internship, or an on-site internship in Rome.", None),
    ],
)
def test_a_phrase_of_the_description_says_the_mode(clean_rows: Clean, description: str, mode: str | None) -> None:
    found = clean_rows({"description": description})
    assert found.columns["work_mode"].to_list() == [mode]
    assert all(quote in description for quote in found.evidence["quote"])


def test_locations_go_before_the_title_and_the_quote_is_theirs(clean_rows: Clean) -> None:
    found = clean_rows({"locations": ["Berlin", "Munich (Hybrid)"], "title": "Intern (Remote)"})
    assert found.columns["work_mode"].to_list() == ["hybrid"]
    assert found.evidence.rows() == [(0, "work_mode", "Munich (Hybrid)", "locations", "stated")]


@pytest.mark.parametrize(
    ("extra", "mode"),
    [
        ({"workplace_type": "on_site"}, "onsite"),
        ({"jobLocationType": "TELECOMMUTE"}, "remote"),
        ({"workplace_type": "remote, hybrid"}, None),
        ({"tags": "remote"}, None),
    ],
)
def test_notes_on_the_workplace_say_the_mode(clean_rows: Clean, extra: dict[str, str], mode: str | None) -> None:
    found = clean_rows({"title": "Intern", "extra": extra})
    assert found.columns["work_mode"].to_list() == [mode]
    assert mode is None or found.evidence.select("quote", "raw_field").rows() == [(*extra.values(), "extra")]


def test_a_label_may_stand_behind_a_full_stop(clean_rows: Clean) -> None:
    description = "Join us.\nWork mode: hybrid.\nArbeitsmodell: remote"
    assert clean_rows({"description": description}).columns["work_mode"].to_list() == ["hybrid"]
