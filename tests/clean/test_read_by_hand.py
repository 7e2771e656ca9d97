"""Values read by hand: 200 drawn over all fields, each read against its quote and the text around it.

`read_by_hand.csv` names them by listing and field; `set` is where the listing comes from (`pages`: ../shared/eval/pages,
`pairs`: tests/sources, `night`: the recorded night of 2026-07-01). A verdict is `right`, `mended` (wrong when it was read, so
that it must not come back) or `wrong` (it still is). The texts stay where they are.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.clean import clean, identify
from pipeline.storage.raw import read_ndjson
from pipeline.tables import LISTINGS, RAW
from scrapers.source import Source, read_catalogue
from tests.conftest import REPOSITORY

CATALOGUE = REPOSITORY / "data" / "sources"
NIGHT = date(2026, 7, 1)
LEAST_SHARE = 0.97
WORDS_OF_THE_TEXT = ("text", "quote")
NIGHT_SOURCES = (
    "canadian-tech-internships", "european-tech-internships", "global-internship-list", "speedyapply-international",
    "speedyapply-new-grad-international", "speedyapply-usa", "unhcr-jobs",
)  # fmt: skip


def read_rows() -> list[dict[str, str]]:
    with (Path(__file__).parent / "read_by_hand.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(value: Any) -> str:
    """A value as the file has it: JSON, without what is quoted from the listing."""
    if isinstance(value, list):
        value = [
            {name: part for name, part in each.items() if name not in WORDS_OF_THE_TEXT}
            if isinstance(each, dict)
            else each
            for each in value
        ]
    return json.dumps(value, ensure_ascii=False, default=str)


@pytest.fixture(scope="module")
def raw_of_sets(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    pairs = [read_ndjson(path) for path in sorted((REPOSITORY / "tests/sources").rglob("expected.ndjson"))]
    return {
        "pages": read_ndjson(shared / "eval/pages/raw.ndjson"),
        "pairs": pl.concat(RAW.conform(pair) for pair in pairs),
        "night": crawled(shared / f"web/night-{NIGHT}.warc.gz", tmp_path_factory.mktemp("night")),
    }


def crawled(archive: Path, folder: Path) -> pl.DataFrame:
    job = folder / "job.json"
    settings = {
        "night": str(NIGHT), "attempt": 1, "process": 0, "raw_dir": str(folder / "raw"), "catalogue": str(CATALOGUE),
        "source_ids": NIGHT_SOURCES, "replay": [str(archive)],
    }  # fmt: skip
    job.write_text(json.dumps(settings), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "scrapers.crawl", str(job)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as process:  # it lives as long as its standard input is open
        assert process.wait(timeout=120) == 0
    return read_ndjson(next((folder / "raw").glob("listings-*.ndjson")))


def given(raw: pl.DataFrame, ids: set[str], sources: Mapping[str, Source]) -> Iterator[tuple[tuple[str, str], str]]:
    """The values of these listings, by listing and field."""
    rows = identify(raw, LISTINGS.empty(), sources).filter(pl.col("listing_id").is_in(ids))
    for listing in clean(rows, NIGHT, sources).listings.iter_rows(named=True):
        for field, value in listing.items():
            yield (listing["listing_id"], field), written(value)


def test_values_read_by_hand_are_still_given(raw_of_sets: dict[str, pl.DataFrame]) -> None:
    sources = read_catalogue(CATALOGUE).by_id
    wrong = {}
    for name, raw in raw_of_sets.items():
        rows = [row for row in read_rows() if row["set"] == name]
        values = dict(given(raw, {row["listing_id"] for row in rows}, sources))
        for row in rows:
            value = values[row["listing_id"], row["field"]]
            if (value == row["value"]) is (row["verdict"] == "mended"):
                wrong[row["listing_id"], row["field"]] = (row["value"], value, row["verdict"])
    assert wrong == {}


def test_enough_of_the_values_follow_from_their_quotes() -> None:
    verdicts = [row["verdict"] for row in read_rows()]
    assert len(verdicts) == 200 and set(verdicts) <= {"right", "mended", "wrong"}
    assert verdicts.count("right") >= LEAST_SHARE * len(verdicts)
