import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

LIST = "https://{host}/api/public/jobs?level=Internship&page="
ROWS = [
    {
        "id": 1000 + number,
        "name": name,
        "contents": "<p>Six months.</p>",
        "locations": [{"name": "Zürich, Switzerland"}],
        "levels": [{"name": "Internship", "short_name": "internship"}],
        "refs": {"landing_page": f"https://www.themuse.com/jobs/example/{1000 + number}"},
        "company": {"name": "Zürich AG"},
    }
    for number, name in enumerate(NAMES)
]


def _body(rows: list[dict[str, object]], total: int = 8, pages: int = 1) -> str:
    return json.dumps({"page": 0, "page_count": pages, "total": total, "results": rows}, ensure_ascii=False)


HEALTHY = Healthy(
    {},
    "application/json",
    _body(ROWS),
    url=f"{LIST}0",
    no_title=_body([*ROWS, {"id": None, "name": None, "refs": None, "company": None}]),
    lying=_body(ROWS, 20),
    endless=(_body(ROWS, 800, 40), [Asked(f"{LIST}{page}") for page in (1, 2, 3)]),
    escaped=_body([{**ROWS[0], "name": "R&amp;amp;D intern"}, *ROWS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'),
        Fault("no-rows", "empty", "an empty list", body=b'{"page": 0, "page_count": 0, "results": []}'),
    ),
)
