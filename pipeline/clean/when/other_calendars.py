"""Days of other calendars and numerals: Chinese signs, years of an era, the solar calendar of Iran, months by their number.

Belongs here: their patterns, and the day of our calendar that they are. Does not belong here: the names of eras (data/reference/
dates.yaml) and of months (months.yaml); where in a text they are looked for (`days`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from pipeline.clean.language_tools.dictionary import read_reference


@cache
def signs_pattern() -> re.Pattern[str]:
    """A day whose year counts from the beginning of an era, or whose numbers are Chinese signs: 令和八年十一月二十日."""
    eras = "|".join(read_reference("dates")["eras"])
    return re.compile(
        rf"(?:(?P<era>{eras})(?P<year>[{_SIGNS}]{{1,4}}|\d{{1,3}}|元)年\s?|(?<![{_SIGNS}\d])(?:(?P<own>[{_SIGNS}]{{2,4}}|1\d\d)年\s?)?)"
        rf"(?P<month>[{_SIGNS}]{{1,2}}|\d{{1,2}})月\s?(?P<day>[{_SIGNS}]{{1,3}}|\d{{1,2}})[日号號]"
    )


_SIGNS = "〇零一二三四五六七八九十"
_FIRST_YEAR_OF_TAIWAN, _LAST_YEAR_OF_TAIWAN = 1912, 199


def signs_number(text: str) -> int | None:
    """A number in digits or in Chinese signs, of which ten stands between tens and ones: 二十一, 二〇二七."""
    if text.isdecimal():
        return int(text)
    if text == "元":
        return 1
    tens, ten, ones = text.partition("十")
    digits = [_SIGNS.index(sign) - 1 if sign != "〇" else 0 for sign in tens + ones if sign != "十"]
    if not ten:
        return int("".join(map(str, digits)))
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return None
    return 10 * (digits[0] if tens else 1) + (digits[-1] if ones else 0)


def signs_year(era: str | None, year: str | None) -> int | None:
    """The year of an era; one of three digits is of Taiwan's, which counts from 1912 on."""
    number = signs_number(year) if year else None
    if number is None or (era is None and number > _LAST_YEAR_OF_TAIWAN):
        return number
    return number + (read_reference("dates")["eras"][era] if era else _FIRST_YEAR_OF_TAIWAN - 1)


@cache
def solar_months() -> dict[str, int]:
    return {name: number for number, names in read_reference("months")["solar"].items() for name in names}


@cache
def solar_pattern() -> re.Pattern[str]:
    """A day of the solar calendar of Iran and Afghanistan: 10 تیر 1405."""
    months = "|".join(map(re.escape, solar_months()))
    return re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})\s+(?P<month>{months})\s+(?:ماه\s+)?(?:سال\s+)?(?P<year>1[34]\d\d)(?!\d)"
    )


def gregorian(year: int, month: int, day: int) -> date | None:
    """The day of a date of the solar calendar, whose year 1400 began on 21 March 2021; leap years by the cycle of 33 years,
    which holds from 1244 to 1502."""
    if not 1 <= day <= (31 if month <= 6 else 30):
        return None
    first, last = sorted((year, 1400))
    days = sum(366 if (25 * each + 11) % 33 < 8 else 365 for each in range(first, last))
    new_year = date(2021, 3, 21) + timedelta(days if year > 1400 else -days)
    return new_year + timedelta(31 * (month - 1) - max(0, month - 7) + day - 1)


def numbered_months(text: str) -> Iterator[tuple[int | None, int, int | None, tuple[int, int]]]:
    """Year, month and day, and where they stand, in languages that name a month by its number."""
    for match in _MONGOLIAN.finditer(text):
        yield _number(match["year"]), int(match["month"]), int(match["day"]), match.span()
    for match in _VIETNAMESE.finditer(text):
        year, day = _number(match["year"] or match["behind"]), _number(match["day"])
        if year or day:
            yield year, int(match["month"]), day, match.span()


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


_MONGOLIAN = re.compile(
    r"(?<!\d)(?:(?P<year>20\d\d)\s(?:оны?)\s)?(?P<month>\d{1,2})(?:\s?(?:дугаар|дүгээр)|-р)?\sсарын\s(?P<day>\d{1,2})(?!\d)"
)
"""2026 оны 6 дугаар сарын 22: the sixth month's 22nd day."""
_VIETNAMESE = re.compile(
    r"(?:(?<!\d)(?P<day>\d{1,2})\s?)?\btháng (?P<month>1[0-2]|0?[1-9])(?!\d)"
    r"(?:[\s,]{1,3}năm (?P<year>20\d\d)|\s?[/-]\s?(?P<behind>20\d\d))?",
    re.IGNORECASE,
)
"""1 tháng 2 năm 2027, tháng 2/2027."""
