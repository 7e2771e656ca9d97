"""`python -m tests.bench.catalogue`: what it takes to load the whole catalogue, which every command does.

Counted is the time of the processor, the least of several, so that what else runs on the machine does not count; the aim is
half a second. Beside it stands what PyYAML alone would take for the same sources, written out in full.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable

import yaml

from pipeline.shipped import shipped
from scrapers.source import read_catalogue

AIM_SECONDS = 0.5
TIMES = 5


def least_seconds(work: Callable[[], object], times: int) -> float:
    """Processor seconds of the fastest of so many runs."""
    taken = []
    for _ in range(times):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken)


def bench() -> None:
    folder = shipped("data", "sources")
    seconds = least_seconds(lambda: read_catalogue(folder), TIMES)
    sources = read_catalogue(folder).sources
    written = yaml.safe_dump([source.model_dump(mode="json", exclude_defaults=True) for source in sources])
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    full = least_seconds(lambda: yaml.load(written, Loader=loader), 1)
    print(
        f"catalogue: {len(sources)} sources in {seconds:.2f} s (aim: {AIM_SECONDS} s); written out in full: {full:.2f} s"
    )
    print("  by channel: " + ", ".join(f"{name} {count}" for name, count in _counted(s.channel for s in sources)))
    print("  by spider: " + ", ".join(f"{name} {count}" for name, count in _counted(s.spider for s in sources)))


def _counted(names: Iterable[str]) -> list[tuple[str, int]]:
    return Counter(names).most_common()


if __name__ == "__main__":
    bench()
