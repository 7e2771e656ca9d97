"""The one day of a sentence that asks to apply is the last day for it, and two days of a sentence on the stay are its ends, in
whatever words they stand."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.clean.when.deadline_words import by_before, only_fillers
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
        "Those who apply should know that we are closed on 12 March 2027.",
        "Register now and come to our open house on 12 March 2027.",
        "Bewirb dich gleich und besuche unseren Stand am Freitag, 12. März 2027.",
        "Anmeldungen werden ab Freitag, 12. März 2027 gelesen.",
        "Les candidatures sont lues par le jury le vendredi 12 mars 2027.",
        "Applications are read by the jury on Friday, 12 March 2027.",
        "L'an dernier, la date limite de candidature était le 12 mars 2026.",
    ],
)
def test_a_day_of_something_else_is_no_deadline(sentence: str) -> None:
    read = parse_deadline_sentence(sentence, True)
    assert read is None or read[1] is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Last year eighty people wrote to us, so apply by 12 March 2027.",
        "Anders als im Vorjahr ist Bewerbungsschluss der 12. März 2027.",
        "Contrairement à l'an dernier, la date limite de candidature est le 12 mars 2027.",
    ],
)
def test_a_deadline_beside_a_word_on_the_year_before_is_one(sentence: str) -> None:
    read = parse_deadline_sentence(sentence, True)
    assert read is not None and read[1] == date(2027, 3, 12)


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Applications are welcome at any time.", "rolling"),
        ("Заявки принимаются весь год.", "rolling"),
        ("Hakuaika on koko vuoden.", "rolling"),
        ("You are free to withdraw an application at any time.", None),
        ("Sie können Ihre Bewerbung jederzeit zurückziehen.", None),
        ("Vous pouvez retirer votre candidature à tout moment.", None),
        ("応募の窓口は年中無休です。", None),
    ],
)
def test_what_may_be_done_at_any_time_is_to_apply(sentence: str, kind: str | None) -> None:
    read = parse_deadline_sentence(sentence, None)
    assert (read and read[4]) == kind


def test_a_long_number_behind_until_takes_no_time() -> None:
    """With a pattern that tries every way to part the digits this would not end."""
    assert by_before("until " + "1" * 60 + " x") is None
    assert only_fillers().fullmatch("on the " * 40 + "x") is None


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
        "Interns show what they made on 1 March 2027 and once more on 31 May 2027.",
        "Praktikanten halten am 1. März 2027 und nochmals am 31. Mai 2027 einen Vortrag.",
        "The exhibition that our guests see opened on 1 March 2027 and ends on 31 May 2027.",
    ],
)
def test_two_days_of_something_else_are_no_stay(sentence: str) -> None:
    assert parse_period_sentence(sentence, True) is None
