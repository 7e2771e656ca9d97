"""What is published elsewhere: whole, with an index and rights, and without what was told in confidence."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
import yaml
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.exports import export_night, publish_night
from pipeline.exports.files import ExportError
from pipeline.exports.site import publish_site
from pipeline.query.changes import write_changes
from tests.exports.small import NIGHT, internship, small_warehouse, sound, source

SITE = "https://example.org/data/"
SECOND = NIGHT + timedelta(days=1)


def publish(home: Path, night: date, numbers: range) -> None:
    """A night with these internships in the home's exports, with a file that no manifest names."""
    rows = sound(*(internship(number, countries=["DE"], first_seen=night, source_ids=["strict"]) for number in numbers))
    rows["sources"] = [source("strict", full_text=False, licence="CC BY 4.0", attribution="Strict | Co")]
    rows["changes"].append(
        {
            "night": night,
            "internship_id": "i0",
            "change": "merged",
            "field": "internship_id",
            "old": '"gone"',
            "new": '"i0"',
        }
    )
    (home / "warehouse.duckdb").unlink(missing_ok=True)
    warehouse = small_warehouse(home / "warehouse.duckdb", rows, night)
    building = home / "building"
    building.mkdir()
    export_night(warehouse, building, night)
    (building / "searches").mkdir()
    (building / "searches" / "secret.atom").write_text("Ana")
    publish_night(building, home / "exports", night)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    publish(home, NIGHT, range(2))
    publish(home, SECOND, range(3))
    return home


def test_the_folder_has_all_files_an_index_and_the_rights_and_no_secret(home: Path, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    words = ["publish", "--home", str(home), "--to", str(tmp_path), "--site", SITE.rstrip("/")]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.output.startswith("night 2026-03-15: ")
    package = json.loads((tmp_path / "datapackage.json").read_bytes())
    assert all((tmp_path / resource["path"]).stat().st_size == resource["bytes"] for resource in package["resources"])
    index = json.loads((tmp_path / "nights.json").read_bytes())
    assert [night["changes"] for night in index["nights"]] == ["changes/2026-03-15.ndjson", "changes/2026-03-14.ndjson"]
    (rights,) = csv.DictReader(io.StringIO((tmp_path / "licences.csv").read_text(encoding="utf-8")))
    assert (rights["licence"], rights["attribution"]) == ("CC BY 4.0", "Strict | Co")
    assert not (tmp_path / "searches").exists()


def test_the_card_names_each_table_as_a_configuration(home: Path, tmp_path: Path) -> None:
    publish_site(home / "exports", tmp_path, SITE)
    _, head, text = (tmp_path / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    card = yaml.safe_load(head)
    assert card["license"] == "other"
    assert card["size_categories"] == ["n<1K"]
    files = {config["config_name"]: config["data_files"] for config in card["configs"]}
    assert pl.read_parquet(tmp_path / files["internships"]).height == 3
    assert [config["config_name"] for config in card["configs"] if config.get("default")] == ["internships"]
    assert "| Strict | CC BY 4.0 | not stated | Strict \\| Co |" in text


def test_what_is_no_more_goes_with_the_next_night_and_what_a_person_added_stays(home: Path, tmp_path: Path) -> None:
    (tmp_path / "CNAME").write_text("example.org")
    publish_site(home / "exports", tmp_path, SITE)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    old = json.loads((tmp_path / ".published.json").read_bytes())
    (tmp_path / "over.csv").write_text("x")
    (tmp_path / ".published.json").write_text(json.dumps([*old, "over.csv"]))
    publish_site(home / "exports", tmp_path, SITE)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_a_folder_of_somebody_else_is_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("x")
    with pytest.raises(ExportError, match=r"thesis\.docx"):
        publish_site(home / "exports", tmp_path, SITE)
    with pytest.raises(ExportError, match="internships run"):
        publish_site(tmp_path, tmp_path / "to", SITE)


def test_changes_lead_from_any_night_to_any_other_with_merges(home: Path) -> None:
    def changes_between(since: date, until: date | None = None) -> list[tuple[str, str, str]]:
        out = io.StringIO()
        count = write_changes(home / "warehouse.duckdb", since, until, out)
        rows = [json.loads(line) for line in out.getvalue().splitlines()]
        assert count == len(rows)
        return [(row["night"], row["change"], row["old"] or row["internship_id"]) for row in rows]

    assert changes_between(SECOND) == changes_between(NIGHT, NIGHT) == []
    assert changes_between(NIGHT) == [
        ("2026-03-15", "added", "i0"), ("2026-03-15", "merged", "gone"),
        ("2026-03-15", "added", "i1"), ("2026-03-15", "added", "i2"),
    ]  # fmt: skip
    result = CliRunner().invoke(main, ["changes", "--home", str(home), "--from", "2026-03-14", "--to", "2026-03-15"])
    assert len(result.output.splitlines()) == 4
    result = CliRunner().invoke(main, ["changes", "--home", str(home), "--from", "2026-03-15", "--to", "2026-03-14"])
    assert result.exit_code == 2
    assert result.output == "internships: --to: 2026-03-14 is before 2026-03-15, the night of --from\n"
