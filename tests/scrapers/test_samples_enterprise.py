"""Real answers of the systems of large employers (../shared/samples) go through their spiders. The captures are trimmed: most
have no answer for the postings' own pages, so that the list alone is kept, and the run says what it lacks."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from scrapers.listing import PAGE_UNREAD


class Answer(NamedTuple):
    """A file under ../shared/samples as the answer to a request; `posted` where that is a POST."""

    file: str
    url: str
    type: str = "application/json"
    posted: str | None = None


class Sample(NamedTuple):
    """A source, the answers to it, and what must come of it: rows kept, facts of the last of them, words of the evidence."""

    spider: str
    url: str
    answers: tuple[Answer, ...]
    kept: int
    facts: dict[str, Any]
    settings: dict[str, Any] = {}
    evidence: str = "not_recorded"


WORKDAY = "https://sample.wd5.myworkdayjobs.com/wday/cxs/sample/Careers/jobs"
ORACLE = "https://sample.fa.us2.oraclecloud.com"
ORACLE_LIST = (
    f"{ORACLE}/hcmRestApi/resources/latest/recruitingCEJobRequisitions?onlyData=true"
    "&expand=requisitionList.workLocation,requisitionList.secondaryLocations"
    "&finder=findReqs;siteNumber=CX_1,limit=200,offset=0,sortBy=POSTING_DATES_DESC"
)
ORACLE_DETAIL = (
    f"{ORACLE}/hcmRestApi/resources/latest/recruitingCEJobRequisitionDetails?expand=all&onlyData=true"
    "&finder=ById;Id=%2226876%22,siteNumber=CX_1"
)
EIGHTFOLD = "https://albemarle.eightfold.ai/api/apply/v2/jobs?domain=albemarle.com"
ICIMS = "https://careers-wipfli.icims.com/jobs/search?ss=1&in_iframe=1"
ICIMS_OTHER = "https://careers-acmefreight.icims.com/jobs/search?ss=1&in_iframe=1"
JOBVITE = "https://jobs.jobvite.com/feedingamerica/jobs"
JOBVITE_DETAIL = "https://jobs.jobvite.com/feedingamerica/job/ohAzAfwK"
HTML = "text/html; charset=utf-8"

SAMPLES = [
    Sample(
        "workday",
        WORKDAY,
        (
            Answer(
                "workday/careerkit_workday.json",
                WORKDAY,
                posted='{"appliedFacets":{},"limit":20,"offset":0,"searchText":""}',
            ),
        ),
        2,
        {
            "native_id": "JR332446",
            "locations": [],
            "posted": "Posted 3 Days Ago",
            "extra": {"bullets": ["JR332446"], "places": ["5 Locations"]},
        },
    ),
    Sample(
        "oracle",
        f"{ORACLE}/hcmUI/CandidateExperience/en/sites/CX_1",
        (
            Answer("oracle/careerkit_oracle_orc.json", ORACLE_LIST),
            Answer("oracle/careerkit_oracle_orc_detail.json", ORACLE_DETAIL),
        ),
        2,
        {
            "url": f"{ORACLE}/hcmUI/CandidateExperience/en/sites/CX_1/job/26876",
            "posted": "2026-08-19T00:00:00+00:00",
            "locations": [
                "SAN FRANCISCO, CA, United States",
                "HOUSTON, TX, United States",
                "ATLANTA, GA, United States",
                "MIAMI, FL, United States",
                "IRVINE, CA, United States",
            ],
        },
        {"site": "CX_1"},
    ),
    Sample(
        "eightfold",
        EIGHTFOLD,
        (Answer("eightfold/careerkit_eightfold.json", EIGHTFOLD),),
        2,
        {"url": "https://albemarle.eightfold.ai/careers/job/1099555208188", "posted": "1784851200"},
    ),
    Sample(
        "icims",
        ICIMS,
        (Answer("icims/careerkit_icims.html", ICIMS, HTML),),
        2,
        {"native_id": "8212", "locations": ["US"]},
    ),
    Sample(
        "icims",
        ICIMS_OTHER,
        (Answer("pages/careerops__icims-search-page.html", ICIMS_OTHER, HTML),),
        3,
        {"native_id": "9999", "locations": []},
    ),
    Sample(
        "jobvite",
        JOBVITE,
        (
            Answer("jobvite/careerkit_jobvite.html", JOBVITE, HTML),
            Answer("pages/jobseek__jsonld_neura_robotics_manager.html", JOBVITE_DETAIL, HTML),
        ),
        2,
        {"native_id": "ohAzAfwK", "organization": "Neura Robotics GmbH"},
    ),
]


def source_id(number: int) -> str:
    return f"{SAMPLES[number].spider}.{number}"


@pytest.fixture(scope="module")
def crawled(crawling: Any, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of each sample, of sources that hold internships, so that the word test skips nothing."""
    folder = tmp_path_factory.mktemp("samples")
    pages = [
        crawling.page(
            answer.url,
            (shared / "samples" / answer.file).read_bytes(),
            headers={"Content-Type": answer.type},
            posted=answer.posted.encode() if answer.posted else None,
        )
        for sample in SAMPLES
        for answer in sample.answers
    ]
    sources = [
        {
            "id": source_id(number),
            "spider": sample.spider,
            "url": sample.url,
            "settings": sample.settings,
            "holds": "internships",
        }
        for number, sample in enumerate(SAMPLES)
    ]
    crawled: dict[str, Any] = crawling.crawl(
        folder, sources, [crawling.write_archive(folder / "samples.warc.gz", pages)]
    )
    return crawled


@pytest.mark.parametrize("number", range(len(SAMPLES)), ids=source_id)
def test_a_real_answer_gives_its_rows(number: int, crawled: dict[str, Any]) -> None:
    sample = SAMPLES[number]
    run, listings = crawled[source_id(number)]
    assert (run["outcome"], sample.evidence in (run["evidence"] or "")) == ("partial", True), run
    assert (run["seen"], len(listings)) == (sample.kept, sample.kept)
    assert all(row["title"] and row["url"].startswith("https://") and row["native_id"] for row in listings)
    last = listings[-1]
    last["extra"].pop(PAGE_UNREAD, None)  # of most there is a list only
    assert {field: last[field] for field in sample.facts} == sample.facts
