"""The places that applicants come from are no hosts, whichever part of the reading finds them."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.clean.where.prose import read_hosts


@pytest.mark.parametrize(
    ("language", "text", "hosts", "without"),
    [
        ("en", "The internship is for residents of Portugal, Brazil or Cape Verde.", set(), {"Portugal", "Brazil"}),
        ("en", "The internship in Lisbon is for residents of Brazil or Cape Verde.", {"PT"}, {"Brazil"}),
        ("de", "Das Praktikum richtet sich an Studierende mit Wohnsitz in Österreich.", set(), {"Österreich"}),
        ("fr", "Le stage à Dakar est réservé aux ressortissants du Bénin.", {"SN"}, {"Bénin"}),
        ("pt", "O estágio destina-se a estudantes de universidades de Angola e Moçambique.", set(), {"Angola"}),
        ("pl", "Staż dla studentów z Ukrainy i Białorusi.", set(), {"Ukrainy", "Białorusi"}),
        ("tr", "Kenya vatandaşları için staj.", set(), {"Kenya"}),
        ("id", "Magang untuk warga negara Indonesia di Tokyo.", {"JP"}, {"Indonesia"}),
        ("ja", "日本国籍を有する学生のためのインターンシップです。", set(), {"日本"}),
    ],
)
def test_whose_citizens_residents_or_students_may_apply_is_no_host(
    language: str, text: str, hosts: set[str], without: set[str]
) -> None:
    sentences = pl.DataFrame(
        {"row": [0], "place": [0], "text": [text], "raw_field": ["description"], "under": [None]},
        schema_overrides={"row": pl.UInt32, "place": pl.UInt32, "under": pl.String},
    )
    said = read_hosts(
        sentences, pl.DataFrame({"row": [0], "language": [language]}, schema_overrides={"row": pl.UInt32})
    )
    assert set(said.hosts["country"]) == hosts
    assert not any(name in said.origins["without"][0] for name in without)
