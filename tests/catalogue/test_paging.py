"""Which link leads to the next page of a list."""

from __future__ import annotations

import pytest

from pipeline.catalogue.recognition.pages import Page
from pipeline.catalogue.recognition.paging import has_pages_by_script, next_page, pager
from tests.tools.layouts import OWN, Site, read_sites

URL = "https://a.example/list"


def page(inside: str, url: str = URL) -> Page:
    html = f"<html><body><h1>Internships</h1>{inside}</body></html>"
    return Page(url, url, 200, "text/html", html.encode(), None)


@pytest.mark.parametrize(
    ("links", "href"),
    [
        ("<div class=pages><b>1</b> <a href='?p=2'>2</a> <a href='?p=3'>3</a></div>", "?p=2"),
        ("<p>Page <em>1</em> <a href='/list/2'>2</a></p>", "/list/2"),
        ("<ul class=x><li><span>1</span></li><li><a href='?start=20'>2</a></li></ul>", "?start=20"),
        ("<div class=n><a href='?p=2'>Tiếp »</a></div>", "?p=2"),
        ("<div class=n><a href='list?p=2'>Nächste Seite</a></div>", "list?p=2"),
        ("<div class=n><a href='?p=2'>→</a></div>", "?p=2"),
        ("<div class=n><a href='?p=2'>Load more roles</a></div>", "?p=2"),
        ("<div class=n><a href='?p=2' title=Next><img alt=''></a></div>", "?p=2"),
        ("<div class=n><a href='?p=2'><img alt='Nächste Seite'></a></div>", "?p=2"),
        (
            "<ul><li class=active>Jobs</li><li><a href=/b>B</a></li></ul>"
            "<ol class=x><li class=active>1</li><li><a href='?p=2'>2</a></li></ol>",
            "?p=2",
        ),
    ],
)
def test_the_next_page_is_known_by_number_or_word(links: str, href: str) -> None:
    following = next_page(page(links))
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


def test_links_that_nothing_tells_from_one_another_are_followed_by_their_numbers() -> None:
    labels = enumerate(("1", "<i>Page</i> 2", "3"), start=1)
    items = "".join(f"<li><a href='?p={number}'>{label}</a></li>" for number, label in labels)
    links = f"<ul class=pages>{items}</ul>"
    found = pager(page(links))
    assert found is not None and (found.settings, found.href) == ({"numbers": "ul.pages a"}, "?p=2")
    assert found.link(page(links, f"{URL}?p=2"), 3) == "?p=3"
    assert found.link(page(links, f"{URL}?p=3"), 4) is None


def test_a_path_that_ends_with_a_number_is_a_page_of_the_list_that_it_begins_with() -> None:
    following = next_page(page("<b>1</b> <a href='list/2.htm'>2</a>", "https://a.example/x/list.htm"))
    assert following is not None and following[1] == "list/2.htm"


@pytest.mark.parametrize(
    "site", [site for site in read_sites(OWN) if "next" in site.expect], ids=lambda site: site.name
)
def test_the_next_page_of_a_recorded_page_is_the_one_a_person_would_open(site: Site) -> None:
    first = site.answers[0]
    recorded = Page(first.url, first.url, 200, "text/html; charset=utf-8", first.body, None)
    found = pager(recorded)
    assert (found and recorded.absolute(found.href)) == site.expect["next"]
