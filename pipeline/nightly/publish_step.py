"""Publishing: the built warehouse and its exports are put where readers look, each in one step, complete.

A kill between two of these steps leaves whole files of one night or the other; running the night again finishes. Belongs here:
the order in which a night appears. Does not belong here: what an export holds (`pipeline.exports`).
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pipeline import exports, reports
from pipeline.nightly.build_step import build_night, built_file, refuse_broken
from pipeline.nightly.clean_step import clean_night
from pipeline.nightly.frames import MatchedNight
from pipeline.nightly.match_step import match_night
from pipeline.nightly.unreadable import FAULTS_OF_NO_ROW
from pipeline.nightly.unwritable import unwritable_listings
from pipeline.reports.facts import ChangedLayout
from pipeline.review.verified import read_verified
from pipeline.searches import files as search_files
from pipeline.searches.saved import read_searches
from pipeline.storage import raw, warehouse
from pipeline.storage.files import place, write_atomically
from pipeline.storage.home import KEEP_EXPORT_NIGHTS, Home, HomeError
from scrapers.runs import append_line
from scrapers.source import Catalogue

log = logging.getLogger(__name__)


def refuse_older(home: Home, night: date) -> None:
    """Raise HomeError for a night older than the newest: its state would have to forget what came after."""
    newest = home.newest_night()
    if newest is not None and night < newest:
        raise HomeError(
            f"night {night} is older than the newest, {newest}; to replay from there: internships rebuild --from {night}"
        )


def finish_publishing(home: Home, night: date) -> None:
    """Publish the newest night before `night` where a kill came between its state and its exports."""
    before = home.night_before(night)
    if before is None or (home.exports / before.isoformat()).exists():
        return
    folder = _building_folder(home, before)
    _export(home, home.state(before), folder, before)
    with warehouse.publishing(home.state(before), home.warehouse):
        exports.publish_night(folder, home.exports, before)


def publish_night(
    home: Home, catalogue: Catalogue, night: date, *, layouts: Sequence[ChangedLayout] = (), prune: bool = True
) -> list[exports.ExportedFile]:
    """Publish the warehouse and exports atomically. `layouts`: what the report proposes for sources whose layout changed, which
    only the night itself looks at; `prune`: remove what is older than its retention. Where listings cannot be
    exported, the night is made anew without them."""
    built, state = built_file(home, night), home.state(night)
    if not built.is_file():  # a first try placed it, and failed after that
        built = state
    with raw.timed(home.raw(night), "export"):
        folder, written = _exported(home, catalogue, built, night)
    documents = reports.render(built, night, read_verified(home), raw.read_durations(home.raw(night)), layouts)
    place(built, state)
    if numbers := MatchedNight.load_numbers(home.work(night)):  # else a first try recorded it
        append_line(home.raw(night), {"event": raw.PUBLISHED, "decisions": numbers["decisions"]})
    with warehouse.publishing(state, home.warehouse):
        exports.publish_night(folder, home.exports, night)
    home.report(night).parent.mkdir(exist_ok=True)
    for suffix, content in documents.items():
        write_atomically(home.report(night, suffix), content)
    shutil.rmtree(home.work(night), ignore_errors=True)  # gone already where a first try came so far
    if prune:
        home.prune()
        exports.prune_exports(home.exports, KEEP_EXPORT_NIGHTS)
    return written


def _exported(home: Home, catalogue: Catalogue, built: Path, night: date) -> tuple[Path, list[exports.ExportedFile]]:
    """A folder with the exports of a night, not yet published, and its files."""
    folder = _building_folder(home, night)
    try:
        return folder, _export(home, built, folder, night)
    except FAULTS_OF_NO_ROW:
        raise
    except Exception:
        unwritable = unwritable_listings(built, lambda part, scratch: _export(home, part, scratch, night))
        if not unwritable:
            raise
    clean_night(home, catalogue, night, unwritable)
    match_night(home, catalogue, night)
    refuse_broken(build_night(home, catalogue, night).path)
    folder = _building_folder(home, night)
    return folder, _export(home, built, folder, night)


def _export(home: Home, built: Path, folder: Path, night: date) -> list[exports.ExportedFile]:
    """The exports of a night, with the files of saved searches. Those of searches with a secret come last, so that no list names
    them."""
    saved = read_searches(home)
    for problem in saved.problems:
        log.warning("%s", problem)
    public = [search for search in saved.searches if search.secret is None]
    secret = [search for search in saved.searches if search.secret is not None]
    written = exports.export_night(built, folder, night, search_files.writer(public, night))
    search_files.writer(secret, night)(built, folder)
    return written


def _building_folder(home: Home, night: date) -> Path:
    """An empty folder for the exports of a night; what a killed run left is removed."""
    exports.clean_leftovers(home.exports)
    folder = home.exports / f".building-{night}"
    folder.mkdir(parents=True)
    return folder
