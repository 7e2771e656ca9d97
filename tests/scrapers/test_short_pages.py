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
