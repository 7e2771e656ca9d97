"""Pay a month, in euro and in international dollars: what is stated, at dated rates.

Belongs here: hours, days, weeks, years and totals as months; exchange rates and purchasing power. Does not belong here:
reading pay (`pay.status`, `pay.amounts`); the rates: data/reference/exchange_rates.csv (averages of a month, units per US dollar)
and purchasing_power.csv (units of the local currency per international dollar, newest year), derived from the tables
fx_monthly_per_usd.csv and ppp_latest.csv of the shared reference data, and fixed_rates.csv (currencies that their central
bank ties to another).
"""

from __future__ import annotations

from functools import cache

import polars as pl

from pipeline.clean.language_tools.extraction import WEEKS_A_MONTH
from pipeline.shipped import shipped

HOURS_A_WEEK = 40
DAYS_A_WEEK = 5

FIELDS = ("pay_month_eur", "pay_month_ppp", "pay_rates_on")


def has_rate(currency: pl.Expr) -> pl.Expr:
    """Whether there is a rate of a currency in any month."""
    return currency.is_in(_rates()["currency"].unique().implode())


def convert_pay(pay: pl.DataFrame) -> pl.DataFrame:
    """The columns FIELDS for rows of pay_min, pay_currency, pay_period, weeks_min, weeks_max, hours_per_week, country
    (the one host country) and day: the rates are of its month, or the nearest that has any; null: the newest. Null where a
    rate or a length is not known."""
    rates = _rates()
    newest, oldest = pl.lit(rates["month"][-1], dtype=pl.Date), pl.lit(rates["month"][0], dtype=pl.Date)
    month = pl.col("day").dt.truncate("1mo").clip(oldest, newest).fill_null(newest)
    rows = pay.with_columns(month=month, amount=_a_month(), euro=pl.lit("EUR")).join(
        _parities(), on="country", how="left", maintain_order="left"
    )
    for currency in ("pay_currency", "euro", "currency"):
        rate = rates.select("month", pl.col("currency").alias(currency), pl.col("per_usd").alias(f"{currency} rate"))
        rows = rows.join(rate, on=["month", currency], how="left", maintain_order="left")
    eur, ppp = _exchanged("euro"), _exchanged("currency") / pl.col("per_intl_dollar")
    known = rows.select(pay_month_eur=eur.round(2), pay_month_ppp=ppp.round(2), month="month")
    is_known = pl.any_horizontal(pl.col("pay_month_eur", "pay_month_ppp").is_not_null())
    return known.select("pay_month_eur", "pay_month_ppp", pl.when(is_known).then("month").alias("pay_rates_on"))


def _exchanged(currency: str) -> pl.Expr:
    """The amount in the currency that a column names; by way of the US dollar unless it is that already."""
    by_dollar = pl.col("amount") / pl.col("pay_currency rate") * pl.col(f"{currency} rate")
    return pl.when(pl.col("pay_currency") == pl.col(currency)).then("amount").otherwise(by_dollar)


def _a_month() -> pl.Expr:
    amount = pl.col("pay_min")
    months = pl.when(pl.col("weeks_min") == pl.col("weeks_max")).then(pl.col("weeks_max") / WEEKS_A_MONTH)
    by_period = {
        "hour": amount * pl.col("hours_per_week").fill_null(HOURS_A_WEEK) * WEEKS_A_MONTH,
        "day": amount * DAYS_A_WEEK * WEEKS_A_MONTH,
        "week": amount * WEEKS_A_MONTH,
        "month": amount,
        "year": amount / 12,
        "total": amount / months,
    }
    return pl.coalesce(pl.when(pl.col("pay_period") == period).then(rate) for period, rate in by_period.items())


@cache
def _rates() -> pl.DataFrame:
    """month, currency, per_usd; with the US dollar itself, and the currencies that are tied to another."""
    rates = pl.read_csv(shipped("data", "reference", "exchange_rates.csv"), schema_overrides={"month": pl.Date})
    dollar = rates.select("month", currency=pl.lit("USD"), per_usd=pl.lit(1.0)).unique()
    rates = pl.concat([rates, dollar])
    fixed = pl.read_csv(shipped("data", "reference", "fixed_rates.csv")).select("currency", "anchor", "per_anchor")
    tied = fixed.join(rates.rename({"currency": "anchor"}), on="anchor").select(
        "month", "currency", per_usd=pl.col("per_anchor") * pl.col("per_usd")
    )
    return pl.concat([rates, tied]).sort("month", "currency")


@cache
def _parities() -> pl.DataFrame:
    """country, currency, per_intl_dollar."""
    parities = pl.read_csv(shipped("data", "reference", "purchasing_power.csv"), null_values=[])
    currencies = pl.read_csv(shipped("data", "reference", "countries.csv"), null_values=[])
    return parities.join(currencies.select(country="iso2", currency="currency"), on="country").select(
        "country", "currency", "per_intl_dollar"
    )
