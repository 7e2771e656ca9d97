"""Tables whose rows are openings: what each column holds, and what each row says.

Columns are recognised by their header, from the words in data/reference/list_words.yaml and those of the source's settings.

Belongs here: headers, cells, rows. Does not belong here: how a table is written (`markdown`, `html`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from scrapers.extract.closing import closing_mark, is_closed_heading, letters
from scrapers.extract.inline import Anchor, Inline
from scrapers.listing import MARKED_CLOSED
from scrapers.reference import read_words

NAMES = ("title", "organization")
TEXT_FIELDS = (
    "title", "organization", "posted", "deadline", "starts", "duration", "pay", "employment_type", "language", "description",
    "native_id",
)  # fmt: skip


REPEATED = ("link", "locations")
"""What several columns of a table may hold: a place has one for its town and one for its country."""


class Table(NamedTuple):
    """Header texts, rows of cells, the path of headings above."""

    headers: list[str]
    rows: list[list[Inline]]
    section: str | None


class Row(NamedTuple):
    """One opening of a table. `fields`: raw fields and `extra`; `text`: what the row says, without what moves by
    itself: an age would make another title of it every night; `section`: the path of headings above it."""

    url: str | None
    fields: dict[str, Any]
    text: str
    section: str | None = None


def column_roles(headers: list[str], columns: Mapping[str, list[str]]) -> dict[int, str]:
    """Which raw field each column holds (`link` and `status` besides); `columns` goes before the built-in words."""
    words = _header_words()
    own = {text.casefold().strip(): role for role, texts in columns.items() for text in texts}
    roles: dict[int, str] = {}
    for number, header in enumerate(headers):
        full, short = _header_key(header)
        role = (
            own.get(header.casefold().strip()) or own.get(full) or own.get(short) or words.get(full) or words.get(short)
        )
        if role and (role in REPEATED or role not in roles.values()):
            roles[number] = role
    return roles


def is_list(table: Table, roles: dict[int, str]) -> bool:
    """Whether the rows of a table are openings: it names a title or an organization, and links or tells more of them, or says
    whom to write to."""
    held = set(roles.values())
    if not held & set(NAMES):
        return False
    return bool(held - {*NAMES, "link", "description", "status"}) or any(
        cell.links or MAILBOX.search(cell.text) for row in table.rows for cell in row
    )


def read_rows(table: Table, columns: Mapping[str, list[str]] | None = None) -> Iterator[Row]:
    """The openings of a table, none where it lists none: a row each, and each of several postings in one cell.

    No openings are rows without words, with one word and no link, with one cell that spans all (it heads the rows below it),
    and a header that comes again."""
    words = read_words("list_words")
    roles = column_roles(table.headers, columns or {})
    if not is_list(table, roles):
        return
    brackets = {role: table.headers[number] for number, role in roles.items() if "(" in table.headers[number]}
    above: dict[str, Any] = {}
    section = table.section
    postings_column = _postings_column(table, roles)
    for cells in table.rows:
        filled = [cell for cell in cells if cell.text or cell.links]
        if len(cells) > 1 and filled and all(cell is cells[0] for cell in cells):
            section = " / ".join(filter(None, (table.section, cells[0].line)))
            continue
        if not filled or (len(filled) == 1 and not filled[0].links) or _is_header_again(cells, table.headers):
            continue
        for own_roles, posting in _postings(cells, postings_column, roles):
            row = _read_row(table.headers, own_roles, posting, words)
            _fill_from_above(row.fields, above, roles, words)
            if shut := is_closed_heading(section):
                row.fields["extra"].setdefault(MARKED_CLOSED, shut)
            bracketed = {field: header for field, header in brackets.items() if row.fields.get(field)}
            if bracketed:
                row.fields["extra"]["headers"] = bracketed
            yield row._replace(section=section)


def _is_header_again(cells: list[Inline], headers: list[str]) -> bool:
    return sum(bool(header) for header in headers) > 1 and [cell.line for cell in cells] == headers


def _fill_from_above(
    fields: dict[str, Any], above: dict[str, Any], roles: Mapping[int, str], words: Mapping[str, Any]
) -> None:
    """Put in what a cell says to be as in the row above: by a sign of repetition, in any column; by nothing at all, the
    organization of a table that names it first. A dash names none."""
    order = list(roles.values())
    is_grouped = set(NAMES) <= set(order) and order.index("organization") < order.index("title")
    for field in (*TEXT_FIELDS, "locations"):
        value = fields.get(field)
        text = " ".join(value) if isinstance(value, list) else value
        if text in words["ditto"] or (field == "organization" and not text and is_grouped and fields.get("title")):
            fields[field] = above.get(field)
        elif text and field in NAMES and not letters(text):
            fields[field] = None
        elif text:
            above[field] = value


def _postings_column(table: Table, roles: Mapping[int, str]) -> int | None:
    """The column whose cells hold several postings, a link with words each: that of the title; without one there, that of the
    link; in a table without titles any that has no other meaning."""
    by_role = {role: number for number, role in roles.items()}
    candidates = [by_role[role] for role in ("title", "link") if role in by_role]
    if "title" not in by_role:
        candidates += [number for number in range(len(table.headers)) if roles.get(number) in (None, "description")]
    for number in candidates:
        if any(number < len(cells) and len(_posting_links(cells[number])) > 1 for cells in table.rows):
            return number
    return None


def _posting_links(cell: Inline) -> list[Anchor]:
    """The links of a cell that each name a posting: one a line, or several parted by signs; their labels are words of their
    own and not "Apply"."""
    generic = _generic_labels()
    if len(cell.anchors) > 1 and all(len(line) == 1 for line in cell.anchors):
        anchors = [line[0] for line in cell.anchors]
        if all(letters(anchor.label) in generic and letters(anchor.before) for anchor in anchors):
            anchors = [anchor._replace(label=anchor.before.rstrip(" -–—:|")) for anchor in anchors]
        parted = all(anchor.label == anchor.before.rstrip(" -–—:|") or not letters(anchor.before) for anchor in anchors)
    else:
        anchors = [anchor for line in cell.anchors for anchor in line]
        parted = all(not letters(anchor.before) for anchor in anchors)
    labels = {letters(anchor.label) for anchor in anchors}
    is_each_one = len(labels) == len(anchors) == len({anchor.link for anchor in anchors})
    return anchors if parted and is_each_one and not labels & generic else []


def _postings(
    cells: list[Inline], number: int | None, roles: dict[int, str]
) -> Iterator[tuple[dict[int, str], list[Inline]]]:
    """(roles, cells) of each posting of a row: those of the row, with its own link in the place of the several. Labels in the
    column of the link tell where, in a table that has no other place for that; in any other they are titles."""
    anchors = _posting_links(cells[number]) if number is not None and number < len(cells) else []
    is_link = number is not None and roles.get(number) == "link"
    if number is None or not anchors or (is_link and len(anchors) < 2):
        yield roles, cells
        return
    for anchor in anchors:
        marks = anchor.after.strip(" ,;|/·•")
        own = [
            *cells[:number],
            Inline(f"{anchor.label} {marks}".strip(), (anchor.link,), ((anchor,),)),
            *cells[number + 1 :],
        ]
        if not is_link:
            yield {**roles, number: "title"}, own
        elif "locations" in roles.values():
            yield roles, own
        else:
            yield {**roles, len(cells): "locations"}, [*own, Inline(anchor.label, ())]


MAILBOX = re.compile(r"[\w.+-]@[\w-]+\.\w")


@cache
def _generic_labels() -> frozenset[str]:
    words = read_words("list_words")
    return frozenset((*words["headers"]["link"], *words["link_labels"]))


def split_places(cell: Inline, separators: list[str]) -> list[str]:
    """The places of a cell: one a line, and what stands between ` / ` and the like."""
    pattern = " (?:" + "|".join(map(re.escape, separators)) + ") "
    lines = (" ".join(line.split()) for line in cell.lines)
    return [place.strip() for line in lines for place in re.split(pattern, line) if place.strip()]


def joined_places(columns: list[list[str]]) -> list[str]:
    """The places of a row's columns: one place in each is one, town and country; several are as many."""
    if any(len(places) > 1 for places in columns):
        return list(dict.fromkeys(place for places in columns for place in places))
    parts: list[str] = []
    for place in (place for places in columns for place in places):
        if not any(place.casefold() in known.casefold() for known in parts):
            parts.append(place)
    return [", ".join(parts)] if parts else []


def _read_row(headers: list[str], roles: dict[int, str], cells: list[Inline], words: dict[str, Any]) -> Row:
    fields: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    applying: list[str] = []
    named: dict[str, tuple[str, ...]] = {}
    elsewhere: list[str] = []
    located: list[list[str]] = []
    for number, cell in enumerate(cells):
        role = roles.get(number)
        if mark := closing_mark(cell, role):
            extra.setdefault(MARKED_CLOSED, mark)
        if role == "link":
            applying += cell.links
            if not cell.links and MAILBOX.search(cell.text):
                extra[headers[number]] = cell.line  # one applies by mail
        elif role == "locations":
            located.append(split_places(cell, words["place_separators"]))
            elsewhere += cell.links
        elif role in TEXT_FIELDS:
            fields[role] = cell.line
            if role in NAMES:
                named[role] = cell.links
            else:
                elsewhere += cell.links
        elif cell.text or cell.links:
            header = headers[number] if number < len(headers) and headers[number] else f"column {number + 1}"
            extra[header] = cell.line or cell.links[0]
            elsewhere += cell.links
    if located:
        fields["locations"] = joined_places(located)
    choices = [*applying, *named.get("title", ())]
    if "link" not in roles.values():
        choices += [*named.get("organization", ()), *elsewhere]
    url = choices[0] if choices else None
    others = [link for link in dict.fromkeys([*applying, *named.get("title", ())]) if link != url]
    extra["links"] = others
    extra["organization_url"] = next((link for link in named.get("organization", ()) if link != url), None)
    fields["extra"] = extra
    moving = ("link", "posted", "status")
    stable = [cell.line for number, cell in enumerate(cells) if cell.line and roles.get(number) not in moving]
    return Row(url, fields, " | ".join(stable))


@cache
def _header_words() -> dict[str, str]:
    return {text.casefold(): role for role, texts in read_words("list_words")["headers"].items() for text in texts}


def _header_key(header: str) -> tuple[str, str]:
    """A header in lower case without emoji and signs at its ends; and the same without what stands in brackets."""
    full = letters(header)
    return full, letters(re.sub(r"[(\[（][^(\[（]*?[)\]）]", " ", full))
