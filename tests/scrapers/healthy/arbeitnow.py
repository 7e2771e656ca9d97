import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

ROWS = [
    {
        "slug": f"intern-number-{number}",
        "company_name": "Zürich AG",
        "title": name,
        "description": "<p>Six months.</p>",
        "remote": False,
        "url": f"https://www.arbeitnow.com/jobs/companies/example/intern-number-{number}",
        "tags": [],
        "job_types": ["Internship"],
        "location": "Zürich",
        "created_at": 1771545600 + number,
    }
    for number, name in enumerate(NAMES)
]


def _body(rows: list[dict[str, object]], following: str | None = None) -> str:
    return json.dumps({"data": rows, "links": {"next": following}, "meta": {"per_page": 250}}, ensure_ascii=False)


HEALTHY = Healthy(
    {},
    "application/json",
    _body(ROWS),
    no_title=_body([*ROWS, {"slug": None, "title": None, "url": None, "company_name": None}]),
    endless=(_body(ROWS, "https://{host}/list?page=2"), [Asked("https://{host}/list?page=2")]),
    escaped=_body([{**ROWS[0], "title": "R&amp;amp;D intern"}, *ROWS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'),
        Fault("no-rows", "empty", "an empty list", body=b'{"data": [], "links": {}}'),
    ),
)
