import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

SEARCH = "https://{host}/search?q=praktik&limit=100&offset="
ROWS = [
    {
        "id": str(31000000 + number),
        "webpage_url": f"https://arbetsformedlingen.se/platsbanken/annonser/{31000000 + number}",
        "headline": name,
        "description": {"text": "Sex veckor i Zürich."},
        "employer": {"name": "Zürich AB"},
        "workplace_address": {"municipality": "Malmö", "country": "Sverige"},
        "removed": False,
    }
    for number, name in enumerate(NAMES)
]


def _body(hits: list[dict[str, object]], total: int = 8) -> str:
    return json.dumps({"total": {"value": total}, "hits": hits}, ensure_ascii=False)


HEALTHY = Healthy(
    {},
    "application/json",
    _body(ROWS),
    url=f"{SEARCH}0",
    no_title=_body([*ROWS, {"id": None, "headline": None, "webpage_url": None}]),
    lying=_body(ROWS, 20),
    endless=(_body(ROWS, 800), [Asked(f"{SEARCH}{offset}") for offset in (100, 200, 300)]),
    escaped=_body([{**ROWS[0], "headline": "R&amp;amp;D intern"}, *ROWS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'),
        Fault("no-rows", "empty", "says none", body=b'{"total": {"value": 0}, "hits": []}'),
    ),
)
