"""What is filtered by, what is shown as chosen, and what is left out for whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.dashboard.conftest import openings, published, served
from tests.dashboard.test_page import choose, shows
from tests.exports.small import NIGHT, internship, sound

MOST_SHOWN = 250
TOWNS = MOST_SHOWN + 10
OPEN = [row for row in openings() if row["state"] == "open"]


@pytest.mark.parametrize(
    ("address", "keeps"),
    [
        ("#season=2026-summer", lambda row: row.get("season") == "2026-summer"),
        ("#level=7", lambda row: "7" in (row.get("study_levels") or [])),
        ("#support=housing", lambda row: row.get("support") == ["housing"]),
        ("#start=31", lambda row: bool(row.get("starts_on")) and (row["starts_on"] - NIGHT).days <= 31),
        ("#start=-", lambda row: not row.get("starts_on")),
        ("#town=Paris", lambda row: row.get("cities") == ["Paris"]),
        ("#town=Kehl,Tokyo", lambda row: bool({"Kehl", "Tokyo"} & set(row.get("cities") or []))),
        ("#source=free", lambda row: True),
        ("#occupation=2512", lambda row: row.get("occupation") == "2512"),
        ("#nationality=DE", lambda row: row.get("nationality_rule") == "only"),
        ("#nationality=-", lambda row: not row.get("nationality_rule")),
    ],
    ids=[
        "season",
        "level",
        "housing",
        "start",
        "no start",
        "town",
        "towns",
        "source",
        "occupation",
        "nationality",
        "no nationality",
    ],
)
def test_each_filter_keeps_what_it_says(open_page: Any, address: str, keeps: Any) -> None:
    expected = sum(map(bool, map(keeps, OPEN)))
    assert expected > 0
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


def test_a_source_is_called_by_its_name_and_a_town_is_found_among_many(open_page: Any) -> None:
    page = open_page()
    for summary in ("Source", "Town"):
        page.locator("summary", has_text=summary).first.click()
    assert "Free" in page.locator('label:has(input[name="source"])').first.inner_text()
    chosen = page.locator('input[name="town"][value="Tokyo"]')
    chosen.focus()
    page.keyboard.press("Space")
    shows(page, "1 internship")
    assert page.locator(".chosen .chips li").first.inner_text().startswith("Town: Tokyo")


@pytest.fixture(scope="module")
def site_of_towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A night in which every internship is in a town of its own."""
    rows = sound(*(internship(number, cities=[f"Town {number:03}"]) for number in range(TOWNS)))
    with served(published(tmp_path_factory.mktemp("towns"), rows)) as address:
        yield address


def test_of_many_options_some_are_shown_and_the_others_are_found_by_name(browser: Any, site_of_towns: str) -> None:
    page = browser.new_page()
    page.goto(site_of_towns)
    page.wait_for_selector("html[data-usable]", state="attached")
    towns = page.locator('input[name="town"]')
    shown = {box.get_attribute("value") for box in towns.all()}
    other = min({f"Town {number:03}" for number in range(TOWNS)} - shown)
    assert len(shown) == MOST_SHOWN
    group = page.locator(".facet", has=page.locator("legend", has_text="Town"))
    assert "and 10 more" in str(group.text_content())
    page.locator("summary", has_text="Town").click()
    page.get_by_label("Find in: Town").fill(other.lower())
    assert [box.get_attribute("value") for box in towns.all()] == [other]
    towns.check()
    shows(page, "1 internship")
    page.get_by_label("Find in: Town").fill("Atlantis")
    assert "Nothing here is called “Atlantis”." in group.inner_text()
    page.get_by_label("Find in: Town").fill("")
    assert towns.count() == MOST_SHOWN + 1, "what is chosen is shown, too"
    page.close()
