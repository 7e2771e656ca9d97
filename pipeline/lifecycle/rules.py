"""The life of runs, listings and internships: pure functions of the state of the night before and tonight's runs.

Belongs here: which run is believed, what is open, closed, reopened, unverified, over for good, what of that is a change, and
what a long life shows. Does not belong here: reading and writing, cleaning, which listings are one internship, which
internships are editions of one programme (`programmes`). Every rule is from rule 3 of the design: absence closes
nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import polars as pl

from pipeline.clean.language_tools.found import over_distinct
from pipeline.clean.when.clock import moment
from pipeline.tables import HISTORY, INTERNSHIPS, LIFE_FLAG, LISTINGS, NO_VERSIONS, REDIRECTS, REJECTS

DROPPED_FROM_ROWS = 10
"""From this many rows on, a run that lost half of the last good one's rows is taken for a fault of the source."""

BELIEVED_WITHIN = 0.2
"""A dropped run is believed once the next complete one is this near to it."""

FILLED = 0.5
"""A field that this share of rows had is one that the source fills: less than half of that is a sudden fall."""

FALL_BELIEVED_ON = 3
"""A fall is taken for the source's own doing from the third such night in a row on: it closes nothing before."""

EMPTY_BELIEVED_ON = 3
"""Zero rows are believed on the third night in a row."""

SAYS_NONE = "says none"
"""How the evidence of an empty run begins where the page itself says that there are none."""

EDITION_AFTER_DAYS = 270
"""What is seen again as long after it closed is next year's edition, not the same one reopened."""

REPOSTED_TIMES, REPOSTED_WITHIN_DAYS = 4, 90
"""Posted anew as often in as many days: over and over."""

YEAR_DAYS = 365

HEALTHY = ("ok", "unchanged")
NOT_ASKED = ("not_due", "not_recorded")

COUNTS = ("seen", "open_rows", "closed_rows", "fill")
"""What is counted of a run and compared with earlier ones; as in tables.SOURCE_RUNS."""


@dataclass(frozen=True)
class Rules:
    """What the catalogue says of a source's life."""

    misses_to_close: int
    patience_nights: int
    least: int
    most: int | None
    fill: Mapping[str, float]
    is_asked: bool = True
    zone: str = "UTC"


def judge_runs(runs: pl.DataFrame, earlier: pl.DataFrame, rules: Mapping[str, Rules]) -> pl.DataFrame:
    """Tonight's runs with their final outcome, evidence and `complete`.

    `runs`: one row a source: source_id, outcome, evidence, fill (list of struct field, rate) and the counts of COUNTS.
    `earlier`: source_runs of the nights before: night, source_id, outcome, complete and the same counts.
    A complete run told everything its source has, and may close what it no longer has; a 304 bears the counts of the run
    it points to.
    """
    by_source = {
        source: frame.sort("night", descending=True).to_dicts()
        for (source,), frame in earlier.filter(~pl.col("outcome").is_in(NOT_ASKED))
        .partition_by("source_id", as_dict=True)
        .items()
    }
    judged = [_judge(run, by_source.get(run["source_id"], []), rules[run["source_id"]]) for run in runs.to_dicts()]
    verdicts = pl.DataFrame(
        judged, schema={"outcome": pl.String, "evidence": pl.String, "complete": pl.Boolean}, orient="row"
    )
    last_good = (
        earlier.filter("complete")
        .sort("night")
        .unique("source_id", keep="last", maintain_order=True)
        .select("source_id", *(pl.col(name).alias(f"_{name}") for name in COUNTS))
    )
    return (
        runs.with_columns(verdicts.get_columns())
        .join(last_good, on="source_id", how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("outcome") == "unchanged").then(pl.coalesce(f"_{name}", name)).otherwise(name).alias(name)
            for name in COUNTS
        )
        .drop(f"_{name}" for name in COUNTS)
    )


def _judge(run: dict[str, Any], before: list[dict[str, Any]], rules: Rules) -> tuple[str, str | None, bool]:
    """Final outcome, evidence, complete. `before`: earlier runs of the source, newest first."""
    outcome, evidence, seen = run["outcome"], run["evidence"], run["seen"]
    if outcome == "unchanged":
        return outcome, evidence, True
    if outcome == "empty":
        if (evidence or "").startswith(SAYS_NONE):
            return outcome, evidence, True
        in_a_row = 1 + _leading(before, "empty")
        if in_a_row >= EMPTY_BELIEVED_ON:
            return outcome, f"no rows on {in_a_row} nights in a row: believed", True
        return outcome, evidence or "no rows", False
    if outcome != "ok":
        return outcome, evidence, False
    last_good = next((earlier for earlier in before if earlier["complete"]), None)
    if last_good and _lost_half(run, last_good):
        last = next(run for run in before if run["outcome"] in (*HEALTHY, "dropped"))  # ill runs between tell nothing
        if last["outcome"] == "dropped" and abs(seen - last["seen"]) <= BELIEVED_WITHIN * last["seen"]:
            return "ok", f"{seen} rows, after {last['seen']} in the last one: believed", True
        return "dropped", f"{seen} rows; the last good run had {last_good['seen']}", False
    if seen < rules.least:
        return "layout_changed", f"{seen} rows; at least {rules.least} are expected", False
    rates = {fill["field"]: fill["rate"] for fill in run["fill"] or ()}
    for name, least in sorted(rules.fill.items()):
        if rates and rates[name] < least:  # a run whose rows were all passed over fills nothing
            return "layout_changed", f"{name} is filled in {rates[name]:.0%} of rows; {least:.0%} is expected", False
    if fallen := _fallen(run, before):
        in_a_row = 1 + _leading(before, "layout_changed")
        if in_a_row < FALL_BELIEVED_ON:
            return "layout_changed", fallen, False
        return "ok", f"{fallen}; {in_a_row} nights in a row: believed", True
    if rules.most is not None and seen > rules.most:
        return "ok", f"{seen} rows; at most {rules.most} are expected", True
    return "ok", evidence, True


def _fallen(run: dict[str, Any], before: list[dict[str, Any]]) -> str | None:
    """What tells that a field which the last good run had is suddenly empty; None where none is."""
    last = next((earlier for earlier in before if earlier["complete"] and earlier["fill"]), None)
    if last is None or min(run["kept"], last["kept"]) < DROPPED_FROM_ROWS:
        return None
    had = {fill["field"]: fill["rate"] for fill in last["fill"]}
    for fill in run["fill"]:
        name, rate = fill["field"], fill["rate"]
        if had.get(name, 0) >= FILLED and 2 * rate < had[name]:
            return f"{name} is filled in {rate:.0%} of rows; in the last good run it was in {had[name]:.0%}"
    return None


def _lost_half(run: dict[str, Any], last_good: dict[str, Any]) -> bool:
    """Whether half of the rows, or of the open ones, are gone; what the source has marked closed since is not lost."""
    if last_good["seen"] < DROPPED_FROM_ROWS:
        return False
    newly_closed = max(0, run["closed_rows"] - last_good["closed_rows"])
    lost = last_good["open_rows"] - run["open_rows"] - newly_closed
    return 2 * run["seen"] <= last_good["seen"] or (lost > 0 and 2 * lost >= last_good["open_rows"])


def _leading(before: list[dict[str, Any]], outcome: str) -> int:
    return next((number for number, run in enumerate(before) if run["outcome"] != outcome), len(before))


def live_on(
    before: pl.DataFrame,
    seen: pl.DataFrame,
    marked_closed: pl.DataFrame,
    runs: pl.DataFrame,
    last_complete: Mapping[str, date],
    rules: Mapping[str, Rules],
    night: date,
) -> pl.DataFrame:
    """The listings after this night, ordered by id; columns of LISTINGS (a new listing's internship_id is null).

    `before`: the listings of the night before. `seen`: tonight's open rows, one a listing: listing_id, the columns of
    identity, and `is_fresh`: whether the facts in it are new; else those of `before` stand. `marked_closed`: listing_id and
    reason (tables.CLOSED_REASONS) of listings that are told as closed tonight. `runs`: source_id, complete, outcome of
    tonight's judged runs. `last_complete`: for each source the last night with a complete run, tonight's included.
    """
    facts = _facts(before, seen, night)
    told = runs.select(
        "source_id",
        pl.col("complete").alias("_complete"),
        (pl.col("outcome") == "unchanged").alias("_unchanged"),
        (~pl.col("outcome").is_in(NOT_ASKED)).alias("_asked"),
    )
    source_rules = pl.DataFrame(
        {
            "source_id": list(rules),
            "_misses_to_close": [rule.misses_to_close for rule in rules.values()],
            "_patience": [rule.patience_nights for rule in rules.values()],
            "_last_complete": [last_complete.get(source) for source in rules],
            "_left": [not rule.is_asked for rule in rules.values()],
            "_zone": [rule.zone for rule in rules.values()],
        },
        schema={
            "source_id": pl.String,
            "_misses_to_close": pl.Int32,
            "_patience": pl.Int32,
            "_last_complete": pl.Date,
            "_left": pl.Boolean,
            "_zone": pl.String,
        },
    )
    tonight = pl.lit(night, dtype=pl.Date)
    was_closed = pl.col("state") == "closed"
    told_closed = marked_closed.select("listing_id", _told="reason").unique(
        "listing_id", keep="first", maintain_order=True
    )
    frame = (
        facts.join(told, on="source_id", how="left", maintain_order="left")
        .join(source_rules, on="source_id", how="left", maintain_order="left")
        .join(told_closed, on="listing_id", how="left", maintain_order="left")
    )
    frame = (
        frame.with_columns(
            pl.col("_complete", "_unchanged", "_asked").fill_null(False),
            _marked=pl.col("_told").is_not_null() & ~pl.col("_seen"),
            _over=_is_past_deadline(frame, night),
        )
        # A 304 shows what the run it points to showed: what that run had stands, what it missed is missed again.
        .with_columns(
            _present=pl.col("_seen")
            | (pl.col("_unchanged") & ~was_closed & (pl.col("misses") == 0) & ~pl.col("_marked")),
            _last_complete=pl.coalesce("_last_complete", "first_seen"),
        )
        .with_columns(
            misses=pl.when(pl.col("_present") | pl.col("_marked"))
            .then(0)
            .when(pl.col("_complete") & ~was_closed)
            .then(pl.col("misses") + 1)
            .otherwise("misses")
            .cast(pl.Int32),
            last_seen=pl.when(pl.col("_present") | pl.col("_marked")).then(tonight).otherwise("last_seen"),
        )
        .with_columns(
            _closed_reason=pl.when("_marked")
            .then(pl.when(was_closed).then("closed_reason").otherwise("_told"))
            .when("_over")
            .then(pl.when(was_closed).then("closed_reason").otherwise(pl.lit("deadline")))
            .when("_present")
            .then(None)
            .when(was_closed)
            .then("closed_reason")
            .when(pl.col("_complete") & (pl.col("misses") >= pl.col("_misses_to_close")))
            .then(pl.lit("gone"))
            .otherwise(None)
        )
        .with_columns(
            closed_on=pl.when(pl.col("_closed_reason").is_null())
            .then(None)
            .when(was_closed)
            .then("closed_on")
            .otherwise(tonight),
            closed_reason=pl.col("_closed_reason"),
            state=pl.when(pl.col("_closed_reason").is_not_null())
            .then(pl.lit("closed"))
            # Only a source that was asked and is ill, or that nobody asks any more, runs out of patience.
            .when(
                ~pl.col("_present")
                & (pl.col("_asked") | pl.col("_left"))
                & ((tonight - pl.col("_last_complete")).dt.total_days() > pl.col("_patience"))
            )
            .then(pl.lit("unverified"))
            .when(~pl.col("_present") & (pl.col("state") == "unverified") & ~pl.col("_complete"))
            .then(pl.lit("unverified"))
            .otherwise(pl.lit("open")),
        )
    )
    return frame.select(LISTINGS.names).sort("listing_id")


def _is_past_deadline(listings: pl.DataFrame, night: date) -> pl.Series:
    """For each row whether its deadline is over when the night begins, at midnight UTC: the stated moment, else the end of
    the day in the stated zone, else in that of the source (`_zone`)."""
    begins = datetime.combine(night, time(), UTC)
    day_before = night - timedelta(days=1)
    ends = listings.select(
        "deadline", "deadline_at",
        # Older days are over everywhere on earth, later ones nowhere.
        last_day=pl.when(pl.col("deadline") == day_before).then("deadline"),
        zone=pl.coalesce("deadline_zone", "_zone"),
    )  # fmt: skip
    over = over_distinct(
        ends,
        ["last_day", "zone"],
        lambda day, zone: None if day is None else (moment(day, 24 * 60, zone) <= begins,),
        {"over": pl.Boolean},
    )
    return ends.hstack(over).select(
        pl.when(pl.col("deadline_at").is_not_null())
        .then(pl.col("deadline_at") <= begins)
        .otherwise((pl.col("deadline") < day_before) | pl.col("over").fill_null(False))
        .fill_null(False)
        .alias("over")
    )["over"]


def listings_of_the_past(listings: pl.DataFrame, night: date) -> pl.Series:
    """Ids of the listings of internships that closed, and were seen last, so long ago that what comes now is a new edition."""
    latest = pl.max_horizontal("closed_on", "last_seen")
    is_over = (pl.col("state") == "closed") & (latest <= night - timedelta(days=EDITION_AFTER_DAYS))
    # What no internship has yet is of tonight.
    return listings.filter(is_over.all().over("internship_id") & pl.col("internship_id").is_not_null())["listing_id"]


def _facts(before: pl.DataFrame, seen: pl.DataFrame, night: date) -> pl.DataFrame:
    """Listings of before and tonight with the newest facts, LISTINGS' columns and `_seen`, before their life is judged."""
    tonight = pl.lit(night, dtype=pl.Date)
    known = before.select("listing_id", _first="first_seen", _posted="posted_on")
    joined = seen.join(known, on="listing_id", how="left", maintain_order="left")
    is_known = pl.col("_first").is_not_null()
    fresh = LISTINGS.conform(
        joined.filter("is_fresh")
        .with_columns(
            first_seen=pl.coalesce("_first", tonight),
            last_seen=tonight,
            misses=pl.lit(0, dtype=pl.Int32),
            state=pl.lit("open"),
            # A date read from an age would move with every reading: it is fixed when the listing is first seen.
            posted_on=pl.when(is_known & pl.col("posted_is_relative") & pl.col("_posted").is_not_null())
            .then("_posted")
            .otherwise("posted_on"),
        )
        .select(
            pl.col(name)
            for name in [*seen.columns, "first_seen", "last_seen", "misses", "state"]
            if name in LISTINGS.schema
        )
    )
    life = ["listing_id", "internship_id", "state", "closed_on", "closed_reason", "misses", "last_seen"]
    fresh = fresh.drop(life[1:]).join(before.select(life), on="listing_id", how="left", maintain_order="left")
    fresh = fresh.with_columns(
        pl.col("state").fill_null("open"), pl.col("misses").fill_null(0), pl.col("last_seen").fill_null(tonight)
    ).select(LISTINGS.names)
    addresses = ["native_id", "url", "apply_url"]
    same = (
        before.join(seen.select("listing_id", "is_fresh", *(pl.col(name).alias(f"_{name}") for name in addresses)),
                    on="listing_id", how="left", maintain_order="left")
        .filter(~pl.col("is_fresh").fill_null(False))
        .with_columns(
            pl.when(pl.col("is_fresh").is_not_null()).then(f"_{name}").otherwise(name).alias(name) for name in addresses
        )
        .select(LISTINGS.names)
    )  # fmt: skip
    ids = seen["listing_id"]
    return pl.concat([same, fresh]).with_columns(_seen=pl.col("listing_id").is_in(ids.implode()))


def keep_rejects(before: pl.DataFrame, refused: pl.DataFrame, listed: pl.Series, night: date) -> pl.DataFrame:
    """The rejects after this night: one row a posting, with the rule and words of its newest refusal.

    `refused`: tonight's: reject_id, source_id, rule, url, title, text, content_hash. `listed`: ids of the listings that are
    not closed; what became a listing is no reject any more.
    """
    tonight = pl.lit(night, dtype=pl.Date)
    told = ("rule", "url", "title", "text", "content_hash")
    tonights = (
        refused.filter(~pl.col("reject_id").is_in(listed.implode()))
        .sort("reject_id", "rule", "content_hash")
        .unique("reject_id", keep="first", maintain_order=True)
        .with_columns(first_seen=tonight, last_seen=tonight)
    )
    both = before.filter(~pl.col("reject_id").is_in(listed.implode())).join(
        tonights.select("reject_id", *told, _last="last_seen"),
        on="reject_id", how="left", suffix="_now", maintain_order="left",
    )  # fmt: skip
    old = both.with_columns(
        last_seen=pl.coalesce("_last", "last_seen"),
        **{name: pl.when(pl.col("_last").is_null()).then(name).otherwise(f"{name}_now") for name in told},
    )
    new = tonights.join(before.select("reject_id"), on="reject_id", how="anti")
    return pl.concat([REJECTS.conform(old.select(REJECTS.names)), REJECTS.conform(new)]).sort("reject_id")


def tell_merges(redirects: pl.DataFrame, before: pl.DataFrame, matches: pl.DataFrame) -> pl.DataFrame:
    """Tonight's redirects (old_id, new_id, night) with why: reason and score of the surest tie of a listing that moved.

    `before`, `matches`: MATCHES of the night before, and tonight's."""
    ties = (
        matches.join(before.select("listing_id", old_id="internship_id"), on="listing_id")
        .filter(pl.col("old_id") != pl.col("internship_id"))
        .sort("score", "listing_id", descending=[True, False], nulls_last=True)
        .unique(["old_id", "internship_id"], keep="first")
        .select("old_id", "reason", "score", new_id="internship_id")
    )
    told = redirects.select("old_id", "new_id", "night").join(
        ties, on=["old_id", "new_id"], how="left", maintain_order="left"
    )
    return REDIRECTS.conform(told.select(REDIRECTS.names))


def extend_redirects(before: pl.DataFrame, tonights: pl.DataFrame, founded: pl.DataFrame) -> pl.DataFrame:
    """The ledger after this night: every id that ever was merged away, each leading to one in use; ordered by old_id.

    `founded`: old_id, new_id: the id that was minted from a listing which left an internship tonight, and where that listing
    is now. An id leads where the listing that it began with is."""
    further = tonights.select(new_id="old_id", leads_to="new_id")
    old = before.join(further, on="new_id", how="left", maintain_order="left")
    old = old.join(founded.rename({"new_id": "founder_id"}), on="old_id", how="left", maintain_order="left")
    old = old.with_columns(new_id=pl.coalesce("founder_id", "leads_to", "new_id")).select(REDIRECTS.names)
    return pl.concat([old, tonights]).sort("old_id")


def flag_lives(internships: pl.DataFrame, listings: pl.DataFrame, reopenings: pl.DataFrame, night: date) -> pl.Series:
    """life_flags of each internship, in their order; one that is not open keeps what it has.

    `listings`: all, with `words_key`. `reopenings`: internship_id, night of every reopening, tonight's included."""
    since = night - timedelta(days=REPOSTED_WITHIN_DAYS)
    worded = listings.drop_nulls("words_key").select(
        "internship_id", "first_seen", "closed_on", words=pl.struct("source_id", "words_key").hash()
    )
    # Several at a time are several openings: one is posted anew where an earlier one with its words had closed by then.
    earlier = worded.group_by("words").agg(closed=pl.col("closed_on").min(), first=pl.col("first_seen").min())
    anew = (
        worded.filter(pl.col("first_seen") > since)
        .join(earlier.drop_nulls("closed"), on="words")
        .filter(pl.col("first_seen") >= pl.col("closed"), pl.col("first_seen") > pl.col("first"))
        .select("words", day="first_seen")
        .unique()
    )
    days = pl.concat(
        [
            worded.join(anew, on="words").select("internship_id", "day"),
            reopenings.filter(pl.col("night") > since).select("internship_id", day="night"),
        ]
    )
    reposted = (
        days.group_by("internship_id")
        .agg(dates=pl.col("day").unique().sort())
        .filter(pl.col("dates").list.len() >= REPOSTED_TIMES)
        .select("internship_id", flag=pl.struct(flag=pl.lit("reposted"), dates="dates"))
    )
    opened = reopenings.group_by("internship_id").agg(reopened_on=pl.col("night").max())
    long_open = (
        internships.select("internship_id", since=pl.min_horizontal("first_seen", "posted_on"))
        .join(opened, on="internship_id", how="left", maintain_order="left")
        .with_columns(since=pl.coalesce("reopened_on", "since"))
        .filter(pl.col("since") <= night - timedelta(days=YEAR_DAYS))
        .select("internship_id", flag=pl.struct(flag=pl.lit("open_for_a_year"), dates=pl.concat_list("since")))
    )
    flags = pl.concat([long_open, reposted]).group_by("internship_id", maintain_order=True).agg(flags="flag")
    is_open = pl.col("state") == "open"
    return (
        internships.select("internship_id", "state", "life_flags")
        .join(flags.cast({"flags": pl.List(LIFE_FLAG)}), on="internship_id", how="left", maintain_order="left")
        .select(pl.when(is_open).then("flags").otherwise("life_flags").alias("life_flags"))["life_flags"]
    )


def versions_and_changes(
    before: pl.DataFrame, after: pl.DataFrame, redirects: pl.DataFrame, split: pl.DataFrame, night: date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """New rows of internship_history, and of changes, for the internships that differ from the night before.

    `before`, `after`: INTERNSHIPS, only those that may differ. `redirects`: tonight's merges (old_id, new_id).
    `split`: internship_id and left_id: ids minted tonight for listings that left another internship, and the latter.
    """
    tracked = [name for name in INTERNSHIPS.names if name not in ("internship_id", *NO_VERSIONS)]
    now = after.select("internship_id", *(_as_json(pl.col(name)).alias(name) for name in tracked))
    then = before.select("internship_id", *(_as_json(pl.col(name)).alias(name) for name in tracked))
    joined = now.join(then, on="internship_id", how="left", suffix="_before", maintain_order="left")
    is_new = ~pl.col("internship_id").is_in(before["internship_id"].implode())
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_before")) for name in tracked)
    moved = joined.filter(is_new | differs)
    versions = HISTORY.conform(
        after.join(moved.select("internship_id"), on="internship_id", how="semi")
        .drop(NO_VERSIONS)
        .with_columns(valid_from=pl.lit(night, dtype=pl.Date))
    )
    minted = moved.filter(is_new).join(split, on="internship_id", how="left", maintain_order="left")
    changes = [
        minted.filter(pl.col("left_id").is_null()).select(
            "internship_id",
            change=pl.lit("added"),
            field=pl.lit(None, dtype=pl.String),
            old=pl.lit(None, dtype=pl.String),
            new=pl.col("title"),
        ),
        minted.filter(pl.col("left_id").is_not_null()).select(
            "internship_id",
            change=pl.lit("split"),
            field=pl.lit("internship_id"),
            old=_as_json(pl.col("left_id")),
            new=_as_json(pl.col("internship_id")),
        ),
    ]
    known = moved.filter(~is_new)
    closed, opened = pl.lit('"closed"'), pl.lit('"open"')
    changes.append(
        known.filter((pl.col("state") == closed) & (pl.col("state_before") != closed)).select(
            "internship_id",
            change=pl.lit("closed"),
            field=pl.lit("state"),
            old="state_before",
            new=pl.col("closed_reason"),
        )
    )
    changes.append(
        known.filter((pl.col("state_before") == closed) & (pl.col("state") != closed)).select(
            "internship_id", change=pl.lit("reopened"), field=pl.lit("state"), old="closed_reason_before", new=opened
        )
    )
    stays_closed = (pl.col("state") == closed) & (pl.col("state_before") == closed)
    for name in tracked:
        differing = known.filter(pl.col(name).ne_missing(pl.col(f"{name}_before")))
        if name == "state":  # open to unverified and back is neither closing nor reopening
            differing = differing.filter((pl.col(name) != closed) & (pl.col(f"{name}_before") != closed))
        elif name in ("closed_on", "closed_reason"):  # told with the closing, but where a listing came or left since
            differing = differing.filter(stays_closed)
        elif name == "reopened":
            continue
        changes.append(
            differing.select(
                "internship_id", change=pl.lit("changed"), field=pl.lit(name), old=f"{name}_before", new=name
            )
        )
    changes.append(
        redirects.select(
            internship_id="new_id",
            change=pl.lit("merged"),
            field=pl.lit("internship_id"),
            old=_as_json(pl.col("old_id")),
            new=_as_json(pl.col("new_id")),
        )
    )
    all_changes = pl.concat(changes).select(pl.lit(night, dtype=pl.Date).alias("night"), pl.all())
    return versions.sort("internship_id"), all_changes.sort("internship_id", "change", "field", "old")


def _as_json(value: pl.Expr) -> pl.Expr:
    """The value as JSON text, null where it is null."""
    wrapped = pl.struct(value.alias("v")).struct.json_encode()
    inner = wrapped.str.slice(len('{"v":')).str.head(-1)
    return pl.when(value.is_null()).then(None).otherwise(inner)
