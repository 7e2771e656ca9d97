"""SIGINT and SIGTERM end a run at once, with one line and the exit code that shells report, under any library's handler."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.storage.home import Home

BUSY = """
import signal, sys, time
from pathlib import Path
from pipeline.nightly.interrupts import end_on_signals
from pipeline.storage.home import Home
{before}
end_on_signals()
with Home(Path(sys.argv[1])).lock():
    {dagster}
    print("running", flush=True)
    while True:
        time.sleep(1000) if sys.argv[2] == "waiting" else sum(range(100_000))
"""
USUAL = "signal.signal(signal.SIGINT, signal.default_int_handler); signal.signal(signal.SIGTERM, signal.SIG_DFL)"
WITHOUT_SIGINT = "signal.signal(signal.SIGINT, signal.SIG_IGN); signal.signal(signal.SIGTERM, signal.SIG_DFL)"
DURING_A_JOB = "for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, lambda *_: None)"
AFTER_A_JOB = "signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("doing", ["waiting", "computing"])
def test_a_signal_ends_a_run_at_once_and_the_home_is_free(number: signal.Signals, doing: str, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", BUSY.format(before=USUAL, dagster=DURING_A_JOB), str(tmp_path), doing],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout and process.stderr
        assert process.stdout.readline() == "running\n"
        sent = time.monotonic()
        process.send_signal(number)
        assert process.wait(timeout=30) == 128 + number
        assert time.monotonic() - sent < 5
        assert process.stderr.read() == f"internships: stopped by {number.name}; run the same command again to go on\n"
    with Home(tmp_path).lock():
        pass


def test_a_signal_that_is_ignored_stays_ignored_and_the_other_ends_the_run(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", BUSY.format(before=WITHOUT_SIGINT, dagster=AFTER_A_JOB), str(tmp_path), "waiting"],
        stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=1)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 128 + signal.SIGTERM
        finally:
            process.kill()
