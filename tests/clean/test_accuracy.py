"""The README of cleaning: it names every module; its figures are by the rules of the labels."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipeline import clean
from tests.tools.accuracy import Tally, compare_page, modules

README = Path(clean.__file__).parent / "README.md"


def test_the_readme_names_every_module_and_no_other() -> None:
    listed = [line.split("`")[1] for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    modules_there = [path for path in README.parent.rglob("*.py") if path.stem != "__init__"]
    files = {".".join(path.relative_to(README.parent).with_suffix("").parts) for path in modules_there}
    assert sorted(listed) == sorted(files)


def test_every_module_says_what_it_is_for() -> None:
    assert {name for name, what in modules().items() if not what.endswith(".")} == set()


LABEL = {
    "is_internship_listing": True, "host_country": ["FR"], "deadline": "2026-03-01", "duration_weeks_min": 26,
    "duration_weeks_max": None, "paid": False, "stipend_amount": 500, "stipend_currency": "EUR", "stipend_period": "month",
    "languages_required": ["fr"], "languages_any_of": ["en", "de"], "eligibility": ["student"],
}  # fmt: skip
ROW = {
    "is_internship": True, "countries": ["FR", "BE"], "deadline": date(2026, 3, 1), "weeks_min": None, "weeks_max": 26,
    "pay_status": "unpaid", "pay_min": 500.0, "pay_currency": "EUR", "pay_period": None, "languages_required": ["fr", "en"],
    "eligibility": None,
}  # fmt: skip


def test_a_page_is_compared_field_by_field() -> None:
    compared = compare_page(LABEL, ROW)
    assert compared["countries"] == ({"FR"}, {"FR", "BE"})
    assert compared["deadline"] == ({"2026-03-01"}, {"2026-03-01"})
    assert compared["weeks_min"] == ({26}, set())
    assert compared["paid"] == ({"no"}, {"no"})
    assert compared["languages_required"] == ({"fr"}, {"fr"})
    assert "deadline" not in compare_page({**LABEL, "deadline_partial": "03-01"}, ROW)
    assert list(compare_page({**LABEL, "is_internship_listing": False}, ROW)) == ["is_internship"]


def test_precision_and_recall() -> None:
    tally = Tally().with_page({"FR"}, {"FR", "BE"}).with_page({"DE"}, set())
    assert (tally.precision, tally.recall, tally.f1, tally.labels) == (0.5, 0.5, 0.5, 2)
    assert Tally().f1 == 0.0
