"""The known names in a short text: which words of it may name a place, and what stands around them.

A text is split into pieces (`;`, `/`, lines), a piece into chunks (commas, brackets, dashes), a chunk into words. The longest
known names are found in each chunk; each may have many readings (Cambridge is in England, Massachusetts, Ontario).

Belongs here: splitting and scanning. Does not belong here: which reading is meant (`resolve`), the names (`place_names`), the
words around them (data/reference/places_words.yaml).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import NamedTuple

import polars as pl

from pipeline.clean.language_tools.dictionary import any_of, read_reference
from pipeline.clean.where.place_names import (
    ALTERNATE,
    AREA,
    CITY,
    CODE2,
    CODE3,
    CODE_REGION,
    COUNTRY,
    LOST,
    NAME,
    SHORT,
    TOKEN,
    Reading,
    fold,
    fold_token,
    readings_of,
)
from pipeline.clean.where.remote import remote_words

MAX_LETTERS = 400
"""No list of places that people write is longer; what follows in a text is not read."""
KNOWN_TOWN_POPULATION = 100_000
"""A smaller town is believed only where its name is all that a chunk says."""
MIN_LETTERS = 4
CODES = (CODE2, CODE3, CODE_REGION)
SPELLED = (NAME, ALTERNATE, LOST)

_PIECE = re.compile(r"[;|\n\r\t•·、；/／\\]+|\s-{2,}\s")
_CHUNK = re.compile(
    r"[,()\[\]{}:：，（）【】\"“”„«»<>~*_+]+|\s[-–—]+\s|[–—]|\s[-–—]+$|^[-–—]+\s|(?<=[^\W\d_]{3})\.\s+(?=\S{4,})"
)
_DIGIT = re.compile(r"\d")


class Trust(Enum):
    """How much a text is about places."""

    PLACES = "places"
    """It names places and little else: location columns, labels."""
    TITLE = "title"
    """It may name a place: only what stands for itself counts."""
    HEADING = "heading"
    """It may name a country among other words."""


@dataclass(slots=True)
class Chunk:
    raw: list[str]
    words: list[str]


@dataclass(slots=True)
class Mention:
    """A known name in a piece. `is_whole`: its chunk holds nothing unknown; `is_sole`: nor any other name;
    `is_led_to`: the word before it says that a place follows; `is_owner`: that it is whose something is."""

    key: str
    readings: list[Reading]
    chunk: int
    is_code: bool
    is_whole: bool = True
    is_sole: bool = True
    is_first: bool = False
    is_last: bool = False
    is_led_to: bool = False
    is_owner: bool = False

    @property
    def is_area(self) -> bool:
        return self.readings[0].kind == AREA


@dataclass(slots=True)
class Group:
    """The names of a piece between two joining words, and the chunks in which something unknown stands."""

    mentions: list[Mention] = field(default_factory=list)
    unknown_chunks: set[int] = field(default_factory=set)
    last_chunk: int = 0


_BEHIND = re.compile(r"^([^()]+?) \((?:the )?([^()]+ of)\)$")
"""Korea (the Republic of)."""
_ZONE = re.compile(r"\((?:[^()]*[/ ])?(?:ET|CT|MT|PT|E[SD]T|C[SD]T|M[SD]T|P[SD]T|CES?T|GMT|UTC)\)")
"""A time zone of those who work remotely, in brackets."""


_WORD_LISTS = (
    "joiners",
    "fillers",
    "everyday",
    "people",
    "before",
    "after",
    "prepositions",
    "offices",
    "branches",
    "of_a_town",
)


class Vocabulary(NamedTuple):
    joiners: frozenset[str]
    fillers: frozenset[str]
    everyday: frozenset[str]
    people: frozenset[str]
    before: frozenset[str]
    after: frozenset[str]
    prepositions: frozenset[str]
    offices: frozenset[str]
    branches: frozenset[str]
    of_a_town: frozenset[str]
    case_endings: tuple[str, ...]
    case_prepositions: frozenset[str]
    cases: tuple[tuple[str, str], ...]
    areas: tuple[str, ...]
    joint: re.Pattern[str]
    inverted: re.Pattern[str]
    holders: dict[str, frozenset[str]]


@cache
def vocabulary() -> Vocabulary:
    lists = read_reference("places_words")
    inverted = any_of(lists["inverted"])
    holders: dict[str, set[str]] = {}
    for state, parts in lists["parts"].items():
        for part in parts:
            holders.setdefault(part, set()).add(state)
    return Vocabulary(
        **{name: frozenset(map(fold, lists[name])) for name in _WORD_LISTS},
        case_endings=tuple(map(fold, lists["case_endings"])),
        case_prepositions=frozenset(map(fold, lists["case_prepositions"])),
        cases=tuple(
            sorted(
                {
                    (fold(ending), fold(first))
                    for endings in lists["cases"].values()
                    for ending, firsts in endings.items()
                    for first in firsts
                }
            )
        ),
        areas=tuple(sorted({fold(area) for area in lists["areas"]})),
        joint=re.compile(rf"\s(?:{'|'.join(map(re.escape, lists['joiners']))})\s", re.IGNORECASE),
        inverted=re.compile(rf"(?<![^\W\d_])([^\W\d_]{{1,60}})\s?,\s?({inverted})(?=\s?(?:[,()]|$))", re.IGNORECASE),
        holders={part: frozenset(states) for part, states in holders.items()},
    )


class Scanner:
    """Finds the known names in the texts of one call. It holds the part of the table of names that their words can spell."""

    def __init__(self, texts: pl.Series, trust: Trust) -> None:
        self.trust = trust
        self.words = vocabulary()
        self.split: dict[str, list[tuple[str, list[Chunk]]]] = {}
        folded: dict[str, str] = {}
        for text in texts:
            self.split[text] = list(self._pieces(text, folded))
        first_forms = self._first_forms(texts)
        self.names = readings_of({*folded.values(), *(form for forms in first_forms.values() for form in forms)})
        for key, forms in first_forms.items():
            meant = [] if key in self.names else [readings for form in forms if (readings := self._large(form))]
            if len(meant) == 1:
                self.names[key] = meant[0]
        for area in self.words.areas:
            self.names.setdefault(area, []).insert(0, Reading(AREA, -1, "", None, 0.0, 0, NAME))
        self.longest: dict[str, int] = {}
        self.by_case: set[str] = set()
        """Names with a reading that the case of the letters decides on."""
        for key, readings in self.names.items():
            first = key.partition(" ")[0]
            self.longest[first] = max(self.longest.get(first, 0), key.count(" ") + 1)
            if any(reading.form not in SPELLED for reading in readings):
                self.by_case.add(key)

    def pieces(self, text: str) -> Iterator[tuple[str, list[Group]]]:
        """Each piece of a text of this call with its groups of names."""
        for piece, chunks in self.split[text]:
            yield piece, self._scan(chunks)

    def _first_forms(self, texts: pl.Series) -> dict[str, list[str]]:
        """What a capitalised word behind a preposition, or with the ending of a case, may be in its first form."""
        words = self.words
        endings = "|".join(words.case_endings)
        before = "|".join(words.case_prepositions)
        inflected = texts.filter(
            texts.str.contains(rf"(?i:{endings.replace('a', '[aä]')})\b|\b(?i:{before})\s\p{{Lu}}")
        )
        chunks = (chunk for text in inflected for _, chunks in self.split[text] for chunk in chunks)
        candidates = {
            word
            for chunk in chunks
            for at, word in enumerate(chunk.words)
            if word.endswith(words.case_endings) or (at > 0 and chunk.words[at - 1] in words.case_prepositions)
            if len(word) > MIN_LETTERS and chunk.raw[at][0].isupper()
        }
        return {
            word: sorted({word[: -len(ending)] + first for ending, first in words.cases if word.endswith(ending)})
            for word in candidates
        }

    def _large(self, key: str) -> list[Reading]:
        """The large towns and the countries of that very name."""
        return [
            reading
            for reading in self.names.get(key, [])
            if reading.form == NAME
            and (reading.kind == COUNTRY or (reading.kind == CITY and reading.population >= KNOWN_TOWN_POPULATION))
        ]

    def _pieces(self, text: str, folded: dict[str, str]) -> Iterator[tuple[str, list[Chunk]]]:
        for piece in _PIECE.split(text[:MAX_LETTERS]):
            piece = piece.strip()
            if not piece:
                continue
            upright = self.words.inverted.sub(r"\2 \1", piece) if "," in piece and " of" in piece else piece
            upright = _BEHIND.sub(r"\2 \1", upright) if " of)" in upright else upright
            if _ZONE.search(upright) and remote_words().search(upright):
                upright = _ZONE.sub(" ", upright)
            chunks = []
            for chunk in _CHUNK.split(upright.replace(" & ", " and ")):
                raw = TOKEN.findall(chunk)
                if not raw:
                    continue
                for token in raw:
                    if token not in folded:
                        folded[token] = fold_token(token)
                chunks.append(Chunk(raw, [folded[token] for token in raw]))
            yield piece, chunks

    def _scan(self, chunks: list[Chunk]) -> list[Group]:
        """The names in the chunks of a piece, the longest first, in groups parted by joining words."""
        groups = [Group()]
        letters = "".join(token for chunk in chunks for token in chunk.raw)
        cases = (letters == letters.lower(), letters == letters.upper())
        for number, chunk in enumerate(chunks):
            self._scan_chunk(groups, chunk, number, cases)
        for group in groups:
            group.last_chunk = len(chunks) - 1
        return groups

    def _scan_chunk(self, groups: list[Group], chunk: Chunk, number: int, cases: tuple[bool, bool]) -> None:
        words, count = chunk.words, len(chunk.words)
        named: list[Mention] = []
        unknown = False
        at = 0
        while at < count:
            word = words[at]
            length, readings = self._longest(chunk, at, number, cases)
            is_filler = word in self.words.fillers and length < count
            is_joiner = word in self.words.joiners and count > 1 and chunk.raw[at] == word
            is_code = length == 1 and word in self.by_case and all(reading.form in CODES for reading in readings)
            if length > 1 or (length == 1 and not is_joiner and (not is_filler or is_code)):
                key = word if length == 1 else " ".join(words[at : at + length])
                mention = Mention(key, readings, number, is_code)
                mention.is_first = at == 0
                rest = [word for word in words[at + length :] if not word.isdigit()]
                mention.is_last = all(word in self.words.offices for word in rest)
                mention.is_led_to = at > 0 and self._leads_to(words, at, mention, bool(rest) and mention.is_last)
                mention.is_owner = at > 1 and words[at - 1] in self.words.of_a_town
                if self._is_other_town(words, at, length):
                    mention.readings = [reading for reading in readings if reading.form in (SHORT, *CODES)]
                if mention.readings:
                    named.append(mention)
                    groups[-1].mentions.append(mention)
                # "University of Washington": a word that may be a town's name is first of all a word.
                unknown = unknown or not mention.readings or (key in self.words.everyday and length < count)
                at += length
                continue
            if is_joiner:
                if groups[-1].mentions:
                    groups.append(Group())
            elif not is_filler and not _DIGIT.search(word):
                unknown = True
            at += 1
        if unknown:
            groups[-1].unknown_chunks.add(number)
        for owner in _owners(named) if unknown else ():
            for group in groups:
                group.mentions = [mention for mention in group.mentions if mention is not owner]
        for mention in named:
            mention.is_whole = not unknown
            mention.is_sole = not unknown and len(named) == 1

    def _longest(self, chunk: Chunk, at: int, number: int, cases: tuple[bool, bool]) -> tuple[int, list[Reading]]:
        words = chunk.words
        count = len(words)
        for length in range(min(self.longest.get(words[at], 0), count - at), 0, -1):
            key = words[at] if length == 1 else " ".join(words[at : at + length])
            readings = self.names.get(key)
            if readings is None:
                continue
            first = chunk.raw[at]
            if first.islower() and not cases[0] and self.trust is not Trust.PLACES:
                return 0, []  # the Dutch "van" in a sentence
            if key not in self.by_case and (len(first) > 4 or not first.isupper()):
                return length, readings
            if length > 1 and 2 <= len(first) <= 3 and first.isupper() and not cases[1]:
                # "CO Long Beach" holds a code and a town, not a town in Taiwan that is Co Long in Vietnamese.
                readings = [reading for reading in readings if reading.form not in (ALTERNATE, LOST)]
            allowed = self._as_written(readings, chunk.raw[at : at + length], length == count, number, cases)
            if allowed:
                return length, allowed
        return 0, []

    def _as_written(
        self, readings: list[Reading], raw: list[str], is_sole: bool, number: int, cases: tuple[bool, bool]
    ) -> list[Reading]:
        """Without the readings that the case of the letters rules out: codes and short names are written in capitals, or
        stand alone behind a comma (`Ovar, pt`)."""
        is_lower, is_all_upper = cases
        is_upper = all(token.isupper() for token in raw)
        if is_upper and not is_all_upper and len(raw) == 1 and len(raw[0]) <= 4:
            # Capitals among other letters are a code of somebody's, no Chad in Croatian (CAD).
            least = NAME if len(raw[0]) == 4 else None
            readings = [
                reading for reading in readings
                if reading.form not in SPELLED or reading.kind == AREA or reading.form == least
            ]  # fmt: skip
        if all(reading.form in SPELLED for reading in readings):
            return readings
        behind = is_sole and (number > 0 or len(raw[0]) > 2)
        in_prose = self.trust is not Trust.PLACES
        kept = []
        for reading in readings:
            form = reading.form
            if form == SHORT:
                fits = is_upper or behind
            elif form == CODE2:
                fits = (is_upper or (behind and len(raw[0]) == 2)) and not (in_prose and not behind)
            elif form == CODE3:
                fits = is_upper and not (in_prose and not behind)
            elif form == CODE_REGION:
                fits = (is_upper or (behind and (is_lower or raw[0].istitle()))) and not (in_prose and not behind)
            else:
                fits = True
            if fits:
                kept.append(reading)
        if is_upper and len(raw) == 1 and len(raw[0]) <= 3:
            return [reading for reading in kept if reading.form not in SPELLED] or kept
        return kept

    def _leads_to(self, words: list[str], at: int, mention: Mention, is_before_office: bool) -> bool:
        """Whether a place may follow: behind a preposition, in a case that stands for one (`Helsingissä`), or as the town of
        an office (`Embassy Nairobi`, `Institut français de Tokyo`, `Berlin Büyükelçiliği`; but `Embassy of Japan` is
        anywhere)."""
        before = words[at - 1]
        if before in self.words.prepositions or before in self.words.branches:
            return True
        if mention.key.endswith(self.words.case_endings):
            return True
        if any(reading.kind == COUNTRY for reading in mention.readings):
            return False
        is_of_office = before in self.words.of_a_town and not self.words.offices.isdisjoint(words[: at - 1])
        return is_before_office or before in self.words.offices or is_of_office

    def _is_other_town(self, words: list[str], at: int, length: int) -> bool:
        """`Old Greenwich` and `Annapolis Junction` are neither Greenwich nor Annapolis."""
        if at and words[at - 1] in self.words.before:
            return True
        end = at + length
        if end == len(words) or words[end] not in self.words.after:
            return False
        reach = range(2, min(self.longest.get(words[end], 0), len(words) - end) + 1)
        return not any(" ".join(words[end : end + more]) in self.names for more in reach)


def _owners(named: list[Mention]) -> list[Mention]:
    """Countries that something in another country belongs to: the first of "Academia de España en Roma"."""
    owners = []
    for at, mention in enumerate(named):
        follow = [other for other in named[at + 1 :] if other.is_led_to]
        if mention.is_owner and mention.readings[0].kind == COUNTRY and follow:
            country = mention.readings[0].country
            if all(reading.country != country for other in follow for reading in other.readings):
                owners.append(mention)
    return owners
