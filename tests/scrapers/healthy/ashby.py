import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Fault, Healthy

JOBS = [
    {
        "id": f"00000000-0000-4000-8000-00000000000{number}",
        "title": name,
        "employmentType": "Intern",
        "location": "Zürich",
        "isListed": True,
        "jobUrl": f"https://jobs.ashbyhq.com/example/{number}",
        "descriptionHtml": "<p>Six months.</p>",
    }
    for number, name in enumerate(NAMES)
]


def _body(jobs: list[dict[str, object]]) -> str:
    return json.dumps({"jobs": jobs, "apiVersion": "1"}, ensure_ascii=False)


HEALTHY = Healthy(
    {},
    "application/json",
    _body(JOBS),
    no_title=_body([*JOBS, {"id": None, "title": None, "jobUrl": None}]),
    escaped=_body([{**JOBS[0], "title": "R&amp;amp;D intern"}, *JOBS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'),
        Fault("no-rows", "empty", "an empty list", body=b'{"jobs": [], "apiVersion": "1"}'),
    ),
)
