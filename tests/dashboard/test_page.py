"""The dashboard as a person meets it, in a real browser."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.exports.csv import unguarded
from pipeline.searches.saved import Search
from tests.dashboard.conftest import (
    ARABIC,
    CLOSED,
    GERMAN_ONLY,
    HOSTILE,
    PLANTED,
    ROWS,
    TWICE,
    WCAG,
    axe_faults,
    openings,
)

OPEN = ROWS - 1
PAGES = ["", "#view=charts", "#view=sources", "#view=files", f"#id=i{TWICE}", f"#id=i{HOSTILE}"]


def shows(page: Any, heading: str) -> None:
    """The page comes to say so above what it shows: what internships ask of a person is read first."""
    from playwright.sync_api import expect  # where it is not installed, these tests are skipped

    expect(page.locator("main h1")).to_have_text(heading, use_inner_text=True)


def titles(page: Any) -> list[str]:
    return [str(text) for text in page.locator(".card h2").all_inner_texts()]


def choose(page: Any, facet: str, key: str) -> None:
    """Tick an option of a filter, opening its group first."""
    box = page.locator(f'input[name="{facet}"][value="{key}"]')
    if not box.is_visible():
        page.locator(".facet", has=box).locator("summary").click()
    box.check()


def test_the_list_shows_what_is_open_newest_first_a_page_at_a_time(open_page: Any) -> None:
    page = open_page()
    shows(page, f"{OPEN} internships")
    assert len(titles(page)) == 25
    assert "new tonight" in page.inner_text(".card >> nth=0")
    page.click("text=Next")
    page.wait_for_selector("text=Page 2 of 3")
    page.click("text=Next")
    page.wait_for_selector("text=Page 3 of 3")
    assert len(titles(page)) == OPEN - 50
    page.go_back()
    page.wait_for_selector("text=Page 2 of 3")


def test_filters_count_as_the_rows_say_and_stand_in_the_address(open_page: Any) -> None:
    page = open_page()
    rows = [row for row in openings() if row["state"] == "open"]
    paid = [row for row in rows if row.get("pay_status") == "paid"]
    in_france = [row for row in paid if "FR" in (row.get("countries") or [])]
    choose(page, "paid", "paid")
    shows(page, f"{len(paid)} internships")
    assert page.locator('li:has(> label > input[name="to"][value="FR"]) .amount').inner_text() == str(len(in_france))
    choose(page, "to", "FR")
    shows(page, f"{len(in_france)} internships")
    again = open_page(page.evaluate("location.hash"))
    shows(again, f"{len(in_france)} internships")
    assert again.locator('input[name="to"][value="FR"]').is_checked()
    again.get_by_role("button", name="Clear all filters").click()
    shows(again, f"{OPEN} internships")


@pytest.mark.parametrize(
    ("address", "keeps"),
    [
        ("#field=04", lambda row: any(code.startswith("04") for code in row.get("fields") or [])),
        ("#deadline=7,30", lambda row: "deadline" in row and (row["deadline"] - row["last_seen"]).days <= 30),
        ("#weeks=more", lambda row: (row.get("weeks_max") or 0) > 26),
        ("#language=de", lambda row: "de" in (row.get("languages_required") or [])),
        ("#channel=embassy&visa=-", lambda row: row["channels"] == ["embassy"]),
        ("#pay=430", lambda row: (row.get("pay_month_eur") or 0) >= 430),
        ("#q=paris+CAFE", lambda row: row["title"] == "Café assistant"),
        ("#q=japan", lambda row: row.get("countries") == ["JP"]),
    ],
    ids=["field", "deadline", "weeks", "language", "channel", "pay", "words", "country by words"],
)
def test_each_filter_keeps_what_it_says(open_page: Any, address: str, keeps: Any) -> None:
    expected = sum(map(bool, map(keeps, (row for row in openings() if row["state"] == "open"))))
    assert 0 < expected < OPEN
    shows(open_page(address), f"{expected} internship{'s' * (expected != 1)}")


def test_sorting_orders_all_pages(open_page: Any) -> None:
    page = open_page()
    page.select_option("#sort", "pay")
    assert titles(page)[0] == "Café assistant"
    page.select_option("#sort", "deadline")
    assert titles(page)[0] == "Café assistant"
    page.select_option("#sort", "title")
    first = titles(page)
    assert first == sorted(first, key=str.lower)
    assert "sort=title" in page.evaluate("location.hash")


def test_words_in_a_title_go_before_the_same_words_elsewhere(open_page: Any) -> None:
    page = open_page("#q=france")
    assert titles(page)[0] == "Neighbour of France"
    assert "Trier, Kehl, Aachen, Speyer and 2 more, Germany" in page.locator(".card").nth(0).inner_text()
    assert page.locator(".card").nth(1).inner_text().count("France")
    page.select_option("#sort", "new")
    assert titles(page)[0] != "Neighbour of France"
    page.select_option("#sort", "words")
    page.select_option("#citizenship", "IN")
    page.wait_for_selector(".judged")
    assert titles(page)[0] == "Neighbour of France"
    page.fill("#q", "")
    assert not page.locator("#sort option[value=words]").is_enabled()


def test_who_one_is_leaves_out_what_is_not_abroad_or_not_open_to_one_and_is_remembered(open_page: Any) -> None:
    page = open_page()
    page.select_option("#citizenship", "IN")
    page.select_option("#residence", "FR")
    abroad = [row for row in openings() if row["state"] == "open" and set(row.get("countries") or []) - {"FR"}]
    shows(page, f"{len(abroad)} internships")
    assert "IN" not in page.evaluate("location.hash")
    page.reload()
    page.wait_for_selector("main h1")
    assert "citizen of India, living in France" in page.inner_text(".person > summary")
    shows(page, f"{len(abroad)} internships")
    page.locator(".person > summary").click()
    page.get_by_label("Only internships that are abroad for me").uncheck()
    shows(page, f"{OPEN} internships")
    page.goto(page.url.split("#")[0] + f"#id=i{GERMAN_ONLY}")
    page.wait_for_selector(".internship")
    assert "nationality: not open to India" in page.inner_text(".you")


def test_an_internship_has_its_quotes_its_links_and_its_history(open_page: Any) -> None:
    page = open_page("#q=cafe")
    page.click("text=Café assistant")
    page.wait_for_selector(".internship")
    shows(page, "Café assistant")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    assert "apply by 17 March" in page.inner_text(".facts q")
    links = page.locator(".places a").all()
    assert {link.get_attribute("href") for link in links} == {
        f"https://example.org/{TWICE}", "https://other.example.org/900", "https://other.example.org/apply"
    }  # fmt: skip
    assert all("noopener" in str(link.get_attribute("rel")) for link in links)
    assert {"calendars/country-FR.ics", "feeds/country-FR.atom", "deadlines.ics", "new.atom"} <= {
        str(link.get_attribute("href")) for link in page.locator(".internship a").all()
    }
    history = page.inner_text(".history")
    assert "from Coffee to Café assistant" in history
    assert "SECRET" not in page.inner_text("body")
    page.click("text=Back to the list")
    page.wait_for_selector(".card")
    shows(page, "1 internship")


def test_a_quote_is_read_without_the_entities_of_its_page(open_page: Any) -> None:
    page = open_page(f"#id=i{TWICE}")
    assert "dédommagement €900 <img src=x onerror=window.planted=1>" in page.locator(".facts q").all_inner_texts()
    assert page.locator("main img").count() == 0


def test_a_shared_address_of_a_merged_internship_leads_on(open_page: Any) -> None:
    page = open_page("#id=merged")
    shows(page, "Café assistant")
    assert page.evaluate("location.hash") == f"#id=i{TWICE}"


def test_a_shared_address_of_a_closed_or_unknown_internship_says_so(open_page: Any) -> None:
    assert "closed" in open_page(f"#id=i{CLOSED}").inner_text(".lead")
    shows(open_page("#id=nowhere"), "Internship not found")


def test_other_languages_have_their_language_and_direction(open_page: Any) -> None:
    page = open_page(f"#id=i{ARABIC}")
    title = page.locator("h1 bdi")
    assert title.get_attribute("lang") == "ar"
    assert page.evaluate("getComputedStyle(document.querySelector('h1 bdi')).direction") == "rtl"


def test_planted_scripts_and_addresses_are_words(open_page: Any) -> None:
    page = open_page(f"#id=i{HOSTILE}")
    shows(page, PLANTED)
    assert page.locator("main img, main script, main a[href^='javascript'], main a[href^='data']").count() == 0
    assert PLANTED in page.inner_text(".prose") and PLANTED in page.inner_text(".risks q")
    open_page(f"#q={PLANTED[:10].replace('<', '%3C')}&to=%3Cscript%3E&sort=__proto__&page=-7")
    strange = open_page("#view=sources")
    strange.wait_for_selector("tbody tr")
    assert PLANTED in strange.inner_text("tbody")


def test_what_is_searched_is_an_entry_that_the_pipeline_reads(open_page: Any) -> None:
    from playwright.sync_api import expect

    page = open_page("#q=cafe&to=FR&paid=paid,-&deadline=7")
    page.click(".mine-marks > summary")
    page.click(".saved > summary")
    (entry,) = yaml.safe_load(page.input_value("#entry"))
    filters = Search.model_validate(entry).filters
    assert filters is not None
    assert (filters.words, filters.countries, filters.pay_status) == ("cafe", ["FR"], ["paid", "not_stated"])
    assert "Deadline" in page.inner_text(".saved .quiet"), "it says what is not in it"
    page.select_option("#citizenship", "IN")
    page.wait_for_selector(".saved:not([open])")  # a changed search closes it
    page.click(".saved > summary")
    expect(page.locator("#entry")).to_have_value(re.compile("profile"))  # the entry is written anew after the click
    search = Search.model_validate(yaml.safe_load(page.input_value("#entry"))[0])
    assert search.profile is not None
    assert search.profile.passports == ["IN"]
    assert search.secret is not None


def test_what_is_filtered_is_saved_as_csv_that_no_spreadsheet_runs(open_page: Any, tmp_path: Path) -> None:
    page = open_page("#to=DE")
    with page.expect_download() as download:
        page.click("#csv")
    download.value.save_as(tmp_path / "saved.csv")
    assert (tmp_path / "saved.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (tmp_path / "saved.csv").open(encoding="utf-8-sig", newline="") as handle:
        saved = {row["internship_id"]: row for row in csv.DictReader(handle)}
    expected = {row["internship_id"]: row for row in openings() if row.get("countries") == ["DE"]}
    assert saved.keys() == expected.keys()
    assert {key: unguarded(row["title"]) for key, row in saved.items()} == {
        key: row["title"] for key, row in expected.items()
    }
    assert saved[f"i{HOSTILE}"]["organization"].startswith("'=")
    assert all(row["deadline"] == str(expected[key].get("deadline", "")) for key, row in saved.items())


def test_the_map_and_the_charts_agree_with_the_rows_and_lead_to_the_list(open_page: Any) -> None:
    page = open_page("#view=charts")
    french = sum("FR" in (row.get("countries") or []) for row in openings() if row["state"] == "open")
    bar = page.locator(".bars tr", has_text="France")
    assert bar.locator(".amount").inner_text() == str(french)
    assert page.locator(f"svg title:text-is('France: {french}')").count() == 1
    page.wait_for_selector("text=New and closed by night")
    bar.locator("a").click()
    page.wait_for_selector(".card")
    shows(page, f"{french} internships")


def test_the_files_of_the_night_are_linked_and_there(open_page: Any) -> None:
    page = open_page("#view=files")
    links = [str(link.get_attribute("href")) for link in page.locator(".files a").all()]
    assert {"deadlines.ics", "new.atom", "internships.csv", "internships.parquet"} <= set(links)
    assert all(page.request.head(page.url.split("#")[0] + link).ok for link in links)


def test_a_page_from_before_a_newer_night_says_so(browser: Any, site: str) -> None:
    page = browser.new_page()
    page.goto(site)
    page.wait_for_selector(".card")
    page.route("**/details-*", lambda route: route.fulfill(status=404, body=""))
    page.goto(f"{site}#id=i{TWICE}")
    page.wait_for_selector("[role=alert]")
    assert "newer night" in page.inner_text("main h1")
    page.close()


@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_wider_than_the_screen(open_page: Any, address: str) -> None:
    page = open_page(address, viewport={"width": 360, "height": 800})
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_phone_filters_too(open_page: Any) -> None:
    page = open_page(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    assert not page.locator("#q").is_visible()
    page.tap("text=Search and filters")
    page.fill("#q", "cafe")
    shows(page, "1 internship")


def test_the_sources_are_read_on_a_phone_without_pushing_sideways(open_page: Any) -> None:
    page = open_page("#view=sources", viewport={"width": 360, "height": 740})
    assert page.evaluate("(e => e.scrollWidth - e.clientWidth)(document.querySelector('.scroll'))") == 0
    label = page.evaluate("getComputedStyle(document.querySelectorAll('td')[1], '::before').content")
    assert "Outcome" in label


def test_where_nothing_fits_the_page_says_so_and_offers_the_way_back(open_page: Any) -> None:
    page = open_page("#q=zzzz&paid=paid", viewport={"width": 360, "height": 740})
    assert "Nothing has all of “zzzz”" in page.inner_text(".nothing")
    assert "the texts of the postings are not" in page.inner_text(".nothing")
    page.click(".nothing button")
    shows(page, f"{OPEN} internships")


def test_a_phone_that_is_turned_keeps_its_filters(open_page: Any) -> None:
    page = open_page(viewport={"width": 420, "height": 1000})
    page.set_viewport_size({"width": 1000, "height": 420})
    page.wait_for_selector("#q", state="visible")


def test_it_works_by_keyboard_alone(open_page: Any) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    assert "Skip" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement === document.querySelector('.card a')")
    page.focus("#q")
    page.keyboard.type("cafe")
    shows(page, "1 internship")
    page.focus(".card a")
    page.keyboard.press("Enter")
    page.wait_for_selector(".internship")
    shows(page, "Café assistant")


@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing(open_page: Any, address: str) -> None:
    page = open_page(address, viewport={"width": 420, "height": 800})
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert axe_faults(page, *WCAG, "best-practice") == []
