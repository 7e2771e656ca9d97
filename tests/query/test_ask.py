"""`internships sql`: the published warehouse answers one question, read-only, and says in one line what is wrong with it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet
import pytest
from click.testing import CliRunner
from rich.console import Console

from pipeline.cli import main
from pipeline.query.ask import MAX_ROWS_SHOWN, QueryError, ask, show, write_csv, write_json, write_parquet
from pipeline.storage.warehouse import WarehouseError


def shown(warehouse: Path, query: str, width: int = 100) -> list[str]:
    out = io.StringIO()
    show(warehouse, query, Console(file=out, width=width))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_a_table_has_numbers_to_the_right_a_dash_for_null_and_a_count(warehouse: Path) -> None:
    query = "SELECT internship_id, deadline, listing_count AS n FROM open_internships ORDER BY 1 LIMIT 2"
    lines = shown(warehouse, query)
    assert lines == [
        "internship_id   deadline     n",
        "──────────────────────────────",
        "i0              2026-03-15   2",
        "i1              –            1",
        "2 rows",
    ]
    assert shown(warehouse, "SELECT 1 AS a, 1000 AS b") == ["a      b", "────────", "1   1000", "1 row"]


def test_long_text_ends_in_an_ellipsis_and_lists_read_as_lists(warehouse: Path) -> None:
    lines = shown(
        warehouse, "SELECT repeat('word ', 40) AS words, countries FROM internships WHERE internship_id = 'i0'"
    )
    assert lines[2].startswith("word word") and "…   [FR, DE]" in lines[2]
    assert len(lines[2]) < 60


def test_what_does_not_fit_is_counted_not_crushed(warehouse: Path) -> None:
    lines = shown(warehouse, "FROM internships", width=60)
    assert max(map(len, lines[:-1])) <= 60
    assert lines[-1].startswith("7 rows; ")
    assert lines[-1].endswith("(--csv and --json give all)")
    assert lines[0].split()[:3] == ["title", "organization", "countries"], "what tells them apart comes first"
    assert shown(warehouse, "SELECT 1 AS n, * FROM internships", width=60)[0].split()[:2] == ["n", "title"]
    many = shown(warehouse, f"FROM range({MAX_ROWS_SHOWN + 1}) AS numbers(n)")
    assert len(many) == MAX_ROWS_SHOWN + 3
    assert many[-1] == f"{MAX_ROWS_SHOWN + 1} rows, the first {MAX_ROWS_SHOWN} shown (--csv and --json give all)"


def test_text_of_strangers_cannot_write_to_the_terminal(warehouse: Path) -> None:
    lines = shown(warehouse, "SELECT 'a' || chr(27) || '[31mred' || chr(10) || '[bold]b[/bold]' || chr(8238) AS text")
    assert lines[2] == "a [31mred [bold]b[/bold]"


def test_no_rows_are_a_table_too(warehouse: Path) -> None:
    assert shown(warehouse, "SELECT title FROM internships WHERE false")[-1] == "0 rows"


def test_csv_is_that_of_the_exports(warehouse: Path) -> None:
    out = io.StringIO()
    query = """SELECT '=1' AS formula, -1 AS number, true AS flag, [1, 2] AS list,
               TIMESTAMPTZ '2026-01-02 03:04:05+01' AS moment, NULL AS none"""
    assert write_csv(warehouse, query, out) == 1
    assert out.getvalue() == 'formula,number,flag,list,moment,none\n\'=1,-1,true,"[1,2]",2026-01-02T02:04:05Z,\n'
    out = io.StringIO()
    write_csv(warehouse, "SELECT title, channels FROM internships ORDER BY internship_id", out)
    assert list(csv.reader(io.StringIO(out.getvalue())))[1] == ["Diplomacy", '["embassy","platform"]']


def test_json_is_an_array_of_objects_with_real_types(warehouse: Path) -> None:
    out = io.StringIO()
    query = """SELECT 1 AS a, 'x"y' AS a, NULL AS b, [{'c': true}] AS d, 'NaN'::DOUBLE AS e, DATE '2026-01-02' AS f,
               TIMESTAMPTZ '2026-01-02 03:04:05+01' AS g FROM range(2)"""
    assert write_json(warehouse, query, out) == 2
    row = {
        "a": 1,
        "a_1": 'x"y',
        "b": None,
        "d": [{"c": True}],
        "e": None,
        "f": "2026-01-02",
        "g": "2026-01-02T02:04:05Z",
    }
    assert json.loads(out.getvalue()) == [row, row]
    out = io.StringIO()
    assert write_json(warehouse, "SELECT 1 WHERE false", out) == 0
    assert json.loads(out.getvalue()) == []


def test_parquet_goes_into_a_file(warehouse: Path, tmp_path: Path) -> None:
    file = tmp_path / "it's.parquet"
    assert (
        write_parquet(warehouse, "SELECT internship_id, countries FROM internships ORDER BY internship_id", file) == 7
    )
    assert pyarrow.parquet.read_table(file).to_pylist()[0] == {"internship_id": "i0", "countries": ["FR", "DE"]}
    with pytest.raises(QueryError):
        write_parquet(warehouse, "SELECT error('no')", tmp_path / "other.parquet")
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


@pytest.mark.parametrize(
    "query", ["DESCRIBE internships", "SHOW TABLES", "SHOW ALL TABLES", "SUMMARIZE about", "VALUES (1)",
              "SELECT 1 -- one", " SELECT 1 ;\n", "PIVOT internships ON state USING count(*)",
              "WITH a AS (SELECT 1) FROM a", "FROM as_of('2026-03-14')"],
)  # fmt: skip
def test_every_form_of_a_question_is_answered(warehouse: Path, query: str) -> None:
    assert shown(warehouse, query)[-1].split()[0] != "0"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELEC 1", 'syntax error at or near "SELEC" (line 1, column 1)'),
        ("SELECT title\nFORM internships x", 'syntax error at or near "internships" (line 2, column 6)'),
        ("SELECT 'é' || titel FROM about", 'Referenced column "titel" not found in FROM clause!'),
        ("SELECT 'é' || titel FROM about", "(line 1, column 15)"),
        ("FROM internship", 'Did you mean "internships"?'),
        ("SELECT 'x'::INTEGER", "Could not convert string 'x' to INT32"),
        ("SELECT error('boo')", "boo"),
        ("SELECT 1; SELECT 2", "one query at a time, please: these are 2 statements"),
        ("", "one query at a time, please: these are 0 statements"),
        ("DELETE FROM internships", "the warehouse is read-only"),
        ("COPY internships TO 'x.csv'", "the warehouse is read-only"),
        ("ATTACH 'other.duckdb'", "the warehouse is read-only"),
    ],
)
def test_what_is_wrong_is_reported_in_one_line(warehouse: Path, query: str, message: str) -> None:
    with pytest.raises(QueryError) as error:
        shown(warehouse, query)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_without_a_warehouse_it_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="make one with: internships run"):
        ask(tmp_path / "warehouse.duckdb", "SELECT 1")


def test_the_form_asked_for_goes_to_standard_output(
    warehouse: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(warehouse, "SELECT 1 AS a", "csv")
    ask(warehouse, "SELECT 1 AS a", "json")
    ask(warehouse, "SELECT 1 AS a", None, tmp_path / "a.parquet")
    ask(warehouse, "SELECT 1 AS a")
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines == ["a", "1", "[", '{"a": 1}', "]", f"1 row in {tmp_path / 'a.parquet'}", "a", "─", "1", "1 row"]


def test_two_forms_of_one_answer_are_refused(warehouse: Path) -> None:
    for forms in (["--csv", "--json"], ["--json", "--parquet", "x.parquet"]):
        done = CliRunner().invoke(main, ["sql", "SELECT 1", *forms, "--home", str(warehouse.parent)])
        assert (done.exit_code, done.stderr) == (
            2,
            "internships: --csv, --json and --parquet exclude one another; choose one\n",
        )


def test_a_question_may_come_from_standard_input(warehouse: Path) -> None:
    words = ["sql", "-", "--csv", "--home", str(warehouse.parent)]
    assert CliRunner().invoke(main, words, input="-- one\nSELECT 1 AS a;\n").stdout == "a\n1\n"
