"""Which places the names of a text mean.

A reading gains by every other name of its piece that contains it. What nothing in the text settles is the reading that is far
more famous than those in other countries; else what the hints say; else it is left open: no country rather than a wrong one.

Belongs here: the numbers that decide. Does not belong here: finding the names (`mentions`).
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.clean.where.links import COUNTRIES_OF_STATES, Links
from pipeline.clean.where.mentions import CODES, KNOWN_TOWN_POPULATION, MIN_LETTERS, Group, Mention, Trust, Vocabulary
from pipeline.clean.where.place_names import ALTERNATE, CITY, CODE3, COUNTRY, LOST, NAME, REGION, SHORT, Reading
from pipeline.clean.where.readings import (
    CLEARLY_MORE_FAMOUS,
    OWN_NAME_POPULATION,
    Hints,
    contains,
    settle,
    within_country,
)

_MAX_NAMES = 24
_LARGE_TOWN_POPULATION = 300_000
"""A town of this size is itself among the names of people, and beside the code of another country's state: Calgary, AL."""
_WELL_KNOWN_FAME = 3_000_000
"""A town of this fame is also meant by its other names, where a word says that a place follows: "à Genève", "in Kyjiw"."""
_KNOWN_REGION_POPULATION = 500_000
_IN_REGION_SCORE = 2.5
"""A score above this says that a town's own region is named."""
_AMBIGUOUS_CODES = frozenset({"ca", "de", "in", "il"})
"""Codes of an American state and of a country whose boards write their towns so; beside an unknown town they are left open."""


class Place(NamedTuple):
    kind: int
    place: int
    country: str
    is_settled: bool
    is_stated: bool


class Resolved(NamedTuple):
    """`is_open`: a name that hints might settle; `is_bare`: a place that rests on its fame alone."""

    settled: tuple[Place, ...]
    is_open: bool
    is_bare: bool


def resolve(group: Group, hints: Hints, trust: Trust, words: Vocabulary) -> Resolved:
    """Which places the names of a group mean."""
    if not group.mentions:
        return Resolved((), False, False)
    return _Resolution(group, hints, trust, words).resolve()


class _Resolution:
    """The reading of one group: first what its names say of each other, then what stands alone."""

    def __init__(self, group: Group, hints: Hints, trust: Trust, words: Vocabulary) -> None:
        self.group = group
        self.mentions = group.mentions[:_MAX_NAMES]
        self.hints = hints
        self.trust = trust
        self.words = words
        self.links = Links(self.mentions, words.holders)
        self.linked: set[int] = set()
        self.places: dict[int, Place] = {}
        self.has_bare_holder = False
        self.is_open = False
        self.is_bare = False

    def resolve(self) -> Resolved:
        if len(self.mentions) > 1:
            self._add_linked()
        if len(self.linked) < len(self.mentions) or not self.places:
            self._add_countries()
            self._add_free()
            self._add_codes()
        return Resolved(tuple(self.places[at] for at in sorted(self.places)), self.is_open, self.is_bare)

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
            choice = settle(tied, self.hints)
            if choice and choice[0].kind == CITY:
                choice = self._against_rivals(at, choice)
            if not choice or choice[0].kind == COUNTRY:
                continue
            if self.trust is Trust.PLACES:
                choice = _or_region(choice, mention, self.group)
            if choice[0].kind == REGION:
                regions[at] = choice
            elif scores[at] > _IN_REGION_SCORE or not _is_wordy(mention, choice[0], self.words):
                towns[at] = choice
        if regions:
            # Beside a state that it does not lie in, a town is another one's namesake: Annapolis Junction, MD.
            towns = {
                at: town
                for at, town in towns.items()
                if scores[at] > _IN_REGION_SCORE or town[0].country not in COUNTRIES_OF_STATES
            }
        _drop_context(towns, self.mentions)
        for at, (town, is_settled) in towns.items():
            self.places[at] = Place(CITY, town.place, town.country, is_settled, self.links.is_stated(at, town.country))
        inside = [town for town, _ in towns.values()]
        for at, (region, _) in regions.items():
            is_stated = self.links.is_stated(at, region.country)
            if _holds_any(self.mentions[at], inside, self.words) or (
                self.mentions[at].is_code and (towns or not is_stated)
            ):
                continue
            self.has_bare_holder = True
            self.places[at] = Place(REGION, region.place, region.country, True, is_stated)

    def _against_rivals(self, at: int, choice: tuple[Reading, bool]) -> tuple[Reading, bool] | None:
        """The choice, unless only a code speaks for it and the same code is the country of a far more famous namesake."""
        rivals = self.links.rivals(at, choice[0])
        if not rivals:
            return choice
        settled = settle([choice[0], *rivals], self.hints) if self.hints.near else None
        self.is_open |= settled is None
        return settled

    def _add_countries(self) -> None:
        """Countries that are named and hold no place that is."""
        is_anchored = bool(self.places)
        for at, country in enumerate(self.links.explicit):
            mention = self.mentions[at]
            if country is None or at in self.places or (mention.is_code and is_anchored):
                continue
            others = (place.country for other, place in self.places.items() if other != at)
            if any(contains(country, other, self.words.holders) for other in others):
                continue
            reading, is_settled = within_country(
                [reading for reading in mention.readings if reading.country == country]
            )
            if self._is_believed(mention, reading) and not _is_beside_code(mention, reading, self.mentions):
                self.has_bare_holder |= reading.kind == COUNTRY
                self.places[at] = Place(reading.kind, reading.place, country, is_settled, True)

    def _add_free(self) -> None:
        """Regions and towns that no other name speaks for: by their fame, or by the hints."""
        free: dict[int, tuple[Reading, bool]] = {}
        for at, mention in enumerate(self.mentions):
            if at in self.linked or at in self.places or self.links.explicit[at] or mention.is_code or mention.is_area:
                continue
            choice = settle([reading for reading in mention.readings if reading.form not in CODES], self.hints)
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
                self.places[at] = Place(
                    reading.kind, reading.place, reading.country, is_settled, reading.kind == COUNTRY
                )
        self._add_free_towns({at: choice for at, choice in free.items() if choice[0].kind == CITY})

    def _add_free_towns(self, free: dict[int, tuple[Reading, bool]]) -> None:
        countries = {place.country for place in self.places.values()}
        in_chunk: dict[int, list[str]] = {}
        for at, (town, _) in free.items():
            in_chunk.setdefault(self.mentions[at].chunk, []).append(town.country)
        for at, (town, is_settled) in free.items():
            mention = self.mentions[at]
            is_known = town.population >= KNOWN_TOWN_POPULATION
            stands_apart = mention.is_sole or (mention.is_whole and town.country in countries)
            if countries and (self.has_bare_holder or not is_known or not stands_apart):
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
            self.places[at] = Place(CITY, town.place, town.country, is_settled, False)

    def _add_codes(self) -> None:
        """Codes behind unknown towns, or with nothing beside them."""
        named_chunks = {self.mentions[at].chunk for at in self.places}
        for at, mention in enumerate(self.mentions):
            if not mention.is_code or at in self.places or (self.places and at in self.linked):
                continue
            if not self.places or (mention.is_sole and mention.chunk > 0 and mention.chunk - 1 not in named_chunks):
                reading, is_open = self._lone_code(mention)
                self.is_open |= is_open
                if reading:
                    self.places[at] = Place(reading.kind, reading.place, reading.country, True, True)

    def _lone_code(self, mention: Mention) -> tuple[Reading | None, bool]:
        """What a code means that no known town is in, and whether that is left open.

        Behind an unknown town the code of an American state or Canadian province is one: `Hometown, TX`."""
        readings = mention.readings
        if self.trust is not Trust.PLACES:
            is_country = (
                mention.is_sole
                and 0 < mention.chunk == self.group.last_chunk
                and readings[0].form == CODE3
                and mention.key not in self.words.everyday
            )
            return (readings[0] if is_country else None), False
        hinted = [reading for reading in readings if reading.country in self.hints.near]
        if len({reading.country for reading in hinted}) == 1:
            return hinted[0], False
        states = [reading for reading in readings if reading.kind == REGION and reading.country in COUNTRIES_OF_STATES]
        before = [other for other in self.mentions if other.chunk == mention.chunk - 1]
        if mention.is_sole and (before or mention.chunk - 1 in self.group.unknown_chunks):
            if mention.key in _AMBIGUOUS_CODES and states:
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

    def _is_believed(self, mention: Mention, reading: Reading) -> bool:
        """Whether a name that nothing else supports may stand for a place."""
        words, is_town = self.words, reading.kind == CITY
        letters = len(mention.key.replace(" ", ""))
        if reading.form == LOST and letters < (MIN_LETTERS if mention.is_sole else MIN_LETTERS + 2):
            return False
        is_famous = mention.is_led_to and reading.fame >= _WELL_KNOWN_FAME and letters == MIN_LETTERS
        if reading.form == ALTERNATE and mention.key.isascii() and letters <= MIN_LETTERS and not is_famous:
            return False
        if mention.key in words.everyday and (self.trust is Trust.TITLE or not mention.is_sole):
            return False
        if self.trust is Trust.TITLE:
            is_led_to = mention.is_last and mention.is_led_to
            if is_town and reading.form not in (NAME, SHORT):
                is_plain = is_led_to or (mention.is_sole and not mention.key.isascii())
                return is_plain and reading.form == ALTERNATE and reading.fame >= _WELL_KNOWN_FAME
            return (mention.is_whole or is_led_to) and (not is_town or reading.population >= KNOWN_TOWN_POPULATION)
        if mention.is_sole:
            return self.trust is Trust.PLACES or not is_town or reading.population >= KNOWN_TOWN_POPULATION
        if mention.is_whole and (not is_town or reading.form in (NAME, SHORT)):
            return self.trust is Trust.PLACES or not is_town
        is_near = reading.country in self.hints.near
        if reading.form in (ALTERNATE, LOST) or (mention.key in words.people and not mention.is_first and not is_near):
            return False
        if not is_town:
            return reading.kind == COUNTRY or reading.population >= _KNOWN_REGION_POPULATION
        is_only = mention.is_first and all(other.country == reading.country for other in mention.readings)
        least = OWN_NAME_POPULATION if is_near else KNOWN_TOWN_POPULATION // 2 if is_only else KNOWN_TOWN_POPULATION
        return self.trust is Trust.PLACES and reading.population >= least


def _agree(countries: list[str]) -> bool:
    """Whether several towns of a chunk lie in one country."""
    return len(countries) > 1 and len(set(countries)) == 1


def _is_wordy(mention: Mention, town: Reading, words: Vocabulary) -> bool:
    """Whether a name among other words is more likely one of them: a street, a person, a building."""
    if mention.is_whole:
        return False
    is_name = mention.key in words.people and town.population < _LARGE_TOWN_POPULATION and not mention.is_first
    return is_name or mention.key in words.everyday


def _is_beside_code(mention: Mention, reading: Reading, mentions: list[Mention]) -> bool:
    """Whether the next chunk is a code that this place does not lie in: another, small place is meant (Nederland, CO)."""
    codes = [other for other in mentions if other.is_code and other.is_sole and other.chunk == mention.chunk + 1]
    if reading.kind == CITY:
        return bool(codes)
    return any(all(reading.country != other.country for other in code.readings) for code in codes)


def _is_mistyped(mention: Mention, reading: Reading, mentions: list[Mention]) -> bool:
    """Whether the code behind a large American or Canadian town is a slip: no state of its country has it (Calgary, AL)."""
    behind = [other for other in mentions if other.is_code and other.chunk == mention.chunk + 1]
    is_large = reading.country in COUNTRIES_OF_STATES and reading.population >= _LARGE_TOWN_POPULATION
    return is_large and not any(code.country == reading.country for other in behind for code in other.readings)


def _holds_any(mention: Mention, towns: list[Reading], words: Vocabulary) -> bool:
    return any(
        (reading.kind == REGION and reading.place == town.region)
        or (reading.kind == COUNTRY and contains(reading.country, town.country, words.holders))
        for reading in mention.readings
        for town in towns
    )


def _or_region(choice: tuple[Reading, bool], mention: Mention, group: Group) -> tuple[Reading, bool]:
    """The region of the same name, where an unknown town stands before it: `Bäretswil, Zurich, Switzerland`."""
    before = mention.chunk - 1
    if choice[0].kind != CITY or before not in group.unknown_chunks:
        return choice
    if any(other.chunk == before for other in group.mentions):
        return choice
    regions = [reading for reading in mention.readings if reading.kind == REGION and reading.place == choice[0].region]
    return (regions[0], True) if regions else choice


def _drop_context(towns: dict[int, tuple[Reading, bool]], mentions: list[Mention]) -> None:
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
        is_around = town.region == around.region and around.population >= CLEARLY_MORE_FAMOUS * town.population
        if follows and is_around and town.country not in (*COUNTRIES_OF_STATES, "GB") and town.place != around.place:
            del towns[at + 1]
