"""Collecting: one multi-asset with an output a channel, over several crawler processes.

One step for all channels, because the in-process executor runs steps one after another and the crawlers are what takes
the time. A source that fails is an outcome, never an exception.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import polars as pl

from pipeline.assets import NIGHTS, RETRY, RunSettings, log_step, night_of, preview
from pipeline.engine.call import EngineError, WorkerError
from pipeline.nightly.collect import collect
from pipeline.nightly.crawler import CrawlError
from pipeline.nightly.due import PlanError, plan_night, read_budget, read_history
from pipeline.nightly.progress import SourceProgress
from pipeline.nightly.publish_step import finish_publishing, refuse_older
from pipeline.nightly.runs import loaded_runs
from pipeline.settings import Settings
from pipeline.storage import raw as raw_files
from pipeline.storage.home import Home
from pipeline.vocabulary import FAILED, Outcome
from pipeline.wording import counted
from scrapers.source import CHANNELS, Source

NEEDS_A_LOOK = FAILED | {Outcome.PARTIAL, Outcome.EMPTY}
"""Outcomes of a crawl that a person may want to look at."""


def _idle(home: Home, night: date, sources: list[Source]) -> dict[str, str]:
    """Source id -> why it is not asked on this night."""
    history, days = read_history(home, night)
    return plan_night(sources, night, history, read_budget(Settings.from_environment()), days).idle


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["raw", channel],
            description=f"Raw listings of the channel `{channel}`, in the words of their sources.",
            group_name="collect",
            kinds={"scrapy"},
            partitions_def=NIGHTS,
        )
        for channel in CHANNELS
    ],
    check_specs=[
        dg.AssetCheckSpec(
            "sources_are_well",
            asset=["raw", channel],
            description="Every source was read in full. Does not stop the night.",
        )
        for channel in CHANNELS
    ],
    retry_policy=RETRY,
    name="raw",
)
def raw(
    context: dg.AssetExecutionContext, settings: RunSettings
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Crawl every source that is due, and record what it has."""
    night = night_of(context)
    home = settings.home_folder
    sources = settings.loaded_catalogue.select(settings.sources, settings.channels)
    refuse_older(home, night)
    finish_publishing(home, night)
    try:
        idle = {} if settings.is_limited else _idle(home, night, sources)
        log_step(context, f"collecting from {counted(len(sources) - len(idle), 'source')}")
        with (
            raw_files.timed(home.raw(night), "collect"),
            settings.open_engine() as engine,
            SourceProgress() as progress,
        ):
            collect(
                sources,
                home.raw(night),
                night,
                Path(settings.catalogue),
                [Path(path) for path in settings.replay],
                memory=home.memory,
                drop=home.drop,
                loaded_runs=loaded_runs(home, night),
                idle=idle,
                lock=settings.lock,
                map_parts=engine.map_python if engine.is_remote else None,
                on_run=progress,
            )
    except (CrawlError, EngineError, PlanError, WorkerError) as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    runs = raw_files.read_runs(home.raw(night))
    for channel in CHANNELS:
        ids = [source.id for source in sources if source.channel == channel]
        of_channel = runs.filter(pl.col("source_id").is_in(ids))
        failed = of_channel.filter(pl.col("outcome").is_in(NEEDS_A_LOOK))
        yield dg.MaterializeResult(
            asset_key=["raw", channel],
            metadata={
                "sources": of_channel.height,
                "rows": int(of_channel["kept"].sum()),
                "outcomes": preview(of_channel.group_by("outcome").len().sort("outcome")),
                "preview": preview(of_channel.select("source_id", "outcome", "seen", "kept", "evidence")),
            },
        )
        yield dg.AssetCheckResult(
            asset_key=["raw", channel],
            check_name="sources_are_well",
            passed=failed.is_empty(),
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"failed": preview(failed.select("source_id", "outcome", "evidence"))},
        )
