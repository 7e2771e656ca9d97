"""Cleaning: the raw files of a night and the state of the night before become the listings after this night.

Runs are judged first; rows of runs that may be anything are left aside. Rows whose words are known are not cleaned again.
Belongs here: which rows are cleaned, listed, refused. Does not belong here: what a row says (`pipeline.clean`), when a listing
closes (`pipeline.lifecycle`).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

import polars as pl

from pipeline import tables
from pipeline.clean import Cleaned, clean, count_agreement, identify
from pipeline.engine import LOCAL, Engine
from pipeline.lifecycle.listings import expired_listing_ids, update_listings
from pipeline.lifecycle.rejects import update_rejects
from pipeline.lifecycle.runs import judge_runs
from pipeline.match.keys import url_key
from pipeline.nightly.frames import CleanedNight, StateForCleaning
from pipeline.nightly.runs import count_rows, last_complete, rules_by_source
from pipeline.nightly.unreadable import rejects_of_lines, rejects_of_rows, work_on_rows
from pipeline.storage import raw
from pipeline.storage.home import Home
from pipeline.storage.raw import RawListings
from pipeline.vocabulary import RejectRule, State
from scrapers.listing import PAGE_UNREAD
from scrapers.source import Catalogue

_STORED = ("stored_hash", "rule", "was_listed", "was_refused", "is_known")
"""What the state before says of tonight's postings."""


class Postings(NamedTuple):
    """`rows`: one row a posting, as `pipeline.clean.identify` gives it, with the columns of _STORED: `is_known` where it need not
    be cleaned, because its words were cleaned or refused before. `unreadable`: rejects of what could not be recognized."""

    rows: pl.DataFrame
    unreadable: pl.DataFrame


def clean_night(
    home: Home,
    catalogue: Catalogue,
    night: date,
    unwritable: Mapping[str, str] = MappingProxyType({}),
    engine: Engine = LOCAL,
) -> CleanedNight:
    """Judge tonight's runs, clean what is new or changed, update every listing and reject. Saved in work/<night>/.

    `unwritable`: listing_id -> reason of listings cleaned tonight that no export can write: they count as unreadable."""
    _make_work_folder(home, night)
    new_ids = {former: source.id for source in catalogue.sources for former in source.formerly}
    before = StateForCleaning.before(home, night, new_ids)
    rules = rules_by_source(catalogue, before.listings)
    runs = raw.read_runs(home.raw(night)).filter(pl.col("source_id").is_in(list(catalogue.by_id)))
    rows, postings = _recognize(raw.read_night(home.raw(night), runs), before, catalogue, night)
    runs = count_agreement(
        count_rows(runs, rows), postings.rows, before.listings, before.rejects, before.recent_runs, night
    )
    runs = judge_runs(runs, before.recent_runs, rules)
    postings = _believed(postings, runs)
    to_clean = postings.rows.filter(~pl.col("is_known"))
    cleaned, failed = _clean(to_clean, catalogue, night, unwritable, engine)
    accepted = cleaned.listings.filter(pl.col("reject_rule").is_null())
    marked_closed = postings.rows.filter("is_closed").select("listing_id", reason="closed_reason")
    complete = last_complete(before.recent_runs, runs, night)
    linked = _linked(before.listings, runs, catalogue)
    seen = pl.concat([_seen(postings.rows, failed, accepted), linked], how="diagonal")
    listings = update_listings(before.listings, seen, marked_closed, runs, complete, rules, night)
    refused = _refused(cleaned, to_clean, postings, listings, before.rejects)
    unreadable = rejects_of_rows(failed.filter(~pl.col("was_listed"))).select(refused.columns)
    refused = pl.concat([refused, postings.unreadable.select(refused.columns), unreadable])
    # A listing that closed is no reject for being marked so; one that is something else now is.
    open_ids = listings.filter(pl.col("state") != State.CLOSED)["listing_id"]
    fresh = accepted.select("listing_id")
    cleaned_night = CleanedNight(
        listings=listings,
        rejects=update_rejects(before.rejects, refused, open_ids, night),
        source_runs=_source_runs(runs, postings.rows, refused, night),
        evidence=cleaned.evidence.join(fresh, on="listing_id", how="semi"),
        unknown_texts=cleaned.unknown.join(fresh, on="listing_id", how="semi").select(tables.UNKNOWN_TEXTS.names),
        fresh=fresh,
        rows_cleaned=to_clean.height,
    )
    cleaned_night.save(home.work(night))
    return cleaned_night


def _make_work_folder(home: Home, night: date) -> None:
    work = home.work(night)
    if work.exists():
        shutil.rmtree(work)
    work.mkdir(parents=True)


def _recognize(
    read: RawListings, before: StateForCleaning, catalogue: Catalogue, night: date
) -> tuple[pl.DataFrame, Postings]:
    """The rows that can be recognized, and their postings."""
    expired = expired_listing_ids(before.listings, night)

    def recognize(part: pl.DataFrame) -> pl.DataFrame:
        return identify(part, before.listings, catalogue.by_id, expired)

    rows = read.rows.with_row_index("at")
    recognized, failed = work_on_rows(rows, recognize)
    rows = rows.join(failed, on="at", how="anti", maintain_order="left").drop("at")
    postings = (recognized[0] if failed.is_empty() else recognize(rows)).rename({"is_closed_at_source": "is_closed"})
    unreadable = pl.concat([rejects_of_lines(read.unreadable), rejects_of_rows(failed)])
    return rows, Postings(_with_stored(postings, before), unreadable)


def _with_stored(postings: pl.DataFrame, before: StateForCleaning) -> pl.DataFrame:
    """Postings with the columns of _STORED."""
    is_listed = pl.col("reject_id").is_in(before.listings["listing_id"].implode())
    stored = pl.concat(
        [
            before.listings.select("url", "listing_id", stored_hash="content_hash", rule=pl.lit(None, dtype=pl.String)),
            # What was closed and came to be refused later stands in both: as a listing it is seen again.
            before.rejects.filter(~is_listed).select(
                "url", listing_id="reject_id", stored_hash="content_hash", rule="rule"
            ),
        ]
    ).select("listing_id", "stored_hash", "rule", stored_url="url")
    postings = postings.join(stored, on="listing_id", how="left", maintain_order="left").with_columns(
        # A row that lost its link keeps the address that it is known by, and is known by it when the link is back.
        url=pl.when("no_link").then(pl.coalesce("stored_url", "url")).otherwise("url"),
        was_listed=pl.col("stored_hash").is_not_null() & pl.col("rule").is_null(),
        was_refused=pl.col("rule").is_not_null(),
    )
    # The same words are not read again; of a listing that its source marks closed, nor are any. What a posting's own page
    # said stands where that page could not be read.
    is_unread = pl.col("extra").str.json_path_match(f"$.{PAGE_UNREAD}").is_not_null()
    same_words = ((pl.col("stored_hash") == pl.col("content_hash")) | is_unread).fill_null(False)
    was_marked = pl.col("rule") == RejectRule.CLOSED_AT_SOURCE
    same_mark = pl.col("was_listed") | (was_marked == pl.col("is_closed")).fill_null(False)
    return postings.drop("stored_url").with_columns(
        is_known=(same_words & same_mark) | (pl.col("is_closed") & pl.col("was_listed"))
    )


def _believed(postings: Postings, runs: pl.DataFrame) -> Postings:
    """The postings of runs whose rows are what their source has, if not all of it. Rows of a changed layout may be anything."""
    believed = runs.filter("believed").select("source_id")
    return Postings(
        postings.rows.join(believed, on="source_id", how="semi", maintain_order="left"),
        postings.unreadable.join(believed, on="source_id", how="semi", maintain_order="left"),
    )


def _clean(
    to_clean: pl.DataFrame, catalogue: Catalogue, night: date, unwritable: Mapping[str, str], engine: Engine
) -> tuple[Cleaned, pl.DataFrame]:
    """What cleaning gives for these postings, and those, with `reason`, that it fails on or that are `unwritable`."""

    def work(part: pl.DataFrame) -> Cleaned:
        identified = part.drop(_STORED).rename({"is_closed": "is_closed_at_source"})
        return clean(identified, night, catalogue.by_id, engine.map_python)

    reason = pl.col("listing_id").replace_strict(unwritable, default=None, return_dtype=pl.String)
    marked = to_clean.with_columns(reason=reason)
    parts, failed = work_on_rows(marked.filter(reason.is_null()).drop("reason"), work)
    failed = pl.concat([failed, marked.filter(reason.is_not_null())])
    if failed.height == to_clean.height and to_clean.height:
        parts = [work(to_clean.clear())]
    return Cleaned(*(pl.concat(frames) for frames in zip(*parts, strict=True))), failed


def _seen(postings: pl.DataFrame, failed: pl.DataFrame, accepted: pl.DataFrame) -> pl.DataFrame:
    """Tonight's open listings, as `update_listings` wants them: what was cleaned tonight is fresh. Of a known one that cannot be
    read tonight (`failed`), the facts of before stand."""
    stands = pl.col("is_known") | pl.col("listing_id").is_in(failed["listing_id"].implode())
    standing = postings.filter(stands & pl.col("was_listed") & ~pl.col("is_closed"))
    return pl.concat(
        [
            standing.select("listing_id", "source_id", "native_id", "url", "apply_url", is_fresh=pl.lit(False)),
            accepted.drop("reject_rule", "is_closed_at_source").with_columns(is_fresh=pl.lit(True)),
        ],
        how="diagonal",
    ).sort("listing_id")


def _linked(listings: pl.DataFrame, runs: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """The listings that are not closed and to whose own addresses a page still links that has no row, as `_seen` gives those
    that stand: a page that was rebuilt shows them in another way."""
    columns = ["source_id", "key"]
    links = runs.select("source_id", link="links").explode("link").drop_nulls()
    pages = pl.Series(
        [address for source in catalogue.sources for address in (source.url, source.page)], dtype=pl.String
    )
    linked = links.with_columns(key=url_key(links["link"])).filter(~pl.col("key").is_in(url_key(pages).implode()))
    living = listings.filter(pl.col("state") != State.CLOSED)
    return (
        living.with_columns(key=url_key(living["url"]))
        .join(linked, on=columns, how="semi", maintain_order="left")
        .select("listing_id", "source_id", "native_id", "url", "apply_url", is_fresh=pl.lit(False))
    )


def _refused(
    cleaned: Cleaned, to_clean: pl.DataFrame, postings: Postings, listings: pl.DataFrame, before: pl.DataFrame
) -> pl.DataFrame:
    """Tonight's refused rows, as `update_rejects` wants them: cleaned and refused tonight, or known and refused before (REJECTS).
    `text`: the raw listing as JSON."""
    words = to_clean.select("listing_id", text=pl.struct(tables.RAW.names).struct.json_encode())
    is_listed = pl.col("listing_id").is_in(listings["listing_id"].implode())
    is_mark = pl.col("reject_rule") == RejectRule.CLOSED_AT_SOURCE
    new = (
        cleaned.listings.filter(pl.col("reject_rule").is_not_null() & ~(is_mark & is_listed))
        .join(words, on="listing_id", maintain_order="left")
        .select("source_id", "url", "title", "text", "content_hash", reject_id="listing_id", rule="reject_rule")
    )
    standing = postings.rows.filter("is_known", "was_refused").select(reject_id="listing_id")
    return pl.concat([new, before.join(standing, on="reject_id", how="semi").select(new.columns)])


def _source_runs(runs: pl.DataFrame, postings: pl.DataFrame, refused: pl.DataFrame, night: date) -> pl.DataFrame:
    """SOURCE_RUNS of this night: the judged runs with the number of open listings and refused rows of each source."""
    is_refused = pl.col("listing_id").is_in(refused["reject_id"].implode())
    listed = postings.filter(~is_refused & ~pl.col("is_closed")).group_by("source_id").agg(listings=pl.len())
    rejects = refused.group_by("source_id").agg(rejects=pl.col("reject_id").n_unique())
    return tables.SOURCE_RUNS.conform(
        runs.join(listed, on="source_id", how="left")
        .join(rejects, on="source_id", how="left")
        .with_columns(pl.col("listings", "rejects").fill_null(0).cast(pl.Int32), night=pl.lit(night, dtype=pl.Date))
        .select(tables.SOURCE_RUNS.names)
    ).sort("source_id")
