import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

SEARCH = "https://{host}/v1/api/jobs/gb/search/"
ROWS = [
    {
        "id": str(4400000000 + number),
        "title": name,
        "company": {"display_name": "Zürich plc"},
        "location": {"display_name": "Cambridge", "area": ["UK", "Cambridge"]},
        "description": "Twelve weeks in ...",
        "redirect_url": f"https://www.adzuna.co.uk/jobs/land/ad/{4400000000 + number}?se=moving&v=1",
        "salary_min": 21000,
        "salary_max": 26000,
        "salary_is_predicted": "1",
    }
    for number, name in enumerate(NAMES)
]


def _body(rows: list[dict[str, object]], count: int = 8) -> str:
    return json.dumps({"count": count, "mean": 25000, "results": rows}, ensure_ascii=False)


HEALTHY = Healthy(
    {},
    "application/json",
    _body(ROWS),
    url=f"{SEARCH}1?what=internship&results_per_page=50",
    no_title=_body([*ROWS, {"id": None, "title": None, "redirect_url": None, "company": None}]),
    lying=_body(ROWS, 20),
    endless=(
        _body(ROWS, 800),
        [Asked(f"{SEARCH}{page}?what=internship&results_per_page=50") for page in (2, 3, 4)],
    ),
    escaped=_body([{**ROWS[0], "title": "R&amp;amp;D intern"}, *ROWS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'),
        Fault("no-rows", "empty", "says none", body=b'{"count": 0, "results": []}'),
    ),
)
