import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

FEED = "https://{host}/api/v1/feed"
IDS = [f"0000000{number}-1111-4222-8333-444455556666" for number in range(8)]
ITEMS = [
    {
        "id": uuid,
        "url": f"/api/v1/feedentry/{uuid}",
        "title": name,
        "_feed_entry": {
            "uuid": uuid,
            "status": "ACTIVE",
            "title": name,
            "businessName": "Zürich AS",
            "municipal": "OSLO",
        },
    }
    for uuid, name in zip(IDS, NAMES, strict=True)
]
OWN = [
    json.dumps({"uuid": uuid, "ad_content": {"uuid": uuid, "title": name, "description": "<p>Seks måneder.</p>"}})
    for uuid, name in zip(IDS, NAMES, strict=True)
]


def _body(items: list[dict[str, object]], next_url: str | None = None) -> str:
    return json.dumps({"version": "1.0", "next_url": next_url, "items": items}, ensure_ascii=False)


HEALTHY = Healthy(
    {},
    "application/json",
    _body(ITEMS),
    url=FEED,
    details={Asked(f"{FEED}entry/{uuid}"): own for uuid, own in zip(IDS, OWN, strict=True)},
    no_title=_body([*ITEMS, {"id": None, "title": None, "_feed_entry": {"uuid": None}}]),
    endless=(_body(ITEMS, "/api/v1/feed/again"), [Asked(f"{FEED}/again")]),
    escaped=_body([{**ITEMS[0], "title": "R&amp;amp;D intern"}, *ITEMS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'),
        Fault("no-rows", "empty", "an empty list", body=b'{"items": [], "next_url": null}'),
    ),
)
