"""The views and macros of sql/ answer what they say they answer."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.exports.dictionary import words_of
from pipeline.reports.text import render
from pipeline.storage.raw import Durations
from pipeline.storage.warehouse import sql_files
from pipeline.tables import TABLES
from pipeline.vocabulary import CloseReason, words
from tests.exports.small import NIGHT, internship, run, small_warehouse, version
from tests.sql.conftest import LONG_AGO, adds_up

Connection = duckdb.DuckDBPyConnection
QUESTIONS = [*sql_files("views"), *sql_files("macros")]


def rows(con: Connection, query: str) -> list[tuple[Any, ...]]:
    return con.execute(query).fetchall()


def ids(con: Connection, relation: str) -> list[str]:
    return [row[0] for row in rows(con, f"SELECT internship_id FROM {relation}")]


def test_open_internships_are_those_that_are_open(con: Connection) -> None:
    assert ids(con, "open_internships") == ["i0", "i1", "i2", "i3", "i5"]


def test_a_spreadsheet_has_no_list_and_no_time_with_a_zone_which_excel_refuses(con: Connection) -> None:
    types = {name: kind for name, kind, *_ in rows(con, "DESCRIBE spreadsheet")}
    assert set(types.values()) <= {"VARCHAR", "DATE", "INTEGER", "SMALLINT", "BOOLEAN", "DOUBLE"}, types


def test_closing_soon_counts_from_the_newest_night_and_takes_two_weeks(con: Connection) -> None:
    assert rows(con, "SELECT internship_id, days_left FROM closing_soon") == [("i0", 1), ("i2", 14)]


def test_new_tonight_is_what_was_first_seen_on_the_newest_night(con: Connection) -> None:
    assert ids(con, "new_tonight") == ["i1", "i2"]


def test_changed_tonight_is_what_happened_to_known_ones(con: Connection) -> None:
    assert rows(con, "SELECT change, internship_id, title, field FROM changed_tonight") == [
        ("changed", "i0", "Diplomacy", "title"),
        ("closed", "i4", "Title 4", "state"),
        ("merged", "i0", "Diplomacy", "internship_id"),
        ("reopened", "i5", "Title 5", "state"),
    ]


def test_source_health_tells_the_last_run_and_who_needs_a_person(con: Connection) -> None:
    columns = "source_id, outcome, evidence, nights_since_healthy, ill_runs, open_listings, needs_person, why"
    assert rows(con, f"SELECT {columns} FROM source_health") == [
        ("feed", "ok", None, 0, 0, 4, False, None),
        ("gone", "gone", "410", None, 1, 0, True, "its address is gone"),
        ("idle", None, None, None, 0, 0, False, None),
        ("ill", "blocked", "403", 41, 4, 0, True, "no healthy run in 4 attempts"),
        ("page", "dropped", "4 rows; the last good run had 9", 1, 1, 2, False, None),
        ("recent", "empty", None, 7, 0, 0, False, None),
    ]


def test_the_report_names_the_sources_that_need_a_person_and_why(warehouse: Path) -> None:
    lines = render(warehouse, NIGHT, {}, Durations({}, {})).splitlines()
    at = lines.index("needs a person: 2 sources")
    assert lines[at + 1 : at + 3] == ["  gone: its address is gone (410)", "  ill: no healthy run in 4 attempts (403)"]


def test_stale_sources_are_ill_for_longer_than_their_patience(con: Connection) -> None:
    assert rows(con, "SELECT source_id, last_healthy, open_listings, unverified_listings FROM stale_sources") == [
        ("gone", None, 0, 0),
        ("ill", date(2026, 2, 1), 0, 1),
    ]


def test_coverage_counts_each_country_broad_field_and_channel(con: Connection) -> None:
    social, computing = "Social sciences, journalism and information", "Information and communication technologies"
    assert rows(con, "FROM coverage") == [
        ("DE", "Germany", "03", social, "embassy", 1),
        ("DE", "Germany", "03", social, "platform", 1),
        ("FR", "France", "03", social, "embassy", 1),
        ("FR", "France", "03", social, "platform", 1),
        ("FR", "France", None, None, "platform", 1),
        ("IN", "India", None, None, "platform", 1),
        ("JP", "Japan", "06", computing, "platform", 1),
        (None, None, None, None, "platform", 1),
    ]


def test_by_field_counts_a_detailed_field_on_all_its_levels(con: Connection) -> None:
    columns = "field, level, open_internships, new_internships, paid, pay_not_stated, countries, next_deadline"
    both, soon = ["DE", "FR"], date(2026, 3, 15)
    assert rows(con, f"SELECT {columns} FROM by_field") == [
        ("03", "broad", 1, 0, 1, 0, both, soon),
        ("031", "narrow", 1, 0, 1, 0, both, soon),
        ("0312", "detailed", 1, 0, 1, 0, both, soon),
        ("032", "narrow", 1, 0, 1, 0, both, soon),
        ("06", "broad", 1, 1, 0, 1, ["JP"], None),
        ("061", "narrow", 1, 1, 0, 1, ["JP"], None),
        ("0613", "detailed", 1, 1, 0, 1, ["JP"], None),
        (None, None, 3, 1, 0, 2, ["FR", "IN"], date(2026, 3, 28)),
    ]
    assert rows(con, "SELECT field_name FROM by_field WHERE field = '0312'") == [("Political sciences and civics",)]


def test_with_visa_support_is_what_offers_it_always_or_case_by_case(con: Connection) -> None:
    assert ids(con, "with_visa_support") == ["i1"]


def test_programme_calendar_has_a_row_an_edition(con: Connection) -> None:
    columns = "year, internships, open_internships, opened_on, deadline, closed_on, starts_on, countries"
    assert rows(con, f"SELECT {columns} FROM programme_calendar WHERE programme_id = 'p0' AND editions = 2") == [
        (2025, 1, 0, LONG_AGO, None, NIGHT, date(2025, 6, 1), ["FR"]),
        (2026, 1, 1, LONG_AGO, date(2026, 3, 15), None, date(2026, 6, 1), ["DE", "FR"]),
    ]


def test_by_country_counts_what_pays_and_what_is_silent(con: Connection) -> None:
    columns = "country, open_internships, organizations, new_internships, paid, pay_not_stated, next_deadline"
    assert rows(con, f"SELECT {columns} FROM by_country") == [
        ("FR", 2, 1, 0, 1, 0, date(2026, 3, 15)),
        ("DE", 1, 1, 0, 1, 0, date(2026, 3, 15)),
        ("IN", 1, 1, 0, 0, 1, None),
        ("JP", 1, 1, 1, 0, 1, None),
        (None, 1, 0, 1, 0, 1, date(2026, 3, 28)),
    ]


def test_by_organization_counts_them_with_their_countries(con: Connection) -> None:
    assert rows(con, "SELECT organization, open_internships, countries, channels FROM by_organization") == [
        ("Acme", 3, ["DE", "FR", "IN"], ["embassy", "platform"]),
        ("Beta", 1, ["JP"], ["platform"]),
        (None, 1, [], ["platform"]),
    ]


def test_by_organization_is_by_organisation(con: Connection) -> None:
    assert rows(con, "FROM by_organization") == rows(con, "FROM by_organisation")


def test_why_closed_says_it_in_a_sentence(con: Connection) -> None:
    assert rows(con, "SELECT internship_id, closed_on, because FROM why_closed") == [
        ("i4", date(2026, 3, 14), "complete, healthy runs of its source no longer have it")
    ]


def test_every_reason_for_closing_has_its_sentence() -> None:
    view = next(file for file in sql_files("views") if file.stem == "why_closed").read_text(encoding="utf-8")
    assert tuple(re.findall(r"WHEN '(\w+)' THEN", view)) == words(CloseReason)


def test_duplicates_merged_says_where_they_stand_and_what_tied_them(con: Connection) -> None:
    columns = "internship_id, listing_count, source_ids, reasons, least_score, urls"
    assert rows(con, f"SELECT {columns} FROM duplicates_merged") == [
        ("i0", 2, ["feed", "page"], ["words"], 0.9, ["https://example.org/0", "https://example.org/same"])
    ]


def test_look_alikes_are_pairs_of_one_organization_and_title_with_what_differs(con: Connection) -> None:
    columns = "internship_id, other_id, title, organization, differs"
    assert rows(con, f"SELECT {columns} FROM look_alikes") == []


def test_unknown_values_counts_words_by_source(con: Connection) -> None:
    columns = "source_id, field, text, listings, open_listings, first_seen"
    assert rows(con, f"SELECT {columns} FROM unknown_values") == [
        ("feed", "countries", "Atlantis", 2, 2, date(2026, 2, 1)),
        ("page", "countries", "Utopia", 1, 0, date(2026, 2, 1)),
    ]


@pytest.mark.parametrize(
    ("night", "states"),
    [
        ("2026-01-31", []),
        ("2026-02-01", ["i0 open", "i3 open", "i4 open", "i5 open", "i6 unverified"]),
        ("2026-03-13", ["i0 open", "i3 open", "i4 open", "i5 closed", "i6 unverified"]),
        ("2026-03-14", ["i0 open", "i1 open", "i2 open", "i3 open", "i4 closed", "i5 open", "i6 unverified"]),
    ],
)
def test_as_of_gives_the_versions_that_held(con: Connection, night: str, states: list[str]) -> None:
    for value in (f"'{night}'", f"DATE '{night}'"):
        assert [" ".join(row) for row in rows(con, f"SELECT internship_id, state FROM as_of({value})")] == states


def test_as_of_shows_the_words_of_then(con: Connection) -> None:
    assert rows(con, "SELECT title FROM as_of('2026-03-13') WHERE internship_id = 'i0'") == [("Old title",)]


def test_open_to_answers_yes_no_or_not_stated(con: Connection) -> None:
    answers = rows(
        con, "SELECT internship_id, open_to(internship_id, 'FR'), open_to(internship_id, 'in') FROM internships"
    )
    assert answers[:4] == [
        ("i0", "yes", "no"),
        ("i1", "no", "yes"),
        ("i2", "not stated", "not stated"),
        ("i3", "yes", "yes"),
    ]
    assert rows(con, "SELECT open_to('nobody', 'FR')") == [(None,)]


def test_a_country_has_its_code_and_names_and_what_is_none_is_no_empty_answer(con: Connection) -> None:
    same = "SELECT country_code('in'), country_code('IND'), country_code('india'), country_code(NULL)"
    assert rows(con, same) == [("IN", "IN", "IN", None)]
    assert rows(con, "FROM abroad_from('France')") == rows(con, "FROM abroad_from('FR')")
    for asked in ("FROM abroad_from('Indai')", "FROM paid_enough('Indai')", "SELECT open_to('i0', 'Indai')"):
        with pytest.raises(duckdb.Error, match="no country Indai"):
            rows(con, asked)


def test_abroad_from_leaves_out_the_country_one_lives_in(con: Connection) -> None:
    columns = "internship_id, countries_abroad, open_to, open_to_residents"
    assert rows(con, f"SELECT {columns} FROM abroad_from('FR')") == [
        ("i0", ["DE"], "yes", "not stated"),
        ("i1", ["JP"], "no", "not stated"),
        ("i5", ["IN"], "not stated", "not stated"),
    ]
    assert rows(
        con, f"SELECT {columns} FROM abroad_from('de', nationality := 'in') WHERE internship_id IN ('i0', 'i3')"
    ) == [
        ("i0", ["FR"], "no", "not stated"),
        ("i3", ["FR"], "yes", "no"),
    ]


def test_paid_enough_measures_by_the_median_of_all_where_few_of_the_country_state_their_pay(con: Connection) -> None:
    columns = "internship_id, usual_ppp, usual_from, usual_of, times_usual"
    assert rows(con, f"SELECT {columns} FROM paid_enough('fr')") == [("i0", 1300.0, "all countries", 2, 1.15)]


def test_paid_enough_measures_by_the_country_where_five_state_their_pay(tmp_path: Path) -> None:
    pays = [500, 700, 900, 1100, 1300]
    here = [internship(number, countries=["FR"], pay_month_ppp=float(pay)) for number, pay in enumerate(pays)]
    elsewhere = [internship(9, countries=["DE"], pay_month_ppp=9000.0)]
    path = small_warehouse(tmp_path / "warehouse.duckdb", {"internships": here + elsewhere})
    with closing(duckdb.connect(str(path), read_only=True)) as con:
        columns = "internship_id, usual_ppp, usual_from, usual_of"
        assert rows(con, f"SELECT {columns} FROM paid_enough('FR')") == [
            (f"i{number}", 900.0, "country", 5) for number in (4, 3, 2)
        ]


@pytest.mark.parametrize("file", QUESTIONS, ids=lambda file: file.stem)
def test_every_example_is_answered(con: Connection, file: Any) -> None:
    words = words_of(file)
    assert words.question.endswith("?")
    assert words.examples
    for example in words.examples:
        assert file.stem in example
        con.execute(example).fetchall()


def test_every_view_and_macro_has_a_comment(con: Connection) -> None:
    views = rows(con, "SELECT view_name FROM duckdb_views() WHERE NOT internal AND comment IS NOT NULL")
    macros = rows(con, "SELECT function_name FROM duckdb_functions() WHERE NOT internal AND comment IS NOT NULL")
    assert sorted(name for (name,) in views + macros) == sorted(file.stem for file in QUESTIONS)


def test_every_column_of_a_view_is_a_tables_or_has_a_comment(con: Connection) -> None:
    silent = """
        SELECT table_name, column_name FROM duckdb_columns()
        WHERE comment IS NULL AND table_name IN (SELECT view_name FROM duckdb_views() WHERE NOT internal)
        AND column_name NOT IN (SELECT column_name FROM duckdb_columns() WHERE comment IS NOT NULL
                                AND table_name IN (SELECT table_name FROM duckdb_tables()))
    """
    assert rows(con, silent) == []


def test_every_column_that_a_macro_adds_is_in_its_comment(con: Connection) -> None:
    asked = {
        "abroad_from": "'FR'",
        "as_of": f"'{NIGHT}'",
        "paid_enough": "'FR'",
        "search": "'diplomacy'",
        "suits": "'{}'",
    }
    macros = dict(
        con.execute(
            "SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal AND function_type = 'table_macro'"
        ).fetchall()
    )
    assert sorted(asked) == sorted(macros)
    known = {column.name for table in TABLES for column in table.columns}
    for name, arguments in asked.items():
        added = {column for column, *_ in rows(con, f"DESCRIBE FROM {name}({arguments})")} - known
        assert not [column for column in added if not re.search(rf"\b{column}\b", macros[name])], name


def test_nothing_reads_the_clock() -> None:
    clock = re.compile(r"\b(current_date|current_timestamp|now|today|get_current_\w+)\b", re.IGNORECASE)
    for file in [*QUESTIONS, *sql_files("checks")]:
        code = "\n".join(line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("--"))
        assert not clock.search(re.sub(r"'[^']*'", "''", code)), file.name


def test_the_file_is_in_a_format_that_the_line_before_reads(warehouse: Path) -> None:
    """The format of DuckDB 1.2, version 65, which every release since reads: 1.5.0 opened a night so and answered every view,
    macro and question. See the table of versions at https://duckdb.org/docs/stable/internals/storage."""
    with warehouse.open("rb") as file:
        header = file.read(20)
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") <= 65


def test_nights_add_up(tmp_path: Path) -> None:
    days = [NIGHT - timedelta(days=number) for number in (4, 3, 2, 1, 0)]
    stays, comes_back, is_merged, fades, closes = (internship(number) for number in range(5))
    history = [
        version(stays, days[0]),
        version(comes_back, days[0], days[1]),
        version({**comes_back, "state": "closed"}, days[1], days[3]),
        version(comes_back, days[3]),
        version(is_merged, days[1], days[2]),
        version(fades, days[1], days[2]),
        version({**fades, "state": "unverified"}, days[2]),
        version(closes, days[1], days[4]),
        version({**closes, "state": "closed"}, days[4]),
    ]
    tables = {
        "internships": [stays, comes_back, {**fades, "state": "unverified"}, {**closes, "state": "closed"}],
        "internship_history": history,
        "source_runs": [run("free", day, "ok") for day in days],
    }
    with duckdb.connect(str(small_warehouse(tmp_path / "w.duckdb", tables)), read_only=True) as con:
        assert adds_up(con) == len(days)
        rows_by_night = con.execute(
            "SELECT open, added, reopened, closed, unverified, merged FROM nights ORDER BY night"
        ).fetchall()
    assert rows_by_night == [
        (2, 2, 0, 0, 0, 0),
        (4, 3, 0, 1, 0, 0),
        (2, 0, 0, 1, 1, 1),
        (3, 0, 1, 0, 0, 0),
        (2, 0, 0, 1, 0, 0),
    ]


@pytest.mark.parametrize(
    ("view", "of"),
    [
        ("internship_countries", "countries"),
        ("internship_fields", "fields"),
        ("internship_channels", "channels"),
        ("internship_languages", "list_concat(coalesce(languages_required, []), coalesce(languages_preferred, []))"),
    ],
)
def test_flat_tables_have_a_row_for_each_value(con: duckdb.DuckDBPyConnection, view: str, of: str) -> None:
    assert (
        con.execute(f"SELECT count(*) FROM {view}").fetchall()
        == con.execute(f"SELECT coalesce(sum(len({of})), 0)::BIGINT FROM internships").fetchall()
    )
