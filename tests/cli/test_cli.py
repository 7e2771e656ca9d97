"""The command line: wrong use gets one clear line, a non-zero exit, and changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import duckdb
import pytest

from pipeline.shipped import shipped
from tests.command import internships
from tests.conftest import copy_home

SAMPLE = shipped("data", "sample", "sources")
ARCHIVE = next(iter(shipped("data", "sample").glob("*.warc.gz")), Path("no-sample"))


@pytest.fixture(scope="module")
def sampled(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the sample night was run."""
    folder = tmp_path_factory.mktemp("sampled")
    copy_home(sample_home, folder / "data" / "home")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode != 0
    assert done.stdout == ""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in lines[0], lines[0]


def test_a_sample_night_is_worth_looking_at(sampled: Path) -> None:
    with duckdb.connect(str(sampled / "data/home/warehouse.duckdb"), read_only=True) as con:
        ((opened, countries),) = con.execute(
            "SELECT count(DISTINCT internship_id), count(DISTINCT country) "
            "FROM (SELECT internship_id, unnest(countries) AS country FROM open_internships)"
        ).fetchall()
        channels = con.execute("SELECT count(DISTINCT channel) FROM listings").fetchall()
    assert opened >= 100
    assert countries >= 20
    assert channels == [(6,)]


def test_the_run_says_how_each_source_fared_and_where_things_are(sampled: Path) -> None:
    done = internships("status", cwd=sampled)
    assert done.returncode == 0
    assert "blocked" in done.stdout
    assert "open internships" in done.stdout


@pytest.mark.parametrize(
    ("words", "reported"),
    [
        (["run", "--source", "no-such-source"], ["no-such-source"]),
        (["run", "--channel", "no-such-channel"], ["no-such-channel"]),
        (["run", "--night", "2026-13-01"], ["2026-13-01"]),
        (["run", "--night", "yesterday"], ["yesterday"]),
        (["run", "--sample", "--night", "2026-11-19"], ["2026-11-19", "older"]),
        (["run", "--replay", "no-such-file.warc.gz"], ["no-such-file.warc.gz"]),
        (["run", "--replay", "text.warc.gz"], ["text.warc.gz"]),
        (["run", "--replay", "cut.warc.gz"], ["cut.warc.gz"]),
        (["clean", "no-such-file.ndjson", "--out", "x.parquet"], ["no-such-file.ndjson"]),
        (["clean", "broken.ndjson", "--out", "x.parquet"], ["line 2"]),
        (["match", "text.warc.gz", "--out", "x.parquet"], ["Parquet"]),
        (["rebuild", "--from", "2030-01-01"], ["2030-01-01"]),
        (["rollback"], ["only night"]),
        (["sql", "SELEC 1"], ["SELEC"]),
        (["no-such-command"], ["no-such-command"]),
    ],
)
def test_wrong_use_gets_one_line_and_changes_nothing(words: list[str], reported: list[str], sampled: Path) -> None:
    (sampled / "text.warc.gz").write_text("this is no archive")
    (sampled / "cut.warc.gz").write_bytes(ARCHIVE.read_bytes()[: ARCHIVE.stat().st_size // 2])
    (sampled / "broken.ndjson").write_text(
        '{"source_id": "s", "url": "https://a.example", "title": "t"}\n{"source_id"\n'
    )
    before = contents(sampled / "data/home")
    refused(internships(*words, cwd=sampled, INTERNSHIPS_CATALOGUE=SAMPLE), *reported)
    assert contents(sampled / "data/home") == before


def test_the_sample_and_real_nights_do_not_meet_in_one_home(sampled: Path, tmp_path: Path) -> None:
    before = contents(sampled / "data/home")
    refused(internships("run", "--replay", ARCHIVE, "--night", "2026-11-21", cwd=sampled), "another catalogue")
    assert contents(sampled / "data/home") == before


def test_a_home_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused(internships("run", "--sample", "--home", "file/home", cwd=tmp_path), "not writable")
    refused(internships("run", "--sample", "--home", "/proc/home", cwd=tmp_path), "not writable")


def test_a_second_run_on_a_home_is_refused(sampled: Path) -> None:
    import fcntl

    before = contents(sampled / "data/home")
    with (sampled / "data/home/lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(str(os.getpid()))
        lock.flush()
        refused(internships("run", "--sample", cwd=sampled), "another run")
        lock.truncate(0)
    assert contents(sampled / "data/home") == before


def test_a_warehouse_made_by_a_newer_version_is_refused(sample_home: Path, tmp_path: Path) -> None:
    copy_home(sample_home, tmp_path / "data" / "home")
    with duckdb.connect(str(tmp_path / "data/home/warehouse.duckdb")) as con:
        con.execute("UPDATE about SET schema_version = schema_version + 1")
    (state,) = (tmp_path / "data/home/state").glob("*/warehouse.duckdb")
    shutil.copy(tmp_path / "data/home/warehouse.duckdb", state)  # what the next night goes on from
    before = contents(tmp_path / "data/home")
    refused(internships("run", "--sample", cwd=tmp_path), "newer version")
    refused(internships("status", cwd=tmp_path), "newer version")
    assert contents(tmp_path / "data/home") == before


def test_commands_without_a_warehouse_say_so(tmp_path: Path) -> None:
    for words in (["status"], ["sql", "SELECT 1"], ["rollback"], ["rebuild", "--from", "2026-01-01"]):
        refused(internships(*words, cwd=tmp_path), "internships run")
    assert not (tmp_path / "data").exists()


def test_the_warehouse_answers_sql(sampled: Path) -> None:
    done = internships("sql", "--json", "SELECT count(*) AS n FROM internships", cwd=sampled)
    assert done.returncode == 0
    assert json.loads(done.stdout)[0]["n"] > 100


def test_the_catalogue_is_listed(tmp_path: Path) -> None:
    listed = json.loads(internships("sources", "list", "--json", cwd=tmp_path).stdout)
    assert {"id", "name", "channel", "spider", "url", "country", "verified"} == set(listed[0])
    only = internships("sources", "list", "--channel", "embassy", cwd=tmp_path).stdout
    assert "embassy" in only
    assert "platform" not in only


def test_light_commands_import_neither_dagster_nor_scrapy(tmp_path: Path) -> None:
    code = """
import sys
import pipeline.cli
try:
    pipeline.cli.main(["sources", "list"])
except SystemExit:
    sys.exit(bool({"dagster", "scrapy"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.DEVNULL, check=False)
    assert done.returncode == 0


def test_every_command_has_a_help_text(tmp_path: Path) -> None:
    from pipeline.cli import main

    for name, command in main.commands.items():
        assert command.help, name
        assert all(option.help for option in command.params if isinstance(option, click.Option)), name
