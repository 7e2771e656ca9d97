"""What sort of post a row is, and why it is no listing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.clean.conftest import Listings

Verdict = tuple[str | None, bool, str | None]
"""Kind, whether it is an internship, and the rule by which it is refused."""

Judged = Callable[..., list[Verdict]]


@pytest.fixture
def judged(listings: Listings) -> Judged:
    """The verdicts on rows, each from a source of which the catalogue says so much."""

    def judge(rows: Sequence[dict[str, Any]], says: Sequence[dict[str, Any]] = ()) -> list[Verdict]:
        return [(row["kind"], row["is_internship"], row["reject_rule"]) for row in listings(rows, says)]

    return judge


def by_title(judged: Judged, titles: str) -> dict[str, Verdict]:
    names = titles.replace("\n", "|").split("|")
    return dict(zip(names, judged([{"title": name} for name in names]), strict=True))


INTERNSHIPS = """Software Engineering Intern|Co-op, Data|Summer Analyst 2026|Praktikant (m/w/d) Marketing|Auslandspraktikum
Stage - Chargé de communication|Stagiaire RH (H/F)|Stagiair(e) Politieke Zaken|Prácticas en marketing|Becario/a|Pasantía
Estágio em Engenharia|Tirocinio curriculare|Praktik i kommunikation|Praktikantplass|Kesäharjoittelija|Staż w dziale HR
Stáž v marketingu|Gyakornok|Stagiu de vară|Стаж за студенти|Стажировка|Стажування|Πρακτική άσκηση|Stajyer mühendis
Sommarpraktik i Göteborg|Meewerkstage marketing|Becas de formación 2027|Praktikantstilling
实习生|實習生|国際部門インターン募集|마케팅 인턴|Thực tập sinh|متدرب|מתמחה|Praksa za studente"""


def test_titles_of_internships(judged: Judged) -> None:
    verdicts = by_title(judged, INTERNSHIPS)
    assert {title: verdict for title, verdict in verdicts.items() if verdict != ("internship", True, None)} == {}


OTHERS = """Internal Auditor|International Sales Manager|Facharzt für Innere Medizin (Internist)|Stage Manager
Backstage Host|Late-stage clinical manager|Internship Coordinator|Interne Revision|Junior Professional Officer
インターナショナル営業|インターネット広告|인터넷 마케팅|Стаж работы от трёх лет|Good practices officer|vie quotidienne
Predoctoral trainee in oncology|Responsabile stage e tirocini|Coordinador de prácticas|Praktikkoordinator"""


def test_titles_of_other_posts(judged: Judged) -> None:
    verdicts = by_title(judged, OTHERS)
    assert {title: verdict for title, verdict in verdicts.items() if verdict[1:] != (False, "not_an_internship")} == {}


def test_kinds_of_their_own(judged: Judged) -> None:
    kinds = {
        "Werkstudent IT": ("working_student", True),
        "Blue Book Traineeship": ("traineeship", True),
        "Trainee - Communication": ("traineeship", True),
        "V.I.E - Analyste": ("traineeship", True),
        "Trainee (m/w/d) Vertrieb": ("graduate_programme", False),
        "Trainee / Praktikant (m/w/d)": ("internship", True),
        "Graduate Programme 2026": ("graduate_programme", False),
        "Ausbildung zum Kaufmann": ("apprenticeship", False),
        "Alternance - Développeur": ("apprenticeship", False),
        "Research Fellow": ("fellowship", False),
        "Volunteer teacher": ("volunteer", False),
    }
    assert {title: verdict[:2] for title, verdict in by_title(judged, "|".join(kinds)).items()} == kinds


def test_the_innermost_heading_that_decides_decides(judged: Judged) -> None:
    rules = {
        "2026 Internship & New Grad Positions / 2026 USA SWE Internships :books: / Other": None,
        "Internship Positions": None,
        "Praktika im Ausland / Berlin": None,
        "2026 International SWE New Grad Positions / FAANG+": "new_graduate",
        "Internships / New Grad Positions": "new_graduate",
        "Jobs / PhD and PhD Internship Positions": "not_an_internship",
        "International": "not_an_internship",
    }
    verdicts = judged([{"title": "Software Engineer", "section": section} for section in rules])
    assert {section: rule for section, (_, _, rule) in zip(rules, verdicts, strict=True)} == rules


def test_in_an_internship_section_the_title_tells_the_kind_only(judged: Judged) -> None:
    row = {"title": "iOS Apprenticeship", "section": "Internships"}
    assert judged([row]) == [("apprenticeship", True, None)]


def test_a_heading_goes_before_the_title_unless_it_is_of_both(judged: Judged) -> None:
    both = "PhD and PhD Internship Positions"
    rows = [
        {"title": "Intern", "section": "New Grad Positions"},
        {"title": "PhD Intern", "section": both},
        {"title": "Engineer, PhD", "section": both},
    ]
    assert [rule for _, _, rule in judged(rows)] == ["new_graduate", None, "new_graduate"]


def test_the_catalogue_decides_where_no_heading_does(judged: Judged) -> None:
    internships, graduates = {"holds": "internships"}, {"holds": "graduate_jobs"}
    trader, intern = {"title": "Quantitative Trader"}, {"title": "Trading Intern"}
    verdicts = judged([trader, trader, intern], [internships, graduates, graduates])
    assert verdicts[0] == ("internship", True, None)
    assert [rule for _, _, rule in verdicts[1:]] == ["new_graduate", None]


def test_employment_type_and_first_lines_speak_where_the_title_is_silent(judged: Judged) -> None:
    prose = "We are a company of many people who do many things, " * 2 + "and every year we also train some interns."
    rows = [
        {"title": "Marketing", "employment_type": "INTERN"},
        {"title": "Ministry", "description": "Stage bij Politieke Zaken\nLange tekst"},
        {"title": "Manager", "description": prose},
    ]
    assert [rule for _, _, rule in judged(rows)] == [None, None, "not_an_internship"]


def test_a_sentence_that_wishes_for_internships_offers_none(judged: Judged) -> None:
    wish = "Erste Praktika im Beratungsumfeld sind von Vorteil. Unbefristet, Köln."
    rows = [
        {"title": "Junior Consultant (m/w/d)", "description": wish},
        {"title": "Communications", "description": "Internship in Rome\nYou will write."},
    ]
    assert [is_internship for _, is_internship, _ in judged(rows)] == [False, True]


def test_advice_is_no_posting(judged: Judged) -> None:
    assert judged([{"title": "How to find an internship"}])[0][2] == "no_posting"


def test_a_text_of_questions_beside_a_field_for_openings_is_a_posting(judged: Judged) -> None:
    text = (
        "Wat ga je doen?\nOnderzoek naar de bloemensector, contact met telers en hulp bij een beurs in Cali.\nWie zoeken wij?\n"
        "Spaans op werkniveau. Studie agribusiness, handel of bosbouw.\nWat bieden wij?\nBegeleiding door de landbouwraad."
    )
    row = {"title": "Stage landbouw, Huis Bogotá", "description": text, "deadline": "Solliciteer voor 3 december 2026"}
    assert judged([row])[0] == ("internship", True, None)


def test_what_the_source_closed_or_never_linked_is_refused(judged: Judged) -> None:
    closed, unlinked, both, plain = judged(
        [
            {"extra": {"closed": "Closed🔒"}},
            {"extra": {"no_link": True}},
            {"extra": {"closed": "Closed", "no_link": True}},
            {},
        ]
    )
    assert (closed[2], both[2]) == ("closed_at_source", "closed_at_source")
    assert unlinked[2] == plain[2]
