"""The exports, and the publishing of the night: its files, its warehouse, then what `latest` points to."""

import logging
from datetime import UTC, datetime, timedelta

import dagster as dg

from pipeline.assets import NIGHTS, RETRY, RunSettings, log_step, night_of
from pipeline.nightly.publish_step import publish_night
from pipeline.searches.digest import send_news
from pipeline.settings import Settings
from pipeline.storage.home import KEEP_DAGSTER_NIGHTS

log = logging.getLogger(__name__)


@dg.asset(deps=["warehouse"], partitions_def=NIGHTS, group_name="publish", kinds={"parquet", "csv"}, retry_policy=RETRY)
def exports(context: dg.AssetExecutionContext, settings: RunSettings) -> dg.MaterializeResult[None]:
    """The files of this night, with a datapackage.json; then warehouse and files are published."""
    night = night_of(context)
    home = settings.home_folder
    log_step(context, "writing the exports and publishing")
    written = publish_night(home, settings.loaded_catalogue, night)
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


def _forget_old_runs(instance: dg.DagsterInstance) -> None:
    """Dagster keeps every run for ever by itself; counted on the clock, as it counts them."""
    old = dg.RunsFilter(created_before=datetime.now(tz=UTC) - timedelta(days=KEEP_DAGSTER_NIGHTS))
    for run in instance.get_runs(filters=old):
        instance.delete_run(run.run_id)
