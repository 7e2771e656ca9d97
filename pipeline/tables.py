"""Every table once: column, type, meaning, vocabulary, rule.

From this declaration come the polars schemas, the DDL with its comments, the checks of keys and vocabularies, the field
descriptions of the exports and the dictionary of sql/. A column that is not declared here does not exist. What does not
belong here: how a value is found (`pipeline.clean`), views and macros (sql/).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl
from polars.datatypes import DataTypeClass

from pipeline.vocabulary import (
    Cadence,
    Change,
    Channel,
    CloseReason,
    DeadlineKind,
    Document,
    Eligibility,
    EvidenceMethod,
    Holds,
    InternationalReason,
    Kind,
    LifeFlag,
    MatchReason,
    NationalityRule,
    OrganizerType,
    Outcome,
    PayPeriod,
    PayStatus,
    RejectRule,
    Requirement,
    RiskFlag,
    State,
    Support,
    VisaSupport,
    WorkMode,
    words,
)

SCHEMA_VERSION = 2
"""Raised when a table changes its shape. A warehouse with a higher version was made by a newer program and is refused."""

TEXTS = pl.List(pl.String)
PLACE = pl.Struct(
    {
        "city": pl.String,
        "region": pl.String,
        "country": pl.String,
        "latitude": pl.Float64,
        "longitude": pl.Float64,
        "text": pl.String,
    }
)
LANGUAGE_LEVEL = pl.Struct({"language": pl.String, "cefr": pl.String, "required": pl.Boolean, "text": pl.String})
RISK_FLAG = pl.Struct({"flag": pl.String, "quote": pl.String})
LIFE_FLAG = pl.Struct({"flag": pl.String, "dates": pl.List(pl.Date)})
GIVEN = pl.Struct({"listing_id": pl.String, "fields": TEXTS})
EVIDENCE = pl.Struct({"field": pl.String, "quote": pl.String, "raw_field": pl.String, "method": pl.String})


@dataclass(frozen=True)
class Column:
    """One column: its polars type, what it means, the words it may hold (for lists: each of them), whether it may be null."""

    name: str
    dtype: pl.DataType
    meaning: str
    vocabulary: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One table: its columns in order, and the key that no two rows share."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    order: tuple[str, ...] = field(default=())

    @cached_property
    def schema(self) -> pl.Schema:
        return pl.Schema({column.name: column.dtype for column in self.columns})

    @cached_property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def sorted_by(self) -> tuple[str, ...]:
        """What its rows are ordered by wherever they are written."""
        return self.order or self.key

    def empty(self) -> pl.DataFrame:
        return pl.DataFrame(schema=self.schema)

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` with exactly this table's columns, in order; absent ones are null. A value that does not fit its type
        raises polars.exceptions.InvalidOperationError; an undeclared column raises ValueError."""
        if unknown := sorted(set(frame.columns) - set(self.names)):
            raise ValueError(f"{self.name}: undeclared column {', '.join(unknown)}")
        return frame.select(
            pl.col(column.name).cast(column.dtype, strict=True)
            if column.name in frame.columns
            else pl.lit(None, dtype=column.dtype).alias(column.name)
            for column in self.columns
        )


def _text(name: str, meaning: str, *, vocabulary: tuple[str, ...] = (), required: bool = False) -> Column:
    return Column(name, pl.String(), meaning, vocabulary, required)


def _texts(name: str, meaning: str, *, vocabulary: tuple[str, ...] = ()) -> Column:
    return Column(name, TEXTS, meaning, vocabulary)


def _day(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name, pl.Date(), meaning, (), required)


def _whole(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name, pl.Int32(), meaning, (), required)


def _number(name: str, meaning: str) -> Column:
    return Column(name, pl.Float64(), meaning)


def _flag(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name, pl.Boolean(), meaning, (), required)


# ---------------------------------------------------------------------------------------------------------- listings

IDENTITY: tuple[Column, ...] = (
    _text(
        "listing_id",
        "stable id of the listing: from its source and the source's own posting id, else its URL",
        required=True,
    ),
    _text("source_id", "the source it stands at", required=True),
    _text("native_id", "the source's own id of the posting"),
    _text("channel", "how a student finds it", vocabulary=words(Channel), required=True),
    _text("url", "address of the posting as the source gave it", required=True),
    _text("apply_url", "where to apply, where the source gives that apart"),
)

FACTS: tuple[Column, ...] = (
    _text("title", "title of the posting, white space folded", required=True),
    _text("organization", "who is named as the employer or host, white space folded"),
    _text("description", "plain text of the posting; null in exports where the source's rights forbid it"),
    _text("content_hash", "hash of its words without what moves by itself; the same are not cleaned again", required=True),
    _text("kind", "what sort of post it is", vocabulary=words(Kind)),
    _flag("is_internship", "a structured, supervised, temporary work experience"),
    _text("organizer", "who arranges it: employer, school, agency, programme"),
    _text("organizer_type", "what sort of body the organizer is", vocabulary=words(OrganizerType)),
    _text("organizer_country", "ISO 3166-1 alpha-2 of the organizer"),
    _text("host_organization", "where the intern works, if that is not the organizer"),
    _texts("countries", "host countries, ISO 3166-1 alpha-2"),
    _texts("cities", "host cities, in English where there is such a name"),
    Column("places", pl.List(PLACE), "every place named, with region, coordinates (WGS 84 degrees) and the source's own words"),
    _text("work_mode", "where the work is done", vocabulary=words(WorkMode)),
    _texts("remote_countries", "countries from which it may be done remotely, ISO 3166-1 alpha-2"),
    _flag("international", "whether it is abroad for somebody; null where nothing tells"),
    _text("international_reason", "evidence that it is, or is not, international", vocabulary=words(InternationalReason)),
    _day("posted_on", "when the source says it was posted; from a relative age: fixed when first seen"),
    _day("deadline", "last day to apply, in its own zone"),
    Column("deadline_at", pl.Datetime("us", "UTC"), "the moment of the deadline in UTC, where an hour is stated"),
    _text("deadline_zone", "IANA time zone of the deadline"),
    _text("deadline_kind", "what sort of deadline it is", vocabulary=words(DeadlineKind)),
    _day("starts_on", "first day of the internship"),
    _day("ends_on", "last day of the internship"),
    _text("season", "when it takes place, as year and season: 2026-summer"),
    _whole("weeks_min", "least duration in weeks (a month is 4.345 weeks, rounded)"),
    _whole("weeks_max", "greatest duration in weeks"),
    _whole("hours_per_week", "working hours a week"),
    _whole("positions", "number of places offered"),
    _text("pay_status", "whether it is paid; null when not stated", vocabulary=words(PayStatus)),
    _number("pay_min", "least pay as stated, in pay_currency a pay_period"),
    _number("pay_max", "greatest pay as stated"),
    _text("pay_currency", "ISO 4217"),
    _text("pay_period", "the time that the pay is for, as stated", vocabulary=words(PayPeriod)),
    _number("pay_month_eur", "least pay a month in EUR"),
    _number("pay_month_ppp", "least pay a month in international dollars"),
    _day("pay_rates_on", "date of the exchange rates used"),
    _number("fee_min", "least sum that the intern pays"),
    _text("fee_currency", "ISO 4217 of the fee"),
    _texts("languages_required", "languages an applicant must have, ISO 639-1"),
    _texts("languages_preferred", "languages that help, ISO 639-1"),
    _text("posting_language", "language the posting is written in, ISO 639-1"),
    Column("language_levels", pl.List(LANGUAGE_LEVEL), "levels asked for, with the words used"),
    _texts("eligibility", "who may apply", vocabulary=words(Eligibility)),
    _texts("study_levels", "ISCED 2011 levels asked for"),
    Column("study_years", pl.List(pl.Int32), "years of study asked for"),
    _text("enrolment", "whether one must be enrolled", vocabulary=words(Requirement)),
    _flag("mandatory_only", "only as an obligatory part of studies"),
    _whole("graduated_within_months", "greatest time since the degree, months"),
    _whole("age_min", "least age, years"),
    _whole("age_max", "greatest age, years"),
    _texts("nationalities", "nationalities named, ISO 3166-1 alpha-2, groups expanded as of the night"),
    _text("nationality_rule", "what is said of those nationalities", vocabulary=words(NationalityRule)),
    _texts("residence_countries", "where one must live or study, ISO 3166-1 alpha-2"),
    _text("work_right", "whether one must already be allowed to work there", vocabulary=words(Requirement)),
    _text("visa_support", "whether help with a visa is offered", vocabulary=words(VisaSupport)),
    _texts("fields", "fields of study, ISCED-F 2013 codes"),
    _text("occupation", "ISCO-08 code"),
    _texts("support", "what is offered beside pay", vocabulary=words(Support)),
    _texts("documents_required", "what an applicant must send", vocabulary=words(Document)),
    _flag("supervision", "a supervisor is named"),
    _flag("mentorship", "a mentor or training is offered"),
    _flag("learning_objectives", "learning objectives or outcomes are stated"),
    _flag("networking", "meeting others is part of it"),
    _flag("academic_credit", "it earns credit"),
    _flag("agreement", "a written agreement is made"),
    _flag("assessment", "the work is assessed or certified"),
    _flag("conversion", "it may lead to a job"),
    _whole("structure_score", "0 to 100: share of the marks of a structured internship that are stated"),
    _whole("structure_silent", "how many of those marks the posting is silent on"),
    Column("risk_flags", pl.List(RISK_FLAG), "marks of risk, each with its quote"),
)  # fmt: skip

EVIDENCE_COLUMN = Column(
    "evidence", pl.List(EVIDENCE), "for each value the quote it rests on, the raw field, the method"
)

CLEANED = Table(
    "cleaned",
    "cleaned listings, as `internships clean` writes them: one row a listing",
    (*IDENTITY, *FACTS, EVIDENCE_COLUMN),
    key=("listing_id",),
)

LISTING_LIFE: tuple[Column, ...] = (
    _text("internship_id", "the internship it belongs to", required=True),
    _text(
        "state",
        "unverified: its source has failed for too long",
        vocabulary=words(State),
        required=True,
    ),
    _day("first_seen", "night it was first seen", required=True),
    _day("last_seen", "last night its source was seen to have it", required=True),
    _day("closed_on", "night it was closed"),
    _text("closed_reason", "why it was closed", vocabulary=words(CloseReason)),
    _whole("misses", "complete, healthy runs of its source without it since it was last seen", required=True),
)

LISTINGS = Table(
    "listings",
    "what each source says about an opening, cleaned, through its whole life; nothing is deleted",
    (*IDENTITY, *FACTS, *LISTING_LIFE),
    key=("listing_id",),
)

INTERNSHIPS = Table(
    "internships",
    "one row an opening in the world: the listings of it matched together, best value by field",
    (
        _text("internship_id", "minted from its first listing and kept for ever", required=True),
        _text("programme_id", "minted from its first edition; the editions of a returning internship share it", required=True),
        _text("state", "unverified: its sources have failed for too long", vocabulary=words(State), required=True),
        _day("first_seen", "night any of its listings was first seen", required=True),
        _day("last_seen", "last night any of its listings was seen", required=True),
        _day("closed_on", "night it was closed"),
        _text("closed_reason", "why it was closed", vocabulary=words(CloseReason)),
        _flag("reopened", "it was closed once and came back", required=True),
        _whole("listing_count", "listings of it, closed ones included", required=True),
        _text("best_url", "where to go: apply address, else posting, of its most trustworthy open listing", required=True),
        _text("url", "address of its most trustworthy listing, as the source gave it", required=True),
        _text("apply_url", "where to apply, where that listing's source gives it apart"),
        _texts("channels", "every channel it is found through", vocabulary=words(Channel)),
        _texts("source_ids", "every source it stands at"),
        *(column for column in FACTS if column.name != "content_hash"),
        Column("life_flags", pl.List(LIFE_FLAG), "what its life shows, not judged: reposted (over and over, on these dates), "
               "open_for_a_year (since this date)"),
        Column("provenance", pl.List(GIVEN), "which listing gave which fields; where there is one listing, it gave all"),
    ),
    key=("internship_id",),
)  # fmt: skip

NO_VERSIONS = ("last_seen", "provenance")
"""Columns of internships without versions: they tell of its listings, not of the opening."""

HISTORY = Table(
    "internship_history",
    "every version of every internship; valid_to is null for the newest, else the night the next version began",
    (
        _text("internship_id", "the internship", required=True),
        _day("valid_from", "first night of this version", required=True),
        _day("valid_to", "first night it no longer held"),
        *(column for column in INTERNSHIPS.columns if column.name not in ("internship_id", *NO_VERSIONS)),
    ),
    key=("internship_id", "valid_from"),
)

CHANGES_TABLE = Table(
    "changes",
    "what changed on each night, derived from internship_history",
    (
        _day("night", "the night", required=True),
        _text("internship_id", "the internship", required=True),
        _text("change", "what happened", vocabulary=words(Change), required=True),
        _text("field", "the column that changed; null where the change is no column's"),
        _text("old", "value before, JSON"),
        _text("new", "value after, JSON"),
    ),
    order=("night", "internship_id", "change", "field"),
)

MATCHES = Table(
    "matches",
    "which internship each listing belongs to, and why",
    (
        _text("listing_id", "the listing", required=True),
        _text("internship_id", "its internship", required=True),
        _number("score", "how sure, 0 to 1"),
        _text("reason", "what linked it", vocabulary=words(MatchReason), required=True),
        _day("decided_on", "night it was decided", required=True),
        _text("rules", "digest of the rules of matching that it was read by"),
        _text("posting_key", "system, tenant and id of the posting as its address tells them"),
        _text("url_key", "its address without what only tracks", required=True),
        _text(
            "address_key", "what its page has in common with the same one in other languages; null where it has no page"
        ),
        _text(
            "words_key",
            "its normalised organisation, title, place and season; null where one of the first three is not stated",
        ),
        _texts("title_words", "stems of the words of its title that tell openings apart, rarest first"),
        _texts("title_names", "organizations that its title may name, as they are compared"),
        _texts("sites", "its towns, else regions, else countries, as they are compared"),
        Column("passages", pl.List(pl.UInt32), "numbers that stand for the sentences and lines of its description"),
        Column("figures", pl.List(pl.UInt32), "the numbers in its description"),
        _text("text_language", "language of its description by its commonest words; empty where they show none"),
        _texts("reference_numbers", "reference numbers that its title and description tell, letters and digits only"),
    ),
    key=("listing_id",),
)

REDIRECTS = Table(
    "redirects",
    "ids that were merged away, and where they lead",
    (
        _text("old_id", "internship id no longer in use", required=True),
        _text("new_id", "internship id that holds its listings now", required=True),
        _day("night", "night of the merge", required=True),
        _text("reason", "what linked the listings that moved", vocabulary=words(MatchReason)),
        _number("score", "how sure the surest of these ties is, 0 to 1"),
    ),
    key=("old_id",),
)

EVIDENCE_TABLE = Table(
    "evidence",
    "the words each value of a listing rests on",
    (
        _text("listing_id", "the listing", required=True),
        _text("field", "the column the value stands in", required=True),
        _text("quote", "a verbatim piece of the raw field, or of what the catalogue says of the source", required=True),
        _text("raw_field", "the raw field it was read from; `source` for the catalogue", required=True),
        _text("method", "stated: the words say it; derived: it follows from them; source: what its source is says it",
              vocabulary=words(EvidenceMethod), required=True),
    ),
    order=("listing_id", "field", "raw_field", "quote", "method"),
)  # fmt: skip

REJECTS = Table(
    "rejects",
    "rows of a source that are no listing, each with the rule that refused it and its text; one row a posting, not a night",
    (
        _text("reject_id", "stable id, made like a listing_id", required=True),
        _text("source_id", "the source it stands at", required=True),
        _text("rule", "why it is no listing", vocabulary=words(RejectRule), required=True),
        _text("url", "its address, or that of the page it stands on"),
        _text("title", "its title"),
        _text("text", "the raw listing, JSON, as it was last refused", required=True),
        _text("content_hash", "hash of its words; unchanged words are not judged again", required=True),
        _day("first_seen", "night it was first refused", required=True),
        _day("last_seen", "last night it was refused", required=True),
    ),
    key=("reject_id",),
)

UNKNOWN_TEXTS = Table(
    "unknown_texts",
    "words of listings that no dictionary knows yet; the view unknown_values counts them by source",
    (
        _text("listing_id", "the listing", required=True),
        _text("field", "the column that would hold the value", required=True),
        _text("text", "the words", required=True),
    ),
    order=("listing_id", "field", "text"),
)

SOURCES = Table(
    "sources",
    "the catalogue as of the newest night",
    (
        _text("source_id", "the source", required=True),
        _text("name", "its name", required=True),
        _text("channel", "how a student finds it", vocabulary=words(Channel), required=True),
        _text("spider", "how it publishes", required=True),
        _text("url", "its live address", required=True),
        _text("page", "its page for people"),
        _text("country", "where its openings are, if all are in one country"),
        _texts("languages", "languages it publishes in, ISO 639-1"),
        _text("holds", "what its rows are, where they do not say", vocabulary=words(Holds)),
        _text("cadence", "how often it is asked", vocabulary=words(Cadence)),
        _whole("misses_to_close", "complete, healthy runs without a listing after which it is closed"),
        _whole("patience_nights", "ill for longer, and its listings become unverified"),
        _whole("trust", "1 employer's own board … 6 list kept by volunteers"),
        _text("licence", "licence of its content"),
        _text("terms", "address of its terms"),
        _text("attribution", "what must be said of it"),
        _flag("full_text", "its texts may be exported"),
        _text("verified", "day its entry was seen to work on the live web, or never"),
    ),
    key=("source_id",),
)

SOURCE_RUNS = Table(
    "source_runs",
    "how each source fared on each night: the newest run of the night",
    (
        _day("night", "the night", required=True),
        _text("source_id", "the source", required=True),
        _text("outcome", "how it fared", vocabulary=words(Outcome), required=True),
        _text("evidence", "what tells so"),
        _whole("seen", "rows its pages showed", required=True),
        _whole("kept", "raw listings written", required=True),
        _whole("skipped", "rows passed over by the shared word test", required=True),
        _whole("listings", "open listings among them", required=True),
        _whole("rejects", "rows refused", required=True),
        _whole("open_rows", "rows with a link that the source does not mark closed", required=True),
        _whole("closed_rows", "rows that the source marks closed", required=True),
        _whole("declared_total", "the total the source itself tells"),
        _whole("pages", "answers read", required=True),
        Column("bytes", pl.Int64(), "size of those answers", (), True),
        _flag("complete", "it told everything it has, and may close what it no longer has", required=True),
        Column(
            "fill", pl.List(pl.Struct({"field": pl.String, "rate": pl.Float64})), "share of rows with each raw field"
        ),
    ),
    key=("night", "source_id"),
)

ABOUT = Table(
    "about",
    "what made this file",
    (
        _whole("schema_version", "shape of the tables", required=True),
        _text("program_version", "version of the program", required=True),
        _day("night", "newest night in it", required=True),
    ),
)

TABLES: tuple[Table, ...] = (
    INTERNSHIPS,
    LISTINGS,
    HISTORY,
    CHANGES_TABLE,
    MATCHES,
    REDIRECTS,
    SOURCES,
    SOURCE_RUNS,
    EVIDENCE_TABLE,
    REJECTS,
    UNKNOWN_TEXTS,
    ABOUT,
)
"""The tables of the warehouse, in the order a reader would want to meet them."""

REFERENCE: dict[str, tuple[str, dict[str, str]]] = {
    "countries": (
        "countries and territories with an ISO 3166-1 code",
        {
            "iso2": "ISO 3166-1 alpha-2, as in every column of countries",
            "iso3": "ISO 3166-1 alpha-3",
            "name": "name in English (CLDR)",
            "currency": "ISO 4217 of its currency; null where it has none of its own",
        },
    ),
    "fields_of_study": (
        "fields of education and training of ISCED-F 2013 (UNESCO): broad, narrow and detailed ones",
        {
            "code": "code of two, three or four digits, as in every column of fields; it begins with that of the wider field",
            "name": "name in English",
        },
    ),
    "languages": (
        "languages with an ISO 639-1 code",
        {"iso1": "ISO 639-1, as in every column of languages", "name": "name in English (CLDR)"},
    ),
    "search_terms": (
        "what search(words) understands: names of places, fields, occupations and organizations; words for pay, visas, channels",
        {
            "term": "words as search_words folds them; with * at its end: any word that begins so",
            "facet": "country, town, field, occupation, organization, channel, pay_status, visa_support, work_mode; or nothing",
            "value": "the values of that column, with | between; ISCED-F 2013 codes of a field, ISCO-08 of an occupation",
        },
    ),
}
"""Reference tables, made from the CSV files of data/reference: meaning, and the meaning of each column."""

REFERENCE_TABLES: tuple[Table, ...] = tuple(
    Table(
        name,
        meaning,
        tuple(_text(column, column_meaning) for column, column_meaning in columns.items()),
        key=(next(iter(columns)),),
    )
    for name, (meaning, columns) in REFERENCE.items()
)
"""The same as tables, for the exports; the first column is the key."""

RAW = Table(
    "raw",
    "raw listings as polars reads them; `extra` is JSON text",
    (
        _text("source_id", "the source", required=True),
        _text("native_id", "its own id of the posting"),
        _text("url", "address of the posting", required=True),
        _text("apply_url", "where to apply"),
        _text("title", "title", required=True),
        _text("organization", "employer or host"),
        _texts("locations", "places, one text each as the source separates them"),
        _text("description", "text or HTML of the posting"),
        _text("employment_type", "the source's word for the sort of post"),
        _text("posted", "when it was posted, in the source's words"),
        _text("deadline", "deadline, in the source's words"),
        _text("starts", "start or season, in the source's words"),
        _text("duration", "duration, in the source's words"),
        _text("pay", "pay, in the source's words"),
        _text("language", "language, in the source's words"),
        _text("channel", "how a student finds it"),
        _text("section", "headings above the row, joined by ' / '"),
        _text("fetched_at", "when it was fetched, ISO 8601 UTC"),
        _text("extra", "what has no field of its own, JSON"),
    ),
)

BOUNDS: dict[str, tuple[float, float]] = {
    "weeks_min": (0, 520),
    "weeks_max": (0, 520),
    "hours_per_week": (0, 168),
    "positions": (0, 100_000),
    "pay_min": (0, 1e11),  # a year in Iranian rials
    "pay_max": (0, 1e11),
    "pay_month_eur": (0, 200_000),
    "pay_month_ppp": (0, 1_000_000),
    "fee_min": (0, 1e9),
    "graduated_within_months": (0, 600),
    "age_min": (0, 120),
    "age_max": (0, 120),
}
"""The plausible range of a number, both ends included; what lies beyond is no value of an internship, whatever a text says."""

DAYS = (date(1990, 1, 1), date(2099, 12, 31))
"""The plausible range of every date that a source states."""

STATED_DAYS = ("posted_on", "deadline", "starts_on", "ends_on")

MAX_TEXT_LENGTH = 2_000
"""Characters that are read of a raw text of one line; the longest of a year of nights had 1,100."""

MAX_LENGTHS = {"description": 200_000, "section": 1_000, "title": 1_000, "organization": 1_000, "extra": 50_000}
"""Raw fields with a limit of their own, in characters."""

MAX_LOCATIONS = 500
"""Places that are read of one row."""

STRUCT_VOCABULARIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "risk_flags": ("flag", words(RiskFlag)),
    "life_flags": ("flag", words(LifeFlag)),
}
"""Columns that are lists of structs, in whatever table: the field of the struct that holds a word, and the words it may hold."""

_DUCKDB_TYPES: dict[DataTypeClass, str] = {
    pl.String: "VARCHAR",
    pl.Boolean: "BOOLEAN",
    pl.Int32: "INTEGER",
    pl.UInt32: "UINTEGER",
    pl.Int64: "BIGINT",
    pl.Float64: "DOUBLE",
    pl.Date: "DATE",
    pl.Datetime: "TIMESTAMP WITH TIME ZONE",
}


def duckdb_type(dtype: pl.DataType | DataTypeClass) -> str:
    """The DuckDB type of a polars type used in this module."""
    if isinstance(dtype, pl.List):
        return f"{duckdb_type(dtype.inner)}[]"
    if isinstance(dtype, pl.Struct):
        return "STRUCT(" + ", ".join(f'"{inner.name}" {duckdb_type(inner.dtype)}' for inner in dtype.fields) + ")"
    return _DUCKDB_TYPES[dtype.base_type()]
