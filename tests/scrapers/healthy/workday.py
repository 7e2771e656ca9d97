import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

URL = "https://{host}/wday/cxs/example/Careers/jobs"
JOBS = [
    {
        "title": name,
        "externalPath": f"/job/Zurich/Intern_JR10{number}",
        "locationsText": "Zürich",
        "postedOn": "Posted Today",
        "bulletFields": [f"JR10{number}"],
    }
    for number, name in enumerate(NAMES)
]


def _body(jobs: list[dict[str, object]], total: int = 8) -> str:
    return json.dumps({"total": total, "jobPostings": jobs, "facets": []}, ensure_ascii=False)


def _asked(offset: int) -> Asked:
    return Asked(URL, f'{{"appliedFacets":{{}},"limit":20,"offset":{offset},"searchText":""}}')


FULL = [{**JOBS[number % 8], "externalPath": f"/job/Zurich/Intern_JR20{number}"} for number in range(20)]

HEALTHY = Healthy(
    {},
    "application/json",
    _body(JOBS),
    url=URL,
    first=_asked(0),
    details={
        Asked(f"https://{{host}}/wday/cxs/example/Careers{job['externalPath']}"): json.dumps(
            {"jobPostingInfo": {"title": job["title"], "jobDescription": "<p>Six months.</p>"}}
        )
        for job in JOBS
    },
    no_title=_body([*JOBS, {"title": None, "externalPath": None}]),
    lying=_body(JOBS, 20),
    endless=(_body(FULL, 0), [_asked(20), _asked(40), _asked(60)]),
    escaped=_body([{**JOBS[0], "title": "R&amp;amp;D intern"}, *JOBS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"errorCode": "HTTP_400"}'),
        Fault("no-rows", "empty", "says none", body=b'{"total": 0, "jobPostings": []}'),
    ),
)
