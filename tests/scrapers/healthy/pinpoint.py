import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Fault, Healthy

POSTINGS = [
    {
        "id": str(500 + number),
        "title": name,
        "url": f"https://example.pinpointhq.com/en/postings/{number}",
        "location": {"name": "Zürich"},
        "description": "<p>Six months.</p>",
    }
    for number, name in enumerate(NAMES)
]


def _body(postings: list[dict[str, object]]) -> str:
    return json.dumps({"data": postings}, ensure_ascii=False)


HEALTHY = Healthy(
    {},
    "application/json",
    _body(POSTINGS),
    no_title=_body([*POSTINGS, {"id": None, "title": None, "url": None}]),
    escaped=_body([{**POSTINGS[0], "title": "R&amp;amp;D intern"}, *POSTINGS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"errors": []}'),
        Fault("no-rows", "empty", "an empty list", body=b'{"data": []}'),
    ),
)
