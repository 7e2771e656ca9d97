import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

LIST = "https://{host}/platform/api/ats/v1/board/example/jobs"
JOBS = [
    {
        "uuid": f"00000000-0000-4000-8000-00000000000{number}",
        "name": name,
        "url": f"https://ats.rippling.com/example/jobs/{number}",
        "workLocation": {"label": "Zürich"},
    }
    for number, name in enumerate(NAMES)
]


def _body(jobs: list[dict[str, object]]) -> str:
    return json.dumps(jobs, ensure_ascii=False)


HEALTHY = Healthy(
    {},
    "application/json",
    _body(JOBS),
    url=LIST,
    details={Asked(f"{LIST}/{job['uuid']}"): '{"description": {"role": "<p>Six months.</p>"}}' for job in JOBS},
    no_title=_body([*JOBS, {"uuid": None, "name": None, "url": None}]),
    escaped=_body([{**JOBS[0], "name": "R&amp;amp;D intern"}, *JOBS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"detail": "moved"}'),
        Fault("no-rows", "empty", "an empty list", body=b"[]"),
    ),
)
