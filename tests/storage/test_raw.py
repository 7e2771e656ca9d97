"""Raw files: whatever a source says is read, bounded or counted; only damage of the disk is an error."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.storage.raw import RawError, read_lines, read_night, read_runs
from pipeline.tables import MAX_LENGTHS, MAX_LOCATIONS, MAX_TEXT_LENGTH

ROW = {"source_id": "a", "url": "https://example.org/1", "title": "Internship"}


def night(folder: Path, *lines: bytes, **facts: Any) -> Path:
    """A night with one run of source a, whose rows are these lines."""
    block = b"".join(line + b"\n" for line in lines)
    run = {
        "source_id": "a", "attempt": 1, "outcome": "ok", "evidence": None, "seen": len(lines), "kept": len(lines),
        "skipped": 0, "declared_total": None, "pages": 1, "bytes": 1, "file": "rows.ndjson", "offset": 0,
        "length": len(block), "sha256": hashlib.sha256(block).hexdigest(),
    }  # fmt: skip
    (folder / "rows.ndjson").write_bytes(block)
    (folder / "runs.ndjson").write_text(json.dumps(run | facts) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("total", "read"),
    [(12, 12), (3_000_000_000, None), (-1, None), ("12", None), (12.5, None), (1e400, None), (None, None)],
)
def test_a_total_that_is_no_count_is_none(total: Any, read: int | None, tmp_path: Path) -> None:
    assert read_runs(night(tmp_path, declared_total=total))["declared_total"].to_list() == [read]


def test_texts_end_at_their_limit_and_marks_are_kept(tmp_path: Path) -> None:
    texts = dict.fromkeys(
        ("title", "url", "section", "description", "pay", "deadline", "native_id", "apply_url"), "x" * 300000
    )
    extra = {"closed": "x" * 300_000, "page_unread": "404", "other": "x" * 300_000}
    row = ROW | texts | {"locations": ["x" * 300_000] * 1_000, "extra": extra}
    (read,) = read_night(night(tmp_path, json.dumps(row).encode()), read_runs(tmp_path)).rows.to_dicts()
    assert {name: len(read[name]) for name in texts} == {name: MAX_LENGTHS.get(name, MAX_TEXT_LENGTH) for name in texts}
    assert {len(place) for place in read["locations"]} == {MAX_TEXT_LENGTH}
    assert len(read["locations"]) == MAX_LOCATIONS
    kept = json.loads(read["extra"])
    assert (kept["page_unread"], len(kept["closed"])) == ("404", MAX_TEXT_LENGTH)


@pytest.mark.parametrize(
    "line",
    [b"5", b"{}", b"[" * 100_000, b'{"source_id": "a", "url": "u", "title": 7}', b'{"source_id": "a"', b"\xff\xfe",
     json.dumps(ROW | {"extra": []}).encode()[:-2] + b"[1]}", json.dumps(ROW | {"locations": "Paris"}).encode()],
    ids=["number", "empty", "deep", "title is a number", "torn", "no text", "extra is a list", "locations is a text"],
)  # fmt: skip
def test_a_line_that_is_no_listing_is_set_aside_and_the_others_are_read(line: bytes, tmp_path: Path) -> None:
    folder = night(
        tmp_path, json.dumps(ROW).encode(), line, json.dumps(ROW | {"url": "https://example.org/2"}).encode()
    )
    read = read_night(folder, read_runs(folder))
    assert read.rows["url"].to_list() == ["https://example.org/1", "https://example.org/2"]
    assert read.unreadable["source_id"].to_list() == ["a"]
    assert read.unreadable["reason"].to_list() != [None]


def test_lines_that_are_no_objects_count_for_nothing_and_a_run_line_cut_by_hand_is_named(tmp_path: Path) -> None:
    folder = night(tmp_path)
    path = folder / "runs.ndjson"
    path.write_bytes(b'5\nnull\n[]\n"a"\n' + path.read_bytes() + b'{"source_id": "b", "outc')
    assert read_runs(folder)["source_id"].to_list() == ["a"]
    path.write_bytes(path.read_bytes() + b'\n{"source_id": "b", "outcome": "ok"}\n')
    with pytest.raises(RawError, match=r"runs\.ndjson: line 7 .*remove that line"):
        read_lines(folder)


def test_rows_that_are_not_what_was_written_are_damage(tmp_path: Path) -> None:
    folder = night(tmp_path, json.dumps(ROW).encode())
    runs = read_runs(folder)
    (folder / "rows.ndjson").write_bytes(b"{}")
    with pytest.raises(RawError, match="damaged"):
        read_night(folder, runs)
