"""Dictionaries of words: their phrases made into patterns.

Belongs here: how a phrase becomes a regular expression, or the letters to look for before one is tried. Does not belong here: a
phrase (data/reference), its grammar (`dictionary_models`), many phrases in one pass (`phrases`).
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property, lru_cache
from typing import Any

import ahocorasick
import polars as pl
from polars.datatypes import DataType, DataTypeClass

from pipeline.clean.language_tools.dictionary_files import read_reference as read_reference

_GLUED = re.compile(
    "[\u0590-\u05ff\u0600-\u06ff\u0900-\u097f\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
"""Hebrew, Arabic, Devanagari, Thai, Japanese, Chinese, Korean."""

_LETTERS = r"[^\W\d_]*"


def flat(words: Any) -> list[str]:
    """Every word below a mapping or list of words, in order."""
    if isinstance(words, str):
        return [words]
    return [word for part in (words.values() if isinstance(words, dict) else words) for word in flat(part)]


def stems(words: Any) -> list[str]:
    """The letters of each phrase as they stand in a text: without `*`, with a blank where a word ends."""
    return [word.strip("*") + ("" if word.endswith("*") else " ") for word in flat(words)]


class Literals(tuple[str, ...]):  # noqa: SLOT001 (it keeps its automaton)
    """Pieces of text, of which one may stand anywhere in another text; made ready once, they are looked for in one pass."""

    def occur_in(self, text: str) -> bool:
        """Whether one of them stands in the text."""
        return bool(self) and next(self._automaton.iter(text), None) is not None

    def occur_in_each(self, texts: Iterable[str | None]) -> list[bool | None]:
        """The same of each text; None for None."""
        if not self:
            return [None if text is None else False for text in texts]
        found = self._automaton.iter
        return [None if text is None else next(found(text), None) is not None for text in texts]

    def last_in(self, text: str) -> int:
        """Where the last of them in the text begins; -1 where none does."""
        return max((end - len(piece) + 1 for end, piece in self._automaton.iter(text)), default=-1)

    def end_of_last_in(self, text: str) -> int:
        """Where the last of them in the text ends; -1 where none does."""
        return max((end + 1 for end, _ in self._automaton.iter(text)), default=-1)

    @cached_property
    def _automaton(self) -> ahocorasick.Automaton:
        automaton = ahocorasick.Automaton()
        for piece in self:
            automaton.add_word(piece, piece)
        automaton.make_automaton()
        return automaton


def holds(text: pl.Expr, pieces: Literals) -> pl.Expr:
    """Whether one of the pieces stands in each text; null for null. polars' own `contains_any` makes ready anew at every call,
    which for hundreds of pieces takes longer than to look for them in a night's texts."""
    return text.map_batches(
        lambda texts: pl.Series(pieces.occur_in_each(texts.to_list()), dtype=pl.Boolean),
        return_dtype=pl.Boolean,
    )


def on_texts(text: pl.Expr, search: Callable[[pl.Expr], pl.Expr], dtype: DataType | DataTypeClass) -> pl.Expr:
    """`search` of each text, of type `dtype`; null for null. Where all are null it is not begun: polars makes a pattern ready at
    every call, which for hundreds of words takes longer than to look through a small night's texts."""

    def searched(texts: pl.Series) -> pl.Series:
        if texts.null_count() == len(texts):
            return pl.Series(texts.name, [None] * len(texts), dtype)
        return texts.to_frame(texts.name).select(search(pl.col(texts.name))).to_series()

    return text.map_batches(searched, return_dtype=dtype)


def hints(words: Iterable[str]) -> Literals:
    """What stands in a lower-case text that holds one of the words as `any_of` finds them: the longest part of each that no `*`
    or number parts, with and without its accents."""
    return _hints(frozenset(words))


@lru_cache(maxsize=200)
def _hints(words: frozenset[str]) -> Literals:
    longest = {
        max(re.split(r"\*|\{n\}|[ '’-]+", form.lower()), key=len)
        for word in words
        for form in forms(unicodedata.normalize("NFC", word))
    }
    return Literals(sorted({form for part in longest for form in (part, without_accents(part))} - {""}))


def any_spelled(words: Iterable[str]) -> str:
    """A pattern that finds any of the words as they are spelled; the longest first, wherever they end. What words begin with is
    written once: of a thousand of them such a pattern is tried in a tenth of the time of an alternative for each."""
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[_WORD_END] = {}
    return f"(?:{_branches(tree)})"


_WORD_END = ""


def _branches(node: dict[str, Any]) -> str:
    branches = [re.escape(letter) + _branches(below) for letter, below in sorted(node.items()) if letter != _WORD_END]
    if not branches:
        return ""
    is_one = len(branches) == 1 and _WORD_END not in node
    return branches[0] if is_one else f"(?:{'|'.join(branches)}){'?' * (_WORD_END in node)}"


def any_of(words: Iterable[str]) -> str:
    """A pattern, for polars and `re` alike, that finds any of the words; the longest first. Without a group or flag."""
    return _any_of(tuple(words))


@lru_cache(maxsize=1_000)
def _any_of(words: tuple[str, ...]) -> str:
    ordered = sorted({form for word in words for form in forms(word)}, key=lambda form: (-len(form), form))
    return "(?:" + "|".join(_pattern(form) for form in ordered) + ")"


def forms(phrase: str) -> list[str]:
    """The ways of saying a phrase: each choice of its `(a|b|)` written out."""
    if "(" not in phrase:
        return [phrase]
    pieces = re.split(r"\(([^()]*)\)", phrase)
    choices = [piece.split("|") if number % 2 else [piece] for number, piece in enumerate(pieces)]
    return [" ".join("".join(choice).split()) for choice in itertools.product(*choices)]


def spaced_words(text: pl.Expr) -> pl.Expr:
    """Lower case, a blank for each sign that is no letter or digit, and at both ends: every word stands between blanks."""
    lower = text.str.to_lowercase().str.replace_all("i\u0307", "i", literal=True)
    return pl.format(" {} ", lower.str.replace_all(r"[^\p{L}\p{M}\p{N} ]", " "))


def with_words(text: pl.Expr, words: Iterable[str], spaced: pl.Expr | None = None) -> pl.Expr:
    """The texts that hold one of the words as `any_of` finds them, null for the others. A pattern of many words takes long;
    tried on these alone it does not. `spaced`: their `spaced_words`, where these are known."""
    looked_in = spaced_words(text) if spaced is None else spaced
    return pl.when(holds(looked_in, _shapes(tuple(words)))).then(text)


def first_word(text: pl.Expr, words: Iterable[str], spaced: pl.Expr | None = None) -> pl.Expr:
    """The first of the words in each text (`FirstWord`), null where there is none."""
    first = first_of(tuple(words))

    def search(columns: Sequence[pl.Series]) -> pl.Series:
        found = [None if text is None else first.search(text, around) for text, around in zip(*columns, strict=True)]
        return pl.Series(found, dtype=pl.String)

    looked_in = spaced_words(text) if spaced is None else spaced
    return pl.map_batches([text, looked_in], search, return_dtype=pl.String)


def with_label(text: pl.Expr, labels: Iterable[str], ends: Iterable[str] = (":", "：")) -> pl.Expr:
    """The texts in which one of the labels stands before one of its ends, null for the others: a pattern that looks for
    labels, which takes long, need not be tried on these. Lines of the texts are folded (`text.folded_lines`)."""
    return pl.when(holds(text.str.to_lowercase(), _ended_labels(tuple(labels), tuple(ends)))).then(text)


@cache
def _ended_labels(labels: tuple[str, ...], ends: tuple[str, ...]) -> Literals:
    forms = {form.replace("'", mark) for label in labels for form in (label, bare(label)) for mark in "'’"}
    return Literals(sorted(f"{form}{blank}{end}" for form in forms for blank in ("", " ") for end in ends))


class WordList:
    """Words of which a text holds but a few: a pattern of those few is soon tried, one of them all takes 50 times as long."""

    def __init__(self, words: Iterable[str]) -> None:
        """Known by the longest part of each word without a blank or a sign, with and without its accents, and by whether a
        word of the text must begin and end with it."""
        hinted: dict[tuple[str, bool, bool], set[str]] = {}
        for word, spelled in ((each, spelled) for each in set(words) for spelled in forms(each)):
            start, part = max(_parts(spelled), key=lambda part: len(part[1]))
            is_begun, is_ended = spelled[start - 1 : start] == "*", spelled[start + len(part) :].startswith("*")
            for form in {part.lower(), bare(part)}:
                opens = not is_begun and not is_glued(spelled) and _TOKEN.fullmatch(form) is not None
                hinted.setdefault((form, opens, opens and not is_ended), set()).add(word)
        by_form: dict[str, list[tuple[bool, bool, frozenset[str]]]] = {}
        for (form, opens, closes), of_form in hinted.items():
            by_form.setdefault(form, []).append((opens, closes, frozenset(of_form)))
        self._of_signs = frozenset(word for _, _, of_form in by_form.pop("", ()) for word in of_form)
        self._automaton = ahocorasick.Automaton()
        for form, hints in by_form.items():
            self._automaton.add_word(form, (len(form), hints))
        self._automaton.make_automaton()

    def likely(self, text: str) -> frozenset[str]:
        """The words that `any_of` may find in a text, whatever its case, and perhaps others."""
        lower = text.lower()
        words = self._of_signs
        for last, (size, hints) in self._automaton.iter(lower) if self._automaton else ():
            for opens, closes, hinted in hints:
                if (opens and _is_in_word(lower, last - size)) or (closes and _is_in_word(lower, last + 1)):
                    continue
                words |= hinted
        return words


def _is_in_word(text: str, position: int) -> bool:
    """Whether the sign at this position of a text, if there is one, is of a word (`\\w`)."""
    return 0 <= position < len(text) and (text[position].isalnum() or text[position] == "_")


@cache
def word_pattern(word: str) -> re.Pattern[str]:
    """What finds one word in any case. For the words that `WordList.likely` gives, where all that stand in a text are wanted:
    there is one pattern a word, and not one for each of the sets that texts hold."""
    return re.compile(any_of([word]), re.IGNORECASE)


class WordPattern:
    """A pattern with one of many words in it. It is made of those words that a text may hold, and not tried where it may hold
    none, as most do."""

    def __init__(self, words: Iterable[str], around: Callable[[str], str] = str, flags: int = 0) -> None:
        """`around`: the pattern, given that of the words (`any_of`); `flags`: of `re`."""
        self._list = WordList(words)
        self._pattern = lru_cache(maxsize=500)(lambda likely: re.compile(around(any_of(likely)), flags))

    def search(self, text: str) -> re.Match[str] | None:
        likely = self._list.likely(text)
        return self._pattern(likely).search(text) if likely else None

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        likely = self._list.likely(text)
        return self._pattern(likely).finditer(text) if likely else iter(())


class FirstWord:
    """The first of many words in a text as `any_of` finds it, in any case. Each text is searched for those words alone that it
    may hold: a pattern of them all is far slower, most of all beyond ASCII."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self._shapes, self._pattern = _shapes(words), WordPattern(words, flags=re.IGNORECASE)

    def search(self, text: str, spaced: str) -> str | None:
        """`spaced`: the text as `spaced_words` gives it."""
        match = self._pattern.search(text) if self._shapes.occur_in(spaced) else None
        return match.group() if match else None


@cache
def first_of(words: tuple[str, ...]) -> FirstWord:
    return FirstWord(words)


_TOKEN = re.compile(r"\w+")


def _parts(word: str) -> list[tuple[int, str]]:
    """The parts of a word without a sign, and where they begin; of a word of signs nothing, which is in every text."""
    return [(match.start(), match.group()) for match in _TOKEN.finditer(word)] or [(0, "")]


def is_glued(word: str) -> bool:
    """Whether a word is of a script that does not part words, so that nothing shows where it ends."""
    return _GLUED.search(word) is not None


def is_letter(sign: str) -> bool:
    """Whether a sign is part of a word: a letter, a digit, a sign over or under one."""
    return sign.isalnum() or unicodedata.category(sign)[0] == "M"


def without_accents(text: str) -> str:
    """A text with its Latin letters bare of accents, letter by letter as long; those of other scripts stay."""
    if text.isascii():
        return text
    return "".join(map(_without_accent, text))


@cache
def _without_accent(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter


def bare(word: str) -> str:
    """A word in lower case with its Latin letters bare of accents and one blank between parts: how what `any_of` found is
    looked up, since it meets a word with and without each accent."""
    if word.isascii():
        return " ".join(word.lower().split())
    return " ".join(without_accents(word.lower()).replace("ſ", "s").split())


@cache
def _shapes(words: tuple[str, ...]) -> Literals:
    """What stands in a text of `spaced_words` that holds one of the words: the word, or its longest part without `*`."""
    shapes = set()
    for word in (form for each in words for form in forms(each)):
        opens, closes = word[0].isalnum() and not is_glued(word), word[-1].isalnum() and not is_glued(word)
        composed = unicodedata.normalize("NFC", word)
        signs = "".join(letter if letter == "*" or is_letter(letter) else " " for letter in composed)
        marked = f"{' ' * opens}{signs}{' ' * closes}"
        for form in itertools.product(*({part, bare(part) or part} for part in re.split("( )", marked))):
            shapes.add(max("".join(form).split("*"), key=len))
    return Literals(sorted(shapes))


@cache
def _pattern(word: str) -> str:
    pieces = unicodedata.normalize("NFC", word).split("{n}")
    inner = r"\d+".join("".join(_letter(letter) for letter in piece) for piece in pieces)
    if is_glued(word):
        return inner
    start = r"\b" if word[0].isalnum() else ""
    end = r"\b" if word[-1].isalnum() or word[-1] == "*" else ""
    return f"{start}{inner}{end}"


def _letter(letter: str) -> str:
    if letter == "*":
        return _LETTERS
    if letter == " ":
        return r"\s+"
    if letter == "-":
        return "[-\u2010\u2011\u2012\u2013]"
    if letter in "'’":
        return "['’]"
    bare = unicodedata.normalize("NFD", letter)[0]
    if bare != letter and bare.isascii():
        return f"[{letter}{bare}]"
    return re.escape(letter)
