"""Closing notices: only what a posting says of itself, in words that say nothing else, closes it."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.clean.identity.closed import closed_reason, closing_notice


def says(title: str = "Marketing Intern", description: str | None = None) -> str | None:
    row = pl.DataFrame(
        {"title": [title], "description": [description]}, schema={"title": pl.String, "description": pl.String}
    )
    found: str | None = closing_notice(row).item()
    return found


@pytest.mark.parametrize(
    "title",
    [
        "Marketing Intern (CLOSED)", "CLOSED - Marketing Intern", "Intern – position filled", "Expired: Summer Intern",
        "Praktikum (besetzt)", "Stage marketing - Offre pourvue", "Beca de prácticas (plazo cerrado)", "Tirocinio [SCADUTO]",
        "Staż – rekrutacja zakończona", "[CLÔTURÉ] Stage marketing", "ЗАКРЫТА: Стажировка",
        "【募集終了】インターン", "[마감] 인턴", "实习生(已截止)",
    ],
)  # fmt: skip
def test_a_mark_that_stands_apart_in_a_title_closes(title: str) -> None:
    assert says(title)


@pytest.mark.parametrize(
    "title",
    [
        "Closed-loop Control Intern", "Closed Loop Systems Intern", "Intern | Closed End Funds", "Intern: closed captioning",
        "Filled Pouch Engineering Intern", "Kommunikation in geschlossenen Räumen", "インターン(締切:4月26日)",
        "인턴 (마감 4/26)",
    ],
)  # fmt: skip
def test_a_title_about_something_closed_does_not(title: str) -> None:
    assert says(title) is None


@pytest.mark.parametrize(
    ("description", "notice"),
    [
        ("<p>This position has been filled. Thank you.</p><p>We build bridges.</p>", "This position has been filled."),
        ("We build bridges.\nPlease note that the vacancy is now filled!", "Please note that the vacancy is now filled!"),
        ("Applications for the 2026 round are now closed.", "Applications for the 2026 round are now closed."),
        ("Bewerbungsfrist abgelaufen", "Bewerbungsfrist abgelaufen"),
        ("Die Bewerbungsfrist ist abgelaufen. Wir bauen Brücken.", "Die Bewerbungsfrist ist abgelaufen."),
        ("<b>Offre pourvue</b>", "Offre pourvue"),
        ("El plazo de inscripción ha finalizado.", "El plazo de inscripción ha finalizado."),
        ("応募を締め切りました。", "応募を締め切りました。"),
        ("本募集は終了いたしました。", "本募集は終了いたしました。"),
        ("本次招聘已结束。", "本次招聘已结束。"),
        ("Набор на стажировку закрыт.", "Набор на стажировку закрыт."),
        ("Les candidatures sont désormais closes.", "Les candidatures sont désormais closes."),
        ("Diese Ausschreibung ist nicht mehr aktiv.", "Diese Ausschreibung ist nicht mehr aktiv."),
        ("We are no longer accepting applications for this role.", "We are no longer accepting applications for this role."),
    ],
)  # fmt: skip
def test_a_notice_in_the_text_closes_in_its_own_words(description: str, notice: str) -> None:
    assert says(description=description) == notice


@pytest.mark.parametrize(
    "description",
    [
        "This position will remain open until it has been filled.", "If this position has been filled, we remove it.",
        "Applications are closed on 31 March.", "The position is closed to non-students.",
        "Applications close when the role is filled.", "The deadline has passed once all places are taken.",
        "Набор закрыт до мая.", "Набор будет закрыт, когда места закончатся.", "定員に達し次第、募集を終了します。",
        "You learn how vacancies are filled. This job is about closed systems.",
    ],
)  # fmt: skip
def test_a_sentence_that_says_when_does_not(description: str) -> None:
    assert says(description=description) is None


def test_a_notice_amid_a_long_text_is_about_something_else() -> None:
    assert says(description="\n".join(["A line."] * 9 + ["Applications are closed."] + ["A line."] * 9)) is None


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        ("404 Not Found at https://jobs.example/1", "not_found"),
        ("410 Gone at https://jobs.example/1", "not_found"),
        ("redirected to the list (https://jobs.example), 200 OK at https://jobs.example", "redirected"),
        ("a closing notice (This job has expired), 200 OK at https://jobs.example/1", "closing_notice"),
        ("Closed", "source_closed"),
        ("4040 applicants", "source_closed"),
    ],
)
def test_the_reason_is_read_from_the_evidence_of_the_spider(mark: str, reason: str) -> None:
    assert pl.select(closed_reason(pl.lit(mark))).item() == reason
