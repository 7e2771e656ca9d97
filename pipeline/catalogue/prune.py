"""What died in the catalogue, as a change to review: the entries of unproven sources that a home's nights have dropped.

Belongs here: which lines of which tables go, as a unified diff (`internships sources prune | git apply`). Does not belong here:
when a source counts as dead (`pipeline.nightly.due`). Nothing is written.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from pipeline.nightly.due import DEAD_ANSWERS, History, is_dropped
from scrapers.source import BoardFile, Catalogue, CatalogueError, Source


class Pruning(NamedTuple):
    """The sources that died, with the outcome of their last look; the change; those whose entry stands in no table and must be
    taken out by hand."""

    dead: dict[str, str]
    change: str
    by_hand: list[str]


def prune(catalogue: Catalogue, folder: Path, history: Mapping[str, History]) -> Pruning:
    """What is to be taken out of the catalogue in this folder. `history`: see `pipeline.nightly.due.read_history`."""
    dead = {source.id: source for source in catalogue.sources if is_dropped(source, history.get(source.id))}
    removed: set[str] = set()
    changes: list[str] = []
    for path in sorted(folder.glob("*/*.yaml")) if dead else []:
        try:
            file = BoardFile(path)
        except CatalogueError:
            continue  # a file without a table
        before = file.table.read_text(encoding="utf-8").splitlines(keepends=True)
        after = [line for line, source_id in zip(before, _ids(file, before), strict=True) if source_id not in dead]
        removed |= {source_id for source_id in _ids(file, before) if source_id in dead}
        name = file.table.relative_to(folder).as_posix()
        changes += difflib.unified_diff(before, after, f"a/{name}", f"b/{name}", n=1)
    outcomes = {source_id: history[source_id].last_outcome for source_id in dead}
    return Pruning(outcomes, "".join(changes), sorted(dead.keys() - removed))


def describe(pruning: Pruning) -> str:
    """What a person needs to know beside the change."""
    lines = [f"{len(pruning.dead)} unproven sources gave {DEAD_ANSWERS} dead answers in a row"]
    lines += [f"{source_id}: {outcome}" for source_id, outcome in pruning.dead.items()]
    if pruning.by_hand:
        lines.append(f"entries to take out by hand: {', '.join(pruning.by_hand)}")
    return "\n".join(lines)


def _ids(file: BoardFile, lines: Iterable[str]) -> list[str | None]:
    """The id of the source of each line of a table; None of its header and of lines that are no whole entry."""
    ids: list[str | None] = []
    for line in lines:
        cells = next(csv.reader(io.StringIO(line)), [])
        is_entry = bool(ids) and len(cells) == len(file.columns)
        ids.append(_id(file, cells) if is_entry else None)
    return ids


def _id(file: BoardFile, cells: list[str]) -> str:
    source: Source = file.source({key: cell for key, cell in zip(file.columns, cells, strict=True) if cell})
    return source.id
