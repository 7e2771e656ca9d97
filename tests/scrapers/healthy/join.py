import json

from tests.scrapers.healthy import NAMES, PLAIN_PAGE, Asked, Fault, Healthy, html

URL = "https://{host}/companies/example"
JOBS = [
    {"id": 900 + number, "idParam": f"{900 + number}-intern", "title": name, "city": {"cityName": "Zürich"}}
    for number, name in enumerate(NAMES)
]


def _page(state: dict[str, object]) -> str:
    data = json.dumps({"props": {"pageProps": {"initialState": state}}}, ensure_ascii=False)
    return html(f'<script id="__NEXT_DATA__" type="application/json">{data}</script>')


def _list(jobs: list[dict[str, object]], total: int = 8, pages: int = 1) -> str:
    return _page({"jobs": {"items": jobs, "pagination": {"page": 1, "pageCount": pages, "total": total}}})


HEALTHY = Healthy(
    {},
    "text/html; charset=utf-8",
    _list(JOBS),
    url=URL,
    details={Asked(f"{URL}/{job['idParam']}"): _page({"job": {"description": "Six months."}}) for job in JOBS},
    no_title=_list([*JOBS, {"id": None, "title": None}]),
    lying=_list(JOBS, 20),
    endless=(_list(JOBS, 8, 99), [Asked(f"{URL}?page=2")]),
    escaped=_list([{**JOBS[0], "title": "R&amp;amp;D intern"}, *JOBS[1:]]),
    faults=(
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("other", "layout_changed", "no __NEXT_DATA__", body=PLAIN_PAGE),
        Fault("no-list", "layout_changed", "no list", body=_page({}).encode()),
        Fault("no-rows", "empty", "says none", body=_list([], 0).encode()),
    ),
)
