"""Dates as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean import clean
from pipeline.clean.dates import is_relative, parse_posted
from pipeline.clean.days import find_days
from pipeline.clean.durations import parse_duration
from pipeline.clean.periods import parse_season

TODAY = date(2025, 9, 12)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-09-10", date(2025, 9, 10)),
        ("2025-09-10T23:00:00-04:00", date(2025, 9, 10)),
        ("2026-08-05 10:10:39 UTC", date(2026, 8, 5)),
        ("Sun, 01 Mar 2026 07:47:24 +0000", date(2026, 3, 1)),
        ("1683864000", date(2023, 5, 12)),
        ("1764205361939", date(2025, 11, 27)),
        ("Sep 10, 2024", date(2024, 9, 10)),
        ("June 17th, 2024", date(2024, 6, 17)),
        ("10 Sep 2024", date(2024, 9, 10)),
        ("10.09.2024", date(2024, 9, 10)),
        ("25/04/2024", date(2024, 4, 25)),
        ("04/25/2024", date(2024, 4, 25)),
        ("17-Nov-13", date(2013, 11, 17)),
        ("May-15-24", date(2024, 5, 15)),
        ("le 1er août 2024", date(2024, 8, 1)),
        ("12 de mayo de 2024", date(2024, 5, 12)),
        ("3. března 2024", date(2024, 3, 3)),
        ("15 мая 2024 г.", date(2024, 5, 15)),
        ("2024. 3. 5.", date(2024, 3, 5)),
        ("2024年3月5日", date(2024, 3, 5)),
        ("令和6年6月9日", date(2024, 6, 9)),
        ("2024년 3월 5일", date(2024, 3, 5)),
        # without a year: the nearest that is not ahead
        ("Sep 10", date(2025, 9, 10)),
        ("Dec 31", date(2024, 12, 31)),
        ("29 February", date(2024, 2, 29)),
        # ages
        ("0d", date(2025, 9, 12)),
        ("-1d", date(2025, 9, 12)),
        ("38d", date(2025, 8, 5)),
        ("3 days ago", date(2025, 9, 9)),
        ("Posted: Posted 2 Days Ago", date(2025, 9, 10)),
        ("Posted Yesterday", date(2025, 9, 11)),
        ("vor 3 Tagen", date(2025, 9, 9)),
        ("il y a 3 jours", date(2025, 9, 9)),
        ("3日前", date(2025, 9, 9)),
        # what tells no day
        ("Posted 30+ Days Ago", None),
        ("2mo", None),
        ("03/04/2024", None),
        ("soon", None),
        ("99/99/2024", None),
    ],
)
def test_posted(text: str, day: date | None) -> None:
    assert parse_posted(text, TODAY, None)[0] == day


def test_day_or_month_first_is_the_sources_habit() -> None:
    assert parse_posted("03/04/2024", None, True)[0] == date(2024, 4, 3)
    assert parse_posted("03/04/2024", None, False)[0] == date(2024, 3, 4)


def test_without_a_day_to_count_from_nothing_is_counted() -> None:
    assert parse_posted("4d", None, None) == (None, True, "4d")
    assert parse_posted("Sep 10", None, None)[0] is None


@pytest.mark.parametrize("text", ["4d", "-1d", "Posted 30+ Days Ago", "Posted Today", "vor 3 Tagen", "2mo", "昨日"])
def test_ages_are_known_as_such(text: str) -> None:
    assert is_relative(text)


@pytest.mark.parametrize("text", ["Sep 10", "2024-01-01", "1683864000", "D-Day", "4"])
def test_dates_are_no_ages(text: str) -> None:
    assert not is_relative(text)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("6 months", 26, 26),
        ("12months", 52, 52),
        ("3-6 months", 13, 26),
        ("1 to 6 months", 4, 26),
        ("6 months to 1 year", 26, 52),
        ("10-12 Wochen", 10, 12),
        ("vijf à zes maanden", 22, 26),
        ("up to six months", None, 26),
        ("mindestens 3 Monate", 13, None),
        ("5 months and 12 days", 23, 23),
        ("3—12个月", 13, 52),
        ("6개월", 26, 26),
    ],
)
def test_durations(text: str, least: int | None, most: int | None) -> None:
    parsed = parse_duration(text)
    assert parsed is not None
    assert parsed[:2] == (least, most)


@pytest.mark.parametrize("text", ["2024", "35 hours", "Intern", "10000 months"])
def test_no_durations(text: str) -> None:
    assert parse_duration(text) is None


@pytest.mark.parametrize(
    ("text", "season"),
    [
        ("Summer 2026", "2026-summer"),
        ("Fall 2025, Spring 2026", "2025-autumn"),
        ("Winter 2025/26", "2025-winter"),
        ("Sommer 2026", "2026-summer"),
        ("été 2026", "2026-summer"),
        ("ete 2026", "2026-summer"),
        ("2026年夏季", "2026-summer"),
        ("2026년 여름", "2026-summer"),
        ("Summer Analyst Program 2026", "2026-summer"),
        ("2026 Technology Summer Analyst", "2026-summer"),
    ],
)
def test_seasons(text: str, season: str) -> None:
    parsed = parse_season(text)
    assert parsed is not None
    assert parsed[0] == season
    assert parsed[1] in text


@pytest.mark.parametrize("text", ["Summer", "Fall in love with data", "2026 Internship"])
def test_a_season_needs_its_year(text: str) -> None:
    assert parse_season(text) is None


@pytest.fixture
def dated(raw_rows, source):  # type: ignore[no-untyped-def]
    def read(row: dict[str, Any], night: date | None = None, **says: Any) -> dict[str, Any]:
        return clean(raw_rows(row), night, source(**says)).listings.row(0, named=True)

    return read


def test_the_day_of_fetching_goes_before_the_night(dated: Any) -> None:
    row = {"posted": "4d", "fetched_at": "2025-09-12T03:00:00Z"}
    assert dated(row, date(2030, 1, 1))["posted_on"] == date(2025, 9, 8)
    assert dated({"posted": "4d"}, date(2025, 9, 12))["posted_on"] == date(2025, 9, 8)
    assert dated({"posted": "4d"})["posted_on"] is None


@pytest.mark.parametrize(
    ("description", "deadline"),
    [
        ("Deadline: 31 January 2027", date(2027, 1, 31)),
        ("Bewerbungsschluss: 15.01.2027", date(2027, 1, 15)),
        ("Solliciteer voor 3 januari 2027", date(2027, 1, 3)),
        ("Date limite : 30 juin 2027", date(2027, 6, 30)),
        ("Plazo: 14 de mayo de 2027", date(2027, 5, 14)),
        ("Termin składania: 5 marca 2027", date(2027, 3, 5)),
        ("締切:2027年6月9日", date(2027, 6, 9)),
        ("마감: 2027.6.9", date(2027, 6, 9)),
        ("Salary €775 | Deadline 20 November 2027 | Start 1 March 2028", date(2027, 11, 20)),
        ("Posted 1 May 2027. The deadline is strict and unions met on 3 May 2027.", None),
        ("Deadline: 15 March", None),
    ],
)
def test_labelled_deadlines(dated: Any, description: str, deadline: date | None) -> None:
    assert dated({"description": description})["deadline"] == deadline


def test_deadlines_of_a_column(dated: Any) -> None:
    assert dated({"deadline": "📅 Nov 15"})["deadline"] is None
    assert dated({"deadline": "Rolling"})["deadline_kind"] == "rolling"
    stated = dated({"deadline": "2027-05-01T23:59:00+02:00"})
    assert (stated["deadline"], stated["deadline_kind"]) == (date(2027, 5, 1), "fixed")
    assert stated["deadline_at"] == datetime(2027, 5, 1, 21, 59, tzinfo=UTC)
    assert dated({"deadline": "15 August – 15 October 2027"})["deadline"] == date(2027, 10, 15)


def test_a_period_in_the_start_field(dated: Any) -> None:
    row = dated({"starts": "23 mrt. 2026 - 14 sep. 2026"})
    assert (row["starts_on"], row["ends_on"]) == (date(2026, 3, 23), date(2026, 9, 14))
    assert dated({"starts": "Summer 2024, Fall 2024"})["season"] == "2024-summer"


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    for day in find_days(text, True):
        assert 0 <= day.start < day.end <= len(text)
    parse_posted(text, TODAY, None)
    parse_duration(text)
    parse_season(text)
