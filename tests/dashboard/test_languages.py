"""The page in each of its languages: one file of messages, complete, and nothing said beside it."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipeline import vocabulary
from pipeline.shipped import shipped
from pipeline.vocabulary import words
from tests.conftest import REPOSITORY
from tests.dashboard.conftest import TWICE, WCAG, axe_faults

SOURCES = REPOSITORY / "pipeline" / "dashboard" / "src"
MESSAGES: dict[str, dict[str, str | dict[str, str]]] = json.loads((SOURCES / "messages.json").read_bytes())
LANGUAGES = ("en", "es", "fr", "de", "pt", "ar", "zh", "hi")

PLURALS = {"zh": {"other"}, "ar": {"zero", "one", "two", "few", "many", "other"}}
"""Plural categories of whole numbers by CLDR; of the other languages `one` and `other`, as no page counts millions."""

NAMED = (vocabulary.CloseReason, "closed."), (vocabulary.Kind, "word."), (vocabulary.Channel, "word."), (
    vocabulary.OrganizerType, "word."), (vocabulary.State, "word."), (vocabulary.Change, "word."), (
    vocabulary.RiskFlag, "word."), (vocabulary.LifeFlag, "word."), (vocabulary.EvidenceMethod, "word."), (
    vocabulary.WorkMode, "word."), (vocabulary.InternationalReason, "word."), (vocabulary.DeadlineKind, "word."), (
    vocabulary.PayStatus, "word."), (vocabulary.Eligibility, "word."), (vocabulary.Requirement, "word."), (
    vocabulary.VisaSupport, "word."), (vocabulary.Support, "word."), (vocabulary.Document, "word."), (
    vocabulary.Outcome, "word."), (vocabulary.PayPeriod, "pay."), (vocabulary.NationalityRule, "nationality.")  # fmt: skip


def forms(text: str | dict[str, str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text.values())


def test_every_message_is_there_in_every_language_with_its_plurals_and_the_same_places_to_fill() -> None:
    for key, texts in MESSAGES.items():
        assert tuple(texts) == LANGUAGES, key
        assert all(text.strip(" ,;") or key.startswith("list.") for one in texts.values() for text in forms(one)), key
        counted = {language for language, text in texts.items() if isinstance(text, dict)}
        assert counted in (set(), set(LANGUAGES)), key
        for language in counted:
            assert set(texts[language]) == PLURALS.get(language, {"one", "other"}), (key, language)
        places = {
            language: {name for text in forms(one) for name in re.findall(r"\{(\w+)\}", text)}
            for language, one in texts.items()
        }
        assert all(found == places["en"] for found in places.values()), (key, places)


def test_every_word_of_a_vocabulary_and_every_field_of_study_has_a_name() -> None:
    unnamed = {f"{prefix}{word}" for member, prefix in NAMED for word in words(member)} - set(MESSAGES)
    assert unnamed == set()
    with shipped("data", "reference", "fields_of_study.csv").open(encoding="utf-8", newline="") as handle:
        names = {row["code"]: row["name"] for row in csv.DictReader(handle)}
    for code, name in names.items():
        longest = next(code[:size] for size in range(len(code), 1, -1) if f"field.{code[:size]}" in MESSAGES)
        assert MESSAGES[f"field.{longest}"]["en"] == name


def test_every_occupation_has_a_name_of_its_own_or_of_the_group_it_is_in() -> None:
    with shipped("data", "reference", "occupations.csv").open(encoding="utf-8", newline="") as handle:
        codes = {row["isco08"] for row in csv.DictReader(line for line in handle if not line.startswith("#"))}
    assert [code for code in codes if not any(f"occupation.{code[:size]}" in MESSAGES for size in range(1, 5))] == []


CODE = re.compile(r"//[^\n]*|/\*.*?\*/|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`", re.DOTALL)
NO_WORDS = re.compile(
    "(class|rel|type|style|accept|allow|Range|'Cache-Control'|viewBox|preserveAspectRatio): $|from $",
)
"""What comes before a text that is for programs."""

FORMATS = {"Parquet", "CSV", "NDJSON", "Gone"}


def test_the_sources_of_the_page_say_nothing_themselves() -> None:
    said = []
    for path in sorted(SOURCES.glob("*.ts")):
        text = path.read_text(encoding="utf-8")
        for found in CODE.finditer(text):
            literal = found[1] or found[2]
            if literal is None or NO_WORDS.search(text[: found.start()]):
                continue
            plain = re.sub(r"\$\{[^}]*\}", "", literal)
            is_child = re.search(r"\}, $", text[: found.start()]) and re.fullmatch(r" *[a-z][a-z ]*", plain)
            sentence = re.search(r"[A-Za-z]{2,} [a-z]{2,}", plain) or re.fullmatch(r"[A-Z][a-z]+", plain)
            if (sentence or is_child) and literal not in FORMATS:
                said.append((path.name, literal))
    assert said == []
    html = (SOURCES / "index.html").read_text(encoding="utf-8")
    assert re.findall(r">\s*[^<{\s][^<]*<", html.partition("</title>")[2]) == []
    assert set(re.findall(r"\{([\w.]+)\}", html)) <= set(MESSAGES)


def test_the_bundle_has_each_language_in_a_file_of_its_own() -> None:
    page = SOURCES.parent / "page"
    for language in LANGUAGES:
        its = json.loads((page / f"messages-{language}.json").read_bytes())
        assert its == {key: texts[language] for key, texts in MESSAGES.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_is_that_of_the_browser_and_every_view_speaks_it(open_page: Any, language: str) -> None:
    page = open_page(locale=language)
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    views = page.locator("#views a").all_inner_texts()
    assert views == [MESSAGES[f"view.{view}"][language] for view in ("list", "charts", "sources", "files")]
    count = MESSAGES["list.count"][language]
    assert isinstance(count, dict)
    assert page.inner_text("main h1") in {text.replace("{count}", "59") for text in count.values()}
    germany = {"en": "Germany", "es": "Alemania", "fr": "Allemagne", "de": "Deutschland", "pt": "Alemanha", "ar": "ألمانيا",
               "zh": "德国", "hi": "जर्मनी"}[language]  # fmt: skip
    assert germany in page.inner_text('.facet:has(input[name="to"])')
    for address, key in ("#view=sources", "sources.title"), (f"#id=i{TWICE}", "detail.known"):
        page.goto(page.url.split("#")[0] + address)
        page.wait_for_selector(f"text={MESSAGES[key][language]}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_another_language_is_chosen_by_keyboard_keeps_the_view_and_is_remembered(open_page: Any) -> None:
    page = open_page("#q=cafe")
    page.locator(".languages summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="العربية").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("html[lang=ar] main h1")
    assert page.url.endswith("?lang=ar#q=cafe")
    assert page.locator(".card").count() == 1
    page.goto(page.url.split("?")[0])
    page.wait_for_selector("html[lang=ar] main h1")


def test_who_reads_none_of_the_languages_gets_english_and_an_address_may_name_another(open_page: Any) -> None:
    assert open_page(locale="ja").locator("html").get_attribute("lang") == "en"
    assert open_page("?lang=pt-BR", locale="ja").locator("html").get_attribute("lang") == "pt"
    assert open_page("?lang=tlh", locale="fr").locator("html").get_attribute("lang") == "fr"


def test_one_language_is_loaded(open_page: Any) -> None:
    page = open_page(locale="hi")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(Path(request.url).name))
    page.reload()
    page.wait_for_selector("main h1")
    assert [name for name in asked if name.startswith("messages-")] == ["messages-hi.json"]


@pytest.mark.parametrize(("language", "width"), [("ar", 360), ("de", 360), ("hi", 1440)])
def test_axe_finds_nothing_in_any_view(open_page: Any, language: str, width: int) -> None:
    page = open_page(locale=language, viewport={"width": width, "height": 800})
    for address in ("#", "#view=charts", "#view=sources", "#view=files", f"#id=i{TWICE}"):
        page.goto(page.url.split("#")[0] + address)
        page.wait_for_selector("main h1")
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert axe_faults(page, *WCAG) == [], address


def test_the_page_is_used_by_keyboard_from_right_to_left(open_page: Any) -> None:
    page = open_page(locale="ar")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "skip"
    page.keyboard.press("Enter")
    title = page.evaluate("document.activeElement.innerText")
    assert title == page.locator(".card h2").first.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_selector(".internship h1")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".card")
    assert page.evaluate("document.activeElement.innerText") == title


def test_what_the_catalogue_says_is_told_in_words_alone(open_page: Any) -> None:
    page = open_page(f"#id=i{TWICE}")
    page.wait_for_selector(".facts")
    assert "{country" not in page.inner_text(".facts")
    assert "from the catalogue" in page.inner_text(".facts")
