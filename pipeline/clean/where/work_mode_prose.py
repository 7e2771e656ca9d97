"""Work mode in prose: what the sentences of a posting say of where the work is done.

Belongs here: what is said of this post, and not of the company, a course or a few weeks a year. Does not belong here: labels,
titles, locations (`where.work_mode`); the words (data/reference/work_mode.yaml).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import any_of, flat, read_reference, stems
from pipeline.clean.language_tools.phrases import Fact, Hit, Phrases, Sentence, read_sentences
from pipeline.clean.language_tools.sense import is_ruled_out

_MAX_LETTERS_BESIDE = 4
"""Letters beside the words for remote work in a line that is nothing else."""
_BEFORE_WHOLLY = 24
"""Letters between "fully" and what is so."""
_ALL_DAYS = 5
"""Days of a working week."""
_WHOLE = re.compile(r"\b100\s?%\s*$")


def read_modes(sentences: pl.DataFrame) -> pl.DataFrame:
    """row, mode, quote: of each row whose sentences (a frame of `under_headings`) say one mode, or hybrid beside another."""
    facts = read_sentences(sentences.filter(pl.col("raw_field") == "description"), _phrases(), _mode)
    modes = facts.select("row", "quote", mode="value")
    of_row = modes.group_by("row", maintain_order=True).agg(
        is_hybrid=(pl.col("mode") == "hybrid").any(), count=pl.col("mode").n_unique()
    )
    settled = of_row.filter(pl.col("is_hybrid") | (pl.col("count") == 1))
    return (
        modes.join(settled, on="row", how="inner", maintain_order="left")
        .filter(~pl.col("is_hybrid") | (pl.col("mode") == "hybrid"))
        .unique("row", keep="first", maintain_order=True)
        .select("row", "mode", "quote")
    )


def _mode(sentence: Sentence) -> Iterator[Fact]:
    if stated := sentence.all("stated"):
        for hit in stated:
            mode = hit.cue.split(".")[1]
            if not is_ruled_out(sentence.lower, hit.start, hit.end):
                yield Fact("work_mode", mode, sentence.text[hit.start : hit.end])
            elif mode == "remote":
                yield Fact("work_mode", "onsite")  # "this is not a remote role"
        return
    if sentence.has("other"):
        return
    days = _days(sentence) if sentence.has("day") else None
    if days is not None and days < _ALL_DAYS:
        yield Fact("work_mode", "hybrid")
        return
    for remote in sentence.all("remote_work"):
        if is_ruled_out(_without_others(sentence, remote), remote.start, remote.end):
            if not (sentence.has("all_work") and sentence.has("office")):  # "you work from home, not in the office"
                yield Fact("work_mode", "onsite")
            return
        if _is_whole(sentence, remote):
            yield Fact("work_mode", "remote")
            return


def _without_others(sentence: Sentence, remote: Hit) -> str:
    """The sentence with its other words for remote work blanked, which deny nothing: Latvian "no mājām" is "from home"."""
    lower = sentence.lower
    for other in sentence.all("remote_work"):
        if other.end <= remote.start or remote.end <= other.start:
            lower = lower[: other.start] + "_" * (other.end - other.start) + lower[other.end :]
    return lower


def _is_whole(sentence: Sentence, remote: Hit) -> bool:
    """Whether all of the work is remote: it is said so, or how the post is done, or nothing else stands in the line."""
    before = sentence.lower[max(0, remote.start - _BEFORE_WHOLLY) : remote.start]
    if _WHOLE.search(before) or any(0 <= remote.start - hit.end <= 1 for hit in sentence.all("wholly")):
        return True
    if any(0 <= hit.start - remote.end <= 1 for hit in sentence.all("wholly_after")):
        return True
    rest = len(re.sub(r"\W", "", sentence.lower[: remote.start] + sentence.lower[remote.end :]))
    if rest <= _MAX_LETTERS_BESIDE:
        return True
    if sentence.has("all_work") and not sentence.has("office", "hybrid", "day"):
        return True
    return sentence.has("held") and _post().search(sentence.lower) is not None and not sentence.has("office", "hybrid")


def _days(sentence: Sentence) -> int | None:
    """The greatest number of days that a sentence names."""
    numbers = [_numbers().get(match[1]) or int(match[1]) for match in _number_of_days().finditer(sentence.lower)]
    return max(numbers, default=None)


@cache
def _phrases() -> Phrases:
    reference = read_reference("work_mode")
    cues = {name: flat(words) for name, words in reference["prose"].items()}
    cues |= {f"stated.{mode}": words for mode, words in reference["stated"].items()}
    cues["day"] = flat([read_reference("dates")["units"]["day"], read_reference("dates")["weekdays"]])
    helpers = dict.fromkeys(("other", "held", "wholly", "wholly_after", "all_work", "day"), ())
    return Phrases(cues, {**helpers, "office": ("day",), "hybrid": ("day",)})


@cache
def _post() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, stems(read_reference("dates")["internship_stems"]))))


@cache
def _numbers() -> dict[str, int]:
    numbers = read_reference("dates")["numbers"]
    return {word: int(number) for number, words in numbers.items() if int(number) <= _ALL_DAYS for word in flat(words)}


@cache
def _number_of_days() -> re.Pattern[str]:
    """A number up to five before a word for days: "three office days", "2 jours", "週3日"."""
    words = "|".join(sorted(map(re.escape, _numbers()), key=lambda word: (-len(word), word)))
    days = any_of(flat(read_reference("dates")["units"]["day"]))
    return re.compile(rf"(?<![\w.,/-])({words}|[1-5])(?:\s?[-–/]\s?\d)?\s?(?:[^\W\d]+\s)?(?:{days})(?!\w)")
