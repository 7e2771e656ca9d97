"""Listings from night to night: which are open, closed, reopened or unverified, and since when.

A listing closes when complete runs of its source no longer have it, when its deadline passed, or when its source says so in
one of the ways of `vocabulary.CloseReason`; nothing else closes it. Seen again, it reopens. Nothing is deleted. Belongs here:
the state of a listing. Does not belong here: whether a run is complete (`runs`), what a listing says (`pipeline.clean`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

import polars as pl

from pipeline.clean.language_tools.extraction import over_distinct
from pipeline.clean.when.clock import moment
from pipeline.clean.when.place_zones import last_zone
from pipeline.lifecycle.runs import SourceRules
from pipeline.tables import LISTINGS
from pipeline.vocabulary import CloseReason, Outcome, State

EDITION_AFTER_DAYS = 270
"""What is seen again as long after it closed is next year's edition, not the same one reopened."""

LIFE = ("internship_id", "state", "closed_on", "closed_reason", "misses", "last_seen")
"""Columns of LISTINGS that come from the nights before, whatever the words of tonight."""

ADDRESSES = ("native_id", "url", "apply_url")
"""Columns that follow the source every night, though its words are the same."""


def update_listings(
    before: pl.DataFrame,
    seen: pl.DataFrame,
    marked_closed: pl.DataFrame,
    runs: pl.DataFrame,
    last_complete: Mapping[str, date],
    rules: Mapping[str, SourceRules],
    night: date,
) -> pl.DataFrame:
    """The listings after this night, ordered by id; columns of LISTINGS (a new listing's internship_id is null).

    `before`: the listings of the night before. `seen`: tonight's open rows, one a listing: listing_id, the columns of
    identity, and `is_fresh`: whether the facts in it are new; else those of `before` stand. `marked_closed`: listing_id and
    reason (CloseReason) of listings that are marked closed tonight. `runs`: source_id, complete, outcome of tonight's judged
    runs. `last_complete`: for each source the last night with a complete run, tonight's included.
    """
    frame = (
        _newest_facts(before, seen, night)
        .join(_of_runs(runs), on="source_id", how="left", maintain_order="left")
        .join(_of_sources(rules, last_complete), on="source_id", how="left", maintain_order="left")
        .join(_marks(marked_closed), on="listing_id", how="left", maintain_order="left")
    )
    frame = frame.with_columns(
        pl.col("_complete", "_unchanged", "_not_recorded").fill_null(False),
        _was_closed=pl.col("state") == State.CLOSED,
        _marked=pl.col("_mark").is_not_null() & ~pl.col("_seen"),
        _over=_is_past_deadline(frame, night) & ~_is_implausible(night),
    )
    frame = _count_misses(frame, night).with_columns(_reason=_close_reason())
    is_closed = pl.col("_reason").is_not_null()
    closed_on = pl.when("_was_closed").then("closed_on").otherwise(pl.lit(night, dtype=pl.Date))
    frame = frame.with_columns(
        closed_on=pl.when(is_closed).then(closed_on),
        closed_reason=pl.col("_reason"),
        state=_state(is_closed, night),
    )
    return frame.select(LISTINGS.names).sort("listing_id")


def expired_listing_ids(listings: pl.DataFrame, night: date) -> pl.Series:
    """Ids of the listings of internships that closed, and were seen last, so long ago that what comes now is a new edition."""
    latest = pl.max_horizontal("closed_on", "last_seen")
    is_over = (pl.col("state") == State.CLOSED) & (latest <= night - timedelta(days=EDITION_AFTER_DAYS))
    # What no internship has yet is of tonight.
    return listings.filter(is_over.all().over("internship_id") & pl.col("internship_id").is_not_null())["listing_id"]


def _of_runs(runs: pl.DataFrame) -> pl.DataFrame:
    return runs.select(
        "source_id",
        _complete="complete",
        _unchanged=pl.col("outcome") == Outcome.UNCHANGED,
        _not_recorded=pl.col("outcome") == Outcome.NOT_RECORDED,
    )


def _of_sources(rules: Mapping[str, SourceRules], last_complete: Mapping[str, date]) -> pl.DataFrame:
    rows = [
        (source, rule.misses_to_close, rule.patience_nights, last_complete.get(source), rule.is_in_catalogue, rule.zone)
        for source, rule in rules.items()
    ]
    schema = {
        "source_id": pl.String,
        "_misses_to_close": pl.Int32,
        "_patience": pl.Int32,
        "_last_complete": pl.Date,
        "_is_in_catalogue": pl.Boolean,
        "_zone": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _marks(marked_closed: pl.DataFrame) -> pl.DataFrame:
    marks = marked_closed.select("listing_id", _mark="reason")
    return marks.unique("listing_id", keep="first", maintain_order=True)


def _count_misses(frame: pl.DataFrame, night: date) -> pl.DataFrame:
    """With `_present`, `misses` and `last_seen` after this night."""
    # A 304 shows what the run it points to showed: what that run had stands, what it missed is missed again.
    stands = pl.col("_unchanged") & ~pl.col("_was_closed") & (pl.col("misses") == 0) & ~pl.col("_marked")
    frame = frame.with_columns(
        _present=pl.col("_seen") | stands, _last_complete=pl.coalesce("_last_complete", "first_seen")
    )
    shown = pl.col("_present") | pl.col("_marked")
    missed = pl.col("_complete") & ~pl.col("_was_closed")
    misses = pl.when(shown).then(0).when(missed).then(pl.col("misses") + 1).otherwise("misses")
    return frame.with_columns(
        misses=misses.cast(pl.Int32),
        last_seen=pl.when(shown).then(pl.lit(night, dtype=pl.Date)).otherwise("last_seen"),
    )


def _close_reason() -> pl.Expr:
    """Why a listing is closed after this night, null where it is not: a closed one keeps its first reason."""
    kept = pl.when("_was_closed").then("closed_reason")
    is_gone = pl.col("_complete") & (pl.col("misses") >= pl.col("_misses_to_close"))
    return (
        pl.when("_marked")
        .then(kept.otherwise("_mark"))
        .when("_over")
        .then(kept.otherwise(pl.lit(CloseReason.DEADLINE.value)))
        .when("_present")
        .then(None)
        .when("_was_closed")
        .then("closed_reason")
        .when(is_gone)
        .then(pl.lit(CloseReason.GONE.value))
        .otherwise(None)
    )


def _state(is_closed: pl.Expr, night: date) -> pl.Expr:
    """The state after this night: a source that failed, was not due, was left out or left the catalogue loses patience; only a
    replay whose archives lack it says nothing of it."""
    days_since = (pl.lit(night, dtype=pl.Date) - pl.col("_last_complete")).dt.total_days()
    is_not_recorded = pl.col("_not_recorded") & pl.col("_is_in_catalogue")
    out_of_patience = ~is_not_recorded & (days_since > pl.col("_patience"))
    stays_unverified = (pl.col("state") == State.UNVERIFIED) & ~pl.col("_complete")
    return (
        pl.when(is_closed)
        .then(pl.lit(State.CLOSED.value))
        .when(~pl.col("_present") & (out_of_patience | stays_unverified))
        .then(pl.lit(State.UNVERIFIED.value))
        .otherwise(pl.lit(State.OPEN.value))
    )


def _is_past_deadline(listings: pl.DataFrame, night: date) -> pl.Series:
    """For each row whether its deadline is over when the night begins, at midnight UTC: the stated moment, else the end of
    the day in the stated zone, else where its place is (of several, where the day ends last), else where its source is
    (`_zone`)."""
    begins = datetime.combine(night, time(), UTC)
    day_before = night - timedelta(days=1)
    ends = listings.select(
        "deadline", "deadline_at",
        # Older days are over everywhere on earth, later ones nowhere.
        last_day=pl.when(pl.col("deadline") == day_before).then("deadline"),
        stated_zone="deadline_zone",
        source_zone="_zone",
        places=pl.col("places").list.eval(
            pl.concat_str(
                pl.element().struct.field("country", "latitude", "longitude").cast(pl.String).fill_null(""),
                separator="|",
            )
        ).list.join(";"),
    )  # fmt: skip

    def is_over(day: date | None, stated: str | None, places: str | None, source: str) -> tuple[bool] | None:
        if day is None:
            return None
        zone = stated or last_zone(_places(places or ""), day) or source
        return (moment(day, 24 * 60, zone) <= begins,)

    over = over_distinct(ends, ["last_day", "stated_zone", "places", "source_zone"], is_over, {"over": pl.Boolean})
    return ends.hstack(over).select(
        pl.when(pl.col("deadline_at").is_not_null())
        .then(pl.col("deadline_at") <= begins)
        .otherwise((pl.col("deadline") < day_before) | pl.col("over").fill_null(False))
        .fill_null(False)
        .alias("over")
    )["over"]


def _is_implausible(night: date) -> pl.Expr:
    """Whether a deadline was over before its listing was first seen, which has been open since."""
    is_open = (pl.col("state") != State.CLOSED) & (pl.col("first_seen") < night)
    return (is_open & (pl.col("deadline") < pl.col("first_seen"))).fill_null(False)


def _places(text: str) -> list[tuple[str, float | None, float | None]]:
    """Country, latitude, longitude of the places that `_is_past_deadline` joins."""
    parts = [place.split("|") for place in text.split(";") if place]
    return [
        (country, float(latitude) if latitude else None, float(longitude) if longitude else None)
        for country, latitude, longitude in parts
    ]


def _newest_facts(before: pl.DataFrame, seen: pl.DataFrame, night: date) -> pl.DataFrame:
    """Listings of before and tonight with the newest facts, LISTINGS' columns and `_seen`, before their life is judged."""
    ids = seen["listing_id"]
    facts = pl.concat([_standing(before, seen), _fresh(before, seen, night)])
    return facts.with_columns(_seen=pl.col("listing_id").is_in(ids.implode()))


def _fresh(before: pl.DataFrame, seen: pl.DataFrame, night: date) -> pl.DataFrame:
    """What is new or says something else tonight, with its life so far; LISTINGS."""
    tonight = pl.lit(night, dtype=pl.Date)
    known = before.select("listing_id", _first="first_seen", _posted="posted_on")
    is_known = pl.col("_first").is_not_null()
    # A date read from an age would move with every reading: it is fixed when the listing is first seen.
    is_fixed = is_known & pl.col("posted_is_relative") & pl.col("_posted").is_not_null()
    fresh = (
        seen.filter("is_fresh")
        .join(known, on="listing_id", how="left", maintain_order="left")
        .with_columns(
            first_seen=pl.coalesce("_first", tonight),
            posted_on=pl.when(is_fixed).then("_posted").otherwise("posted_on"),
        )
    )
    facts = [name for name in LISTINGS.names if name in fresh.columns and name not in LIFE]
    life = before.select("listing_id", *LIFE)
    fresh = fresh.select(facts).join(life, on="listing_id", how="left", maintain_order="left")
    return LISTINGS.conform(
        fresh.with_columns(
            pl.col("state").fill_null(State.OPEN.value),
            pl.col("misses").fill_null(0),
            pl.col("last_seen").fill_null(tonight),
        )
    )


def _standing(before: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """What is not told anew: the facts of before, with tonight's addresses where it was seen; LISTINGS."""
    tonight = seen.select("listing_id", "is_fresh", *(pl.col(name).alias(f"_{name}") for name in ADDRESSES))
    is_seen = pl.col("is_fresh").is_not_null()
    return (
        before.join(tonight, on="listing_id", how="left", maintain_order="left")
        .filter(~pl.col("is_fresh").fill_null(False))
        .with_columns(pl.when(is_seen).then(f"_{name}").otherwise(name).alias(name) for name in ADDRESSES)
        .select(LISTINGS.names)
    )
