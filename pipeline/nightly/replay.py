"""Repeating nights: making them anew from their raw files, and taking the newest one back.

Both leave readers with a whole night at every moment: nights are made in a home of their own below work/, and only then
moved to where readers look. Belongs here: `rebuild` and `rollback`. Does not belong here: the steps themselves.
"""

from __future__ import annotations

import logging
import shutil
from datetime import date

import duckdb

from pipeline import exports
from pipeline.engine import LOCAL, Engine
from pipeline.nightly.build_step import build_night, refuse_broken
from pipeline.nightly.clean_step import clean_night
from pipeline.nightly.match_step import match_night
from pipeline.nightly.publish_step import publish_night
from pipeline.storage import raw, warehouse
from pipeline.storage.files import place
from pipeline.storage.home import REPORTS, Home, HomeError
from scrapers.source import Catalogue

log = logging.getLogger(__name__)


def replay_night(home: Home, catalogue: Catalogue, night: date, engine: Engine = LOCAL) -> None:
    """Everything after collecting, without the graph. Raises WarehouseError where a check fails."""
    try:
        with raw.timed(home.raw(night), "clean"):
            clean_night(home, catalogue, night, engine=engine)
        with raw.timed(home.raw(night), "match"):
            match_night(home, catalogue, night, engine)
        with raw.timed(home.raw(night), "build"):
            refuse_broken(build_night(home, catalogue, night).path)
        publish_night(home, catalogue, night, prune=False)
    except duckdb.Error as error:
        raise warehouse.WarehouseError(f"night {night} could not be made: {error}") from error


def rebuild(home: Home, catalogue: Catalogue, start: date, engine: Engine = LOCAL) -> list[date]:
    """Make every night from `start` on anew from its raw files; the nights made. Raises HomeError where that cannot be
    done: no raw files, or the state to start from is no longer kept."""
    published = _published_runs(home)
    nights = _nights_to_make(home, catalogue, start, published)
    base = home.night_before(nights[0])
    if base is None and published and min(published) < nights[0]:
        kept = ", ".join(str(night) for night in home.nights_with_state())
        raise HomeError(f"the state before {nights[0]} is not kept any more; start after one of these: {kept}")
    aside = _home_aside(home, base)
    for night in nights:
        log.info("night %s", night)
        replay_night(aside, catalogue, night, engine)
    exports.clean_leftovers(home.exports)
    home.report(nights[0]).parent.mkdir(exist_ok=True)
    for night in nights:
        place(aside.state(night), home.state(night))
        exports.publish_night(aside.exports / night.isoformat(), home.exports, night, lead=night == nights[-1])
        for suffix in REPORTS:
            shutil.copyfile(aside.report(night, suffix), home.report(night, suffix))
    warehouse.publish(home.state(nights[-1]), home.warehouse)
    shutil.rmtree(aside.root)
    return nights


def rollback(home: Home) -> tuple[date, date]:
    """Publish the night before the newest again, and forget the newest's state; (night dropped, night published).
    Its raw files stay: `run` or `rebuild` may make it again."""
    *earlier, newest = home.nights_with_state()
    if not earlier:
        raise HomeError(f"{newest} is the only night that is kept; there is none to go back to")
    back_to = earlier[-1]
    warehouse.night_of(home.state(back_to))  # refuses a damaged file before anything is taken back
    exports.clean_leftovers(home.exports)
    exports.point_latest(home.exports, back_to)
    warehouse.publish(home.state(back_to), home.warehouse)
    exports.withdraw_night(home.exports, newest)
    shutil.rmtree(home.state(newest).parent)
    return newest, back_to


def _nights_to_make(
    home: Home, catalogue: Catalogue, start: date, published: dict[date, set[str]] | None
) -> list[date]:
    """The nights from `start` on that have raw files; of those that were published, where that is known. One that was taken
    back is made only where `start` is at or after it."""
    nights = [
        night for night in home.nights_with_raw() if night >= start and (home.raw(night) / "runs.ndjson").is_file()
    ]
    if published and start <= max(published):
        nights = [night for night in nights if night in published]
    if not nights:
        raise HomeError(f"no raw files of a published night from {start} on in {home.root}")
    for night in nights:
        _refuse_cut_runs(home, night, (published or {}).get(night, set()))
    sources = {source for night in nights for source in raw.read_runs(home.raw(night))["source_id"]}
    if not sources & catalogue.by_id.keys():
        raise HomeError(
            f"the raw files in {home.root} are of no source of this catalogue (of the sample? add --sample)"
        )
    return nights


def _refuse_cut_runs(home: Home, night: date, published: set[str]) -> None:
    """Raise HomeError where raw files lack runs that the night was published with: it would be made anew without them."""
    missing = published - set(raw.read_runs(home.raw(night))["source_id"])
    if missing:
        raise HomeError(
            f"{home.raw(night) / 'runs.ndjson'} has {len(published) - len(missing)} of the {len(published)} runs that night "
            f"{night} was published with; restore it from a backup, or start after it"
        )


def _home_aside(home: Home, base: date | None) -> Home:
    """A fresh home below work/ with raw files and decisions of `home`, and its state of the night `base`."""
    aside = Home(home.root / "work" / "rebuild")
    if aside.root.exists():
        shutil.rmtree(aside.root)
    aside.root.mkdir(parents=True)
    for folder in ("raw", "decisions"):
        (aside.root / folder).symlink_to(home.root / folder, target_is_directory=True)
    if base:
        aside.state(base).parent.mkdir(parents=True)
        shutil.copyfile(home.state(base), aside.state(base))
    return aside


def _published_runs(home: Home) -> dict[date, set[str]] | None:
    """For each night that was published the sources of its runs, from the newest state that can be read (of one that cannot, an
    empty set), else from the published warehouse; None where there is none."""
    nights = home.nights_with_state()
    for path in [*(home.state(night) for night in reversed(nights)), home.warehouse]:
        try:
            with warehouse.open_readonly(path, older=True) as con:
                runs = con.execute("SELECT night, list(source_id) FROM source_runs GROUP BY night").fetchall()
        except warehouse.WarehouseError as error:
            if path.exists():
                log.warning("%s", error)
            continue
        return {night: set() for night in nights} | {night: set(sources) for night, sources in runs}
    return None
