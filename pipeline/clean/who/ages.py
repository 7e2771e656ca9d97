"""Ages: from and up to what age one may apply, as a sentence says it.

Belongs here: the patterns of each language, and where none fits, a number beside a word for age and one for a bound. Does not
belong here: the words (data/reference/ages.yaml, dates.yaml), whether a sentence is about applicants (`who.eligibility`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from pipeline.clean.language_tools.dictionary import any_of, flat, read_reference
from pipeline.clean.language_tools.phrases import Fact, Hit, Sentence
from pipeline.clean.language_tools.sense import is_denied, language_of
from pipeline.clean.language_tools.text import western

_MAX_LETTERS_TO_OTHERS = 40
"""Between a word for other people and their age."""
_NEAR = 30
"""Letters between an age and the word that makes a bound of it."""
_AGE = re.compile(r"(?<!\d)(?:1[4-9]|[2-5]\d|6[0-5])(?!\d|/\d)")
_AGES = range(14, 66)
_OF_AGE = frozenset({16, 17, 18, 21})
"""Ages from which on one may do what the law forbids to children: no company is praised for being so old."""
_ENDS = ("age_min", "age_max")
_LABEL_END = re.compile(r"[:：](?=\s*(?:[^\W\d]+\s){0,3}$)")
"""The end of a label that an age follows, perhaps after a word for a bound: "age: at least 18"."""
_CLAUSE = re.compile(r"[,;:()|]|\.\s")


def ages(sentence: Sentence, is_about_applicants: bool) -> Iterator[Fact]:
    """age_min and age_max that a sentence with a word for age states."""
    lower = western(sentence.lower)
    if not _AGE.search(lower):
        return
    others = sentence.all("others")
    if facts := list(_of_range(lower, others)):
        yield from facts
        return
    stated = _first_of_each(_turned(sentence, _in_patterns(lower, others, is_about_applicants)))
    beside = _first_of_each(_turned(sentence, _beside_bounds(lower, others, is_about_applicants)))
    both = beside | stated
    is_range = len(both) == len(_ENDS) and int(str(both["age_min"].value)) < int(str(both["age_max"].value))
    yield from (both if is_range else stated or beside).values()


def _turned(sentence: Sentence, found: Iterable[tuple[int, Fact]]) -> Iterator[tuple[int, Fact]]:
    """The same, but that those of an age who must not apply leave the others: "persons under 18 may not apply"."""
    # Not "excluded", which has exceptions, too: "over 18, except with consent" shuts nobody of 18 out.
    shut_out = [hit.start for hit in sentence.all("not_admitted")]
    for at, fact in found:
        if any(at < other and not _CLAUSE.search(sentence.lower, at, other) for other in shut_out):
            age = int(str(fact.value))
            fact = Fact("age_min", age + 1) if fact.field == "age_max" else Fact("age_max", age)
        yield at, fact


def _first_of_each(found: Iterable[tuple[int, Fact]]) -> dict[str, Fact]:
    """By field, the fact that stands first; what follows it is said of another case, or of other people."""
    firsts: dict[str, Fact] = {}
    for _, fact in sorted(found, key=lambda each: each[0]):
        firsts.setdefault(fact.field, fact)
    return firsts


def _in_patterns(lower: str, others: list[Hit], is_about_applicants: bool) -> Iterator[tuple[int, Fact]]:
    """Where each fact stands, and the fact."""
    for kind, pattern in _patterns():
        for match in pattern.finditer(lower):
            numbers = [int(number) for number in match.groups() if number]
            is_grade = lower.startswith("/", match.end())  # "not below 27/30"
            if is_grade or _is_of_others(others, match) or not all(number in _AGES for number in numbers):
                continue
            # "over 20 years old": a company, as often as not
            if kind == "least" and not is_about_applicants and numbers[0] not in _OF_AGE:
                continue
            if kind == "range":
                low, high = numbers[0], numbers[-1]
                if low < high:
                    yield match.start(), Fact("age_min", low)
                    yield match.start(), Fact("age_max", high)
                    return
            elif kind == "least":
                at = match.start()
                is_turned = is_denied(_words_to(lower, at), at, at, language_of(lower))  # non superiore ai 29 anni
                yield at, Fact("age_max" if is_turned else "age_min", numbers[0])
            elif kind == "below":
                at = match.start()
                is_turned = is_denied(_words_to(lower, at), at, at, language_of(lower))  # not younger than 18
                yield at, Fact("age_min", numbers[0]) if is_turned else Fact("age_max", numbers[0] - 1)
            else:
                yield match.start(), Fact("age_max", numbers[0])


def _of_range(lower: str, others: list[Hit]) -> Iterator[Fact]:
    """The ends of a range in the clause of a word for age."""
    for match in _range().finditer(lower):
        low, high = int(match["low"]), int(match["high"])
        if low in _AGES and high in _AGES and low < high and _is_age(lower, match) and not _is_of_others(others, match):
            yield Fact("age_min", low)
            yield Fact("age_max", high)
            return


def _beside_bounds(lower: str, others: list[Hit], is_about_applicants: bool) -> Iterator[tuple[int, Fact]]:
    """What a number in the clause of a word for age is, by the words for bounds around it; and where it stands."""
    for match in _AGE.finditer(lower):
        if not _is_age(lower, match) or _is_of_others(others, match):
            continue
        number, bound = int(match.group()), _bound(lower, match)
        if bound == "least" and (is_about_applicants or number in _OF_AGE):
            yield match.start(), Fact("age_min", number)
        elif bound in ("most", "below"):
            yield match.start(), Fact("age_max", number - (bound == "below"))


def _around(lower: str, age: re.Match[str]) -> tuple[str, str]:
    """The words of its clause near an age, before it and after it."""
    before, after = lower[max(0, age.start() - _NEAR) : age.start()], lower[age.end() : age.end() + _NEAR]
    return _CLAUSE.split(_LABEL_END.sub(" ", before))[-1], _CLAUSE.split(after)[0]


def _is_age(lower: str, number: re.Match[str]) -> bool:
    before, after = _around(lower, number)
    if _old().match(after):
        return True
    preceding = _PRECEDING.search(lower, max(0, number.start() - _NEAR), number.start())
    old = _old().match(lower, preceding.end("age")) if preceding else None
    if old and _listed().fullmatch(lower, old.end(), number.start()) and not _other_unit().match(after):
        return True  # 18 years old and not older than 32
    following = _AGE.search(lower, number.end(), number.end() + _NEAR)
    if following and _listed().fullmatch(
        lower, number.end(), following.start()
    ):  # at least 18 and not older than 32 years
        return _is_age(lower, following)
    return _noun().search(before) is not None and not _other_unit().match(after)


def _bound(lower: str, age: re.Match[str]) -> str | None:
    """Whether an age is the least, the greatest, or just too much; a bound that is denied is the other one."""
    before, after = _around(lower, age)
    start, own = age.start() - len(before), language_of(lower)
    for name in ("below", "most", "least"):
        if bound := _before(name).search(before):
            at = start + bound.start()
            is_turned = name != "most" and is_denied(_words_to(lower, at), at, at, own)
            return _CONTRARY[name] if is_turned else name
    behind = after[: _start_of_next(lower, age) - age.end()]  # what is said of another age is none of this
    for name in ("below", "most", "least"):
        if _after(name).search(behind):
            return name
    if _reached().search(before) or _reached().search(after):
        unit = _old().match(after)
        rest = _and().split(after[unit.end() :] if unit else after)[0]
        clause = f"{before}{age.group()}{rest}"
        return "below" if is_denied(clause, len(before), len(before) + 2, own) else "least"
    return None


def _start_of_next(lower: str, age: re.Match[str]) -> int:
    """Where the next number begins, or the word before it that makes a bound of it; else the end."""
    digit = _DIGITS.search(lower, age.end())
    if digit is None:
        return len(lower)
    between = lower[age.end() : digit.start()]
    bounds = (_before(name).search(between) for name in ("below", "most", "least"))
    return min((age.end() + bound.start() for bound in bounds if bound), default=digit.start())


_DIGITS = re.compile(r"\d")
_PRECEDING = re.compile(r"(?<!\d)(?P<age>1[4-9]|[2-5]\d)(?!\d)[^\d]*$")
_CONTRARY = {"below": "least", "least": "most"}


def _words_to(lower: str, at: int) -> str:
    """The sentence up to a place, with what stands before the last number in it blanked: it is said of that; but for a number
    that only "or" parts from the place: "not under 18 or over 30"."""
    ends = [match.end() for match in _DIGITS.finditer(lower, 0, at)]
    if ends and _or().fullmatch(lower, ends[-1], at):
        return lower[:at]
    last = ends[-1] if ends else 0
    return " " * last + lower[last:at]


@cache
def _or() -> re.Pattern[str]:
    return re.compile(rf"\s?(?:{any_of(_words('old'))}\s)?{any_of(flat(read_reference('eligibility')['or']))}\s?")


def _is_of_others(others: Iterable[Hit], age: re.Match[str]) -> bool:
    """Whether founders or pupils are named before an age."""
    return any(age.start() - _MAX_LETTERS_TO_OTHERS <= hit.end <= age.end() for hit in others)


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    reference = read_reference("ages")
    return [(kind, re.compile(pattern)) for kind in ("range", "below", "most", "least") for pattern in reference[kind]]


@cache
def _words(name: str) -> list[str]:
    return flat(read_reference("ages")[name])


@cache
def _range() -> re.Pattern[str]:
    """Two numbers and what joins them."""
    words = [*read_reference("dates")["until"], *flat(read_reference("dates")["joins"]), *_words("joins")]
    joins = "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))
    return re.compile(
        rf"(?<![\d.,])(?P<low>\d\d)(?!\d)[^\W\d]{{0,5}}\s?(?:{joins})\s?(?:[^\W\d]{{1,3}}\s)?(?P<high>\d\d)(?![\d.,]?\d)"
    )


@cache
def _listed() -> re.Pattern[str]:
    """What stands between two ages of one condition: "and", and a word for a bound."""
    bounds = [*_words("most_before"), *_words("below_before"), *flat(read_reference("dates")["at_most"])]
    joins = any_of([*_words("joins"), *read_reference("dates")["and"]])
    return re.compile(rf",?\s(?:{joins}\s)?{any_of(bounds)}\s")


@cache
def _and() -> re.Pattern[str]:
    return re.compile(rf"\s{any_of(read_reference('dates')['and'])}\s")


@cache
def _noun() -> re.Pattern[str]:
    return re.compile(any_of(_words("noun")))


@cache
def _old() -> re.Pattern[str]:
    """A word for years of age behind a number: "18 years old", "18. lebensjahr"."""
    return re.compile(rf"[\s\-–.]{{0,2}}(?:[^\W\d]{{1,2}}\s)?{any_of(_words('old'))}")


@cache
def _other_unit() -> re.Pattern[str]:
    """A unit of time that no age is told in."""
    units = read_reference("dates")["units"]
    return re.compile(rf"\s?{any_of(flat([units['month'], units['week'], units['day']]))}")


@cache
def _before(bound: str) -> re.Pattern[str]:
    shared = {"most": "at_most", "least": "at_least"}
    words = [*(flat(read_reference("dates")[shared[bound]]) if bound in shared else ()), *_words(f"{bound}_before")]
    return re.compile(rf"{any_of(words)}(?:\s[^\W\d]{{1,4}}){{0,2}}\s?$")


@cache
def _after(bound: str) -> re.Pattern[str]:
    shared = {"most": "at_most_after", "least": "at_least_after"}
    words = [*(flat(read_reference("dates")[shared[bound]]) if bound in shared else ()), *_words(f"{bound}_after")]
    return re.compile(any_of(words))


@cache
def _reached() -> re.Pattern[str]:
    return re.compile(any_of(_words("reached")))
