"""Cleaning: raw listings to listings, typed and with evidence, and their life over this night."""

import dagster as dg
import polars as pl

from pipeline.assets import NIGHTS, RETRY, RunSettings, log_step, night_of, preview
from pipeline.nightly.clean_step import clean_night
from pipeline.storage.raw import timed
from scrapers.source import CHANNELS


@dg.asset(
    deps=[["raw", channel] for channel in CHANNELS],
    partitions_def=NIGHTS,
    group_name="clean",
    kinds={"polars"},
    retry_policy=RETRY,
)
def listings(context: dg.AssetExecutionContext, settings: RunSettings) -> dg.MaterializeResult[None]:
    """What each source says about an opening, cleaned, as of this night. Only what changed is cleaned again."""
    log_step(context, "cleaning")
    home, night = settings.home_folder, night_of(context)
    with timed(home.raw(night), "clean"), settings.open_engine() as engine:
        tonight = clean_night(home, settings.loaded_catalogue, night, engine=engine)
    shown = ["source_id", "title", "organization", "countries", "posted_on", "state"]
    return dg.MaterializeResult(
        metadata={
            "listings": tonight.listings.height,
            "open": tonight.listings.filter(pl.col("state") == "open").height,
            "cleaned": tonight.rows_cleaned,
            "rejects": tonight.rejects.height,
            "outcomes": preview(tonight.source_runs.group_by("outcome").len().sort("outcome")),
            "preview": preview(tonight.listings.filter(pl.col("state") == "open").select(shown)),
        }
    )
