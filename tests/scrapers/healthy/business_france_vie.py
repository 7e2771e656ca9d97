import json

from scrapers.spiders.services.business_france_vie import CHOSEN, PER_CALL
from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

OFFERS = [
    {
        "id": 240000 + number,
        "missionTitle": name,
        "organizationName": "Zürich SA",
        "missionType": "VIE",
        "missionDuration": 12,
        "missionDescription": "Douze mois.",
        "countryName": "SUISSE",
        "cityName": "ZURICH",
        "indemnite": 2845.72,
    }
    for number, name in enumerate(NAMES)
]


def _body(offers: list[dict[str, object]], count: int = 8) -> str:
    return json.dumps({"result": offers, "count": count}, ensure_ascii=False)


def _asked(skip: int) -> Asked:
    return Asked("https://{host}/list", json.dumps({"limit": PER_CALL, "skip": skip, **CHOSEN}))


HEALTHY = Healthy(
    {},
    "application/json",
    _body(OFFERS),
    first=_asked(0),
    no_title=_body([*OFFERS, {"id": None, "missionTitle": None}]),
    lying=_body(OFFERS, 20),
    endless=(_body(OFFERS, 800), [_asked(skip) for skip in (100, 200, 300)]),
    escaped=_body([{**OFFERS[0], "missionTitle": "R&amp;amp;D intern"}, *OFFERS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'),
        Fault("no-rows", "empty", "says none", body=b'{"result": [], "count": 0}'),
    ),
)
