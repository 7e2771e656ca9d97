"""Versions of internships, and the changes between them.

A version begins on the night a tracked column differs from the night before. Belongs here: what counts as a change. Does not
belong here: how history is stored (`pipeline.storage.warehouse`).
"""

from __future__ import annotations

from datetime import date

import polars as pl

from pipeline.tables import CHANGES_TABLE, HISTORY, INTERNSHIPS, NO_VERSIONS
from pipeline.vocabulary import Change

TRACKED = [name for name in INTERNSHIPS.names if name not in ("internship_id", *NO_VERSIONS)]
"""Columns whose every value is kept with the nights on which it held."""

_OPEN, _CLOSED = pl.lit('"open"'), pl.lit('"closed"')
"""States as JSON text."""


def versions_and_changes(
    before: pl.DataFrame, after: pl.DataFrame, redirects: pl.DataFrame, split: pl.DataFrame, night: date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """New rows of internship_history (HISTORY), and of changes (CHANGES_TABLE), for the internships that differ from the night
    before.

    `before`, `after`: INTERNSHIPS, only those that may differ. `redirects`: tonight's merges (old_id, new_id).
    `split`: internship_id and left_id: ids minted tonight for listings that left another internship, and the latter.
    """
    now = after.select("internship_id", *(_as_json(pl.col(name)).alias(name) for name in TRACKED))
    then = before.select("internship_id", *(_as_json(pl.col(name)).alias(name) for name in TRACKED))
    joined = now.join(then, on="internship_id", how="left", suffix="_before", maintain_order="left")
    is_new = ~pl.col("internship_id").is_in(before["internship_id"].implode())
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_before")) for name in TRACKED)
    moved = joined.filter(is_new | differs)
    versions = HISTORY.conform(
        after.join(moved.select("internship_id"), on="internship_id", how="semi")
        .drop(NO_VERSIONS)
        .with_columns(valid_from=pl.lit(night, dtype=pl.Date))
    )
    minted = moved.filter(is_new).join(split, on="internship_id", how="left", maintain_order="left")
    known = moved.filter(~is_new)
    changes = pl.concat([*_minted(minted), *_state_changes(known), *_column_changes(known), _merges(redirects)])
    changes = CHANGES_TABLE.conform(changes.with_columns(night=pl.lit(night, dtype=pl.Date)))
    return versions.sort("internship_id"), changes.sort("internship_id", "change", "field", "old")


def _change(rows: pl.DataFrame, change: Change, field: str | None, old: pl.Expr | None, new: pl.Expr) -> pl.DataFrame:
    """Rows of changes of one kind. `old`, `new`: JSON text."""
    return rows.select(
        "internship_id",
        change=pl.lit(change.value),
        field=pl.lit(field, dtype=pl.String),
        old=pl.lit(None, dtype=pl.String) if old is None else old,
        new=new,
    )


def _minted(minted: pl.DataFrame) -> list[pl.DataFrame]:
    """New internships, and those that were split from another (`left_id`)."""
    is_split = pl.col("left_id").is_not_null()
    left, own = _as_json(pl.col("left_id")), _as_json(pl.col("internship_id"))
    return [
        _change(minted.filter(~is_split), Change.ADDED, None, None, pl.col("title")),
        _change(minted.filter(is_split), Change.SPLIT, "internship_id", left, own),
    ]


def _state_changes(known: pl.DataFrame) -> list[pl.DataFrame]:
    """Closings and reopenings; open to unverified and back is neither."""
    state, before = pl.col("state"), pl.col("state_before")
    closed = known.filter((state == _CLOSED) & (before != _CLOSED))
    reopened = known.filter((before == _CLOSED) & (state != _CLOSED))
    return [
        _change(closed, Change.CLOSED, "state", before, pl.col("closed_reason")),
        _change(reopened, Change.REOPENED, "state", pl.col("closed_reason_before"), _OPEN),
    ]


def _column_changes(known: pl.DataFrame) -> list[pl.DataFrame]:
    """Every other column that differs, one row a column and internship."""
    state, before = pl.col("state"), pl.col("state_before")
    frames = []
    for name in TRACKED:
        differing = known.filter(pl.col(name).ne_missing(pl.col(f"{name}_before")))
        if name == "state":
            differing = differing.filter((state != _CLOSED) & (before != _CLOSED))
        elif name in ("closed_on", "closed_reason"):  # part of the closing, but where a listing came or left since
            differing = differing.filter((state == _CLOSED) & (before == _CLOSED))
        elif name == "reopened":  # part of the reopening
            continue
        frames.append(_change(differing, Change.CHANGED, name, pl.col(f"{name}_before"), pl.col(name)))
    return frames


def _merges(redirects: pl.DataFrame) -> pl.DataFrame:
    merged = redirects.select("old_id", internship_id="new_id")
    old, new = _as_json(pl.col("old_id")), _as_json(pl.col("internship_id"))
    return _change(merged, Change.MERGED, "internship_id", old, new)


def _as_json(value: pl.Expr) -> pl.Expr:
    """The value as JSON text, null where it is null."""
    wrapped = pl.struct(value.alias("v")).struct.json_encode()
    inner = wrapped.str.slice(len('{"v":')).str.head(-1)
    return pl.when(value.is_null()).then(None).otherwise(inner)
