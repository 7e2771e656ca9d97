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
from pipeline.match.keys import address_key, matching_keys
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
    map_parts: MapParts = in_threads,
) -> MatchResult:
    """Assign every listing to an internship.

    `listings`: all of them, columns MATCH_COLUMNS. `before`: MATCHES of the night before. `fresh`: ids of those that are new or
    changed; None for all. Listings that are not fresh keep their internship, unless a fresh one bears on it: a cluster that
    a fresh listing may belong to is made anew. `decisions`: rows of DECISIONS; they go before every rule."""
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
            MATCHES.conform(before.select(pl.all().gather(known))), REDIRECTS.empty(), pl.Series(dtype=pl.String)
        )
    every = fresh is None or new.len() == listings.height
    if every:
        new = pl.int_range(listings.height, dtype=pl.UInt32, eager=True)
    newcomers = listings if every else listings[new]
    own, keys = _described(newcomers, map_parts)
    if not every:
        keys = _overlay(before.select(keys.columns), known, keys, new)
    met = blocking_input(listings, keys, None if every else new)
    addresses = address_key(keys["url_key"])
    groups = deterministic_groups(identities(keys, addresses, listings["source_id"], met), decided)
    # Whoever is new to it makes a region a batch of its own.
    region = (
        new if every else _region(listings, keys, met, new, [addresses, groups, stored["internship_id"]], map_parts)
    )
    seen = _region_profiles(listings, keys, met, region, own if every else None)
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
    return MatchResult(MATCHES.conform(matches), redirects, split)


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
    new: pl.Series,
    ties: list[pl.Series],
    map_parts: MapParts = in_threads,
) -> pl.Series:
    """The rows whose clusters the new ones may change, in order: the new ones, their like of the same organization, whom they
    would be one with if only the new ones competed, and who is one with any of these, by the last of the `ties` for certain.
    """
    blocks = blocks_of(met)
    pairs = candidate_pairs(met, blocks, new)
    pairs = pairs.filter(pl.col("share_text") | have_similar_titles(blocks, pairs))
    rows = pl.concat([pairs["a"], pairs["b"]]).unique().sort()
    scored, _ = _score_region(
        _region_profiles(listings, keys, met, rows),
        pairs.with_columns(rows.search_sorted(pairs[side]).alias(side) for side in "ab"),
        map_parts,
    )
    near = scored.filter(pl.col("score") >= JOIN_WEIGHT)
    is_known = pl.all_horizontal(pl.col("organization_row", "whole").is_not_null())
    alike = met.rows.select(pl.when(is_known).then(pair_hash(pl.col("organization_row"), pl.col("whole")))).to_series()
    region = pl.concat([_with_tied(alike, new), near["a"], near["b"]]).unique()
    for tie in ties:
        region = _with_tied(tie, region)
    return region.sort()


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
    keys = matching_keys(listings, profiles(listings))
    met = blocking_input(listings, keys, rows)
    region = _region(listings, keys, met, rows, [])
    known = identities(keys, address_key(keys["url_key"]), listings["source_id"], met)
    return _region_profiles(listings, keys, met, region), _pairs_among(met, region), keys, known


def _region_profiles(
    listings: pl.DataFrame, keys: pl.DataFrame, met: BlockingInput, rows: pl.Series, own: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Profiles of these rows (`own`, where they are known), with `row` and what is known only beside all listings."""
    own = profiles(listings.select(PROFILE_COLUMNS)[rows]) if own is None else own
    ids = address_ids(keys["url_key"].gather(rows))
    return own.hstack(met.rows.select(POPULATION_COLUMNS)[rows]).hstack(ids).with_columns(row=rows)


def _score_region(seen: pl.DataFrame, pairs: pl.DataFrame, map_parts: MapParts) -> Scored:
    """The scores of pairs of profiles (with `row`), by their rows."""
    return Scored(
        *(
            frame.with_columns(seen["row"].gather(frame[side]).alias(side) for side in "ab")
            for frame in score_pairs(seen, pairs, map_parts)
        )
    )
