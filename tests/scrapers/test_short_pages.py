"""Lists in pages that declare no total: a short page is not the last one, an empty one is."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

LEVER = "https://api.lever.co/v0/postings/{}?mode=json&limit=100"
POSTS = "https://{}.example/wp-json/wp/v2/posts?per_page=100"
AFTER = b'{"code": "rest_post_invalid_page_number", "data": {"status": 400}}'
JSON = {"Content-Type": "application/json"}


def lever(numbers: Sequence[int]) -> list[dict[str, Any]]:
    return [{"id": f"p{each}", "text": f"Intern {each}", "hostedUrl": f"https://a.example/{each}"} for each in numbers]


def posts(numbers: Sequence[int]) -> list[dict[str, Any]]:
    return [
        {"id": each, "title": {"rendered": f"Intern {each}"}, "link": f"https://a.example/{each}"} for each in numbers
    ]


def test_a_list_without_a_total_is_read_to_an_empty_page(crawling: Any, tmp_path: Path) -> None:
    pages = []

    def add(
        form: str, render: Callable[[Sequence[int]], Any], name: str, key: str, parts: dict[int, Sequence[int]]
    ) -> None:
        for at, numbers in parts.items():
            url = form.format(name) + (f"&{key}={at}" if at else "")
            pages.append(crawling.page(url, json.dumps(render(numbers)).encode(), headers=JSON))

    add(LEVER, lever, "short", "skip", {0: range(60), 60: range(60, 75), 75: ()})
    add(LEVER, lever, "unskipped", "skip", {0: range(40), 40: range(40)})
    add(LEVER, lever, "unasked", "skip", {0: range(40)})
    add(LEVER, lever, "circle", "skip", {0: range(100), 100: range(100)})
    add(LEVER, lever, "few", "skip", {0: range(4)})
    add(POSTS, posts, "filtered", "page", {0: range(97), 2: range(97, 120)})
    pages.append(crawling.page(f"{POSTS.format('filtered')}&page=3", AFTER, status=400, headers=JSON))
    sources = [
        {"id": name, "spider": "lever", "url": LEVER.format(name), "holds": "internships"}
        for name in ("short", "unskipped", "unasked", "circle", "few")
    ]
    sources.append({"id": "filtered", "spider": "wp_json", "url": POSTS.format("filtered"), "holds": "internships"})
    crawled = crawling.crawl(tmp_path, sources, [crawling.write_archive(tmp_path / "web.warc.gz", pages)])
    fared = {name: (each.outcome, each.run["kept"]) for name, each in crawled.items()}
    assert fared == {
        "short": ("ok", 75), "unskipped": ("ok", 40), "unasked": ("ok", 40), "circle": ("partial", 100), "few": ("ok", 4),
        "filtered": ("ok", 120),
    }  # fmt: skip
    assert not crawled["few"].evidence, "no further page is asked for"


def test_a_failure_beside_an_empty_list_is_none_that_says_none(crawling: Any, tmp_path: Path) -> None:
    said = {
        "error": {"error": {"message": "quota exceeded"}},
        "code": {"code": 429},
        "success": {"success": False},
        "status": {"status": "error"},
        "fine": {"status": 200, "error": {"message": ""}, "success": True},
    }
    url = "https://{}.example/jobs"
    body = {"n": 0, "rows": []}
    pages = [
        crawling.page(url.format(name), json.dumps(body | more).encode(), headers=JSON) for name, more in said.items()
    ]
    settings = {"rows": "rows", "total": "n", "fields": {"title": "t", "url": "u"}}
    sources = [{"id": name, "spider": "json_list", "url": url.format(name), "settings": settings} for name in said]
    crawled = crawling.crawl(tmp_path, sources, [crawling.write_archive(tmp_path / "web.warc.gz", pages)])
    assert {name: each.outcome for name, each in crawled.items()} == dict.fromkeys(said, "error") | {"fine": "empty"}


def test_a_next_page_without_rows_is_noted(crawling: Any, tmp_path: Path) -> None:
    page = b'<ul><li class="job"><a href="/1">Intern</a></li></ul><a class="next" href="/list?page=2">Next</a>'
    pages = [
        crawling.page("https://jobs.example/list", page),
        crawling.page("https://jobs.example/list?page=2", b"<p>There are currently no vacancies.</p>"),
    ]
    settings = {"rows": "li.job", "fields": {"title": "a", "url": "a@href"}, "next": "a.next"}
    source = {"id": "jobs", "spider": "html_list", "url": "https://jobs.example/list", "settings": settings}
    crawled = crawling.crawl(tmp_path, [source], [crawling.write_archive(tmp_path / "web.warc.gz", pages)])["jobs"]
    assert (crawled.outcome, len(crawled.listings)) == ("ok", 1)
    assert crawled.evidence.startswith("a further page without rows: ")


def test_a_next_page_on_another_host_is_not_the_lists_own(crawling: Any, tmp_path: Path) -> None:
    page = '<ul><li class="job"><a href="/{0}">Intern {0}</a></li></ul><a class="next" href="{1}">Next</a>'
    pages = [
        crawling.page("https://jobs.example/list", page.format(1, "https://other.example/list?page=2").encode()),
        crawling.page("https://other.example/list?page=2", page.format(2, "").encode()),
    ]
    settings = {"rows": "li.job", "fields": {"title": "a", "url": "a@href"}, "next": "a.next"}
    source = {"id": "jobs", "spider": "html_list", "url": "https://jobs.example/list", "settings": settings}
    crawled = crawling.crawl(tmp_path, [source], [crawling.write_archive(tmp_path / "web.warc.gz", pages)])["jobs"]
    assert (crawled.outcome, [row["title"] for row in crawled.listings]) == ("partial", ["Intern 1"])
    assert "another host" in crawled.evidence


def test_rows_of_one_page_with_one_id_are_counted_and_links_by_script_are_no_ids(crawling: Any, tmp_path: Path) -> None:
    rows = {
        "again": [{"t": "Intern 1", "u": "/1", "id": 7}] * 3,
        "links": [{"t": f"Intern {number}", "u": "javascript:void(0)"} for number in range(3)],
    }
    url = "https://{}.example/jobs?page=1"
    pages = [crawling.page(url.format(name), json.dumps(each).encode(), headers=JSON) for name, each in rows.items()]
    settings = {
        "fields": {"title": "t", "url": "u", "native_id": "id"}, "pages": {"parameter": "page", "by": 1}
    }  # fmt: skip
    sources = [{"id": name, "spider": "json_list", "url": url.format(name), "settings": settings} for name in rows]
    crawled = crawling.crawl(tmp_path, sources, [crawling.write_archive(tmp_path / "web.warc.gz", pages)])
    assert "repeats itself in 2 rows" in crawled["again"].evidence
    assert (crawled["again"].run["kept"], crawled["links"].run["kept"]) == (1, 3)
