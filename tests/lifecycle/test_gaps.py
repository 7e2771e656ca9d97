"""A source that always declares a few rows more than it shows: its gap is tolerated once it has shown to be constant."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from pipeline.lifecycle.runs import SourceRules, judge_runs
from pipeline.tables import SOURCE_RUNS

NIGHT = date(2026, 3, 9)
RULES = SourceRules(misses_to_close=1, patience_nights=7, min_rows=1, max_rows=None, min_fill={})


def row(number: int, outcome: str, evidence: str | None, seen: int = 100) -> dict[str, object]:
    return {
        "night": NIGHT - timedelta(days=number), "source_id": "feed", "outcome": outcome, "evidence": evidence, "seen": seen,
        "kept": seen, "open_rows": seen, "closed_rows": 0, "complete": outcome == "ok", "fill": [],
    }  # fmt: skip


def verdict(*evidence: str | None, outcomes: str = "partial", seen: int = 100) -> tuple[str, bool]:
    """That on the last of these nights, oldest first, after a good one."""
    *before, tonight = evidence
    earlier = [row(len(evidence), "ok", None, seen)]
    earlier += [row(len(before) - number, outcomes, each, seen) for number, each in enumerate(before)]
    tonight_row = {
        **row(0, "partial", tonight, seen),
        "postings": seen,
        "shared": seen,
        "had": seen,
        "had_ago": 1,
        "again": seen,
        "met": seen,
        "is_on_one_site": True,
        **dict.fromkeys(("others", "retitled", "alike", "moved", "strange", "back"), 0),
        "new": [],
        "other_titles": [],
    }
    runs = pl.DataFrame([tonight_row]).drop("night", "complete")
    judged = judge_runs(runs, SOURCE_RUNS.conform(pl.DataFrame(earlier)), {"feed": RULES}).row(0, named=True)
    return judged["outcome"], judged["complete"]


SHORT = "short by 3: saw 100 of 103 rows"


def test_a_constant_small_gap_is_tolerated_from_the_third_night_on() -> None:
    assert verdict(SHORT) == ("partial", False)
    assert verdict(SHORT, SHORT) == ("partial", False)
    assert verdict(SHORT, SHORT, SHORT) == ("ok", True)
    assert verdict(SHORT, SHORT, SHORT, outcomes="ok") == ("ok", True), "as it was judged the nights before"
    assert verdict(SHORT, SHORT, "short by 2: saw 101 of 103 rows") == ("ok", True)


@pytest.mark.parametrize(
    "evidence",
    ["short by 4: saw 99 of 103 rows", "timeout: no response in time from https://a.example/?page=2", None],
)
def test_a_gap_that_grows_or_another_fault_is_not(evidence: str | None) -> None:
    assert verdict(SHORT, SHORT, evidence) == ("partial", False)
    assert verdict(SHORT, evidence, SHORT) == (("ok", True) if evidence and "by 4" in evidence else ("partial", False))


def test_a_large_gap_is_not() -> None:
    large = "short by 30: saw 100 of 130 rows"
    assert verdict(large, large, large) == ("partial", False)


def test_a_few_hidden_postings_are_tolerated_however_short_the_list_is() -> None:
    hidden = "short by 1: saw 1 of 2 rows"
    assert verdict(hidden, hidden, hidden, seen=1) == ("ok", True)
    unread = "short by 1: 1 row without title"
    assert verdict(unread, unread, unread, seen=1) == ("partial", False), (
        "what was there and is not read may be any row"
    )
    most = "short by 4: saw 2 of 6 rows"
    assert verdict(most, most, most, seen=2) == ("partial", False)
