"""The graph: what runs every night, and that nothing in it is off by accident."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import dagster as dg
import pytest

from pipeline.definitions import (
    JOB,
    build_definitions,
    cron_line,
    every_night,
    failed_nights,
    failure_words,
    standing_problems,
)
from pipeline.storage.home import HomeError
from scrapers.source import CHANNELS


def test_the_graph_is_one_line_from_six_channels_to_the_exports() -> None:
    graph = build_definitions().resolve_asset_graph()
    raw = {dg.AssetKey(["raw", channel]) for channel in CHANNELS}
    assert graph.get(dg.AssetKey("listings")).parent_keys == raw
    line = ["listings", "internships", "warehouse", "exports"]
    for before, after in itertools.pairwise(line):
        assert graph.get(dg.AssetKey(after)).parent_keys == {dg.AssetKey(before)}
    assert graph.get_all_asset_keys() == raw | {dg.AssetKey(name) for name in line}


def test_the_schedule_is_on_and_asks_for_the_date_in_its_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = build_definitions().resolve_schedule_def("every_night")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    assert schedule.job_name == JOB
    monkeypatch.setenv("INTERNSHIPS_ZONE", "Asia/Tokyo")
    monkeypatch.setattr("pipeline.definitions.tonight", lambda: date(2026, 3, 11))
    with dg.instance_for_test() as instance:
        at = datetime(2026, 3, 10, 17, 0, tzinfo=UTC)
        request = every_night(dg.build_schedule_context(instance=instance, scheduled_execution_time=at))
        assert isinstance(request, dg.RunRequest)
        assert request.partition_key == "2026-03-11"
        assert instance.has_dynamic_partition("night", "2026-03-11")
        missed = dg.build_schedule_context(instance=instance, scheduled_execution_time=at - timedelta(days=1))
        assert isinstance(every_night(missed), dg.SkipReason)


def test_a_wrong_schedule_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERNSHIPS_SCHEDULE", "every night")
    with pytest.raises(HomeError, match="INTERNSHIPS_SCHEDULE: 'every night' is no cron line"):
        cron_line()


def test_an_error_without_words_is_told_by_its_name() -> None:
    def said(message: str) -> str:
        error = SimpleNamespace(message=message, cause=None)
        return failure_words(cast(dg.DagsterEvent, SimpleNamespace(step_failure_data=SimpleNamespace(error=error))))

    assert said("pipeline.storage.home.HomeError: no home\n") == "no home"
    assert said("pipeline.storage.home.HomeError\n") == "pipeline.storage.home.HomeError"


def test_a_bad_table_stops_the_publishing_and_an_ill_source_does_not() -> None:
    graph = build_definitions().resolve_asset_graph()
    checks = {
        key.asset_key.to_user_string() + ":" + key.name: graph.get_check_spec(key).blocking
        for key in graph.asset_check_keys
    }
    assert checks["warehouse:sql_checks"]
    assert checks["warehouse:keys_and_vocabularies"]
    assert not any(blocking for name, blocking in checks.items() if name.startswith("raw/"))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (HomeError("line 1 is not a decision; correct it"), "line 1 is not a decision; correct it"),
        (ValueError("the disk is gone"), "ValueError: the disk is gone"),
    ],
    ids=["in words that are meant to be read", "by the innermost cause"],
)
def test_a_night_that_failed_is_told_with_its_cause(
    monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    @dg.op(retry_policy=dg.RetryPolicy(max_retries=1))
    def break_down() -> None:
        try:
            json.loads("{")
        except ValueError as cause:
            raise error from (cause if isinstance(error, HomeError) else None)

    @dg.job
    def nightly() -> None:
        break_down()

    sent: list[str] = []
    monkeypatch.setattr("pipeline.reports.alerts.send", lambda message, home: sent.append(message))
    with dg.instance_for_test() as instance:
        tags = {"dagster/partition": "2026-03-11"}
        result = nightly.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
        context = dg.build_run_status_sensor_context(
            "failed_nights", result.get_run_failure_event(), instance, result.dagster_run
        )
        failed_nights(context.for_run_failure())
    assert sent[0].startswith("night 2026-03-11 failed: ")
    assert sent[0].endswith(told)


def test_both_sensors_are_on_and_silent_where_nobody_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INTERNSHIPS_WEBHOOK", "INTERNSHIPS_MAIL"):
        monkeypatch.delenv(name, raising=False)
    sensors = build_definitions().sensors
    assert sensors is not None
    assert {sensor.default_status for sensor in sensors} == {dg.DefaultSensorStatus.RUNNING}  # type: ignore[union-attr]
    assert "neither" in str(standing_problems(dg.build_sensor_context()))
