"""Calendars (iCalendar, RFC 5545): their events and tasks, read one by one, so that what is wrong with one loses no other.

Lines that were not folded belong to the property before them; what belongs to none is passed over, as is whatever stands
around a calendar. Several calendars in one text are one list. Belongs here: text to events, and the next day of one that
recurs. Does not belong here: which event is an offer (`spiders.formats.ical`).
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import NamedTuple

import icalendar
from dateutil.rrule import rrulestr
from icalendar.parser import Contentline

ITEMS = ("VEVENT", "VTODO")
PROPERTIES = frozenset((
    "BEGIN", "END", "CALSCALE", "METHOD", "PRODID", "VERSION", "NAME", "ATTACH", "CATEGORIES", "CLASS", "COMMENT",
    "DESCRIPTION", "GEO", "LOCATION", "PERCENT-COMPLETE", "PRIORITY", "RESOURCES", "STATUS", "SUMMARY", "COMPLETED",
    "DTEND", "DUE", "DTSTART", "DURATION", "FREEBUSY", "TRANSP", "TZID", "TZNAME", "TZOFFSETFROM", "TZOFFSETTO", "TZURL",
    "ATTENDEE", "CONTACT", "ORGANIZER", "RECURRENCE-ID", "RELATED-TO", "URL", "UID", "EXDATE", "RDATE", "RRULE", "ACTION",
    "REPEAT", "TRIGGER", "CREATED", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "REQUEST-STATUS", "REFRESH-INTERVAL", "SOURCE",
    "COLOR", "IMAGE", "CONFERENCE", "LINK", "CONCEPT", "REFID", "LOCATION-TYPE", "PARTICIPANT-TYPE", "RESOURCE-TYPE",
    "STRUCTURED-DATA", "STYLED-DESCRIPTION", "ACKNOWLEDGED", "PROXIMITY", "EXRULE",
))  # fmt: skip
"""Names of RFC 5545, 7986, 9073, 9074 and 9253."""

NAME = re.compile(r"([A-Za-z0-9-]+)(?=[;:])")
MULTILINE = re.compile(r"(?:DESCRIPTION|COMMENT|STYLED-DESCRIPTION|X-)", re.I)
"""Properties whose values have several lines; a stray line after any other belongs to none."""
LINE_BREAK = re.compile(r"\r\n|\n|\r")
RECURRING = re.compile(r"FREQ=(?:YEARLY|MONTHLY|WEEKLY|DAILY)\b", re.I)
"""Rules that are followed: one by the second would take for ever to reach a night."""
MAX_OCCURRENCES = 20_000


class CalendarError(ValueError):
    """The text is no calendar."""


class Calendar(NamedTuple):
    """`items`: events and tasks in their order; `unreadable`: how many could not be read; `is_whole`: whether the text ends
    with the end of a calendar."""

    items: list[icalendar.Component]
    unreadable: int
    is_whole: bool


def read_calendar(text: str) -> Calendar:
    """The events and tasks of all calendars in a text. Raises CalendarError where there is none."""
    lines = list(_property_lines(text))
    marks = [line.upper().rstrip() for line in lines if line.upper().startswith(("BEGIN:VCALENDAR", "END:VCALENDAR"))]
    if "BEGIN:VCALENDAR" not in marks:
        raise CalendarError("no BEGIN:VCALENDAR")
    blocks, is_ended = _blocks(lines)
    zones = [line for name, block in blocks if name == "VTIMEZONE" for line in block]
    found = [block for name, block in blocks if name in ITEMS]
    is_whole = is_ended and marks[-1] == "END:VCALENDAR"
    try:
        return Calendar(_parsed([*zones, *(line for block in found for line in block)]), 0, is_whole)
    except (ValueError, IndexError, KeyError):
        items = [item for block in found for item in _parsed_alone(block, zones)]
    return Calendar(items, len(found) - len(items), is_whole)


def next_occurrence(item: icalendar.Component, start: date, day: date) -> date:
    """When an item that recurs is due next from `day` on, else for the last time; `start` where it does not recur, or by a
    rule that cannot be followed."""
    rule = item.get("RRULE")
    text = rule.to_ical().decode() if isinstance(rule, icalendar.vRecur) else ""
    first = start if isinstance(start, datetime) else datetime.combine(start, time())
    if not RECURRING.search(text) or first.date() >= day:
        return start
    following = first
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        for number, occurrence in enumerate(rrulestr(text, dtstart=first)):
            following = occurrence
            if occurrence.date() >= day or number >= MAX_OCCURRENCES:
                break
    return following if isinstance(start, datetime) else following.date()


def _property_lines(text: str) -> Iterator[str]:
    """The lines of a text unfolded, one a property. A name counts in the case in which the calendar is written."""
    is_upper = "begin:vcalendar" not in text
    line: str | None = None
    for physical in LINE_BREAK.split(text):
        name = NAME.match(physical)
        is_known = name is not None and (name[1].upper() in PROPERTIES or name[1][:2].upper() == "X-")
        if name is not None and is_known and (name[1].isupper() or not is_upper):
            if line is not None:
                yield line
            line = physical
        elif line is None or not physical.strip() or line.upper().startswith(("BEGIN:", "END:")):
            continue
        elif physical[0] in " \t":
            line += physical[1:]
        elif MULTILINE.match(line):
            line += f"\\n{physical}"
    if line is not None:
        yield line


def _blocks(lines: list[str]) -> tuple[list[tuple[str, list[str]]], bool]:
    """(name, lines) of each event, task and time zone; whether the last one ends."""
    blocks: list[tuple[str, list[str]]] = []
    name = ""
    block: list[str] = []
    for line in lines:
        mark, _, value = line.partition(":")
        kind = value.strip().upper()
        if mark.upper() == "BEGIN" and kind in (*ITEMS, "VTIMEZONE"):
            if name:  # its end is missing
                blocks.append((name, [*_closed(block), f"END:{name}"]))
            name, block = kind, [f"BEGIN:{kind}"]
        elif mark.upper() == "END" and kind == name:
            blocks.append((name, [*_closed(block), f"END:{name}"]))
            name = ""
        elif name:
            block.append(line)
    return blocks, not name


def _closed(block: list[str]) -> list[str]:
    """The lines of a block, with what it holds closed before it ends."""
    inside: list[str] = []
    for line in block[1:]:
        mark, _, value = line.partition(":")
        if mark.upper() == "BEGIN":
            inside.append(value.strip())
        elif mark.upper() == "END" and inside:
            inside.pop()
    return [*block, *(f"END:{name}" for name in reversed(inside))]


def _parsed(lines: list[str]) -> list[icalendar.Component]:
    calendar = icalendar.Calendar.from_ical("\r\n".join(("BEGIN:VCALENDAR", *lines, "END:VCALENDAR", "")))
    return [item for item in calendar.walk() if item.name in ITEMS]


def _parsed_alone(block: list[str], zones: list[str]) -> list[icalendar.Component]:
    """One item, else without its time zones, else without the lines that are no property; none where it cannot be read."""
    readable = [line for line in block if _is_readable(line)]
    for lines in ([*zones, *block], block, readable):
        with contextlib.suppress(ValueError, IndexError, KeyError):
            return _parsed(lines)
    return []


def _is_readable(line: str) -> bool:
    try:
        Contentline(line).parts()
    except ValueError:
        return False
    return True
