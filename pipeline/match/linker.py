"""The linker: all steps of matching in order, for all listings or for those that are new or changed.

Does not belong here: the rule of any step.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import polars as pl

from pipeline.match.blocking import (
    BlockingInput,
    blocking_input,
    blocks_of,
    candidate_pairs,
    have_similar_titles,
    pair_hash,
)
from pipeline.match.clusters import JOIN_WEIGHT, cluster
from pipeline.match.contradictions import exclusive_values
from pipeline.match.deterministic import decisions_by_row, deterministic_groups, has_same_posting, identities
from pipeline.match.facts import FACT_COLUMNS
from pipeline.match.identifiers import address_ids
from pipeline.match.internship_ids import assign_ids, mean_probability
from pipeline.match.keys import matching_keys
from pipeline.match.organizations import NOT_DESCRIBED
from pipeline.match.profile import PROFILE_COLUMNS, profiles
from pipeline.match.texts import TEXTS_READ
from pipeline.match.version import matching_version
from pipeline.match.weights import Scored, score_pairs
from pipeline.parts import MapParts, in_threads
from pipeline.tables import MATCHES, REDIRECTS

MATCH_COLUMNS = (
    "listing_id", "source_id", "native_id", "organization", "title", "places", "work_mode", "seasons", "posted_on", "url",
    "apply_url", "first_seen", "passages", "figures", "text_language", "reference_numbers", *FACT_COLUMNS,
)  # fmt: skip
"""What matching reads of a listing: columns of tables.LISTINGS, seasons (texts), and those of `texts.read_texts`. native_id is to
be null where a source may have one posting under two ids."""
MAX_OWN_POSTINGS_TRUST = 3
"""Up to this `scrapers.source.Source.trust` a source gives postings of its own, one under one id. Whoever gathers those of
others (agencies, platforms, lists) may have entered one twice."""
POPULATION_COLUMNS = (
    "organization_row", "openings", "alike", "same_day", "passages", "figures", "text_language", "reference_numbers",
    "identifiers",
)  # fmt: skip
"""What profiles are given that is known only beside all listings (columns of `blocking_input`)."""
DESCRIBED_ROWS = 50_000
"""Listings that are described at a time."""
DECIDED_COLUMNS = ("internship_id", "score", "reason", "decided_on")
"""What MATCHES tells of a listing besides its keys."""


class MatchResult(NamedTuple):
    """matches (MATCHES), tonight's redirects (REDIRECTS), ids minted tonight for listings that left another internship; and the
    organizations of all listings, as of `organizations.describe_organizations`."""

    matches: pl.DataFrame
    redirects: pl.DataFrame
    split: pl.Series
    organizations: pl.DataFrame


class Profiles(NamedTuple):
    """Profiles of some rows of the listings."""

    rows: pl.Series
    own: pl.DataFrame


def match(
    listings: pl.DataFrame,
    before: pl.DataFrame,
    night: date,
    fresh: pl.Series | None = None,
    decisions: pl.DataFrame | None = None,
    map_parts: MapParts = in_threads,
    organizations: pl.DataFrame = NOT_DESCRIBED,
) -> MatchResult:
    """Assign every listing to an internship.

    `listings`: all of them, columns MATCH_COLUMNS. `before`: MATCHES of the night before. `fresh`: ids of those that are new or
    changed; None for all. Listings that are not fresh keep their internship, unless a fresh one bears on it: a cluster that
    a fresh listing may belong to is made anew. `decisions`: rows of DECISIONS; they go before every rule.
    `organizations`: those that these rules described before; the result is the same without them."""
    listings = listings.select(MATCH_COLUMNS).rechunk()  # from many pieces gathering is slow
    if not listings["listing_id"].is_sorted():
        listings = listings.sort("listing_id")
    at = before.select("listing_id").with_row_index("at")
    known = listings.select("listing_id").join(at, on="listing_id", how="left", maintain_order="left")["at"]
    by_these_rules = (pl.col("rules") == matching_version()).fill_null(False)
    stored = before.select(*DECIDED_COLUMNS, is_current=by_these_rules).select(pl.all().gather(known))
    decided = decisions_by_row(decisions, listings["listing_id"])
    # What is known of one that other rules matched is not what these would know of it.
    is_new = stored["internship_id"].is_null() | ~stored["is_current"]
    for ids in [] if fresh is None else [fresh, listings["listing_id"].gather(pl.concat([decided["a"], decided["b"]]))]:
        is_new = is_new | listings["listing_id"].is_in(ids.implode())
    new = is_new.arg_true().cast(pl.UInt32)
    if new.is_empty():
        return MatchResult(
            MATCHES.conform(before.select(pl.all().gather(known))),
            REDIRECTS.empty(),
            pl.Series(dtype=pl.String),
            organizations,
        )
    every = fresh is None or new.len() == listings.height
    if every:
        new = pl.int_range(listings.height, dtype=pl.UInt32, eager=True)
    newcomers = listings if every else listings[new]
    own, keys = _described(newcomers, map_parts)
    if not every:
        keys = _overlay(before.select(keys.columns), known, keys, new)
    described = Profiles(new, own)
    met = blocking_input(listings, keys, None if every else new, organizations)
    groups = deterministic_groups(identities(keys, listings, met), decided)
    # Whoever is new to it makes a region a batch of its own.
    if every:
        region = new
    else:
        ties = [keys["address_key"], groups, stored["internship_id"]]
        region, described = _region(listings, keys, met, described, ties, map_parts)
    seen = _region_profiles(listings, keys, met, region, described)
    near, contradicting = _score_region(seen, _pairs_among(met, region), map_parts)
    apart = pl.concat([decided.filter(~pl.col("is_one")).select("a", "b"), contradicting])
    made = cluster(near, groups, exclusive_values(listings, keys, seen), apart)
    # What lies outside shares no internship with what lies inside: it stays as it is.
    inside = (
        stored[region]
        .select(DECIDED_COLUMNS)
        .with_columns(
            listings[region].select("listing_id", "first_seen"),
            group=made.gather(region),
            sure=mean_probability(near, made).gather(region),
            is_same_posting=has_same_posting(groups).gather(region),
        )
    )
    decided_tonight, redirects, split = assign_ids(inside, night)
    matches = keys.hstack(listings.select(*TEXTS_READ.names(), rules=pl.lit(matching_version())))
    matches = matches.hstack(_overlay(before.select(DECIDED_COLUMNS), known, decided_tonight, region))
    return MatchResult(MATCHES.conform(matches), redirects, split, met.organizations)


def _overlay(before: pl.DataFrame, known: pl.Series, now: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """For each listing the row of `before` that `known` names, but for these rows what stands in `now`."""
    at = (known + now.height).scatter(rows, pl.int_range(now.height, dtype=pl.UInt32, eager=True))
    return pl.concat([now, before]).rechunk().select(pl.all().gather(at))


def describe_part(listings: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Profiles and keys of some listings."""
    own = profiles(listings)
    return own, matching_keys(listings, own)


def _described(listings: pl.DataFrame, map_parts: MapParts) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Profiles and keys of all these listings."""
    read = listings.select(*PROFILE_COLUMNS, "url", "apply_url")
    parts = list(read.iter_slices(DESCRIBED_ROWS)) or [read]
    described = zip(*map_parts(describe_part, ((part,) for part in parts)), strict=True)
    own, keys = (pl.concat(frames).rechunk() for frames in described)
    return own, keys


def _region(
    listings: pl.DataFrame,
    keys: pl.DataFrame,
    met: BlockingInput,
    new: Profiles,
    ties: list[pl.Series],
    map_parts: MapParts = in_threads,
) -> tuple[pl.Series, Profiles]:
    """The rows whose clusters the new ones may change, in order: the new ones, their like of the same organization, whom they
    would be one with if only the new ones competed, and who is one with any of these, by the last of the `ties` for certain.
    And the profiles that were made for it."""
    blocks = blocks_of(met, new.rows)
    pairs = candidate_pairs(met, blocks, new.rows)
    pairs = pairs.filter(pl.col("share_text") | have_similar_titles(blocks, pairs))
    rows = pl.concat([pairs["a"], pairs["b"]]).unique().sort()
    described = _profiles_of(listings, pl.concat([rows, new.rows]).unique().sort(), new)
    scored, _ = _score_region(
        _region_profiles(listings, keys, met, rows, described),
        pairs.with_columns(rows.search_sorted(pairs[side]).alias(side) for side in "ab"),
        map_parts,
    )
    near = scored.filter(pl.col("score") >= JOIN_WEIGHT)
    is_known = pl.all_horizontal(pl.col("organization_row", "whole").is_not_null())
    alike = met.rows.select(pl.when(is_known).then(pair_hash(pl.col("organization_row"), pl.col("whole")))).to_series()
    region = pl.concat([_with_tied(alike, new.rows), near["a"], near["b"]]).unique()
    for tie in ties:
        region = _with_tied(tie, region)
    return region.sort(), described


def _profiles_of(listings: pl.DataFrame, rows: pl.Series, known: Profiles) -> Profiles:
    """Profiles of these rows, made for those that are not known."""
    unknown = rows.filter(~rows.is_in(known.rows.implode()))
    if unknown.is_empty() and rows.len() == known.rows.len():
        return known
    every = pl.concat([known.own, profiles(listings.select(PROFILE_COLUMNS)[unknown])]).rechunk()
    at = pl.int_range(every.height, dtype=pl.UInt32, eager=True)
    place = pl.repeat(0, listings.height, dtype=pl.UInt32, eager=True).scatter(pl.concat([known.rows, unknown]), at)
    return Profiles(rows, every[place.gather(rows)])


def _with_tied(tie: pl.Series, rows: pl.Series) -> pl.Series:
    """These rows, and all that share what ties them."""
    shared = tie.is_in(tie.gather(rows).drop_nulls().unique().implode())
    return pl.concat([rows, shared.arg_true().cast(pl.UInt32)]).unique()


def _pairs_among(met: BlockingInput, rows: pl.Series) -> pl.DataFrame:
    """Pairs a < b of these rows, by their place in `rows`: who meets whom if nobody else is there."""
    among = met._replace(rows=met.rows[rows])
    return candidate_pairs(among, blocks_of(among))


def scored_context(
    listings: pl.DataFrame, rows: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.Series]:
    """What the scores of these rows rest on, as `match` would take it if they alone were new: profiles (with `row`), pairs
    of rows of these profiles; and the keys and identities of all listings."""
    every = profiles(listings)
    keys = matching_keys(listings, every)
    met = blocking_input(listings, keys, rows)
    region, described = _region(listings, keys, met, Profiles(rows, every[rows]), [])
    known = identities(keys, listings, met)
    return _region_profiles(listings, keys, met, region, described), _pairs_among(met, region), keys, known


def _region_profiles(
    listings: pl.DataFrame, keys: pl.DataFrame, met: BlockingInput, rows: pl.Series, known: Profiles
) -> pl.DataFrame:
    """Profiles of these rows, with `row` and what is known only beside all listings."""
    own = _profiles_of(listings, rows, known).own
    ids = address_ids(keys.select("url_key", "address_key")[rows])
    return own.hstack(met.rows.select(POPULATION_COLUMNS)[rows]).hstack(ids).with_columns(row=rows)


def _score_region(seen: pl.DataFrame, pairs: pl.DataFrame, map_parts: MapParts) -> Scored:
    """The scores of pairs of profiles (with `row`), by their rows."""
    return Scored(
        *(
            frame.with_columns(seen["row"].gather(frame[side]).alias(side) for side in "ab")
            for frame in score_pairs(seen, pairs, map_parts)
        )
    )
