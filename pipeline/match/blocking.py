"""Which pairs of listings are worth comparing: a union of narrow blocks.

A listing stands in a block for each name of its organisation (the whole, its rare words, its initials), in one for its place
with the rarest words of its title, for organisations that go by several names, and in one for its reference number. A block
of too many is not dropped: its listings go on to narrower ones, and in the narrowest each meets its neighbours in time.
Belongs here: who meets whom. Does not belong here: whether they are one (`score`).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import polars as pl

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
FARTHEST = 200
"""Days between two listings that may still be one without an id: the next edition is posted before a year is over."""

MOST_WORDS = 0.7
"""What part of the words of the shorter title two titles share that are much alike."""

AT_ONCE = 200_000
"""Rows whose pairs are made at a time: bounds memory."""
THREADS = 2
_ROWS = 2**32
_ODD = 0x9E3779B97F4A7C15
_NONE = pl.Series(dtype=pl.UInt64)


class Met(NamedTuple):
    """What says whom each listing meets. `rows`, one a listing: organization (the row of `names`), title_words, sites, day,
    reference_numbers; whole, two: numbers that stand for all words of its title, and for the two rarest of more. `names`, one
    an organisation: as of `keys_of_names`."""

    rows: pl.DataFrame
    names: pl.DataFrame


def keys_of_names(names: pl.DataFrame) -> pl.DataFrame:
    """whole, word: for each organisation (columns of `profile.names_of`) lists of numbers, one a name."""
    words = names["rare_words"].explode(empty_as_null=False)
    many = words.value_counts(name="names").filter(pl.col("names") > MOST_NAMES)["rare_words"]
    # A word of many organisations stands for none of them.
    own = pl.col("rare_words").list.set_difference(pl.lit(many.implode()))
    return names.select(
        whole=pl.concat_list("compact", "initials").list.eval(pl.element().drop_nulls().hash()),
        word=own.list.eval(pl.element().hash()),
    ).rechunk()


class Blocks(NamedTuple):
    """Who shares what. A listing is its place in the order of days, by which neighbours stand. `facts`, one a listing: its
    row, its day, its only country, a sign of its title. Rows and keys of blocks: of_name, of_word, of_title, of_number. What
    narrows them: word, site, whole, one a listing. `signs`: of the titles, in the order of the rows."""

    facts: pl.DataFrame
    of_name: pl.DataFrame
    of_word: pl.DataFrame
    of_title: pl.DataFrame
    of_number: pl.DataFrame
    word: pl.Series
    site: pl.Series
    whole: pl.Series
    signs: pl.Series


def blocks_of(met: Met) -> Blocks:
    """The blocks of all listings."""
    rows = met.rows.with_row_index("listing")
    titles = rows.select("whole", "title_words").unique("whole")
    signs = rows.join(
        titles.select("whole", sign=_signs(titles["title_words"])), on="whole", how="left", maintain_order="left"
    )["sign"]
    marks = rows.select(
        "listing", "day", "organization", "whole", "two",
        word=pl.col("title_words").list.head(FEW_WORDS).list.eval(pl.element().hash()),
        site=pl.col("sites").list.head(FEW_PLACES).list.eval(pl.element().hash()),
        country=_only_country(), sign=signs, number="reference_numbers",
    )  # fmt: skip
    rows = marks.rechunk().sort("day", maintain_order=True)
    blocks = rows.select("organization", "whole", "two", row=pl.int_range(pl.len(), dtype=pl.UInt32))
    of_title = pl.concat(blocks.select("row", key=key).drop_nulls() for key in ("whole", "two"))
    named = blocks.drop_nulls("organization")
    of_name, of_word = (
        named.select("row", key=keys.gather(named["organization"])).explode("key", empty_as_null=False)
        for keys in met.names
    )
    numbered = rows.select(key="number", row=pl.int_range(pl.len(), dtype=pl.UInt32)).explode(
        "key", empty_as_null=False
    )
    of_number = numbered.drop_nulls("key").select("row", pl.col("key").hash())
    word, site, whole = rows["word"], rows["site"], rows["whole"]
    facts = rows.select("listing", "day", "country", "sign")
    return Blocks(
        facts, of_name, _narrowed(of_word, word), _narrowed(of_title, site), of_number, word, site, whole, signs
    )


def candidate_pairs(blocks: Blocks, fresh: pl.Series | None = None) -> pl.DataFrame:
    """Pairs a < b of listings, by their rows, each once, ordered. `fresh`: only pairs with at least one of these rows."""
    facts, word, site, whole = blocks.facts, blocks.word, blocks.site, blocks.whole
    is_fresh = None
    if fresh is not None:
        is_fresh = pl.repeat(False, facts.height, eager=True).scatter(fresh, True).gather(facts["listing"])
    # Whose reference number is the same may be told in two languages: their titles need share no word.
    wordless = facts.with_columns(sign=pl.lit(None, pl.UInt64))
    with ThreadPoolExecutor(THREADS) as pool:
        found = [
            pool.submit(_meet, blocks.of_name, FEW, [word, site, whole], facts, True, is_fresh),
            pool.submit(_meet, blocks.of_word, MOST, [site, whole], facts, True, is_fresh),
            pool.submit(_meet, blocks.of_title, MOST, [whole], facts, False, is_fresh),
            pool.submit(_meet, blocks.of_number, MOST, [], wordless, False, is_fresh),
        ]
    return _once(pl.concat(met.result() for met in found))


def much_alike(blocks: Blocks, pairs: pl.DataFrame) -> pl.Series:
    """Whether the titles of pairs (a, b) share most words of the shorter one, as far as their signs tell."""
    a, b = (blocks.signs.gather(pairs[side]) for side in "ab")
    words = pl.DataFrame({"a": a, "b": b, "both": a & b}).select(pl.all().bitwise_count_ones())
    fewer = pl.min_horizontal("a", "b")
    return words.select((pl.col("both") >= MOST_WORDS * fewer).fill_null(True)).to_series()


def share_name(met: Met, pairs: pl.DataFrame) -> pl.Series:
    """Whether the organisations of pairs (a, b) have a name in common, or one is not known."""
    number = met.rows["organization"]
    of_both = pl.DataFrame({side: number.gather(pairs[side]) for side in "ab"})
    others = of_both.filter(pl.col("a") != pl.col("b")).unique()
    names = met.names.select(pl.concat_list("whole", "word")).to_series()
    strangers = others.filter(
        pl.DataFrame({side: names.gather(others[side]) for side in "ab"})
        .select(pl.col("a").list.set_intersection("b").list.len() == 0)
        .to_series()
    ).with_columns(are_strangers=pl.lit(True))
    told = of_both.join(strangers, on=["a", "b"], how="left", maintain_order="left")["are_strangers"]
    return told.is_null()


def _only_country() -> pl.Expr:
    """A number for the country of a listing whose places are in one; null for others."""
    codes = pl.col("sites").list.eval(pl.element().str.head(2))
    return pl.when(codes.list.n_unique() == 1).then(codes.list.first().hash())


def _signs(words: pl.Series) -> pl.Series:
    """For each title 64 bits, of which each of its words sets one; null for a title without any."""
    bits = pl.Series([1 << bit for bit in range(64)], dtype=pl.UInt64)
    each = words.to_frame("word").with_row_index("row")
    every = each.explode("word", empty_as_null=False).drop_nulls()
    signs = (
        every.select("row", sign=bits.gather(every["word"].hash() % 64))
        .group_by("row")
        .agg(pl.col("sign").bitwise_or())
    )
    return each.join(signs, on="row", how="left", maintain_order="left")["sign"]


def _narrowed(blocks: pl.DataFrame, marks: pl.Series) -> pl.DataFrame:
    """Blocks (row, key) of those that share a mark of their rows too; `marks`: one or a list for each row."""
    marked = blocks.with_columns(mark=marks.gather(blocks["row"]))
    if marks.dtype.is_nested():
        marked = marked.explode("mark", empty_as_null=True)
    return marked.select("row", key=pl.col("key") * pl.lit(_ODD, dtype=pl.UInt64) + pl.col("mark").fill_null(0))


def _meet(
    blocks: pl.DataFrame,
    most: int,
    steps: list[pl.Series],
    facts: pl.DataFrame,
    nearby: bool,
    is_fresh: pl.Series | None,
) -> pl.Series:
    """Pairs of listings, as numbers, that share a block (row, key), or a narrower one where that is too large. `nearby`: in a
    block that is too large, meet the neighbours by day too."""
    found = []
    for marks in [*steps, None]:
        blocks = _shared(blocks, is_fresh)
        is_large = pl.col("before") + pl.col("after") >= most
        found.append(_within(blocks.filter(~is_large), most, facts, is_fresh))
        blocks = blocks.filter(is_large)
        if nearby or marks is None:
            found.append(_within(blocks, NEIGHBOURS, facts, is_fresh))
        if marks is not None:
            blocks, most = _narrowed(blocks, marks), MOST
    return pl.concat(found)


def _shared(blocks: pl.DataFrame, is_fresh: pl.Series | None) -> pl.DataFrame:
    """row, key, before, after (how many rows of its block): the blocks that several rows, and a fresh one, share; each row
    once, in order."""
    if is_fresh is not None:
        wanted = blocks["key"].filter(is_fresh.gather(blocks["row"])).unique()
        blocks = blocks.filter(pl.col("key").is_in(wanted.implode()))
    # One after the other they sort faster than together.
    blocks = blocks.filter(pl.col("key").is_duplicated()).sort("row").sort("key", maintain_order=True)
    key, row, at = pl.col("key"), pl.col("row"), pl.int_range(pl.len(), dtype=pl.Int32)
    blocks = blocks.filter(((key != key.shift()) | (row != row.shift())).fill_null(True))
    starts, ends = (key != key.shift()).fill_null(True), (key != key.shift(-1)).fill_null(True)
    first, last = pl.when(starts).then(at).forward_fill(), pl.when(ends).then(at).backward_fill()
    return blocks.with_columns(before=at - first, after=last - at)


def _within(blocks: pl.DataFrame, steps: int, facts: pl.DataFrame, is_fresh: pl.Series | None) -> pl.Series:
    """Pairs of listings, as numbers, that stand at most so many steps apart in a block, but those that must not be one, lie
    too far apart in time, or have titles without a common word."""
    rows, at = blocks["row"], pl.int_range(pl.len(), dtype=pl.Int32)
    begin = at + 1 if is_fresh is None else at - pl.min_horizontal("before", steps)
    ranges = blocks.select("row", begin=begin, end=at + 1 + pl.min_horizontal("after", steps))
    if is_fresh is not None:
        ranges = ranges.filter(is_fresh.gather(ranges["row"]))
    found = []
    for part in ranges.iter_slices(AT_ONCE):
        pairs = part.select(a="row", at=pl.int_ranges("begin", "end", dtype=pl.Int32)).explode(
            "at", empty_as_null=False
        )
        found.append(_possible(pairs.select("a", b=rows.gather(pairs["at"])), facts))
    return pl.concat(found) if found else _NONE


def _possible(pairs: pl.DataFrame, facts: pl.DataFrame) -> pl.Series:
    a, b = (facts[pairs[side]] for side in "ab")
    is_near = ((a["day"] - b["day"]).abs() <= FARTHEST).fill_null(True)
    same_country = (a["country"] == b["country"]).fill_null(True)
    may_share_word = ((a["sign"] & b["sign"]) != 0).fill_null(True)
    is_possible = is_near & same_country & may_share_word & (a["listing"] != b["listing"])
    return _numbers(a["listing"].filter(is_possible), b["listing"].filter(is_possible))


def _numbers(a: pl.Series, b: pl.Series) -> pl.Series:
    """Pairs as one number each, the lower row first: which sorts fast and takes little memory."""
    return pl.select(pl.min_horizontal(a, b).cast(pl.UInt64) * _ROWS + pl.max_horizontal(a, b)).to_series()


def _once(numbers: pl.Series) -> pl.DataFrame:
    """Each pair once, ordered."""
    numbers = numbers.sort()
    numbers = numbers.filter((numbers != numbers.shift(1)).fill_null(True))
    return pl.DataFrame({"a": (numbers // _ROWS).cast(pl.UInt32), "b": (numbers % _ROWS).cast(pl.UInt32)})
