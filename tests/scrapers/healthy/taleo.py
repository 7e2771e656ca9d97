import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy, html

URL = "https://{host}/careersection/rest/jobboard/searchjobs?lang=en&portal=101430233"
JOBS = [
    {"contestNo": f"26000{number}", "column": [name, '["CH-Zürich"]', "Feb 20, 2026"], "locationsColumns": [1]}
    for number, name in enumerate(NAMES)
]
FULL = [{**JOBS[number % 8], "contestNo": f"27{number:03}"} for number in range(25)]


def _body(jobs: list[dict[str, object]], total: int = 8) -> str:
    paging = {"currentPageNo": 1, "pageSize": 25, "totalCount": total}
    return json.dumps({"requisitionList": jobs, "pagingData": paging}, ensure_ascii=False)


def _asked(page: int) -> Asked:
    sorting = '"sortingSelection":{"sortBySelectionParam":"3","ascendingSortingOrder":"false"}'
    fields = '"fieldData":{"fields":{"KEYWORD":"","LOCATION":"","ORGANIZATION":""},"valid":true}'
    filters = '"filterSelectionParam":{"searchFilterSelections":[]}'
    advanced = '"advancedSearchFiltersSelectionParam":{"searchFilterSelections":[]}'
    return Asked(URL, f'{{"multilineEnabled":false,{sorting},{fields},{filters},{advanced},"pageNo":{page}}}')


SCRIPT = "<script>api.fillList('requisitionDescriptionInterface', 'descRequisition', ['7', '!*!%3Cp%3ESix months']);</script>"

HEALTHY = Healthy(
    {"section": "ex", "columns": {"posted": 2}},
    "application/json",
    _body(JOBS),
    url=URL,
    first=_asked(1),
    details={
        Asked(f"https://{{host}}/careersection/ex/jobdetail.ftl?job={job['contestNo']}&lang=en"): html(SCRIPT)
        for job in JOBS
    },
    details_type="text/html; charset=utf-8",
    no_title=_body([*JOBS, {"contestNo": None, "column": [None, None]}]),
    lying=_body(JOBS, 20),
    endless=(_body(FULL, 1_000), [_asked(page) for page in (2, 3, 4)]),
    escaped=_body([{**JOBS[0], "column": ["R&amp;amp;D intern"]}, *JOBS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"facetResults": []}'),
        Fault("no-rows", "empty", "an empty list", body=_body([], 0).encode()),
        Fault("shut", "error", "not available", body=b'{"careerSectionUnAvailable": true, "requisitionList": []}'),
    ),
)
