import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

URL = "https://{host}/api/apply/v2/jobs?domain=example.com"
JOBS = [
    {
        "id": 1000 + number,
        "name": name,
        "canonicalPositionUrl": f"https://{{host}}/careers/job/{1000 + number}",
        "locations": ["Zürich"],
        "job_description": "",
    }
    for number, name in enumerate(NAMES)
]
FULL = [{**JOBS[number % 8], "id": 2000 + number} for number in range(10)]


def _body(jobs: list[dict[str, object]], total: int = 8) -> str:
    return json.dumps({"domain": "example.com", "count": total, "positions": jobs}, ensure_ascii=False)


HEALTHY = Healthy(
    {},
    "application/json",
    _body(JOBS),
    url=URL,
    details={
        Asked(f"https://{{host}}/api/apply/v2/jobs/{job['id']}?domain=example.com"): json.dumps(
            {"name": job["name"], "job_description": "<p>Six months.</p>"}
        )
        for job in JOBS
    },
    others={Asked(f"{URL}&start=8"): _body([], 20)},  # where 20 are declared, a short page is not the last
    no_title=_body([*JOBS, {"id": None, "name": None, "canonicalPositionUrl": None}]),
    lying=_body(JOBS, 20),
    endless=(_body(FULL, 1_000), [Asked(f"{URL}&start={start}") for start in (10, 20, 30)]),
    escaped=_body([{**JOBS[0], "name": "R&amp;amp;D intern"}, *JOBS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "Not authorized for PCSX"}'),
        Fault("no-rows", "empty", "says none", body=_body([], 0).encode()),
    ),
)
