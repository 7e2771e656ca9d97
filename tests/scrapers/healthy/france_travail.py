import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Fault, Healthy

ROWS = [
    {
        "id": f"198AAA{number}",
        "intitule": name,
        "description": "Stage de six mois, Zürich.",
        "lieuTravail": {"libelle": "75 - Paris"},
        "entreprise": {"nom": "Zürich SA"},
        "origineOffre": {"urlOrigine": f"https://candidat.francetravail.fr/offres/recherche/detail/198AAA{number}"},
    }
    for number, name in enumerate(NAMES)
]


def _body(rows: list[dict[str, object]]) -> str:
    return json.dumps({"resultats": rows}, ensure_ascii=False)


HEALTHY = Healthy(
    {},
    "application/json",
    _body(ROWS),
    url="https://{host}/offres/search?motsCles=stage&range=0-149",
    no_title=_body([*ROWS, {"id": None, "intitule": None, "origineOffre": None}]),
    escaped=_body([{**ROWS[0], "intitule": "R&amp;amp;D intern"}, *ROWS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'),
        Fault("no-rows", "empty", "an empty list", body=b'{"resultats": []}'),
        Fault("none", "empty", "says none: 204 No Content", 204, b""),
        # The total stands in a header, so that a lying one and one that promises more do, too.
        Fault("parts", "ok", "", 206, headers={"Content-Range": "offres 0-149/8"}, kept=8),
        Fault("liar", "partial", "saw 8 of 20 rows", 206, headers={"Content-Range": "offres 0-149/20"}, kept=8),
        Fault("more", "partial", "range=150-299", 206, headers={"Content-Range": "offres 0-149/800"}, kept=8),
    ),
)
