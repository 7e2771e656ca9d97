"""The pages of a published folder that search engines read, by parsers that are not the project's."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from lxml import etree

from pipeline.exports import export_night, publish_night
from pipeline.exports.pages import MOST_ENTRIES
from pipeline.exports.site import publish_site
from tests.exports.small import NIGHT, internship, small_warehouse, sound, source

SITE = "https://example.org/data/"
PLANTED = '</script><script>planted()</script><a href="x">'
MANY = MOST_ENTRIES + 3
GOOGLE_REQUIRES = {"title", "description", "datePosted", "hiringOrganization", "jobLocation"}


def rows() -> dict[str, list[dict[str, Any]]]:
    rows = sound(
        internship(0, title="Known", countries=["DE", "FR"], fields=["0613"], posted_on=NIGHT - timedelta(days=9),
                   last_seen=NIGHT - timedelta(days=1), posting_language="de", description="Full text", pay_status="unpaid"),
        internship(1, title="Undated", countries=["DE"], posted_on=None, best_url="javascript:planted()"),
        internship(2, title="Unknown employer", countries=["DE"], organization=None, posted_on=NIGHT),
        internship(3, title=PLANTED, countries=["DE"], organization=PLANTED, description=PLANTED, posted_on=NIGHT),
        internship(4, title="Withheld", countries=["JP"], description="SECRET", posted_on=NIGHT, source_ids=["strict"]),
        internship(5, title="Closed", countries=["IT"], state="closed", closed_on=NIGHT),
        internship(6, title="Over", countries=["IN"], deadline=NIGHT - timedelta(days=1)),
        *(internship(10 + nth, countries=["IN"], first_seen=NIGHT - timedelta(days=1)) for nth in range(MANY)),
    )  # fmt: skip
    rows["sources"] = [source("free"), source("strict", full_text=False, attribution="Strict & Co")]
    return rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published folder."""
    home = tmp_path_factory.mktemp("pages")
    warehouse = small_warehouse(home / "warehouse.duckdb", rows())
    (home / "building").mkdir()
    export_night(warehouse, home / "building", NIGHT)
    publish_night(home / "building", home / "exports", NIGHT)
    publish_site(home / "exports", home / "site", SITE)
    return home / "site"


def page(folder: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((folder / "pages" / name).read_text(encoding="utf-8"), "lxml")


def data(soup: BeautifulSoup) -> dict[str, Any]:
    (script,) = soup.find_all("script")
    assert script["type"] == "application/ld+json"
    return dict(json.loads(script.text))


def items(soup: BeautifulSoup) -> dict[str, dict[str, Any]]:
    """The entries of a page's list as its data describe them, by the address of each."""
    return {item["url"]: item for item in data(soup)["mainEntity"]["itemListElement"]}


def test_there_is_a_page_for_each_country_and_field_with_open_internships_and_no_other(folder: Path) -> None:
    names = {path.name for path in (folder / "pages").iterdir()}
    countries = {f"country-{code}.html" for code in ("DE", "FR", "JP", "IN")}
    assert names == {"index.html", "field-06.html", *countries}
    links = {link["href"] for link in page(folder, "index.html").main.find_all("a")}
    assert links == names - {"index.html"} | {"../index.html"}


def test_the_sitemap_has_each_page_at_its_canonical_address(folder: Path) -> None:
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    addresses = etree.parse(folder / "sitemap.xml").xpath("//s:url/s:loc/text()", namespaces=space)
    canonical = [page(folder, path.name).find("link", rel="canonical")["href"] for path in (folder / "pages").iterdir()]
    assert sorted(addresses) == sorted([SITE, *canonical])
    assert all((folder / address.removeprefix(SITE)).exists() for address in addresses)


def test_an_entry_leads_to_the_internship_and_to_its_source_and_tells_when_it_was_seen(folder: Path) -> None:
    soup = page(folder, "country-FR.html")
    assert soup.html["lang"] == "en"
    (entry,) = soup.select("li.card")
    assert entry.h2.a["href"] == "../index.html#id=i0"
    assert (entry.h2.bdi.text, entry.h2.bdi["lang"]) == ("Known", "de")
    assert "last seen 2026-03-13" in entry.text and "Pay: unpaid." in entry.text
    assert entry.find("a", string="Free")["href"] == "https://example.org/0"


def test_a_posting_is_described_as_one_only_where_the_facts_suffice(folder: Path) -> None:
    found = items(page(folder, "country-DE.html"))
    postings = {url.partition("=")[2]: item["item"] for url, item in found.items() if "item" in item}
    assert postings.keys() == {"i0", "i3"}, "one has no date, one no employer"
    assert all(posting["@type"] == "JobPosting" and posting.keys() >= GOOGLE_REQUIRES for posting in postings.values())
    assert postings["i0"]["datePosted"] == "2026-03-05"
    assert "baseSalary" not in postings["i0"] and "validThrough" not in postings["i0"], "nothing is made up"
    assert found[f"{SITE}#id=i1"]["name"] == "Undated"


def test_words_of_strangers_are_words_and_their_addresses_those_of_the_web(folder: Path) -> None:
    soup = page(folder, "country-DE.html")
    assert PLANTED in [bdi.text for bdi in soup.find_all("bdi")]
    assert items(soup)[f"{SITE}#id=i3"]["item"]["title"] == PLANTED
    assert not [link["href"] for link in soup.find_all("a") if link["href"].startswith(("javascript", "x"))]


def test_texts_that_the_rights_withhold_are_withheld(folder: Path) -> None:
    text = (folder / "pages" / "country-JP.html").read_text(encoding="utf-8")
    assert "SECRET" not in text and "Strict &amp; Co" in text


def test_a_page_of_many_lists_the_newest_that_are_not_over_and_says_how_many_there_are(folder: Path) -> None:
    soup = page(folder, "country-IN.html")
    assert len(soup.select("li.card")) == MOST_ENTRIES == len(items(soup))
    assert f"{MANY + 1} open internships" in soup.main.p.text
    assert "Over" not in soup.text, "what is over goes after the others, however new"
