"""The ten worked questions of sql/questions: their answers on the sample, and on recorded nights of real lists."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.query.ask import write_csv
from pipeline.storage.home import Home
from pipeline.storage.warehouse import sql_files
from tests.conftest import REPOSITORY
from tests.sql.conftest import adds_up

QUESTIONS = {file.stem: file for file in sql_files("questions")}
LAST = date(2025, 9, 22)


def answer(warehouse: Path, name: str) -> str:
    out = io.StringIO()
    write_csv(warehouse, QUESTIONS[name].read_text(encoding="utf-8"), out)
    return out.getvalue()


@pytest.fixture(scope="module")
def sample(sample_home: Path) -> Path:
    """The warehouse of the sample night."""
    return sample_home / "warehouse.duckdb"


def test_there_are_ten() -> None:
    assert len(QUESTIONS) == 10


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_on_the_sample_is_the_one_written_down(sample: Path, name: str) -> None:
    kept = QUESTIONS[name].with_suffix(".csv").read_text(encoding="utf-8")
    assert len(kept.splitlines()) > 1, "an answer without a row shows nothing"
    assert answer(sample, name) == kept, (
        "look at data/sample/pages which is right; then, on a home with the sample night, make it anew: internships sql "
        f"--csv - < sql/questions/{name}.sql > sql/questions/{name}.csv, and sql/README.md with it"
    )


# ------------------------------------------------------------------------------------------------ recorded nights


@pytest.fixture(scope="module")
def recorded(recorded_history: Path) -> Path:
    """The warehouse after recorded nights of lists, the last two a week after those before."""
    return Home(recorded_history / "history").state(LAST)


@pytest.fixture(scope="module")
def tables(recorded: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows that the questions are answered from, to be read without SQL."""
    found = {}
    with closing(duckdb.connect(str(recorded), read_only=True)) as con:
        for name in ("internships", "listings"):
            answer = con.execute(f"FROM {name}")
            names = [column[0] for column in answer.description or ()]
            found[name] = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    return found


def rows_of(warehouse: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer(warehouse, name))))


def test_what_closed_last_week_is_what_is_closed_in_the_table(
    recorded: Path, tables: dict[str, list[dict[str, Any]]]
) -> None:
    because = {
        "gone": "complete, healthy runs of its source no longer have it",
        "source_closed": "its source marks it closed",
    }
    closed = sorted(
        (str(row["closed_on"]), row["title"], because[row["closed_reason"]])
        for row in tables["internships"]
        if row["state"] == "closed" and row["closed_on"] > LAST - timedelta(days=7)
    )
    assert len(closed) > 50
    assert (
        sorted((row["closed_on"], row["title"], row["because"]) for row in rows_of(recorded, "closed_last_week"))
        == closed
    )
    assert {night for night, _, _ in closed} == {str(LAST - timedelta(days=1)), str(LAST)}


def test_the_same_opening_at_several_sources_is_in_several_lists(
    recorded: Path, tables: dict[str, list[dict[str, Any]]]
) -> None:
    sources: dict[str, set[str]] = {}
    for listing in tables["listings"]:
        sources.setdefault(listing["internship_id"], set()).add(listing["source_id"])
    several = sum(len(names) > 1 for names in sources.values())
    assert several > 10
    assert len(rows_of(recorded, "same_opening_twice")) == several


def test_search_finds_the_titles_that_have_a_word(recorded: Path, tables: dict[str, list[dict[str, Any]]]) -> None:
    def bare(text: str | None) -> str:
        parts = unicodedata.normalize("NFD", text or "")
        return "".join(part for part in parts if not unicodedata.combining(part)).lower()

    word = re.compile(r"\b(wind|eolico|renewable|الشمسية)")
    having = {
        row["title"]
        for row in tables["internships"]
        if row["state"] == "open" and word.search(f"{bare(row['title'])} {bare(row['organization'])}")
    }
    found = [row["title"] for row in rows_of(recorded, "wind_and_sun")]
    assert having and having <= set(found)


@pytest.mark.parametrize(
    "name",
    ["embassies_french", "fields_by_month", "for_one_person", "last_days", "paid_before_christmas", "sources_for_a_person",
     "visa_in_their_words"],
)  # fmt: skip
def test_what_the_lists_do_not_tell_is_not_answered(recorded: Path, name: str) -> None:
    """They are lists of a network, in good health, that state no deadline with its year, no pay, language or visa."""
    assert rows_of(recorded, name) == []


def test_recorded_nights_add_up(recorded: Path) -> None:
    with duckdb.connect(str(recorded), read_only=True) as con:
        assert adds_up(con) > 1


# ------------------------------------------------------------------------------------------------------- the notebook


def test_the_notebook_runs_and_asks_the_same_questions(sample: Path) -> None:
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    book = nbformat.read(REPOSITORY / "sql" / "questions.ipynb", as_version=4)
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    asked = [QUESTIONS[name].read_text(encoding="utf-8").rstrip().split("\n", 2)[2].rstrip(";") for name in QUESTIONS]
    assert [query for query in asked if not any(query in cell.source for cell in cells)] == []
    assert not any(cell.outputs for cell in cells), "kept without answers: clear them before a commit"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INTERNSHIPS_HOME", str(sample.parent))
        nbclient.NotebookClient(book, timeout=60, resources={"metadata": {"path": str(REPOSITORY / "sql")}}).execute()
    charts = [
        output
        for cell in cells
        for output in cell.outputs
        if "application/vnd.vegalite.v5+json" in output.get("data", {})
    ]
    assert len(charts) == 3
    assert all(chart["data"]["application/vnd.vegalite.v5+json"]["data"]["values"] for chart in charts)
