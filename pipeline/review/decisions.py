"""People's decisions about matches: decisions/matches.ndjson of a home, one line per decision, with who, when and why.

A merge states that each of its `listings` is one internship with each of the `others`, a split that none of them is. Lines are
appended and never changed: of two decisions about the same two listings the newer applies, so the opposite decision revokes one.
They name listings, because those survive every rebuild; a night that does not have a listing yet ignores it. A night applies all
decisions there are; one that is repeated after later ones applies as many as when it was published, so that a rebuild gives
what was published, ids included.

Belongs here: what was decided, and what of it applies. Does not belong here: what matching makes of it (`pipeline.match`).
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb
import polars as pl

from pipeline.match import DECISIONS
from pipeline.storage import raw
from pipeline.storage.files import write_atomically
from pipeline.storage.home import Home, HomeError
from pipeline.storage.warehouse import open_readonly, whole_id

MERGE, SPLIT = "merge", "split"
DECIDED = "decision"
"""The reason of a match that a person decided."""


class Decision(NamedTuple):
    """One line. `asked`: the ids that the person named; `decided_at`: ISO 8601 UTC."""

    decision: str
    asked: list[str]
    listings: list[str]
    others: list[str]
    who: str
    decided_at: str
    why: str | None = None

    def pairs(self) -> Iterable[tuple[str, str]]:
        """The pairs of listings that it is about, each ordered by id."""
        return {(min(one, other), max(one, other)) for one in self.listings for other in self.others if one != other}

    def summary(self) -> str:
        """Who decided what, in a few words."""
        return f"{self.decision} {' '.join(self.asked)} ({self.who}, {self.decided_at[:10]})"


def decisions_file(home: Home) -> Path:
    return home.root / "decisions" / "matches.ndjson"


def read_decisions(home: Home) -> list[Decision]:
    """Every decision, oldest first. Raises HomeError for a malformed line."""
    path = decisions_file(home)
    if not path.is_file():
        return []
    decisions = []
    content = path.read_bytes()
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            decision = Decision(**json.loads(line))
        except (ValueError, TypeError) as error:
            if number == content.count(b"\n") + 1:
                continue  # cut off while it was written: nobody was told that it was decided
            raise HomeError(
                f"{path}, line {number} is not a decision ({error}); correct or remove that line"
            ) from error
        if decision.decision not in (MERGE, SPLIT):
            raise HomeError(f"{path}, line {number}: {decision.decision!r} is neither {MERGE} nor {SPLIT}")
        decisions.append(decision)
    return decisions


def held_on(home: Home, night: date) -> list[Decision]:
    """The decisions that a night applies: the newest all of them, an earlier one as many as when it was published."""
    decisions = read_decisions(home)
    is_newest = night >= max(home.nights_with_raw(), default=night)
    return decisions if is_newest else decisions[: raw.decisions_published(home.raw(night))]


def newest_by_pair(decisions: Iterable[Decision]) -> dict[tuple[str, str], Decision]:
    """Pair of listings -> the decision that applies. Raises HomeError for a contradiction: listings that are split and, by way
    of others, merged."""
    newest = {pair: decision for decision in decisions for pair in decision.pairs()}
    groups = _groups(pair for pair, decision in newest.items() if decision.decision == MERGE)
    for (one, other), decision in sorted(newest.items()):
        if decision.decision == SPLIT and one in groups and groups[one] is groups.get(other):
            group = groups[one]
            merges = {each.summary() for pair, each in newest.items() if each.decision == MERGE and set(pair) <= group}
            raise HomeError(
                f"{decision.summary()} states that {one} and {other} are separate, but they are merged by "
                + ", ".join(sorted(merges))
            )
    return newest


def standing(decisions: Iterable[Decision]) -> pl.DataFrame:
    """What applies, as rows of match.DECISIONS, ordered by pair. The listing that a split named comes first; if both were named,
    the later one."""
    rows = []
    for (one, other), decision in sorted(newest_by_pair(decisions).items()):
        is_one = decision.decision == MERGE
        leaves_first = is_one or other not in decision.listings
        rows.append((one, other, is_one) if leaves_first else (other, one, is_one))
    return pl.DataFrame(rows, schema=DECISIONS, orient="row")


def named(standing: pl.DataFrame) -> pl.Series:
    """Ids of the listings that decisions are about."""
    return pl.concat([standing["listing_id"], standing["other_id"]]).unique().sort().alias("listing_id")


def mark(matches: pl.DataFrame, before: pl.DataFrame, standing: pl.DataFrame, night: date) -> pl.DataFrame:
    """MATCHES with reason and score of the listings that people's decisions merged or split tonight."""
    both = pl.concat([standing, standing.select(listing_id="other_id", other_id="listing_id", is_one="is_one")])
    now = matches.select("listing_id", now="internship_id").join(
        before.select("listing_id", was="internship_id"), on="listing_id", how="left"
    )
    other = now.select(other_id="listing_id", other_now="now", other_was="was")
    decided = both.join(now, on="listing_id").join(other, on="other_id")
    became_one = pl.col("is_one") & (pl.col("now") == pl.col("other_now"))
    left = ~pl.col("is_one") & (pl.col("now") != pl.col("other_now")) & (pl.col("was") == pl.col("other_was"))
    marked = decided.filter((became_one | left).fill_null(False))["listing_id"].unique()
    moved = (pl.col("decided_on") == night) & pl.col("listing_id").is_in(marked.implode())
    is_founder = pl.col("reason") == "first"
    new = ~pl.col("listing_id").is_in(before["listing_id"].implode())
    is_decided = moved & ~(is_founder & new)
    return matches.with_columns(
        reason=pl.when(is_decided).then(pl.lit(DECIDED)).otherwise("reason"),
        score=pl.when(is_decided).then(1.0).otherwise("score"),
    )


def merge(home: Home, one: str, other: str, who: str, at: datetime, why: str | None) -> Decision:
    """Record that two internships (ids of theirs, or of listings of theirs) are one. Raises HomeError for an unknown id, for
    one and the same internship, and for a contradiction of other decisions."""
    with open_readonly(home.warehouse) as con, _deciding(home) as decisions:
        one, other = whole_id(con, one), whole_id(con, other)
        listings, others = (_members(con, which, decisions) for which in (one, other))
        if set(listings) & set(others):
            raise HomeError(f"{one} and {other} are one internship already")
        decision = Decision(MERGE, [one, other], listings, others, who, at.isoformat(), why)
        return _record(home, decisions, decision)


def split(home: Home, which: str, who: str, at: datetime, why: str | None) -> Decision:
    """Record that a listing is not of its internship; of an internship, that each of its listings is one of its own. Raises
    HomeError for an unknown id, a single listing, and a contradiction of other decisions."""
    with open_readonly(home.warehouse) as con, _deciding(home) as decisions:
        which = whole_id(con, which)
        members = _members(con, which, decisions)
        if len(members) == 1:
            raise HomeError(f"{which} has a single listing; there is nothing to split")
        listings = [which] if which in members else members
        others = [listing for listing in members if listing != which]
        decision = Decision(SPLIT, [which], listings, others, who, at.isoformat(), why)
        return _record(home, decisions, decision)


def internship_of(con: duckdb.DuckDBPyConnection, which: str) -> str:
    """The internship that an id stands for: its own, one that was merged away, or a listing's. Raises HomeError."""
    query = "SELECT coalesce(resolve($1), (SELECT internship_id FROM listings WHERE listing_id = $1))"
    row = con.execute(query, [which]).fetchone()
    if row is None or row[0] is None:
        raise HomeError(f"no internship or listing {which} in this warehouse")
    internship: str = row[0]
    return internship


def listings_of(con: duckdb.DuckDBPyConnection, internship: str) -> list[str]:
    query = "SELECT listing_id FROM listings WHERE internship_id = ? ORDER BY listing_id"
    return [listing for (listing,) in con.execute(query, [internship]).fetchall()]


def _members(con: duckdb.DuckDBPyConnection, which: str, decisions: list[Decision]) -> list[str]:
    """The listings of an id's internship as they will be, with decisions that no night has applied yet."""
    newest = newest_by_pair(decisions)
    published = listings_of(con, internship_of(con, which))
    left, members = ([which] if which in published else published), set[str]()
    while left:
        listing = left.pop()
        members.add(listing)
        row = con.execute("SELECT internship_id FROM listings WHERE listing_id = ?", [listing]).fetchone()
        matched = set(listings_of(con, row[0])) if row else set()
        about = {pair: decision.decision for pair, decision in newest.items() if listing in pair}
        merged = {each for pair, kind in about.items() if kind == MERGE for each in pair}
        separate = {each for pair, kind in about.items() if kind == SPLIT for each in pair}
        left += (matched | merged) - separate - members
    return sorted(members)


@contextmanager
def _deciding(home: Home) -> Iterator[list[Decision]]:
    """The decisions so far; waits for other processes that decide."""
    decisions_file(home).parent.mkdir(exist_ok=True)
    with (home.root / "decisions" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield read_decisions(home)


def _record(home: Home, decisions: list[Decision], decision: Decision) -> Decision:
    newest_by_pair([*decisions, decision])  # refuses a contradiction
    path = decisions_file(home)
    lines = "".join(json.dumps(each._asdict(), ensure_ascii=False) + "\n" for each in [*decisions, decision])
    write_atomically(path, lines)
    return decision


def _groups(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Listing -> all listings that it is merged with, the same set for each of them."""
    groups: dict[str, set[str]] = {}
    for one, other in pairs:
        joined = groups.get(one, {one}) | groups.get(other, {other})
        groups |= dict.fromkeys(joined, joined)
    return groups
