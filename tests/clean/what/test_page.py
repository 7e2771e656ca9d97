"""What sort of page a text is: an opening, or something else about internships."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from pipeline.clean import clean


@pytest.fixture
def judged(raw_rows: Any, source: Any) -> Any:
    def judge(title: str, text: str) -> tuple[bool, str | None]:
        listing = clean(raw_rows({"title": title, "description": text}), None, source()).listings
        return listing["is_internship"][0], listing["reject_rule"][0]

    return judge


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


def test_an_opening_whose_title_names_none(judged: Any) -> None:
    assert judged("How to apply", OPENING)[0]


@pytest.mark.parametrize(
    ("title", "text"), [("Internship in Nairobi", STORY), ("Internship abroad with Erasmus", GRANT)]
)
def test_a_page_about_internships_that_is_no_opening(judged: Any, title: str, text: str) -> None:
    assert judged(title, text) == (False, "no_posting")


def test_a_short_text_is_judged_by_its_title(judged: Any) -> None:
    assert judged("Marketing Intern", "I want you!")[0]


def test_a_job_that_mentions_interns_is_none(judged: Any) -> None:
    text = "You lead a team of engineers.\nYou supervise interns.\n" + "You write software.\n" * 8
    assert judged("Software Engineer", text) == (False, "not_an_internship")


def test_the_kind_of_a_grant(raw_rows: Any, source: Any) -> None:
    listing = clean(
        raw_rows({"title": "Internship abroad with Erasmus", "description": GRANT}), None, source()
    ).listings
    assert listing.select(pl.col("kind"))["kind"][0] == "grant"
