"""One internship: its facts with the quotes they rest on, its listings, its history; as text or JSON.

Does not belong here: queries over many internships (`pipeline.query.ask`), why two listings are one (`pipeline.match.explain`).
"""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.exports.csv import moment
from pipeline.storage.warehouse import WarehouseError, open_readonly, whole_id
from pipeline.terminal import visible
from pipeline.wording import where

MAX_DESCRIPTION_CHARS = 600
"""Longest a description is drawn; --json gives all of it."""

MAX_QUOTES_SHOWN = 2
"""Quotes drawn below a fact."""

MAX_CHANGE_CHARS = 80
"""Longest the old and the new value of a change are drawn."""

HEAD_COLUMNS = (
    "internship_id", "state", "title", "organization", "description", "best_url", "url", "apply_url", "places",
    "first_seen", "last_seen", "closed_on", "closed_reason", "reopened", "listing_count", "source_ids", "provenance",
)  # fmt: skip
"""Columns that the head or the listings show, so that they are not repeated among the facts."""


class ShowError(WarehouseError):
    """There is no such internship; the message is one line."""


class Record(NamedTuple):
    """Everything known about one internship, as in the tables; dates and timestamps are text."""

    internship: dict[str, Any]
    old_ids: list[str]
    """Ids that were merged into it."""
    listings: list[dict[str, Any]]
    """Each with its `match` (score, reason, decided_on) and its `evidence`."""
    changes: list[dict[str, Any]]


def read(warehouse: Path, identifier: str) -> Record:
    """The internship with this id, with a listing of this id, or that an internship of this id was merged into. Raises
    ShowError, WarehouseError."""
    with open_readonly(warehouse) as con:
        con.execute("SET TimeZone = 'UTC'")
        internship_id = _resolve(con, identifier)
        columns = f"* REPLACE ({moment('deadline_at')} AS deadline_at)"
        its_listings = "SELECT listing_id FROM listings WHERE internship_id = $id"
        queries = {
            "internships": f"SELECT {columns} FROM internships WHERE internship_id = $id",
            "listings": f"SELECT {columns} FROM listings WHERE internship_id = $id "
            "ORDER BY state <> 'open', first_seen, listing_id",
            "matches": f"SELECT listing_id, score, reason, decided_on FROM matches WHERE listing_id IN ({its_listings})",
            "evidence": f"SELECT * FROM evidence WHERE listing_id IN ({its_listings}) ORDER BY ALL",
            "changes": "SELECT * FROM changes WHERE internship_id = $id ORDER BY ALL",
            "redirects": "SELECT old_id FROM redirects WHERE new_id = $id ORDER BY old_id",
        }
        rows = {name: _rows(con, query, internship_id) for name, query in queries.items()}
    matches = {row.pop("listing_id"): row for row in rows["matches"]}
    for listing in rows["listings"]:
        listing["match"] = matches.get(listing["listing_id"])
        listing["evidence"] = [row for row in rows["evidence"] if row["listing_id"] == listing["listing_id"]]
    for row in rows["evidence"]:
        del row["listing_id"]
    for row in rows["changes"]:
        del row["internship_id"]
        row["old"], row["new"] = (None if text is None else json.loads(text) for text in (row["old"], row["new"]))
    (internship,) = rows["internships"]
    return Record(internship, [row["old_id"] for row in rows["redirects"]], rows["listings"], rows["changes"])


def to_json(record: Record) -> str:
    """The record as one JSON object."""
    return json.dumps(record._asdict(), ensure_ascii=False, indent=2)


def draw(record: Record, console: Console) -> None:
    """Print the record for a terminal."""
    internship = record.internship
    console.print(Text(visible(internship["title"]), style="bold"))
    places = where(internship["cities"], internship["countries"])
    head = [internship["organization"], places, internship["internship_id"]]
    console.print(Text("  ·  ".join(visible(part) for part in head if part)))
    console.print(Text(_lifespan(internship)))
    if record.old_ids:
        console.print(Text(f"also known as {', '.join(record.old_ids)}"))
    console.print(Text(f"apply: {visible(internship['best_url'])}"), soft_wrap=True)
    _heading(console, "Facts")
    console.print(_facts(record))
    if internship["description"]:
        _heading(console, "Description")
        text = visible(internship["description"])
        cut = text[:MAX_DESCRIPTION_CHARS].rstrip() + (" …" if len(text) > MAX_DESCRIPTION_CHARS else "")
        console.print(Padding(Text(cut), (0, 0, 0, 2), expand=False))
    _heading(console, "Listings")
    for listing in record.listings:
        _draw_listing(listing, console)
    _heading(console, "History")
    for change in record.changes:
        console.print(Text(f"  {change['night']}  {_describe(change)}"))


def _resolve(con: duckdb.DuckDBPyConnection, identifier: str) -> str:
    """The internship_id that the id (or prefix of an id) of an internship, a listing or a merged internship leads to."""
    leads = """
        WITH RECURSIVE led(id) AS (
            SELECT coalesce((SELECT internship_id FROM listings WHERE listing_id = $id), $id)
            UNION
            SELECT new_id FROM led JOIN redirects ON old_id = id
        )
        SELECT internship_id FROM led JOIN internships ON internship_id = id
    """
    row = con.execute(leads, {"id": whole_id(con, identifier)}).fetchone()
    if row is None:
        raise ShowError(
            f"no internship and no listing {identifier!r}; "
            "find one with: internships sql \"SELECT internship_id, title FROM search('your words')\""
        )
    return str(row[0])


def _rows(con: duckdb.DuckDBPyConnection, query: str, identifier: str) -> list[dict[str, Any]]:
    rows = con.execute(f"SELECT to_json(row)::VARCHAR FROM ({query}) AS row", {"id": identifier}).fetchall()
    return [json.loads(text) for (text,) in rows]


def _heading(console: Console, title: str) -> None:
    console.print()
    console.print(Text(title, style="bold"))


def _lifespan(row: dict[str, Any]) -> str:
    text = f"{row['state']}, seen from {row['first_seen']} to {row['last_seen']}"
    if row["closed_on"]:
        text += f", closed on {row['closed_on']} ({row['closed_reason']})"
    return text + (", reopened" if row.get("reopened") else "")


def _facts(record: Record) -> Table:
    """A row for each column that has a value, with the quotes that it rests on."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    quotes = _quotes(record)
    facts = [
        (field, _value(value), quotes.get(field, []))
        for field, value in record.internship.items()
        if field not in HEAD_COLUMNS and value is not None
    ]
    # Neighbouring facts often rest on the same quotes, which are drawn below the last of them.
    next_quotes = [evidence for _, _, evidence in facts[1:]] + [[]]
    for (field, value, evidence), following in zip(facts, next_quotes, strict=True):
        cell = Text(value)
        drawn = evidence[:MAX_QUOTES_SHOWN] if evidence != following else []
        for quote in drawn:
            cell.append(f"\n{quote}", style="dim")
        if len(evidence) > len(drawn) > 0:
            cell.append(f"\nand {len(evidence) - len(drawn)} more", style="dim")
        table.add_row(f"  {field}", cell)
    return table


def _quotes(record: Record) -> dict[str, list[str]]:
    """Field -> its distinct quotes, each with the raw field and the source it is from, in the order of the listings."""
    quotes: dict[str, dict[str, None]] = {}
    for listing in record.listings:
        for row in listing["evidence"]:
            readable = visible(html.unescape(html.unescape(row["quote"])))  # verbatim, it may be escaped, and twice
            quote = f"“{readable}” ({row['raw_field']}, {listing['source_id']})"
            quotes.setdefault(row["field"], {})[quote] = None
    return {field: list(each) for field, each in quotes.items()}


def _draw_listing(listing: dict[str, Any], console: Console) -> None:
    line = f"  {listing['source_id']} ({listing['channel']})  {listing['listing_id']}  {_lifespan(listing)}"
    if listing["match"] and listing["match"]["reason"] != "first":
        line += f"; matched by {listing['match']['reason']}, probability {listing['match']['score']:.2f}"
    console.print(Text(line), soft_wrap=True)
    for name in ("url", "apply_url"):
        if listing[name] and (name == "url" or listing[name] != listing["url"]):
            console.print(Text(f"    {name.removesuffix('_url'):5} {visible(listing[name])}"), soft_wrap=True)


def _describe(change: dict[str, Any]) -> str:
    if change["change"] != "changed":
        return str(change["change"])
    old, new = (_value(change[side])[:MAX_CHANGE_CHARS] for side in ("old", "new"))
    return f"{change['field']}: {old} → {new}"


def _value(value: Any) -> str:
    """A value for people: lists with commas, structs as their non-null members."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ("; " if value and isinstance(value[0], dict) else ", ").join(_value(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_value(part)}" for name, part in value.items() if part is not None)
    return visible(str(value))
