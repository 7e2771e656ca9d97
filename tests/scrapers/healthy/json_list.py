import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Fault, Healthy

ROWS = [{"title": name, "org": "Zürich AG", "url": f"https://jobs.example/{name[-1]}"} for name in NAMES]


def _body(rows: list[dict[str, str | None]], total: int | None = None) -> str:
    return json.dumps({"jobs": rows, "total": total}, ensure_ascii=False)


HEALTHY = Healthy(
    {"rows": "jobs", "total": "total", "fields": {"title": "title", "url": "url"}},
    "application/json",
    _body(ROWS),
    no_title=_body([*ROWS, {"title": None, "url": None}]),
    lying=_body(ROWS, 20),
    escaped=_body([{**ROWS[0], "title": "R&amp;amp;D intern"}, *ROWS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("broken", "error", "no JSON", body=b'{"rows": [1 2 x'),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'),
        Fault("no-rows", "empty", "an empty list", body=b'{"jobs": []}'),
        Fault("only-nulls", "layout_changed", "2 rows without title", body=b'{"jobs": [null, {}]}'),
    ),
)
