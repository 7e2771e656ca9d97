"""Runs the campaign and prints each count, and the cases behind it by the faults that led to them."""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.bench.faults.campaign import AMBIGUOUS, Case, Tally, campaign

CASES_SHOWN = 3
"""Of each sequence of faults."""


def print_cases(cases: list[Case]) -> None:
    for kinds, number in Counter(case.kinds for case in cases).most_common():
        print(f"{number:10}  {kinds}")
        for case in [case for case in cases if case.kinds == kinds][:CASES_SHOWN]:
            print(f"            {case.text}")


def main() -> None:
    boards, nights, seed = (int(value) for value in [*sys.argv[1:], *("130", "14", "1")[len(sys.argv) - 1 :]])
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        tally = campaign(Path(folder), boards, nights, seed)
    kinds = {kind for _, kind in tally.injected}
    print(f"{tally.injected.total()} faults of {len(kinds)} kinds over {boards} boards, {nights} nights, seed {seed}")
    for name in Tally.COUNTS:
        cases = getattr(tally, name)
        print(f"{name.replace('_', ' '):15}{len(cases):6}")
        if name != "ambiguous":
            print_cases(cases)
    for kind, why in AMBIGUOUS.items():
        cases = [case for case in tally.ambiguous if kind in case.kinds.split(" > ")]
        print(f"{len(cases):10}  {kind}: {why}")
    print(f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
