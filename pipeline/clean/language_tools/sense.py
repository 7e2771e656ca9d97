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
from pipeline.clean.language_tools.text import MARKS

Span = tuple[int, int]

_MAX_WORDS_BEFORE, _MAX_WORDS_AFTER = 9, 8
"""Words between a denial and the phrase it is about."""
_MAX_SIGNS = 14
"""The same in signs, in scripts that do not part words."""
_MIN_SHARE_OF_VOTES = 0.5
"""A sentence may be in each language that has this share of the frequent words of its likeliest."""
_CLAUSE_MARK = re.compile(r"[.;:!?。；！？।۔։።\n]|\s[–—-]\s")
_PART_MARK = re.compile(r"[,.;!?()\[\]。；！？，、（）،؛।۔։።\n]|\s[–—-]\s")
_VERB_LAST = ("ja", "ko")
"""Languages in which the verb that denies stands behind what it denies, and what stands before is a clause of its own."""
_LETTERS = rf"(?:[^\W_][{MARKS}]*)+"
_WORD = re.compile(rf"{_LETTERS}(?:['’]{_LETTERS})?")
_ASCII_WORD = re.compile("[A-Za-z0-9]+(?:'[A-Za-z0-9]+)?")
"""The same in a text of ASCII, in a third of the time."""
_WITHIN_WORDS = re.compile(rf"[^\W_]|['’{MARKS}]")
_UNPARTED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SCRIPTS = {
    "ja": "[\u3041-\u30ff]", "ko": "[\uac00-\ud7af]", "zh": "[\u3400-\u9fff]", "th": "[\u0e00-\u0e7f]",
    "lo": "[\u0e80-\u0eff]", "my": "[\u1000-\u109f]", "km": "[\u1780-\u17ff]", "el": "[\u0370-\u03ff]",
    "he": "[\u0590-\u05ff]", "ka": "[\u10a0-\u10ff]", "hy": "[\u0530-\u058f]", "am": "[\u1200-\u137f]",
    "bn": "[\u0980-\u09ff]", "ta": "[\u0b80-\u0bff]", "te": "[\u0c00-\u0c7f]", "si": "[\u0d80-\u0dff]",
}  # fmt: skip
"""The scripts that one language alone is written in; kana goes before Chinese signs."""
_LATIN = re.compile("[a-z]")


def is_denied(lower: str, start: int, end: int, language: str | None = None) -> bool:
    """Whether the clause around a phrase of a lower-case sentence denies it; two denials are none.

    `language`: of the sentence; a denial counts in its own language and in English. Unknown: in any, but for those that are
    another language's everyday words."""
    own = _denials_of(lower, language)
    is_within_words = _WITHIN_WORDS.search(lower[start - 1 : start] + lower[end : end + 1])
    if not is_within_words and not _may_occur_in(own, lower):
        return False
    return _is_turned(lower, start, end, clause_of(lower, start, end), own)


def is_ruled_out(lower: str, start: int, end: int) -> bool:
    """Whether a lower-case sentence says that a condition is none, or who must not apply: a denial in the same part between
    commas and brackets, be it behind a label ("Student status: not required"). A sentence may deny much beside a condition."""
    own = _denials_of(lower, language := language_of(lower))
    if not _may_occur_in(own, lower):
        return False
    first = max((mark.end() for mark in _PART_MARK.finditer(lower, 0, start)), default=0)
    last = next((mark.start() for mark in _PART_MARK.finditer(lower, end)), len(lower))
    if language in _VERB_LAST:
        first = start
    return _is_turned(lower, start, end, _without_but(lower, start, end, (first, last)), own)


def _is_turned(lower: str, start: int, end: int, clause: Span, own: _Denials) -> bool:
    """Whether the denials of a clause turn a phrase in it into its contrary."""
    first, last = clause
    before, after = lower[first:start], lower[end:last]
    rest = _WORD.match(after) if lower[end - 1 : end].isalpha() else None
    if rest and rest.group() in own.whole:
        after = after[rest.end() :]  # an ending: "kollégium-ban"
    ahead, behind = _denials(before, own, from_end=True), _denials(after, own, from_end=False)
    is_pair = any(word in CORRELATIVES for word in _WORD.findall(lower[first:last]))
    times = max(ahead, behind) if is_pair else ahead + behind
    return times > 0 if own.is_doubled else times % 2 == 1


def is_conditional(lower: str, start: int, end: int) -> bool:
    """Whether the clause around a phrase says that it holds in some cases only."""
    first, last = clause_of(lower, start, end)
    return any(_conditional().found(lower, first, last))


def is_answered_no(lower: str) -> bool:
    """Whether a lower-case sentence is a label or a question, and "no" behind it."""
    label = _ANSWERED.match(lower)
    return label is not None and label["answer"].strip(" .!") in _refusals()


_ANSWERED = re.compile(r"[^?？؟:：]{2,90}[?？؟:：]\s*(?P<answer>[^?？؟:：]{1,24})$")


@cache
def _refusals() -> frozenset[str]:
    return frozenset(flat(read_reference("sense")["refuses"]))


def is_denial(word: str, lower: str) -> bool:
    """Whether a word of a lower-case sentence is itself a denial in a language that it may be in: "neposkytujeme"."""
    spoken = languages_of(lower) or read_reference("sense")["denies"]
    return any(_language(language).is_one(word) for language in spoken)


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
    """The one language that a lower-case sentence may be in; None where that is open, or one word alone speaks for it."""
    if of_script := _language_of_script(lower):
        return of_script
    votes = _votes(lower)
    most = max(votes.values(), default=0)
    likely = [language for language, count in votes.items() if count >= _MIN_SHARE_OF_VOTES * most]
    return likely[0] if most >= _MIN_VOTES and len(likely) == 1 else None


@lru_cache(maxsize=2_000)
def languages_of(lower: str) -> frozenset[str] | None:
    """The languages that a lower-case sentence may be in, by its script and its frequent words; None where neither tells."""
    if of_script := _language_of_script(lower):
        return frozenset({of_script})
    votes = _votes(lower)
    if not votes:
        return None
    most = max(votes.values())
    return frozenset(language for language, count in votes.items() if count >= _MIN_SHARE_OF_VOTES * most)


def _words(text: str) -> list[str]:
    return (_ASCII_WORD if text.isascii() else _WORD).findall(text)


@lru_cache(maxsize=2_000)
def _votes(lower: str) -> dict[str, int]:
    """For each language how many of the words of a sentence are its frequent words; letters that it alone has weigh as two."""
    languages = _languages_of_frequent_words()
    votes: dict[str, int] = {}
    for word in _words(lower):
        for code in languages.get(word, ()):
            votes[code] = votes.get(code, 0) + 1
    if not lower.isascii():
        for code, letters in _own_letters():
            if letters.search(lower):
                votes[code] = votes.get(code, 0) + _MIN_VOTES
    return votes


_MIN_VOTES = 2


@cache
def _own_letters() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((code, re.compile(letters)) for code, letters in read_reference("languages")["letters"].items())


def _language_of_script(lower: str) -> str | None:
    """The language whose own script a sentence has, unless it has more Latin letters."""
    if lower.isascii() or _OWN_SCRIPT.search(lower) is None:
        return None
    latin = len(_LATIN.findall(lower))
    for language, script in _SCRIPTS.items():
        if len(re.findall(script, lower)) * _LETTERS_A_SIGN > latin and re.search(script, lower):
            return language
    return None


_LETTERS_A_SIGN = 2
"""Latin letters that weigh as much as one sign of an own script."""
_OWN_SCRIPT = re.compile("|".join(_SCRIPTS.values()))


def is_frequent_word(word: str, lower: str) -> bool:
    """Whether a word is an everyday one in a language that a lower-case sentence may be in."""
    spoken = languages_of(lower)
    return spoken is not None and not spoken.isdisjoint(_languages_of_frequent_words().get(word, ()))


@cache
def _languages_of_frequent_words() -> dict[str, tuple[str, ...]]:
    languages: dict[str, list[str]] = {}
    for words_by_language in (read_reference("languages")["stop_words"], read_reference("sense")["frequent"]):
        for language, words in words_by_language.items():
            for word in words:
                languages.setdefault(word, []).append(language)
    return {word: tuple(codes) for word, codes in languages.items()}


def clause_of(lower: str, start: int, end: int) -> Span:
    """Where the clause around a phrase begins and ends."""
    begins, ends = _clause_marks(lower)
    before, behind = bisect_right(ends, start), bisect_left(begins, end)
    first = ends[before - 1] if before else 0
    last = begins[behind] if behind < len(begins) else len(lower)
    return _without_but(lower, start, end, (first, last))


def _without_but(lower: str, start: int, end: int, clause: Span) -> Span:
    """What of a clause around a phrase lies on its side of each "but"."""
    first, last = clause
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
    """The denials of one language and of English: whole words, forms by their letters, and signs of unparted scripts."""

    def __init__(self, words: frozenset[str], is_doubled: bool) -> None:
        unparted = {word for word in words if _UNPARTED.match(word)}
        parted = words - unparted
        self.is_doubled = is_doubled
        self.signs = re.compile("|".join(sorted(map(re.escape, unparted), key=lambda s: (-len(s), s))) or "(?!)")
        self.whole = frozenset(word for word in parted if "*" not in word)
        forms = sorted(parted - self.whole)
        self._forms = re.compile("|".join(re.escape(form).replace(r"\*", ".*") for form in forms) or "(?!)")
        self.is_one = lru_cache(maxsize=20_000)(self._is_one)

    def _is_one(self, word: str) -> bool:
        return word in self.whole or self._forms.fullmatch(word) is not None


@lru_cache(maxsize=2_000)
def _may_occur_in(denials: _Denials, lower: str) -> bool:
    """Whether a sentence may hold a denial at all; most hold none."""
    if _UNPARTED.search(lower):
        return True
    return any(map(denials.is_one, _words(lower.replace("’", "'"))))


def _denials(part: str, denials: _Denials, from_end: bool) -> int:
    """How many denials stand in the part of a clause before or after a phrase, near enough to it."""
    part = _affirmed().left_out_of(part)
    if _UNPARTED.search(part):
        near = part[-_MAX_SIGNS:] if from_end else part[:_MAX_SIGNS]
        return min(1, len(denials.signs.findall(near)))
    words = _words(part)
    if not words:
        return 0
    near_words = words[-_MAX_WORDS_BEFORE:] if from_end else words[:_MAX_WORDS_AFTER]
    met = [word for word in near_words if denials.is_one(word.replace("’", "'"))]
    alone = [word for word in met if word not in CORRELATIVES]
    return len(alone) or min(1, len(met))


CORRELATIVES = frozenset(
    {"nor", "noch", "ni", "né", "nem", "ani", "niti", "ні", "ни", "eikä", "hverken", "varken", "ούτε"}
)
"""The second halves of denials in two parts ("neither … nor"), which are one."""
_PORTUGUESE = re.compile(r"\b(?:do|da|dos|das|de|em|ao|para)\b")
"""Where such words stand, "no" is "in the"."""
_SPANISH = re.compile(r"\b(?:el|los|las|del|y|con|una|un|se|al)\b")
_SINGLE = frozenset({"en", "de", "nl", "sv", "da", "nb", "is", "fo", "fi", "et", "ja"})
"""Languages in which two denials are none ("not without"); in all others they are one: "ne … pas", "nie … żadnego"."""
_NEAR = (
    frozenset({"hr", "sr", "bs", "sl"}),
    frozenset({"cs", "sk"}),
    frozenset({"da", "nb"}),
    frozenset({"es", "gl", "ca"}),
    frozenset({"id", "ms"}),
    frozenset({"tr", "az", "uz"}),
    frozenset({"fi", "et"}),
    frozenset({"hi", "ne", "mr"}),
    frozenset({"ru", "uk", "be", "kk", "ky", "mn", "tg"}),
    frozenset({"bg", "mk", "sr"}),
    frozenset({"ar", "fa", "ur", "ps"}),
    frozenset({"pt", "gl"}),
)
"""Languages that a sentence may be taken for each other's: denials of all of them count."""


@lru_cache(maxsize=200)
def _language(code: str) -> _Denials:
    by_language = read_reference("sense")["denies"]
    near = {code}.union(*(family for family in _NEAR if code in family))
    own = [word for language in near for word in by_language.get(language, [])]
    if code == "pt":
        own = [word for word in own if word != "no"]
    other = set(read_reference("sense")["not_english"].get(code, ()))
    english = [word for word in by_language["en"] if word not in other]
    return _Denials(frozenset({*own, *map(bare, own), *english}), code not in _SINGLE)


@cache
def _everyday() -> frozenset[str]:
    """Denials that are everyday words of other languages."""
    return frozenset(read_reference("sense")["everyday"])


@cache
def _too_common() -> frozenset[str]:
    """Of these such as tell nothing where the language is open."""
    return frozenset(read_reference("sense")["too_common"])


@lru_cache(maxsize=2_000)
def _languages(likely: frozenset[str] | None, has_no: bool) -> _Denials:
    chosen = {"no"} if has_no else set()
    for language, words in read_reference("sense")["denies"].items():
        for word in words:
            if word in _everyday():
                is_meant = word not in _too_common() and (likely is None or language in likely)
            elif "*" in word:
                is_meant = len(word) > _MIN_LETTERS_OF_FORM if likely is None else language in likely
            else:
                is_meant = True
            if is_meant and (word != "no" or has_no):
                chosen.add(word)
    return _Denials(frozenset(chosen), likely is not None and likely.isdisjoint(_SINGLE))


_MIN_LETTERS_OF_FORM = 4
"""Letters of a beginning or an ending that denies where nothing tells the language."""


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
    return _Phrases(set(flat(read_reference("sense")["but"])) - _everyday())


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
