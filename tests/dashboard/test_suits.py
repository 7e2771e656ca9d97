"""What suits a person is one answer: the macro suits, `internships suggest` and the page say the same of every opening."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from pipeline.query.suggest import Profile, read_profile, suggest
from tests.dashboard.conftest import WCAG, axe_faults, published, served
from tests.exports.small import NIGHT, internship
from tests.query.test_suggest import EXAMPLE, OPENINGS

TITLES = (
    "Stage en analyse de données", "DATA intern", "Praktikum Datenanalyse", "データ分析インターン", "تدريب تحليل البيانات",
    "Straßenbau-Praktikum", "ΠΡΑΚΤΙΚΗ ΑΣΚΗΣΗ ΤΑΞΙΝΟΜΟΣ", "Ilıca stajı İSTANBUL",
)  # fmt: skip

PROFILES: dict[str, dict[str, Any]] = {
    "who_tells_one_thing": {"enrolled": False},
    "student": {
        "passports": ["IN"], "residence": "FR", "studies": ["061"], "level": "7", "year": 3, "enrolled": True,
        "languages": [{"language": "en", "cefr": "C1"}, {"language": "de"}],
        "available": {"from": "2026-06-01", "to": "2026-10-31"}, "needs": ["paid", "visa", "housing"],
        "wishes": {"countries": ["FR", "DE"], "remote": True, "words": "data analyse"},
    },
    "graduate": {
        "passports": ["DE", "JP"], "residence": "DE", "studies": ["0421"], "level": "6", "enrolled": False,
        "languages": [{"language": "de", "cefr": "native"}, {"language": "en", "cefr": "B1"}],
        "weeks": {"least": 6, "most": 20}, "available": {"from": "2026-08-01"},
        "wishes": {"fields": ["06"], "remote": False, "words": "分析 strassenbau ταξινομος istanbul البيانات ilica"},
    },
    "needs_a_visa": {
        "passports": ["NG"], "residence": "NG", "level": "8", "enrolled": True, "needs": ["visa"],
        "wishes": {"countries": ["DE"]},
    },
    "speaks_arabic_alone": {
        "passports": ["EG"], "residence": "FR", "level": "6", "year": 3, "languages": [{"language": "ar", "cefr": "native"}],
        "wishes": {"words": "تدريب"},
    },
    "works_from_home": {
        "passports": ["US"], "residence": "US", "languages": [{"language": "en"}], "available": {"to": "2026-08-31"},
        "wishes": {"remote": True},
    },
    "asks_for_no_pay": {
        "residence": "IN", "needs": ["housing"], "weeks": {"least": 2, "most": 4},
        "available": {"from": "2026-03-20", "to": "2026-05-31"},
        "studies": ["0613"], "wishes": {"countries": ["IN", "ZA"], "fields": ["04"]},
    },
}  # fmt: skip
"""What each asks stands in the openings alone and beside other facts."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with each opening of the macro's test, and some that have the facts of two; its night is exported."""
    home = tmp_path_factory.mktemp("suited")
    pairs = [(one, other, OPENINGS[one] | OPENINGS[other]) for one, other in combinations(OPENINGS, 2)]
    facts = [*OPENINGS.values(), *(both for _, _, both in pairs[::7])]
    rows = [
        internship(
            number,
            **{
                "title": TITLES[number % len(TITLES)],
                "organization": None if number % 3 else "Data Works",
                "host_organization": "Straßenamt" if number % 3 == 1 else None,
                "cities": ["İstanbul"] if number % 5 == 0 else None,
                "first_seen": NIGHT - timedelta(days=number % 4),
                "deadline": NIGHT + timedelta(days=number % 9) if number % 2 else None,
                **stated,
            },
        )
        for number, stated in enumerate(facts)
    ]
    published(home, {"internships": rows})
    return home


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    with served(folder / "exports" / "latest") as address:
        yield address


def keep(profile: Profile) -> str:
    """Script that has the browser keep a profile."""
    return f"sessionStorage.setItem('internships.profile', {json.dumps(profile.as_json())})"


NAMES = {"For you": "reasons", "Ruled out": "excluded_by", "Against": "against", "Not known": "unknown"}


def shown(page: Any) -> list[dict[str, Any]]:
    """Every card of every page of the list: its id, its points, what is said for whom asks."""
    script = """() => [...document.querySelectorAll('.card')].map((card) => ({
        id: card.querySelector('h2 a').hash.slice(4),
        reasons: [...card.querySelectorAll('.judged > div')].map((div) => [...div.children].map((part) => part.textContent)),
    }))"""
    cards: list[dict[str, Any]] = []
    while True:
        cards += page.evaluate(script)
        following = page.locator(".pages a", has_text="Next")
        if not following.count():
            return cards
        following.click()
        page.wait_for_selector(f".results[start='{len(cards) + 1}']")


def verdict(card: dict[str, Any]) -> dict[str, Any]:
    reasons = dict.fromkeys(NAMES.values(), "")
    score = None
    for name, words in card["reasons"]:
        label, _, points = name.partition(" (")
        if points:
            score = float(points.split()[0].replace("−", "-"))
        reasons[NAMES[label]] = "" if words == "nothing that you asked for" else words
    return {"internship_id": card["id"], "score": score, **reasons}


@pytest.mark.parametrize("name", [*PROFILES, "example"])
def test_page_macro_and_command_agree(browser: Any, folder: Path, site: str, name: str) -> None:
    profile = read_profile(EXAMPLE) if name == "example" else Profile.model_validate(PROFILES[name])
    found = suggest(folder / "warehouse.duckdb", profile)
    rows = found.suited + found.ruled_out
    expected = [
        {key: row[key] for key in ("internship_id", "score")} | {key: "; ".join(row[key]) for key in NAMES.values()}
        for row in rows
    ]
    context = browser.new_context()
    context.add_init_script(keep(profile))
    page = context.new_page()
    page.goto(f"{site}#for=anyone")
    page.wait_for_selector(".judged")
    answered = [verdict(card) for card in shown(page)]
    assert {one["internship_id"]: one for one in answered} == {one["internship_id"]: one for one in expected}
    assert [one["internship_id"] for one in answered] == [one["internship_id"] for one in expected]
    page.goto(f"{site}#id={rows[0]['internship_id']}")
    page.wait_for_selector(".you")
    assert page.locator(".you .good dd").inner_text() == expected[0]["reasons"]
    context.close()


def test_what_rules_out_leaves_the_list_and_stays_where_all_is_shown(browser: Any, folder: Path, site: str) -> None:
    profile = Profile.model_validate({"languages": [{"language": "en"}]})
    found = suggest(folder / "warehouse.duckdb", profile)
    assert found.ruled_out
    context = browser.new_context()
    context.add_init_script(keep(profile))
    page = context.new_page()
    page.goto(site)
    page.wait_for_selector(".judged")
    assert page.inner_text("main h1") == f"{len(found.suited)} internships"
    page.locator("#mine").evaluate("(box) => box.click()")
    assert page.inner_text("main h1") == f"{len(found.suited) + len(found.ruled_out)} internships"
    context.close()


def test_the_form_tells_a_profile_that_the_command_reads(browser: Any, site: str, tmp_path: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(site)
    page.wait_for_selector(".card")
    page.locator(".more > summary").click()
    for control, value in {
        "citizenship": "IN", "second-citizenship": "DE", "residence": "FR", "level": "7", "enrolled": "yes", "study-1": "0613",
        "study-2": "0421", "language-1": "en", "language-2": "de", "wish-1": "JP", "other-field-1": "03", "remote": "no",
    }.items():  # fmt: skip
        page.select_option(f"#{control}", value)
    page.get_by_label("How well, language 1").select_option("C1")
    for control, value in {
        "year": "2", "free-from": "2026-06-01", "free-to": "2026-09-30", "least-weeks": "8", "most-weeks": "26",
        "wish-words": "data",
    }.items():  # fmt: skip
        page.fill(f"#{control}", value)
    page.keyboard.press("Tab")
    page.check("#need-paid")
    page.check("#need-visa")
    page.wait_for_selector(".judged")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    download.value.save_as(tmp_path / "profile.json")
    assert json.loads(read_profile(tmp_path / "profile.json").as_json()) == {
        "passports": ["IN", "DE"], "residence": "FR", "studies": ["0613", "0421"], "level": "7", "year": 2, "enrolled": True,
        "languages": [{"language": "en", "cefr": "C1"}, {"language": "de"}],
        "available": {"from": "2026-06-01", "to": "2026-09-30"}, "weeks": {"least": 8, "most": 26}, "needs": ["paid", "visa"],
        "wishes": {"countries": ["JP"], "fields": ["03"], "remote": False, "words": "data"},
    }  # fmt: skip
    assert not page.evaluate("'internships.profile' in localStorage"), "nobody asked to be remembered"
    assert "IN" not in page.evaluate("location.href")
    page.check("#remember")
    assert json.loads(page.evaluate("localStorage['internships.profile']"))["passports"] == ["IN", "DE"]
    page.get_by_role("button", name="See the list").click()
    assert page.evaluate("document.activeElement.id") == "found"
    page.locator(".person > summary").click()
    page.get_by_role("button", name="Forget me").click()
    assert page.evaluate("document.activeElement.closest('summary') !== null"), "the button is gone, the focus is not"
    assert not page.evaluate("'internships.profile' in localStorage")
    assert page.locator(".judged").count() == 0
    context.close()


def test_axe_finds_nothing_where_the_list_is_ranked(browser: Any, site: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800})
    context.add_init_script(keep(Profile.model_validate(PROFILES["student"])))
    page = context.new_page()
    page.goto(f"{site}#for=anyone")
    page.wait_for_selector(".judged")
    page.evaluate("for (const one of document.querySelectorAll('.person, .more')) one.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe_faults(page, *WCAG) == []
    context.close()
