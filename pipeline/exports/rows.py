"""Which rows of which tables are exported, in which order, and what the rights of their sources withhold.

Of a source whose `full_text` is not true, facts and the link are exported, not its texts:

- `listings.description` is exported if its source allows it, `internships.description` if the sources of all its listings do. A
  source that is no longer in the catalogue allows nothing.
- Quotes of other sources in `evidence` and `risk_flags` are cut to MAX_QUOTE_CHARS characters, which are still verbatim.
- `changes` shows that a description changed, not the texts.

`rejects` (raw texts of the sources), `unknown_values` and `internship_history` are not exported; of `changes` only the rows of
the night are. Does not belong here: how a format writes a cell.
"""

from __future__ import annotations

from pipeline.tables import (
    CHANGES_TABLE,
    EVIDENCE_TABLE,
    INTERNSHIPS,
    LISTINGS,
    MATCHES,
    REDIRECTS,
    REFERENCE_TABLES,
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
    *REFERENCE_TABLES,
)
"""Exported as Parquet, the format for analysis."""

EXPORTED_AS_TEXT: tuple[Table, ...] = (INTERNSHIPS, LISTINGS, SOURCES, CHANGES_TABLE, *REFERENCE_TABLES)
"""Exported as CSV and NDJSON too, for spreadsheets and scripts."""

MAX_QUOTE_CHARS = 300
"""Length of a short quotation: longer than the words of any value, shorter than a posting."""

_FREE_SOURCES = "SELECT source_id FROM sources WHERE full_text"
_FREE_LISTING = f"source_id IN ({_FREE_SOURCES})"
_FREE_INTERNSHIP = f"internship_id NOT IN (SELECT internship_id FROM listings WHERE source_id NOT IN ({_FREE_SOURCES}))"
_CUT_FLAGS = (
    "list_transform(risk_flags, "
    f"lambda mark: struct_pack(flag := mark.flag, quote := left(mark.quote, {MAX_QUOTE_CHARS})))"
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
                THEN quote ELSE left(quote, {MAX_QUOTE_CHARS}) END AS quote
        ) FROM evidence""",
    CHANGES_TABLE.name: """
        SELECT * REPLACE (
            CASE WHEN field IS DISTINCT FROM 'description' THEN old END AS old,
            CASE WHEN field IS DISTINCT FROM 'description' THEN new END AS new
        ) FROM changes WHERE night = (SELECT night FROM about)""",
}


def selection(table: Table, alias: str) -> tuple[str, str]:
    """The rows to export as something to select from, named `alias`, and the SQL of their order. The order is total: rows of a
    table without a key are ordered by their other columns after those of `sorted_by`."""
    names = list(table.sorted_by)
    if not table.key:
        names += [name for name in table.names if name not in names]
    order = ", ".join(f'{alias}."{name}"' for name in names)
    return f"({_ROWS.get(table.name, f'SELECT * FROM {table.name}')}) AS {alias}", order
