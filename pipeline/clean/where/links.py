"""Which names of a text lie in which others: Cambridge, ON is in Ontario, and then ON is no word and CA no California.

Belongs here: what the names of one group say of each other. Does not belong here: what stands alone (`resolve`).
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.clean.where.mentions import Mention
from pipeline.clean.where.place_names import ALTERNATE, CITY, CODE2, CODE_REGION, COUNTRY, LOST, REGION, Reading
from pipeline.clean.where.readings import CLEARLY_MORE_FAMOUS, contains, outshines

COUNTRIES_OF_STATES = ("US", "CA")
"""Countries whose towns are written with the code of their state or province."""


class Links:
    """Which names of a group lie in which others."""

    def __init__(self, mentions: list[Mention], holders: dict[str, frozenset[str]]) -> None:
        self.mentions = mentions
        self.holders = holders
        self.explicit: list[str | None] = [explicit_country(mention, holders) for mention in mentions]
        self.regions: dict[int, list[int]] = {}
        self.countries: dict[str, list[int]] = {}
        self.held_regions: dict[int, list[int]] = {}
        self.held_countries: dict[str, list[int]] = {}
        if len(mentions) > 1:
            self._index()
        for at, country in enumerate(self.explicit):
            # Three capitals are a country's code where something else lies there, else anything: HND01, a building.
            if country and mentions[at].is_code and set(self.held_countries.get(country, ())) <= {at}:
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
        score = 0.0 if around is None else 2.0 - around
        if reading.kind == REGION:
            return score if inner is None else score + 2.0 - inner
        doubt = 0.2 if reading.form in (ALTERNATE, LOST) else 0.0
        if inner is None or self._is_other_city(at, reading):
            return score and score - doubt
        # Milan, MI lies in Michigan before it lies in the province of Milano.
        return score + (3.0 if country in COUNTRIES_OF_STATES else 2.9) - inner - doubt

    def rivals(self, at: int, choice: Reading) -> list[Reading]:
        """Where a bare code joined a small town to its region (Salem, IN), the far more famous towns of the country of that
        code."""
        if choice.region not in self.regions or any(self.explicit):
            return []
        by_code = [other for other in self.regions[choice.region] if self.mentions[other].is_code]
        codes = {code.country for other in by_code for code in self.mentions[other].readings if code.kind == COUNTRY}
        return [
            reading
            for reading in self.mentions[at].readings
            if reading.country in codes and reading.fame >= CLEARLY_MORE_FAMOUS * choice.fame
        ]

    def is_stated(self, at: int, country: str) -> bool:
        """Whether another name of the group says the country itself."""
        return any(other != at for other in self._in_country(country))

    def speaks_against(self, at: int, country: str) -> bool:
        """Whether other names say countries, and not this one."""
        is_any_named = False
        for number, other in enumerate(self.explicit):
            if other and number != at:
                if contains(other, country, self.holders):
                    return False
                is_any_named = True
        return is_any_named

    def _in_country(self, country: str) -> Sequence[int]:
        mentions = self.countries.get(country, ())
        if country in self.holders:
            mentions = [*mentions, *(at for holder in self.holders[country] for at in self.countries.get(holder, ()))]
        return mentions

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


def explicit_country(mention: Mention, holders: dict[str, frozenset[str]]) -> str | None:
    """The country that a name clearly says."""
    top = mention.readings[0]
    if top.kind != COUNTRY or top.form in (CODE2, CODE_REGION):
        return None
    for reading in mention.readings:
        if reading.country != top.country and not contains(top.country, reading.country, holders):
            return top.country if outshines(top, reading) else None
    return top.country
