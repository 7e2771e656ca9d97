"""The workbook, opened by a reader that is not ours."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.exports import xlsx
from tests.exports.small import NIGHT, internship, small_warehouse, sound

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")

HOSTILE = "=1+1 <b>& \x01_x0041_ מתמחה 👩‍💻\nline"


def test_a_workbook_opens_with_dates_filters_and_a_frozen_head(tmp_path: Path) -> None:
    rows = sound(
        internship(
            0, title=HOSTILE, countries=["DE", "FR"], fields=["0613", "0311"], deadline=NIGHT, pay_month_eur=700.4
        ),
        internship(1, first_seen=NIGHT - timedelta(days=1), description="x" * 40_000, cities=["x" * 40_000]),
        internship(2, state="closed", closed_on=NIGHT, closed_reason="gone"),
    )
    warehouse = small_warehouse(tmp_path / "w.duckdb", rows)
    (written,) = xlsx.write(warehouse, tmp_path)
    first = (tmp_path / written.path).read_bytes()
    sheet = openpyxl.load_workbook(tmp_path / written.path).active
    head, *openings = ([cell.value for cell in row] for row in sheet.iter_rows())
    read = [dict(zip(head, row, strict=True)) for row in openings]
    assert (written.rows, sheet.freeze_panes, sheet.auto_filter.ref) == (2, "B2", "A1:U3")
    assert read[0]["title"] == HOSTILE.replace("\x01", "").replace("_x0041_", "_x005F_x0041_"), (
        "its own escape of an escape"
    )
    assert (read[0]["countries"], read[0]["pay_month_eur"]) == ("France, Germany", 700)
    assert isinstance(read[0]["deadline"], datetime)
    assert read[0]["deadline"].date() == NIGHT
    assert len(read[1]["cities"]) == xlsx.MAX_CELL_CHARS
    assert read[1]["deadline"] is None
    xlsx.write(warehouse, tmp_path)
    assert (tmp_path / written.path).read_bytes() == first
