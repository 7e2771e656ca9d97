"""The one day of a sentence that asks to apply is the last day for it, and two days of a sentence on the stay are its ends, in
whatever words they stand."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.clean.when.deadlines import parse_deadline_sentence
from pipeline.clean.when.periods import parse_period_sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "Post your CV and a cover letter to our Leith office, Friday 12 March 2027 being the date that counts.",
        "Send us your application before 4:30 p.m. (Nairobi time) on Friday, 12 March 2027.",
        "Schick uns deinen Lebenslauf bis zum 12. März 2027.",
        "Pendaftaran terakhir: 12 Maret 2027.",
        "Anfonwch eich CV erbyn hanner dydd, 12 Mawrth 2027.",
    ],
)
def test_the_only_day_of_a_sentence_that_asks_to_apply(sentence: str) -> None:
    read = parse_deadline_sentence(sentence, True)
    assert read is not None and read[1] == date(2027, 3, 12)


@pytest.mark.parametrize(
    "sentence",
    [
        "Applications open on 12 March 2027.",
        "Applicants are told the results of their application on 12 March 2027.",
        "Last year the closing date for applications was 12 March 2026.",
        "Send a CV; the internship starts on 12 March 2027.",
    ],
)
def test_a_day_of_something_else_is_no_deadline(sentence: str) -> None:
    read = parse_deadline_sentence(sentence, True)
    assert read is None or read[1] is None


@pytest.mark.parametrize(
    "sentence",
    [
        "The internship gets going on 1 March 2027 and is over on 31 May 2027.",
        "Praktikum: los geht es am 1. März 2027, Schluss ist am 31. Mai 2027.",
        "Stáž se rozběhne 1. března 2027 a skončí 31. května 2027.",
    ],
)
def test_two_days_of_a_sentence_on_the_stay_are_its_ends(sentence: str) -> None:
    read = parse_period_sentence(sentence, True)
    assert read is not None and read[4] == 13


@pytest.mark.parametrize(
    "sentence",
    [
        "Interns may apply between 1 March 2027 for the first round and 31 May 2027 for the second.",
        "The exhibition that our guests see opened on 1 March 2027 and ends on 31 May 2027.",
    ],
)
def test_two_days_of_something_else_are_no_stay(sentence: str) -> None:
    assert parse_period_sentence(sentence, True) is None
