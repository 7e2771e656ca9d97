import json
from typing import Any

from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

POSTS: list[dict[str, Any]] = [
    {
        "id": 70 + number,
        "date": "2026-02-01T10:00:00",
        "link": f"https://{{host}}/?p={70 + number}",
        "title": {"rendered": name},
        "content": {"rendered": "<p>Six months in Zürich.</p>"},
    }
    for number, name in enumerate(NAMES)
]


def _body(posts: list[dict[str, Any]]) -> str:
    return json.dumps(posts, ensure_ascii=False)


# With as many posts a page as there are, a next page is asked for where no header says how many there are.
ADDRESS = "https://{host}/wp-json/wp/v2/posts?per_page=8"

HEALTHY = Healthy(
    {},
    "application/json",
    _body(POSTS),
    url=ADDRESS,
    others={Asked(f"{ADDRESS}&page=2"): "[]"},
    no_title=_body([*POSTS, {"id": None, "title": None, "link": None, "content": None}]),
    endless=(_body(POSTS), [Asked(f"{ADDRESS}&page={number}") for number in range(2, 5)]),
    escaped=_body([{**POSTS[0], "title": {"rendered": "R&amp;amp;D intern"}}, *POSTS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("lies", "partial", "saw 8 of 20 rows", headers={"X-WP-Total": "20", "X-WP-TotalPages": "1"}, kept=8),
        Fault("no-route", "layout_changed", "no list", body=b'{"code": "rest_no_route", "data": {"status": 404}}'),
        Fault("no-rows", "empty", "an empty list", body=b"[]"),
    ),
)
