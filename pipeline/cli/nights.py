"""Commands that make nights and report on them: run, daemon, clean, match, rebuild, rollback, status, doctor."""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import click

from pipeline.cli.common import (
    EXIT_FAILED,
    Day,
    catalogue_folder,
    engine_options,
    home_option,
    one_line_errors,
    refuse,
)
from pipeline.settings import Settings
from pipeline.shipped import shipped
from pipeline.storage.home import Home, HomeError
from pipeline.wording import counted, display_path

SAMPLE_NIGHT = date(2026, 11, 20)
"""The night that data/sample was written for."""


@click.command()
@home_option
@click.option(
    "--night",
    type=Day(),
    help="Date of the night. [default: today in INTERNSHIPS_ZONE; with --replay, the date of the archive]",
)
@click.option(
    "--replay",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE.warc.gz",
    help="Read from this archive instead of the live web; may be repeated.",
)
@click.option("--source", "sources", multiple=True, metavar="ID", help="Only this source; may be repeated.")
@click.option("--channel", "channels", multiple=True, metavar="CHANNEL", help="Only sources of this channel.")
@click.option("--sample", is_flag=True, help="The recorded sample, offline: invented sources in all channels.")
@engine_options
@one_line_errors
def run(
    home_folder: Path,
    night: date | None,
    replay: tuple[Path, ...],
    sources: tuple[str, ...],
    channels: tuple[str, ...],
    sample: bool,
    workers: int | None,
    scheduler: str | None,
) -> None:
    """Run one night: collect, clean, match, publish.

    Exits 0 once the night is published, however single sources fared; the table at the end shows each of them. A night can be
    run again; --source then replaces that source's part only.
    """
    from pipeline.nightly.interrupts import end_on_signals

    end_on_signals()
    from pipeline.nightly import launch
    from pipeline.nightly.progress import set_up_logging
    from scrapers.source import read_catalogue
    from scrapers.wire.warc import check_archive

    catalogue = catalogue_folder(sample=sample)
    if sample:
        if replay:
            refuse("--sample has its own archive; omit --replay")
        replay = tuple(sorted(shipped("data", "sample").glob("*.warc.gz")))
        night = night or SAMPLE_NIGHT
    read_catalogue(catalogue).select(list(sources), list(channels))
    archives = [check_archive(path) for path in replay]
    if night is None:
        night = max(archive.last_date for archive in archives).date() if archives else launch.tonight()
    launch.refuse_future(night, [archive.last_date.date() for archive in archives])
    home = Home(home_folder.absolute())
    set_up_logging()
    error = launch.run_night(home, catalogue, night, replay, sources, channels, workers, scheduler)
    if error:
        message = f"night {night} was not published: {error}"
        _alert(message, home)
        refuse(message, code=EXIT_FAILED)
    click.echo(home.report(night).read_text(encoding="utf-8"), nl=False)
    click.echo(
        f"\nwarehouse  {display_path(home.warehouse)}\nexports    {display_path(home.exports / 'latest')}{os.sep}"
    )


def _alert(message: str, home: Home) -> None:
    """Send an alert about a failed night. An alert that cannot be sent must not hide why the night failed."""
    from pipeline.reports import alerts

    try:
        alerts.send(message, home.root)
    except alerts.AlertError as error:
        click.echo(f"internships: {error}", err=True)


@click.command()
@home_option
@one_line_errors
def daemon(home_folder: Path) -> None:
    """The whole service: a night at each time of INTERNSHIPS_SCHEDULE, until it is stopped.

    Dagster's daemon with what it needs: its folder (DAGSTER_HOME, by itself below the home) is made, and nothing is sent home.
    """
    from pipeline.nightly.launch import become_daemon

    become_daemon(Home(home_folder.absolute()))


@click.command()
@click.argument("raw_file", type=click.Path(path_type=Path), metavar="RAW.ndjson")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="F.parquet",
    help="File for the cleaned listings.",
)
@click.option("--night", type=Day(), help="Reference date for relative and year-less dates in rows without fetched_at.")
@engine_options
@one_line_errors
def clean(raw_file: Path, out: Path, night: date | None, workers: int | None, scheduler: str | None) -> None:
    """Clean raw listings: RAW.ndjson to Parquet, one row per listing."""
    from pipeline.clean import write_cleaned
    from pipeline.engine import open_engine
    from pipeline.storage.raw import RawFile
    from scrapers.source import read_catalogue

    _check_files(raw_file, out)
    sources = read_catalogue(catalogue_folder()).by_id
    with open_engine(workers, scheduler, _parts_beside(out), Settings.from_environment().parts) as engine:
        rows = write_cleaned(RawFile(raw_file), night, sources, out, engine.map_python)
    click.echo(f"{counted(rows, 'listing')} cleaned into {out}")


@click.command()
@click.argument("listings_file", type=click.Path(path_type=Path), metavar="F.parquet")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="G.parquet", help="File for the matches."
)
@engine_options
@one_line_errors
def match(listings_file: Path, out: Path, workers: int | None, scheduler: str | None) -> None:
    """Match listings: which of them are the same internship.

    F holds cleaned listings, or plain ones. G gets one row per listing with its internship_id, score and reason.
    """
    from pipeline.engine import open_engine
    from pipeline.match.batch import match_file

    _check_files(listings_file, out)
    with open_engine(workers, scheduler, _parts_beside(out), Settings.from_environment().parts) as engine:
        listings, internships = match_file(listings_file, out, engine.map_columns)
    click.echo(f"{counted(listings, 'listing')}, {counted(internships, 'internship')}; written to {out}")


def _parts_beside(out: Path) -> Path:
    return out.absolute().with_name(f".{out.name}.parts")


def _check_files(source: Path, out: Path) -> None:
    if not source.is_file():
        refuse(f"no file at {source}")
    if not out.absolute().parent.is_dir():
        refuse(f"no folder {out.absolute().parent}")


@click.command()
@home_option
@click.option("--from", "start", type=Day(), required=True, help="First night to replay from its raw files.")
@click.option("--sample", is_flag=True, help="With the catalogue of the recorded sample.")
@engine_options
@one_line_errors
def rebuild(home_folder: Path, start: date, sample: bool, workers: int | None, scheduler: str | None) -> None:
    """Rebuild nights from their raw files.

    Use it after a fix in cleaning or matching. It needs no network.
    """
    from pipeline.engine import open_engine
    from pipeline.nightly.interrupts import end_on_signals

    end_on_signals()
    from pipeline.nightly.progress import set_up_logging
    from pipeline.nightly.replay import rebuild as rebuild_nights
    from scrapers.source import read_catalogue

    home = Home(home_folder.absolute())
    if not home.nights_with_raw():
        raise HomeError(f"no raw files in {home_folder}; make some with: internships run")
    catalogue = read_catalogue(catalogue_folder(sample=sample))
    set_up_logging()
    with home.lock(), open_engine(workers, scheduler, home.parts, Settings.from_environment().parts) as engine:
        nights = rebuild_nights(home, catalogue, start, engine)
    click.echo(f"{counted(len(nights), 'night')} rebuilt, {nights[0]} to {nights[-1]}")


@click.command()
@home_option
@one_line_errors
def rollback(home_folder: Path) -> None:
    """Withdraw the newest night and publish the one before it again."""
    from pipeline.nightly.replay import rollback as roll_back

    home = Home(home_folder.absolute())
    if not home.newest_night():
        raise HomeError(f"no night at {home_folder}; make one with: internships run")
    with home.lock():
        dropped, back_to = roll_back(home)
    click.echo(f"night {dropped} was withdrawn; {back_to} is published again")


@click.command()
@home_option
@click.option("--alert", is_flag=True, help="Send and print only problems that were not reported yet: for cron.")
@one_line_errors
def status(home_folder: Path, alert: bool) -> None:
    """The last night: what needs a person, how each source fared, the trend, and how long it took."""
    home = Home(home_folder.absolute())
    if alert:
        from pipeline.reports import alerts

        if not home.root.is_dir():  # a home without a night yet is fine, a wrong folder in a crontab is not
            raise HomeError(f"no home at {home_folder}")
        for message in alerts.send_new(home, datetime.now(tz=UTC)):
            click.echo(message)
        return
    from pipeline.reports import text
    from pipeline.review.verified import read_verified
    from pipeline.storage.raw import read_durations
    from pipeline.storage.warehouse import night_of

    night = night_of(home.warehouse)
    click.echo(text.render(home.warehouse, night, read_verified(home), read_durations(home.raw(night))), nl=False)


@click.command()
@home_option
@one_line_errors
def doctor(home_folder: Path) -> None:
    """What is set up, what is missing, and what to do about it.

    Use it before the first night, and whenever something seems wrong. Exits 1 if no night can run.
    """
    from pipeline.nightly.doctor import Level, examine

    can_run = True
    for finding in examine(Home(home_folder.absolute()), Settings.from_environment()):
        click.echo(f"{finding.level:5}  {finding.subject:9}  {finding.text}")
        can_run = can_run and finding.level != Level.ERROR
    if not can_run:
        sys.exit(EXIT_FAILED)
