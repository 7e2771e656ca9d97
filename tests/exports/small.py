"""A small warehouse for tests: real tables, views and macros (built by `pipeline.storage.warehouse`), made-up rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl

from pipeline.shipped import shipped
from pipeline.storage.warehouse import Carry, build
from pipeline.tables import INTERNSHIPS, LISTINGS, REFERENCE, TABLES, Table

NIGHT = date(2026, 3, 14)
Row = Mapping[str, Any]


def listing(number: int, source: str = "free", **facts: Any) -> dict[str, Any]:
    """A listing that was first seen on NIGHT and is open; `facts` say otherwise."""
    return {
        "listing_id": f"l{number}", "source_id": source, "channel": "platform", "url": f"https://example.org/{number}",
        "title": f"Title {number}", "organization": "Acme", "content_hash": f"h{number}", "internship_id": f"i{number}",
        "state": "open", "first_seen": NIGHT, "last_seen": NIGHT, "misses": 0, **facts,
    }  # fmt: skip


def internship(number: int, **facts: Any) -> dict[str, Any]:
    """An internship of one listing that was first seen on NIGHT and is open; `facts` say otherwise."""
    return {
        "internship_id": f"i{number}", "programme_id": f"p{number}", "state": "open", "first_seen": NIGHT, "last_seen": NIGHT,
        "reopened": False, "listing_count": 1, "best_url": f"https://example.org/{number}", "url": f"https://example.org/{number}",
        "channels": ["platform"], "source_ids": ["free"], "title": f"Title {number}", "organization": "Acme", **facts,
    }  # fmt: skip


def version(of: Row, valid_from: date = NIGHT, valid_to: date | None = None, **facts: Any) -> dict[str, Any]:
    """A version of an internship's row for internship_history."""
    kept = {name: value for name, value in of.items() if name != "last_seen"}
    return {**kept, "valid_from": valid_from, "valid_to": valid_to, **facts}


def source(name: str = "free", /, **facts: Any) -> dict[str, Any]:
    """A source of the catalogue whose texts may be exported; `facts` say otherwise."""
    return {
        "source_id": name, "name": name.title(), "channel": "platform", "spider": "rss",
        "url": f"https://{name}.example.org/feed", "full_text": True, "patience_nights": 7, **facts,
    }  # fmt: skip


def run(name: str, night: date, outcome: str, /, *, complete: bool = False, **facts: Any) -> dict[str, Any]:
    """A row of source_runs."""
    return {"source_id": name, "night": night, "outcome": outcome, "complete": complete, **facts}


FILLER: dict[Any, Any] = {pl.String: "x", pl.Int32: 0, pl.Int64: 0, pl.Boolean: False, pl.Date: NIGHT}


def frame(table: Table, rows: Sequence[Row]) -> pl.DataFrame:
    """The rows as this table; what must not be null and a row leaves out is filled with something of its type."""
    if not rows:
        return table.empty()
    named = sorted({name for row in rows for name in row})
    given = pl.DataFrame(list(rows), schema={name: table.schema[name] for name in named})
    needed = [column for column in table.columns if column.required]
    fillers = [
        (pl.col(column.name) if column.name in named else pl.lit(None, dtype=column.dtype))
        .fill_null(FILLER[type(column.dtype)])
        .alias(column.name)
        for column in needed
    ]
    return table.conform(given.with_columns(fillers))


@cache
def _empty_warehouse(night: date) -> bytes:
    """The file of a warehouse without rows: all tables, views and macros take five times as long as the rows of a test."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        reference = {name: shipped("data", "reference", f"{name}.csv") for name in REFERENCE}
        build(path, None, {table.name: Carry(table.empty()) for table in TABLES}, reference, night, "0")
        return path.read_bytes()


def small_warehouse(path: Path, rows: Mapping[str, Sequence[Row]], night: date = NIGHT) -> Path:
    """Build `path` with these rows by table; tables that are not named are empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_empty_warehouse(night))
    with duckdb.connect(str(path)) as con:
        for table in TABLES:
            if rows.get(table.name):
                con.register("given", frame(table, rows[table.name]).to_arrow())
                order = ", ".join(f'"{name}"' for name in table.sorted_by)
                con.execute(f"INSERT INTO {table.name} BY NAME FROM given {f'ORDER BY {order}' if order else ''}")
    return path


def sound(*openings: Row) -> dict[str, list[dict[str, Any]]]:
    """Rows of all tables that agree with each other, for these internships: a listing each, its match, its version, the
    change that tells of it. `openings` carry what `internship` makes."""
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("listings", "matches", "internship_history", "changes")
    }
    internships = [dict(opening) for opening in openings]
    for number, opening in enumerate(internships):
        shared = {
            name: value for name, value in opening.items() if name in LISTINGS.schema and name in INTERNSHIPS.schema
        }
        source_id = opening["source_ids"][0]
        rows["listings"].append(listing(number, source_id, **shared))
        rows["matches"].append(
            {
                "listing_id": f"l{number}",
                "internship_id": opening["internship_id"],
                "score": 1.0,
                "reason": "first",
                "decided_on": NIGHT,
            }
        )
        rows["internship_history"].append(version(opening, opening["first_seen"]))
        rows["changes"].append(
            {"night": opening["first_seen"], "internship_id": opening["internship_id"], "change": "added", "new": '"x"'}
        )
    known = sorted({name for opening in internships for name in opening["source_ids"]})
    return {**rows, "internships": internships, "sources": [source(name) for name in known]}
