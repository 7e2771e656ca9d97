"""What people decided of matches: decisions/matches.ndjson of a home, a line a decision, with who, when and why.

A merge says that each of its `listings` is one internship with each of the `others`, a split that none of them is. Lines are
appended and never changed: of two decisions about the same two listings the newer holds, so that the opposite takes one
back. They name listings, since those outlive every rebuild; a night that does not have a listing yet passes it over. A
night goes by all decisions there are, and one that is made again after later ones by as many as when it was published: so a
rebuild makes what was published, with its ids, as it was.

Belongs here: what was decided and what of it holds. Does not belong here: what matching makes of it (`pipeline.match`).
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
from pipeline.storage.files import sync
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
        """The pairs of listings that it is about, each in the order of their ids."""
        return {(min(one, other), max(one, other)) for one in self.listings for other in self.others if one != other}

    def told(self) -> str:
        """Who decided what, as a few words."""
        return f"{self.decision} {' '.join(self.asked)} ({self.who}, {self.decided_at[:10]})"


def decisions_file(home: Home) -> Path:
    return home.root / "decisions" / "matches.ndjson"


def read_decisions(home: Home) -> list[Decision]:
    """Every decision, oldest first. Raises HomeError for a line that is none."""
    path = decisions_file(home)
    if not path.is_file():
        return []
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            decision = Decision(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise HomeError(f"{path}, line {number} is no decision: {error}") from error
        if decision.decision not in (MERGE, SPLIT):
            raise HomeError(f"{path}, line {number}: {decision.decision!r} is neither {MERGE} nor {SPLIT}")
        found.append(decision)
    return found


def held_on(home: Home, night: date) -> list[Decision]:
    """The decisions that a night goes by: the newest by all, an earlier one by as many as when it was published."""
    decisions = read_decisions(home)
    is_newest = night >= max(home.nights_with_raw(), default=night)
    return decisions if is_newest else decisions[: raw.decisions_published(home.raw(night))]


def newest_by_pair(decisions: Iterable[Decision]) -> dict[tuple[str, str], Decision]:
    """For each pair of listings the decision that holds. Raises HomeError where what holds contradicts itself: listings that
    are one by way of others, and are not."""
    newest = {pair: decision for decision in decisions for pair in decision.pairs()}
    groups = _groups(pair for pair, decision in newest.items() if decision.decision == MERGE)
    for (one, other), decision in sorted(newest.items()):
        if decision.decision == SPLIT and one in groups and groups[one] is groups.get(other):
            ties = {told.told() for pair, told in newest.items() if told.decision == MERGE and set(pair) <= groups[one]}
            raise HomeError(
                f"{decision.told()} says that {one} and {other} are not one, but they would be by {', '.join(sorted(ties))}"
            )
    return newest


def standing(decisions: Iterable[Decision]) -> pl.DataFrame:
    """What holds, as rows of match.DECISIONS, ordered by pair. Of a split the listing that was named stands first; where both
    were, the later one."""
    rows = []
    for (one, other), decision in sorted(newest_by_pair(decisions).items()):
        is_one = decision.decision == MERGE
        leaves_first = is_one or other not in decision.listings
        rows.append((one, other, is_one) if leaves_first else (other, one, is_one))
    return pl.DataFrame(rows, schema=DECISIONS, orient="row")


def named(standing: pl.DataFrame) -> pl.Series:
    """Ids of the listings that decisions speak of."""
    return pl.concat([standing["listing_id"], standing["other_id"]]).unique().sort().alias("listing_id")


def mark(matches: pl.DataFrame, before: pl.DataFrame, standing: pl.DataFrame, night: date) -> pl.DataFrame:
    """MATCHES with reason and score of those that tonight became one, or left one, as people decided."""
    both = pl.concat([standing, standing.select(listing_id="other_id", other_id="listing_id", is_one="is_one")])
    now = matches.select("listing_id", now="internship_id").join(
        before.select("listing_id", was="internship_id"), on="listing_id", how="left"
    )
    other = now.select(other_id="listing_id", other_now="now", other_was="was")
    told = both.join(now, on="listing_id").join(other, on="other_id")
    became_one = pl.col("is_one") & (pl.col("now") == pl.col("other_now"))
    left = ~pl.col("is_one") & (pl.col("now") != pl.col("other_now")) & (pl.col("was") == pl.col("other_was"))
    marked = told.filter((became_one | left).fill_null(False))["listing_id"].unique()
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
    what is one already, and for what contradicts other decisions."""
    with open_readonly(home.warehouse) as con, _deciding(home) as decisions:
        one, other = whole_id(con, one), whole_id(con, other)
        listings, others = (_members(con, which, decisions) for which in (one, other))
        if set(listings) & set(others):
            raise HomeError(f"{one} and {other} are one already")
        decision = Decision(MERGE, [one, other], listings, others, who, at.isoformat(), why)
        return _record(home, decisions, decision)


def split(home: Home, which: str, who: str, at: datetime, why: str | None) -> Decision:
    """Record that a listing is not of its internship; of an internship, that none of its listings is one with another.
    Raises HomeError for an unknown id, where there is nothing to part, and for what contradicts other decisions."""
    with open_readonly(home.warehouse) as con, _deciding(home) as decisions:
        which = whole_id(con, which)
        members = _members(con, which, decisions)
        if len(members) == 1:
            raise HomeError(f"{which} has one listing: there is nothing to part it from")
        listings = [which] if which in members else members
        others = [listing for listing in members if listing != which]
        decision = Decision(SPLIT, [which], listings, others, who, at.isoformat(), why)
        return _record(home, decisions, decision)


def internship_of(con: duckdb.DuckDBPyConnection, which: str) -> str:
    """The internship that an id stands for: its own, one that was merged away, or a listing's. Raises HomeError."""
    query = "SELECT coalesce(resolve($1), (SELECT internship_id FROM listings WHERE listing_id = $1))"
    found = con.execute(query, [which]).fetchone()
    if found is None or found[0] is None:
        raise HomeError(f"{which} is no internship and no listing of this warehouse")
    internship: str = found[0]
    return internship


def listings_of(con: duckdb.DuckDBPyConnection, internship: str) -> list[str]:
    query = "SELECT listing_id FROM listings WHERE internship_id = ? ORDER BY listing_id"
    return [listing for (listing,) in con.execute(query, [internship]).fetchall()]


def _members(con: duckdb.DuckDBPyConnection, which: str, decisions: list[Decision]) -> list[str]:
    """The listings of an id's internship as they will be: decisions that no night has heard of yet count."""
    newest = newest_by_pair(decisions)
    published = listings_of(con, internship_of(con, which))
    left, found = ([which] if which in published else published), set[str]()
    while left:
        listing = left.pop()
        found.add(listing)
        row = con.execute("SELECT internship_id FROM listings WHERE listing_id = ?", [listing]).fetchone()
        mates = set(listings_of(con, row[0])) if row else set()
        told = {pair: decision.decision for pair, decision in newest.items() if listing in pair}
        merged = {mate for pair, said in told.items() if said == MERGE for mate in pair}
        apart = {mate for pair, said in told.items() if said == SPLIT for mate in pair}
        left += (mates | merged) - apart - found
    return sorted(found)


@contextmanager
def _deciding(home: Home) -> Iterator[list[Decision]]:
    """The decisions so far; another process that decides is waited for."""
    decisions_file(home).parent.mkdir(exist_ok=True)
    with (home.root / "decisions" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield read_decisions(home)


def _record(home: Home, decisions: list[Decision], decision: Decision) -> Decision:
    newest_by_pair([*decisions, decision])  # refuses what contradicts
    path = decisions_file(home)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(decision._asdict(), ensure_ascii=False) + "\n")
    sync(path)
    return decision


def _groups(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """For each listing of the pairs all that it is one with, the same set for each of them."""
    groups: dict[str, set[str]] = {}
    for one, other in pairs:
        joined = groups.get(one, {one}) | groups.get(other, {other})
        groups |= dict.fromkeys(joined, joined)
    return groups
