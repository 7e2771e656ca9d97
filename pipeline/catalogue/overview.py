"""The catalogue for people: sources filtered by what they are and how they fared, and counts of them.

Belongs here: filtering, counting, printing. Does not belong here: the keys of an entry (`scrapers.source`).
`python -m pipeline.catalogue.overview FILE.md` rewrites the table of counts between its two markers.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import starmap
from pathlib import Path
from typing import NamedTuple, TextIO

from rich.console import Console
from rich.text import Text

from pipeline.compiled import kept
from pipeline.review.verified import last_verified
from pipeline.shipped import shipped
from pipeline.storage.home import Home
from pipeline.terminal import fit_after_first, natural_widths, print_table
from pipeline.vocabulary import Outcome, words
from pipeline.wording import counted
from scrapers import source
from scrapers.source import CHANNELS, CatalogueError, read_catalogue, spider_files

MAX_COUNTRIES_SHOWN = 5
"""Countries named in a line of the overview."""

PROSE_WIDTH = 130
"""Characters of a line of prose in Markdown."""

NEVER = "never"
"""In the place of a day: such a source was not seen to work yet."""

NUMERIC = {"sources", "never verified"}

BEGIN, END = (
    "<!-- counts of sources: made by `python -m pipeline.catalogue.overview data/sources/README.md` -->",
    "<!-- end of counts -->",
)


class Selection(NamedTuple):
    """A filter of sources: by channel, spider, country and outcome (empty: any), and by whether they were ever verified."""

    channels: Sequence[str] = ()
    spiders: Sequence[str] = ()
    countries: Sequence[str] = ()
    outcomes: Sequence[str] = ()
    unverified: bool = False


class Row(NamedTuple):
    """One source. `verified`: a date, or "never"; `outcome`: on the newest night of the home, or None."""

    id: str
    name: str
    channel: str
    spider: str
    url: str
    country: str | None
    verified: str
    outcome: str | None


def read_rows(folder: Path) -> list[Row]:
    """The sources of a catalogue, ordered by id, without outcomes. To check twenty thousand entries takes a second: the rows of
    a sound catalogue are kept until one of its files, the list of spiders or a module right in `scrapers` changes; an entry that
    a spider's new settings refuse is found where it is run. Raises CatalogueError."""
    files = [path for path in sorted(folder.glob("*/*")) if path.is_file()]
    content = [str(Row._fields), *spider_files(), *(f"{path.relative_to(folder)}\n{_digest(path)}" for path in files)]
    digested = "\n".join(content).encode()
    rows = kept("catalogue-rows", digested, source.__file__, lambda: _rows_of(folder)) if files else _rows_of(folder)
    return list(starmap(Row, rows))


def _rows_of(folder: Path) -> list[tuple[str | None, ...]]:
    return [
        (each.id, each.name, each.channel, each.spider, each.url, each.country, str(each.verified), None)
        for each in read_catalogue(folder).sources
    ]


def _digest(path: Path) -> str:
    return hashlib.blake2b(path.read_bytes()).hexdigest()


def select(
    sources: Sequence[Row], selection: Selection, noted: Mapping[str, date], outcomes: Mapping[str, str] | None
) -> list[Row]:
    """Those of the sources (`read_rows`) that pass the filter, in their order, with their outcomes. `noted`: see
    `pipeline.review.verified`; `outcomes`: source id -> outcome, None if there is no night yet. Raises CatalogueError for an
    unknown channel, spider, country or outcome."""
    _refuse_unknown("channel", selection.channels, CHANNELS)
    _refuse_unknown("spider", selection.spiders, spider_files())
    if selection.outcomes:
        _refuse_unknown("outcome", selection.outcomes, words(Outcome))
    if malformed := [country for country in selection.countries if not re.fullmatch(r"[A-Za-z]{2}", country)]:
        raise CatalogueError(f"{malformed[0]!r} is not a country code: two letters of ISO 3166, such as DE")
    if selection.outcomes and outcomes is None:
        raise CatalogueError("there is no night yet, so there are no outcomes; make one with: internships run")
    wanted = [country.upper() for country in selection.countries]
    rows = [_with_nights(row, noted, outcomes or {}) for row in sources]
    return [
        row
        for row in rows
        if (not selection.channels or row.channel in selection.channels)
        and (not selection.spiders or row.spider in selection.spiders)
        and (not wanted or row.country in wanted)
        and (not selection.outcomes or row.outcome in selection.outcomes)
        and (not selection.unverified or row.verified == NEVER)
    ]


def last_outcomes(home: Home) -> dict[str, str] | None:
    """Source id -> outcome on the newest night; None if the home has no night."""
    if not home.warehouse.is_file():
        return None
    from pipeline.storage.warehouse import open_readonly

    with open_readonly(home.warehouse) as con:
        return dict(
            con.execute("SELECT source_id, outcome FROM source_runs WHERE night = (SELECT night FROM about)").fetchall()
        )


def left_out(ids: Collection[str], last_outcomes: Mapping[str, str] | None) -> str | None:
    """A line on the sources of the newest night that the catalogue lacks and no list of it shows: without it the home of the
    sample, asked with the real catalogue, would look as if every source were well."""
    strangers = (last_outcomes or {}).keys() - set(ids)
    if not strangers:
        return None
    return (
        f"left out: {counted(len(strangers), 'source')} of the newest night that this catalogue does not have "
        "(of the sample? set INTERNSHIPS_CATALOGUE=data/sample/sources)"
    )


def write_json(rows: Sequence[Row], has_outcomes: bool, out: TextIO) -> None:
    """A JSON array, one object per source; `outcome` only if there is a night."""
    objects = [row._asdict() for row in rows]
    for each in objects:
        if not has_outcomes:
            del each["outcome"]
    out.write(json.dumps(objects, ensure_ascii=False, indent=1) + "\n")


def write_rows(rows: Sequence[Row], has_outcomes: bool, out: TextIO) -> None:
    """One line per source: a table on a terminal; else tab-separated without a header, the id first."""
    names = ["id", "channel", "spider", "country", "verified", *(["outcome"] if has_outcomes else []), "name", "url"]
    cells = [[getattr(row, name) or "" for name in names] for row in rows]
    _write(names, cells, out, counted(len(rows), "source"))


def write_overview(rows: Sequence[Row], out: TextIO) -> None:
    """Counts of sources by channel and spider, with their most frequent countries."""
    names = ["channel", "spider", "sources", "never verified", "countries"]
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.channel, row.spider), []).append(row)
    cells = []
    for (channel, spider), group in sorted(groups.items(), key=lambda item: (item[0][0], -len(item[1]), item[0])):
        unverified = sum(row.verified == NEVER for row in group)
        cells.append([channel, spider, str(len(group)), str(unverified), _countries(group)])
    _write(
        names,
        cells,
        out,
        f"{counted(len(rows), 'source')}; all: internships sources list --all; filters: --channel, --spider, --country …",
    )


def counts() -> str:
    """The shipped catalogue in Markdown: counts of sources by channel and by spider."""
    sources = read_catalogue(shipped("data", "sources")).sources
    lines = ["| channel | sources | spiders | countries |", "| --- | ---: | ---: | ---: |"]
    for channel in CHANNELS:
        members = [source for source in sources if source.channel == channel]
        countries = {source.country for source in members if source.country}
        lines.append(f"| {channel} | {len(members):,} | {len({each.spider for each in members})} | {len(countries)} |")
    everywhere = {source.country for source in sources if source.country}
    spiders = Counter(source.spider for source in sources)
    lines.append(f"| **all** | **{len(sources):,}** | **{len(spiders)}** | **{len(everywhere)}** |")
    names = ", ".join(
        f"{spider} {count:,}" for spider, count in sorted(spiders.items(), key=lambda it: (-it[1], it[0]))
    )
    return "\n".join([*lines, "", textwrap.fill(f"By spider: {names}.", PROSE_WIDTH, break_on_hyphens=False)])


def with_counts(text: str) -> str:
    """A text with the counts between its markers rewritten."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{counts()}\n{END}{rest.split(END)[1]}"


def _with_nights(row: Row, noted: Mapping[str, date], outcomes: Mapping[str, str]) -> Row:
    """The row with what nights and people have seen of its source."""
    in_catalogue = None if row.verified == NEVER else date.fromisoformat(row.verified)
    day = last_verified(row.id, in_catalogue, noted)
    return row._replace(verified=day.isoformat() if day else NEVER, outcome=outcomes.get(row.id))


def _refuse_unknown(kind: str, given: Sequence[str], known: Collection[str]) -> None:
    if unknown := sorted(set(given) - set(known)):
        raise CatalogueError(f"unknown {kind}: {', '.join(unknown)} (one of: {', '.join(sorted(known))})")


def _countries(group: Sequence[Row]) -> str:
    """DE 9, FR 8 and 30 more; 41 in no single country"""
    counts = Counter(row.country for row in group if row.country)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    words = ", ".join(f"{country} {count}" for country, count in ranked[:MAX_COUNTRIES_SHOWN])
    if len(ranked) > MAX_COUNTRIES_SHOWN:
        words += f" and {len(ranked) - MAX_COUNTRIES_SHOWN} more"
    nowhere = len(group) - counts.total()
    return "; ".join([*([words] if words else []), *([f"{nowhere} in no single country"] if nowhere else [])])


def _write(names: Sequence[str], cells: Sequence[Sequence[str]], out: TextIO, closing: str) -> None:
    if not out.isatty():
        out.writelines("\t".join(" ".join(cell.split()) for cell in row) + "\n" for row in cells)
        sys.stderr.write(f"{closing}\n")
        return
    console = Console(file=out, highlight=False)
    print_table(console, names, cells, fit_after_first(natural_widths(names, cells), console.width), NUMERIC)
    console.print(Text(closing), soft_wrap=True)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        Path(name).write_text(with_counts(Path(name).read_text(encoding="utf-8")), encoding="utf-8")
