"""Collecting: one multi-asset with an output a channel, over several crawler processes.

One step for all channels, because the in-process executor runs steps one after another and the crawlers are what takes
the time. A source that fails is an outcome, never an exception.
"""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import polars as pl

from pipeline.assets import NIGHTS, RETRY, RunSettings, log_step, night_of, preview
from pipeline.nightly.collect import CrawlError, collect
from pipeline.nightly.progress import SourceProgress
from pipeline.nightly.publish_step import finish_publishing, refuse_older
from pipeline.nightly.runs import last_runs, standing_runs
from pipeline.storage import raw as raw_files
from pipeline.wording import counted
from scrapers.source import CHANNELS

ILL = ("blocked", "gone", "layout_changed", "timeout", "error", "partial", "empty")
"""Outcomes of a crawl that a person may want to look at."""


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["raw", channel],
            description=f"What the sources of the channel `{channel}` said tonight, in their own words.",
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
            description="Every source asked told what it has. Does not stop the night.",
        )
        for channel in CHANNELS
    ],
    retry_policy=RETRY,
    name="raw",
)
def raw(
    context: dg.AssetExecutionContext, settings: RunSettings
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Ask every source that is due, and record what it answers."""
    night = night_of(context)
    home = settings.home_folder
    sources = settings.read_catalogue.select(settings.sources, settings.channels)
    refuse_older(home, night)
    finish_publishing(home, night)
    log_step(context, f"collecting from {counted(len(sources), 'source')}")
    try:
        with SourceProgress() as progress:
            collect(
                sources,
                home.raw(night),
                night,
                Path(settings.catalogue),
                [Path(path) for path in settings.replay],
                memory=home.memory,
                drop=home.drop,
                stands=standing_runs(home, night),
                last_run=None if settings.is_limited else last_runs(home, night),
                lock=settings.lock,
                on_run=progress,
            )
    except CrawlError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    runs = raw_files.read_runs(home.raw(night))
    for channel in CHANNELS:
        ids = [source.id for source in sources if source.channel == channel]
        here = runs.filter(pl.col("source_id").is_in(ids))
        ill = here.filter(pl.col("outcome").is_in(ILL))
        yield dg.MaterializeResult(
            asset_key=["raw", channel],
            metadata={
                "sources": here.height,
                "rows": int(here["kept"].sum()),
                "outcomes": preview(here.group_by("outcome").len().sort("outcome")),
                "preview": preview(here.select("source_id", "outcome", "seen", "kept", "evidence")),
            },
        )
        yield dg.AssetCheckResult(
            asset_key=["raw", channel],
            check_name="sources_are_well",
            passed=ill.is_empty(),
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"ill": preview(ill.select("source_id", "outcome", "evidence"))},
        )
