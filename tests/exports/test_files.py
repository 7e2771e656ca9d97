"""Every export is what the warehouse holds, as an independent reader of its format sees it."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet
import pytest

from pipeline.exports import ExportError, export_night
from pipeline.exports import csv as exported_csv
from pipeline.exports import ndjson as exported_ndjson
from pipeline.exports import parquet as exported_parquet
from pipeline.exports.rows import EXPORTED, EXPORTED_AS_TEXT, MAX_QUOTE_CHARS
from pipeline.tables import INTERNSHIPS, LISTINGS, REFERENCE, Table
from tests.exports.conftest import HOSTILE, every_character
from tests.exports.small import NIGHT, internship, listing, small_warehouse, sound, source

csv.field_size_limit(1 << 24)


def expected(table: Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with every column, in the order of the table."""
    every = [{name: row.get(name) for name in table.names} for row in rows]
    return sorted(every, key=lambda row: tuple(row[name] for name in table.sorted_by))


@pytest.mark.parametrize("table", [INTERNSHIPS, LISTINGS], ids=lambda table: table.name)
def test_parquet_comes_back_equal(hostile: Any, table: Table) -> None:
    rows, folder = hostile
    read = pyarrow.parquet.read_table(folder / f"{table.name}.parquet")
    assert read.column_names == table.names
    assert read.to_pylist() == expected(table, rows[table.name])


@pytest.mark.parametrize("table", [INTERNSHIPS, LISTINGS], ids=lambda table: table.name)
def test_ndjson_comes_back_equal(hostile: Any, table: Table) -> None:
    rows, folder = hostile
    lines = (folder / f"{table.name}.ndjson").read_text(encoding="utf-8").rstrip("\n").split("\n")
    read = [json.loads(line) for line in lines]
    due = expected(table, rows[table.name])
    for row in due:
        for name, value in row.items():
            if isinstance(value, datetime):
                row[name] = value.strftime("%Y-%m-%dT%H:%M:%SZ")
            elif isinstance(value, date):
                row[name] = value.isoformat()
    assert read == due


@pytest.mark.parametrize("table", [INTERNSHIPS, LISTINGS], ids=lambda table: table.name)
def test_csv_comes_back_equal_without_its_guard(hostile: Any, table: Table) -> None:
    rows, folder = hostile
    with (folder / f"{table.name}.csv").open(encoding="utf-8-sig", newline="") as file:
        read = [
            {name: read_cell(cell, table.schema[name]) for name, cell in row.items()}
            for row in csv.DictReader(file, strict=True)
        ]
    due = expected(table, rows[table.name])
    for row in due:
        row["description"] = row["description"] or None  # Python's reader does not tell empty text from no text
    assert read == due


def read_cell(cell: str, dtype: pl.DataType) -> Any:
    if cell == "":
        return None
    if isinstance(dtype, pl.List):
        return json.loads(cell)
    if dtype == pl.String:
        return exported_csv.unguarded(cell)
    if dtype == pl.Boolean:
        return {"true": True, "false": False}[cell]
    if dtype == pl.Date:
        return date.fromisoformat(cell)
    if isinstance(dtype, pl.Datetime):
        return datetime.fromisoformat(cell)
    return float(cell) if dtype == pl.Float64 else int(cell)


def test_no_text_of_a_csv_begins_like_a_formula(hostile: Any) -> None:
    _, folder = hostile
    texts = [name for name, dtype in INTERNSHIPS.schema.items() if dtype == pl.String or isinstance(dtype, pl.List)]
    with (folder / "internships.csv").open(encoding="utf-8-sig", newline="") as file:
        first = {row[name][:1] for row in csv.DictReader(file) for name in texts}
    assert not first & set("=+-@\t\r\n＝＋－＠")


def test_csv_is_rfc_4180_with_a_signature_and_tells_empty_from_null(tmp_path: Path) -> None:
    rows = {"sources": [source("a", page="", licence=None, name='A "quoted", name')]}
    (tmp_path / "files").mkdir()
    exported_csv.write(small_warehouse(tmp_path / "w.duckdb", rows), tmp_path / "files")
    text = (tmp_path / "files" / "sources.csv").read_bytes()
    header, line, end = text.split(b"\r\n")
    assert header.startswith(b"\xef\xbb\xbfsource_id,name,channel,")
    assert line == b'a,"A ""quoted"", name",platform,rss,https://a.example.org/feed,"",,,,,,7,,,,,true,'
    assert end == b""


def test_what_changed_stands_in_ndjson_as_json(tmp_path: Path) -> None:
    changes = [
        {"night": NIGHT, "internship_id": "i0", "change": "changed", "field": "countries", "old": '["DE"]', "new": '["DE","FR"]'},
        {"night": NIGHT, "internship_id": "i0", "change": "changed", "field": "title", "old": None, "new": '"b"'},
        {"night": date(2026, 3, 13), "internship_id": "i0", "change": "added", "new": '"a"'},
    ]  # fmt: skip
    (tmp_path / "files").mkdir()
    export_night(small_warehouse(tmp_path / "w.duckdb", {"changes": changes}), tmp_path / "files", NIGHT)
    read = [json.loads(line) for line in (tmp_path / "files" / "changes.ndjson").read_text().splitlines()]
    assert [(row["field"], row["old"], row["new"]) for row in read] == [
        ("countries", ["DE"], ["DE", "FR"]),
        ("title", None, "b"),
    ]


def test_polars_reads_ndjson_as_it_is_where_a_column_begins_late(tmp_path: Path) -> None:
    late = {"deadline": date(2026, 4, 1), "pay_min": 1.5, "is_internship": True, "countries": ["DE"], "places": [
        {"city": "Bonn", "region": None, "country": "DE", "latitude": 50.7, "longitude": 7.1, "text": "Bonn"}]}  # fmt: skip
    rows = sound(
        *(internship(number, internship_id=f"i{number:03}", **(late if number >= 150 else {})) for number in range(200))
    )
    rows["changes"] = [
        {"night": NIGHT, "internship_id": f"i{number:03}", "change": "changed", "field": "title", "new": new}
        for number, new in enumerate(["1"] * 150 + ['"a"'] * 10 + ['["b"]'] * 10 + ["true", "1.5"])
    ]  # fmt: skip
    exported_ndjson.write(small_warehouse(tmp_path / "w.duckdb", rows), tmp_path)
    read = pl.read_ndjson(tmp_path / "internships.ndjson")
    assert read["deadline"].drop_nulls().to_list() == ["2026-04-01"] * 50
    assert read["places"].drop_nulls().list.first().struct.field("latitude").to_list() == [50.7] * 50
    assert read["internship_id"].to_list() == ["i150", *(f"i{number:03}" for number in range(200) if number != 150)]
    assert pl.read_ndjson(tmp_path / "changes.ndjson").height == 172


def test_ndjson_without_a_row_is_read_with_the_types_of_the_parquet_file(tmp_path: Path) -> None:
    rows = sound(internship(0, deadline=date(2026, 4, 1), countries=["DE"]))
    for folder, made in (("full", rows), ("empty", {})):
        (tmp_path / folder).mkdir()
        warehouse = small_warehouse(tmp_path / f"{folder}.duckdb", made)
        exported_ndjson.write(warehouse, tmp_path / folder)
        exported_parquet.write(warehouse, tmp_path / folder)
        schema = pl.read_parquet_schema(tmp_path / folder / "internships.parquet")
        read = pl.read_ndjson(tmp_path / folder / "internships.ndjson", schema=schema)
        assert read.equals(pl.read_parquet(tmp_path / folder / "internships.parquet"))
    assert (tmp_path / "empty" / "internships.ndjson").read_bytes() == b""


@pytest.fixture(scope="module")
def withheld(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exports of one opening at a free source, one at one that forbids texts, one at both, one at a source that is unknown."""
    long = "long " * 200
    flags = [{"flag": "asks_for_money", "quote": long}]
    facts = {"description": "what only the source may show", "risk_flags": flags}
    rows = {
        "internships": [internship(number, **facts) for number in range(4)],
        "listings": [
            listing(0, "free", **facts),
            listing(1, "strict", **facts),
            listing(2, "free", **facts),
            listing(3, "unknown", **facts),
            listing(4, "strict", internship_id="i2", **facts),
        ],
        "evidence": [
            {"listing_id": f"l{number}", "field": "title", "quote": long, "raw_field": "title", "method": "stated"}
            for number in range(5)
        ],
        "changes": [
            {
                "night": NIGHT,
                "internship_id": f"i{number}",
                "change": "changed",
                "field": field,
                "old": '"a"',
                "new": '"b"',
            }
            for number in range(2)
            for field in ("description", "title")
        ],
        "sources": [source("free"), source("strict", full_text=None)],
    }
    folder = tmp_path_factory.mktemp("withheld")
    (folder / "files").mkdir()
    export_night(small_warehouse(folder / "w.duckdb", rows), folder / "files", NIGHT)
    return folder / "files"


def test_texts_leave_only_where_every_source_allows(withheld: Path) -> None:
    listings = pyarrow.parquet.read_table(withheld / "listings.parquet").to_pylist()
    internships = pyarrow.parquet.read_table(withheld / "internships.parquet").to_pylist()
    assert {row["listing_id"]: row["description"] for row in listings} == {
        "l0": "what only the source may show", "l1": None, "l2": "what only the source may show", "l3": None, "l4": None,
    }  # fmt: skip
    assert {row["internship_id"]: row["description"] for row in internships} == {
        "i0": "what only the source may show", "i1": None, "i2": None, "i3": None,
    }  # fmt: skip


def test_quotes_of_other_sources_are_short(withheld: Path) -> None:
    evidence = pyarrow.parquet.read_table(withheld / "evidence.parquet").to_pylist()
    assert [len(row["quote"]) for row in evidence] == [1000, MAX_QUOTE_CHARS, 1000, MAX_QUOTE_CHARS, MAX_QUOTE_CHARS]
    internships = pyarrow.parquet.read_table(withheld / "internships.parquet").to_pylist()
    assert [len(row["risk_flags"][0]["quote"]) for row in internships] == [
        1000,
        MAX_QUOTE_CHARS,
        MAX_QUOTE_CHARS,
        MAX_QUOTE_CHARS,
    ]


def test_a_changed_description_is_told_without_its_text(withheld: Path) -> None:
    changes = pyarrow.parquet.read_table(withheld / "changes.parquet").to_pylist()
    assert [(row["field"], row["old"]) for row in changes] == [("description", None), ("title", '"a"')] * 2


def test_no_withheld_text_is_in_any_file(withheld: Path) -> None:
    files = [path for path in withheld.rglob("*") if path.is_file() and path.suffix not in (".parquet", ".xlsx")]
    counts = {path.name: path.read_text(encoding="utf-8").count("what only the source may show") for path in files}
    # one internship, two listings
    assert {name: count for name, count in counts.items() if count} == {
        "internships.csv": 1, "internships.ndjson": 1, "jobpostings.jsonld": 1, "listings.csv": 2, "listings.ndjson": 2,
    }  # fmt: skip


def test_the_same_warehouse_gives_the_same_bytes_in_another_process(hostile: Any, tmp_path: Path) -> None:
    _, folder = hostile
    program = (
        "import sys, datetime, pathlib; from pipeline.exports import export_night;"
        "export_night(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), datetime.date.fromisoformat(sys.argv[3]))"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(folder.parent / "w.duckdb"), str(tmp_path), NIGHT.isoformat()],
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Kolkata", "LC_ALL": "C"},
        check=True,
    )
    assert digests(tmp_path) == digests(folder)


def test_parquet_of_many_row_groups_is_the_same_twice(tmp_path: Path) -> None:
    matches = [{"listing_id": f"l{number:06}", "internship_id": "i"} for number in range(250_000)]
    warehouse = small_warehouse(tmp_path / "w.duckdb", {"matches": matches})
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        exported_parquet.write(warehouse, tmp_path / name)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    file = pyarrow.parquet.ParquetFile(tmp_path / "one" / "matches.parquet")
    assert file.num_row_groups == 3
    assert file.read(["listing_id"])["listing_id"].to_pylist() == [row["listing_id"] for row in matches]


def test_a_table_that_does_not_lie_sorted_leaves_sorted(tmp_path: Path) -> None:
    warehouse = small_warehouse(tmp_path / "w.duckdb", {"sources": [source(f"s{number}") for number in range(9)]})
    with duckdb.connect(warehouse) as con:
        con.execute("CREATE OR REPLACE TABLE sources AS FROM sources ORDER BY source_id DESC")
    exported_csv.write(warehouse, tmp_path)
    with (tmp_path / "sources.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["source_id"] for row in csv.DictReader(file)] == [f"s{number}" for number in range(9)]


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_what_was_written_is_what_is_told(hostile: Any, tmp_path: Path) -> None:
    _, folder = hostile
    files = export_night(folder.parent / "w.duckdb", tmp_path, NIGHT)
    formats = [(table, ".parquet") for table in EXPORTED] + [
        (table, suffix) for table in EXPORTED_AS_TEXT for suffix in (".csv", ".ndjson")
    ]
    others = ["calendars/country-DE.ics", "deadlines.ics", "feeds/country-DE.atom", "jobpostings.jsonld", "new.atom"]
    others += ["internships.xlsx"]
    others += [f"internships_by_country/country={code}/internships.parquet" for code in ("DE", "ZZ")]
    files = [file for file in files if not file.path.startswith(("dashboard/", "index.html"))]  # see tests/dashboard
    assert [file.path for file in files] == sorted([*(table.name + suffix for table, suffix in formats), *others])
    found = {path for path in digests(tmp_path) if not path.startswith("dashboard/")}
    assert found == {"datapackage.json", "index.html", *(file.path for file in files)}
    for file in files:
        content = (tmp_path / file.path).read_bytes()
        assert (file.bytes, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    whole = {file.rows for file in files if file.table == "internships" and not file.meaning}
    assert whole == {len(HOSTILE) + len(every_character()) + 1}


def test_empty_tables_give_files_that_open(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    files = export_night(small_warehouse(tmp_path / "w.duckdb", {}), tmp_path / "files", NIGHT)
    assert {file.rows for file in files if file.table not in REFERENCE} == {0}
    assert pyarrow.parquet.read_table(tmp_path / "files" / "internships.parquet").column_names == INTERNSHIPS.names
    with (tmp_path / "files" / "internships.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [INTERNSHIPS.names]
    assert (tmp_path / "files" / "internships.ndjson").read_bytes() == b""


def test_a_file_that_lost_a_row_is_not_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse = small_warehouse(tmp_path / "w.duckdb", sound(internship(1)))
    (tmp_path / "files").mkdir()
    monkeypatch.setattr(exported_parquet, "count_rows", lambda path: 0)
    with pytest.raises(ExportError, match=r"internships\.parquet: 0 rows were read back, the table has 1"):
        export_night(warehouse, tmp_path / "files", NIGHT)
    assert not (tmp_path / "files" / "datapackage.json").exists()


def test_another_night_or_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    warehouse = small_warehouse(tmp_path / "w.duckdb", {})
    with pytest.raises(ExportError, match="2026-03-14, not of 2026-03-15"):
        export_night(warehouse, tmp_path, date(2026, 3, 15))
    with pytest.raises(ExportError, match="is not empty"):
        export_night(warehouse, tmp_path, NIGHT)
