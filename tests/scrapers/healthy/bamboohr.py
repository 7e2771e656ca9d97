import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

OPENINGS = [
    {
        "id": str(80 + number),
        "jobOpeningName": name,
        "employmentStatusLabel": "Internship",
        "location": {"city": "Zürich", "state": None},
        "locationType": "0",
    }
    for number, name in enumerate(NAMES)
]
DETAIL = json.dumps({"result": {"jobOpening": {"description": "<p>Six months.</p>", "datePosted": "2026-02-01"}}})


def _body(openings: list[dict[str, object]], total: int | None = None) -> str:
    return json.dumps({"meta": {"totalCount": total or len(openings)}, "result": openings}, ensure_ascii=False)


HEALTHY = Healthy(
    {},
    "application/json",
    _body(OPENINGS),
    url="https://{host}/careers/list",
    details={Asked(f"https://{{host}}/careers/{opening['id']}/detail"): DETAIL for opening in OPENINGS},
    no_title=_body([*OPENINGS, {"id": None, "jobOpeningName": None}]),
    lying=_body(OPENINGS, 20),
    escaped=_body([{**OPENINGS[0], "jobOpeningName": "R&amp;amp;D intern"}, *OPENINGS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"meta": {"totalCount": 0}}'),
        Fault("no-rows", "empty", "says none", body=b'{"meta": {"totalCount": 0}, "result": []}'),
    ),
)
