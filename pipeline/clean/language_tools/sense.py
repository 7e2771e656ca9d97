"""Sense: whether the clause in which a phrase stands denies it ("visa support is not available").

Belongs here: what a clause is, and the words that turn it into its contrary (data/reference/sense.yaml). Does not belong here:
a phrase that is itself a denial ("unpaid"), which is the concept's.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache

from pipeline.clean.language_tools.dictionary import bare, is_glued, read_reference

Span = tuple[int, int]

_MAX_WORDS_BEFORE, _MAX_WORDS_AFTER = 9, 8
"""Words between a denial and the phrase it is about."""
_MAX_SIGNS = 14
"""The same in signs, in scripts that do not part words."""
_MIN_SHARE_OF_VOTES = 0.5
"""A sentence may be in each language that has this share of the frequent words of its likeliest."""
_CLAUSE_MARK = re.compile(r"[.;:!?。；！？\n]|\s[–—-]\s")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_UNPARTED = re.compile("[\u0e00-\u0e7f\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def is_denied(lower: str, start: int, end: int, language: str | None = None) -> bool:
    """Whether the clause around a phrase of a lower-case sentence denies it; two denials are none.

    `language`: of the sentence; a denial counts in its own language and in English. Unknown: in any, but for those that are
    another language's everyday words."""
    first, last = clause_of(lower, start, end)
    before, after = lower[first:start], lower[end:last]
    own = _denials_of(lower, language)
    ahead, behind = _denials(before, own, from_end=True), _denials(after, own, from_end=False)
    is_pair = any(word in _CORRELATIVES for word in _WORD.findall(lower[first:last]))
    times = max(ahead, behind) if is_pair else ahead + behind
    return times % 2 == 1 or (times > 0 and own.is_doubled)


def is_conditional(lower: str, start: int, end: int) -> bool:
    """Whether the clause around a phrase says that it holds in some cases only."""
    first, last = clause_of(lower, start, end)
    return _conditional().search(lower, first, last) is not None


@lru_cache(maxsize=2_000)
def denials(lower: str) -> tuple[Span, ...]:
    """Where words of denial stand in a lower-case sentence, in its likely languages; not those of "not only"."""
    own = _denials_of(lower, language_of(lower))
    exempt = [match.span() for match in _affirmed().finditer(lower)]
    words = [match.span() for match in _WORD.finditer(lower) if own.is_one(match.group().replace("’", "'"))]
    signs = [match.span() for match in own.signs.finditer(lower)] if _UNPARTED.search(lower) else []
    return tuple(
        (start, end)
        for start, end in sorted([*words, *signs])
        if not any(at <= start and end <= until for at, until in exempt)
    )


def language_of(lower: str) -> str | None:
    """The one language that a lower-case sentence may be in, by its frequent words; None where that is open."""
    languages = languages_of(lower)
    return next(iter(languages)) if languages is not None and len(languages) == 1 else None


@lru_cache(maxsize=2_000)
def languages_of(lower: str) -> frozenset[str] | None:
    """The languages that a lower-case sentence may be in, by its frequent words; None where it has none."""
    votes: Counter[str] = Counter()
    for word in re.findall(r"\w+", lower):
        votes.update(_languages_of_frequent_words().get(word, ()))
    if not votes:
        return None
    most = max(votes.values())
    return frozenset(language for language, count in votes.items() if count >= _MIN_SHARE_OF_VOTES * most)


@cache
def _languages_of_frequent_words() -> dict[str, tuple[str, ...]]:
    languages: dict[str, list[str]] = {}
    for language, words in read_reference("languages")["stop_words"].items():
        for word in words:
            languages.setdefault(word, []).append(language)
    return {word: tuple(codes) for word, codes in languages.items()}


def clause_of(lower: str, start: int, end: int) -> Span:
    """Where the clause around a phrase begins and ends."""
    marks = [match.end() for match in _CLAUSE_MARK.finditer(lower, 0, start)]
    first = max(marks, default=0)
    following = _CLAUSE_MARK.search(lower, end)
    last = following.start() if following else len(lower)
    for match in _but().finditer(lower, first, last):
        if match.end() <= start:
            first = max(first, match.end())
        elif match.start() >= end:
            last = min(last, match.start())
    return first, last


def _denials_of(lower: str, language: str | None) -> _Denials:
    """The denials of the language of a sentence; where that is open, those of all, but of words that are everyday words of
    other languages only those of its likely languages."""
    if language is not None:
        return _language(language)
    likely = languages_of(lower)
    is_portuguese = "en" not in (likely or ()) and _PORTUGUESE.search(lower) and not _SPANISH.search(lower)
    return _languages(likely, not is_portuguese)


class _Denials:
    """The denials of one language and of English: whole words, beginnings, endings, and signs of unparted scripts."""

    def __init__(self, words: frozenset[str], is_doubled: bool) -> None:
        unparted = {word for word in words if _UNPARTED.match(word)}
        parted = words - unparted
        self.is_doubled = is_doubled
        self.signs = re.compile("|".join(sorted(map(re.escape, unparted), key=lambda s: (-len(s), s))) or "(?!)")
        self.whole = frozenset(word for word in parted if "*" not in word)
        self.begins = tuple(sorted(word[:-1] for word in parted if word.endswith("*") and not word.startswith("*")))
        self.ends = tuple(sorted(word.strip("*") for word in parted if word.startswith("*")))

    def is_one(self, word: str) -> bool:
        return (
            word in self.whole
            or (bool(self.begins) and word.startswith(self.begins))
            or (bool(self.ends) and word.endswith(self.ends))
        )


def _denials(part: str, denials: _Denials, from_end: bool) -> int:
    """How many denials stand in the part of a clause before or after a phrase, near enough to it."""
    part = _affirmed().sub(" ", part)
    if _UNPARTED.search(part):
        near = part[-_MAX_SIGNS:] if from_end else part[:_MAX_SIGNS]
        return min(1, len(denials.signs.findall(near)))
    words = _WORD.findall(part)
    if not words:
        return 0
    near_words = words[-_MAX_WORDS_BEFORE:] if from_end else words[:_MAX_WORDS_AFTER]
    met = [word for word in near_words if denials.is_one(word.replace("’", "'"))]
    alone = [word for word in met if word not in _CORRELATIVES]
    return len(alone) or min(1, len(met))


_CORRELATIVES = frozenset(
    {"nor", "noch", "ni", "né", "nem", "ani", "niti", "ні", "ни", "eikä", "hverken", "varken", "ούτε"}
)
"""The second halves of denials in two parts ("neither … nor"), which are one."""
_PORTUGUESE = re.compile(r"\b(?:do|da|dos|das|de|em|ao|para)\b")
"""Where such words stand, "no" is "in the"."""
_SPANISH = re.compile(r"\b(?:el|los|las|del|y|con|una|un|se|al)\b")
_DOUBLED = frozenset(
    {"fr", "pl", "cs", "sk", "ru", "uk", "bg", "hr", "sr", "bs", "sl", "mk", "es", "pt", "it", "ro", "hu", "el"}
)
"""Languages in which two denials are one: "ne … pas", "nie … żadnego"."""
_AMBIGUOUS = frozenset(
    {"no", "ne", "ni", "a", "de", "en", "se", "pa", "as", "si", "be", "cap", "ei", "ej", "non", "nem", "ma"}
)
"""Denials that are everyday words of other languages."""
_TOO_COMMON = frozenset({"a", "de", "en", "se", "pa", "as", "si", "be", "cap", "ma"})
"""Of these such as tell nothing where the language is open."""


@lru_cache(maxsize=200)
def _language(code: str) -> _Denials:
    by_language = read_reference("sense")["denies"]
    own = by_language.get(code, [])
    english = [] if code in ("pt", "gl") else by_language["en"]
    return _Denials(frozenset({*own, *map(bare, own), *english}), code in _DOUBLED)


@lru_cache(maxsize=2_000)
def _languages(likely: frozenset[str] | None, has_no: bool) -> _Denials:
    by_language = read_reference("sense")["denies"]
    words = {word for language in by_language.values() for word in language} - _AMBIGUOUS
    own = {
        word
        for language, denials in by_language.items()
        for word in denials
        if word in _AMBIGUOUS - _TOO_COMMON and (likely is None or language in likely)
    }
    return _Denials(frozenset({*words, *own, "no"} if has_no else (words | own) - {"no"}), False)


@cache
def _affirmed() -> re.Pattern[str]:
    phrases = {phrase for language in read_reference("sense")["affirms"].values() for phrase in language}
    return _any(phrases)


@cache
def _but() -> re.Pattern[str]:
    return _any({word for language in read_reference("sense")["but"].values() for word in language} - _AMBIGUOUS)


@cache
def _conditional() -> re.Pattern[str]:
    return _any({phrase for language in read_reference("sense")["conditional"].values() for phrase in language})


def _any(phrases: set[str]) -> re.Pattern[str]:
    forms = [
        re.escape(phrase)
        if is_glued(phrase)
        else rf"\b{re.escape(phrase.rstrip('*'))}" + (r"\w*" if phrase.endswith("*") else r"\b")
        for phrase in sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    ]
    return re.compile("|".join(forms))
