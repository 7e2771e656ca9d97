"""`python -m tests.bench.exports [N]`: what the exports of N (1,000,000) internships take, in time and memory.

Measured on made-up internships, each with one listing, a description of 1.5 kB, a deadline for three in ten, and countries
and fields as the real ones have them. The floor is DuckDB's own COPY of the same rows of `internships` to Parquet and to CSV:
what any program pays that writes them once in each form. Each format, the floor and the whole run in processes of their own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from pipeline.exports import atom, calendars, csv, export_night, jsonld, ndjson, parquet
from pipeline.shipped import shipped
from pipeline.storage.warehouse import Carry, build, open_readonly
from pipeline.tables import REFERENCE, TABLES, Table

MANY = 1_000_000
NIGHT = date(2026, 7, 1)
COUNTRIES = ["DE", "FR", "GB", "US", "CA", "JP", "SG", "NL", "ES", "IT", "CH", "AE", "IN", "BR", "KE", "AU", "SE", "PL"]
FIELDS = ["0613", "0412", "0311", "0714", "0915", "0213", "0511", "0421"]
WORDS = "Support the team with research, prepare reports; help to organise events. "


def made(table: Table, count: int) -> pl.DataFrame:
    """`count` rows of internships or listings that agree with each other; other columns are null."""
    at = pl.int_range(count, dtype=pl.Int64)
    number = at.cast(pl.String).str.zfill(8)
    country = (at % 977 % len(COUNTRIES)).replace_strict(dict(enumerate(COUNTRIES)), return_dtype=pl.String)
    field = (at % 991 % len(FIELDS)).replace_strict(dict(enumerate(FIELDS)), return_dtype=pl.String)
    values = {
        "internship_id": "i_" + number, "programme_id": "p_" + number, "listing_id": "l_" + number,
        "source_id": pl.lit("free"), "source_ids": pl.concat_list(pl.lit("free")), "channel": pl.lit("platform"),
        "channels": pl.concat_list(pl.lit("platform")), "state": pl.lit("open"), "content_hash": number,
        "first_seen": pl.lit(NIGHT) - pl.duration(days=at % 90), "last_seen": pl.lit(NIGHT), "reopened": pl.lit(False),
        "listing_count": pl.lit(1), "misses": pl.lit(0), "url": "https://jobs.example.org/" + number,
        "best_url": "https://jobs.example.org/" + number, "kind": pl.lit("internship"), "is_internship": pl.lit(True),
        "title": "Intern " + number + " für Forschung, Übersetzung", "organization": "Acme " + (at % 5000).cast(pl.String),
        "description": pl.concat_str(at.hash(seed).cast(pl.String) + " " + WORDS for seed in range(15)),
        "countries": pl.concat_list(country),
        "cities": pl.concat_list(pl.lit("Springfield")), "fields": pl.concat_list(field),
        "deadline": pl.when(at % 10 < 3).then(pl.lit(NIGHT) + pl.duration(days=at % 120)),
        "posted_on": pl.lit(NIGHT) - pl.duration(days=at % 60), "pay_status": pl.lit("paid"), "pay_min": at % 2000 + 500.0,
        "pay_currency": pl.lit("EUR"), "pay_period": pl.lit("month"), "weeks_min": pl.lit(12), "weeks_max": pl.lit(26),
    }  # fmt: skip
    columns = {name: value for name, value in values.items() if name in table.schema}
    return table.conform(pl.select(**columns))


def make(path: Path, count: int) -> None:
    """A warehouse with `count` internships and listings of one source."""
    frames = {table.name: table.empty() for table in TABLES}
    for table in TABLES:
        if table.name in ("internships", "listings"):
            frames[table.name] = made(table, count)
    by_name = {table.name: table for table in TABLES}
    source = {
        "source_id": "free",
        "name": "Free",
        "channel": "platform",
        "spider": "rss",
        "url": "https://example.org/",
    }
    frames["sources"] = by_name["sources"].conform(pl.DataFrame([{**source, "full_text": True}]))
    reference = {name: shipped("data", "reference", f"{name}.csv") for name in REFERENCE}
    build(path, None, {name: Carry(frame) for name, frame in frames.items()}, reference, NIGHT, "0")


def copy_once(warehouse: Path, folder: Path) -> None:
    """The floor."""
    with open_readonly(warehouse) as con:
        con.execute(f"COPY internships TO '{folder / 'floor.parquet'}' (FORMAT parquet, COMPRESSION zstd)")
        con.execute(f"COPY internships TO '{folder / 'floor.csv'}' (FORMAT csv)")


STEPS: dict[str, Callable[[Path, Path], object]] = {  # in the order of the lines
    "floor": copy_once,
    "parquet": parquet.write,
    "csv": csv.write,
    "ndjson": ndjson.write,
    "jsonld": jsonld.write,
    "calendars": calendars.write,
    "atom": atom.write,
    "all": lambda warehouse, folder: export_night(warehouse, folder, NIGHT),
}


def measure(what: str, warehouse: Path) -> dict[str, float]:
    """Seconds on the clock and of the processors, and the greatest memory in MiB."""
    with tempfile.TemporaryDirectory(dir=warehouse.parent) as folder:
        began = time.perf_counter()
        STEPS[what](warehouse, Path(folder))
        seconds = time.perf_counter() - began
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"seconds": seconds, "cpu": used.ru_utime, "mebibytes": used.ru_maxrss / 1024, "size": size / (1 << 20)}


def bench(count: int) -> None:
    """Prints a line a step: each as a ratio to the floor."""
    with tempfile.TemporaryDirectory() as scratch:
        warehouse = Path(scratch) / "warehouse.duckdb"
        # In a process of its own too: a process inherits the greatest memory of the one it is started by.
        subprocess.run([sys.executable, "-m", "tests.bench.exports", "make", str(warehouse), str(count)], check=True)
        print(f"exports of {count:,} internships; the floor is DuckDB's COPY of them to Parquet and CSV")
        print(f"{'':12}{'s':>9}{'floors':>8}{'cpu s':>9}{'floors':>8}{'MiB':>9}{'floors':>8}{'written MiB':>13}")
        floor: dict[str, float] = {}
        for what in STEPS:
            done = subprocess.run(
                [sys.executable, "-m", "tests.bench.exports", what, str(warehouse)], check=True, capture_output=True
            )
            measured = json.loads(done.stdout)
            floor = floor or measured
            ratios = "".join(
                f"{measured[name]:9.2f}{measured[name] / floor[name]:8.2f}" for name in ("seconds", "cpu", "mebibytes")
            )
            print(f"{what:12}{ratios}{measured['size']:13.0f}", flush=True)


def main(words: list[str]) -> None:
    if words and words[0] == "make":
        make(Path(words[1]), int(words[2]))
        return
    if words and words[0] in STEPS:
        print(json.dumps(measure(words[0], Path(words[1]))))
        return
    bench(int(words[0]) if words else MANY)


if __name__ == "__main__":
    main(sys.argv[1:])
