"""Origins: the places in a sentence that applicants come from, which are no hosts whatever else the sentence says.

Belongs here: whose citizens, residents or students a sentence speaks of. Does not belong here: the words (`host_words`), the
names (`host_names`), what the other names of the sentence are the place of (`prose`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.clean.where.host_names import FoundName, nation
from pipeline.clean.where.host_words import Language

CLAUSE_ENDS = re.compile(r"[,;:!?，；：。！？、،؛]")
GENITIVES = frozenset({"of", "du", "de", "des", "d", "del", "della", "do", "da", "von", "der", "van"})

_WINDOW, _LETTERS, _GLUED = 5, 40, 6
"""Words and letters before a name, and letters behind it, in which a word says that applicants come from there."""

Spans = Sequence[tuple[int, int, str]]


def origins_of(
    text: str, tokens: Sequence[str], spans: Spans, runs: Iterable[list[FoundName]], cues: Language
) -> list[FoundName]:
    """The names that applicants come from: those of each list (`runs`) of which one is said to be ("residents of Brazil or
    Cape Verde"). `tokens`, `spans`: the folded words of the text and where they stand."""
    origins: list[FoundName] = []
    begin = 0
    for run in runs:
        is_origin = False
        for name in run:
            is_origin = is_origin or _is_origin(text, tokens, spans, name, begin, cues)
            begin = name.end
        origins += run if is_origin else []
    return origins


def clause_around(text: str, spans: Spans, name: FoundName) -> str:
    """What stands around a name, up to the next comma or stop, in lower case."""
    start, end = spans[name.start][0], spans[name.end - 1][1]
    return (CLAUSE_ENDS.split(text[:start])[-1] + text[start:end] + CLAUSE_ENDS.split(text[end:])[0]).lower()


def blanked(text: str, spans: Spans, names: Iterable[FoundName]) -> str:
    """The text with blanks for the names."""
    for name in names:
        start, end = spans[name.start][0], spans[name.end - 1][1]
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _is_origin(text: str, tokens: Sequence[str], spans: Spans, name: FoundName, begin: int, cues: Language) -> bool:
    """Whether a name says whose citizens, residents or students may apply: "residents of X", "students from X". `begin`: the
    word at which the name before it ends."""
    start, end = spans[name.start][0], spans[name.end - 1][1]
    before = text[max(0, start - _LETTERS) : start].lower().rstrip()
    if text[end : end + _GLUED].startswith(cues.belonging.anywhere) or before.endswith(cues.belonging.anywhere):
        return True
    first = name.start
    while first > max(begin, name.start - _WINDOW) and not CLAUSE_ENDS.search(
        text[spans[first - 1][1] : spans[first][0]]
    ):
        first -= 1
    near, behind = list(tokens[first : name.start]), list(tokens[name.end : name.end + 1 + cues.has_locative])
    if cues.belonging.is_among(behind) and not cues.into.is_among(behind):
        return True
    persons = [*cues.belonging.at(near), *cues.students.at(near)]
    if not persons:
        return False
    between = near[max(persons) + 1 :]
    if cues.stay.is_among(between) or any(nation(token) for token in between):
        return False
    is_from = bool(between) and (between[-1] in cues.coming_from.exact or between[-1] in GENITIVES)
    return cues.belonging.is_among(near) or is_from or cues.schools.is_among(between)
