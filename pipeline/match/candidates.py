"""Which pairs of listings are worth comparing: a union of narrow blocks.

A listing stands in a block for each name of its organisation (the whole, its rare words, its initials) and in one for its
place with the rarest words of its title, for organisations that go by several names. A block of too many is not dropped:
its listings go on to narrower ones, and in the narrowest each meets its neighbours in time. Belongs here: who meets whom.
Does not belong here: whether they are one (`score`).
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from pipeline.match.profile import names_of

FEW = 12
"""Most listings of an organisation that all meet one another."""
MOST = 40
"""Most listings of any narrower block; of more, each goes on to the next one."""
NEIGHBOURS = 12
"""How many a listing meets on each side, by day, in a narrowest block that is still too large."""
FEW_WORDS = 2
"""How many words of a title, the rarest, open blocks."""
FEW_PLACES = 3
MOST_NAMES = 40
"""A word of more organisations than these does not stand for any of them."""
FARTHEST = 270
"""Days between two listings that may still be one without an id; an edition comes back after as many."""

AT_ONCE = 200_000
"""Rows whose pairs are made at a time: bounds memory."""
_ROWS = 2**32
_NONE = pl.DataFrame(schema={"a": pl.UInt32, "b": pl.UInt32})

Narrower = Callable[[pl.DataFrame], pl.DataFrame]


MET = ("organization", "title_words", "sites", "day")
"""What of a listing says whom it meets: columns of `profile.profiles`."""


def candidate_pairs(met: pl.DataFrame, fresh: pl.Series | None = None) -> pl.DataFrame:
    """Pairs a < b of rows of `met` (columns MET), each once, ordered. `fresh`: only pairs with at least one of these rows."""
    rows = met.select(MET).with_row_index("row")
    text = rows.select(
        "row",
        whole=pl.col("title_words").list.join(" ").hash(),
        two=pl.col("title_words").list.head(2).list.join(" ").hash(),
        length=pl.col("title_words").list.len(),
    )
    titled = text.filter(pl.col("length") > 0)
    of_title = _relevant(
        pl.concat([titled.select("row", key="whole"), titled.filter(pl.col("length") > 1).select("row", key="two")]),
        fresh,
    )
    named = rows.select("row", "organization").drop_nulls()
    names = names_of(named["organization"].unique())
    wholes = pl.concat(names.select("organization", key=name).drop_nulls() for name in ("compact", "initials")).unique()
    # A word of many organisations stands for none of them.
    parts = (
        names.select("organization", key="rare_words")
        .explode("key", empty_as_null=False)
        .filter(pl.len().over("key") <= MOST_NAMES)
    )
    of_name, of_word = (
        _relevant(named.join(keys, on="organization").select("row", key=pl.col("key").hash()), fresh)
        for keys in (wholes, parts)
    )
    every = pl.concat([of_title["row"], of_name["row"], of_word["row"]]).unique() if fresh is not None else rows["row"]
    used = rows.filter(pl.col("row").is_in(every.implode())) if fresh is not None else rows
    words = (
        used.select("row", word=pl.col("title_words").list.head(FEW_WORDS))
        .explode("word", empty_as_null=True)
        .with_columns(pl.col("word").hash())
    )
    sites = used.select("row", site=pl.col("sites").list.head(FEW_PLACES)).explode("site", empty_as_null=True)
    facts = rows.select("day", country=_only_country())
    sites = sites.with_columns(pl.col("site").hash())

    def with_word(blocks: pl.DataFrame) -> pl.DataFrame:
        return blocks.join(words, on="row").select("row", key=_mixed("key", "word"))

    def with_site(blocks: pl.DataFrame) -> pl.DataFrame:
        return blocks.join(sites, on="row").select("row", key=_mixed("key", "site"))

    def with_title(blocks: pl.DataFrame) -> pl.DataFrame:
        return blocks.join(text.select("row", "whole"), on="row").select("row", key=_mixed("key", "whole"))

    by_name = _meet(of_name, FEW, [with_word, with_site, with_title], facts, True, fresh)
    by_word = _meet(with_word(of_word), MOST, [with_site, with_title], facts, True, fresh)
    by_title = _meet(with_site(of_title), MOST, [with_title], facts, False, fresh)
    return _once(pl.concat([by_name, by_word, by_title]))


def _relevant(blocks: pl.DataFrame, fresh: pl.Series | None) -> pl.DataFrame:
    """The blocks that hold a fresh row."""
    if fresh is None:
        return blocks
    return blocks.join(
        blocks.filter(pl.col("row").is_in(fresh.implode())).select(pl.col("key").unique()), on="key", how="semi"
    )


def _only_country() -> pl.Expr:
    """A number for the country of a listing whose places are in one; 0 for others."""
    codes = pl.col("sites").list.eval(pl.element().str.slice(0, 2)).list.unique()
    first = pl.when(codes.list.len() == 1).then(codes.list.first())
    return pl.when(first.is_not_null()).then(first.rank("dense")).otherwise(0).cast(pl.Int64)


def _mixed(left: str, right: str) -> pl.Expr:
    return pl.struct(left, right).hash()


def _meet(
    blocks: pl.DataFrame, most: int, steps: list[Narrower], facts: pl.DataFrame, nearby: bool, fresh: pl.Series | None
) -> pl.DataFrame:
    """Pairs of rows that share a block (row, key), or a narrower one where that is too large. `nearby`: in a block that is too
    large, meet the neighbours by day too."""
    found = []
    for narrower in [*steps, None]:
        blocks = _relevant(blocks.unique(), fresh)
        size = blocks.group_by("key").agg(size=pl.len()).filter(pl.col("size") > 1)
        blocks = blocks.join(size, on="key")
        found.append(_pairs(blocks.filter(pl.col("size") <= most).select("row", "key"), facts, fresh))
        blocks = blocks.filter(pl.col("size") > most).select("row", "key")
        if nearby or narrower is None:
            found.append(_neighbours(blocks, facts, fresh))
        if narrower is not None:
            blocks, most = narrower(blocks), MOST
    return _once(pl.concat(found))


def _pairs(blocks: pl.DataFrame, facts: pl.DataFrame, fresh: pl.Series | None) -> pl.DataFrame:
    left = blocks if fresh is None else blocks.filter(pl.col("row").is_in(fresh.implode()))
    parts = []
    for part in left.iter_slices(AT_ONCE):
        pairs = part.join(blocks, on="key").select(a="row", b="row_right")
        if fresh is None:
            pairs = pairs.filter(pl.col("a") < pl.col("b"))
        parts.append(_possible(pairs, facts))
    return pl.concat(parts) if parts else _NONE


def _neighbours(blocks: pl.DataFrame, facts: pl.DataFrame, fresh: pl.Series | None) -> pl.DataFrame:
    ordered = blocks.with_columns(day=facts["day"].gather(blocks["row"])).sort("key", "day", "row")
    parts = []
    for step in range(1, NEIGHBOURS + 1):
        same_block = pl.col("key") == pl.col("key").shift(-step)
        pairs = ordered.select(a="row", b=pl.when(same_block).then(pl.col("row").shift(-step))).drop_nulls()
        if fresh is not None:
            pairs = pairs.filter(pl.any_horizontal(pl.col("a", "b").is_in(fresh.implode())))
        parts.append(_possible(pairs, facts))
    return pl.concat(parts)


def _possible(pairs: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Each pair once, a < b, but those that must not be one or lie too far apart in time."""
    told = pairs.with_columns(
        gap=(facts["day"].gather(pairs["a"]) - facts["day"].gather(pairs["b"])).abs(),
        country=facts["country"].gather(pairs["a"]),
        other=facts["country"].gather(pairs["b"]),
    )
    is_near = pl.col("gap").is_null() | (pl.col("gap") <= FARTHEST)
    same_country = (pl.col("country") == pl.col("other")) | (pl.col("country") * pl.col("other") == 0)
    kept = told.filter(is_near, same_country)
    return kept.select(a=pl.min_horizontal("a", "b"), b=pl.max_horizontal("a", "b")).filter(pl.col("a") != pl.col("b"))


def _once(pairs: pl.DataFrame) -> pl.DataFrame:
    """Each pair once, ordered; as one number a pair, which takes little memory."""
    number = pairs.select(pl.col("a").cast(pl.UInt64) * _ROWS + pl.col("b")).to_series().sort()
    number = number.filter((number != number.shift(1)).fill_null(True))
    return pl.DataFrame({"a": (number // _ROWS).cast(pl.UInt32), "b": (number % _ROWS).cast(pl.UInt32)})
