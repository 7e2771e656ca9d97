"""Facts that cleaning typed: deadline, start, pay, hours, duration, study levels, languages, kind.

Belongs here: whether two listings state the same of each. A plain file states none. Does not belong here: what titles and texts
say (`comparisons`), and what a fact weighs (data/reference/match_weights.csv).
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from pipeline.match.pairs import columns_of_pairs, sides
from pipeline.tables import LISTINGS

FACT_COLUMNS = pl.Schema(
    {
        name: LISTINGS.schema[name]
        for name in (
            "deadline", "starts_on", "pay_min", "pay_currency", "pay_period", "hours_per_week", "weeks_min", "weeks_max",
            "study_levels", "languages_required", "kind",
        )
    }
)  # fmt: skip
"""Columns of tables.LISTINGS that are compared; any may be null."""
NOT_STATED, OTHER, SAME = 0, 1, 2
MAX_DEADLINE_DAYS, MAX_START_DAYS = 1, 31
"""Days between two dates that may be one: a deadline is read in another zone, a start is given as a month."""
MAX_PAY_RATIO = 1.02
"""Two sums that round to one another are one."""
PLACEMENTS = ("internship", "traineeship", "graduate_programme", "fellowship", "other")
"""Kinds that sources do not keep apart."""


def compare_facts(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """For each pair (a, b) of rows of `profiles` and each fact: 0 one does not state it, 1 they differ, 2 they are the same."""
    stated = [name for name in FACT_COLUMNS if profiles[name].null_count() < profiles.height]
    rows = columns_of_pairs(profiles, pairs.select("a", "b"), stated)
    unknown = pl.lit(NOT_STATED, dtype=pl.UInt8)
    return rows.with_columns(
        **{
            fact: level(*columns) if set(columns) <= set(stated) else unknown
            for fact, (level, columns) in _COMPARED.items()
        }
    ).select(*_COMPARED)


def _level(is_known: pl.Expr, is_same: pl.Expr) -> pl.Expr:
    level = pl.when(is_same).then(SAME).otherwise(OTHER)
    return pl.when(is_known.fill_null(False)).then(level).otherwise(NOT_STATED).cast(pl.UInt8)


def _both(*names: str) -> pl.Expr:
    return pl.all_horizontal(pl.col(f"{name}_{side}").is_not_null() for name in names for side in "ab")


def _dates(most: int) -> Callable[..., pl.Expr]:
    def level(name: str) -> pl.Expr:
        day = sides(name)
        return _level(_both(name), (day.a - day.b).dt.total_days().abs() <= most)

    return level


def _equal(name: str) -> pl.Expr:
    value = sides(name)
    return _level(_both(name), value.a == value.b)


def _pay(amount: str, currency: str, period: str) -> pl.Expr:
    sums, money, time = sides(amount), sides(currency), sides(period)
    is_comparable = _both(amount) & (money.a == money.b) & (time.a == time.b)
    is_same = pl.max_horizontal(sums.a, sums.b) <= MAX_PAY_RATIO * pl.min_horizontal(sums.a, sums.b)
    return _level(is_comparable, is_same)


def _ranges(least: str, most: str) -> pl.Expr:
    """Two durations are one where either is within the other's bounds."""
    low, high = sides(least), sides(most)
    return _level(_both(least, most), (low.a <= high.b) & (low.b <= high.a))


def _sets(name: str) -> pl.Expr:
    value = sides(name)
    is_stated = _both(name) & (value.a.list.len() > 0) & (value.b.list.len() > 0)
    return _level(is_stated, value.a.list.set_intersection(value.b).list.len() > 0)


def _kinds(name: str) -> pl.Expr:
    kind = sides(name)
    one, other = (pl.when(side.is_in(PLACEMENTS)).then(pl.lit("placement")).otherwise(side) for side in kind)
    return _level(_both(name) & ((one != "placement") | (other != "placement")), one == other)


_COMPARED: dict[str, tuple[Callable[..., pl.Expr], tuple[str, ...]]] = {
    "deadline": (_dates(MAX_DEADLINE_DAYS), ("deadline",)),
    "start": (_dates(MAX_START_DAYS), ("starts_on",)),
    "pay": (_pay, ("pay_min", "pay_currency", "pay_period")),
    "hours": (_equal, ("hours_per_week",)),
    "duration": (_ranges, ("weeks_min", "weeks_max")),
    "study_levels": (_sets, ("study_levels",)),
    "languages": (_sets, ("languages_required",)),
    "kind": (_kinds, ("kind",)),
}
