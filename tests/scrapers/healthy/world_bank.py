import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Fault, Healthy

DOCS = [
    {
        "id": 33000 + number,
        "title": name,
        "location": "Zürich,Switzerland",
        "opendate": "2026-02-10T00:00:00Z",
    }
    for number, name in enumerate(NAMES)
]


def _body(docs: list[dict[str, object]], found: int = 8) -> str:
    return json.dumps({"response": {"numFound": found, "start": 0, "docs": docs}}, ensure_ascii=False)


HEALTHY = Healthy(
    {},
    "application/json",
    _body(DOCS),
    no_title=_body([*DOCS, {"id": None, "title": None}]),
    lying=_body(DOCS, 20),
    escaped=_body([{**DOCS[0], "title": "R&amp;amp;D intern"}, *DOCS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'),
        Fault("no-rows", "empty", "says none", body=b'{"response": {"docs": [], "numFound": 0}}'),
    ),
)
