"""Running the nightly job from the command line: the same graph as the daemon's, in this process, on this home.

Belongs here: locking the home, setting up Dagster, telling what failed. Does not belong here: the steps.
"""

from __future__ import annotations

import io
import logging
import os
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from pipeline.nightly.progress import console
from pipeline.nightly.publish_step import refuse_older
from pipeline.storage import warehouse
from pipeline.storage.files import write_atomically
from pipeline.storage.home import Home, HomeError
from scrapers.source import read_catalogue

if TYPE_CHECKING:
    import dagster as dg

    from pipeline.assets import RunSettings

DAGSTER_YAML = """\
telemetry:
  enabled: false
python_logs:
  python_log_level: INFO
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""
"""Nothing is sent home; a log has a line for each step, and none for each of Dagster's events. What a step prints goes where the
process prints, and nowhere else: to keep a copy, Dagster has processes beside it, which end with a stack each at Ctrl-C."""

log = logging.getLogger(__name__)


def tonight() -> date:
    """Today in the schedule's zone."""
    from pipeline.definitions import tonight as today

    return today()


def refuse_future(night: date, recorded: Iterable[date]) -> None:
    """Raise HomeError for a night after tomorrow, unless an archive of that date is replayed: it would make every night that
    really comes an older one."""
    newest = max([tonight() + timedelta(days=1), *recorded])
    if night > newest:
        raise HomeError(f"night {night} is in the future; the newest that can be run now is {newest}")


def run_night(
    home: Home,
    catalogue: Path,
    night: date,
    replay: Iterable[Path],
    sources: Iterable[str],
    channels: Iterable[str],
    workers: int | None = None,
    scheduler: str | None = None,
) -> str | None:
    """Run the job for one night; why it failed, or None when the night was published.

    Raises HomeError and WarehouseError, before anything is changed, where the home cannot take this night, and EngineError
    where nobody is there to work on it."""
    home.prepare()
    with home.lock() as lock:
        refuse_older(home, night)
        _refuse_other_catalogue(home, catalogue)
        log.info("night %s into %s", night, home.root)
        _set_up_dagster(home)
        from pipeline.assets import RunSettings

        settings = RunSettings(
            home=str(home.root),
            catalogue=str(catalogue),
            replay=[str(path.absolute()) for path in replay],
            sources=list(sources),
            channels=list(channels),
            workers=workers,
            scheduler=scheduler,
            lock_fd=lock,
        )
        with settings.open_engine():  # hours of crawling come before its first use
            pass
        return _execute(settings, night)


def _refuse_other_catalogue(home: Home, catalogue: Path) -> None:
    """The invented openings of the sample and real ones must not meet in one home."""
    newest = home.newest_night()
    if newest is None:
        return
    with warehouse.open_readonly(home.state(newest)) as con:
        known = {source for (source,) in con.execute("SELECT source_id FROM sources").fetchall()}
    if known.isdisjoint(read_catalogue(catalogue).by_id):
        raise HomeError(
            f"{home.root} has nights of another catalogue (the sample?); choose another --home, or remove it"
        )


def become_daemon(home: Home) -> NoReturn:
    """Replace this process by Dagster's daemon, which runs the schedule on this home. A DAGSTER_HOME that is set is used, and
    made where it is not there yet."""
    home.prepare()
    folder = Path(os.environ.get("DAGSTER_HOME") or home.dagster).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    if folder == home.dagster or not (folder / "dagster.yaml").exists():
        write_atomically(folder / "dagster.yaml", DAGSTER_YAML)
    settings = {"DAGSTER_HOME": str(folder), "DAGSTER_DISABLE_TELEMETRY": "yes", "INTERNSHIPS_HOME": str(home.root)}
    program = Path(sys.executable).with_name("dagster-daemon")
    os.execve(  # noqa: S606
        program, [str(program), "run", "-m", "pipeline.definitions"], {**os.environ, **settings}
    )


def _set_up_dagster(home: Home) -> None:
    """Has to come before dagster is first imported: it reads these once."""
    home.dagster.mkdir(exist_ok=True)
    write_atomically(home.dagster / "dagster.yaml", DAGSTER_YAML)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "yes"
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    # Dagster keeps its events through logging, which prints a stack for each that it cannot keep.
    logging.raiseExceptions = False


def _execute(settings: RunSettings, night: date) -> str | None:
    import dagster as dg
    from sqlalchemy.exc import SQLAlchemyError  # what Dagster keeps its history with

    from pipeline.assets import NIGHT
    from pipeline.definitions import JOB, build_definitions

    job = build_definitions(settings).resolve_job_def(JOB)
    try:
        with _without_asides(), dg.DagsterInstance.get() as instance:
            instance.add_dynamic_partitions(NIGHT, [night.isoformat()])
            result = job.execute_in_process(
                partition_key=night.isoformat(),
                instance=instance,
                raise_on_error=False,
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )
    except (SQLAlchemyError, sqlite3.Error, dg.DagsterError) as error:
        if fault := _disk_fault(settings.home_folder):
            return fault
        why = str(error).splitlines()[0]
        raise HomeError(
            f"Dagster cannot keep its run history in {settings.home_folder.dagster} ({why}); if it is damaged, move that "
            "folder away: nothing of a night is in it"
        ) from error
    if result.success and settings.home_folder.report(night).is_file():
        return None
    return _disk_fault(settings.home_folder) or _why_failed(result)


@contextmanager
def _without_asides() -> Iterator[None]:
    """Without what Dagster writes to standard error past its loggers, an event that it cannot keep; the log and the bar stay."""
    console.file = sys.stderr
    try:
        with redirect_stderr(io.StringIO()):
            yield
    finally:
        console.file = None  # type: ignore[assignment]  # as it is made: whatever standard error is


def _disk_fault(home: Home) -> str | None:
    """What is the matter with the disk where it filled up or became read-only during a run: that is why anything on it failed."""
    try:
        home.prepare()
    except HomeError as error:
        return f"{error}; what was published stands, and the same command goes on once there is room"
    return None


def _why_failed(result: dg.ExecuteInProcessResult) -> str:
    """The first thing that went wrong in a run, in its own words."""
    from pipeline.definitions import failure_words

    for event in result.all_events:
        if event.is_step_failure:
            return failure_words(event)
    checks = [
        event.asset_check_evaluation_data
        for event in result.all_events
        if event.event_type_value == "ASSET_CHECK_EVALUATION" and not event.asset_check_evaluation_data.passed
    ]
    blocking = [check for check in checks if check.blocking]
    if blocking:
        details = [f"{name}: {value.value}" for check in blocking for name, value in check.metadata.items()]
        return f"the warehouse failed its checks: {'; '.join(details)}"
    return "the run stopped; see the home's dagster folder"
