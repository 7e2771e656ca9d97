import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

ITEMS = [
    {
        "id": f"00000000-0000-4000-8000-00000000000{number}",
        "title": name,
        "url": f"https://example.teamtailor.com/jobs/{7000 + number}-intern",
        "content_html": "<p>Six months.</p>",
        "_jobposting": {
            "@type": "JobPosting",
            "identifier": {"value": 7000 + number},
            "jobLocation": [{"address": {"addressLocality": "Zürich", "addressCountry": "CH"}}],
        },
    }
    for number, name in enumerate(NAMES)
]


def _body(items: list[dict[str, object]], **more: str) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items, **more}, ensure_ascii=False)


HEALTHY = Healthy(
    {},
    "application/feed+json",
    _body(ITEMS),
    no_title=_body([*ITEMS, {"id": None, "title": None, "url": None}]),
    endless=(_body(ITEMS, next_url="/list?page=2"), [Asked("https://{host}/list?page=2")]),
    escaped=_body([{**ITEMS[0], "title": "R&amp;amp;D intern"}, *ITEMS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'),
        Fault("no-rows", "empty", "an empty list", body=b'{"items": []}'),
    ),
)
