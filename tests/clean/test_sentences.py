"""Sentences that every language has, each of one fact: what is read of them, and that no other language is behind.

sentences.csv: language, the fields that the sentence speaks of, their values ("-" for none), the sentence."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.clean import clean
from tests.clean.conftest import RawRows

NIGHT = date(2026, 11, 29)
MIN_READ = 0.97
"""Least share of the sentences about a field that are read; the others say nothing."""


class Case(NamedTuple):
    language: str
    fields: str
    values: str
    sentence: str


with (Path(__file__).parent / "sentences.csv").open(encoding="utf-8", newline="") as file:
    CASES = [Case(**row) for row in csv.DictReader(file)]
FIELDS = sorted({case.fields for case in CASES})


@pytest.fixture(scope="module")
def read(raw_rows: RawRows) -> dict[str, dict[str, object]]:
    """What cleaning reads in each sentence."""
    rows = raw_rows(
        *(
            {"title": "Internship", "description": case.sentence, "url": f"https://a.example/{number}"}
            for number, case in enumerate(CASES)
        )
    )
    return {row["description"]: row for row in clean(rows, NIGHT, {}).listings.to_dicts()}


def _stated(value: object) -> str:
    if isinstance(value, list):
        return "+".join(map(str, value)) or "-"
    return "-" if value is None else str(value)


@pytest.mark.parametrize("fields", FIELDS)
def test_a_sentence_of_one_fact_is_read_in_every_language(fields: str, read: dict[str, dict[str, object]]) -> None:
    of_fields = [case for case in CASES if case.fields == fields]
    values = {case: [_stated(read[case.sentence][field]) for field in fields.split()] for case in of_fields}
    missed = [(case, got) for case, got in values.items() if got != case.values.split()]
    wrong = [
        (case, got)
        for case, got in missed
        if any(value not in ("-", want) for value, want in zip(got, case.values.split(), strict=True))
    ]
    assert wrong == []
    assert len(missed) <= (1 - MIN_READ) * len(of_fields), missed
