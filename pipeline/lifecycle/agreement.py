"""How far tonight's postings of a source agree with its listings of the nights before: counts by which a run is believed.

Belongs here: what is counted. Does not belong here: from which counts on a run is not believed (`runs`), which posting is
which listing (`pipeline.clean.identity.listing_id`).
"""

from __future__ import annotations

from datetime import date

import polars as pl

from pipeline.clean.identity.listing_id import keyed, share_most_words
from pipeline.vocabulary import State

AGREEMENT = ("postings", "shared", "had", "had_ago", "again", "met", "retitled", "moved", "strange", "back")
"""Columns that `count_agreement` adds, all Int64: see there."""

CITED = 3
"""So many titles or addresses are cited as evidence, by which the next run is told to be like this one."""

SITE_FROM_LISTINGS = 3
"""From so many listings on, a site that all of them are on is the source's."""

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
    """Runs with the columns of AGREEMENT, and as evidence a few `new_titles`, `other_titles` and `other_keys` of the new, retitled
    and moved postings.

    `postings`: different ones tonight; `shared`: those of them that are known; `had`: those that the source had on its last
    complete night, so many nights (`had_ago`) before this, or later; `again`: those of them that are here; `met`: those that
    stand under the id or at the address of an open listing; `retitled`: those of them whose title shares nothing with that
    listing's; `moved`: known ones under another id, or without ids at another address; `strange`: new ones on another site than all open listings; `back`: those that are known as closed.

    `listings`, `rejects`, `recent_runs`: LISTINGS, REJECTS, SOURCE_RUNS before this night. `postings`: rows of
    `pipeline.clean.identify`."""
    shown = keyed(postings).with_columns(listing_id=postings["listing_id"], text=postings["title"])
    living = listings.filter(pl.col("state") != State.CLOSED)
    living = keyed(living).with_columns(listing_id=living["listing_id"])
    known = pl.concat(
        [
            listings.select("source_id", "listing_id", "state", "last_seen"),
            rejects.select("source_id", "last_seen", listing_id="reject_id"),
        ],
        how="diagonal",
    )
    complete = recent_runs.filter("complete").group_by("source_id").agg(pl.col("night").max())
    last = known.join(complete, on="source_id").filter(pl.col("last_seen") >= pl.col("night"))
    met = _met(shown, living)
    retitled = met.filter("is_retitled").select("listing_id")
    was_at = living.select("listing_id", was="key")
    moved = shown.filter(~postings["no_link"]).join(was_at, on="listing_id").filter(pl.col("key") != pl.col("was"))
    is_known = pl.col("listing_id").is_in(known["listing_id"].implode())
    new = shown.filter(~is_known)
    closed = known.filter(pl.col("state") == State.CLOSED)
    counts = (
        shown.group_by("source_id").agg(postings=pl.len(), shared=is_known.sum()),
        last.group_by("source_id").agg(had=pl.len(), had_ago=(night - pl.col("night").first()).dt.total_days()),
        last.join(shown, on="listing_id", how="semi").join(retitled, on="listing_id", how="anti")
        .group_by("source_id").agg(again=pl.len()),
        met.group_by("source_id").agg(met=pl.len(), retitled=pl.col("is_retitled").sum()),
        _strange(new, shown.filter(is_known), living).group_by("source_id").agg(strange=pl.len()),
        shown.join(closed, on="listing_id", how="semi").group_by("source_id").agg(back=pl.len()),
        moved.group_by("source_id").agg(moved=pl.len()),
        _first(new, "title", "text").rename({"text": "new_titles"}),
        _first(shown.join(retitled, on="listing_id", how="semi"), "title", "text").rename({"text": "other_titles"}),
        _first(moved, "key", "key").rename({"key": "other_keys"}),
    )  # fmt: skip
    for count in counts:
        runs = runs.join(count, on="source_id", how="left", maintain_order="left")
    return runs.with_columns(
        pl.col(AGREEMENT).fill_null(0).cast(pl.Int64), pl.col("new_titles", "other_titles", "other_keys").fill_null([])
    )


def _first(postings: pl.DataFrame, words: str, text: str) -> pl.DataFrame:
    """source_id and a few of the texts of each source, the first by their words."""
    distinct = postings.sort(words, text).unique(["source_id", words], keep="first", maintain_order=True)
    return distinct.group_by("source_id", maintain_order=True).agg(pl.col(text).head(CITED))


def _met(shown: pl.DataFrame, living: pl.DataFrame) -> pl.DataFrame:
    """source_id, listing_id, is_retitled of tonight's postings that alone stand under the id, or at the address, that one open
    listing alone has, or are that listing."""
    pairs = []
    for name in ("key", "address", "listing_id"):
        by = ["source_id", name]
        alone = pl.len().over(by) == 1
        of_listings = living.filter(alone).select(*by, was="title")
        pairs.append(
            shown.filter(alone).join(of_listings, on=by).select("source_id", "listing_id", "title", title_right="was")
        )
    met = pl.concat(pairs)
    titles = pl.concat([shown.select("source_id", "title"), living.select("source_id", "title")])
    is_alike = (pl.col("title") == pl.col("title_right")) | share_most_words(met, titles)
    of_listing = met.select("source_id", "listing_id", is_retitled=~is_alike).group_by("source_id", "listing_id")
    return of_listing.agg(pl.col("is_retitled").any())


def _strange(new: pl.DataFrame, again: pl.DataFrame, living: pl.DataFrame) -> pl.DataFrame:
    """Those of the new postings that are neither on the site of all open listings, host and first folder or else the host, nor
    on one of known postings tonight."""
    sites = living.select("source_id", _HOST, _FOLDER).group_by("source_id").agg(
        pl.len(), pl.col("host", "folder").n_unique(), has_folders=pl.col("folder").is_not_null().all()
    ).filter((pl.col("len") >= SITE_FROM_LISTINGS) & (pl.col("host") == 1)).select(
        "source_id", is_folder=(pl.col("folder") == 1) & pl.col("has_folders")
    )  # fmt: skip

    def at(postings: pl.DataFrame) -> pl.DataFrame:
        site = pl.when("is_folder").then(_FOLDER).otherwise(_HOST).alias("site")
        return postings.join(sites, on="source_id", maintain_order="left").select("source_id", site)

    own = pl.concat([at(living), at(again)]).unique()
    return at(new).drop_nulls().join(own, on=["source_id", "site"], how="anti")
