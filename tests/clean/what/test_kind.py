"""What sort of post a row is, and why it is no listing."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.clean import clean


@pytest.fixture
def judged(raw_rows, source):  # type: ignore[no-untyped-def]
    def judge(row: dict[str, Any], **says: Any) -> tuple[str | None, bool, str | None]:
        return clean(raw_rows(row), None, source(**says)).listings.select("kind", "is_internship", "reject_rule").row(0)

    return judge


@pytest.fixture
def all_judged(raw_rows):  # type: ignore[no-untyped-def]
    def judge(titles: str) -> dict[str, tuple[str | None, bool, str | None]]:
        rows = raw_rows(*({"title": title} for title in titles.replace("\n", "|").split("|")))
        listings = clean(rows, None, {}).listings
        return {
            title: tuple(row) for title, *row in listings.select("title", "kind", "is_internship", "reject_rule").rows()
        }

    return judge


INTERNSHIPS = """Software Engineering Intern|Co-op, Data|Summer Analyst 2026|Praktikant (m/w/d) Marketing|Auslandspraktikum
Stage - Chargé de communication|Stagiaire RH (H/F)|Stagiair(e) Politieke Zaken|Prácticas en marketing|Becario/a|Pasantía
Estágio em Engenharia|Tirocinio curriculare|Praktik i kommunikation|Praktikantplass|Kesäharjoittelija|Staż w dziale HR
Stáž v marketingu|Gyakornok|Stagiu de vară|Стаж за студенти|Стажировка|Стажування|Πρακτική άσκηση|Stajyer mühendis
Sommarpraktik i Göteborg|Meewerkstage marketing|Becas de formación 2027|Praktikantstilling
实习生|實習生|国際部門インターン募集|마케팅 인턴|Thực tập sinh|متدرب|מתמחה|Praksa za studente"""


def test_titles_of_internships(all_judged: Any) -> None:
    verdicts = all_judged(INTERNSHIPS)
    assert {title: verdict for title, verdict in verdicts.items() if verdict != ("internship", True, None)} == {}


OTHERS = """Internal Auditor|International Sales Manager|Facharzt für Innere Medizin (Internist)|Stage Manager
Backstage Host|Late-stage clinical manager|Internship Coordinator|Interne Revision|Junior Professional Officer
インターナショナル営業|インターネット広告|인터넷 마케팅|Стаж работы от трёх лет|Good practices officer|vie quotidienne
Predoctoral trainee in oncology|Responsabile stage e tirocini|Coordinador de prácticas|Praktikkoordinator"""


def test_titles_of_other_posts(all_judged: Any) -> None:
    verdicts = all_judged(OTHERS)
    assert {title: verdict for title, verdict in verdicts.items() if verdict[1:] != (False, "not_an_internship")} == {}


@pytest.mark.parametrize(
    ("title", "kind", "is_internship"),
    [
        ("Werkstudent IT", "working_student", True),
        ("Blue Book Traineeship", "traineeship", True),
        ("Trainee - Communication", "traineeship", True),
        ("V.I.E - Analyste", "traineeship", True),
        ("Trainee (m/w/d) Vertrieb", "graduate_programme", False),
        ("Trainee / Praktikant (m/w/d)", "internship", True),
        ("Graduate Programme 2026", "graduate_programme", False),
        ("Ausbildung zum Kaufmann", "apprenticeship", False),
        ("Alternance - Développeur", "apprenticeship", False),
        ("Research Fellow", "fellowship", False),
        ("Volunteer teacher", "volunteer", False),
    ],
)
def test_kinds_of_their_own(judged: Any, title: str, kind: str, is_internship: bool) -> None:
    assert judged({"title": title})[:2] == (kind, is_internship)


@pytest.mark.parametrize(
    ("section", "rule"),
    [
        ("2026 Internship & New Grad Positions / 2026 USA SWE Internships :books: / Other", None),
        ("Internship Positions", None),
        ("Praktika im Ausland / Berlin", None),
        ("2026 International SWE New Grad Positions / FAANG+", "new_graduate"),
        ("Internships / New Grad Positions", "new_graduate"),
        ("Jobs / PhD and PhD Internship Positions", "not_an_internship"),
        ("International", "not_an_internship"),
    ],
)
def test_the_innermost_heading_that_decides_decides(judged: Any, section: str, rule: str | None) -> None:
    assert judged({"title": "Software Engineer", "section": section})[2] == rule


def test_in_an_internship_section_the_title_tells_the_kind_only(judged: Any) -> None:
    assert judged({"title": "iOS Apprenticeship", "section": "Internships"}) == ("apprenticeship", True, None)


def test_a_heading_goes_before_the_title(judged: Any) -> None:
    assert judged({"title": "Intern", "section": "New Grad Positions"})[2] == "new_graduate"


def test_a_heading_of_both_leaves_it_to_the_title(judged: Any) -> None:
    assert judged({"title": "PhD Intern", "section": "PhD and PhD Internship Positions"})[2] is None
    assert judged({"title": "Engineer, PhD", "section": "PhD and PhD Internship Positions"})[2] == "new_graduate"


def test_the_catalogue_decides_where_no_heading_does(judged: Any) -> None:
    assert judged({"title": "Quantitative Trader"}, holds="internships") == ("internship", True, None)
    assert judged({"title": "Quantitative Trader"}, holds="graduate_jobs")[2] == "new_graduate"
    assert judged({"title": "Trading Intern"}, holds="graduate_jobs")[2] is None


def test_employment_type_and_first_lines_speak_where_the_title_is_silent(judged: Any) -> None:
    assert judged({"title": "Marketing", "employment_type": "INTERN"})[2] is None
    assert judged({"title": "Ministry", "description": "Stage bij Politieke Zaken\nLange tekst"})[2] is None
    prose = "We are a company of many people who do many things, " * 2 + "and every year we also train some interns."
    assert judged({"title": "Manager", "description": prose})[2] == "not_an_internship"


def test_a_sentence_that_wishes_for_internships_offers_none(judged: Any) -> None:
    wish = "Erste Praktika im Beratungsumfeld sind von Vorteil. Unbefristet, Köln."
    assert judged({"title": "Junior Consultant (m/w/d)", "description": wish})[1] is False
    assert judged({"title": "Communications", "description": "Internship in Rome\nYou will write."})[1] is True


def test_advice_is_no_posting(judged: Any) -> None:
    assert judged({"title": "How to find an internship"})[2] == "no_posting"


def test_what_the_source_closed_or_never_linked_is_refused(judged: Any) -> None:
    assert judged({"extra": {"closed": "Closed🔒"}})[2] == "closed_at_source"
    assert judged({"extra": {"no_link": True}})[2] == judged({})[2]
    assert judged({"extra": {"closed": "Closed", "no_link": True}})[2] == "closed_at_source"
