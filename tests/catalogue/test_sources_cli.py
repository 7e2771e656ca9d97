"""The contributor's commands: `internships sources list, new, check`, and who reads what `check` found.

Live looks go to a server on loopback, which only Python may allow (`allow_loopback`): the commands themselves never do.
"""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import click
import polars as pl
import pytest
import yaml

import tests.command
from pipeline import tables
from pipeline.catalogue import new_entry as entry
from pipeline.catalogue import overview as listed
from pipeline.catalogue import probe
from pipeline.reports import text as report
from pipeline.review.verified import last_verified, note_verified, read_verified, verified_file
from pipeline.shipped import shipped
from pipeline.storage import warehouse
from pipeline.storage.home import HomeError
from pipeline.storage.raw import Durations
from pipeline.storage.warehouse import Carry
from scrapers.source import CatalogueError, Source, board_file, read_catalogue
from scrapers.spiders import check_settings
from tests.catalogue.made import (
    DAY,
    REFERENCE,
    Server,
    build_warehouse,
    filled,
    live_entries,
    make_home,
    write_catalogue,
)
from tests.conftest import REPOSITORY

CATALOGUE = shipped("data", "sources")
SAMPLE = shipped("data", "sample", "sources")


def internships(*words: str | Path, cwd: Path, **settings: str | Path) -> subprocess.CompletedProcess[str]:
    return tests.command.internships("sources", *words, cwd=cwd, **settings)


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert (done.returncode, done.stdout) == (2, "")
    (message,) = done.stderr.splitlines()
    assert all(word in message for word in words), message


# ------------------------------------------------------------------------------------------------ list


def test_unfiltered_it_tells_how_many_there_are_of_each(tmp_path: Path) -> None:
    done = internships("list", cwd=tmp_path)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    sources = read_catalogue(CATALOGUE).sources
    assert sum(int(line[2]) for line in lines) == len(sources)
    assert len(lines) == len({(source.channel, source.spider) for source in sources})
    assert "--all" in done.stderr


def test_a_choice_gives_a_line_for_each_source_fit_for_a_pipe(tmp_path: Path) -> None:
    catalogue = write_catalogue(
        tmp_path,
        [
            {"id": "a", "spider": "rss", "url": "https://a.example", "country": "DE", "verified": "2026-02-01"},
            {"id": "b", "spider": "rss", "url": "https://b.example", "country": "FR"},
            {"id": "c", "spider": "html_list", "url": "https://c.example", "country": "DE"},
        ],
    )

    def ids(*words: str) -> list[str]:
        done = internships("list", *words, cwd=tmp_path, INTERNSHIPS_CATALOGUE=catalogue)
        assert done.returncode == 0, done.stderr
        return [line.split("\t")[0] for line in done.stdout.splitlines()]

    assert ids("--all") == ["a", "b", "c"]
    assert ids("--spider", "rss") == ["a", "b"]
    assert ids("--country", "de", "--spider", "rss") == ["a"]
    assert ids("--country", "DE", "--country", "FR") == ["a", "b", "c"]
    assert ids("--channel", "embassy") == []
    assert ids("--unverified") == ["b", "c"]
    note_verified(make_home(tmp_path / "data" / "home"), {"b": DAY})
    assert ids("--unverified") == ["c"]
    entries = json.loads(internships("list", "--json", cwd=tmp_path, INTERNSHIPS_CATALOGUE=catalogue).stdout)
    assert {each["id"]: each["verified"] for each in entries} == {"a": "2026-02-01", "b": "2026-03-01", "c": "never"}
    assert set(entries[0]) == {"id", "name", "channel", "spider", "url", "country", "verified"}


def test_what_is_kept_of_a_catalogue_goes_with_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERNSHIPS_COMPILED", str(tmp_path / "compiled"))
    catalogue = write_catalogue(tmp_path, [{"id": "b", "name": "First", "spider": "rss", "url": "https://b.example"}])
    (file,) = catalogue.glob("*/*.yaml")
    entry = file.read_text(encoding="utf-8")
    first = listed.read_rows(catalogue)
    assert [row.name for row in first] == ["First"]
    (kept,) = (tmp_path / "compiled").glob("catalogue-rows")
    kept.write_bytes(kept.read_bytes()[:-1])
    assert listed.read_rows(catalogue) == first, "a damaged file is made anew"
    file.write_text(entry.replace("First", "Other"), encoding="utf-8")
    assert [row.name for row in listed.read_rows(catalogue)] == ["Other"]
    file.write_text(entry.replace("rss", "no_such_spider"), encoding="utf-8")
    with pytest.raises(CatalogueError, match="no_such_spider"):
        listed.read_rows(catalogue)


@pytest.mark.parametrize(
    ("words", "reported"),
    [
        (["list", "--channel", "radio"], ["radio", "embassy"]),
        (["list", "--spider", "tarantula"], ["tarantula", "html_list"]),
        (["list", "--country", "Germany"], ["Germany"]),
        (["list", "--outcome", "fine"], ["fine", "layout_changed"]),
        (["list", "--outcome", "ok"], ["internships run"]),
        (["new", "tarantula"], ["tarantula", "html_list"]),
        (["new", "rss", "--channel", "radio"], ["radio"]),
        (["check", "no-such-source"], ["no-such-source"]),
        (["check"], ["ID"]),
        (["record", "no-such-source"], ["no-such-source"]),
        (["record", "fernweh-tech-internships", "--out", "nowhere"], ["nowhere"]),
        (["discover"], ["internships run"]),
        (["discover", "--min-internships", "0"], ["0"]),
    ],
)
def test_wrong_use_gets_one_line_and_makes_nothing(words: list[str], reported: list[str], tmp_path: Path) -> None:
    refused(internships(*words, cwd=tmp_path, INTERNSHIPS_CATALOGUE=SAMPLE), *reported)
    assert not list(tmp_path.iterdir())


def test_light_commands_import_neither_dagster_nor_scrapy(tmp_path: Path) -> None:
    code = """
import sys
import pipeline.cli
try:
    pipeline.cli.main(["sources", *sys.argv[1:]])
except SystemExit as end:
    if end.code: raise
print(sorted({"dagster", "scrapy", "twisted"} & set(sys.modules)), file=sys.stderr)
"""
    home = make_home(tmp_path / "data" / "home")
    build_warehouse(home.warehouse, [])
    for words in (["list", "--outcome", "ok"], ["new", "greenhouse"], ["new"], ["discover"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *words], cwd=tmp_path, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "INTERNSHIPS_CATALOGUE": str(SAMPLE)},
        )  # fmt: skip
        assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "[]"), (words, done.stderr)


# ------------------------------------------------------------------------------------------------ new


@pytest.mark.parametrize("spider", entry.spiders())
def test_what_a_spider_says_is_to_be_written_is_an_entry(spider: str) -> None:
    boards = board_file(CATALOGUE, spider)
    for each in yaml.safe_load(entry.example_entries(spider)):
        if boards and "spider" not in each:
            source = boards.source(each)
        else:
            source = Source.model_validate({"channel": "platform", **each})
        assert source.spider == spider
        assert check_settings([source]) == []


def test_new_says_where_an_entry_goes_and_what_to_do_then(tmp_path: Path) -> None:
    board = internships("new", "lever", cwd=tmp_path).stdout
    assert yaml.safe_load(board)[0]["token"] == "example"
    assert "platform/lever.yaml" in board and "lever.csv" in board
    assert "internships sources check lever.example" in board
    page = internships("new", "prose_page", "--channel", "university", cwd=tmp_path).stdout
    assert yaml.safe_load(page)[0]["spider"] == "prose_page"
    assert "sources/university" in page
    listed_spiders = internships("new", cwd=tmp_path).stdout.splitlines()
    assert [line.split()[0] for line in listed_spiders] == list(entry.spiders())
    assert all(len(line.split()) > 3 for line in listed_spiders)


# ------------------------------------------------------------------------------------------------ check


def test_a_look_tells_what_works_and_what_does_not(server: Server, tmp_path: Path) -> None:
    catalogue = write_catalogue(tmp_path, live_entries(server))
    sources = read_catalogue(catalogue).sources
    verdicts = {each.source.id: each for each in probe.check(sources, catalogue, DAY, allow_loopback=True)}
    assert {name: (each.run["outcome"], each.is_healthy) for name, each in verdicts.items()} == {
        "cards": ("ok", True),
        "more-wanted": ("layout_changed", False),
        "says-none": ("empty", True),
        "shows-nothing": (verdicts["shows-nothing"].run["outcome"], False),
        "absent": ("gone", False),
        "workday.t.s": ("ok", True),
    }
    cards = verdicts["cards"]
    assert [row["title"] for row in cards.listings] == ["Praktikum Übersetzung", "Intern, water policy", "Trainee"]
    assert (cards.fill["title"], cards.fill["locations"], cards.fill["description"]) == (1.0, 0.667, 0.333)
    description = probe.describe(cards)
    assert "Praktikum Übersetzung | Köln | " in description and "locations 67%" in description
    assert "at least 9 are expected" in probe.describe(verdicts["more-wanted"])
    assert "and 16 more" in probe.describe(verdicts["workday.t.s"])


def test_the_command_never_looks_at_this_machine_and_exits_1(server: Server, tmp_path: Path) -> None:
    catalogue = write_catalogue(tmp_path, live_entries(server))
    before = len(server.asked)
    done = internships("check", "cards", cwd=tmp_path, INTERNSHIPS_CATALOGUE=catalogue)
    assert done.returncode == 1
    assert "cards: error" in done.stdout and "not on the public internet" in done.stdout
    assert "0 of 1 healthy" in done.stdout
    assert len(server.asked) == before
    assert not (tmp_path / "data").exists()


def test_a_look_counts_for_the_days_quota_and_leaves_no_plan_that_a_night_would_trust(
    server: Server, tmp_path: Path
) -> None:
    (cards, *_) = live_entries(server)
    cards = {**cards, "url": f"{server.address}/page-2?quota", "rights": {"delay_seconds": 0, "quota_per_day": 3}}
    catalogue = write_catalogue(tmp_path, [cards])
    home = make_home(tmp_path / "home")
    first, second = (
        probe.check(read_catalogue(catalogue).sources, catalogue, DAY, memory=home.memory, allow_loopback=True)[0]
        for _ in range(2)
    )
    assert first.run["outcome"] == "ok"
    assert "the day's 3 requests to 127.0.0.1 are spent" in second.run["evidence"]
    with sqlite3.connect(home.memory) as memory:
        assert not memory.execute("SELECT * FROM plans WHERE attempt > 0").fetchall()
    memory.close()


# ------------------------------------------------------------------------------------------------ verified


def test_what_was_seen_to_work_is_noted_in_the_home_and_the_later_day_counts(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    assert read_verified(home) == {}
    note_verified(home, {"b": date(2026, 1, 2), "no": date(2026, 1, 1)})
    note_verified(home, {"b": date(2026, 3, 4)})
    assert read_verified(home) == {"b": date(2026, 3, 4), "no": date(2026, 1, 1)}
    assert last_verified("b", date(2026, 2, 1), read_verified(home)) == date(2026, 3, 4)
    assert last_verified("b", date(2026, 2, 1), {"b": date(2025, 1, 1)}) == date(2026, 2, 1)
    assert last_verified("b", None, {}) is None
    for wrong in ("- a list", "b: yesterday", "b: [", "b: 2026-01-01 10:00:00"):
        verified_file(home).write_text(wrong, encoding="utf-8")
        with pytest.raises(HomeError, match=r"verified\.yaml"):
            read_verified(home)


def test_a_narrow_terminal_leaves_columns_out_before_it_cuts_an_id(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setenv("COLUMNS", "80")
    row = listed.Row(
        "a-very-long-id-of-some-embassy-in-japan",
        "A name",
        "embassy",
        "prose_page",
        "https://a.example",
        "JP",
        "never",
        None,
    )
    listed.write_rows([row], False, terminal)
    assert row.id in terminal.getvalue()
    assert "JP" in terminal.getvalue()


def test_the_report_counts_what_nobody_has_seen_to_work_and_names_a_few_ill_ones_first(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    names = [f"s{number:04}" for number in range(5000)]
    sources = pl.DataFrame(
        {"source_id": names, "name": names, "channel": "platform", "spider": "rss", "url": names, "verified": "never"}
    ).with_columns(verified=pl.when(pl.col("source_id") == "s0007").then(pl.lit("2026-01-01")).otherwise("verified"))
    outcomes = ["gone" if number == 4321 else "not_due" for number in range(5000)]
    counts = {column.name: 0 for column in tables.SOURCE_RUNS.columns if column.dtype in (pl.Int32(), pl.Int64())}
    runs = pl.DataFrame({"source_id": names, "outcome": outcomes, "night": DAY, "complete": False, **counts})
    carries = {table.name: Carry(table.empty()) for table in tables.TABLES}
    carries |= {
        "sources": Carry(filled(tables.SOURCES, sources)),
        "source_runs": Carry(filled(tables.SOURCE_RUNS, runs)),
    }
    warehouse.build(path, None, carries, REFERENCE, DAY, "")
    rendered = report.render(path, DAY, {"s0000": DAY}, Durations({}, {}))
    (line,) = [line for line in rendered.splitlines() if line.startswith("never verified")]
    assert line == "never verified: 4,998 sources, 1 of them failed tonight (s4321, s0001, s0002, …)"
    assert "internships sources list --unverified" in rendered
    assert len(rendered.splitlines()) < 20
    assert "never verified" not in report.render(path, DAY, dict.fromkeys(names, DAY), Durations({}, {}))


# ------------------------------------------------------------------------------------------------ help, and the counts


def test_every_command_has_a_help_text_with_an_example() -> None:
    from pipeline.cli.sources import sources

    assert set(sources.commands) == {"list", "new", "check", "record", "discover", "prune", "health"}
    for name, command in sources.commands.items():
        assert command.help and f"internships sources {name}" in command.help, name
        assert all(option.help for option in command.params if isinstance(option, click.Option)), name


def test_the_readme_counts_what_the_catalogue_holds() -> None:
    text = (REPOSITORY / "data" / "sources" / "README.md").read_text(encoding="utf-8")
    assert listed.with_counts(text) == text, (
        "write it anew: python -m pipeline.catalogue.overview data/sources/README.md"
    )
