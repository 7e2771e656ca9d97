"""Eligibility: nationality and visa support, as columns of lists and plain statements tell them.

Belongs here: what a column of a list or a line says of who may apply. Does not belong here: inferring it from the word
intern. The columns of study, age and enrolment are still null.
"""

from __future__ import annotations

import json
from functools import cache

import polars as pl

from pipeline.clean.content import bare_key
from pipeline.clean.found import Found, evidence, found, over_distinct
from pipeline.clean.words import any_of, read_reference


def clean_eligibility(raw: pl.DataFrame, descriptions: pl.Series) -> Found:
    """visa_support, nationality_rule, nationalities; from `extra`, else from title and description (plain text)."""
    notes = over_distinct(raw, ["extra"], lambda extra: (_notes(extra),), {"extra": pl.String})
    frame = raw.select("row", "title", description=descriptions).hstack(notes)
    reference = read_reference("eligibility")
    answers = {
        "visa_support": {answer: any_of(phrases) for answer, phrases in reference["sponsorship"].items()},
        "only": {country: any_of(phrases) for country, phrases in reference["nationals_only"].items()},
        "any": {"any": any_of(reference["any_nationality"])},
    }
    said = frame
    for name, patterns in answers.items():
        found_in = [
            _said(answer, pl.col(raw_field).str.extract(f"(?i)({pattern})", 1), raw_field)
            for raw_field in ("extra", "title", "description")
            for answer, pattern in patterns.items()
        ]
        said = said.with_columns(pl.coalesce(found_in).alias(name))
    said = said.with_columns(
        visa_support_quote=pl.col("visa_support").struct.field("quote"),
        visa_support_field=pl.col("visa_support").struct.field("raw_field"),
        visa_support=pl.col("visa_support").struct.field("answer"),
        nationality_quote=pl.coalesce(pl.col(name).struct.field("quote") for name in ("only", "any")),
        nationality_field=pl.coalesce(pl.col(name).struct.field("raw_field") for name in ("only", "any")),
        nationality_rule=pl.when(pl.col("only").is_not_null())
        .then(pl.lit("only"))
        .when(pl.col("any").is_not_null())
        .then(pl.lit("any")),
        nationalities=pl.when(pl.col("only").is_not_null()).then(pl.concat_list(pl.col("only").struct.field("answer"))),
    )
    return found(
        said.select("visa_support", "nationality_rule", "nationalities"),
        [
            evidence(said, "visa_support", "visa_support_quote", pl.col("visa_support_field")),
            evidence(said, "nationality_rule", "nationality_quote", pl.col("nationality_field")),
            evidence(said, "nationalities", "nationality_quote", pl.col("nationality_field")),
        ],
    )


def _said(answer: str, quote: pl.Expr, raw_field: str) -> pl.Expr:
    said = pl.struct(answer=pl.lit(answer), quote=quote, raw_field=pl.lit(raw_field))
    return pl.when(quote.is_not_null()).then(said)


def _notes(extra: str | None) -> str | None:
    """The values of `extra` that tell who may apply, as text, one a line."""
    keys = _note_keys()
    values = json.loads(extra or "{}")
    notes = [value for key, value in values.items() if bare_key(key) in keys and isinstance(value, str)]
    return "\n".join(notes) or None


@cache
def _note_keys() -> frozenset[str]:
    return frozenset(read_reference("eligibility")["extra_keys"])
