"""Which addresses are one posting's own, whatever stands at them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipeline.match.batch import match_file

TEXT = "The crew counts eels at two weirs and enters them into the register of the county. "


def internships(rows: list[dict[str, object]], folder: Path) -> int:
    frame = pl.DataFrame([{"listing_id": str(number), **row} for number, row in enumerate(rows)])
    frame.write_parquet(folder / "listings.parquet")
    match_file(folder / "listings.parquet", folder / "matches.parquet")
    return pl.read_parquet(folder / "matches.parquet")["internship_id"].n_unique()


@pytest.mark.parametrize(
    ("page", "titles", "count"),
    [
        ("about/internship-programme", ("Hydrology Internship", "Accounting Internship"), 2),
        ("ueber/praktikum-und-mehr", ("Praktikum Geologie", "Praktikum Buchhaltung"), 2),
        ("about/archive-placements", ("Archive Placement, Charters", "Archive Placement, Photographs"), 2),
        ("about/tide-gauge-placement", ("Tide Gauge Internship", "Tide Gauge Internship (f/m/d)"), 1),
    ],
)
def test_a_page_is_no_postings_own_for_words_that_all_openings_have(
    page: str, titles: tuple[str, str], count: int, tmp_path: Path
) -> None:
    rows = [
        {
            "source_id": source,
            "organization": "Heron Survey",
            "title": title,
            "url": f"https://heron.example/{page}",
            "posted": "2026-09-01",
        }
        for source, title in zip("ab", titles, strict=True)
    ]
    assert internships(rows, tmp_path) == count
