"""Calendars (iCalendar, RFC 5545): the deadlines and offers that a career office puts into its calendar.

How to recognise one: a link "Subscribe", "iCal" or "Add to calendar" whose address ends in .ics or begins with webcal:// (write
https://). Localist calendars have one for each filter: https://calendar.example.edu/calendar.ics?event_types[]=123.

What to write:

    - id: example-career-office
      name: Internship deadlines of an example career office
      spider: ical
      url: https://calendar.example.edu/calendar.ics?event_types[]=123
      settings:
        day: deadline                        # what the day of an event is: deadline or starts; left out: of the event alone
        only: [Internship, Deadlines]        # categories, or words of the title, that an event must have to be an offer
        organization: Example University     # only where every event is of one body

Choose the filter of the calendar so that it holds offers: a career fair is an event too. Organizers and attendees are persons,
and are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

import icalendar
from scrapy.http import Response

from scrapers.answers.check import SourceError, decoded
from scrapers.engine.settings import SpiderSettings, Texts
from scrapers.engine.source_run import SourceRun
from scrapers.engine.source_spider import SourceSpider
from scrapers.listing import MARKED_CLOSED, RawListing
from scrapers.outcome import Outcome

LAST = "END:VEVENT"


class Ical(SourceSpider):
    name = "ical"
    expected_format = "text"

    class Settings(SpiderSettings):
        day: Literal["deadline", "starts"] | None = None
        only: Texts = []
        organization: str | None = None

    def parse(self, response: Response, run: SourceRun) -> Iterator[RawListing]:
        settings: Ical.Settings = run.settings
        calendar, is_whole = _read_calendar(response)
        only = [word.casefold() for word in settings.only]
        for event in calendar.walk("VEVENT"):
            title, categories = _text(event, "SUMMARY"), _categories(event)
            searched = " ".join([title or "", *categories]).casefold()
            if only and not any(word in searched for word in only):
                run.seen += 1
                run.skipped += 1
                continue
            if not run.passes(title, *categories):
                continue
            day = _day(event)
            fields: dict[str, Any] = {settings.day: day} if settings.day else {}
            extra = {"categories": categories, "event_starts": None if settings.day else day}
            if (_text(event, "STATUS") or "").upper() == "CANCELLED":
                extra[MARKED_CLOSED] = "CANCELLED"
            yield from run.listing(
                response,
                title=title,
                url=_text(event, "URL"),
                native_id=_id(event),
                organization=settings.organization,
                locations=[_text(event, "LOCATION") or ""],
                description=_text(event, "DESCRIPTION"),
                extra=extra,
                **fields,
            )
        if not is_whole:
            raise SourceError(Outcome.PARTIAL, f"the calendar breaks off: {response.url}")


def _read_calendar(response: Response) -> tuple[icalendar.Component, bool]:
    """The calendar, of one that breaks off its whole events, and whether it is whole. Raises SourceError."""
    text, is_whole = decoded(response)
    if "BEGIN:VCALENDAR" not in text[:1000].upper():
        raise SourceError(Outcome.ERROR, f"no calendar: {response.url}")
    is_whole = is_whole and text.rstrip().upper().endswith("END:VCALENDAR")
    if not is_whole:
        end = text.upper().rfind(LAST)
        text = (text[: end + len(LAST)] if end >= 0 else "BEGIN:VCALENDAR") + "\r\nEND:VCALENDAR\r\n"
    try:
        return icalendar.Calendar.from_ical(text), is_whole
    except (ValueError, IndexError, KeyError) as error:
        reason = " ".join(str(error).split())[:200]
        raise SourceError(Outcome.ERROR, f"no calendar ({reason}): {response.url}") from error


def _text(event: icalendar.Component, name: str) -> str | None:
    value = event.get(name)
    value = value[0] if isinstance(value, list) and value else value
    return str(value).strip() or None if value is not None else None


def _id(event: icalendar.Component) -> str | None:
    """The id of an event, and of one of a series the day that tells it from the others."""
    uid, instance = _text(event, "UID"), event.get("RECURRENCE-ID")
    return f"{uid}/{instance.to_ical().decode()}" if uid and instance is not None else uid


def _day(event: icalendar.Component) -> str | None:
    """When it begins, as ISO 8601; a date that the format does not know as it stands."""
    start = event.get("DTSTART")
    if isinstance(start, icalendar.vDDDTypes) and isinstance(start.dt, date):  # a time of the day is one too
        return start.dt.isoformat()
    return str(start) if start is not None else None


def _categories(event: icalendar.Component) -> list[str]:
    values = event.get("CATEGORIES") or []
    values = values if isinstance(values, list) else [values]
    return [str(category) for value in values for category in value.cats]
