"""Who comes back: stars, applications, notes and what is hidden are kept in the browser; what is new since is told."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.conftest import CLOSED, TITLED, TWICE, WCAG, axe_faults
from tests.exports.small import NIGHT

KEPT = "JSON.parse(localStorage['internships.marks'] ?? '{}').internships ?? {}"


def marked(page: Any) -> Any:
    return page.evaluate(f"() => {KEPT}")


def mark(page: Any, marks: dict[str, Any], visit: str | None = None) -> None:
    """Have the browser keep these marks, and the night of a visit, and load the page again."""
    page.evaluate("text => { localStorage['internships.marks'] = text }", json.dumps({"internships": marks}))
    if visit is not None:
        page.evaluate("text => { localStorage['internships.visit'] = text }", visit)
    page.reload()
    page.wait_for_selector("[data-usable]")


@pytest.mark.parametrize("width", [360, 1440])
def test_what_is_starred_and_hidden_by_keyboard_stays_so(open_page: Any, width: int) -> None:
    page = open_page("#sort=title", viewport={"width": width, "height": 800})
    before = page.locator(".card h2").all_inner_texts()
    first = page.locator(".card").first
    first.locator("h2 a").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert first.locator("[data-mark=star]").get_attribute("aria-pressed") == "true"
    assert page.evaluate("document.activeElement.dataset.mark") == "star", "focus stays where it was"
    second = page.locator(".card").nth(1)
    name = before[1]
    second.locator("[data-mark=hide]").focus()
    page.keyboard.press("Enter")
    assert name not in page.locator(".card h2").all_inner_texts() or before.count(name) > 1
    assert page.evaluate("document.activeElement.closest('.card') !== null"), "focus goes to what took its place"
    assert f"Hidden: {name}" in page.inner_text(".undo")
    page.reload()
    page.wait_for_selector("[data-usable]")
    assert page.locator(".card [aria-pressed=true]").count() == 1
    assert page.inner_text("main h1") == "58 internships"
    page.locator(".mine-marks > summary").click()
    page.get_by_role("button", name="Starred (1)").click()
    assert page.locator(".card h2").all_inner_texts() == [before[0]]
    assert "mine=starred" in page.url
    page.get_by_role("button", name="Hidden by you (1)").click()
    assert page.locator(".card h2").all_inner_texts() == [name]
    page.locator("[data-mark=hide]").click()
    assert page.locator(".card").count() == 0
    assert len(marked(page)) == 1


def test_what_was_hidden_comes_back_at_once(open_page: Any) -> None:
    page = open_page()
    title = page.locator(".card h2").first.inner_text()
    page.locator("[data-mark=hide]").first.click()
    page.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    assert page.inner_text("main h1") == "59 internships"
    assert page.evaluate("document.activeElement.innerText") == title, "focus goes to what is back"
    assert marked(page) == {}


def test_the_page_of_one_takes_a_note_and_the_day_of_applying(open_page: Any) -> None:
    page = open_page(f"#id=i{TWICE}")
    page.get_by_role("button", name="I have applied").click()
    page.locator(".page-marks summary").click()
    page.fill("#note", "<b>ask Ana</b>")
    assert marked(page) == {
        f"i{TWICE}": {"title": "Café assistant", "applied": NIGHT.isoformat(), "note": "<b>ask Ana</b>"}
    }
    page.goto(page.url.split("#")[0] + "#q=cafe")
    page.wait_for_selector(".card")
    chips = page.locator(".card .chips").first.inner_text()
    assert "applied" in chips
    assert "with a note" in chips
    page.goto(page.url.split("#")[0] + f"#id=i{TWICE}")
    page.wait_for_selector("#note")
    assert page.input_value("#note") == "<b>ask Ana</b>"
    page.fill("#note", "")
    page.get_by_role("button", name="I have applied").click()
    assert marked(page) == {}


def test_marks_go_to_another_browser_as_a_file_and_are_joined_there(open_page: Any, tmp_path: Path) -> None:
    page = open_page()
    mark(page, {"i10": {"title": "Ten", "starred": True, "note": "mine"}, "i11": {"title": "Eleven", "hidden": True}})
    page.locator(".mine-marks > summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save your marks as a file").click()
    download.value.save_as(tmp_path / "marks.json")
    other = open_page()
    mark(other, {"i10": {"title": "Ten", "note": "theirs", "applied": "2026-01-02"}})
    other.locator(".mine-marks > summary").click()
    other.set_input_files("#marks-file", tmp_path / "marks.json")
    other.wait_for_selector("text=2 internships loaded from marks.json")
    assert marked(other) == {
        "i10": {"title": "Ten", "starred": True, "applied": "2026-01-02", "note": "theirs\nmine"},
        "i11": {"title": "Eleven", "hidden": True},
    }
    for content in ("{", "[]", '{"internships": {"i12": {"starred": "yes"}, "i13": 7, "i14": null}}'):
        other.set_input_files(
            "#marks-file", {"name": "no.json", "mimeType": "application/json", "buffer": content.encode()}
        )
        other.wait_for_selector("text=no.json has no marks")
    assert len(marked(other)) == 2


def test_marks_follow_what_was_merged_and_what_has_left_is_told(open_page: Any) -> None:
    page = open_page()
    mark(
        page,
        {"merged": {"title": "Coffee", "starred": True}, "away": {"title": "Long ago", "starred": True, "note": "x"}},
    )
    page.locator(".mine-marks > summary").click()
    page.wait_for_selector("text=No longer in the list")
    page.wait_for_function(f"() => 'i{TWICE}' in ({KEPT})")
    assert set(marked(page)) == {f"i{TWICE}", "away"}
    page.get_by_role("button", name="Forget: Long ago").click()
    assert set(marked(page)) == {f"i{TWICE}"}


def test_who_was_here_before_is_told_what_is_new_and_what_closes(open_page: Any) -> None:
    page = open_page()
    assert not page.locator(".news").is_visible(), "nobody was here before"
    days = (NIGHT - timedelta(days=3)).toordinal() - NIGHT.fromordinal(719163).toordinal()
    starred = {f"i{number}": {"title": "x", "starred": True} for number in (TWICE, CLOSED, TITLED, 50)}
    mark(page, starred, visit=str(days))
    new = page.get_by_role("button", name="new since your last visit")
    amount = int(new.inner_text().split()[0])
    assert "1 that you starred closes within 7 days" in page.inner_text(".news")
    assert "1 that you starred is closed" in page.inner_text(".news")
    page.reload()
    page.wait_for_selector("[data-usable]")
    assert new.is_visible(), "it is the same visit"
    new.click()
    assert page.inner_text("main h1") == f"{amount} internships"
    page.get_by_role("button", name="closes within 7 days").click()
    assert page.locator(".card h2").all_inner_texts() == ["Café assistant"]
    page.get_by_role("button", name="is closed").click()
    assert page.locator(".card h2").all_inner_texts() == ["Over and gone"]


def test_a_shared_address_is_that_of_the_internship_in_the_readers_own_language(open_page: Any) -> None:
    page = open_page(f"?lang=de#id=i{TWICE}")
    page.evaluate("navigator.share = async (what) => { window.shared = what }")
    page.goto(page.url.split("#")[0] + "#")
    page.wait_for_selector(".card")
    page.goto(page.url.split("#")[0] + f"#id=i{TWICE}")
    page.get_by_role("button", name="Teilen").click()
    assert page.evaluate("window.shared") == {"title": "Café assistant", "url": page.url.replace("?lang=de", "")}


def test_axe_finds_nothing_on_marks(open_page: Any) -> None:
    for width, locale in ((360, "ar"), (1440, "en"), (360, "de")):
        page = open_page(viewport={"width": width, "height": 800}, locale=locale)
        marks = {
            f"i{number}": {"title": "x", "starred": True, "applied": "2026-01-02", "note": "n"}
            for number in range(10, 60)
        }
        mark(page, marks, visit="20000")
        for address in ("#mine=starred", f"#id=i{TWICE}"):
            page.goto(page.url.split("#")[0] + address)
            page.wait_for_selector(".marks, .page-marks")
            page.evaluate(
                "for (const one of document.querySelectorAll('.mine-marks, .page-marks details')) one.open = true"
            )
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert axe_faults(page, *WCAG) == [], (width, locale, address)
