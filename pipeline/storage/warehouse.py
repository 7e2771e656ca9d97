"""The one module that writes DuckDB: build the next file aside, check it, publish it in one step.

Frames come and go as Parquet files: rows of big tables that a night does not touch are carried over inside DuckDB and
never pass through Python. Does not belong here: what the rows say (the frames), what a table is (`tables`), what a view
answers (sql/).
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import duckdb
import polars as pl

from pipeline.compiled import kept
from pipeline.errors import PipelineError
from pipeline.shipped import shipped
from pipeline.storage.files import replacing, sync
from pipeline.storage.sql import identifier, literal, literals
from pipeline.tables import ABOUT, REFERENCE, SCHEMA_VERSION, STRUCT_VOCABULARIES, TABLES, Table, duckdb_type
from pipeline.vocabulary import NOT_ASKED, Outcome

STORAGE_VERSION = "v1.2.0"
"""The newest storage that the DuckDB 1.x line reads as well as 2.x."""

_RECENT_RUNS_OF_A_SOURCE = 3
"""Earlier runs of a source that the judgement of a new one looks at, beside the last complete one."""

_RECENT_ANSWERS_OF_A_SOURCE = 7
"""And so many that are no 304: what a list always does stands in their evidence (`lifecycle.disagreement.RETITLED_NIGHTS`)."""

MIN_PREFIX_LENGTH = 4
"""Characters of an id that may stand for it."""


class WarehouseError(PipelineError):
    """The warehouse cannot be used."""


class Check(NamedTuple):
    """A rule of the warehouse: `query` gives the rows that break it. `warns`: they are reported, and stop nothing."""

    name: str
    rule: str
    query: str
    warns: bool = False


class Failure(NamedTuple):
    """A check that found rows: how many, and the first few as text."""

    check: Check
    rows: int
    sample: str


class Carry(NamedTuple):
    """How a table gets from the night before to tonight.

    `rows`: tonight's rows. `keep`: SQL condition on the rows of before that are carried; none by itself. `change`:
    replacements in the carried rows, as DuckDB's `SELECT * REPLACE` has them. `ids`: a column of ids that both may name
    as the table `ids`.
    """

    rows: pl.DataFrame
    keep: str = "false"
    change: str = ""
    ids: pl.Series | None = None


def open_readonly(path: Path, *, older: bool = False) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    """The file, read-only. Raises WarehouseError where it is none of ours, or made by a newer program; or, but for `older`, by
    an older one."""
    if not path.is_file():
        raise WarehouseError(f"no warehouse at {path}; make one with: internships run")
    try:
        con = duckdb.connect(str(path), read_only=True)
        version = con.execute("SELECT schema_version FROM about").fetchone()
    except duckdb.Error as error:
        why = str(error).splitlines()[0]
        if "lock" in why.lower() and (twin := _newest_state(path)):
            return open_readonly(twin, older=older)
        raise WarehouseError(f"{path}: {_trouble(path, why)}") from error
    if version is None or version[0] > SCHEMA_VERSION:
        con.close()
        raise WarehouseError(f"{path} was made by a newer version of this program; upgrade the program")
    if version[0] < SCHEMA_VERSION and not older:
        con.close()
        raise WarehouseError(
            f"{path} was made by an older version; make it anew from its first night: internships rebuild --from DATE"
        )
    return closing(con)


def _newest_state(published: Path) -> Path | None:
    """The state that a published warehouse is a copy of, which nobody opens for writing; None where there is none beside it."""
    states = sorted((published.parent / "state").glob(f"*/{published.name}"))
    return states[-1] if states else None


def _trouble(path: Path, why: str) -> str:
    """What is the matter with a file that DuckDB cannot open for the reason `why`, and what to do."""
    if "lock" in why.lower():
        return f"another program has it open for writing ({why}); close it there, or open it read-only"
    remedy = (
        "take this night back with: internships rollback; or make it anew with: internships rebuild --from "
        f"{path.parent.name}"
        if path.parent.parent.name == "state"
        else "remove it; internships rollback publishes the night before, the next run makes it anew"
    )
    return f"it cannot be read as a warehouse ({why}); if it is damaged, {remedy}"


def night_of(path: Path) -> date:
    """The newest night in a warehouse file."""
    with open_readonly(path) as con:
        row = con.execute("SELECT night FROM about").fetchone()
    assert row is not None
    night: date = row[0]
    return night


def whole_id(con: duckdb.DuckDBPyConnection, typed: str) -> str:
    """The id of an internship or a listing that begins as `typed`, the way a narrow table shows it; `typed` where it is an id
    itself, or where none begins so. Raises WarehouseError where more than one does."""
    prefix = typed.removesuffix("…")
    ids = """
        SELECT id FROM (
            SELECT internship_id AS id FROM internships
            UNION ALL SELECT listing_id FROM listings
            UNION ALL SELECT old_id FROM redirects
        ) WHERE starts_with(id, ?) ORDER BY id LIMIT 2
    """
    matching = [str(known) for (known,) in con.execute(ids, [prefix]).fetchall()]
    if prefix in matching:
        return prefix
    if not matching or len(prefix) < MIN_PREFIX_LENGTH:
        return typed
    if len(matching) > 1:
        raise WarehouseError(f"ambiguous id prefix {prefix!r}; type more characters")
    return matching[0]


def read_tables(path: Path | None, queries: Mapping[str, tuple[Table, str]], scratch: Path) -> dict[str, pl.DataFrame]:
    """Frames of a warehouse file: for each name a table to conform to, and a query giving columns of it. Without a file,
    empty frames."""
    if path is None:
        return {name: table.empty() for name, (table, _) in queries.items()}
    frames = {}
    with open_readonly(path) as con:
        for name, (table, query) in queries.items():
            file = scratch / f"before-{name}.parquet"
            con.execute(f"COPY ({query}) TO {literal(file)} (FORMAT parquet)")
            frames[name] = table.conform(pl.read_parquet(file))
            file.unlink()
    return frames


RECENT_RUNS = f"""
    SELECT * FROM source_runs WHERE outcome NOT IN {literals(sorted(NOT_ASKED))}
    QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY night DESC) <= {_RECENT_RUNS_OF_A_SOURCE}
         OR row_number() OVER (PARTITION BY source_id, complete ORDER BY night DESC) = 1
         OR (outcome <> {literal(Outcome.UNCHANGED)} AND row_number() OVER (
                PARTITION BY source_id, outcome = {literal(Outcome.UNCHANGED)} ORDER BY night DESC
            ) <= {_RECENT_ANSWERS_OF_A_SOURCE})
    ORDER BY night, source_id
"""
"""Of source_runs, what the judgement of a new run needs: the last few of each source, its last complete one, and
the last that were more than a 304."""


def build(
    path: Path,
    before: Path | None,
    carries: Mapping[str, Carry],
    reference: Mapping[str, Path],
    night: date,
    program_version: str,
) -> None:
    """Write the warehouse of `night` to `path`, which must not exist: tables, comments, views, macros.

    `carries`: for each table of TABLES but `about`, how it gets there. `reference`: CSV files that become tables.
    """
    scratch = path.parent
    about = ABOUT.conform(
        pl.DataFrame({"schema_version": [SCHEMA_VERSION], "program_version": [program_version], "night": [night]})
    )
    with path.open("xb") as handle:
        handle.write(_without_rows(reference))
    with _writing(path) as con:
        if before is not None:
            con.execute(f"ATTACH {literal(before)} AS old_night (READ_ONLY)")
        for table in TABLES:
            carry = Carry(about) if table is ABOUT else carries[table.name]
            _fill(con, table, carry, before is not None, scratch)
    sync(path)


@contextmanager
def _writing(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the file as `next`, which is whole on disk at the end."""
    with closing(duckdb.connect(":memory:")) as con:
        con.execute("SET preserve_insertion_order = true")
        con.execute(f"ATTACH {literal(path)} AS next (STORAGE_VERSION '{STORAGE_VERSION}')")
        yield con
        con.execute("CHECKPOINT next")
        con.execute("USE memory")
        con.execute("DETACH next")


def _without_rows(reference: Mapping[str, Path]) -> bytes:
    """The file of a warehouse without rows: tables, comments, reference tables, views, macros. It takes longer than the rows of a
    small night."""
    statements = [*_declarations(), *_reference_tables(reference)]
    statements += [file.read_text(encoding="utf-8") for file in sql_files("views") + _callers_last(sql_files("macros"))]
    files = b"".join(csv.read_bytes() for csv in reference.values())
    content = "\n".join([duckdb.__version__, *statements]).encode() + files
    file: bytes = kept("warehouse", content, __file__, lambda: _executed(statements))
    return file


def _executed(statements: Sequence[str]) -> bytes:
    """The file that they make."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        with _writing(path) as con:
            con.execute("USE next")
            con.begin()  # one commit, and not one for each of hundreds of comments
            for statement in statements:
                con.execute(statement)
            con.commit()
        return path.read_bytes()


def _declarations() -> Iterator[str]:
    for table in TABLES:
        columns = ", ".join(
            f'"{column.name}" {duckdb_type(column.dtype)}{" NOT NULL" if column.required else ""}'
            for column in table.columns
        )
        yield f"CREATE TABLE {table.name} ({columns})"
        yield from _comments(table.name, table.meaning, _meanings(table))


def _reference_tables(reference: Mapping[str, Path]) -> Iterator[str]:
    for name, csv in sorted(reference.items()):
        rows = f"read_csv({literal(csv)}, header = true, all_varchar = true, nullstr = '')"
        yield f"CREATE TABLE {name} AS FROM {rows}"
        yield from _comments(name, *REFERENCE[name])


def _fill(con: duckdb.DuckDBPyConnection, table: Table, carry: Carry, has_before: bool, scratch: Path) -> None:
    names = ", ".join(f'"{name}"' for name in table.names)
    file = scratch / f"{table.name}.rows.parquet"
    table.conform(carry.rows).write_parquet(file, compression="lz4")
    rows = f"SELECT {names} FROM read_parquet({literal(file)})"
    if has_before and carry.keep != "false":
        if carry.ids is not None:
            ids_file = scratch / f"{table.name}.ids.parquet"
            carry.ids.alias("id").to_frame().write_parquet(ids_file)
            con.execute(f"CREATE OR REPLACE TEMP TABLE ids AS FROM read_parquet({literal(ids_file)})")
            ids_file.unlink()
        replace = f" REPLACE ({carry.change})" if carry.change else ""
        rows = (
            f"SELECT {names} FROM (SELECT *{replace} FROM old_night.{table.name} WHERE {carry.keep}) UNION ALL {rows}"
        )
    order = ", ".join(f'"{name}"' for name in table.sorted_by)
    con.execute(f"INSERT INTO next.{table.name} {rows} {f'ORDER BY {order}' if order else ''}")
    file.unlink()


def _meanings(table: Table) -> dict[str, str]:
    """What each column means, with the words that it may hold."""
    return {
        column.name: column.meaning + (f" [{' | '.join(column.vocabulary)}]" if column.vocabulary else "")
        for column in table.columns
    }


def _comments(table: str, meaning: str, columns: Mapping[str, str]) -> Iterator[str]:
    yield f"COMMENT ON TABLE {table} IS {literal(meaning)}"
    for name, column_meaning in columns.items():
        yield f'COMMENT ON COLUMN {table}."{name}" IS {literal(column_meaning)}'


def sql_files(folder: str) -> list[Path]:
    """The SQL files of sql/<folder>, ordered by name."""
    return sorted(shipped("sql", folder).glob("*.sql"))


def _callers_last(macros: Sequence[Path]) -> list[Path]:
    """Files of macros so that each stands after those it calls; DuckDB wants to know them."""
    code = {file: re.sub("--.*", "", file.read_text(encoding="utf-8").partition("COMMENT ON")[0]) for file in macros}
    calls = {
        file: [other for other in macros if other != file and re.search(rf"\b{other.stem}\(", code[file])]
        for file in macros
    }
    return list(TopologicalSorter(calls).static_order())


def check(path: Path) -> list[Failure]:
    """Run every check on a built file: keys, vocabularies, and the files of sql/checks. Empty where all hold."""
    failures = []
    with open_readonly(path) as con:
        for rule in [*declared_checks(), *written_checks()]:
            rows = con.execute(f"SELECT count(*) FROM ({rule.query})").fetchone()
            assert rows is not None
            if rows[0]:
                sample = con.execute(f"SELECT * FROM ({rule.query}) LIMIT 3").fetchall()
                failures.append(Failure(rule, rows[0], "; ".join(str(row)[:200] for row in sample)))
    return failures


def declared_checks() -> list[Check]:
    """One for each key and each vocabulary of the declared tables."""
    checks = []
    for table in TABLES:
        if table.key:
            key = ", ".join(f'"{name}"' for name in table.key)
            query = f"SELECT {key}, count(*) AS rows FROM {table.name} GROUP BY ALL HAVING count(*) > 1"
            checks.append(Check(f"{table.name}_key", f"no two rows of {table.name} share {key}", query))
        for column in table.columns:
            allowed, value = column.vocabulary, identifier(column.name)
            if column.name in STRUCT_VOCABULARIES:
                member, allowed = STRUCT_VOCABULARIES[column.name]
                value = f"unnest({value}).{identifier(member)}"
            elif isinstance(column.dtype, pl.List):
                value = f"unnest({value})"
            if not allowed:
                continue
            query = (
                f"SELECT value FROM (SELECT {value} AS value FROM {table.name}) WHERE value NOT IN {literals(allowed)}"
            )
            checks.append(
                Check(
                    f"{table.name}_{column.name}",
                    f"{table.name}.{column.name} holds words of its vocabulary only",
                    query,
                )
            )
    return checks


def written_checks() -> list[Check]:
    """The files of sql/checks: the first line is the rule; `-- Severity: warn` as the second makes it one that warns."""
    checks = []
    for file in sql_files("checks"):
        text = file.read_text(encoding="utf-8").strip().rstrip(";")
        first, second, *_ = (line.lstrip("- ").strip() for line in text.splitlines())
        checks.append(Check(file.stem, first, text, warns=second == "Severity: warn"))
    return checks


def publish(state: Path, warehouse: Path) -> None:
    """Make `state` the published warehouse in one step."""
    with publishing(state, warehouse):
        pass


@contextmanager
def publishing(state: Path, warehouse: Path) -> Iterator[None]:
    """Make `state` the published warehouse in one step when the block ends. A copy: who opens the published file for writing, or
    holds it open, disturbs no later night. It is made first, so that where there is no room for it the block is not begun."""
    with replacing(warehouse) as aside:
        shutil.copyfile(state, aside)
        yield
