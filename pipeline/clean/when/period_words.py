"""The words of periods: labels of the stay, what begins and lasts, seasons, as patterns for any of the languages.

Does not belong here: which dates are those of the stay (`periods`); the words themselves (data/reference/dates.yaml).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from pipeline.clean.language_tools.dictionary import (
    Literals,
    WordList,
    WordPattern,
    any_of,
    bare,
    flat,
    is_glued,
    read_reference,
    stems,
)


@cache
def words_of(name: str) -> tuple[str, ...]:
    return tuple(flat(read_reference("dates")[name]))


@cache
def stems_of(name: str) -> Literals:
    return Literals(stems(read_reference("dates")[name]))


@cache
def stay_words() -> Literals:
    return Literals([*stems_of("internship_stems"), *stems_of("stay")])


@cache
def lasts_before() -> WordPattern:
    """A verb of lasting, right before a span."""
    return WordPattern(words_of("lasting"), lambda verbs: verbs + r"\W{1,2}(?:[^\W\d]{1,5}\W)?$")


@cache
def stay_or_label() -> Literals:
    return Literals(sorted({*stay_words(), *words_of("duration_labels")}))


@cache
def start_label() -> WordPattern:
    labels = [*words_of("start_labels"), *words_of("duration_labels")]
    return WordPattern(labels, lambda label: label + rf"\W{{0,3}}(?:[^\W\d]+\W{{1,2}}){{0,3}}{_PARTICLE}\s?$")


BEHIND = 32
"""Letters behind a date in which a word for starting stands."""
_PARTICLE = "(?:は|が|を|に|为|為|是|定于|定於|은|는|이|가)?"
"""What joins a label to its value in scripts that do not part words."""


@cache
def start_verb() -> WordPattern:
    """A verb by which host or intern begins ("we start on"), which what stands before a date ends with: it is of the stay."""
    return WordPattern(words_of("start_verbs"), lambda verbs: verbs + r"\W{1,2}(?:[^\W\d]{1,7}\W{1,2}){0,2}$")


@cache
def start_verb_behind() -> WordPattern:
    """The same behind a date: "15 Mart 2027 tarihinde başlıyoruz"."""
    return WordPattern(words_of("start_verbs"), lambda verbs: r"^\W{0,3}(?:[^\W\d]+\W{1,2}){0,2}" + verbs)


@cache
def begins_before() -> WordPattern:
    """A word for the start that what stands before a span ends with, or an article or two behind it."""
    return WordPattern(words_of("start_labels"), lambda labels: labels + r"\W{0,3}(?:[^\W\d]+\W{1,2}){0,4}$")


@cache
def deadline_before() -> WordPattern:
    return WordPattern(words_of("deadline_labels"), lambda labels: labels + r"\W{0,3}(?:[^\W\d]+\W{1,2}){0,2}$")


@cache
def other_label() -> re.Pattern[str]:
    """A label that begins with a word for posting or applying: "posting period:"."""
    words = sorted({*stems_of("application"), *stems_of("no_start_sentence")}, key=len, reverse=True)
    latin = "|".join(re.escape(stem) for stem in words if not is_glued(stem))
    return re.compile(rf"(?<![^\W\d_])(?:{latin})[^\W\d_]*(?:\s[^\W\d_]+)?\s?:\s*$")


@cache
def internship_words() -> str:
    words = sorted(stems_of("internship_stems"), key=len, reverse=True)
    return "(?:" + "|".join(map(re.escape, words)) + ")"


@cache
def start_word() -> WordPattern:
    """A word for starting that what stands before a date ends with."""
    return WordPattern(words_of("start_words"), lambda words: words + r"\W{1,2}(?:[^\W\d]+\W{1,2}){0,2}$")


@cache
def start_after() -> str:
    return "(?:" + "|".join(sorted(map(re.escape, stems_of("start_after")), key=len, reverse=True)) + ")"


@cache
def other_words() -> str:
    words = sorted(stems_of("no_start_sentence"), key=len, reverse=True)
    return rf"(?<![^\W\d_])(?:{'|'.join(re.escape(stem) for stem in words if not is_glued(stem))})"


@cache
def seasons() -> dict[str, str]:
    return {bare(form): name for name, forms in read_reference("dates")["seasons"].items() for form in forms}


@cache
def season_list() -> WordList:
    return WordList(flat(read_reference("dates")["seasons"]))


@lru_cache(maxsize=500)
def season_patterns(words: frozenset[str]) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """First the season, one of these words, beside its year, then with a few words between them."""
    season = f"(?P<season>{any_of(words)})"
    other = f"(?:\\s*[/&+-]\\s*{any_of(words)})*"
    year = r"(?<!\d)(?P<year>20[1-4]\d)(?:\s?[/–-]\s?(?:20)?\d{2})?(?!\d)"
    near, far = r"[\s,.:()–年년-]*", r"(?:[^\w\n]+[^\W\d_]+){1,4}?[^\w\n]+"
    return tuple(
        (
            re.compile(f"{season}{other}{gap}{year}", re.IGNORECASE),
            re.compile(f"{year}{gap}{season}", re.IGNORECASE),
        )
        for gap in (near, far)
    )


@cache
def label_ahead() -> WordPattern:
    return WordPattern(words_of("duration_labels"), lambda labels: rf"^\W{{0,3}}{labels}\W")


@cache
def begins_or_ends() -> WordPattern:
    """A word by which a stay begins, lasts or ends."""
    return WordPattern(words_of("begins_or_ends"))


@cache
def deadline_words() -> WordPattern:
    return WordPattern(words_of("deadline_labels"))
