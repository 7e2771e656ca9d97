"""Places: the towns, regions and countries that a listing names, in any language and script.

Belongs here: reading a short text for places (`find_places`), and where in a listing to look for it, in this order of trust:
the locations, a label in the description, the title, the heading above the row, what the catalogue says of the source.
Does not belong here: the names (data/reference/place_names.parquet, made from GeoNames and CLDR), the words around them
(places_words.yaml), whether one may work remotely (`work_mode`).

How a text is read. It is split into pieces (`;`, `/`, lines), a piece into chunks (commas, brackets, dashes), a chunk into
words. The longest known names are found in each chunk; each may have many readings (Cambridge is in England, Massachusetts,
Ontario). A reading gains by every other name of its piece that contains it: Cambridge, ON is in Ontario, and then ON is no
word and CA no California. What nothing in the text settles is the reading that is far more famous than those in other
countries; else what the rest of the listing, its heading or its source says; else it is left open: no country rather than a
wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import NamedTuple

import polars as pl

from pipeline.clean.found import SOURCE, Found, by_source, evidence, found, unknown
from pipeline.clean.place_names import (
    ALTERNATE,
    AREA,
    CITY,
    CODE2,
    CODE3,
    CODE_REGION,
    COUNTRY,
    LOST,
    NAME,
    REGION,
    SHORT,
    TOKEN,
    Reading,
    fold,
    fold_token,
    places,
    readings_of,
)
from pipeline.clean.text import plain
from pipeline.clean.words import any_of, read_reference
from pipeline.tables import PLACE
from scrapers.source import Source

_MOST_LETTERS = 400
"""No list of places that people write is longer; what follows in a text is not read."""
_MOST_NAMES = 24

_CLEARLY = 5.0
"""So many times the fame of its rivals in other countries makes a name that country's: Paris, Toronto, Birmingham, but
neither Cambridge nor Valencia. Measured on the recorded nights: no wrong country from 4 on, from 8 on many left open."""
_METROPOLIS = 3_000_000
_METROPOLIS_CLEARLY = 3.0
"""A metropolis is well known however few languages name it: Hyderabad."""
_HINT_OUTWEIGHS = 50
"""Where all openings of a source are in Canada, London is London, Ontario, unless the other is more than so many times larger."""
_KNOWN_TOWN = 100_000
"""A smaller town is believed only where its name is all that a chunk says."""
_SAME_NAME_SHARE = 0.15
"""A region and its capital share a name (New York, São Paulo, Québec): the town is meant where it has this share of the people."""
_CITY_STATE_SHARE = 0.5

_UNSURE_CODES = frozenset({"ca", "de", "in", "il"})
"""Codes of an American state and of a country whose boards write their towns so; beside an unknown town they are left open."""

_PIECE = re.compile(r"[;|\n\r\t•·、；/／\\]+|\s-{2,}\s|\s(?:\+|&)\s")
_CHUNK = re.compile(r"[,()\[\]{}:：，（）【】\"“”„«»<>~*_]+|\s[-–—]+\s|[–—]|\s[-–—]+$|^[-–—]+\s|(?<=[^\W\d_]{3})\.\s+(?=\S{4,})")
_MOST_LABELS = 4
_LONGEST_VALUE = 160
_FIRST_LETTERS = 600
_FIRST_LINES = 4
_LONGEST_LINE = 200
_SENTENCE_END = r"(?s)^(.*?[\p{L}\p{M})]{3,})[.。](?:\s.*)?$"

_DIGIT = re.compile(r"\d")


class Trust(Enum):
    """How much a text is about places."""

    PLACES = "places"
    """It names places and little else: location columns, labels."""
    TITLE = "title"
    """It may name a place: only what stands for itself counts."""
    HEADING = "heading"
    """It may name a country among other words."""


class Hit(NamedTuple):
    """A place found in a text: its kind and row in places.parquet, and the piece of the text that names it.

    Not `is_settled`: a town of that name, no telling which, but all of them in that country. `is_stated`: the text names the
    country itself. `is_remote`: the piece says that the work is remote."""

    kind: int
    place: int
    country: str
    is_settled: bool
    is_stated: bool
    piece: str
    is_remote: bool


class Parsed(NamedTuple):
    """What a text names. `is_sensitive`: a hint might settle it otherwise. `is_area`: it names something wider than a
    country. `is_known`: it holds nothing but known names and words that name no place."""

    hits: tuple[Hit, ...]
    is_sensitive: bool
    is_area: bool
    is_known: bool


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
        {"text": pl.Series(texts, dtype=pl.String), "hint": pl.Series(hints, dtype=pl.String) if hints is not None else None},
        schema_overrides={"hint": pl.String},
    ).drop_nulls("text").unique(maintain_order=True)  # fmt: skip
    reader = _Reader(asked["text"], trust)
    rows: list[tuple[int, bool, bool, Hit | None]] = []
    for number, (text, hint) in enumerate(asked.iter_rows()):
        parsed = reader.read(text, hint)
        for hit in parsed.hits or (None,):
            rows.append((number, parsed.is_area, parsed.is_known, hit))
    frame = pl.DataFrame(
        [
            (number, is_area, is_known, *(hit or (None,) * len(Hit._fields)))
            for number, is_area, is_known, hit in rows
        ],
        schema={"number": pl.UInt32, "is_area": pl.Boolean, "is_known": pl.Boolean, "kind": pl.UInt8, "place": pl.UInt32,
                "country": pl.String, "is_settled": pl.Boolean, "is_stated": pl.Boolean, "piece": pl.String, "is_remote": pl.Boolean},
        orient="row",
    )  # fmt: skip
    named = places().select("place", "name", "region_name", "latitude", "longitude")
    is_city, settled = pl.col("kind") == CITY, pl.col("is_settled")
    return (
        frame.join(named, on="place", how="left", maintain_order="left")
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
        .cast(dict(FOUND_SCHEMA))
    )


def clean_places(raw: pl.DataFrame, sources: Mapping[str, Source], descriptions: pl.Series | None = None) -> Found:
    """countries, cities, places, remote_countries: null, never empty, where nothing is found; in the order in which the
    listing names them, each once. `descriptions`: the rows' plain texts, made here where they are not at hand.

    Unknown: the location texts that hold an unknown word and name no place."""
    rows = raw.select(
        "row", "title", "section", "locations", country=by_source(sources, lambda source: source.country, pl.String)
    )
    headed = _read_sections(rows)
    hint = pl.coalesce("headed", "country")
    rows = rows.join(
        headed.group_by("row").agg(headed=pl.col("country").unique(maintain_order=True).str.join(" ")),
        on="row",
        how="left",
        maintain_order="left",
    )
    rows = rows.with_columns(hint=pl.when(hint.is_not_null()).then(pl.format("!{}", hint)))
    items = _read_items(rows)
    missing = rows.join(items.filter(pl.col("country").is_not_null()), on="row", how="anti", maintain_order="left")
    named = [items.filter(pl.col("country").is_not_null())]
    prose = _plain_of(raw, missing, descriptions)
    readers: list[Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]] = [
        _read_labels,
        _read_titles,
        _read_first_lines,
    ]
    for read in readers:
        found_here = read(missing, prose)
        named.append(found_here)
        missing = missing.join(found_here, on="row", how="anti", maintain_order="left")
    missing = missing.join(items.filter("is_area"), on="row", how="anti", maintain_order="left")
    named.append(headed.join(missing, on="row", how="semi", maintain_order="left"))
    by_catalogue = missing.join(headed, on="row", how="anti", maintain_order="left").filter(
        pl.col("country").is_not_null()
    )
    every = _one_of_each(pl.concat([part.select(_NAMED.names()) for part in named]))
    columns = _columns(rows, every, by_catalogue)
    wordy = items.filter(pl.col("country").is_null() & ~pl.col("is_area") & ~pl.col("is_known"))
    return found(
        columns,
        _evidence(every, by_catalogue),
        [unknown(wordy.unique(["row", "quote"], maintain_order=True), "countries", "quote")],
    )


_NAMED = pl.Schema(
    {"row": pl.UInt32, **{name: PLACE.to_schema()[name] for name in ("city", "region", "country", "latitude", "longitude")}, "piece": pl.String,
     "is_stated": pl.Boolean, "is_remote": pl.Boolean, "quote": pl.String, "raw_field": pl.String}
)  # fmt: skip
"""A place of a row: `piece` names it, `quote` is the piece of the raw field that is its evidence."""


def _read(texts: pl.DataFrame, raw_field: str, trust: Trust) -> pl.DataFrame:
    """What find_places finds in `text` (hint: `hint`) of each row, with `quote` where there is one, else the text."""
    read = find_places(texts["text"], texts["hint"], trust)
    return (
        texts.join(read, on=["text", "hint"], how="inner", nulls_equal=True, maintain_order="left_right")
        .with_columns(quote=pl.col("quote") if "quote" in texts.columns else pl.col("text"), raw_field=pl.lit(raw_field))
    )  # fmt: skip


def _read_items(rows: pl.DataFrame) -> pl.DataFrame:
    """The places of the locations; the settled ones of a row speak for its open ones."""
    texts = rows.select("row", "hint", text="locations").explode("text").drop_nulls("text").unique(maintain_order=True)
    items = _read(texts, "locations", Trust.PLACES)
    told = (
        items.drop_nulls("country")
        .group_by("row", maintain_order=True)
        .agg(near=pl.col("country").unique(maintain_order=True).str.join(" "))
    )
    silent = items.filter(pl.col("country").is_null() & ~pl.col("is_known")).join(told, on="row")
    if silent.is_empty():
        return items
    again = _read(silent.select("row", "text", hint="near"), "locations", Trust.PLACES)
    order = texts.select("row", "text").with_row_index("order")
    kept = items.join(silent, on=["row", "text"], how="anti", maintain_order="left")
    return (
        pl.concat([kept, again.select(kept.columns)])
        .join(order, on=["row", "text"], how="left")
        .sort("order", maintain_order=True)
        .drop("order")
    )


def _read_labels(missing: pl.DataFrame, prose: pl.DataFrame) -> pl.DataFrame:
    """What stands behind a label of the description, up to the end of the sentence."""
    pieces = prose.join(missing.select("row", "hint"), on="row").select(
        "row", "hint", quote=pl.col("prose").str.extract_all(_label_pattern()).list.head(_MOST_LABELS)
    ).explode("quote").drop_nulls("quote").with_columns(pl.col("quote").str.strip_chars("|•·.;) \t\n"))  # fmt: skip
    value = pl.col("quote").str.replace(r"(?s)^[^:：\n]*(?:[:：]|\n)\s*", "").str.replace(_SENTENCE_END, "$1")
    read = _read(
        pieces.with_columns(text=value).unique(["row", "text"], maintain_order=True), "description", Trust.PLACES
    )
    return read.drop_nulls("country")


def _read_titles(missing: pl.DataFrame, prose: pl.DataFrame) -> pl.DataFrame:
    return _read(missing.select("row", "hint", text="title"), "title", Trust.TITLE).drop_nulls("country")


def _read_first_lines(missing: pl.DataFrame, prose: pl.DataFrame) -> pl.DataFrame:
    """The first lines of the description, where they are as short as headings; the first that names a place counts."""
    lines = prose.join(missing.select("row", "hint"), on="row").select(
        "row", "hint", text=pl.col("prose").str.head(_FIRST_LETTERS).str.split("\n").list.head(_FIRST_LINES)
    ).explode("text").filter(pl.col("text").str.len_chars().is_between(1, _LONGEST_LINE))  # fmt: skip
    read = _read(lines.unique(["row", "text"], maintain_order=True), "description", Trust.TITLE).drop_nulls("country")
    return read.filter(pl.col("quote") == pl.col("quote").first().over("row"))


def _read_sections(rows: pl.DataFrame) -> pl.DataFrame:
    """The place that the nearest of the headings above a row names."""
    texts = rows.select("row", quote=pl.col("section").str.split(" / "), hint=pl.lit(None, dtype=pl.String))
    steps = (
        texts.explode("quote").drop_nulls("quote").with_columns(step=pl.int_range(pl.len()).over("row"), text="quote")
    )
    read = _read(steps, "section", Trust.HEADING).drop_nulls("country")
    return read.filter(pl.col("step") == pl.col("step").max().over("row"))


def _plain_of(raw: pl.DataFrame, missing: pl.DataFrame, descriptions: pl.Series | None) -> pl.DataFrame:
    """The plain descriptions (`prose`) of the rows in `missing`."""
    texts = (
        raw.select("row", prose="description")
        if descriptions is None
        else raw.select("row", prose=pl.lit(descriptions))
    )
    wanted = texts.join(missing, on="row", how="semi", maintain_order="left").drop_nulls("prose")
    return wanted if descriptions is not None else wanted.with_columns(prose=plain(wanted["prose"]))


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
    told = every.group_by("row", maintain_order=True).agg(
        countries=pl.col("country").unique(maintain_order=True),
        cities=pl.col("city").drop_nulls().unique(maintain_order=True),
        places=place,
        remote_countries=pl.col("country").filter(pl.col("is_remote")).unique(maintain_order=True),
    )
    told = told.with_columns(
        pl.when(pl.col(name).list.len() > 0).then(name).alias(name) for name in ("cities", "remote_countries")
    )
    catalogue = by_catalogue.select("row", catalogue=pl.concat_list("country"))
    return (
        rows.select("row")
        .join(told, on="row", how="left", maintain_order="left")
        .join(catalogue, on="row", how="left", maintain_order="left")
        .select(
            pl.coalesce("countries", "catalogue").cast(pl.List(pl.String)),
            pl.col("cities").cast(pl.List(pl.String)),
            pl.col("places").cast(pl.List(PLACE)),
            pl.col("remote_countries").cast(pl.List(pl.String)),
        )
    )


def _evidence(every: pl.DataFrame, by_catalogue: pl.DataFrame) -> list[pl.DataFrame]:
    said = pl.when("is_stated").then(pl.lit("stated")).otherwise(pl.lit("derived"))
    remote = every.filter("is_remote")
    told = [
        evidence(every, "countries", "quote", pl.col("raw_field"), said, value="country"),
        evidence(every, "cities", "quote", pl.col("raw_field"), value="city"),
        evidence(every, "places", "quote", pl.col("raw_field"), value="country"),
        evidence(remote, "remote_countries", "quote", pl.col("raw_field"), said, value="country"),
    ]
    source = evidence(by_catalogue, "countries", pl.format("country: {}", "country"), SOURCE, SOURCE, value="country")
    return [*(part.unique(maintain_order=True) for part in told), source]


@cache
def _label_pattern() -> str:
    """A label at the start of a line, cell or sentence with its colon, or alone on its line, and what follows."""
    labels = any_of(read_reference("places_words")["labels"])
    value = rf"[^\n|]{{1,{_LONGEST_VALUE}}}"
    return rf"(?im)(?:^|[|•·.;)]\s*|\s{{2,}})[^\S\n]*{labels}(?:[^\S\n]?[:：]\s*|[^\S\n]*\n\s*){value}"


@dataclass(slots=True)
class _Chunk:
    raw: list[str]
    words: list[str]


@dataclass(slots=True)
class _Mention:
    """A known name in a piece. `is_whole`: its chunk says nothing else; `is_sole`: and is that name alone."""

    key: str
    readings: list[Reading]
    chunk: int
    is_whole: bool
    is_sole: bool
    is_code: bool
    is_first: bool = False
    is_last: bool = False
    after_preposition: bool = False
    is_used: bool = False


@dataclass(slots=True)
class _Group:
    """The names of a piece between two joining words, and the chunks in which something unknown stands."""

    mentions: list[_Mention] = field(default_factory=list)
    unknown_chunks: set[int] = field(default_factory=set)


@dataclass(slots=True, frozen=True)
class _Hints:
    """Countries that the surroundings of a text speak for; `all_there`: where all openings of the source are."""

    near: frozenset[str] = frozenset()
    all_there: frozenset[str] = frozenset()

    @classmethod
    def of(cls, hint: str | None) -> _Hints:
        if not hint:
            return cls()
        countries = frozenset(hint.lstrip("!").split())
        return cls(countries, countries) if hint.startswith("!") else cls(countries)


_WORD_LISTS = ("joiners", "fillers", "everyday", "people", "before", "after", "prepositions")


class _Words(NamedTuple):
    joiners: frozenset[str]
    fillers: frozenset[str]
    everyday: frozenset[str]
    people: frozenset[str]
    before: frozenset[str]
    after: frozenset[str]
    prepositions: frozenset[str]
    areas: tuple[str, ...]
    inverted: re.Pattern[str]
    remote: re.Pattern[str]
    holders: dict[str, frozenset[str]]


@cache
def _words() -> _Words:
    lists = read_reference("places_words")
    inverted = any_of(lists["inverted"])
    holders: dict[str, set[str]] = {}
    for state, parts in lists["parts"].items():
        for part in parts:
            holders.setdefault(part, set()).add(state)
    return _Words(
        *(frozenset(map(fold, lists[name])) for name in _WORD_LISTS),
        areas=tuple(sorted({fold(area) for area in lists["areas"]})),
        inverted=re.compile(rf"([^\W\d_]+)\s*,\s*({inverted})", re.IGNORECASE),
        remote=re.compile(any_of(read_reference("work_mode")["remote"]), re.IGNORECASE),
        holders={part: frozenset(states) for part, states in holders.items()},
    )  # fmt: skip


class _Reader:
    """Reads the texts of one call. It holds the part of the table of names that their words can spell."""

    def __init__(self, texts: Iterable[str], trust: Trust) -> None:
        self.trust = trust
        self.words = _words()
        self.split: dict[str, list[tuple[str, list[_Chunk]]]] = {}
        self.parsed: dict[str, Parsed] = {}
        folded: dict[str, str] = {}
        for text in texts:
            self.split[text] = list(self._pieces(text, folded))
        self.names = readings_of(folded.values())
        for area in self.words.areas:
            self.names.setdefault(area, []).append(Reading(AREA, -1, "", None, 0.0, 0, NAME))
        self.longest: dict[str, int] = {}
        for key in self.names:
            first, _, rest = key.partition(" ")
            self.longest[first] = max(self.longest.get(first, 0), key.count(" ") + 1)

    def _pieces(self, text: str, folded: dict[str, str]) -> Iterator[tuple[str, list[_Chunk]]]:
        for piece in _PIECE.split(text[:_MOST_LETTERS]):
            piece = piece.strip()
            if not piece:
                continue
            upright = self.words.inverted.sub(r"\2 \1", piece) if "," in piece and " of" in piece else piece
            chunks = []
            for chunk in _CHUNK.split(upright):
                raw = TOKEN.findall(chunk)
                if not raw:
                    continue
                for token in raw:
                    if token not in folded:
                        folded[token] = fold_token(token)
                chunks.append(_Chunk(raw, [folded[token] for token in raw]))
            yield piece, chunks

    def read(self, text: str, hint: str | None = None) -> Parsed:
        parsed = self.parsed.get(text)
        if parsed is None:
            parsed = self.parsed[text] = self._read(text, _Hints())
        if hint and parsed.is_sensitive:
            return self._read(text, _Hints.of(hint))
        return parsed

    def _read(self, text: str, hints: _Hints) -> Parsed:
        is_area = is_sensitive = False
        is_known = True
        groups: list[tuple[str, bool, _Group]] = []
        for piece, chunks in self.split[text]:
            is_remote = self.words.remote.search(piece) is not None
            for group in self._scan(chunks):
                groups.append((piece, is_remote, group))
                is_known = is_known and not group.unknown_chunks
                is_area |= any(mention.readings[0].kind == AREA for mention in group.mentions)
        resolved = [_resolve(group, hints, self.trust, self.words) for _, _, group in groups]
        if any(places.is_open for places in resolved) and any(places.found for places in resolved):
            # The settled places of a text speak for its open ones.
            told = frozenset(place.country for places in resolved for place in places.found)
            wider = _Hints(hints.near | told, hints.all_there)
            resolved = [
                _resolve(group, wider, self.trust, self.words) if places.is_open else places
                for places, (_, _, group) in zip(resolved, groups, strict=True)
            ]
        hits = [
            Hit(*place, piece, is_remote)
            for (piece, is_remote, _), places in zip(groups, resolved, strict=True)
            for place in places.found
        ]
        is_sensitive = any(places.is_open or places.is_bare for places in resolved)
        return Parsed(_without_repeats(hits), is_sensitive, is_area, is_known)

    def _scan(self, chunks: list[_Chunk]) -> list[_Group]:
        """The names in the chunks of a piece, the longest first, in groups parted by joining words."""
        groups = [_Group()]
        is_lower = all(token == token.lower() for chunk in chunks for token in chunk.raw)
        for number, chunk in enumerate(chunks):
            self._scan_chunk(groups, chunk, number, is_lower)
        return groups

    def _scan_chunk(self, groups: list[_Group], chunk: _Chunk, number: int, is_lower: bool) -> None:
        words, count = chunk.words, len(chunk.words)
        named: list[_Mention] = []
        unknown = False
        at = 0
        while at < count:
            word = words[at]
            length, readings = self._longest(chunk, at, number, is_lower)
            is_filler = word in self.words.fillers and length < count
            is_joiner = word in self.words.joiners and count > 1 and chunk.raw[at] == word
            if length > 1 or (length == 1 and not is_joiner and (not is_filler or _is_code(readings))):
                key = " ".join(words[at : at + length])
                mention = _Mention(key, readings, number, True, length == count, _is_code(readings))
                mention.is_first, mention.is_last = at == 0, at + length == count
                mention.after_preposition = at > 0 and words[at - 1] in self.words.prepositions
                if self._is_other_town(words, at, length):
                    mention.readings = [reading for reading in readings if reading.kind != CITY]
                if mention.readings:
                    named.append(mention)
                    groups[-1].mentions.append(mention)
                else:
                    unknown = True
                at += length
                continue
            if is_joiner:
                if groups[-1].mentions:
                    groups.append(_Group())
            elif not is_filler and not _DIGIT.search(word):
                unknown = True
            at += 1
        if unknown:
            groups[-1].unknown_chunks.add(number)
            for mention in named:
                mention.is_whole = False

    def _longest(self, chunk: _Chunk, at: int, number: int, is_lower: bool) -> tuple[int, list[Reading]]:
        words = chunk.words
        count = len(words)
        for length in range(min(self.longest.get(words[at], 0), count - at), 0, -1):
            key = words[at] if length == 1 else " ".join(words[at : at + length])
            readings = self.names.get(key)
            if readings is None:
                continue
            allowed = self._as_written(readings, chunk.raw[at : at + length], length == count, number, is_lower)
            if allowed:
                return length, allowed
        return 0, []

    def _as_written(
        self, readings: list[Reading], raw: list[str], is_sole: bool, number: int, is_lower: bool
    ) -> list[Reading]:
        """Without the readings that the case of the letters rules out: codes and short names are written in capitals, or
        stand alone behind a comma (`Ovar, pt`)."""
        if all(reading.form in (NAME, ALTERNATE, LOST) for reading in readings):
            return readings
        is_upper = all(token.isupper() for token in raw)
        behind = is_sole and (number > 0 or len(raw[0]) > 2)
        in_prose = self.trust is not Trust.PLACES
        kept = []
        for reading in readings:
            form = reading.form
            if form == SHORT:
                fits = is_upper or behind
            elif form == CODE2:
                fits = (is_upper or (behind and len(raw[0]) == 2)) and not (in_prose and not behind)
            elif form == CODE3:
                fits = is_upper and not (in_prose and not behind)
            elif form == CODE_REGION:
                fits = (is_upper or (behind and (is_lower or raw[0].istitle()))) and not (in_prose and not behind)
            else:
                fits = True
            if fits:
                kept.append(reading)
        if is_upper and len(raw) == 1 and len(raw[0]) <= 3:
            return [reading for reading in kept if reading.form not in (NAME, ALTERNATE, LOST)] or kept
        return kept

    def _is_other_town(self, words: list[str], at: int, length: int) -> bool:
        """`Old Greenwich` and `Annapolis Junction` are neither Greenwich nor Annapolis."""
        if at and words[at - 1] in self.words.before:
            return True
        end = at + length
        return end < len(words) and words[end] in self.words.after


class _Place(NamedTuple):
    kind: int
    place: int
    country: str
    is_settled: bool
    is_stated: bool


class _Resolved(NamedTuple):
    """`is_open`: a name that hints might settle; `is_bare`: a place that rests on its fame alone."""

    found: tuple[_Place, ...]
    is_open: bool
    is_bare: bool


def _is_code(readings: list[Reading]) -> bool:
    return bool(readings) and all(reading.form in (CODE2, CODE3, CODE_REGION) for reading in readings)


def _contains(holder: str, country: str, holders: dict[str, frozenset[str]]) -> bool:
    return holder == country or holder in holders.get(country, ())


def _resolve(group: _Group, hints: _Hints, trust: Trust, words: _Words) -> _Resolved:
    """Which places the names of a group mean."""
    mentions = group.mentions[:_MOST_NAMES]
    if not mentions:
        return _Resolved((), False, False)
    links = _Links(mentions, words.holders)
    chosen: list[tuple[Reading, bool] | None] = []
    is_open = is_bare = False
    for at, mention in enumerate(mentions):
        scored = [(links.score(at, reading), reading) for reading in mention.readings]
        best = max(score for score, _ in scored)
        if best <= 0:
            chosen.append(None)
            continue
        tied = [reading for score, reading in scored if score > best - 0.01]
        choice = _settle(tied, hints)
        if choice and choice[0].kind == CITY and (rivals := links.rivals(at, choice[0], hints)):
            choice = _settle(rivals, hints) if hints.near else None
            is_open = is_open or choice is None
        chosen.append(choice)
        mention.is_used = True
    towns = {at: choice for at, choice in enumerate(chosen) if choice and choice[0].kind == CITY}
    _drop_context(towns, mentions)
    found: dict[int, _Place] = {}
    for at, (town, is_settled) in towns.items():
        found[at] = _Place(CITY, town.place, town.country, is_settled, links.states(at, town.country))
    inside = [town for town, _ in towns.values()]
    regions: list[Reading] = []
    for at, choice in enumerate(chosen):
        if not choice or choice[0].kind != REGION or _holds_any(mentions[at], inside, words):
            continue
        region = choice[0]
        if mentions[at].is_code and not links.states(at, region.country):
            continue
        regions.append(region)
        found[at] = _Place(REGION, region.place, region.country, True, links.states(at, region.country))
    is_anchored = bool(towns or regions)
    has_empty_anchor = bool(regions)
    for at, mention in enumerate(mentions):
        country = links.explicit[at]
        if country is None or at in found or (mention.is_code and is_anchored):
            continue
        if any(_contains(country, place.country, words.holders) for other, place in found.items() if other != at):
            continue
        if not _is_believed(mention, mention.readings[0], trust, hints, words):
            continue
        reading, is_settled = _within_country([reading for reading in mention.readings if reading.country == country])
        is_anchored = True
        has_empty_anchor = has_empty_anchor or reading.kind == COUNTRY
        found[at] = _Place(reading.kind, reading.place, country, is_settled, True)
    for at, mention in enumerate(mentions):
        if at in found or links.explicit[at] or mention.readings[0].kind == AREA:
            continue
        if chosen[at] and (chosen[at] or mention.readings)[0].kind != CITY:
            continue
        if mention.is_code:
            if is_anchored or _holds_any(mention, inside, words):
                continue
            place, open_code = _lone_code(mention, group, hints, trust)
            is_open |= open_code
            if place:
                found[at] = place
            continue
        if mention.is_used:
            continue
        spoken = [reading for reading in mention.readings if reading.form not in (CODE2, CODE3, CODE_REGION)]
        choice = _settle(spoken, hints)
        if choice is None:
            is_open = True
            continue
        reading, is_settled = choice
        if not _is_believed(mention, reading, trust, hints, words):
            is_open |= reading.kind == CITY and not mention.is_whole
            continue
        if is_anchored and reading.kind == CITY:
            # A town that none of the named regions and countries holds is a small namesake, unless those have their own.
            if has_empty_anchor or not mention.is_whole or reading.population < _KNOWN_TOWN:
                continue
        if reading.kind == CITY and _is_beside_code(mention, mentions):
            is_open = True
            continue
        is_bare = True
        found[at] = _Place(reading.kind, reading.place, reading.country, is_settled, reading.kind == COUNTRY)
    return _Resolved(tuple(found[at] for at in sorted(found)), is_open, is_bare)


class _Links:
    """Which names of a group lie in which others."""

    def __init__(self, mentions: list[_Mention], holders: dict[str, frozenset[str]]) -> None:
        self.mentions = mentions
        self.holders = holders
        self.explicit = [_explicit(mention, holders) for mention in mentions]
        self.regions: dict[int, list[int]] = {}
        self.countries: dict[str, list[int]] = {}
        self.held_regions: dict[int, list[int]] = {}
        self.held_countries: dict[str, list[int]] = {}
        if len(mentions) == 1:
            return
        for at, mention in enumerate(mentions):
            for reading in mention.readings:
                if reading.kind == REGION:
                    self.regions.setdefault(reading.place, []).append(at)
                    self.held_countries.setdefault(reading.country, []).append(at)
                elif reading.kind == COUNTRY:
                    self.countries.setdefault(reading.country, []).append(at)
                elif reading.kind == CITY:
                    if reading.region is not None:
                        self.held_regions.setdefault(reading.region, []).append(at)
                    self.held_countries.setdefault(reading.country, []).append(at)

    def score(self, at: int, reading: Reading) -> float:
        """How much the other names speak for a reading: 3 for the region around it, 2 for its country or a town in it."""
        if len(self.mentions) == 1:
            return 0.0
        country = self._nearest(self._in_country(reading.country), at)
        told = 0.0 if country is None else 2.0 - country
        if reading.kind == CITY:
            region = self._nearest(self.regions.get(reading.region, ()), at) if reading.region is not None else None
            if region is None or self._speaks_against(at, reading.country) or self._is_other_city(at, reading):
                return told
            return told + 3.0 - region
        if reading.kind == REGION:
            town = self._nearest(self.held_regions.get(reading.place, ()), at)
            return told if town is None or self._speaks_against(at, reading.country) else told + 2.0 - town
        if reading.kind == COUNTRY:
            held = self._nearest(self.held_countries.get(reading.country, ()), at)
            return 0.0 if held is None else 1.0 - held
        return 0.0

    def rivals(self, at: int, choice: Reading, hints: _Hints) -> list[Reading]:
        """Where a bare code joined a small town to its region (Salem, IN), the far more famous town of the country of the
        same code, with the choice; else nothing."""
        if any(self.explicit) or choice.region is None:
            return []
        by_code = [other for other in self.regions.get(choice.region, ()) if self.mentions[other].is_code]
        if not by_code:
            return []
        countries = {
            reading.country for other in by_code for reading in self.mentions[other].readings if reading.kind == COUNTRY
        }
        rivals = [
            reading
            for reading in self.mentions[at].readings
            if reading.country in countries and reading.fame >= _CLEARLY * choice.fame
        ]
        return [choice, *rivals] if rivals else []

    def states(self, at: int, country: str) -> bool:
        """Whether another name of the group says the country itself."""
        return any(other != at for other in self._in_country(country))

    def _in_country(self, country: str) -> list[int]:
        found = self.countries.get(country, [])
        for holder in self.holders.get(country, ()):
            found = found + self.countries.get(holder, [])
        return found

    def _nearest(self, others: Sequence[int], at: int) -> float | None:
        """0 for a name that follows at once, a little more the farther away; None where there is no other."""
        steps = [0.05 * abs(other - at - 1) for other in others if other != at]
        return min(min(steps), 0.9) if steps else None

    def _speaks_against(self, at: int, country: str) -> bool:
        """Whether other names say countries, and not this one."""
        told = {other for number, other in enumerate(self.explicit) if other and number != at}
        return bool(told) and not any(_contains(other, country, self.holders) for other in told)

    def _is_other_city(self, at: int, reading: Reading) -> bool:
        """Whether the region around it is a city's name and the town is too small for that: Boston, New York is two cities."""
        famous = self.mentions[at].readings[0].fame
        if reading.region is None or reading.fame * 300 >= famous:
            return False
        others = [other for other in self.regions.get(reading.region, ()) if other != at]
        return all(self.mentions[other].readings[0].kind == CITY for other in others)


def _explicit(mention: _Mention, holders: dict[str, frozenset[str]]) -> str | None:
    """The country that a name clearly says."""
    top = mention.readings[0]
    if top.kind != COUNTRY or top.form in (CODE2, CODE_REGION):
        return None
    for reading in mention.readings:
        if reading.country != top.country and not _contains(top.country, reading.country, holders):
            return top.country if _outshines(top, reading) else None
    return top.country


def _settle(readings: list[Reading], hints: _Hints) -> tuple[Reading, bool] | None:
    """The reading meant, and whether it is settled which of its country; None where even the country is open."""
    best: dict[str, Reading] = {}
    for reading in readings:
        if reading.country not in best or reading.fame > best[reading.country].fame:
            best[reading.country] = reading
    ranked = sorted(best.values(), key=lambda reading: -reading.fame)
    top = ranked[0]
    there = [reading for reading in ranked if reading.country in hints.all_there]
    if there and top.country not in hints.all_there:
        local = max(there, key=lambda reading: reading.population)
        if top.kind == COUNTRY and local.population >= 10_000:
            return None
        if top.kind != COUNTRY and local.population * _HINT_OUTWEIGHS >= top.population:
            top = local
    elif len(ranked) > 1 and not _outshines(top, ranked[1]):
        near = [reading for reading in ranked if reading.country in hints.near]
        if len(near) != 1:
            return None
        top = near[0]
    return _within_country([reading for reading in readings if reading.country == top.country])


def _outshines(top: Reading, rival: Reading) -> bool:
    if top.kind == COUNTRY and rival.kind == REGION:
        return top.population >= _CLEARLY * rival.population
    if top.fame >= _CLEARLY * rival.fame:
        return True
    is_metropolis = top.kind == rival.kind == CITY and top.population >= _METROPOLIS
    return is_metropolis and top.population >= _METROPOLIS_CLEARLY * rival.population


def _within_country(readings: list[Reading]) -> tuple[Reading, bool]:
    """The reading meant among those of one country, and whether it is settled."""
    top = max(readings, key=lambda reading: reading.fame)
    if len(readings) == 1:
        return top, True
    towns = sorted((reading for reading in readings if reading.kind == CITY), key=lambda reading: -reading.fame)
    wider = [reading for reading in readings if reading.kind != CITY]
    if not wider:
        return top, len(towns) == 1 or towns[0].fame >= _CLEARLY * towns[1].fame
    holder = max(wider, key=lambda reading: reading.fame)
    if not towns:
        return holder, True
    town = towns[0]
    if holder.kind == COUNTRY:
        return (town, True) if town.population >= _CITY_STATE_SHARE * holder.population else (holder, True)
    if town.region == holder.place:
        return (town, True) if town.population >= _SAME_NAME_SHARE * holder.population else (holder, True)
    if top.fame >= _CLEARLY * min(town.fame, holder.fame):
        return top, True
    return top, False


def _is_believed(mention: _Mention, reading: Reading, trust: Trust, hints: _Hints, words: _Words) -> bool:
    """Whether a name that nothing else supports may stand for a place."""
    if reading.form == LOST and len(reading_key := mention.key) < 6 and " " in reading_key:
        return False
    if trust is Trust.TITLE and mention.key in words.everyday:
        return False
    if mention.is_whole:
        if trust is Trust.PLACES or reading.kind != CITY:
            return True
        return reading.population >= _KNOWN_TOWN and reading.form in (NAME, SHORT)
    if mention.key in words.everyday or reading.form in (ALTERNATE, LOST):
        return False
    if trust is Trust.TITLE:
        return (
            mention.is_last
            and mention.after_preposition
            and (reading.kind != CITY or reading.population >= _KNOWN_TOWN)
        )
    if mention.key in words.people and not mention.is_first and reading.country not in hints.all_there:
        return False
    if reading.kind == CITY:
        least = 10_000 if reading.country in hints.all_there else _KNOWN_TOWN
        return trust is Trust.PLACES and reading.population >= least
    return reading.kind == COUNTRY or reading.population >= 500_000


def _lone_code(mention: _Mention, group: _Group, hints: _Hints, trust: Trust) -> tuple[_Place | None, bool]:
    """What a code means that no known town is in, and whether that is left open.

    Behind an unknown town the code of an American state or Canadian province is one: `Hometown, TX`."""
    if trust is not Trust.PLACES:
        return None, False
    hinted = [reading for reading in mention.readings if reading.country in hints.near]
    if len({reading.country for reading in hinted}) == 1:
        return _code_place(hinted[0]), False
    readings = mention.readings
    if mention.is_sole and mention.chunk - 1 in group.unknown_chunks | {other.chunk for other in group.mentions}:
        states = [reading for reading in readings if reading.kind == REGION and reading.country in ("US", "CA")]
        if mention.key in _UNSURE_CODES and states:
            beside = {reading.country for other in group.mentions if other.chunk == mention.chunk - 1 for reading in other.readings}
            likely = [reading for reading in readings if reading.country in beside]
            return (_code_place(likely[0]), False) if len(likely) == 1 else (None, True)
        if len(states) == 1:
            return _code_place(states[0]), False
    elif not mention.is_whole or len(group.mentions) > 1:
        return None, True
    usual = [reading for reading in readings if reading.kind == COUNTRY or reading.country in ("US", "CA")] or readings
    if len({reading.country for reading in usual}) > 1:
        return None, True
    return _code_place(usual[0]), False


def _code_place(reading: Reading) -> _Place:
    return _Place(reading.kind, reading.place, reading.country, True, True)


def _is_beside_code(mention: _Mention, mentions: list[_Mention]) -> bool:
    """Whether the next chunk is a code that this town does not lie in: it is another, small town."""
    return any(other.is_code and other.is_sole and other.chunk == mention.chunk + 1 for other in mentions)


def _holds_any(mention: _Mention, towns: list[Reading], words: _Words) -> bool:
    return any(
        (reading.kind == REGION and reading.place == town.region)
        or (reading.kind == COUNTRY and _contains(reading.country, town.country, words.holders))
        for reading in mention.readings
        for town in towns
    )


def _drop_context(towns: dict[int, tuple[Reading, bool]], mentions: list[_Mention]) -> None:
    """Take out the city or province seat around a town: `Sant Cugat del Vallès, Barcelona, Spain`."""
    for at in sorted(towns)[:-1]:
        if at not in towns or at + 1 not in towns:
            continue
        (town, _), (around, _) = towns[at], towns[at + 1]
        follows = mentions[at + 1].chunk == mentions[at].chunk + 1
        is_around = town.region == around.region and around.population >= _CLEARLY * town.population
        if follows and is_around and town.country not in ("US", "CA", "GB") and town.place != around.place:
            del towns[at + 1]


def _without_repeats(hits: list[Hit]) -> tuple[Hit, ...]:
    """Each place once; a country or region only where no place of it is named."""
    kept: dict[tuple[int, int], Hit] = {}
    for hit in hits:
        kept.setdefault((hit.kind, hit.place), hit)
    narrower = {hit.country for hit in kept.values() if hit.kind != COUNTRY}
    return tuple(hit for hit in kept.values() if hit.kind != COUNTRY or hit.country not in narrower)
