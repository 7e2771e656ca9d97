"""Nights made by the functions that the job calls, without Dagster and without what a test does not look at."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from typing import Any

import duckdb

from pipeline.nightly.build_step import build_night
from pipeline.nightly.clean_step import clean_night
from pipeline.nightly.match_step import match_night
from pipeline.review import decisions
from pipeline.storage import raw, warehouse
from pipeline.storage.files import place
from pipeline.storage.home import Home
from scrapers.runs import append_line
from scrapers.source import Catalogue

FIRST = date(2025, 9, 1)


def make_state(home: Home, catalogue: Catalogue, night: date) -> None:
    """A night from its raw files to the published warehouse, checked; without exports and reports, which take as long."""
    clean_night(home, catalogue, night)
    match_night(home, catalogue, night)
    built = build_night(home, catalogue, night)
    assert [failure for failure in warehouse.check(built.path) if not failure.check.warns] == []
    place(built.path, home.state(night))
    append_line(home.raw(night), {"event": raw.PUBLISHED, "decisions": len(decisions.read_decisions(home))})
    warehouse.publish(home.state(night), home.warehouse)


class World:
    """A home, and what its sources show on a night."""

    def __init__(self, home: Home, catalogue: Catalogue) -> None:
        self.home, self.catalogue = home, catalogue

    def night(self, days: int, **shown: list[dict[str, Any]]) -> None:
        """The night so many days after FIRST, on which these sources show these rows; another one is not asked."""
        make_state(self.home, self.catalogue, self.collected(days, **shown))

    def collected(self, days: int, **shown: list[dict[str, Any]]) -> date:
        """Such a night, of which there are the raw files only."""
        night = FIRST + timedelta(days=days)
        folder = self.home.raw(night)
        folder.mkdir(parents=True)
        blocks, runs, offset = [], [], 0
        for name, rows in shown.items():
            lines = [
                json.dumps({"source_id": name, "channel": "platform", "fetched_at": f"{night}T02:00:00Z", **row}) + "\n"
                for row in rows
            ]
            block = "".join(lines).encode()
            runs.append({
                "source_id": name, "attempt": 1, "outcome": "ok" if rows else "empty", "evidence": None if rows else "says none",
                "seen": len(rows), "kept": len(rows), "skipped": 0, "declared_total": None, "pages": 1, "bytes": len(block),
                "file": "rows.ndjson", "offset": offset, "length": len(block), "sha256": hashlib.sha256(block).hexdigest(),
            })  # fmt: skip
            blocks.append(block)
            offset += len(block)
        (folder / "rows.ndjson").write_bytes(b"".join(blocks))
        (folder / "runs.ndjson").write_text("".join(json.dumps(run) + "\n" for run in runs))
        return night

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        newest = self.home.newest_night()
        assert newest is not None
        with duckdb.connect(str(self.home.state(newest)), read_only=True) as con:
            return con.execute(query).fetchall()

    def changes(self) -> list[tuple[Any, ...]]:
        return self.ask(
            "SELECT change, field, old, new FROM changes WHERE night = (SELECT night FROM about) ORDER BY ALL"
        )
