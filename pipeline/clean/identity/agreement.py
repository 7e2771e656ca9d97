"""How far tonight's postings of a source agree with its listings of the nights before: counts by which a run is believed.

Belongs here: what is counted. Does not belong here: from which counts on a run is not believed
(`pipeline.lifecycle.disagreement`), which posting is which listing (`listing_id`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from pipeline.clean.identity.listing_id import common_words, distinguishing, keyed, made_of_keys
from pipeline.vocabulary import CloseReason, State

AGREEMENT = (
    "postings", "shared", "others", "had", "had_ago", "again", "met", "retitled", "alike", "moved", "strange", "back",
)  # fmt: skip
"""Columns that `count_agreement` adds, all Int64: see there."""

CITED = 3
"""So many postings are cited as evidence, by which the next run is told to be like this one."""

MAX_CITED_LENGTH = 60
"""Characters of a cited title."""

SITE_FROM_LISTINGS = 3
"""From so many listings on, a site that they are on is the source's."""

SITE_SHARE = 0.9
"""Share of the listings that are on the source's site; a few links lead elsewhere."""

_HOST = pl.col("address").str.extract(r"^([^/?#]+)").alias("host")
_FOLDER = pl.col("address").str.extract(r"^([^/?#]+/[^/?#]+)/").alias("folder")


def count_agreement(
    runs: pl.DataFrame,
    postings: pl.DataFrame,
    listings: pl.DataFrame,
    rejects: pl.DataFrame,
    recent_runs: pl.DataFrame,
    night: date,
) -> pl.DataFrame:
    """Runs with the columns of AGREEMENT, `is_on_one_site`: whether the open listings are, and as evidence a few of the others
    (`new`) and of the retitled ones (`other_titles`).

    `postings`: different ones tonight; `shared`: those of them that are known; `others`: those that are new, or retitled; `had`:
    those that the source had on its last complete night, so many nights (`had_ago`) before this, or later; `again`: those of
    them that are here, with their titles; `met`: those that stand under the id or at the address of an open listing; `retitled`:
    those of them whose title is another than that listing's, and new ones under the id of a listing; `alike`: the most of those
    of open listings that have one title; `moved`: known ones under another id, or without ids at another address; `strange`: new
    ones on another site than the open listings (`_strange`); `back`: those that had closed as gone, and are not marked closed.

    `listings`, `rejects`, `recent_runs`: LISTINGS, REJECTS, SOURCE_RUNS before this night. `postings`: rows of
    `pipeline.clean.identify`, with `is_closed`: whether they are marked closed."""
    there = postings.select("source_id").unique()  # of the others nothing is counted: most sources have no rows tonight
    listings, rejects = (frame.join(there, on="source_id", how="semi") for frame in (listings, rejects))
    shown = keyed(postings).with_columns(listing_id=postings["listing_id"], text=postings["title"])
    listed = keyed(listings).hstack(listings.select("listing_id", "state", "closed_reason"))
    living = listed.filter(pl.col("state") != State.CLOSED)
    known = pl.concat(
        [
            listings.select("source_id", "listing_id", "last_seen"),
            rejects.select("source_id", pl.col("reject_id").alias("listing_id"), "last_seen"),
        ]
    )
    complete = recent_runs.filter("complete").group_by("source_id").agg(pl.col("night").max())
    last = known.join(complete, on="source_id").filter(pl.col("last_seen") >= pl.col("night"))
    met = _met(shown, living)
    closed = _met(shown, listed.filter(pl.col("state") == State.CLOSED), ["listing_id"])
    gone = listed.filter(pl.col("closed_reason") == CloseReason.GONE)
    open_again = postings.filter(~pl.col("is_closed")).join(gone, on="listing_id", how="semi").select("listing_id")
    moved = shown.filter(~postings["no_link"]).join(living.select("listing_id", was="key"), on="listing_id")
    moved = moved.filter(pl.col("key") != pl.col("was"))
    moved = moved.filter(pl.col("listing_id") != made_of_keys(moved))  # back under the key that it began with
    # What stands under the id of one that had closed, with another title, is not known by it.
    by_id = known.join(closed.filter("is_retitled"), on="listing_id", how="anti")["listing_id"]
    is_known = pl.col("listing_id").is_in(by_id.implode())
    new = shown.filter(~is_known)
    retitled = shown.join(met.filter("is_retitled"), on="listing_id", how="semi")
    same = shown.filter(is_known).join(retitled, on="listing_id", how="anti")
    others = pl.concat([new, retitled]).unique("listing_id")
    of_one = listed.filter(pl.col("key").str.starts_with("id:") & (pl.len().over("source_id", "key") == 1))
    reused = new.join(of_one, on=["source_id", "key"], how="semi")
    titled_otherwise = pl.concat([retitled, reused]).unique("listing_id")
    counts = (
        shown.group_by("source_id").agg(postings=pl.len(), shared=is_known.sum()),
        others.group_by("source_id").agg(others=pl.len()),
        last.group_by("source_id").agg(had=pl.len(), had_ago=(night - pl.col("night").first()).dt.total_days()),
        last.join(same, on="listing_id", how="semi").group_by("source_id").agg(again=pl.len()),
        met.group_by("source_id").agg(met=pl.len()),
        titled_otherwise.group_by("source_id").agg(retitled=pl.len()),
        retitled.group_by("source_id").agg(alike=pl.col("title").unique_counts().max()),
        _strange(new, same, living).group_by("source_id").agg(strange=pl.len()),
        closed.filter(~pl.col("is_retitled")).join(open_again, on="listing_id", how="semi")
        .group_by("source_id").agg(back=pl.len()),
        moved.group_by("source_id").agg(moved=pl.len()),
        _cited(others, "new"),
        _cited(titled_otherwise, "other_titles"),
    )  # fmt: skip
    for count in counts:
        runs = runs.join(count, on="source_id", how="left", maintain_order="left")
    return runs.with_columns(
        pl.col(AGREEMENT).fill_null(0).cast(pl.Int64),
        pl.col("new", "other_titles").fill_null([]),
        is_on_one_site=pl.col("source_id").is_in(_sites(living)["source_id"].implode()),
    )


def _cited(postings: pl.DataFrame, name: str) -> pl.DataFrame:
    """source_id, `name`: title and id or address of a few postings of each source, the first by their words."""
    text = pl.format("{} <{}>", pl.col("text").str.slice(0, MAX_CITED_LENGTH), "key")
    return postings.sort("title", "key").group_by("source_id", maintain_order=True).agg(text.head(CITED).alias(name))


def _met(
    shown: pl.DataFrame, listings: pl.DataFrame, names: Sequence[str] = ("key", "address", "listing_id")
) -> pl.DataFrame:
    """source_id, listing_id, is_retitled of tonight's postings that have one of these `names` alone with one listing; they are
    retitled where half of the words that distinguish the shorter title, or more, are not in the other: words that are added to a
    title, or left out, make none another."""
    pairs = []
    for name in names:
        by = ["source_id", name]
        alone = pl.len().over(by) == 1
        was = listings.filter(alone).select(*by, title_right="title")
        pairs.append(shown.filter(alone).join(was, on=by).select("source_id", "listing_id", "title", "title_right"))
    met = pl.concat(pairs)
    titles = [frame.select("source_id", "title") for frame in (shown, listings)]
    # Of a short list only both together may have enough titles.
    common = pl.concat(map(common_words, [*titles, pl.concat(titles)])).explode("common")
    words = distinguishing(met, common.group_by("source_id").agg("common"))
    shared = pl.col("own").list.set_intersection("known").list.len()
    shorter = pl.min_horizontal(pl.col("own").list.len(), pl.col("known").list.len())
    longer = pl.max_horizontal(pl.col("own").list.len(), pl.col("known").list.len())
    is_other = pl.when(shorter > 0).then(2 * shared <= shorter).otherwise(longer > 0)
    is_retitled = words.select(is_retitled=is_other)["is_retitled"] & (met["title"] != met["title_right"])
    of_listing = met.with_columns(is_retitled=is_retitled).group_by("source_id", "listing_id")
    return of_listing.agg(pl.col("is_retitled").any())


def _sites(living: pl.DataFrame) -> pl.DataFrame:
    """source_id, is_folder: sources with SITE_FROM_LISTINGS, SITE_SHARE of them on one host, and whether in one folder of it."""
    at = living.select("source_id", _HOST, _FOLDER)
    shares = at.group_by("source_id").agg(
        pl.len(), *(pl.col(name).drop_nulls().unique_counts().max() / pl.len() for name in ("host", "folder"))
    )
    on_one = shares.filter((pl.col("len") >= SITE_FROM_LISTINGS) & (pl.col("host") >= SITE_SHARE))
    return on_one.select("source_id", is_folder=(pl.col("folder") >= SITE_SHARE).fill_null(False))


def _strange(new: pl.DataFrame, again: pl.DataFrame, living: pl.DataFrame) -> pl.DataFrame:
    """Those of the new postings that are neither on the site of the open listings, nor on one of known postings tonight. A site
    that fewer known ones are on than new ones, and fewer than SITE_FROM_LISTINGS, is none: one stray link makes no site known."""
    sites = _sites(living)

    def at(postings: pl.DataFrame) -> pl.DataFrame:
        site = pl.when("is_folder").then(_FOLDER).otherwise(_HOST).alias("site")
        return postings.join(sites, on="source_id", maintain_order="left").select("source_id", site).drop_nulls()

    by = ["source_id", "site"]
    known = pl.concat([at(known).group_by(by).len("known") for known in (living, again)])
    counted = at(new).join(known.group_by(by).agg(pl.col("known").max()), on=by, how="left")
    needed = pl.min_horizontal(pl.len().over(by), SITE_FROM_LISTINGS)
    return counted.filter(pl.col("known").fill_null(0) < needed)
