"""The content hash: a source's words about one posting, without what moves by itself.

A listing whose hash did not change is neither cleaned nor matched again. Belongs here: which words count. Does not belong
here: the id of the listing (`listing_id`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import read_reference
from pipeline.clean.language_tools.extraction import over_distinct
from pipeline.clean.language_tools.text import bare_key
from pipeline.match import keys  # the module, not its names: it reads texts with this package

_BETWEEN_FIELDS, _BETWEEN_ITEMS = "\x1f", "\x1e"
_BATCH_ROWS = 50_000


def content_hash(raw: pl.DataFrame, versions: pl.Series, is_relative: Callable[[str], bool]) -> pl.Series:
    """32 hex digits for each raw listing, from its words and what its cleaning depends on beside them (`versions`).

    `is_relative`: whether a text in `posted` is an age. Left out: relative ages, times of fetching, counters, tracking
    parameters, the mark of closing."""
    rows = raw.with_columns(version=versions)
    hashes = [text for part in rows.iter_slices(_BATCH_ROWS) for text in _hashes(part, is_relative)]
    return pl.Series("content_hash", hashes, dtype=pl.String)


def _hashes(raw: pl.DataFrame, is_relative: Callable[[str], bool]) -> list[str]:
    absolute = over_distinct(
        raw,
        ["posted"],
        lambda posted: None if posted is None or is_relative(posted) else (posted,),
        {"posted": pl.String},
    )
    extra = over_distinct(raw, ["extra"], lambda extra: (_stable_extra(extra),), {"extra": pl.String})
    fields = raw.select(
        "source_id", "title", "organization", "employment_type", "deadline", "starts", "duration", "pay", "language",
        "section",
        pl.col("locations").list.join(_BETWEEN_ITEMS, ignore_nulls=True),
        pl.col("description").str.replace_all(_moving_phrases(), ""),
        "version",
        url=keys.url_key(raw["url"]),
        apply_url=keys.url_key(raw["apply_url"]),
        posted=absolute["posted"],
        extra=extra["extra"],
    )  # fmt: skip
    texts = fields.select(pl.concat_str(pl.all().fill_null(""), separator=_BETWEEN_FIELDS).alias("text"))["text"]
    return [hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for text in texts]


def _stable_extra(extra: str | None) -> str:
    """`extra` as canonical JSON without counters and times."""
    moving = read_reference("moving")["extra_keys"]
    values = json.loads(extra or "{}")
    stable = {key: value for key, value in values.items() if bare_key(key) not in moving}
    return json.dumps(stable, ensure_ascii=False, sort_keys=True)


@cache
def _moving_phrases() -> str:
    phrases = sorted(read_reference("moving")["phrases"], key=len, reverse=True)
    patterns = (re.escape(phrase).replace(r"\{n\}", r"\d[\d.,]*").replace(r"\ ", r"\s*") for phrase in phrases)
    return "(?i)(?:" + "|".join(patterns) + ")"
