"""What changed from one night to another, as NDJSON for who keeps a copy: every change in order, merges among them.

A copy that held the ids of the first night holds those of the second after it: `added`, `closed`, `reopened`, `changed` (with the
column's value after it), `merged` (`old` is the id that leads to `internship_id` now), `split`. The texts of descriptions are
withheld, as in the exports. Does not belong here: how changes are found (`pipeline.lifecycle.versions`).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TextIO

from pipeline.storage.warehouse import open_readonly

CHANGES_BETWEEN = "FROM changes WHERE night > $since AND night <= $until"
"""SQL of the changes after the night $since, up to $until."""

_VALUES = ", ".join(
    f"CASE WHEN field IS DISTINCT FROM 'description' THEN {name} END::JSON AS {name}" for name in ("old", "new")
)
CHANGE_ROWS = f"""
    SELECT to_json(changed)::VARCHAR FROM (
        SELECT night, internship_id, change, field, {_VALUES} {CHANGES_BETWEEN}
    ) AS changed ORDER BY night, internship_id, change, field, old::VARCHAR, new::VARCHAR"""
"""SQL of the same as JSON text, in their order."""

BATCH_ROWS = 10_000


def write_changes(warehouse: Path, since: date, until: date | None, out: TextIO) -> int:
    """Write the changes after the night `since`, up to `until` or the newest night; gives their number. Those since before
    the first night hold everything. Raises WarehouseError."""
    with open_readonly(warehouse) as con:
        [(newest,)] = con.execute("SELECT night FROM about").fetchall()
        result = con.execute(CHANGE_ROWS, {"since": since, "until": until or newest})
        written = 0
        while rows := result.fetchmany(BATCH_ROWS):
            out.writelines(f"{text}\n" for (text,) in rows)
            written += len(rows)
    return written
