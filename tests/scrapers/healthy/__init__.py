"""A healthy answer of each spider, one module a spider, from which the table of faults is made (test_faults.py).

Each module has HEALTHY: eight rows titled "Intern number 0" to "Intern number 7" (one for the kinds that read a page as
one), with a "Zürich" somewhere, so that charsets tell. Synthetic: written from the documented fields of the format.

In addresses and bodies `{host}` stands for the host of the source, `{id}` for its id: another one for each fault.
"""

from __future__ import annotations

from typing import Any, NamedTuple

NAMES = [f"Intern number {number}" for number in range(8)]


class Fault(NamedTuple):
    """An answer, made of the healthy one, and what must come of it; `kept`: least rows kept."""

    name: str
    outcome: str
    evidence: str
    status: int = 200
    body: bytes | None = None
    headers: dict[str, str] = {}
    cut: float = 1.0
    charset: str = "utf-8"
    kept: int = 0


class Asked(NamedTuple):
    """A request: its address, and for a POST what is posted."""

    url: str
    posted: str | None = None


class Healthy(NamedTuple):
    """A source that is well.

    settings, url      of its entry
    type, body         of the answer to its first request
    rows               how many the body has
    first              the first request, where that is not a GET of `url`
    details            other answers that it leads to: request -> body, of the same type or `details_type`
    others             answers that it leads to and that are no details
    has_robots         whether robots.txt rules over it
    no_title           the body with one more row, that has neither title nor link
    lying              the body, telling a total of 20
    endless            a body that promises a next page, and the requests under which it comes again (three at least)
    escaped            the body with the title of row 0 escaped twice (`&amp;amp;`)
    faults             faults of this kind alone
    spider             that reads it, where that is not the name of its module: another way of a spider
    """

    settings: dict[str, Any]
    type: str
    body: str
    rows: int = 8
    url: str = "https://{host}/list"
    first: Asked | None = None
    details: dict[Asked, str] = {}
    details_type: str | None = None
    others: dict[Asked, str] = {}
    has_robots: bool = True
    no_title: str | None = None
    lying: str | None = None
    endless: tuple[str, list[Asked]] | None = None
    escaped: str | None = None
    faults: tuple[Fault, ...] = ()
    holds: str = "mixed"
    spider: str | None = None


def html(inside: str) -> str:
    """A web page around this."""
    head = "<!DOCTYPE html>\n<html><head><meta charset='utf-8'></head>"
    return f"{head}<body><div><h1>Zürich page</h1>{inside}</div></body></html>"


PLAIN_PAGE = b"<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>"

UNDECODABLE = (
    Fault("bytes", "ok", "", charset="latin-1", kept=8),
    Fault("latin", "ok", "", charset="latin-1", headers={"Content-Type": "text/plain; charset=ISO-8859-1"}, kept=8),
)
"""What comes of text in another charset, undeclared and declared, where no format says which it is."""
