import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Fault, Healthy

OFFERS = [
    {
        "id": 2700 + number,
        "title": name,
        "status": "published",
        "employment_type_code": "internship",
        "company_name": "Zürich AG",
        "locations": [{"city": "Zürich", "country": "Switzerland"}],
        "careers_url": f"https://example.recruitee.com/o/{number}",
        "description": "<p>Six months.</p>",
    }
    for number, name in enumerate(NAMES)
]


def _body(offers: list[dict[str, object]]) -> str:
    return json.dumps({"offers": offers}, ensure_ascii=False)


HEALTHY = Healthy(
    {},
    "application/json",
    _body(OFFERS),
    no_title=_body([*OFFERS, {"id": None, "title": None, "careers_url": None}]),
    escaped=_body([{**OFFERS[0], "title": "R&amp;amp;D intern"}, *OFFERS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"error": "moved"}'),
        Fault("no-rows", "empty", "an empty list", body=b'{"offers": []}'),
    ),
)
