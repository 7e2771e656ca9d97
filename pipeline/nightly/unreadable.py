"""Rows that no rule can work on: found, set aside with their reason, so that all others go on.

Whatever a source says becomes a value, a null or a counted reject, never an error of the night. Belongs here: finding such
rows, and what becomes of them. Does not belong here: faults of the machine (disk, memory), of a cluster or of a file
that a person has to mend, which end the night.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from typing import TypeVar

import duckdb
import polars as pl

from pipeline import tables
from pipeline.clean import DictionaryError
from pipeline.engine.call import EngineError
from pipeline.vocabulary import RejectRule

MAX_REASON_LENGTH = 300

Result = TypeVar("Result")

log = logging.getLogger(__name__)


FAULTS_OF_NO_ROW = (OSError, MemoryError, duckdb.OperationalError, EngineError, DictionaryError)
"""No row is to blame for these: a full disk, no memory left, a cluster that is lost, a dictionary that a person has to mend."""


def work_on_rows(
    rows: pl.DataFrame, work: Callable[[pl.DataFrame], Result], most: int | None = None
) -> tuple[list[Result], pl.DataFrame]:
    """What `work` gives for the rows, a part at a time, in their order; and the rows, with `reason`, on which it fails even
    alone. All rows are one part where it does not fail. Raises what it fails with on more than `most` rows."""
    results: list[Result] = []
    failed = [rows.clear().with_columns(reason=pl.lit(None, dtype=pl.String))]
    parts = [rows]
    while parts:
        part = parts.pop()
        try:
            results.append(work(part))
        except FAULTS_OF_NO_ROW:
            raise
        except (Exception, pl.exceptions.PanicException) as error:
            if part.is_empty() or len(failed) - 1 == most:
                raise
            if part.height > 1:
                half = part.height // 2
                parts += [part.slice(half), part.slice(0, half)]
                continue
            reason = f"{type(error).__name__}: {' '.join(str(error).split())}"[:MAX_REASON_LENGTH]
            log.warning("%s: a row is unreadable: %s", part.item(0, "source_id"), reason)
            failed.append(part.with_columns(reason=pl.lit(reason)))
    return results, pl.concat(failed)


def rejects_of_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Rejects of rows of tables.RAW with `reason`: the columns of `lifecycle.rejects.update_rejects`."""
    raw = rows.select(tables.RAW.names).to_dicts()
    texts = [
        json.dumps({**row, "unreadable": reason}, ensure_ascii=False)
        for row, reason in zip(raw, rows["reason"], strict=True)
    ]
    return _rejects(rows["source_id"], texts, rows["url"], rows["title"])


def rejects_of_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Rejects of lines that are no raw listing (storage.raw.UNREADABLE)."""
    texts = [
        json.dumps({"line": line, "unreadable": reason}, ensure_ascii=False)
        for line, reason in zip(lines["text"], lines["reason"], strict=True)
    ]
    nothing = pl.Series([None] * lines.height, dtype=pl.String)
    return _rejects(lines["source_id"], texts, nothing, nothing)


def _rejects(source_ids: pl.Series, texts: list[str], urls: pl.Series, titles: pl.Series) -> pl.DataFrame:
    hashes = [hashlib.blake2b(text.encode(), digest_size=8).hexdigest() for text in texts]
    ids = [
        "l_" + hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).hexdigest()
        for parts in zip(source_ids, urls, titles, hashes, strict=True)
    ]
    return pl.DataFrame(
        {
            "source_id": source_ids,
            "url": urls,
            "title": titles,
            "text": pl.Series(texts, dtype=pl.String),
            "content_hash": pl.Series(hashes, dtype=pl.String),
            "reject_id": pl.Series(ids, dtype=pl.String),
            "rule": pl.Series([RejectRule.UNREADABLE.value] * len(texts), dtype=pl.String),
        }
    )
