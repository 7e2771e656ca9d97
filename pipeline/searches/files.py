"""The files of saved searches among the exports of a night: searches/<name>.atom and searches/<name>.ics.

The feed has what is new and what changed, the calendar the deadlines; both as `pipeline.exports` makes them for all. A search
with a secret is named by it, and whoever exports a night writes it after the list of files. Does not belong here: which
internships a search finds (`matching`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pipeline.exports import ExportedFile, Writer, atom, calendars
from pipeline.searches.matching import choose
from pipeline.searches.saved import Search
from pipeline.storage.warehouse import open_readonly

FOLDER = "searches"


def writer(searches: Sequence[Search], night: date) -> Writer:
    """What writes the files of these searches into a folder, ordered by path."""

    def write(warehouse: Path, folder: Path) -> list[ExportedFile]:
        if not searches:
            return []
        (folder / FOLDER).mkdir(exist_ok=True)
        files = []
        with open_readonly(warehouse) as con:
            atom.prepare_entries(con)
            zones = calendars.prepare_events(con, night)
            for search in searches:
                choose(con, search)
                path = f"{FOLDER}/{search.file_name}"
                files.append(atom.write_chosen(con, folder, f"{path}.atom", f"{atom.TITLE}: {search.name}", night))
                title = f"Deadlines of internships: {search.name}"
                files.append(calendars.write_chosen(con, folder, f"{path}.ics", title, zones))
        return sorted(files, key=lambda file: file.path)

    return write
