"""The forms of a phrase: its ways of being written, and what of them to look for in one pass over many texts.

Belongs here: choices written out, patterns of phrases with too many of them. Does not belong here: finding phrases in texts
(`phrases`).
"""

from __future__ import annotations

import itertools
import math
import re
from functools import cache
from typing import NamedTuple

from pipeline.clean.language_tools.dictionary import is_glued, is_letter

MAX_FORMS = 24
"""Ways of saying a phrase that are written out; of one with more, some parts are looked for first."""

_MAX_SHAPES = 100
"""Ways of saying those parts."""

CHOICES = re.compile(r"\(([^()]*)\)")


class Choice(NamedTuple):
    """A phrase with too many ways of saying it to write them out: its pattern (`written`), which is compiled when a text first
    may hold the phrase; and of each of its choices and fixed words the letters, of which one stands in every text with it: they
    are looked for first, since few of the texts with a shape of such a phrase hold the phrase."""

    written: str
    parts: tuple[tuple[str, ...], ...]

    @property
    def pattern(self) -> re.Pattern[str]:
        return _compiled(self.written)

    def may_occur_in(self, lower: str) -> bool:
        for choice in self.parts:
            for part in choice:
                if part in lower:
                    break
            else:
                return False
        return True


def fixed_words(phrase: str) -> tuple[tuple[str, ...], ...]:
    """The parts of a `Choice` that a phrase without choices has: its words and stems, the longest first."""
    return tuple((word,) for word in sorted(set(_STEMS.split(phrase)) - {""}, key=lambda word: (-len(word), word)))


_STEMS = re.compile(r"[ *]+")


@cache
def _compiled(written: str) -> re.Pattern[str]:
    return re.compile(written)


def shapes_of(word: str) -> list[str]:
    """Of a phrase with many ways to say it those of a few of its parts in a row, as in a text of `words.spaced_words`: the row
    that says most in at most _MAX_SHAPES ways. One of them stands in every text with the phrase."""
    pieces = [
        piece.split("|") if number % 2 else [piece] for number, piece in enumerate(CHOICES.split(word.rstrip("*")))
    ]
    weights = [min(_weight(part) for part in choice) for choice in pieces]
    rows = [
        (sum(weights[first : last + 1]), -ways, first, last)
        for first in range(len(pieces))
        for last in range(first, len(pieces))
        if (ways := math.prod(len(choice) for choice in pieces[first : last + 1])) <= _MAX_SHAPES
        and not any("*" in part for choice in pieces[first : last + 1] for part in choice)
    ]
    most, _, first, last = max(rows, default=(0, 0, 0, 0))
    if most < 2:
        raise ValueError(f"no fixed part in the phrase: {word}")
    shapes = set()
    for choice in itertools.product(*pieces[first : last + 1]):
        form = " ".join("".join(choice).split())
        opens = first == 0 and not is_glued(form[0])
        closes = last == len(pieces) - 1 and not word.endswith("*") and not is_glued(form[-1])
        shapes.add(f"{' ' * opens}{spaced_form(form)}{' ' * closes}")
        if is_glued(form):
            shapes.add(spaced_form(form).replace(" ", ""))
    return sorted(shapes)


def longest_stem(phrase: str) -> str:
    """Of a phrase with stems in it the one that says most, as it stands in a text of `words.spaced_words`."""
    opens = "" if phrase.startswith("*") else " "
    closes = "" if phrase.endswith("*") else " "
    parts = f"{opens}{phrase.strip('*')}{closes}".split("*")
    return max(map(spaced_form, parts), key=_weight)


def _weight(part: str) -> int:
    """How much a part tells: its letters; those of a script that does not part words are as rare as several."""
    return len(part.replace(" ", "")) * (3 if is_glued(part) else 1)


def spaced_form(form: str) -> str:
    """A form as it stands in a text of `words.spaced_words`."""
    if form.replace(" ", "").isalnum():  # as most are
        return form
    if form.isascii():
        return re.sub(r"[\W_]", " ", form)
    return "".join(letter if is_letter(letter) else " " for letter in form)


def as_pattern(part: str) -> str:
    """The pattern of a part; `*` stands also for the sign itself, as in Student*innen."""
    return "".join(
        " *" if letter == " " else r"(?:[^\W_]|\*)*" if letter == "*" else re.escape(letter) for letter in part
    )
