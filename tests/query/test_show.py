"""`internships show`: one internship, by any id that leads to it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from pipeline.cli import main
from pipeline.query.show import ShowError, draw, read, to_json
from pipeline.storage.warehouse import WarehouseError
from tests.exports.small import internship, small_warehouse


def drawn(warehouse: Path, identifier: str) -> list[str]:
    console = Console(file=io.StringIO(), width=80, highlight=False)
    draw(read(warehouse, identifier), console)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


@pytest.mark.parametrize("identifier", ["i0", "l0", "l7", "i9"])
def test_ids_of_internships_listings_and_merged_ones_lead_to_it(warehouse: Path, identifier: str) -> None:
    shown = read(warehouse, identifier)
    assert shown.internship["internship_id"] == "i0"
    assert shown.old_ids == ["i9"]
    assert sorted(listing["listing_id"] for listing in shown.listings) == ["l0", "l7"]


def test_it_tells_facts_with_quotes_listings_and_what_happened(warehouse: Path) -> None:
    lines = drawn(warehouse, "i0")
    assert lines[:5] == [
        "Diplomacy",
        "Acme  ·  FR, DE  ·  i0",
        "open, seen from 2026-02-01 to 2026-03-14",
        "also known as i9",
        "apply: https://example.org/0",
    ]
    assert "  pay_status        paid" in lines
    assert "  feed (platform)  l0  open, seen from 2026-02-01 to 2026-03-14" in lines
    assert lines[-3:] == [
        "  2026-02-01  added",
        "  2026-03-14  title: Old title → Diplomacy",
        "  2026-03-14  merged",
    ]


def test_a_closed_one_says_since_when_and_why(warehouse: Path) -> None:
    assert drawn(warehouse, "i4")[2] == "closed, seen from 2026-02-01 to 2026-03-13, closed on 2026-03-14 (gone)"


def test_json_has_all_of_it(warehouse: Path) -> None:
    row = json.loads(to_json(read(warehouse, "i0")))
    assert list(row) == ["internship", "old_ids", "listings", "changes"]
    assert row["internship"]["countries"] == ["FR", "DE"]
    (first,) = [listing for listing in row["listings"] if listing["listing_id"] == "l0"]
    assert first["evidence"] == [{"field": "title", "quote": "Diplomacy", "raw_field": "title", "method": "stated"}]
    assert first["match"]["reason"] == "first"
    assert {
        "night": "2026-03-14",
        "change": "changed",
        "field": "title",
        "old": "Old title",
        "new": "Diplomacy",
    } in row["changes"]


def test_an_unknown_id_is_refused_in_one_line(warehouse: Path) -> None:
    with pytest.raises(ShowError, match="no internship and no listing 'nobody'"):
        read(warehouse, "nobody")


def test_the_command_shows_it_and_refuses_what_it_does_not_know(warehouse: Path) -> None:
    shown = CliRunner().invoke(main, ["show", "l7", "--json", "--home", str(warehouse.parent)])
    assert json.loads(shown.stdout)["internship"]["internship_id"] == "i0"
    refused = CliRunner().invoke(main, ["show", "nobody", "--home", str(warehouse.parent)])
    assert (refused.exit_code, refused.stdout, len(refused.stderr.splitlines())) == (2, "", 1)


def test_the_beginning_of_an_id_will_do_where_no_other_begins_so(tmp_path: Path) -> None:
    rows = [internship(0, internship_id="i_12345"), internship(1, internship_id="i_12999")]
    warehouse = small_warehouse(tmp_path / "w.duckdb", {"internships": rows})
    assert read(warehouse, "i_123").internship["internship_id"] == "i_12345"
    assert read(warehouse, "i_129…").internship["internship_id"] == "i_12999"
    with pytest.raises(WarehouseError, match="ambiguous id prefix"):
        read(warehouse, "i_12")
    with pytest.raises(ShowError, match="no internship"):
        read(warehouse, "i_")
