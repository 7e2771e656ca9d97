"""A night in a process of its own that a fault meets at a counted operation on a file: the same number is the same place.

Operations are those of Python below the home (a file opened for writing, a folder made, a name changed or removed), in the run
and in its crawlers together. Belongs here: the counting, the faults. Does not belong here: what must hold after them
(tests/nightly/test_operations.py, tests/bench/operations.py).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import duckdb

from pipeline.cli import SAMPLE_NIGHT
from tests.conftest import REPOSITORY, bare_environment

NEXT = SAMPLE_NIGHT + timedelta(days=1)

SITE = '''
import ctypes, errno, os, signal, sys

HOME, COUNT, FAULT, AT = (os.environ[f"OPERATIONS_{name}"] for name in ("HOME", "COUNT", "FAULT", "AT"))
COUNTER = os.open(COUNT, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
RUN = int(os.environ.setdefault("OPERATIONS_RUN", str(os.getpid())))
FOLDERS = {"raw": "r", "work": "w", "state": "s", "exports": "e", "warehouse.duckdb": "d", "reports": "t"}
WATCHED = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "shutil.copyfile", "shutil.rmtree", "open"}
MS_REMOUNT = 32  # sys/mount.h


def remount(options):
    """With what is in use and no more; a step whose threads write meanwhile needs the next number."""
    libc = ctypes.CDLL(None, use_errno=True)
    for spare in range(100):
        if not libc.mount(b"none", HOME.encode(), b"tmpfs", MS_REMOUNT, options(os.statvfs(HOME), spare).encode()):
            return
    raise SystemExit(f"no remount: {os.strerror(ctypes.get_errno())}")


def strike():
    """The fault, at its operation and, where it lasts, at every later one."""
    if FAULT in ("SIGKILL", "SIGTERM", "SIGINT"):
        os.kill(RUN, getattr(signal, FAULT))
        signal.pause()
    if FAULT == "space":
        remount(lambda disk, spare: f"size={(disk.f_blocks - disk.f_bfree + spare) * disk.f_frsize}")
    elif FAULT == "inodes":
        remount(lambda disk, spare: f"nr_inodes={disk.f_files - disk.f_ffree + spare}")
    elif FAULT == "read-only":
        with open(os.environ["OPERATIONS_ERRORS"], "w") as trigger:
            trigger.write("1")


def watch(event, arguments):
    if event not in WATCHED or not isinstance(arguments[0], (str, bytes, os.PathLike)):
        return
    if event == "open" and not arguments[2] & (os.O_WRONLY | os.O_RDWR):
        return
    if not os.path.abspath(os.fsdecode(arguments[0])).startswith(HOME):
        return
    folder = os.path.relpath(os.path.abspath(os.fsdecode(arguments[0])), HOME).split(os.sep)[0]
    os.write(COUNTER, FOLDERS.get(folder, ".").encode())
    number = os.lseek(COUNTER, 0, os.SEEK_CUR)  # an append leaves the offset behind its own byte
    if FAULT.startswith("E") and number >= int(AT):
        code = getattr(errno, FAULT)
        raise OSError(code, os.strerror(code), os.fsdecode(arguments[0]))
    if number == int(AT):
        strike()


sys.addaudithook(watch)
'''

STEPS = """
__file__ = "steps"  # else DuckDB, as it is imported, takes this for an interactive session, and draws bars of progress
import json, os, sys, traceback
from datetime import date
from pathlib import Path
from pipeline.nightly.collect import collect
from pipeline.nightly.interrupts import end_on_signals
from pipeline.nightly.publish_step import finish_publishing
from pipeline.nightly.replay import replay_night
from pipeline.shipped import shipped
from pipeline.storage.home import Home
from scrapers.source import read_catalogue

def make(case):
    end_on_signals()
    home, night = Home(Path(case["home"])), date.fromisoformat(case["night"])
    folder, archives = shipped("data", "sample", "sources"), sorted(shipped("data", "sample").glob("*.warc.gz"))
    catalogue = read_catalogue(folder)
    with home.lock() as lock:
        finish_publishing(home, night)
        if case["collects"]:
            collect(catalogue.sources, home.raw(night), night, folder, archives, lock=lock)
        replay_night(home, catalogue, night)

for line in sys.stdin:
    case = json.loads(line)
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(os.open(case["stderr"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
        os.dup2(2, 1)
        os.environ.update(case["environment"])
        code = 0
        try:
            exec(compile(case["site"], "sitecustomize", "exec"), {})
            make(case)
        except BaseException:
            traceback.print_exc()
            code = 1
        sys.stderr.flush()
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Nights by the functions of the job, each in a process that is forked when all is imported: what they cost without Dagster."""


@cache
def _forking() -> subprocess.Popen[str]:
    """The process that forks for each case that it is told of. It ends with this one, which holds its standard input."""
    return subprocess.Popen(
        [sys.executable, "-c", STEPS], env=bare_environment() | {"PYTHONPATH": str(REPOSITORY)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def run_steps(
    home: Path, scratch: Path, fault: str = "", at: int = 0, *, collects: bool = True
) -> subprocess.CompletedProcess[str]:
    """A night of the sample after the one that `home` has, by the functions of the job. `at`: the number of the operation that
    `fault` meets: a signal, an errno name (raised from there on), or one of the faults of `SITE`. Without `collects`, the raw
    files are there."""
    errors = scratch / "stderr"
    case = {
        "home": str(home), "night": NEXT.isoformat(), "collects": collects, "stderr": str(errors), "site": SITE,
        "environment": _watched(home, scratch, fault, at),
    }  # fmt: skip
    process = _forking()
    assert process.stdin and process.stdout
    process.stdin.write(json.dumps(case) + "\n")
    process.stdin.flush()
    code = int(process.stdout.readline())
    return subprocess.CompletedProcess([], code, "", errors.read_text(encoding="utf-8"))


def run_command(home: Path, scratch: Path, fault: str = "", at: int = 0) -> subprocess.CompletedProcess[str]:
    """The same night by the command."""
    words = ["-m", "pipeline.cli", "run", "--sample", "--home", str(home), "--night", NEXT.isoformat()]
    return subprocess.run(
        [sys.executable, *words], env=bare_environment() | _watched(home, scratch, fault, at), capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip


def _watched(home: Path, scratch: Path, fault: str, at: int) -> dict[str, str]:
    """What the environment has for a process whose operations are counted, from 0 on."""
    site = scratch / "site"
    site.mkdir(exist_ok=True)
    (site / "sitecustomize.py").write_text(SITE, encoding="utf-8")
    (scratch / "count").unlink(missing_ok=True)
    settings = {
        "HOME": str(home), "COUNT": str(scratch / "count"), "FAULT": fault, "AT": str(at),
        "ERRORS": os.environ.get("OPERATIONS_ERRORS", ""),
    }  # fmt: skip
    watched = {f"OPERATIONS_{name}": value for name, value in settings.items()}
    return watched | {"PYTHONPATH": f"{site}{os.pathsep}{REPOSITORY}"}


def operations(scratch: Path) -> int:
    """How many there were in the last run."""
    return (scratch / "count").stat().st_size


def steps(scratch: Path) -> list[tuple[str, range]]:
    """The steps of the last run: the place of the home where each wrote (see FOLDERS; . is anything else), and the numbers of its
    operations."""
    places = (scratch / "count").read_text(encoding="ascii")
    return [
        (found[0][0], range(found.start() + 1, found.end() + 1)) for found in re.finditer(r"(.)\1*", places, re.DOTALL)
    ]


def published_files(home: Path) -> dict[str, str]:
    """What readers may open, with its SHA-256: exports and reports by their path, and the rows of each table of the published
    warehouse (DuckDB writes the same rows in other blocks). Reports end with how long the night took, which is left out."""
    files = [path for path in [*home.glob("exports/20*/**/*"), *home.glob("reports/*")] if path.is_file()]
    digests = {str(path.relative_to(home)): hashlib.sha256(_lasting(path)).hexdigest() for path in files}
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        for (table,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            rows = con.execute(
                f"SELECT md5(string_agg(r::VARCHAR, chr(10) ORDER BY r::VARCHAR)) FROM {table} r"
            ).fetchone()
            digests[table] = str(rows)
    return digests


def _lasting(path: Path) -> bytes:
    """What is in a file, of a report without the durations."""
    return path.read_bytes().partition(b"urations")[0] if path.parent.name == "reports" else path.read_bytes()


def nights_of_reader(home: Path) -> set[date]:
    """The nights that a reader meets: in `exports/latest`, each of whose files is as its package says, and in the warehouse."""
    folder = (home / "exports/latest").resolve(strict=True)
    package = json.loads((folder / "datapackage.json").read_bytes())
    for resource in package["resources"]:
        body = (folder / resource["path"]).read_bytes()
        assert f"sha256:{hashlib.sha256(body).hexdigest()}" == resource["hash"], resource["path"]
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        con.execute("SELECT count(*) FROM open_internships").fetchall()
        (night,) = con.execute("SELECT night FROM about").fetchone() or (None,)
    return {date.fromisoformat(folder.name), night}


def ended_by(done: subprocess.CompletedProcess[str], fault: str) -> bool:
    """Whether a signal ended it as it should: with the code that shells report, and one line where the signal can be heard."""
    number = signal.Signals[fault]
    if number == signal.SIGKILL:
        return done.returncode == -number
    lines = [line for line in done.stderr.splitlines() if " INFO " not in line]
    line = f"internships: stopped by {fault}; run the same command again to go on"
    return done.returncode == 128 + number and lines == [line]
