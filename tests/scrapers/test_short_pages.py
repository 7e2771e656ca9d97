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
        "coded": {"error": {"code": 403, "message": "Success"}},
        "listed": {"errors": [{"message": ""}, {"message": "no such board"}]},
    }
    fine: list[dict[str, Any]] = [
        {"status": 200, "error": {"message": ""}, "success": True},
        {"error": {"code": 0, "message": "Success"}},
        {"error": {"code": 200, "message": "OK"}},
        {"errors": "none", "exception": "NULL"},
        {"error": "false", "fault": "0"},
        {"errors": ["", {"message": None}]},
    ]
    without = {f"fine-{number}": each for number, each in enumerate(fine)}
    url = "https://{}.example/jobs"
    body = {"n": 0, "rows": []}
    pages = [
        crawling.page(url.format(name), json.dumps(body | more).encode(), headers=JSON)
        for name, more in (said | without).items()
    ]
    settings = {"rows": "rows", "total": "n", "fields": {"title": "t", "url": "u"}}
    sources = [
        {"id": name, "spider": "json_list", "url": url.format(name), "settings": settings} for name in said | without
    ]
    crawled = crawling.crawl(tmp_path, sources, [crawling.write_archive(tmp_path / "web.warc.gz", pages)])
    assert {name: each.outcome for name, each in crawled.items()} == dict.fromkeys(said, "error") | dict.fromkeys(
        without, "empty"
    )
    assert crawled["error"].evidence == "no rows, and error: https://error.example/jobs", "an object may name persons"


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
    assert crawled.evidence.endswith("; a further page without rows")


def test_a_failure_beside_an_empty_last_page_leaves_the_list_complete(crawling: Any, tmp_path: Path) -> None:
    url = "https://jobs.example/jobs?page={}"
    rows = [{"t": f"Intern {each}", "u": f"/{each}"} for each in range(3)]
    pages = [
        crawling.page(url.format(1), json.dumps({"rows": rows}).encode(), headers=JSON),
        crawling.page(url.format(2), json.dumps({"status": 404, "rows": []}).encode(), headers=JSON),
    ]
    settings = {"rows": "rows", "fields": {"title": "t", "url": "u"}, "pages": {"parameter": "page", "by": 1}}
    source = {"id": "jobs", "spider": "json_list", "url": url.format(1), "settings": settings}
    crawled = crawling.crawl(tmp_path, [source], [crawling.write_archive(tmp_path / "web.warc.gz", pages)])["jobs"]
    assert (crawled.outcome, len(crawled.listings)) == ("ok", 3)
    assert crawled.evidence == "a further page without rows"


def test_an_empty_further_page_is_told_of_every_kind_of_list(crawling: Any, tmp_path: Path) -> None:
    """By lists of rows, of tables and of links alike."""
    row = '<a href="/{0}/1">Intern</a>'
    table = "<table><tr><th>Job</th><th>Place</th></tr><tr><td>{0}</td><td>Bern</td></tr></table>"
    following = '<a class="next" href="/{0}?page=2">Next</a>'
    lists = {
        "html_list": (f'<ul><li class="job">{row}</li></ul>', {"rows": "li.job", "fields": {"title": "a", "url": "a@href"}}),
        "html_table": (table.format(row), {"columns": {"title": ["Job"], "locations": ["Place"]}}),
        "job_posting": (f'<p class="job">{row}</p>', {"links": ".job a"}),
    }  # fmt: skip
    posting = b'<script type="application/ld+json">{"@type": "JobPosting", "title": "Intern"}</script>'
    pages, sources = [], []
    for spider, (body, settings) in lists.items():
        url = f"https://jobs.example/{spider}"
        pages += [
            crawling.page(url, (body + following).format(spider).encode()),
            crawling.page(f"{url}?page=2", b"<p>Nothing here</p>"),
            crawling.page(f"{url}/1", posting),
        ]
        source = {
            "id": spider.replace("_", "-"),
            "spider": spider,
            "url": url,
            "settings": {**settings, "next": "a.next"},
        }
        sources.append({**source, "holds": "internships"})
    crawled = crawling.crawl(tmp_path, sources, [crawling.write_archive(tmp_path / "web.warc.gz", pages)])
    assert {name: (each.outcome, each.run["kept"]) for name, each in crawled.items()} == dict.fromkeys(
        crawled, ("ok", 1)
    )
    assert [name for name, each in crawled.items() if "a further page without rows" not in each.evidence] == []


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


def test_a_row_without_id_and_address_is_repeated_only_by_one_that_says_the_same(crawling: Any, tmp_path: Path) -> None:
    rows = [{"t": "Intern", "place": place} for place in ("Geneva", "Nairobi", "Nairobi")]
    untitled = [{"t": None, "place": place} for place in ("Bern", "Oslo")]
    url = "https://jobs.example/jobs?page={}"
    pages = [
        crawling.page(url.format(number), json.dumps([*rows, *untitled]).encode(), headers=JSON) for number in (1, 2)
    ]
    settings = {"fields": {"title": "t", "locations": "place"}, "pages": {"parameter": "page", "by": 1}}
    source = {"id": "jobs", "spider": "json_list", "url": url.format(1), "settings": settings, "holds": "internships"}
    crawled = crawling.crawl(tmp_path, [source], [crawling.write_archive(tmp_path / "web.warc.gz", pages)])["jobs"]
    assert [row["locations"] for row in crawled.listings] == [["Geneva"], ["Nairobi"]]
    assert "2 rows without title" in crawled.evidence
    assert "repeats itself in 1 row" in crawled.evidence
