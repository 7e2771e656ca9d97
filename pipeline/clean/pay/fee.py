"""Fee: what the intern pays, in the field for pay or in prose.

Belongs here: which sum is a fee. Does not belong here: reading sums (`pay.amounts`).
"""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import any_of, flat, read_reference
from pipeline.clean.language_tools.extraction import Extraction, Schema, evidence, extraction, over_distinct
from pipeline.clean.language_tools.sentences import having, read_best
from pipeline.clean.language_tools.text import western
from pipeline.clean.pay.amounts import NEAR, Amount, find_amounts

FEE_FIELDS: Schema = {"fee_min": pl.Float64, "fee_currency": pl.String}


def clean_fee(frame: pl.DataFrame, sentences: pl.DataFrame) -> Extraction:
    """fee_min, fee_currency: the first sum that the intern pays, in the field for pay or in prose."""
    schema: Schema = {"score": pl.Int32, **FEE_FIELDS, "quote": pl.String}

    def parse(text: str | None, country: str | None) -> tuple[object, ...] | None:
        if not text:
            return None
        amounts = find_amounts(western(text), country)
        fee = next((sum_ for sum_ in amounts if sum_.is_fee and sum_.has_sign and not _is_deposit(text, sum_)), None)
        return (1, fee.least, fee.currency, text[fee.start : fee.end].strip()) if fee else None

    field = over_distinct(frame, ["pay", "country"], parse, schema)
    fees = having(sentences.filter("has_digit"), flat(read_reference("pay")["fee"]))
    prose = read_best(fees, ["country"], parse, schema)
    both = frame.select("row").hstack(field).join(prose, on="row", how="left", maintain_order="left", suffix="_prose")
    from_field = pl.col("score").is_not_null()
    rows = both.select(
        "row",
        *(pl.when(from_field).then(name).otherwise(f"{name}_prose").alias(name) for name in schema),
        raw_field=pl.when(from_field).then(pl.lit("pay")).otherwise("raw_field"),
    )
    return extraction(
        rows.select(list(FEE_FIELDS)), [evidence(rows, name, "quote", pl.col("raw_field")) for name in FEE_FIELDS]
    )


def _is_deposit(text: str, fee: Amount) -> bool:
    """Whether a sum comes back: a word for a deposit stands just before it."""
    return _deposit().search(text, max(0, fee.start - NEAR), fee.end) is not None


@cache
def _deposit() -> re.Pattern[str]:
    return re.compile(any_of(read_reference("pay")["deposit"]), re.IGNORECASE)
