"""Addresses that are one, addresses that are not, and the names behind them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipeline.match.keys import address_key, organization_key, posting_key, title_key, url_key

UUID = "74bd4650-9855-4bd9-806a-95b8bf006c2b"


def one(function, url: str) -> str | None:  # type: ignore[no-untyped-def]
    return function(pl.Series([url]))[0]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("https://Jobs.Example.org/a", "http://jobs.example.org:80/a/"),
        ("https://www.example.org/a?utm_source=x&id=7", "https://example.org/a?id=7&gh_src=abc"),
        ("https://example.org/a?b=2&a=1", "https://example.org/a?a=1&b=2"),
        ("https://example.org/a?x=1&amp;y=2", "https://example.org/a?x=1&y=2"),
        ("https://jobs.lever.co/acme/1/apply", "https://jobs.lever.co/acme/1"),
        ("https://jobs.ashbyhq.com/acme/1/application?utm_campaign=z", "https://jobs.ashbyhq.com/acme/1/"),
        ("https://example.org/a#apply", "https://example.org/a"),
        ("https://example.org/show.do;jsessionid=9F3C22?code=118", "https://example.org/show.do?code=118"),
        ("https://xn--bcher-kva.example/pr%C3%A1ce", "https://bücher.example/práce"),
        (
            "https://salt--museum-example-org.translate.goog/a/7?_x_tr_sl=sl&_x_tr_tl=en",
            "https://salt-museum.example.org/a/7",
        ),
        ("https://example.org/%D9%81%D8%B1%D8%B5/7", "https://example.org/فرص/7"),
        ("https://example.org/a#:~:text=Apply%202026", "https://example.org/a"),
        (
            "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.org%2Fa&data=05",
            "https://example.org/a",
        ),
        ("https://urldefense.com/v3/__https://example.org/a?b=1__;!!Qx", "https://example.org/a?b=1"),
        ("https://urldefense.proofpoint.com/v2/url?u=https-3A__example.org_a-2Db&d=Dw", "https://example.org/a-b"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2Fa%3Ffbclid%3DIw&h=AT", "https://example.org/a"),
        ("https://web.archive.org/web/20260601000000/https://example.org/a", "https://example.org/a"),
        ("https://example-org.cdn.ampproject.org/c/s/example.org/a", "https://example.org/a"),
        ("https://example.org/index.php?job=31&PHPSESSID=q4k1", "https://example.org/?job=31"),
        (
            "https://urldefense.proofpoint.com/v1/url?u=http://example.org/sea-turtle-2&k=q",
            "https://example.org/sea-turtle-2",
        ),
        ("https://mail.example.net/out?url=https%3A%2F%2Fexample.org%2Fcalls%2F31", "https://example.org/calls/31"),
    ],
)
def test_addresses_that_are_one(left: str, right: str) -> None:
    assert one(url_key, left) == one(url_key, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("https://example.org/jobs?gh_jid=1", "https://example.org/jobs?gh_jid=2"),
        ("https://example.org/jobs?id=1", "https://example.org/jobs?id=2"),
        ("https://example.org/jobs?token=1", "https://example.org/jobs?token=2"),
        ("https://careers.example.org/jobs/#en/sites/s/job/305901", "https://careers.example.org/jobs/#en/sites/s/job/305998"),
        ("https://example.org/#/job/12", "https://example.org/#/job/13"),
        ("https://example.org/#!/campus", "https://example.org/"),
        ("https://example.org/Ab", "https://example.org/ab"),
        ("https://example.org/%ff/1", "https://example.org/%fe/1"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://form.example/job?id=4&redirect=https://form.example/sent/ok", "https://form.example/job?id=5&redirect=https://form.example/sent/ok"),
        ("https://form.example/tide?redirect=https://form.example/sent/ok", "https://form.example/moss?redirect=https://form.example/sent/ok"),
        ("https://careers.example.org/job/381?u=https://people.example/in/ada", "https://people.example/in/ada"),
        ("https://example.org/job/7?to=https://people.example/in/ada", "https://people.example/in/ada"),
    ],
)  # fmt: skip
def test_addresses_that_are_not(left: str, right: str) -> None:
    assert one(url_key, left) != one(url_key, right)


@pytest.mark.parametrize(
    ("left", "right", "is_one"),
    [
        ("example.org/calls/1187-mosaic-internship", "example.org/calls/1187-restoring-mosaics", True),
        ("example.org/en/calls/1187", "example.org/calls/1187-restoring-mosaics", True),
        ("example.org/calls/2026-mosaic-internship", "example.org/calls/2026-law-internship", False),
        ("example.org/calls/3-month-internship", "example.org/calls/3-week-internship", False),
    ],
)
def test_a_name_after_an_id_is_no_part_of_an_address(left: str, right: str, is_one: bool) -> None:
    assert (one(address_key, left) == one(address_key, right)) is is_one


@pytest.mark.parametrize(
    ("left", "right", "is_one"),
    [
        ("example.org/calls/1187?print=1", "example.org/calls/1187", True),
        ("example.org/print/calls/1187", "example.org/calls/1187", True),
        ("example.org/placements-2027?page=1", "example.org/placements-2027?page=2", False),
        ("example.org/calls/1187?page=1", "example.org/calls/1187?page=2", False),
        ("example.org/placements-2027?view=1", "example.org/placements-2027?view=2", False),
        ("example.org/mobile/trainee", "example.org/trainee", False),
        ("example.org/ua/jobs/trainee", "example.org/jobs/trainee", False),
        ("example.org/eu/jobs/trainee", "example.org/jobs/trainee", False),
    ],
)
def test_only_a_page_with_an_id_is_one_however_it_is_shown(left: str, right: str, is_one: bool) -> None:
    assert (one(address_key, left) == one(address_key, right)) is is_one


@pytest.mark.parametrize("text", ["", "no address", "mailto:a@example.org", "https://", "ftp://example.org/x"])
def test_what_is_no_web_address_has_no_key(text: str) -> None:
    assert one(url_key, text) is None


def test_keys_keep_the_order_of_the_addresses() -> None:
    urls = pl.Series(["https://b.org/2", None, "https://a.org/1", "https://b.org/2"])
    assert url_key(urls).to_list() == ["b.org/2", None, "a.org/1", "b.org/2"]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://boards.greenhouse.io/acme/jobs/4242146006", "greenhouse::4242146006"),
        ("https://job-boards.eu.greenhouse.io/acme/jobs/4242146006?gh_src=x", "greenhouse::4242146006"),
        ("https://boards.greenhouse.io/embed/job_app?for=acme&token=4242146006", "greenhouse::4242146006"),
        ("https://www.example.org/careers/?gh_jid=4242146006", "greenhouse::4242146006"),
        (f"https://jobs.lever.co/acme/{UUID.upper()}/apply", f"lever::{UUID}"),
        (f"https://jobs.eu.lever.co/acme/{UUID}", f"lever::{UUID}"),
        (f"https://jobs.ashbyhq.com/A%20B/{UUID}/application", f"ashby::{UUID}"),
        ("https://jobs.smartrecruiters.com/Acme/744000090750965-intern?oga=true", "smartrecruiters::744000090750965"),
        ("https://apply.workable.com/acme/j/E617888620/apply", "workable::E617888620"),
        ("https://acme.recruitee.com/o/intern-robotics?source=x", "recruitee:acme:intern-robotics"),
        ("https://acme.jobs.personio.de/job/123456?language=en", "personio:acme:123456"),
        ("https://acme.teamtailor.com/en-GB/jobs/123-intern", "teamtailor:acme:123"),
        ("https://acme.bamboohr.com/careers/554?source=indeed", "bamboohr:acme:554"),
        ("https://acme.wd5.myworkdayjobs.com/en-US/site/job/Paris/Intern_JR2003206-1", "workday:acme:JR2003206"),
        ("https://acme.wd5.myworkdayjobs.com/site/job/Paris/Intern_JR2003206/apply", "workday:acme:JR2003206"),
        ("https://acme.wd1.myworkdayjobs.com/x/job/Town/Intern_R25-7377-1", "workday:acme:R25-7377"),
        ("https://acme.wd1.myworkdayjobs.com/x/job/Town/Intern_REQ-2272", "workday:acme:REQ-2272"),
        ("https://wd3.myworkdaysite.com/recruiting/magna/Magna/job/Town/Intern_R00244013", "workday:magna:R00244013"),
        ("https://ehzq.fa.us2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_1/job/111218", "oracle:ehzq:111218"),
        ("https://careers.oracle.com/jobs/#en/sites/jobsearch/job/305901", "oracle:oracle:305901"),
        ("https://careers-acme.icims.com/jobs/13694/intern/job?mobile=true", "icims:careers-acme:13694"),
        ("https://jobs.jobvite.com/acme/job/oDkJzfwZ?s=LinkedIn", "jobvite::oDkJzfwZ"),
        (f"https://ats.rippling.com/en-GB/acme/jobs/{UUID}", f"rippling::{UUID}"),
        ("https://acme.pinpointhq.com/en/postings/0a1b", "pinpoint:acme:0a1b"),
        ("https://acme.applytojob.com/apply/kxwKgnxBTd/Intern", "jazzhr:acme:kxwKgnxBTd"),
        ("https://career5.successfactors.eu/career?company=Acme&career_job_req_id=77", "successfactors:acme:77"),
        ("https://www.linkedin.com/jobs/view/intern-at-acme-4200565209", "linkedin::4200565209"),
        ("https://de.linkedin.com/jobs/view/4200565209/?trk=x", "linkedin::4200565209"),
        ("https://www.amazon.jobs/en/jobs/2813394/intern", "amazon::2813394"),
        ("https://www.google.com/about/careers/applications/jobs/results/1097940433150-intern", "google::1097940433150"),
        ("https://jobs.careers.microsoft.com/global/en/job/1234567/Intern", "microsoft::1234567"),
        ("https://acme.eightfold.ai/careers?domain=acme.com&pid=343622121226", "eightfold::343622121226"),
        ("https://careers.acme.com/careers/job/343622121226?domain=acme.com", "eightfold::343622121226"),
        ("https://careers.un.org/jobSearchDescription/259931?language=fr", "un::259931"),
        ("https://inspira.un.org/psp/PUNA1J/?Page=UN_JO_DETAIL&JobOpeningId=259931", "un::259931"),
        ("https://acme.breezy.hr/p/3be81a77c1f2-sound-intern", "breezy:acme:3be81a77c1f2"),
        ("https://acme.breezy.hr/p/3be81a77c1f2/apply?source=x", "breezy:acme:3be81a77c1f2"),
        ("https://acme.varbi.com/se/what:job/jobID:781220/type:job/", "varbi:acme:781220"),
        ("https://acme.csod.com/ux/ats/careersite/4/home/requisition/1120?c=acme", "cornerstone:acme:1120"),
        ("https://acme.csod.com/ats/careersite/JobDetails.aspx?id=1120&site=4", "cornerstone:acme:1120"),
        ("https://acme.avature.net/careers/JobDetail/Timekeeping-Intern/4471", "avature:acme:4471"),
        ("https://acme.avature.net/careers/ApplicationMethods?jobId=4471", "avature:acme:4471"),
        ("https://careers.pageuppeople.com/671/cw/fr/job/590001", "pageup:671:590001"),
        ("https://reliefweb.int/job/4123456/intern", "reliefweb::4123456"),
        ("https://www.example.org/jobs/intern", None),
        ("https://boards.greenhouse.io/heron/jobs/4242146006?redirect=https://heron.example/sent/ok", "greenhouse::4242146006"),
        ("https://out.example/?url=https://boards.greenhouse.io/heron/jobs/4242146006", "greenhouse::4242146006"),
        ("https://form.example/job/31?u=https://boards.greenhouse.io/heron/jobs/4242146006", None),
        ("https://acme.wd5.myworkdayjobs.com/en-US/site", None),
    ],
)  # fmt: skip
def test_posting_ids(url: str, key: str | None) -> None:
    assert one(posting_key, url) == key


def test_posting_ids_agree_with_the_labels(shared: Path) -> None:
    """Two addresses have the same key where, and nearly only where, the labels say it is the same posting."""
    folder = shared / "eval" / "matching"
    labels = pl.read_parquet(folder / "truth.parquet").drop("source_id")
    listings = pl.read_parquet(folder / "listings.parquet").join(labels, on="listing_id")
    listings = listings.with_columns(key=posting_key(listings["url"]))
    systems = listings.filter(pl.col("label_kind") == "ats")
    assert systems["key"].is_not_null().mean() > 0.99
    both = listings.drop_nulls(["key", "canonical_id"])
    together = _pairs(both, ["key", "canonical_id"])
    assert together > 0.995 * _pairs(both, ["key"])
    assert together > 0.995 * _pairs(both, ["canonical_id"])


def _pairs(frame: pl.DataFrame, by: list[str]) -> int:
    size = frame.group_by(by).len()["len"].cast(pl.Int64)
    return int((size * (size - 1) // 2).sum())


def names(function, *texts: str | None) -> list[str | None]:  # type: ignore[no-untyped-def]
    return (
        pl.DataFrame({"t": pl.Series(texts, dtype=pl.String)}).select(function(pl.col("t")).alias("k"))["k"].to_list()
    )


def test_organizations_are_one_without_their_legal_form() -> None:
    assert len(set(names(organization_key, "Acme GmbH & Co. KG", "ACME", "The Acme, Inc.", "acmé S.A."))) == 1
    assert names(organization_key, "Inc", "", None, "日本製鉄株式会社") == ["inc", None, None, "日本製鉄"]


def test_titles_keep_what_tells_openings_apart() -> None:
    left, right, year = names(title_key, "Praktikant (m/w/d) – Köln", "praktikant koln", "Praktikant Köln 2026")
    assert left == right != year
