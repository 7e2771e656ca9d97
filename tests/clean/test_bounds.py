"""Numbers and days that no internship has are no values, and are counted."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pipeline.clean import UNKNOWN
from pipeline.clean.bounds import TOGETHER, set_aside_implausible
from pipeline.tables import BOUNDS, CLEANED, EVIDENCE_TABLE, INTERNSHIPS, LISTINGS, STATED_DAYS


def cleaned(**values: object) -> pl.DataFrame:
    row = {"listing_id": "l_1", "source_id": "a", **values}
    return CLEANED.conform(pl.DataFrame([row], schema_overrides={name: CLEANED.schema[name] for name in row}))


def evidence(*names: str) -> pl.DataFrame:
    rows = [
        {"listing_id": "l_1", "field": name, "quote": name, "raw_field": "pay", "method": "stated"} for name in names
    ]
    return EVIDENCE_TABLE.conform(pl.DataFrame(rows, schema=EVIDENCE_TABLE.schema))


def test_a_pay_that_nobody_gets_is_no_pay_and_is_counted() -> None:
    listings = cleaned(
        pay_status="paid", pay_min=4e9, pay_max=4e9, pay_currency="EUR", pay_period="month", pay_month_eur=4e9
    )
    names = ("pay_status", "pay_min", "pay_currency", "title")
    listings, proofs, unknown = set_aside_implausible(listings, evidence(*names), pl.DataFrame(schema=UNKNOWN))
    assert listings.select(TOGETHER["pay"]).row(0) == (None,) * len(TOGETHER["pay"])
    assert listings["pay_status"].to_list() == ["paid"]
    assert proofs["field"].sort().to_list() == ["pay_status", "title"]
    assert ("pay_month_eur", "4000000000.0") in unknown.select("field", "text").rows()


@pytest.mark.parametrize(
    ("name", "value", "is_kept"),
    [
        ("weeks_max", 520, True),
        ("weeks_max", 521, False),
        ("age_min", -1, False),
        ("pay_min", float("inf"), False),
        ("pay_min", float("nan"), False),
        ("positions", 100_001, False),
        ("deadline", date(2026, 1, 1), True),
        ("deadline", date(9999, 12, 31), False),
        ("posted_on", date(1, 1, 1), False),
    ],
)
def test_each_number_and_day_has_a_plausible_range(name: str, value: object, is_kept: bool) -> None:
    listings, _, unknown = set_aside_implausible(cleaned(**{name: value}), evidence(), pl.DataFrame(schema=UNKNOWN))
    assert (listings[name].item() is not None, unknown.height) == (is_kept, 0 if is_kept else 1)


def test_every_number_of_a_listing_has_a_range() -> None:
    """But for what is counted or derived within its own range, and lists."""
    numbers = {name for name, dtype in CLEANED.schema.items() if dtype.is_numeric()}
    assert numbers - BOUNDS.keys() == {"structure_score", "structure_silent"}
    assert BOUNDS.keys() <= LISTINGS.schema.keys() & INTERNSHIPS.schema.keys()
    assert {name for name, dtype in CLEANED.schema.items() if dtype == pl.Date} - set(STATED_DAYS) == {"pay_rates_on"}
    assert all(maximum < 2**31 for name, (_, maximum) in BOUNDS.items() if CLEANED.schema[name] == pl.Int32)
