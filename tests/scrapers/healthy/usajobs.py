import json

from tests.scrapers.healthy import NAMES, UNDECODABLE, Asked, Fault, Healthy

SEARCH = "https://{host}/api/search?HiringPath=student&ResultsPerPage=100&Page="


def _row(number: int | None, title: str | None) -> dict[str, object]:
    posting = {
        "PositionTitle": title,
        "PositionURI": number and f"https://www.usajobs.gov/job/{number}",
        "OrganizationName": number and "Zürich Survey",
        "PositionLocation": [{"LocationName": "Denver, Colorado", "CountryCode": "United States"}],
        "UserArea": {"Details": {"JobSummary": "Six months.", "HiringPath": ["student"]}},
    }
    return {"MatchedObjectId": number and str(number), "MatchedObjectDescriptor": posting}


ROWS = [_row(860000000 + number, name) for number, name in enumerate(NAMES)]


def _body(rows: list[dict[str, object]], total: int = 8) -> str:
    return json.dumps({"SearchResult": {"SearchResultCountAll": total, "SearchResultItems": rows}}, ensure_ascii=False)


HEALTHY = Healthy(
    {},
    "application/json",
    _body(ROWS),
    url=f"{SEARCH}1",
    no_title=_body([*ROWS, _row(None, None)]),
    lying=_body(ROWS, 20),
    endless=(_body(ROWS, 800), [Asked(f"{SEARCH}{page}") for page in (2, 3, 4)]),
    escaped=_body([_row(860000000, "R&amp;amp;D intern"), *ROWS[1:]]),
    faults=(
        *UNDECODABLE,
        Fault("half", "partial", "", cut=0.55, kept=2),
        Fault("no-list", "layout_changed", "no list", body=b'{"message": "moved"}'),
        Fault(
            "no-rows",
            "empty",
            "says none",
            body=b'{"SearchResult": {"SearchResultItems": [], "SearchResultCountAll": 0}}',
        ),
    ),
)
