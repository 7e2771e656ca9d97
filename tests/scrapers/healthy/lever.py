import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

POSTINGS = [
    {
        "id": f"00000000-0000-4000-8000-00000000000{number}",
        "text": name,
        "categories": {"location": "Zürich", "commitment": "Intern", "allLocations": ["Zürich"]},
        "createdAt": 1764205361939,
        "description": "<div>Six months.</div>",
        "lists": [{"text": "You bring", "content": "<li>Curiosity</li>"}],
        "hostedUrl": f"https://jobs.lever.co/example/{number}",
    }
    for number, name in enumerate(NAMES)
]
LIST = "https://{host}/v0/postings/example?mode=json&limit=100"


def _body(postings: list[dict[str, object]]) -> str:
    return json.dumps(postings, ensure_ascii=False)


HEALTHY = Healthy(
    {},
    "application/json",
    _body(POSTINGS),
    url=LIST,
    no_title=_body([*POSTINGS, {"id": None, "text": None, "hostedUrl": None}]),
    endless=(
        _body([{**POSTINGS[number % 8], "id": str(number)} for number in range(100)]),
        [Asked(f"{LIST}&skip={skip}") for skip in (100, 200, 300)],
    ),
    escaped=_body([{**POSTINGS[0], "text": "R&amp;amp;D intern"}, *POSTINGS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-site", "gone", "says: Document not found", body=b'{"ok": false, "error": "Document not found"}'),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'),
        Fault("no-rows", "empty", "an empty list", body=b"[]"),
    ),
)
