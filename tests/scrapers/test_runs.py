"""A night's raw files: a run counts once its line stands whole, and a kill leaves nothing half that counts."""

from __future__ import annotations

import hashlib
import json
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from scrapers.runs import MAX_PENDING_RUNS, RUNS, NightFiles, RunFacts


def facts(source_id: str, kept: int = 0) -> RunFacts:
    return RunFacts(
        source_id=source_id,
        outcome="ok",
        evidence=None,
        seen=kept,
        kept=kept,
        skipped=0,
        declared_total=None,
        pages=1,
        bytes=10,
        fetched_at="2026-03-01T04:05:06Z",
        seconds=1.5,
    )


def write(files: NightFiles, run: RunFacts, rows: list[str]) -> dict[str, Any]:
    written: list[dict[str, Any]] = []
    files.add(run, rows, written.append)
    assert written == [], "it waits"
    files.flush()
    return written[0]


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / RUNS).read_text(encoding="utf-8").splitlines() if line.endswith("}")]


def test_a_line_points_to_the_rows_of_its_run(tmp_path: Path) -> None:
    files = NightFiles(tmp_path / "raw", "2026-03-01", 2, 1)
    first = write(files, facts("a", 2), ['{"title":"ä"}', '{"title":"b"}'])
    second = write(files, facts("b", 1), ['{"title":"c"}'])
    assert lines(tmp_path / "raw") == [first, second]
    content = (tmp_path / "raw" / "listings-2-1.ndjson").read_bytes()
    for line in (first, second):
        block = content[line["offset"] :][: line["length"]]
        assert (hashlib.sha256(block).hexdigest(), block.count(b"\n")) == (line["sha256"], line["rows"])
        assert (line["night"], line["attempt"], line["file"]) == ("2026-03-01", 2, "listings-2-1.ndjson")
    assert second["offset"] == first["length"]


def test_a_run_without_rows_points_nowhere(tmp_path: Path) -> None:
    line = write(NightFiles(tmp_path, "2026-03-01", 1, 0), facts("a"), [])
    assert (line["file"], line["offset"], line["length"], line["rows"], line["sha256"]) == (None, 0, 0, 0, None)
    assert not (tmp_path / "listings-1-0.ndjson").exists()


def test_runs_are_written_together(tmp_path: Path) -> None:
    files, written = NightFiles(tmp_path, "2026-03-01", 1, 0), list[dict[str, Any]]()
    for number in range(MAX_PENDING_RUNS + 3):
        files.add(facts(f"s{number}", number % 2), [f'{{"title":"{number}"}}'] * (number % 2), written.append)
    assert len(written) == MAX_PENDING_RUNS
    files.flush()
    content = (tmp_path / "listings-1-0.ndjson").read_text()
    assert [line["source_id"] for line in lines(tmp_path)] == [f"s{number}" for number in range(MAX_PENDING_RUNS + 3)]
    for number, line in enumerate(written):
        block = content[line["offset"] :][: line["length"]]
        assert block == (f'{{"title":"{number}"}}\n' if number % 2 else "")


def test_what_a_kill_left_spoils_nothing(tmp_path: Path) -> None:
    files = NightFiles(tmp_path, "2026-03-01", 1, 0)
    write(files, facts("a", 1), ['{"title":"a"}'])
    with (tmp_path / "listings-1-0.ndjson").open("ab") as handle:
        handle.write(b'{"title":"a torn ro')
    with (tmp_path / RUNS).open("ab") as handle:
        handle.write(b'{"source_id": "torn", "outc')
    line = write(NightFiles(tmp_path, "2026-03-01", 1, 0), facts("b", 1), ['{"title":"b"}'])
    block = (tmp_path / "listings-1-0.ndjson").read_bytes()[line["offset"] :][: line["length"]]
    assert block == b'{"title":"b"}\n'
    assert [each["source_id"] for each in lines(tmp_path)] == ["a", "b"]


def _write_many(folder: str, process: int) -> None:
    files = NightFiles(Path(folder), "2026-03-01", 1, process)
    for number in range(40):
        write(files, facts(f"s{process}-{number}", 1), [json.dumps({"title": "x" * 300})])


def test_processes_share_the_file_of_runs(tmp_path: Path) -> None:
    workers = [get_context("spawn").Process(target=_write_many, args=(str(tmp_path), process)) for process in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    known = {str(line["source_id"]) for line in lines(tmp_path)}
    assert known == {f"s{process}-{number}" for process in range(2) for number in range(40)}
