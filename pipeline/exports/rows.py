"""Which rows of which tables leave the warehouse, in which order, and what the rights of their sources withhold.

A source whose `full_text` is not true lets facts and the link out, not its texts:

- `listings.description` leaves where its source allows it, `internships.description` where the sources of all its
  listings do. A source that the catalogue no longer has allows nothing.
- A quote in `evidence` and `risk_flags` that rests on other sources is cut to its first QUOTE_LENGTH characters, which
  are still a verbatim piece.
- `changes` tells that a description changed, never from what to what.

`rejects` (raw texts of the sources), `unknown_values`, `internship_history` and the reference tables stay in the
warehouse; `changes` leaves with the rows of its night. Does not belong here: how a format writes a cell.
"""

from __future__ import annotations

from pipeline.tables import (
    CHANGES_TABLE,
    EVIDENCE_TABLE,
    INTERNSHIPS,
    LISTINGS,
    MATCHES,
    REDIRECTS,
    SOURCE_RUNS,
    SOURCES,
    Table,
)

EXPORTED: tuple[Table, ...] = (
    INTERNSHIPS,
    LISTINGS,
    EVIDENCE_TABLE,
    CHANGES_TABLE,
    MATCHES,
    REDIRECTS,
    SOURCES,
    SOURCE_RUNS,
)
"""What leaves as Parquet, the format for analysis."""

EXPORTED_AS_TEXT: tuple[Table, ...] = (INTERNSHIPS, LISTINGS, SOURCES, CHANGES_TABLE)
"""What leaves as CSV and NDJSON too, for spreadsheets and scripts."""

QUOTE_LENGTH = 300
"""Characters: what a short quotation may have. Longer than any value's own words, shorter than a posting."""

_FREE_SOURCES = "SELECT source_id FROM sources WHERE full_text"
_FREE_LISTING = f"source_id IN ({_FREE_SOURCES})"
_FREE_INTERNSHIP = f"internship_id NOT IN (SELECT internship_id FROM listings WHERE source_id NOT IN ({_FREE_SOURCES}))"
_CUT_FLAGS = (
    "list_transform(risk_flags, "
    f"lambda mark: struct_pack(flag := mark.flag, quote := left(mark.quote, {QUOTE_LENGTH})))"
)

_ROWS = {
    LISTINGS.name: f"""
        SELECT * REPLACE (
            CASE WHEN {_FREE_LISTING} THEN description END AS description,
            CASE WHEN {_FREE_LISTING} THEN risk_flags ELSE {_CUT_FLAGS} END AS risk_flags
        ) FROM listings""",
    INTERNSHIPS.name: f"""
        SELECT * REPLACE (
            CASE WHEN {_FREE_INTERNSHIP} THEN description END AS description,
            CASE WHEN {_FREE_INTERNSHIP} THEN risk_flags ELSE {_CUT_FLAGS} END AS risk_flags
        ) FROM internships""",
    EVIDENCE_TABLE.name: f"""
        SELECT * REPLACE (
            CASE WHEN listing_id IN (SELECT listing_id FROM listings WHERE {_FREE_LISTING})
                THEN quote ELSE left(quote, {QUOTE_LENGTH}) END AS quote
        ) FROM evidence""",
    CHANGES_TABLE.name: """
        SELECT * REPLACE (
            CASE WHEN field IS DISTINCT FROM 'description' THEN old END AS old,
            CASE WHEN field IS DISTINCT FROM 'description' THEN new END AS new
        ) FROM changes WHERE night = (SELECT night FROM about)""",
}


def selection(table: Table, alias: str) -> tuple[str, str]:
    """(the rows to export as something to select from, named `alias`; what they are ordered by). The order is total: rows
    of a table without a key are ordered by their other columns after those of `sorted_by`."""
    names = list(table.sorted_by)
    if not table.key:
        names += [name for name in table.names if name not in names]
    order = ", ".join(f'{alias}."{name}"' for name in names)
    return f"({_ROWS.get(table.name, f'SELECT * FROM {table.name}')}) AS {alias}", order
