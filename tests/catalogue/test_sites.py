"""`internships sources discover --sites FILE`: from the home page of an institution to its list of internships."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from scrapers.wire.warc import Recorder
from tests.command import internships
from tests.tools.layouts import FETCHED_AT, OWN, read_sites

WEB: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "sites.yaml").read_text(encoding="utf-8"))


def home_page(links: dict[str, str]) -> bytes:
    items = "".join(f'<li><a href="{href}">{text}</a></li>' for text, href in links.items())
    return f"<html><body><nav><ul>{items}</ul></nav><h1>Welcome</h1></body></html>".encode()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small web, recorded."""
    pages = {answer.url: answer.body for site in read_sites(OWN) for answer in site.answers}
    for site in WEB:
        pages[site["url"]] = home_page(site["links"])
        for path, links in site.get("by_way_of", {}).items():
            pages[site["url"] + path.lstrip("/")] = home_page(links)
    path = tmp_path_factory.mktemp("web") / "web.warc.gz"
    recorder = Recorder(path)
    for url, body in pages.items():
        recorder.record(
            fetched_at=FETCHED_AT, method="GET", url=url, request_headers=[], request_body=b"", status=200,
            headers=[("Content-Type", "text/html; charset=utf-8")], body=body, is_whole=True,
        )  # fmt: skip
    recorder.close()
    return path


def test_the_list_of_internships_is_found_from_the_home_page(archive: Path, tmp_path: Path) -> None:
    sites = tmp_path / "sites.csv"
    sites.write_text(
        "name,url,country\n" + "".join(f"{site['name']},{site['url']},{site['country']}\n" for site in WEB)
    )
    done = internships("sources", "discover", "--sites", sites, "--replay", archive, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = {result["site"]["url"]: result for result in json.loads(done.stdout)}
    first = {site["url"]: [page["url"] for page in found[site["url"]]["pages"]] for site in WEB}
    right = [site["url"] for site in WEB if site["right"] in first[site["url"]]]
    assert len(right) >= 0.8 * len(WEB), {url: pages for url, pages in first.items() if url not in right}
    assert max(result["requests"] for result in found.values()) <= 12

    kept = sites.with_name("sites.csv.done").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "one.csv").write_text(f"name,url\n{WEB[0]['name']},{WEB[0]['url']}\n", encoding="utf-8")
    (tmp_path / "one.csv.done").write_text(kept[0] + kept[1][:20], encoding="utf-8")  # killed while it wrote
    again = internships("sources", "discover", "--sites", "one.csv", "--replay", archive, cwd=tmp_path)
    assert again.returncode == 0 and "Staj" in again.stdout and "sites" not in again.stderr, (
        "what is done is not looked at again"
    )


def test_a_file_of_sites_that_cannot_be_used_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_text("name,url\nA school,www.school.example\n", encoding="utf-8")
    done = internships("sources", "discover", "--sites", "sites.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.strip().endswith("sites.csv, line 2: 'www.school.example' is not an http(s) address")
