"""`python -m tests.bench.match [N]…`: how fast matching is, how much memory it takes, and how both grow, beside Splink.

Measured on synthetic listings (`../shared/tools/make_listings.py`), SMALL and N of them, each in a process of its own: from
file to file, as `internships match` does it, and then a hundredth of them as new ones beside the rest. The floor is reading
and writing the file. Splink is measured where it can be imported (`pip install splink`, in any environment that has this
project), up to SPLINK_MOST listings; its model is the one of its tutorials: exact and fuzzy organisation and title, dates,
trained without labels. Nothing here says how good the matches are: `../shared/tools/score_matching.py` on labelled listings
does.

Measured 2026-11 on two cores, DuckDB 2.0, polars 2.1, Splink 5.0; the listings have descriptions of 1.4 kB, of which the batch
reads the passages and reference numbers (15 s of processor a million):

    listings   way        processor s   MiB
      100000   floor            1.1     491
      100000   batch            8.9     608
     1000000   floor           10.4    2206
     1000000   batch            99.0    3475

The cores had other work to do (load 14, of the last line 20), so that the time that passed says nothing; on quiet ones, with
fewer rules, a million took 49 s and 75 s of processor. From 100,000 to 1,000,000 the batch grows with listings to the power of
1.1 in processor time. The second night alone, from frames in memory, took 1.6 s of processor and 690 MiB for 100,000, and 11.5
s and 2.5 GiB for a million, with the file that it writes: a third of it compares the new ones with whom they may be, the rest
is what each row costs a little. Splink took 17.5 s of processor and 728 MiB for 100,000, when the batch took 5.1: figures and
languages of texts, and names and titles in many languages, are read since.
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path

import polars as pl

from pipeline.match import match
from pipeline.match.batch import match_file, read_listings
from pipeline.tables import MATCHES

MAKER = Path(__file__).resolve().parents[3] / "shared" / "tools" / "make_listings.py"
SMALL, LARGE = 20_000, 100_000
NIGHT = date(2026, 7, 1)
SPLINK_MOST = 100_000
"""Of a million listings Splink takes minutes and gigabytes."""
NEW = 100
"""One listing in so many is new in the second night."""


def floor(listings: Path, out: Path) -> None:
    pl.read_parquet(listings).write_parquet(out)


def batch(listings: Path, out: Path) -> None:
    match_file(listings, out)


def nightly(listings: Path, out: Path) -> None:
    """The second of two nights: only this one is timed. It starts from frames in memory and writes its file, as a night does."""
    every = read_listings(listings).sort("listing_id")
    is_new = pl.int_range(every.height, eager=True) % NEW == 0
    first = match(every.filter(~is_new), MATCHES.empty(), NIGHT)
    fresh = every["listing_id"].filter(is_new)
    _started()
    matched = match(every, first.matches, NIGHT + timedelta(days=1), fresh, organizations=first.organizations)
    matched.matches.write_parquet(out, compression="lz4")


def splink(listings: Path, out: Path) -> None:
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # type: ignore[import-not-found,unused-ignore]
    from splink import comparison_library as comparisons

    frame = pl.read_parquet(listings, columns=["listing_id", "organization", "title", "posted"]).to_arrow()
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="listing_id",
        blocking_rules_to_generate_predictions=[
            block_on("organization", "substr(title, 1, 6)"),
            block_on("title", "posted"),
        ],
        comparisons=[
            comparisons.JaroWinklerAtThresholds("organization", [0.9, 0.8]),
            comparisons.JaroWinklerAtThresholds("title", [0.95, 0.85]),
            comparisons.ExactMatch("posted"),
        ],
    )
    linker = Linker(DuckDBAPI().register(frame), settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("organization"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("title"))
    pairs = linker.inference.predict(threshold_match_probability=0.5)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, 0.8)
    clusters.as_duckdbpyrelation().write_parquet(str(out))


WAYS: dict[str, Callable[[Path, Path], None]] = {"floor": floor, "batch": batch, "nightly": nightly, "splink": splink}
_start = (0.0, 0.0)


def _spent() -> tuple[float, float]:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime, time.perf_counter()


def _started() -> None:
    global _start  # noqa: PLW0603 - a way that prepares something starts the count anew
    _start = _spent()


def measure(way: str, listings: Path) -> dict[str, float]:
    """Seconds of processor, seconds that passed, which other work on the machine lengthens, and the greatest memory in MiB of
    the process, whatever it did before it started to count."""
    _started()
    with tempfile.TemporaryDirectory() as scratch:
        WAYS[way](listings, Path(scratch) / "out.parquet")
    processor, passed = (now - then for now, then in zip(_spent(), _start, strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"processor seconds": processor, "seconds": passed, "mebibytes": peak}


def in_its_own_process(way: str, listings: Path) -> dict[str, float]:
    words = [sys.executable, "-m", "tests.bench.match", way, str(listings)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def bench(*counts: int) -> None:
    """Prints a line a count and way, and the exponents by which time and memory grow from the first count to the last."""
    if not MAKER.is_file():
        print("matching: no ../shared/tools/make_listings.py beside the repository")
        return
    if not find_spec("splink"):
        print("matching: without Splink, which is not installed")
    print(f"{'listings':>10}  {'way':10}{'processor s':>12}{'s':>9}{'MiB':>8}{'of floor':>10}{'load':>7}")
    seen: dict[str, list[tuple[int, dict[str, float]]]] = {}
    for count in counts:
        ways = [way for way in WAYS if way != "splink" or (find_spec("splink") and count <= SPLINK_MOST)]
        with tempfile.TemporaryDirectory() as scratch:
            subprocess.run([sys.executable, str(MAKER), str(count), scratch], check=True, capture_output=True)
            for way in ways:
                costs = in_its_own_process(way, Path(scratch) / "listings.parquet")
                seen.setdefault(way, []).append((count, costs))
                processor, passed, peak = costs.values()
                floors = processor / seen["floor"][-1][1]["processor seconds"]
                load = os.getloadavg()[0]
                print(
                    f"{count:10}  {way:10}{processor:12.2f}{passed:9.2f}{peak:8.0f}{floors:10.1f}{load:7.1f}",
                    flush=True,
                )
    for way in ("batch", "nightly", "splink"):
        measured = seen.get(way, [])
        if len(measured) > 1:
            (few, first), (many, last) = measured[0], measured[-1]
            grown = (f"{name} {math.log(last[name] / first[name]) / math.log(many / few):.2f}" for name in first)
            print(f"{way}, from {few} to {many}: grows with listings to the power of: {', '.join(grown)}")


def main(words: list[str]) -> None:
    if words and words[0] in WAYS:
        print(json.dumps(measure(words[0], Path(words[1]))))
        return
    counts = [int(word) for word in words] or [LARGE]
    bench(*([SMALL, *counts] if len(counts) == 1 else counts))


if __name__ == "__main__":
    main(sys.argv[1:])
