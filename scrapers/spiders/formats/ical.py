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
from scrapers.extract.calendars import CalendarError, next_occurrence, read_calendar
from scrapers.extract.links import link_in_text
from scrapers.listing import MARKED_CLOSED, RawListing
from scrapers.outcome import Outcome


class Ical(SourceSpider):
    name = "ical"
    expected_format = "text"

    class Settings(SpiderSettings):
        day: Literal["deadline", "starts"] | None = None
        only: Texts = []
        organization: str | None = None

    def parse(self, response: Response, run: SourceRun) -> Iterator[RawListing]:
        settings: Ical.Settings = run.settings
        text = decoded(response)
        try:
            calendar = read_calendar(text.text)
        except CalendarError as error:
            raise SourceError(Outcome.ERROR, f"no calendar: {response.url}") from error
        only = [word.casefold() for word in settings.only]
        if not calendar.items:
            run.report_empty_list("the calendar")
        for event in calendar.items:
            title, categories = _text(event, "SUMMARY"), _categories(event)
            searched = " ".join([title or "", *categories]).casefold()
            if only and not any(word in searched for word in only):
                run.seen += 1
                run.skipped += 1
                continue
            if not run.passes(title, *categories):
                continue
            yield from run.listing(response, title=title, native_id=_id(event), **_fields(event, categories, run))
        if calendar.unreadable:
            run.partial(f"{calendar.unreadable} events that cannot be read: {response.url}")
        if not (calendar.is_whole and text.is_whole):
            raise SourceError(Outcome.PARTIAL, f"the calendar breaks off: {response.url}")


def _fields(event: icalendar.Component, categories: list[str], run: SourceRun) -> dict[str, Any]:
    """The raw fields of an event or task. Without an address of its own it has the one in its text by which to apply."""
    settings: Ical.Settings = run.settings
    day = _day(event, run)
    role = settings.day or ("deadline" if event.name == "VTODO" else None)
    description, markup = _text(event, "DESCRIPTION"), _text(event, "X-ALT-DESC") or _text(event, "STYLED-DESCRIPTION")
    extra = {"categories": categories, "event_starts": None if role else day, "repeats": _rule(event)}
    if (_text(event, "STATUS") or "").upper() == "CANCELLED":
        extra[MARKED_CLOSED] = "CANCELLED"
    linked = (
        link_in_text(_text(event, name))
        for name in ("DESCRIPTION", "X-ALT-DESC", "STYLED-DESCRIPTION", "LOCATION", "ATTACH")
    )
    return {
        "url": _text(event, "URL") or next(filter(None, linked), None),
        "organization": settings.organization,
        "locations": [_text(event, "LOCATION") or ""],
        "description": description or markup,
        "extra": extra,
        **({role: day} if role else {}),
    }


def _text(event: icalendar.Component, name: str) -> str | None:
    value = event.get(name)
    value = value[0] if isinstance(value, list) and value else value
    return str(value).strip() or None if value is not None else None


def _id(event: icalendar.Component) -> str | None:
    """The id of an event, and of one of a series the day that tells it from the others."""
    uid, instance = _text(event, "UID"), event.get("RECURRENCE-ID")
    return f"{uid}/{instance.to_ical().decode()}" if uid and instance is not None else uid


def _day(event: icalendar.Component, run: SourceRun) -> str | None:
    """When an event begins or a task is due, the next time where it recurs, as ISO 8601; a date that the format does not know
    as it stands."""
    start = event.get("DUE") or event.get("DTSTART")
    if isinstance(start, icalendar.vDDDTypes) and isinstance(start.dt, date):  # a time of the day is one too
        return next_occurrence(event, start.dt, run.night).isoformat()
    return str(start) if start is not None else None


def _rule(event: icalendar.Component) -> str | None:
    rule = event.get("RRULE")
    return rule.to_ical().decode() if isinstance(rule, icalendar.vRecur) else None


def _categories(event: icalendar.Component) -> list[str]:
    values = event.get("CATEGORIES") or []
    values = values if isinstance(values, list) else [values]
    return [str(category) for value in values for category in value.cats]
