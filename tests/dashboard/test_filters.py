"""What is filtered by, what is shown as chosen, and what is left out for whom."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dashboard.conftest import openings
from tests.dashboard.test_page import choose, shows
from tests.exports.small import NIGHT

OPEN = [row for row in openings() if row["state"] == "open"]


@pytest.mark.parametrize(
    ("address", "keeps"),
    [
        ("#season=2026-summer", lambda row: row.get("season") == "2026-summer"),
        ("#level=7", lambda row: "7" in (row.get("study_levels") or [])),
        ("#support=housing", lambda row: row.get("support") == ["housing"]),
        ("#start=31", lambda row: bool(row.get("starts_on")) and (row["starts_on"] - NIGHT).days <= 31),
        ("#start=-", lambda row: not row.get("starts_on")),
    ],
    ids=["season", "level", "housing", "start", "no start"],
)
def test_each_filter_keeps_what_it_says(open_page: Any, address: str, keeps: Any) -> None:
    expected = sum(map(bool, map(keeps, OPEN)))
    assert 0 < expected < len(OPEN)
    shows(open_page(address), f"{expected} internship{'s' * (expected != 1)}")


def test_counts_of_a_filter_respect_the_others(open_page: Any) -> None:
    page = open_page("#level=7")
    both = sum(row.get("season") == "2026-summer" and "7" in (row.get("study_levels") or []) for row in OPEN)
    amount = page.locator('li:has(> label > input[name="season"][value="2026-summer"]) .amount')
    assert amount.text_content() == str(both)


def test_what_is_chosen_stands_above_the_list_and_is_taken_away_there(open_page: Any) -> None:
    page = open_page()
    choose(page, "season", "2026-summer")
    choose(page, "support", "housing")
    assert [text.removesuffix("×").strip() for text in page.locator(".chosen .chips li").all_inner_texts()] == [
        "Season: summer 2026", "Offered beside pay: housing"
    ]  # fmt: skip
    page.get_by_role("button", name="Take away: Season: summer 2026").click()
    assert "season" not in page.evaluate("location.hash")
    page.get_by_role("button", name="Take away: Offered beside pay: housing").click()
    shows(page, f"{len(OPEN)} internships")


@pytest.mark.parametrize("width", [360, 1440])
def test_what_a_passport_rules_out_is_told_and_can_be_shown(open_page: Any, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    page.locator(".person").evaluate("(person) => { person.open = true }")
    page.select_option("#citizenship", "IN")
    shows(page, f"{len(OPEN) - 1} internships")
    assert "1 hidden because your passport is not accepted." in page.inner_text(".hidden-ones")
    page.get_by_role("button", name="Show them, too").click()
    shows(page, f"{len(OPEN)} internships")
    assert not page.locator(".hidden-ones button").count()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_something_is_chosen(open_page: Any, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page = open_page(
        "#q=japan+intern&to=JP&season=2026-summer", color_scheme=scheme, viewport={"width": 360, "height": 740}
    )
    page.wait_for_selector(".understood li")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    found = axe.Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found.response["violations"]] == []
