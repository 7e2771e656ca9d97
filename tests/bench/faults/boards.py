"""Boards of ten formats, two of them in pages, that know what is open in truth.

Does not belong here: what is wrong with their answers (`kinds`).
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, NamedTuple

CITIES = ("Vienna", "Paris", "Oslo", "Lisbon", "Nairobi", "Lima", "Tokyo", "Riga", "Quito", "Accra")


class Response(NamedTuple):
    body: bytes
    type: str
    status: int = 200
    headers: dict[str, str] = {}
    seconds: float = 0.0
    cut_connection_at: int | None = None


class Posting(NamedTuple):
    """`base`: of the addresses of its board."""

    board: int
    number: int
    base: str

    @property
    def title(self) -> str:
        return f"Internship {self.board}x{self.number} in field {(self.board + 3 * self.number) % 17}"

    @property
    def url(self) -> str:
        return f"{self.base}/job/{self.number}"

    @property
    def city(self) -> str:
        return CITIES[(self.board + self.number) % len(CITIES)]


class Shown(NamedTuple):
    """A row of a page, which may say anything."""

    board: int
    number: int | str
    title: str
    url: str
    city: str


Rows = Sequence[Posting | Shown]


# ------------------------------------------------------------------------------------------------------------ formats


@dataclass(frozen=True)
class Format:
    """How a board is written: its spider, its settings, its content type, its page of some postings, and how many of them fit on
    a page; None where all do."""

    spider: str
    settings: dict[str, Any]
    type: str
    render: Callable[[Rows, int | None], str]
    page_rows: int | None = None


def _greenhouse(postings: Rows, total: int | None) -> str:
    jobs = [
        {
            "id": posting.number,
            "title": posting.title,
            "absolute_url": posting.url,
            "location": {"name": posting.city},
        }
        for posting in postings
    ]
    return json.dumps({"jobs": jobs, "meta": {"total": len(jobs) if total is None else total}})


def _lever(postings: Rows, total: int | None) -> str:
    return json.dumps(
        [
            {
                "id": f"p{each.number}",
                "text": each.title,
                "hostedUrl": each.url,
                "categories": {"location": each.city},
            }
            for each in postings
        ]
    )


def _json_list(postings: Rows, total: int | None) -> str:
    rows = [{"t": each.title, "u": each.url, "c": each.city} for each in postings]
    return json.dumps({"n": len(rows) if total is None else total, "rows": rows})


def _rss(postings: Rows, total: int | None) -> str:
    items = "".join(
        f"<item><title>{escape(each.title)}</title><link>{each.url}</link>"
        f"<description>In {each.city}</description></item>"
        for each in postings
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Jobs</title>{items}</channel></rss>'


def _cards(postings: Rows, total: int | None) -> str:
    rows = "".join(
        f'<li class="job"><a href="{each.url}">{escape(each.title)}</a> <i>{each.city}</i></li>' for each in postings
    )
    count = len(postings) if total is None else total
    none = "" if postings else "<p>No openings at the moment.</p>"
    return (
        f"<!doctype html><html><head><title>Jobs</title></head><body><b>{count}</b>{none}<ul>{rows}</ul></body></html>"
    )


def _table(postings: Rows, total: int | None) -> str:
    rows = "".join(
        f'<tr><td>{escape(each.title)}</td><td>{each.city}</td><td><a href="{each.url}">Apply</a></td></tr>'
        for each in postings
    )
    head = "<tr><th>Title</th><th>Location</th><th>Link</th></tr>"
    none = "" if postings else "<p>No openings at the moment.</p>"
    return f"<!doctype html><html><body>{none}<table>{head if postings else ''}{rows}</table></body></html>"


def _markdown(postings: Rows, total: int | None) -> str:
    rows = "".join(f"| Org {each.board} | {each.title} | {each.city} | [Apply]({each.url}) |\n" for each in postings)
    return f"# List\n\n| Company | Role | Location | Link |\n| --- | --- | --- | --- |\n{rows}"


def _personio(postings: Rows, total: int | None) -> str:
    positions = "".join(
        f"<position><id>{each.number}</id><name>{escape(each.title)}</name><office>{each.city}</office></position>"
        for each in postings
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><workzag-jobs>{positions}</workzag-jobs>'


NONE = "No openings at the moment"
PAGE_ROWS = 8
FORMATS = (
    Format("greenhouse", {}, "application/json", _greenhouse),
    Format("lever", {}, "application/json", _lever),
    Format(
        "json_list",
        {"rows": "rows", "total": "n", "fields": {"title": "t", "url": "u", "locations": "c"}},
        "application/json",
        _json_list,
    ),
    Format("rss", {}, "application/rss+xml", _rss),
    Format(
        "html_list",
        {
            "rows": "li.job",
            "fields": {"title": "a", "url": "a@href", "locations": "i"},
            "total": "body > b",
            "none": NONE,
        },
        "text/html; charset=utf-8",
        _cards,
    ),
    Format("html_table", {"none": NONE}, "text/html; charset=utf-8", _table),
    Format("markdown_list", {}, "text/plain; charset=utf-8", _markdown),
    Format("personio", {"also": []}, "application/xml", _personio),
    Format(
        "json_list",
        {
            "rows": "rows",
            "fields": {"title": "t", "url": "u", "locations": "c"},
            "pages": {"parameter": "page", "by": 1},
        },
        "application/json",
        _json_list,
        PAGE_ROWS,
    ),
    Format(
        "html_list",
        {"rows": "li.job", "fields": {"title": "a", "url": "a@href", "locations": "i"}, "next": "a.next", "none": NONE},
        "text/html; charset=utf-8",
        _cards,
        PAGE_ROWS,
    ),
)


# ------------------------------------------------------------------------------------------------------------- boards


@dataclass
class Board:
    """A board in truth: what is open tonight, what was on each night until tonight, and everything it ever published.
    `following`: the address of the next page, of a board that is one page of another."""

    number: int
    format: Format
    base: str
    open: list[Posting] = field(default_factory=list)
    nights: list[list[Posting]] = field(default_factory=list)
    published: set[str] = field(default_factory=set)
    next_number: int = 1
    fault: str | None = None
    following: str | None = None

    @property
    def id(self) -> str:
        return f"board-{self.number}"

    @property
    def address(self) -> str:
        return f"{self.base}/list{'?page=1' if self.format.page_rows else ''}"

    def live_a_night(self, chance: random.Random) -> None:
        for posting in [each for each in self.open if chance.random() < 0.06]:
            self.open.remove(posting)
        for _ in range(chance.randint(0, 2) if self.open else chance.randint(4, 36)):
            self.open.append(Posting(self.number, self.next_number, self.base))
            self.next_number += 1
        self.nights.append(list(self.open))
        self.published |= {posting.title for posting in self.open}

    def addresses_of_ended(self) -> set[str]:
        numbers = set(range(1, self.next_number)) - {posting.number for posting in self.open}
        return {Posting(self.number, number, self.base).url for number in numbers}

    def page(self, postings: Rows | None = None, total: int | None = None) -> Response:
        text = self.format.render(self.open if postings is None else postings, total)
        if self.following:
            text = text.replace("</body>", f'<a class="next" href="{self.following}">Next</a></body>')
        return Response(text.encode(), self.format.type)

    def part(self, number: int) -> Board:
        """Its page of this number, from 1 on, as a board of these postings alone."""
        rows = self.format.page_rows
        if rows is None:
            return self
        following = f"{self.base}/list?page={number + 1}" if number * rows < len(self.open) else None
        return replace(self, open=self.open[(number - 1) * rows : number * rows], following=following)
