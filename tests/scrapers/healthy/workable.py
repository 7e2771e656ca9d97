import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

JOBS = [
    {
        "title": name,
        "shortcode": f"C0DE{number}",
        "url": f"https://apply.workable.com/j/C0DE{number}",
        "description": "<p>Six months.</p>" if number else None,
        "locations": [{"city": "Zürich", "country": "Switzerland", "hidden": False}],
    }
    for number, name in enumerate(NAMES)
]


def _body(jobs: list[dict[str, object]]) -> str:
    return json.dumps({"name": "Zürich AG", "jobs": jobs}, ensure_ascii=False)


HEALTHY = Healthy(
    {},
    "application/json",
    _body(JOBS),
    url="https://{host}/api/v1/widget/accounts/example?details=true",
    details={Asked("https://{host}/api/v2/accounts/example/jobs/C0DE0"): '{"description": "<p>Six months.</p>"}'},
    no_title=_body([*JOBS, {"title": None, "shortcode": None, "url": None}]),
    escaped=_body([{**JOBS[0], "title": "R&amp;amp;D intern"}, *JOBS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'),
        Fault("no-rows", "empty", "an empty list", body=b'{"name": "Example", "jobs": []}'),
    ),
)
