"""Which names are one organization's: kind, country, seat, other names and the words left decide."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.match.keys import organization_key
from pipeline.match.organization_relations import (
    PART,
    SAME_IN_PLACE,
    SAME_NAME,
    SAME_WORDS,
    SISTERS,
    relate_organizations,
)
from pipeline.match.organizations import describe_organizations
from pipeline.match.title_names import named_within


def relation(one: str, other: str) -> int:
    names = pl.DataFrame({"name": [one, other]}).select(organization_key(pl.col("name")))["name"]
    pairs = pl.DataFrame({"a": [0], "b": [1]}, schema={"a": pl.UInt32, "b": pl.UInt32})
    return int(relate_organizations(describe_organizations(names), pairs).item())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Embassy of the Netherlands in Kenya", "Embassy of Denmark in Kenya"),
        ("Embassy of France in Japan", "Embassy of France in Peru"),
        ("Embassy of Japan in Germany", "Embassy of Germany in Japan"),
        ("Consulate General of Italy in Munich", "Embassy of Italy in Berlin"),
        ("주케냐 네덜란드 대사관", "주케냐 덴마크 대사관"),
        ("University of Porto", "University of Algarve"),
        ("Faculty of Law, University of Porto", "Faculty of Sciences, University of Porto"),
        ("Technical University of Munich", "Technische Universität Berlin"),
        ("TUM", "LMU Munich"),
        ("World Health Organization", "World Trade Organization"),
        ("Goethe-Institut Nairobi", "Alliance Française Nairobi"),
        ("Goethe-Institut Nairobi", "Goethe-Institut Kampala"),
        ("Max Planck Institute for Physics", "Max Planck Institute for Chemistry"),
        ("Siemens India", "Siemens Germany"),
        ("Osprey Bank", "Finch Bank"),
        ("Институт биохимии РАН", "Институт геохимии РАН"),
    ],
)
def test_unlike_organizations(one: str, other: str) -> None:
    assert relation(one, other) <= SISTERS
    assert relation(other, one) == relation(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Botschaft der Bundesrepublik Deutschland Tokio", "German Embassy Tokyo"),
        ("Ambassade de France au Japon", "Embassy of France in Japan"),
        ("Embajada de España en Perú", "Embassy of Spain in Lima"),
        ("Посольство Франции в Японии", "Embassy of France in Japan"),
        ("Sveriges ambassad i Nairobi", "Embassy of Sweden in Nairobi"),
        ("U.S. Embassy Nairobi", "Embassy of the United States in Kenya"),
        ("Siemens AG", "Siemens Deutschland"),
        ("Kobold", "Kobold Systems GmbH"),
        ("Goethe-Institut", "Goethe-Institut Nairobi"),
    ],
)
def test_one_organization_in_other_words(one: str, other: str) -> None:
    assert relation(one, other) == relation(other, one) == SAME_WORDS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TUM", "Technische Universität München"),
        ("OMS", "World Health Organization"),
        ("UNHCR", "United Nations High Commissioner for Refugees"),
        ("Alphabet", "Google"),
        ("Nordwasser Holding AG", "Nordwasser AG"),
    ],
)
def test_other_names_of_one_organization(one: str, other: str) -> None:
    assert relation(one, other) == SAME_NAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("University of York", "York University"),
        ("Embassy of France", "Embassy of France in Japan"),
        ("Universidade do Porto", "University of Porto"),
        ("HPR", "Hyannis Port Research"),
        ("Boston Dyanmics", "Boston Dynamics"),
    ],
)
def test_some_names_are_one_only_in_one_place(one: str, other: str) -> None:
    assert relation(one, other) == SAME_IN_PLACE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bosch", "Bosch Rexroth"),
        ("Siemens", "Siemens Energy"),
    ],
)
def test_a_name_with_a_word_more_may_be_a_part(one: str, other: str) -> None:
    assert relation(one, other) == relation(other, one) == PART


def test_a_faculty_is_its_university_in_one_place() -> None:
    assert relation("University of Porto", "Faculty of Law, University of Porto") == SAME_IN_PLACE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Schweizerische Botschaft in Brasilien", "Ambassade de Suisse au Brésil"),
        ("Kolumbianische Botschaft Wien", "Embajada de Colombia en Viena"),
        ("Swiss Emb. Accra", "Embassy of Switzerland in Ghana"),
    ],
)
def test_a_mission_is_one_whatever_form_the_name_of_its_country_has(one: str, other: str) -> None:
    assert relation(one, other) == SAME_WORDS


@pytest.mark.parametrize("name", ["Leoni", "Adani", "Lions"])
def test_a_firm_is_no_town_for_a_letter_more(name: str) -> None:
    assert describe_organizations(pl.Series([name.lower()]))["towns"].to_list() == [[]]


def test_a_firm_with_a_word_more_may_be_a_part_though_a_town_is_called_like_it() -> None:
    assert relation("Leoni", "Leoni Cable Systems") >= PART


def test_a_town_in_another_case_is_that_town() -> None:
    assert describe_organizations(pl.Series(["budapesti allatkert"]))["towns"].list.len().to_list() == [1]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (["zorbal peat formerly nordwyx"], "zorbal peat formerly nordwyx"),
        (["zorbal peat formerly nordwyx", "nordwyx"], "nordwyx"),
        (["zorbal peat formerly nordwyx", "nordwyx", "zorbal peat"], "zorbal peat"),
    ],
)
def test_a_name_of_today_goes_before_a_former_one(known: list[str], expected: str) -> None:
    names = pl.DataFrame(
        {"name": ["Zorbal Peat (formerly Nordwyx)"], "organization_row": pl.Series([0], dtype=pl.UInt32)}
    )
    rows = named_within(names, describe_organizations(pl.Series(known)))
    assert known[rows[0]] == expected


def test_a_state_university_is_another_one() -> None:
    assert relation("University of Washington", "Washington State University") <= SISTERS
