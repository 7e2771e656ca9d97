import json

from scrapers.spiders.services.un_careers import PER_PAGE
from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

ROWS = [
    {
        "jobId": 276000 + number,
        "language": "EN",
        "jobTitle": "INTERN",
        "postingTitle": name,
        "jobDescription": "<p>Two to six months.</p>",
        "dutyStation": [{"code": "ZRH", "description": "Zürich"}],
        "startDate": "2026-02-20T05:00:00.000Z",
        "jc": {"code": "INT", "name": "Internship"},
    }
    for number, name in enumerate(NAMES)
]


def _body(rows: list[dict[str, object]], count: int = 8) -> str:
    return json.dumps({"status": 1, "data": {"count": count, "list": rows}}, ensure_ascii=False)


def _asked(page: int, per_page: int = PER_PAGE) -> Asked:
    pagination = {"page": page, "itemPerPage": per_page, "sortBy": "startDate", "sortDirection": -1}
    return Asked("https://{host}/list", json.dumps({"filterConfig": {"keyword": ""}, "pagination": pagination}))


HEALTHY = Healthy(
    {},
    "application/json",
    _body(ROWS),
    first=_asked(0),
    no_title=_body([*ROWS, {"jobId": None, "postingTitle": None, "jobTitle": None}]),
    endless=(_body(ROWS, 250), [_asked(1), _asked(2), _asked(0, 350)]),
    escaped=_body([{**ROWS[0], "postingTitle": "R&amp;amp;D intern"}, *ROWS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'),
        Fault("no-rows", "empty", "says none", body=b'{"data": {"list": [], "count": 0}}'),
    ),
)
