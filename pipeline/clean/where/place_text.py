"""Reading a short text for the places that it names: "CAN, ON, Mississauga", "Berlin or remote", "M nchen, BY, de".

A text is split into pieces (`;`, `/`, lines), a piece into chunks (commas, brackets, dashes), a chunk into words. The longest
known names are found in each chunk; each may have many readings (Cambridge is in England, Massachusetts, Ontario). A reading
gains by every other name of its piece that contains it: Cambridge, ON is in Ontario, and then ON is no word and CA no
California. What nothing in the text settles is the reading that is far more famous than those in other countries; else what
the hints say; else it is left open: no country rather than a wrong one.

Belongs here: how a text is read, and the numbers that decide. Does not belong here: the names (`place_names`), the words around
them (data/reference/places_words.yaml), where in a listing to look (`places`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
    REGION,
    SHORT,
    TOKEN,
    Reading,
    fold,
    fold_token,
    readings_of,
)

MOST_LETTERS = 400
"""No list of places that people write is longer; what follows in a text is not read."""
_MOST_NAMES = 24

_CLEARLY = 5.0
"""So many times the fame of its rivals in other countries makes a name that country's: Paris, Toronto, Birmingham, but
neither Cambridge nor Valencia."""
_LARGE_TOWN = 300_000
"""A town of this size is itself among the names of people, and beside the code of another country's state: Calgary, AL."""
_RIVAL_OF_REGION = 200_000
"""A town of this size is meant as often as the region of another country that has its name: Victoria."""
_FAMOUS = 3_000_000
"""A town of this fame is also meant by its other names, where a word says that a place follows: "à Genève", "in Kyjiw"."""
_METROPOLIS = 3_000_000
_METROPOLIS_CLEARLY = 3.0
"""A metropolis is well known however few languages name it: Hyderabad."""
_HINT_OUTWEIGHS = 50
"""Where all openings of a source are in Canada, London is London, Ontario, unless the other is more than so many times larger."""
_OWN_TOWN = 10_000
"""A place of this size bears its name against any place that is only also called so."""
_KNOWN_TOWN = 100_000
"""A smaller town is believed only where its name is all that a chunk says."""
_SAME_NAME_SHARE = 0.06
"""A region and its capital share a name (New York, São Paulo): the town is meant where it has this share of the people."""
_CITY_STATE_SHARE = 0.5

_KNOWN_REGION = 500_000
_LEAST_LETTERS = 4
_IN_REGION = 2.5
"""A score above this says that a town's own region is named."""
_STATES = ("US", "CA")
"""Countries whose towns are written with the code of their state or province."""
_CODES = (CODE2, CODE3, CODE_REGION)
_SPELLED = (NAME, ALTERNATE, LOST)

_UNSURE_CODES = frozenset({"ca", "de", "in", "il"})
"""Codes of an American state and of a country whose boards write their towns so; beside an unknown town they are left open."""

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


class Hit(NamedTuple):
    """A place found in a text: its kind and row in places.parquet, and the piece of the text that names it.

    Not `is_settled`: a town of that name, no telling which, but all of them in that country. `is_stated`: the text names the
    country itself. `is_remote`: the piece says that the work is remote."""

    kind: int
    place: int
    country: str
    is_settled: bool
    is_stated: bool
    piece: str
    is_remote: bool


class Parsed(NamedTuple):
    """What a text names. `is_sensitive`: a hint might settle it otherwise. `is_area`: it names something wider than a
    country. `is_known`: it holds nothing but known names and words that name no place."""

    hits: tuple[Hit, ...]
    is_sensitive: bool
    is_area: bool
    is_known: bool


@dataclass(slots=True)
class _Chunk:
    raw: list[str]
    words: list[str]


@dataclass(slots=True)
class _Mention:
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
class _Group:
    """The names of a piece between two joining words, and the chunks in which something unknown stands."""

    mentions: list[_Mention] = field(default_factory=list)
    unknown_chunks: set[int] = field(default_factory=set)
    last_chunk: int = 0


@dataclass(slots=True, frozen=True)
class _Hints:
    """Countries that the surroundings of a text speak for; `all_there`: where all openings of the source are."""

    near: frozenset[str] = frozenset()
    all_there: frozenset[str] = frozenset()

    @classmethod
    def of(cls, hint: str | None) -> _Hints:
        if not hint:
            return cls()
        countries = frozenset(hint.lstrip("!").split())
        return cls(countries, countries) if hint.startswith("!") else cls(countries)


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


class _Words(NamedTuple):
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
def _words() -> _Words:
    lists = read_reference("places_words")
    inverted = any_of(lists["inverted"])
    holders: dict[str, set[str]] = {}
    for state, parts in lists["parts"].items():
        for part in parts:
            holders.setdefault(part, set()).add(state)
    return _Words(
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
        inverted=re.compile(rf"([^\W\d_]+)\s*,\s*({inverted})(?=\s*(?:[,()]|$))", re.IGNORECASE),
        holders={part: frozenset(states) for part, states in holders.items()},
    )


@cache
def _remote() -> re.Pattern[str]:
    return re.compile(any_of(read_reference("work_mode")["remote"]), re.IGNORECASE)


class Reader:
    """Reads the texts of one call. It holds the part of the table of names that their words can spell."""

    def __init__(self, texts: pl.Series, trust: Trust) -> None:
        self.trust = trust
        self.words = _words()
        self.split: dict[str, list[tuple[str, list[_Chunk]]]] = {}
        self.parsed: dict[str, Parsed] = {}
        self.remote = set(texts.filter(texts.str.contains(rf"(?i){_remote().pattern}")))
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
            if any(reading.form not in _SPELLED for reading in readings):
                self.by_case.add(key)

    def _first_forms(self, texts: pl.Series) -> dict[str, list[str]]:
        """What a capitalised word behind a preposition, or with the ending of a case, may be in its first form."""
        words = self.words
        endings = "|".join(words.case_endings)
        before = "|".join(words.case_prepositions)
        told = texts.filter(texts.str.contains(rf"(?i:{endings.replace('a', '[aä]')})\b|\b(?i:{before})\s\p{{Lu}}"))
        chunks = (chunk for text in told for _, chunks in self.split[text] for chunk in chunks)
        asked = {
            word
            for chunk in chunks
            for at, word in enumerate(chunk.words)
            if word.endswith(words.case_endings) or (at > 0 and chunk.words[at - 1] in words.case_prepositions)
            if len(word) > _LEAST_LETTERS and chunk.raw[at][0].isupper()
        }
        return {
            word: sorted({word[: -len(ending)] + first for ending, first in words.cases if word.endswith(ending)})
            for word in asked
        }

    def _large(self, key: str) -> list[Reading]:
        """The large towns and the countries of that very name."""
        return [
            reading
            for reading in self.names.get(key, [])
            if reading.form == NAME
            and (reading.kind == COUNTRY or (reading.kind == CITY and reading.population >= _KNOWN_TOWN))
        ]

    def _pieces(self, text: str, folded: dict[str, str]) -> Iterator[tuple[str, list[_Chunk]]]:
        for piece in _PIECE.split(text[:MOST_LETTERS]):
            piece = piece.strip()
            if not piece:
                continue
            upright = self.words.inverted.sub(r"\2 \1", piece) if "," in piece and " of" in piece else piece
            chunks = []
            for chunk in _CHUNK.split(upright.replace(" & ", " and ")):
                raw = TOKEN.findall(chunk)
                if not raw:
                    continue
                for token in raw:
                    if token not in folded:
                        folded[token] = fold_token(token)
                chunks.append(_Chunk(raw, [folded[token] for token in raw]))
            yield piece, chunks

    def read(self, text: str, hint: str | None = None) -> Parsed:
        parsed = self.parsed.get(text)
        if parsed is None:
            parsed = self.parsed[text] = self._read(text, _Hints())
        if hint and parsed.is_sensitive:
            return self._read(text, _Hints.of(hint))
        return parsed

    def _read(self, text: str, hints: _Hints) -> Parsed:
        is_area = is_sensitive = False
        is_known = True
        groups: list[tuple[str, bool, _Group]] = []
        for piece, chunks in self.split[text]:
            is_remote = text in self.remote and self._is_remote(piece)
            for group in self._scan(chunks):
                groups.append((piece, is_remote, group))
                is_known = is_known and not group.unknown_chunks
                is_area |= any(mention.is_area for mention in group.mentions)
        resolved = [_resolve(group, hints, self.trust, self.words) for _, _, group in groups]
        if any(places.is_open for places in resolved) and any(places.found for places in resolved):
            # The settled places of a text speak for its open ones.
            told = frozenset(place.country for places in resolved for place in places.found)
            wider = _Hints(hints.near | told, hints.all_there)
            resolved = [
                _resolve(group, wider, self.trust, self.words) if places.is_open else places
                for places, (_, _, group) in zip(resolved, groups, strict=True)
            ]
        hits = [
            Hit(*place, piece, is_remote)
            for (piece, is_remote, _), places in zip(groups, resolved, strict=True)
            for place in places.found
        ]
        is_sensitive = any(places.is_open or places.is_bare for places in resolved)
        return Parsed(_without_repeats(hits), is_sensitive, is_area, is_known)

    def _is_remote(self, piece: str) -> bool:
        """Whether the places of a piece are where one works remotely from, not an alternative to it (`Paris or remote`)."""
        parts = self.words.joint.split(piece)
        is_choice = len(parts) > 1 and any(TOKEN.search(_remote().sub("", part)) is None for part in parts)
        return not is_choice and _remote().search(piece) is not None

    def _scan(self, chunks: list[_Chunk]) -> list[_Group]:
        """The names in the chunks of a piece, the longest first, in groups parted by joining words."""
        groups = [_Group()]
        letters = "".join(token for chunk in chunks for token in chunk.raw)
        cases = (letters == letters.lower(), letters == letters.upper())
        for number, chunk in enumerate(chunks):
            self._scan_chunk(groups, chunk, number, cases)
        for group in groups:
            group.last_chunk = len(chunks) - 1
        return groups

    def _scan_chunk(self, groups: list[_Group], chunk: _Chunk, number: int, cases: tuple[bool, bool]) -> None:
        words, count = chunk.words, len(chunk.words)
        named: list[_Mention] = []
        unknown = False
        at = 0
        while at < count:
            word = words[at]
            length, readings = self._longest(chunk, at, number, cases)
            is_filler = word in self.words.fillers and length < count
            is_joiner = word in self.words.joiners and count > 1 and chunk.raw[at] == word
            is_code = length == 1 and word in self.by_case and all(reading.form in _CODES for reading in readings)
            if length > 1 or (length == 1 and not is_joiner and (not is_filler or is_code)):
                key = word if length == 1 else " ".join(words[at : at + length])
                mention = _Mention(key, readings, number, is_code)
                mention.is_first = at == 0
                rest = [word for word in words[at + length :] if not word.isdigit()]
                mention.is_last = all(word in self.words.offices for word in rest)
                mention.is_led_to = at > 0 and self._leads_to(words, at, mention, bool(rest) and mention.is_last)
                mention.is_owner = at > 1 and words[at - 1] in self.words.of_a_town
                if self._is_other_town(words, at, length):
                    mention.readings = [reading for reading in readings if reading.form in (SHORT, *_CODES)]
                if mention.readings:
                    named.append(mention)
                    groups[-1].mentions.append(mention)
                # "University of Washington": a word that may be a town's name is first of all a word.
                unknown = unknown or not mention.readings or (key in self.words.everyday and length < count)
                at += length
                continue
            if is_joiner:
                if groups[-1].mentions:
                    groups.append(_Group())
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

    def _longest(self, chunk: _Chunk, at: int, number: int, cases: tuple[bool, bool]) -> tuple[int, list[Reading]]:
        words = chunk.words
        count = len(words)
        for length in range(min(self.longest.get(words[at], 0), count - at), 0, -1):
            key = words[at] if length == 1 else " ".join(words[at : at + length])
            readings = self.names.get(key)
            if readings is None:
                continue
            first = chunk.raw[at]
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
                if reading.form not in _SPELLED or reading.kind == AREA or reading.form == least
            ]  # fmt: skip
        if all(reading.form in _SPELLED for reading in readings):
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
            return [reading for reading in kept if reading.form not in _SPELLED] or kept
        return kept

    def _leads_to(self, words: list[str], at: int, mention: _Mention, is_before_office: bool) -> bool:
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


class _Place(NamedTuple):
    kind: int
    place: int
    country: str
    is_settled: bool
    is_stated: bool


class _Resolved(NamedTuple):
    """`is_open`: a name that hints might settle; `is_bare`: a place that rests on its fame alone."""

    found: tuple[_Place, ...]
    is_open: bool
    is_bare: bool


def _owners(named: list[_Mention]) -> list[_Mention]:
    """Countries that something in another country belongs to: the first of "Academia de España en Roma"."""
    owners = []
    for at, mention in enumerate(named):
        follow = [other for other in named[at + 1 :] if other.is_led_to]
        if mention.is_owner and mention.readings[0].kind == COUNTRY and follow:
            country = mention.readings[0].country
            if all(reading.country != country for other in follow for reading in other.readings):
                owners.append(mention)
    return owners


def _contains(holder: str, country: str, holders: dict[str, frozenset[str]]) -> bool:
    return holder == country or holder in holders.get(country, ())


def _resolve(group: _Group, hints: _Hints, trust: Trust, words: _Words) -> _Resolved:
    """Which places the names of a group mean."""
    if not group.mentions:
        return _Resolved((), False, False)
    return _Resolution(group, hints, trust, words).resolve()


class _Resolution:
    """The reading of one group: first what its names say of each other, then what stands alone."""

    def __init__(self, group: _Group, hints: _Hints, trust: Trust, words: _Words) -> None:
        self.group = group
        self.mentions = group.mentions[:_MOST_NAMES]
        self.hints = hints
        self.trust = trust
        self.words = words
        self.links = _Links(self.mentions, words.holders)
        self.linked: set[int] = set()
        self.found: dict[int, _Place] = {}
        self.has_bare_holder = False
        self.is_open = False
        self.is_bare = False

    def resolve(self) -> _Resolved:
        if len(self.mentions) > 1:
            self._add_linked()
        if len(self.linked) < len(self.mentions) or not self.found:
            self._add_countries()
            self._add_free()
            self._add_codes()
        return _Resolved(tuple(self.found[at] for at in sorted(self.found)), self.is_open, self.is_bare)

    def _add_linked(self) -> None:
        """Towns that lie in a region or country of the group, and regions that lie in a country of it."""
        towns: dict[int, tuple[Reading, bool]] = {}
        regions: dict[int, tuple[Reading, bool]] = {}
        scores: dict[int, float] = {}
        for at, mention in enumerate(self.mentions):
            scores[at], tied = self.links.best(at)
            if not tied:
                continue
            self.linked.add(at)
            choice = _settle(tied, self.hints)
            if choice and choice[0].kind == CITY:
                choice = self._against_rivals(at, choice)
            if not choice or choice[0].kind == COUNTRY:
                continue
            if self.trust is Trust.PLACES:
                choice = _or_region(choice, mention, self.group)
            if choice[0].kind == REGION:
                regions[at] = choice
            elif scores[at] > _IN_REGION or not _is_wordy(mention, choice[0], self.words):
                towns[at] = choice
        if regions:
            # Beside a state that it does not lie in, a town is another one's namesake: Annapolis Junction, MD.
            towns = {
                at: town for at, town in towns.items() if scores[at] > _IN_REGION or town[0].country not in _STATES
            }
        _drop_context(towns, self.mentions)
        for at, (town, is_settled) in towns.items():
            self.found[at] = _Place(CITY, town.place, town.country, is_settled, self.links.is_stated(at, town.country))
        inside = [town for town, _ in towns.values()]
        for at, (region, _) in regions.items():
            is_stated = self.links.is_stated(at, region.country)
            if _holds_any(self.mentions[at], inside, self.words) or (
                self.mentions[at].is_code and (towns or not is_stated)
            ):
                continue
            self.has_bare_holder = True
            self.found[at] = _Place(REGION, region.place, region.country, True, is_stated)

    def _against_rivals(self, at: int, choice: tuple[Reading, bool]) -> tuple[Reading, bool] | None:
        """The choice, unless only a code speaks for it and the same code is the country of a far more famous namesake."""
        rivals = self.links.rivals(at, choice[0])
        if not rivals:
            return choice
        settled = _settle([choice[0], *rivals], self.hints) if self.hints.near else None
        self.is_open |= settled is None
        return settled

    def _add_countries(self) -> None:
        """Countries that are named and hold no place that is."""
        is_anchored = bool(self.found)
        for at, country in enumerate(self.links.explicit):
            mention = self.mentions[at]
            if country is None or at in self.found or (mention.is_code and is_anchored):
                continue
            others = (place.country for other, place in self.found.items() if other != at)
            if any(_contains(country, other, self.words.holders) for other in others):
                continue
            reading, is_settled = _within_country(
                [reading for reading in mention.readings if reading.country == country]
            )
            if self._is_believed(mention, reading) and not _is_beside_code(mention, reading, self.mentions):
                self.has_bare_holder |= reading.kind == COUNTRY
                self.found[at] = _Place(reading.kind, reading.place, country, is_settled, True)

    def _add_free(self) -> None:
        """Regions and towns that no other name speaks for: by their fame, or by the hints."""
        free: dict[int, tuple[Reading, bool]] = {}
        for at, mention in enumerate(self.mentions):
            if at in self.linked or at in self.found or self.links.explicit[at] or mention.is_code or mention.is_area:
                continue
            choice = _settle([reading for reading in mention.readings if reading.form not in _CODES], self.hints)
            if choice is None:
                self.is_open = True
            elif self._is_believed(mention, choice[0]):
                free[at] = choice
            else:
                self.is_open |= choice[0].kind == CITY and not mention.is_whole
        for at, (reading, is_settled) in free.items():
            is_alone = reading.kind != CITY and not self.links.speaks_against(at, reading.country)
            if is_alone and not _is_beside_code(self.mentions[at], reading, self.mentions):
                self.is_bare = self.has_bare_holder = True
                self.found[at] = _Place(
                    reading.kind, reading.place, reading.country, is_settled, reading.kind == COUNTRY
                )
        self._add_free_towns({at: choice for at, choice in free.items() if choice[0].kind == CITY})

    def _add_free_towns(self, free: dict[int, tuple[Reading, bool]]) -> None:
        told = {place.country for place in self.found.values()}
        in_chunk: dict[int, list[str]] = {}
        for at, (town, _) in free.items():
            in_chunk.setdefault(self.mentions[at].chunk, []).append(town.country)
        for at, (town, is_settled) in free.items():
            mention = self.mentions[at]
            is_known = town.population >= _KNOWN_TOWN
            stands_apart = mention.is_sole or (mention.is_whole and town.country in told)
            if told and (self.has_bare_holder or not is_known or not stands_apart):
                # A town that none of the named regions and countries holds is a small namesake, unless those have their own.
                continue
            beside = in_chunk[mention.chunk]
            if not mention.is_sole and (
                town.country != beside[0] or (mention.is_whole and not is_known and not _agree(beside))
            ):
                continue
            if _is_beside_code(mention, town, self.mentions):
                if not _is_mistyped(mention, town, self.mentions):
                    continue
                is_settled = False
            self.is_bare = True
            self.found[at] = _Place(CITY, town.place, town.country, is_settled, False)

    def _add_codes(self) -> None:
        """Codes behind unknown towns, or with nothing beside them."""
        named_chunks = {self.mentions[at].chunk for at in self.found}
        for at, mention in enumerate(self.mentions):
            if not mention.is_code or at in self.found or (self.found and at in self.linked):
                continue
            if not self.found or (mention.is_sole and mention.chunk > 0 and mention.chunk - 1 not in named_chunks):
                reading, is_open = self._lone_code(mention)
                self.is_open |= is_open
                if reading:
                    self.found[at] = _Place(reading.kind, reading.place, reading.country, True, True)

    def _lone_code(self, mention: _Mention) -> tuple[Reading | None, bool]:
        """What a code means that no known town is in, and whether that is left open.

        Behind an unknown town the code of an American state or Canadian province is one: `Hometown, TX`."""
        readings = mention.readings
        if self.trust is not Trust.PLACES:
            is_country = mention.is_sole and readings[0].form == CODE3 and mention.key not in self.words.everyday
            return (readings[0] if is_country else None), False
        hinted = [reading for reading in readings if reading.country in self.hints.near]
        if len({reading.country for reading in hinted}) == 1:
            return hinted[0], False
        states = [reading for reading in readings if reading.kind == REGION and reading.country in _STATES]
        before = [other for other in self.mentions if other.chunk == mention.chunk - 1]
        if mention.is_sole and (before or mention.chunk - 1 in self.group.unknown_chunks):
            if mention.key in _UNSURE_CODES and states:
                beside = {reading.country for other in before for reading in other.readings}
                likely = [reading for reading in readings if reading.country in beside]
                return (likely[0], False) if len(likely) == 1 else (None, True)
            if len(states) == 1:
                return states[0], False
            if mention.chunk != self.group.last_chunk:
                return None, False
        elif (
            mention.is_first
            and mention.chunk == 0
            and readings[0].form == CODE3
            and mention.key not in self.words.everyday
        ):
            return readings[0], False
        elif not mention.is_whole or len(self.mentions) > 1:
            return None, True
        usual = [reading for reading in readings if reading.kind == COUNTRY] + states or readings
        return (usual[0], False) if len({reading.country for reading in usual}) == 1 else (None, True)

    def _is_believed(self, mention: _Mention, reading: Reading) -> bool:
        """Whether a name that nothing else supports may stand for a place."""
        words, is_town = self.words, reading.kind == CITY
        letters = len(mention.key.replace(" ", ""))
        if reading.form == LOST and letters < (_LEAST_LETTERS if mention.is_sole else _LEAST_LETTERS + 2):
            return False
        is_famous = mention.is_led_to and reading.fame >= _FAMOUS and letters == _LEAST_LETTERS
        if reading.form == ALTERNATE and mention.key.isascii() and letters <= _LEAST_LETTERS and not is_famous:
            return False
        if mention.key in words.everyday and (self.trust is Trust.TITLE or not mention.is_sole):
            return False
        if self.trust is Trust.TITLE:
            is_led_to = mention.is_last and mention.is_led_to
            if is_town and reading.form not in (NAME, SHORT):
                is_plain = is_led_to or (mention.is_sole and not mention.key.isascii())
                return is_plain and reading.form == ALTERNATE and reading.fame >= _FAMOUS
            return (mention.is_whole or is_led_to) and (not is_town or reading.population >= _KNOWN_TOWN)
        if mention.is_sole:
            return self.trust is Trust.PLACES or not is_town or reading.population >= _KNOWN_TOWN
        if mention.is_whole and (not is_town or reading.form in (NAME, SHORT)):
            return self.trust is Trust.PLACES or not is_town
        is_near = reading.country in self.hints.near
        if reading.form in (ALTERNATE, LOST) or (mention.key in words.people and not mention.is_first and not is_near):
            return False
        if not is_town:
            return reading.kind == COUNTRY or reading.population >= _KNOWN_REGION
        is_only = mention.is_first and all(other.country == reading.country for other in mention.readings)
        least = _OWN_TOWN if is_near else _KNOWN_TOWN // 2 if is_only else _KNOWN_TOWN
        return self.trust is Trust.PLACES and reading.population >= least


class _Links:
    """Which names of a group lie in which others."""

    def __init__(self, mentions: list[_Mention], holders: dict[str, frozenset[str]]) -> None:
        self.mentions = mentions
        self.holders = holders
        self.explicit: list[str | None] = [_explicit(mention, holders) for mention in mentions]
        self.regions: dict[int, list[int]] = {}
        self.countries: dict[str, list[int]] = {}
        self.held_regions: dict[int, list[int]] = {}
        self.held_countries: dict[str, list[int]] = {}
        if len(mentions) > 1:
            self._index()
        for at, told in enumerate(self.explicit):
            # Three capitals are a country's code where something else lies there, else anything: HND01, a building.
            if told and mentions[at].is_code and set(self.held_countries.get(told, ())) <= {at}:
                self.explicit[at] = None

    def _index(self) -> None:
        regions, countries = self.regions, self.countries
        for at, mention in enumerate(self.mentions):
            for reading in mention.readings:
                if reading[0] == REGION:
                    regions.setdefault(reading[1], []).append(at)
                elif reading[0] == COUNTRY:
                    countries.setdefault(reading[2], []).append(at)
        if not (regions or countries):
            return
        for at, mention in enumerate(self.mentions):
            for kind, _, country, region, *_ in mention.readings:
                if region in regions:
                    self.held_regions.setdefault(region, []).append(at)
                if kind != COUNTRY and country in countries:
                    self.held_countries.setdefault(country, []).append(at)

    def best(self, at: int) -> tuple[float, list[Reading]]:
        """The readings of a name that the other names speak for the most, and how much they do; none at 0."""
        best = 0.0
        tied: list[Reading] = []
        for reading in self.mentions[at].readings:
            is_in_named = reading.region in self.regions or reading.country in self.countries
            if not (is_in_named or reading.country in self.holders or reading.place in self.held_regions):
                continue
            score = self._score(at, reading)
            if score > best + 0.01:
                best, tied = score, [reading]
            elif tied and score > best - 0.01:
                tied.append(reading)
        return best, tied

    def _score(self, at: int, reading: Reading) -> float:
        """3 for the region around a town, 2 for the country around it or a town in it, 1 for something in a country."""
        country = reading.country
        if reading.kind == COUNTRY:
            held = self._nearest(self.held_countries.get(country, ()), at)
            return 0.0 if held is None or self.speaks_against(at, country) else 1.0 - held
        around = self._nearest(self._in_country(country), at)
        if reading.kind == CITY:
            inner = self._nearest(self.regions.get(reading.region, ()) if reading.region is not None else (), at)
        else:
            inner = self._nearest(self.held_regions.get(reading.place, ()), at)
        if (around is None and inner is None) or self.speaks_against(at, country):
            return 0.0
        told = 0.0 if around is None else 2.0 - around
        if reading.kind == REGION:
            return told if inner is None else told + 2.0 - inner
        doubt = 0.2 if reading.form in (ALTERNATE, LOST) else 0.0
        if inner is None or self._is_other_city(at, reading):
            return told and told - doubt
        # Milan, MI lies in Michigan before it lies in the province of Milano.
        return told + (3.0 if country in _STATES else 2.9) - inner - doubt

    def rivals(self, at: int, choice: Reading) -> list[Reading]:
        """Where a bare code joined a small town to its region (Salem, IN), the far more famous towns of the country of that
        code."""
        if choice.region not in self.regions or any(self.explicit):
            return []
        by_code = [other for other in self.regions[choice.region] if self.mentions[other].is_code]
        codes = {told.country for other in by_code for told in self.mentions[other].readings if told.kind == COUNTRY}
        return [
            reading
            for reading in self.mentions[at].readings
            if reading.country in codes and reading.fame >= _CLEARLY * choice.fame
        ]

    def is_stated(self, at: int, country: str) -> bool:
        """Whether another name of the group says the country itself."""
        return any(other != at for other in self._in_country(country))

    def speaks_against(self, at: int, country: str) -> bool:
        """Whether other names say countries, and not this one."""
        is_told = False
        for number, other in enumerate(self.explicit):
            if other and number != at:
                if _contains(other, country, self.holders):
                    return False
                is_told = True
        return is_told

    def _in_country(self, country: str) -> Sequence[int]:
        found = self.countries.get(country, ())
        if country in self.holders:
            found = [*found, *(at for holder in self.holders[country] for at in self.countries.get(holder, ()))]
        return found

    def _nearest(self, others: Sequence[int], at: int) -> float | None:
        """0 for a name that follows at once, a little more the farther away; None where there is no other."""
        nearest: float | None = None
        for other in others:
            if other == at or (abs(other - at) > 1 and self.mentions[other].key == self.mentions[at].key):
                continue
            step = min(0.05 * abs(other - at - 1), 0.9)
            nearest = step if nearest is None else min(nearest, step)
        return nearest

    def _is_other_city(self, at: int, reading: Reading) -> bool:
        """Whether the region around it is a city's name and the town is too small for that: Boston, New York is two cities."""
        famous = self.mentions[at].readings[0].fame
        if reading.region is None or reading.fame * 300 >= famous:
            return False
        others = [other for other in self.regions.get(reading.region, ()) if other != at]
        return all(self.mentions[other].readings[0].kind == CITY for other in others)


def _agree(countries: list[str]) -> bool:
    """Whether several towns of a chunk lie in one country."""
    return len(countries) > 1 and len(set(countries)) == 1


def _explicit(mention: _Mention, holders: dict[str, frozenset[str]]) -> str | None:
    """The country that a name clearly says."""
    top = mention.readings[0]
    if top.kind != COUNTRY or top.form in (CODE2, CODE_REGION):
        return None
    for reading in mention.readings:
        if reading.country != top.country and not _contains(top.country, reading.country, holders):
            return top.country if _outshines(top, reading) else None
    return top.country


def _settle(readings: list[Reading], hints: _Hints) -> tuple[Reading, bool] | None:
    """The reading meant, and whether it is settled which of its country; None where even the country is open."""
    if len(readings) == 1:
        return readings[0], True
    own = [reading for reading in readings if reading.form not in (ALTERNATE, LOST)]
    if any(reading.population >= _OWN_TOWN for reading in own):
        readings = own
    best: dict[str, Reading] = {}
    for reading in readings:
        if reading.country not in best or reading.fame > best[reading.country].fame:
            best[reading.country] = reading
    ranked = sorted(best.values(), key=lambda reading: -reading.fame)
    top = ranked[0]
    there = [reading for reading in ranked if reading.country in hints.all_there]
    if there and top.country not in hints.all_there:
        local = max(there, key=lambda reading: reading.population)
        if top.kind == COUNTRY and local.population >= 10_000:
            return None
        if top.kind != COUNTRY and local.population * _HINT_OUTWEIGHS >= top.population:
            top = local
    elif len(ranked) > 1 and not _outshines(top, ranked[1]):
        near = [reading for reading in ranked if reading.country in hints.near]
        if len(near) != 1:
            return None
        top = near[0]
    return _within_country([reading for reading in readings if reading.country == top.country])


def _outshines(top: Reading, rival: Reading) -> bool:
    if top.kind == rival.kind == COUNTRY:
        return False
    if top.kind == COUNTRY and rival.kind == REGION:
        return top.population >= _CLEARLY * rival.population
    if top.kind == REGION and rival.kind == CITY and rival.population >= _RIVAL_OF_REGION:
        return False
    if top.fame >= _CLEARLY * rival.fame:
        return True
    is_metropolis = top.kind == rival.kind == CITY and top.population >= _METROPOLIS
    return is_metropolis and top.population >= _METROPOLIS_CLEARLY * rival.population


def _within_country(readings: list[Reading]) -> tuple[Reading, bool]:
    """The reading meant among those of one country, and whether it is settled."""
    top = max(readings, key=lambda reading: reading.fame)
    if len(readings) == 1:
        return top, True
    towns = sorted((reading for reading in readings if reading.kind == CITY), key=lambda reading: -reading.fame)
    wider = [reading for reading in readings if reading.kind != CITY]
    if not wider:
        return top, len(towns) == 1 or towns[0].fame >= _CLEARLY * towns[1].fame
    holder = max(wider, key=lambda reading: reading.fame)
    if not towns:
        return holder, True
    town = towns[0]
    if holder.kind == COUNTRY:
        return (town, True) if town.population >= _CITY_STATE_SHARE * holder.population else (holder, True)
    if town.region == holder.place:
        return (town, True) if town.population >= _SAME_NAME_SHARE * holder.population else (holder, True)
    if town.fame >= 2 * holder.fame:
        return town, True
    return holder, holder.fame >= _CLEARLY * town.fame


def _is_wordy(mention: _Mention, town: Reading, words: _Words) -> bool:
    """Whether a name among other words is more likely one of them: a street, a person, a building."""
    if mention.is_whole:
        return False
    is_name = mention.key in words.people and town.population < _LARGE_TOWN and not mention.is_first
    return is_name or mention.key in words.everyday


def _is_beside_code(mention: _Mention, reading: Reading, mentions: list[_Mention]) -> bool:
    """Whether the next chunk is a code that this place does not lie in: another, small place is meant (Nederland, CO)."""
    codes = [other for other in mentions if other.is_code and other.is_sole and other.chunk == mention.chunk + 1]
    if reading.kind == CITY:
        return bool(codes)
    return any(all(reading.country != told.country for told in code.readings) for code in codes)


def _is_mistyped(mention: _Mention, reading: Reading, mentions: list[_Mention]) -> bool:
    """Whether the code behind a large American or Canadian town is a slip: no state of its country has it (Calgary, AL)."""
    behind = [other for other in mentions if other.is_code and other.chunk == mention.chunk + 1]
    is_large = reading.country in _STATES and reading.population >= _LARGE_TOWN
    return is_large and not any(told.country == reading.country for other in behind for told in other.readings)


def _holds_any(mention: _Mention, towns: list[Reading], words: _Words) -> bool:
    return any(
        (reading.kind == REGION and reading.place == town.region)
        or (reading.kind == COUNTRY and _contains(reading.country, town.country, words.holders))
        for reading in mention.readings
        for town in towns
    )


def _or_region(choice: tuple[Reading, bool], mention: _Mention, group: _Group) -> tuple[Reading, bool]:
    """The region of the same name, where an unknown town stands before it: `Bäretswil, Zurich, Switzerland`."""
    before = mention.chunk - 1
    if choice[0].kind != CITY or before not in group.unknown_chunks:
        return choice
    if any(other.chunk == before for other in group.mentions):
        return choice
    regions = [reading for reading in mention.readings if reading.kind == REGION and reading.place == choice[0].region]
    return (regions[0], True) if regions else choice


def _drop_context(towns: dict[int, tuple[Reading, bool]], mentions: list[_Mention]) -> None:
    """Take out names of streets beside a town, and the city or province seat around one: `Sant Cugat, Barcelona, Spain`."""
    whole = {town.country for at, (town, _) in towns.items() if mentions[at].is_whole}
    for at in sorted(towns):
        if not mentions[at].is_whole and towns[at][0].country in whole:
            del towns[at]
    for at in sorted(towns)[:-1]:
        if at not in towns or at + 1 not in towns:
            continue
        (town, _), (around, _) = towns[at], towns[at + 1]
        follows = mentions[at + 1].chunk == mentions[at].chunk + 1
        is_around = town.region == around.region and around.population >= _CLEARLY * town.population
        if follows and is_around and town.country not in (*_STATES, "GB") and town.place != around.place:
            del towns[at + 1]


def _without_repeats(hits: list[Hit]) -> tuple[Hit, ...]:
    """Each place once; a country or region only where no place of it is named."""
    if len(hits) < 2:
        return tuple(hits)
    kept: dict[tuple[int, int], Hit] = {}
    for hit in hits:
        kept.setdefault((hit.kind, hit.place), hit)
    narrower = {hit.country for hit in kept.values() if hit.kind != COUNTRY}
    return tuple(hit for hit in kept.values() if hit.kind != COUNTRY or hit.country not in narrower)
