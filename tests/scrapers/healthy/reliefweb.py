import json

from scrapers.spiders.services.reliefweb import FIELDS, PER_CALL
from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

OLDEST = "2026-02-10T09:00:00+00:00"
ROWS = [
    {
        "id": str(4300000 + number),
        "fields": {
            "title": name,
            "url_alias": f"https://reliefweb.int/job/{4300000 + number}",
            "date": {"created": f"2026-02-{number + 10}T09:00:00+00:00"},
            "source": [{"name": "Zürich Relief"}],
            "type": [{"name": "Internship"}],
            "body-html": "<p>Six months.</p>",
        },
    }
    for number, name in enumerate(NAMES)
]


def _body(rows: list[dict[str, object]], total: int = 8, **links: object) -> str:
    return json.dumps({"totalCount": total, "links": links, "data": rows}, ensure_ascii=False)


def _asked(until: str | None = None) -> Asked:
    conditions: list[dict[str, object]] = [{"field": "type.name", "value": "Internship"}]
    if until:
        conditions.append({"field": "date.created", "value": {"to": until}})
    posted = {
        "preset": "latest",
        "limit": PER_CALL,
        "fields": {"include": FIELDS},
        "filter": {"operator": "AND", "conditions": conditions},
        "sort": ["date.created:desc", "id:asc"],
    }
    return Asked("https://{host}/list", json.dumps(posted))


HEALTHY = Healthy(
    {},
    "application/json",
    _body(ROWS),
    first=_asked(),
    no_title=_body([*ROWS, {"id": None, "fields": {"title": None}}]),
    lying=_body(ROWS, 20),
    endless=(_body(ROWS, 800, next={"href": "more"}), [_asked(OLDEST)]),
    escaped=_body([{**ROWS[0], "fields": {**ROWS[0]["fields"], "title": "R&amp;amp;D intern"}}, *ROWS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'),
        Fault("no-rows", "empty", "says none", body=b'{"data": [], "totalCount": 0}'),
    ),
)
