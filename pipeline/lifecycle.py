"""The life of runs, listings and internships: pure functions of the state of the night before and tonight's runs.

Belongs here: which run is believed, what is open, closed, reopened, unverified, and what of that is a change. Does not
belong here: reading and writing, cleaning, which listings are one internship. Every rule is from rule 3 of the design:
absence closes nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from pipeline.tables import HISTORY, INTERNSHIPS, LISTINGS, REJECTS

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
    marked_closed: pl.Series,
    runs: pl.DataFrame,
    last_complete: Mapping[str, date],
    rules: Mapping[str, Rules],
    night: date,
) -> pl.DataFrame:
    """The listings after this night, ordered by id; columns of LISTINGS (a new listing's internship_id is null).

    `before`: the listings of the night before. `seen`: tonight's open rows, one a listing: listing_id, the columns of
    identity, and `is_fresh`: whether the facts in it are new; else those of `before` stand. `marked_closed`: ids of
    listings that their source marks closed tonight. `runs`: source_id, complete, outcome of tonight's judged runs.
    `last_complete`: for each source the last night with a complete run, tonight's included.
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
        },
        schema={
            "source_id": pl.String,
            "_misses_to_close": pl.Int32,
            "_patience": pl.Int32,
            "_last_complete": pl.Date,
            "_left": pl.Boolean,
        },
    )
    tonight = pl.lit(night, dtype=pl.Date)
    was_closed = pl.col("state") == "closed"
    out_of_time = pl.col("deadline").is_not_null() & (pl.col("deadline") < tonight)
    frame = (
        facts.join(told, on="source_id", how="left", maintain_order="left")
        .join(source_rules, on="source_id", how="left", maintain_order="left")
        .with_columns(
            pl.col("_complete", "_unchanged", "_asked").fill_null(False),
            _marked=pl.col("listing_id").is_in(marked_closed.implode()) & ~pl.col("_seen"),
        )
        # A 304 shows what the run it points to showed: what that run had stands, what it missed is missed again.
        .with_columns(
            _present=pl.col("_seen")
            | (pl.col("_unchanged") & ~was_closed & (pl.col("misses") == 0) & ~pl.col("_marked")),
            _last_complete=pl.coalesce("_last_complete", "first_seen"),
        )
        .with_columns(
            misses=pl.when("_present")
            .then(0)
            .when(pl.col("_complete") & ~was_closed)
            .then(pl.col("misses") + 1)
            .otherwise("misses")
            .cast(pl.Int32),
            last_seen=pl.when("_present").then(tonight).otherwise("last_seen"),
        )
        .with_columns(
            _closed_reason=pl.when("_marked")
            .then(pl.when(was_closed).then("closed_reason").otherwise(pl.lit("source_closed")))
            .when(out_of_time)
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


def versions_and_changes(
    before: pl.DataFrame, after: pl.DataFrame, redirects: pl.DataFrame, split: pl.Series, night: date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """New rows of internship_history, and of changes, for the internships that differ from the night before.

    `before`, `after`: INTERNSHIPS, only those that may differ. `redirects`: tonight's merges (old_id, new_id).
    `split`: ids minted tonight for listings that left another internship.
    """
    tracked = [name for name in INTERNSHIPS.names if name not in ("internship_id", "last_seen", "first_seen")]
    now = after.select("internship_id", *(_as_json(pl.col(name)).alias(name) for name in tracked))
    then = before.select("internship_id", *(_as_json(pl.col(name)).alias(name) for name in tracked))
    joined = now.join(then, on="internship_id", how="left", suffix="_before", maintain_order="left")
    is_new = ~pl.col("internship_id").is_in(before["internship_id"].implode())
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_before")) for name in tracked)
    moved = joined.filter(is_new | differs)
    versions = HISTORY.conform(
        after.join(moved.select("internship_id"), on="internship_id", how="semi")
        .drop("last_seen")
        .with_columns(valid_from=pl.lit(night, dtype=pl.Date))
    )
    changes = [
        moved.filter(is_new).select(
            "internship_id",
            change=pl.when(pl.col("internship_id").is_in(split.implode())).then(pl.lit("split")).otherwise(pl.lit("added")),
            field=pl.lit(None, dtype=pl.String),
            old=pl.lit(None, dtype=pl.String),
            new=pl.col("title"),
        )
    ]  # fmt: skip
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
    told_above = ("state", "closed_on", "closed_reason", "reopened")
    for name in tracked:
        differing = known.filter(pl.col(name).ne_missing(pl.col(f"{name}_before")))
        if name == "state":  # open to unverified and back is neither closing nor reopening
            differing = differing.filter((pl.col(name) != closed) & (pl.col(f"{name}_before") != closed))
        elif name in told_above:
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
