"""How the sources of a night are partitioned to crawlers."""

from __future__ import annotations

from collections import Counter

import pytest

from pipeline.nightly import collect
from pipeline.nightly.collect import MOST_SOURCES_OF_A_PROCESS, partition_by_host, processes_for
from scrapers.source import Source


def source(number: int, host: str) -> Source:
    return Source.model_validate(
        {"id": f"s{number}", "name": "a", "channel": "platform", "spider": "rss", "url": f"https://{host}/{number}"}
    )


@pytest.mark.parametrize(
    ("sources", "processors", "processes"),
    [(0, 2, 1), (1, 2, 1), (40, 2, 1), (41, 2, 2), (10_000, 2, 2), (10_000, 8, 8), (20_000, 2, 4), (20_000, 1, 4)],
)
def test_there_are_as_many_crawlers_as_processors_and_more_for_very_many_sources(
    sources: int, processors: int, processes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect.os, "cpu_count", lambda: processors)
    assert processes_for(sources) == processes
    assert sources <= processes * MOST_SOURCES_OF_A_PROCESS


def test_each_host_is_asked_by_one_crawler() -> None:
    hosts = ["a.example"] * 6 + ["b.example"] * 3 + ["c.example", "d.example", "e.example"]
    parts = partition_by_host([source(number, host) for number, host in enumerate(hosts)], 2)
    assert [len(part) for part in parts] == [6, 6]
    assert max(Counter(host for part in parts for host in {each.host for each in part}).values()) == 1
