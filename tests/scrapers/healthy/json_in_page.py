import json

from tests.scrapers.healthy import NAMES, Asked, Fault, Healthy, html

ROWS = [{"title": name, "org": "Zürich AG", "url": f"https://jobs.example/{name[-1]}"} for name in NAMES]
MORE = '<a class="next" href="/list?page=2">2</a>'


def _body(rows: list[dict[str, str | None]], total: int | None = None, beside: str = "") -> str:
    document = json.dumps({"jobs": rows, "total": total}, ensure_ascii=False)
    return html(f'{beside}<script id="__DATA__" type="application/json">{document}</script>')


HEALTHY = Healthy(
    {
        "within": "__DATA__",
        "rows": "jobs",
        "total": "total",
        "next": "a.next",
        "fields": {"title": "title", "url": "url"},
    },
    "text/html; charset=utf-8",
    _body(ROWS),
    spider="json_list",
    no_title=_body([*ROWS, {"title": None, "url": None}]),
    lying=_body(ROWS, 20),
    endless=(_body(ROWS, beside=MORE), [Asked("https://{host}/list?page=2")]),
    escaped=_body([{**ROWS[0], "title": "R&amp;amp;D intern"}, *ROWS[1:]]),
    faults=(
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-data", "layout_changed", "no JSON named '__DATA__'", body=html("<p>moved</p>").encode()),
        Fault(
            "broken",
            "layout_changed",
            "is no JSON",
            body=html('<script id="__DATA__" type="application/json">soon</script>').encode(),
        ),
        Fault(
            "no-list",
            "layout_changed",
            "no list",
            body=html('<script id="__DATA__" type="application/json">{"jobs": 1}</script>').encode(),
        ),
        Fault("no-rows", "empty", "an empty list", body=_body([]).encode()),
    ),
)
