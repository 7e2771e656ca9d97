"""Cleaning: raw listings become typed listings, each value with the words it rests on.

One concept a module (`kind`, `dates`, `pay`, `language`, `eligibility`, `organizer`, `structure`, `subject`,
`places`, `work_mode`, `international`), each giving a `Found`; combined here. Belongs here: the order of the modules, the
identity of rows, the verbatim form of quotes. Does not belong here: any rule of a concept; the life of listings
(`pipeline.lifecycle`).

Everything is a function of the rows, the night and the catalogue, by columns and over distinct texts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import polars as pl

from pipeline.clean.content import content_hash
from pipeline.clean.dates import clean_dates
from pipeline.clean.eligibility import clean_eligibility
from pipeline.clean.found import EVIDENCE_SCHEMA, SOURCE, Found, by_source, over_distinct
from pipeline.clean.international import FROM_ELIGIBILITY, judge_international
from pipeline.clean.kind import clean_kind, section_verdict
from pipeline.clean.language import clean_language
from pipeline.clean.listing_id import assign_listing_ids
from pipeline.clean.organizer import clean_organizer
from pipeline.clean.pay import clean_pay
from pipeline.clean.phrases import under_headings
from pipeline.clean.places import clean_places
from pipeline.clean.sentences import split_sentences
from pipeline.clean.structure import clean_structure, score_structure
from pipeline.clean.subject import clean_subject
from pipeline.clean.text import folded, plain, unescaped, verbatim
from pipeline.clean.work_mode import clean_work_mode
from pipeline.home import shared
from pipeline.tables import CLEANED, EVIDENCE_TABLE, LISTINGS, RAW
from scrapers.listing import MARKED_CLOSED
from scrapers.source import Source

CLEANING_VERSION = "3"
"""Raised with every change of a rule in this package: every listing is then cleaned anew. Changed words in
data/reference need no raise."""

IDENTIFIED = ("listing_id", "content_hash", "is_closed_at_source", "no_link")
"""Columns that `identify` adds to raw listings."""

HELPERS = ("reject_rule", "is_closed_at_source", "posted_is_relative")
"""Columns of `Cleaned.listings` beyond tables.CLEANED, for the life of listings."""

UNKNOWN = pl.Schema({"listing_id": pl.String, "source_id": pl.String, "field": pl.String, "text": pl.String})


class Cleaned(NamedTuple):
    """`listings`: tables.CLEANED without evidence, and HELPERS; rows with a reject_rule are no listings. `evidence`:
    tables.EVIDENCE_TABLE. `unknown`: UNKNOWN, words that no dictionary knows. All ordered."""

    listings: pl.DataFrame
    evidence: pl.DataFrame
    unknown: pl.DataFrame


def identify(raw: pl.DataFrame, known: pl.DataFrame, sources: Mapping[str, Source]) -> pl.DataFrame:
    """One row a posting: tables.RAW and IDENTIFIED, ordered by listing_id.

    `known`: listings of the nights before (columns of listing_id.KNOWN). Rows that tell the same posting are one: an open
    one goes before one marked closed, one with a link before one without, one in a section of internships before others,
    then the smallest by its words."""
    frame = RAW.conform(raw.select(RAW.names))
    frame = frame.hstack(marked(frame))
    frame = frame.with_columns(
        listing_id=assign_listing_ids(frame, known),
        content_hash=content_hash(frame, _versions(frame["source_id"], sources)),
        in_internships=section_verdict(frame)["in_internships"].fill_null(False),
    )
    order = ["listing_id", "is_closed_at_source", "no_link", ~pl.col("in_internships"), "content_hash", *RAW.names]
    return (
        frame.sort(order, nulls_last=True)
        .unique("listing_id", keep="first", maintain_order=True)
        .drop("in_internships")
    )


def marked(raw: pl.DataFrame) -> pl.DataFrame:
    """For each raw row what its source marks: is_closed_at_source, and no_link where it carries no link of its own."""
    mark = pl.col("extra").str.json_path_match(f"$.{MARKED_CLOSED}")
    no_link = pl.col("extra").str.json_path_match("$.no_link")
    return raw.select(
        is_closed_at_source=mark.is_not_null() & ~mark.is_in(["", "false"]),
        no_link=(no_link == "true").fill_null(False),
    )


def clean(raw: pl.DataFrame, night: date | None, sources: Mapping[str, Source]) -> Cleaned:
    """Clean raw listings: rows of `identify`, or tables.RAW, which are then identified against nothing known.

    What counts from a day counts from the day the row was fetched, else from `night`; without either it is null."""
    if not set(IDENTIFIED) <= set(raw.columns):
        raw = identify(raw, LISTINGS.empty(), sources)
    raw = raw.sort("listing_id").with_row_index("row").with_columns(pl.col("row").cast(pl.UInt32))
    descriptions = plain(raw["description"])
    sentences = split_sentences(raw["title"], descriptions)
    dates = clean_dates(raw, sentences, night, sources)
    places = clean_places(raw, sources, descriptions)
    said = under_headings(sentences)
    eligibility = clean_eligibility(raw, said)
    organizer = clean_organizer(raw, sources)
    facts = (
        places.columns.select("countries")
        .hstack(eligibility.columns.select("visa_support", "nationality_rule", "nationalities", "residence_countries"))
        .hstack(organizer.columns.select("organizer_type", "organizer_country"))
    )
    pay = clean_pay(raw, sentences, places.columns["countries"], dates.columns)
    structure = clean_structure(raw, said)
    lasting = dates.columns.select(pl.any_horizontal(pl.col("weeks_min", "weeks_max", "ends_on").is_not_null()))
    is_placement = structure.columns["supervision"].fill_null(False) & lasting.to_series()
    stated = structure.columns.hstack(dates.columns.select("weeks_min", "weeks_max")).hstack(
        pay.columns.select("pay_status")
    )
    behind = pl.concat([structure.evidence, dates.evidence, pay.evidence])
    parts = [
        clean_kind(raw, said, is_placement, sources),
        dates,
        places,
        clean_work_mode(raw, descriptions),
        pay,
        clean_language(raw, descriptions, said, sources),
        eligibility,
        organizer,
        clean_subject(raw),
        structure,
        score_structure(raw, stated, behind),
        judge_international(raw, facts, sources),
    ]
    texts = raw.select(
        "listing_id", "source_id", "native_id", "channel", "url", "apply_url", "content_hash",
        title=pl.lit(unescaped(raw["title"])),
        organization=pl.lit(unescaped(raw["organization"])),
        description=descriptions,
    ).with_columns(folded(pl.col("title")).fill_null(""), folded(pl.col("organization")))  # fmt: skip
    listings = pl.concat([texts, *(part.columns for part in parts)], how="horizontal")
    helpers = listings.select(HELPERS)
    listings = CLEANED.conform(listings.drop(HELPERS)).drop("evidence").hstack(helpers)
    return Cleaned(listings, _evidence(raw, parts), _unknown(raw, parts))


def write_cleaned(raw: pl.DataFrame, night: date | None, sources: Mapping[str, Source], path: Path) -> int:
    """Clean raw listings and write them as Parquet with the columns of tables.CLEANED; returns how many.

    Every posting is written; what is no internship has is_internship false."""
    cleaned = clean(raw, night, sources)
    nested = cleaned.evidence.group_by("listing_id", maintain_order=True).agg(
        pl.struct("field", "quote", "raw_field", "method").alias("evidence")
    )
    listings = cleaned.listings.drop(HELPERS).join(nested, on="listing_id", how="left", maintain_order="left")
    CLEANED.conform(listings).write_parquet(path)
    return listings.height


def _evidence(raw: pl.DataFrame, parts: list[Found]) -> pl.DataFrame:
    """The evidence of all parts with verbatim quotes; columns and order of tables.EVIDENCE_TABLE."""
    every = pl.concat([part.evidence for part in parts])
    every = pl.concat([every, _inherited(parts, every)])
    pieces = [every.filter(pl.col("raw_field").is_in([SOURCE, "locations"]))]
    for raw_field in sorted(set(every["raw_field"]) - {SOURCE, "locations"}):
        told = every.filter(pl.col("raw_field") == raw_field).join(
            raw.select("row", pl.col(raw_field).alias("raw")), on="row", how="left", maintain_order="left"
        )
        is_verbatim = pl.col("raw").str.contains(pl.col("quote"), literal=True)
        folded_quotes = told.filter(~is_verbatim)
        unfolded = over_distinct(
            folded_quotes, ["quote", "raw"], lambda quote, text: (verbatim(quote, text),), {"quote": pl.String}
        )
        pieces += [told.filter(is_verbatim).drop("raw"), folded_quotes.drop("raw").with_columns(unfolded["quote"])]
    told = pl.concat(pieces).join(raw.select("row", "listing_id"), on="row", how="left", maintain_order="left")
    return EVIDENCE_TABLE.conform(told.select(EVIDENCE_TABLE.names)).unique().sort(EVIDENCE_TABLE.sorted_by)


def _inherited(parts: list[Found], every: pl.DataFrame) -> pl.DataFrame:
    """Evidence of `international` where its reason is what another field says."""
    judged = next(part.columns for part in parts if "international_reason" in part.columns.columns)
    pieces = [pl.DataFrame(schema=EVIDENCE_SCHEMA)]
    for reason, field in FROM_ELIGIBILITY.items():
        rows = (
            judged.with_row_index("row")
            .filter(pl.col("international_reason") == reason)
            .select(pl.col("row").cast(pl.UInt32))
        )
        of_field = every.filter(pl.col("field") == field).join(rows, on="row", how="semi")
        pieces.append(of_field.with_columns(field=pl.lit("international"), method=pl.lit("derived")))
    return pl.concat(pieces)


def _unknown(raw: pl.DataFrame, parts: list[Found]) -> pl.DataFrame:
    every = pl.concat([part.unknown for part in parts]).join(raw.select("row", "listing_id", "source_id"), on="row")
    return every.select(list(UNKNOWN)).unique().sort(list(UNKNOWN))


def _versions(source_ids: pl.Series, sources: Mapping[str, Source]) -> pl.Series:
    """For each row what its cleaning hangs on beside its words: the rules, the dictionaries, what the catalogue says."""
    told = {"holds", "country", "languages", "organizer", "places_abroad"}
    rules = f"{CLEANING_VERSION} {_dictionaries()}"
    says = by_source(
        sources, lambda source: f"{rules} {source.model_dump_json(include=told)}", pl.String, default=rules
    )
    return source_ids.to_frame("source_id").select(says.alias("version"))["version"]


@cache
def _dictionaries() -> str:
    """A digest of data/reference."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(path for path in shared("data", "reference").rglob("*") if path.is_file()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
