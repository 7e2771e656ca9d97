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
from tests.dashboard.conftest import TWICE


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
