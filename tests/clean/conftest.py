"""Raw listings for the tests of cleaning."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import polars as pl
import pytest

from pipeline.clean import clean
from pipeline.tables import RAW
from scrapers.source import Source

RawRows = Callable[..., pl.DataFrame]
Listings = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def raw_rows() -> RawRows:
    """A frame of tables.RAW from the fields that matter to a test; the rest is as of an ordinary row."""

    def make(*rows: dict[str, Any]) -> pl.DataFrame:
        usual = {"source_id": "list", "title": "Intern", "channel": "platform", "locations": [], "extra": {}}
        full = [{**usual, "url": f"https://example.org/{number}", **row} for number, row in enumerate(rows)]
        for row in full:
            row["extra"] = json.dumps(row["extra"], ensure_ascii=False)
        return pl.DataFrame(full, schema=RAW.schema) if full else RAW.empty()

    return make


@pytest.fixture(scope="session")
def listings(raw_rows: RawRows) -> Listings:
    """The listings of rows that are cleaned together, which takes as long as cleaning one, in the order of the rows. `says`: what
    the catalogue says of the source of each."""

    def make(rows: Sequence[dict[str, Any]], says: Sequence[dict[str, Any]] = ()) -> list[dict[str, Any]]:
        names = [f"list{number}" for number in range(len(rows))]
        usual = {
            "name": "A list",
            "channel": "platform",
            "spider": "markdown_list",
            "url": "https://example.org/list.md",
        }
        catalogue = [
            Source.model_validate({**usual, "id": name, **one})
            for name, one in zip(names, says or [{}] * len(rows), strict=True)
        ]
        raw = raw_rows(*({"source_id": name, **row} for name, row in zip(names, rows, strict=True)))
        cleaned = clean(raw, None, {source.id: source for source in catalogue}).listings
        by_source = {listing["source_id"]: listing for listing in cleaned.iter_rows(named=True)}
        return [by_source[name] for name in names]

    return make


@pytest.fixture(scope="session")
def described(listings: Listings) -> Callable[..., dict[str, tuple[Any, ...]]]:
    """For each of some descriptions, what is read from it into the fields."""

    def read(descriptions: Iterable[str], *fields: str) -> dict[str, tuple[Any, ...]]:
        texts = list(descriptions)
        rows = listings([{"description": text} for text in texts])
        return {text: tuple(row[field] for field in fields) for text, row in zip(texts, rows, strict=True)}

    return read


@pytest.fixture
def source() -> Callable[..., dict[str, Source]]:
    """A catalogue of one source, `list`, that says what a test needs."""

    def make(**says: Any) -> dict[str, Source]:
        usual = {"id": "list", "name": "A list", "channel": "platform", "spider": "markdown_list"}
        return {"list": Source.model_validate({**usual, "url": "https://example.org/list.md", **says})}

    return make
