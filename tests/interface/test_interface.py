"""The read interface: the same rows by SQL, by HTTP and by MCP, of the night that is published now."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import islice, product
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="the extra 'api' is not installed")
pytest.importorskip("mcp", reason="the extra 'api' is not installed")

from mcp import Client
from starlette.testclient import TestClient

from pipeline.interface.api import MAX_BODY_BYTES, make_app
from pipeline.interface.assistant import make_server
from pipeline.settings import Settings
from pipeline.storage.warehouse import open_readonly
from tests.exports.small import NIGHT, internship, small_warehouse, sound, source

UNBOUND = Settings.from_environment({"INTERNSHIPS_API_RATE": "1000000", "INTERNSHIPS_API_ORIGINS": "https://a.example"})
ROWS = 60


def rows() -> dict[str, list[dict[str, Any]]]:
    """ROWS internships that differ by their number, one of them merged into another."""
    made = sound(
        *(
            internship(
                number,
                first_seen=NIGHT - timedelta(days=number % 7),
                title=f"{('Marine biology', 'Law', 'Data')[number % 3]} {number}",
                countries=[("DE", "FR", "IN")[number % 3]],
                fields=["0613"] if number % 2 else ["0421"],
                pay_status=("paid", "unpaid", None)[number % 3],
                pay_month_eur=float(400 + number),
                deadline=NIGHT + timedelta(days=number),
                languages_required=["en"] if number % 5 else ["de", "en"],
                weeks_min=4 + number % 20,
                channels=["embassy"] if number % 4 == 0 else ["platform"],
                description="the text",
                source_ids=["strict"],
            )
            for number in range(ROWS)
        )
    )
    made["sources"] = [source("strict", full_text=False, attribution="Strict & Co")]
    made["changes"] += [
        {"night": NIGHT, "internship_id": "i0", "change": "changed", "field": field, "old": '"a"', "new": '"b"'}
        for field in ("title", "description")
    ]
    made["redirects"] = [{"old_id": "gone", "new_id": "i1", "night": NIGHT}]
    made["evidence"] = [
        {"listing_id": "l1", "field": "title", "quote": "Law", "raw_field": "title", "method": "stated"}
    ]
    return made


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_warehouse(tmp_path_factory.mktemp("interface") / "warehouse.duckdb", rows())


@pytest.fixture(scope="module")
def client(warehouse: Path) -> Iterator[TestClient]:
    with TestClient(make_app(warehouse, UNBOUND), raise_server_exceptions=False) as client:
        yield client


def by_mcp(warehouse: Path, *calls: tuple[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The answers of the MCP server to calls of tools, by the official client."""

    async def ask() -> list[dict[str, Any]]:
        async with Client(make_server(warehouse)) as session:
            return [json.loads((await session.call_tool(name, dict(given))).content[0].text) for name, given in calls]

    return asyncio.run(ask())


QUERIES: list[tuple[dict[str, Any], str]] = [
    ({**one, **other}, f"{first} AND {second}")
    for (one, first), (other, second) in islice(
        product(
            [
                ({"countries": ["Germany"]}, "list_contains(countries, 'DE')"),
                ({"countries": ["FR", "IN"]}, "list_has_any(countries, ['FR', 'IN'])"),
                ({"fields": ["06"]}, "list_contains(fields, '0613')"),
                ({"pay_status": ["paid", "not_stated"]}, "(pay_status = 'paid' OR pay_status IS NULL)"),
                ({"channels": ["embassy"]}, "list_contains(channels, 'embassy')"),
                ({"languages_required": ["German"]}, "list_contains(languages_required, 'de')"),
                ({}, "true"),
            ],
            [
                ({"pay_month_eur_min": 420}, "pay_month_eur >= 420"),
                ({"weeks_max": 8}, "weeks_min <= 8"),
                ({"deadline_to": "2026-04-01"}, "deadline <= DATE '2026-04-01'"),
                ({"deadline_from": "2026-04-01"}, "deadline >= DATE '2026-04-01'"),
                ({"first_seen_from": "2026-03-12"}, "first_seen >= DATE '2026-03-12'"),
                ({"words": "marine"}, "internship_id IN (SELECT internship_id FROM search('marine'))"),
                ({"source_ids": ["strict"]}, "true"),
                ({"state": ["closed"]}, "state = 'closed'"),
            ],
        ),
        50,
    )
]


def test_fifty_queries_give_the_same_rows_by_sql_http_and_mcp(warehouse: Path, client: TestClient) -> None:
    assert len(QUERIES) == 50
    asked = [{**filters, "limit": 500, "sort": "id"} for filters, _ in QUERIES]
    answers = by_mcp(warehouse, *(("openings", {"asked": filters}) for filters in asked))
    with open_readonly(warehouse) as con:
        for filters, answer, (_, condition) in zip(asked, answers, QUERIES, strict=True):
            got = client.get("/openings", params=filters)
            assert got.status_code == 200, got.text
            assert got.json() == answer
            state = "" if "state" in filters else " AND state = 'open'"
            query = f"SELECT internship_id, title, deadline::VARCHAR FROM internships WHERE {condition}{state}"
            found = [(row["internship_id"], row["title"], row["deadline"]) for row in answer["internships"]]
            assert sorted(found) == sorted(con.execute(query).fetchall()), filters
            assert answer["total"] == len(found)


def test_pages_give_each_row_once_in_the_order_asked_for(client: TestClient) -> None:
    seen, offset = [], 0
    while offset is not None:
        page = client.get("/openings", params={"limit": 25, "offset": offset, "sort": "deadline"}).json()
        seen += [row["deadline"] for row in page["internships"]]
        offset = page["next_offset"]
    assert len(seen) == ROWS == page["total"]
    assert seen == sorted(seen)


def test_one_opening_has_its_quotes_and_history_and_no_text_that_its_source_withholds(
    warehouse: Path, client: TestClient
) -> None:
    record = client.get("/openings/gone").json()
    assert (record["redirected_from"], record["internship"]["internship_id"]) == ("gone", "i1")
    assert [quote["quote"] for quote in record["evidence"]] == ["Law"]
    assert record["listings"][0]["attribution"] == "Strict & Co"
    assert record["internship"]["description"] is None
    assert by_mcp(warehouse, ("opening", {"internship_id": "gone"})) == [record]
    missing = client.get("/openings/nothing")
    assert (missing.status_code, missing.json()) == (
        404,
        {"detail": ["no internship 'nothing' in the night of 2026-03-14"]},
    )


@pytest.mark.parametrize(
    ("tool", "arguments", "problem"),
    [
        ("opening", {"internship_id": "nothing"}, "no internship 'nothing' in the night of 2026-03-14"),
        ("openings", {"asked": {"countries": ["Atlantis"]}}, "unknown country 'Atlantis'"),
        (
            "openings",
            {"asked": {"countrys": ["NO"]}},
            "countrys: unknown; the tool's input schema lists what can be asked",
        ),
        ("suggest", {"profile": {}, "page": {"limit": 0}}, "limit: Input should be greater than or equal to 1"),
    ],
)
def test_an_assistant_that_asks_wrongly_is_told_so_in_a_line(
    warehouse: Path, tool: str, arguments: dict[str, Any], problem: str
) -> None:
    async def ask() -> Any:
        async with Client(make_server(warehouse)) as session:
            return await session.call_tool(tool, arguments)

    answer = asyncio.run(ask())
    assert answer.is_error
    assert problem in answer.content[0].text
    assert "pydantic" not in answer.content[0].text
    assert "\n" not in answer.content[0].text


def test_a_path_or_method_that_is_not_there_is_refused_in_the_same_shape(client: TestClient) -> None:
    assert client.get("/opening").json() == {"detail": ["Not Found"]}
    refused = client.post("/openings")
    assert (refused.status_code, refused.json(), refused.headers["allow"]) == (
        405,
        {"detail": ["Method Not Allowed"]},
        "GET",
    )


def test_changes_since_a_night_come_with_what_was_merged(warehouse: Path, client: TestClient) -> None:
    since = {"since": (NIGHT - timedelta(days=1)).isoformat(), "limit": 500}
    answer = client.get("/changes", params=since).json()
    new_values = {(row["internship_id"], row["change"], row["field"]): row["new"] for row in answer["changes"]}
    assert new_values["i0", "changed", "title"] == "b"
    assert new_values["i0", "changed", "description"] is None
    assert {name for name, change, _ in new_values if change == "added"} == {
        f"i{number}" for number in range(0, ROWS, 7)
    }
    assert [row["old_id"] for row in answer["redirects"]] == ["gone"]
    assert client.get("/changes", params={"since": NIGHT.isoformat()}).json()["total"] == 0
    assert by_mcp(warehouse, ("changes", {"asked": since})) == [answer]


def test_a_profile_is_ranked_and_a_wrong_one_is_told_what_is_wrong(warehouse: Path, client: TestClient) -> None:
    profile = {"passports": ["India"], "languages": {"en": "C1"}, "needs": ["paid"]}
    answer = client.post("/suggest", json=profile, params={"limit": 5}).json()
    assert len(answer["internships"]) == 5
    assert answer["total"] + answer["ruled_out"] == ROWS
    assert answer["internships"][0]["reasons"]
    assert by_mcp(warehouse, ("suggest", {"profile": profile, "page": {"limit": 5}})) == [answer]
    wrong = [
        client.post("/suggest", content=json.dumps(profile), headers={"Content-Type": "application/json"})
        for profile in ({"passports": ["Atlantis"]}, {"passport": []}, {"residence": "\ud800"}, [])
    ]
    assert [each.status_code for each in wrong] == [422] * 4
    assert "unknown country 'Atlantis'" in wrong[0].json()["detail"][0]
    assert wrong[1].json()["detail"][0].startswith("passport: unknown; /openapi.json")
    assert client.get("/openings", params={"countrys": "NO"}).json()["detail"] == [
        "countrys: unknown; /openapi.json lists what can be asked"
    ]


def test_a_night_that_is_published_meanwhile_answers_the_next_request(tmp_path: Path) -> None:
    path = small_warehouse(tmp_path / "warehouse.duckdb", {})
    later = NIGHT + timedelta(days=1)
    next_night = small_warehouse(tmp_path / "next.duckdb", sound(internship(0)), later)
    with TestClient(make_app(path, UNBOUND)) as client:
        first = client.get("/openings")
        again = client.get("/openings", headers={"If-None-Match": first.headers["ETag"]})
        next_night.replace(path)
        second = client.get("/openings", headers={"If-None-Match": first.headers["ETag"]})
        assert [first.json()["total"], again.status_code, second.json()["total"]] == [0, 304, 1]
        assert second.json()["night"] == later.isoformat()
        path.unlink()
        assert client.get("/openings").status_code == 503
        assert client.get("/openapi.json").status_code == 200


def test_an_address_that_asks_too_often_waits_and_a_large_body_is_refused(warehouse: Path) -> None:
    with TestClient(make_app(warehouse, Settings.from_environment({"INTERNSHIPS_API_RATE": "3"}))) as client:
        large = client.post(
            "/suggest", content=b" " * (MAX_BODY_BYTES + 1), headers={"Content-Type": "application/json"}
        )
        answers = [client.get("/openapi.json") for _ in range(6)]
    assert large.status_code == 413
    assert 429 in {answer.status_code for answer in answers}
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60


def test_pages_of_other_sites_may_ask_where_the_setting_names_them(client: TestClient) -> None:
    allowed = {
        origin: client.get("/nights", headers={"Origin": origin}).headers.get("Access-Control-Allow-Origin")
        for origin in ("https://a.example", "https://b.example")
    }
    assert allowed == {"https://a.example": "https://a.example", "https://b.example": None}


def test_whatever_the_description_allows_to_ask_is_answered_without_an_error_of_the_server(warehouse: Path) -> None:
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    hypothesis = pytest.importorskip("hypothesis")
    schema = schemathesis.openapi.from_asgi("/openapi.json", make_app(warehouse, UNBOUND))
    for result in schema.get_all_operations():
        operation = result.ok()

        @hypothesis.given(case=operation.as_strategy())
        @hypothesis.settings(
            max_examples=12, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate],
        )  # fmt: skip
        def ask(case: Any) -> None:
            response = case.call()
            assert response.status_code < 500, (case.as_curl_command(), response.text)

        ask()
