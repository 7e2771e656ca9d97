"""What a student takes along: the profile as a file and back, a deadline for the calendar, a link to share."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from tests.dashboard.conftest import ARABIC, TWICE
from tests.exports.small import NIGHT


def test_a_profile_is_loaded_from_the_file_that_was_saved(open_page: Any, tmp_path: Path) -> None:
    page = open_page()
    page.select_option("#citizenship", "IN")
    page.locator(".more > summary").click()
    page.check("#need-visa")
    page.wait_for_selector(".judged")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    download.value.save_as(tmp_path / "profile.json")
    other = open_page()
    other.set_input_files("#profile-file", tmp_path / "profile.json")
    other.wait_for_selector(".judged")
    assert other.input_value("#citizenship") == "IN"
    assert other.locator("#need-visa").is_checked()
    assert "Loaded from profile.json" in other.inner_text(".person")


@pytest.mark.parametrize("content", ["{", json.dumps({"passports": 7}), "[]"])
def test_a_file_that_is_no_profile_changes_nothing(open_page: Any, content: str) -> None:
    page = open_page()
    page.select_option("#citizenship", "IN")
    page.set_input_files(
        "#profile-file", {"name": "x.json", "mimeType": "application/json", "buffer": content.encode()}
    )
    page.wait_for_selector("text=x.json is no profile")
    assert page.input_value("#citizenship") == "IN"


def test_a_deadline_is_an_event_as_in_the_exported_calendar(open_page: Any, tmp_path: Path, latest: Path) -> None:
    page = open_page(f"#id=i{TWICE}")
    page.wait_for_selector(".along")
    with page.expect_download() as download:
        page.get_by_role("button", name="Deadline for your calendar").click()
    download.value.save_as(tmp_path / "one.ics")
    content = (tmp_path / "one.ics").read_bytes()
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    [event] = Calendar.from_ical(content).walk("VEVENT")
    assert event["DTSTART"].dt == NIGHT + timedelta(days=3)
    assert "Café assistant" in event["SUMMARY"]
    exported = Calendar.from_ical((latest / "deadlines.ics").read_bytes()).walk("VEVENT")
    assert event["UID"] in {one["UID"] for one in exported}, "taken from both, it is one event"


@pytest.mark.parametrize("width", [360, 1440])
def test_without_a_deadline_there_is_the_link_alone(open_page: Any, width: int) -> None:
    page = open_page(f"#id=i{ARABIC}", viewport={"width": width, "height": 800})
    page.wait_for_selector(".along")
    assert page.locator(".along button").all_inner_texts() == ["Copy the link"]
    page.locator(".along button").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".along [role=status]:not(:empty)")
