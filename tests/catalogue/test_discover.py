"""`internships sources discover`: what listings point to and the catalogue lacks."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
import yaml

from pipeline.catalogue import discover
from pipeline.shipped import shipped
from scrapers.source import board_file, read_catalogue
from tests.catalogue.made import DAY, build_warehouse

CATALOGUE = shipped("data", "sources")
SAMPLE = shipped("data", "sample", "sources")
UUID = "74bd4650-9855-4bd9-806a-95b8bf006c2b"


@pytest.mark.parametrize(
    ("address", "entry_is"),
    [
        ("https://boards.greenhouse.io/newboard/jobs/4242146006?gh_src=x", {"token": "newboard"}),
        ("https://job-boards.eu.greenhouse.io/newboard/jobs/4242146006",
         {"token": "newboard", "site": "job-boards.eu.greenhouse.io"}),
        ("https://boards.greenhouse.io/embed/job_app?for=newboard&amp;token=4242146006", {"token": "newboard"}),
        ("https://boards.greenhouse.io/embed/job_app?token=4242146006", None),
        ("https://www.example.org/careers/?gh_jid=4242146006", None),
        (f"https://jobs.lever.co/New-Board/{UUID}/apply", {"token": "New-Board"}),
        (f"https://jobs.eu.lever.co/newboard/{UUID}", {"token": "newboard", "host": "api.eu.lever.co"}),
        (f"https://jobs.ashbyhq.com/New%20Board/{UUID}/application", {"token": "New Board"}),
        ("https://jobs.smartrecruiters.com/NewBoard1/744000090750965-intern?oga=true", {"token": "NewBoard1"}),
        (f"https://jobs.smartrecruiters.com/oneclick-ui/company/NewBoard1/publication/{UUID}", {"token": "NewBoard1"}),
        ("https://apply.workable.com/new-board/j/E617888620/apply", {"token": "new-board"}),
        ("https://apply.workable.com/j/E617888620", None),
        ("https://newboard.recruitee.com/o/intern-robotics", {"token": "newboard"}),
        ("https://newboard.jobs.personio.com/job/123456?language=en", {"token": "newboard", "tld": "com"}),
        ("https://newboard.teamtailor.com/en-GB/jobs/123-intern", {"host": "newboard.teamtailor.com"}),
        ("https://newboard.bamboohr.com/careers/554", {"token": "newboard"}),
        ("https://newboard.wd5.myworkdayjobs.com/en-US/Site_1/job/Paris/Intern_JR2003206-1",
         {"tenant": "newboard", "wd": "wd5", "site": "Site_1"}),
        ("https://newboard.wd5.myworkdayjobs.com/jb/job/Paris/Intern_JR2003206",
         {"tenant": "newboard", "wd": "wd5", "site": "jb"}),
        ("https://newboard.wd5.myworkdayjobs.com/wday/authgwy/newboard/login", None),
        ("https://wd3.myworkdaysite.com/recruiting/newboard/jobs/job/Rome/Intern_R1",
         {"tenant": "newboard", "wd": "wd3", "site": "jobs", "url": "https://wd3.myworkdaysite.com/wday/cxs/newboard/jobs/jobs",
          "page": "https://wd3.myworkdaysite.com/recruiting/newboard/jobs"}),
        ("https://abcd.fa.em2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_77/job/123",
         {"host": "abcd.fa.em2.oraclecloud.com", "site": "CX_77"}),
        ("https://careers-newboard.icims.com/jobs/5/intern/job?mode=apply", {"host": "careers-newboard.icims.com"}),
        ("https://ats.rippling.com/en-GB/newboard/jobs/" + UUID, {"token": "newboard"}),
        ("https://newboard.pinpointhq.com/en/postings/" + UUID, {"token": "newboard"}),
        ("https://newboard.applytojob.com/apply/AbCdEf/Intern", {"token": "newboard"}),
        ("https://jobs.jobvite.com/careers/newboard/job/oAbCdEfg", {"token": "newboard"}),
        ("https://join.com/companies/newboard/123-intern", {"token": "newboard"}),
        ("https://newboard.softgarden.io/job/123/Praktikum", {"host": "newboard.softgarden.io"}),
        ("https://newboard.eightfold.ai/careers/job/123456789?domain=newboard.example",
         {"host": "newboard.eightfold.ai", "domain": "newboard.example"}),
        ("https://newboard.eightfold.ai/careers?pid=123456789", {"host": "newboard.eightfold.ai", "domain": "?"}),
        ("https://careers.newboard.example/careers/job/563121765161", {"host": "careers.newboard.example", "domain": "?"}),
        ("https://www.linkedin.com/jobs/view/4242146006", None),
    ],
)  # fmt: skip
def test_an_address_shows_the_entry_of_its_board(address: str, entry_is: dict[str, str] | None) -> None:
    boards = discover.boards_of(_listing(address))
    if entry_is is None:
        assert boards.is_empty()
        return
    (board,) = boards.iter_rows(named=True)
    file = board_file(CATALOGUE, board["system"])
    assert file
    proposal = discover.propose(board, file, read_catalogue(SAMPLE))
    assert proposal
    assert proposal.entry == {**entry_is, "name": "New"}
    source = file.source(yaml.safe_load(proposal.line)[0])
    assert (source.id, source.spider) == (proposal.id, board["system"])


def _listing(address: str) -> pl.DataFrame:
    row = {"internship_id": "i1", "state": "open", "organization": "New", "url": address, "apply_url": None}
    return pl.DataFrame([row], schema=discover.COLUMNS)


def test_only_what_the_catalogue_lacks_is_proposed_most_pointed_to_first(tmp_path: Path) -> None:
    catalogue = tmp_path / "catalogue" / "platform"
    catalogue.mkdir(parents=True)
    for name in ("lever", "greenhouse"):
        shutil.copy(CATALOGUE / "platform" / f"{name}.yaml", catalogue)
    (catalogue / "greenhouse.csv").write_text("token,name\nKnown,Known AG\n")
    (catalogue / "lever.csv").write_text("token,name\nknown,Known AG\n")
    rows = [
        ("i1", "open", "Known AG", "https://boards.greenhouse.io/known/jobs/1", None),
        (
            "i1",
            "open",
            None,
            "https://boards.greenhouse.io/newer/jobs/1",
            "https://www.linkedin.com/jobs/view/4242146006",
        ),
        ("i2", "closed", "Newer", "https://list.example/1", "https://boards.greenhouse.io/Newer/jobs/2"),
        ("i2", "closed", "Newer", "https://boards.greenhouse.io/newer/jobs/2", None),
        ("i3", "open", "Newer", "https://boards.greenhouse.io/embed/job_app?for=newer&token=3", None),
        ("i4", "open", "Other", f"https://jobs.lever.co/Known/{UUID}", None),
        ("i5", "open", "Known AG", f"https://jobs.lever.co/known/{UUID}", None),
        ("i5", "open", "Long", f"https://boards.greenhouse.io/{'x' * 90}/jobs/1", None),
        ("i6", "open", "Ashby user", f"https://jobs.ashbyhq.com/x/{UUID}", None),
    ]
    path = tmp_path / "warehouse.duckdb"
    keys = ("internship_id", "state", "organization", "url", "apply_url")
    facts = {"source_id": "s", "channel": "platform", "title": "Intern", "content_hash": "", "misses": 0}
    facts |= {"first_seen": DAY, "last_seen": DAY}
    build_warehouse(path, [{**facts, **dict(zip(keys, row, strict=True))} for row in rows])
    folder = tmp_path / "catalogue"
    found = discover.discover(path, read_catalogue(folder), folder)
    assert [(each.spider, each.entry, each.internships, each.open) for each in found.proposals] == [
        ("greenhouse", {"token": "newer", "name": "Newer"}, 3, 2),
        ("lever", {"token": "Known", "name": "Other", "id": "lever.known-2"}, 1, 1),
    ]
    assert (found.boards, found.without_file) == (6, {"ashby": 1})
    assert len(found.unfit) == 1 and "80 characters" in found.unfit[0]
    assert len(discover.discover(path, read_catalogue(folder), folder, min_internships=2).proposals) == 1
    for proposal in found.proposals:
        file = catalogue / f"{proposal.spider}.yaml"
        file.write_text(f"{file.read_text()}\nsources:\n  {proposal.line}\n")
    assert discover.discover(path, read_catalogue(folder), folder).proposals == []
