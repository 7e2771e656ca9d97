"""Hostile texts, a warehouse of them, and its exports."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.exports import export_night
from tests.exports.small import NIGHT, internship, small_warehouse, sound

HOSTILE = [
    "=1+1", "+49 30 1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠A1", "'", "''", "'=1", "=",
    'say "hello"', '"', '""', '","', "a,b;c\td", "a\nb", "a\r\nb", "a\rb", "\\N", "NULL", "null", "\\", '\\"',
    " lead", "trail ", "<script>alert(1)</script>",
    "מתמחה (2026)", "\u202eevil\u202c", "متدرب = ١", "\ufeffsignature", "\u0085\u2028\u2029",
    "e\u0301", "👩‍💻", "x" * 1_000_000, '"' * 100_001,
]  # fmt: skip


def every_character() -> list[str]:
    """Texts that hold between them every character of the basic plane, and the ends and middle of each other plane."""
    basic = [chr(point) for point in range(0x20, 0x10000) if not 0xD800 <= point < 0xE000]
    texts = ["".join(basic[start : start + 2000]) for start in range(0, len(basic), 2000)]
    return texts + [
        "".join(chr((plane << 16) + offset) for offset in (0, 0x8000, 0xFFFD, 0xFFFE, 0xFFFF)) for plane in range(1, 17)
    ]


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[dict[str, Any]]], Path]:
    """A warehouse of hostile texts, and its exports."""
    texts = HOSTILE + every_character()
    rows = sound(
        *(
            internship(
                number,
                internship_id=f"i{number:05}",
                title=text,
                organization=text,
                description=text,
                cities=[text, text],
                places=[
                    {"city": text, "region": None, "country": "DE", "latitude": -1.5, "longitude": 2.0, "text": text}
                ],
                countries=["DE"],
                deadline=date(2026, 4, 1),
                deadline_at=datetime(2026, 4, 1, 21, 59, tzinfo=UTC),
                pay_min=-0.1,
                positions=3,
                is_internship=True,
            )
            for number, text in enumerate(texts)
        ),
        internship(99999, title="a title", description="", countries=[]),
    )
    for number, row in enumerate(rows["listings"]):
        row["listing_id"] = rows["matches"][number]["listing_id"] = f"l{number:05}"
    folder = tmp_path_factory.mktemp("hostile")
    warehouse = small_warehouse(folder / "w.duckdb", rows)
    (folder / "files").mkdir()
    export_night(warehouse, folder / "files", NIGHT)
    return rows, folder / "files"
