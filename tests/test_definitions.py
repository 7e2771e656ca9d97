"""The graph: what runs every night, and that nothing in it is off by accident."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import dagster as dg
import pytest

from pipeline.definitions import JOB, build_definitions, every_night
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


def test_a_bad_table_stops_the_publishing_and_an_ill_source_does_not() -> None:
    graph = build_definitions().resolve_asset_graph()
    checks = {
        key.asset_key.to_user_string() + ":" + key.name: graph.get_check_spec(key).blocking
        for key in graph.asset_check_keys
    }
    assert checks["warehouse:sql_checks"]
    assert checks["warehouse:keys_and_vocabularies"]
    assert not any(blocking for name, blocking in checks.items() if name.startswith("raw/"))
