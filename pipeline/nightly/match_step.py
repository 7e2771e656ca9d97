"""Matching: the listings after this night become internships, with their history, changes and redirects.

Only internships that something happened to get a new row. Belongs here: which listings are matched anew, which rows are made
anew. Does not belong here: which listings are one internship (`pipeline.match`), what counts as a change
(`pipeline.lifecycle.versions`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from pipeline import tables
from pipeline.engine import LOCAL, Engine
from pipeline.engine.version import code_version
from pipeline.lifecycle.flags import compute_life_flags
from pipeline.lifecycle.listings import expired_listing_ids
from pipeline.lifecycle.programmes import assign_programmes
from pipeline.lifecycle.redirects import annotate_redirects, update_redirects
from pipeline.lifecycle.versions import versions_and_changes
from pipeline.match import MAX_OWN_POSTINGS_TRUST, MatchResult, match, mint
from pipeline.match.golden import golden_rows
from pipeline.match.organizations import NOT_DESCRIBED
from pipeline.match.texts import BATCH_ROWS, TEXTS_READ, read_texts
from pipeline.match.version import matching_version
from pipeline.nightly.frames import CleanedNight, MatchedNight, StateForMatching
from pipeline.review import decisions
from pipeline.review.decisions import Decision
from pipeline.storage.files import replacing
from pipeline.storage.home import Home
from pipeline.vocabulary import MatchReason, State
from scrapers.source import Catalogue

WATCHED = ("source_id", "state", "closed_on", "closed_reason", "url", "apply_url", "internship_id")
"""Columns of a listing that its internship's row hangs on, whatever its words."""


def match_night(home: Home, catalogue: Catalogue, night: date, engine: Engine = LOCAL) -> MatchedNight:
    """Link listings to internships, make the rows of those that anything happened to, and record what changed. Saved in
    work/<night>/."""
    before = StateForMatching.before(home, night)
    cleaned = CleanedNight.load(home.work(night))
    fresh = cleaned.fresh["listing_id"]
    followed = decisions.held_on(home, night)
    organizations = _known_organizations(home)
    matched, matches = _match(cleaned.listings, fresh, before, catalogue, followed, night, engine, organizations)
    _remember_organizations(home, organizations, matched.organizations)
    listings = cleaned.listings.drop("internship_id").join(
        matches.select("listing_id", "internship_id", "url_key", "words_key"), on="listing_id", maintain_order="left"
    )
    touched = _touched(listings, before.listings, fresh)
    internships = _internships(listings, touched, before, catalogue, night)
    now, was = _differing(internships, before.internships, touched)
    redirects = annotate_redirects(matched.redirects, before.matches, matches)
    split = _left_internships(matched.split, matches, before.matches)
    versions, changes = versions_and_changes(was, now, redirects, split, night)
    placed = pl.concat([redirects, _placed_elsewhere(matches, before.matches, night)])
    founders = _ids_of_their_own(matches.filter(pl.col("internship_id").is_in(matched.split.implode())))
    matched_night = MatchedNight(
        listings=listings.select(tables.LISTINGS.names),
        internships=internships,
        versions=versions,
        changes=changes,
        matches=matches,
        redirects=update_redirects(before.redirects, placed, founders),
        merged_away=redirects.select(internship_id="old_id"),
        decisions=len(followed),
    )
    matched_night.save(home.work(night))
    return matched_night


def _match(
    listings: pl.DataFrame,
    fresh: pl.Series,
    before: StateForMatching,
    catalogue: Catalogue,
    followed: Sequence[Decision],
    night: date,
    engine: Engine,
    organizations: pl.DataFrame,
) -> tuple[MatchResult, pl.DataFrame]:
    """What matching says of the living listings, and MATCHES of all. `followed`: people's decisions; `organizations`: those that
    are described already."""
    decided = decisions.standing(followed)
    # What is over for good is compared with nothing, unless people speak of it.
    is_named = pl.col("listing_id").is_in(decisions.named(decided).implode()).any().over("internship_id")
    expired = expired_listing_ids(listings.filter(~is_named), night)
    is_expired = pl.col("listing_id").is_in(expired.implode())
    own = [source.id for source in catalogue.sources if source.trust <= MAX_OWN_POSTINGS_TRUST]
    living = listings.filter(~is_expired).with_columns(
        seasons=pl.concat_list("season").list.drop_nulls(),
        native_id=pl.when(pl.col("source_id").is_in(own)).then("native_id"),
    )
    with_texts = _with_texts(living, before.matches, fresh, engine)
    matched = match(
        with_texts, before.matches.filter(~is_expired), night, fresh, decided, engine.map_columns, organizations
    )
    marked = decisions.mark(matched.matches, before.matches, decided, night)
    return matched, pl.concat([marked, before.matches.filter(is_expired)]).sort("listing_id")


def _known_organizations(home: Home) -> pl.DataFrame:
    """The descriptions of organizations that the same code made in an earlier night; none where they cannot be read."""
    try:
        kept = pl.read_parquet(home.organizations).filter(pl.col("code") == code_version()).drop("code")
    except (FileNotFoundError, pl.exceptions.PolarsError):
        return NOT_DESCRIBED
    return kept if kept.schema == NOT_DESCRIBED.schema else NOT_DESCRIBED


def _remember_organizations(home: Home, known: pl.DataFrame, described: pl.DataFrame) -> None:
    if described["organization"].equals(known["organization"]):
        return
    with replacing(home.organizations) as aside:
        described.with_columns(code=pl.lit(code_version())).write_parquet(aside, compression="lz4")


def _with_texts(listings: pl.DataFrame, before: pl.DataFrame, fresh: pl.Series, engine: Engine) -> pl.DataFrame:
    """The listings with the columns of `match.texts.read_texts`: read for those that are fresh or were read by other rules,
    the others as `before` (MATCHES) has them."""
    names = TEXTS_READ.names()
    is_current = (pl.col("rules") == matching_version()) & ~pl.col("listing_id").is_in(fresh.implode())
    known = before.filter(is_current).select("listing_id", *names).drop_nulls(names)
    unread = listings.select("listing_id", "title", "description").join(known, on="listing_id", how="anti")
    read = unread.select("listing_id").hstack(read_texts(unread.iter_slices(BATCH_ROWS), engine.map_columns))
    return listings.join(pl.concat([known, read]), on="listing_id", how="left", maintain_order="left")


def _internships(
    listings: pl.DataFrame, touched: pl.Series, before: StateForMatching, catalogue: Catalogue, night: date
) -> pl.DataFrame:
    """INTERNSHIPS after this night, ordered by id. `touched`: ids of those that are made anew."""
    is_touched = pl.col("internship_id").is_in(touched.implode())
    trust = {source.id: source.trust for source in catalogue.sources}
    golden = golden_rows(listings.filter(is_touched), trust, before.internships.filter(is_touched))
    last_seen = listings.group_by("internship_id").agg(pl.col("last_seen").max())
    untouched = before.internships.filter(~is_touched).drop("last_seen")
    untouched = untouched.join(last_seen, on="internship_id", maintain_order="left").select(tables.INTERNSHIPS.names)
    internships = pl.concat([untouched, golden]).sort("internship_id")
    reopened = _reopened(golden, before.internships, night)
    reopenings = pl.concat([before.reopenings, reopened])
    return internships.with_columns(
        assign_programmes(internships, _postings(listings)),
        compute_life_flags(internships, listings, reopenings, night),
    )


def _touched(listings: pl.DataFrame, before: pl.DataFrame, fresh: pl.Series) -> pl.Series:
    """Ids of internships, old and new, whose rows may differ from the night before."""
    joined = listings.join(before.select("listing_id", *WATCHED), on="listing_id", how="left", suffix="_before")
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_before")) for name in WATCHED)
    moved = joined.filter(differs | pl.col("listing_id").is_in(fresh.implode()))
    return pl.concat([moved["internship_id"], moved["internship_id_before"].drop_nulls()]).unique().sort()


def _postings(listings: pl.DataFrame) -> pl.DataFrame:
    """internship_id, posting: what identifies each listing at its source."""
    identity = pl.coalesce(pl.format("id:{}", "native_id"), pl.format("url:{}", "url_key"))
    postings = listings.select("internship_id", posting=pl.format("{}:{}", "source_id", identity))
    return postings.unique(maintain_order=True)


def _reopened(golden: pl.DataFrame, before: pl.DataFrame, night: date) -> pl.DataFrame:
    """REOPENINGS of tonight: what was closed and is not any more."""
    was_closed = before.filter(pl.col("state") == State.CLOSED).select(
        "internship_id", _closed_on="closed_on", _posted_on="posted_on"
    )
    again = golden.filter(pl.col("state") != State.CLOSED).join(was_closed, on="internship_id", maintain_order="left")
    is_new = pl.col("posted_on").ne_missing(pl.col("_posted_on"))
    return again.select(
        "internship_id",
        night=pl.lit(night, dtype=pl.Date),
        closed_on="_closed_on",
        posted_on=pl.when(is_new).then("posted_on"),
    )


def _differing(
    internships: pl.DataFrame, before: pl.DataFrame, touched: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The internships that may differ from the night before, and their rows of then: what was touched, and what got other
    flags as time went by."""
    flags = before.select("internship_id", _was="life_flags")
    moved = internships.join(flags, on="internship_id").filter(pl.col("life_flags").ne_missing(pl.col("_was")))
    ids = pl.concat([touched, moved["internship_id"]]).unique().implode()
    return internships.filter(pl.col("internship_id").is_in(ids)), before.filter(pl.col("internship_id").is_in(ids))


def _left_internships(split: pl.Series, matches: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """internship_id, left_id: the ids minted for listings that left another internship, and the one most of them left."""
    return (
        matches.filter(pl.col("internship_id").is_in(split.implode()))
        .join(before.select("listing_id", left_id="internship_id"), on="listing_id")
        .filter(pl.col("left_id") != pl.col("internship_id"))
        .group_by("internship_id", "left_id")
        .len()
        .sort("internship_id", "len", "left_id", descending=[False, True, False])
        .unique("internship_id", keep="first", maintain_order=True)
        .select("internship_id", "left_id")
    )


def _ids_of_their_own(matches: pl.DataFrame) -> pl.DataFrame:
    """old_id, new_id: the ids that these listings begin an internship with, and their internships."""
    ids = pl.Series([mint(listing_id) for listing_id in matches["listing_id"]], dtype=pl.String)
    return matches.select(old_id=ids, new_id="internship_id").filter(pl.col("old_id") != pl.col("new_id"))


def _placed_elsewhere(matches: pl.DataFrame, before: pl.DataFrame, night: date) -> pl.DataFrame:
    """REDIRECTS of the ids that new listings would have, had people not placed them elsewhere: where a night is made again,
    readers may know them by these."""
    is_new = ~pl.col("listing_id").is_in(before["listing_id"].implode())
    ids = _ids_of_their_own(matches.filter(is_new, pl.col("reason") == MatchReason.DECISION))
    unused = ids.filter(~pl.col("old_id").is_in(matches["internship_id"].implode()))
    reason = pl.lit(MatchReason.DECISION.value)
    return tables.REDIRECTS.conform(unused.with_columns(night=pl.lit(night, dtype=pl.Date), reason=reason, score=1.0))
