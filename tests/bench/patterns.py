"""`python -m tests.bench.patterns [COLUMN...]`: does anything that reads a source's texts take more than its length?

First every pattern that reading and cleaning the sample compiles, those of the dictionaries too, by counted steps
(tests/tools/pattern_steps.py). Then cleaning itself: each column that a source can fill is one unit over and over, once
to a length and once to twice that, and the processor time is compared; `closed` is the mark of a closed posting in `extra`.
With columns named, only these. Belongs here: the campaign. Does not belong here: the
patterns that stand in code, which are a test (tests/test_patterns.py).
"""

from __future__ import annotations

import gc
import itertools
import json
import re
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.clean import clean, identify
from pipeline.clean.language_tools.phrases import Phrases
from pipeline.cli import SAMPLE_NIGHT
from pipeline.nightly.collect import collect
from pipeline.shipped import shipped
from pipeline.storage.raw import limit_texts, read_night, read_runs
from pipeline.tables import LISTINGS, MAX_LENGTHS, MAX_TEXT_LENGTH, RAW
from scrapers.listing import MARKED_CLOSED
from scrapers.source import read_catalogue
from tests.tools.pattern_steps import is_unbounded, superlinear

UNITS = (
    *("a", " ", "\n", "1", ".", ",", "-", "(", "<", "&", "A", "é", "实", "/", ":", "€"),
    *("a ", "a b", "A. ", "1 ", "1.", "1,", "1-", "1/1/", "a@", "a, ", "(a", "<a", "<b>", "&amp;", "\n\n", "\n-", "- a\n"),
    *("intern ", "paid ", "EUR 1", "1 EUR to ", "Berlin, ", "Germany, ", "in Paris ", "1 May 2026 ", "until ", "12 months "),
    *("from 1 to ", "students of ", "English (B2), ", "no ", "if ", "; ", "apply by ", "closed ", "http://a.b/", "remote "),
)  # fmt: skip
TEXT_COLUMNS = [
    name for name, kind in RAW.schema.items() if kind == pl.String and name not in ("source_id", "extra", "fetched_at")
]
SLOW_SECONDS = 0.3
"""Below that, a ratio of two times is noise."""


def compiled_patterns(work: Any) -> list[tuple[str, int]]:
    """Pattern and flags of what `work` has compiled, in its own modules."""
    found: dict[tuple[str, int], None] = {}
    genuine = re._compile  # type: ignore[attr-defined]  # every door of `re` leads through it

    def spy(pattern: Any, flags: int) -> Any:
        if isinstance(pattern, str) and "site-packages" not in sys._getframe(2).f_code.co_filename:
            found[pattern, int(flags)] = None
        return genuine(pattern, flags)

    re._compile = spy  # type: ignore[attr-defined]
    try:
        work()
    finally:
        re._compile = genuine  # type: ignore[attr-defined]
    return list(found)


def sample_rows(folder: Path) -> pl.DataFrame:
    catalogue = shipped("data", "sample", "sources")
    sources = read_catalogue(catalogue).sources
    collect(sources, folder, SAMPLE_NIGHT, catalogue, sorted(shipped("data", "sample").glob("*.warc.gz")))
    return read_night(folder, read_runs(folder)).rows


def clean_rows(rows: pl.DataFrame, night: date = SAMPLE_NIGHT) -> None:
    sources = read_catalogue(shipped("data", "sample", "sources")).by_id
    clean(identify(rows, LISTINGS.empty(), sources), night, sources)


def compile_all(rows: pl.DataFrame) -> None:
    """Clean rows, and compile those patterns of phrases too that no row may hold."""
    clean_rows(rows)
    for phrases in [each for each in gc.get_objects() if isinstance(each, Phrases)]:
        for _, choice in itertools.chain.from_iterable(phrases._choices.values()):
            re.compile(choice.written)


def seconds(column: str, unit: str, length: int) -> float:
    """Processor time of cleaning one row with such a column."""
    text = unit * (length // len(unit))
    row = {
        "source_id": "stagevers",
        "url": "https://a.example/1",
        "title": "Internship in Paris",
        "fetched_at": "2026-11-20T00:00:00Z",
    }
    row |= {  # type: ignore[assignment]
        "locations": {"locations": [text]},
        MARKED_CLOSED: {"extra": json.dumps({MARKED_CLOSED: text})},
    }.get(column, {column: text})
    rows = limit_texts(RAW.conform(pl.DataFrame([row], schema={name: RAW.schema[name] for name in row})))
    began = time.process_time()
    clean_rows(rows)
    return time.process_time() - began


def examine_patterns() -> None:
    """Every pattern that cleaning compiles."""
    sys.setrecursionlimit(100_000)
    with tempfile.TemporaryDirectory() as folder:
        rows = sample_rows(Path(folder))
    patterns = [each for each in compiled_patterns(lambda: compile_all(rows)) if is_unbounded(*each)]
    print(f"{len(patterns)} patterns with an unbounded repeat", flush=True)
    for pattern, flags in patterns:
        if worst := superlinear(pattern, flags):
            print(f"    {pattern[:120]!r} on {worst[:40]!r}", flush=True)


def examine_column(column: str) -> None:
    """Cleaning of a row whose column grows."""
    length = min(MAX_LENGTHS.get(column, MAX_TEXT_LENGTH), 20_000) // 2
    slow = []
    for unit in UNITS:
        long = seconds(column, unit, 2 * length)
        if long > SLOW_SECONDS and long > 3 * (short := seconds(column, unit, length)):
            slow.append(f"{unit!r} {short:.2f} -> {long:.2f} s")
    print(f"{column:18}{length:7}{len(slow):4}  {'; '.join(slow)}", flush=True)


def main() -> None:
    columns = sys.argv[1:] or [*TEXT_COLUMNS, "locations", MARKED_CLOSED]
    if not sys.argv[1:]:
        examine_patterns()
    seconds("title", "a", 10)  # what is read once is read now
    for column in columns:
        examine_column(column)


if __name__ == "__main__":
    main()
