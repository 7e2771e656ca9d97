"""Real answers of boards (../shared/samples) go through their spiders: trimmed captures, whose texts stay where they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest


class Sample(NamedTuple):
    """A real answer under ../shared/samples, what it is served as, and what must come of it; `facts` are of the first row.
    A capture is trimmed, so that `evidence` tells of rows that it declares and does not have, or of details it lacks."""

    spider: str
    file: str
    url: str
    kept: int
    facts: dict[str, Any]
    outcome: str = "ok"
    evidence: str = ""
    type: str = "application/json"


SAMPLES = [
    Sample(
        "greenhouse",
        "greenhouse/careerkit_greenhouse.json",
        "https://boards-api.greenhouse.io/v1/boards/sample/jobs?content=true",
        2,
        {
            "native_id": "8636903002",
            "locations": ["London, UK"],
            "posted": "2026-07-16T11:55:32-04:00",
            "language": "en",
        },
        "partial",
        "saw 2 of 37 rows",
    ),
    Sample(
        "lever",
        "lever/careerkit_lever.json",
        "https://api.lever.co/v0/postings/sample?mode=json&limit=100",
        2,
        {"employment_type": "Contract", "locations": ["Chicago, IL, US"], "posted": "1764205361939"},
    ),
    Sample(
        "ashby",
        "ashby/careerkit_ashby.json",
        "https://api.ashbyhq.com/posting-api/job-board/sample?includeCompensation=true",
        2,
        {
            "employment_type": "FullTime",
            "locations": ["Canada"],
            "pay": None,
            "posted": "2026-04-20T22:43:56.531+00:00",
        },
    ),
    Sample(
        "recruitee",
        "recruitee/careerkit_recruitee.json",
        "https://sample.recruitee.com/api/offers",
        2,
        {
            "native_id": "2700825",
            "employment_type": "fulltime_permanent",
            "locations": ["Berlin, Germany"],
            "language": "en",
            "pay": "EUR 60000 - 75000 year",
            "posted": "2026-08-05 10:10:39 UTC",
        },
    ),
    Sample(
        "pinpoint",
        "pinpoint/careerkit_pinpoint.json",
        "https://sample.pinpointhq.com/postings.json",
        2,
        {"locations": ["United States"], "deadline": "2026-08-28T23:59:59-04:00", "posted": None},
    ),
    Sample(
        "teamtailor",
        "teamtailor/careerkit_teamtailor.json",
        "https://sample.teamtailor.com/jobs.json",
        2,
        {"native_id": "7167985", "locations": ["Madrid, ES"], "posted": "2026-02-04T09:26:20+01:00"},
    ),
    Sample(
        "teamtailor",
        "teamtailor/tonttu84_upcloud_jobs_2026-09_TRIMMED.json",
        "https://another.teamtailor.com/jobs.json",
        1,
        {"native_id": "7958695", "organization": "UpCloud", "locations": ["Helsinki, FI"]},
    ),
    Sample(
        "personio",
        "personio/careerkit_personio.xml",
        "https://sample.jobs.personio.de/xml?language=en",
        1,
        {"native_id": "1834171", "locations": ["Munich", "Berlin"], "employment_type": "permanent, full-time"},
        "partial",
        "not_recorded",
        type="application/xml",
    ),
    Sample(
        "personio",
        "personio/cpsit_SYNTHETIC_api-response-multiple-positions.xml",
        "https://synthetic.jobs.personio.de/xml?language=en",
        2,
        {"native_id": "1", "locations": ["Berlin"], "organization": "Test company"},
        type="application/xml",
    ),
    Sample(
        "rippling",
        "rippling/careerkit_rippling.json",
        "https://api.rippling.com/platform/api/ats/v1/board/sample/jobs",
        1,
        {"locations": ["Remote (New Jersey, US)", "New York, NY"]},
        "partial",
        "not_recorded",
    ),
    Sample(
        "bamboohr",
        "bamboohr/careerkit_bamboohr.json",
        "https://sample.bamboohr.com/careers/list",
        2,
        {"native_id": "86", "url": "https://sample.bamboohr.com/careers/86", "locations": ["Fort Lauderdale, Florida"]},
        "partial",
        "not_recorded",
    ),
    Sample(
        "workable",
        "workable/careerkit_workable.json",
        "https://apply.workable.com/api/v1/widget/accounts/sample?details=true",
        1,
        {"native_id": "DD136DD7E7", "locations": ["Spain", "Portugal"], "posted": "2026-08-05"},
        "partial",
        "not_recorded",
    ),
    Sample(
        "smartrecruiters",
        "smartrecruiters/careerkit_smartrecruiters.json",
        "https://api.smartrecruiters.com/v1/companies/sample/postings?limit=100",
        1,
        {"native_id": "743999671674844", "employment_type": "Part-time", "locations": ["St. Louis, MO, United States"]},
        "partial",
        "not_recorded",
    ),
]


def source_id(number: int, holds: str) -> str:
    return f"{SAMPLES[number].spider}.{number}-{holds}"


@pytest.fixture(scope="module")
def crawled(crawling: Any, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("samples")
    sources, pages = [], []
    for number, sample in enumerate(SAMPLES):
        body = (shared / "samples" / sample.file).read_bytes()
        pages.append(crawling.page(sample.url, body, headers={"Content-Type": sample.type}))
        sources += [
            {"id": source_id(number, holds), "spider": sample.spider, "url": sample.url, "holds": holds}
            for holds in ("internships", "mixed")
        ]
    return crawling.crawl(folder, sources, [crawling.write_archive(folder / "samples.warc.gz", pages)])


@pytest.mark.parametrize("number", range(len(SAMPLES)), ids=[sample.file for sample in SAMPLES])
def test_a_real_answer_gives_its_postings(number: int, crawled: dict[str, Any]) -> None:
    sample, (run, listings) = SAMPLES[number], crawled[source_id(number, "internships")]
    assert (run["outcome"], sample.evidence in (run["evidence"] or "")) == (sample.outcome, True), run
    assert (run["seen"], len(listings)) == (sample.kept, sample.kept)
    assert {field: listings[0][field] for field in sample.facts} == sample.facts
    assert all(row["title"] and row["native_id"] and row["url"].startswith("https://") for row in listings)
    assert "no_link" not in str(listings)


def test_what_cannot_be_an_internship_is_skipped_and_counted(crawled: dict[str, Any]) -> None:
    """Of all the samples one posting is an internship. The word test may let a few others pass, but loses none."""
    mixed = [crawled[source_id(number, "mixed")] for number in range(len(SAMPLES))]
    kept = [row for each in mixed for row in each.listings]
    assert ("87", "Internship") in [(row["native_id"], row["employment_type"]) for row in kept]
    assert len(kept) <= 3
    assert [each.run["skipped"] + len(each.listings) for each in mixed] == [sample.kept for sample in SAMPLES]


def test_every_part_of_a_description_is_kept(shared: Path, crawled: dict[str, Any]) -> None:
    """Lever: opening, lists with their headings, what is added; Recruitee: the requirements, too."""
    lever = crawled[source_id(1, "internships")].listings[0]["description"]
    recruitee = crawled[source_id(3, "internships")].listings[0]["description"]
    assert lever.count("<h3>") == 2 and lever.count("<ul>") == 2 and lever.endswith("</div>")
    assert recruitee.count("<p><strong>") >= 2
