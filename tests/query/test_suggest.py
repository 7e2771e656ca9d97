"""suits(profile) judges as it says, and `internships suggest` is its answer: reasons, what is against, what is unknown, noes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner
from rich.console import Console

from pipeline.cli import main
from pipeline.query.suggest import COLUMNS, Profile, ProfileError, draw, read_profile, suggest
from pipeline.shipped import shipped
from tests.exports.small import internship, small_warehouse

EXAMPLE = shipped("data", "sample", "profile.yaml")


def level(language: str, cefr: str, *, required: bool = True) -> dict[str, Any]:
    return {"language": language, "cefr": cefr, "required": required, "text": cefr}


def place(country: str, latitude: float) -> dict[str, Any]:
    return {"city": None, "region": None, "country": country, "latitude": latitude, "longitude": 1.0, "text": country}


# One fact an internship; a fact that a profile asks for and an internship lacks is unknown.
OPENINGS = {
    "silent": {},
    "for_germans": {"nationality_rule": "only", "nationalities": ["DE"]},
    "not_for_indians": {"nationality_rule": "excluded", "nationalities": ["IN"]},
    "for_all": {"nationality_rule": "any"},
    "for_residents": {"residence_countries": ["FR"]},
    "for_enrolled": {"enrolment": "required"},
    "for_graduates": {"eligibility": ["recent_graduate"]},
    "for_students": {"eligibility": ["student"]},
    "obligatory": {"mandatory_only": True},
    "for_masters": {"study_levels": ["7"]},
    "third_year": {"study_years": [3]},
    "in_dutch": {"languages_required": ["nl"], "posting_language": "nl"},
    "in_english": {"languages_required": ["en"], "language_levels": [level("en", "C1")]},
    "good_german": {"languages_required": ["de"], "language_levels": [level("de", "C1")]},
    "likes_german": {"languages_preferred": ["de"], "language_levels": [level("de", "C1", required=False)]},
    "too_early": {"starts_on": date(2026, 5, 1)},
    "too_late": {"starts_on": date(2026, 7, 1), "ends_on": date(2027, 1, 31)},
    "in_time": {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 9, 30)},
    "too_long": {"weeks_min": 26},
    "too_short": {"weeks_min": 2, "weeks_max": 4},
    "fits": {"weeks_min": 8, "weeks_max": 12},
    "paid": {"pay_status": "paid", "pay_month_eur": 799.6},
    "unpaid": {"pay_status": "unpaid"},
    "helps_with_visa": {"visa_support": "yes"},
    "no_visa": {"visa_support": "no"},
    "at_home": {"countries": ["IN"]},
    "housing": {"support": ["housing"]},
    "in_france": {"countries": ["FR"]},
    "in_germany": {"countries": ["DE"]},
    "software": {"fields": ["0613"]},
    "law": {"fields": ["0421"]},
    "remote": {"work_mode": "remote"},
    "remote_elsewhere": {"work_mode": "remote", "remote_countries": ["US"]},
    "on_site": {"work_mode": "onsite"},
    "fee": {"fee_min": 500.0, "fee_currency": "EUR"},
    "in_summer": {"season": "2026-summer", "places": [place("FR", 48.8)]},
    "in_spring": {"season": "2026-spring", "places": [place("FR", 48.8)]},
    "southern_spring": {"season": "2026-spring", "places": [place("ZA", -33.9)]},
    "allowed_in_france": {"countries": ["FR"], "work_right": "required"},
    "posted_again": {
        "life_flags": [{"flag": "reposted", "dates": [date(2026, 1, 5), date(2026, 2, 2), date(2026, 3, 1)]}]
    },
    "risk": {"risk_flags": [{"flag": "asks_for_money", "quote": "send 50 EUR"}]},
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [
        internship(0, **{"internship_id": name, "title": name.replace("_", " "), "organization": "A", **facts})
        for name, facts in OPENINGS.items()
    ]
    rows.append(internship(1, internship_id="closed", state="closed"))
    return small_warehouse(tmp_path_factory.mktemp("suits") / "warehouse.duckdb", {"internships": rows})


@pytest.fixture
def con(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(duckdb.connect(str(warehouse), read_only=True)) as connection:
        yield connection


def judged(con: duckdb.DuckDBPyConnection, profile: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """score, reasons, against, unknown, excluded_by, by internship."""
    query = "SELECT internship_id, score, reasons, against, unknown, excluded_by FROM suits(?)"
    return {row[0]: row[1:] for row in con.execute(query, [json.dumps(profile)]).fetchall()}


SPEAKS = {"languages": [{"language": "en", "cefr": "C1"}, {"language": "de", "cefr": "B1"}]}
FREE = {"available": {"from": "2026-06-01", "to": "2026-10-31"}}


@pytest.mark.parametrize(
    ("profile", "of", "expected"),
    [
        ({"passports": ["IN"]}, "silent", (0.0, [], [], ["which nationalities may apply"], [])),
        ({"passports": ["IN"]}, "for_all", (1.0, ["open to your nationality"], [], [], [])),
        ({"passports": ["IN"]}, "for_germans", (0.0, [], [], [], ["nationality: not open to India"])),
        ({"passports": ["IN"]}, "not_for_indians", (0.0, [], [], [], ["nationality: not open to India"])),
        ({"passports": ["IN", "DE"]}, "for_germans", (1.0, ["open to your nationality"], [], [], [])),
        ({"passports": ["IN", "DE"]}, "not_for_indians", (1.0, ["open to your nationality"], [], [], [])),
        ({"residence": "DE"}, "for_residents", (0.0, [], [], [], ["residence: not open to residents of Germany"])),
        ({"residence": "FR"}, "for_residents", (1.0, ["open to residents of France"], [], [], [])),
        ({"residence": "FR"}, "in_france", (-2.0, [], ["in the country you live in"], [], [])),
        ({"enrolled": False}, "for_enrolled", (0.0, [], [], [], ["enrolment: one must be enrolled"])),
        ({"enrolled": True}, "for_enrolled", (1.0, ["for enrolled students"], [], [], [])),
        ({}, "for_enrolled", (0.0, [], [], ["whether you are enrolled, as one must be"], [])),
        ({"enrolled": False}, "for_students", (0.0, [], [], [], ["enrolment: for students only"])),
        ({"enrolled": True}, "for_graduates", (-1.0, [], ["not for students"], [], [])),
        ({"enrolled": False}, "for_graduates", (1.0, ["for graduates"], [], [], [])),
        ({}, "obligatory", (0.0, [], [], ["whether it is an obligatory part of your studies, as it must be"], [])),
        ({"level": "7"}, "for_masters", (1.0, ["for your level of study"], [], [], [])),
        ({"level": "6"}, "for_masters", (-1.0, [], ["for another level of study: master"], [], [])),
        ({"year": 1}, "third_year", (-1.0, [], ["for another year of study: 3"], [], [])),
        (SPEAKS, "in_dutch", (-1.0, [], ["written in Dutch"], [], ["language: asks for Dutch"])),
        (SPEAKS, "in_english", (1.0, ["you speak English"], [], [], [])),
        (SPEAKS, "good_german", (0.0, [], [], [], ["language: asks for German C1"])),
        ({"languages": [{"language": "de"}]}, "good_german", (0.0, [], [], ["whether you have German C1"], [])),
        ({"languages": [{"language": "de", "cefr": "native"}]}, "good_german", (1.0, ["you speak German"], [], [], [])),
        (SPEAKS, "likes_german", (1.0, ["welcomes a language you speak"], [], ["which languages are asked for"], [])),
        (FREE, "too_early", (0.0, [], [], ["how long it lasts"], ["dates: starts on 2026-05-01, before you are free"])),
        (FREE, "too_late", (0.0, [], [], ["how long it lasts"], ["dates: lasts until 2027-01-31, beyond your time"])),
        (FREE, "in_time", (1.0, ["starts when you are free, on 2026-07-01"], [], ["how long it lasts"], [])),
        (FREE, "too_long", (0.0, [], [], ["when it starts"], ["dates: lasts at least 26 weeks"])),
        ({"weeks": {"least": 6}}, "too_short", (-1.0, [], ["lasts only 4 weeks"], [], [])),
        ({"weeks": {"most": 10}}, "fits", (1.0, ["lasts 8 to 12 weeks"], [], [], [])),
        ({"needs": ["paid"]}, "paid", (3.0, ["paid, about 800 EUR a month"], [], [], [])),
        ({"needs": ["paid"]}, "unpaid", (-3.0, [], ["unpaid"], [], [])),
        ({"needs": ["paid"]}, "silent", (0.0, [], [], ["whether it is paid"], [])),
        ({"needs": ["visa"]}, "helps_with_visa", (3.0, ["helps with a visa"], [], [], [])),
        ({"needs": ["visa"]}, "no_visa", (-3.0, [], ["no help with a visa"], [], [])),
        ({"needs": ["visa"], "passports": ["IN"]}, "at_home",
         (3.0, ["no visa: the country is that of your passport"], [], ["which nationalities may apply"], [])),
        ({"needs": ["visa"], "passports": ["DE"]}, "in_france",
         (3.0, ["no visa: your passport lets you work there"], [], ["which nationalities may apply"], [])),
        ({"needs": ["visa"], "passports": ["IN", "IE"]}, "allowed_in_france",
         (3.0, ["no visa: your passport lets you work there"], [], ["which nationalities may apply"], [])),
        ({"needs": ["visa"], "passports": ["GB"]}, "allowed_in_france",
         (-3.0, [], ["one must already be allowed to work there"], ["which nationalities may apply"], [])),
        ({"passports": ["DE"]}, "allowed_in_france", (1.0, ["your passport lets you work there, as one must be allowed to"], [],
         ["which nationalities may apply"], [])),
        ({"passports": ["IN"]}, "allowed_in_france", (0.0, [], [],
         ["which nationalities may apply", "whether you are already allowed to work there, as one must be"], [])),
        (FREE, "in_summer", (1.0, ["takes place when you are free (2026-summer)"], [], ["how long it lasts"], [])),
        ({"available": {"from": "2026-07-01"}}, "in_summer", (0.0, [], [], ["when it starts (2026-summer)"], [])),
        ({"available": {"from": "2026-09-01"}}, "in_spring",
         (-1.0, [], ["takes place when you are not free (2026-spring)"], [], [])),
        (FREE, "southern_spring", (0.0, [], [], ["when it starts (2026-spring)", "how long it lasts"], [])),
        ({}, "posted_again", (-1.0, [], ["reposted since 2026-01-05"], [], [])),
        ({"needs": ["housing"]}, "housing", (3.0, ["helps with housing"], [], [], [])),
        ({"wishes": {"countries": ["FR"]}}, "in_france", (2.0, ["in France"], [], [], [])),
        ({"wishes": {"countries": ["FR"]}}, "in_germany", (-2.0, [], ["in no country you wish for"], [], [])),
        ({"wishes": {"countries": ["FR"]}}, "silent", (0.0, [], [], ["in which country it is"], [])),
        ({"studies": ["061"]}, "software",
         (3.0, ["your field: Software and applications development and analysis"], [], [], [])),
        ({"wishes": {"fields": ["0613"]}}, "law", (-3.0, [], ["another field: Law"], [], [])),
        ({"wishes": {"remote": True}}, "remote", (2.0, ["remote"], [], [], [])),
        ({"wishes": {"remote": True}, "residence": "DE"}, "remote_elsewhere",
         (-2.0, [], ["remote, but not from Germany"], [], [])),
        ({"wishes": {"remote": False}}, "on_site", (2.0, ["on site"], [], [], [])),
        ({"wishes": {"words": "software"}}, "software", (2.0, ["speaks of software: title"], [], [], [])),
        ({}, "fee", (-2.0, [], ["costs at least 500 EUR"], [], [])),
        ({}, "risk", (-1.0, [], ["marks of risk: asks for money"], [], [])),
        ({}, "silent", (0.0, [], [], [], [])),
    ],
)  # fmt: skip
def test_a_fact_is_judged(
    con: duckdb.DuckDBPyConnection, profile: dict[str, Any], of: str, expected: tuple[Any, ...]
) -> None:
    assert judged(con, profile)[of] == expected


def test_every_open_internship_is_judged_and_the_order_is_that_of_the_score(con: duckdb.DuckDBPyConnection) -> None:
    profile = json.dumps({"passports": ["IN"], "needs": ["paid"], **SPEAKS, **FREE})
    rows = con.execute("SELECT suits, score, len(unknown), internship_id FROM suits(?)", [profile]).fetchall()
    assert sorted(row[3] for row in rows) == sorted(OPENINGS)
    assert rows == sorted(rows, key=lambda row: (not row[0], -row[1], row[2], row[3]))
    assert rows == con.execute("SELECT suits, score, len(unknown), internship_id FROM suits(?)", [profile]).fetchall()


def test_countries_may_be_named_and_what_is_none_is_an_error(con: duckdb.DuckDBPyConnection) -> None:
    codes = {"passports": ["IN", "DE"], "residence": "FR", "wishes": {"countries": ["NL"]}}
    names = {"passports": ["India", "deu"], "residence": "france", "wishes": {"countries": ["Netherlands"]}}
    assert judged(con, names) == judged(con, codes)
    for wrong in ({"passports": ["Indja"]}, {"residence": "Indja"}, {"wishes": {"countries": ["Indja"]}}):
        with pytest.raises(duckdb.Error, match="no country Indja"):
            judged(con, wrong)


@pytest.mark.parametrize(
    ("profile", "unknown"),
    [
        ({"passport": ["IN"]}, "passport"),
        ({"wishes": {"country": ["FR"]}, "weeks": {"max": 3}}, "max, country"),
        ({"needs": ["paid", "pay"]}, "pay"),
    ],
)
def test_a_key_or_need_that_there_is_not_is_an_error_and_no_answer(
    con: duckdb.DuckDBPyConnection, profile: dict[str, Any], unknown: str
) -> None:
    with pytest.raises(duckdb.InvalidInputException, match=f"suits: a profile has no {unknown}$"):
        judged(con, profile)


def test_the_command_answers_as_the_macro_does(warehouse: Path, con: duckdb.DuckDBPyConnection) -> None:
    profile = read_profile(EXAMPLE)
    answer = con.execute(f"SELECT {', '.join(COLUMNS)} FROM suits(?)", [profile.as_json()]).fetchall()
    ranked = suggest(warehouse, profile)
    assert [tuple(row.values()) for row in ranked.suited + ranked.ruled_out] == answer
    assert ranked.suited and ranked.ruled_out


def test_what_is_ruled_out_is_counted_by_what_does_it(warehouse: Path) -> None:
    ranked = suggest(warehouse, Profile.model_validate({"passports": ["India"], "languages": ["English"]}))
    console = Console(file=io.StringIO(), width=80, highlight=False)
    draw(ranked, ranked.suited, 1, console)
    assert isinstance(console.file, io.StringIO)
    last = console.file.getvalue().splitlines()[-1]
    assert last == (
        "37 of 41 open internships may suit you; 4 are ruled out (language 2, nationality 2): --excluded shows them"
    )


def test_the_example_has_every_key_and_names_become_codes() -> None:
    profile = json.loads(read_profile(EXAMPLE).as_json())
    assert list(profile) == list(Profile.model_fields)
    assert (profile["passports"], profile["residence"], profile["level"]) == (["IN"], "DE", "7")
    assert profile["languages"][0] == {"language": "en", "cefr": "C1"}
    assert profile["studies"] == ["0613"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("fr", "FR"), ("FRA", "FR"), ("France", "FR"), ("Frankreich", "FR"), ("日本", "JP"), ("'NO'", "NO")],
)
def test_a_country_is_a_code_or_a_name_in_any_language(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "p.yaml").write_text(f"residence: {name}", encoding="utf-8")
    assert read_profile(tmp_path / "p.yaml").residence == code


def test_json_is_read_as_well(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(
        '{"studies": ["Law", "0311"], "languages": {"Deutsch": "native"}}', encoding="utf-8"
    )
    profile = read_profile(tmp_path / "p.json")
    assert profile.studies == ["042", "0311"]
    assert profile.languages[0].language == "de"


def test_what_is_wrong_is_a_line_a_key(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(
        "passports: [Atlantis]\nresidence: NO\nlevel: high\nyear: soon\nage: 3\nlanguages: {French: D1, Klingon: A1}\n"
        "available: {from: 2027-05-01, to: 2027-01-01}\nneeds: [money]\nwishes: {fields: [zzz], color: red}\n",
        encoding="utf-8",
    )
    with pytest.raises(ProfileError) as error:
        read_profile(tmp_path / "p.yaml")
    assert [problem.partition(": ")[0] for problem in error.value.problems] == [
        "passports", "residence", "level", "year", "languages.0.cefr", "languages.1.language", "available", "needs.0",
        "wishes.fields", "wishes.color", "age",
    ]  # fmt: skip
    assert "write 'NO' in quotes" in error.value.problems[1]
    assert error.value.problems[-2] == "wishes.color: unknown key; the keys are countries, fields, remote, words"


@pytest.mark.parametrize("text", ["", "[]", "a: [", "\xff"])
def test_what_is_no_profile_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.yaml").write_text(text, encoding="latin-1")
    for path in (tmp_path / "p.yaml", tmp_path / "none.yaml"):
        with pytest.raises(ProfileError):
            read_profile(path)


def test_the_command_shows_what_suits_or_what_is_ruled_out(warehouse: Path, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("passports: [IN]", encoding="utf-8")
    words = ["suggest", "--home", str(warehouse.parent), "--profile", str(tmp_path / "p.yaml")]
    suited = json.loads(CliRunner().invoke(main, [*words, "--json"]).stdout)
    ruled_out = json.loads(CliRunner().invoke(main, [*words, "--json", "--excluded"]).stdout)
    assert {row["internship_id"] for row in ruled_out} == {"for_germans", "not_for_indians"}
    assert len(suited) + len(ruled_out) == len(OPENINGS)
    lines = CliRunner().invoke(main, [*words, "--limit", "1"]).stdout.splitlines()
    assert lines[0] == "  1. for all  [1]"
    assert lines[2] == "     + open to your nationality"


def test_the_command_says_a_line_for_each_wrong_key(warehouse: Path, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("passports: [Atlantis]\nlevels: 6", encoding="utf-8")
    done = CliRunner().invoke(main, ["suggest", "--home", str(warehouse.parent), "--profile", str(tmp_path / "p.yaml")])
    assert (done.exit_code, done.stdout) == (2, "")
    assert [line.split(": ")[:2] for line in done.stderr.splitlines()] == [
        ["internships", "passports"],
        ["internships", "levels"],
    ]
