"""What the read interface is asked, and what it answers: the same by HTTP and by MCP.

Each answer is a JSON object with the night that it is of. Rows are those of the exports: what the rights of a source withhold,
no answer has. Does not belong here: transport, rates, caching (`api`, `assistant`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from pipeline.exports.dashboard import details_of
from pipeline.exports.ndjson import cell
from pipeline.exports.rows import selection
from pipeline.interface.published import Edition
from pipeline.query.changes import CHANGE_ROWS, CHANGES_BETWEEN
from pipeline.query.filters import Filters, condition_of
from pipeline.query.suggest import COLUMNS, Profile
from pipeline.storage.sql import literal
from pipeline.tables import INTERNSHIPS

MAX_ROWS = 500
"""Rows of one answer; further ones by `offset`."""

MAX_OFFSET = 1_000_000

Row = dict[str, Any]

_ORDERS = {
    "newest": "first_seen DESC, internship_id",
    "deadline": "deadline NULLS LAST, internship_id",
    "pay": "pay_month_eur DESC NULLS LAST, internship_id",
    "id": "internship_id",
}
_LISTED = [column for column in INTERNSHIPS.columns if column.name not in ("description", "provenance")]
"""Columns of a row of a list; one opening has all."""


class Page(BaseModel):
    """Which rows of an answer: `limit` of them, after the first `offset`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(default=50, ge=1, le=MAX_ROWS, description="rows of the answer")
    offset: int = Field(
        default=0, ge=0, le=MAX_OFFSET, description="rows to pass over: next_offset of the answer before"
    )


class Openings(Filters, Page):
    """Which internships, in which order."""

    sort: Literal["newest", "deadline", "pay", "id"] = Field(
        default="newest", description="their order; with words, the best come first"
    )


class ChangesSince(Page):
    """Which changes: those after one night, up to another."""

    since: date = Field(description="the night after which; what that night itself brought is left out")
    until: date | None = Field(default=None, description="the last night; the newest by itself")


class UnknownError(LookupError):
    """There is no such internship."""


def problems_of(errors: Iterable[Any], where_known: str) -> list[str]:
    """What is wrong with what was asked, a line each: `errors` of pydantic, whose places begin with the argument's name.
    `where_known` says where the keys are listed."""
    problems = []
    for error in errors:
        key = ".".join(str(part) for part in error["loc"][1:])
        unknown = error["type"] == "extra_forbidden"
        text = f"unknown; {where_known}" if unknown else error["msg"].removeprefix("Value error, ")
        problems.append(f"{key}: {text}" if key else text)
    return problems


def openings(edition: Edition, asked: Openings) -> Row:
    """Internships by filters and words, a page of them, with how many there are."""
    filters = Filters.model_validate(
        asked.model_dump(include=set(Filters.model_fields), by_alias=True, exclude_unset=True)
    )
    where, parameters = condition_of(filters)
    rows, _ = selection(INTERNSHIPS, "held")
    cells = ", ".join(f'"{column.name}" := {cell(f"held.{column.name}", column)}' for column in _LISTED)
    order = _ORDERS[asked.sort]
    if filters.words:
        scored = "LEFT JOIN (SELECT internship_id, score FROM search($words)) USING (internship_id)"
        order = f"score DESC, {order}"
    else:
        scored = ""
    page = {"limit": asked.limit, "offset": asked.offset}
    with edition.cursor() as con:
        [(total,)] = con.execute(f"SELECT count(*) FROM internships WHERE {where}", parameters or None).fetchall()
        found = con.execute(
            f"SELECT to_json(struct_pack({cells})) FROM {rows} {scored} "
            f"WHERE internship_id IN (SELECT internship_id FROM internships WHERE {where}) "
            f"ORDER BY {order} LIMIT $limit OFFSET $offset",
            parameters | page,
        ).fetchall()
    return _paged(edition, asked, total, "internships", [json.loads(text) for (text,) in found])


def opening(edition: Edition, internship_id: str) -> Row:
    """One internship with its listings, the quotes that its facts rest on, and its history. Raises UnknownError."""
    with edition.cursor() as con:
        [(known,)] = con.execute("SELECT resolve($id)", {"id": internship_id}).fetchall()
        if known is None:
            raise UnknownError(f"no internship {internship_id!r} in the night of {edition.night}")
        shown = f"SELECT internship_id, 1 AS nth FROM internships WHERE internship_id = {literal(known)}"
        [(_, record)] = con.execute(details_of(shown)).fetchall()
    return {
        "night": edition.night.isoformat(),
        "redirected_from": internship_id if known != internship_id else None,
    } | dict(json.loads(record))


def changes(edition: Edition, asked: ChangesSince) -> Row:
    """What changed from one night to another, oldest first, a page of it; and ids that were merged away in between."""
    between = {"since": asked.since, "until": asked.until or edition.night}
    page = {"limit": asked.limit, "offset": asked.offset}
    with edition.cursor() as con:
        [(total,)] = con.execute(f"SELECT count(*) {CHANGES_BETWEEN}", between).fetchall()
        rows = con.execute(f"{CHANGE_ROWS} LIMIT $limit OFFSET $offset", between | page).fetchall()
        merged = con.execute(REDIRECT_ROWS, between).fetchall()
    answer = _paged(edition, asked, total, "changes", [json.loads(text) for (text,) in rows])
    return answer | {"redirects": [json.loads(text) for (text,) in merged]}


REDIRECT_ROWS = """
    SELECT to_json(redirects) FROM redirects WHERE night > $since AND night <= $until ORDER BY night, old_id"""
"""SQL of the ids that were merged away in between, as JSON text."""


def suggestions(edition: Edition, profile: Profile, page: Page) -> Row:
    """Open internships that may suit a person, best first, with what speaks for and against each; and how many are ruled out."""
    asked = {"profile": profile.as_json()}
    with edition.cursor() as con:
        con.execute(f"CREATE TEMP TABLE judged AS SELECT {', '.join(COLUMNS)} FROM suits($profile)", asked)
        [(suited, ruled_out)] = con.execute(
            "SELECT count(*) FILTER (suits), count(*) FILTER (NOT suits) FROM judged"
        ).fetchall()
        rows = con.execute(
            "SELECT to_json(judged) FROM judged WHERE suits LIMIT $limit OFFSET $offset",
            {"limit": page.limit, "offset": page.offset},
        ).fetchall()
    answer = _paged(edition, page, suited, "internships", [json.loads(text) for (text,) in rows])
    return answer | {"ruled_out": ruled_out}


def nights(edition: Edition) -> Row:
    """The nights, what each brought, and how many internships were open at its end."""
    with edition.cursor() as con:
        rows = con.execute("SELECT to_json(each) FROM nights AS each ORDER BY night").fetchall()
    return {"night": edition.night.isoformat(), "nights": [json.loads(text) for (text,) in rows]}


def _paged(edition: Edition, page: Page, total: int, name: str, rows: list[Row]) -> Row:
    end = page.offset + len(rows)
    return {
        "night": edition.night.isoformat(),
        "total": total,
        "next_offset": end if rows and end < total else None,
        name: rows,
    }
