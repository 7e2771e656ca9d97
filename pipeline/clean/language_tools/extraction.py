"""What a concept module gives back, and the few tools they all build it with.

Belongs here: the shape of a finding, evidence as rows, a Python function over the distinct values of columns. Does not
belong here: any word of any language (data/reference), any rule of any concept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from scrapers.source import Source

EVIDENCE_SCHEMA = pl.Schema(
    {"row": pl.UInt32, "field": pl.String, "quote": pl.String, "raw_field": pl.String, "method": pl.String}
)
UNKNOWN_SCHEMA = pl.Schema({"row": pl.UInt32, "field": pl.String, "text": pl.String})

SOURCE = "source"
"""The raw field, and the method, of what the catalogue says of a source."""

WEEKS_A_MONTH = 4.345
"""365.25 / 12 / 7; lengths are in weeks, pay by the month."""

Schema = Mapping[str, pl.DataType | type[pl.DataType]]


class Extraction(NamedTuple):
    """What a module found in raw listings.

    `columns`: one row a raw listing, in their order, only the module's own columns. `evidence`: EVIDENCE_SCHEMA, a quote
    for each value; it may come from folded text, `pipeline.clean` finds its verbatim form. `unknown`: UNKNOWN_SCHEMA, words
    that no dictionary knows.
    """

    columns: pl.DataFrame
    evidence: pl.DataFrame
    unknown: pl.DataFrame


def extraction(
    columns: pl.DataFrame, evidence: Sequence[pl.DataFrame] = (), unknown: Sequence[pl.DataFrame] = ()
) -> Extraction:
    """A finding of these parts; without evidence or unknown words, empty frames."""
    return Extraction(
        columns,
        pl.concat([pl.DataFrame(schema=EVIDENCE_SCHEMA), *evidence]),
        pl.concat([pl.DataFrame(schema=UNKNOWN_SCHEMA), *unknown]),
    )


def evidence(
    frame: pl.DataFrame,
    field: str,
    quote: str | pl.Expr,
    raw_field: str | pl.Expr,
    method: str | pl.Expr = "stated",
    value: str | pl.Expr | None = None,
) -> pl.DataFrame:
    """Evidence rows of `field` for the rows of `frame` that have a value (column `field`, or `value`) and a quote.

    `quote` is a column; `raw_field` and `method` are words, or expressions that give them."""
    name = field if value is None else value
    if isinstance(name, str) and frame[name].null_count() == frame.height:  # as of most fields in a small frame
        return pl.DataFrame(schema=EVIDENCE_SCHEMA)
    has_value = _column(name).is_not_null()
    return frame.filter(has_value & _column(quote).is_not_null()).select(
        "row",
        pl.lit(field).alias("field"),
        _column(quote).alias("quote"),
        _word(raw_field).alias("raw_field"),
        _word(method).alias("method"),
    )


def unknown(frame: pl.DataFrame, field: str, text: str) -> pl.DataFrame:
    """The texts in column `text`, as unknown words for `field`."""
    return frame.filter(pl.col(text).is_not_null()).select(
        "row", pl.lit(field).alias("field"), pl.col(text).alias("text")
    )


def over_distinct(
    frame: pl.DataFrame, inputs: Sequence[str], parse: Callable[..., Sequence[Any] | None], outputs: Schema
) -> pl.DataFrame:
    """`parse(*values)` for every distinct combination of the input columns; one row a row of `frame`, in its order.

    `parse` gives the values of `outputs` in order, or None for none at all."""
    values = frame.select(pl.col(name).alias(f"input {number}") for number, name in enumerate(inputs))
    distinct = values.unique(maintain_order=True)
    nothing = (None,) * len(outputs)
    parsed = [parse(*row) or nothing for row in distinct.iter_rows()]
    results = pl.DataFrame(parsed, schema=dict(outputs), orient="row")
    if values.height == distinct.height:
        return results
    joined = values.join(
        distinct.hstack(results), on=values.columns, how="left", nulls_equal=True, maintain_order="left"
    )
    return joined.select(list(outputs))


def by_source(
    sources: Mapping[str, Source],
    says: Callable[[Source], object],
    dtype: pl.DataType | type[pl.DataType],
    default: object = None,
) -> pl.Expr:
    """What the catalogue says of each row's source."""
    values = {name: says(source) for name, source in sources.items()}
    return pl.col("source_id").replace_strict(list(values), list(values.values()), default=default, return_dtype=dtype)


def columns_of(
    rows: pl.DataFrame, sentences: pl.DataFrame, schema: Mapping[str, pl.DataType | type[pl.DataType]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The columns of `schema`, one row a row of `rows` (column row), and their evidence, from a frame of `read_sentences`.

    A list holds every value, sorted; of one value the first stated counts, and the evidence is of what counts."""
    field, value = pl.col("field"), pl.col("value")
    of_field = {name: value.filter(field == name) for name in schema}
    values = sentences.group_by("row").agg(
        (
            of_field[name].cast(dtype.inner).unique().sort()
            if isinstance(dtype, pl.List)
            else _typed(of_field[name].first(), dtype)
        ).alias(name)
        for name, dtype in schema.items()
    )
    lists = [name for name, dtype in schema.items() if isinstance(dtype, pl.List)]
    columns = rows.select("row").join(values, on="row", how="left", maintain_order="left").drop("row")
    columns = columns.with_columns(pl.when(pl.col(name).list.len() > 0).then(name).alias(name) for name in lists)
    is_kept = field.is_in(lists) | (value == value.first().over("row", "field"))
    counted = sentences.filter(field.is_in(list(schema)), is_kept)
    method = pl.when(pl.col("raw_field") == SOURCE).then(pl.lit(SOURCE)).otherwise(pl.lit("stated"))
    proofs = counted.select("row", "field", "quote", "raw_field", method=method).unique(maintain_order=True)
    return columns, proofs.cast(dict(EVIDENCE_SCHEMA))  # type: ignore[arg-type]


def _typed(value: pl.Expr, dtype: pl.DataType | type[pl.DataType]) -> pl.Expr:
    return value == "True" if dtype == pl.Boolean else value.cast(dtype)


def _column(name: str | pl.Expr) -> pl.Expr:
    return pl.col(name) if isinstance(name, str) else name


def _word(word: str | pl.Expr) -> pl.Expr:
    return pl.lit(word) if isinstance(word, str) else word
