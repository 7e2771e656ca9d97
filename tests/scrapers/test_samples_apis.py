"""Recorded answers of open interfaces go through their spiders: what they say is kept, in the source's own words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest


class Sample(NamedTuple):
    """A recorded answer under ../shared/samples, and under which address it is served."""

    spider: str
    file: str
    url: str


SAMPLES = [
    Sample(
        "arbeitnow", "arbeitnow/tonttu84_arbeitnow_2026-09.json", "https://www.arbeitnow.com/api/job-board-api?page=1"
    ),
    Sample(
        "jobtech",
        "jobtech_se/schatten007_jobtech_search_hit_2026-07_TRIMMED.json",
        "https://jobsearch.api.jobtechdev.se/search?q=systemutvecklare&limit=100&offset=600",
    ),
    Sample("nav", "nav/pam-stilling-feed_ad_dto.json", "https://pam-stilling-feed.nav.no/api/v1/feed"),
]
AD = "10584075-1e5c-4a83-bf49-c80bcab83018"


@pytest.fixture(scope="module")
def crawled(crawling: Any, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of each sample, by spider, of sources that hold internships, so that the word test skips nothing."""
    folder = tmp_path_factory.mktemp("samples")
    kind = {"Content-Type": "application/json"}
    pages = []
    for sample in SAMPLES:
        body = (shared / "samples" / sample.file).read_bytes()
        if sample.spider == "nav":  # the sample is an advertisement as the feed's makers get it: here it is led to
            pages.append(crawling.page(f"{sample.url}entry/{AD}", _own_answer(json.loads(body)), headers=kind))
            body = json.dumps({"items": [_entry(json.loads(body))], "next_url": None}).encode()
        pages.append(crawling.page(sample.url, body, headers=kind))
    sources = [{"id": each.spider, "spider": each.spider, "url": each.url, "holds": "internships"} for each in SAMPLES]
    crawled: dict[str, Any] = crawling.crawl(
        folder, sources, [crawling.write_archive(folder / "samples.warc.gz", pages)]
    )
    return crawled


def _entry(ad: dict[str, Any]) -> dict[str, Any]:
    return {
        "url": f"/api/v1/feedentry/{ad['uuid']}",
        "title": ad["title"],
        "_feed_entry": {"uuid": ad["uuid"], "status": ad["status"], "businessName": ad["businessName"]},
    }


def _own_answer(ad: dict[str, Any]) -> bytes:
    """The advertisement as the feed tells it (mapAd in the feed's published source)."""
    properties = ad["properties"]
    content = {
        "title": ad["title"],
        "published": ad["published"],
        "workLocations": ad["locationList"],
        "contactList": ad["contactList"],
        "description": properties["adtext"],
        "applicationDue": properties["applicationdue"],
        "engagementtype": properties["engagementtype"],
        "starttime": properties["starttime"],
        "employer": {"name": ad["businessName"]},
    }
    return json.dumps({"uuid": ad["uuid"], "ad_content": content, "status": "ACTIVE"}).encode()


def test_arbeitnow_keeps_every_row_with_its_seconds_and_both_words_on_place(crawled: dict[str, Any]) -> None:
    run, rows = crawled["arbeitnow"]
    assert (run["outcome"], run["evidence"].split(":")[0]) == ("partial", "not_recorded"), (
        "the next page is not recorded"
    )
    assert [row["posted"] for row in rows] == ["1788746942", "1788735929", "1788702005"]
    assert [row["organization"] for row in rows] == ["Unitelabs", "Skaylink", "Parity"]
    assert (rows[2]["locations"], rows[2]["extra"]["remote"]) == (["Remote"], False)
    assert rows[0]["locations"] == ["München"] and rows[0]["employment_type"] == "Experienced, Permanent, Full time"


def test_jobtech_keeps_the_hit_and_says_that_the_search_has_more(crawled: dict[str, Any]) -> None:
    run, [row] = crawled["jobtech"]
    assert (run["outcome"], run["evidence"]) == ("partial", "short by 608: saw 1 of 609 rows")
    assert (row["native_id"], row["title"], row["locations"]) == ("31281556", "Utvecklare", ["Halmstad, Sverige"])
    assert (row["posted"], row["deadline"]) == ("2026-07-20T00:01:23", "2026-09-06T23:59:59")
    assert row["organization"] == "HÖGSKOLAN I HALMSTAD" and row["apply_url"].startswith("https://hh.varbi.com/")


def test_nav_keeps_the_advertisement_without_its_contacts(crawled: dict[str, Any]) -> None:
    run, [row] = crawled["nav"]
    assert (run["outcome"], run["seen"]) == ("ok", 1)
    assert (row["native_id"], row["locations"]) == (AD, ["LEKA, TRØNDELAG, NORGE"])
    assert (row["deadline"], row["starts"], row["employment_type"]) == ("2021-04-23", "2021-06-01", "Fast")
    assert "abc@abc.no" not in json.dumps(row) and "1234567" not in json.dumps(row)
