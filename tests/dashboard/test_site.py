"""A published folder below a sub-path, as GitHub Pages or a bucket serves it, in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pipeline.exports.site import publish_site
from tests.dashboard.conftest import TWICE, serious_faults


class Quiet(SimpleHTTPRequestHandler):
    """A plain file server, as strange to the project as any."""

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site(latest: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the published folder: a path below the root of its server, where nothing else is."""
    root = tmp_path_factory.mktemp("pages")
    publish_site(latest.parent, root / "data" / "internships", "https://example.org/data/internships/")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=root)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/data/internships/"
        server.shutdown()


def test_below_a_sub_path_the_page_lists_opens_and_links_what_is_there(open_page: Any) -> None:
    page = open_page()
    page.wait_for_selector(".card")
    page = open_page(f"#id=i{TWICE}")
    assert page.inner_text("main h1") == "Café assistant"
    page = open_page("#view=files")
    links = [str(link.get_attribute("href")) for link in page.locator(".files a").all()]
    assert links
    assert [link for link in links if not page.request.head(page.url.split("#")[0] + link).ok] == []
    feeds = page.locator("link[rel=alternate]").evaluate_all("links => links.map(link => link.href)")
    assert feeds
    assert all(page.request.head(address).ok for address in feeds)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_a_page_of_a_country_needs_no_script_and_leads_to_its_internships(
    browser: Any, site: str, width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{site}pages/index.html")
    page.get_by_role("link", name="France").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/pages/country-FR.html")
    assert page.inner_text("h1") == "Internships in France"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is pushed sideways"
    assert serious_faults(page) == []
    page.get_by_role("link", name="Café assistant").click()
    page.wait_for_selector(".internship")
    assert page.inner_text("main h1") == "Café assistant"
    context.close()
