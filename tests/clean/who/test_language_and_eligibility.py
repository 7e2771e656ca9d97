"""Language, eligibility, organizer, and what makes an internship international."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from pipeline.clean.who.language import detect, parse_language
from tests.clean.conftest import Listings


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("de_DE", "de"),
        ("Deutsch", "de"),
        ("English", "en"),
        ("no", "nb"),
        ("Klingon", None),
    ],
)
def test_words_for_languages(word: str, code: str | None) -> None:
    assert parse_language(word) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "We are looking for an intern who will work with our team on the design of a new product for the market",
            "en",
        ),
        (
            "Wir suchen für unser Team in Berlin eine Praktikantin, die mit uns an der Entwicklung des Produkts arbeitet",
            "de",
        ),
        (
            "Nous recherchons une stagiaire pour travailler avec notre équipe dans le cadre de la création des produits",
            "fr",
        ),
        (
            "Buscamos una persona en prácticas para que trabaje con el equipo de la empresa en los proyectos del año",
            "es",
        ),
        ("Wij zoeken een stagiair die met ons team aan de ontwikkeling van het product en voor de markt werkt", "nl"),
        ("Мы ищем стажёра, который будет работать с нашей командой над созданием нового продукта для рынка", "ru"),
        ("インターンを募集しています。私たちのチームで新しい製品の開発に参加してください。", "ja"),
        ("我们正在招聘实习生,与我们的团队一起开发面向市场的新产品,欢迎申请。", "zh"),
        ("우리 팀과 함께 시장을 위한 새로운 제품을 개발할 인턴을 모집합니다.", "ko"),
        ("Software Engineer Intern", None),
        ("xx yy zz aa bb cc dd ee ff gg hh ii jj kk ll mm", None),
    ],
)
def test_detected_languages(text: str, code: str | None) -> None:
    assert detect(pl.Series([text]))["seen"].to_list() == [code]


def test_the_source_knows_its_language_where_it_has_one(listings: Listings) -> None:
    rows = listings(
        [{}, {}, {"language": "French"}], [{"languages": ["fi"]}, {"languages": ["fi", "sv"]}, {"languages": ["fi"]}]
    )
    assert [row["posting_language"] for row in rows] == ["fi", None, "fr"]


def test_a_choice_of_languages_requires_none(described: Any) -> None:
    required = {
        "Languages required: English French": (["en", "fr"],),
        "Languages required: English or French": (None,),
        "Languages required: Dutch is an asset": (None,),
    }
    assert described(required, "languages_required") == required


def test_one_nation_or_its_union_is_the_union(described: Any) -> None:
    texts = [
        "Candidates must hold French nationality or that of another EU member state.",
        "Voraussetzung ist die deutsche Staatsangehörigkeit oder die eines anderen Mitgliedstaats der Europäischen Union.",
        "Avoir la nationalité française ou celle d'un autre État membre de l'Union européenne.",
        "Tener la nacionalidad española o la de otro Estado miembro de la Unión Europea.",
        "Essere cittadino italiano o di un altro Stato membro dell'Unione europea.",
        "Ter nacionalidade portuguesa ou de outro Estado-Membro da União Europeia.",
        "U heeft de Nederlandse nationaliteit of die van een andere lidstaat van de Europese Unie.",
        "Kandydat posiada obywatelstwo polskie lub innego państwa członkowskiego Unii Europejskiej.",
    ]
    read = described(texts, "nationality_rule", "nationalities")
    assert {text: (rule, len(nations or ())) for text, (rule, nations) in read.items()} == dict.fromkeys(
        texts, ("only", 27)
    )


def test_residents_of_a_list_of_countries_are_those_of_each(described: Any) -> None:
    read = {
        "Open to residents of Kenya, Costa Rica or New Zealand.": (["CR", "KE", "NZ"],),
        "O estágio é para residentes em Portugal, Brasil ou Cabo Verde.": (["BR", "CV", "PT"],),
        "Residents of Kenya only. You work with offices in Peru and Chile.": (["KE"],),
    }
    assert described(read, "residence_countries") == read


def test_sponsorship_as_lists_mark_it(listings: Listings) -> None:
    marks = {
        "Does Not Offer Sponsorship": ("no", None, None),
        "Offers Sponsorship": ("yes", None, None),
        "U.S. Citizenship is Required": (None, "only", ["US"]),
        "Other": (None, None, None),
    }
    rows = listings([{"extra": {"sponsorship": words}} for words in marks])
    read = [(row["visa_support"], row["nationality_rule"], row["nationalities"]) for row in rows]
    assert dict(zip(marks, read, strict=True)) == marks


def test_no_sponsorship_is_not_nationals_only(listings: Listings) -> None:
    row = {"extra": {"sponsorship": "Does Not Offer Sponsorship"}, "locations": ["Boston, MA"]}
    assert listings([row], [{"country": "US"}])[0]["international"] is None


def test_the_catalogues_organizer_stands_behind_every_row(listings: Listings) -> None:
    arranged = {"organizer": {"name": "An Agency", "type": "agency", "country": "CH"}}
    rows = listings(
        [{"organization": "Acme"}, {"organization": "AN AGENCY"}, {"organization": "Acme"}], [arranged, arranged, {}]
    )
    assert [(row["organizer"], row["organizer_type"], row["host_organization"]) for row in rows[:2]] == [
        ("An Agency", "agency", "Acme"),
        ("An Agency", "agency", None),
    ]
    assert rows[2]["organizer"] == "Acme"


def test_what_makes_it_international(listings: Listings) -> None:
    cases = [
        ({}, {"places_abroad": True}, True, "places_abroad"),
        ({"locations": ["Paris, France"]}, {"organizer": {"type": "university", "country": "DE"}}, True, "organizer_abroad"),
        ({"locations": ["Paris, France"]}, {"organizer": {"type": "university", "country": "FR"}}, None, None),
        ({"locations": ["Paris, France"]}, {"organizer": {"type": "employer", "country": "DE"}}, None, "multinational"),
        ({"extra": {"sponsorship": "Offers Sponsorship"}}, {}, True, "visa_support"),
        ({"description": "Open to all nationalities."}, {}, True, "several_nationalities"),
        ({"locations": ["Boston, MA, USA"], "description": "US citizens only."}, {}, False, "nationals_only"),
        ({"locations": ["Paris, France"], "description": "Applicants must be residents of France."}, {}, False, "residents_only"),
        ({"locations": ["Paris, France"]}, {}, None, None),
    ]  # fmt: skip
    rows = listings([row for row, *_ in cases], [says for _, says, *_ in cases])
    read = [(row["international"], row["international_reason"]) for row in rows]
    assert [(*case[:2], *judged) for case, judged in zip(cases, read, strict=True)] == cases


def test_ages_are_read_beside_the_words_for_bounds(described: Any) -> None:
    ages = {
        "Applicants are at least 19 and not older than 31 years.": (19, 31),
        "Vanus vähemalt 18 aastat.": (18, None),
        "Kandidati moraju biti stari najmanje 18 godina.": (18, None),
        "• ukończyła 18 lat (górnej granicy nie ma)": (18, None),
        "Vârsta: 18 ani împliniți.": (18, None),
        "Οι υποψήφιοι πρέπει να έχουν ηλικία άνω των 18 ετών.": (18, None),
        "I candidati non devono avere un'età superiore ai 29 anni.": (None, 29),
        "उम्मीदवार की आयु 18-25 वर्ष": (18, 25),
        "Kandidaten zijn minstens 18 jaar oud.": (18, None),
        "Our company is over 20 years old.": (None, None),
        "We celebrate 25 years of partnership.": (None, None),
        "Candidates must not have turned 30.": (None, 29),
        "Applicants must be at least 19 years old, and our guides are over 25.": (19, None),
        "Applicants must be at least 18 years old; those over 21 years old may take the boat.": (18, None),
        "Applicants must not be under 18 or over 31.": (18, 31),
        "Les candidats ne doivent pas avoir moins de 19 ans ou plus de 31 ans.": (19, 31),
        "Du er fyldt 19 år og højst 31.": (19, 31),
        "Кандидатите трябва да са навършили 19 години и да не са по-възрастни от 31": (19, 31),
    }
    assert described(ages, "age_min", "age_max") == ages


def test_a_degree_that_is_held_makes_a_graduate(described: Any) -> None:
    who = {
        "Candidates must already hold a university degree.": (["recent_graduate"],),
        "Kromě studentů bereme i čerstvé absolventy.": (["recent_graduate", "student"],),
        "Osim studenata primamo i svježe diplomirane.": (["recent_graduate", "student"],),
        "Sökande ska ha en högskoleexamen.": (["recent_graduate"],),
        "Kandidati moraju imati završen fakultet.": (["recent_graduate"],),
        "Οι υποψήφιοι είναι πτυχιούχοι πανεπιστημίου.": (["recent_graduate"],),
        "Hakijalla on oltava korkeakoulututkinto.": (["recent_graduate"],),
        "Ouvert aux étudiants diplômés.": (["student"],),
        "Candidates should be familiar with the work of diplomacy.": (None,),
        "Applicants must be enrolled in a university degree.": (["student"],),
    }
    assert described(who, "eligibility") == who


def test_a_nationality_that_is_denied_or_only_supposed_is_never_the_one_that_may_apply(described: Any) -> None:
    read = {
        "Only applicants who are not citizens of Germany may apply.": ("excluded", ["DE"]),
        "The program is for students without U.S. citizenship.": ("excluded", ["US"]),
        "Applicants who are not citizens of Japan are not eligible.": ("only", ["JP"]),
        "Wenn du keine deutsche Staatsbürgerschaft hast, brauchst du ein Visum.": (None, None),
        "Pokud máte občanství Rakouska, doložte znalost němčiny.": (None, None),
        "Applicants on a Canadian passport must use the Working Holiday visa.": (None, None),
        "【国籍】問いません（日本国籍以外の方は査証をご自身で手配してください）": ("any", None),
        "You can take part if you are a citizen of Norway.": ("only", ["NO"]),
    }
    assert described(read, "nationality_rule", "nationalities") == read


def test_the_time_since_a_degree_is_its_own_length_and_no_other(described: Any) -> None:
    read = {
        "Applicants must have graduated within the past year.": (12,),
        "Avoir achevé son doctorat récemment (trois ans au maximum après la soutenance) ou en suivre la dernière année.": (
            36,
        ),
        "Wie zich kandidaat stelt, doet dat ten laatste drie jaar nadat het diploma behaald werd.": (36,),
        "– имаш поне бакалавърска степен, завършена през последните две години": (24,),
        "Becas para graduados universitarios que duran 12 meses como máximo.": (None,),
    }
    assert described(read, "graduated_within_months") == read


def test_a_level_that_applicants_must_not_have_is_none(described: Any) -> None:
    read = {
        "The programme is for university students who have not begun a PhD.": (None,),
        "Students of M.A./M.Sc.; PhD students need not apply.": (["7"],),
        "面向中国内地高校在读硕士研究生招募实习生五名，本科生暂不考虑。": (["7"],),
    }
    assert described(read, "study_levels") == read


def test_a_label_is_no_offer_of_a_visa_and_a_fee_that_is_refused_is_no_refusal(listings: Listings) -> None:
    read = {
        "Company Size\n8292\nVisa Sponsorship\nNo\nLanguage\nEnglish": "no",
        "Із дозволом на в'їзд допомагає канадська сторона, за візовий збір вона не платить.": None,
        "We help you with your visa.": "yes",
        "Visa assistance, unfortunately, is not available.": "no",
    }
    rows = listings([{"description": text} for text in read])
    assert dict(zip(read, (row["visa_support"] for row in rows), strict=True)) == read


def test_a_label_and_what_denies_it_are_one_clause_and_an_own_word_of_korean_denies_nothing(listings: Listings) -> None:
    read = {
        "- Travel: Interns have to organise, and to pay for, the journey to the duty station.": None,
        "- Travel: we pay for the journey to the duty station.": ["transport"],
    }
    rows = listings([{"description": text} for text in read])
    assert dict(zip(read, (row["support"] for row in rows), strict=True)) == read
    credit = listings([{"description": "과정을 마친 학생에게는 다니는 대학에서 20학점 안팎을 인정해 준다."}])[0]
    assert credit["academic_credit"] is True


def test_a_work_mode_that_is_denied_is_not_the_posts(described: Any) -> None:
    read = {
        "Please note it is not a remote role, you will be required to relocate.": ("onsite",),
        "This is a remote role for six months.": ("remote",),
    }
    assert described(read, "work_mode") == read
