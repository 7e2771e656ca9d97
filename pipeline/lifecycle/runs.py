"""Which run of a source is believed: tonight's runs judged against the runs of the nights before.

A complete run showed everything that its source has, and may close what it no longer has. A run that lost half of its rows,
the fill of a field, or all of its rows without words that say so is not complete, until the same was seen again. Belongs
here: the final outcome of a run. Does not belong here: what a crawl saw (`scrapers.engine`), whether its postings are those
that were known (`disagreement`), what a run closes (`listings`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipeline.lifecycle.disagreement import (
    judge_emptied,
    judge_exchanged,
    judge_moved,
    judge_old,
    judge_repeated,
    judge_retitled,
    note_repeated,
    note_retitled,
)
from pipeline.lifecycle.verdict import DROPPED_FROM_ROWS, Verdict, believed_in_time, cited, is_near
from pipeline.vocabulary import HEALTHY, NOT_ASKED, WITH_ROWS, Outcome

FILLED_SHARE = 0.5
"""A field that this share of rows had is one that the source fills: less than half of that is a sudden fall."""

STATED_NONE = "says none"
"""How the evidence of an empty run begins where the page itself says that there are none."""

TOTAL_OF_NONE = "a total of 0"
"""What stands in it where data says so, which may do it in an error's place."""

EMPTY_LIST = "an empty list"
"""How the evidence of an empty run begins where a list in data is where it should be, and has no row."""

EMPTY_BELIEVED_ON_NIGHT = 3
"""An empty list is believed on the third night in a row."""

COUNTS = ("seen", "open_rows", "closed_rows", "fill")
"""What is counted of a run and compared with earlier ones; as in tables.SOURCE_RUNS."""

SHORT_BY = re.compile(r"short by (\d+): (?:saw (\d+) of (\d+) rows)?")
"""How the evidence of a partial run begins that lacks only so many rows, and of those that are below the declared total."""

MAX_GAP_SHARE = 0.1
"""A gap of more rows than this share of those seen is never tolerated, unless it is one of MAX_HIDDEN_ROWS."""

MAX_HIDDEN_ROWS = 3
"""Rows that a declared total may count beyond those shown, however few these are: drafts and hidden postings."""

GAP_BELIEVED_ON_NIGHT = 3
"""A gap that has not grown is the source's own from the third such night in a row on: its total counts what it does not show."""


@dataclass(frozen=True)
class SourceRules:
    """What the catalogue says of a source's life. `min_rows`, `max_rows`: rows that a good run has; `min_fill`: raw field to the
    share of rows that have it; `is_in_catalogue`: false for a source that left it; `zone`: IANA zone of its deadlines."""

    misses_to_close: int
    patience_nights: int
    min_rows: int
    max_rows: int | None
    min_fill: Mapping[str, float]
    is_in_catalogue: bool = True
    zone: str = "UTC"


def judge_runs(runs: pl.DataFrame, earlier: pl.DataFrame, rules: Mapping[str, SourceRules]) -> pl.DataFrame:
    """Tonight's runs with the columns of Verdict.

    `runs`: one row a source: source_id, outcome, evidence, fill (list of struct field, rate) and the counts of COUNTS; where
    there are nights before, also the columns of `pipeline.clean.count_agreement`.
    `earlier`: source_runs of the nights before: night, source_id, outcome, complete and the same counts. A 304 bears the
    counts of the run it points to.
    """
    by_source = {
        source: frame.sort("night", descending=True).to_dicts()
        for (source,), frame in earlier.filter(~pl.col("outcome").is_in(NOT_ASKED))
        .partition_by("source_id", as_dict=True)
        .items()
    }
    verdicts = pl.DataFrame(
        [_judge(run, by_source.get(run["source_id"], []), rules[run["source_id"]]) for run in runs.to_dicts()],
        schema={"outcome": pl.String, "evidence": pl.String, "complete": pl.Boolean, "believed": pl.Boolean},
        orient="row",
    )
    last_good = (
        earlier.filter("complete")
        .sort("night")
        .unique("source_id", keep="last", maintain_order=True)
        .select("source_id", *(pl.col(name).alias(f"_{name}") for name in COUNTS))
    )
    is_unchanged = pl.col("outcome") == Outcome.UNCHANGED
    return (
        runs.with_columns(verdicts.get_columns())
        .join(last_good, on="source_id", how="left", maintain_order="left")
        .with_columns(
            pl.when(is_unchanged).then(pl.coalesce(f"_{name}", name)).otherwise(name).alias(name) for name in COUNTS
        )
        .drop(f"_{name}" for name in COUNTS)
    )


def _judge(run: dict[str, Any], before: list[dict[str, Any]], rules: SourceRules) -> Verdict:
    """The verdict on one run. `before`: earlier runs of the source, newest first."""
    outcome, evidence = _tolerating_gap(run, before)
    if outcome == Outcome.UNCHANGED:
        return Verdict(outcome, evidence, True, believed=False)  # it brings no rows of its own
    if outcome == Outcome.EMPTY:
        return _judge_empty(evidence, before)
    if outcome != Outcome.OK:
        return _judge_part(run, before) or Verdict(outcome, evidence, False, believed=outcome in WITH_ROWS)
    retitled = judge_retitled(run, before)
    verdict = (
        retitled
        or judge_exchanged(run, before)
        or _judge_dropped(run, before)
        or _judge_expected(run, rules)
        or _judge_fallen(run, before)
        or judge_repeated(run, before)
        or judge_emptied(run, before)
        or judge_moved(run, before)
        or judge_old(run, before)
        or Verdict(outcome, None, True)
    )
    # The runs to come are judged by these, whatever else was said of this one.
    titles = None if retitled else note_retitled(run, before)
    return verdict.noted(evidence, titles, note_repeated(run), _note_many(run, rules))


def _judge_part(run: dict[str, Any], before: list[dict[str, Any]]) -> Verdict | None:
    """The verdict on a run that is not whole, where what it has is not what was known; None where it may be."""
    if run["outcome"] != Outcome.PARTIAL:
        return None
    verdict = judge_retitled(run, before) or judge_exchanged(run, before)
    return verdict if verdict and not verdict.complete else None


def _judge_empty(evidence: str | None, before: list[dict[str, Any]]) -> Verdict:
    """Zero rows are believed where the source says that there are none; a total of 0 in data, of a list that had many, from the
    second night on; an empty list in data once it was so on several nights; a page without rows and such words never."""
    last_good = next((earlier for earlier in before if earlier["complete"]), None)
    if (evidence or "").startswith(STATED_NONE):
        is_sudden = last_good is not None and last_good["seen"] >= DROPPED_FROM_ROWS
        is_first = not before or before[0]["outcome"] != Outcome.EMPTY
        return Verdict(Outcome.EMPTY, evidence, not (TOTAL_OF_NONE in (evidence or "") and is_sudden and is_first))
    if last_good is None or not last_good["seen"]:
        return Verdict(Outcome.EMPTY, evidence or "no rows", False)
    if (evidence or "").startswith(EMPTY_LIST):
        in_a_row = 1 + _leading(before, Outcome.EMPTY)
        note = f"; {in_a_row} nights in a row: believed" if in_a_row >= EMPTY_BELIEVED_ON_NIGHT else ""
        return Verdict(Outcome.EMPTY, f"{evidence}{note}", bool(note))
    reason = f"no rows, and no words that there are none; the last good run had {last_good['seen']}"
    return Verdict(Outcome.LAYOUT_CHANGED, "; ".join(filter(None, [reason, evidence])), False)


def _judge_dropped(run: dict[str, Any], before: list[dict[str, Any]]) -> Verdict | None:
    """The verdict on a run that lost half of the last good one; None where it did not."""
    last_good = next((earlier for earlier in before if earlier["complete"]), None)
    if last_good is None or not _lost_half(run, last_good):
        return None
    seen = run["seen"]
    # Failed runs between say nothing about how many rows there are.
    last = next(run for run in before if run["outcome"] in HEALTHY | {Outcome.DROPPED})
    if last["outcome"] == Outcome.DROPPED and not cited(last["evidence"]) and is_near(seen, last["seen"]):
        return Verdict(Outcome.OK, f"{seen} rows, after {last['seen']} in the last one: believed", True)
    return Verdict(Outcome.DROPPED, f"{seen} rows; the last good run had {last_good['seen']}", False)


def _judge_expected(run: dict[str, Any], rules: SourceRules) -> Verdict | None:
    """The verdict on a run with less than its catalogue entry expects; None where it has that."""
    seen = run["seen"]
    if seen < rules.min_rows:
        evidence = f"{seen} rows; at least {rules.min_rows} are expected"
        return Verdict(Outcome.LAYOUT_CHANGED, evidence, False, believed=False)
    rates = {fill["field"]: fill["rate"] for fill in run["fill"] or ()}
    for name, minimum in sorted(rules.min_fill.items()):
        if rates and rates[name] < minimum:  # a run whose rows were all passed over fills nothing
            evidence = f"{name} is filled in {rates[name]:.0%} of rows; {minimum:.0%} is expected"
            return Verdict(Outcome.LAYOUT_CHANGED, evidence, False, believed=False)
    return None


def _judge_fallen(run: dict[str, Any], before: list[dict[str, Any]]) -> Verdict | None:
    """The verdict on a run in which a field is suddenly empty that the last good run had; None where none is."""
    fallen = _fallen_field(run, before)
    if fallen is None:
        return None
    return believed_in_time(fallen, fallen.partition(" in ")[0], before)


def _note_many(run: dict[str, Any], rules: SourceRules) -> str | None:
    """Words about more rows than the catalogue entry expects; None where there are not."""
    if rules.max_rows is None or run["seen"] <= rules.max_rows:
        return None
    return f"{run['seen']} rows; at most {rules.max_rows} are expected"


def _fallen_field(run: dict[str, Any], before: list[dict[str, Any]]) -> str | None:
    """Evidence that a field which the last good run had is suddenly empty; None where none is."""
    last = next((earlier for earlier in before if earlier["complete"] and earlier["fill"]), None)
    if last is None or min(run["kept"], last["kept"]) < DROPPED_FROM_ROWS:
        return None
    had = {fill["field"]: fill["rate"] for fill in last["fill"]}
    for fill in run["fill"]:
        name, rate = fill["field"], fill["rate"]
        if had.get(name, 0) >= FILLED_SHARE and 2 * rate < had[name]:
            return f"{name} is filled in {rate:.0%} of rows; in the last good run it was in {had[name]:.0%}"
    return None


def _lost_half(run: dict[str, Any], last_good: dict[str, Any]) -> bool:
    """Whether half of the rows, or of the open ones, are gone; what the source has marked closed since is not lost."""
    if last_good["seen"] < DROPPED_FROM_ROWS:
        return False
    newly_closed = max(0, run["closed_rows"] - last_good["closed_rows"])
    lost = last_good["open_rows"] - run["open_rows"] - newly_closed
    return bool(2 * run["seen"] <= last_good["seen"] or (lost > 0 and 2 * lost >= last_good["open_rows"]))


def _leading(before: list[dict[str, Any]], outcome: str) -> int:
    """How many of the newest runs in a row had this outcome."""
    return next((number for number, run in enumerate(before) if run["outcome"] != outcome), len(before))


def _tolerating_gap(run: dict[str, Any], before: list[dict[str, Any]]) -> tuple[str, str | None]:
    """Outcome and evidence of a run; `ok` where it lacks no more rows than the runs before it did, and few."""
    gap = _gap(run)
    earlier = [_gap(each) for each in before if each["outcome"] in WITH_ROWS][: GAP_BELIEVED_ON_NIGHT - 1]
    is_constant = len(earlier) == GAP_BELIEVED_ON_NIGHT - 1 and all(
        each is not None and each >= (gap or 0) for each in earlier
    )
    if run["outcome"] != Outcome.PARTIAL or gap is None or not is_constant or gap > _largest_gap(run):
        return run["outcome"], run["evidence"]
    return Outcome.OK, run["evidence"]


def _gap(run: dict[str, Any]) -> int | None:
    """How many rows a run lacks; None where it is whole, or lacks more than rows that can be counted."""
    match = SHORT_BY.match(run["evidence"] or "")
    return int(match[1]) if match else None


def _largest_gap(run: dict[str, Any]) -> float:
    """The rows that this run may lack. Rows that were there and could not be read are never among the few hidden ones."""
    match = SHORT_BY.match(run["evidence"] or "")
    is_hidden = match is not None and match[2] is not None and int(match[3]) - int(match[2]) == int(match[1])
    seen: int = run["seen"]
    return max(MAX_GAP_SHARE * seen, MAX_HIDDEN_ROWS if is_hidden and seen else 0)
