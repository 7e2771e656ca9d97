"""`python -m tests.bench.clean [N]`: how fast `internships clean` is, how much memory it takes, and how both grow.

Measured on synthetic listings with descriptions of 1.5 kB (`../shared/tools/make_listings.py`), 10,000 and N (50,000) of
them, written as a file of raw listings; each count in a process of its own. The floor is what any cleaner of these rows
pays: reading them and folding their texts.
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path

import polars as pl

from pipeline.clean import write_cleaned
from pipeline.clean.language_tools.text import folded, folded_lines
from pipeline.storage.raw import RawFile
from pipeline.tables import RAW

MAKER = Path(__file__).resolve().parents[3] / "shared" / "tools" / "make_listings.py"
SMALL, LARGE = 10_000, 50_000
NIGHT = date(2026, 7, 1)


def as_raw(made: pl.DataFrame) -> pl.DataFrame:
    columns = made.select(
        "source_id", "url", "title", "organization", "locations", "posted", "description",
        native_id="listing_id",
        channel=pl.lit("platform"),
        fetched_at=pl.lit(f"{NIGHT}T00:00:00Z"),
        extra=pl.lit("{}"),
    )  # fmt: skip
    return RAW.conform(
        columns.with_columns(pl.lit(None, RAW.schema[name]).alias(name) for name in RAW.names if name not in columns)
    )


def write_raw(listings: Path, raw_file: Path) -> int:
    """Write the maker's listings as a file of raw listings, some at a time; returns how many."""
    rows = pl.scan_parquet(listings).select(pl.len()).collect().item()
    with raw_file.open("wb") as handle:
        for start in range(0, rows, SMALL):
            part = as_raw(pl.scan_parquet(listings).slice(start, SMALL).collect())
            part.with_columns(extra=pl.struct(posting=pl.lit(None, pl.String))).write_ndjson(handle)
    return int(rows)


def fold(raw: pl.DataFrame) -> pl.DataFrame:
    return raw.select(folded(pl.col("title", "organization")), folded_lines(pl.col("description")))


class Peak(threading.Thread):
    """The greatest memory that this process and its children have held together, looked at ten times a second (Linux)."""

    mebibytes = 0.0

    def __init__(self) -> None:
        super().__init__(daemon=True)

    def run(self) -> None:
        while True:
            children = [path.read_text().split() for path in Path("/proc/self/task").glob("*/children")]
            pids = {str(os.getpid()), *(pid for line in children for pid in line)}
            pages = sum(_pages(Path("/proc") / pid / "statm") for pid in pids)
            self.mebibytes = max(self.mebibytes, pages * resource.getpagesize() / 2**20)
            time.sleep(0.1)


def _pages(path: Path) -> int:
    try:
        return int(path.read_text().split()[1])
    except OSError:  # it has ended meanwhile
        return 0


def measure(what: str, raw_file: Path) -> dict[str, float]:
    """Seconds of reading and working, and the greatest memory in MiB of this process and its workers together."""
    began = time.perf_counter()
    peak = Peak()
    peak.start()
    raw = RawFile(raw_file)
    if what == "floor":
        for part in raw.parts():
            fold(part)
    else:
        write_cleaned(raw, NIGHT, {}, raw_file.with_name("cleaned.parquet"))
    return {"seconds": time.perf_counter() - began, "mebibytes": peak.mebibytes}


def in_its_own_process(what: str, raw_file: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.clean", what, str(raw_file)], check=True, capture_output=True
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def bench(*counts: int) -> None:
    """Prints a line a count, and the exponent by which time and memory grow from the first count to the last."""
    if not MAKER.is_file():
        print("cleaning: no ../shared/tools/make_listings.py beside the repository")
        return
    print(f"{'listings':>10}{'floor s':>10}{'clean s':>10}{'a second':>10}{'floors':>8}{'MiB':>8}")
    seen = []
    for count in counts:
        with tempfile.TemporaryDirectory() as scratch:
            subprocess.run([sys.executable, str(MAKER), str(count), scratch], check=True, capture_output=True)
            raw_file = Path(scratch) / "raw.ndjson"
            rows = write_raw(Path(scratch) / "listings.parquet", raw_file)
            floor = in_its_own_process("floor", raw_file)
            measured = in_its_own_process("clean", raw_file)
        speed, ratio = rows / measured["seconds"], measured["seconds"] / floor["seconds"]
        print(
            f"{rows:10}{floor['seconds']:10.2f}{measured['seconds']:10.2f}{speed:10.0f}{ratio:8.1f}{measured['mebibytes']:8.0f}",
            flush=True,
        )
        seen.append((rows, measured))
    (few, first), (many, last) = seen[0], seen[-1]
    if many > few:
        for name in first:
            exponent = math.log(last[name] / first[name]) / math.log(many / few)
            print(f"{name} grow with listings to the power of {exponent:.2f}")


def main(words: list[str]) -> None:
    if words and words[0] in ("floor", "clean"):
        print(json.dumps(measure(words[0], Path(words[1]))))
        return
    bench(SMALL, int(words[0]) if words else LARGE)


if __name__ == "__main__":
    main(sys.argv[1:])
