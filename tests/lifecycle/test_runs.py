"""What a run is worth: what it may close, and when it is believed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import duckdb
import polars as pl
import pytest

from pipeline.lifecycle.runs import SourceRules, judge_runs
from pipeline.storage.warehouse import RECENT_RUNS
from pipeline.tables import SOURCE_RUNS

NIGHT = date(2026, 3, 10)
RULES = {"feed": SourceRules(misses_to_close=1, patience_nights=7, min_rows=1, max_rows=None, min_fill={})}


def judge(*args: Any, **kwargs: Any) -> tuple[str, bool]:
    """Outcome and completeness of the verdict; takes what `verdict_on` takes."""
    verdict = verdict_on(*args, **kwargs)
    return verdict["outcome"], verdict["complete"]


def verdict_on(
    outcome: str,
    seen: int,
    *earlier: tuple[str, int],
    evidence: str | None = None,
    rules: SourceRules | None = None,
    closed: tuple[int, int] = (0, 0),
    pay: tuple[float | None, float] = (None, 0.2),
    shared: int | None = None,
    again: tuple[int, int, int] | None = None,
    last_evidence: str | None = None,
    new: tuple[str, ...] = (),
    one_site: bool = True,
    repeats: int = 0,
    **counts: int,
) -> dict[str, Any]:
    """The verdict on a run after earlier runs (outcome, seen), oldest first. `closed`: rows marked closed then and now;
    `pay`: the share of rows that told of pay then (None: not known) and now; `shared`: how many of the postings are known, all
    by default; `again`: how many of how many postings of so many nights ago are there, all by default; `last_evidence`: of every
    earlier run that is no 304; `new`: postings that are cited; `one_site`: whether all listings are on one;
    `repeats`: rows that repeat others; `counts`: of the postings that are retitled, moved, strange, back."""
    good_rows = next((rows for was, rows in reversed(earlier) if was == "ok"), seen)
    again, had, had_ago = again or (seen if shared is None else shared, good_rows, 1)
    runs = pl.DataFrame(
        {
            "source_id": ["feed"],
            "outcome": [outcome],
            "evidence": [evidence],
            "seen": [seen],
            "kept": [seen],
            "postings": [seen - repeats],
            "shared": [seen if shared is None else shared],
            "again": [again],
            "had": [had],
            "had_ago": [had_ago],
            "met": [seen],
            "others": [seen - (seen if shared is None else shared) + counts.get("retitled", 0)],
            **{name: [counts.get(name, 0)] for name in ("retitled", "alike", "moved", "strange", "back")},
            "is_on_one_site": [one_site],
            "new": [list(new)],
            "other_titles": [list(new)],
            "open_rows": [seen - closed[1]],
            "closed_rows": [closed[1]],
            "fill": [[{"field": "title", "rate": 1.0}, {"field": "pay", "rate": pay[1]}]],
        },
        schema_overrides={"evidence": pl.String},
    )
    before = [
        {
            "night": NIGHT - timedelta(days=len(earlier) - number),
            "source_id": "feed",
            "outcome": was,
            "evidence": "304 Not Modified" if was == "unchanged" else last_evidence,
            "complete": was in ("ok", "unchanged"),
            "seen": rows,
            "open_rows": rows - closed[0],
            "closed_rows": closed[0],
            "kept": rows,
            "fill": None if pay[0] is None else [{"field": "title", "rate": 1.0}, {"field": "pay", "rate": pay[0]}],
        }
        for number, (was, rows) in enumerate(earlier)
    ]
    earlier_runs = SOURCE_RUNS.conform(pl.DataFrame(before) if before else SOURCE_RUNS.empty())
    return judge_runs(runs, earlier_runs, {"feed": rules or RULES["feed"]}).row(0, named=True)


@pytest.mark.parametrize(
    ("seen", "earlier", "verdict"),
    [
        (100, [], ("ok", True)),
        (51, [("ok", 100)], ("ok", True)),
        (50, [("ok", 100)], ("dropped", False)),
        (49, [("ok", 100)], ("dropped", False)),
        (4, [("ok", 9)], ("ok", True)),  # below ten rows a half is noise
        (49, [("ok", 100), ("error", 0)], ("dropped", False)),  # compared with the last good run, not the last
        (45, [("ok", 100), ("dropped", 49)], ("ok", True)),  # twice about the same: believed
        (20, [("ok", 100), ("dropped", 49)], ("dropped", False)),
        (49, [("ok", 100), ("dropped", 49), ("error", 0)], ("ok", True)),  # an ill run between tells nothing
    ],
)
def test_a_run_that_saw_half_is_dropped_until_the_next_agrees(
    seen: int, earlier: list[tuple[str, int]], verdict: tuple[str, bool]
) -> None:
    assert judge("ok", seen, *earlier) == verdict


def test_half_of_the_open_rows_lost_is_dropped_but_rows_marked_closed_are_not_lost() -> None:
    assert judge("ok", 24, ("ok", 44), closed=(4, 4)) == ("dropped", False)
    assert judge("ok", 44, ("ok", 44), closed=(4, 30)) == ("ok", True)


@pytest.mark.parametrize(
    ("earlier", "evidence", "verdict"),
    [
        ([], None, ("empty", False)),
        ([("ok", 5)], None, ("layout_changed", False)),
        ([("ok", 5), ("layout_changed", 0), ("layout_changed", 0)], None, ("layout_changed", False)),
        ([("ok", 5)], "says none: No vacancies at present", ("empty", True)),
        ([("ok", 9)], "says none: a total of 0", ("empty", True)),
        ([("ok", 10)], "says none: a total of 0", ("empty", False)),  # a list that had many, as data says it
        ([("ok", 10), ("empty", 0)], "says none: a total of 0", ("empty", True)),
        ([("ok", 10), ("empty", 0), ("error", 0)], "says none: a total of 0", ("empty", False)),
        ([("ok", 5), ("empty", 0)], "an empty list: $.jobs", ("empty", False)),
        ([("ok", 5), ("empty", 0), ("empty", 0)], "an empty list: $.jobs", ("empty", True)),
    ],
)
def test_zero_rows_are_believed_where_the_page_says_so_and_never_else(
    earlier: list[tuple[str, int]], evidence: str | None, verdict: tuple[str, bool]
) -> None:
    assert judge("empty", 0, *earlier, evidence=evidence) == verdict


@pytest.mark.parametrize(
    ("seen", "shared", "earlier", "verdict"),
    [
        (12, 0, [("ok", 12)], ("dropped", False)),
        (9, 0, [("ok", 12)], ("dropped", False)),
        (12, 0, [("ok", 9)], ("dropped", False)),
        (12, 0, [("ok", 12), ("error", 0)], ("dropped", False)),
        (3, 0, [("ok", 3)], ("dropped", False)),
        (2, 0, [("ok", 2)], ("ok", True)),  # two may be others by chance
        (3, 1, [("ok", 3)], ("ok", True)),
    ],
)
def test_a_run_that_shares_no_posting_with_the_last_good_one_is_dropped(
    seen: int, shared: int, earlier: list[tuple[str, int]], verdict: tuple[str, bool]
) -> None:
    assert judge("ok", seen, *earlier, shared=shared) == verdict


@pytest.mark.parametrize(
    ("again", "shared", "verdict"),
    [
        ((24, 30, 1), 24, ("dropped", False)),
        ((25, 30, 1), 25, ("ok", True)),
        ((15, 30, 3), 15, ("dropped", False)),
        ((21, 30, 3), 21, ("dropped", False)),
        ((22, 30, 3), 22, ("ok", True)),  # in more nights more turns over
        ((17, 30, 6), 17, ("dropped", False)),
        ((18, 30, 6), 18, ("ok", True)),
        ((3, 6, 3), 27, ("ok", True)),
        ((15, 30, 1), 29, ("ok", True)),  # a list that got shorter, or shows old postings again, is no other one
        ((30, 30, 1), 14, ("dropped", False)),  # half as many came at once
        ((26, 26, 1), 20, ("ok", True)),
    ],
)
def test_a_list_that_was_exchanged_or_that_another_came_into_is_dropped(
    again: tuple[int, int, int], shared: int, verdict: tuple[str, bool]
) -> None:
    assert judge("ok", 30, ("ok", 30), again=again, shared=shared) == verdict


def test_a_list_of_many_sites_or_one_that_lost_some_may_grow_at_once() -> None:
    assert judge("ok", 202, ("ok", 108), again=(76, 108, 1), shared=79) == ("ok", True)
    assert judge("ok", 93, ("ok", 46), again=(46, 46, 1), shared=46) == ("dropped", False)
    assert judge("ok", 93, ("ok", 46), again=(46, 46, 1), shared=46, one_site=False) == ("ok", True)


@pytest.mark.parametrize("words", ["; new: 5", "; new: [{}, 1]", "; new: [", '; new: {"a": 1}'])
def test_what_a_source_says_in_the_words_of_evidence_is_no_posting(words: str) -> None:
    earlier = [("ok", 30), ("dropped", 30)]
    assert judge("ok", 30, *earlier, shared=0, last_evidence=f"shares 0 of 30{words}", new=("A",)) == ("dropped", False)


def test_an_exchanged_list_is_believed_once_the_next_run_has_the_same_new_postings() -> None:
    earlier = [("ok", 30), ("dropped", 30)]
    was = 'shares 15 of 30 postings with the last good run, and has 15 new ones; new: ["A <id:1>", "B <id:2>", "C <id:3>"]'

    def next_run(*new: str, again: int = 15, strange: int = 0) -> tuple[str, bool]:
        numbers = (again, 30, 2)
        return judge("ok", 30, *earlier, again=numbers, shared=again, last_evidence=was, new=new, strange=strange)

    assert next_run("A <id:1>", "C <id:3>", "D <id:4>") == ("ok", True)
    assert next_run("A <id:1>", "X <id:7>", "Y <id:8>") == ("dropped", False), "yet another list"
    assert next_run("A <id:1>", "B <id:2>", "C <id:3>", strange=15) == ("dropped", False), (
        "of another site: a third night"
    )
    assert next_run("A <id:1>", again=29) == ("ok", True), "its own one is back"


@pytest.mark.parametrize(
    ("strange", "again", "verdict"),
    [(2, 30, ("ok", True)), (3, 30, ("dropped", False)), (2, 28, ("dropped", False)), (1, 25, ("ok", True))],
)
def test_several_new_postings_on_another_site_are_another_boards(
    strange: int, again: int, verdict: tuple[str, bool]
) -> None:
    assert judge("ok", 30, ("ok", 30), again=(again, 30, 1), shared=30 - strange, strange=strange) == verdict


@pytest.mark.parametrize(
    ("retitled", "verdict"),
    [(0, ("ok", True)), (5, ("ok", True)), (6, ("layout_changed", False)), (30, ("layout_changed", False))],
)
def test_known_postings_with_other_titles_are_a_damaged_column(retitled: int, verdict: tuple[str, bool]) -> None:
    assert judge("ok", 30, ("ok", 30), retitled=retitled) == verdict


def test_several_postings_that_get_one_and_the_same_title_are_damaged() -> None:
    assert judge("ok", 300, ("ok", 300), retitled=3, alike=2) == ("ok", True)
    assert judge("ok", 300, ("ok", 300), retitled=3, alike=3) == ("layout_changed", False)


def test_as_many_titles_as_changed_on_a_night_that_was_believed_may_go_back() -> None:
    was = "3 of 15 known postings have other titles"
    assert judge("ok", 12, ("ok", 15), ("error", 0), retitled=3) == ("layout_changed", False)
    assert judge("ok", 12, ("ok", 15), ("error", 0), retitled=3, last_evidence=was) == ("ok", True)
    assert judge("ok", 12, ("ok", 15), ("error", 0), retitled=4, last_evidence=was) == ("layout_changed", False)
    with_new = "2 of 4 known postings have other titles, 3 are new"
    assert judge("ok", 7, ("ok", 7), ("error", 0), retitled=5, last_evidence=with_new) == ("ok", True)
    assert judge("ok", 7, ("ok", 7), ("error", 0), retitled=6, last_evidence=with_new) == ("layout_changed", False)


@pytest.mark.parametrize(
    ("evidence", "repeats", "again", "verdict"),
    [
        (None, 15, (15, 30, 1), ("partial", False)),
        (None, 1, (29, 30, 1), ("partial", False)),
        (None, 2, (30, 30, 1), ("ok", True)),  # nothing is missing
        ("repeats itself in 15 rows", 0, (15, 30, 1), ("partial", False)),  # rows of one id, which a crawl counts
    ],
)
def test_a_list_that_repeats_its_rows_while_others_are_missing_closes_nothing(
    evidence: str | None, repeats: int, again: tuple[int, int, int], verdict: tuple[str, bool]
) -> None:
    assert judge("ok", 30, ("ok", 30), evidence=evidence, repeats=repeats, again=again, shared=30) == verdict


@pytest.mark.parametrize(
    ("again", "last_evidence", "verdict"),
    [
        ((20, 30, 1), None, ("partial", False)),
        ((30, 30, 1), None, ("ok", True)),  # nothing is missing
        ((20, 30, 1), "a further page without rows: no more jobs", ("ok", True)),  # it always has one
    ],
)
def test_a_further_page_that_lost_its_rows_closes_nothing(
    again: tuple[int, int, int], last_evidence: str | None, verdict: tuple[str, bool]
) -> None:
    empty = "a further page without rows: none at the moment"
    assert judge("ok", 25, ("ok", 30), evidence=empty, again=again, last_evidence=last_evidence) == verdict


def test_a_list_that_always_repeats_rows_may_lose_others() -> None:
    usual = {"again": (29, 30, 1), "last_evidence": "repeats itself in 2 rows"}
    assert judge("ok", 31, ("ok", 32), repeats=2, shared=29, **usual) == ("ok", True)
    assert judge("ok", 32, ("ok", 32), repeats=3, shared=29, **usual) == ("partial", False)


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ({"retitled": 9}, ("layout_changed", False)),
        ({"again": (15, 30, 1), "shared": 15}, ("dropped", False)),
        ({"again": (15, 30, 1)}, ("partial", False)),
    ],
    ids=["other titles", "other postings", "a part of what was known"],
)
def test_a_part_of_a_list_is_believed_where_it_is_one_of_what_was_known(
    counts: dict[str, Any], verdict: tuple[str, bool]
) -> None:
    assert judge("partial", 30, ("ok", 30), evidence="short by 4: saw 30 of 34 rows", **counts) == verdict


def test_a_part_with_other_postings_is_not_complete_however_often_it_comes() -> None:
    assert judge("partial", 30, ("ok", 30), *[("dropped", 30)] * 4, shared=0) == ("dropped", False)


def test_other_titles_count_with_other_postings() -> None:
    """As where half of a list is another board's, whose postings have partly the ids of known ones."""
    known, half = {"shared": 24, "retitled": 3}, {"shared": 20, "retitled": 4}
    assert judge("ok", 24, ("ok", 24), again=(21, 24, 1), **known) == ("ok", True)
    assert judge("ok", 30, ("ok", 30), again=(22, 30, 1), **half, new=("A <1>",)) == ("dropped", False)
    assert judge("ok", 24, ("ok", 24), again=(21, 24, 1), shared=20, new=("A <1>",)) == ("ok", True)


def test_of_a_few_postings_most_may_be_others_after_several_nights() -> None:
    nights = [("ok", 6), *[("error", 0)] * 3]
    assert judge("ok", 7, *nights, again=(2, 6, 4), shared=3) == ("ok", True)
    assert judge("ok", 7, *nights, again=(1, 6, 4), shared=1) == ("dropped", False)


def test_other_titles_are_believed_on_the_third_night_with_the_same_ones() -> None:
    def verdict(cited: str, nights: int, outcome: str = "layout_changed") -> tuple[str, bool]:
        earlier = [("ok", 30), *[(outcome, 30)] * nights]
        was = f'other titles in 30 of 30 known postings; new: ["{cited} <id:1>"]'
        return judge("ok", 30, *earlier, last_evidence=was, retitled=30, new=("A <id:1>",))

    assert verdict("A", 1) == ("layout_changed", False)
    assert verdict("A", 2) == ("ok", True)
    assert verdict("B", 2) == ("layout_changed", False), "other ones every night"
    assert verdict("A", 2, "dropped") == ("layout_changed", False), "of another fault"


def test_many_postings_under_other_ids_or_addresses_are_believed_on_the_third_night() -> None:
    was = "other addresses in 30 of 30 known postings"
    assert judge("ok", 30, ("ok", 30), moved=12) == ("ok", True)
    assert judge("ok", 30, ("ok", 30), moved=13) == ("layout_changed", False)
    assert judge("ok", 30, ("ok", 30), *[("layout_changed", 30)] * 2, moved=30, last_evidence=was) == ("ok", True)


def test_a_run_with_postings_that_had_closed_closes_nothing_until_the_third_night() -> None:
    assert judge("ok", 100, ("ok", 100), back=2) == ("ok", True)
    assert judge("ok", 100, ("ok", 100), back=3) == ("partial", False)
    was = "shows again 3 postings that had closed"
    assert judge("ok", 100, ("ok", 100), *[("partial", 100)] * 2, back=3, last_evidence=was) == ("ok", True)


@pytest.mark.parametrize("outcome", ["blocked", "error", "timeout", "partial", "gone", "not_recorded"])
def test_an_ill_run_is_never_complete(outcome: str) -> None:
    assert judge(outcome, 100, ("ok", 100)) == (outcome, False)


def test_a_304_is_complete() -> None:
    assert judge("unchanged", 0, ("ok", 100)) == ("unchanged", True)


@pytest.mark.parametrize(
    ("pay", "earlier", "verdict"),
    [
        ((0.9, 0.4), [("ok", 30)], ("layout_changed", False)),
        ((0.9, 0.5), [("ok", 30)], ("ok", True)),
        ((0.4, 0.0), [("ok", 30)], ("ok", True)),  # a field that few rows had is missed by nobody
        ((0.9, 0.0), [("ok", 9)], ("ok", True)),  # below ten rows a share is noise
        ((0.9, 0.0), [("ok", 30), ("layout_changed", 30)], ("layout_changed", False)),
        ((0.9, 0.0), [("ok", 30), ("layout_changed", 30), ("layout_changed", 30)], ("ok", True)),  # it is so: believed
        ((None, 0.0), [("ok", 30)], ("ok", True)),
    ],
)
def test_a_field_that_is_suddenly_empty_is_a_changed_layout(
    pay: tuple[float | None, float], earlier: list[tuple[str, int]], verdict: tuple[str, bool]
) -> None:
    was = "pay is filled in 0% of rows; in the last good run it was in 90%"
    assert judge("ok", 30, *earlier, pay=pay, last_evidence=was) == verdict


def test_expectations_of_the_catalogue_are_held_against_a_run() -> None:
    assert judge("ok", 3, rules=SourceRules(1, 7, min_rows=5, max_rows=None, min_fill={})) == ("layout_changed", False)
    assert judge("ok", 30, rules=SourceRules(1, 7, min_rows=5, max_rows=None, min_fill={"pay": 0.5})) == (
        "layout_changed",
        False,
    )
    assert judge("ok", 30, rules=SourceRules(1, 7, min_rows=5, max_rows=20, min_fill={})) == (
        "ok",
        True,
    )  # too many is only told


def test_nights_of_304_do_not_make_what_a_list_always_does_new() -> None:
    nights = [("ok", 32), *[("unchanged", 32)] * 9]
    repeated = {"again": (29, 30, 1), "shared": 29, "repeats": 2}
    assert judge("ok", 31, *nights, last_evidence="repeats itself in 2 rows", **repeated) == ("ok", True)
    assert judge("ok", 31, *nights, **repeated) == ("partial", False)
    emptied = {"again": (29, 30, 1), "evidence": "a further page without rows"}
    assert judge("ok", 31, *nights, last_evidence="a further page without rows", **emptied) == ("ok", True)
    assert judge("ok", 31, *nights, **emptied) == ("partial", False)
    assert judge("ok", 30, *nights, last_evidence="12 of 30 known postings have other titles", retitled=12)[1]


def test_the_runs_of_a_week_with_answers_are_at_hand_behind_any_number_of_304() -> None:
    outcomes = ["ok"] * 9 + ["unchanged"] * 5 + ["not_due"]
    source_runs = pl.DataFrame(  # noqa: F841  # read by name in the query
        {
            "night": [NIGHT + timedelta(days=number) for number in range(len(outcomes))],
            "source_id": "feed",
            "outcome": outcomes,
            "complete": [outcome != "not_due" for outcome in outcomes],
        }
    )
    recent = duckdb.sql(RECENT_RUNS).pl()
    assert recent["outcome"].to_list() == ["ok"] * 7 + ["unchanged"] * 3
    assert recent["night"].is_sorted()


def test_a_verdict_keeps_what_later_runs_are_judged_by() -> None:
    """Repeated rows, other titles and empty pages, whatever else the run is believed in spite of."""
    few = SourceRules(1, 7, min_rows=0, max_rows=20, min_fill={})
    crawled = "a further page without rows; repeats itself in 1 row"
    many = verdict_on("ok", 32, ("ok", 32), evidence=crawled, rules=few, repeats=2, retitled=3)
    assert (many["outcome"], many["complete"]) == ("ok", True)
    moved = [("ok", 30), *[("layout_changed", 30)] * 2]
    was = "other addresses in 30 of 30 known postings"
    believed = verdict_on("ok", 30, *moved, last_evidence=was, evidence=crawled, moved=30, repeats=2, retitled=3)
    assert believed["evidence"].startswith(f"{was}; 3 nights in a row: believed; ")
    for verdict in (many, believed):
        for note in (crawled, "repeats itself in 2 rows", "3 of "):
            assert note in verdict["evidence"]
    assert "32 rows; at most 20 are expected" in many["evidence"]


def test_repeated_rows_are_counted_once_in_a_run_that_is_believed_after_all() -> None:
    was = "repeats itself, and lacks 1 of 30 postings"
    nights = [("ok", 30), *[("partial", 30)] * 2]
    verdict = verdict_on("ok", 31, *nights, last_evidence=was, repeats=2, again=(29, 30, 1), shared=29)
    assert verdict["evidence"] == f"{was}; 3 nights in a row: believed; repeats itself in 2 rows"
