"""Why two listings or internships are one or are not, as a page for a terminal: what `internships matches explain` prints.

Belongs here: which listings stand for what was asked, and the words. Does not belong here: the reasons themselves
(`pipeline.match.explain`), people's decisions (`pipeline.review.decisions`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import polars as pl

from pipeline.lifecycle.listings import expired_listing_ids
from pipeline.match import MATCH_COLUMNS, MAX_OWN_POSTINGS_TRUST
from pipeline.match.comparison_levels import FACTS, TOPICS
from pipeline.match.explain import Explained
from pipeline.match.explain import explain as explain_pair
from pipeline.match.weights import ROUNDS, match_probability
from pipeline.review import decisions
from pipeline.storage.home import Home
from pipeline.storage.warehouse import night_of, open_readonly, whole_id

MAX_PAIRS_EXPLAINED = 6
"""Pairs of listings that are looked at where internships are asked about."""

Row = dict[str, Any]
"""A listing and its match."""

_LISTINGS = """
    SELECT listings.* EXCLUDE (description) REPLACE (CASE WHEN trust <= $own THEN native_id END AS native_id),
        matches.reason, matches.score, matches.decided_on, matches.passages,
        matches.figures, matches.text_language, matches.reference_numbers
    FROM listings JOIN matches USING (listing_id) LEFT JOIN sources USING (source_id) ORDER BY listing_id
"""


def render_explanation(home: Home, one: str, other: str) -> str:
    """The page for two ids, of listings or of internships. Raises HomeError for an unknown id."""
    night = night_of(home.warehouse)
    with open_readonly(home.warehouse) as con:
        asked = [_asked(con, whole_id(con, which)) for which in (one, other)]
        listings = con.sql(_LISTINGS, params={"own": MAX_OWN_POSTINGS_TRUST}).pl()
    decided = decisions.newest_by_pair(decisions.read_decisions(home))
    rows = {
        row["listing_id"]: row for row in listings.filter(pl.col("listing_id").is_in(asked[0] + asked[1])).to_dicts()
    }
    past = set(expired_listing_ids(listings, night)) - rows.keys()
    compared = listings.filter(~pl.col("listing_id").is_in(past)).with_columns(
        seasons=pl.concat_list("season").list.drop_nulls()
    )
    pairs = sorted({(min(a, b), max(a, b)) for a in asked[0] for b in asked[1] if a != b})
    explained = [(pair, explain_pair(compared.select(MATCH_COLUMNS), *pair)) for pair in pairs[:MAX_PAIRS_EXPLAINED]]
    explained.sort(
        key=lambda pair: (not pair[1].is_same_posting, -(pair[1].score if pair[1].score is not None else -10_000))
    )
    lines = [*columns_of_pairs(asked, rows), "", _verdict(asked, rows)]
    if not explained:
        return "\n".join([*lines, "It is one and the same listing."])
    if len(pairs) > 1:
        lines.append(f"{len(pairs)} pairs of listings; the best tied of {len(explained)}:")
    pair, why = explained[0]
    lines += ["", *(_side(rows[listing]) for listing in pair), ""]
    if decision := decided.get(pair):
        lines.append(f"decision   {decision.summary()}{f': {decision.why}' if decision.why else ''}")
    return "\n".join([*lines, *_reasons(why)])


def _asked(con: duckdb.DuckDBPyConnection, which: str) -> list[str]:
    """The listings that an id asks about: itself, or those of its internship."""
    listings = decisions.listings_of(con, decisions.internship_of(con, which))
    return [which] if which in listings else listings


def columns_of_pairs(asked: list[list[str]], rows: dict[str, Row]) -> Iterator[str]:
    for listings in asked:
        first = rows[listings[0]]
        yield f"{first['internship_id']}  {first['title']} · {first['organization'] or 'no organization stated'}"


def _verdict(asked: list[list[str]], rows: dict[str, Row]) -> str:
    ids = [rows[listings[0]]["internship_id"] for listings in asked]
    if ids[0] != ids[1]:
        return "They are two internships."
    ties = sorted(
        f"{row['reason']} ({row['score']:.2f}, {row['decided_on']})"
        for row in rows.values()
        if row["reason"] != "first"
    )
    return f"They are one internship, by {', '.join(ties)}." if ties else "They are one internship."


def _side(row: Row) -> str:
    place = ", ".join(row["cities"] or row["countries"] or [])
    facts = [row["title"], row["organization"], place, row["season"], row["posted_on"]]
    return (
        f"{row['listing_id']}  {row['source_id']}: {' · '.join(str(fact) for fact in facts if fact)}\n    {row['url']}"
    )


def _reasons(why: Explained) -> Iterator[str]:
    same = "the same" if why.is_same_posting else f"not the same: {why.identities[0]} and {why.identities[1]}"
    yield f"posting    {same}"
    for kind, one, other in why.apart:
        yield f"never one  {kind}: {one} and {other}"
    if why.score is None:
        yield "words      too little in common to be compared"
        return
    last = why.weights.filter(pl.col("round") == ROUNDS[-1])
    topics = {comparison: topic for topic, comparisons in TOPICS.items() for comparison in comparisons}
    sums: dict[str, int] = {}
    facts: dict[str, list[str]] = {}
    for comparison, level, weight in last.select("comparison", "level", "match_weight").iter_rows():
        topic = topics.get(comparison, "before anything is known")
        sums[topic] = sums.get(topic, 0) + weight
        if fact := FACTS.get(comparison, {}).get(level):
            facts.setdefault(topic, []).append(fact)
    for topic, weight in sorted(sums.items(), key=lambda item: (-item[1], item[0])):
        if weight or topic in facts:
            yield f"{weight:+9d}  {topic}{': ' if topic in facts else ''}{', '.join(facts.get(topic, []))}"
    yield f"{why.score:+9d}  together: {_percent(why.score)}"
    yield f"{why.threshold:+9d}  is what clusters join from, on average: {_percent(why.threshold)}"


def _percent(weight: int) -> str:
    return f"{pl.select(match_probability(pl.lit(float(weight)))).item():.0%}"
