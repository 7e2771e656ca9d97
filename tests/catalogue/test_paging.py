"""Which link leads to the next page of a list."""

from __future__ import annotations

import pytest

from pipeline.catalogue.recognition.pages import Page
from pipeline.catalogue.recognition.paging import has_pages_by_script, next_page

URL = "https://a.example/list"


def page(inside: str, url: str = URL) -> Page:
    html = f"<html><body><h1>Internships</h1>{inside}</body></html>"
    return Page(url, url, 200, "text/html", html.encode(), None)


@pytest.mark.parametrize(
    ("pager", "href"),
    [
        ("<div class=pages><b>1</b> <a href='?p=2'>2</a> <a href='?p=3'>3</a></div>", "?p=2"),
        ("<p>Page <em>1</em> <a href='/list/2'>2</a></p>", "/list/2"),
        ("<ul class=x><li><span>1</span></li><li><a href='?start=20'>2</a></li></ul>", "?start=20"),
        ("<div class=n><a href='?p=2'>Tiếp »</a></div>", "?p=2"),
        ("<div class=n><a href='list?p=2'>Nächste Seite</a></div>", "list?p=2"),
        ("<div class=n><a href='?p=2'>→</a></div>", "?p=2"),
    ],
)
def test_the_next_page_is_known_by_number_or_word(pager: str, href: str) -> None:
    following = next_page(page(pager))
    assert following is not None and following[1] == href


@pytest.mark.parametrize(
    "inside",
    [
        "<p><a href='/news/2'>Next: our summer party</a></p>",
        "<p><a href='https://b.example/list?p=2'>Next</a></p>",
        "<p><a href='?p=1'>1</a> <b>2</b></p>",
    ],
)
def test_other_links_are_no_next_page(inside: str) -> None:
    assert next_page(page(inside)) is None


def test_the_selector_of_a_number_is_that_of_every_page() -> None:
    first = next_page(page("<div class=pages><b>1</b> <a href='?p=2'>2</a> <a href='?p=3'>3</a></div>"))
    second = page("<div class=pages><a href='?p=1'>1</a> <b>2</b> <a href='?p=3'>3</a></div>", f"{URL}?p=2")
    assert first is not None
    link = second.root.css_first(first[0])
    assert link is not None and link.attributes["href"] == "?p=3"


def test_pages_that_a_script_draws_are_known() -> None:
    assert has_pages_by_script(page("<button>Cargar más</button>"))
    assert has_pages_by_script(page("<a href=\"javascript:__doPostBack('g','Page$2')\">2</a>"))
    assert not has_pages_by_script(page("<a href='?p=2'>2</a><button>Search</button>"))
