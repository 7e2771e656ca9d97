"""Other sums: those that are for rent, travel, a budget, or that are deducted or charged, and are no pay.

Belongs here: what the words beside a sum say that it is for. Does not belong here: the words (data/reference/pay.yaml), reading
sums (`pay.amounts`), fees (`pay.fee`).
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.clean.language_tools.dictionary import any_of, is_glued, read_reference
from pipeline.clean.pay.amounts import NEAR, Amount, near_before, pay_stems


def is_of_other(lower: str, amount: Amount) -> bool:
    """Whether the words of the same clause say that a sum is for travel, rent, a budget …"""
    ahead = lower[near_before(lower, amount.start) : amount.start]
    parts = _clause_marks().split(ahead)
    is_named_before = not parts[-1].strip() and len(parts) > 1 and not _ENUMERATED.search(ahead)
    before = parts[-2] if is_named_before else parts[-1]
    if len(parts) > 1 and _IN_BRACKET.search(ahead):
        before = f"{parts[-2]} {parts[-1]}"  # a bracket is of what it follows
    if _no_pay().search(_taxed().sub(" ", before)) or _is_deducted(
        _SENTENCE.split(lower[amount.end : amount.end + NEAR])[0]
    ):
        return True
    if amount.period and pay_stems("pay_words").occur_in(before + lower[amount.start : amount.end]):
        return False  # "an allowance of 400 a month for meals and travel"
    after = _clause_marks().split(lower[amount.end : amount.end + NEAR // 2])[0]
    return _no_pay().search(_taxed().sub(" ", after)) is not None


def names_other(lower: str) -> bool:
    """Whether a question or a label names what no pay is for: "do you pay the flight?"."""
    return _no_pay().search(lower) is not None


def _is_deducted(after: str) -> bool:
    """Whether what stands behind a sum says that it is deducted, and not that taxes are."""
    return _deducted().search(after) is not None and _of_taxes().search(after) is None


@cache
def _of_taxes() -> re.Pattern[str]:
    return _any_stem("taxes")


@cache
def _clause_marks() -> re.Pattern[str]:
    """Between the clauses of a sentence; Czech "a" is the English article too often."""
    ands = "|".join(sorted(map(re.escape, set(read_reference("pay")["and"]) - {"a"}), key=len, reverse=True))
    return re.compile(
        rf"[,;:()（）+&、，；：]|\.\s|\s(?:{ands})\s(?!(?:de|di|que|than)\s)|(?<![א-ת])ו(?=[א-ת])|以及|及|および|및"
    )


_ENUMERATED = re.compile(r"[、，]\s*$")
"""Between the parts of a list: what stands before it names nothing behind it."""
_IN_BRACKET = re.compile(r"[(（][^,;:()（）+&、，；：]*$")
_SENTENCE = re.compile(r"[;；।。]|\.\s")


@cache
def _taxed() -> re.Pattern[str]:
    """Words for gross and net: "before tax" is of pay."""
    return re.compile(any_of(read_reference("pay")["gross"]))


@cache
def _no_pay() -> re.Pattern[str]:
    return _any_stem("no_pay", "deducted")


@cache
def _deducted() -> re.Pattern[str]:
    """What is said behind a sum that the intern pays: "38,000 a month, deducted from pay"."""
    return _any_stem("deducted")


def _any_stem(*names: str) -> re.Pattern[str]:
    words = sorted((stem for name in names for stem in pay_stems(name)), key=len, reverse=True)
    latin = "|".join(re.escape(stem) for stem in words if not is_glued(stem))
    glued = "|".join(re.escape(stem) for stem in words if is_glued(stem))
    return re.compile(rf"(?<![^\W\d_])(?:{latin})|{glued}")
