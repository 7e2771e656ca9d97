"""How many steps a backtracking matcher takes to find all matches of a pattern in a text: a count, the same on every machine.

The matcher works on the parse tree of `re`, as `re` does: leftmost start first, branches in order, greedy repeats from the
longest down. It leaves out what `re` does faster by a constant, so its count grows as the cost of `re` grows. Belongs here: the
count, and texts that make a pattern take many steps. Does not belong here: which patterns there are.
"""

from __future__ import annotations

import re
import re._constants as sre  # type: ignore[import-untyped]  # the parse tree has no public door
import re._parser as parser  # type: ignore[import-untyped]
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

Then = Callable[[int], bool]
Matcher = Callable[[int, Then], bool]
"""Whether a part of a pattern matches from an offset on so that what comes then matches too."""

UNBOUNDED = 1_000
"""A repeat of at most as many is taken for one that costs a constant."""


class TooManyStepsError(Exception):
    """The count went over its limit."""


class Counter:
    """A pattern that counts its steps."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.tree = parser.parse(pattern, flags)
        self.flags = self.tree.state.flags
        self.text, self.steps, self.limit = "", 0, 0
        self.groups: dict[int, str] = {}
        self._match = self._sequence(list(self.tree))

    def count(self, text: str, limit: int, *, is_anchored: bool = False) -> int:
        """Steps to find all matches in `text`, one after the other; of a match at its beginning only, if it `is_anchored`. Raises
        TooManyStepsError above `limit`."""
        self.text, self.steps, self.limit, start = text, 0, limit, 0
        while start <= len(text):
            self.groups = {}
            end = start
            self._step()

            def note(position: int) -> bool:
                nonlocal end
                end = position
                return True

            found = self._match(start, note)
            if is_anchored:
                break
            start = end if found and end > start else start + 1
        return self.steps

    def _step(self) -> None:
        self.steps += 1
        if self.steps > self.limit:
            raise TooManyStepsError

    # ------------------------------------------------------------------------------------------------- parts

    def _sequence(self, nodes: list[Any]) -> Matcher:
        matchers = [self._part(*node) for node in nodes]

        def match(at: int, then: Then, number: int = 0) -> bool:
            if number == len(matchers):
                return then(at)
            return matchers[number](at, lambda end: match(end, then, number + 1))

        if len(matchers) == 1:
            return matchers[0]
        return match

    def _part(self, kind: Any, value: Any) -> Matcher:
        if self._is_one_character(kind):
            return self._character(kind, value)
        if kind is sre.SUBPATTERN:
            return self._group(value[0], value[3])
        if kind is sre.BRANCH:
            return self._branch([list(each) for each in value[1]])
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            return self._repeat(kind, *value)
        if kind in (sre.ASSERT, sre.ASSERT_NOT):
            return self._assertion(value[0], value[1], is_wanted=kind is sre.ASSERT)
        if kind is sre.AT:
            return self._at(value)
        if kind is sre.ATOMIC_GROUP:
            return self._atomic(self._sequence(list(value)))
        if kind is sre.GROUPREF:
            return self._reference(value)
        if kind is sre.GROUPREF_EXISTS:
            number, yes, no = value
            first, second = self._sequence(list(yes)), self._sequence(list(no or []))
            return lambda at, then: (first if number in self.groups else second)(at, then)  # noqa: PLW0108
        raise NotImplementedError(str(kind))

    @staticmethod
    def _is_one_character(kind: Any) -> bool:
        return kind in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN)

    def accepts(self, kind: Any, value: Any, letter: str) -> bool:
        """Whether a part of one character accepts this one."""
        letters = {letter, letter.lower(), letter.upper()} if self.flags & re.IGNORECASE else {letter}
        if kind is sre.ANY:
            return letter != "\n" or bool(self.flags & re.DOTALL)
        if kind is sre.LITERAL:
            return chr(value) in letters
        if kind is sre.NOT_LITERAL:
            return chr(value) not in letters
        is_negated = value[0][0] is sre.NEGATE
        return any(self._in_set(each, letters) for each in value[is_negated:]) != is_negated

    @staticmethod
    def _in_set(member: Any, letters: set[str]) -> bool:
        kind, value = member
        if kind is sre.LITERAL:
            return chr(value) in letters
        if kind is sre.RANGE:
            return any(value[0] <= ord(letter) <= value[1] for letter in letters if len(letter) == 1)
        letter = next(iter(letters))
        tests = {"DIGIT": letter.isdigit(), "SPACE": letter.isspace(), "WORD": letter.isalnum() or letter == "_"}
        name = str(value).removeprefix("CATEGORY_")
        return not tests[name.removeprefix("NOT_")] if name.startswith("NOT_") else tests[name]

    def _character(self, kind: Any, value: Any) -> Matcher:
        accepted: dict[str, bool] = {}

        def match(at: int, then: Then) -> bool:
            self._step()
            if at >= len(self.text):
                return False
            letter = self.text[at]
            if letter not in accepted:
                accepted[letter] = self.accepts(kind, value, letter)
            return accepted[letter] and then(at + 1)

        return match

    def _group(self, number: int | None, nodes: Any) -> Matcher:
        inner = self._sequence(list(nodes))
        if number is None:
            return inner

        def match(at: int, then: Then) -> bool:
            def closed(end: int) -> bool:
                before = self.groups.get(number)
                self.groups[number] = self.text[at:end]
                if then(end):
                    return True
                if before is None:
                    del self.groups[number]
                else:
                    self.groups[number] = before
                return False

            return inner(at, closed)

        return match

    def _branch(self, branches: list[list[Any]]) -> Matcher:
        matchers = [self._sequence(each) for each in branches]
        possible: dict[str, list[Matcher]] = {}

        def match(at: int, then: Then) -> bool:
            letter = self.text[at : at + 1]
            if letter not in possible:
                pairs = zip(branches, matchers, strict=True)
                possible[letter] = [matcher for nodes, matcher in pairs if self._may_begin(nodes, letter)]
            for branch in possible[letter]:
                self._step()
                if branch(at, then):
                    return True
            return False

        return match

    def _may_begin(self, nodes: list[Any], letter: str) -> bool:
        """Whether a sequence may begin with this letter ("" at the end of the text), as far as its first character says."""
        for kind, value in nodes:
            if self._is_one_character(kind):
                return letter != "" and self.accepts(kind, value, letter)
            if kind is not sre.AT:
                return True
        return True

    def _repeat(self, kind: Any, minimum: int, maximum: int, nodes: Any) -> Matcher:
        parts = list(nodes)
        body = self._sequence(parts)
        if kind is sre.POSSESSIVE_REPEAT:
            return self._atomic(self._repeat(sre.MAX_REPEAT, minimum, maximum, nodes))
        if len(parts) == 1 and self._is_one_character(parts[0][0]) and kind is sre.MAX_REPEAT:
            return self._run(body, minimum, maximum)
        is_greedy = kind is sre.MAX_REPEAT

        def match(at: int, then: Then, count: int = 0, last: int = -1) -> bool:
            self._step()

            def further(end: int) -> bool:
                return end != at and match(end, then, count + 1, at)

            if count < minimum:
                return body(at, lambda end: match(end, then, count + 1, at))
            if is_greedy:
                return (count < maximum and body(at, further)) or then(at)
            return then(at) or (count < maximum and body(at, further))

        return match

    def _run(self, body: Matcher, minimum: int, maximum: int) -> Matcher:
        """A greedy repeat of one character: to its end, then back."""

        def match(at: int, then: Then) -> bool:
            end, longest = at, at + maximum if maximum is not sre.MAXREPEAT else len(self.text)
            while end < longest and body(end, lambda _: True):
                end += 1
            for position in range(end, at + minimum - 1, -1):
                self._step()
                if then(position):
                    return True
            return False

        return match

    def _atomic(self, inner: Matcher) -> Matcher:
        def match(at: int, then: Then) -> bool:
            ends: list[int] = []
            return inner(at, lambda end: ends.append(end) or True) and then(ends[-1])

        return match

    def _assertion(self, direction: int, nodes: Any, *, is_wanted: bool) -> Matcher:
        inner, width = self._sequence(list(nodes)), nodes.getwidth()[0]

        def match(at: int, then: Then) -> bool:
            start = at if direction > 0 else at - width
            found = start >= 0 and inner(start, (lambda _: True) if direction > 0 else lambda end: end == at)
            return found == is_wanted and then(at)

        return match

    def _reference(self, number: int) -> Matcher:
        def match(at: int, then: Then) -> bool:
            self._step()
            word = self.groups.get(number)
            return word is not None and self.text.startswith(word, at) and then(at + len(word))

        return match

    def _at(self, place: Any) -> Matcher:
        is_multiline = bool(self.flags & re.MULTILINE)

        def is_word(at: int) -> bool:
            return 0 <= at < len(self.text) and (self.text[at].isalnum() or self.text[at] == "_")

        def is_at(at: int) -> bool:
            if place is sre.AT_BEGINNING:
                return at == 0 or (is_multiline and self.text[at - 1] == "\n")
            if place is sre.AT_BEGINNING_STRING:
                return at == 0
            if place is sre.AT_END:
                is_last = at == len(self.text) or (at == len(self.text) - 1 and self.text[at] == "\n")
                return is_last or (is_multiline and self.text[at] == "\n")
            if place is sre.AT_END_STRING:
                return at == len(self.text)
            return (is_word(at - 1) != is_word(at)) == (place is sre.AT_BOUNDARY)

        def match(at: int, then: Then) -> bool:
            self._step()
            return is_at(at) and then(at)

        return match


# ------------------------------------------------------------------------------------------------------------- texts

LETTERS = "a1 \n.-,(<&@A"
MAX_WAYS = 5
FEW_BRANCHES = 12
LONG_UNIT = 12
"""A longer unit is repeated as often as one of this length: two of it show no growth."""


class Attacks:
    """Texts that repeat what an unbounded repeat of a pattern accepts, behind what has to come before it."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        literals = {chr(value) for kind, value in _walk(counter.tree) if kind is sre.LITERAL}
        self.letters = [*LETTERS, *sorted(literals - set(LETTERS))]

    def __iter__(self) -> Iterator[Callable[[int], str]]:
        seen = set()
        for before, bodies in self._repeats(list(self.counter.tree), [""]):
            for prefix, body in product(before[:MAX_WAYS], bodies[:MAX_WAYS]):
                for unit, head in ((body, prefix), (prefix + body, ""), (prefix, "")):
                    if unit and (unit, head) not in seen:
                        seen.add((unit, head))
                        yield (
                            lambda size, unit=unit, head=head: (
                                head + unit * (size // min(len(unit), LONG_UNIT)) + "\x01"
                            )
                        )

    def _repeats(self, nodes: list[Any], before: list[str]) -> Iterator[tuple[list[str], list[str]]]:
        """For each unbounded repeat: samples of what comes before it, and of its body."""
        for kind, value in nodes:
            if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
                _, maximum, body = value
                if maximum is sre.MAXREPEAT or maximum > UNBOUNDED:
                    yield before, [sample for sample in self._samples(list(body)) if sample]
                yield from self._repeats(list(body), before)
            elif kind is sre.SUBPATTERN:
                yield from self._repeats(list(value[3]), before)
            elif kind is sre.ATOMIC_GROUP or kind in (sre.ASSERT, sre.ASSERT_NOT):
                yield from self._repeats(list(value if kind is sre.ATOMIC_GROUP else value[1]), before)
            elif kind is sre.BRANCH:
                for branch in self._unlike(value[1]):
                    yield from self._repeats(branch, before)
            before = [head + tail for head in before for tail in self._samples([(kind, value)])][:MAX_WAYS]

    def _unlike(self, branches: list[Any]) -> Iterator[list[Any]]:
        """Branches that are built otherwise than those before: of a dictionary of phrases, a few."""
        shapes = set()
        for branch in branches:
            shape = re.sub(r"LITERAL, \d+", "LITERAL", str(branch)) if len(branches) > FEW_BRANCHES else str(branch)
            shape = re.sub(r"(?:\(LITERAL\)(?:, )?)+", "word", shape)
            if shape not in shapes:
                shapes.add(shape)
                yield list(branch)

    def _samples(self, nodes: list[Any]) -> list[str]:
        """Some texts that a sequence accepts."""
        texts = [""]
        for kind, value in nodes:
            texts = [head + tail for head in texts for tail in self._samples_of(kind, value) or [""]][:MAX_WAYS]
        return texts

    def _samples_of(self, kind: Any, value: Any) -> list[str]:
        if kind in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN):
            letters = [letter for letter in self.letters if self.counter.accepts(kind, value, letter)]
            if not letters and kind is sre.IN and value[0][0] is sre.RANGE:
                letters = [chr(value[0][1][0])]
            return letters[:MAX_WAYS]
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            minimum, _, body = value
            once = self._samples(list(body))
            return [text * max(minimum, 1) for text in once] if minimum else ["", *once][:MAX_WAYS]
        if kind is sre.SUBPATTERN:
            return self._samples(list(value[3]))
        if kind is sre.ATOMIC_GROUP:
            return self._samples(list(value))
        if kind is sre.BRANCH:
            return [self._samples(list(branch))[0] for branch in value[1]][:MAX_WAYS]
        return [""]


def _walk(nodes: Any) -> Iterator[tuple[Any, Any]]:
    """Every part of a parse tree."""
    for kind, value in nodes:
        yield kind, value
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            yield from _walk(value[2])
        elif kind is sre.SUBPATTERN:
            yield from _walk(value[3])
        elif kind is sre.BRANCH:
            for branch in value[1]:
                yield from _walk(branch)
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            yield from _walk(value[1])
        elif kind is sre.ATOMIC_GROUP:
            yield from _walk(value)
        elif kind is sre.IN:
            yield from ((each, part) for each, part in value if each is sre.LITERAL)


def is_unbounded(pattern: str, flags: int = 0) -> bool:
    """Whether any repeat of it is without bound: only such a pattern can take more than a constant at each place of a text."""
    return any(
        value[1] is sre.MAXREPEAT or value[1] > UNBOUNDED
        for kind, value in _walk(parser.parse(pattern, flags))
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
    )


MAX_GROWTH = 2.6
"""Steps on a text of twice the length, as a multiple: 2 where cost is linear, 4 where it is quadratic."""

SIZES = (20, 120, 240)
"""Lengths of a text: the first shows what would take for ever, the others how the steps grow."""

MAX_STEPS = 1_000_000
"""More than any linear pattern of ours takes on texts of these sizes: the largest has some thousand branches."""


def superlinear(pattern: str, flags: int = 0, *, is_anchored: bool = False) -> str | None:
    """A text on which the pattern's steps grow faster than its length, abbreviated; None where none was found."""
    counter = Counter(pattern, flags)
    for attack in Attacks(counter):
        steps = []
        try:
            for size in SIZES:
                limit = int(MAX_GROWTH * steps[-1]) if size == SIZES[-1] else MAX_STEPS
                steps.append(counter.count(attack(size), limit, is_anchored=is_anchored))
        except TooManyStepsError:
            return attack(24)
    return None
