"""`python -m tests.bench.engine [N]…`: what a Dask cluster costs beside this machine alone, and whether it gives the same bytes.

N synthetic listings (`../shared/tools/make_listings.py`; 20,000) are cleaned and matched, from file to file, on this machine
alone; by a scheduler and two workers, one processor each; and by six workers, of which each kind of work kills one over a part.
Each way is a process of its own; processor seconds are those of all processes of the way together, with their starts, and the
greatest memory is that of any one worker. The sha256 of what was written is compared.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from pipeline.clean import write_cleaned
from pipeline.engine import LOCAL, Engine, open_engine
from pipeline.match.batch import match_file
from pipeline.parts import MapParts
from pipeline.storage.files import measure as measure_file
from pipeline.storage.raw import RawFile
from tests.bench.clean import MAKER, NIGHT, processor_seconds, write_synthetic
from tests.engine.cluster import killing, running_cluster

COUNT = 20_000
AIMS = {"clean": 1.4, "match": 1.6}
"""Most processor time of two workers, as a multiple of that of this machine alone."""


def clean(folder: Path, out: Path, map_parts: MapParts) -> None:
    write_cleaned(RawFile(folder / "raw.ndjson"), NIGHT, {}, out, map_parts)


def match(folder: Path, out: Path, map_parts: MapParts) -> None:
    match_file(folder / "listings.parquet", out, map_parts)


STEPS: dict[str, tuple[Callable[[Path, Path, MapParts], None], Callable[[Engine], MapParts]]] = {
    "clean": (clean, lambda engine: engine.map_python),
    "match": (match, lambda engine: engine.map_columns),
}
WAYS = {"alone": 0, "cluster": 2, "killed": 6}
"""Way -> workers of its cluster."""


def measure(step: str, way: str, folder: Path) -> dict[str, float | str]:
    """Processor seconds, seconds that passed, the greatest memory of a worker in MiB (0 without one), sha256 of the result."""
    began = time.perf_counter()
    work, of_engine = STEPS[step]
    peak = 0
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if way == "alone":
            work(folder, scratch / "out", of_engine(LOCAL))
        else:
            (scratch / "hosts").mkdir()
            cluster = stack.enter_context(running_cluster(scratch / "hosts", WAYS[way]))
            engine = stack.enter_context(open_engine(None, cluster.address, scratch / "parts"))
            map_parts = of_engine(engine)
            work(folder, scratch / "out", killing(map_parts, scratch / "mark", 1) if way == "killed" else map_parts)
            peak = max(peak_mebibytes(worker.pid) for worker in cluster.living())
        digest = measure_file(scratch / "out")[1]
    return {
        "processor": processor_seconds(), "passed": time.perf_counter() - began, "mebibytes": peak, "sha256": digest
    }  # fmt: skip


def peak_mebibytes(pid: int) -> int:
    """The greatest memory that a process has held (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM:"))


def bench(*counts: int) -> None:
    """Prints a line a count, step and way."""
    if not MAKER.is_file():
        print("cluster: no ../shared/tools/make_listings.py beside the repository")
        return
    print(
        f"{'listings':>10} {'step':6} {'way':8}{'processor s':>12}{'of alone':>10}{'aim':>6}{'s':>8}{'MiB':>7}  sha256"
    )
    for count in counts:
        with tempfile.TemporaryDirectory() as scratch:
            rows = write_synthetic(count, Path(scratch) / "raw.ndjson")
            for step in STEPS:
                alone = 0.0
                for way in WAYS:
                    words = [sys.executable, "-m", "tests.bench.engine", step, way, scratch]
                    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
                    figures = json.loads(done.stdout.splitlines()[-1])
                    alone = alone or figures["processor"]
                    print(
                        f"{rows:10} {step:6} {way:8}{figures['processor']:12.1f}{figures['processor'] / alone:10.2f}"
                        f"{AIMS[step]:6}{figures['passed']:8.1f}{figures['mebibytes']:7}  {figures['sha256'][:16]}",
                        flush=True,
                    )


def main(words: list[str]) -> None:
    if words and words[0] in STEPS:
        print(json.dumps(measure(words[0], words[1], Path(words[2]))))
        return
    bench(*([int(word) for word in words] or [COUNT]))


if __name__ == "__main__":
    main(sys.argv[1:])
