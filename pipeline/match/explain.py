"""Why two listings are one internship, or are not: what `match` would go by, told for one pair.

Belongs here: the telling. Does not belong here: any rule; nothing is decided here that `match` does not decide.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from pipeline.match import MATCHED, compared_pairs, identities, marks_of
from pipeline.match.clusters import THRESHOLD
from pipeline.match.weights import LOOKS, itemize


class Explained(NamedTuple):
    """Of two listings: the identity of each, and whether it is the same; what tells them apart for certain (kind, one value,
    other value); what people decided (None: nothing); the points of each feature (look, feature, bin, points; none where they
    have too little in common to be compared), their sum in the last look, and the least average at which clusters join."""

    identities: tuple[str, str]
    is_same_posting: bool
    apart: list[tuple[str, str, str]]
    decision: bool | None
    points: pl.DataFrame
    score: int | None
    threshold: int


def explain(listings: pl.DataFrame, one: str, other: str, decisions: pl.DataFrame | None = None) -> Explained:
    """Why the listings with these ids are one or are not. `listings`: columns MATCHED, all that are matched with them: the
    others are their rivals. `decisions`: rows of `match.DECISIONS`. An id that is not there raises KeyError."""
    listings = listings.select(MATCHED).sort("listing_id")
    ids = listings["listing_id"]
    rows = []
    for wanted in sorted((one, other)):
        at = ids.index_of(wanted)
        if at is None:
            raise KeyError(wanted)
        rows.append(at)
    profiles, pairs, keys = compared_pairs(listings, pl.Series(rows, dtype=pl.UInt32))
    known = identities(keys, listings["source_id"])
    marks = marks_of(listings, keys, profiles).filter(pl.col("row").is_in(rows))
    values = {(row, kind): value for row, kind, value in marks.select("row", "kind", "value").iter_rows()}
    kinds = sorted({kind for _, kind in values})
    apart = [
        (kind, values[rows[0], kind], values[rows[1], kind])
        for kind in kinds
        if len({values.get((row, kind)) for row in rows} - {None}) == 2
    ]
    local = [int(profiles["row"].index_of(row) or 0) for row in rows]
    points = itemize(profiles, pairs, (local[0], local[1]))
    last = points.filter(pl.col("look") == LOOKS[-1])
    asked = {one, other}
    decided = [] if decisions is None else [is_one for a, b, is_one in decisions.iter_rows() if {a, b} == asked]
    return Explained(
        identities=(known[rows[0]], known[rows[1]]),
        is_same_posting=known[rows[0]] == known[rows[1]],
        apart=apart,
        decision=decided[-1] if decided else None,
        points=points,
        score=None if last.is_empty() else int(last["points"].sum()),
        threshold=THRESHOLD,
    )
