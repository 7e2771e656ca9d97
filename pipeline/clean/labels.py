"""Labels in descriptions: "Deadline: 3 May", "Salary €775 | Start date 2 March", one line or cell each.

Belongs here: finding what stands behind a label. Does not belong here: the labels (data/reference), reading the value.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import polars as pl

from pipeline.clean.words import is_glued

SEPARATOR = "\n"
_READ = 30_000
_MOST = 30
"""Letters of a description that are read, and labels in it: beyond that it is no posting."""
_LONGEST_PIECE = 200
_COLON = r"\s?[:：]"


def labelled(descriptions: pl.Series, labels: Iterable[str]) -> pl.Series:
    """For each plain-text description the pieces that begin with one of the labels, up to the end of the line or cell,
    joined by SEPARATOR, in their order; null where there is none.

    A label written with a colon needs one in the text; one without may be followed by the value at once. All labels are
    looked for in one pass over the text, so that their number costs nothing."""
    needs_colon = {form for label in labels if label.endswith(":") for form in _forms(label[:-1])}
    needs_none = {form for label in labels if not label.endswith(":") for form in _forms(label)}
    forms = sorted(needs_colon | needs_none, key=lambda form: (-len(form), form))
    glued = [form for form in forms if is_glued(form)]
    rows = descriptions.str.head(_READ).to_frame("text").with_row_index("row")
    lower = pl.col("text").str.to_lowercase()
    # Offsets in bytes hold in the text itself only where lower case did not change its length.
    found = (
        rows.with_columns(
            lower=pl.when(lower.str.len_bytes() == pl.col("text").str.len_bytes()).then(lower).otherwise("text")
        )
        .filter(pl.col("lower").str.contains_any(forms))
        .with_columns(
            at=pl.col("lower").str.find_many(forms, leftmost=True).list.head(_MOST),
            form=pl.col("lower").str.extract_many(forms, leftmost=True).list.head(_MOST),
        )
        .explode("at", "form")
    )
    size = pl.col("form").str.len_bytes()
    before = pl.col("text").cast(pl.Binary).bin.slice(0, pl.col("at")).cast(pl.String).str.slice(-1)
    onwards = pl.col("text").cast(pl.Binary).bin.slice(pl.col("at")).cast(pl.String)
    after = pl.col("text").cast(pl.Binary).bin.slice(pl.col("at") + size).cast(pl.String).str.head(3)
    is_whole = ~before.str.contains(r"[\p{L}\p{N}]") | pl.col("form").is_in(glued)
    ends = ~after.str.contains(r"^\p{L}") | pl.col("form").is_in(glued)
    has_colon = after.str.contains(f"^{_COLON}")
    pieces = (
        found.filter(is_whole & ends & (has_colon | pl.col("form").is_in(sorted(needs_none))))
        .with_columns(piece=onwards.str.head(_LONGEST_PIECE).str.extract(r"^([^\n|]+)").str.strip_chars())
        .group_by("row", maintain_order=True)
        .agg(pl.col("piece").str.join(SEPARATOR))
    )
    return rows.select("row").join(pieces, on="row", how="left", maintain_order="left")["piece"]


def _forms(label: str) -> set[str]:
    """The label as written, and with its Latin letters bare of accents."""
    bare = "".join(base if (base := unicodedata.normalize("NFD", letter)[0]).isascii() else letter for letter in label)
    return {label, bare}
