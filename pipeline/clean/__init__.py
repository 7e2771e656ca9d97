"""Cleaning: raw listings become typed listings, each value with the words it rests on.

One concept a module (`kind`, `dates`, `hours`, `pay`, `language`, `eligibility`, `organizer`, `structure`, `subject`,
`places`, `work_mode`, `international`), each giving a `Extraction`; combined here. Belongs here: the order of the modules, the
identity of rows, the verbatim form of quotes. Does not belong here: any rule of a concept; the life of listings
(`pipeline.lifecycle.listings`).

Everything is a function of the rows, the night and the catalogue, by columns and over distinct texts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import polars as pl
from polars.io.plugins import register_io_source

from pipeline.clean.bounds import set_aside_implausible
from pipeline.clean.identity.agreement import count_agreement as count_agreement
from pipeline.clean.identity.closed import closed_reason, closing_notice
from pipeline.clean.identity.content import content_hash
from pipeline.clean.identity.listing_id import assign_listing_ids
from pipeline.clean.language_tools.dictionary import flat
from pipeline.clean.language_tools.dictionary_files import DictionaryError as DictionaryError
from pipeline.clean.language_tools.extraction import EVIDENCE_SCHEMA, SOURCE, Extraction, by_source, over_distinct
from pipeline.clean.language_tools.phrases import under_headings
from pipeline.clean.language_tools.sentences import split_sentences
from pipeline.clean.language_tools.text import control_characters, folded, plain, unescaped, verbatim
from pipeline.clean.pay.status import clean_pay
from pipeline.clean.version import cleaning_version
from pipeline.clean.what.international import FROM_ELIGIBILITY, judge_international
from pipeline.clean.what.kind import clean_kind, section_verdict
from pipeline.clean.what.page import CONDITIONS
from pipeline.clean.what.structure import clean_structure, score_structure
from pipeline.clean.what.subject import clean_subject
from pipeline.clean.when.dates import clean_dates, is_relative
from pipeline.clean.when.hours import clean_hours
from pipeline.clean.where.places import clean_places
from pipeline.clean.where.work_mode import clean_work_mode
from pipeline.clean.who.eligibility import clean_eligibility
from pipeline.clean.who.language import clean_language
from pipeline.clean.who.organizer import clean_organizer
from pipeline.parts import MapParts, one_by_one
from pipeline.storage.raw import RawFile
from pipeline.tables import CLEANED, EVIDENCE_TABLE, LISTINGS, RAW
from scrapers.listing import MARKED_CLOSED
from scrapers.source import Source

IDENTIFIED = ("listing_id", "content_hash", "is_closed_at_source", "closed_reason", "no_link")
"""Columns that `identify` adds to raw listings."""

HELPERS = ("reject_rule", "is_closed_at_source", "posted_is_relative")
"""Columns of `Cleaned.listings` beyond tables.CLEANED, for the life of listings."""

_MAX_SLICE_ROWS = 5_000
"""Listings that are cleaned at a time; the memory that takes does not grow with how many there are in all. With
twice as many, each process needs 100 MiB more; starting a slice costs as much as cleaning a hundred listings."""

UNKNOWN = pl.Schema({"listing_id": pl.String, "source_id": pl.String, "field": pl.String, "text": pl.String})


class Cleaned(NamedTuple):
    """`listings`: tables.CLEANED without evidence, and HELPERS; rows with a reject_rule are no listings. `evidence`:
    tables.EVIDENCE_TABLE. `unknown`: UNKNOWN, words that no dictionary knows. All ordered."""

    listings: pl.DataFrame
    evidence: pl.DataFrame
    unknown: pl.DataFrame


def identify(
    raw: pl.DataFrame, known: pl.DataFrame, sources: Mapping[str, Source], past: pl.Series | None = None
) -> pl.DataFrame:
    """One row a posting: tables.RAW and IDENTIFIED, ordered by listing_id.

    `known`: listings of the nights before (columns of listing_id.KNOWN). `past`: ids of those that are over for good. Rows
    that tell the same posting are one: an open one goes before one marked closed, one with a link before one without, one in
    a section of internships before others, then the smallest by its words."""
    frame = RAW.conform(raw.select(RAW.names))
    pages = {source.page or source.url for source in sources.values()}
    chosen = _one_a_posting(_identifying(frame, sources), lambda rows: frame[rows], known, past, pages)
    return frame[chosen["at"]].hstack(chosen.select(IDENTIFIED))


def _identifying(raw: pl.DataFrame, sources: Mapping[str, Source]) -> pl.DataFrame:
    """What raw rows are told apart by, without their long texts: the columns of `assign_listing_ids`, IDENTIFIED but the id, and
    in_internships."""
    return raw.select(
        "source_id", "native_id", "url", "title", "organization", "locations", date=pl.coalesce("deadline", "starts")
    ).hstack(marked(raw)).with_columns(
        content_hash=content_hash(raw, _versions(raw["source_id"], sources), is_relative),
        in_internships=section_verdict(raw)["in_internships"].fill_null(False),
    )  # fmt: skip


def _one_a_posting(
    identifying: pl.DataFrame,
    rows_at: Callable[[pl.Series], pl.DataFrame],
    known: pl.DataFrame,
    past: pl.Series | None = None,
    pages: Collection[str] = (),
) -> pl.DataFrame:
    """IDENTIFIED of one row a posting, ordered by listing_id, and where it stands among all (`at`); as `identify` says."""
    ids = assign_listing_ids(identifying, known, past, pages)
    light = identifying.select(*(name for name in IDENTIFIED if name != "listing_id"), "in_internships").with_columns(
        at=pl.int_range(pl.len(), dtype=pl.UInt32), listing_id=ids
    )
    order = ["listing_id", "is_closed_at_source", "no_link", ~pl.col("in_internships"), *RAW.names]
    is_repeated = light["listing_id"].is_duplicated()
    twice = light.filter(is_repeated)
    one_each = rows_at(twice["at"]).hstack(twice).sort(order, nulls_last=True).unique(
        "listing_id", keep="first", maintain_order=True
    )  # fmt: skip
    return pl.concat([light.filter(~is_repeated), one_each.select(light.columns)]).sort("listing_id")


def marked(raw: pl.DataFrame) -> pl.DataFrame:
    """For each raw row what its source marks: is_closed_at_source, also where its own words say so; closed_reason; and
    no_link where it carries no link of its own."""
    mark = pl.col("extra").str.json_path_match(f"$.{MARKED_CLOSED}")
    no_link = pl.col("extra").str.json_path_match("$.no_link")
    notice = pl.when(pl.lit(closing_notice(raw)).is_not_null()).then(pl.lit("closing_notice"))
    reason = pl.coalesce(closed_reason(pl.when(~mark.is_in(["", "false"])).then(mark)), notice)
    return raw.select(
        is_closed_at_source=reason.is_not_null(),
        closed_reason=reason,
        no_link=(no_link == "true").fill_null(False),
    )


def clean(
    raw: pl.DataFrame, night: date | None, sources: Mapping[str, Source], map_parts: MapParts = one_by_one
) -> Cleaned:
    """Clean raw listings: rows of `identify`, or tables.RAW, which are then identified against nothing known.

    What counts from a day counts from the day the row was fetched, else from `night`; without either it is null."""
    parts = list(_cleaned_slices(raw, night, sources, map_parts))
    return Cleaned(*(pl.concat(frames) for frames in zip(*parts, strict=True)))


def _cleaned_slices(
    raw: pl.DataFrame | RawFile, night: date | None, sources: Mapping[str, Source], map_parts: MapParts
) -> Iterator[Cleaned]:
    """What `clean` gives, some rows at a time, in the order of their listing_id; at least one."""
    return map_parts(clean_slice, ((make(), night, dict(sources)) for make in _slices(raw, sources)))


def _slices(raw: pl.DataFrame | RawFile, sources: Mapping[str, Source]) -> Iterator[Callable[[], pl.DataFrame]]:
    """What makes each slice of identified rows: of a file, its rows are read again only then."""
    if isinstance(raw, pl.DataFrame) and set(IDENTIFIED) <= set(raw.columns):
        chosen = raw.select(*IDENTIFIED, at=pl.int_range(pl.len())).sort("listing_id")
    elif isinstance(raw, pl.DataFrame):
        raw = RAW.conform(raw.select(RAW.names))
        chosen = _one_a_posting(_identifying(raw, sources), raw.__getitem__, LISTINGS.empty())
    else:
        identifying = pl.concat(
            [_identifying(RAW.empty(), sources), *(_identifying(part, sources) for part in raw.parts())]
        )
        chosen = _one_a_posting(identifying, raw.rows, LISTINGS.empty())
    rows_at = raw.rows if isinstance(raw, RawFile) else raw.__getitem__

    def make(part: pl.DataFrame) -> pl.DataFrame:
        return rows_at(part["at"]).select(RAW.names).hstack(part.select(IDENTIFIED))

    for start in range(0, max(chosen.height, 1), _MAX_SLICE_ROWS):
        yield partial(make, chosen.slice(start, _MAX_SLICE_ROWS))


def clean_slice(raw: pl.DataFrame, night: date | None, sources: Mapping[str, Source]) -> Cleaned:
    """Clean identified rows, all at once."""
    return _read_rows(raw, night, sources) if raw.height else _of_no_rows()


@cache
def _of_no_rows() -> Cleaned:
    """A night on which nothing changed is frequent for one source, and costs nothing."""
    return _read_rows(identify(RAW.empty(), LISTINGS.empty(), {}), None, {})


def _read_rows(raw: pl.DataFrame, night: date | None, sources: Mapping[str, Source]) -> Cleaned:
    raw = raw.with_row_index("row").with_columns(pl.col("row").cast(pl.UInt32))
    descriptions = plain(raw["description"])
    sentences = split_sentences(raw["title"], descriptions)
    headed = under_headings(sentences)
    language = clean_language(raw, descriptions, headed, sources)
    work_mode = clean_work_mode(raw, descriptions, headed)
    is_remote = work_mode.columns.select((pl.col("work_mode") == "remote").fill_null(False))["work_mode"]
    places = clean_places(raw, sources, descriptions, headed, language.columns["posting_language"], is_remote)
    dates = clean_dates(raw, sentences, night, sources, places.columns["countries"])
    eligibility = clean_eligibility(raw, headed)
    organizer = clean_organizer(raw, sources)
    facts = (
        places.columns.select("countries")
        .hstack(eligibility.columns.select("visa_support", "nationality_rule", "nationalities", "residence_countries"))
        .hstack(organizer.columns.select("organizer_type", "organizer_country"))
    )
    hours = clean_hours(raw, sentences)
    length = dates.columns.select("weeks_min", "weeks_max").hstack(hours.columns)
    pay = clean_pay(raw, sentences, places.columns["countries"], language.columns["posting_language"], length)
    structure = clean_structure(raw, headed, pay, organizer)
    lasting = dates.columns.select(pl.any_horizontal(pl.col("weeks_min", "weeks_max", "ends_on").is_not_null()))
    is_placement = structure.columns["supervision"].fill_null(False) & lasting.to_series()
    stated = structure.columns.hstack(dates.columns.select("weeks_min", "weeks_max")).hstack(
        pay.columns.select("pay_status")
    )
    behind = pl.concat([structure.evidence, dates.evidence, pay.evidence])
    conditions = _conditions(language, dates, eligibility, structure, places, hours, work_mode)
    parts = [
        clean_kind(raw, headed, conditions, is_placement, sources),
        dates,
        hours,
        places,
        work_mode,
        pay,
        language,
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
        description=descriptions,
    ).with_columns(folded(pl.col("title")).fill_null(""))  # fmt: skip
    listings = pl.concat([texts, *(part.columns for part in parts)], how="horizontal")
    helpers = listings.select(HELPERS)
    listings = CLEANED.conform(listings.drop(HELPERS)).drop("evidence").hstack(helpers)
    return Cleaned(*set_aside_implausible(listings, _evidence(raw, parts), _unknown(raw, parts)))


def _conditions(*parts: Extraction) -> pl.DataFrame:
    """What else is known of each row by which `clean_kind` tells an opening."""
    known = pl.concat([part.columns for part in parts], how="horizontal")
    return known.select("posting_language", *flat(CONDITIONS))


def write_cleaned(
    raw: pl.DataFrame | RawFile,
    night: date | None,
    sources: Mapping[str, Source],
    path: Path,
    map_parts: MapParts = one_by_one,
) -> int:
    """Clean raw listings, of a file a part at a time, and write them as Parquet with the columns of tables.CLEANED; returns
    how many.

    Every posting is written; what is no internship has is_internship false."""
    written = 0

    def batches(*_: object) -> Iterator[pl.DataFrame]:
        nonlocal written
        for cleaned in _cleaned_slices(raw, night, sources, map_parts):
            nested = cleaned.evidence.group_by("listing_id", maintain_order=True).agg(
                pl.struct("field", "quote", "raw_field", "method").alias("evidence")
            )
            listings = cleaned.listings.drop(HELPERS).join(nested, on="listing_id", how="left", maintain_order="left")
            written += listings.height
            yield CLEANED.conform(listings)

    aside = path.with_name(f".{path.name}.part")
    try:
        register_io_source(batches, schema=CLEANED.schema).sink_parquet(aside, row_group_size=_MAX_SLICE_ROWS)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return written


def _evidence(raw: pl.DataFrame, parts: list[Extraction]) -> pl.DataFrame:
    """The evidence of all parts with verbatim quotes; columns and order of tables.EVIDENCE_TABLE."""
    every = pl.concat([part.evidence for part in parts])
    every = pl.concat([every, _inherited(parts, every)])
    for name in ("field", "raw_field", "method"):
        every = every.with_columns(pl.col(name).cast(pl.Enum(every[name].unique().sort())))
    every = every.unique()
    in_items = pl.col("raw_field").cast(pl.String).is_in([SOURCE, "locations"])
    pieces = [every.filter(in_items)]
    for (raw_field,), of_field in every.filter(~in_items).partition_by("raw_field", as_dict=True).items():
        quotes = _verbatim(of_field.select("row", "quote").unique(), raw[str(raw_field)])
        with_verbatim = of_field.join(quotes, on=["row", "quote"])
        pieces.append(with_verbatim.drop("quote").rename({"verbatim": "quote"}).select(of_field.columns))
    proofs = pl.concat(pieces).unique().sort("row", *EVIDENCE_TABLE.sorted_by[1:])
    ids = raw["listing_id"].gather(proofs["row"])
    return EVIDENCE_TABLE.conform(proofs.with_columns(ids.alias("listing_id")).select(EVIDENCE_TABLE.names))


def _verbatim(quotes: pl.DataFrame, raw: pl.Series) -> pl.DataFrame:
    """row, quote, and `verbatim`: the piece of that row's raw text that the quote was read from."""
    with_raw = quotes.with_columns(raw.gather(quotes["row"]).alias("raw"))
    is_verbatim = pl.col("raw").str.contains(pl.col("quote"), literal=True)
    with_raw = with_raw.with_columns(verbatim=pl.when(is_verbatim).then("quote"))
    folded_quotes = with_raw.filter(pl.col("verbatim").is_null())
    unfolded = over_distinct(
        folded_quotes, ["quote", "raw"], lambda quote, text: (verbatim(quote, text),), {"verbatim": pl.String}
    )
    whole = with_raw.filter(pl.col("verbatim").is_not_null())
    return pl.concat([whole, folded_quotes.drop("verbatim").hstack(unfolded)]).drop("raw")


def _inherited(parts: list[Extraction], every: pl.DataFrame) -> pl.DataFrame:
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


def _unknown(raw: pl.DataFrame, parts: list[Extraction]) -> pl.DataFrame:
    removed = control_characters(raw, ["title", "organization", "description"])
    every = pl.concat([*(part.unknown for part in parts), removed]).join(
        raw.select("row", "listing_id", "source_id"), on="row"
    )
    return every.select(list(UNKNOWN)).unique().sort(list(UNKNOWN))


def _versions(source_ids: pl.Series, sources: Mapping[str, Source]) -> pl.Series:
    """For each row what its cleaning hangs on beside its words: the rules, and what the catalogue says."""
    catalogue_fields = {"holds", "country", "languages", "organizer", "places_abroad"}
    rules = cleaning_version()
    says = by_source(
        sources, lambda source: f"{rules} {source.model_dump_json(include=catalogue_fields)}", pl.String, default=rules
    )
    return source_ids.to_frame("source_id").select(says.alias("version"))["version"]
