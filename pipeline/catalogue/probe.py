"""One polite look at sources: fetched live, outside any night, and judged as on a first night.

A source is healthy if it returned rows, as many and as complete as its entry expects, or states that it has none; an empty
response alone proves nothing. Belongs here: the verdict and its description. Does not belong here: fetching
(`nightly.collect`, `scrapers`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import polars as pl

from pipeline import tables
from pipeline.lifecycle.runs import judge_runs
from pipeline.nightly import collect
from pipeline.nightly.runs import count_rows, rules_of
from pipeline.storage import raw
from scrapers.source import Source

MAX_ROWS_SHOWN = 5


class Verdict(NamedTuple):
    """The result of a look at a source. `run`: its run line with the final outcome; `listings`: its raw listings; `fill`: the
    share of them that have each raw field; `is_healthy`: whether it was seen to work."""

    source: Source
    run: dict[str, Any]
    listings: list[dict[str, Any]]
    fill: dict[str, float]
    is_healthy: bool


def check(
    sources: Sequence[Source],
    catalogue: Path,
    day: date,
    *,
    replay: Sequence[Path] = (),
    memory: Path | None = None,
    drop: Path | None = None,
    allow_loopback: bool = False,
    on_run: Callable[[dict[str, Any], int, int], None] = lambda run, done, of: None,
) -> list[Verdict]:
    """A verdict on each of these sources of the catalogue in that folder, in their order. `replay`: archives to read in place of
    the live web. Other keywords as in `pipeline.nightly.collect.probe`. Raises CrawlError."""
    with TemporaryDirectory(prefix="internships-") as name:
        folder = Path(name)
        if replay:
            collect.collect(list(sources), folder, day, catalogue, replay, on_run=on_run)
        else:
            collect.probe(
                list(sources), folder, day, catalogue,
                memory=memory, drop=drop, allow_loopback=allow_loopback, on_run=on_run,
            )  # fmt: skip
        runs = raw.read_runs(folder)
        rows = raw.read_listings(folder, runs)
    rules = {source.id: rules_of(source) for source in sources}
    judged = judge_runs(count_rows(runs, rows), tables.SOURCE_RUNS.empty(), rules)
    by_id = {run["source_id"]: run for run in judged.iter_rows(named=True)}
    return [_verdict(source, by_id[source.id], rows.filter(pl.col("source_id") == source.id)) for source in sources]


def describe(verdict: Verdict) -> str:
    """A verdict as text: outcome, counts, fill rates, the first rows."""
    run = verdict.run
    counts = [f"{name} {run[name]}" for name in ("seen", "kept", "skipped") if run[name]]
    if run["declared_total"] is not None:
        counts.append(f"declared total {run['declared_total']}")
    counts.append(f"{run['pages']} responses, {run['bytes'] / 1024:,.0f} kB")
    lines = [f"{verdict.source.id}: {run['outcome']}  ({', '.join(counts)})", f"  {verdict.source.url}"]
    if run["evidence"]:
        lines.append(f"  {run['evidence']}")
    if verdict.fill:
        lines.append("  filled: " + ", ".join(f"{name} {rate:.0%}" for name, rate in verdict.fill.items()))
    for row in verdict.listings[:MAX_ROWS_SHOWN]:
        cells = [row["title"], row["organization"], "; ".join(row["locations"] or ()), row["url"]]
        lines.append("  - " + " | ".join(" ".join(cell.split()) for cell in cells if cell))
    if len(verdict.listings) > MAX_ROWS_SHOWN:
        lines.append(f"    and {len(verdict.listings) - MAX_ROWS_SHOWN} more")
    if run["outcome"] == "empty" and not verdict.is_healthy:
        lines.append("  nothing proves yet that this source works; check it again when it has openings")
    return "\n".join(lines)


def _verdict(source: Source, run: dict[str, Any], rows: pl.DataFrame) -> Verdict:
    fill = {each["field"]: each["rate"] for each in run["fill"] or () if each["rate"]}
    shown = [column.name for column in tables.RAW.columns if column.name in fill and column.name != "fetched_at"]
    is_healthy = bool(run["complete"]) and run["outcome"] in ("ok", "empty")
    return Verdict(source, run, rows.to_dicts(), {name: fill[name] for name in shown}, is_healthy)
