"""One internship for a person: its facts with the words they rest on, its listings, what happened to it; as text or JSON.

Does not belong here: questions over many internships (`pipeline.query`), why two listings are one (`pipeline.match.explain`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.exports.csv import moment
from pipeline.query.ask import visible
from pipeline.storage.warehouse import WarehouseError, open_readonly, whole_id
from pipeline.wording import where

WORDS_SHOWN = 600
"""Letters of a description that are drawn; --json gives all."""

QUOTES_SHOWN = 2
"""Quotes that are drawn under a fact."""

IN_HEAD = (
    "internship_id", "state", "title", "organization", "description", "best_url", "url", "apply_url", "places",
    "first_seen", "last_seen", "closed_on", "closed_reason", "reopened", "listing_count", "source_ids", "provenance",
)  # fmt: skip
"""Columns that the head or the listings tell, so that they are no facts of their own."""


class ShowError(WarehouseError):
    """There is nothing to show: says why, in one line."""


class Shown(NamedTuple):
    """All that is known of one internship, as the tables have it; dates and moments are text."""

    internship: dict[str, Any]
    old_ids: list[str]
    """Ids that were merged into it."""
    listings: list[dict[str, Any]]
    """Each with its `match` (score, reason, decided_on) and its `evidence`."""
    changes: list[dict[str, Any]]


def read(warehouse: Path, identifier: str) -> Shown:
    """The internship of this id, or that a listing of this id belongs to; ids that were merged away lead to where they went.
    Raises ShowError, WarehouseError."""
    with open_readonly(warehouse) as con:
        con.execute("SET TimeZone = 'UTC'")
        found = _resolve(con, identifier)
        deadline = f"* REPLACE ({moment('deadline_at')} AS deadline_at)"
        (internship,) = _rows(con, f"SELECT {deadline} FROM internships WHERE internship_id = $id", found)
        listings = _rows(
            con,
            f"SELECT {deadline} FROM listings WHERE internship_id = $id ORDER BY state <> 'open', first_seen, listing_id",
            found,
        )
        of_it = "listing_id IN (SELECT listing_id FROM listings WHERE internship_id = $id)"
        matches = _rows(con, f"SELECT listing_id, score, reason, decided_on FROM matches WHERE {of_it}", found)
        evidence = _rows(con, f"SELECT * FROM evidence WHERE {of_it} ORDER BY ALL", found)
        changes = _rows(con, "SELECT * FROM changes WHERE internship_id = $id ORDER BY ALL", found)
        old_ids = con.execute("SELECT old_id FROM redirects WHERE new_id = ? ORDER BY old_id", [found]).fetchall()
    by_listing = {row.pop("listing_id"): row for row in matches}
    for listing in listings:
        listing["match"] = by_listing.get(listing["listing_id"])
        listing["evidence"] = [row for row in evidence if row["listing_id"] == listing["listing_id"]]
    for row in evidence:
        del row["listing_id"]
    for row in changes:
        del row["internship_id"]
        row["old"], row["new"] = (None if text is None else json.loads(text) for text in (row["old"], row["new"]))
    return Shown(internship, [old_id for (old_id,) in old_ids], listings, changes)


def as_json(shown: Shown) -> str:
    """All of it as one JSON object."""
    return json.dumps(shown._asdict(), ensure_ascii=False, indent=2)


def draw(shown: Shown, console: Console) -> None:
    """Print it for a terminal."""
    told = shown.internship
    console.print(Text(visible(told["title"]), style="bold"))
    head = [told["organization"], where(told["cities"], told["countries"]), told["internship_id"]]
    console.print(Text("  ·  ".join(visible(part) for part in head if part)))
    console.print(Text(_life(told)))
    if shown.old_ids:
        console.print(Text(f"also known as {', '.join(shown.old_ids)}"))
    console.print(Text(f"apply: {visible(told['best_url'])}"), soft_wrap=True)
    _heading(console, "What is stated")
    console.print(_facts(shown))
    if told["description"]:
        _heading(console, "In its own words")
        words = visible(told["description"])
        cut = words[:WORDS_SHOWN].rstrip() + (" …" if len(words) > WORDS_SHOWN else "")
        console.print(Padding(Text(cut), (0, 0, 0, 2), expand=False))
    _heading(console, "Where it stands")
    for listing in shown.listings:
        _draw_listing(listing, console)
    _heading(console, "What happened")
    for change in shown.changes:
        console.print(Text(f"  {change['night']}  {_happened(change)}"))


def _resolve(con: duckdb.DuckDBPyConnection, identifier: str) -> str:
    """The internship_id that an id of an internship, a listing or a merged internship leads to, or the beginning of one."""
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


def _heading(console: Console, words: str) -> None:
    console.print()
    console.print(Text(words, style="bold"))


def _life(told: dict[str, Any]) -> str:
    said = f"{told['state']}, seen from {told['first_seen']} to {told['last_seen']}"
    if told["closed_on"]:
        said += f", closed on {told['closed_on']} ({told['closed_reason']})"
    return said + (", reopened" if told["reopened"] else "")


def _facts(shown: Shown) -> Table:
    """A row a column that holds something, with the quotes that it rests on."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    quotes: dict[str, dict[str, None]] = {}
    for listing in shown.listings:
        for row in listing["evidence"]:
            said = f"“{visible(row['quote'])}” ({row['raw_field']}, {listing['source_id']})"
            quotes.setdefault(row["field"], {})[said] = None
    facts = [
        (field, _value(value), list(quotes.get(field, {})))
        for field, value in shown.internship.items()
        if field not in IN_HEAD and value is not None
    ]
    # Neighbours often rest on the same words, which are drawn under the last of them.
    following = [rests_on for _, _, rests_on in facts[1:]] + [[]]
    for (field, value, rests_on), next_rests_on in zip(facts, following, strict=True):
        cell = Text(value)
        drawn = rests_on[:QUOTES_SHOWN] if rests_on != next_rests_on else []
        for quote in drawn:
            cell.append(f"\n{quote}", style="dim")
        if len(rests_on) > len(drawn) > 0:
            cell.append(f"\nand {len(rests_on) - len(drawn)} more", style="dim")
        table.add_row(f"  {field}", cell)
    return table


def _draw_listing(listing: dict[str, Any], console: Console) -> None:
    said = f"  {listing['source_id']} ({listing['channel']})  {listing['listing_id']}  {_life({'reopened': False, **listing})}"
    if listing["match"] and listing["match"]["reason"] != "first":
        said += f"; tied by {listing['match']['reason']}, {listing['match']['score']:.2f} sure"
    console.print(Text(said), soft_wrap=True)
    for name in ("url", "apply_url"):
        if listing[name] and (name == "url" or listing[name] != listing["url"]):
            console.print(Text(f"    {name.removesuffix('_url'):5} {visible(listing[name])}"), soft_wrap=True)


def _happened(change: dict[str, Any]) -> str:
    if change["change"] != "changed":
        return str(change["change"])
    old, new = (_value(change[side])[:80] for side in ("old", "new"))
    return f"{change['field']}: {old} → {new}"


def _value(value: Any) -> str:
    """A value for people: lists with commas, structs as their filled parts."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ("; " if value and isinstance(value[0], dict) else ", ").join(_value(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_value(part)}" for name, part in value.items() if part is not None)
    return visible(str(value))
