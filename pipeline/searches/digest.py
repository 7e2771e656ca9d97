"""The news of saved searches, sent once a night to those who asked: one message a receiver, nothing where nothing happened.

`searches.json` of a home records up to which night each receiver was told of each search: a night that is run again tells nothing
twice, and what could not be sent is told the next time, with what came since. Belongs here: wording, grouping, that record.
Does not belong here: what is new (`matching`), shapes and delivery (`pipeline.reports.transports`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.reports.transports import Message, TransportError, deliver
from pipeline.searches.matching import News, Opening, read_news
from pipeline.searches.saved import Search, read_searches
from pipeline.settings import Settings
from pipeline.storage.files import write_atomically
from pipeline.storage.home import Home
from pipeline.storage.warehouse import night_of, open_readonly

MAX_LISTED = 25
"""Internships named in each group of a message; a feed has them all."""

HEADINGS = {"new": "New", "changed": "Changed", "closing": "Closing soon"}


def send_news(home: Home, settings: Settings) -> list[str]:
    """Tell every receiver what the published night has for their searches. Gives a line for each that could not be reached, and
    tells nobody where the record of what was told is damaged: they would hear of all again."""
    searches = read_searches(home).searches
    receivers = sorted({receiver for search in searches for receiver in search.to})
    if not receivers:
        return []
    record = home.root / "searches.json"
    try:
        recorded: dict[str, str] = json.loads(record.read_bytes()) if record.is_file() else {}
    except ValueError:
        return [
            f"{record} is damaged, and nobody was told of the night; remove it, and the next night's news are sent again"
        ]
    night = night_of(home.warehouse)
    keys = {_key(receiver, search) for search in searches for receiver in search.to}
    notified = {key: day for key, day in recorded.items() if key in keys}
    failures = []
    with open_readonly(home.warehouse) as con:
        for number, receiver in enumerate(receivers, start=1):
            own = [search for search in searches if receiver in search.to]
            news = [one for one in _news(con, receiver, own, notified, night) if not one.is_empty]
            try:
                if news:
                    deliver(receiver, compose(news, night), settings)
            except TransportError as error:
                names = ", ".join(search.name for search in own)
                failures.append(f"receiver {number} of {len(receivers)} was not told of {names}: {error}")
                continue
            notified |= {_key(receiver, search): night.isoformat() for search in own}
            write_atomically(record, json.dumps(notified, indent=1, sort_keys=True))
    return failures


def _news(
    con: duckdb.DuckDBPyConnection, receiver: str, searches: Sequence[Search], notified: dict[str, str], night: date
) -> list[News]:
    """What each search has since its receiver was told of it; of one never told of, what tonight brought."""
    news = []
    for search in searches:
        last = notified.get(_key(receiver, search))
        since = date.fromisoformat(last) if last else night - timedelta(days=1)
        if since < night:
            news.append(read_news(con, search, since, night))
    return news


def _key(receiver: str, search: Search) -> str:
    """What stands for a receiver and a search in the record; an address may be a secret."""
    return hashlib.sha256(f"{receiver}\n{search.name}".encode()).hexdigest()[:16]


def compose(news: Sequence[News], night: date) -> Message:
    """The news as one message."""
    counts = {kind: len({one.internship_id for part in news for one in getattr(part, kind)}) for kind in HEADINGS}
    summary = ", ".join(f"{count} {HEADINGS[kind].lower()}" for kind, count in counts.items() if count)
    text = "\n\n".join(_section(part) for part in news)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    template = environment.get_template("digest.html.jinja")
    html = template.render(summary=summary, night=night, news=news, headings=HEADINGS, limit=MAX_LISTED, facts=_facts)
    return Message(f"internships: {summary}, {night}", f"{summary}, night {night}\n\n{text}\n", html)


def _section(news: News) -> str:
    lines = [news.search.name, "=" * len(news.search.name)]
    for kind, heading in HEADINGS.items():
        openings: Sequence[Opening] = getattr(news, kind)
        if openings:
            lines += ["", heading]
        for opening in openings[:MAX_LISTED]:
            lines += [f"- {_line(opening.title)}{_facts(opening)}", *([f"  {opening.link}"] if opening.link else [])]
        if len(openings) > MAX_LISTED:
            lines.append(f"and {len(openings) - MAX_LISTED} more")
    return "\n".join(lines)


def _facts(opening: Opening) -> str:
    """What stands behind a title."""
    until = f"apply by {opening.deadline}" if opening.deadline else ""
    changed = f"changed: {opening.detail}" if opening.detail else ""
    parts = [_line(part) for part in (opening.organization, opening.place, until, changed) if part]
    return f" ({'; '.join(parts)})" if parts else ""


def _line(text: str) -> str:
    return " ".join(text.split())
