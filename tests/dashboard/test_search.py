"""A search is one answer: the macro search and the page give the same openings in the same order, whatever is typed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dashboard.conftest import published, served
from tests.exports.small import NIGHT, internship

OPENINGS = [
    internship(1, title="Software Engineering Intern", countries=["US"], cities=["New York"], fields=["0613"], pay_status="paid"),
    internship(2, title="Marketing Intern", countries=["US"], cities=["Boston"], fields=["0414"], visa_support="yes"),
    internship(3, title="Praktikum Informatik", countries=["DE"], cities=["Munich"], fields=["0613"], pay_status="unpaid"),
    internship(4, title="Praktikum Maschinenbau", countries=["DE"], cities=["Cologne"], fields=["0715"], work_mode="onsite"),
    internship(5, title="Stage en marketing", countries=["FR"], cities=["Paris"], fields=["0414"], pay_status="allowance"),
    internship(6, title="Stage – biologie marine", countries=["FR"], cities=["Brest"], fields=["0511"], deadline=NIGHT),
    internship(7, title="Prácticas de periodismo", countries=["ES"], cities=["Madrid"], fields=["0321"]),
    internship(8, title="データ分析インターン", countries=["JP"], cities=["Tokyo"], fields=["0612"]),
    internship(9, title="UN Volunteer, climate policy", organization="United Nations", countries=["CH"], cities=["Geneva"]),
    internship(25, title="Communications intern", organization="UNICEF Österreich", countries=["AT"], channels=["nonprofit"]),
    internship(26, title="Unification studies, National University", organization="Universities of the Nation", countries=["KR"]),
    internship(27, title="Cultural section", countries=["KE"], cities=["Nairobi"], channels=["embassy"]),
    internship(28, title="Legal trainee", countries=["CH"], cities=["Bern"], fields=["0421"]),
    internship(10, title="Nursing placement", countries=["GB"], cities=["London"], fields=["0913"], occupation="2221"),
    internship(11, title="Registered trainee", countries=["GB"], cities=["Leeds"], occupation="2221", visa_support="no"),
    internship(12, title="Tunisia country office", countries=["TN"], cities=["Tunis"], visa_support="case_by_case"),
    internship(13, title="Legal intern", countries=["AE"], cities=["Dubai"], fields=["0421"], work_mode="hybrid"),
    internship(14, title="Remote data science intern", work_mode="remote", pay_status="unpaid", fields=["0542"]),
    internship(15, title="Visa and mobility assistant", countries=["IN"], cities=["Mumbai"], deadline=NIGHT + timedelta(days=9)),
    internship(16, title="تدريب في الهندسة المدنية", countries=["EG"], cities=["Cairo"], fields=["0732"]),
    internship(17, title="Marine biology portugal survey", countries=["PT"], cities=["Lisbon"], fields=["0511"]),
    internship(18, title="Marine engineer", countries=["NO"], cities=["Bergen"], fields=["0715"], occupation="2144"),
    internship(19, title="Design intern", organization="Deutsche Werke", countries=["AT"], cities=["Vienna"], fields=["0212"]),
    internship(20, title="Museum intern", countries=["IT"], cities=["Rome"], fields=["0322"], pay_status="paid"),
    internship(21, title="Economics research", countries=["BR"], cities=["São Paulo"], fields=["0311"]),
    internship(22, title="海外营销实习生", countries=["CN"], cities=["Shanghai"], fields=["0414"]),
    internship(23, title="C++ developer", countries=["KR"], cities=["Seoul"], fields=["0613"]),
    internship(24, title="Software intern, closed", countries=["DE"], state="closed", closed_on=NIGHT, closed_reason="deadline"),
]  # fmt: skip

QUERIES = (
    "Germany", "Deutschland", "Allemagne", "Alemania", "Alemanha", "ألمانيا", "德国", "ドイツ", "जर्मनी",
    "France", "Frankreich", "Francia", "фРАНЦИЯ", "Spain", "España", "Espagne", "日本", "Japón", "Schweiz",
    "USA", "us", "U.S.A.", "United States of America", "UK", "UAE", "Great Britain", "América Latina",
    "NYC", "Big Apple", "München", "Köln", "Bombay", "Roma", "東京", "Lisboa", "Wien",
    "sofware", "enginering", "germny", "Deutchland", "marketting", "biolgy", "Frnace",
    "marine biology portugal", "software berlin", "intern in the USA", "unpaid NYC", "museum UN", "data",
    "informatics", "Informatik", "computer science", "psychology", "nurse", "engineers", "derecho", "marketing",
    "visa", "visa sponsorship", '"visa"', "unpaid", "unbezahlt", "paid", "remote", "home office", "télétravail",
    "UN", "ONU", "nations unies", "Vereinte Nationen", "联合国", "संयुक्त राष्ट्र", "UNICEF",
    "embassy", "Botschaft", "大使馆", "दूतावास", "ngo", "university", "大学",
    "abogado", "Anwältin", "律师", "वकील", "avocat Suisse", "infirmière", "护士",
    "软件开发人员", "ingénieurs mécaniciens", "computer sciences",
    "c++", "营销", "intern", '"new york"', "“data” visa", "zeppelin", "-", "الهندسة المدنية", "praktik",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("searched")
    published(home, {"internships": OPENINGS})
    return home


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    with served(folder / "exports" / "latest") as address:
        yield address


def shown(page: Any) -> list[str]:
    return list(page.evaluate("[...document.querySelectorAll('.card h2 a')].map((link) => link.hash.slice(4))"))


def test_page_and_macro_find_the_same_in_the_same_order(folder: Path, open_page: Any) -> None:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    page = open_page()
    found = {}
    with closing(duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True)) as con:
        macro = "SELECT internship_id FROM search(?, descriptions := false)"
        expected = {words: [row[0] for row in con.execute(macro, [words]).fetchall()] for words in QUERIES}
    for words in QUERIES:
        page.fill("#q", words)
        sync_api.expect(page.locator("#found")).to_have_attribute("data-words", words)
        found[words] = shown(page)
    assert found == expected
    assert sum(map(bool, expected.values())) > 60, "most of them find something"


@pytest.mark.parametrize(
    ("words", "chip", "ids"),
    [
        ("USA", "USA → United States (country)", ["i1", "i2"]),
        ("NYC", "NYC → New York (town)", ["i1"]),
        ("Köln", "Köln → Cologne (town)", ["i4"]),
        ("unpaid", "unpaid → pay", ["i14", "i3"]),
        ("nurse", "nurse → Nursing and midwifery (field of study)", ["i10"]),
        ("Anwältin", "Anwältin → Law (field of study)", ["i13", "i28"]),
        ("机械工程师", "机械工程师 → Mechanical engineers (occupation)", ["i18"]),
        ("embajada", "embajada → embassy or cultural institution (found through)", ["i27"]),
        ("ONU", "ONU → UNICEF Österreich, United Nations (organisation)", ["i25", "i9"]),
        ("Deutchland", "Deutchland → Germany", ["i3", "i4"]),
        ("sofware", "sofware → software", ["i1", "i23", "i3"]),
    ],
)
def test_what_is_understood_is_shown_and_can_be_taken_back(
    open_page: Any, words: str, chip: str, ids: list[str]
) -> None:
    page = open_page()
    page.fill("#q", words)
    page.wait_for_selector(".understood li")
    assert page.locator(".understood li").inner_text().removesuffix("×").strip() == chip
    assert sorted(shown(page)) == sorted(ids)
    page.locator(".understood button").click()
    assert page.input_value("#q") == f'"{words}"'
    assert not page.locator(".understood").is_visible()
    assert page.locator(".card").count() == 0


def test_what_has_all_of_the_words_comes_first_and_can_be_had_alone(open_page: Any) -> None:
    page = open_page("#q=marine+biology+portugal")
    page.wait_for_selector(".partly button")
    assert shown(page)[0] == "i17"
    assert len(shown(page)) > 1
    page.select_option("#sort", "deadline")
    assert shown(page)[0] == "i17"
    page.locator(".partly button").click()
    assert shown(page) == ["i17"]
    assert "words=all" in page.evaluate("location.hash")


def test_a_closed_internship_is_found_where_closed_ones_are_wanted(open_page: Any) -> None:
    assert "i24" in shown(open_page("#q=software&state=closed,open"))
