import json

from tests.scrapers.healthy import NAMES, Asked, Fault, Healthy

ROWS = [{"id": number, "title": name, "org": "Zürich AG"} for number, name in enumerate(NAMES)]
POSTED = '{"language": "en"}'


def _page(number: int) -> Asked:
    return Asked(f"https://{{host}}/list?page={number}", POSTED)


def _body(rows: list[dict[str, object]], total: int | None = 8) -> str:
    return json.dumps({"jobs": rows, "total": total}, ensure_ascii=False)


HEALTHY = Healthy(
    {
        "rows": "jobs",
        "total": "total",
        "pages": {"parameter": "page", "by": 1},
        "post": {"language": "en"},
        "address": "/job/<id>",
        "fields": {"title": "title", "native_id": "id", "organization": "org"},
    },
    "application/json",
    _body(ROWS),
    url="https://{host}/list?page=1",
    first=_page(1),
    spider="json_list",
    lying=_body(ROWS, 20),
    endless=(_body(ROWS, 50), [_page(number) for number in (2, 3, 4)]),
    others={_page(2): _body([], 8)},
    faults=(
        Fault("fewer", "ok", "", body=_body(ROWS, None).encode(), kept=8),
        Fault("no-rows", "empty", "an empty list", body=_body([], None).encode()),
        Fault("none", "empty", "a total of 0", body=_body([], 0).encode()),
    ),
)
