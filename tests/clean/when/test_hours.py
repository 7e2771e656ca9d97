"""Hours a week, in fields and in prose."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.clean import clean
from pipeline.clean.when.hours import parse_hours


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("The internship is 40 hours per week.", 40),
        ("38,5 Stunden/Woche", 39),
        ("bei 40 Wochenstunden", 40),
        ("20 de ore pe săptămână", 20),
        ("35h/semaine", 35),
        ("Full time (35 hours, five days).", 35),
        ("A 40-hour week", 40),
        ("Jornada de 30 horas semanales", 30),
        ("20 ore settimanali", 20),
        ("Stage, 40 uur per week", 40),
        ("Wochenarbeitszeit: 39 Stunden", 39),
        ("37 timer om ugen", 37),
        ("40 godzin tygodniowo", 40),
        ("haftada 45 saat", 45),
        ("Занятость 20 часов в неделю", 20),
        ("週40時間勤務", 40),
        ("주 40시간", 40),
        ("每周工作40小时", 40),
        ("Up to 20 hours per week", None),
        ("15-20 hours a week", None),
        ("32–40 uur per week", None),
        ("40 hours per week or 20 hours per week", None),
        ("5 hours per week of German classes", None),
        ("200 hours per week", None),
        ("$20 per hour", None),
        ("Open to students of all fields, 30 hours per week", 30),
        ("Hybrid, 40 hours per week, accessible by tram", 40),
        ("Ouvert à toutes les filières, 35 heures par semaine.", 35),
        ("Poste ouvert : 35 h/semaine", 35),
        ("Abierto a todos los grados: 30 horas semanales", 30),
        ("Il posto è aperto: 20 ore settimanali.", 20),
        ("Offen für Studierende aller Fächer, 20 Stunden pro Woche.", 20),
        ("Open voor elke opleiding, 32 uur per week", 32),
        ("Öppen för alla inriktningar, 40 timmar i veckan", 40),
        ("Our reading room is open 30 hours per week.", None),
        ("The map room is open to the public, Monday to Friday, 30 hours per week.", None),
        ("La médiathèque est ouverte 30 heures par semaine.", None),
        ("La oficina de turismo abre 30 horas por semana.", None),
        ("24 hours a day, 7 days a week", None),
    ],
)
def test_hours_a_week(text: str, hours: int | None) -> None:
    read = parse_hours(text)
    assert (read[1] if read else None) == hours
    assert read is None or read[2] in text


def test_a_field_goes_before_prose(raw_rows: Any) -> None:
    rows = raw_rows({"employment_type": "Part-time, 20 hours/week", "description": "Our team works 40 hours per week."})
    assert clean(rows, None, {}).listings["hours_per_week"].to_list() == [20]


def test_an_hourly_wage_counts_the_hours_of_the_week(raw_rows: Any) -> None:
    rows = raw_rows({"pay": "€20 per hour", "description": "You work 20 hours per week."}, {"pay": "€20 per hour"})
    half, full = clean(rows, None, {}).listings.sort("url")["pay_month_eur"].to_list()
    assert half * 2 == pytest.approx(full)


@pytest.mark.parametrize("bait", ["1 ", "week ", "40h", "(", "hours a ", "/"])
def test_baits_do_not_hang(bait: str) -> None:
    assert parse_hours(bait * 20_000) is None
