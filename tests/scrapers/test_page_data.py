"""JSON that pages carry for their own scripts: where it stands, and a payload whose values point into it."""

from __future__ import annotations

import pytest

from scrapers.answers.check import SourceError
from scrapers.extract.blocks import parse_html
from scrapers.extract.page_data import MAX_VALUES, page_data, parse_data, read_data

ROWS = [{"title": "Intern, harbour"}]


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("__NEXT_DATA__", '<script id="__NEXT_DATA__" type="application/json">[{"title": "Intern, harbour"}]</script>'),
        ("__STATE__", '<script>window.__STATE__ = [{"title": "Intern, harbour"}]; window.on = true;</script>'),
        ("jobs", "<script>const jobs = [{title: 'Intern, harbour'},];\njobs.map(draw)</script>"),
        ("__STATE__", r"""<script>window.__STATE__ = JSON.parse('[{"title": "Intern, harbour"}]')</script>"""),
        ("__STATE__", r"""<script>window.__STATE__ = JSON.parse("[{\"title\": \"Intern, harbour\"}]")</script>"""),
        ("jobs", r"""<script>draw({ jobs : JSON.parse('[{"title": "Intern, harbour"}]') })</script>"""),
        (
            "S",
            "<script>var S = JSON.parse(decodeURIComponent('%5B%7B%22title%22%3A%22Intern%2C%20harbour%22%7D%5D'))</script>",
        ),
        ("data-page", "<div id=app data-page='[{&quot;title&quot;: &quot;Intern, harbour&quot;}]            '></div>"),
    ],
)
def test_a_document_is_read_wherever_a_page_carries_it(name: str, html: str) -> None:
    assert read_data(parse_html(f"<body>{html}</body>"), name, "https://a.example/") == (ROWS, True)


def test_a_page_without_the_document_is_of_another_layout() -> None:
    with pytest.raises(SourceError, match="no JSON named"):
        read_data(parse_html("<script>let other = {}</script>"), "__NEXT_DATA__", "https://a.example/")


def test_json_ld_and_code_are_no_data() -> None:
    html = '<script type="application/ld+json">{"a": 1}</script><script>if (a == {}) b.c = d;</script>'
    assert list(page_data(parse_html(html))) == []


def test_a_payload_is_read_as_what_it_stands_for() -> None:
    text = '[["Reactive", 1], {"jobs": 2, "at": 6, "none": -1}, [3], {"title": 4, "again": 3}, "Intern", 0, ["Date", "2027"]]'
    document, is_whole = parse_data("__NUXT_DATA__", text)
    assert is_whole and document == {"jobs": [{"title": "Intern", "again": None}], "at": "2027", "none": None}


def test_a_payload_that_doubles_itself_stays_small() -> None:
    places = ",".join(f"[{number}, {number}]" for number in range(1, 61))
    document, _ = parse_data("__NUXT_DATA__", f"[{places}, 1]")

    def size(value: object) -> int:
        return 1 + sum(map(size, value)) if isinstance(value, list) else 1

    assert size(document) <= MAX_VALUES
