"""Fields of study and occupation, from the title."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.language_tools.dictionary import flat, read_reference
from pipeline.clean.language_tools.extraction import Extraction
from pipeline.clean.what.subject import clean_subject


def subject_of(*titles: str | None, organization: str | None = None) -> Extraction:
    raw = pl.DataFrame(
        {"row": range(len(titles)), "title": titles, "organization": [organization] * len(titles)},
        schema={"row": pl.UInt32, "title": pl.String, "organization": pl.String},
    )
    return clean_subject(raw)


def fields_of(title: str, **columns: Any) -> list[str] | None:
    return subject_of(title, **columns).columns["fields"].to_list()[0]


@pytest.mark.parametrize(
    ("titles", "code"),
    [
        (
            "Software Engineering Intern|Praktikum Softwareentwicklung|Stage développeur web|Ingeniería de software",
            "0613",
        ),
        ("Tirocinio sviluppo software|Estágio em inteligência artificial|Стажер-программист|人工智能实习生", "0613"),
        (
            "機械学習インターン|백엔드 인턴|تدريب في تطوير البرمجيات|Yazılım mühendisi stajyeri|Staż: uczenie maszynowe",
            "0613",
        ),
        (
            "Mechanical Engineering Co-op|Praktikant Maschinenbau|Stage génie mécanique|Makine mühendisliği stajı",
            "0715",
        ),
        (
            "Marketing Intern|Marketingpraktikum|Becario de marketing|Стажер по маркетингу|마케팅 인턴|市场营销实习生",
            "0414",
        ),
        ("Legal Intern|Stage juriste|Praktikum Rechtsabteilung|法務インターン|Юрист-стажер|Hukuk stajı", "0421"),
        ("Civil Engineering Intern|Bauingenieur Praktikum|Engenharia civil|土木工程实习|토목 인턴", "0732"),
        ("Praktik i bokföring och redovisning|Tirocinio contabilità|Księgowość - staż|会计实习生", "0411"),
        ("Stage ressources humaines|HR intern|Insan kaynakları stajyeri|İnsan Kaynakları|人力资源实习生", "0413"),
        ("International relations|Stosunki międzynarodowe|국제관계 인턴|Стажировка: международные отношения", "0312"),
        ("Journalism intern|Praktikant Redaktion|Stagiaire journaliste|Журналист (стажер)", "0321"),
        ("Hotel management trainee|Stage hôtellerie|Praktikum Gastronomie|ホテル インターン", "1013"),
    ],
)
def test_a_clear_word_names_its_field(titles: str, code: str) -> None:
    found = {title: fields_of(title) for title in titles.split("|")}
    assert {title: fields for title, fields in found.items() if code not in (fields or [])} == {}


@pytest.mark.parametrize(
    "title",
    [
        "Engineer, Cloud Nine",
        "Intern at Software AG",
        "Law enforcement liaison",
        "Quality assurance of documents",
        "Intern, Data Center Floor",
        "Internship recruitment (two positions)",
        "Internship 2026",
        "2026",
        "",
    ],
)
def test_what_is_not_clear_decides_nothing(title: str) -> None:
    assert "0613" not in (fields_of(title) or [])
    assert not {"0421", "0412", "0413", "0542"} & set(fields_of(title) or [])


def test_a_sector_is_no_field_of_communication() -> None:
    assert "032" not in (fields_of("Technology and Communications Analyst") or [])


@pytest.mark.parametrize(
    "title", ["Developer Advocate Intern", "Development Co-op", "Graduate Talent - Front End Team", "SAP BTP Intern"]
)
def test_a_word_of_several_trades_decides_nothing(title: str) -> None:
    assert not {"0421", "031", "0413", "0732"} & set(fields_of(title) or [])


def test_a_broad_word_decides_only_as_a_whole_part() -> None:
    assert fields_of("Design Intern - Summer 2026") == ["021"]
    assert fields_of("Intern by design and chance") is None


def test_the_longest_word_counts() -> None:
    assert fields_of("Environmental engineering intern") == ["0712"]
    assert fields_of("Chemical engineering intern") == ["0711"]


def test_of_words_that_overlap_the_first_counts() -> None:
    assert fields_of("Software quality engineer") == ["0613"]


def test_a_detailed_field_says_what_its_broad_field_says() -> None:
    assert fields_of("IT support and software development intern") == ["0613"]


def test_the_organisation_s_name_counts_for_nothing() -> None:
    assert fields_of("Intern, Acme Marketing") == ["0414"]
    assert fields_of("Intern, Acme Marketing", organization="Acme Marketing") is None
    assert fields_of("Automotive - Intern", organization="AUTOMOTIVE") is None
    assert subject_of("Intern, The Architect", organization="The Architect").columns["occupation"].to_list() == [None]


@pytest.mark.parametrize(
    ("title", "occupation"),
    [
        ("Software Engineer Intern", "2512"),
        ("Senior Embedded Software Engineering Intern (Summer 2026)", "2512"),
        ("Intern, Mechanical Engineering", "2144"),
        ("Accountant - Internship", "2411"),
        ("Stage - Développeur logiciel", "2512"),
        ("Intern", None),
        ("Engineering Intern", None),
        ("AI Engineer Intern", None),
        ("Assistant to the Product Manager", None),
        ("Planning Intern (TA, 4 months)", None),
        ("Child Protection Officer", None),
        ("Cloud Services Engineer Intern", None),
        ("Intern: Software Engineer, Journalist", None),
        ("Intern, Boston, MA or Pittsburgh - PA", None),
    ],
)
def test_an_occupation_is_the_end_of_a_part(title: str, occupation: str | None) -> None:
    assert subject_of(title).columns["occupation"].to_list() == [occupation]


def test_quotes_are_pieces_of_the_title() -> None:
    titles = [
        "Stage d’ingénieur logiciel – génie mécanique",
        "İnsan Kaynakları Stajyeri",
        "Ａ Marketing／マーケティング",
        None,
    ]
    found = subject_of(*titles)
    proofs = found.evidence.select("row", "quote").rows()
    assert found.columns.height == len(titles)
    assert {row for row, _ in proofs} == {0, 1, 2}
    assert all(quote in (titles[row] or "") for row, quote in proofs)


def test_every_value_has_evidence_and_no_evidence_stands_alone() -> None:
    found = subject_of("Data Science Intern", "Intern", "Mechanical Engineering Intern", "Intern: Design")
    for field in ("fields", "occupation"):
        stated = found.columns.with_row_index("row").filter(pl.col(field).is_not_null())["row"].to_list()
        assert found.evidence.filter(pl.col("field") == field)["row"].unique().sort().to_list() == stated


def test_codes_are_of_the_classifications() -> None:
    reference = read_reference("fields")
    codes = {code for group in ("anywhere", "alone") for codes in reference[group] for code in codes.split()}
    assert all(code.isdigit() and 2 <= len(code) <= 4 and code[:2] <= "10" for code in codes)
    assert all(len(code) == 4 for code in reference["occupations"])
    assert all(isinstance(word, str) and word == word.lower() for word in flat(reference["anywhere"]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=5), st.text(max_size=20))
def test_hostile_titles_are_read_without_harm(titles: list[str], organization: str) -> None:
    found = subject_of(*titles, organization=organization)
    assert found.columns.height == len(titles)
    assert all(quote in titles[row] for row, quote in found.evidence.select("row", "quote").rows())


def test_a_megabyte_of_a_title_is_read() -> None:
    assert subject_of("marketing " * 100_000).columns["fields"].to_list() == [["0414"]]
