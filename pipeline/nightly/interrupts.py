"""Ending a run at once when a person or the system asks for it: Ctrl-C, SIGTERM, `timeout`.

A night that ends between two operations is what every file of a home is written for, so the process ends where it stands: the
crawlers read the end of their standard input and end too, the lock goes with the processes, and the same command goes on.
Dagster takes signals over while a job runs and finishes its step first, which may take hours; therefore they are received
through the wakeup descriptor, which works under whatever handler a library installs. Belongs here: how a run ends early. Does
not belong here: what makes that safe (`pipeline.storage.files`, `scrapers.runs`).
"""

from __future__ import annotations

import os
import signal
import threading

SIGNALS = (signal.SIGINT, signal.SIGTERM)

EXIT_OF_SIGNAL = 128
"""Exit code of a process that a signal ended, less the number of the signal: what shells report."""

_SHOW_CURSOR = "\x1b[?25h\n"
"""A progress bar hides the cursor of the terminal."""


def end_on_signals() -> None:
    """From now on, SIGINT and SIGTERM end this process at once, with one line on standard error and exit code 130 or 143. A
    signal that is ignored, as SIGINT is in a shell's background, stays so. To be called in the main thread."""
    receiving, sending = os.pipe()
    os.set_blocking(sending, False)
    signal.set_wakeup_fd(sending, warn_on_full_buffer=False)
    heeded = frozenset(number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN)
    # Also where it is ignored: after a job, Dagster gives SIGTERM whatever SIGINT has, and what is ignored wakes nobody.
    for number in SIGNALS:
        signal.signal(number, lambda *_: None)
    # Dagster redirects standard error while a step runs.
    threading.Thread(target=_end, args=(receiving, os.dup(2), heeded), name="interrupts", daemon=True).start()


def _end(receiving: int, standard_error: int, heeded: frozenset[signal.Signals]) -> None:
    while True:
        for number in os.read(receiving, 64):
            if number in heeded:
                name = signal.Signals(number).name
                line = f"internships: stopped by {name}; run the same command again to go on\n"
                os.write(standard_error, ((_SHOW_CURSOR if os.isatty(standard_error) else "") + line).encode())
                os._exit(EXIT_OF_SIGNAL + number)
