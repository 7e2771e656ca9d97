"""What sort of page a text is: an opening, or something else about internships."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clean.conftest import Listings

OPENING = (
    "Our institute takes two trainees a year.\nTraineeships last six months and begin in March.\n"
    "Requirements\nYou study law or political science.\nYou are a national of a member state.\n"
    "How to apply\nSend your CV and a letter by 31 January 2027.\nWe look forward to your application."
)
STORY = (
    "I was an intern in Nairobi last year.\nWhen I arrived, I knew nobody.\nMy supervisor helped me a lot.\n"
    "I learned how an office works.\nMy internship changed how I see my studies.\nI miss my colleagues."
)
GRANT = (
    "Erasmus+ supports students who do an internship abroad.\nYou find the host organisation yourself.\n"
    "Sign the learning agreement before you leave.\nThe mobility grant depends on the country.\n"
    "Bring the confirmation from the host company.\nErasmus students have done internships in many countries."
)
JOB = "You lead a team of engineers.\nYou supervise interns.\n" + "You write software.\n" * 8
PAGES = [
    ("How to apply", OPENING), ("Internship in Nairobi", STORY), ("Internship abroad with Erasmus", GRANT),
    ("Marketing Intern", "I want you!"), ("Software Engineer", JOB),
]  # fmt: skip


@pytest.fixture(scope="module")
def judged(listings: Listings) -> dict[tuple[str, str], dict[str, Any]]:
    """The listings of the pages below, by title and text."""
    rows = listings([{"title": title, "description": text} for title, text in PAGES])
    return dict(zip(PAGES, rows, strict=True))


def test_an_opening_whose_title_names_none(judged: Any) -> None:
    assert judged["How to apply", OPENING]["is_internship"]


@pytest.mark.parametrize("page", [("Internship in Nairobi", STORY), ("Internship abroad with Erasmus", GRANT)])
def test_a_page_about_internships_that_is_no_opening(judged: Any, page: tuple[str, str]) -> None:
    assert (judged[page]["is_internship"], judged[page]["reject_rule"]) == (False, "no_posting")


def test_a_short_text_is_judged_by_its_title(judged: Any) -> None:
    assert judged["Marketing Intern", "I want you!"]["is_internship"]


def test_a_job_that_mentions_interns_is_none(judged: Any) -> None:
    page = judged["Software Engineer", JOB]
    assert (page["is_internship"], page["reject_rule"]) == (False, "not_an_internship")


def test_the_kind_of_a_grant(judged: Any) -> None:
    assert judged["Internship abroad with Erasmus", GRANT]["kind"] == "grant"


def test_questions_that_a_reader_asks_are_no_story(listings: Listings) -> None:
    asked = (
        "Am I eligible?\nYes, if you are enrolled at a university and at most 30 years old.\nWhen can I start my internship?\n"
        "On 1 March 2027, for six months.\nDo I need my own insurance?\nYes.\nHow do I apply?\n"
        "Send your CV and a letter by 31 January 2027. We take two interns in Vienna."
    )
    (row,) = listings([{"title": "Internship programme", "description": asked}])
    assert row["is_internship"]


def test_a_round_that_title_and_text_say_is_closed(listings: Listings) -> None:
    text = (
        "The call for internships is closed.\nWe received 90 applications.\nAll positions have been filled.\n"
        "Selected candidates were informed.\nApplications are no longer accepted.\nInterns worked for three months."
    )
    (row,) = listings([{"title": "Internships 2026: results of the selection", "description": text}])
    assert not row["is_internship"]
