"""Whether a word for paid or unpaid is said of the post: "unpaid internship" is, "unpaid leave" is not.

Does not belong here: which pay a sentence states (`status`), denials (`denial`).
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.clean.language_tools.dictionary import WordPattern, any_of, bare, flat, is_glued, read_reference, stems
from pipeline.clean.language_tools.sense import CORRELATIVES, clause_of, denials
from pipeline.clean.language_tools.text import MARKS
from pipeline.clean.pay.amounts import NEAR
from pipeline.clean.pay.denial import denied_after, denied_before, mentions

_BESIDE_UNPAID = 12
"""Letters between a denial and a word for unpaid: "not an unpaid internship"."""
_WORDS_TO_UNPAID, _WORDS_TO_DENIAL, _WORDS_AFTER_DENIAL = 5, 4, 1
"""Words between a denial and the unpaid post that it is about, "we do not offer any unpaid internships"; and where it stands
behind, "unpaid internships are not offered", before it and between it and the end of the clause."""


def is_of_post(text: str, unpaid: re.Match[str]) -> bool:
    """Whether a word for unpaid is said of the post, and not of leave, and is not denied; those that are said of coffee as
    well need a word for the post."""
    lower = text.lower()
    if _unpaid_other().match(text, unpaid.end()):
        return False
    if any(0 <= unpaid.start() - until <= _BESIDE_UNPAID for _, until in denials(lower)):
        return False
    if _is_of_others(lower, unpaid) or _is_denied_post(lower, unpaid):
        return False
    if bare(unpaid.group()) not in _free():
        return True
    clause = re.split(r"[,.;:]", text[: unpaid.start()])[-1]
    return re.search(_post(), clause, re.IGNORECASE) is not None or _post_after().match(text, unpaid.end()) is not None


def _is_of_others(lower: str, unpaid: re.Match[str]) -> bool:
    """Whether it is said of posts elsewhere, which this one is unlike: "unlike other unpaid internships"."""
    start, end = clause_of(lower, unpaid.start(), unpaid.end())
    return _contrast().search(lower[start:end]) is not None


def _is_denied_post(lower: str, unpaid: re.Match[str]) -> bool:
    """Whether the clause says that there is no such post as the word for unpaid and the word for a post beside it name."""
    start, end = clause_of(lower, unpaid.start(), unpaid.end())
    start = max((mark.end() for mark in PART_MARK.finditer(lower, start, unpaid.start())), default=start)
    end = next((mark.start() for mark in PART_MARK.finditer(lower, unpaid.end(), end)), end)
    before, after = lower[start : unpaid.start()], lower[unpaid.end() : end]
    if post := _post_beside_after().match(after):
        first, last = unpaid.start(), unpaid.end() + post.end()
    elif re.search(_post(), unpaid.group(), re.IGNORECASE):
        first, last = unpaid.span()
    elif post := _post_beside_before().search(before):
        first, last = start + post.start(), unpaid.end()
    else:
        return False
    own = [
        (at, until)
        for at, until in denials(lower)
        if start <= at and until <= end and lower[at:until] not in CORRELATIVES
    ]
    if any(len(_WORD.findall(lower[until:first])) <= _WORDS_TO_UNPAID for at, until in own if until <= first):
        return True
    return any(
        len(_WORD.findall(lower[last:at])) <= _WORDS_TO_DENIAL
        and len(_WORD.findall(lower[until:end])) <= _WORDS_AFTER_DENIAL
        for at, until in own
        if last <= at
    )


_WORD = re.compile(rf"[\w{MARKS}]+")
PART_MARK = re.compile(r"[,;:.،؛，、；：。]\s?|\s[–—-]\s")
"""What parts a sentence into what is said of the post and what else is said."""


def paid_post(text: str) -> str | None:
    """A word for paid beside one for the post: "paid internship", "stage rémunéré", or in brackets, "(paid)"."""
    for match in mentions("paid", text):
        before, after = text[max(0, match.start() - NEAR) : match.start()], text[match.end() : match.end() + NEAR]
        if denied_after().match(after):
            continue
        if (post := _post_before().search(before)) and not denied_before().search(before):
            return before[post.start() :] + match.group()
        if (post := _post_after().match(after)) and not denied_before().search(before):
            return match.group() + post.group()
        if before.rstrip().endswith("(") and after.lstrip().startswith(")"):
            return match.group()
    return None


@cache
def _unpaid_other() -> re.Pattern[str]:
    return re.compile(r"\s" + any_of(read_reference("pay")["unpaid_other"]), re.IGNORECASE)


@cache
def _free() -> frozenset[str]:
    return frozenset(bare(word) for word in read_reference("pay")["free"])


_COMPOUNDING = ("da", "de", "et", "fi", "hu", "is", "nb", "nl", "sv")
"""Languages in which a word for the post ends a longer one: "Auslandspraktikum", "zomerstage", "kesäharjoittelu"."""


@cache
def _post() -> str:
    by_language = read_reference("pay")["post"]
    words = sorted(stems(by_language), key=len, reverse=True)
    ending = sorted(stems([by_language[language] for language in _COMPOUNDING]), key=len, reverse=True)
    latin = "|".join(re.escape(stem) for stem in words if not is_glued(stem))
    glued = "|".join(re.escape(stem) for stem in words if is_glued(stem))
    compound = "|".join(map(re.escape, ending))
    return rf"(?:(?<![^\W\d_])(?:{latin}|[^\W\d_]{{1,24}}?(?:{compound}))[^\W\d_]*|{glued})"


@cache
def _contrast() -> WordPattern:
    return WordPattern(flat(read_reference("pay")["contrast"]), flags=re.IGNORECASE)


@cache
def _work() -> list[str]:
    return flat(read_reference("pay")["work"])


@cache
def _post_beside_after() -> re.Pattern[str]:
    return re.compile(rf"[\s-]?(?:{_post()}|{any_of(_work())})", re.IGNORECASE)


@cache
def _post_beside_before() -> re.Pattern[str]:
    return re.compile(rf"(?:{_post()}|{any_of(_work())})[\s-]?$", re.IGNORECASE)


@cache
def _post_before() -> re.Pattern[str]:
    return re.compile(rf"{_post()}\W{{0,2}}(?:[^\W\d]+[^\w.]{{1,2}}){{0,3}}$", re.IGNORECASE)


@cache
def _post_after() -> re.Pattern[str]:
    return re.compile(rf"[^\w.]{{0,2}}(?:\w+[^\w.]{{1,2}}){{0,2}}{_post()}", re.IGNORECASE)
