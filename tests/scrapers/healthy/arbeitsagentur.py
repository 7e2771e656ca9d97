import base64
import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

SERVICE = "https://{host}/jobboerse/jobsuche-service/pc/v4"
SEARCH = f"{SERVICE}/jobs?angebotsart=34&size=100&page="
ROWS = [
    {
        "refnr": f"10000-120000000{number}-S",
        "beruf": "Praktikant/in",
        "titel": name,
        "arbeitgeber": "Zürich GmbH",
        "arbeitsort": {"ort": "Berlin", "land": "Deutschland"},
    }
    for number, name in enumerate(NAMES)
]


def _body(rows: list[dict[str, object]], total: int = 8) -> str:
    return json.dumps({"maxErgebnisse": total, "stellenangebote": rows}, ensure_ascii=False)


def _own(row: dict[str, object]) -> Asked:
    return Asked(f"{SERVICE}/jobdetails/{base64.b64encode(str(row['refnr']).encode()).decode()}")


HEALTHY = Healthy(
    {},
    "application/json",
    _body(ROWS),
    url=f"{SEARCH}1",
    details={_own(row): json.dumps({"stellenangebotsBeschreibung": "Sechs Monate."}) for row in ROWS},
    no_title=_body([*ROWS, {"refnr": None, "titel": None, "beruf": None}]),
    lying=_body(ROWS, 20),
    endless=(_body(ROWS, 800), [Asked(f"{SEARCH}{page}") for page in (2, 3, 4)]),
    escaped=_body([{**ROWS[0], "titel": "R&amp;amp;D intern"}, *ROWS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'),
        Fault("no-rows", "empty", "says none", body=b'{"maxErgebnisse": 0}'),
    ),
)
