"""The golden row: one row an internship, made from its listings field by field.

The most trustworthy listing that states a field gives it (see `Source.trust`); of equals the open one, then the longest
known. Fields that only mean something together come from one listing. State is the best of its listings', the deadline the
newest that the most trustworthy open listing states, places are the union. Which listing gave what is kept. Does not belong
here: which listings belong together.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pipeline.match.keys import url_key
from pipeline.tables import FACTS, GIVEN, INTERNSHIPS

UNIONS = ("countries", "cities", "places")
"""Facts that several listings of one opening complete rather than repeat."""

DEADLINE = ("deadline", "deadline_at", "deadline_zone", "deadline_kind")

TOGETHER: tuple[tuple[str, ...], ...] = (
    DEADLINE,
    ("kind", "is_internship"),
    ("organizer", "organizer_type", "organizer_country"),
    ("work_mode", "remote_countries"),
    ("international", "international_reason"),
    ("starts_on", "ends_on", "season"),
    ("weeks_min", "weeks_max"),
    (
        "pay_status", "pay_min", "pay_max", "pay_currency", "pay_period", "pay_month_eur", "pay_month_ppp", "pay_rates_on",
    ),
    ("fee_min", "fee_currency"),
    ("languages_required", "languages_preferred", "language_levels"),
    ("age_min", "age_max"),
    ("nationalities", "nationality_rule"),
    ("structure_score", "structure_silent"),
)  # fmt: skip
"""Facts that are one statement: half of it from one listing and half from another would state what neither states."""

ADDRESSES = ("url", "apply_url", "best_url")

_BY_TRUST = ("internship_id", "_trust", "_open", "first_seen", "listing_id")


def golden_rows(listings: pl.DataFrame, trust: Mapping[str, int], before: pl.DataFrame) -> pl.DataFrame:
    """The internships of these listings, ordered by id; columns of INTERNSHIPS. A new one has no programme_id and no
    life_flags yet.

    `listings`: all listings of the internships asked for, with `url_key`. `before`: their rows of the night before.
    """
    ranked = (
        listings.with_columns(
            _trust=pl.col("source_id").replace_strict(trust, default=9, return_dtype=pl.Int32),
            _open=pl.col("state").replace_strict({"open": 0, "unverified": 1, "closed": 2}, return_dtype=pl.Int32),
        )
        .with_columns(_best=pl.struct("_open", "_trust", "first_seen", "listing_id").rank("ordinal"))
        .sort(_BY_TRUST)
    )
    rows = ranked.group_by("internship_id", maintain_order=True).agg(
        *(pl.col(name).explode(empty_as_null=False).drop_nulls().unique(maintain_order=True) for name in UNIONS),
        pl.col("url").sort_by("_best").first(),
        pl.col("apply_url").sort_by("_best").first(),
        pl.col("url_key").sort_by("_best").first(),
        pl.coalesce("apply_url", "url").sort_by("_best").first().alias("best_url"),
        pl.col("channel").unique().sort().alias("channels"),
        pl.col("source_id").unique().sort().alias("source_ids"),
        pl.len().cast(pl.Int32).alias("listing_count"),
        pl.col("first_seen").min(),
        pl.col("last_seen").max(),
        pl.col("_open").min(),
        pl.col("closed_on").max(),
        pl.col("closed_reason").sort_by("closed_on", "listing_id", nulls_last=False).last(),
    )
    was = before.select(
        "internship_id",
        "programme_id",
        "life_flags",
        _state="state",
        _reopened="reopened",
        _posted="posted_on",
        _url_key=url_key(before["url"]),
        **{f"_{name}": pl.col(name) for name in ADDRESSES},
    )
    # An address that differs only by what tracks is no new one.
    is_same = (pl.col("_url_key") == pl.col("url_key")).fill_null(False)
    is_closed = pl.col("_open") == 2
    given = _given(ranked)
    rows = (
        rows.join(_facts(ranked, given), on="internship_id", how="left", maintain_order="left")
        .join(_provenance(ranked, given), on="internship_id", how="left", maintain_order="left")
        .join(was, on="internship_id", how="left", maintain_order="left")
        .with_columns(
            state=pl.col("_open").replace_strict({0: "open", 1: "unverified", 2: "closed"}, return_dtype=pl.String),
            closed_on=pl.when(is_closed).then("closed_on"),
            closed_reason=pl.when(is_closed).then("closed_reason"),
            reopened=pl.col("_reopened").fill_null(False)
            | ((pl.col("_state") == "closed").fill_null(False) & ~is_closed),
            # A posting that only gets a later date is the same: it was posted when it was posted first.
            posted_on=pl.min_horizontal("posted_on", "_posted"),
            **{name: pl.when(pl.col(name).list.len() > 0).then(name) for name in UNIONS},
            **{name: pl.when(is_same).then(f"_{name}").otherwise(name) for name in ADDRESSES},
        )
    )
    return INTERNSHIPS.conform(rows.select(INTERNSHIPS.names)).sort("internship_id")


def _given(ranked: pl.DataFrame) -> pl.DataFrame:
    """internship_id, and for each field or fields that go together, under the name of the first, the id of the listing that
    gives them; null where none states any."""
    alone = [column.name for column in FACTS if column.name not in (*UNIONS, "content_hash", *sum(TOGETHER, ()))]
    parts = [(name,) for name in alone] + [part for part in TOGETHER if part != DEADLINE]
    states = {part[0]: pl.any_horizontal(pl.col(part).is_not_null()) for part in parts}
    by_trust = ranked.group_by("internship_id", maintain_order=True).agg(
        pl.col("listing_id").filter(is_stated).first().alias(name) for name, is_stated in states.items()
    )
    has_deadline = pl.any_horizontal(pl.col(DEADLINE).is_not_null())
    newest = (
        ranked.filter(has_deadline)
        .sort(
            "internship_id", "_open", "_trust", "last_seen", "first_seen", "listing_id",
            descending=[False, False, False, True, True, False],
        )
        .unique("internship_id", keep="first")
        .select("internship_id", deadline="listing_id")
    )  # fmt: skip
    return by_trust.join(newest, on="internship_id", how="left", maintain_order="left")


def _facts(ranked: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """internship_id and the facts but UNIONS, each from the listing that gives it."""
    together = {part[0]: part for part in TOGETHER}
    rows = given.select("internship_id")
    at = ranked.select("listing_id").with_row_index("row")
    for name in given.columns[1:]:
        part = together.get(name, (name,))
        row = given.select(listing_id=name).join(at, on="listing_id", how="left", maintain_order="left")["row"]
        rows = rows.hstack([ranked[field].gather(row) for field in part])
    return rows


def _provenance(ranked: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """internship_id, provenance, of internships with several listings: for each that gives anything its fields."""
    ids = ["internship_id", "listing_id"]
    several = ranked.filter(pl.len().over("internship_id") > 1)
    names = [column.name for column in FACTS if column.name != "content_hash"]
    stated = (
        several.select(*ids, *(pl.col(name).is_not_null() for name in names))
        .unpivot(index=ids, variable_name="field", value_name="is_stated")
        .filter("is_stated")
        .with_columns(part=pl.col("field").replace({name: part[0] for part in TOGETHER for name in part}))
    )
    givers = given.unpivot(index="internship_id", variable_name="part", value_name="listing_id")
    gives = stated.join(givers, on=[*ids, "part"], how="semi")
    completes = stated.filter(pl.col("field").is_in(UNIONS))
    return (
        pl.concat([gives, completes])
        .sort(*ids, "field")
        .group_by(ids, maintain_order=True)
        .agg(fields="field")
        .select("internship_id", given=pl.struct("listing_id", "fields").cast(GIVEN))
        .group_by("internship_id", maintain_order=True)
        .agg(provenance="given")
    )
