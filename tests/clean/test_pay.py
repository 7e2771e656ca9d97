"""Pay as it is stated."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean import clean
from pipeline.clean.pay import parse_pay


@pytest.mark.parametrize(
    ("text", "status", "least", "most", "currency", "period"),
    [
        ("$60/hr", "paid", 60, 60, "USD", "hour"),
        ("$20-25 an hour", "paid", 20, 25, "USD", "hour"),
        ("₹12k - ₹40k", "paid", 12_000, 40_000, "INR", None),
        ("€775 per month", "paid", 775, 775, "EUR", "month"),
        ("450.000 - 500.000 HUF/hó", "paid", 450_000, 500_000, "HUF", "month"),
        ("1.510–1.516 CHF/month", "paid", 1510, 1516, "CHF", "month"),
        ("1.216,74 EUR", "paid", 1216.74, 1216.74, "EUR", None),
        ("12,41 € / h", "paid", 12.41, 12.41, "EUR", "hour"),
        ("436,05 euros par mois", "paid", 436.05, 436.05, "EUR", "month"),
        ("350 £ / week", "paid", 350, 350, "GBP", "week"),
        ("JPY 250,000 (total)", "paid", 250_000, 250_000, "JPY", "total"),
        ("2.500–4.000 kr.", "paid", 2500, 4000, None, None),
        ("월 180~200만원", "paid", 1_800_000, 2_000_000, "KRW", "month"),
        ("時給1,200円", "paid", 1200, 1200, "JPY", "hour"),
        ("monthly stipend of up to 7,200 ZAR", "allowance", 7200, 7200, "ZAR", "month"),
        ("Stipend + Housing", "allowance", None, None, None, None),
        ("unpaid", "unpaid", None, None, None, None),
        ("Unpaid (Fee required?)", "unpaid", None, None, None, None),
        ("not paid (however a stipend is provided)", "allowance", None, None, None, None),
        ("Unpaid; programme fee: €500", "unpaid", None, None, None, None),
        ("No stipend", "unpaid", None, None, None, None),
        ("nicht vergütet", "unpaid", None, None, None, None),
        ("無給", "unpaid", None, None, None, None),
    ],
)
def test_pay(
    text: str, status: str, least: float | None, most: float | None, currency: str | None, period: str | None
) -> None:
    pay = parse_pay(text, "US")
    assert pay is not None
    assert pay[:5] == (status, least, most, currency, period)
    assert all(quote is None or quote in text for quote in (pay.status_quote, pay.amount_quote))


@pytest.mark.parametrize(
    "text", ["Varies", "Varies (Fellowship)", "N/A", "competitive", "2026", "depends on country", "Fee of €500"]
)
def test_no_pay(text: str) -> None:
    assert parse_pay(text) is None


def test_a_shared_sign_is_settled_by_the_country_or_not_at_all() -> None:
    currencies = [pay.currency for country in ("US", "CA", "DE", None) if (pay := parse_pay("$20/hr", country))]
    assert currencies == ["USD", "CAD", None, None]


def test_labelled_lines_of_a_description(raw_rows: Any) -> None:
    rows = raw_rows(
        {"description": "Posted 1 Nov | Salary €775 per month | Deadline 20 November 2025"},
        {"description": "We pay attention to 30 things a month."},
    )
    stated = {row["url"]: row for row in clean(rows, None, {}).listings.to_dicts()}
    first, second = stated["https://example.org/0"], stated["https://example.org/1"]
    assert (first["pay_min"], first["pay_currency"], first["pay_period"]) == (775, "EUR", "month")
    assert second["pay_status"] is None


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    pay = parse_pay(text, "US")
    assert pay is None or pay.least is None or 0 < pay.least <= (pay.most or 0)
