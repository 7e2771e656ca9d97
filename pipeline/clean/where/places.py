"""Places: the towns, regions and countries that a listing names, in any language and script.

Belongs here: where in a listing to look for them, in this order of trust: the locations, a label in the description, the
title, the first lines of the description, the heading above the row, what the catalogue says of the source. Does not belong
here: how a text is read (`place_text`), the names and their table (`place_names`), whether one may work remotely
(`work_mode`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import any_of, on_texts, read_reference, with_label
from pipeline.clean.language_tools.extraction import SOURCE, Extraction, by_source, evidence, extraction, unknown
from pipeline.clean.where.mentions import MAX_LETTERS, Trust
from pipeline.clean.where.place_names import CITY, REGION, place_columns
from pipeline.clean.where.place_text import Hit, Reader
from pipeline.clean.where.prose import read_hosts
from pipeline.tables import PLACE
from scrapers.source import Source

_MAX_LABELS = 4
_MAX_VALUE_LETTERS = 160
_OPENING_LETTERS = 600
_OPENING_LINES = 4
_MAX_LINE_LETTERS = 200
_MAX_OPENING_LETTERS = 80
"""Letters of a sentence that opens a longer line as a heading would: "Waterloo, Ontario."."""
_SENTENCE_END = r"(?s)^(.*?[\p{L}\p{M})]{3,})[.。](?:\s.*)?$"
_OPENING = rf"^(.{{1,{_MAX_OPENING_LETTERS}}}?[\p{{L}}\p{{M}}\d]{{3,}})[.。]\s"

FOUND_SCHEMA = pl.Schema(
    {
        "text": pl.String,
        "hint": pl.String,
        "is_area": pl.Boolean,
        "is_known": pl.Boolean,
        "city": pl.String,
        "region": pl.String,
        "country": pl.String,
        "latitude": pl.Float64,
        "longitude": pl.Float64,
        "piece": pl.String,
        "is_stated": pl.Boolean,
        "is_remote": pl.Boolean,
    }
)


_HIT_SCHEMA = pl.Schema(
    {
        "number": pl.UInt32,
        "is_area": pl.Boolean,
        "is_known": pl.Boolean,
        "kind": pl.UInt8,
        "place": pl.UInt32,
        "country": pl.String,
        "is_settled": pl.Boolean,
        "is_stated": pl.Boolean,
        "piece": pl.String,
        "is_remote": pl.Boolean,
    }
)
_NO_HIT = (None,) * len(Hit._fields)


def find_places(
    texts: Sequence[str] | pl.Series,
    hints: Sequence[str | None] | pl.Series | None = None,
    trust: Trust = Trust.PLACES,
) -> pl.DataFrame:
    """The places that texts name, by FOUND_SCHEMA: one row a place, in the order of the texts and of the places in them; a
    text that names none has one row without country. Each distinct pair of text and hint is read once.

    `hints`: for each text the countries that its surroundings speak for (`US`, `CA US`); a leading `!` says that all
    openings of its source are there. `piece` is a verbatim piece of the text. Coordinates only of a settled town."""
    asked = pl.DataFrame(
        {"text": texts, "hint": [None] * len(texts) if hints is None else hints},
        schema={"text": pl.String, "hint": pl.String},
    )
    asked = asked.drop_nulls("text").unique(maintain_order=True)
    reader = Reader(asked["text"], trust)
    rows = []
    for number, (text, hint) in enumerate(asked.iter_rows()):
        parsed = reader.read(text, hint)
        rows += [(number, parsed.is_area, parsed.is_known, *hit) for hit in parsed.hits or (_NO_HIT,)]
    frame = pl.DataFrame(rows, schema=_HIT_SCHEMA, orient="row")
    is_city, settled = pl.col("kind") == CITY, pl.col("is_settled")
    return (
        frame.hstack(place_columns(frame["place"], "name", "region_name", "latitude", "longitude"))
        .join(asked.with_row_index("number"), on="number", how="left", maintain_order="left")
        .with_columns(
            city=pl.when(is_city).then("name"),
            region=pl.when(is_city & settled)
            .then("region_name")
            .when((pl.col("kind") == REGION) & settled)
            .then("name"),
            latitude=pl.when(is_city & settled).then(pl.col("latitude").cast(pl.Float64).round(2)),
            longitude=pl.when(is_city & settled).then(pl.col("longitude").cast(pl.Float64).round(2)),
        )
        .select(FOUND_SCHEMA.names())
        .cast(FOUND_SCHEMA)
    )


def clean_places(
    raw: pl.DataFrame,
    sources: Mapping[str, Source],
    descriptions: pl.Series,
    sentences: pl.DataFrame,
    languages: pl.Series,
    is_remote: pl.Series,
) -> Extraction:
    """countries, cities, places, remote_countries: null, never empty, where the listing names none; in the order in which the
    listing names them, each once. `descriptions`: plain text, one a row; `sentences`: those of title and description
    (`phrases.under_headings`); `languages`: what each is written in; `is_remote`: whether all work is remote.

    Unknown: the location texts that hold an unknown word and name no place."""
    rows = raw.select(
        "row", "title", "section", "locations", country=by_source(sources, lambda source: source.country, pl.String)
    )
    headed = _read_sections(rows)
    rows = _with_hints(rows, headed)
    items = _read_items(rows)
    missing = rows.join(items.filter(pl.col("country").is_not_null()), on="row", how="anti", maintain_order="left")
    named = [items.filter(pl.col("country").is_not_null())]
    prose = raw.select("row", prose=pl.lit(descriptions)).drop_nulls("prose")
    labelled = _read_labels(missing, prose)
    unlabelled = missing.select("row").join(labelled, on="row", how="anti", maintain_order="left")
    spoken = unlabelled.join(
        raw.select("row", language=pl.lit(languages)).filter(~pl.lit(is_remote)), on="row", maintain_order="left"
    )
    reading = read_hosts(sentences, spoken)
    missing, prose = (_without_origins(texts, reading.origins) for texts in (missing, prose))
    titles = _read_titles(unlabelled.join(missing, on="row", maintain_order="left"), prose)
    readers: list[Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]] = [
        lambda _, __: labelled,
        lambda missing, _: _read_prose(reading.hosts, missing),
        lambda missing, _: titles.join(missing, on="row", how="semi", maintain_order="left"),
        _read_first_lines,
    ]
    for read in readers:
        places_here = read(missing, prose).join(reading.left, on=["row", "country"], how="anti", maintain_order="left")
        named.append(places_here)
        missing = missing.join(places_here, on="row", how="anti", maintain_order="left")
    missing = missing.join(items.filter("is_area"), on="row", how="anti", maintain_order="left")
    named.append(headed.join(missing, on="row", how="semi", maintain_order="left"))
    by_catalogue = missing.join(headed, on="row", how="anti", maintain_order="left").filter(
        pl.col("country").is_not_null()
    )
    every = _one_of_each(pl.concat([part.select(_NAMED.names()) for part in named]))
    columns = _columns(rows, every, by_catalogue)
    return extraction(columns, _evidence(every, by_catalogue), [_unknown_items(items)])


def _without_origins(texts: pl.DataFrame, origins: pl.DataFrame) -> pl.DataFrame:
    """`texts` (row, and `title` or `prose`) with the places that applicants come from (`prose.Hosts.origins`) blanked."""
    name = "prose" if "prose" in texts.columns else "title"
    of_row = origins.group_by("row").agg("text", "without")
    blanked = []
    for row, text, sentences, without in texts.select("row", name).join(of_row, on="row").drop_nulls(name).iter_rows():
        for sentence, blank in zip(sentences, without, strict=True):
            text = text.replace(sentence, blank)
        blanked.append((row, text))
    known = pl.DataFrame(blanked, schema={"row": texts.schema["row"], "blanked": pl.String}, orient="row")
    return (
        texts.join(known, on="row", how="left", maintain_order="left")
        .with_columns(pl.coalesce("blanked", name).alias(name))
        .drop("blanked")
    )


def _with_hints(rows: pl.DataFrame, headed: pl.DataFrame) -> pl.DataFrame:
    """The rows with `hint`: the countries that their headings speak for, else that of their source."""
    rows = rows.join(
        headed.group_by("row").agg(headed=pl.col("country").unique(maintain_order=True).str.join(" ")),
        on="row",
        how="left",
        maintain_order="left",
    )
    return rows.with_columns(
        hint=pl.when(pl.col("headed").is_not_null() & (pl.col("headed") != pl.col("country").fill_null("")))
        .then("headed")
        .otherwise(pl.format("!{}", "country"))
    )


def _unknown_items(items: pl.DataFrame) -> pl.DataFrame:
    """The location texts that hold an unknown word and name no place, as unknown words."""
    wordy = items.filter(pl.col("country").is_null() & ~pl.col("is_area") & ~pl.col("is_known"))
    texts = wordy.select("row", text=pl.col("text").str.head(MAX_LETTERS)).unique(maintain_order=True)
    return unknown(texts, "countries", "text")


_NAMED = pl.Schema(
    {
        "row": pl.UInt32,
        "city": pl.String,
        "region": pl.String,
        "country": pl.String,
        "latitude": pl.Float64,
        "longitude": pl.Float64,
        "piece": pl.String,
        "is_stated": pl.Boolean,
        "is_remote": pl.Boolean,
        "quote": pl.String,
        "raw_field": pl.String,
    }
)
"""A place of a row: `piece` names it, `quote` is the piece of the raw field that is its evidence."""


def _find(texts: pl.DataFrame, raw_field: str, trust: Trust) -> pl.DataFrame:
    """What find_places finds in `text` (hint: `hint`) of each row; `quote` is the piece where the row has none of its own."""
    read = find_places(texts["text"], texts["hint"], trust)
    quote = pl.col("quote") if "quote" in texts.columns else pl.col("piece")
    joined = texts.join(read, on=["text", "hint"], how="inner", nulls_equal=True, maintain_order="left_right")
    return joined.with_columns(quote=quote, raw_field=pl.lit(raw_field))


def _read_together(texts: pl.DataFrame, raw_field: str) -> pl.DataFrame:
    """As `_find` for texts that name places and little else; the settled ones of a row speak for its open ones."""
    numbered = texts.with_row_index("number")
    read = _find(numbered, raw_field, Trust.PLACES)
    settled = (
        read.drop_nulls("country")
        .group_by("row", maintain_order=True)
        .agg(near=pl.col("country").unique(maintain_order=True).str.join(" "))
    )
    is_open = pl.col("country").is_null() & ~pl.col("is_area")
    silent = read.filter(is_open).join(settled, on="row")
    if silent.is_empty():
        return read
    hinted = numbered.drop("hint").join(silent.select("number", hint="near"), on="number", maintain_order="left")
    again = _find(hinted.select(numbered.columns), raw_field, Trust.PLACES)
    kept = read.join(silent, on="number", how="anti", maintain_order="left")
    return pl.concat([kept, again.select(kept.columns)]).sort("number", maintain_order=True)


def _read_items(rows: pl.DataFrame) -> pl.DataFrame:
    texts = rows.select("row", "hint", text="locations").explode("text").drop_nulls("text").unique(maintain_order=True)
    return _read_together(texts, "locations")


def _read_labels(missing: pl.DataFrame, prose: pl.DataFrame) -> pl.DataFrame:
    """What stands behind a label of the description, up to the end of the sentence."""
    labelled = with_label(pl.col("prose"), read_reference("places_words")["labels"], (":", "：", "\n"))
    pieces = prose.join(missing.select("row", "hint"), on="row").select(
        "row", "hint", quote=on_texts(
            labelled, lambda text: text.str.extract_all(_label_pattern()).list.head(_MAX_LABELS), pl.List(pl.String)
        ),
    ).explode("quote").drop_nulls("quote").with_columns(
        pl.col("quote").str.strip_chars("|•·.;) \t\n").str.replace(_SENTENCE_END, "$1")
    )  # fmt: skip
    value = pl.col("quote").str.replace(r"(?s)^[^:：\n]*(?:[:：]|\n)\s*", "")
    texts = pieces.with_columns(text=value).unique(["row", "text"], maintain_order=True)
    return _read_together(texts, "description").drop_nulls("country")


def _read_prose(hosts: pl.DataFrame, missing: pl.DataFrame) -> pl.DataFrame:
    """Where the sentences say the stay to be (`prose`)."""
    found = hosts.join(missing.select("row"), on="row", how="semi", maintain_order="left")
    is_city = pl.col("kind") == CITY
    return (
        found.hstack(place_columns(found["place"], "name", "region_name", "latitude", "longitude"))
        .with_columns(
            city=pl.when(is_city).then("name"),
            region=pl.when(is_city).then("region_name").when(pl.col("kind") == REGION).then("name"),
            latitude=pl.when(is_city).then(pl.col("latitude").cast(pl.Float64).round(2)),
            longitude=pl.when(is_city).then(pl.col("longitude").cast(pl.Float64).round(2)),
            is_remote=pl.lit(False),
        )
        .select(_NAMED.names())
        .cast(_NAMED)
    )


def _read_titles(missing: pl.DataFrame, prose: pl.DataFrame) -> pl.DataFrame:
    return _find(missing.select("row", "hint", text="title"), "title", Trust.TITLE).drop_nulls("country")


def _read_first_lines(missing: pl.DataFrame, prose: pl.DataFrame) -> pl.DataFrame:
    """The first lines of the description, where they are as short as headings; the first that names a place counts."""
    lines = prose.join(missing.select("row", "hint"), on="row").select(
        "row", "hint", text=pl.col("prose").str.head(_OPENING_LETTERS).str.split("\n").list.head(_OPENING_LINES)
    ).explode("text").with_columns(
        pl.when(pl.col("text").str.len_chars() > _MAX_LINE_LETTERS)
        .then(pl.col("text").str.extract(_OPENING))
        .otherwise("text")
        .alias("text")
    ).filter(
        pl.col("text").str.len_chars().is_between(1, _MAX_LINE_LETTERS),
        ~pl.col("text").str.contains_any(read_reference("places_words")["of_the_house"], ascii_case_insensitive=True),
    )  # fmt: skip
    read = _find(lines.unique(["row", "text"], maintain_order=True), "description", Trust.TITLE).drop_nulls("country")
    return read.filter(pl.col("text") == pl.col("text").first().over("row"))


def _read_sections(rows: pl.DataFrame) -> pl.DataFrame:
    """The place that the nearest of the headings above a row names."""
    texts = rows.select("row", text=pl.col("section").str.split(" / "), hint=pl.lit(None, dtype=pl.String))
    steps = texts.explode("text").drop_nulls("text").with_columns(step=pl.int_range(pl.len()).over("row"))
    read = _find(steps, "section", Trust.HEADING).drop_nulls("country")
    return read.filter(pl.col("step") == pl.col("step").max().over("row"))


def _one_of_each(named: pl.DataFrame) -> pl.DataFrame:
    """Each place of a row once; a country alone only where no place in it is named."""
    alone = pl.col("city").is_null() & pl.col("region").is_null()
    return (
        named.sort("row", maintain_order=True)
        .with_columns(is_remote=pl.col("is_remote").any().over("row", "country", "region", "city"))
        .unique(["row", "country", "region", "city"], keep="first", maintain_order=True)
        .filter(~alone | alone.all().over("row", "country"))
    )


def _columns(rows: pl.DataFrame, every: pl.DataFrame, by_catalogue: pl.DataFrame) -> pl.DataFrame:
    place = pl.struct("city", "region", "country", "latitude", "longitude", text="piece")
    of_texts = every.group_by("row", maintain_order=True).agg(
        countries=pl.col("country").unique(maintain_order=True),
        cities=pl.col("city").drop_nulls().unique(maintain_order=True),
        places=place,
        remote_countries=pl.col("country").filter(pl.col("is_remote")).unique(maintain_order=True),
    )
    of_texts = of_texts.with_columns(
        pl.when(pl.col(name).list.len() > 0).then(name).alias(name) for name in ("cities", "remote_countries")
    )
    catalogue = by_catalogue.select("row", catalogue=pl.concat_list("country"))
    return (
        rows.select("row")
        .join(of_texts, on="row", how="left", maintain_order="left")
        .join(catalogue, on="row", how="left", maintain_order="left")
        .select(
            pl.coalesce("countries", "catalogue").cast(pl.List(pl.String)),
            pl.col("cities").cast(pl.List(pl.String)),
            pl.col("places").cast(pl.List(PLACE)),
            pl.col("remote_countries").cast(pl.List(pl.String)),
        )
    )


def _evidence(every: pl.DataFrame, by_catalogue: pl.DataFrame) -> list[pl.DataFrame]:
    method = pl.when("is_stated").then(pl.lit("stated")).otherwise(pl.lit("derived"))
    remote = every.filter("is_remote")
    of_texts = [
        evidence(every, "countries", "quote", pl.col("raw_field"), method, value="country"),
        evidence(every, "cities", "quote", pl.col("raw_field"), value="city"),
        evidence(every, "places", "quote", pl.col("raw_field"), value="country"),
        evidence(remote, "remote_countries", "quote", pl.col("raw_field"), method, value="country"),
    ]
    source = evidence(by_catalogue, "countries", pl.format("country: {}", "country"), SOURCE, SOURCE, value="country")
    return [*(part.unique(maintain_order=True) for part in of_texts), source]


@cache
def _label_pattern() -> str:
    """A label at the start of a line, cell or sentence with its colon, or alone on its line, and what follows."""
    labels = any_of(read_reference("places_words")["labels"])
    value = rf"[^\n|]{{1,{_MAX_VALUE_LETTERS}}}"
    return rf"(?im)(?:^|[|•·.;)]\s*|\s{{2,}})[^\S\n]*{labels}(?:[^\S\n]?[:：]\s*|[^\S\n]*\n\s*){value}"
