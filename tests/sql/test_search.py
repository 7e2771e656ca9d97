"""search(words): what it finds in which language, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import duckdb
import pytest

from tests.exports.small import internship, small_warehouse

OPENINGS = [
    internship(0, title="Praktikum Übersetzung (m/w/d)", organization="Łódź Verlag", countries=["DE"], cities=["Köln"]),
    internship(1, title="Stage en traduction – Études slaves", organization="Maison Ærø", countries=["FR"]),
    internship(2, title="翻訳部門インターン", organization="海外出版", description="多言語翻訳の補助。C++は不要。"),
    internship(3, title="海外营销实习生", organization="远帆航运", countries=["JP"]),
    internship(4, title="[누리소프트] 일본법인 웹개발인턴", organization="누리소프트"),
    internship(5, title="تدريب في الترجمة", organization="دار النشر"),
    internship(6, title="Systems Programming Intern", description="You know C++ and translate needs into code."),
    internship(7, title="Software Engineering Intern", fields=["0613"], countries=["IN"]),
    internship(8, title="Backend Intern", fields=["0613"], description="An art of systems."),
    internship(9, title="Start-up Intern", description="The startup party."),
    internship(10, title="Software Engineering Intern", state="closed"),
    internship(11, title="İZMİR ILICA STAJI"),
    internship(12, title="ΠΡΑΚΤΙΚΗ ΤΑΞΙΝΟΜΟΣ"),
    internship(13, title="Straßenplanung", organization=None, host_organization="Staatsbad Außenstelle"),
    internship(14, title="СТАЖИРОВКА ЙОШКАР-ОЛА"),
    internship(15, title="ĐỒ ÁN THỰC TẬP SINH"),
    internship(16, title="Communications", organization="UNICEF", channels=["nonprofit"]),
    internship(17, title="Unification", organization="University of the Nation", channels=["university"]),
    internship(18, title="Cultural section", channels=["embassy"]),
    internship(19, title="Laboratory", organization="Université d'Ø", channels=["platform"]),
    internship(20, title="Ranger", countries=["US"]),
    internship(21, title="Ranger", description="Write to us un jour."),
]  # fmt: skip


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    path = small_warehouse(tmp_path_factory.mktemp("words") / "warehouse.duckdb", {"internships": OPENINGS})
    with closing(duckdb.connect(str(path), read_only=True)) as connection:
        yield connection


def found(con: duckdb.DuckDBPyConnection, words: str) -> list[str]:
    return [row[0] for row in con.execute("SELECT internship_id FROM search(?)", [words]).fetchall()]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("UBERSETZUNG", ["i0"]),  # accents and case
        ("lodz koln", ["i0"]),  # letters that no accent is taken from; organization and city
        ("aero", ["i1"]),  # æ as people type it, beginning of nothing else
        ("slav", ["i1"]),  # beginning of a word
        ("翻訳", ["i2"]),  # a word within a run of signs
        ("翻訳部長", ["i2"]),  # two of its three pairs
        ("海外", ["i2", "i3"]),  # in the organization and in the title
        ("웹개발 인턴", ["i4"]),  # glued in the title
        ("ترجمة", ["i5"]),  # behind an article
        ("c++", ["i6", "i2"]),
        ("japan", ["i3"]),  # English name of the country
        ("enginering", ["i7"]),  # a letter is missing
        ("engineers", ["i7"]),  # longer than the word that is there
        ("art", ["i8"]),  # not within Start, startup, party
        ("izmir", ["i11"]),  # İ with its dot
        ("ılıca", ["i11"]),  # ı without one, against I
        ("ταξινόμος", ["i12"]),  # the sigma at the end of a word
        ("STRASSENPLANUNG", ["i13"]),  # ß in capitals
        ("aussenstelle", ["i13"]),  # the host's name, where no organization is told
        ("йошкар", ["i14"]),
        ("thuc tap", ["i15"]),  # đ and marks upon marks
        ("الترجمه", ["i5"]),  # ta marbuta as people type it
        ("", []),
        ("–", []),
        ("%_\\E(.*", []),
        ("zeppelin", []),
    ],
)
def test_words_are_found(con: duckdb.DuckDBPyConnection, words: str, ids: list[str]) -> None:
    assert sorted(found(con, words)) == sorted(ids)


@pytest.mark.parametrize(
    "words", ["UN", "ONU", "Nations Unies", "Naciones Unidas", "الأمم المتحدة", "联合国", "unicef"]
)
def test_a_body_is_found_by_its_other_names_and_by_those_of_what_it_is_a_part_of(
    con: duckdb.DuckDBPyConnection, words: str
) -> None:
    assert found(con, words) == ["i16"]


@pytest.mark.parametrize("words", ["embassy", "Botschaft", "consulado", "ambassades", "سفارة", "大使馆", "दूतावास"])
def test_what_is_found_through_embassies_is_found_by_their_name(con: duckdb.DuckDBPyConnection, words: str) -> None:
    assert found(con, words) == ["i18"]


def test_a_name_goes_before_the_channel_of_that_name(con: duckdb.DuckDBPyConnection) -> None:
    assert found(con, "université") == ["i19", "i17"]


def test_a_term_of_two_letters_is_not_looked_for_in_descriptions(con: duckdb.DuckDBPyConnection) -> None:
    assert found(con, "us") == ["i20"]
    assert "i21" in found(con, '"us"'), "as a word it is"


def test_a_term_of_several_words_is_not_looked_for_in_pieces(con: duckdb.DuckDBPyConnection) -> None:
    assert found(con, "united nations") == ["i16"]
    assert found(con, "computer science") == ["i7", "i8"]


def test_the_title_goes_before_the_field_and_the_description(con: duckdb.DuckDBPyConnection) -> None:
    assert found(con, "systems") == ["i6", "i8"]
    assert found(con, "software") == ["i7", "i8"]


def test_the_score_is_one_where_every_known_word_stands_whole_in_the_title(con: duckdb.DuckDBPyConnection) -> None:
    top = "SELECT score, found FROM search('engineering software zeppelin') LIMIT 1"
    assert con.execute(top).fetchall() == [(1.0, ["engineering: title", "software: title"])]


def test_a_rare_word_weighs_more_than_a_common_one(con: duckdb.DuckDBPyConnection) -> None:
    assert found(con, "intern traduction")[0] == "i1"
