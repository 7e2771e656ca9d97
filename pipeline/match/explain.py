"""Why two listings are one internship or are not: what the linker would go by, for one pair.

Does not belong here: any rule; nothing is decided here that `linker.match` does not decide.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from pipeline.match.clusters import JOIN_WEIGHT
from pipeline.match.contradictions import exclusive_values
from pipeline.match.linker import MATCH_COLUMNS, scored_context
from pipeline.match.weights import ROUNDS, itemize


class Explained(NamedTuple):
    """Of two listings: the identity of each, and whether it is the same; what tells them apart for certain (kind, one
    value, other value); what people decided (None: nothing); the match weight of each comparison (round, comparison, level,
    match_weight; none where they have too little in common to be compared), their sum in the last round, and the least
    average at which clusters join."""

    identities: tuple[str, str]
    is_same_posting: bool
    apart: list[tuple[str, str, str]]
    decision: bool | None
    weights: pl.DataFrame
    score: int | None
    threshold: int


def explain(listings: pl.DataFrame, one: str, other: str, decisions: pl.DataFrame | None = None) -> Explained:
    """Why the listings with these ids are one or are not. `listings`: columns MATCH_COLUMNS, all that are matched with them: the
    others compete with them. `decisions`: rows of `match.DECISIONS`. An id that is not there raises KeyError."""
    listings = listings.select(MATCH_COLUMNS).sort("listing_id")
    ids = listings["listing_id"]
    rows = []
    for wanted in sorted((one, other)):
        at = ids.index_of(wanted)
        if at is None:
            raise KeyError(wanted)
        rows.append(at)
    profiles, pairs, keys, known = scored_context(listings, pl.Series(rows, dtype=pl.UInt32))
    marks = exclusive_values(listings, keys, profiles).filter(pl.col("row").is_in(rows))
    values = {(row, kind): value for row, kind, value in marks.select("row", "kind", "value").iter_rows()}
    kinds = sorted({kind for _, kind in values})
    apart = [
        (kind, values[rows[0], kind], values[rows[1], kind])
        for kind in kinds
        if len({values.get((row, kind)) for row in rows} - {None}) == 2
    ]
    local = [int(profiles["row"].index_of(row) or 0) for row in rows]
    weights = itemize(profiles, pairs, (local[0], local[1]))
    last = weights.filter(pl.col("round") == ROUNDS[-1])
    asked = {one, other}
    decided = [] if decisions is None else [is_one for a, b, is_one in decisions.iter_rows() if {a, b} == asked]
    return Explained(
        identities=(known[rows[0]], known[rows[1]]),
        is_same_posting=known[rows[0]] == known[rows[1]],
        apart=apart,
        decision=decided[-1] if decided else None,
        weights=weights,
        score=None if last.is_empty() else int(last["match_weight"].sum()),
        threshold=JOIN_WEIGHT,
    )
