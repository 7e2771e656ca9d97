"""Names of places: how they are folded for comparison, and the table of them in data/reference.

Belongs here: the key of a name, the forms a name may have, reading from the table what the words of one call need.
Does not belong here: what a text means (`pipeline.clean.where.places`), how the table is made (tests/tools/make_places.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

import polars as pl

from pipeline.shipped import shipped

NAME, ALTERNATE, SHORT, CODE2, CODE3, CODE_REGION, LOST = range(7)
"""What a name is to its place: its own (in some language), another one, a short one that is written in capitals (NYC), an
ISO 3166-1 code of two or three letters, an ISO 3166-2 code, or its name in a source that loses every letter outside ASCII."""

COUNTRY, REGION, CITY, AREA = range(4)
"""Kinds of places; an area is wider than a country (Europe) and is in no table."""

_GLUED = "\u3041-\u30fa\u30fc-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af"
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
TOKEN = re.compile(f"[{_GLUED}]|(?:(?![{_GLUED}])[^\\W_]|[{_MARKS}])+")
"""A word; in Chinese, Japanese and Korean a letter, as those write no spaces between words or glue them to others."""

_STRIPPED = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f]")
_FOLDED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
    | {"ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك"}
)

_LOST_WEIGHT = 0.5
"""How much another name, or one with lost letters, weighs beside a place's own."""


class Reading(NamedTuple):
    """One thing that a name may mean. `place` is its row in places.parquet; `region` the row of a city's region; `fame` is
    population times the number of its names, which tells the London everybody means from the others."""

    kind: int
    place: int
    country: str
    region: int | None
    fame: float
    population: int
    form: int


def fold_token(token: str) -> str:
    """A word without case, accents and points."""
    return token.lower() if token.isascii() else _bare_token(token)


@lru_cache(maxsize=20_000)
def _bare_token(token: str) -> str:
    bare = _STRIPPED.sub("", unicodedata.normalize("NFKD", token.casefold()))
    return unicodedata.normalize("NFC", bare.translate(_FOLDED))


def fold(text: str) -> str:
    """The key of a name: its words folded, one space between them. `Île-de-France` is `ile de france`."""
    return " ".join(fold_token(token) for token in TOKEN.findall(text))


@cache
def places() -> pl.DataFrame:
    """places.parquet with its row as `place` and the name of a city's region as `region_name`."""
    table = pl.read_parquet(shipped("data", "reference", "places.parquet")).with_row_index("place")
    regions = table.filter(pl.col("kind") == REGION).select(region="place", region_name="name")
    return table.join(regions, on="region", how="left", maintain_order="left")


def place_columns(place: pl.Series, *names: str) -> pl.DataFrame:
    """Columns of `places` for each of these rows of it, null for null."""
    return places().select(pl.col(names).gather(place))


@cache
def place_names() -> pl.DataFrame:
    """place_names.parquet (key, place, form), by key, with the first and the last word of each key."""
    names = pl.read_parquet(shipped("data", "reference", "place_names.parquet"))
    return names.with_columns(first=pl.col("key").str.extract(r"^(\S+)"), last=pl.col("key").str.extract(r"(\S+)$"))


def named_places(which: pl.Expr) -> pl.DataFrame:
    """Every name of the places for which this holds: key, form, and the columns of `places`; the most famous first."""
    named = place_names().join(places().filter(which), on="place")
    return named.sort("fame", "place", "key", descending=[True, False, False])


def readings_of(words: Iterable[str], which: pl.Expr | None = None) -> dict[str, list[Reading]]:
    """Every name in the table whose first and last word are among the folded `words`, with its readings, the most famous
    first. `which`: of all readings those for which it holds."""
    present = pl.Series("word", sorted(set(words)), dtype=pl.String)
    table = place_names()
    begins, ends = (table["first"].search_sorted(present, side) for side in ("left", "right"))
    named = table[pl.select(pl.int_ranges(begins, ends).explode(empty_as_null=False)).to_series()].filter(
        pl.col("last").is_in(present.implode())
    )
    named = (
        named.hstack(places()[named["place"]].drop("place"))
        .filter(pl.lit(True) if which is None else which)
        .with_columns(
            pl.when(pl.col("form").is_in([ALTERNATE, LOST])).then(pl.col("fame") * _LOST_WEIGHT).otherwise("fame")
        )
        .sort(["key", "fame", "place"], descending=[False, True, False])
        .select("key", "kind", "place", "country", "region", "fame", "population", "form")
    )
    readings: dict[str, list[Reading]] = {}
    for key, *reading in named.iter_rows():
        readings.setdefault(key, []).append(Reading(*reading))
    return readings
