"""The catalogue as people look at it: which sources there are, chosen by what they are and how they fared, and how many of each.

Belongs here: choosing, counting, printing. Does not belong here: what an entry may say (`scrapers.source`).
`python -m pipeline.catalogue.overview README.md` writes the table of counts anew, between its two marks.
"""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple, TextIO

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.review.verified import last_verified
from pipeline.shipped import shipped
from pipeline.storage.home import Home
from pipeline.vocabulary import Outcome, words
from pipeline.wording import counted
from scrapers.source import CHANNELS, Catalogue, CatalogueError, Source, read_catalogue, spider_files

COUNTRIES_TOLD = 5
"""Countries that a line of the overview names."""

LINE = 130
"""Letters of a line of prose in the README."""

NUMBERS = {"sources", "never verified"}

NARROW = 12
"""A column of a terminal that has no room for all is made no narrower than this, the last one first."""

GAP = 3
"""Columns of the terminal between two columns of a table."""

BEGIN, END = (
    "<!-- counts of sources: made by `python -m pipeline.catalogue.overview README.md` -->",
    "<!-- end of counts -->",
)


class Choice(NamedTuple):
    """Which sources are wanted: of these channels, spiders, countries and outcomes; empty: of any."""

    channels: Sequence[str] = ()
    spiders: Sequence[str] = ()
    countries: Sequence[str] = ()
    outcomes: Sequence[str] = ()
    unverified: bool = False


class Row(NamedTuple):
    """One source. `verified`: the day, or never; `outcome`: on the newest night of the home, None where it has none."""

    id: str
    name: str
    channel: str
    spider: str
    url: str
    country: str | None
    verified: str
    outcome: str | None


def choose(
    catalogue: Catalogue, choice: Choice, noted: Mapping[str, date], outcomes: Mapping[str, str] | None
) -> list[Row]:
    """The sources wanted, in the order of their ids. `noted`: see `pipeline.review.verified`; `outcomes`: source id ->
    outcome, None where there is no night yet. Raises CatalogueError for a word that is none of its kind."""
    _refuse_unknown("channel", choice.channels, CHANNELS)
    _refuse_unknown("spider", choice.spiders, spider_files())
    if choice.outcomes:
        _refuse_unknown("outcome", choice.outcomes, words(Outcome))
    if strange := [country for country in choice.countries if not re.fullmatch(r"[A-Za-z]{2}", country)]:
        raise CatalogueError(f"{strange[0]!r} is no country: two letters of ISO 3166, such as DE")
    if choice.outcomes and outcomes is None:
        raise CatalogueError("there is no night yet, so no outcome either; make one with: internships run")
    wanted = [country.upper() for country in choice.countries]
    rows = [_row(source, noted, outcomes or {}) for source in catalogue.sources]
    return [
        row
        for row in rows
        if (not choice.channels or row.channel in choice.channels)
        and (not choice.spiders or row.spider in choice.spiders)
        and (not wanted or row.country in wanted)
        and (not choice.outcomes or row.outcome in choice.outcomes)
        and (not choice.unverified or row.verified == "never")
    ]


def last_outcomes(home: Home) -> dict[str, str] | None:
    """Source id -> outcome on the newest night; None where the home has none."""
    if not home.warehouse.is_file():
        return None
    from pipeline.storage.warehouse import open_readonly

    with open_readonly(home.warehouse) as con:
        return dict(
            con.execute("SELECT source_id, outcome FROM source_runs WHERE night = (SELECT night FROM about)").fetchall()
        )


def write_json(rows: Sequence[Row], has_outcomes: bool, out: TextIO) -> None:
    """A JSON array, an object a source; `outcome` only where there is a night."""
    told = [row._asdict() for row in rows]
    for each in told:
        if not has_outcomes:
            del each["outcome"]
    out.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")


def write_rows(rows: Sequence[Row], has_outcomes: bool, out: TextIO) -> None:
    """A line a source: a table on a terminal; else tab-separated, without header, the id first."""
    names = ["id", "channel", "spider", "country", "verified", *(["outcome"] if has_outcomes else []), "name", "url"]
    cells = [[getattr(row, name) or "" for name in names] for row in rows]
    _write(names, cells, out, counted(len(rows), "source"))


def write_overview(rows: Sequence[Row], out: TextIO) -> None:
    """How many sources there are, by channel and spider, with the countries that most of them are in."""
    names = ["channel", "spider", "sources", "never verified", "countries"]
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.channel, row.spider), []).append(row)
    cells = []
    for (channel, spider), group in sorted(groups.items(), key=lambda item: (item[0][0], -len(item[1]), item[0])):
        unverified = sum(row.verified == "never" for row in group)
        cells.append([channel, spider, str(len(group)), str(unverified), _countries(group)])
    _write(
        names,
        cells,
        out,
        f"{counted(len(rows), 'source')}; all of them: internships sources list --all; some: --channel, --spider, --country …",
    )


def counts() -> str:
    """The shipped catalogue in Markdown: how many sources each channel has, and each spider."""
    sources = read_catalogue(shipped("data", "sources")).sources
    lines = ["| channel | sources | spiders | countries |", "| --- | ---: | ---: | ---: |"]
    for channel in CHANNELS:
        here = [source for source in sources if source.channel == channel]
        countries = {source.country for source in here if source.country}
        lines.append(f"| {channel} | {len(here):,} | {len({each.spider for each in here})} | {len(countries)} |")
    everywhere = {source.country for source in sources if source.country}
    spiders = Counter(source.spider for source in sources)
    lines.append(f"| **all** | **{len(sources):,}** | **{len(spiders)}** | **{len(everywhere)}** |")
    told = ", ".join(f"{spider} {count:,}" for spider, count in sorted(spiders.items(), key=lambda it: (-it[1], it[0])))
    return "\n".join([*lines, "", textwrap.fill(f"By spider: {told}.", LINE, break_on_hyphens=False)])


def with_counts(text: str) -> str:
    """A text with the counts between its marks written anew."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{counts()}\n{END}{rest.split(END)[1]}"


def _row(source: Source, noted: Mapping[str, date], outcomes: Mapping[str, str]) -> Row:
    day = last_verified(source, noted)
    return Row(
        source.id, source.name, source.channel, source.spider, source.url, source.country,
        day.isoformat() if day else "never", outcomes.get(source.id),
    )  # fmt: skip


def _refuse_unknown(kind: str, given: Sequence[str], known: Collection[str]) -> None:
    if unknown := sorted(set(given) - set(known)):
        raise CatalogueError(f"unknown {kind}: {', '.join(unknown)} (one of: {', '.join(sorted(known))})")


def _countries(group: Sequence[Row]) -> str:
    """DE 9, FR 8 and 30 more; 41 in no single one"""
    told = Counter(row.country for row in group if row.country)
    ranked = sorted(told.items(), key=lambda item: (-item[1], item[0]))
    words = ", ".join(f"{country} {count}" for country, count in ranked[:COUNTRIES_TOLD])
    if len(ranked) > COUNTRIES_TOLD:
        words += f" and {len(ranked) - COUNTRIES_TOLD} more"
    nowhere = len(group) - told.total()
    return "; ".join([*([words] if words else []), *([f"{nowhere} in no single one"] if nowhere else [])])


def _write(names: Sequence[str], cells: Sequence[Sequence[str]], out: TextIO, closing: str) -> None:
    if not out.isatty():
        out.writelines("\t".join(" ".join(cell.split()) for cell in row) + "\n" for row in cells)
        sys.stderr.write(f"{closing}\n")
        return
    console = Console(file=out, highlight=False)
    widths = [max(map(cell_len, column)) for column in zip(names, *cells, strict=True)]
    too_wide = sum(widths) + GAP * (len(widths) - 1) - console.width
    for at in reversed(range(1, len(widths))):
        cut = max(0, min(too_wide, widths[at] - NARROW))
        widths[at] -= cut
        too_wide -= cut
    while too_wide > 0 and len(widths) > 1:  # the ids are whole, for `sources check` wants them so
        too_wide -= widths.pop() + GAP
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name, width in zip(names, widths, strict=False):
        justify: Literal["right", "left"] = "right" if name in NUMBERS else "left"
        table.add_column(Text(name), justify=justify, no_wrap=True, overflow="ellipsis", width=width)
    for row in cells:
        table.add_row(*map(Text, row[: len(widths)]))
    console.print(table)
    console.print(Text(closing), soft_wrap=True)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        Path(name).write_text(with_counts(Path(name).read_text(encoding="utf-8")), encoding="utf-8")
