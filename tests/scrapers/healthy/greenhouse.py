import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Fault, Healthy

JOBS = [
    {
        "id": 4000 + number,
        "internal_job_id": 3000 + number,
        "title": name,
        "company_name": "Zürich AG",
        "absolute_url": f"https://job-boards.greenhouse.io/example/jobs/{4000 + number}",
        "location": {"name": "Zürich"},
        "content": "&lt;p&gt;Six months.&lt;/p&gt;",
    }
    for number, name in enumerate(NAMES)
]


def _body(jobs: list[dict[str, object]], total: int = 8) -> str:
    return json.dumps({"jobs": jobs, "meta": {"total": total}}, ensure_ascii=False)


HEALTHY = Healthy(
    {},
    "application/json",
    _body(JOBS),
    no_title=_body([*JOBS, {"id": None, "title": None, "absolute_url": None}]),
    lying=_body(JOBS, 20),
    escaped=_body([{**JOBS[0], "title": "R&amp;amp;D intern"}, *JOBS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'),
        Fault("no-rows", "empty", "an empty list", body=b'{"jobs": []}'),
    ),
)
