"""Digits of other scripts and years of other eras, as numbers of the common era.

Belongs here: one way of writing numbers in titles and texts. Does not belong here: reading dates of a listing
(`pipeline.clean.when`).
"""

from __future__ import annotations

import re

import polars as pl

_DIGITS = {
    digit: str(value)
    for zero in ("\u0660", "\u06f0", "\u0966", "\u09e6", "\u0e50", "\uff10")
    for value, digit in ((value, chr(ord(zero) + value)) for value in range(10))
}
"""Arabic, Persian, Devanagari, Bengali, Thai and full-width digits."""
_OTHER_DIGIT = "[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0e50-\u0e59\uff10-\uff19]"
_BEFORE_THAI_YEAR = (
    r"พ\.?\s?ศ\.?|ปี(?:การศึกษา)?|ร้อน|[\u0e01-\u0e5b](?:คม|ยน|พันธ์)"
    r"|[\u0e01-\u0e3a]{1,2}\.[\u0e01-\u0e3a]{1,2}\.|\b\d{1,2}[/-]"
)
_ERAS = (
    # Buddhist era, as Thailand counts it: after its name, a word for a year or a hot season, a month, or the first of two years.
    ("[\u0e01-\u0e5b]", rf"(?P<before>(?:{_BEFORE_THAI_YEAR})[\s.]*)(?P<year>25[5-9]\d)(?!\d)", -543),
    ("[\u0e01-\u0e5b]", r"(?P<before>\b20[0-5]\d[\s.]*[-–/][\s.]*)(?P<year>25[5-9]\d)(?!\d)", -543),
    # Years of the Republic of China: after its name, or before a month, a holiday or the word for a year of study.
    ("民[國国]", r"(?P<before>)民[國国]\s?(?P<year>1[01]\d)(?=年)", 1911),
    ("年", r"(?P<before>)(?<!\d)(?P<year>1[01]\d)(?=年(?:度|暑|寒|\s?\d{1,2}\s?月))", 1911),
    ("令和", r"(?P<before>)令和(?P<year>\d{1,2})(?=年)", 2018),
    ("平成", r"(?P<before>)平成(?P<year>\d{1,2})(?=年)", 1988),
)
"""What shows an era, how its years are written and what before them stays, and how many to add."""
_MYRIAD = re.compile(r"(?<![\d,])(\d{1,4}(?:,\d{3})*(?:\.\d{1,4})?) ?[万萬만]")
"""Sums in ten thousands."""
_OTHER_ERA = r"\d ?[万萬만]|[\u0e01-\u0e5b].*25[5-9]\d|25[5-9]\d.*[\u0e01-\u0e5b]|1[01]\d年|令和\d|平成\d"


def with_common_numbers(texts: pl.Series) -> pl.Series:
    """Texts with digits 0 to 9, and years of the common era."""
    rows = texts.str.contains(_OTHER_DIGIT).fill_null(False).arg_true()
    if rows.len():
        read = texts.gather(rows).to_frame("text").select(pl.col("text").str.replace_many(_DIGITS))
        texts = texts.clone().scatter(rows, read["text"])
    rows = texts.str.contains(f"(?s){_OTHER_ERA}").fill_null(False).arg_true()
    if rows.is_empty():
        return texts
    common = pl.Series([_with_common_years(text) for text in texts.gather(rows)], dtype=pl.String)
    # It changes in place what may be another's.
    return texts.clone().scatter(rows, common)


def _with_common_years(text: str) -> str:
    text = _MYRIAD.sub(lambda found: str(round(float(found[1].replace(",", "")) * 10_000)), text)
    for sign, year, years_before in _ERAS:
        if re.search(sign, text):
            text = _shifted(text, year, years_before)
    return text


def _shifted(text: str, year: str, years: int) -> str:
    return re.sub(year, lambda found: f"{found['before']}{int(found['year']) + years}", text)
