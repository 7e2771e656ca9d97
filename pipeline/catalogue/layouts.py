"""Sources whose layout changed, looked at again by the recogniser on what a night recorded of them.

Where that finds the postings that a source had, the changed entry is proposed: to who asks (`internships sources health`), and in
the report of the night. Nothing is changed by itself. Belongs here: those proposals. Does not belong here: how an address
is recognised (`recognition`), how sources fare (`health`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import yaml

from pipeline.catalogue.recognition.recognise import Recognition, recognise
from pipeline.catalogue.recognition.web import Web
from pipeline.storage.home import Home
from pipeline.storage.warehouse import open_readonly
from pipeline.vocabulary import Outcome
from pipeline.wording import counted
from scrapers.source import Source

MIN_SAME = 0.5
"""Of the titles that a source had, those that another way must find for it to be proposed."""
MAX_LOOKED = 20
"""Sources that a night looks at again, those with the most open listings first."""

TITLES = "SELECT DISTINCT title FROM listings WHERE source_id = $id AND title IS NOT NULL ORDER BY ALL"
CHANGED_TONIGHT = """
SELECT source_id
FROM source_runs
JOIN listings USING (source_id)
WHERE night = $night AND outcome = $outcome AND state <> 'closed'
GROUP BY ALL
ORDER BY count(*) DESC, source_id
"""


class Change(NamedTuple):
    """A source whose layout changed. `entry`: the changed one that reads its postings, None where there is none; `finding`: how
    many of them it reads, or why there is no entry; `warnings`: what is doubtful about it."""

    source_id: str
    entry: dict[str, Any] | None
    finding: str
    warnings: list[str]

    @property
    def line(self) -> str:
        """The entry on one line, in YAML's flow style, to be pasted into a list of sources; empty where there is none."""
        if self.entry is None:
            return ""
        return yaml.safe_dump(
            self.entry, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000
        ).strip()


def changed_tonight(warehouse: Path, night: date, sources: Sequence[Source]) -> list[Source]:
    """The sources whose layout was another one on that night, and that have listings to be found again. Raises WarehouseError."""
    by_id = {source.id: source for source in sources}
    with open_readonly(warehouse) as con:
        rows = con.execute(CHANGED_TONIGHT, {"night": night, "outcome": Outcome.LAYOUT_CHANGED}).fetchall()
    return [by_id[name] for (name,) in rows if name in by_id][:MAX_LOOKED]


def look_again(sources: Sequence[Source], home: Home, warehouse: Path, night: date, catalogue: Path) -> list[Change]:
    """What became of these sources, whose layout changed, by what that night recorded; no request is sent. `warehouse`: which has
    their postings. Raises CatalogueError, CrawlError, WarehouseError."""
    archives = sorted(home.raw(night).glob("*.warc.gz"))
    if not archives or not sources:
        return [Change(source.id, None, f"nothing is recorded of {night}", []) for source in sources]
    with TemporaryDirectory(prefix="internships-") as folder:
        found = recognise([source.url for source in sources], Web(Path(folder), night, archives), catalogue)
    with open_readonly(warehouse) as con:
        titles = [{title for (title,) in con.execute(TITLES, {"id": source.id}).fetchall()} for source in sources]
    return [_change(*each) for each in zip(sources, found, titles, strict=True)]


def _change(source: Source, found: Recognition, titles: set[str]) -> Change:
    if found.entry is None or found.rows is None:
        return Change(source.id, None, found.reason or "no entry was found", [])
    same = len(titles & {row["title"] for row in found.rows.verdict.listings})
    if titles and same < MIN_SAME * len(titles):
        read = counted(len(found.rows.openings), "opening")
        return Change(source.id, None, f"another way reads {read}, but {same} of the {len(titles)} that it had", [])
    entry: dict[str, Any] = source.model_dump(mode="json", exclude_defaults=True)
    entry |= {key: found.entry[key] for key in ("spider", "url", "settings") if key in found.entry}
    return Change(source.id, entry, f"reads {same} of the {len(titles)} titles that it had", found.warnings)


def describe(change: Change) -> str:
    """A changed entry as YAML with comments, or why there is none, as a comment."""
    if change.entry is None:
        return f"# {change.source_id}: no changed entry: {change.finding}"
    lines = [f"# {change.source_id}: {change.finding}; not applied"]
    lines += [f"# warning: {warning}" for warning in change.warnings]
    lines.append(yaml.safe_dump([change.entry], allow_unicode=True, sort_keys=False, width=120).rstrip())
    return "\n".join(lines)
