"""Which currency a sum is in: by signs, by whole names, by nouns that several currencies share."""

from __future__ import annotations

import pytest

from pipeline.clean.pay.amounts import find_amounts


@pytest.mark.parametrize(
    ("text", "country", "currency"),
    [
        ("700 دينار تونسي شهريا", None, "TND"),
        ("18.000 pesos uruguayos mensuales", None, "UYU"),
        ("35 000 киргизских сомов в месяц", None, "KGS"),
        ("400 Canadian dollars a month", "SN", "CAD"),
        ("400 švajčiarskych frankov mesačne", "SK", "CHF"),
        ("9000 kronu mēnesī", "NO", "NOK"),
        ("每月1800林吉特", "MY", "MYR"),
        ("每月1800林吉特", None, "MYR"),
        ("22,000 rupees a month", "NP", "NPR"),
        ("500,000 воны тэтгэмж", "KR", "KRW"),
        ("shilingi 300,000 kwa mwezi", "TZ", "TZS"),
        ("monthly stipend of N150,000", "NG", "NGN"),
        ("N$ 4 500 per month", "NA", "NAD"),
        ("Europa 100 / month", None, None),
    ],
)
def test_the_currency_of_a_sum(text: str, country: str | None, currency: str | None) -> None:
    assert [amount.currency for amount in find_amounts(text, country)] == [currency]


@pytest.mark.parametrize(
    "text", ["2 won prizes", "3 livres de chevet", "40 colony sites", "5 kuna", "4 kurs talabalari"]
)
def test_a_word_that_may_be_a_currency_makes_no_sum_where_it_is_not_the_countrys(text: str) -> None:
    assert not list(find_amounts(text, "DE"))
