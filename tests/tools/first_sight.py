"""First sight: how well cleaning reads a batch of labelled pages before anybody has read it, as rows of a CSV.

Belongs here: scoring one batch (a folder with raw.ndjson, labels.jsonl and labels_more.jsonl, named after it) and adding its
rows to `tests/clean/first_sight.csv`, once. A batch that was read measures nothing any more, so its rows are never written
again. Does not belong here: what counts as right (`accuracy.compare_page`), the published figures (`accuracy.readme`).

    python -m tests.tools.first_sight ../shared/eval/pages2/batch1
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pipeline import clean as package
from pipeline.shipped import shipped
from pipeline.storage.raw import read_ndjson
from scrapers.source import read_catalogue
from tests.tools.accuracy import FIRST_SIGHT, compare_page

COLUMNS = ("batch", "language", "channel", "field", "right", "wrong", "missed")

_COLUMN_OF = {"deadline_by_fetched_at": "deadline"}
_NOT_FIELDS = frozenset({"id", "note", "notes", "fee_currency"})


def compare_more(label: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, tuple[set[Any], set[Any]]]:
    """For each field of labels_more.jsonl that the label states, its values and those of cleaning."""
    stated = {name: value for name, value in label.items() if value is not None and name not in _NOT_FIELDS}
    return {name: (_values(value), _values(row.get(_COLUMN_OF.get(name, name)))) for name, value in stated.items()}


def score(folder: Path) -> Iterator[tuple[str | int, ...]]:
    """The rows of COLUMNS of the batch in a folder, in their order."""
    catalogue = read_catalogue(shipped("data", "sources"))
    listings = package.clean(read_ndjson(folder / "raw.ndjson"), date(2026, 11, 29), catalogue.by_id).listings
    rows = {row["native_id"]: row for row in listings.to_dicts()}
    more = {label["id"]: label for label in _labels(folder / "labels_more.jsonl")}
    counts: dict[tuple[str, str, str], list[int]] = {}
    for label in _labels(folder / "labels.jsonl"):
        row = rows[label["id"]]
        compared = compare_page(label, row) | compare_more(more.get(label["id"], {}), row)
        for field, (truth, read) in compared.items():
            count = counts.setdefault((label["language"], label["channel"], field), [0, 0, 0])
            for at, values in enumerate((truth & read, read - truth, truth - read)):
                count[at] += len(values)
    for key, count in sorted(counts.items()):
        yield folder.name, *key, *count


def _labels(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _values(value: Any) -> set[Any]:
    if value is None or value == [] or value == "":
        return set()
    if isinstance(value, list):
        return set(value)
    return {value.isoformat()[:10] if isinstance(value, date) else value}


def main(folder: Path) -> None:
    batch = folder.name
    is_new = not FIRST_SIGHT.exists()
    if not is_new and any(
        row["batch"] == batch for row in csv.DictReader(FIRST_SIGHT.open(encoding="utf-8", newline=""))
    ):
        raise SystemExit(f"{batch} was seen before: its rows stand in {FIRST_SIGHT}")
    with FIRST_SIGHT.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if is_new:
            writer.writerow(COLUMNS)
        writer.writerows(score(folder))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
