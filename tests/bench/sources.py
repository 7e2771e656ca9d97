"""`python -m tests.bench.sources [SOURCES]`: two nights over a catalogue of so many sources (20,000) of all systems.

A server on loopback answers for each source at an address of its own, as its system does, and for one in twenty with a fault.
Half of the sources are asked every night, half once a week. Both nights are planned with the default budget and made by the
functions of the job. Shown: whether every due source was asked once and each outcome is the one that its answer must have, the
greatest memory of a crawler, processor time beside a bare Scrapy spider that only downloads the first page of each source,
what the second night asked, and how long the report is.

Belongs here: a night's size. Does not belong here: what a fault must become (tests/scrapers/test_faults.py).
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

from scrapy.crawler import AsyncCrawlerProcess

from pipeline.nightly.collect import collect
from pipeline.nightly.due import plan_night, read_budget, read_history
from pipeline.nightly.replay import replay_night
from pipeline.nightly.runs import loaded_runs
from pipeline.settings import Settings
from pipeline.storage.home import Home
from pipeline.storage.raw import read_runs
from scrapers.source import Catalogue, read_catalogue
from tests.bench.crawl import CONCURRENT, Bare
from tests.scrapers.conftest import Page
from tests.scrapers.test_many_boards import Boards, Handler, Server, Web, cases_served, make_boards

SOURCES = 20_000
FAULTY = 20
"""One source in so many has a fault."""

ENTRIES_A_FILE = 200
"""A catalogue has many files: while one of 20,000 entries is read, these are in memory as objects of YAML."""

FIRST_NIGHT = date(2026, 3, 1)


def bare(addresses: Path) -> None:
    """Download these addresses and nothing else."""
    settings = {"LOG_LEVEL": "ERROR", "CONCURRENT_REQUESTS": CONCURRENT, "CONCURRENT_REQUESTS_PER_DOMAIN": 1}
    process = AsyncCrawlerProcess(
        {**settings, "ROBOTSTXT_OBEY": True, "TELNETCONSOLE_ENABLED": False, "RETRY_ENABLED": False}
    )
    process.crawl(Bare, urls=json.loads(addresses.read_text()))
    process.start()


def children() -> float:
    """Processor seconds of the processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@contextmanager
def memory_of_children() -> Iterator[list[float]]:
    """The greatest memory of each process that is started meanwhile, in MiB. `ru_maxrss` counts for a child what its parent had
    when it was started: here the web of all sources."""
    most: dict[str, float] = {}
    found: list[float] = []
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.5):
            for child in {
                each for path in Path("/proc/self/task").glob("*/children") for each in path.read_text().split()
            }:
                with suppress(OSError, TypeError):  # it has ended
                    peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{child}/status").read_text())
                    most[child] = max(most.get(child, 0), int(peak[1]) / 1024)

    watching = threading.Thread(target=watch)
    watching.start()
    yield found
    ended.set()
    watching.join()
    found += sorted(most.values())


def make(folder: Path, web: Web, port: int, sources: int) -> Boards:
    """So many boards, one in twenty with a fault, in a catalogue where every other is asked weekly."""
    cases = cases_served()
    fine = [case for case in cases if case[1].name == "fine"]
    ill = [case for case in cases if case[1].name != "fine"]
    chosen = [
        ill[number // FAULTY % len(ill)] if number % FAULTY == 0 else fine[number % len(fine)]
        for number in range(sources)
    ]
    boards = make_boards(folder, web, port, chosen, SimpleNamespace(page=Page))
    path = folder / "platform" / "boards.yaml"
    entries = json.loads(path.read_text())["sources"]
    path.unlink()
    for number, entry in enumerate(entries):
        entry["cadence"] = "weekly" if number % 2 else "daily"
    for number, begin in enumerate(range(0, sources, ENTRIES_A_FILE)):
        part = {"sources": entries[begin : begin + ENTRIES_A_FILE]}
        path.with_name(f"boards-{number}.yaml").write_text(json.dumps(part))
    return boards


def night(home: Home, catalogue: Catalogue, boards: Boards, day: date) -> set[str]:
    """Plan, collect and make a night; prints what it cost; the sources that were asked."""
    history, days = read_history(home, day)
    plan = plan_night(catalogue.sources, day, history, read_budget(Settings.from_environment()), days)
    boards.web.answered.clear()
    before, began = children(), time.perf_counter()
    with memory_of_children() as memory:
        collect(
            plan.asked, home.raw(day), day, boards.catalogue, memory=home.root / "crawl.sqlite",
            loaded_runs=loaded_runs(home, day), allow_loopback=True,
        )  # fmt: skip
    print(f"{day}: {len(plan.asked)} sources asked in {time.perf_counter() - began:.0f} s, ", end="")
    print(f"{children() - before:.0f} s of processor, {len(boards.web.answered)} requests", end="")
    print(f", crawlers of {' and '.join(f'{each:.0f}' for each in memory)} MiB")
    began = time.perf_counter()
    replay_night(home, catalogue, day)
    made = time.perf_counter() - began
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # the server's of the bench included
    print(f"    made in {made:.0f} s and {most:.0f} MiB; report of {len(_report(home, day).splitlines())} lines")
    runs = read_runs(home.raw(day))
    print("    outcomes:", dict(Counter(runs["outcome"]).most_common()))
    asked = Counter(runs["source_id"])
    assert set(asked) == {source.id for source in plan.asked} and set(asked.values()) <= {1}
    return set(asked)


def _report(home: Home, day: date) -> str:
    (report,) = home.root.rglob(f"*{day}*.md")
    return report.read_text(encoding="utf-8")


def bench(sources: int, folder: Path) -> None:
    web = Web({}, [])
    with Server(("0.0.0.0", 0), type("Own", (Handler,), {"web": web})) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        boards = make(folder / "catalogue", web, server.server_port, sources)
        catalogue, home = read_catalogue(boards.catalogue), Home(folder / "home")
        home.prepare()
        night(home, catalogue, boards, FIRST_NIGHT)
        first_cost = children()
        runs = {run["source_id"]: run for run in read_runs(home.raw(FIRST_NIGHT)).to_dicts()}
        wrong = [
            (name, runs[name]["outcome"], due) for name, due in boards.due.items() if runs[name]["outcome"] != due[0]
        ]
        print(f"    {len(wrong)} outcomes that are not the answer's: {wrong[:5]}")
        again = night(home, catalogue, boards, FIRST_NIGHT + timedelta(days=1))
        due = {source.id for source in catalogue.sources if source.cadence == "daily"}
        print(f"    asked though not due: {len(again - due)}; due and not asked: {len(due - again)}")
        addresses = folder / "addresses.json"
        addresses.write_text(json.dumps([source.url for source in catalogue.sources]))
        before = children()
        subprocess.run([sys.executable, "-m", "tests.bench.sources", "bare", str(addresses)], check=True)
        spent = children() - before
        print(
            f"bare Scrapy over the first pages: {spent:.0f} s of processor; the first night {first_cost / spent:.2f} of it"
        )
        server.shutdown()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench(int(sys.argv[1]) if len(sys.argv) > 1 else SOURCES, Path(folder))


if __name__ == "__main__":
    bare(Path(sys.argv[2])) if sys.argv[1:2] == ["bare"] else main()
