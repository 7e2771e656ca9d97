"""`python -m tests.bench.operations [KILLS] [SIGNALS] [DISKS] [SEED]`: whole nights that end at random counted operations.

A home with one night of the sample gets the next one. KILLS runs are killed and SIGNALS runs stopped by SIGINT or SIGTERM at a
random operation: of four groups of runs one from collecting to publishing, the others after collecting. At the end of each
group the night is made to its end and compared, byte for byte, with one that nothing ended. DISKS times, in turn, the file
system of the home is without space, without inodes or read-only from an operation on, one step of the night after the other (each
fault at each step takes three times as many as there are steps): the command has to end with one line and a code that is not 0,
readers have to have a whole night, and once there is room the same night has to be made with the same bytes. Needs Linux,
mount(8), and root (left out without).

Belongs here: the large count. Does not belong here: the faults (tests/operations.py), the small count
(tests/nightly/test_operations.py).
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.cli import SAMPLE_NIGHT
from pipeline.storage.raw import PUBLISHED
from tests.operations import (
    NEXT,
    ended_by,
    nights_of_reader,
    operations,
    published_files,
    run_command,
    run_steps,
    steps,
)

ENDS_BEFORE_THE_WHOLE = 5
"""Runs that are ended one after the other before one is let through: a group."""

GROUPS_TO_A_CRAWL = 4
"""Of so many groups one collects; starting a crawler is half of what a night of the sample takes."""

DISK_FAULTS = ("space", "inodes", "read-only")
SIZE = "3g"
"""Of the file system: a night wants 1 GiB free before it begins."""

LOG_LINE = re.compile(r"\d{4}-\d\d-\d\dT\S+ (INFO|WARNING) ")


class Campaign:
    """Counts what went wrong. `operations`: of a whole night, with collecting (True) and after it."""

    def __init__(self, scratch: Path, chance: random.Random) -> None:
        self.scratch, self.chance = scratch, chance
        self.base, self.collected, self.home = scratch / "base", scratch / "collected", scratch / "home"
        self.done: Counter[str] = Counter()
        self.troubles: list[str] = []
        words = ["-m", "pipeline.cli", "run", "--sample", "--home", str(self.base)]
        subprocess.run([sys.executable, *words], check=True, capture_output=True)
        self.operations: dict[bool, int] = {}
        self.steps: list[tuple[str, range]] = []  # of a whole night
        self._make_whole(collects=True)
        self.expected = published_files(self.home)
        shutil.copytree(self.base, self.collected, symlinks=True)
        raw = Path("raw") / NEXT.isoformat()
        shutil.copytree(self.home / raw, self.collected / raw)
        (self.collected / raw / "runs.ndjson").write_text(
            _as_collected(self.home / raw / "runs.ndjson"), encoding="utf-8"
        )
        self._make_whole(collects=False)

    def _make_whole(self, *, collects: bool) -> None:
        self._fill(self.base if collects else self.collected)
        done = run_steps(self.home, self.scratch, collects=collects)
        assert done.returncode == 0, done.stderr
        self.operations[collects] = operations(self.scratch)
        self.steps = self.steps or steps(self.scratch)

    def _fill(self, base: Path) -> None:
        """Make the home a fresh copy; the folder itself may be where a file system is mounted."""
        self.home.mkdir(exist_ok=True)
        for path in self.home.iterdir():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        shutil.copytree(base, self.home, symlinks=True, dirs_exist_ok=True)

    def _blame(self, what: str, text: str) -> None:
        self.troubles.append(f"{what}: {' / '.join(text.splitlines())[-600:]}")

    def _check_reader(self, what: str) -> None:
        try:
            nights = nights_of_reader(self.home)
        except Exception as error:  # noqa: BLE001  # whatever a reader meets is what is counted
            self._blame(what, f"reader: {error!r}")
            return
        if not nights <= {SAMPLE_NIGHT, NEXT}:
            self._blame(what, f"reader has {nights}")

    def _check_whole(self, what: str, done: subprocess.CompletedProcess[str]) -> None:
        if done.returncode:
            self._blame(what, f"run again: {done.returncode} {done.stderr}")
        elif differing := sorted({path for path, _ in published_files(self.home).items() ^ self.expected.items()}):
            self._blame(what, f"differs: {differing[:5]}")

    def end_runs(self, kills: int, signals: int) -> None:
        faults = ["SIGKILL"] * kills + ["SIGTERM"] * (signals // 2) + ["SIGINT"] * (signals - signals // 2)
        self.chance.shuffle(faults)
        for first in range(0, len(faults), ENDS_BEFORE_THE_WHOLE):
            collects = first // ENDS_BEFORE_THE_WHOLE % GROUPS_TO_A_CRAWL == 0
            self._fill(self.base if collects else self.collected)
            ends: list[str] = []
            for fault in faults[first : first + ENDS_BEFORE_THE_WHOLE]:
                at = self.chance.randint(1, self.operations[collects])
                ends.append(f"{fault} at {at}{'' if collects else ' after collecting'}")
                done = run_steps(self.home, self.scratch, fault, at, collects=collects)
                self.done[fault if done.returncode else f"{fault} after the end"] += 1
                if done.returncode and not ended_by(done, fault):
                    self._blame(ends[-1], f"{done.returncode} {done.stderr}")
                self._check_reader(ends[-1])
            self._check_whole(", ".join(ends), run_steps(self.home, self.scratch, collects=collects))

    def fill_disks(self, disks: int) -> None:
        for number in range(disks):
            fault = DISK_FAULTS[number % len(DISK_FAULTS)]
            place, numbers = self.steps[number // len(DISK_FAULTS) % len(self.steps)]
            at = self.chance.choice(numbers)
            what = f"{fault} at {at} ({place})"
            with mounted(self.home, self.scratch, is_ext4=fault == "read-only") as repair:
                self._fill(self.base)
                done = run_command(self.home, self.scratch, fault, at)
                self.done[f"{fault}: exit {done.returncode}"] += 1
                lines = [line for line in done.stderr.splitlines() if not LOG_LINE.match(line)]
                if done.returncode not in (1, 2) or len(lines) != 1 or not lines[0].startswith("internships: "):
                    self._blame(what, f"{done.returncode} {done.stderr}")
                else:
                    print(f"{what}: {lines[0]}", flush=True)
                self._check_reader(what)
                repair()
                self._check_whole(what, run_steps(self.home, self.scratch))


def _as_collected(runs: Path) -> str:
    """The lines of a run file that the crawl wrote."""
    lines = runs.read_text(encoding="utf-8").splitlines(keepends=True)
    of_steps = ('"step_finished"', f'"{PUBLISHED}"')
    return "".join(line for line in lines if not any(event in line for event in of_steps))


@contextmanager
def mounted(folder: Path, scratch: Path, *, is_ext4: bool) -> Iterator[Callable[[], None]]:
    """A small file system at `folder`; gives a function that mends it."""
    image, options = scratch / "image", f"size={SIZE},nr_inodes=100k"
    if is_ext4:
        with image.open("wb") as handle:
            handle.truncate(3 << 30)
        _do("mkfs.ext4", "-q", "-F", str(image))
        _do("mount", "-o", "loop,errors=remount-ro", str(image), str(folder))
        device = subprocess.check_output(["findmnt", "-no", "SOURCE", str(folder)], text=True).strip()
        os.environ["OPERATIONS_ERRORS"] = f"/sys/fs/ext4/{Path(device).name}/trigger_fs_error"
    else:
        _do("mount", "-t", "tmpfs", "-o", options, "none", str(folder))

    def repair() -> None:
        if not is_ext4:
            _do("mount", "-o", f"remount,{options}", str(folder))
            return
        _do("umount", str(folder))
        subprocess.run(["e2fsck", "-fy", str(image)], check=False, capture_output=True)
        _do("mount", "-o", "loop,errors=remount-ro", str(image), str(folder))

    try:
        yield repair
    finally:
        _do("umount", str(folder))
        image.unlink(missing_ok=True)


def _do(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


def main() -> None:
    kills, signals, disks, seed = (
        int(value) for value in [*sys.argv[1:], *("100", "40", "30", "1")[len(sys.argv) - 1 :]]
    )
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign(Path(folder), random.Random(seed))
        print(f"{campaign.operations[True]} operations in a night, {campaign.operations[False]} after collecting")
        campaign.end_runs(kills, signals)
        if os.geteuid() == 0:
            campaign.fill_disks(disks)
        else:
            print("full and read-only disks are left out: only root can mount them")
    for name, number in sorted(campaign.done.items()):
        print(f"{name:28}{number:6}")
    print(f"{'troubles':28}{len(campaign.troubles):6}")
    for trouble in campaign.troubles:
        print(f"    {trouble}")
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
