"""Sense: whether the clause in which a phrase stands denies it ("visa support is not available").

Belongs here: what a clause is, and the words that turn it into its contrary (data/reference/sense.yaml). Does not belong here:
a phrase that is itself a denial ("unpaid"), which is the concept's.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from pipeline.clean.language_tools.dictionary import WordList, bare, flat, is_glued, read_reference

Span = tuple[int, int]

_MAX_WORDS_BEFORE, _MAX_WORDS_AFTER = 9, 8
"""Words between a denial and the phrase it is about."""
_MAX_SIGNS = 14
"""The same in signs, in scripts that do not part words."""
_MIN_SHARE_OF_VOTES = 0.5
"""A sentence may be in each language that has this share of the frequent words of its likeliest."""
_CLAUSE_MARK = re.compile(r"[.;:!?。；！？\n]|\s[–—-]\s")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_WITHIN_WORDS = re.compile(r"[^\W_]|['’]")
_WHOLE_WORD = re.compile(r"\w+")
_UNPARTED = re.compile("[\u0e00-\u0e7f\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def is_denied(lower: str, start: int, end: int, language: str | None = None) -> bool:
    """Whether the clause around a phrase of a lower-case sentence denies it; two denials are none.

    `language`: of the sentence; a denial counts in its own language and in English. Unknown: in any, but for those that are
    another language's everyday words."""
    own = _denials_of(lower, language)
    is_within_words = _WITHIN_WORDS.search(lower[start - 1 : start] + lower[end : end + 1])
    if not is_within_words and not _may_occur_in(own, lower):
        return False
    first, last = clause_of(lower, start, end)
    before, after = lower[first:start], lower[end:last]
    ahead, behind = _denials(before, own, from_end=True), _denials(after, own, from_end=False)
    is_pair = any(word in _CORRELATIVES for word in _WORD.findall(lower[first:last]))
    times = max(ahead, behind) if is_pair else ahead + behind
    return times % 2 == 1 or (times > 0 and own.is_doubled)


def is_conditional(lower: str, start: int, end: int) -> bool:
    """Whether the clause around a phrase says that it holds in some cases only."""
    first, last = clause_of(lower, start, end)
    return any(_conditional().found(lower, first, last))


@lru_cache(maxsize=2_000)
def denials(lower: str) -> tuple[Span, ...]:
    """Where words of denial stand in a lower-case sentence, in its likely languages; not those of "not only"."""
    own = _denials_of(lower, language_of(lower))
    if not _may_occur_in(own, lower):
        return ()
    exempt = list(_affirmed().found(lower, 0, len(lower)))
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
    languages = _languages_of_frequent_words()
    votes: dict[str, int] = {}
    for word in _WHOLE_WORD.findall(lower):
        for code in languages.get(word, ()):
            votes[code] = votes.get(code, 0) + 1
    if not votes:
        return None
    most = max(votes.values())
    return frozenset(language for language, count in votes.items() if count >= _MIN_SHARE_OF_VOTES * most)


def is_frequent_word(word: str, lower: str) -> bool:
    """Whether a word is an everyday one in a language that a lower-case sentence may be in."""
    spoken = languages_of(lower)
    return spoken is not None and not spoken.isdisjoint(_languages_of_frequent_words().get(word, ()))


@cache
def _languages_of_frequent_words() -> dict[str, tuple[str, ...]]:
    languages: dict[str, list[str]] = {}
    for language, words in read_reference("languages")["stop_words"].items():
        for word in words:
            languages.setdefault(word, []).append(language)
    return {word: tuple(codes) for word, codes in languages.items()}


def clause_of(lower: str, start: int, end: int) -> Span:
    """Where the clause around a phrase begins and ends."""
    begins, ends = _clause_marks(lower)
    before, behind = bisect_right(ends, start), bisect_left(begins, end)
    first = ends[before - 1] if before else 0
    last = begins[behind] if behind < len(begins) else len(lower)
    for opens, closes in _but().found(lower, first, last):
        if closes <= start:
            first = max(first, closes)
        elif opens >= end:
            last = min(last, opens)
    return first, last


@lru_cache(maxsize=2_000)
def _clause_marks(lower: str) -> tuple[list[int], list[int]]:
    """Where the marks between clauses begin, and where they end."""
    spans = [match.span() for match in _CLAUSE_MARK.finditer(lower)]
    return [start for start, _ in spans], [end for _, end in spans]


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
        self.is_one = lru_cache(maxsize=20_000)(self._is_one)

    def _is_one(self, word: str) -> bool:
        return (
            word in self.whole
            or (bool(self.begins) and word.startswith(self.begins))
            or (bool(self.ends) and word.endswith(self.ends))
        )


@lru_cache(maxsize=2_000)
def _may_occur_in(denials: _Denials, lower: str) -> bool:
    """Whether a sentence may hold a denial at all; most hold none."""
    if _UNPARTED.search(lower):
        return True
    return any(map(denials.is_one, _WORD.findall(lower.replace("’", "'"))))


def _denials(part: str, denials: _Denials, from_end: bool) -> int:
    """How many denials stand in the part of a clause before or after a phrase, near enough to it."""
    part = _affirmed().left_out_of(part)
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


class _Phrases:
    """Phrases of which most sentences hold none: the few that a sentence may hold make the pattern that is tried on it."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._words = WordList(phrases)

    def found(self, lower: str, start: int, end: int) -> Iterator[Span]:
        """Where phrases stand in this part of a lower-case sentence."""
        likely = self._words.likely(lower)
        return (match.span() for match in _any(likely).finditer(lower, start, end)) if likely else iter(())

    def left_out_of(self, lower: str) -> str:
        """The text with a blank for each phrase."""
        likely = self._words.likely(lower)
        return _any(likely).sub(" ", lower) if likely else lower


@cache
def _affirmed() -> _Phrases:
    return _Phrases(flat(read_reference("sense")["affirms"]))


@cache
def _but() -> _Phrases:
    return _Phrases(set(flat(read_reference("sense")["but"])) - _AMBIGUOUS)


@cache
def _conditional() -> _Phrases:
    return _Phrases(flat(read_reference("sense")["conditional"]))


@lru_cache(maxsize=2_000)
def _any(phrases: frozenset[str]) -> re.Pattern[str]:
    forms = [
        re.escape(phrase)
        if is_glued(phrase)
        else rf"\b{re.escape(phrase.rstrip('*'))}" + (r"\w*" if phrase.endswith("*") else r"\b")
        for phrase in sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    ]
    return re.compile("|".join(forms))
