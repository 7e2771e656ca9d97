"""Which of the readings of a name is meant: by fame, by population, by what the surroundings of the text say.

Belongs here: choosing among the readings of one name. Does not belong here: what the other names of a text say of it
(`links`).
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.clean.where.place_names import ALTERNATE, CITY, COUNTRY, LOST, REGION, Reading

CLEARLY_MORE_FAMOUS = 5.0
"""So many times the fame of its rivals in other countries makes a name that country's: Paris, Toronto, Birmingham, but
neither Cambridge nor Valencia."""
_RIVAL_OF_REGION_POPULATION = 200_000
"""A town of this size is meant as often as the region of another country that has its name: Victoria."""
_METROPOLIS_POPULATION = 3_000_000
_METROPOLIS_RATIO = 3.0
"""A metropolis is well known however few languages name it: Hyderabad."""
_HINT_POPULATION_RATIO = 50
"""Where all openings of a source are in Canada, London is London, Ontario, unless the other is more than so many times larger."""
OWN_NAME_POPULATION = 10_000
"""A place of this size bears its name against any place that is only also called so."""
_SAME_NAME_SHARE = 0.06
"""A region and its capital share a name (New York, São Paulo): the town is meant where it has this share of the people."""
_CITY_STATE_SHARE = 0.5


@dataclass(slots=True, frozen=True)
class Hints:
    """Countries that the surroundings of a text speak for; `all_there`: where all openings of the source are."""

    near: frozenset[str] = frozenset()
    all_there: frozenset[str] = frozenset()

    @classmethod
    def of(cls, hint: str | None) -> Hints:
        if not hint:
            return cls()
        countries = frozenset(hint.lstrip("!").split())
        return cls(countries, countries) if hint.startswith("!") else cls(countries)


def contains(holder: str, country: str, holders: dict[str, frozenset[str]]) -> bool:
    return holder == country or holder in holders.get(country, ())


def settle(readings: list[Reading], hints: Hints) -> tuple[Reading, bool] | None:
    """The reading meant, and whether it is settled which of its country; None where even the country is open."""
    if len(readings) == 1:
        return readings[0], True
    own = [reading for reading in readings if reading.form not in (ALTERNATE, LOST)]
    if any(reading.population >= OWN_NAME_POPULATION for reading in own):
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
        if top.kind != COUNTRY and local.population * _HINT_POPULATION_RATIO >= top.population:
            top = local
    elif len(ranked) > 1 and not outshines(top, ranked[1]):
        near = [reading for reading in ranked if reading.country in hints.near]
        if len(near) != 1:
            return None
        top = near[0]
    return within_country([reading for reading in readings if reading.country == top.country])


def outshines(top: Reading, rival: Reading) -> bool:
    if top.kind == rival.kind == COUNTRY:
        return False
    if top.kind == COUNTRY and rival.kind == REGION:
        return top.population >= CLEARLY_MORE_FAMOUS * rival.population
    if top.kind == REGION and rival.kind == CITY and rival.population >= _RIVAL_OF_REGION_POPULATION:
        return False
    if top.fame >= CLEARLY_MORE_FAMOUS * rival.fame:
        return True
    is_metropolis = top.kind == rival.kind == CITY and top.population >= _METROPOLIS_POPULATION
    return is_metropolis and top.population >= _METROPOLIS_RATIO * rival.population


def within_country(readings: list[Reading]) -> tuple[Reading, bool]:
    """The reading meant among those of one country, and whether it is settled."""
    top = max(readings, key=lambda reading: reading.fame)
    if len(readings) == 1:
        return top, True
    towns = sorted((reading for reading in readings if reading.kind == CITY), key=lambda reading: -reading.fame)
    wider = [reading for reading in readings if reading.kind != CITY]
    if not wider:
        return top, len(towns) == 1 or towns[0].fame >= CLEARLY_MORE_FAMOUS * towns[1].fame
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
    return holder, holder.fame >= CLEARLY_MORE_FAMOUS * town.fame
