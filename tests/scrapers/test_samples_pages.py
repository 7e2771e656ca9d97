"""Saved pages go through the spiders for pages: what they say is kept, in the source's own words."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.conftest import REPOSITORY


class Sample(NamedTuple):
    """A saved page under ../shared/samples, and the source that it is served to."""

    spider: str
    file: str
    settings: dict[str, Any] = {}
    type: str = "text/html; charset=utf-8"


PAGES = "pages/jobseek__"
SAMPLES = {
    "youthall": Sample("job_posting", "pages/is-radari__youthall_jsonld_abridged.html"),
    "neura": Sample("job_posting", f"{PAGES}jsonld_neura_robotics_manager.html"),
    "meta": Sample("job_posting", f"{PAGES}jsonld_meta_software_engineer.html"),
    "without": Sample("job_posting", f"{PAGES}barcelona_activa_talentclue_jobpage.html"),
    "ayuda": Sample("label_block", f"{PAGES}ayuda_en_accion_talentclue_jobpage_coord.html"),
    "barcelona": Sample("label_block", f"{PAGES}barcelona_activa_talentclue_jobpage.html"),
    "prose": Sample("prose_page", f"{PAGES}ayuda_en_accion_talentclue_jobpage.html"),
    "widget": Sample("html_list", f"{PAGES}jobylon_mcdonalds_se.html", {"rows": ".job", "fields": {"title": ".title"}}),
    "neogov": Sample("rss", "neogov/careerkit_neogov.xml", {}, "application/rss+xml"),
}


@pytest.fixture(scope="module")
def crawled(crawling: Any, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of each sample, of sources that hold internships, so that the word test skips nothing; and of the card of
    EURAXESS, by the settings that the catalogue has for it."""
    folder = tmp_path_factory.mktemp("samples")
    catalogue = yaml.safe_load((REPOSITORY / "data/sources/agency/programmes.yaml").read_text(encoding="utf-8"))
    entry = next(each for each in catalogue["sources"] if each["id"] == "euraxess-internships")
    samples = {**SAMPLES, "euraxess": Sample("html_list", "pages/is-radari__euraxess_card.html", entry["settings"])}
    pages, sources = [], []
    for name, sample in samples.items():
        url = f"https://{name}.example/saved"
        body = (shared / "samples" / sample.file).read_bytes()
        pages.append(crawling.page(url, body, headers={"Content-Type": sample.type}))
        given = {"settings": sample.settings, "holds": "internships"}
        sources.append({"id": name, "spider": sample.spider, "url": url, **given})
    crawled: dict[str, Any] = crawling.crawl(
        folder, sources, [crawling.write_archive(folder / "samples.warc.gz", pages)]
    )
    return crawled


def test_json_ld_of_three_sites_is_read(crawled: dict[str, Any]) -> None:
    (youthall,), (neura,), (meta,) = (crawled[name].listings for name in ("youthall", "neura", "meta"))
    assert (youthall["native_id"], youthall["locations"]) == ("8314", ["Eskişehir, Eskişehir, TR"])
    assert (youthall["employment_type"], youthall["deadline"]) == ("PART_TIME", "2026-10-14T23:59:59+03:00")
    assert (neura["organization"], neura["locations"]) == ("Neura Robotics GmbH", ["Metzingen, DE"])
    assert (meta["organization"], meta["locations"][0]) == ("Meta", "Sunnyvale, CA, USA")
    assert all(crawled[name].outcome == "ok" for name in ("youthall", "neura", "meta"))


def test_a_page_without_a_job_posting_is_told(crawled: dict[str, Any]) -> None:
    assert (crawled["without"].outcome, crawled["without"].listings) == ("layout_changed", [])
    assert "no JobPosting" in crawled["without"].evidence


def test_label_blocks_in_two_languages_are_read(crawled: dict[str, Any]) -> None:
    (ayuda,), (barcelona,) = crawled["ayuda"].listings, crawled["barcelona"].listings
    assert (ayuda["title"], ayuda["locations"]) == ("Coordinador/a Territorial", ["La Unión (El Salvador)"])
    assert ayuda["employment_type"] == "Temporal"
    assert (barcelona["locations"], barcelona["employment_type"]) == (["Barcelona (Espanya)"], "Indefinit")
    assert barcelona["pay"].startswith("12000")


def test_a_whole_page_is_one_offer_without_what_stands_around(crawled: dict[str, Any]) -> None:
    (row,) = crawled["prose"].listings
    assert row["title"].startswith("Consultoría - Diseño de identidad visual")
    assert "Ubicación: (Bolivia)" in row["description"].splitlines()


def test_the_template_that_a_script_would_fill_is_no_row(crawled: dict[str, Any]) -> None:
    assert (crawled["widget"].outcome, crawled["widget"].listings) == ("layout_changed", [])
    assert crawled["widget"].evidence == "short by 1: 1 row without title"


def test_the_card_of_a_research_portal_is_read_by_the_catalogue(crawled: dict[str, Any]) -> None:
    (row,) = crawled["euraxess"].listings
    assert row["url"] == "https://euraxess.example/jobs/468066"
    assert row["organization"] == "BIOGIPUZKOA HEALTH RESEARCH INSTITUTE"
    assert row["deadline"] == "9 Oct 2026 - 23:59 (Europe/Madrid)"
    assert "SAN SEBASTIAN" in row["locations"][0]


def test_the_feed_of_an_american_agency_is_read(crawled: dict[str, Any]) -> None:
    assert crawled["neogov"].outcome == "ok"
    assert crawled["neogov"].listings[0]["native_id"].endswith("/410001")
