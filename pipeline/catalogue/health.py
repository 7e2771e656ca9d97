"""How each source fares over the nights of a home: since when it is not well, what it yields and costs, and what to do about it.

Belongs here: those figures. Does not belong here: the verdict on one run (`pipeline.lifecycle.runs`), changed entries
(`layouts`), the report of a night (`pipeline.reports`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple, TextIO

from pipeline.storage.home import Home
from pipeline.storage.warehouse import open_readonly
from pipeline.vocabulary import NOT_ASKED, Outcome
from scrapers.source import Source

TO_DO = {
    Outcome.LAYOUT_CHANGED: "internships sources health {id} proposes a changed entry, if it finds one",
    Outcome.MOVED: "look where it leads; internships sources new URL writes the entry of the new address",
    Outcome.GONE: "look whether it has another address; otherwise remove its entry",
    Outcome.BLOCKED: "ask its owner, or remove its entry: what forbids us is not passed by",
    Outcome.TIMEOUT: "wait; internships sources check {id} tries it now",
    Outcome.ERROR: "internships sources check {id} tries it now",
    Outcome.PARTIAL: "internships sources check {id} shows what could not be read",
    Outcome.DROPPED: "wait for the next night: it showed far less than before",
    Outcome.EMPTY: "nothing, unless it should have openings",
}
"""What a person does about an outcome; nothing where the source was read in full or was not asked."""

FARED = """
SELECT
    source_id, outcome, evidence, last_run, last_healthy, ill_runs, open_listings, coalesce(abroad, 0), round(requests, 1)
FROM source_health
JOIN (
    SELECT source_id, avg(pages) AS requests FROM source_runs WHERE outcome NOT IN (SELECT unnest($not_asked)) GROUP BY ALL
) USING (source_id)
LEFT JOIN (
    SELECT source_id, count(*) AS abroad FROM listings WHERE state = 'open' AND international GROUP BY ALL
) USING (source_id)
ORDER BY ALL
"""


class Health(NamedTuple):
    """How one source fares. `night`: the last on which it was asked, with its `outcome`; `nights_since_good`: nights asked since
    the last that was well; `open`, `abroad`: its open listings, those abroad for somebody; `requests`: answers read a night."""

    id: str
    outcome: str
    evidence: str | None
    night: date
    last_good: date | None
    nights_since_good: int
    open: int
    abroad: int
    requests: float
    to_do: str | None


def read_health(home: Home, sources: Mapping[str, Source]) -> list[Health]:
    """How the sources of a catalogue fare that were ever asked, those that are longest unwell first. Raises WarehouseError."""
    with open_readonly(home.warehouse) as con:
        rows = con.execute(FARED, {"not_asked": sorted(NOT_ASKED)}).fetchall()
    health = []
    for row in rows:
        if row[0] in sources:
            advice = TO_DO.get(Outcome(row[1]))
            health.append(Health._make((*row, advice.format(id=row[0]) if advice else None)))
    return sorted(health, key=lambda each: (-each.nights_since_good, each.id))


def write_table(health: Sequence[Health], out: TextIO) -> None:
    """Write a line a source, tab-separated after a header."""
    out.write("id\toutcome\tnights since good\topen\tabroad\trequests a night\twhat to do\n")
    for each in health:
        cells = (each.id, each.outcome, each.nights_since_good, each.open, each.abroad, each.requests, each.to_do or "")
        out.write("\t".join(map(str, cells)) + "\n")


def write_json(health: Sequence[Health], out: TextIO) -> None:
    """Write a JSON array, an object a source."""
    out.write(json.dumps([each._asdict() for each in health], ensure_ascii=False, indent=1, default=str) + "\n")
