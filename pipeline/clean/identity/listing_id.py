"""The id of a listing: from its source and the source's own posting id, else its address; never from the order of rows.

Belongs here: which raw rows are one listing, and which of tonight's rows is which listing of the nights before. Does not
belong here: which listings are one internship (`pipeline.match`).

A key is the source's own id, else the address's key; for a row without a link, organisation, title, place and date. Rows of one
source that share a key but not title and place are several listings. Ids are compared through the listings known, not
made anew every night, so that they outlive a better `url_key`:

1. same key, title and place: the same listing;
2. same key and title, where only one row and one listing are left of it: its place is written otherwise;
3. alone at its key, as one listing is, at its place or with most of the words that distinguish its title: its title or its
   place changed, or with a title that several share. An id that is used again, or is another board's, has another title
   and another place.
4. under another id, where its address is of no other row and of no other open listing, with its title: the source writes its
   ids otherwise;
5. under the id or at the address that the listing once had, before a night on which that was damaged; as in 3;
6. at another address, where row and open listing are the only ones left with their title, place and employer: it moved. Posting
   ids, or other numbers in the addresses, tell them apart, unless several share them: the opening is posted anew. Where an
   employer got another name (`_renamed`), or the source writes most of its ids or addresses otherwise (`_renumbered`), its
   postings get other numbers, too.

What is left is new, as is what only a listing of the past fits: its next edition. Its id comes from the key where nothing
else is or was at it, else from key, title and place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from itertools import count

import polars as pl

from pipeline.clean.language_tools.text import folded, unescaped, words
from pipeline.match import keys  # the module, not its names: it reads texts with this package

KNOWN = ("listing_id", "source_id", "native_id", "url", "title", "organization", "places", "state")
"""What is needed of the listings of the nights before: columns of tables.LISTINGS."""

MANY_TITLES = 5
"""From this many titles of a source on, the words that most of them have are those of the board, not of a posting."""

SEVERAL = 3
"""From so many listings on that are there elsewhere, they did not move one by one."""

UNDECODED = "\ufffd"
"""What stands in a text for bytes that are no character: a title that was damaged on its way is compared without it."""


def assign_listing_ids(
    raw: pl.DataFrame, known: pl.DataFrame, past: pl.Series | None = None, pages: Collection[str] = ()
) -> pl.Series:
    """The listing id of each raw row, in their order; rows that are the same posting have the same.

    `raw`: source_id, native_id, url, title, organization, locations, date (its deadline or start), no_link (bool).
    `known`: the columns of KNOWN. `past`:
    ids of known listings that are over for good, whose ids nothing gets again (lifecycle.listings.expired_listing_ids).
    `pages`: the addresses of the sources' own pages, which listings without a link have."""
    identified_by = ["source_id", "key", "title", "place"]
    rows = keyed(raw).with_columns(
        no_link=raw["no_link"].fill_null(False) & raw["native_id"].is_null(),
        place=raw.select(words(pl.col("locations").list.join(" ", ignore_nulls=True)).alias("place"))["place"],
    )
    date = words(pl.lit(raw["date"].fill_null("")))
    date = pl.when(date != "").then(date)  # null, so that the key of a row without one has no more to it
    by_words = pl.format(
        "words:{}", pl.concat_str("organization", "title", "place", date, separator="\x1f", ignore_nulls=True)
    )
    rows = rows.with_columns(key=pl.when("no_link").then(by_words).otherwise("key"))
    postings = (
        rows.select(*identified_by, "organization", "no_link", "address")
        .sort(*identified_by, "organization", "no_link", "address")
        .unique(identified_by, keep="first", maintain_order=True)
        .with_row_index("posting")
    )
    listings = keyed(known).with_columns(
        listing_id=known["listing_id"],
        is_open=known["state"] != "closed",
        no_link=known["url"].is_in(list(pages)) & known["native_id"].is_null(),
        texts=known["places"].list.eval(words(pl.element().struct.field("text"))),
    )
    living = listings if past is None else listings.filter(~pl.col("listing_id").is_in(past.implode()))
    tied = _tie(postings.filter(~pl.col("no_link")), living)
    tied = pl.concat([tied, _tie_by_address(postings, living.filter("is_open"), tied)])
    titles = (postings, living)
    known = living.join(tied, on="listing_id", how="anti")
    tied = pl.concat([tied, _tie_by_words(postings.filter("no_link"), known, titles)])
    left = postings.join(tied, on="posting", how="anti", maintain_order="left")
    found = living.filter("no_link").join(tied, on="listing_id", how="anti", maintain_order="left")
    tied = pl.concat([tied, _tie_by_words(left, found, titles)])
    left = left.filter(~pl.col("no_link")).join(tied, on="posting", how="anti", maintain_order="left")
    tied = pl.concat([tied, _tie_by_origin(left, living.filter("is_open"), tied)])
    tied = pl.concat([tied, _tie_moved(postings.filter(~pl.col("no_link")), living.filter("is_open"), tied)])
    ids = postings.join(tied, on="posting", how="left", maintain_order="left")
    ids = ids.with_columns(pl.coalesce("listing_id", _minted(ids, listings)))
    return rows.join(ids.select(*identified_by, "listing_id"), on=identified_by, how="left", maintain_order="left")[
        "listing_id"
    ]


def keyed(frame: pl.DataFrame) -> pl.DataFrame:
    """source_id, key, address, and title and organization as words."""
    addresses = frame.select(pl.coalesce(keys.url_key(frame["url"]), "url").alias("address"))["address"]
    return frame.select(
        "source_id",
        key=pl.coalesce(pl.format("id:{}", "native_id"), pl.format("url:{}", pl.lit(addresses))),
        address=addresses,
        title=title_words(frame["title"]),
        organization=words(pl.col("organization")),
    )


def title_words(titles: pl.Series) -> pl.Series:
    """The words of titles, as those of a posting and of its listing are compared."""
    undamaged = unescaped(titles.str.replace_all(UNDECODED, "", literal=True)).to_frame("title")
    return undamaged.select(words(folded(pl.col("title"))))["title"]


def _tie(postings: pl.DataFrame, listings: pl.DataFrame) -> pl.DataFrame:
    """posting, listing_id for tonight's postings that are known listings, by the three rules of this module."""
    same_title = _candidates(postings, listings, on=["source_id", "key", "title"])
    first = _one_to_one(same_title.filter("fits"))
    left = same_title.join(first, on="posting", how="anti").join(first, on="listing_id", how="anti")
    second = _only_pairs(left, ["source_id", "key", "title"])
    tied = pl.concat([first, second])
    lone = postings.filter(pl.len().over("source_id", "key") == 1)
    any_title = _candidates(lone, listings, on=["source_id", "key"])
    left = any_title.join(tied, on="posting", how="anti").join(tied, on="listing_id", how="anti")
    return pl.concat([tied, _only_pairs(_alike(left, postings, listings), ["source_id", "key"])])


def _tie_by_origin(postings: pl.DataFrame, listings: pl.DataFrame, tied: pl.DataFrame) -> pl.DataFrame:
    """posting, listing_id where neither is tied, and the id of the listing was made of the posting's key."""
    lone = postings.filter(pl.len().over("source_id", "key") == 1).join(tied, on="posting", how="anti")
    known = listings.join(tied, on="listing_id", how="anti").with_columns(origin="listing_id")
    pairs = _candidates(lone.with_columns(origin=made_of_keys(lone)), known, on=["source_id", "origin"])
    return _alike(pairs, postings, listings).select("posting", "listing_id")


def _alike(pairs: pl.DataFrame, postings: pl.DataFrame, listings: pl.DataFrame) -> pl.DataFrame:
    """The pairs at one place, or with most of the words that distinguish their titles."""
    own, known = pl.col("title").str.split(" "), pl.col("title_right").str.split(" ")
    shares_a_word = own.list.set_intersection(known).list.len() > 0
    # A title that several have tells nothing of them. Where the row says no place, it is at no other one.
    common = postings.filter(pl.len().over("source_id", "title") > 1).select("source_id", "title").unique()
    has_common = pairs.select("source_id", "title").join(
        common.with_columns(is_common=True), on=["source_id", "title"], how="left", maintain_order="left"
    )["is_common"]
    return pairs.filter(
        pl.col("fits").fill_null(True)
        | _share_most_words(pairs, [postings, listings])
        | ((pl.col("place") == "") & (shares_a_word | has_common.fill_null(False)))
    )


def _tie_by_address(postings: pl.DataFrame, listings: pl.DataFrame, tied: pl.DataFrame) -> pl.DataFrame:
    """posting, listing_id where both are alone at their address, and neither is tied."""
    at = ["source_id", "address"]
    lone = postings.filter((pl.len().over(at) == 1) & ~pl.col("no_link")).join(tied, on="posting", how="anti")
    known = listings.filter(pl.len().over(at) == 1).join(tied, on="listing_id", how="anti")
    return _one_to_one(_candidates(lone, known, on=[*at, "title"]))


def _share_most_words(pairs: pl.DataFrame, titles_of: Sequence[pl.DataFrame]) -> pl.Series:
    """For each pair whether the titles share most of the shorter one's words that distinguish them. `titles_of`: tonight's
    postings and the listings; half a list in another language has no common words, and is known by those of the other."""
    usual = [common_words(each.join(pairs, on="source_id", how="semi")) for each in titles_of]
    titles = distinguishing(pairs, pl.concat(usual).explode("common").group_by("source_id").agg("common"))
    own, known = pl.col("own"), pl.col("known")
    shorter = pl.min_horizontal(own.list.len(), known.list.len())
    return titles.select(share=2 * own.list.set_intersection(known).list.len() > shorter)["share"]


def common_words(titles: pl.DataFrame, many: int = MANY_TITLES) -> pl.DataFrame:
    """source_id, common: the words that most titles of a source have, if it has so many: "internship in" distinguishes nothing
    on a board of internships."""
    return (
        titles.select("source_id", pl.col("title").str.split(" ").list.unique())
        .with_columns(rows=pl.len().over("source_id"))
        .filter(pl.col("rows") >= many)
        .explode("title")
        .group_by("source_id")
        .agg(common=pl.col("title").filter(2 * pl.len().over("title") > pl.col("rows")).unique())
    )


def distinguishing(pairs: pl.DataFrame, common: pl.DataFrame) -> pl.DataFrame:
    """For each pair the words of `title` (own) and `title_right` (known) without those that are `common` in its source."""
    usual = pl.col("common").fill_null([])
    return pairs.join(common, on="source_id", how="left", maintain_order="left").select(
        own=pl.col("title").str.split(" ").list.set_difference(usual),
        known=pl.col("title_right").str.split(" ").list.set_difference(usual),
    )


def _tie_by_words(
    postings: pl.DataFrame, listings: pl.DataFrame, titles: tuple[pl.DataFrame, pl.DataFrame]
) -> pl.DataFrame:
    """posting, listing_id where one of them has no link: a row that lost it ("Closed") is the listing with its words that no row
    with a link is, one that got it the listing that had none; at its place or, where only one of each is left, anywhere. A row
    without an employer is of its source's organizer, whose name its listing has."""
    is_employers = (pl.col("organization") == "") | (pl.col("organization") == pl.col("organization_right"))
    pairs = _candidates(postings, listings, on=["source_id", "title"]).filter(is_employers)
    first = _one_to_one(pairs.filter("fits"))
    left = pairs.join(first, on="posting", how="anti").join(first, on="listing_id", how="anti")
    tied = pl.concat([first, _only_pairs(left, ["source_id", "title"])])
    left = postings.join(tied, on="posting", how="anti", maintain_order="left")
    return pl.concat([tied, _tie_by_most_words(left, listings.join(tied, on="listing_id", how="anti"), titles)])


def _tie_by_most_words(
    postings: pl.DataFrame, listings: pl.DataFrame, titles: tuple[pl.DataFrame, pl.DataFrame]
) -> pl.DataFrame:
    """posting, listing_id where just one of them has a link, and they are the only ones at one place of whose titles one has all
    words of the other that are not common in their source: a title is damaged, or was when the listing got it. `titles`: all
    postings, and all listings, by which a word is common."""
    listings = listings.filter("is_open").join(postings, on="source_id", how="semi").with_columns(origin="listing_id")
    usual = [common_words(each.join(postings, on="source_id", how="semi"), SEVERAL) for each in titles]
    common = pl.concat(usual).explode("common").group_by("source_id").agg("common")

    def worded(frame: pl.DataFrame, name: str) -> pl.DataFrame:
        word = pl.col("title").str.split(" ").list.set_difference(pl.col("common").fill_null([])).alias("word")
        return frame.join(common, on="source_id", how="left").select("source_id", name, "no_link", word).explode("word")

    own, known = worded(postings, "posting"), worded(listings, "origin")
    likely = own.join(known, on=["source_id", "word"]).filter(pl.col("no_link") != pl.col("no_link_right"))
    likely = postings.join(likely.select("posting", "origin").unique(), on="posting", maintain_order="left")
    is_employers = (pl.col("organization") == "") | (pl.col("organization") == pl.col("organization_right"))
    pairs = _candidates(likely, listings, on=["source_id", "origin"])
    pairs = pairs.filter(is_employers, pl.col("fits") | (pl.col("place") == ""))
    shared = pl.col("own").list.set_intersection("known").list.len()
    pairs = pairs.filter(
        distinguishing(pairs, common).select(
            has_all=shared == pl.min_horizontal(pl.col("own").list.len(), pl.col("known").list.len())
        )["has_all"]
    )
    is_only = (pl.len().over("posting") == 1) & (pl.len().over("listing_id") == 1)
    return pairs.filter(is_only).select("posting", "listing_id")


def _tie_moved(postings: pl.DataFrame, listings: pl.DataFrame, tied: pl.DataFrame) -> pl.DataFrame:
    """posting, listing_id where one posting that is not tied and one of the `listings` that is not have the same title, place and
    employer, and not each a posting id or other numbers in its address."""
    left = postings.join(tied, on="posting", how="anti", maintain_order="left")
    vanished = listings.join(tied, on="listing_id", how="anti", maintain_order="left")
    pairs = _candidates(left, vanished, on=["source_id", "title"]).filter(pl.col("fits") | (pl.col("place") == ""))
    pairs = pairs.filter(pl.col("title") != "")
    renumbered = _renumbered(pairs, postings, listings, tied)
    # An id or an address that several have tells them not apart.
    several = pl.len().over("source_id", "key") > 1
    is_shared = pl.col("key").is_in(postings.filter(several)["key"].implode())
    is_shared |= pl.col("key_right").is_in(listings.filter(several)["key"].implode())
    has_ids = pl.col("key").str.starts_with("id:") & pl.col("key_right").str.starts_with("id:")
    pairs = pairs.filter(~has_ids | is_shared)
    names = ["source_id", "organization_right", "organization"]
    renamed = pairs.join(_renamed(pairs, listings, vanished), on=names, how="semi", maintain_order="left")
    is_employers = (pl.col("organization") == "") | (pl.col("organization") == pl.col("organization_right"))
    has_its_numbers = _numbers_of("address") == _numbers_of("address_right")
    pairs = pl.concat([pairs.filter(is_employers & (has_its_numbers | is_shared)), renamed, renumbered]).unique(
        ["posting", "listing_id"]
    )
    is_only = (pl.len().over("posting") == 1) & (pl.len().over("listing_id") == 1)
    return pairs.filter(is_only).select("posting", "listing_id")


def _numbers_of(address: str) -> pl.Expr:
    return pl.col(address).str.replace_all("%[0-9A-Fa-f]{2}", " ").str.extract_all(r"\d+").list.join(" ")


def _renamed(pairs: pl.DataFrame, listings: pl.DataFrame, vanished: pl.DataFrame) -> pl.DataFrame:
    """source_id, organization_right, organization of employers with another name tonight: all of the old one's open listings
    vanished, half of them or more are there under the new one, which the source did not have; and they are several, or the
    names share a word."""
    of_employer = ["source_id", "organization"]
    known = listings.group_by(of_employer).agg(was=pl.len())
    left = vanished.group_by(of_employer).agg(missing=pl.len())
    old = known.join(left, on=of_employer).filter(pl.col("was") == pl.col("missing"))
    shared = pl.col("organization").str.split(" ").list.set_intersection(pl.col("organization_right").str.split(" "))
    return (
        pairs.join(known, on=of_employer, how="anti")
        .filter((pl.col("organization") != "") & (pl.col("organization_right") != ""))
        .group_by("source_id", "organization_right", "organization")
        .agg(moved=pl.col("listing_id").n_unique())
        .join(old, left_on=["source_id", "organization_right"], right_on=of_employer)
        .filter((2 * pl.col("moved") >= pl.col("was")) & ((pl.col("moved") > 1) | (shared.list.len() > 0)))
        .select("source_id", "organization_right", "organization")
    )


def _renumbered(
    pairs: pl.DataFrame, postings: pl.DataFrame, listings: pl.DataFrame, tied: pl.DataFrame
) -> pl.DataFrame:
    """The pairs of sources that write their ids or addresses otherwise: each alone with its title, place and employer; with those
    that are `tied` under another key, they are several, and more than half of the open listings."""
    is_employers = (pl.col("organization") == "") | (pl.col("organization") == pl.col("organization_right"))
    pairs = pairs.filter(is_employers)
    pairs = pairs.filter((pl.len().over("posting") == 1) & (pl.len().over("listing_id") == 1))
    rekeyed = tied.join(postings.select("posting", "source_id", "key"), on="posting")
    rekeyed = rekeyed.join(listings.select("listing_id", was_key="key"), on="listing_id")
    rekeyed = rekeyed.filter(pl.col("key") != pl.col("was_key")).group_by("source_id").agg(rekeyed=pl.len())
    was = listings.group_by("source_id").agg(was=pl.len())
    moved = pairs.join(was, on="source_id").join(rekeyed, on="source_id", how="left")
    moves = pl.len().over("source_id") + pl.col("rekeyed").fill_null(0)
    return moved.filter((moves >= SEVERAL) & (2 * moves > pl.col("was"))).select(pairs.columns)


def _candidates(postings: pl.DataFrame, listings: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Pairs that agree in `on`, with `fits`: the posting's place names every place that the listing has; `surplus`: how
    much it names beyond."""
    pairs = postings.join(
        listings.select(
            *dict.fromkeys([*on, "title", "organization", "key", "address"]), "listing_id", "is_open", "texts"
        ),
        on=on,
        how="inner",
        maintain_order="left_right",
    ).with_row_index("pair")
    named = (
        pairs.select("pair", "place", text="texts")
        .explode("text")
        .group_by("pair")
        .agg(
            fits=pl.col("place").str.contains(pl.col("text"), literal=True).all(),
            named=pl.col("text").str.len_chars().sum(),
        )
    )
    return pairs.join(named, on="pair", how="left", maintain_order="left").with_columns(
        surplus=pl.col("place").str.len_chars().cast(pl.Int64) - pl.col("named").cast(pl.Int64)
    )


def _one_to_one(pairs: pl.DataFrame) -> pl.DataFrame:
    """posting, listing_id: each posting with one listing and each listing with one posting, the nearest places first."""
    chosen = [pl.DataFrame(schema={"posting": pl.UInt32, "listing_id": pl.String})]
    pairs = pairs.sort("surplus", ~pl.col("is_open"), "posting", "listing_id").select("posting", "listing_id")
    while pairs.height:
        best = pairs.unique("posting", keep="first", maintain_order=True).unique(
            "listing_id", keep="first", maintain_order=True
        )
        chosen.append(best)
        pairs = pairs.join(best, on="posting", how="anti", maintain_order="left").join(
            best, on="listing_id", how="anti", maintain_order="left"
        )
    return pl.concat(chosen)


def _only_pairs(pairs: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """posting, listing_id where one posting and one listing stand at `by`; open listings go before closed ones."""
    foremost = pairs.filter(pl.col("is_open") == pl.col("is_open").max().over(by))
    is_only = (pl.col("posting").n_unique().over(by) == 1) & (pl.col("listing_id").n_unique().over(by) == 1)
    return foremost.filter(is_only).select("posting", "listing_id")


def _minted(postings: pl.DataFrame, listings: pl.DataFrame) -> pl.Series:
    """An id for each posting that has no listing_id, null for the others; never one that is taken."""
    used = listings.select("source_id", "key").unique().with_columns(was_used=pl.lit(True))
    new = postings.join(used, on=["source_id", "key"], how="left", maintain_order="left").with_columns(
        alone=(pl.len().over("source_id", "key") == 1) & pl.col("was_used").is_null(),
        is_new=pl.col("listing_id").is_null(),
    )
    taken = set(listings["listing_id"])
    ids: list[str | None] = []
    for source_id, key, title, place, alone, is_new in new.select(
        "source_id", "key", "title", "place", "alone", "is_new"
    ).iter_rows():
        ids.append(_free_id([source_id, key] if alone else [source_id, key, title, place], taken) if is_new else None)
    return pl.Series("minted", ids, dtype=pl.String)


def _free_id(parts: list[str], taken: set[str]) -> str:
    """The id of these parts; where another listing has it, whose title has changed since, of these parts and a number."""
    ids = (_id_of(parts if attempt == 0 else [*parts, str(attempt)]) for attempt in count())
    listing_id = next(candidate for candidate in ids if candidate not in taken)
    taken.add(listing_id)
    return listing_id


def made_of_keys(postings: pl.DataFrame) -> pl.Series:
    """The id that each of these, of `keyed`, has where nothing else is or was under its key."""
    made = [_id_of([source_id, key]) for source_id, key in postings.select("source_id", "key").iter_rows()]
    return pl.Series("made", made, dtype=pl.String)


def _id_of(parts: list[str]) -> str:
    return "l_" + hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()
