"""Makes page_weights.csv: how much each sign of `pipeline.clean.what.page` speaks for an opening.

    python -m tests.tools.make_page_weights > data/reference/page_weights.csv

One logistic regression over all labelled pages that name internships (`FOLDERS`), with a ridge. Its first lines say how well
pages are judged by weights that met no page of their set, and none of their language.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from pipeline import clean as package
from pipeline.clean.what import kind, page
from pipeline.shipped import shipped
from pipeline.storage.raw import read_ndjson
from scrapers.source import read_catalogue
from tests.tools.accuracy import PAGES, REPOSITORY

FOLDERS = (
    PAGES,
    *sorted((PAGES.parent / "pages2").glob("batch*")),
    *sorted((REPOSITORY / "tests/clean/written").iterdir()),
)
RIDGE = 0.5
"""Chosen among 0.3 to 8 by the likelihood of sets and languages left out."""
_ROUNDS, _ENOUGH = 30, 1e-6


class Page(NamedTuple):
    """`features`: page.FEATURES, and 1 for the bias."""

    features: tuple[float, ...]
    is_opening: bool
    batch: str
    language: str


def pages_of(folder: Path) -> Iterator[Page]:
    """The pages of a folder that name internships and are long enough to be judged."""
    kept: list[Any] = []

    def keep(*frames: Any) -> Any:
        kept.append(page.page_features(*frames))
        return page.judge_pages(*frames)

    raw = read_ndjson(folder / "raw.ndjson")
    with patch.object(kind, "judge_pages", keep):
        listings = package.clean(raw, date(2026, 11, 29), read_catalogue(shipped("data", "sources")).by_id).listings
    labels = {label["id"]: label for label in map(json.loads, (folder / "labels.jsonl").open(encoding="utf-8"))}
    [features] = kept
    for row in features.filter("is_judged", features["names"] > 0).to_dicts():
        label = labels[listings["native_id"][row["row"]]]
        values = (*(row[name] for name in page.FEATURES), 1.0)
        yield Page(values, label["is_internship_listing"], folder.name, label.get("language") or "en")


def fit(pages: Sequence[Page]) -> list[float]:
    """The weights by Newton's method; that of the bias is the last, and bears no ridge."""
    size = len(page.FEATURES) + 1
    weights = [0.0] * size
    for _ in range(_ROUNDS):
        slope = [-RIDGE * weight for weight in weights[:-1]] + [0.0]
        bend = [[RIDGE * (at == other < size - 1) for other in range(size)] for at in range(size)]
        for one in pages:
            likely = 1 / (1 + math.exp(-_weight(weights, one)))
            present = [(at, value) for at, value in enumerate(one.features) if value]
            for at, value in present:
                slope[at] += value * (one.is_opening - likely)
                pull = value * likely * (1 - likely)
                for other, beside in present:
                    bend[at][other] += pull * beside
        change = _solved(bend, slope)
        weights = [weight + step for weight, step in zip(weights, change, strict=True)]
        if max(map(abs, change)) < _ENOUGH:
            break
    return weights


def _weight(weights: Sequence[float], one: Page) -> float:
    return sum(weight * value for weight, value in zip(weights, one.features, strict=True))


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a system of linear equations with a positive definite matrix."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at, pivot in enumerate(rows):
        for below in rows[at + 1 :]:
            factor = below[at] / pivot[at]
            for column in range(at, len(pivot)):
                below[column] -= factor * pivot[column]
    solution = [0.0] * len(rows)
    for at in reversed(range(len(rows))):
        known = sum(rows[at][other] * solution[other] for other in range(at + 1, len(rows)))
        solution[at] = (rows[at][-1] - known) / rows[at][at]
    return solution


def left_out(pages: Sequence[Page], group: str) -> tuple[float, float]:
    """Precision and recall where the pages of each set, or of each language, are judged by weights of all others."""
    right = taken = 0
    for name in sorted({getattr(one, group) for one in pages}):
        weights = fit([one for one in pages if getattr(one, group) != name])
        for one in pages:
            if getattr(one, group) == name and _is_taken(weights, one):
                taken += 1
                right += one.is_opening
    return right / taken, right / sum(one.is_opening for one in pages)


def _is_taken(weights: Sequence[float], one: Page) -> bool:
    of_others = sum(weights[at] * one.features[at] for at in map(page.FEATURES.index, page.OTHER_SORTS))
    return _weight(weights, one) > page.CAUTION or of_others > page.AGAINST


def main() -> None:
    pages = [one for folder in FOLDERS for one in pages_of(folder)]
    openings = sum(one.is_opening for one in pages)
    write = sys.stdout.write
    write(
        "# How much each feature of a page speaks for an opening, as its part of the logarithm of the odds; made by\n"
    )
    write(
        f"# tests/tools/make_page_weights.py of {len(pages)} labelled pages that name internships, {openings} of them openings.\n"
    )
    for group, name in (("batch", "set"), ("language", "language")):
        precision, recall = left_out(pages, group)
        write(
            f"# Judged by weights that met no page of their {name}: precision {precision:.3f}, recall {recall:.3f}.\n"
        )
    write("feature,weight\n")
    for feature, weight in zip((*page.FEATURES, page.BIAS), fit(pages), strict=True):
        write(f"{feature},{weight:.2f}\n")


if __name__ == "__main__":
    main()
