"""Dates as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.language_tools.sentences import split_sentences
from pipeline.clean.language_tools.text import plain
from pipeline.clean.when.dates import clean_dates, is_relative, parse_posted
from pipeline.clean.when.days import find_days
from pipeline.clean.when.deadlines import parse_deadline_sentence
from pipeline.clean.when.durations import parse_duration, parse_stay
from pipeline.clean.when.periods import parse_period_sentence, parse_season

TODAY = date(2025, 9, 12)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-09-10", date(2025, 9, 10)),
        ("2025-09-10T23:00:00-04:00", date(2025, 9, 10)),
        ("2026-08-05 10:10:39 UTC", date(2026, 8, 5)),
        ("Sun, 01 Mar 2026 07:47:24 +0000", date(2026, 3, 1)),
        ("1683864000", date(2023, 5, 12)),
        ("1764205361939", date(2025, 11, 27)),
        ("20251127", date(2025, 11, 27)),
        ("20251327", None),
        ("/Date(1764205361939)/", date(2025, 11, 27)),
        ("/Date(1764195000000+0200)/", date(2025, 11, 27)),
        ("/Date(1764205361939-0300)/", date(2025, 11, 26)),
        ("Sep 10, 2024", date(2024, 9, 10)),
        ("June 17th, 2024", date(2024, 6, 17)),
        ("10 Sep 2024", date(2024, 9, 10)),
        ("10.09.2024", date(2024, 9, 10)),
        ("25/04/2024", date(2024, 4, 25)),
        ("04/25/2024", date(2024, 4, 25)),
        ("17-Nov-13", date(2013, 11, 17)),
        ("May-15-24", date(2024, 5, 15)),
        ("le 1er août 2024", date(2024, 8, 1)),
        ("12 de mayo de 2024", date(2024, 5, 12)),
        ("3. března 2024", date(2024, 3, 3)),
        ("15 мая 2024 г.", date(2024, 5, 15)),
        ("2024. 3. 5.", date(2024, 3, 5)),
        ("2024年3月5日", date(2024, 3, 5)),
        ("令和6年6月9日", date(2024, 6, 9)),
        ("2024년 3월 5일", date(2024, 3, 5)),
        # without a year: the nearest that is not ahead
        ("Sep 10", date(2025, 9, 10)),
        ("Dec 31", date(2024, 12, 31)),
        ("29 February", date(2024, 2, 29)),
        # ages
        ("0d", date(2025, 9, 12)),
        ("-1d", date(2025, 9, 12)),
        ("38d", date(2025, 8, 5)),
        ("3 days ago", date(2025, 9, 9)),
        ("Posted: Posted 2 Days Ago", date(2025, 9, 10)),
        ("Posted Yesterday", date(2025, 9, 11)),
        ("vor 3 Tagen", date(2025, 9, 9)),
        ("il y a 3 jours", date(2025, 9, 9)),
        ("3日前", date(2025, 9, 9)),
        # what tells no day
        ("Posted 30+ Days Ago", None),
        ("2mo", None),
        ("03/04/2024", None),
        ("soon", None),
        ("99/99/2024", None),
    ],
)
def test_posted(text: str, day: date | None) -> None:
    assert parse_posted(text, TODAY, None)[0] == day


def test_day_or_month_first_is_the_sources_habit() -> None:
    assert parse_posted("03/04/2024", None, True)[0] == date(2024, 4, 3)
    assert parse_posted("03/04/2024", None, False)[0] == date(2024, 3, 4)


def test_without_a_day_to_count_from_nothing_is_counted() -> None:
    assert parse_posted("4d", None, None) == (None, True, "4d")
    assert parse_posted("Sep 10", None, None)[0] is None


@pytest.mark.parametrize("text", ["4d", "-1d", "Posted 30+ Days Ago", "Posted Today", "vor 3 Tagen", "2mo", "昨日"])
def test_ages_are_known_as_such(text: str) -> None:
    assert is_relative(text)


@pytest.mark.parametrize("text", ["Sep 10", "2024-01-01", "1683864000", "D-Day", "4"])
def test_dates_are_no_ages(text: str) -> None:
    assert not is_relative(text)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("6 months", 26, 26),
        ("12months", 52, 52),
        ("3-6 months", 13, 26),
        ("1 to 6 months", 4, 26),
        ("6 months to 1 year", 26, 52),
        ("10-12 Wochen", 10, 12),
        ("vijf à zes maanden", 22, 26),
        ("up to six months", None, 26),
        ("mindestens 3 Monate", 13, None),
        ("5 months and 12 days", 23, 23),
        ("3—12个月", 13, 52),
        ("6개월", 26, 26),
    ],
)
def test_durations(text: str, least: int | None, most: int | None) -> None:
    parsed = parse_duration(text)
    assert parsed is not None
    assert parsed[:2] == (least, most)


@pytest.mark.parametrize("text", ["2024", "35 hours", "Intern", "10000 months"])
def test_no_durations(text: str) -> None:
    assert parse_duration(text) is None


@pytest.mark.parametrize(
    ("text", "season"),
    [
        ("Summer 2026", "2026-summer"),
        ("Fall 2025, Spring 2026", "2025-autumn"),
        ("Winter 2025/26", "2025-winter"),
        ("Sommer 2026", "2026-summer"),
        ("été 2026", "2026-summer"),
        ("ete 2026", "2026-summer"),
        ("2026年夏季", "2026-summer"),
        ("2026년 여름", "2026-summer"),
        ("Summer Analyst Program 2026", "2026-summer"),
        ("2026 Technology Summer Analyst", "2026-summer"),
    ],
)
def test_seasons(text: str, season: str) -> None:
    parsed = parse_season(text)
    assert parsed is not None
    assert parsed[0] == season
    assert parsed[1] in text


@pytest.mark.parametrize("text", ["Summer", "Fall in love with data", "2026 Internship"])
def test_a_season_needs_its_year(text: str) -> None:
    assert parse_season(text) is None


@pytest.fixture
def dated(raw_rows, source):  # type: ignore[no-untyped-def]
    def read(row: dict[str, Any], night: date | None = None, **says: Any) -> dict[str, Any]:
        raw = raw_rows(row).with_row_index("row").with_columns(pl.col("row").cast(pl.UInt32))
        sentences = split_sentences(raw["title"], plain(raw["description"]))
        return clean_dates(raw, sentences, night, source(**says)).columns.row(0, named=True)

    return read


def test_the_day_of_fetching_goes_before_the_night(dated: Any) -> None:
    row = {"posted": "4d", "fetched_at": "2025-09-12T03:00:00Z"}
    assert dated(row, date(2030, 1, 1))["posted_on"] == date(2025, 9, 8)
    assert dated({"posted": "4d"}, date(2025, 9, 12))["posted_on"] == date(2025, 9, 8)
    assert dated({"posted": "4d"})["posted_on"] is None


@pytest.mark.parametrize(
    ("description", "deadline"),
    [
        ("Deadline: 31 January 2027", date(2027, 1, 31)),
        ("Bewerbungsschluss: 15.01.2027", date(2027, 1, 15)),
        ("Solliciteer voor 3 januari 2027", date(2027, 1, 3)),
        ("Date limite : 30 juin 2027", date(2027, 6, 30)),
        ("Plazo: 14 de mayo de 2027", date(2027, 5, 14)),
        ("Termin składania: 5 marca 2027", date(2027, 3, 5)),
        ("締切:2027年6月9日", date(2027, 6, 9)),
        ("마감: 2027.6.9", date(2027, 6, 9)),
        ("Salary €775 | Deadline 20 November 2027 | Start 1 March 2028", date(2027, 11, 20)),
        ("Posted 1 May 2027. The deadline is strict and unions met on 3 May 2027.", None),
        ("Deadline: 15 March", None),
    ],
)
def test_labelled_deadlines(dated: Any, description: str, deadline: date | None) -> None:
    assert dated({"description": description})["deadline"] == deadline


@pytest.mark.parametrize(
    ("description", "deadline"),
    [
        ("Inscrições abertas até 25/10.", date(2026, 10, 25)),
        ("Bewerbung bis 15.11. möglich", date(2026, 11, 15)),
        ("Send your application by November 1.", date(2026, 11, 1)),
        ("Send your application by March 1.", None),
        ("Send your application by Friday 13 November.", date(2026, 11, 13)),
        ("Postulaciones hasta el viernes 14 de noviembre.", None),
        ("Bewerbung bis 12.30 Uhr", None),
    ],
)
def test_a_deadline_without_a_year_is_the_next_if_that_is_soon(
    dated: Any, description: str, deadline: date | None
) -> None:
    assert dated({"description": description, "fetched_at": "2026-10-01T03:00:00Z"})["deadline"] == deadline
    assert dated({"description": description})["deadline"] is None


def test_deadlines_of_a_column(dated: Any) -> None:
    assert dated({"deadline": "📅 Nov 15", "fetched_at": "2026-10-01T03:00:00Z"})["deadline"] is None
    assert dated({"deadline": "Rolling"})["deadline_kind"] == "rolling"
    stated = dated({"deadline": "2027-05-01T23:59:00+02:00"})
    assert (stated["deadline"], stated["deadline_kind"]) == (date(2027, 5, 1), "fixed")
    assert stated["deadline_at"] == datetime(2027, 5, 1, 21, 59, tzinfo=UTC)
    assert dated({"deadline": "15 August – 15 October 2027"})["deadline"] == date(2027, 10, 15)


def test_a_period_in_the_start_field(dated: Any) -> None:
    row = dated({"starts": "23 mrt. 2026 - 14 sep. 2026"})
    assert (row["starts_on"], row["ends_on"]) == (date(2026, 3, 23), date(2026, 9, 14))
    assert dated({"starts": "Summer 2024, Fall 2024"})["season"] == "2024-summer"


@pytest.mark.parametrize(
    ("sentence", "deadline"),
    [
        ("Please submit your CV and cover letter no later than Friday, 14 March 2025.", date(2025, 3, 14)),
        ("Applications must be received by 23:59 CET on 7 May 2026.", date(2026, 5, 7)),
        ("We accept applications until June 30th, 2025.", date(2025, 6, 30)),
        ("The call for applications is open from 3 February to 28 February 2025.", date(2025, 2, 28)),
        ("The deadline has been extended to 20 April 2025 (previously 5 April 2025).", date(2025, 4, 20)),
        ("Selected applicants will be notified by 15 May 2025.", None),
        ("Apply now for the internship from 1 June to 31 August 2025!", None),
        ("The internship starts on 1 September 2025.", None),
        ("© 2024 Example Ltd. Applications welcome", None),
        ("Bitte senden Sie Ihre vollständigen Unterlagen bis spätestens 31.03.2025 an uns.", date(2025, 3, 31)),
        ("Bewerbungen werden bis zum 15. Februar 2026 angenommen.", date(2026, 2, 15)),
        ("Die Bewerbungsfrist endet am 1. Dezember 2025.", date(2025, 12, 1)),
        ("Die Bewerbungsfrist wurde bis 10. Januar 2026 verlängert.", date(2026, 1, 10)),
        ("Le dossier de candidature est à envoyer au plus tard le 20 mai 2025.", date(2025, 5, 20)),
        ("Candidatures jusqu'au 1er mars 2026 inclus.", date(2026, 3, 1)),
        ("Date limite de dépôt des candidatures : vendredi 9 janvier 2026", date(2026, 1, 9)),
        ("Dépôt des dossiers du 02/03/2026 au 27/03/2026.", date(2026, 3, 27)),
        ("Las solicitudes se pueden presentar hasta el 30 de septiembre de 2025.", date(2025, 9, 30)),
        ("El plazo de presentación de solicitudes finaliza el 12 de octubre de 2025.", date(2025, 10, 12)),
        ("Período de inscripción: entre el 1 y el 15 de diciembre de 2024", date(2024, 12, 15)),
        ("Inscripciones abiertas del 5 al 25 de abril de 2026", date(2026, 4, 25)),
        ("As candidaturas decorrem entre 1 e 15 de dezembro de 2024.", date(2024, 12, 15)),
        ("Envie o seu currículo até 31/10/2025.", date(2025, 10, 31)),
        ("Inscrições até o dia 8 de agosto de 2025", date(2025, 8, 8)),
        ("Le domande devono pervenire entro e non oltre il 18 luglio 2025.", date(2025, 7, 18)),
        ("Invia la tua candidatura entro il 3/11/2025", date(2025, 11, 3)),
        ("Il termine per la presentazione delle domande è il 28 febbraio 2026.", date(2026, 2, 28)),
        ("Stuur je motivatiebrief uiterlijk 1 april 2025 naar ons.", date(2025, 4, 1)),
        ("Aanmelden kan tot en met 15 mei 2026.", date(2026, 5, 15)),
        ("Skicka din ansökan senast den 12 oktober 2025.", date(2025, 10, 12)),
        ("Välkommen med din ansökan till och med 4 april 2026!", date(2026, 4, 4)),
        ("Send din ansøgning senest den 1. november 2025.", date(2025, 11, 1)),
        ("Ansøgningsfristen er den 15. marts 2026 kl. 12.00", date(2026, 3, 15)),
        ("Søknad sendes innen 20. februar 2026.", date(2026, 2, 20)),
        ("Søknadsfrist: 1. mars 2026", date(2026, 3, 1)),
        ("Lähetä hakemuksesi viimeistään 31.1.2026.", date(2026, 1, 31)),
        ("Hakemukset 15.3.2026 mennessä.", date(2026, 3, 15)),
        ("Hakuaika päättyy 28. helmikuuta 2026 klo 16", date(2026, 2, 28)),
        ("Zgłoszenia prosimy przesyłać do dnia 20 maja 2025 r.", date(2025, 5, 20)),
        ("Termin nadsyłania aplikacji upływa 7 lipca 2025", date(2025, 7, 7)),
        ("Přihlášky zasílejte nejpozději do 15. dubna 2026.", date(2026, 4, 15)),
        ("Jelentkezési határidő: 2026. március 31.", date(2026, 3, 31)),
        ("Jelentkezni 2026. március 31-ig lehet.", date(2026, 3, 31)),
        ("Trimiteți CV-ul până la data de 10 iunie 2025.", date(2025, 6, 10)),
        ("Başvurular 15 Mart 2026 tarihine kadar yapılabilir.", date(2026, 3, 15)),
        ("Son başvuru tarihi 1 Nisan 2026", date(2026, 4, 1)),
        ("Заявки принимаются до 25 декабря 2025 года.", date(2025, 12, 25)),
        ("Приём заявок: с 1 по 20 февраля 2026 г.", date(2026, 2, 20)),
        ("Крайний срок подачи документов — 30 июня 2025 г.", date(2025, 6, 30)),
        ("応募締切は2026年2月28日(土)23:59です。", date(2026, 2, 28)),
        ("応募書類は令和8年1月15日までに提出してください。", date(2026, 1, 15)),
        ("募集期間:2025年4月1日~2025年4月30日", date(2025, 4, 30)),
        ("지원서는 2025년 11월 30일까지 이메일로 제출", date(2025, 11, 30)),
        ("접수기간: 2025.10.1 ~ 2025.10.20", date(2025, 10, 20)),
        ("申请截止日期为2025年12月31日。", date(2025, 12, 31)),
        ("请于2026年3月15日前提交申请。", date(2026, 3, 15)),
        ("آخر موعد للتقديم هو 15 مارس 2026", date(2026, 3, 15)),
        ("يمكن إرسال الطلبات حتى ٣٠ نوفمبر ٢٠٢٥", date(2025, 11, 30)),
        ("Results of the application will be announced by 3 March 2025.", None),
        ("Bewerber werden bis zum 1. Mai 2025 benachrichtigt.", None),
        ("The report was submitted on 3 May 2021.", None),
        ("Send us your application before the start of the programme on 1 June 2025.", None),
        ("Founded in 2010, apply to join a team of 12 people.", None),
        ("Closes: 10 Jan 2026", date(2026, 1, 10)),
        ("Apply before 2026-01-15", date(2026, 1, 15)),
        ("Deadline (extended): 5 May 2026", date(2026, 5, 5)),
        ("Οι αιτήσεις υποβάλλονται έως τις 15 Απριλίου 2026.", date(2026, 4, 15)),
        ("Заявки подаються до 10 березня 2026 року", date(2026, 3, 10)),
        ("Online application deadline: Monday, March 2, 2026 at 5:00 pm EST", date(2026, 3, 2)),
        ("Application window: January 5 - 30, 2026", date(2026, 1, 30)),
    ],
)
def test_deadlines_in_prose(sentence: str, deadline: date | None) -> None:
    stated = parse_deadline_sentence(sentence, None)
    assert (stated[1] if stated else None) == deadline
    assert stated is None or stated[-1] in sentence


@pytest.mark.parametrize(
    ("sentence", "starts_on", "ends_on"),
    [
        ("The internship runs from 1 June to 31 August 2026.", date(2026, 6, 1), date(2026, 8, 31)),
        ("Start date: 1 September 2025", date(2025, 9, 1), None),
        ("01/03/2027 - 31/08/2027", date(2027, 3, 1), date(2027, 8, 31)),
        ("Das Praktikum findet vom 1. März bis 31. August 2026 statt.", date(2026, 3, 1), date(2026, 8, 31)),
        ("Praktikum ab 01.10.2025", date(2025, 10, 1), None),
        ("Stage du 2 mars au 28 août 2026", date(2026, 3, 2), date(2026, 8, 28)),
        ("Stage à partir du 1er février 2026", date(2026, 2, 1), None),
        ("Las prácticas serán del 1 de julio al 31 de diciembre de 2025", date(2025, 7, 1), date(2025, 12, 31)),
        ("O estágio decorre de 1 de setembro de 2025 a 28 de fevereiro de 2026", date(2025, 9, 1), date(2026, 2, 28)),
        ("Il tirocinio si svolgerà dal 3 febbraio al 3 maggio 2026", date(2026, 2, 3), date(2026, 5, 3)),
        ("Stageperiode: 1 februari 2026 t/m 31 juli 2026", date(2026, 2, 1), date(2026, 7, 31)),
        ("Praktikperioden är 19 januari - 5 juni 2026.", date(2026, 1, 19), date(2026, 6, 5)),
        ("Praktikken løber fra 1. februar til 30. juni 2026", date(2026, 2, 1), date(2026, 6, 30)),
        ("Harjoittelu alkaa 1.6.2026", date(2026, 6, 1), None),
        ("Staż od 1 lipca do 30 września 2025 r.", date(2025, 7, 1), date(2025, 9, 30)),
        ("Stáž od 1. února do 30. června 2026", date(2026, 2, 1), date(2026, 6, 30)),
        ("Стажировка проводится с 1 июля по 31 августа 2026 года", date(2026, 7, 1), date(2026, 8, 31)),
        ("Staj 1 Temmuz 2026 - 31 Ağustos 2026 tarihleri arasında", date(2026, 7, 1), date(2026, 8, 31)),
        ("インターンシップ期間:2026年8月3日~2026年9月11日", date(2026, 8, 3), date(2026, 9, 11)),
        ("인턴 기간: 2026년 1월 5일 ~ 2026년 2월 27일", date(2026, 1, 5), date(2026, 2, 27)),
        ("实习时间:2026年7月1日至8月31日", date(2026, 7, 1), date(2026, 8, 31)),
        ("فترة التدريب من 1 يونيو 2026 إلى 31 أغسطس 2026", date(2026, 6, 1), date(2026, 8, 31)),
        ("Applications are open from 1 March to 30 April 2026.", None, None),
        ("Join our intern webinar on 3 March 2026.", None, None),
        ("Posted 5 May 2025", None, None),
        ("The deadline for the internship is 5 May 2025.", None, None),
        ("Copyright 2024 - 2025", None, None),
        ("Apply by 1 May 2025 for an internship starting 1 September 2025", date(2025, 9, 1), None),
        ("Founded on 3 May 1998, our internship programme is great", None, None),
        ("Plazo: del 1 al 31 de octubre de 2025.", None, None),
        ("The intern fair takes place from 3 to 5 May 2025", None, None),
        ("Posting period: 08 November 2025 - 22 November 2025", None, None),
        ("Application period: 1 March 2026 - 15 April 2026", None, None),
        ("网上报名须于2026年12月10日至12月20日完成", None, None),
        ("申请于2026年3月1日至4月15日", None, None),
        ("实习2026年3月1日至6月15日", date(2026, 3, 1), date(2026, 6, 15)),
        ("Internship period: 1 March 2026 - 15 June 2026", date(2026, 3, 1), date(2026, 6, 15)),
    ],
)
def test_periods_in_prose(sentence: str, starts_on: date | None, ends_on: date | None) -> None:
    stated = parse_period_sentence(sentence, None)
    assert (stated[1:3] if stated else (None, None)) == (starts_on, ends_on)
    assert stated is None or stated[-1] in sentence


@pytest.mark.parametrize(
    ("sentence", "least", "most"),
    [
        ("The internship lasts three to six months.", 13, 26),
        ("Wir bieten ein sechswöchiges bis dreimonatiges Praktikum.", 6, 13),
        ("Dauer: mindestens 2, höchstens 3 Monate", 9, 13),
        ("Volunteer for 4, 6 or 8 weeks.", 4, 8),
        ("Minimum stay: 8 weeks.", 8, None),
        ("Interns stay a minimum of three months, maximum six.", 13, 26),
        ("Harjoittelu 6 kk 1.8.2027 alkaen.", 26, 26),
        ("Becas de doce meses para jóvenes titulados.", 52, 52),
        ("半年以上活動できるインターンを募集。", 26, None),
        ("Stage de fin d'études de 6 mois, à pourvoir dès que possible.", 26, 26),
        ("We offer a 6-month internship for Master's students.", 26, 26),
        ("Praktikum von 6 Monaten, verlängerbar um 3 Monate.", 26, 39),
        ("Bewerbungen sind frühestens 12 Monate vor Beginn des Praktikums einzureichen.", None, None),
        ("Πρακτική άσκηση διάρκειας τριών μηνών.", 13, 13),
        ("Staj süresi 4 haftadır.", 4, 4),
        ("Стажування тривалістю від трьох до шести місяців.", 13, 26),
        ("Harjoittelijaa haetaan kolmen kuukauden ajaksi.", 13, 13),
        ("Duration: 12 weeks", 12, 12),
        ("This is a 6-month internship based in Lagos.", 26, 26),
        ("A minimum of 3 and maximum of 6 months", 13, 26),
        ("Interns must commit to at least 10 weeks.", 10, None),
        ("The placement is for up to 12 months.", None, 52),
        ("You have 2 years of experience in an internship role.", None, None),
        ("Must have graduated within the last 12 months.", None, None),
        ("Applicants should be enrolled for at least 6 months after the internship.", None, None),
        ("We were founded 20 years ago.", None, None),
        ("Das Praktikum dauert mindestens drei Monate.", 13, None),
        ("Praktikumsdauer: 4–6 Monate", 17, 26),
        ("Praktikum für 6 Monate ab Oktober", 26, 26),
        ("6-monatiges Praktikum", 26, 26),
        ("Erste Berufserfahrung von 6 Monaten im Praktikum", None, None),
        ("Stage de 6 mois à partir de février", 26, 26),
        ("Durée : 4 à 6 mois", 17, 26),
        ("Stage d'une durée minimale de 8 semaines", 8, None),
        ("La pasantía tiene una duración de tres meses, prorrogables por otros tres meses.", 13, 26),
        ("Duración: 6 meses", 26, 26),
        ("Prácticas de 3 a 5 meses", 13, 22),
        ("Experiencia mínima de 6 meses", None, None),
        ("Estágio com duração de 9 meses", 39, 39),
        ("O estágio tem a duração de seis meses", 26, 26),
        ("Il tirocinio ha una durata di tre mesi prorogabili di uno.", 13, 17),
        ("Durata: 6 mesi", 26, 26),
        ("Stage di 3-6 mesi", 13, 26),
        ("De stage duurt vijf à zes maanden.", 22, 26),
        ("Stageperiode: minimaal 20 weken", 20, None),
        ("Praktiken pågår i 10 veckor.", 10, 10),
        ("Praktikperiod: 4-6 månader", 17, 26),
        ("Praktikken varer 5 måneder", 22, 22),
        ("Varighet: 3 måneder", 13, 13),
        ("Harjoittelun kesto on 3-6 kuukautta.", 13, 26),
        ("Staż trwa 3 miesiące.", 13, 13),
        ("Praktyki trwają od 4 do 8 tygodni.", 4, 8),
        ("Stáž trvá 6 měsíců.", 26, 26),
        ("A gyakorlat időtartama 3 hónap.", 13, 13),
        ("Durata stagiului: 3 luni", 13, 13),
        ("Staj süresi: 20 gün", 3, 3),
        ("Staj süresi en az 4 hafta", 4, None),
        ("Стажировка длится 3 месяца.", 13, 13),
        ("Продолжительность стажировки от 2 до 6 месяцев.", 9, 26),
        ("Опыт работы от 6 месяцев", None, None),
        ("インターンシップ期間:2か月以上6か月以内", 9, 26),
        ("期間は3ヶ月です。", 13, 13),
        ("実習期間:4週間", 4, 4),
        ("인턴 기간: 6개월", 26, 26),
        ("실습 기간은 8주입니다.", 8, 8),
        ("实习期至少三个月。", 13, None),
        ("实习时间:3-6个月", 13, 26),
        ("مدة التدريب ثلاثة أشهر", 13, 13),
        ("مدة التدريب: ٦ أشهر", 26, 26),
        ("مدة البرنامج شهرين", 9, 9),
        ("Six months", 26, 26),
        ("Full-time, 6 months, starting in May", 26, 26),
        ("You get 25 days of holiday per year.", None, None),
        ("3 days a week in the office during the internship", None, None),
        ("Internship (m/f/d) 6 months", 26, 26),
        ("The contract is for 12 months with a possible extension of 6 months.", 52, 78),
        ("Notice period: 1 month", None, None),
        ("probation period of 3 months", None, None),
        ("The internship is open to students in the last 2 years of their studies.", None, None),
        ("one-year internship programme", 52, 52),
        ("a year-long placement", 52, 52),
        ("Our 12-week summer internship", 12, 12),
        ("Join our 10 week program", 10, 10),
        ("8 to 12 weeks", 8, 12),
        ("4 月 から 6 か月", 26, 26),
        ("3+ years of quota-carrying sales experience, with time in a closing role", None, None),
        ("2+ years in technical roles", None, None),
        ("Two years of proven success in a similar role and experience with data", None, None),
        ("A 3+ month internship", 13, None),
        ("The internship takes no longer than three months.", None, 13),
        ("Praktyki trwają nie dłużej niż 3 miesiące.", None, 13),
        ("Das Praktikum dauert nicht länger als sechs Monate.", None, 26),
        ("Mindestens acht Wochen sollten Sie mitbringen, länger als vier Monate geht es nicht.", 8, 17),
        ("Je blijft minimaal vier en maximaal zes maanden bij ons; twee weken in april horen daarbij.", 17, 26),
        ("Διάρκεια: 4 έως 6 μήνες", 17, 26),
        ("Отговаряме в срок от 20 работни дни.", None, None),
    ],
)
def test_durations_in_prose(sentence: str, least: int | None, most: int | None) -> None:
    stated = parse_stay(sentence)
    assert (stated[1:3] if stated else (None, None)) == (least, most)
    assert stated is None or stated[-1] in sentence


@pytest.mark.parametrize(
    ("description", "deadline"),
    [
        ("Published on 3 March 2026.\nApply by 20 March.", date(2026, 3, 20)),
        ("Published on 20 December 2025.\nApply by 10 January.", date(2026, 1, 10)),
        ("Candidaturas até 15 de maio.\nInício do estágio: 1 de setembro de 2026", date(2026, 5, 15)),
        ("Apply by 20 March.\nPublished on 3 June 2026.\nStart date: 1 April 2026", None),
        ("Apply by 20 March.", None),
        ("Apply by 1 March 2026. The deadline has been extended to 15 March 2026.", date(2026, 3, 15)),
        ("Send documents by post by 1 March 2026. Online applications close on 8 March 2026.", date(2026, 3, 8)),
        ("Event on 3 March 2026. © 2024", None),
    ],
)
def test_the_deadline_of_a_page(dated: Any, description: str, deadline: date | None) -> None:
    assert dated({"description": description})["deadline"] == deadline


def test_kinds_of_deadlines(dated: Any) -> None:
    assert dated({"description": "Applications are accepted on a rolling basis."})["deadline_kind"] == "rolling"
    assert dated({"description": "Die Bewerbung ist jederzeit möglich."})["deadline_kind"] == "rolling"
    assert (
        dated({"description": "Open to applications until the position is filled."})["deadline_kind"] == "until_filled"
    )
    recurring = dated({"description": "The application deadline is 15 March every year."})
    assert (recurring["deadline"], recurring["deadline_kind"]) == (None, "recurring")


def test_weeks_between_the_first_and_the_last_day(dated: Any) -> None:
    row = dated({"starts": "01/03/2027 - 31/08/2027"})
    assert (row["starts_on"], row["ends_on"]) == (date(2027, 3, 1), date(2027, 8, 31))
    assert (row["weeks_min"], row["weeks_max"]) == (26, 26)
    assert dated({"starts": "2027-03-01 - 2027-08-31", "duration": "5 months"})["weeks_max"] == 22


@pytest.mark.parametrize(
    "row",
    [
        {"duration": "Flexible"},
        {"duration": "Varies"},
        {"duration": "Non précisée"},
        {"deadline": "12月1日"},
        {"deadline": "١ ديسمبر"},
        {"deadline": "flexible"},
    ],
)
def test_words_that_say_nothing_are_not_unknown(raw_rows: Any, source: Any, row: dict[str, Any]) -> None:
    raw = raw_rows(row).with_row_index("row").with_columns(pl.col("row").cast(pl.UInt32))
    sentences = split_sentences(raw["title"], plain(raw["description"]))
    assert clean_dates(raw, sentences, None, source()).unknown.is_empty()


def test_the_days_of_a_date_are_no_length() -> None:
    assert parse_stay("期間：2026年8月17日〜9月25日（6週間）") == (3, 6, 6, "6週間")
    assert parse_stay("期间：2026年7月1日至9月30日") is None


def test_a_span_may_say_its_year_once_and_its_hours() -> None:
    sentence = "접수기간: 2026.3.9.(월) 09:00 ~ 3.18.(수) 18:00"
    deadline = parse_deadline_sentence(sentence, None)
    assert deadline is not None and deadline[1] == date(2026, 3, 18)
    assert parse_period_sentence(sentence, None) is None


@pytest.mark.parametrize(
    ("sentence", "deadline"),
    [
        ("The form, a transcript and two recommendation letters must be with us on 31 May 2027.", date(2027, 5, 31)),
        ("Two recommendation letters must be with us on 31 May 2027.", None),
        ("Your CV and letter are discussed in the interview on 31 May 2027.", None),
        ("CV və motivasiya məktubu 5 may 2027-ci il saat 18:00-dək qəbul edilir.", date(2027, 5, 5)),
        ("Özgeçmiş ve ön yazı 7 Mayıs 2027 Cuma günü saat 17.00'ye kadar gönderilmelidir.", date(2027, 5, 7)),
        ("Eskabideak 2027ko maiatzaren 4ko 14:00ak baino lehen bidali behar dira.", date(2027, 5, 4)),
        ("निवेदन र बायोडाटा सन् २०२७ मे ४ भित्र पठाउनुहोस्।", date(2027, 5, 4)),
        ("Өтүнмөлөр 2027-жылдын 30-апрелинде аяктайт, документтер кабыл алынат.", date(2027, 4, 30)),
        ("Inscrições .......... 3/05/2027 a 28/05/2027", date(2027, 5, 28)),
        ("De 3 a 28 de maio de 2027 é possível enviar candidaturas.", date(2027, 5, 28)),
        ("De 3 a 28 de maio de 2027 as candidaturas são avaliadas.", None),
        ("Applicants for the internship work from 3 May to 28 May 2027.", None),
        ("請於2027年5月4日下午5時前，把申請表連同履歷電郵至就業輔導處。", date(2027, 5, 4)),
        ("申请时须满18周岁(2004年1月1日以前出生)。", None),
        ("The online form and one recommendation letter must reach us on or before 4 May 2027.", date(2027, 5, 4)),
        ("Početak prakse po dogovoru, najkasnije 4. svibnja 2027.", None),
    ],
)
def test_deadlines_by_what_is_sent_and_when_one_may_apply(sentence: str, deadline: date | None) -> None:
    stated = parse_deadline_sentence(sentence, True)
    assert (stated[1] if stated else None) == deadline


def test_the_time_of_a_stay_is_no_deadline() -> None:
    sentence = "Termín: 1. 7. – 31. 8. 2026"
    assert parse_deadline_sentence(sentence, True) is None
    period = parse_period_sentence(sentence, True)
    assert period is not None and period[1:3] == (date(2026, 7, 1), date(2026, 8, 31))


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    for day in find_days(text, True):
        assert 0 <= day.start < day.end <= len(text)
    parse_posted(text, TODAY, None)
    parse_duration(text)
    parse_season(text)
    for stated in (parse_deadline_sentence(text, None), parse_period_sentence(text, None), parse_stay(text)):
        assert stated is None or str(stated[-1]) in text


@pytest.mark.parametrize(
    ("sentence", "stay"),
    [
        ("Oppholdet varer fem måneder, med opptak hvert halvår.", (22, 22)),
        ("Stáž trvá čtyři měsíce.", (17, 17)),
        ("ইন্টার্নশিপটি তিন মাসের।", (13, 13)),
    ],
)
def test_lengths_in_other_words(sentence: str, stay: tuple[int, int]) -> None:
    stated = parse_stay(sentence)
    assert stated is not None and stated[1:3] == stay


@pytest.mark.parametrize(
    "sentence",
    [
        "Wyślij CV i list do 3 maja 2026 r. na adres biuro@urzad.example",
        "CV and a short letter, until 3 May 2026, to office@host.example",
        "Atsiųskite gyvenimo aprašymą iki 2026 m. gegužės 3 d.",
    ],
)
def test_what_to_send_asks_to_apply(sentence: str) -> None:
    stated = parse_deadline_sentence(sentence, None)
    assert stated is not None and stated[1] == date(2026, 5, 3)


def test_several_days_a_year_are_rounds() -> None:
    stated = parse_deadline_sentence("Candidaturas até 1 de março e até 1 de outubro.", None)
    assert stated is not None and stated[1] is None and stated[4] == "recurring"
