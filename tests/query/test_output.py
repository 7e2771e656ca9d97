"""Answers reach any terminal, pipe and file: every encoding, a closed or full output, Ctrl-C; and a query stays in the home."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.query.ask import QueryError, write_json, write_parquet

TEXT = "a – b… 漢字 🙂 é"
SELECT = f"SELECT '{TEXT}' AS text"
COMMAND = [sys.executable, "-m", "pipeline.cli"]


def run(
    warehouse: Path, *words: str, encoding: str = "utf-8", stdout: int | None = subprocess.PIPE
) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "INTERNSHIPS_HOME": str(warehouse.parent)}
    return subprocess.run(
        [*COMMAND, *words], env=environment, stdout=stdout, stderr=subprocess.PIPE, timeout=60, check=False
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_every_encoding_gets_an_answer_and_data_is_whole_in_each(warehouse: Path, encoding: str) -> None:
    table = run(warehouse, "sql", SELECT, encoding=encoding)
    assert (table.returncode, table.stderr) == (0, b"")
    assert {"ascii": "a - b... ?? ? ?", "cp1252": "a – b… ?? ? é", "utf-8": TEXT}[encoding] in table.stdout.decode(
        encoding
    )
    as_json = run(warehouse, "sql", SELECT, "--json", encoding=encoding)
    assert json.loads(as_json.stdout.decode(encoding)) == [{"text": TEXT}]
    as_csv = run(warehouse, "sql", SELECT, "--csv", encoding=encoding)
    assert list(csv.reader(io.StringIO(as_csv.stdout.decode("utf-8")))) == [["text"], [TEXT]]
    shown = run(warehouse, "show", "i0", encoding=encoding)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert "Diplomacy" in shown.stdout.decode(encoding)


@pytest.mark.parametrize("words", [("sql", "FROM range(100000)", "--csv"), ("sql", "FROM internships"), ("show", "i0")])
def test_a_full_or_closed_output_is_one_line(warehouse: Path, words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = run(warehouse, *words, stdout=full.fileno())
    assert (done.returncode, done.stderr) == (2, b"internships: writing: No space left on device\n")
    closed = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *COMMAND, *words, "--home", str(warehouse.parent)],
        stderr=subprocess.PIPE, timeout=60, check=False,
    )  # fmt: skip
    assert (closed.returncode, closed.stderr) == (2, b"internships: standard output is closed\n")


def test_a_reader_that_has_seen_enough_is_no_error(warehouse: Path) -> None:
    query = f"'FROM range(1000000)' --csv --home '{warehouse.parent}'"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {sys.executable} -m pipeline.cli sql {query} | head -n 2"],
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, b"range\n0\n", b"")


def processor_seconds(process: subprocess.Popen[bytes]) -> float:
    """User and system time of a running process (proc(5): fields 14 and 15 of stat)."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_ctrl_c_stops_a_heavy_query_at_once(warehouse: Path) -> None:
    heavy = "SELECT sum(a.range * b.range) FROM range(10000000) AS a, range(10000000) AS b"
    process = subprocess.Popen(
        [*COMMAND, "sql", heavy, "--home", str(warehouse.parent)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  # ignored in a shell's background
    )
    while processor_seconds(process) < 1.5:  # starting takes less than one of them
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=40)
    assert (process.returncode, errors.strip()) == (130, b"internships: interrupted")


@pytest.mark.parametrize(
    "query",
    [
        "FROM read_text('{outside}')",
        "FROM read_csv('{outside}')",
        "FROM read_blob('{home}/../{name}')",
        "FROM read_text('{home}/link.txt')",
        "FROM read_text('/etc/passwd')",
        "FROM glob('/etc/*')",
        "FROM read_csv('https://example.org/a.csv')",
        "SELECT * FROM query('FROM read_text(''{outside}'')')",
        "FROM read_text((SELECT '{outside}'))",
    ],
)
def test_a_query_reads_no_file_outside_the_home(warehouse: Path, tmp_path: Path, query: str) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("secret")
    (warehouse.parent / "link.txt").unlink(missing_ok=True)
    (warehouse.parent / "link.txt").symlink_to(outside)
    out = io.StringIO()
    with pytest.raises(QueryError):
        write_json(warehouse, query.format(outside=outside, home=warehouse.parent, name=outside.name), out)
    assert "secret" not in out.getvalue()


@pytest.mark.parametrize("query", ["COPY about TO '{out}'", "ATTACH '{out}' AS other", "EXPORT DATABASE '{out}'",
                                   "SET enable_external_access = true", "INSTALL httpfs"])  # fmt: skip
def test_a_query_writes_no_file_and_sets_nothing(warehouse: Path, tmp_path: Path, query: str) -> None:
    with pytest.raises(QueryError, match="read-only"):
        write_json(warehouse, query.format(out=tmp_path / "out"), io.StringIO())
    assert list(tmp_path.iterdir()) == []


def test_files_of_the_home_can_be_read_and_the_answer_goes_where_it_was_asked_to(
    warehouse: Path, tmp_path: Path
) -> None:
    exported = warehouse.parent / "exports.csv"
    exported.write_text("a\n1\n")
    out = io.StringIO()
    assert write_json(warehouse, f"FROM read_csv('{exported}')", out) == 1
    assert json.loads(out.getvalue()) == [{"a": 1}]
    assert write_parquet(warehouse, "FROM about", tmp_path / "about.parquet") == 1
