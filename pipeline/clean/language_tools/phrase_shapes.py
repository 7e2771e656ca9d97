"""The shapes of a dictionary's phrases: all that is looked for in one pass over a text.

Belongs here: what each shape may be. Does not belong here: how one phrase may be written (`phrase_forms`), finding shapes in
texts (`phrases`).
"""

from __future__ import annotations

import itertools
import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from pipeline.clean.language_tools.dictionary import is_glued, is_letter, without_accents
from pipeline.clean.language_tools.phrase_forms import (
    CHOICES,
    MAX_FORMS,
    Choice,
    as_pattern,
    fixed_words,
    longest_stem,
    shapes_of,
    spaced_form,
)

Spelled = tuple[str, bool, list[tuple[str, str]]]
"""A form, whether a blank opens its shape, the cues with their groups."""
Written = tuple[str, str, str, tuple[tuple[str, ...], ...]]
"""A cue, its group, and what makes a `Choice`."""


class Shape(NamedTuple):
    """What to look for in a text of `dictionary.spaced_words`, and what that may be: forms, patterns (cue, group). `size`: its
    letters; `mask`: all groups, a bit each."""

    size: int
    forms: list[Spelled]
    patterns: list[tuple[str, str, Choice]]
    mask: int


@cache
def names_of(cue: str) -> tuple[str, ...]:
    """What a cue is called: by its whole name, and by its first part."""
    group = cue.partition(".")[0]
    return (cue,) if group == cue else (cue, group)


def masks_of(cues: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The groups of cues, a bit each."""
    groups = {names_of(cue)[-1] for cue, words in cues.items() if words}
    return {group: 1 << bit for bit, group in enumerate(sorted(groups))}


def shapes_of_cues(cues: Mapping[str, Sequence[str]]) -> list[tuple[str, list[Spelled], list[Written], int]]:
    """The shapes of all phrases: each as it stands in a text, and the parts of a `Shape`."""
    plain: dict[str, dict[tuple[str, bool, bool], None]] = {}
    choices: dict[str, dict[tuple[str, Choice], None]] = {}
    for cue, words in cues.items():
        for word in words:
            phrase = unicodedata.normalize("NFC", word).replace("’", "'")
            ways = _ways(phrase)
            if ways is None:
                for shape, choice in _by_parts(phrase):
                    choices.setdefault(shape, {})[cue, choice] = None
                continue
            for form in {form for way in ways for form in (way, without_accents(way))} - {""}:
                bare = form.strip("*")
                if "*" in bare:
                    choice = Choice(_bounded(form, as_pattern(form.lstrip("*"))), fixed_words(form))
                    choices.setdefault(longest_stem(form), {})[cue, choice] = None
                    continue
                glued = is_glued(bare)
                edges = not glued and not form.startswith("*"), not glued and not form.endswith("*")
                plain.setdefault(bare, {})[(cue, *edges)] = None
    forms, masks = _spelled(plain), masks_of(cues)
    shapes = []
    for shape in sorted(forms.keys() | choices.keys()):
        spelled = forms.get(shape, [])
        patterns = [(cue, names_of(cue)[-1], choice.written, choice.parts) for cue, choice in choices.get(shape, {})]
        groups = {group for _, group, *_ in patterns} | {group for *_, of_form in spelled for _, group in of_form}
        shapes.append((shape, spelled, patterns, sum(masks[group] for group in groups)))
    return shapes


def _spelled(plain: Mapping[str, Iterable[tuple[str, bool, bool]]]) -> dict[str, list[Spelled]]:
    """By shape, the forms that it may be."""
    forms: dict[str, list[Spelled]] = {}
    for form, entries in plain.items():
        inner = spaced_form(form)
        by_edges: dict[tuple[bool, bool], list[tuple[str, str]]] = {}
        for cue, needs_start, needs_end in entries:
            edges = needs_start and is_letter(form[0]), needs_end and is_letter(form[-1])
            by_edges.setdefault(edges, []).append((cue, names_of(cue)[-1]))
        for (opens, closes), cues in by_edges.items():
            forms.setdefault(f"{' ' * opens}{inner}{' ' * closes}", []).append((form, opens, cues))
    return forms


def _ways(phrase: str) -> list[str] | None:
    """The ways of saying a phrase, written out; None where they are too many."""
    pieces = CHOICES.split(phrase)
    if any(sign in piece for piece in pieces for sign in "()"):
        raise ValueError(f"brackets within brackets in the phrase: {phrase}")
    choices = [piece.split("|") if number % 2 else [piece] for number, piece in enumerate(pieces)]
    if math.prod(len(choice) for choice in choices) > MAX_FORMS:
        return None
    return [" ".join("".join(choice).split()) for choice in itertools.product(*choices)]


def _by_parts(phrase: str) -> list[tuple[str, Choice]]:
    """The shapes of some parts of a phrase that is said in many ways, each with the phrase as it is and without accents."""
    found = []
    for written in {phrase, without_accents(phrase)}:
        pieces = CHOICES.split(written)
        inner = "".join(
            "(?:" + "|".join(as_pattern(part) for part in piece.split("|")) + ")" if number % 2 else as_pattern(piece)
            for number, piece in enumerate(pieces)
        )
        parts = [
            [part.strip(" *").partition(" ")[0] for part in piece.split("|")] for piece in CHOICES.findall(written)
        ]
        of_choices = tuple(tuple(sorted(set(part))) for part in parts if all(part))
        choice = Choice(_bounded(written, inner), (*fixed_words(CHOICES.sub("*", written)), *of_choices))
        found += [(shape, choice) for shape in shapes_of(written)]
    return found


def _bounded(phrase: str, inner: str) -> str:
    """A pattern of a phrase that begins and ends where words do, but for its stems."""
    start = "" if phrase.startswith("*") else r"(?<![^\W_])"
    return start + inner + ("" if phrase.endswith("*") else r"(?![^\W_])")
