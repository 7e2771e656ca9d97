"""The entry that an address came to, as YAML to paste, with what a person should know about it.

Belongs here: what an entry says beside spider and settings (id, name, channel, languages, organizer), and the text of both.
Does not belong here: which entry is the best (`recognise`).
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import yaml

from pipeline.catalogue.probe import MAX_ROWS_SHOWN
from pipeline.catalogue.recognition.pages import Page
from pipeline.catalogue.recognition.recognise import Recognition, Rows
from pipeline.clean.language_tools.dictionary import flat, read_reference
from pipeline.storage.files import write_atomically
from pipeline.wording import counted, display_path
from scrapers.source import Catalogue, CatalogueError, Source, board_file, read_catalogue

MAX_ID = 60
GENERIC_ENDS = (
    "com",
    "org",
    "net",
    "int",
    "info",
    "eu",
    "edu",
    "gov",
    "mil",
    "io",
    "ai",
    "co",
    "me",
    "tv",
    "example",
    "museum",
)
"""Ends of host names that tell no country, though some are of one."""
ISO_OF_END = {"uk": "GB", "su": "RU"}
"""Ends of host names that are no ISO 3166-1 codes."""
ORDER = ("id", "name", "spider", "url", "page", "languages", "country", "holds", "organizer", "verified", "settings")


class Proposal(NamedTuple):
    """`values`: of the entry, as a file of `channel` has it; `guesses`: keys whose value the page does not state."""

    channel: str
    values: dict[str, Any]
    guesses: list[str]


def propose_entry(
    found: Recognition, catalogue: Catalogue, day: date, channel: str | None = None, name: str | None = None
) -> Proposal:
    """The whole entry of an address that has one. `channel`, `name`: what the operator says of it."""
    assert found.entry is not None and found.page is not None
    page = found.page
    guesses: list[str] = []
    of_board = found.system.source if found.system else None
    if channel is None:
        channel, guesses = (of_board.channel, []) if of_board else (_channel(page), ["channel"])
    organizer = dict(found.entry.get("organizer") or {})
    country = _country(page.address)
    if country and "country" not in organizer and not of_board:
        organizer["country"] = country
    language = page.language
    values = {
        "id": of_board.id if of_board else _free_id(page, catalogue),
        "name": name or (of_board.name if of_board else _name(page)),
        **found.entry,
        **({"languages": [language]} if language and not of_board else {}),
        **({"organizer": organizer} if organizer else {}),
        **({"verified": day} if is_seen_to_work(found) else {}),
    }
    if values.get("page") == values["url"]:
        values.pop("page")
    if values.get("holds") == "mixed":
        values.pop("holds")
    if not values.get("settings"):
        values.pop("settings", None)
    return Proposal(
        channel, {key: values[key] for key in (*ORDER, *sorted(values.keys() - set(ORDER))) if key in values}, guesses
    )


def is_seen_to_work(found: Recognition) -> bool:
    """Whether the entry read openings, and its run was healthy or stopped at what was not looked at."""
    return (
        found.rows is not None and bool(found.rows.openings) and found.rows.verdict.run["outcome"] in ("ok", "partial")
    )


def describe(found: Recognition, proposal: Proposal, catalogue: Path) -> str:
    """The entry as YAML that can be pasted, what it read and what is doubtful about it as comments."""
    lines = [f"# {found.evidence}"]
    boards = board_file(catalogue, proposal.values["spider"]) if found.system else None
    if boards is not None:
        lines.append(f"# Or a line of {boards.path.parent.name}/{boards.table.name}: {','.join(boards.columns)}")
    else:
        folder = display_path(catalogue / proposal.channel)
        lines.append(f"# Add to a file of {folder}, under `sources:`, or let --write do it")
    lines += [f"# warning: {warning}" for warning in found.warnings]
    lines += [f"# a guess: {key}: {proposal.channel}" for key in proposal.guesses if key == "channel"]
    lines += _rows_lines(found.rows)
    lines.append(yaml.safe_dump([proposal.values], allow_unicode=True, sort_keys=False, width=120).rstrip())
    return "\n".join(lines)


def write_entry(proposal: Proposal, catalogue: Path) -> Path:
    """Add the entry to `<channel>/recognised.yaml` of a catalogue. Raises CatalogueError where the catalogue would not load with
    it; it is then as it was."""
    file = catalogue / proposal.channel / "recognised.yaml"
    before = file.read_text(encoding="utf-8") if file.is_file() else None
    text = before or "# Entries that `internships sources new URL` wrote.\nsources:\n"
    piece = yaml.safe_dump([proposal.values], allow_unicode=True, sort_keys=False, width=120)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, text + "".join(f"  {line}\n" for line in piece.splitlines()))
    try:
        read_catalogue(catalogue)
    except CatalogueError:
        file.unlink() if before is None else write_atomically(file, before)
        raise
    return file


def known_source(found: Recognition, catalogue: Catalogue) -> Source | None:
    """The source of the catalogue that reads this address already."""
    entry = found.entry or {}
    addresses = {_plain(url) for url in (entry.get("url"), entry.get("page"), found.url) if url}
    own_id = found.system.source.id if found.system else None
    for source in catalogue.sources:
        if source.id == own_id or {_plain(source.url), _plain(source.page or source.url)} & addresses:
            return source
    return None


def _plain(url: str) -> str:
    return re.sub(r"^https?://(?:www\.)?", "", url).rstrip("/").casefold()


def _rows_lines(rows: Rows | None) -> list[str]:
    if rows is None or not rows.verdict.listings:
        return []
    verdict = rows.verdict
    read, pages = counted(len(verdict.listings), "row"), counted(verdict.run["pages"], "page")
    lines = [f"# reads {read}, {len(rows.openings)} of them internships; {pages}, {verdict.run['outcome']}"]
    shown = {
        name: rate
        for name, rate in verdict.fill.items()
        if name in ("url", "organization", "locations", "deadline", "posted", "description")
    }
    if shown:
        lines.append("# filled: " + ", ".join(f"{name} {rate:.0%}" for name, rate in shown.items()))
    for row in verdict.listings[:MAX_ROWS_SHOWN]:
        cells = [row["title"], row["organization"], "; ".join(row["locations"] or ()), row["deadline"], row["url"]]
        mark = "  (no internship)" if row["title"] in rows.others else ""
        lines.append("#   - " + " | ".join(" ".join(cell.split()) for cell in cells if cell) + mark)
    if len(verdict.listings) > MAX_ROWS_SHOWN:
        lines.append(f"#     and {len(verdict.listings) - MAX_ROWS_SHOWN} more")
    return lines


def _free_id(page: Page, catalogue: Catalogue) -> str:
    """An id from the host and the last part of the path, that no source of the catalogue has."""
    parts = urlsplit(page.address)
    host = re.sub(r"^www\.", "", parts.hostname or "")
    host = host.rsplit(".", 1)[0]
    last = unquote(
        next((each for each in reversed(parts.path.split("/")) if each and not re.fullmatch(r"index\.\w+", each)), "")
    )
    last = re.sub(r"[.]\w+$", "", last)
    words = re.sub(r"[^a-z0-9]+", "-", f"{host}-{last}".lower()).strip("-")[:MAX_ID].strip("-") or "source"
    number, name = 1, words
    while name in catalogue.by_id:
        number += 1
        name = f"{words}-{number}"
    return name


def _name(page: Page) -> str:
    """What the page calls itself, with the institution where its title names that."""
    title = page.names[-1] if page.names else ""
    return title or (urlsplit(page.address).hostname or page.address)


def _country(address: str) -> str | None:
    """The country of the end of a host name."""
    end = (urlsplit(address).hostname or "").rsplit(".", 1)[-1]
    if end in GENERIC_ENDS or not re.fullmatch(r"[a-z]{2}", end):
        return None
    return ISO_OF_END.get(end, end.upper())


def _channel(page: Page) -> str:
    """Of what sort the institution is, by the words of its host and of the page's title."""
    host = urlsplit(page.address).hostname or ""
    words = set(re.split(r"[\W_]+", " ".join([host, *page.names]).casefold()))
    if words & _words("missions"):
        return "embassy"
    if (
        host.endswith((".edu", ".edu.au", ".ac.uk", ".ac.jp", ".ac.kr"))
        or words & _words("bodies")
        or re.search(r"(?:^|[.-])(?:uni|univ|hs|fh|tu)[.-]", host)
    ):
        return "university"
    return "nonprofit" if host.endswith((".org", ".int")) else "platform"


@cache
def _words(group: str) -> frozenset[str]:
    words = read_reference("organization_words")[group]
    if group == "bodies":
        words = {
            name: of_language
            for name, of_language in words.items()
            if re.search(r"universit|college|school|academy|faculty", name)
        }
    return frozenset(word for word in flat(words) if " " not in word and len(word) > 2)
