"""Accuracy: how well cleaning reads pages and places that were labelled by hand, as the README of this package.

Belongs here: comparing with labels and writing the figures as Markdown. Does not belong here: any rule of cleaning. The
labels lie beside the repository (`../shared/eval/pages`) and in `tests/clean/where/labelled_places.csv`.

    python -m tests.tools.accuracy > pipeline/clean/README.md
"""

from __future__ import annotations

import csv
import importlib
import json
import pkgutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from pipeline import clean as package
from pipeline.clean.where.places import find_places
from pipeline.shipped import shipped
from pipeline.storage.raw import read_ndjson
from scrapers.source import read_catalogue

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = REPOSITORY.parent / "shared" / "eval" / "pages"
PLACES = REPOSITORY / "tests" / "clean" / "where" / "labelled_places.csv"
FIRST_SIGHT = REPOSITORY / "tests" / "clean" / "first_sight.csv"
FIELDS = (
    "is_internship", "countries", "deadline", "weeks_min", "weeks_max", "paid", "pay_amount", "pay_currency", "pay_period",
    "languages_required", "eligibility",
)  # fmt: skip
"""Fields of labels.jsonl, as ../shared/tools/score_pages.py names them."""
COMMAND = "python -m tests.tools.accuracy > pipeline/clean/README.md"

_IS_PAID = {"paid": "yes", "allowance": "yes", "expenses_only": "yes", "unpaid": "no"}
_NO_LANGUAGE = "not told"


class Tally(NamedTuple):
    """Values that are right, values that are not, labels not found, pages with a label."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    labels: int = 0

    def with_page(self, truth: set[Any], found: set[Any]) -> Tally:
        return Tally(
            self.right + len(truth & found),
            self.wrong + len(found - truth),
            self.missed + len(truth - found),
            self.labels + bool(truth),
        )

    def with_tally(self, other: Tally) -> Tally:
        return Tally(*(mine + others for mine, others in zip(self, other, strict=True)))

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        both = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / both if both else 0.0


def compare_page(label: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, tuple[set[Any], set[Any]]]:
    """For each field what the label says and what cleaning says, by the rules of ../shared/tools/score_pages.py.

    Of a page that is no listing only that counts; a deadline without a year, and languages to choose from, do not count."""
    is_listing = bool(label["is_internship_listing"])
    compared = {"is_internship": ({"yes"} if is_listing else set(), {"yes"} if row["is_internship"] else set())}
    if not is_listing:
        return compared
    paid = {True: {"yes"}, False: {"no"}, None: set[str]()}[label["paid"]]
    choice = set(label["languages_any_of"]) if label.get("languages_any_of") else set()
    compared |= {
        "countries": (set(label["host_country"]), set(row["countries"] or [])),
        "weeks_min": (_one(label["duration_weeks_min"]), _one(row["weeks_min"])),
        "weeks_max": (_one(label["duration_weeks_max"]), _one(row["weeks_max"])),
        "paid": (paid, {_IS_PAID[row["pay_status"]]} if row["pay_status"] else set()),
        "pay_amount": (_one(label["stipend_amount"]), _one(row["pay_min"])),
        "pay_currency": (_one(label["stipend_currency"]), _one(row["pay_currency"])),
        "pay_period": (_one(label["stipend_period"]), _one(row["pay_period"])),
        "languages_required": (set(label["languages_required"]), set(row["languages_required"] or []) - choice),
        "eligibility": (set(label["eligibility"]), set(row["eligibility"] or [])),
    }
    if not label.get("deadline_partial"):
        compared["deadline"] = (_one(label["deadline"]), _one(row["deadline"] and row["deadline"].isoformat()))
    return compared


def tally_pages(folder: Path) -> tuple[dict[tuple[str, str], Tally], dict[str, int]]:
    """Tallies by field and language of the page, and pages by language."""
    catalogue = read_catalogue(shipped("data", "sources"))
    listings = package.clean(read_ndjson(folder / "raw.ndjson"), None, catalogue.by_id).listings
    rows = {row["native_id"]: row for row in listings.to_dicts()}
    tallies: dict[tuple[str, str], Tally] = {}
    pages: dict[str, int] = {}
    for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        row = rows[label["id"]]
        language = row["posting_language"] or _NO_LANGUAGE
        pages[language] = pages.setdefault(language, 0) + 1
        for field, (truth, found) in compare_page(label, row).items():
            key = field, language
            tallies[key] = tallies.setdefault(key, Tally()).with_page(truth, found)
    return tallies, pages


def modules() -> dict[str, str]:
    """The modules of this package and the first sentence of the docstring of each."""
    prefix = f"{package.__name__}."
    found = [module.name for module in pkgutil.walk_packages(package.__path__, prefix) if not module.ispkg]
    docs = {name.removeprefix(prefix): importlib.import_module(name).__doc__ or "" for name in sorted(found)}
    return {name: " ".join(doc.split("\n\n")[0].split()) for name, doc in docs.items()}


def readme() -> str:
    """The README of this package, as Markdown."""
    parts = [
        "# Cleaning",
        "What each listing says, typed, each value with a quote. `pipeline.clean.clean` puts these modules together; every "
        "module says at its head what belongs in it and what does not, and its words are in `data/reference`.",
        table(("module", "what"), ([f"`{name}`", what] for name, what in modules().items())),
        "## Accuracy",
        f"Made by `{COMMAND}`; do not edit by hand.",
        *_first_sight(),
        *(_pages() if PAGES.is_dir() else ["There are no labelled pages beside this repository."]),
        *(_places() if PLACES.is_file() else []),
    ]
    return "\n\n".join(parts) + "\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *(list(row) for row in rows)]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _first_sight() -> list[str]:
    """The figures of the last two batches as they were before anybody had read them (tests/clean/first_sight.csv)."""
    with FIRST_SIGHT.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    batches = list(dict.fromkeys(row["batch"] for row in rows))
    last = [row for row in rows if row["batch"] in batches[-2:]]

    def tables(fields: Iterable[str], column: str) -> str:
        names = sorted({row[column] for row in last if row["field"] in fields})
        tallies = {
            name: _of_rows(row for row in last if row[column] == name and row["field"] in fields) for name in names
        }
        return table(
            (column, "precision", "recall", "F1"), ([name, *_figures(tally)[:3]] for name, tally in tallies.items())
        )

    means = ", ".join(f"{batch} {_mean_f1(row for row in rows if row['batch'] == batch):.3f}" for batch in batches)
    return [
        "### First sight",
        "How unseen pages are read, scored before anybody had read them: batch1 to batch6 are real pages in some 50 languages, "
        "a quarter of them no openings; w1 to w4 (25 pages each), p1 to p3 (40), p4 to p6 (26) and p7 to p14 (30; "
        "tests/clean/written) are of the same kinds, written by people who had not seen the rules, with more traps; p3 is "
        "running prose, mails, forum posts. "
        f"Each batch was learned from before the next was scored. The tables are of {' and '.join(batches[-2:])}, "
        f"mean F1 over the fields {_mean_f1(last):.3f}; of 200 values drawn over all fields of p7 to p11 and of recorded "
        "answers 185 followed from their quotes; read with no more than the words around the quote, 86 of 100 of batch1 to "
        "batch6 (learned from) and 91 of 107 of p13 and p14 (at first sight), some of which were mended since; "
        f"of each batch at its first sight: {means}.",
        tables(FIELDS, "field"),
        "Fields beside these, where the page plainly states them:",
        tables({row["field"] for row in last} - set(FIELDS), "field"),
        "By channel and by language (the fields of the first table together):",
        tables(FIELDS, "channel"),
        tables(FIELDS, "language"),
    ]


def _of_rows(rows: Iterable[Mapping[str, str]]) -> Tally:
    counts = [(int(row["right"]), int(row["wrong"]), int(row["missed"])) for row in rows]
    right, wrong, missed = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0, 0)
    return Tally(right, wrong, missed)


def _mean_f1(rows: Iterable[Mapping[str, str]]) -> float:
    of_fields = list(rows)
    return sum(_of_rows(row for row in of_fields if row["field"] == field).f1 for field in FIELDS) / len(FIELDS)


def _pages() -> list[str]:
    tallies, pages = tally_pages(PAGES)
    fields = sorted({field for field, _ in tallies})
    languages = sorted(pages, key=lambda language: (-pages[language], language))
    by_field = {field: _sum(tallies, field=field) for field in fields}
    mean = sum(tally.f1 for tally in by_field.values()) / len(fields)
    labelled = {
        field: [language for language in languages if _sum(tallies, field, language).labels] for field in fields
    }
    return [
        "### Pages that the rules were learned from",
        f"{sum(pages.values())} pages, labelled by hand, which the rules were written on: they say that nothing was lost, not "
        "how unseen pages are read. Labels: pages whose label states the field. Mean F1 over the fields: "
        f"{mean:.3f}.",
        table(("field", "precision", "recall", "F1", "labels"), ([f, *_figures(t)] for f, t in by_field.items())),
        "**By language of the page** (all fields together; as `posting_language` tells it).",
        table(
            ("language", "pages", "precision", "recall", "F1", "labels"),
            ([name, str(pages[name]), *_figures(_sum(tallies, language=name))] for name in languages),
        ),
        "**F1 by field and language**, with the number of labels; empty where a language has no label.",
        table(
            ("field", *languages),
            ([f, *(_cell(_sum(tallies, f, name), name in labelled[f]) for name in languages)] for f in fields),
        ),
    ]


def _places() -> list[str]:
    with PLACES.open(encoding="utf-8", newline="") as file:
        labels = {row["text"]: set(row["countries"].split()) for row in csv.DictReader(file)}
    places = find_places(list(labels), [None] * len(labels)).filter(pl.col("country").is_not_null())
    countries = dict(places.group_by("text", maintain_order=True).agg(pl.col("country").unique().sort()).iter_rows())
    found = {text: set(countries[text]) if text in countries else set() for text in labels}
    right = sum(found[text] == truth for text, truth in labels.items())
    wrong = sum(bool(found[text] - truth) for text, truth in labels.items())
    return [
        f"**Places.** Of {len(labels)} distinct location texts, labelled by hand, {right / len(labels):.1%} get exactly their "
        f"countries ({right}), {wrong / len(labels):.1%} a wrong one ({wrong})."
    ]


def _sum(tallies: Mapping[tuple[str, str], Tally], field: str | None = None, language: str | None = None) -> Tally:
    total = Tally()
    for (of_field, of_language), tally in tallies.items():
        if field in (None, of_field) and language in (None, of_language):
            total = total.with_tally(tally)
    return total


def _figures(tally: Tally) -> list[str]:
    if not tally.right + tally.wrong + tally.missed:
        return ["", "", "", "0"]
    return [f"{tally.precision:.3f}", f"{tally.recall:.3f}", f"{tally.f1:.3f}", str(tally.labels)]


def _cell(tally: Tally, has_labels: bool) -> str:
    return f"{tally.f1:.2f} ({tally.labels})" if has_labels else ""


def _one(value: Any) -> set[Any]:
    return set() if value is None else {value}


if __name__ == "__main__":
    sys.stdout.write(readme())
