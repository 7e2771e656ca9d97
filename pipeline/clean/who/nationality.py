"""Nationality: whom a sentence lets apply by passport or residence, and whom it shuts out.

Belongs here: which countries a word for nationality is about, whether a sentence makes them a condition, third countries beside
members. Does not belong here: the words (data/reference/nationalities.yaml, eligibility.yaml).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import any_of, flat, is_glued, read_reference
from pipeline.clean.language_tools.phrases import Fact, Hit, Sentence
from pipeline.clean.language_tools.sense import clause_of, denials, is_denied, is_frequent_word, language_of

_NEAR = 48
"""Letters between a nationality and the word that says it is one."""
_LISTED = 6
"""Letters between two nationalities of one list, whatever they are: ", ", " 및 "."""
_AFTER_RESIDENTS = 12
"""Letters between a word for residents and a country."""
_CONDITION = 80
"""The same where it names a nationality."""


def nationality(sentence: Sentence) -> Iterator[Fact]:
    is_about_applicants = (
        sentence.is_title or sentence.under == "require" or len(sentence.lower) <= _CONDITION
        or sentence.has("applicant", "student", "graduate", "held_degree", "recent_graduate", "professional")
    )  # fmt: skip
    is_of_any_member = sentence.has("members") and sentence.has("nationality", "nationality_behind")
    if (open_to_all := sentence.all("any_nationality")) and not is_of_any_member:
        own = language_of(sentence.lower)
        if is_about_applicants and not any(is_denied(sentence.lower, hit.start, hit.end, own) for hit in open_to_all):
            yield Fact("nationality_rule", "any")
        return
    if (outside := sentence.all("third_countries")) and not sentence.has("excluded", "visa", "work_right"):
        if not any(is_denied(sentence.lower, hit.start, hit.end) for hit in outside):
            yield Fact("third_countries", True)
        return
    named = sentence.all("country") if sentence.has("wider") else sentence.all("country", "group")
    of_nation = _of_nation(sentence, named) if named else []
    if of_nation and _is_needless(sentence, of_nation):
        yield Fact("nationality_rule", "any")
        return
    if of_nation and not sentence.has("foreign", "favoured"):
        if rule := _rule(sentence, of_nation):
            yield Fact("nationality_rule", rule)
            for hit in of_nation:
                for country in _countries(hit):
                    yield Fact("nationalities", f"{rule}:{country}")
    elif _is_of_members(sentence):
        yield Fact("nationality_rule", "only")
    if not sentence.has("foreign"):
        for hit in _of_residence(sentence, [hit for hit in named if hit.cue.startswith("country")]):
            yield Fact("residence_countries", hit.cue.split(".")[1])


def _rule(sentence: Sentence, of_nation: list[Hit]) -> str | None:
    """only, excluded; None where a sentence but says what holds for nationals, or for whoever is none."""
    start, end = clause_of(sentence.lower, of_nation[0].start, of_nation[-1].end)
    is_about_visa = any(start <= hit.start < end for hit in sentence.all("visa", "work_right"))
    is_shut_out = _is_excluded(sentence, of_nation)
    if not is_shut_out and (
        is_about_visa or any(0 <= hit.start - start <= _BULLET for hit in sentence.all("supposed"))
    ):
        return None
    if denial := _denial_of(sentence, of_nation[0], start):
        others = [
            hit for hit in sentence.all("excluded", "not_admitted") if hit.end <= denial[0] or hit.start >= denial[1]
        ]
        if others:
            return "only"  # "whoever is no citizen cannot apply"
        return "excluded" if sentence.has("applicant", "student", "graduate", "excluded") else None
    if is_shut_out:
        return "excluded"
    is_condition = (
        sentence.has("only") or sentence.is_title or sentence.under == "require" or _is_alone(sentence, of_nation)
    )
    return "only" if is_condition else None


_BULLET = 4
"""Letters before the first word of a clause."""
_DENIED_NEAR = 24
"""Letters between a denial and the nationality that it denies: "not a citizen of", "keine deutsche Staatsbürgerschaft"."""


def _denial_of(sentence: Sentence, first: Hit, clause: int) -> tuple[int, int] | None:
    """The word of denial that stands just before a nationality: "who are not citizens of", "without U.S. citizenship"."""
    for start, end in denials(sentence.lower):
        gap = sentence.lower[end : first.start]
        if clause <= start and end <= first.start and len(gap) <= _DENIED_NEAR and not _MARK.search(gap):
            return start, end
    return None


_MARK = re.compile(r"[,;:(){}]")


def _is_needless(sentence: Sentence, of_nation: list[Hit]) -> bool:
    """Whether a sentence says that a nationality is not asked for: "Italian citizenship is not required". That some need no
    visa says nothing of who may apply."""
    if sentence.has("excluded", "work_right", "visa", "visa_work", "foreign"):
        return False
    needless = sentence.all("needless")
    own = [*needless, *of_nation, *sentence.all("nationality", "nationality_behind")]
    for only in sentence.all("only"):
        word = sentence.lower[only.start : only.end]
        is_particle = len(word) == _PARTICLE and not is_glued(word)
        if not is_particle and not any(only.start < hit.end and hit.start < only.end for hit in own):
            return False
    first, last = of_nation[0], of_nation[-1]
    start, end = clause_of(sentence.lower, first.start, last.end)
    return any(start <= hit.start < end for hit in needless)


_PARTICLE = 2
"""Letters of an article or a "be", which limit nothing of themselves."""


def _is_of_members(sentence: Sentence) -> bool:
    """Whether whoever applies must be a national of a member of the body that asks, which members it does not say."""
    if sentence.has("foreign", "favoured", "excluded", "visa", "work_right", "third_countries"):
        return False
    is_condition = sentence.has("only") or sentence.under == "require" or len(sentence.lower) <= _CONDITION
    return is_condition and any(
        0 <= members.start - marker.end <= _NEAR or 0 <= marker.start - members.end <= _LISTED
        for members in sentence.all("members")
        for marker in sentence.all("nationality")
    )


def _is_excluded(sentence: Sentence, of_nation: list[Hit]) -> bool:
    """Whether a word for shutting out is about these countries: not one in a bracket that they are outside of."""
    brackets = [match.span() for match in _BRACKET.finditer(sentence.lower)]
    return any(
        not any(
            start < hit.start < end and not any(start < nation.start < end for nation in of_nation)
            for start, end in brackets
        )
        for hit in sentence.all("excluded")
    )


_BRACKET = re.compile(r"[(（][^()（）]{0,80}[)）]")


def with_third_countries(facts: pl.DataFrame) -> pl.DataFrame:
    """Facts in which whoever takes nationals of some countries, and of third countries too, takes those of any."""
    field, rule = pl.col("field"), pl.col("field") == "nationality_rule"
    others = facts.filter(field == "third_countries")
    is_open = pl.col("row").is_in(others["row"].implode())
    narrower = is_open & rule & (pl.col("value") == "only")
    return pl.concat(
        [
            others.with_columns(field=pl.lit("nationality_rule"), value=pl.lit("any")),
            facts.filter(field != "third_countries", ~narrower),
        ]
    ).sort("row", maintain_order=True)


def _of_nation(sentence: Sentence, named: list[Hit]) -> list[Hit]:
    """The countries that a word for nationality is about: beside it, no comma between, and those listed with them."""
    beside = {
        hit
        for hit in named
        for marker in sentence.all("nationality", "nationality_behind")
        if not _is_everyday(sentence, hit)
        and (marker.cue != "nationality_behind" or hit.end + 1 == marker.start)
        and (hit.end <= marker.start or _may_come_first(sentence.lower[marker.start : marker.end]))
        and len(gap := _between(sentence, hit, marker)) <= _NEAR
        and not re.search(r"[,;:.()，、。；]", gap)
    }
    return _with_listed(sentence, named, beside)


def _of_residence(sentence: Sentence, named: list[Hit]) -> list[Hit]:
    """The countries that a word for residents stands before, and those listed with them."""
    beside = {
        hit
        for hit in named
        for marker in sentence.all("residence")
        if 0 <= hit.start - marker.end <= _AFTER_RESIDENTS or marker.start <= hit.start < marker.end
    }
    return _with_listed(sentence, named, beside)


def _between(sentence: Sentence, one: Hit, other: Hit) -> str:
    return sentence.lower[min(one.end, other.end) : max(one.start, other.start)]


def _with_listed(sentence: Sentence, named: list[Hit], beside: set[Hit]) -> list[Hit]:
    """These countries and those of their list, in the order of the text."""
    while more := {
        hit
        for hit in named
        if hit not in beside
        and not _is_everyday(sentence, hit)
        and any(_is_listed(_between(sentence, hit, other)) for other in beside)
    }:
        beside |= more
    return sorted(beside, key=lambda hit: hit.start)


def _may_come_first(marker: str) -> bool:
    """Whether a word for nationality may stand before the country: in Chinese or Korean it stands behind, in Thai before."""
    return not is_glued(marker) or "\u0e00" <= marker[0] <= "\u0e7f"


_SHORT_NAME = 4
"""Letters of a country's name that may be another language's everyday word."""


def _is_everyday(sentence: Sentence, country: Hit) -> bool:
    """Whether the name of a country is an everyday word of the sentence's language: "oman" is Finnish for "own"."""
    return country.end - country.start <= _SHORT_NAME and is_frequent_word(
        sentence.lower[country.start : country.end], sentence.lower
    )


def _is_alone(sentence: Sentence, of_nation: list[Hit]) -> bool:
    """Whether a sentence or a clause of a list is but a nationality: "Österreichische Staatsbürgerschaft, 4 Semester"."""
    near = (_citizenship().search(sentence.lower, hit.start, hit.start + _NEAR) for hit in sentence.all("nationality"))
    ends = [match.end() for match in near if match]
    return of_nation[0].start <= 1 and any(re.match(r"\s*(?:[,;.:(]|$)", sentence.lower[end:]) for end in ends)


def _is_listed(gap: str) -> bool:
    if re.search(r"[():.;（）。；]", gap):
        return False
    return len(gap) <= _LISTED or set(re.findall(r"[^\W\d_]+", gap)) <= _listing_words()


@cache
def _citizenship() -> re.Pattern[str]:
    return re.compile(any_of(read_reference("nationalities")["citizenship"]))


@cache
def _listing_words() -> frozenset[str]:
    return frozenset(flat(read_reference("nationalities")["listed"]))


def _countries(hit: Hit) -> list[str]:
    kind, name = hit.cue.split(".")
    if kind == "country":
        return [name]
    return list(read_reference("nationalities")["groups"][name])
