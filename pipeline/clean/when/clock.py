"""Clock: the hour beside a date, and the time zone that it is of.

Belongs here: hours in figures and words, zones by city, phrase, capitals and offset. Does not belong here: the words
(data/reference/time_zones.yaml), which date is a deadline (`pipeline.clean.when.deadlines`).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from pipeline.clean.language_tools.dictionary import is_glued, read_reference

_BESIDE = 48
"""Letters before and after a date in which its hour and zone stand."""
_DAY = 24 * 60
_GAP = r"[^\d;。]{0,16}?"
"""Between a date and its hour: "at", "(", "um", "à"."""


class Clock(NamedTuple):
    """The minute of a day (1440: midnight at its end) and an IANA zone, each None where not stated; where the words for them
    and the date begin and end."""

    minute: int | None
    zone: str | None
    start: int
    end: int


def read_clock(text: str, start: int, end: int) -> Clock:
    """The hour and the zone that stand beside the date at `start` to `end` of a text with western digits."""
    after = text[end : end + _BESIDE]
    hour_match = re.match(_GAP + _hour().pattern, after, re.IGNORECASE)
    minute = _minute(hour_match) if hour_match else None
    if hour_match and minute is not None:
        zone, zone_end = _zone_at(after, hour_match.end())
        return Clock(minute, zone, start, end + zone_end)
    zone, zone_end = _zone_at(after, 0)
    before = text[max(0, start - _BESIDE) : start]
    for hour_match in reversed(list(_hour().finditer(before))):
        minute = _minute(hour_match)
        if minute is not None:
            own, own_end = _zone_at(before, hour_match.end())
            if re.fullmatch(_GAP + r"\W*", before[own_end:]):
                return Clock(minute, own or zone, start - len(before) + hour_match.start(), end + zone_end)
    return Clock(None, zone, start, end + zone_end)


def moment(day: date, minute: int, zone: str) -> datetime:
    """A minute of a day in an IANA zone, in UTC."""
    midnight = datetime.combine(day + timedelta(days=minute // _DAY), time())
    return (midnight + timedelta(minutes=minute % _DAY)).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _minute(hour_match: re.Match[str]) -> int | None:
    """The minute of the day; None where the figures are no hour or nothing says that they are one."""
    words = hour_match["midnight"] or hour_match["noon"] or hour_match["word"]
    if words:
        return _DAY if words.lower() in read_reference("time_zones")["midnight"] else _DAY // 2
    hour, minute = int(hour_match["hour"]), int(hour_match["minute"] or 0)
    half = _bare(hour_match["half"] or hour_match["half_before"] or "")
    if not (hour_match["minute"] or half or hour_match["unit"]) or hour > 24 or minute > 59:
        return None
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in {_bare(word) for word in read_reference("time_zones")["after_noon"]} else 0)
    return min(hour * 60 + minute, _DAY)


def _zone_at(text: str, position: int) -> tuple[str | None, int]:
    """The zone that the next words name, and where they end; the position where they name none."""
    for pattern in _zone_patterns():
        zone_match = pattern.match(text, position)
        zone = _zone(zone_match) if zone_match else None
        if zone_match and zone:
            return zone, zone_match.end()
    return None, position


def _zone(zone_match: re.Match[str]) -> str | None:
    words = zone_match.groupdict()
    if "city" in words:
        return _cities().get(zone_match["city"].lower())
    if "hours" in words:
        hours, is_whole = int(zone_match["hours"]), not int(zone_match["minutes"] or 0)
        if hours > 14 or not is_whole:
            return None
        return "UTC" if hours == 0 else f"Etc/GMT{'-' if zone_match['sign'] == '+' else '+'}{hours}"
    return _capitals().get(zone_match["zone"]) or _phrases().get(zone_match["zone"].lower())


# --------------------------------------------------------------------------------------------------------------- words


def _bare(words: str) -> str:
    return words.lower().replace(".", "").strip()


@cache
def _capitals() -> dict[str, str]:
    return {sign: zone for zone, signs in read_reference("time_zones")["capitals"].items() for sign in signs}


@cache
def _phrases() -> dict[str, str]:
    return {phrase: zone for zone, phrases in read_reference("time_zones")["phrases"].items() for phrase in phrases}


@cache
def _cities() -> dict[str, str]:
    """The zone of each city, in lower case."""
    areas = ("Africa/", "America/", "Asia/", "Australia/", "Europe/", "Pacific/")
    zones = sorted(zone for zone in available_timezones() if zone.startswith(areas))
    own = {zone.rsplit("/", 1)[1].replace("_", " ").lower(): zone for zone in zones}
    return own | {city: zone for zone, cities in read_reference("time_zones")["cities"].items() for city in cities}


@cache
def _zone_patterns() -> tuple[re.Pattern[str], ...]:
    """Offset, capitals, phrases, the shapes with a city; each after a few signs, a comma or a bracket."""
    near = r"[\s(（,;/–—-]{0,4}"
    phrases = "|".join(sorted(map(re.escape, _phrases()), key=len, reverse=True))
    capitals = "|".join(sorted(map(re.escape, _capitals()), key=len, reverse=True))
    city = r"(?P<city>[^\W\d_][^\d()\n;:]{1,24}?)"
    shapes = (shape.replace("{city}", city) for shape in read_reference("time_zones")["shapes"])
    return (
        re.compile(rf"{near}(?:UTC|GMT)\s?(?P<sign>[+−–-])\s?(?P<hours>\d{{1,2}})(?::?(?P<minutes>\d{{2}}))?(?!\d)"),
        re.compile(rf"{near}(?P<zone>{capitals})(?![^\W_])"),
        re.compile(rf"{near}(?P<zone>{phrases})(?![^\W_])", re.IGNORECASE),
        *(re.compile(rf"{near}(?:at |in |à |à l'|the )?{shape}(?![^\W_])", re.IGNORECASE) for shape in shapes),
    )


@cache
def _hour() -> re.Pattern[str]:
    words = read_reference("time_zones")

    def any_word(name: str) -> str:
        ordered = sorted(words[name], key=len, reverse=True)
        return "|".join(re.escape(word) + ("" if is_glued(word) else r"(?![^\W_])") for word in ordered)

    half = rf"{any_word('before_noon')}|{any_word('after_noon')}"
    return re.compile(
        rf"(?:(?<![^\W\d_])(?:(?P<midnight>{any_word('midnight')})|(?P<noon>{any_word('noon')}))"
        rf"|(?:(?P<half_before>[上下]午|午[前後]|晚上|오[전후])\s?)?(?<![\d.,:/-])(?P<hour>\d{{1,2}})"
        rf"(?:\s?[:.h：時时시點点]\s?(?P<minute>\d{{2}})(?![\d./-]\d|\d)(?::\d{{2}})?)?(?![\d./-]\d|\d)"
        rf"\s?(?:(?P<half>{half})|(?P<word>{any_word('midnight')}|{any_word('noon')})|(?P<unit>{any_word('hour')}))?)",
        re.IGNORECASE,
    )
