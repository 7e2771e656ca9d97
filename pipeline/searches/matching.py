"""Which internships a saved search finds, and what is new, changed or closing among them since a night.

Belongs here: the SQL of it. Does not belong here: what a filter admits (`pipeline.query.filters`), whom an internship suits
(sql/macros/suits.sql), how the news are told (`pipeline.searches.digest`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import duckdb

from pipeline.exports.atom import SHOWN_COLUMNS
from pipeline.exports.openings import open_internships
from pipeline.query.filters import NO_FILTERS, condition_of
from pipeline.searches.saved import Search

CLOSING_DAYS = 7
"""Days before a deadline on which it is told: time enough to write an application."""


class Opening(NamedTuple):
    """An internship as the news show it. `detail`: which fields changed; empty elsewhere."""

    internship_id: str
    title: str
    organization: str
    place: str
    deadline: date | None
    link: str
    detail: str


class News(NamedTuple):
    """What a search has to tell; each internship is in one of the three."""

    search: Search
    new: Sequence[Opening]
    changed: Sequence[Opening]
    closing: Sequence[Opening]

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.changed or self.closing)


def choose(con: duckdb.DuckDBPyConnection, search: Search) -> None:
    """Make the temporary table `chosen`: ids of the open internships that the search finds."""
    sql, parameters = condition_of(search.filters or NO_FILTERS)
    if search.profile is not None:
        sql = f"{sql} AND internship_id IN (SELECT internship_id FROM suits($profile) WHERE suits)"
        parameters |= {"profile": search.profile.as_json()}
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE chosen AS SELECT internship_id FROM internships WHERE state = 'open' AND {sql}",
        parameters or None,
    )


def read_news(con: duckdb.DuckDBPyConnection, search: Search, since: date, night: date) -> News:
    """What happened after the night `since`, up to `night`, which is that of the warehouse. An internship is new where it was
    added or opened again, changed where a field that a feed shows changed, closing where its deadline came within
    CLOSING_DAYS."""
    choose(con, search)
    rows = con.execute(_NEWS, {"since": since, "night": night, "days": CLOSING_DAYS}).fetchall()
    by_kind: dict[str, list[Opening]] = {"new": [], "changed": [], "closing": []}
    for kind, *opening in rows:
        by_kind[kind].append(Opening(*opening))
    return News(search, **by_kind)


_SHOWN = ", ".join(f"'{name}'" for name in SHOWN_COLUMNS)

_NEWS = f"""
    WITH happened AS (
        SELECT internship_id,
            bool_or(change IN ('added', 'reopened')) AS is_new,
            list(DISTINCT replace(field, '_', ' ') ORDER BY replace(field, '_', ' ')) FILTER (
                change = 'changed' AND field IN ({_SHOWN})
            ) AS changed_fields,
            coalesce(bool_or(change = 'changed' AND field = 'deadline'), false) AS has_other_deadline
        FROM changes WHERE night > $since AND night <= $night GROUP BY internship_id
    ),
    kinds AS (
        SELECT held.*, changed_fields,
            CASE
                WHEN is_new THEN 'new'
                WHEN deadline BETWEEN $night AND $night + $days AND (has_other_deadline OR deadline > $since + $days)
                    THEN 'closing'
                WHEN len(changed_fields) > 0 THEN 'changed'
            END AS news
        FROM {open_internships()} SEMI JOIN chosen USING (internship_id) LEFT JOIN happened USING (internship_id)
    )
    SELECT news, internship_id, title, coalesce(organization, host_organization, organizer, ''), coalesce(place, ''),
        deadline, coalesce(link, ''), CASE WHEN news = 'changed' THEN array_to_string(changed_fields, ', ') ELSE '' END
    FROM kinds WHERE news IS NOT NULL
    ORDER BY news, deadline NULLS LAST, internship_id"""
