"""Open internships as the formats for single openings need them: JSON-LD, calendars, feeds. All of it is SQL.

Texts of sources are only in `title`, `organization` and `description`, each as far as `rows` lets it leave; the `summary` is an
English sentence or two made of facts alone. Does not belong here: how a format writes them.
"""

from __future__ import annotations

from pipeline.exports.csv import moment
from pipeline.exports.rows import selection
from pipeline.tables import INTERNSHIPS

COUNTRY_NAMES = "(SELECT map(list(iso2), list(name)) AS names FROM countries)"
"""SQL to select `names` from: English name by ISO 3166-1 code."""


PARTS = {"country": ("countries", "code"), "field": ("fields", "left(code, 2)")}
"""What calendars and feeds are split by: a list column, and SQL of the code that a file is named after, from a value `code`."""


def part_codes(column: str, code: str) -> str:
    """SQL of the distinct codes of a row, from an entry of PARTS; ordered."""
    return f"list_sort(list_distinct(list_transform({column}, lambda code: {code})))"


def open_internships() -> str:
    """SQL to select from, named `held`: the open internships as exported, and

    country_names   names of the host countries, in English
    place           cities and countries in one text; null if none is named
    link            best_url as an ASCII URI (RFC 3986) if it is a web address; else null
    summary         the facts as English text, never null
    """
    rows, _ = selection(INTERNSHIPS, "leaving")
    return f"""(
        SELECT *, {_SUMMARY} AS summary FROM (
            SELECT leaving.*, {_LINK} AS link, {_NAMES} AS country_names,
                nullif(concat_ws(', ', {_joined("cities")}, {_joined("country_names")}), '') AS place
            FROM {rows}, {COUNTRY_NAMES}
            WHERE state = 'open'
        )
    ) AS held"""


def country_name(code: str) -> str:
    """SQL of a country's English name, to be selected together with COUNTRY_NAMES; an unknown code itself."""
    return f"coalesce(names[{code}], {code})"


def _joined(texts: str) -> str:
    return f"nullif(array_to_string({texts}, ', '), '')"


def _number(value: str) -> str:
    """SQL of a number as text, without a fraction of zero."""
    return f"regexp_replace(round({value}, 2)::VARCHAR, '\\.0$', '')"


def _from_to(minimum: str, maximum: str) -> str:
    """SQL of "a", "a to b", "from a", "up to b" of two texts; null for two nulls."""
    return (
        f"CASE WHEN {minimum} = {maximum} THEN {minimum} WHEN {minimum} IS NULL THEN 'up to ' || {maximum} "
        f"WHEN {maximum} IS NULL THEN 'from ' || {minimum} ELSE {minimum} || ' to ' || {maximum} END"
    )


_OF_A_URI = "[A-Za-z0-9._~:/?#@!$&()*+,;=%''\\[\\]-]"
_LINK = f"""CASE
    WHEN NOT regexp_matches(best_url, '^https?://[^\\s]', 'i') THEN NULL
    WHEN regexp_full_match(best_url, '{_OF_A_URI}*') THEN best_url
    ELSE array_to_string(list_transform(regexp_extract_all(best_url, '(?s).'), lambda letter:
        CASE WHEN regexp_full_match(letter, '{_OF_A_URI}') THEN letter ELSE url_encode(letter) END), '')
END"""
_NAMES = f"list_transform(countries, lambda code: {country_name('code')})"
_WHAT = (
    "upper(left(coalesce(kind, 'internship'), 1)) || replace(substr(coalesce(kind, 'internship'), 2), '_', ' ') "
    "|| coalesce(' at ' || organization, '') || coalesce(' in ' || place, '') || '.'"
)
_PERIOD = "CASE pay_period WHEN 'total' THEN ' in total' ELSE coalesce(' a ' || pay_period, '') END"
_PAY = f"""CASE
    WHEN coalesce(pay_min, pay_max) IS NOT NULL
    THEN 'Pay: ' || {_from_to(_number("pay_min"), _number("pay_max"))} || coalesce(' ' || pay_currency, '') || {_PERIOD} || '.'
    WHEN pay_status IS NOT NULL THEN 'Pay: ' || replace(pay_status, '_', ' ') || '.'
END"""
_SUMMARY = f"""concat_ws(' ', {_WHAT},
    'Work mode: ' || work_mode || '.',
    'Start: ' || coalesce(starts_on::VARCHAR, season) || '.',
    'Duration: ' || {_from_to("weeks_min::VARCHAR", "weeks_max::VARCHAR")} || ' weeks.',
    {_PAY},
    'Languages required: ' || {_joined("languages_required")} || '.',
    'Visa support: ' || replace(visa_support, '_', ' ') || '.',
    'Apply by ' || coalesce({moment("deadline_at")}, deadline::VARCHAR) || '.')"""
