"""Small cases that a careful reader has decided, a few at once and all among twenty thousand real listings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipeline.match.batch import match_file

TEXTS = ("listing_id", "source_id", "organization", "title", "posted", "url", "description", "native_id", "channel")
SCHEMA = pl.Schema(
    {name: pl.String() for name in TEXTS} | {name: pl.List(pl.String) for name in ("locations", "seasons")}
)
MAX_WRONG, MAX_JOINED_WRONGLY = 6, 2
OWN = Path(__file__).with_name("cases.yaml")
FIELDS = {"text": "description", "id": "native_id"}
MAX_OWN_WRONG, MAX_OWN_JOINED_WRONGLY = 6, 1
BATCHES = 8


@pytest.fixture(scope="module")
def cases(shared: Path) -> list[dict[str, Any]]:
    lines = (shared / "cases" / "match" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def rows_of(case: dict[str, Any]) -> pl.DataFrame:
    """The rows of a case, with sources of its own."""
    rows = [
        {name: row.get(name) for name in SCHEMA}
        | {"listing_id": f"{case['name']}:{number}", "source_id": f"{case['name']}:{row['source_id']}"}
        for number, row in enumerate(case["rows"])
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def matched(listings: pl.DataFrame, folder: Path) -> dict[str, str]:
    listings.write_parquet(folder / "listings.parquet")
    match_file(folder / "listings.parquet", folder / "matches.parquet")
    return dict(pl.read_parquet(folder / "matches.parquet").select("listing_id", "internship_id").iter_rows())


def test_cases_come_out_as_a_careful_reader_decides(cases: list[dict[str, Any]], shared: Path, tmp_path: Path) -> None:
    background = pl.read_parquet(shared / "eval" / "matching" / "listings.parquet")
    others = background.select(
        pl.col(name) if name in background.columns else pl.lit(None, kind).alias(name) for name, kind in SCHEMA.items()
    )
    among = matched(pl.concat([others, *(rows_of(case) for case in cases)]), tmp_path)
    few: dict[str, str] = {}
    for start in range(BATCHES):
        few |= matched(pl.concat(rows_of(case) for case in cases[start::BATCHES]), tmp_path)
    wrong, joined = [], []
    for case in cases:
        for way, ids in (("with a few others", few), ("among many", among)):
            made = len({ids[listing] for listing in rows_of(case)["listing_id"]})
            if made != case["internships"]:
                wrong.append(f"{way}: {case['name']}: {made} internships, not {case['internships']}")
                joined += wrong[-1:] if made < case["internships"] else []
    assert len(wrong) <= MAX_WRONG, wrong
    assert len(joined) <= MAX_JOINED_WRONGLY, joined


def test_own_cases_come_out_as_a_careful_reader_decides(tmp_path: Path) -> None:
    """How a case is written: tests/match/cases.yaml. Some twenty are matched at once, never neighbors, which are of one kind."""
    cases = yaml.safe_load(OWN.read_text(encoding="utf-8"))["cases"]
    wrong = {}
    for start in range(BATCHES):
        batch = dict(islice(cases.items(), start, None, BATCHES))
        rows = [row for name, case in batch.items() for row in own_rows(name, case)]
        ids = matched(pl.DataFrame(rows, schema=SCHEMA), tmp_path)
        for name, case in batch.items():
            made = len({ids[f"{name}:{number}"] for number in range(len(case["rows"]))})
            if made != case["makes"]:
                wrong[name] = made
    assert len(cases) >= 350
    assert len(wrong) <= MAX_OWN_WRONG, wrong
    assert sum(made < cases[name]["makes"] for name, made in wrong.items()) <= MAX_OWN_JOINED_WRONGLY, wrong


def own_rows(name: str, case: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows of a case, with sources and addresses of its own."""
    for number, (source, organization, title, other) in enumerate(case["rows"]):
        yield (
            {"source_id": f"{name}-{source}", "organization": organization, "title": title, "posted": "2026-09-01"}
            | {"listing_id": f"{name}:{number}", "url": f"https://{source}.example/{name}/{number}"}
            | {FIELDS.get(key, key): str(value) for key, value in other.items() if key != "at"}
            | {"locations": other["at"].split("; ") if "at" in other else []}
        )
