"""What a student sees first is an opening, counted from today where they are; and coming back, they are where they were."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.dashboard.conftest import HOSTILE, TWICE, openings
from tests.exports.small import NIGHT

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1440, "height": 900}
PASSED = "deadline passed"
FIRST_VIEW_BYTES = 600_000


def tell(page: Any, **told: Any) -> None:
    """Have the page know a person, as one that filled in the form."""
    page.evaluate(f"sessionStorage.setItem('internships.profile', {json.dumps(json.dumps(told))})")
    page.reload()
    page.wait_for_selector(".card")


def test_days_until_a_deadline_are_counted_from_the_day_of_the_reader(open_page: Any) -> None:
    later = NIGHT + timedelta(days=2)
    page = open_page("#q=cafe", today=later)
    assert "(in 1 day)" in page.inner_text(".card")
    due = [row for row in openings() if row["state"] == "open" and row.get("deadline")]
    within = [row for row in due if 0 <= (row["deadline"] - later).days <= 30]
    page = open_page("#deadline=7,30", today=later)
    assert page.inner_text("main h1") == f"{len(within)} internships"
    assert "2 days ago" not in page.inner_text("#night")
    assert "9 days ago" in open_page(today=NIGHT + timedelta(days=9)).inner_text("#night")


def test_what_is_over_is_not_offered_first(open_page: Any) -> None:
    page = open_page(today=NIGHT + timedelta(days=30))
    assert PASSED not in page.inner_text(".results")
    page.select_option("#sort", "deadline")
    assert PASSED not in page.inner_text(".results")
    assert "new tonight" not in page.inner_text(".results")
    page = open_page("#page=3", today=NIGHT + timedelta(days=30))
    assert PASSED in page.inner_text(".results"), "it is there, behind the others"


def test_what_closed_since_the_night_is_not_offered_first_to_who_searches_or_tells_of_themselves(
    open_page: Any,
) -> None:
    page = open_page("#q=title", today=NIGHT + timedelta(days=30))
    assert page.input_value("#sort") == "words"
    assert PASSED not in page.inner_text(".results")
    tell(page, passports=["IN"], residence="IN", languages=[{"language": "en"}, {"language": "de"}])
    page.evaluate("location.hash = '#q='")
    page.wait_for_selector("#sort option[value=you]:checked", state="attached")
    assert PASSED not in page.inner_text(".results")


@pytest.mark.parametrize(("days", "tone"), [(0, "good"), (60, "warn")])
def test_a_source_that_was_read_long_ago_is_not_called_well(open_page: Any, days: int, tone: str) -> None:
    page = open_page("#view=sources", today=NIGHT + timedelta(days=days))
    row = page.locator("tr", has_text="Free")
    assert row.locator("strong").get_attribute("class") == tone
    assert ("last read" in row.inner_text()) == (tone == "warn")


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("en", "dark"), ("de", "light"), ("ar", "dark")])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_an_opening_is_seen_without_scrolling(open_page: Any, size: dict[str, int], language: str, scheme: str) -> None:
    page = open_page(viewport=size, color_scheme=scheme, locale=language)
    bottom = "document.querySelector('.card h2').getBoundingClientRect().bottom"
    if size == PHONE:
        assert page.evaluate(bottom) <= size["height"], "before anybody tells anything"
    tell(page, passports=["IN"], residence="IN", studies=["061"], needs=["paid"], languages=[{"language": "en"}])
    assert page.evaluate(bottom) <= size["height"]


def test_back_leads_to_the_place_and_the_link_that_the_list_was_left_by(open_page: Any) -> None:
    page = open_page("#q=&sort=title")
    link = page.locator(".card h2 a").nth(18)
    link.scroll_into_view_if_needed()
    page.wait_for_timeout(100)  # the page is told of a scroll with its next picture
    top, address = page.evaluate("scrollY"), link.get_attribute("href")
    assert top > 0
    link.click()
    page.wait_for_selector(".internship")
    page.go_back()
    page.wait_for_selector(".card")
    assert page.evaluate("document.activeElement.getAttribute('href')") == address
    assert abs(page.evaluate("scrollY") - top) < 5
    page.keyboard.press("Enter")
    page.wait_for_selector(".internship")
    page.click("text=Back to the list")
    page.wait_for_selector(".card")
    assert page.evaluate("document.activeElement.getAttribute('href')") == address


def test_the_posting_s_own_words_come_before_the_table_of_facts(open_page: Any) -> None:
    page = open_page(f"#id=i{HOSTILE}")
    headings = page.locator(".internship h2").evaluate_all("(all) => all.map((one) => one.id)")
    assert headings.index("words") < headings.index("facts")
    assert "12 EUR an hour" in open_page(f"#id=i{TWICE}").inner_text(".facts")


def test_points_are_given_to_who_asks_for_something(open_page: Any) -> None:
    page = open_page()
    tell(page, passports=["IN"])
    assert "0 points" not in page.inner_text(".results")
    tell(page, passports=["IN"], needs=["visa"])
    assert "points)" in page.inner_text(".results")


@pytest.fixture
def held_page(open_page: Any) -> Any:
    """The page before all internships are read, what was read until then, and what has the others read."""
    page = open_page()
    held: list[Any] = []
    answers: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    def note(response: Any) -> None:
        answers.append(response)

    page.route("**/internships-*.parquet", hold)
    page.on("response", note)
    page.reload()
    page.wait_for_selector(".card")

    def release() -> None:
        for route in held:
            route.continue_()
        page.wait_for_selector("html[data-usable]", state="attached")

    return page, answers, release


def test_the_first_openings_are_seen_before_all_are_read(held_page: Any) -> None:
    page, answers, release = held_page
    heading, cards = page.inner_text("main h1"), page.inner_text(".results")
    read = [int(answer.headers.get("content-length", 0)) for answer in answers if answer.request.method == "GET"]
    assert 0 < sum(read) < FIRST_VIEW_BYTES
    assert "Loading" in page.inner_text(".sidebar")
    link = page.locator(".card h2 a").nth(2)
    link.focus()
    release()
    assert (page.inner_text("main h1"), page.inner_text(".results")) == (heading, cards)
    assert link.evaluate("link => link === document.activeElement"), "who went on meanwhile is where they were"
    assert page.locator('.sidebar input[name="to"]').count() > 3


def test_who_comes_for_one_internship_reads_no_list_before_it(open_page: Any) -> None:
    page = open_page(f"#id=i{TWICE}")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2].partition("-")[0]))
    page.reload()
    page.wait_for_selector("html[data-usable] .internship", state="attached")
    assert "first" not in asked
    assert asked.index("details") < asked.index("internships")
    page.get_by_role("link", name="Back to the list").click()
    page.wait_for_selector(".card")
    assert page.inner_text("main h1").startswith("59 ")


def test_an_internship_opens_before_all_are_read_and_what_is_chosen_meanwhile_is_kept(held_page: Any) -> None:
    page, _, release = held_page
    page.evaluate(f"location.hash = '#id=i{TWICE}'")
    page.wait_for_selector(".internship")
    assert page.inner_text("main h1") == "Café assistant"
    page.evaluate("location.hash = '#to=FR&page=1'")
    page.wait_for_selector(".internship", state="detached")
    assert page.locator(".card").count() == 0, "of these it is not known yet which they are"
    release()
    assert "France" in page.inner_text(".card >> nth=0")
