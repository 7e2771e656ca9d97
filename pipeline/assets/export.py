"""The exports, and the publishing of the night: its files, its warehouse, then what `latest` points to."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from pipeline.assets import NIGHTS, RETRY, RunSettings, log_step, night_of
from pipeline.catalogue.layouts import changed_tonight, look_again
from pipeline.errors import PipelineError
from pipeline.nightly.build_step import built_file
from pipeline.nightly.publish_step import publish_night
from pipeline.reports.facts import ChangedLayout
from pipeline.searches.digest import send_news
from pipeline.settings import Settings
from pipeline.storage.home import KEEP_DAGSTER_NIGHTS
from scrapers.errors import InputError

log = logging.getLogger(__name__)


@dg.asset(deps=["warehouse"], partitions_def=NIGHTS, group_name="publish", kinds={"parquet", "csv"}, retry_policy=RETRY)
def exports(context: dg.AssetExecutionContext, settings: RunSettings) -> dg.MaterializeResult[None]:
    """The files of this night, with a datapackage.json; then warehouse and files are published."""
    night = night_of(context)
    home = settings.home_folder
    layouts = _changed_layouts(context, settings)
    log_step(context, "writing the exports and publishing")
    written = publish_night(home, settings.loaded_catalogue, night, layouts=layouts)
    for failure in send_news(home, Settings.from_environment()):
        context.log.warning(failure)
        log.warning("%s", failure)
    _forget_old_runs(context.instance)
    return dg.MaterializeResult(
        metadata={
            "folder": dg.MetadataValue.path(str(home.exports / night.isoformat())),
            "files": len(written),
            "bytes": sum(file.bytes for file in written),
            "report_page": dg.MetadataValue.url(home.report(night, ".html").as_uri()),
            "report": dg.MetadataValue.md(f"```\n{home.report(night).read_text(encoding='utf-8')}\n```"),
        }
    )


def _changed_layouts(context: dg.AssetExecutionContext, settings: RunSettings) -> list[ChangedLayout]:
    """What the report proposes for sources whose layout changed; a night is published without where that cannot be told."""
    home, night = settings.home_folder, night_of(context)
    built = built_file(home, night)
    if not built.is_file():  # a first try placed it, and failed after that
        built = home.state(night)
    try:
        changed = changed_tonight(built, night, settings.loaded_catalogue.sources)
        if not changed:
            return []
        log_step(context, f"looking again at {len(changed)} sources whose layout changed")
        changes = look_again(changed, home, built, night, Path(settings.catalogue))
    except (PipelineError, InputError) as error:
        context.log.warning(str(error))
        log.warning("changed layouts were not looked at: %s", error)
        return []
    return [ChangedLayout(each.source_id, each.finding, each.line) for each in changes]


def _forget_old_runs(instance: dg.DagsterInstance) -> None:
    """Dagster keeps every run for ever by itself; counted on the clock, as it counts them."""
    old = dg.RunsFilter(created_before=datetime.now(tz=UTC) - timedelta(days=KEEP_DAGSTER_NIGHTS))
    for run in instance.get_runs(filters=old):
        instance.delete_run(run.run_id)
