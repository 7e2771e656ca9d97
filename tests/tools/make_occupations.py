"""Make data/reference/occupations.csv: names of occupations and their ISCO-08 codes, from ESCO.

Run by hand on a table of ESCO's occupations with the columns isco08, label, other_labels (joined by `|`), text all:
`python tests/tools/make_occupations.py esco_occupations.csv`. Kept: names of at most four words that stand for one
code only; a preferred label goes before other labels. Left out: names of two or three letters, which stand for much else
(TA: teaching assistant, temporary appointment).
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

SOURCE = (
    "# Names of occupations and ISCO-08 codes from ESCO, European Commission, CC BY 4.0; made by make_occupations.py"
)
_MOST_WORDS = 4
_LEAST_LETTERS = 4


def main(table: str) -> None:
    esco = pl.read_csv(table, schema_overrides={"isco08": pl.String}).filter(pl.col("isco08").str.len_chars() == 4)
    preferred = esco.select("isco08", "label", rank=pl.lit(0))
    others = esco.select("isco08", pl.col("other_labels").str.split("|").alias("label"), rank=pl.lit(1)).explode(
        "label"
    )
    names = (
        pl.concat([preferred, others])
        .with_columns(pl.col("label").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars())
        .filter(pl.col("label").str.contains(r"^[\p{L}\d+#&'./ -]+$"))
        .filter(pl.col("label").str.split(" ").list.len().is_between(1, _MOST_WORDS))
        .filter(pl.col("label").str.len_chars() >= _LEAST_LETTERS)
    )
    best = names.filter(pl.col("rank") == pl.col("rank").min().over("label"))
    clear = best.filter(pl.col("isco08").n_unique().over("label") == 1).select("label", "isco08").unique()
    path = Path(__file__).parents[2] / "data" / "reference" / "occupations.csv"
    path.write_text(f"{SOURCE}\n{clear.sort('label').write_csv()}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
