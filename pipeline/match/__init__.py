"""Which listings are one internship, in four steps that can be read apart.

    identity    `keys`, `identity`   the same posting id or address is one; two ids of one system are not
    candidates  `candidates`         which other listings are worth comparing
    score       `features`, `score`  how likely two are one: a sum of points
    clusters    `clusters`           who is one, by average link, with what must not be one

Here: the four in order, for all listings or for what is new, and ids that last. Does not belong here: any rule of a step.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import NamedTuple

import polars as pl

from pipeline.match.blocking import Met, blocks_of, candidate_pairs, keys_of_names, much_alike, share_name
from pipeline.match.clusters import THRESHOLD, cluster
from pipeline.match.comparisons import share_text
from pipeline.match.identity import organization_key
from pipeline.match.keys import matching_keys
from pipeline.match.profile import FIRST_YEAR, PROFILED, SEASONS, key_of_set, names_of, profiles
from pipeline.match.texts import TEXTS_READ, shape
from pipeline.match.weights import chance, score_pairs
from pipeline.tables import MATCHES, REDIRECTS

MATCHED = (
    "listing_id", "source_id", "native_id", "organization", "title", "places", "work_mode", "seasons", "posted_on", "url",
    "apply_url", "first_seen", "passages", "reference_numbers",
)  # fmt: skip
"""What matching reads of a listing: columns of tables.LISTINGS, seasons (texts), and those of `texts.read_texts`. native_id is to
be null where a source may have one posting under two ids."""

OWN_POSTINGS = 3
"""Up to this `scrapers.source.Source.trust` a source gives postings of its own, one under one id. Whoever gathers those of
others (agencies, platforms, lists) may have entered one twice."""

OF_ALL = ("openings", "alike", "same_day", "passages", "reference_numbers")
"""What profiles are given that is known only beside all listings (columns of `met_by`)."""

DECIDED = ("internship_id", "score", "reason", "decided_on")
"""What MATCHES tells of a listing besides its keys."""

DECISIONS = pl.Schema({"listing_id": pl.String, "other_id": pl.String, "is_one": pl.Boolean})
"""What people decided: two listings are one, or are not; then it is the first that leaves, and the other stays."""


class Matched(NamedTuple):
    """matches (MATCHES), tonight's redirects (REDIRECTS), ids minted tonight for listings that left another internship."""

    matches: pl.DataFrame
    redirects: pl.DataFrame
    split: pl.Series


def match(
    listings: pl.DataFrame,
    before: pl.DataFrame,
    night: date,
    fresh: pl.Series | None = None,
    decisions: pl.DataFrame | None = None,
) -> Matched:
    """Assign every listing to an internship.

    `listings`: all of them, columns MATCHED. `before`: MATCHES of the night before. `fresh`: ids of those that are new or
    changed; None for all. Listings that are not fresh keep their internship, unless a fresh one bears on it: a cluster that
    a fresh listing may belong to is made anew. `decisions`: rows of DECISIONS; they go before every rule."""
    listings = listings.select(MATCHED).rechunk()  # from many pieces gathering is slow
    if not listings["listing_id"].is_sorted():
        listings = listings.sort("listing_id")
    at = before.select("listing_id").with_row_index("at")
    known = listings.select("listing_id").join(at, on="listing_id", how="left", maintain_order="left")["at"]
    stored = before.select(*DECIDED, has_words=pl.col("title_words").is_not_null()).select(pl.all().gather(known))
    decided = _decided(decisions, listings["listing_id"])
    # Of one that an older program matched nothing is known by which it could meet others.
    is_new = stored["internship_id"].is_null() | ~stored["has_words"]
    for ids in [] if fresh is None else [fresh, listings["listing_id"].gather(pl.concat([decided["a"], decided["b"]]))]:
        is_new = is_new | listings["listing_id"].is_in(ids.implode())
    new = is_new.arg_true().cast(pl.UInt32)
    every = fresh is None or new.len() == listings.height
    if every:
        new = pl.int_range(listings.height, dtype=pl.UInt32, eager=True)
    newcomers = listings if every else listings[new]
    own = profiles(newcomers)
    keys = matching_keys(newcomers, own)
    if not every:
        keys = _with(before.select(keys.columns), known, keys, new)
    groups = _groups(identities(keys, listings["source_id"]), decided)
    met = met_by(listings, keys)
    # Whoever is new to it makes a region a batch of its own.
    region = new if every else _region(listings, met, new, [groups, stored["internship_id"]])
    seen = _seen(listings, met, region, own if every else None)
    near = _scored(seen, _pairs_among(met, region))
    apart = decided.filter(~pl.col("is_one")).select("a", "b")
    made = cluster(near, groups, marks_of(listings, keys, seen), apart)
    # What lies outside shares no internship with what lies inside: it stays as it is.
    inside = (
        stored[region]
        .select(DECIDED)
        .with_columns(
            listings[region].select("listing_id", "first_seen"),
            group=made.gather(region),
            sure=_sureness(near, made).gather(region),
            is_same_posting=_are_shared(groups).gather(region),
        )
    )
    decided_tonight, redirects, split = _assign(inside, night)
    told = keys.hstack(listings.select(TEXTS_READ.names()))
    told = told.hstack(_with(before.select(DECIDED), known, decided_tonight, region))
    return Matched(MATCHES.conform(told), redirects, split)


def _decided(decisions: pl.DataFrame | None, listing_ids: pl.Series) -> pl.DataFrame:
    """a, b, is_one: the decisions as rows of listings; what names a listing that is not there decides nothing."""
    rows = listing_ids.to_frame("id").with_row_index("row")
    told = pl.DataFrame(schema=DECISIONS) if decisions is None else decisions.select(DECISIONS.names())
    return (
        told.join(rows.select(listing_id="id", a="row"), on="listing_id")
        .join(rows.select(other_id="id", b="row"), on="other_id")
        .select("a", "b", "is_one")
        .unique()
        .sort("a", "b", "is_one")
    )


def _with(before: pl.DataFrame, known: pl.Series, now: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """For each listing the row of `before` that `known` names, but for these rows what stands in `now`."""
    at = (known + now.height).scatter(rows, pl.int_range(now.height, dtype=pl.UInt32, eager=True))
    return pl.concat([now, before]).rechunk().select(pl.all().gather(at))


def identities(keys: pl.DataFrame, source_ids: pl.Series) -> pl.Series:
    """For each listing what its posting is known by, for certain."""
    # An address that a source gives to several roles (a careers page) is no posting's own, whoever gives it.
    own = pl.coalesce("words_key", "listing_id")
    frame = keys.select("posting_key", "url_key", source_id=source_ids, own=own)
    # Numbers in order tell which of them repeat in a third of the time.
    number = frame["url_key"].hash()
    in_order = number.sort()
    repeated = frame.filter(number.is_in(in_order.filter(in_order == in_order.shift()).unique().implode()))
    shared = (
        repeated.unique(["source_id", "url_key", "own"])
        .group_by("source_id", "url_key")
        .len()
        .filter(pl.col("len") > 1)
        .select(pl.col("url_key").unique(), is_shared=pl.lit(True))
    )
    address = pl.format("url:{}", "url_key")
    own_address = pl.when("is_shared").then(pl.format("{}:{}", address, "own")).otherwise(address)
    told = frame.join(shared, on="url_key", how="left", maintain_order="left").with_columns(
        pl.col("is_shared").fill_null(False)
    )
    return told.select(pl.coalesce("posting_key", own_address).alias("identity"))["identity"]


def _groups(identity: pl.Series, decided: pl.DataFrame) -> pl.Series:
    """For each listing the first row that it is one with: by its identity, but where people decided otherwise, and by what
    people decided."""
    apart, together = decided.filter(~pl.col("is_one")), decided.filter("is_one").select("a", "b")
    rows = identity.to_frame("identity").with_row_index("row")
    # Who was named leaves the identity; all others stay, and who comes later with that identity joins them.
    leaves = apart.filter(identity.gather(apart["a"]) == identity.gather(apart["b"]))["a"]
    own = pl.when(pl.col("row").is_in(leaves.implode())).then(pl.format("row:{}", "row")).otherwise("identity")
    label = rows.select(pl.col("row").min().over(own).alias("label"))["label"]
    while True:
        ends = pl.DataFrame({"a": label.gather(together["a"]), "b": label.gather(together["b"])}).filter(
            pl.col("a") != pl.col("b")
        )
        if ends.is_empty():
            return label
        least = (
            ends.select(old=pl.max_horizontal("a", "b"), new=pl.min_horizontal("a", "b"))
            .group_by("old")
            .agg(pl.col("new").min())
        )
        label = label.replace(least["old"], least["new"])


def _are_shared(groups: pl.Series) -> pl.Series:
    """For each listing whether it is known to be one with another; `groups` as of `_groups`."""
    follows = groups != pl.int_range(groups.len(), dtype=pl.UInt32, eager=True)
    return follows.scatter(groups.filter(follows), True)


def met_by(listings: pl.DataFrame, keys: pl.DataFrame) -> Met:
    """What says whom each listing meets; its rows tell too how many are like it: openings of its organisation, alike of the
    same title, same_day of its source; and its passages."""
    written = listings.lazy().select(name=pl.col("organization").unique())  # lazily, as in `profiles`
    names = written.with_columns(organization=organization_key(pl.col("name"))).collect()
    distinct = names.select(pl.col("organization").drop_nulls().unique().sort())
    number = names.join(distinct.with_row_index("number"), on="organization", how="left")
    words = pl.col("title_words")
    rows = (
        listings.select(name="organization", day=pl.col("posted_on").cast(pl.Int32))
        .join(number, on="name", how="left", maintain_order="left", nulls_equal=True)
        .hstack(keys.select("title_words", "sites"))
        .hstack(listings.select("passages"))
        .select(
            "title_words",
            "sites",
            "day",
            "passages",
            _own_numbers(listings, keys["words_key"]),
            organization="number",
            whole=pl.when(words.list.len() > 0).then(key_of_set(words)),
            two=pl.when(words.list.len() > 2).then(key_of_set(words.list.head(2))),
        )
    )
    crowds = rows.select(
        "organization",
        title=_mixed(pl.col("organization"), pl.col("whole")),
        day=_mixed(pl.lit(listings["source_id"]), pl.col("day")),
    ).select(openings=pl.len().over("organization"), alike=pl.len().over("title"), same_day=pl.len().over("day"))
    return Met(rows.hstack(crowds), keys_of_names(names_of(distinct["organization"])))


def _own_numbers(listings: pl.DataFrame, words_keys: pl.Series) -> pl.Series:
    """reference_numbers of each listing, but those that one source gives to several roles: they are no posting's own."""
    said = (
        listings.select("reference_numbers", "source_id", "listing_id", words_key=words_keys)
        .with_row_index("row")
        .filter(pl.col("reference_numbers").list.len() > 0)
        .with_columns(own=pl.coalesce("words_key", "listing_id"))
        .explode("reference_numbers")
    )
    roles = said.group_by("source_id", "reference_numbers").agg(pl.col("own").n_unique())
    shared = roles.filter(pl.col("own") > 1)["reference_numbers"].unique()
    own = said.filter(~pl.col("reference_numbers").is_in(shared.implode())).group_by("row").agg("reference_numbers")
    nothing = pl.lit([], dtype=pl.List(pl.String))
    rows = listings.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("row")).join(
        own, on="row", how="left", maintain_order="left"
    )
    return rows.select(pl.col("reference_numbers").fill_null(nothing))["reference_numbers"]


def _mixed(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """A number for two values together: to group by one column of numbers takes a fraction of the time of two of texts."""
    return pl.struct(one, other).hash()


def _region(listings: pl.DataFrame, met: Met, new: pl.Series, ties: list[pl.Series]) -> pl.Series:
    """The rows whose clusters the new ones may change, in order: the new ones, their like of the same organisation, whom they
    would be one with if only the new ones had rivals, and who is one with any of these, by the last of the `ties` for certain.
    """
    blocks = blocks_of(met)
    pairs = candidate_pairs(blocks, new)
    # Postings of strangers are one only where their texts say so.
    are_alike = much_alike(blocks, pairs) & share_name(met, pairs)
    others = pairs.filter(~are_alike)
    pairs = pl.concat([pairs.filter(are_alike), others.filter(share_text(met.rows, others))])
    rows = pl.concat([pairs["a"], pairs["b"]]).unique().sort()
    scored = _scored(
        _seen(listings, met, rows), pairs.select(rows.search_sorted(pairs[side]).alias(side) for side in "ab")
    )
    near = scored.filter(pl.col("score") >= THRESHOLD)
    is_known = pl.all_horizontal(pl.col("organization", "whole").is_not_null())
    alike = met.rows.select(pl.when(is_known).then(_mixed(pl.col("organization"), pl.col("whole")))).to_series()
    region = pl.concat([_mates(alike, new), near["a"], near["b"]]).unique()
    for tie in ties:
        region = _mates(tie, region)
    return region.sort()


def _mates(tie: pl.Series, rows: pl.Series) -> pl.Series:
    """These rows, and all that share what ties them."""
    shared = tie.is_in(tie.gather(rows).drop_nulls().unique().implode())
    return pl.concat([rows, shared.arg_true().cast(pl.UInt32)]).unique()


def _pairs_among(met: Met, rows: pl.Series) -> pl.DataFrame:
    """Pairs a < b of these rows, by their place in `rows`: who meets whom if nobody else is there."""
    return candidate_pairs(blocks_of(Met(met.rows[rows], met.names)))


def compared_pairs(listings: pl.DataFrame, rows: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """What the scores of these rows rest on, as `match` would take it if they alone were new: profiles (with `row`), pairs
    of rows of these profiles, and the keys of all listings."""
    keys = matching_keys(listings, profiles(listings))
    met = met_by(listings, keys)
    region = _region(listings, met, rows, [])
    return _seen(listings, met, region), _pairs_among(met, region), keys


def _seen(listings: pl.DataFrame, met: Met, rows: pl.Series, own: pl.DataFrame | None = None) -> pl.DataFrame:
    """Profiles of these rows (`own`, where they are known), with `row` and what is known only beside all listings."""
    own = profiles(listings.select(PROFILED)[rows]) if own is None else own
    return own.hstack(met.rows.select(OF_ALL)[rows]).with_columns(row=rows)


def _scored(seen: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """a, b, score of pairs of profiles (with `row`), by their rows."""
    scored = score_pairs(seen, pairs)
    return scored.with_columns(seen["row"].gather(scored[side]).alias(side) for side in "ab")


def marks_of(listings: pl.DataFrame, keys: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """row, kind, value: by what listings are told apart for certain; `seen`: profiles with `row`."""
    posted = keys.with_row_index("row").drop_nulls("posting_key")
    system = pl.col("posting_key").str.split(":").list.first()
    ids = posted.select("row", kind=pl.format("id of {}", system), value="posting_key")
    own = listings[seen["row"]].select(
        row=seen["row"], kind=pl.format("id at {}", "source_id"), value=pl.col("native_id")
    )
    numbers = seen.select("row", value="reference_numbers").explode("value", empty_as_null=False).drop_nulls()
    # Of digits alone both an employer and a list may have their own.
    lettered = numbers.filter(pl.col("value").str.contains(r"\p{L}"))
    requisitions = lettered.select("row", kind=pl.format("reference like {}", shape(pl.col("value"))), value="value")
    return pl.concat([ids, own.drop_nulls(), requisitions, told_apart_by(seen)])


def told_apart_by(profiles: pl.DataFrame) -> pl.DataFrame:
    """row, kind, value: the country, the season, and the year that the title states, of profiles (with `row`) that have only
    one."""
    # Not every column is to be filtered.
    profiles = profiles.select("row", "countries", "stated_years", "seasons")
    parts = [
        profiles.filter(pl.col("countries").list.len() == 1).select(
            "row", kind=pl.lit("country"), value=pl.col("countries").list.first()
        )
    ]
    number = pl.col("bits").bitwise_trailing_zeros()
    names = pl.lit(pl.Series(SEASONS))
    for kind, bits, value in (
        ("year", "stated_years", (number + FIRST_YEAR).cast(pl.String)),
        ("season", "seasons", names.gather(number)),
    ):
        stated = profiles.filter(pl.col(bits).bitwise_count_ones() == 1)
        parts.append(stated.select("row", bits=bits).select("row", kind=pl.lit(kind), value=value))
    return pl.concat(parts)


def _sureness(scored: pl.DataFrame, made: pl.Series) -> pl.Series:
    """For each listing the likelihood of its ties to the others of its cluster, on average; null where it has none."""
    inside = scored.filter(made.gather(scored["a"]) == made.gather(scored["b"]))
    ties = (
        pl.concat([inside.select("score", row="a"), inside.select("score", row="b")])
        .group_by("row")
        .agg(pl.col("score").mean())
    )
    rows = pl.DataFrame({"row": pl.int_range(made.len(), dtype=pl.UInt32, eager=True)})
    return rows.join(ties, on="row", how="left", maintain_order="left").select(
        chance(pl.col("score")).round(3).alias("sure")
    )["sure"]


def _assign(frame: pl.DataFrame, night: date) -> tuple[pl.DataFrame, pl.DataFrame, pl.Series]:
    """Ids for groups: the id that most of its listings had, the oldest of those, else one minted from the first listing.

    `frame`: listing_id, first_seen, group, sure, is_same_posting, and what was decided before: internship_id, score, reason,
    decided_on. Returns these four as they are now, redirects, and ids minted for listings that left another internship."""
    frame = frame.with_row_index("row")
    votes = (
        frame.filter(pl.col("internship_id").is_not_null())
        .group_by("group", "internship_id")
        .agg(pl.len().alias("votes"), pl.col("first_seen").min())
        .sort("group", "votes", "first_seen", "internship_id", descending=[False, True, False, False])
    )
    kept = _kept_ids(votes)
    firsts = frame.select("group", "first_seen", "row").sort("group", "first_seen", "row")
    firsts = firsts.unique("group", keep="first", maintain_order=True).select("group", founder="row")
    # A group that left an internship is named after the night too: its founder may have named the one it left.
    leavers = votes.select("group").unique().with_columns(at=pl.lit(f"@{night}"))
    ids = firsts.join(kept, on="group", how="left").join(leavers, on="group", how="left")
    unnamed = ids.filter(pl.col("kept").is_null()).with_columns(
        name=pl.concat_str(pl.lit(frame["listing_id"]).gather("founder"), pl.col("at").fill_null(""))
    )
    minted = unnamed.select("group", minted=pl.Series([mint(name) for name in unnamed["name"]], dtype=pl.String))
    ids = ids.join(minted, on="group", how="left").with_columns(now=pl.coalesce("kept", "minted"))
    frame = frame.join(ids, on="group", maintain_order="left")
    stays = (pl.col("internship_id") == pl.col("now")).fill_null(False)
    reason = (
        pl.when(stays)
        .then("reason")
        .when((pl.col("founder") == pl.col("row")) & pl.col("kept").is_null())
        .then(pl.lit("first"))
        .when("is_same_posting")
        .then(pl.lit("posting_id"))
        .otherwise(pl.lit("words"))
    )
    decided = frame.with_columns(reason=reason).select(
        internship_id="now",
        score=pl.when(stays)
        .then("score")
        .when(pl.col("reason") == "words")
        .then(pl.col("sure").fill_null(0.5))
        .otherwise(1.0),
        reason="reason",
        decided_on=pl.when(stays).then("decided_on").otherwise(pl.lit(night, dtype=pl.Date)),
    )
    moved = frame.filter(pl.col("internship_id").is_not_null() & (pl.col("internship_id") != pl.col("now")))
    lives_on = pl.col("internship_id").is_in(frame["now"].unique().implode())
    merged = moved.filter(~lives_on).select(old_id="internship_id", new_id="now", night=pl.lit(night, dtype=pl.Date))
    split = moved.filter(lives_on)["now"].unique().sort()
    redirects = REDIRECTS.conform(merged.unique("old_id", keep="first", maintain_order=True)).sort("old_id")
    return decided, redirects, split


def _kept_ids(votes: pl.DataFrame) -> pl.DataFrame:
    """group, kept: each group and each id once, the larger part of a split internship first; a group whose id went to
    another takes the next of its own, so that no id is thrown away while a group of its listings has none."""
    taken = votes.select("group", kept="internship_id").clear()
    left = votes
    while not left.is_empty():
        best = left.unique("group", keep="first", maintain_order=True).sort(
            "internship_id", "votes", "first_seen", "group", descending=[False, True, False, False]
        )
        won = best.unique("internship_id", keep="first", maintain_order=True)
        taken = pl.concat([taken, won.select("group", kept="internship_id")])
        left = left.join(won, on="group", how="anti", maintain_order="left").join(
            won, on="internship_id", how="anti", maintain_order="left"
        )
    return taken


def mint(founder: str) -> str:
    """The id of an internship that begins with this listing."""
    return "i_" + hashlib.blake2b(founder.encode(), digest_size=8).hexdigest()
