import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

API = "https://{host}/hcmRestApi/resources/latest/"
JOBS = [
    {"Id": f"{300 + number}", "Title": name, "PostedDate": "2026-02-20", "PrimaryLocation": "Zürich, Switzerland"}
    for number, name in enumerate(NAMES)
]
FULL = [{**JOBS[number % 8], "Id": f"{1000 + number}"} for number in range(200)]


def _body(jobs: list[dict[str, object]], total: int = 8) -> str:
    return json.dumps({"items": [{"TotalJobsCount": total, "requisitionList": jobs}]}, ensure_ascii=False)


def _asked(offset: int) -> Asked:
    expand = "expand=requisitionList.workLocation,requisitionList.secondaryLocations"
    finder = f"finder=findReqs;siteNumber=CX_1,limit=200,offset={offset},sortBy=POSTING_DATES_DESC"
    return Asked(f"{API}recruitingCEJobRequisitions?onlyData=true&{expand}&{finder}")


def _detail(number: str) -> Asked:
    finder = f"finder=ById;Id=%22{number}%22,siteNumber=CX_1"
    return Asked(f"{API}recruitingCEJobRequisitionDetails?expand=all&onlyData=true&{finder}")


HEALTHY = Healthy(
    {"site": "CX_1"},
    "application/json",
    _body(JOBS),
    url="https://{host}/hcmUI/CandidateExperience/en/sites/CX_1",
    first=_asked(0),
    details={
        _detail(job["Id"]): json.dumps({"items": [{"Title": job["Title"], "ExternalDescriptionStr": "Six months."}]})
        for job in JOBS
    },
    no_title=_body([*JOBS, {"Id": None, "Title": None}]),
    endless=(_body(FULL, 100_000), [_asked(200), _asked(400), _asked(600)]),
    escaped=_body([{**JOBS[0], "Title": "R&amp;amp;D intern"}, *JOBS[1:]]),
    faults=(
        *UNDECODABLE,
        # After a short page the next one may be none: what is missing is counted.
        Fault(
            "lying",
            "partial",
            "short by 12: saw 8 of 20 rows; the archive has no",
            body=_body(JOBS, 20).encode(),
            kept=len(JOBS),
        ),
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"title": "Bad Request", "status": "400"}'),
        Fault("no-rows", "empty", "says none", body=_body([], 0).encode()),
    ),
)
