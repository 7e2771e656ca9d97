"""What tests of these commands make: catalogues, a home, a warehouse, a server on loopback with lists, pages and a board."""

from __future__ import annotations

import json
from datetime import date
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import yaml

from pipeline import tables
from pipeline.shipped import shipped
from pipeline.storage import warehouse
from pipeline.storage.home import Home
from pipeline.storage.warehouse import Carry

DAY = date(2026, 3, 1)
REFERENCE = {name: shipped("data", "reference", f"{name}.csv") for name in tables.REFERENCE}


def write_catalogue(folder: Path, entries: list[dict[str, Any]], channel: str = "platform") -> Path:
    file = folder / "catalogue" / channel / "sources.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump({"sources": [{"name": each["id"], **each} for each in entries]}), encoding="utf-8")
    return folder / "catalogue"


def make_home(root: Path) -> Home:
    root.mkdir(parents=True)
    return Home(root)


def filled(table: tables.Table, rows: pl.DataFrame) -> pl.DataFrame:
    return table.conform(pl.concat([table.empty(), rows], how="diagonal_relaxed").select(table.names))


def build_warehouse(path: Path, rows: list[dict[str, Any]]) -> None:
    """A warehouse with these listings, of which only what `discover` reads is filled in."""
    carries = {table.name: Carry(table.empty()) for table in tables.TABLES}
    if rows:
        listings = pl.DataFrame(rows, infer_schema_length=None)
        carries["listings"] = Carry(
            filled(tables.LISTINGS, listings.with_row_index("listing_id").cast({"listing_id": pl.String}))
        )
    warehouse.build(path, None, carries, REFERENCE, DAY, "")


CARDS = """<!DOCTYPE html><html><body><p>Questions: jane.doe@example.org or internships@example.org, Tel. +49 30 1234567</p>
<ul>{}</ul></body></html>"""
FIRST = '<li><a href="/d/1">Praktikum Übersetzung</a> <b>Köln</b></li><li><a href="/d/2">Intern, water policy</a></li>'
PAGES = {
    "/list": CARDS.format(FIRST) + '<a class="n" href="/moved">more</a>',
    "/page-2": CARDS.format('<li><a href="/d/3">Trainee</a> <b>Oslo</b></li>'),
    "/none": CARDS.format("") + "<p>We have no open positions.</p>",
    "/d/1": "<!DOCTYPE html><html><body><main>Ask John at john.smith@example.org</main></body></html>",
}
BOARD = {
    "total": 21,
    "jobPostings": [
        {"title": f"Internship {number}", "externalPath": f"/job/Bonn/I_{number}", "bulletFields": [f"I_{number}"]}
        for number in range(21)
    ],
}


class Server(NamedTuple):
    address: str
    asked: list[tuple[str, str, bytes]]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str, bytes]]

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.asked.append(("GET", self.path, b""))
        if self.path == "/moved":
            self.say(302, b"", Location="/page-2")
        elif self.path.startswith("/wday/"):
            posting = {
                "jobPostingInfo": {"title": f"Internship {self.path[-1]}", "jobDescription": "<p>Six months</p>"}
            }
            self.say(200, json.dumps(posting).encode(), **{"Content-Type": "application/json"})
        elif (path := self.path.split("?")[0]) in PAGES:
            self.say(200, PAGES[path].encode(), **{"Content-Type": "text/html; charset=utf-8"})
        else:
            self.say(404, b"no")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append(("POST", self.path, body))
        question = json.loads(body)
        at = question["offset"]
        rows = BOARD["jobPostings"][at : at + question["limit"]]  # type: ignore[index]
        self.say(200, json.dumps({**BOARD, "jobPostings": rows}).encode(), **{"Content-Type": "application/json"})

    def say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def live_entries(server: Server) -> list[dict[str, Any]]:
    cards = {
        "spider": "html_list",
        "holds": "internships",
        "rights": {"delay_seconds": 0},
        "settings": {
            "rows": "li", "fields": {"title": "a", "url": "a@href", "locations": "b"}, "next": "a.n",
            "detail": {"fields": {"description": "main"}}, "none": "no open positions",
        },
    }  # fmt: skip
    board = {"spider": "workday", "rights": {"delay_seconds": 0}, "url": f"{server.address}/wday/cxs/t/s/jobs"}
    return [
        {"id": "cards", "url": f"{server.address}/list", **cards},
        {"id": "more-wanted", "url": f"{server.address}/list?a", **cards, "expect": {"least": 9}},
        {"id": "says-none", "url": f"{server.address}/none", **cards},
        {"id": "shows-nothing", "url": f"{server.address}/page-2?b", **cards, "settings": {**cards["settings"], "rows": "td"}},
        {"id": "absent", "url": f"{server.address}/absent", **cards},
        {"id": "workday.t.s", **board},
    ]  # fmt: skip
