"""The report of a night says what happened, and shows the texts of sources as text."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipeline.reports import render
from pipeline.reports.sections import MAX_ROWS_SHOWN
from pipeline.reports.text import render as render_text
from pipeline.storage.raw import Durations
from tests.exports.conftest import HOSTILE
from tests.exports.small import NIGHT, internship, run, small_warehouse, sound, source, version

BEFORE = NIGHT - timedelta(days=1)
TOOK = Durations(
    {"collect": 7812.0, "clean": 65.4, "match": 12.3, "build": 0.44}, {"free": 3.0, "lost": 130.2, "slow": 3600.0}
)


def fill(rate: float) -> list[dict[str, object]]:
    return [{"field": "pay", "rate": rate}]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    gone = {"state": "closed", "first_seen": BEFORE, "closed_on": NIGHT, "closed_reason": "deadline"}
    rows = sound(
        *(
            internship(number, deadline=NIGHT if number < 7 else None, listing_count=2)
            for number in range(MAX_ROWS_SHOWN + 2)
        ),
        internship(90, title="Closed one", **gone),
        internship(91, title="Kept | <b>one</b>", first_seen=BEFORE),
        internship(93, state="closed", closed_on=NIGHT, closed_reason="deadline"),
    )
    [closed] = [each for each in rows["internship_history"] if each["internship_id"] == "i90"]
    closed["valid_from"] = NIGHT
    rows["internship_history"].append(version(internship(90, first_seen=BEFORE, deadline=BEFORE), BEFORE, NIGHT))
    rows["changes"] += [
        {"night": NIGHT, "internship_id": "i90", "change": "closed", "old": '"x"'},
        {"night": NIGHT, "internship_id": "i91", "change": "changed", "field": "pay_min", "old": "1", "new": "2"},
    ]
    first = rows["listings"][0]["listing_id"]
    quotes = ("title", "Title"), ("organization", "Acme"), ("title", "Tilte"), ("pay", "none"), ("title", "&amp;")
    rows["evidence"] = [
        {"listing_id": first, "field": "kind", "quote": quote, "raw_field": field, "method": "stated"}
        for field, quote in quotes
    ]
    rows["internship_history"].append(version(internship(92, deadline=NIGHT), BEFORE, NIGHT))
    rows["redirects"] = [{"old_id": "i95", "new_id": "i91", "night": NIGHT}]
    rows["sources"].append(source("lost", name="Lost"))
    rows["source_runs"] = [
        run("free", BEFORE, "ok", complete=True, kept=10, fill=fill(0.9)),
        run("free", NIGHT, "ok", complete=True, kept=30, rejects=6, fill=fill(0.5)),
        run("lost", NIGHT, "gone", evidence="404 at <there>"),
        run("asleep", NIGHT, "not_due"),
    ]
    return render(small_warehouse(tmp_path_factory.mktemp("report") / "w.duckdb", rows), NIGHT, {}, TOOK)


@pytest.mark.parametrize("form", [".md", ".html"])
def test_it_says_what_happened_and_who_needs_a_person(reports: dict[str, str], form: str) -> None:
    text = re.sub(r"\\(.)", r"\1", re.sub("<[^>]*>", " ", reports[form]) if form == ".html" else reports[form])
    words = " ".join(text.replace("|", " ").split())
    assert (
        f"{MAX_ROWS_SHOWN + 3} internships are open. Tonight {MAX_ROWS_SHOWN + 2} were added, 1 changed, 1 closed"
        in words
    )
    assert "0 reopened, 1 merged, 0 became unverified. Of 2 sources fetched, 1 are healthy." in words
    assert "lost platform its address is gone gone" in words
    assert f"Open internships seen for the first time: {MAX_ROWS_SHOWN + 2}, the first {MAX_ROWS_SHOWN} shown." in words
    assert "Closed one" in words
    assert "pay_min 1" in words
    assert "i95 i91" in words
    assert "pay 50% 90% ▇▅ fell" in words
    assert "rejects per kept row 20% 0% ▁▂ rose" in words
    assert "Of 3 quotes from titles, organisations and descriptions of open listings, 2 are verbatim." in words
    assert "deadline 25% 67% ▆▃ fell" in words


def test_its_counts_are_those_of_the_view_of_nights(reports: dict[str, str]) -> None:
    """3 open the night before + 27 added - 1 closed - 1 merged = 28; one that was over when it was first seen is no addition."""
    assert (
        f"tonight: {MAX_ROWS_SHOWN + 2} added, 1 changed, 1 closed, 0 reopened, 1 merged, 0 became" in reports[".txt"]
    )
    assert f"▂█ 3 to {MAX_ROWS_SHOWN + 3}\n" in reports[".txt"]
    assert "(0 at more than one source, 7 with a deadline, 0 with pay or an allowance)" in reports[".txt"], (
        "two listings at one source are one source"
    )


class Tags(HTMLParser):
    """The elements of a page; fails where one is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_loads_nothing_and_draws_each_night(reports: dict[str, str]) -> None:
    tags = Tags()
    tags.feed(reports[".html"])
    assert tags.open == []
    assert not tags.seen & {"script", "link", "img", "iframe"}
    assert "prefers-color-scheme: dark" in reports[".html"]
    assert reports[".html"].count("<svg") == 4
    assert "<title>2026-03-14: 27</title>" in reports[".html"]


def test_hostile_texts_are_shown_as_text(tmp_path: Path) -> None:
    texts = [text for text in HOSTILE if len(text) < 1000][:MAX_ROWS_SHOWN]
    address = "javascript:alert(1)"
    openings = [internship(n, title=text, organization=text, best_url=address) for n, text in enumerate(texts)]
    reports = render(small_warehouse(tmp_path / "w.duckdb", sound(*openings)), NIGHT, {}, TOOK)
    tags = Tags()
    tags.feed(reports[".html"])
    assert tags.open == []
    assert "script" not in tags.seen
    assert tags.addresses == []
    rows = [line for line in reports[".md"].splitlines() if line.startswith("|") and line.count(" | ") == 3]
    assert len(rows) == 2 + len(texts)
    assert "<script" not in reports[".md"].replace("\\<", "")


def test_what_needs_a_person_comes_first_with_the_trend_and_a_list_that_says_none_is_well(tmp_path: Path) -> None:
    nights = [NIGHT - timedelta(days=days) for days in (2, 1, 0)]
    rows = sound(*(internship(number, first_seen=nights[number % 3]) for number in range(6)))
    rows["sources"] += [source("embassy", channel="embassy", verified="never"), source("lost", verified="never")]
    rows["source_runs"] = [
        *(run("free", night, "ok", complete=True) for night in nights),
        run("embassy", NIGHT, "empty", complete=True, evidence="says none"),
        run("lost", NIGHT, "gone"),
    ]
    lines = render_text(small_warehouse(tmp_path / "w.duckdb", rows), NIGHT, {}, TOOK).splitlines()
    assert lines[:2] == ["needs a person: 1 source", "  lost: its address is gone"]
    assert lines.index("Night 2026-03-14") == 2
    assert f"open since {nights[0]}: ▃▆█ 2 to 6" in lines
    assert "never verified: 2 sources, 1 of them failed tonight (lost, embassy)" in lines


def test_how_long_the_night_took_is_said_by_step_and_by_source_the_slowest_first(
    reports: dict[str, str], tmp_path: Path
) -> None:
    assert reports[".txt"].splitlines()[-2:] == [
        "durations: 2 h 11 min (collect 2 h 10 min, clean 1 min 5 s, match 12 s, build 0.4 s)",
        "slowest sources: slow 1 h 0 min, lost 2 min 10 s, free 3.0 s",
    ]
    rows = [
        line.strip("| ").split(" | ")
        for line in reports[".md"].partition("## Durations")[2].splitlines()
        if "|" in line
    ]
    assert rows[2:] == [
        ["step", "collect", "2 h 10 min"], ["step", "clean", "1 min 5 s"], ["step", "match", "12 s"], ["step", "build", "0.4 s"],
        ["source", "slow", "1 h 0 min"], ["source", "lost", "2 min 10 s"], ["source", "free", "3.0 s"],
    ]  # fmt: skip
    unknown = render_text(small_warehouse(tmp_path / "w.duckdb", sound(internship(0))), NIGHT, {}, Durations({}, {}))
    assert "durations" not in unknown
