"""Two to four openings side by side: by keyboard alone, on a phone and at a desk, in both schemes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dashboard.conftest import TWICE, serious_faults

SIDE_BY_SIDE = f"#compare=i12,i{TWICE}"
SIZES = [
    pytest.param({"width": 360, "height": 740}, id="phone"),
    pytest.param({"width": 1440, "height": 900}, id="desk"),
]


def fact(page: Any, name: str) -> Any:
    """The row of a fact."""
    return page.locator("tbody tr").filter(has=page.locator("th", has_text=name)).first


@pytest.mark.parametrize("size", SIZES)
def test_openings_are_chosen_and_compared_by_keyboard(open_page: Any, size: dict[str, int]) -> None:
    page = open_page(viewport=size)
    boxes = page.locator("input[name=compare]")
    ids = [boxes.nth(at).get_attribute("value") for at in (0, 3)]
    boxes.nth(0).focus()
    page.keyboard.press("Space")
    assert "Choose one more" in page.inner_text(".comparing")
    boxes.nth(3).focus()
    page.keyboard.press("Space")
    page.get_by_role("link", name="Compare 2 internships").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".compare")
    assert page.evaluate("location.hash") == f"#compare={','.join(map(str, ids))}"
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.go_back()
    page.wait_for_selector(".results")
    assert [boxes.nth(at).is_checked() for at in (0, 3)] == [True, True], "who comes back goes on choosing"
    page.get_by_role("button", name="Choose none").focus()
    page.keyboard.press("Enter")
    assert page.locator("input[name=compare]:checked").count() == 0 and page.locator(".comparing").is_hidden()


def test_no_more_than_four_are_chosen(open_page: Any) -> None:
    page = open_page()
    boxes = page.locator("input[name=compare]")
    for at in range(4):
        boxes.nth(at).check()
    assert boxes.nth(4).is_disabled() and boxes.nth(3).is_enabled()
    boxes.nth(3).uncheck()
    assert boxes.nth(4).is_enabled()


@pytest.mark.parametrize("size", SIZES)
def test_what_differs_is_marked_and_what_is_unknown_is_said(open_page: Any, size: dict[str, int]) -> None:
    page = open_page(SIDE_BY_SIDE, viewport=size)
    assert page.locator(".compared a").all_inner_texts() == ["Title 12", "Café assistant"]
    where = fact(page, "Where")
    assert "differs" in where.inner_text() and "Paris" in where.inner_text()
    weeks = fact(page, "Duration")
    assert "not stated" in weeks.inner_text()
    assert "differs" not in weeks.inner_text(), "what one does not state may be the same"
    assert "differs" not in fact(page, "Organisation").inner_text()
    assert "nationalities" in page.inner_text(".compare > p.quiet"), "what no one states"
    page.locator("#only-differing").press("Space")
    assert fact(page, "Organisation").is_hidden() and where.is_visible() and weeks.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is pushed sideways"


def test_one_is_taken_out_and_what_is_gone_is_said(open_page: Any) -> None:
    page = open_page("#compare=i12,i13,gone")
    assert "no internship gone" in page.inner_text("main")
    page.get_by_role("button", name="Take out: Title 12").click()
    page.get_by_text("Two to four internships can be compared").wait_for()
    page.get_by_role("link", name="Back to the list").click()
    page.wait_for_selector(".results")


def test_who_tells_of_themselves_reads_how_each_suits(open_page: Any) -> None:
    page = open_page()
    page.evaluate("""sessionStorage.setItem('internships.profile', '{"passports": ["IN"], "needs": ["paid"]}')""")
    page.evaluate(f"location.hash = '{SIDE_BY_SIDE}'")
    page.reload()
    assert "paid, about 900 EUR a month" in fact(page, "For you").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_serious(open_page: Any, size: dict[str, int], scheme: str) -> None:
    assert serious_faults(open_page(SIDE_BY_SIDE, viewport=size, color_scheme=scheme)) == []
