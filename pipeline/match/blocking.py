"""Blocking rules: which pairs of listings are worth comparing.

A listing stands in a block for each name of its organization (the whole, its rare words, its initials), in one for its
place with the rarest words of its title, for organizations that go by several names, and in one for its reference number. A
block of too many is not dropped: its listings go on to narrower ones, and in the narrowest each meets its neighbors in
time. Does not belong here: whether two are one (`comparisons`, `weights`).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import polars as pl

from pipeline.match.boilerplate import distinctive_passages
from pipeline.match.identifiers import own_identifiers
from pipeline.match.keys import organization_key
from pipeline.match.organization_relations import (
    NOT_STATED,
    PART,
    SAME_IN_PLACE,
    SISTERS,
    UNLIKE,
    relate_organizations,
)
from pipeline.match.organizations import (
    MIN_INITIALS,
    MIN_RARE_NAME_WEIGHT,
    NOT_DESCRIBED,
    described_organizations,
    void_words,
)
from pipeline.match.profile import key_of_set
from pipeline.match.text_comparisons import MIN_DISTINCTIVE_FIGURE, share_text
from pipeline.match.title_names import named_within, organizations_named
from pipeline.match.word_weights import TOKEN_STRIDE

MAX_WHOLE_NAME_BLOCK = 12
"""Most listings of an organization that all meet one another."""
MAX_BLOCK = 40
"""Most listings of any narrower block; of more, each goes on to the next one."""
NEIGHBORS_BY_DAY = 12
"""How many a listing meets on each side, by day, in a narrowest block that is still too large."""
BLOCKING_WORDS = 2
"""How many words of a title, the rarest, open blocks."""
BLOCKING_PLACES = 3
BLOCKING_PASSAGES = 3
"""How many passages of a text, those with the smallest numbers, open blocks beside the first one."""
MAX_NAMES_PER_WORD = 40
"""A word of more organizations than these does not stand for any of them."""
MAX_DAYS_APART = 200
"""Days between two listings that may still be one without an id: the next edition is posted before a year is over."""

MIN_SHARED_WORDS = 0.7
"""What part of the words of the shorter title two titles share that are much alike."""

BATCH_ROWS = 200_000
"""Rows whose pairs are made at a time: bounds memory."""
THREADS = 2
_PAIR_STRIDE = 2**32
_MIX = 0x9E3779B97F4A7C15
_NO_PAIRS = pl.Series(dtype=pl.UInt64)


class BlockingInput(NamedTuple):
    """What says whom each listing meets. `rows`, one a listing: organization_row (of `organizations`), title_words, sites, day,
    passages, reference_numbers, identifiers; whole, two: numbers that stand for all words of its title, and for the two rarest of
    more; host (of its address). `organizations`: as of `describe_organizations`. `names`, for each of them, as of `name_keys`."""

    rows: pl.DataFrame
    organizations: pl.DataFrame
    names: pl.DataFrame


def name_keys(organizations: pl.DataFrame) -> pl.DataFrame:
    """whole, word: for each row of `describe_organizations` lists of numbers, one a name that it may be blocked by."""
    rare = pl.col("core").list.eval(pl.element().filter(pl.element() % TOKEN_STRIDE >= MIN_RARE_NAME_WEIGHT))
    rare_words = organizations.select(rare=rare)["rare"]
    many = (
        rare_words.explode(empty_as_null=False).value_counts(name="names").filter(pl.col("names") > MAX_NAMES_PER_WORD)
    )
    stands_for = pl.when(pl.col("mission").is_not_null()).then(pair_hash(pl.col("mission"), pl.col("sender")))
    is_sited = (pl.col("towns").list.len() > 0) & pl.col("mission").is_null()
    sited = pl.when(is_sited).then(key_of_set(pl.col("towns")) + key_of_set(pl.col("core")))
    texts = pl.concat_list("compact", "initials", _acronyms(organizations)).list.eval(pl.element().drop_nulls().hash())
    return organizations.select(
        whole=pl.concat_list(texts, pl.concat_list(stands_for, sited).list.drop_nulls()),
        # A word of many organizations stands for none of them.
        word=pl.lit(rare_words).list.set_difference(pl.lit(many["rare"].implode())),
    ).rechunk()


def _acronyms(organizations: pl.DataFrame) -> pl.Series:
    """For each organization those of the other names that the initials of its words begin with."""
    initials = organizations.select("initials").with_row_index("row").explode("initials", empty_as_null=False)
    lengths = pl.int_ranges(MIN_INITIALS, pl.col("initials").str.len_chars(), dtype=pl.UInt32)
    begun = initials.with_columns(length=lengths).explode("length", empty_as_null=False)
    begun = begun.select("row", name=pl.col("initials").str.head("length"))
    named = begun.filter(pl.col("name").is_in(organizations["compact"].implode())).unique()
    lists = named.group_by("row").agg("name")
    rows = pl.select(row=pl.int_range(organizations.height, dtype=pl.UInt32))
    return rows.join(lists, on="row", how="left", maintain_order="left")["name"].fill_null([])


class Blocks(NamedTuple):
    """Who shares what. A listing is its place in the order of days, by which neighbors stand. `facts`, one a listing: its
    row, its day, its only country, a signature of its title. Rows and keys of blocks: of_name, of_word, of_title, of_identifier,
    of_text. What narrows them: word, site, whole, one a listing. `signatures`: of the titles, in the order of the rows."""

    facts: pl.DataFrame
    of_name: pl.DataFrame
    of_word: pl.DataFrame
    of_title: pl.DataFrame
    of_identifier: pl.DataFrame
    of_text: pl.DataFrame
    word: pl.Series
    site: pl.Series
    whole: pl.Series
    signatures: pl.Series


def blocks_of(met: BlockingInput, new: pl.Series | None = None) -> Blocks:
    """The blocks of all listings; `new`: of texts only those that one of these rows stands in."""
    rows = met.rows.with_row_index("listing")
    titles = rows.select("whole", "title_words").unique("whole")
    signatures = rows.join(
        titles.select("whole", signature=_title_signatures(titles["title_words"])),
        on="whole",
        how="left",
        maintain_order="left",
    )["signature"]
    marks = rows.select(
        "listing", "day", "whole", "two", organization="organization_row",
        word=pl.col("title_words").list.head(BLOCKING_WORDS).list.eval(pl.element().hash()),
        site=pl.col("sites").list.head(BLOCKING_PLACES).list.eval(pl.element().hash()),
        country=_only_country(), signature=signatures,
    )  # fmt: skip
    order = marks.select(pl.arg_sort_by("day", maintain_order=True)).to_series()
    place = pl.repeat(0, order.len(), dtype=pl.UInt32, eager=True).scatter(
        order, pl.int_range(order.len(), dtype=pl.UInt32, eager=True)
    )
    of_identifier, of_text = (
        blocks.with_columns(place.gather(blocks["row"]).alias("row"))
        for blocks in (
            _listed(rows["identifiers"]).select("row", pl.col("key").hash()),
            pl.concat([_blocks_of_texts(rows["passages"], new), _blocks_of_figures(marks["site"], rows["figures"])]),
        )
    )
    rows = marks.rechunk()[order]
    blocks = rows.select("organization", "whole", "two", row=pl.int_range(pl.len(), dtype=pl.UInt32))
    of_title = pl.concat(blocks.select("row", key=key).drop_nulls() for key in ("whole", "two"))
    named = blocks.drop_nulls("organization")
    of_name, of_word = (
        named.select("row", key=keys.gather(named["organization"])).explode("key", empty_as_null=False)
        for keys in met.names
    )
    word, site, whole = rows["word"], rows["site"], rows["whole"]
    facts = rows.select("listing", "day", "country", "signature")
    narrow = (_narrowed(of_word, word), _narrowed(of_title, site))
    return Blocks(facts, of_name, *narrow, of_identifier, of_text, word, site, whole, signatures)


def _listed(lists: pl.Series) -> pl.DataFrame:
    """row, key: each value of these lists, one a row."""
    frame = pl.DataFrame({"key": lists}).with_row_index("row")
    return frame.explode("key", empty_as_null=False).drop_nulls("key")


def _blocks_of_figures(sites: pl.Series, figures: pl.Series) -> pl.DataFrame:
    """row, key: what is said in two languages has the same figures, and is in one place."""
    distinctive = pl.col("figures").list.eval(pl.element().filter(pl.element() >= MIN_DISTINCTIVE_FIGURE))
    rows = pl.DataFrame({"site": sites, "figures": figures}).with_row_index("row")
    rows = rows.filter((pl.col("site").list.len() > 0) & (pl.col("figures").list.len() > 1))
    rows = rows.select("row", "site", figures=distinctive).filter(pl.col("figures").list.len() > 1)
    return rows.explode("site", empty_as_null=False).select("row", key=pair_hash(pl.col("site"), pl.col("figures")))


def _blocks_of_texts(passages: pl.Series, new: pl.Series | None) -> pl.DataFrame:
    """row, key: passages that texts of which most is the same have in common; of the texts that have one of the `new` ones."""
    at = pl.int_range(passages.len(), dtype=pl.UInt32, eager=True)
    if new is not None:
        wanted = _opening_passages(passages.gather(new)).explode(empty_as_null=False).unique()
        found = passages.explode(empty_as_null=False, keep_nulls=False).is_in(wanted.implode()).arg_true()
        ends = passages.list.len().fill_null(0).cum_sum()
        at = ends.search_sorted(found, side="right").unique().cast(pl.UInt32)
    smallest = pl.DataFrame({"row": at, "key": _opening_passages(passages.gather(at))})
    return smallest.explode("key", empty_as_null=False).drop_nulls("key").with_columns(pl.col("key").cast(pl.UInt64))


def _opening_passages(passages: pl.Series) -> pl.Series:
    """The passages of each text that open blocks: the smallest ones, and the first, which a site that cuts texts leaves."""
    passage = pl.col("passage")
    smallest = passage.list.eval(pl.element().bottom_k(BLOCKING_PASSAGES))
    return passages.to_frame("passage").select(pl.concat_list(smallest, passage.list.head(1)))["passage"]


def _marked(rows: pl.Series, height: int) -> pl.Series:
    """For each of so many rows whether it is one of these."""
    return pl.repeat(False, height, eager=True).scatter(rows, True)


def candidate_pairs(blocking: BlockingInput, blocks: Blocks, fresh: pl.Series | None = None) -> pl.DataFrame:
    """Pairs a < b of listings, by their rows, each once, ordered; `relation` of their organizations, and whether they
    `share_text` (as of that function), for which names and titles need have nothing in common. `fresh`: only pairs with at
    least one of these rows."""
    facts, word, site, whole = blocks.facts, blocks.word, blocks.site, blocks.whole
    is_fresh = None
    if fresh is not None:
        is_fresh = _marked(fresh, facts.height).gather(facts["listing"])
    wordless = facts.with_columns(signature=pl.lit(None, pl.UInt64))
    rules: list[tuple[pl.DataFrame, int, list[pl.Series], pl.DataFrame, bool]] = [
        (blocks.of_name, MAX_WHOLE_NAME_BLOCK, [word, site, whole], facts, True),
        (blocks.of_word, MAX_BLOCK, [site, whole], facts, True),
        (blocks.of_title, MAX_BLOCK, [whole], facts, False),
        (blocks.of_identifier, MAX_BLOCK, [], wordless, False),
        (blocks.of_text, MAX_BLOCK, [whole], wordless, False),
    ]
    with ThreadPoolExecutor(THREADS) as pool:
        running = [pool.submit(_pairs_of_blocks, *rule, is_fresh) for rule in rules]
    found = [rule.result() for rule in running]
    texts = _as_rows(_distinct(pl.concat(found[3:])))
    texts = texts.with_columns(relation=relate_listings(blocking, texts))
    texts = texts.filter(share_text(blocking.rows, texts))
    by_text = _pair_numbers(texts["a"], texts["b"])
    numbers = _distinct(pl.concat(found))
    pairs = _as_rows(numbers).with_columns(share_text=numbers.is_in(by_text.implode()))
    related = pairs.with_columns(relation=relate_listings(blocking, pairs))
    may_be_two = pl.col("share_text") & (pl.col("relation") > NOT_STATED) & (pl.col("relation") <= SISTERS)
    doubtful = related.with_row_index("pair").filter(may_be_two)
    templates = doubtful["pair"].filter(_are_templates(blocking, doubtful))
    return related.filter(pl.col("share_text") & ~_marked(templates, related.height) | (pl.col("relation") >= PART))


def _are_templates(blocking: BlockingInput, pairs: pl.DataFrame) -> pl.Series:
    """Whether organizations that are not one, of pairs of listings (a, b, relation) with one text, are of a sort that words its
    openings alike: missions of one country, counted units of one body, institutes of one society, a mission and its institute."""
    described = blocking.organizations.select(
        "kinds",
        "core",
        "countries",
        is_latin=pl.col("compact").str.contains("[a-z]"),
        is_mission=pl.col("mission").is_not_null(),
        is_counted=pl.col("numbers") != "",
    )
    rows = blocking.rows.select(
        "text_language",
        is_generic=pl.col("whole").is_null() & (pl.col("passages").list.len() > 0),
        at="organization_row",
    )
    sides = [
        rows[pairs[side]]
        .hstack(described.select(pl.all().gather(rows["at"].gather(pairs[side]))))
        .select(pl.all().name.suffix(f"_{side}"))
        for side in "ab"
    ]
    kinds, cores = ([pl.col(f"{name}_{side}") for side in "ab"] for name in ("kinds", "core"))
    are_bodies = pl.all_horizontal(kind != "" for kind in kinds)
    # Of one name in two forms only one has words of its own.
    are_named_apart = pl.all_horizontal(
        one.list.set_difference(other).list.len() > 0 for one, other in (cores, cores[::-1])
    )
    countries = [pl.col(f"countries_{side}") for side in "ab"]
    are_of_two_countries = (
        (countries[0].list.len() > 0) & (countries[1].list.len() > 0) & (countries[0] != countries[1])
    )
    # In two scripts one name has no word of the other.
    are_named_apart = (are_named_apart | are_of_two_countries) & (pl.col("is_latin_a") == pl.col("is_latin_b"))
    is_mission = [pl.col(f"is_mission_{side}") for side in "ab"]
    is_of_one_sort = ((kinds[0] == kinds[1]) & are_named_apart & ~is_mission[0]) | (is_mission[0] != is_mission[1])
    is_told_alike = pl.col("text_language_a") == pl.col("text_language_b")
    are_like_worded = pl.all_horizontal("is_counted_a", "is_counted_b") | (is_mission[0] & is_mission[1])
    is_unlike, are_sisters = pl.lit(pairs["relation"] == UNLIKE), pl.lit(pairs["relation"] == SISTERS)
    # "Traineeship programme" of agencies of one union.
    are_like_titled = are_sisters & are_named_apart & is_told_alike & pl.all_horizontal("is_generic_a", "is_generic_b")
    is_template = are_like_titled | (are_like_worded & is_unlike) | (are_bodies & is_of_one_sort & is_told_alike)
    return pl.concat(sides, how="horizontal").select(is_template=is_template.fill_null(False))["is_template"]


def relate_listings(blocking: BlockingInput, pairs: pl.DataFrame) -> pl.Series:
    """The relation of the organizations of these pairs (a, b) of rows."""
    rows = blocking.rows["organization_row"]
    named = pl.DataFrame({side: rows.gather(pairs[side]) for side in "ab"})
    relation = relate_organizations(blocking.organizations, named)
    longer = (relation == PART).arg_true()
    is_seat = _are_named_after_seat(blocking, pairs[longer], named[longer])
    seats = longer.filter(is_seat)
    return relation.scatter(seats, pl.repeat(SAME_IN_PLACE, seats.len(), dtype=relation.dtype, eager=True))


def _are_named_after_seat(blocking: BlockingInput, pairs: pl.DataFrame, named: pl.DataFrame) -> pl.Series:
    """Whether all that one of two names (`named`: organizations of these pairs of listings) has more is where a listing is."""
    words = blocking.organizations["organization"].str.split(" ")
    frame = pl.DataFrame(
        {f"words_{side}": words.gather(named[side]) for side in "ab"}
        | {f"places_{side}": blocking.rows["sites"].gather(pairs[side]) for side in "ab"}
    ).with_columns(pl.col("^places_.$").list.eval(pl.element().str.slice(3).str.split(" ").explode()))
    return frame.select(
        pl.all_horizontal(
            pl.col(f"words_{one}")
            .list.set_difference(f"words_{other}")
            .list.set_difference(pl.col("places_a").list.set_union("places_b"))
            .list.set_difference(pl.lit(pl.Series([sorted(void_words())])))
            .list.len()
            == 0
            for one, other in ("ab", "ba")
        )
    ).to_series()


def have_similar_titles(blocks: Blocks, pairs: pl.DataFrame) -> pl.Series:
    """Whether the titles of pairs (a, b) share most words of the shorter one, as far as their signatures show."""
    a, b = (blocks.signatures.gather(pairs[side]) for side in "ab")
    words = pl.DataFrame({"a": a, "b": b, "both": a & b}).select(pl.all().bitwise_count_ones())
    fewer = pl.min_horizontal("a", "b")
    return words.select((pl.col("both") >= MIN_SHARED_WORDS * fewer).fill_null(True)).to_series()


def _only_country() -> pl.Expr:
    """A number for the country of a listing whose places are in one; null for others."""
    codes = pl.col("sites").list.eval(pl.element().str.head(2))
    return pl.when(codes.list.n_unique() == 1).then(codes.list.first().hash())


def _title_signatures(words: pl.Series) -> pl.Series:
    """For each title 64 bits, of which each of its words sets one; null for a title without any."""
    bits = pl.Series([1 << bit for bit in range(64)], dtype=pl.UInt64)
    each = words.to_frame("word").with_row_index("row")
    every = each.explode("word", empty_as_null=False).drop_nulls()
    signatures = (
        every.select("row", signature=bits.gather(every["word"].hash() % 64))
        .group_by("row")
        .agg(pl.col("signature").bitwise_or())
    )
    return each.join(signatures, on="row", how="left", maintain_order="left")["signature"]


def _narrowed(blocks: pl.DataFrame, marks: pl.Series) -> pl.DataFrame:
    """Blocks (row, key) of those that share a mark of their rows too; `marks`: one or a list for each row."""
    marked = blocks.with_columns(mark=marks.gather(blocks["row"]))
    if marks.dtype.is_nested():
        marked = marked.explode("mark", empty_as_null=True)
    return marked.select("row", key=pl.col("key") * pl.lit(_MIX, dtype=pl.UInt64) + pl.col("mark").fill_null(0))


def _pairs_of_blocks(
    blocks: pl.DataFrame,
    most: int,
    steps: list[pl.Series],
    facts: pl.DataFrame,
    nearby: bool,
    is_fresh: pl.Series | None,
) -> pl.Series:
    """Pairs of listings, as numbers, that share a block (row, key), or a narrower one where that is too large. `nearby`: in a
    block that is too large, meet the neighbors by day too."""
    found = []
    for marks in [*steps, None]:
        blocks = _shared_blocks(blocks, is_fresh)
        is_large = pl.col("before") + pl.col("after") >= most
        found.append(_neighbor_pairs(blocks.filter(~is_large), most, facts, is_fresh))
        blocks = blocks.filter(is_large)
        if nearby or marks is None:
            found.append(_neighbor_pairs(blocks, NEIGHBORS_BY_DAY, facts, is_fresh))
        if marks is not None:
            blocks, most = _narrowed(blocks, marks), MAX_BLOCK
    return pl.concat(found)


def _shared_blocks(blocks: pl.DataFrame, is_fresh: pl.Series | None) -> pl.DataFrame:
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


def _neighbor_pairs(blocks: pl.DataFrame, steps: int, facts: pl.DataFrame, is_fresh: pl.Series | None) -> pl.Series:
    """Pairs of listings, as numbers, that stand at most so many steps apart in a block, but those that must not be one, lie
    too far apart in time, or have titles without a common word."""
    rows, at = blocks["row"], pl.int_range(pl.len(), dtype=pl.Int32)
    begin = at + 1 if is_fresh is None else at - pl.min_horizontal("before", steps)
    ranges = blocks.select("row", begin=begin, end=at + 1 + pl.min_horizontal("after", steps))
    if is_fresh is not None:
        ranges = ranges.filter(is_fresh.gather(ranges["row"]))
    found = []
    for part in ranges.iter_slices(BATCH_ROWS):
        pairs = part.select(a="row", at=pl.int_ranges("begin", "end", dtype=pl.Int32)).explode(
            "at", empty_as_null=False
        )
        found.append(_allowed_pairs(pairs.select("a", b=rows.gather(pairs["at"])), facts))
    return pl.concat(found) if found else _NO_PAIRS


def _allowed_pairs(pairs: pl.DataFrame, facts: pl.DataFrame) -> pl.Series:
    a, b = (facts[pairs[side]] for side in "ab")
    is_near = ((a["day"] - b["day"]).abs() <= MAX_DAYS_APART).fill_null(True)
    same_country = (a["country"] == b["country"]).fill_null(True)
    may_share_word = ((a["signature"] & b["signature"]) != 0).fill_null(True)
    is_possible = is_near & same_country & may_share_word & (a["listing"] != b["listing"])
    return _pair_numbers(a["listing"].filter(is_possible), b["listing"].filter(is_possible))


def _pair_numbers(a: pl.Series, b: pl.Series) -> pl.Series:
    """Pairs as one number each, the lower row first: which sorts fast and takes little memory."""
    return pl.select(pl.min_horizontal(a, b).cast(pl.UInt64) * _PAIR_STRIDE + pl.max_horizontal(a, b)).to_series()


def _distinct(numbers: pl.Series) -> pl.Series:
    """Each pair once, ordered."""
    numbers = numbers.sort()
    return numbers.filter((numbers != numbers.shift(1)).fill_null(True))


def _as_rows(numbers: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"a": (numbers // _PAIR_STRIDE).cast(pl.UInt32), "b": (numbers % _PAIR_STRIDE).cast(pl.UInt32)})


def blocking_input(
    listings: pl.DataFrame,
    keys: pl.DataFrame,
    new: pl.Series | None = None,
    described: pl.DataFrame = NOT_DESCRIBED,
) -> BlockingInput:
    """What says whom each listing meets; its rows also have how many are like it: openings of its organization, alike of the
    same title, same_day of its source; and what else is known only beside all listings. `new`: the rows that are to meet others;
    None for all. `described`: organizations that are known (as of `describe_organizations`)."""
    written = listings.lazy().select(name=pl.col("organization").unique())  # lazily, as in `profiles`
    names = written.with_columns(organization=organization_key(pl.col("name"))).collect()
    distinct = names.select(pl.col("organization").drop_nulls().unique().sort())
    number = names.join(distinct.with_row_index("organization_row"), on="organization", how="left")
    organizations = described_organizations(distinct["organization"], described)
    number = number.with_columns(named_within(number, organizations))
    words = pl.col("title_words")
    rows = (
        listings.select(
            "passages", "figures", "text_language", name="organization", day=pl.col("posted_on").cast(pl.Int32)
        )
        .join(number, on="name", how="left", maintain_order="left", nulls_equal=True)
        .hstack(keys.select("title_words", "sites", host=pl.col("url_key").str.extract("^([^/?#]+)").hash()))
        .hstack(own_identifiers(listings, keys["words_key"]))
        .drop("name", "organization")
        .with_columns(
            whole=pl.when(words.list.len() > 0).then(key_of_set(words)),
            two=pl.when(words.list.len() > 2).then(key_of_set(words.list.head(2))),
        )
    )
    rows = rows.with_columns(organizations_named(keys["title_names"], rows["organization_row"], organizations))
    rows = rows.with_columns(distinctive_passages(rows.with_columns(listings["source_id"]), new))
    crowds = rows.select(
        "organization_row",
        title=pair_hash(pl.col("organization_row"), pl.col("whole")),
        day=pair_hash(pl.lit(listings["source_id"]), pl.col("day")),
    ).select(openings=pl.len().over("organization_row"), alike=pl.len().over("title"), same_day=pl.len().over("day"))
    return BlockingInput(rows.hstack(crowds), organizations, name_keys(organizations))


def pair_hash(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """A number for two values together: to group by one column of numbers takes a fraction of the time of two of texts."""
    return pl.struct(one, other).hash()
