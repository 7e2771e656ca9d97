"""Every pattern is linear: on texts that repeat what one of its repeats accepts, steps grow as the text does. Steps are counted
(tests/tools/pattern_steps.py), not seconds. Patterns of the dictionaries: `python -m tests.bench.patterns`."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import REPOSITORY
from tests.tools.pattern_steps import is_unbounded, superlinear

EXEMPT = {
    "dictionary_models.py": "words of our own dictionaries",
    "BEFORE_A_MARK": "the few characters before an address",
    "_WORDS_BEFORE": "the few characters before a sum",
    "AFTER_VALUE_IN_ARRAY": "matched at a quote, under another name",
    "AFTER_VALUE_IN_OBJECT": "matched at a quote, under another name",
}
"""Patterns that see a few characters only, or are looked for at one place, by name: why."""

ANCHORED = {"match", "fullmatch"}


class Pattern(NamedTuple):
    name: str
    text: str
    flags: int
    is_anchored: bool


def sources() -> dict[Path, str]:
    paths = [path for folder in ("pipeline", "scrapers") for path in sorted((REPOSITORY / folder).rglob("*.py"))]
    return {path: path.read_text(encoding="utf-8") for path in paths}


def patterns() -> Iterator[Pattern]:
    """Every pattern that a module has as a name of its own, and every one that stands in a call of `re`."""
    texts = sources()
    everything = "\n".join(texts.values())
    for path, text in texts.items():
        if not re.search(r"^import re$", text, re.M):
            continue
        module = importlib.import_module(".".join(path.relative_to(REPOSITORY).with_suffix("").parts))
        for name, value in vars(module).items():
            if (
                isinstance(value, re.Pattern)
                and isinstance(value.pattern, str)
                and re.search(rf"^{name} = ", text, re.M)
            ):
                uses = set(re.findall(rf"\b{name}\.(\w+)\(", everything))
                yield Pattern(name, value.pattern, value.flags, bool(uses) and uses <= ANCHORED)
        for node in ast.walk(ast.parse(text)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and ast.unparse(node.func.value) == "re"
                and node.func.attr != "compile"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield Pattern(f"{path.name}:{node.lineno}", str(node.args[0].value), 0, node.func.attr in ANCHORED)


@pytest.fixture
def deep_recursion() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    yield
    sys.setrecursionlimit(limit)


@pytest.mark.usefixtures("deep_recursion")
@pytest.mark.parametrize(
    ("pattern", "is_linear"),
    [
        (r"<[^>]*>", False), (r"<[^<>]*>", True), (r"\s+$", False), (r"(?<!\s)\s+$", True), (r"(a*)*b", False),
        (r"(`+)(.+?)\1", False), (r"\w+@\w", False), (r"x.{0,50}y", True), (r"\s*,\s*", False), (r"\bone\s+two\b", True),
    ],
)  # fmt: skip
def test_a_pattern_that_is_not_linear_is_found(pattern: str, is_linear: bool) -> None:
    assert (superlinear(pattern) is None) == is_linear


@pytest.mark.usefixtures("deep_recursion")
def test_every_pattern_is_linear() -> None:
    found = [
        f"{pattern.name}: {pattern.text[:100]} on {worst!r}"
        for pattern in sorted(set(patterns()))
        if pattern.name.partition(":")[0] not in EXEMPT
        and is_unbounded(pattern.text, pattern.flags)
        and (worst := superlinear(pattern.text, pattern.flags & ~re.DEBUG, is_anchored=pattern.is_anchored))
    ]
    assert found == []
