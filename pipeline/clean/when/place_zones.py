"""The time zones of places: in which zone the day of a deadline ends where no zone is stated.

From the table of the time zone database (zone.tab of the package tzdata: country, coordinates and name of each zone). Belongs
here: zones by country and coordinates. Does not belong here: zones that a text states (`pipeline.clean.when.clock`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, datetime, time
from functools import cache
from importlib.resources import files
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Zone(NamedTuple):
    """A zone's name, and the coordinates of its main town, in degrees."""

    name: str
    latitude: float
    longitude: float


def last_zone(places: Iterable[tuple[str, float | None, float | None]], day: date) -> str | None:
    """The IANA zone in which a day ends last, of places as country (ISO 3166-1 alpha-2), latitude, longitude; a place without
    coordinates may be in any zone of its country. None where no place has a known country."""
    names = {name for country, latitude, longitude in places for name in _zones_at(country, latitude, longitude)}
    noon = datetime.combine(day, time(12))
    return min(names, key=lambda name: (noon.replace(tzinfo=ZoneInfo(name)).utcoffset(), name), default=None)


def _zones_at(country: str, latitude: float | None, longitude: float | None) -> list[str]:
    zones = _zones_by_country().get(country, [])
    if latitude is None or longitude is None or not zones:
        return [zone.name for zone in zones]
    # Degrees of longitude are shorter away from the equator; within a country that is near enough.
    scale = math.cos(math.radians(latitude))
    nearest = min(zones, key=lambda zone: (zone.latitude - latitude) ** 2 + (scale * (zone.longitude - longitude)) ** 2)
    return [nearest.name]


@cache
def _zones_by_country() -> dict[str, list[Zone]]:
    zones: dict[str, list[Zone]] = {}
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            country, coordinates, name, *_ = line.split("\t")
            zones.setdefault(country, []).append(Zone(name, *_degrees(coordinates)))
    return zones


def _degrees(coordinates: str) -> tuple[float, float]:
    """Degrees of ISO 6709 text: ±DDMM±DDDMM or ±DDMMSS±DDDMMSS."""
    match = re.fullmatch(r"([+-])(\d\d)(\d\d)(\d\d)?([+-])(\d{3})(\d\d)(\d\d)?", coordinates)
    assert match is not None, coordinates
    north, lat, lat_minutes, lat_seconds, east, lon, lon_minutes, lon_seconds = match.groups()
    latitude = int(lat) + int(lat_minutes) / 60 + int(lat_seconds or 0) / 3600
    longitude = int(lon) + int(lon_minutes) / 60 + int(lon_seconds or 0) / 3600
    return (latitude if north == "+" else -latitude), (longitude if east == "+" else -longitude)
