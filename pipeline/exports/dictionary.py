"""The dictionary of the warehouse, sql/README.md: ten questions; every table, column, vocabulary, view, macro and check.

It is read from an empty warehouse, so that it shows what DuckDB itself shows of a real one, and from the first comments of the
SQL files. `python -m pipeline.exports.dictionary > sql/README.md` rewrites it. Everything but its first lines comes from
`pipeline.tables` and sql/.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import duckdb

from pipeline.exports.csv import unguarded
from pipeline.exports.rows import EXPORTED, EXPORTED_AS_TEXT
from pipeline.shipped import shipped
from pipeline.storage.warehouse import Carry, build, open_readonly, sql_files
from pipeline.tables import REFERENCE, REFERENCE_TABLES, TABLES, Column

OPENING = """\
# The dictionary

<!-- Made by `python -m pipeline.exports.dictionary > sql/README.md` from pipeline/tables.py and the files here. -->

Everything in `warehouse.duckdb`, the file that every night makes anew. "Today" is always the newest night, `about.night`, never
the day of the query. Open it **read-only**: opened for writing, as DuckDB does by default, the file is locked for everybody else.

```sh
internships sql "FROM closing_soon"                       # or --csv, --json, --parquet FILE
duckdb -readonly data/home/warehouse.duckdb               # DuckDB 1.5 or newer
```

```python
import duckdb

con = duckdb.connect("data/home/warehouse.duckdb", read_only=True)
con.sql("FROM closing_soon").pl()  # polars; .df() is pandas
```

```r
con <- DBI::dbConnect(duckdb::duckdb("data/home/warehouse.duckdb", read_only = TRUE))
DBI::dbGetQuery(con, "FROM closing_soon")
```

Without DuckDB, the files in `data/home/exports/latest/` have the same rows, and need no copy of anything:

```python
import polars as pl, pandas as pd

pl.scan_parquet("data/home/exports/latest/internships.parquet").filter(pl.col("state") == "open").collect()
pd.read_parquet("data/home/exports/latest/internships.parquet", columns=["title", "organization", "deadline"])
# without lists, and without times that have a zone, which Excel refuses:
con.sql("FROM spreadsheet").df().to_excel("internships.xlsx")
```

```r
arrow::open_dataset("data/home/exports/latest/internships.parquet") |> dplyr::filter(state == "open") |> dplyr::collect()
```

- **Excel, LibreOffice:** open `internships.xlsx`: the open internships, with filters and a frozen head. `internships.csv` has
  every column; lists are JSON text in it.
- **NDJSON:** `pl.read_ndjson("changes.ndjson", schema=pl.read_parquet_schema("changes.parquet"))` gives the types of the Parquet
  file beside it, also on a night without rows, whose file is empty.
- **Power BI, Power Query:** Get data, Parquet, with the path of `internships.parquet`, or its address on a published site.
- **DuckDB over the web:** `FROM 'https://example.org/internships/internships.parquet' WHERE state = 'open'`.
- `countries`, `fields_of_study` and `languages` name the codes. [questions.ipynb](questions.ipynb) is a notebook with the ten
  questions and charts.

- `views/`: one question per file, with an example. A view is queried like a table.
- `macros/`: the same with parameters.
- `questions/`: ten questions that people have, each with its query and, as CSV, its answer on the sample.
- `checks/`: one rule per file; it returns the rows that break it. A night with such rows is not published, unless the rule only
  warns.

In DuckDB itself: `SELECT table_name, comment FROM duckdb_tables()`, and likewise `duckdb_columns()`, `duckdb_views()`,
`duckdb_functions()`. Attached under another name (`ATTACH 'warehouse.duckdb' AS w`), the macros need `USE w` first. Python's
duckdb 1.x needs the package pytz to fetch a column with a time zone (deadline_at).
"""

ASKING = """\
## Ten questions

Each is a file in questions/: `internships sql - < sql/questions/closed_last_week.sql`. The answers are those of the sample, an
invented web (`internships run --sample`); a test checks them.
"""


class Words(NamedTuple):
    """The first comments of a SQL file: its question or rule, examples, and whether its rule only warns."""

    question: str
    examples: list[str]
    warns: bool


def words_of(file: Path) -> Words:
    """The comments at the start of a SQL file."""
    lines = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.startswith("-- "):
            break
        lines.append(line.removeprefix("-- "))
    examples = [line.removeprefix("Example: ") for line in lines if line.startswith("Example: ")]
    return Words(lines[0], examples, "Severity: warn" in lines)


def dictionary() -> str:
    """The text of sql/README.md."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        empty = {table.name: Carry(table.empty()) for table in TABLES}
        reference = {name: shipped("data", "reference", f"{name}.csv") for name in REFERENCE}
        build(path, None, empty, reference, date(2000, 1, 1), "")
        with open_readonly(path) as con:
            parts = [OPENING, *_questions(), *_tables(con), *_views(con), *_macros(con), *_checks()]
    return "\n".join(parts)


def _questions() -> Iterable[str]:
    yield ASKING
    for file in sql_files("questions"):
        question, remark, query = file.read_text(encoding="utf-8").rstrip().split("\n", 2)
        yield f"### {question.removeprefix('-- ')}\n"
        yield f"{remark.removeprefix('-- ')}\n"
        yield f"```sql\n{query}\n```\n"
        with file.with_suffix(".csv").open(encoding="utf-8", newline="") as handle:
            names, *rows = csv.reader(handle)
        yield f"| {' | '.join(names)} |\n|{' --- |' * len(names)}"
        yield from (f"| {' | '.join(_cell(unguarded(value)) or '–' for value in row)} |" for row in rows)
        yield ""


def _tables(con: duckdb.DuckDBPyConnection) -> Iterable[str]:
    yield "## Tables\n"
    declared = {table.name: table for table in (*TABLES, *REFERENCE_TABLES)}
    comments = dict(con.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall())
    for name in [*declared, *sorted(comments.keys() - declared.keys())]:
        table = declared.get(name)
        yield f"### {name}\n"
        if comments[name]:
            yield f"{_sentence(comments[name])}\n"
        if table:
            facts = [f"Key: {_code(table.key)}."] if table.key else []
            formats = ["Parquet"] * (table in EXPORTED) + ["CSV", "NDJSON"] * (table in EXPORTED_AS_TEXT)
            facts.append(f"Exported as {', '.join(formats)}." if formats else "Not exported.")
            yield f"{' '.join(facts)}\n"
        columns = {column.name: column for column in table.columns} if table else {}
        yield from _columns(con, name, columns)


def _views(con: duckdb.DuckDBPyConnection) -> Iterable[str]:
    yield "## Views\n"
    comments = dict(con.execute("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal").fetchall())
    for file in sql_files("views"):
        words = words_of(file)
        yield f"### {file.stem}\n"
        yield f"**{words.question}** {_sentence(comments[file.stem])}\n"
        yield _examples(words)
        yield from _columns(con, file.stem, {})


def _macros(con: duckdb.DuckDBPyConnection) -> Iterable[str]:
    yield "## Macros\n"
    comments = dict(con.execute("SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal").fetchall())
    for file in sql_files("macros"):
        words = words_of(file)
        signature = re.search(rf"MACRO ({file.stem}\(.*?\)) AS\b", file.read_text(encoding="utf-8"))
        assert signature, f"{file.name} makes no macro {file.stem}"
        yield f"### {signature[1]}\n"
        yield f"**{words.question}** {_sentence(comments[file.stem])}\n"
        yield _examples(words)


def _checks() -> Iterable[str]:
    yield "## Checks\n"
    yield "And the keys, vocabularies and never-null columns of the tables above.\n"
    yield "| check | rule |\n| --- | --- |"
    for file in sql_files("checks"):
        words = words_of(file)
        yield f"| {file.stem} | {_cell(words.question)}{' Only warns.' if words.warns else ''} |"
    yield ""


def _columns(con: duckdb.DuckDBPyConnection, relation: str, declared: dict[str, Column]) -> Iterable[str]:
    """The columns of a table or view. A view's column that it takes over as it is has the comment of the table's."""
    meanings = {column.name: column.meaning for table in reversed(TABLES) for column in table.columns}
    rows = con.execute(
        "SELECT column_name, data_type, comment, is_nullable FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index",
        [relation],
    ).fetchall()
    if not declared:
        for table in TABLES:
            if [name for name, *_ in rows] == table.names:
                yield f"Columns: those of {table.name}.\n"
                return
    yield "| column | type | meaning |\n| --- | --- | --- |"
    for name, kind, comment, nullable in rows:
        column = declared.get(name)
        meaning = column.meaning if column else comment or meanings.get(name, "")
        words = f" One of {_code(column.vocabulary)}." if column and column.vocabulary else ""
        never = " Never null." if column and not nullable else ""
        yield f"| {name} | {kind} | {_cell(_sentence(meaning))}{words}{never} |"
    yield ""


def _examples(words: Words) -> str:
    return "\n".join(["```sql", *words.examples, "```", ""])


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}" if text else ""


def _code(words: Sequence[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(dictionary())
