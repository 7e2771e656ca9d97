"""Closed: what a posting says of itself when it is over, and why it is closed.

Belongs here: closing notices in a title or a description. Does not belong here: the words
(data/reference/closing_notices.yaml), marks of a list or a page that a spider reads, what closing does
(`pipeline.lifecycle.listings`).

Precision goes first, since a false notice hides an opening: a mark must stand apart in the title; a notice must be a line by
itself, or begin one, where notices stand: among the first or the last lines.
"""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import Literals, any_of, flat, holds, read_reference
from pipeline.clean.language_tools.extraction import over_distinct
from pipeline.clean.language_tools.sentences import split_sentences
from pipeline.clean.language_tools.text import plain

FIRST_LINES, LAST_LINES = 5, 3
"""Where in a description a notice stands."""
_MAX_NOTICE_LETTERS = 200
"""Letters of a sentence that is a notice."""
_BETWEEN = r"(?:\s+[^\s.,;:!?]+){0,4}?\s+"
"""Words between a subject and what is said of it: "for this round", "now"."""
_SIGNS = " \t*!.,:;#–—-_>«»\"'()[]【】「」。！"


def closing_notice(raw: pl.DataFrame) -> pl.Series:
    """For each raw row the words by which its title or description says that it is closed; null where none does."""
    # Few texts have such words at all.
    may_close = holds(pl.all().str.to_lowercase(), _hints())
    hinted = raw.select("title", "description").with_columns(pl.when(may_close).then(pl.all()))
    titles = over_distinct(
        hinted, ["title"], lambda title: (_of_title(title),) if title else None, {"notice": pl.String}
    )
    rows = hinted.select("description").with_row_index("row").drop_nulls("description")
    lines = split_sentences(pl.repeat(None, rows.height, dtype=pl.String, eager=True), plain(rows["description"]))
    place = pl.int_range(pl.len()).over("row")
    likely = lines.filter((place < FIRST_LINES) | (place >= pl.len().over("row") - LAST_LINES))
    notices = likely.select("row", "text").hstack(
        over_distinct(likely, ["text"], lambda text: (text if _is_notice(text) else None,), {"notice": pl.String})
    )
    first = notices.drop_nulls("notice").unique("row", keep="first", maintain_order=True)
    of_text = first.select(row=rows["row"].gather(first["row"]), text_notice="notice")
    return (
        titles.with_row_index("row")
        .join(of_text, on="row", how="left", maintain_order="left")
        .select(pl.coalesce("notice", "text_notice").alias("notice"))["notice"]
    )


def closed_reason(mark: pl.Expr) -> pl.Expr:
    """The reason (tables.CLOSED_REASONS) that goes with a spider's words for what is closed; null for null."""
    reason_of: pl.Expr = pl.when(mark.is_not_null()).then(pl.lit("source_closed"))
    for reason, beginnings in read_reference("closing_notices")["evidence"].items():
        words = "|".join(map(re.escape, beginnings))
        reason_of = pl.when(mark.str.contains(rf"^(?:{words})\b")).then(pl.lit(reason)).otherwise(reason_of)
    return reason_of


def _of_title(title: str) -> str | None:
    """The mark that stands apart in a title."""
    match = _mark().search(title)
    return match.group().strip() if match else None


def _is_notice(line: str) -> bool:
    bare = line.strip(_SIGNS)
    if len(bare) > _MAX_NOTICE_LETTERS:
        return False
    if _line().fullmatch(bare):
        return True
    return _sentence().match(bare) is not None and _unless().search(bare) is None


@cache
def _mark() -> re.Pattern[str]:
    words = any_of(flat(read_reference("closing_notices")["marks"]) + flat(read_reference("closing_notices")["lines"]))
    apart = r"\s[-–—|/]{1,5}\s|\s?:\s|\s?[|｜]\s?"
    alone = rf"[\[(【（]\s?{words}\s?[!.]{{0,5}}\s?[\])】）]"
    return re.compile(
        rf"{alone}|^\W*{words}\s*(?:{apart})|(?:{apart}|\*\s?){words}[\s!.*]*$|^\W*{words}\W*$", re.IGNORECASE
    )


@cache
def _line() -> re.Pattern[str]:
    return re.compile(any_of(flat(read_reference("closing_notices")["lines"])), re.IGNORECASE)


@cache
def _sentence() -> re.Pattern[str]:
    ways = [
        rf"{any_of(way['subjects'])}(?:{_BETWEEN}|\s+){any_of(way['predicates'])}"
        for way in read_reference("closing_notices")["sentences"].values()
    ]
    courtesy = r"(?:\w+,\s+|please note(?: that)?:?\s+|note:\s+|update:\s+|we are sorry,?\s+(?:but )?)?"
    return re.compile(rf"{courtesy}(?:{'|'.join(ways)})(?=\W*$|\s*[.,;!:–—])", re.IGNORECASE)


@cache
def _unless() -> re.Pattern[str]:
    return re.compile(any_of(read_reference("closing_notices")["unless"]), re.IGNORECASE)


@cache
def _hints() -> Literals:
    """Pieces of which every notice has one."""
    words = read_reference("closing_notices")
    predicates = [way["predicates"] for way in words["sentences"].values()]
    return Literals(
        sorted({max(phrase.split(), key=len) for phrase in flat([words["marks"], words["lines"], predicates])})
    )
