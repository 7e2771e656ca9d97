"""Matching: listings of one opening become one internship."""

import dagster as dg
import polars as pl

from pipeline.assets import NIGHTS, RETRY, RunSettings, log_step, night_of, preview
from pipeline.nightly.match_step import match_night
from pipeline.storage.raw import timed


@dg.asset(deps=["listings"], partitions_def=NIGHTS, group_name="match", kinds={"polars"}, retry_policy=RETRY)
def internships(context: dg.AssetExecutionContext, settings: RunSettings) -> dg.MaterializeResult[None]:
    """One row an opening in the world, its history, and what changed on this night."""
    log_step(context, "matching")
    home, night = settings.home_folder, night_of(context)
    with timed(home.raw(night), "match"), settings.open_engine() as engine:
        tonight = match_night(home, settings.loaded_catalogue, night, engine)
    shown = ["title", "organization", "countries", "deadline", "pay_status", "listing_count"]
    return dg.MaterializeResult(
        metadata={
            "internships": tonight.internships.height,
            "open": tonight.internships.filter(pl.col("state") == "open").height,
            "changes": preview(tonight.changes.group_by("change").len().sort("change")),
            "preview": preview(tonight.internships.filter(pl.col("state") == "open").select(shown)),
        }
    )
