"""The contributor's commands: `internships sources list, new, check, record, discover`, and who reads what `check` found.

Live looks go to a server on loopback, which only Python may allow (`allow_loopback`): the commands themselves never do.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import click
import polars as pl
import pytest
import yaml

import tests.command
from pipeline import tables
from pipeline.catalogue import discover, probe
from pipeline.catalogue import new_entry as entry
from pipeline.catalogue import overview as listed
from pipeline.catalogue.record import record
from pipeline.reports import text as report
from pipeline.review.verified import last_verified, note_verified, read_verified, verified_file
from pipeline.shipped import shipped
from pipeline.storage import warehouse
from pipeline.storage.home import Home, HomeError
from pipeline.storage.warehouse import Carry
from scrapers.pairs import PairError
from scrapers.source import Source, board_file, read_catalogue
from scrapers.spiders import check_settings
from tests.conftest import REPOSITORY

CATALOGUE = shipped("data", "sources")
SAMPLE = shipped("data", "sample", "sources")
DAY = date(2026, 3, 1)


def internships(*words: str | Path, cwd: Path, **settings: str | Path) -> subprocess.CompletedProcess[str]:
    return tests.command.internships("sources", *words, cwd=cwd, **settings)


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert (done.returncode, done.stdout) == (2, "")
    (message,) = done.stderr.splitlines()
    assert all(word in message for word in words), message


def write_catalogue(folder: Path, entries: list[dict[str, Any]], channel: str = "platform") -> Path:
    file = folder / "catalogue" / channel / "sources.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump({"sources": [{"name": each["id"], **each} for each in entries]}), encoding="utf-8")
    return folder / "catalogue"


# ------------------------------------------------------------------------------------------------ a server to look at


CARDS = """<!DOCTYPE html><html><body><p>Questions: jane.doe@example.org or internships@example.org, Tel. +49 30 1234567</p>
<ul>{}</ul></body></html>"""
FIRST = '<li><a href="/d/1">Praktikum Übersetzung</a> <b>Köln</b></li><li><a href="/d/2">Intern, water policy</a></li>'
PAGES = {
    "/list": CARDS.format(FIRST) + '<a class="n" href="/moved">more</a>',
    "/page-2": CARDS.format('<li><a href="/d/3">Trainee</a> <b>Oslo</b></li>'),
    "/none": CARDS.format("") + "<p>We have no open positions.</p>",
    "/d/1": "<!DOCTYPE html><html><body><main>Ask John at john.smith@example.org</main></body></html>",
}
BOARD = {
    "total": 21,
    "jobPostings": [
        {"title": f"Internship {number}", "externalPath": f"/job/Bonn/I_{number}", "bulletFields": [f"I_{number}"]}
        for number in range(21)
    ],
}


class Server(NamedTuple):
    address: str
    asked: list[tuple[str, str, bytes]]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str, bytes]]

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.asked.append(("GET", self.path, b""))
        if self.path == "/moved":
            self.say(302, b"", Location="/page-2")
        elif self.path.startswith("/wday/"):
            posting = {
                "jobPostingInfo": {"title": f"Internship {self.path[-1]}", "jobDescription": "<p>Six months</p>"}
            }
            self.say(200, json.dumps(posting).encode(), **{"Content-Type": "application/json"})
        elif (path := self.path.split("?")[0]) in PAGES:
            self.say(200, PAGES[path].encode(), **{"Content-Type": "text/html; charset=utf-8"})
        else:
            self.say(404, b"no")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append(("POST", self.path, body))
        question = json.loads(body)
        at = question["offset"]
        rows = BOARD["jobPostings"][at : at + question["limit"]]  # type: ignore[index]
        self.say(200, json.dumps({**BOARD, "jobPostings": rows}).encode(), **{"Content-Type": "application/json"})

    def say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    handler = type("Fresh", (Handler,), {"asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield Server(f"http://127.0.0.1:{listening.server_address[1]}", handler.asked)
        listening.shutdown()


def live_entries(server: Server) -> list[dict[str, Any]]:
    cards = {
        "spider": "html_list",
        "holds": "internships",
        "rights": {"delay_seconds": 0},
        "settings": {
            "rows": "li", "fields": {"title": "a", "url": "a@href", "locations": "b"}, "next": "a.n",
            "detail": {"fields": {"description": "main"}}, "none": "no open positions",
        },
    }  # fmt: skip
    board = {"spider": "workday", "rights": {"delay_seconds": 0}, "url": f"{server.address}/wday/cxs/t/s/jobs"}
    return [
        {"id": "cards", "url": f"{server.address}/list", **cards},
        {"id": "more-wanted", "url": f"{server.address}/list?a", **cards, "expect": {"least": 9}},
        {"id": "says-none", "url": f"{server.address}/none", **cards},
        {"id": "shows-nothing", "url": f"{server.address}/page-2?b", **cards, "settings": {**cards["settings"], "rows": "td"}},
        {"id": "absent", "url": f"{server.address}/absent", **cards},
        {"id": "workday.t.s", **board},
    ]  # fmt: skip


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
    note_verified(_home(tmp_path / "data" / "home"), {"b": DAY})
    assert ids("--unverified") == ["c"]
    entries = json.loads(internships("list", "--json", cwd=tmp_path, INTERNSHIPS_CATALOGUE=catalogue).stdout)
    assert {each["id"]: each["verified"] for each in entries} == {"a": "2026-02-01", "b": "2026-03-01", "c": "never"}
    assert set(entries[0]) == {"id", "name", "channel", "spider", "url", "country", "verified"}


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
        (["record", "unhcr-jobs", "--out", "nowhere"], ["nowhere"]),
        (["discover"], ["internships run"]),
        (["discover", "--min-internships", "0"], ["0"]),
    ],
)
def test_wrong_use_gets_one_line_and_makes_nothing(words: list[str], reported: list[str], tmp_path: Path) -> None:
    refused(internships(*words, cwd=tmp_path), *reported)
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
    home = _home(tmp_path / "data" / "home")
    build_warehouse(home.warehouse, [])
    for words in (["list", "--outcome", "ok"], ["new", "greenhouse"], ["new"], ["discover"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *words], cwd=tmp_path, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
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
    home = _home(tmp_path / "home")
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
    home = _home(tmp_path / "home")
    assert read_verified(home) == {}
    note_verified(home, {"b": date(2026, 1, 2), "no": date(2026, 1, 1)})
    note_verified(home, {"b": date(2026, 3, 4)})
    assert read_verified(home) == {"b": date(2026, 3, 4), "no": date(2026, 1, 1)}
    source = Source.model_validate(
        {"id": "b", "name": "B", "channel": "platform", "spider": "rss", "url": "https://b.example", "verified": "2026-02-01"}
    )  # fmt: skip
    assert last_verified(source, read_verified(home)) == date(2026, 3, 4)
    assert last_verified(source, {"b": date(2025, 1, 1)}) == date(2026, 2, 1)
    assert last_verified(source.model_copy(update={"verified": "never"}), {}) is None
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
        "sources": Carry(_filled(tables.SOURCES, sources)),
        "source_runs": Carry(_filled(tables.SOURCE_RUNS, runs)),
    }
    warehouse.build(path, None, carries, REFERENCE, DAY, "")
    rendered = report.render(path, DAY, {"s0000": DAY})
    (line,) = [line for line in rendered.splitlines() if line.startswith("never verified")]
    assert line == "never verified: 4,998 sources, 1 of them failed tonight (s4321, s0001, s0002, …)"
    assert "internships sources list --unverified" in rendered
    assert len(rendered.splitlines()) < 20
    assert "never verified" not in report.render(path, DAY, dict.fromkeys(names, DAY))


# ------------------------------------------------------------------------------------------------ record


@pytest.fixture(scope="module")
def recorded(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder tests/sources with two recorded pairs in it."""
    folder = tmp_path_factory.mktemp("recorded")
    catalogue = write_catalogue(folder, live_entries(server))
    out = folder / "tests" / "sources"
    out.mkdir(parents=True)
    sources = read_catalogue(catalogue).by_id
    for name in ("cards", "workday.t.s"):
        record(sources[name], catalogue, DAY, out, allow_loopback=True)
    with pytest.raises(PairError, match="exists; remove it first"):
        record(sources["cards"], catalogue, DAY, out, allow_loopback=True)
    with pytest.raises(PairError, match="no page"):
        record(sources["cards"], catalogue, DAY, folder / "other")
    return out


def test_a_recorded_pair_passes_the_test_of_pairs_as_it_is(recorded: Path) -> None:
    tests = recorded.parent / "scrapers"
    tests.mkdir()
    for name in ("conftest.py", "test_pairs.py"):
        shutil.copy(REPOSITORY / "tests" / "scrapers" / name, tests)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", tests, "-p", "no:cacheprovider", tests],
        cwd=tests, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_a_recorded_pair_holds_every_page_posted_ones_and_redirects_too(recorded: Path, server: Server) -> None:
    cards = yaml.safe_load((recorded / "html_list" / "cards" / "source.yaml").read_text(encoding="utf-8"))
    pages = {url.removeprefix(server.address): answer for url, answer in cards["pages"].items()}
    assert set(pages) == {"/list", "/moved", "/page-2", "/d/1", "/d/2", "/d/3"}
    assert (pages["/moved"]["status"], pages["/moved"]["location"]) == (302, "/page-2")
    assert pages["/d/2"]["status"] == 404
    assert (cards["outcome"], cards["seen"]) == ("ok", 3)
    board = yaml.safe_load((recorded / "workday" / "t_s" / "source.yaml").read_text(encoding="utf-8"))
    posted = board["pages"][f"{server.address}/wday/cxs/t/s/jobs"]
    assert [json.loads(answer["posted"])["offset"] for answer in posted] == [0, 20]
    rows = (recorded / "workday" / "t_s" / "expected.ndjson").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 21
    assert (board["seen"], board["declared_total"]) == (21, 21)


def test_a_recorded_pair_holds_no_mailbox_or_telephone_of_a_person(recorded: Path) -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in recorded.rglob("*") if path.is_file()}
    pair_text = "\n".join(texts.values())
    assert "internships@example.org" in pair_text and "[e-mail]" in pair_text
    assert not [word for word in ("jane.doe", "john.smith", "1234567") if word in pair_text]


# ------------------------------------------------------------------------------------------------ discover


UUID = "74bd4650-9855-4bd9-806a-95b8bf006c2b"
REFERENCE = {name: shipped("data", "reference", f"{name}.csv") for name in tables.REFERENCE}


def _home(root: Path) -> Home:
    root.mkdir(parents=True)
    return Home(root)


def _filled(table: tables.Table, rows: pl.DataFrame) -> pl.DataFrame:
    return table.conform(pl.concat([table.empty(), rows], how="diagonal_relaxed").select(table.names))


def build_warehouse(path: Path, rows: list[dict[str, Any]]) -> None:
    """A warehouse with these listings, told by what `discover` reads of them."""
    carries = {table.name: Carry(table.empty()) for table in tables.TABLES}
    if rows:
        listings = pl.DataFrame(rows, infer_schema_length=None)
        carries["listings"] = Carry(
            _filled(tables.LISTINGS, listings.with_row_index("listing_id").cast({"listing_id": pl.String}))
        )
    warehouse.build(path, None, carries, REFERENCE, DAY, "")


@pytest.mark.parametrize(
    ("address", "entry_is"),
    [
        ("https://boards.greenhouse.io/newboard/jobs/4242146006?gh_src=x", {"token": "newboard"}),
        ("https://job-boards.eu.greenhouse.io/newboard/jobs/4242146006",
         {"token": "newboard", "site": "job-boards.eu.greenhouse.io"}),
        ("https://boards.greenhouse.io/embed/job_app?for=newboard&amp;token=4242146006", {"token": "newboard"}),
        ("https://boards.greenhouse.io/embed/job_app?token=4242146006", None),
        ("https://www.example.org/careers/?gh_jid=4242146006", None),
        (f"https://jobs.lever.co/New-Board/{UUID}/apply", {"token": "New-Board"}),
        (f"https://jobs.eu.lever.co/newboard/{UUID}", {"token": "newboard", "host": "api.eu.lever.co"}),
        (f"https://jobs.ashbyhq.com/New%20Board/{UUID}/application", {"token": "New Board"}),
        ("https://jobs.smartrecruiters.com/NewBoard1/744000090750965-intern?oga=true", {"token": "NewBoard1"}),
        (f"https://jobs.smartrecruiters.com/oneclick-ui/company/NewBoard1/publication/{UUID}", {"token": "NewBoard1"}),
        ("https://apply.workable.com/new-board/j/E617888620/apply", {"token": "new-board"}),
        ("https://apply.workable.com/j/E617888620", None),
        ("https://newboard.recruitee.com/o/intern-robotics", {"token": "newboard"}),
        ("https://newboard.jobs.personio.com/job/123456?language=en", {"token": "newboard", "tld": "com"}),
        ("https://newboard.teamtailor.com/en-GB/jobs/123-intern", {"host": "newboard.teamtailor.com"}),
        ("https://newboard.bamboohr.com/careers/554", {"token": "newboard"}),
        ("https://newboard.wd5.myworkdayjobs.com/en-US/Site_1/job/Paris/Intern_JR2003206-1",
         {"tenant": "newboard", "wd": "wd5", "site": "Site_1"}),
        ("https://newboard.wd5.myworkdayjobs.com/jb/job/Paris/Intern_JR2003206",
         {"tenant": "newboard", "wd": "wd5", "site": "jb"}),
        ("https://newboard.wd5.myworkdayjobs.com/wday/authgwy/newboard/login", None),
        ("https://wd3.myworkdaysite.com/recruiting/newboard/jobs/job/Rome/Intern_R1",
         {"tenant": "newboard", "wd": "wd3", "site": "jobs", "url": "https://wd3.myworkdaysite.com/wday/cxs/newboard/jobs/jobs",
          "page": "https://wd3.myworkdaysite.com/recruiting/newboard/jobs"}),
        ("https://abcd.fa.em2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_77/job/123",
         {"host": "abcd.fa.em2.oraclecloud.com", "site": "CX_77"}),
        ("https://careers-newboard.icims.com/jobs/5/intern/job?mode=apply", {"host": "careers-newboard.icims.com"}),
        ("https://ats.rippling.com/en-GB/newboard/jobs/" + UUID, {"token": "newboard"}),
        ("https://newboard.pinpointhq.com/en/postings/" + UUID, {"token": "newboard"}),
        ("https://newboard.applytojob.com/apply/AbCdEf/Intern", {"token": "newboard"}),
        ("https://jobs.jobvite.com/careers/newboard/job/oAbCdEfg", {"token": "newboard"}),
        ("https://join.com/companies/newboard/123-intern", {"token": "newboard"}),
        ("https://newboard.softgarden.io/job/123/Praktikum", {"host": "newboard.softgarden.io"}),
        ("https://newboard.eightfold.ai/careers/job/123456789?domain=newboard.example",
         {"host": "newboard.eightfold.ai", "domain": "newboard.example"}),
        ("https://newboard.eightfold.ai/careers?pid=123456789", {"host": "newboard.eightfold.ai", "domain": "?"}),
        ("https://careers.newboard.example/careers/job/563121765161", {"host": "careers.newboard.example", "domain": "?"}),
        ("https://www.linkedin.com/jobs/view/4242146006", None),
    ],
)  # fmt: skip
def test_an_address_shows_the_entry_of_its_board(address: str, entry_is: dict[str, str] | None) -> None:
    boards = discover.boards_of(_listing(address))
    if entry_is is None:
        assert boards.is_empty()
        return
    (board,) = boards.iter_rows(named=True)
    file = board_file(CATALOGUE, board["system"])
    assert file
    proposal = discover.propose(board, file, read_catalogue(SAMPLE))
    assert proposal
    assert proposal.entry == {**entry_is, "name": "New"}
    source = file.source(yaml.safe_load(proposal.line)[0])
    assert (source.id, source.spider) == (proposal.id, board["system"])


def _listing(address: str) -> pl.DataFrame:
    row = {"internship_id": "i1", "state": "open", "organization": "New", "url": address, "apply_url": None}
    return pl.DataFrame([row], schema=discover.COLUMNS)


def test_only_what_the_catalogue_lacks_is_proposed_most_pointed_to_first(tmp_path: Path) -> None:
    catalogue = tmp_path / "catalogue" / "platform"
    catalogue.mkdir(parents=True)
    for name in ("lever", "greenhouse"):
        shutil.copy(CATALOGUE / "platform" / f"{name}.yaml", catalogue)
    (catalogue / "greenhouse.csv").write_text("token,name\nKnown,Known AG\n")
    (catalogue / "lever.csv").write_text("token,name\nknown,Known AG\n")
    rows = [
        ("i1", "open", "Known AG", "https://boards.greenhouse.io/known/jobs/1", None),
        (
            "i1",
            "open",
            None,
            "https://boards.greenhouse.io/newer/jobs/1",
            "https://www.linkedin.com/jobs/view/4242146006",
        ),
        ("i2", "closed", "Newer", "https://list.example/1", "https://boards.greenhouse.io/Newer/jobs/2"),
        ("i2", "closed", "Newer", "https://boards.greenhouse.io/newer/jobs/2", None),
        ("i3", "open", "Newer", "https://boards.greenhouse.io/embed/job_app?for=newer&token=3", None),
        ("i4", "open", "Other", f"https://jobs.lever.co/Known/{UUID}", None),
        ("i5", "open", "Known AG", f"https://jobs.lever.co/known/{UUID}", None),
        ("i5", "open", "Long", f"https://boards.greenhouse.io/{'x' * 90}/jobs/1", None),
        ("i6", "open", "Ashby user", f"https://jobs.ashbyhq.com/x/{UUID}", None),
    ]
    path = tmp_path / "warehouse.duckdb"
    keys = ("internship_id", "state", "organization", "url", "apply_url")
    facts = {"source_id": "s", "channel": "platform", "title": "Intern", "content_hash": "", "misses": 0}
    facts |= {"first_seen": DAY, "last_seen": DAY}
    build_warehouse(path, [{**facts, **dict(zip(keys, row, strict=True))} for row in rows])
    folder = tmp_path / "catalogue"
    found = discover.discover(path, read_catalogue(folder), folder)
    assert [(each.spider, each.entry, each.internships, each.open) for each in found.proposals] == [
        ("greenhouse", {"token": "newer", "name": "Newer"}, 3, 2),
        ("lever", {"token": "Known", "name": "Other", "id": "lever.known-2"}, 1, 1),
    ]
    assert (found.boards, found.without_file) == (6, {"ashby": 1})
    assert len(found.unfit) == 1 and "80 characters" in found.unfit[0]
    assert len(discover.discover(path, read_catalogue(folder), folder, min_internships=2).proposals) == 1
    for proposal in found.proposals:
        file = catalogue / f"{proposal.spider}.yaml"
        file.write_text(f"{file.read_text()}\nsources:\n  {proposal.line}\n")
    assert discover.discover(path, read_catalogue(folder), folder).proposals == []


# ------------------------------------------------------------------------------------------------ help, and the counts


def test_every_command_has_a_help_text_with_an_example() -> None:
    from pipeline.cli.sources import sources

    assert set(sources.commands) == {"list", "new", "check", "record", "discover"}
    for name, command in sources.commands.items():
        assert command.help and f"internships sources {name}" in command.help, name
        assert all(option.help for option in command.params if isinstance(option, click.Option)), name


def test_the_readme_counts_what_the_catalogue_holds() -> None:
    text = (REPOSITORY / "data" / "sources" / "README.md").read_text(encoding="utf-8")
    assert listed.with_counts(text) == text, (
        "write it anew: python -m pipeline.catalogue.overview data/sources/README.md"
    )
