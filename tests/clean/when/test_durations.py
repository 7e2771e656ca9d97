"""How long a stay is, in prose: a length counts where its sentence speaks of the stay or of those who come."""

from __future__ import annotations

import pytest

from pipeline.clean.when.durations import parse_stay
from pipeline.clean.when.hours import parse_hours

_LENGTHS = [
    ("The ferry is in dry dock for 3 to 5 months every winter.", "You will be with us for 3 to 5 months."),
    ("Der Umbau des Lesesaals dauert 3 bis 5 Monate.", "Du bist 3 bis 5 Monate bei uns."),
    ("La récolte prend de 3 à 5 mois.", "Vous restez chez nous de 3 à 5 mois."),
    ("La obra tarda de 3 a 5 meses.", "La pasantía es de 3 a 5 meses."),
    ("De verbouwing vergt drie tot vijf maanden.", "Je werkt drie tot vijf maanden met ons mee."),
    ("Remont sali trwa od 3 do 5 miesięcy.", "Staż trwa od 3 do 5 miesięcy."),
    ("Oprava knihovny zabere 3 až 5 měsíců.", "Stáž trvá 3 až 5 měsíců."),
    ("A felújítás 3–5 hónapig tart.", "A gyakornok 3–5 hónapig dolgozik nálunk."),
    ("Ремонт зала занимает от 3 до 5 месяцев.", "Стажировка длится от 3 до 5 месяцев."),
    ("Renoveringen tar 3–5 månader.", "Praktiken varar 3–5 månader."),
    ("館内の改修には3か月から5か月かかります。", "インターンの期間は3か月から5か月です。"),
    ("修缮工程需要3至5个月。", "实习期为3至5个月。"),
]
_HOURS = [
    ("The reading room is open 35 hours per week.", "You will work 35 hours per week."),
    ("Das Museum ist 35 Stunden pro Woche geöffnet.", "Du arbeitest 35 Stunden pro Woche."),
    ("Le musée est ouvert 35 heures par semaine.", "Le stage est de 35 heures par semaine."),
    ("Muzeum jest otwarte 35 godzin tygodniowo.", "Staż: 35 godzin tygodniowo."),
    ("Музей открыт 35 часов в неделю.", "Стажировка: 35 часов в неделю."),
]


@pytest.mark.parametrize(("of_something", "of_the_stay"), _LENGTHS)
def test_what_else_lasts_is_no_stay(of_something: str, of_the_stay: str) -> None:
    assert parse_stay(of_something) is None
    read = parse_stay(of_the_stay)
    assert read is not None and read[1:3] == (13, 22)


@pytest.mark.parametrize(("of_a_house", "of_the_intern"), _HOURS)
def test_opening_hours_are_not_the_interns(of_a_house: str, of_the_intern: str) -> None:
    assert parse_hours(of_a_house) is None
    read = parse_hours(of_the_intern)
    assert read is not None and read[1] == 35


def test_some_months_in_one_language_are_not_nine_of_another() -> None:
    assert parse_stay("Praktika zgjat disa muaj.") is None


def test_a_label_that_is_joined_to_another_thing_that_lasts_is_no_label_of_the_stay() -> None:
    assert parse_stay("접수 마감일에 유효기간(2년)이 남아 있는 국내 정기시험 성적이어야 함") is None
    assert parse_stay("2. 在同一語種國家留過學,時間滿一學年(8-12個月)") is None
    assert parse_stay("파견기간(6개월)") == (5, 26, 26, "6개월")
