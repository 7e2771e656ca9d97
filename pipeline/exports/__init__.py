"""The files of a night, for people and dashboards that do not read DuckDB: one module per format.

    exports/<night>/      complete and immutable: <table>.parquet, <table>.csv, <table>.ndjson, internships_by_country/,
                          internships.xlsx, jobpostings.jsonld, deadlines.ics, calendars/, new.atom, feeds/, searches/,
                          index.html, dashboard/, datapackage.json
    exports/latest        a symbolic link to the newest of them, replaced in one step

Every file is written aside, synced, read back and counted, then renamed; the same warehouse gives the same bytes. A new format is
a module with `write(warehouse, folder)`, added to `FORMATS` below. Belongs here: what leaves the warehouse, in which form, and
how it is published. Does not belong here: what a row says.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import chain
from pathlib import Path

from pipeline.exports import atom, calendars, csv, dashboard, jsonld, ndjson, package, parquet, xlsx
from pipeline.exports.files import ExportedFile, ExportError
from pipeline.exports.publish import clean_leftovers, point_latest, prune_exports, publish_night, withdraw_night
from pipeline.storage.warehouse import night_of

__all__ = [
    "ExportError",
    "ExportedFile",
    "Writer",
    "clean_leftovers",
    "export_night",
    "point_latest",
    "prune_exports",
    "publish_night",
    "withdraw_night",
]


FORMATS = (parquet, csv, ndjson, jsonld, calendars, atom, xlsx)
"""Modules with `write(warehouse, folder)`, of every night."""

PARALLEL_FORMATS = 2
"""Formats written at the same time, one thread each."""


Writer = Callable[[Path, Path], list[ExportedFile]]
"""Writes files of a warehouse into a folder."""


def export_night(warehouse: Path, folder: Path, night: date, *more: Writer) -> list[ExportedFile]:
    """Write every export of `night` into `folder`, which exists and is empty; datapackage.json last. Ordered by path.

    `warehouse`: the built file, opened read-only. `more`: writers beside those of every night. Raises ExportError if it is of
    another night, if the folder is not empty, or if a file does not read back as it was written.
    """
    if night_of(warehouse) != night:
        raise ExportError(f"{warehouse} is of {night_of(warehouse)}, not of {night}")
    if any(folder.iterdir()):
        raise ExportError(f"{folder} is not empty")
    with ThreadPoolExecutor(PARALLEL_FORMATS) as pool:  # DuckDB works outside of Python's lock
        written = list(pool.map(lambda write: write(warehouse, folder), [*(kind.write for kind in FORMATS), *more]))
    files = list(chain.from_iterable(written))
    files += dashboard.write(warehouse, folder, night, files)
    files.sort(key=lambda file: file.path)
    package.write(warehouse, folder, night, files)
    return files
