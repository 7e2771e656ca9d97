"""The hour of a deadline and its zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.clean import clean
from pipeline.clean.when.clock import read_clock

MOMENTS = [
    ("Deadline: 15 March 2026, 23:59 (Brussels time)", "2026-03-15T22:59", "Europe/Brussels"),
    ("Deadline: 15 July 2026, 23:59 (Brussels time)", "2026-07-15T21:59", "Europe/Brussels"),
    ("Application deadline: midnight Paris time, 30 June 2026", "2026-06-30T22:00", "Europe/Paris"),
    ("Applications close on 1 May 2026 at 11:59 PM ET.", "2026-05-02T03:59", "America/New_York"),
    ("Apply by 23:59 CET on 15 March 2026.", "2026-03-15T22:59", "CET"),
    ("Apply by 12 noon Brussels time on 20 January 2026", "2026-01-20T11:00", "Europe/Brussels"),
    ("Bewerbungsschluss: 15.03.2026, 23:59 Uhr MEZ", "2026-03-15T22:59", "CET"),
    ("Date limite de candidature : 30 juin 2026 à minuit (heure de Paris)", "2026-06-30T22:00", "Europe/Paris"),
    ("Plazo: 15 de marzo de 2026 a las 23:59 (hora de Madrid)", "2026-03-15T22:59", "Europe/Madrid"),
    ("Срок подачи заявок: до 15 марта 2026 г. 18:00 (МСК)", "2026-03-15T15:00", "Europe/Moscow"),
    ("応募締切:2026年3月15日 17:00(日本時間)", "2026-03-15T08:00", "Asia/Tokyo"),
    ("마감: 2026년 3월 15일 18시 (한국시간)", "2026-03-15T09:00", "Asia/Seoul"),
    ("Deadline: 15 March 2026 at 17:00 UTC+2", "2026-03-15T15:00", "Etc/GMT-2"),
    ("Deadline: 15 March 2026, 23:59 AoE", "2026-03-16T11:59", "Etc/GMT+12"),
    ("Apply by 15 March 2026, 11:59 pm (Anywhere on Earth)", "2026-03-16T11:59", "Etc/GMT+12"),
    ("Deadline (5 p.m. Geneva time): 15 March 2026", "2026-03-15T16:00", "Europe/Zurich"),
    ("The deadline is 15 March 2026 (Brussels time).", None, "Europe/Brussels"),
    ("The deadline is 15 March 2026 at 12:00.", None, None),
    ("Deadline: 15 March 2026. Interviews at 10:00 CET on 20 March.", None, None),
    ("Deadline: 15 March 2026, 12 places", None, None),
    ("Date limite: 15 mars 2026 et entretiens en avril", None, None),
]
"""A text, the moment of its deadline in UTC, and the zone that it names."""


def test_the_moment_of_a_deadline(described: Any) -> None:
    read = described([text for text, *_ in MOMENTS], "deadline_at", "deadline_zone", "deadline")
    moments = [
        (text, at and at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M"), zone) for text, (at, zone, _) in read.items()
    ]
    assert moments == MOMENTS
    assert all(deadline for _, _, deadline in read.values())


def test_an_hour_without_a_zone_is_of_the_sources(raw_rows: Any, source: Callable[..., Any]) -> None:
    rows = raw_rows(
        {"deadline": "15 March 2026 17:00"}, {"deadline": "15 March 2026"}, {"deadline": "15 March 2026 17:00 UTC"}
    )
    zones = source(zone="Europe/Rome")
    deadlines = clean(rows, None, zones).listings.sort("url").select("deadline_at", "deadline_zone").rows()
    moments = [datetime(2026, 3, 15, 16, tzinfo=UTC), None, datetime(2026, 3, 15, 17, tzinfo=UTC)]
    assert deadlines == list(zip(moments, ["Europe/Rome", None, "UTC"], strict=True))
    assert clean(rows[:1], None, source()).listings["deadline_zone"].to_list() == [None]


@pytest.mark.parametrize("bait", ["1:", "(", "time in ", "12 ", "heure de ", "midnight ", "a", "１"])
def test_baits_do_not_hang(bait: str) -> None:
    text = bait * 2_000 + "15 March 2026" + bait * 2_000
    start = text.index("15 March")
    assert read_clock(text, start, start + 13).zone is None
