"""Recorded nights of real public lists, one after the other into one home, against an independent reading of the files."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest

from pipeline.nightly.clean_step import clean_night
from pipeline.nightly.launch import run_night
from pipeline.nightly.replay import rebuild, rollback
from pipeline.shipped import shipped
from pipeline.storage.home import Home
from scrapers.source import read_catalogue
from tests.conftest import copy_home
from tests.nightly.recorded import FIRST, NIGHTS, Nights, Row, archive, read_list, untracked
from tests.warcs import Answer, altered, read_warc

LARGE = date(2024, 10, 24)
CATALOGUE = shipped("data", "sources")
SOURCE_OF = {source.url: source.id for source in read_catalogue(CATALOGUE).sources}


def run(home: Home, catalogue: Path, night: date, *replay: Path, sources: Sequence[str] = ()) -> None:
    """A night through the job, as the command runs it."""
    assert run_night(home, catalogue, night, replay, sources, []) is None


@pytest.fixture(scope="module")
def nights(recorded_catalogue: Path, recorded_history: Path) -> Nights:
    return Nights(recorded_catalogue, recorded_history)


def ask(home: Home, query: str, *values: Any, as_of: date | None = None) -> list[tuple[Any, ...]]:
    """Of what is published, or of the state after a night."""
    with duckdb.connect(str(home.state(as_of) if as_of else home.warehouse), read_only=True) as con:
        return con.execute(query, values).fetchall()


OPEN = "listings WHERE state = 'open'"


def urls_of(home: Home, table: str, as_of: date | None = None) -> dict[str, set[str]]:
    """By source."""
    urls: dict[str, set[str]] = defaultdict(set)
    for source, url in ask(home, f"SELECT source_id, url FROM {table}", as_of=as_of):
        urls[source].add(url)
    return urls


def files_of(home: Home, night: date) -> dict[str, bytes]:
    folder = home.exports / night.isoformat()
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


COLUMNS = "internship_id, programme_id, state, closed_on, closed_reason, reopened, title, countries, deadline, best_url"


class Reported(NamedTuple):
    """What a night published."""

    open: dict[str, set[str]]
    changes: list[tuple[Any, ...]]
    rejected: dict[str, set[str]]
    internships: list[tuple[Any, ...]]


class History(NamedTuple):
    home: Home
    reported: dict[date, Reported]


@pytest.fixture(scope="module")
def history(recorded_history: Path) -> History:
    """A home after all nights, and what it had after each."""
    home = Home(recorded_history / "history")
    reported = {
        night: Reported(
            urls_of(home, OPEN, night),
            ask(home, "SELECT change, field, internship_id FROM changes WHERE night = ?", night, as_of=night),
            urls_of(home, "rejects", night),
            ask(home, f"SELECT {COLUMNS} FROM internships ORDER BY internship_id", as_of=night),
        )
        for night in NIGHTS
    }
    return History(home, reported)


@pytest.fixture
def first(nights: Nights, tmp_path: Path) -> Home:
    """A home after the first night."""
    return nights.after(NIGHTS[0], tmp_path / "home")


def lists_of(shared: Path, night: date) -> dict[str, list[Row]]:
    return {
        SOURCE_OF[url]: read_list(answer.body.decode())
        for url, answer in read_warc(archive(shared, night)).items()
        if url.endswith(".md")
    }


def test_open_listings_are_the_rows_of_the_internship_tables(shared: Path, history: History) -> None:
    _, reported = history
    pages = {source.page for source in read_catalogue(CATALOGUE).sources}  # where rows without a link are listings
    for night in NIGHTS:
        for source, rows in lists_of(shared, night).items():
            internships = {row.url for row in rows if row.internship}
            listed = reported[night].open[source]
            assert len(internships & listed) >= 0.995 * len(internships), (
                night,
                source,
                sorted(internships - listed)[:5],
            )
            missed_once = reported[NIGHTS[NIGHTS.index(night) - 1]].open[source] if night > FIRST else set()
            extra = listed - internships - missed_once - pages
            assert len(extra) <= 0.005 * len(listed), (night, source, sorted(extra)[:5])
            others = {row.url for row in rows} - internships
            assert others <= reported[night].rejected[source], (
                night,
                source,
                sorted(others - reported[night].rejected[source])[:5],
            )


def test_postings_that_differ_behind_the_hash_only_stay_apart(history: History) -> None:
    _, reported = history
    pages = "https://careers.oracle.com/jobs/#en/sites/jobsearch/job/"
    assert len({url for url in reported[FIRST].open["speedyapply-usa"] if url.startswith(pages)}) == 5


def test_life_equals_an_independent_reading(shared: Path, history: History) -> None:
    home, reported = history
    misses: dict[tuple[str, str], int] = {}
    missed: dict[tuple[str, str, int], set[date]] = {}
    """By source, address and number of nights in a row without it: the nights on which it was missed."""
    for night in NIGHTS:
        for source, rows in lists_of(shared, night).items():
            now = {untracked(row.url) for row in rows if row.internship}
            misses |= {key: misses[key] + 1 for key in misses if key[0] == source and key[1] not in now}
            misses |= {(source, url): 0 for url in now}
            for key, number in misses.items():
                if key[0] == source and number:
                    missed.setdefault((*key, number), set()).add(night)
    closed = ask(
        home,
        "SELECT source_id, url, closed_on, closed_reason FROM listings "
        "WHERE state = 'closed' AND closed_reason IN ('gone', 'source_closed')",
    )
    closed = [(source, untracked(url), night, reason) for source, url, night, reason in closed]
    closes_after = {"gone": 2, "source_closed": 1}
    wrong = [row for row in closed if row[2] not in missed.get((row[0], row[1], closes_after[row[3]]), set())]
    assert len(wrong) <= 0.005 * len(closed), wrong[:5]
    still_gone = {key for key, number in misses.items() if number >= closes_after["gone"]}
    assert len(still_gone - {(source, url) for source, url, _, _ in closed}) <= 0.005 * len(still_gone)
    assert {change for change, _, _ in reported[NIGHTS[-1]].changes} <= {
        "added",
        "changed",
        "closed",
        "reopened",
        "merged",
        "split",
    }


def test_a_moving_age_is_no_change(shared: Path, history: History) -> None:
    """From 2025-09-21 to 22 the lists differ almost only by their age columns."""
    _, reported = history
    changes = [change for change in reported[date(2025, 9, 22)].changes if change[0] != "closed"]  # missed on the 21st
    assert not [change for change in changes if change[1] in ("posted_on", "content_hash", "last_seen")]
    assert len(changes) < 40


def test_ids_of_the_first_night_resolve_on_the_last(history: History) -> None:
    home, _ = history
    assert ask(
        home,
        "SELECT count(*) FROM internship_history WHERE valid_from = ? AND resolve(internship_id) IS NULL",
        FIRST,
    ) == [(0,)]
    led = "SELECT count(*) FROM redirects WHERE reason IS NULL OR score IS NULL"
    assert ask(home, led) == [(0,)]


def test_as_of_gives_every_night_as_it_stood(history: History) -> None:
    home, reported = history
    for night in NIGHTS:
        assert (
            ask(home, f"SELECT {COLUMNS} FROM as_of('{night}') ORDER BY internship_id") == reported[night].internships
        ), night


def test_the_same_again_gives_the_same_bytes(
    shared: Path, history: History, recorded_catalogue: Path, nights: Nights, tmp_path: Path
) -> None:
    """By the job, which also publishes the exports of the night before where a kill kept them back, and by `rebuild`; and what
    `rollback` takes back is gone."""
    home = nights.after(NIGHTS[1], tmp_path / "home")
    before, of_first = files_of(home, NIGHTS[1]), files_of(home, NIGHTS[0])
    assert len(before) > 5
    shutil.rmtree(home.exports)
    run(home, recorded_catalogue, NIGHTS[1], archive(shared, NIGHTS[1]))
    assert files_of(home, NIGHTS[1]) == before
    assert files_of(home, NIGHTS[0]) == of_first
    assert (home.exports / "latest").resolve().name == NIGHTS[1].isoformat()
    rebuild(home, nights.entries, NIGHTS[1])
    assert files_of(home, NIGHTS[1]) == before
    assert rollback(home) == (NIGHTS[1], NIGHTS[0])
    assert (home.exports / "latest").resolve().name == NIGHTS[0].isoformat()
    assert ask(home, "SELECT night FROM about") == [(NIGHTS[0],)]


def test_rebuild_from_the_first_night_gives_the_same_bytes(history: History, nights: Nights, tmp_path: Path) -> None:
    """Of three nights: what is absent twice has closed by then."""
    home, _ = history
    copy = Home(tmp_path / "copy")
    for night in NIGHTS[:3]:
        shutil.copytree(home.raw(night), copy.raw(night))
    assert rebuild(copy, nights.entries, FIRST) == NIGHTS[:3]
    assert files_of(copy, NIGHTS[2]) == files_of(home, NIGHTS[2])


def replaced(status: str, body: bytes, kind: str = "text/html") -> Callable[[Answer], Answer]:
    return lambda answer: Answer(
        status, [("Content-Type", kind), ("Content-Length", str(len(body)))], body, answer.date
    )


def half_the_file(answer: Answer) -> Answer:
    body = answer.body[: len(answer.body) // 2]
    return Answer(
        answer.status, [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))], body, answer.date
    )


def a_third_of_the_rows(answer: Answer) -> Answer:
    lines = answer.body.decode().split("\n")
    rows = [number for number, line in enumerate(lines) if line.startswith("|") and "http" in line]
    dropped = set(rows) - set(rows[::3])
    body = "\n".join(line for number, line in enumerate(lines) if number not in dropped).encode()
    return Answer(
        answer.status, [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))], body, answer.date
    )


CHALLENGE = b"<html><head><title>Just a moment...</title></head><body><div id='cf-chl-widget'></div></body></html>"
FAULTS = {
    "500": (replaced("500 Internal Server Error", b"oops"), {"error"}),
    "403": (replaced("403 Forbidden", b"no"), {"blocked"}),
    "empty": (replaced("200 OK", b"", "text/plain"), {"layout_changed"}),
    "half a file": (half_the_file, {"partial", "dropped"}),
    "challenge": (replaced("200 OK", CHALLENGE), {"blocked"}),
    "a third of its rows": (a_third_of_the_rows, {"dropped"}),
}
LISTS = ["2026-SWE-College-Jobs/main/INTERN_INTL.md", "2026-SWE-College-Jobs/main/README.md",
         "Canadian-Tech-Internships-2026/main/README.md", "european-tech-internships-2025/main/README.md",
         "Global-Internship-List/master/Readme.md"]  # fmt: skip


@pytest.mark.parametrize("shift", range(0, len(FAULTS), 3))
def test_a_source_that_fails_gets_its_outcome_and_closes_nothing(
    shift: int, shared: Path, nights: Nights, first: Home, tmp_path: Path
) -> None:
    """Each of the lists with a fault of its own: with each shift another."""
    faults = {ending: list(FAULTS)[(shift + number) % len(FAULTS)] for number, ending in enumerate(LISTS)}
    home = first
    before = urls_of(home, OPEN)
    changes = {ending: FAULTS[fault][0] for ending, fault in faults.items()}
    broken = altered(archive(shared, NIGHTS[0]), tmp_path / f"shift-{shift}.warc.gz", changes)
    nights.make(home, NIGHTS[1], broken)
    fared = dict(ask(home, "SELECT source_id, outcome FROM source_runs WHERE night = ?", NIGHTS[1]))
    for ending, fault in faults.items():
        source = next(source for url, source in SOURCE_OF.items() if url.endswith(ending))
        assert fared[source] in FAULTS[fault][1], (source, fault, fared[source])
    assert urls_of(home, OPEN) == before
    assert ask(
        home, "SELECT count(*) FROM changes WHERE night = ? AND change IN ('closed', 'reopened')", NIGHTS[1]
    ) == [(0,)]
    assert fared["speedyapply-new-grad-international"] == "ok"
    nights.make(home, NIGHTS[2], archive(shared, NIGHTS[0]))
    assert ask(home, "SELECT count(*) FROM changes WHERE night = ?", NIGHTS[2]) == [(0,)]


def test_a_run_limited_to_a_source_replaces_that_source_only(
    shared: Path, recorded_catalogue: Path, nights: Nights, first: Home
) -> None:
    nights.make(first, NIGHTS[1], archive(shared, NIGHTS[0]))
    run(first, recorded_catalogue, NIGHTS[1], archive(shared, NIGHTS[1]), sources=["speedyapply-international"])
    lists, changed = lists_of(shared, NIGHTS[0]), lists_of(shared, NIGHTS[1])
    before = {row.url for row in lists["speedyapply-international"]}  # a list's row is missed twice before it closes
    now = {row.url for row in changed["speedyapply-international"]}
    listed = urls_of(first, OPEN)
    assert now <= listed["speedyapply-international"] <= now | before
    assert not now <= before
    assert listed["speedyapply-usa"] == {row.url for row in lists["speedyapply-usa"]}


@pytest.fixture(scope="module")
def large(shared: Path, nights: Nights) -> Home:
    """A home after the night of a list of six thousand rows."""
    home = Home(nights.folder / "large")
    nights.make(home, LARGE, archive(shared, LARGE))
    return home


def test_a_large_list_loads_whole(large: Home) -> None:
    assert ask(large, "SELECT seen, kept FROM source_runs WHERE source_id = 'simplify-summer-2025'") == [(5999, 5999)]


def test_feeds_load_whole_and_the_rest_of_the_catalogue_is_not_recorded(shared: Path, tmp_path: Path) -> None:
    """The catalogue without the platforms and their thousands of boards; the archive lacks nearly every address of it."""
    for channel in CATALOGUE.iterdir():
        if channel.is_dir() and channel.name != "platform":
            shutil.copytree(channel, tmp_path / "sources" / channel.name)
    home, nights = Home(tmp_path / "home"), Nights(tmp_path / "sources", tmp_path)
    nights.make(home, date(2026, 7, 1), archive(shared, date(2026, 7, 1)))
    night = "SELECT outcome, seen, listings FROM source_runs WHERE night = DATE '2026-07-01' AND source_id = ?"
    ((outcome, seen, listings),) = ask(home, night, "unhcr-jobs")
    assert (outcome, seen) == ("ok", 50)
    assert 33 <= listings <= 38
    assert ask(home, night, "undp-jobs")[0][0] == "empty"
    countries = {
        country
        for (listed,) in ask(home, "SELECT countries FROM listings WHERE source_id = 'unhcr-jobs'")
        for country in listed or ()
    }
    assert {"MY", "BR"} <= countries
    not_recorded = "SELECT count(*) FROM source_runs WHERE night = DATE '2026-07-01' AND outcome = 'not_recorded'"
    assert ask(home, not_recorded)[0][0] > 0.9 * len(nights.entries.sources) > 270


def test_the_same_words_are_not_cleaned_again(large: Home, nights: Nights, tmp_path: Path) -> None:
    home = Home(copy_home(large.root, tmp_path / "home"))
    night = LARGE + timedelta(days=1)
    shutil.copytree(home.raw(LARGE), home.raw(night))
    assert clean_night(home, nights.entries, night).rows_cleaned == 0


def test_an_open_reader_is_not_disturbed_and_a_new_one_sees_the_new_night(
    shared: Path, nights: Nights, first: Home
) -> None:
    with duckdb.connect(str(first.warehouse), read_only=True) as reader:
        before = reader.execute("SELECT count(*) FROM listings").fetchall()
        nights.make(first, NIGHTS[1], archive(shared, NIGHTS[1]))
        assert reader.execute("SELECT count(*) FROM listings").fetchall() == before
        assert reader.execute("SELECT night FROM about").fetchall() == [(NIGHTS[0],)]
    assert ask(first, "SELECT night FROM about") == [(NIGHTS[1],)]


def test_a_night_taken_back_stays_away(shared: Path, history: History, nights: Nights, tmp_path: Path) -> None:
    home = nights.after(NIGHTS[1], tmp_path / "home")
    rollback(home)
    nights.make(home, NIGHTS[2], archive(shared, NIGHTS[2]), exports=True)
    before = files_of(home, NIGHTS[2])
    assert not (home.exports / NIGHTS[1].isoformat()).exists()
    assert rebuild(home, nights.entries, NIGHTS[0]) == [NIGHTS[0], NIGHTS[2]]
    assert files_of(home, NIGHTS[2]) == before
