"""`python -m tests.bench.clean [N]`: how fast `internships clean` is, how much memory it takes, and how both grow.

Measured on synthetic listings with descriptions of 1.5 kB (`../shared/tools/make_listings.py`), and on real texts: the labelled
pages of `../shared/eval` in 50 languages, each as often as it takes, a word of every line changed so that none is read for
another. 10,000 and N (50,000) of each are written as a file of raw listings; each count in a process of its own. The floor is
what any cleaner of these rows pays: reading them and folding their texts. Processor time is that of all processes together,
which other work on the machine changes less than the time that passes.
"""

from __future__ import annotations

import json
import math
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from pipeline.clean import write_cleaned
from pipeline.clean.language_tools.text import folded, folded_lines
from pipeline.engine import LOCAL
from pipeline.storage.raw import RawFile
from pipeline.tables import RAW

SHARED = Path(__file__).resolve().parents[3] / "shared"
MAKER = SHARED / "tools" / "make_listings.py"
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


def write_synthetic(count: int, raw_file: Path) -> int:
    """Write synthetic listings as a file of raw listings, some at a time; returns how many."""
    listings = raw_file.with_name("listings.parquet")
    subprocess.run([sys.executable, str(MAKER), str(count), str(listings.parent)], check=True, capture_output=True)
    rows = pl.scan_parquet(listings).select(pl.len()).collect().item()
    with raw_file.open("wb") as handle:
        for start in range(0, rows, SMALL):
            part = as_raw(pl.scan_parquet(listings).slice(start, SMALL).collect())
            part.with_columns(extra=pl.struct(posting=pl.lit(None, pl.String))).write_ndjson(handle)
    return int(rows)


def write_real(count: int, raw_file: Path) -> int:
    """Write the labelled pages over and over, each time in a few other words, as a file of raw listings; returns how many."""
    pages = [
        json.loads(line)
        for path in sorted(SHARED.glob("eval/pages*/**/raw.ndjson"))
        for line in path.open(encoding="utf-8")
    ]
    words = [sorted(set(_WORD.findall(page["description"] or ""))) for page in pages]
    chance = random.Random(1)
    with raw_file.open("w", encoding="utf-8") as handle:
        for number in range(count):
            page, known = pages[number % len(pages)], words[number % len(pages)]
            lines = (page["description"] or "").split("\n")
            changed = [_WORD.sub(lambda _: chance.choice(known), line, count=1) for line in lines]  # noqa: B023
            row = {
                **page,
                "native_id": str(number),
                "url": f"{page['url']}#{number}",
                "description": "\n".join(changed),
            }
            handle.write(json.dumps(row, ensure_ascii=False) + "\n")
    return count


_WORD = re.compile(r"\b[^\W\d_]{6,}\b")

TEXTS: dict[str, Callable[[int, Path], int]] = {"synthetic": write_synthetic, "real": write_real}


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
    """Seconds of processor and seconds passed of reading and working, and the greatest memory in MiB, of this process and its
    workers together."""
    began, processor = time.perf_counter(), processor_seconds()
    peak = Peak()
    peak.start()
    raw = RawFile(raw_file)
    if what == "floor":
        for part in raw.parts():
            fold(part)
    else:
        write_cleaned(raw, NIGHT, {}, raw_file.with_name("cleaned.parquet"), LOCAL.map_python)
    return {
        "processor": processor_seconds() - processor, "passed": time.perf_counter() - began, "mebibytes": peak.mebibytes
    }  # fmt: skip


def processor_seconds() -> float:
    """Of this process and of those that it started and that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def in_its_own_process(what: str, raw_file: Path) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.clean", what, str(raw_file)], check=True, capture_output=True
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def bench(*counts: int) -> None:
    """Prints a line a count for each of TEXTS, and the exponents by which time and memory grow from the first count to the
    last."""
    if not MAKER.is_file():
        print("cleaning: no ../shared/tools/make_listings.py beside the repository")
        return
    names = ["listings", "floor s", "clean s", "a second", "floors", "passed s", "a second", "MiB"]
    print(f"{'texts':10}" + "".join(f"{name:>10}" for name in names))
    for texts, write in TEXTS.items():
        seen = []
        for count in counts:
            with tempfile.TemporaryDirectory() as scratch:
                raw_file = Path(scratch) / "raw.ndjson"
                rows = write(count, raw_file)
                floor = in_its_own_process("floor", raw_file)
                measured = in_its_own_process("clean", raw_file)
            processor, passed = measured["processor"], measured["passed"]
            print(
                f"{texts:10}{rows:10}{floor['processor']:10.2f}{processor:10.2f}{rows / processor:10.0f}"
                f"{processor / floor['processor']:10.1f}{passed:10.2f}{rows / passed:10.0f}{measured['mebibytes']:10.0f}",
                flush=True,
            )
            seen.append((rows, measured))
        (few, first), (many, last) = seen[0], seen[-1]
        if many > few:
            grown = {name: math.log(last[name] / first[name]) / math.log(many / few) for name in first}
            print(
                f"{texts}: " + ", ".join(f"{name} grows with listings to {power:.2f}" for name, power in grown.items())
            )


def main(words: list[str]) -> None:
    if words and words[0] in ("floor", "clean"):
        print(json.dumps(measure(words[0], Path(words[1]))))
        return
    bench(SMALL, int(words[0]) if words else LARGE)


if __name__ == "__main__":
    main(sys.argv[1:])
