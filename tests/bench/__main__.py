"""`make bench`: one night, end to end, and where its time goes.

Measured on the recorded lists of ../shared where they are there, else on the sample: a first night, and a second one on
which little changed. The floor is what any program with these libraries pays: starting Python and importing them, once for
the pipeline and once for a crawler. Last come loading the catalogue (`tests.bench.catalogue`), cleaning
(`tests.bench.clean`), matching (`tests.bench.match`) and exporting (`tests.bench.exports`) by themselves.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from pipeline.cli import SAMPLE_NIGHT
from pipeline.nightly.build_step import build_night
from pipeline.nightly.clean_step import clean_night
from pipeline.nightly.collect import collect
from pipeline.nightly.frames import CleanedNight
from pipeline.nightly.match_step import match_night
from pipeline.nightly.publish_step import publish_night
from pipeline.shipped import shipped
from pipeline.storage import warehouse
from pipeline.storage.home import Home
from scrapers.source import read_catalogue
from tests.bench import catalogue as cataloguing
from tests.bench import clean as cleaning
from tests.bench import crawl as crawling
from tests.bench import dashboard
from tests.bench import exports as exporting
from tests.bench import match as matching

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "web"


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def command(*words: str) -> float:
    return seconds(lambda: subprocess.run([sys.executable, *words], check=True, capture_output=True))


def archives() -> tuple[Path, list[tuple[date, Path]]]:
    """The catalogue, and two nights with the archive of each."""
    if RECORDED.is_dir():
        first = date(2025, 9, 12)
        both = [first, first + timedelta(days=1)]
        return shipped("data", "sources"), [(night, RECORDED / f"night-{night}.warc.gz") for night in both]
    archive = next(iter(sorted(shipped("data", "sample").glob("*.warc.gz"))))
    return shipped("data", "sample", "sources"), [(SAMPLE_NIGHT, archive), (SAMPLE_NIGHT + timedelta(days=1), archive)]


def main() -> None:
    folder, both = archives()
    floor = min(
        command("-c", "import polars, duckdb, dagster") + command("-c", "import scrapy.crawler") for _ in range(3)
    )
    print(f"floor: starting Python and importing the libraries, twice   {floor:6.2f} s")
    with tempfile.TemporaryDirectory() as scratch:
        home = Home(Path(scratch) / "steps")
        home.prepare()
        catalogue = read_catalogue(folder)
        print(
            f"{'night':12}{'collect':>9}{'clean':>9}{'match':>9}{'build':>9}{'check':>9}{'publish':>9}{'cleaned':>9}{'open':>9}"
        )
        for night, archive in both:
            results: dict[str, CleanedNight] = {}
            steps = [
                seconds(lambda: collect(catalogue.sources, home.raw(night), night, folder, [archive])),  # noqa: B023
                seconds(lambda: results.update(clean=clean_night(home, catalogue, night))),  # noqa: B023
                seconds(lambda: match_night(home, catalogue, night)),  # noqa: B023
                seconds(lambda: build_night(home, catalogue, night)),  # noqa: B023
                seconds(lambda: warehouse.check(home.work(night) / "warehouse.duckdb")),  # noqa: B023
                seconds(lambda: publish_night(home, catalogue, night)),  # noqa: B023
            ]
            cleaned = results["clean"].rows_cleaned
            opened = results["clean"].listings.filter(results["clean"].listings["state"] == "open").height
            print(f"{night!s:12}" + "".join(f"{step:9.2f}" for step in steps) + f"{cleaned:9}{opened:9}")
        whole = []
        for night, archive in both:
            sample = ["--sample"] if "sample" in str(folder) else ["--replay", str(archive)]
            words = ["-m", "pipeline.cli", "run", "--home", f"{scratch}/whole", "--night", str(night), *sample]
            whole.append(command(*words))
            print(
                f"{night}: internships run, from start to exit   {whole[-1]:6.2f} s   {whole[-1] / floor:5.2f} times the floor"
            )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"greatest memory of a process: {peak:.0f} MiB")
    cataloguing.bench()
    cleaning.bench(1_000, 4_000)
    matching.bench(5_000, 20_000)
    exporting.bench(100_000)
    crawling.bench(1_000)
    dashboard.bench()


if __name__ == "__main__":
    main()
