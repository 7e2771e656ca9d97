"""The whole graph on one page: assets, checks, the nightly job, its schedule.

    raw/<channel> (six outputs of one multi-asset) ─▶ listings ─▶ internships ─▶ warehouse ─▶ exports

`internships daemon`, Dagster's daemon on this module, is the whole nightly service. Settings are read from the environment:
INTERNSHIPS_HOME, INTERNSHIPS_CATALOGUE, INTERNSHIPS_SCHEDULE (cron, default 02:00), INTERNSHIPS_ZONE (IANA, default UTC);
who is told when something goes wrong: see pipeline/reports/alerts.py.
What an asset does is in pipeline/assets; nothing is computed here.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import dagster as dg

from pipeline.assets import NIGHT, RunSettings
from pipeline.assets.clean import listings
from pipeline.assets.collect import raw
from pipeline.assets.export import exports
from pipeline.assets.match import internships
from pipeline.assets.publish import warehouse
from pipeline.reports import alerts
from pipeline.settings import Settings
from pipeline.storage.home import Home, HomeError

JOB = "nightly"

OWN_ERRORS = ("pipeline.", "scrapers.")
"""How the class of an error begins whose message is meant to be read."""


def zone() -> ZoneInfo:
    """The schedule's zone, whose midnight parts the nights. Raises HomeError where INTERNSHIPS_ZONE names none."""
    name = Settings.from_environment().zone
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise HomeError(f"INTERNSHIPS_ZONE: {name!r} is no IANA time zone") from error


def tonight() -> date:
    """The date of a live run: today in the schedule's zone. The one place that reads the clock for a night."""
    return datetime.now(tz=zone()).date()


nightly = dg.define_asset_job(
    JOB,
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,  # the default one starts a process an asset: two seconds each
    description="One night: collect, clean, match, build and check the warehouse, publish it with its exports.",
)


def cron_line() -> str:
    """When the nightly run begins. Raises HomeError where INTERNSHIPS_SCHEDULE is none."""
    line = Settings.from_environment().schedule
    try:
        dg.ScheduleDefinition(job=nightly, cron_schedule=line)
    except dg.DagsterInvalidDefinitionError as error:
        raise HomeError(f"INTERNSHIPS_SCHEDULE: {line!r} is no cron line such as '0 2 * * *'") from error
    return line


@dg.schedule(
    job=nightly,
    cron_schedule=cron_line(),
    execution_timezone=str(zone()),
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
def every_night(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """One run for each date in the schedule's zone."""
    night = context.scheduled_execution_time.astimezone(zone()).date()
    if night < tonight():
        return dg.SkipReason(f"the web of {night} is gone; a night that was missed cannot be collected later")
    context.instance.add_dynamic_partitions(NIGHT, [night.isoformat()])
    return dg.RunRequest(run_key=night.isoformat(), partition_key=night.isoformat())


def failure_words(failure: dg.DagsterEvent) -> str:
    """What a failed step says went wrong: the first error that a person is meant to read, else the innermost cause."""
    error = failure.step_failure_data.error
    if error is None:
        return "a step failed without a message"
    while error.cause and not error.message.startswith(OWN_ERRORS):
        error = error.cause
    message = " ".join(error.message.split())
    words = message.partition(": ")[2] if message.startswith(OWN_ERRORS) else ""
    return words or message


@dg.run_failure_sensor(monitored_jobs=[nightly], default_status=dg.DefaultSensorStatus.RUNNING)
def failed_nights(context: dg.RunFailureSensorContext) -> None:
    """Tell a person of each night that failed."""
    night = context.dagster_run.tags.get("dagster/partition", "of no date")
    reasons = [context.failure_event.message or ""]
    reasons += [failure_words(event) for event in context.get_step_failure_events()]
    alerts.send(f"night {night} failed: {' '.join(' '.join(reasons).split())}", Settings.from_environment().home)


@dg.sensor(minimum_interval_seconds=3600, default_status=dg.DefaultSensorStatus.RUNNING)
def standing_problems(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Tell a person once of each channel that is dark, and of nights that do not come."""
    if not alerts.receivers(Settings.from_environment()):
        return dg.SkipReason("neither INTERNSHIPS_WEBHOOK nor INTERNSHIPS_MAIL is set")
    sent = alerts.send_new(Home(Settings.from_environment().home.absolute()), datetime.now(tz=UTC))
    return dg.SkipReason("; ".join(sent) or "nothing new to tell")


def build_definitions(settings: RunSettings | None = None) -> dg.Definitions:
    """The graph with these settings; those of the environment where none are given."""
    return dg.Definitions(
        assets=[raw, listings, internships, warehouse, exports],
        jobs=[nightly],
        schedules=[every_night],
        sensors=[failed_nights, standing_problems],
        resources={"settings": settings or RunSettings.from_environment()},
    )


defs = build_definitions()
