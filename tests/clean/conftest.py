"""Raw listings for the tests of cleaning."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from pipeline.tables import RAW
from scrapers.source import Source

RawRows = Callable[..., pl.DataFrame]


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


@pytest.fixture
def source() -> Callable[..., dict[str, Source]]:
    """A catalogue of one source, `list`, that says what a test needs."""

    def make(**says: Any) -> dict[str, Source]:
        usual = {"id": "list", "name": "A list", "channel": "platform", "spider": "markdown_list"}
        return {"list": Source.model_validate({**usual, "url": "https://example.org/list.md", **says})}

    return make
