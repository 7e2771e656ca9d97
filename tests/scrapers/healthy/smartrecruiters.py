import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

LIST = "https://{host}/v1/companies/example/postings"
POSTINGS = [
    {
        "id": f"74399900000000{number}",
        "name": name,
        "company": {"identifier": "example", "name": "Zürich AG"},
        "location": {"city": "Zürich", "country": "ch"},
        "typeOfEmployment": {"label": "Intern"},
    }
    for number, name in enumerate(NAMES)
]
DETAIL = '{"jobAd": {"sections": {"jobDescription": {"title": "Job Description", "text": "<p>Six months.</p>"}}}}'


def _body(postings: list[dict[str, object]], total: int | None = None, offset: int = 0) -> str:
    answer = {"offset": offset, "limit": 100, "totalFound": total or len(postings), "content": postings}
    return json.dumps(answer, ensure_ascii=False)


HEALTHY = Healthy(
    {},
    "application/json",
    _body(POSTINGS),
    url=f"{LIST}?limit=100",
    details={Asked(f"{LIST}/{posting['id']}"): DETAIL for posting in POSTINGS}
    | {Asked(f"{LIST}?limit=100&offset=8"): '{"offset": 8, "limit": 100, "totalFound": 0, "content": []}'},
    no_title=_body([*POSTINGS, {"id": None, "name": None}]),
    lying=_body(POSTINGS, 20),
    endless=(_body(POSTINGS, 9999, 50), [Asked(f"{LIST}?limit=100&offset=58")]),
    escaped=_body([{**POSTINGS[0], "name": "R&amp;amp;D intern"}, *POSTINGS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'),
        Fault("no-rows", "empty", "an empty list", body=b'{"offset": 0, "limit": 100, "totalFound": 0, "content": []}'),
    ),
)
