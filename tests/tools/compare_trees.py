"""`python -m tests.tools.compare_trees OTHER [FOLDER]`: what this tree reads of recorded answers, beside another tree.

OTHER is a checkout with an environment of its own in `.venv`. Both read the recorded pairs of OTHER (tests/sources) and, where it
is named, the archives `night-*.warc.gz` of FOLDER with OTHER's catalogue. Printed are sources whose outcome differs, rows that
only one of them reads, and fields that differ, by spider, with examples. Exits 1 where a row is lost.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import yaml
from w3lib.url import safe_url_string

from scrapers.pairs import ENTRY_KEYS, RECORDED_AT
from scrapers.source import read_catalogue
from scrapers.wire.warc import Archives, Recorder, request_key
from tests.conftest import REPOSITORY

MOVING = {"fetched_at"}
MAX_EXAMPLES = 5
"""Differences that are printed of each kind and spider."""

Row = dict[str, Any]


class Read(NamedTuple):
    """What a tree read of one archive: source id -> outcome with evidence, and its rows."""

    outcomes: dict[str, str]
    rows: dict[str, list[Row]]


class Night(NamedTuple):
    """An archive, the catalogue to read it with, and the sources that it has."""

    name: str
    archive: Path
    catalogue: Path
    spiders: dict[str, str]


def pairs_of(tree: Path, folder: Path) -> Night:
    """The recorded pairs of a tree as one archive with a catalogue."""
    entries, spiders = [], {}
    recorder = Recorder(folder / "pairs.warc.gz")
    for case in sorted(path.parent for path in (tree / "tests" / "sources").glob("*/*/source.yaml")):
        entry = yaml.safe_load((case / "source.yaml").read_text(encoding="utf-8"))
        source_id = f"{case.parent.name}.{case.name}".replace("_", "-")
        spiders[source_id] = case.parent.name
        own = {key: entry[key] for key in ENTRY_KEYS if key in entry}
        entries.append({"id": source_id, "name": source_id, "spider": case.parent.name, **own})
        for url, answers in entry["pages"].items():
            for each in answers if isinstance(answers, list) else [answers]:
                _record(recorder, url, case, {"file": each} if isinstance(each, str) else each)
    recorder.close()
    catalogue = folder / "pairs" / "platform"
    catalogue.mkdir(parents=True)
    (catalogue / "pairs.yaml").write_text(yaml.safe_dump({"sources": entries}, allow_unicode=True), encoding="utf-8")
    return Night("recorded pairs", folder / "pairs.warc.gz", folder / "pairs", spiders)


def _record(recorder: Recorder, url: str, case: Path, answer: dict[str, Any]) -> None:
    body = (case / answer["file"]).read_bytes() if "file" in answer else b""
    headers = {"Content-Type": answer.get("type", "text/html; charset=utf-8"), **answer.get("headers", {})}
    if "location" in answer:
        headers["Location"] = answer["location"]
    recorder.record(
        fetched_at=RECORDED_AT, method="POST" if "posted" in answer else "GET", url=safe_url_string(url), request_headers=[],
        request_body=answer.get("posted", "").encode(), status=answer.get("status", 200),
        headers=[(name, str(value)) for name, value in headers.items()], body=body, is_whole=True,
    )  # fmt: skip


def nights_of(tree: Path, folder: Path) -> list[Night]:
    """The archives of a folder, each with the sources of a tree's catalogue whose address it has."""
    catalogue = tree / "data" / "sources"
    sources = [source for source in read_catalogue(catalogue).sources if urlsplit(source.url).hostname]
    nights = []
    for path in sorted(folder.glob("night-*.warc.gz")):
        archives = Archives([path])
        spiders = {source.id: source.spider for source in sources if request_key("GET", source.url) in archives}
        nights.append(Night(path.name, path, catalogue, spiders))
    return nights


def read_with(tree: Path, night: Night, folder: Path) -> Read:
    """What the crawlers of a tree read of an archive."""
    folder.mkdir(parents=True)
    job = {
        "night": "2026-03-01", "attempt": 1, "process": 0, "raw_dir": str(folder), "catalogue": str(night.catalogue),
        "source_ids": sorted(night.spiders), "replay": [str(night.archive)],
    }  # fmt: skip
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    words = [str(tree / ".venv" / "bin" / "python"), "-m", "scrapers.crawl", str(folder / "job.json")]
    # A crawler ends with its parent: its standard input must stay open.
    with subprocess.Popen(
        words, cwd=tree, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as crawler:
        assert crawler.stderr
        errors = crawler.stderr.read().decode(errors="replace")
        if crawler.wait():
            raise SystemExit(errors)
    runs = [json.loads(line) for line in (folder / "runs.ndjson").read_text(encoding="utf-8").splitlines()]
    rows = {}
    for run in runs:
        block = b""
        if run["file"]:
            with (folder / run["file"]).open("rb") as handle:
                handle.seek(run["offset"])
                block = handle.read(run["length"])
        rows[run["source_id"]] = [json.loads(line) for line in block.splitlines()]
    return Read({run["source_id"]: f"{run['outcome']}: {run['evidence'] or ''}" for run in runs}, rows)


def differences(before: Read, after: Read, spiders: dict[str, str]) -> list[tuple[str, str, str]]:
    """(kind, spider, example) of everything that is read otherwise."""
    found = []
    for source_id, spider in spiders.items():
        if before.outcomes[source_id] != after.outcomes[source_id]:
            change = f"{before.outcomes[source_id]} -> {after.outcomes[source_id]}"
            found.append(("outcome or evidence", spider, f"{source_id}: {change}"))
        old, new = _by_key(before.rows[source_id]), _by_key(after.rows[source_id])
        found += [("lost row", spider, f"{source_id}: {' | '.join(key[:2])}") for key in old.keys() - new.keys()]
        found += [("new row", spider, f"{source_id}: {' | '.join(key[:2])}") for key in new.keys() - old.keys()]
        for key in old.keys() & new.keys():
            for name in sorted(old[key].keys() | new[key].keys()):
                values = old[key].get(name), new[key].get(name)
                if name not in MOVING and values[0] != values[1]:
                    shown = " -> ".join(json.dumps(value, ensure_ascii=False)[:90] for value in values)
                    found.append((f"changed {name}", spider, f"{source_id}: {shown}"))
    return found


def _by_key(rows: list[Row]) -> dict[tuple[str, str, int], Row]:
    """Rows by title and address; of several alike the first, the second …"""
    seen: Counter[tuple[str, str]] = Counter()
    keyed = {}
    for row in rows:
        name = (row["title"], row["url"])
        keyed[(*name, seen[name])] = row
        seen[name] += 1
    return keyed


def main(other: Path, folder: Path | None) -> int:
    lost = 0
    with tempfile.TemporaryDirectory() as scratch:
        nights = [pairs_of(other, Path(scratch)), *(nights_of(other, folder) if folder else [])]
        for number, night in enumerate(nights):
            before = read_with(other, night, Path(scratch) / str(number) / "other")
            after = read_with(REPOSITORY, night, Path(scratch) / str(number) / "own")
            found = differences(before, after, night.spiders)
            lost += sum(kind == "lost row" for kind, _, _ in found)
            rows = sum(map(len, before.rows.values())), sum(map(len, after.rows.values()))
            print(
                f"{night.name}: {len(night.spiders)} sources, {rows[0]} rows there, {rows[1]} here, {len(found)} differences"
            )
            for (kind, spider), count in sorted(Counter(each[:2] for each in found).items()):
                print(f"  {kind}, {spider}: {count}")
                examples = [example for *where, example in found if tuple(where) == (kind, spider)]
                print("".join(f"    {example}\n" for example in examples[:MAX_EXAMPLES]), end="")
    return int(lost > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
