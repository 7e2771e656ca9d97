"""What of a row is news, and what moves by itself."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.clean import identify
from pipeline.tables import LISTINGS


@pytest.fixture
def hashed(raw_rows, source):  # type: ignore[no-untyped-def]
    def digest(row: dict[str, Any], **says: Any) -> str:
        return identify(raw_rows(row), LISTINGS.empty(), source(**says))["content_hash"][0]

    return digest


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"posted": "3d"}, {"posted": "4d"}),
        ({"posted": "Posted 3 Days Ago"}, {"posted": "Posted 30+ Days Ago"}),
        ({"fetched_at": "2025-09-12T03:00:00Z"}, {"fetched_at": "2025-09-13T03:00:00Z"}),
        ({"url": "https://example.org/a?utm_source=x"}, {"url": "https://example.org/a?utm_source=y"}),
        ({"apply_url": "https://example.org/a#top"}, {"apply_url": "https://example.org/a"}),
        ({"extra": {"views": 10, "sponsorship": "Other"}}, {"extra": {"sponsorship": "Other", "views": 11}}),
        ({"extra": {"date_updated": 1}}, {"extra": {"date_updated": 2}}),
        ({"description": "Posted: Posted Yesterday. Fine work."}, {"description": "Posted: Posted 2 Days Ago. Fine work."}),
        ({"description": "Nog 3 dagen. Stage"}, {"description": "Nog 2 dagen. Stage"}),
        ({}, {"extra": {"closed": "Closed"}}),
    ],
)  # fmt: skip
def test_what_moves_by_itself_is_no_news(hashed: Any, before: dict[str, Any], after: dict[str, Any]) -> None:
    assert hashed({"url": "https://example.org/a", **before}) == hashed({"url": "https://example.org/a", **after})


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Analyst Intern"},
        {"organization": "Else"},
        {"locations": ["Rome"]},
        {"description": "Other words"},
        {"deadline": "2026-01-01"},
        {"pay": "€100"},
        {"posted": "2025-09-12"},
        {"section": "Internships"},
        {"extra": {"sponsorship": "Offers Sponsorship"}},
        {"url": "https://example.org/b"},
    ],
)
def test_what_the_source_says_anew_is_news(hashed: Any, change: dict[str, Any]) -> None:
    usual = {"url": "https://example.org/a", "posted": "2025-09-11"}
    assert hashed(usual) != hashed({**usual, **change})


def test_fields_do_not_run_into_each_other(hashed: Any) -> None:
    assert hashed({"title": "ab", "organization": "c"}) != hashed({"title": "a", "organization": "bc"})


def test_what_the_catalogue_says_counts(hashed: Any) -> None:
    assert hashed({}, holds="internships") != hashed({}, holds="mixed")
    assert hashed({}, notes="a remark") == hashed({}, notes="another")
