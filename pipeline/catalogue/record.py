"""A recorded pair of a source, for the tests: a live crawl writes the pages, a replay of them the expected listings.

The listings come from the pages as written, with personal data removed, so that they are what the test will read. Belongs here:
the two crawls. Does not belong here: the files of a pair (`scrapers.pairs`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import yaml

from pipeline.nightly import collect
from pipeline.storage import raw
from scrapers.pairs import RECORDED_AT, begin_pair
from scrapers.source import Source, read_catalogue
from scrapers.wire.warc import read_exchanges


class Recorded(NamedTuple):
    """A pair that was written: its folder, its number of pages, and the run lines of the live crawl and of the replay."""

    folder: Path
    pages: int
    live: dict[str, Any]
    replayed: dict[str, Any]


def record(
    source: Source,
    catalogue: Path,
    day: date,
    out: Path,
    *,
    memory: Path | None = None,
    drop: Path | None = None,
    allow_loopback: bool = False,
    on_run: Callable[[dict[str, Any], int, int], None] = lambda run, done, of: None,
) -> Recorded:
    """Record a source of the catalogue in that folder into out/<spider>/<case>. Keywords as in `pipeline.nightly.collect.probe`.
    Raises CrawlError, and PairError if there is no page or the pair exists already."""
    target = out / source.spider / re.sub(r"[^a-z0-9]+", "_", source.id.removeprefix(f"{source.spider}."))
    with TemporaryDirectory(prefix="internships-") as name:
        folder = Path(name)
        live = folder / "live"
        collect.probe(
            [source], live, day, catalogue, memory=memory, drop=drop, allow_loopback=allow_loopback, on_run=on_run
        )
        archives = [path for path in live.glob("*.warc.gz") if path.stat().st_size]  # empty where nothing answered
        pair = begin_pair(target, source, [each for path in archives for each in read_exchanges(path)])
        entries = folder / "catalogue" / "platform" / "pair.yaml"
        entries.parent.mkdir(parents=True)
        entries.write_text(yaml.safe_dump({"sources": [pair.entry()]}, allow_unicode=True), encoding="utf-8")
        again = folder / "again"
        collect.collect(
            read_catalogue(folder / "catalogue").sources, again, RECORDED_AT.date(), folder / "catalogue",
            [pair.write_archive(folder / "pages.warc.gz")],
        )  # fmt: skip
        crawled, replayed = _run(live), _run(again)
        pair.finish(replayed, _rows(again, replayed))
    return Recorded(target, len(pair.exchanges), crawled, replayed)


def _run(folder: Path) -> dict[str, Any]:
    return next(line for line in raw.read_lines(folder) if "source_id" in line)


def _rows(folder: Path, run: dict[str, Any]) -> list[str]:
    if not run["file"]:
        return []
    block: bytes = (folder / run["file"]).read_bytes()[run["offset"] :][: run["length"]]
    return block.decode("utf-8").split("\n")[:-1]
