"""Labels in descriptions: "Deadline: 3 May", "Salary €775 | Start date 2 March", one line or cell each.

Belongs here: finding what stands behind a label. Does not belong here: the labels (data/reference), reading the value.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from pipeline.clean.words import any_of

_LONGEST_VALUE = 160
SEPARATOR = "\n"


def labelled(descriptions: pl.Series, labels: Iterable[str]) -> pl.Series:
    """For each plain-text description the pieces that begin with one of the labels, up to the end of the line or cell,
    joined by line breaks, in their order; null where there is none.

    A label written with a colon needs one in the text; one without may be followed by the value at once."""
    labels = list(labels)
    with_colon = [label[:-1] for label in labels if label.endswith(":")]
    bare = [label for label in labels if not label.endswith(":")]
    colon = r"\s?[:：]\s*"
    heads = []
    if with_colon:
        heads.append(f"{any_of(with_colon)}{colon}")
    if bare:
        heads.append(f"{any_of(bare)}(?:{colon}|\\s)?")
    pattern = f"(?i)(?:{'|'.join(heads)})[^\\n|]{{1,{_LONGEST_VALUE}}}"
    pieces = descriptions.to_frame("text").select(
        pl.col("text").str.extract_all(pattern).list.eval(pl.element().str.strip_chars())
    )["text"]
    joined = pieces.list.join(SEPARATOR)
    return pl.select(pl.when(joined != "").then(joined).alias("pieces"))["pieces"]
