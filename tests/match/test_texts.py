"""What the text of a posting is known by."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.match.numerals import with_common_numbers
from pipeline.match.texts import read_texts
from pipeline.match.writings import in_one_writing


def numbers_of(title: str, description: str | None) -> list[str]:
    listings = pl.DataFrame(
        {"title": [title], "description": [description]}, {"title": pl.String, "description": pl.String}
    )
    return list(read_texts([listings])["reference_numbers"][0])


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Ref. No: JR-0012345. We are a team.", ["JR0012345"]),
        ("Bitte geben Sie die Kennziffer 2026/117-B an.", ["2026117B"]),
        ("Vacancy Announcement Number: 24-UNHCR-0012", ["24UNHCR0012"]),
        ("Please quote ref: OSCE/VAC/2026/12 in your letter", ["OSCEVAC202612"]),
        ("Requisition ID: R12345 | Posted 2026", ["R12345"]),
        ("Référence de l'offre : PRT-2025-331", ["PRT2025331"]),
        ("Numer referencyjny: PR/2026/114", ["PR2026114"]),
        ("Vacaturenummer 2026-00417", ["202600417"]),
        ("求人番号：A-12345", ["A12345"]),
        ("职位编号: MJ004217", ["MJ004217"]),
        ("Номер вакансии: 48211", ["48211"]),
        ("Job ID: 43211. Requisition: BR-2210", ["43211", "BR2210"]),
        ("Dyddiad cau: 22 Ionawr, cyfeirnod NSQ/27/INT.", ["NSQ27INT"]),
        ("Reference MRS-T27, by Friday", ["MRST27"]),
    ],
)
def test_reference_numbers_stand_after_their_label(text: str, numbers: list[str]) -> None:
    assert numbers_of("Intern", text) == numbers
    assert numbers_of(text, None) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "Two reference letters, one from 2026",
        "In reference to 2024 plans we grew by 12,000 people",
        "Ref. 2026-12-01",
        "Posted 12/11/2026; ref 12112026",
        "req 5 years of experience",
        "job code 100",
        "Call +41 22 555 01 99 or apply by 30.11.2026 for 1,500 EUR a month",
        "We prefer 2026 graduates",
        "Reference within 30 days",
        "ref. Mar-27",
    ],
)
def test_what_is_no_reference_number(text: str) -> None:
    assert numbers_of("Intern", text) == []


def test_passages_are_the_same_whatever_stands_around_them() -> None:
    sentence = "You calibrate the cameras of our newest picking arm"
    texts = [
        f"{sentence}. We are Acme.",
        f"About us: a firm of four hundred people.\n• {sentence}\n• You are curious",
        f"{sentence}! {sentence}!",
        "Short. Lines. Only.",
        None,
    ]
    read = read_texts([pl.DataFrame({"title": "Intern", "description": texts})])["passages"].to_list()
    assert len(read[0]) == len(read[2]) == 1
    assert read[0][0] in read[1]
    assert read[3] == read[4] == []


def test_numbers_of_passages_last() -> None:
    text = "You calibrate the cameras of our newest picking arm. 你将负责校准我们最新的拣选机械臂的相机系统。"
    read = read_texts([pl.DataFrame({"title": ["Intern"], "description": [text]})])
    assert read["passages"].to_list() == [[2089616396, 3985244815]], (
        "they are kept: another version of a library must give the same"
    )


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("You get 1,450 euros from 15.10.2026, 38 hours a week", [10, 15, 38, 1450, 2026]),
        ("Sie erhalten 1.450 Euro ab 15. Oktober 2026", [15, 1450, 2026]),
        ("الموعد النهائي ١ مايو ٢٠٢٧", [1, 2027]),
        ("अंतिम तिथि ५ मार्च २०२७", [5, 2027]),
        ("ปิดรับสมัคร 9 ธันวาคม 2569", [9, 2026]),
        ("報名至115年12月24日止", [12, 24, 2026]),
        ("令和9年2月1日から、時給1,180円", [1, 2, 1180, 2027]),
        ("Call 0041225550199", []),
        ("有着110年历史的船厂", [110]),
        ("民國115年起，115年度實習", [2026]),
        ("เบี้ยเลี้ยง 2580 บาท ปีการศึกษา 2569-2570", [2026, 2027, 2580]),
        ("ภายใน 31/03/2570", [3, 31, 2027]),
    ],
)
def test_figures_are_the_numbers_of_a_text(text: str, figures: list[int]) -> None:
    read = read_texts([pl.DataFrame({"title": ["Intern"], "description": [text]})])
    assert read["figures"].to_list() == [figures]


def test_texts_show_their_language_by_their_commonest_words() -> None:
    texts = [
        "You work with the team and our partners",
        "Sie arbeiten mit dem Team und den Partnern",
        "Python SQL Excel",
        None,
    ]
    read = read_texts([pl.DataFrame({"title": "Intern", "description": texts})])
    assert read["text_language"].to_list() == ["en", "de", "", ""]


@pytest.mark.parametrize(
    ("path", "numbers"),
    [
        ("forms/2027-ILL-03", ["2027ILL03"]),
        ("forms/KELP-4471/", ["KELP4471"]),
        ("AGENDA-2030/aims", []),
        ("KELP-4471/aims", []),
        ("GDPR-2018", []),
        ("SUMMER_2027", []),
        ("PLACEMENT-2026-2027", []),
    ],
)
def test_only_the_end_of_a_link_is_a_code_and_a_word_with_a_year_is_none(path: str, numbers: list[str]) -> None:
    assert numbers_of("Intern", f"See https://heron.example/{path}. Thank you") == numbers


def test_ten_thousands_may_have_commas() -> None:
    assert with_common_numbers(pl.Series(["资助1,300万元"])).to_list() == ["资助13000000元"]


def test_reading_numbers_leaves_what_is_read_as_it_was() -> None:
    texts = pl.Series(["報名至115年12月24日止", "٢٠٢٧"])
    assert with_common_numbers(texts).to_list() == ["報名至2026年12月24日止", "2027"]
    assert texts.to_list() == ["報名至115年12月24日止", "٢٠٢٧"]


@pytest.mark.parametrize(
    ("title", "numbers"),
    [
        ("BPA-2610-7 Praktykant – roboty pogłębiarskie", ["BPA26107"]),
        ("Intern Dredging Works / Ref. BPA-2610-7", ["BPA26107"]),
        ("Intern, Treaties Division (27011-INT)", ["27011INT"]),
        ("Intern IMM-2026-17", []),
    ],
)
def test_codes_stand_in_titles_without_a_label(title: str, numbers: list[str]) -> None:
    assert numbers_of(title, None) == numbers


def test_one_text_is_one_in_either_script_of_serbian() -> None:
    written = "Практикант описује поморске исправе и скенира мапе, а љубитељи џеза ће помоћи у читаоници"
    latin = "Praktikant opisuje pomorske isprave i skenira mape, a ljubitelji džeza će pomoći u čitaonici"
    texts = read_texts([pl.DataFrame({"title": ["", ""], "description": [written, latin]})])
    assert texts["passages"][0].to_list() == texts["passages"][1].to_list() != []


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("Стажёр работает в отделе", "cp1251"),
        ("Стажёр работает в отделе", "cp1252"),
        ("Gewächshäuser für Küstengärten", "cp1252"),
        ("« Études à l'œuvre »", "cp1252"),
    ],
)
def test_a_text_that_was_read_in_a_wrong_table_is_as_it_was(text: str, table: str) -> None:
    spoilt = "".join(bytes([byte]).decode(table, "replace").replace("\ufffd", chr(byte)) for byte in text.encode())
    assert in_one_writing(pl.Series([spoilt]))[0] == text


@pytest.mark.parametrize("text", ["Café-Restaurant “Zürich” – £450 Â", "O'Brien", "ОСВІТА «Стаж» – Рік, Сім", "NAÏVE"])
def test_a_text_that_nothing_spoilt_stays(text: str) -> None:
    assert in_one_writing(pl.Series([text, None])).to_list() == [text, None]


def test_a_thai_text_has_a_passage_between_blanks() -> None:
    clauses = ["สถาบันวิจัยช้างรับนักศึกษาฝึกงาน", "ผู้ฝึกงานจะช่วยตรวจสุขภาพช้าง", "มีที่พักและอาหารสามมื้อ"]
    texts = read_texts([pl.DataFrame({"title": ["", ""], "description": [" ".join(clauses), clauses[1]]})])
    assert len(texts["passages"][0]) == len(clauses)
    assert texts["passages"][1][0] in texts["passages"][0]


def test_the_number_in_which_a_text_is_cut_is_none_of_its_own() -> None:
    texts = read_texts(
        [pl.DataFrame({"title": ["", ""], "description": ["From 7 June to 30 July, 1...", "We pay 900 …"]})]
    )
    assert texts["figures"].to_list() == [[7, 30], []]
