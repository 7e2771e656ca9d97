"""Years of study that a sentence lists: "third, fourth or fifth year", "السنة الثالثة أو الرابعة", "ชั้นปีที่ 3-4".

Belongs here: runs of ordinals and figures beside a word for the year. Does not belong here: the words (data/reference/
study_years.yaml), whose years they are (`who.eligibility`).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from pipeline.clean.language_tools.dictionary import WordList, any_of, bare, flat, is_glued, read_reference

_MAX_YEAR = 6
_FIGURE = re.compile(f"[1-{_MAX_YEAR}]")


def listed_years(lower: str) -> list[int]:
    """The years of study in a lower-case sentence that names a year, in order; a range holds those between its ends."""
    ordinals = _word_list("ordinals").likely(lower)
    if not ordinals and not _FIGURE.search(lower):
        return []
    years: set[int] = set()
    for name, pattern_of in (("year_behind", _before_year), ("year_before", _behind_year)):
        if words := _word_list(name).likely(lower):
            for match in pattern_of(ordinals, words).finditer(lower):
                years |= _years_of(match["run"])
    return sorted(years)


def _years_of(run: str) -> set[int]:
    numbers = [_number(match.group()) for match in _ordinal().finditer(run)]
    years = {number for number in numbers if number}
    if len(years) == 2 and _range().search(run):
        return set(range(min(years), max(years) + 1))
    return years


def _number(ordinal: str) -> int | None:
    digits = re.match(r"[1-6]", ordinal)
    if digits:
        return int(digits.group())
    stem = bare(ordinal)
    known = _numbers()
    return known.get(stem) or next(
        (number for form, number in known.items() if form.endswith("*") and stem.startswith(form[:-1])), None
    )


@cache
def _numbers() -> dict[str, int]:
    return {
        bare(word): number
        for number, words in read_reference("study_years")["ordinals"].items()
        for word in flat(words)
    }


_SUFFIX = r"(?:st|nd|rd|th|er|ère|re|e|ème|º|ª|°|\.º|\.|-?й|-?го|-?му|:e|:an)"
"""Behind a figure that is an ordinal."""


@cache
def _word_list(name: str) -> WordList:
    return WordList(flat(read_reference("study_years")[name]))


@cache
def _ordinal() -> re.Pattern[str]:
    return re.compile(_ordinal_of(any_of(flat(read_reference("study_years")["ordinals"]))))


def _ordinal_of(words: str) -> str:
    """An ordinal, or a figure that may stand for one."""
    return rf"(?:{words}|(?<![\d.,])[1-6]{_SUFFIX}?(?![\d.,]?\d|\s?%))"


@cache
def _range() -> re.Pattern[str]:
    return re.compile(_either(read_reference("study_years")["range"]) + r"|(?<=\d)\s?-\s?(?=\d)")


@lru_cache(maxsize=500)
def _before_year(ordinals: frozenset[str], behind: frozenset[str]) -> re.Pattern[str]:
    """A run before its year, one of the words `behind`."""
    in_words = any_of(ordinals) if ordinals else "(?!)"
    plain = rf"(?:{in_words}|(?<![\d.,])[1-6]{_SUFFIX}(?!\d))"  # "3 years of study" are a length
    return re.compile(rf"(?P<run>{plain}(?:{_joined()}{plain})*)-?[\s-]{{0,2}}{any_of(behind)}")


@lru_cache(maxsize=500)
def _behind_year(ordinals: frozenset[str], before: frozenset[str]) -> re.Pattern[str]:
    """A run behind its year, one of the words `before`; "year 3, year 4" is one run."""
    ordinal, year = _ordinal_of(any_of(ordinals) if ordinals else "(?!)"), any_of(before)
    return re.compile(rf"{year}\s?(?P<run>{ordinal}(?:{_joined()}(?:{year}\s?)?{ordinal})*)")


@cache
def _joined() -> str:
    """What stands between the ordinals of a run."""
    words = read_reference("study_years")
    between = _either([*words["joined"], *words["range"]])
    articles = r"(?:del |della |al |the |la |le |de |el |der |des )?)"
    return rf"(?:\s*-?\s*(?:{between}\s*){{1,2}}{articles}"


def _either(words: list[str]) -> str:
    """Any of the words and signs; a word ends at its edges."""
    return (
        "(?:"
        + "|".join(
            re.escape(word) if is_glued(word) or not word[0].isalpha() else rf"(?<![^\W_]){re.escape(word)}(?![^\W_])"
            for word in sorted(words, key=len, reverse=True)
        )
        + ")"
    )
