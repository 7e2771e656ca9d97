"""The warehouse: built aside and checked. A bad table stops the night here; nothing was published yet."""

from collections.abc import Iterator

import dagster as dg

from pipeline.assets import NIGHTS, RETRY, RunSettings, log_step, night_of
from pipeline.nightly.build_step import build_night
from pipeline.storage import warehouse as files
from pipeline.storage.raw import timed

ERROR, WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN


@dg.asset(
    deps=["internships"],
    partitions_def=NIGHTS,
    group_name="publish",
    kinds={"duckdb"},
    retry_policy=RETRY,
    check_specs=[
        dg.AssetCheckSpec(
            "keys_and_vocabularies",
            asset="warehouse",
            blocking=True,
            description="No key twice, no word outside its vocabulary, no value missing that must be there.",
        ),
        dg.AssetCheckSpec(
            "sql_checks", asset="warehouse", blocking=True, description="Every file of sql/checks returns no row."
        ),
        dg.AssetCheckSpec(
            "sql_warnings",
            asset="warehouse",
            description="Nor do those that say they only warn. Does not stop the night.",
        ),
    ],
)
def warehouse(
    context: dg.AssetExecutionContext, settings: RunSettings
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """The DuckDB file of this night."""
    log_step(context, "building the warehouse and checking it")
    home, night = settings.home_folder, night_of(context)
    with timed(home.raw(night), "build"):
        built = build_night(home, settings.loaded_catalogue, night)
        failures = files.check(built.path)
    yield dg.MaterializeResult(
        metadata={"bytes": built.path.stat().st_size, **{f"rows_{name}": rows for name, rows in built.rows.items()}}
    )
    declared = {check.name for check in files.declared_checks()}
    broken = [failure for failure in failures if not failure.check.warns]
    for check, severity, found in (
        ("keys_and_vocabularies", ERROR, [failure for failure in broken if failure.check.name in declared]),
        ("sql_checks", ERROR, [failure for failure in broken if failure.check.name not in declared]),
        ("sql_warnings", WARN, [failure for failure in failures if failure.check.warns]),
    ):
        yield dg.AssetCheckResult(
            check_name=check,
            passed=not found,
            severity=severity,
            metadata={
                failure.check.name: f"{failure.check.rule}: {failure.rows} rows, {failure.sample}" for failure in found
            },
        )
