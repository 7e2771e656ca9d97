"""What a student does, on a phone and at a desk, in both colour schemes, by keyboard alone, and axe finds nothing serious in it.

One page a way, and each test begins it anew. Comparing is in test_compare.py, pages without scripts in test_site.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from tests.dashboard.conftest import serious_faults, watched
from tests.exports.small import NIGHT

PHONE = 360
NEWER_FILTERS = ("town", "occupation", "season", "start", "level", "support", "source", "nationality", "kind")
LATER = NIGHT + timedelta(days=30)


@pytest.fixture(
    scope="module",
    params=[(360, 740, "light"), (360, 740, "dark"), (1440, 900, "light"), (1440, 900, "dark")],
    ids=["phone light", "phone dark", "desk light", "desk dark"],
)
def page(browser: Any, site: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    width, height, scheme = request.param
    with watched(browser, site) as open_at:
        yield open_at(viewport={"width": width, "height": height}, color_scheme=scheme, locale="en")


def load(page: Any, address: str) -> None:
    page.goto(page.url.partition("#")[0].partition("?")[0] + address)
    page.reload()
    page.wait_for_selector("html[data-usable]", state="attached")


def begin(page: Any, address: str = "#", today: date = NIGHT) -> None:
    """Have the page be opened at an address by who was never here."""
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.clock.set_fixed_time(datetime.combine(today, time(12)))
    load(page, address)


def is_phone(page: Any) -> bool:
    return bool(page.viewport_size["width"] == PHONE)


def press(page: Any, key: str, target: Any) -> None:
    """Press a key on a control, which keeps the focus."""
    target.focus()
    page.keyboard.press(key)


def looks_well(page: Any) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is pushed sideways"
    assert serious_faults(page) == []


def open_filters(page: Any) -> None:
    if is_phone(page):
        press(page, "Enter", page.locator(".sidebar > summary"))


def test_a_search_is_typed_understood_and_taken_back(page: Any) -> None:
    begin(page)
    open_filters(page)
    page.focus("#q")
    page.keyboard.type("Germny zeppelin")
    page.wait_for_selector(".understood li")
    assert "Germny → Germany" in page.inner_text(".understood")
    assert "In no open internship: zeppelin" in page.inner_text(".understood")
    assert page.evaluate("document.activeElement.id") == "q"
    looks_well(page)
    press(page, "Enter", page.locator(".understood button"))
    assert page.input_value("#q") == '"Germny" zeppelin'


def test_each_of_the_newer_filters_counts_chooses_and_lets_go(page: Any) -> None:
    begin(page)
    open_filters(page)
    everything = page.inner_text("main h1")
    for name in NEWER_FILTERS:
        group = page.locator(".facet", has=page.locator(f'input[name="{name}"]'))
        box = group.locator("input[type=checkbox]").first
        press(page, "Enter", group.locator("summary"))
        page.keyboard.press("Tab")
        if group.locator("input.find").count():
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == name
        amount = group.locator(".amount").first.inner_text()
        page.keyboard.press("Space")
        assert page.inner_text("main h1").split()[0] == amount, name
        assert page.evaluate("document.activeElement.name") == name, "the focus stays"
        assert page.locator(".chosen .chips li").count() == 1
        looks_chosen = box.is_checked()
        page.keyboard.press("Space")
        assert (looks_chosen, page.inner_text("main h1")) == (True, everything)
    page.keyboard.press("Space")
    looks_well(page)


def test_days_are_counted_from_today_and_what_is_over_comes_last(page: Any) -> None:
    begin(page, today=LATER)
    assert "30 days ago" in page.inner_text("#night")
    assert "deadline passed" not in page.inner_text(".results")
    begin(page, "#deadline=passed", today=LATER)
    assert "deadline passed" in page.inner_text(".results")
    looks_well(page)
    begin(page, "#view=sources", today=LATER)
    looks_well(page)


def test_who_comes_back_finds_their_star_their_note_and_what_is_hidden(page: Any) -> None:
    begin(page, "#q=cafe")
    card = page.locator(".card").first
    press(page, "Space", card.locator("[data-mark=star]"))
    press(page, "Enter", card.locator("h2 a"))
    page.wait_for_selector(".internship")
    press(page, "Enter", page.locator(".page-marks summary"))
    page.focus("#note")
    page.keyboard.type("ask Ana")
    looks_well(page)
    load(page, "#mine=starred")
    assert page.locator(".card h2").all_inner_texts() == ["Café assistant"]
    assert "with a note" in page.inner_text(".card")
    press(page, "Enter", page.locator(".mine-marks > summary"))
    looks_well(page)
    press(page, "Enter", page.locator("[data-mark=hide]"))
    press(page, "Enter", page.get_by_role("button", name="Undo"))
    assert page.evaluate("document.activeElement.innerText") == "Café assistant"


def test_the_first_thing_seen_is_an_opening_and_back_leads_to_it(page: Any) -> None:
    begin(page, "#sort=title")
    page.evaluate('sessionStorage[\'internships.profile\'] = \'{"passports": ["IN"], "needs": ["paid"]}\'')
    page.reload()
    page.wait_for_selector(".judged")
    bottom = page.evaluate("document.querySelector('.card h2').getBoundingClientRect().bottom")
    assert bottom <= page.viewport_size["height"]
    looks_well(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    title = page.evaluate("document.activeElement.innerText")
    assert title == page.locator(".card h2").first.inner_text(), "the skip link leads to the first result"
    page.keyboard.press("Enter")
    page.wait_for_selector(".internship")
    looks_well(page)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".card")
    assert page.evaluate("document.activeElement.innerText") == title


@pytest.mark.parametrize(
    ("language", "occupation"),
    [("ar", "مطورو البرمجيات"), ("hi", "सॉफ़्टवेयर डेवलपर"), ("fr", "Développeurs de logiciels")],
)
def test_another_language_is_chosen_and_names_what_codes_mean(page: Any, language: str, occupation: str) -> None:
    begin(page)
    press(page, "Enter", page.locator(".languages summary"))
    press(page, "Enter", page.locator(f".languages a[lang={language}]"))
    page.wait_for_selector(f"html[lang={language}][data-usable] main h1")
    open_filters(page)
    group = page.locator(".facet", has=page.locator('input[name="occupation"]'))
    press(page, "Enter", group.locator("summary"))
    assert occupation in group.inner_text()
    press(page, "Space", group.locator("input[value='2512']"))
    press(page, "Enter", page.locator(".card h2 a").first)
    page.wait_for_selector(".internship")
    assert occupation in page.inner_text(".facts")
    looks_well(page)
