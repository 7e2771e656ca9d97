"""Visa: whether whoever takes interns helps them with a visa, as a sentence says it.

Belongs here: who helps, what is denied, what holds in some cases. Does not belong here: the words (data/reference/
eligibility.yaml), how far a denial reaches (`language_tools.sense`).
"""

from __future__ import annotations

from pipeline.clean.language_tools.phrases import Hit, Sentence
from pipeline.clean.language_tools.sense import (
    clause_of,
    is_answered_no,
    is_conditional,
    is_denial,
    is_denied,
    is_ruled_out,
    language_of,
    languages_of,
)

CUES = ("visa_support", "visa")
HELPERS = ("visa_help", "visa_self", "visa_work", "visa_arranged", "visa_giver")
_WORDS_OF_LABEL = 3
_MAX_GAP_LETTERS = 80
"""Between a visa and the help with it."""


def visa_support(sentence: Sentence) -> str | None:
    """yes, no, case_by_case; None where a sentence does not say, or not clearly."""
    if not sentence.has(*CUES) or sentence.text.rstrip().endswith(("?", "？")):
        return None
    if sentence.has("visa_support.no"):
        return "no"
    if sentence.has("visa_support.case_by_case"):
        return "case_by_case"
    if offers := sentence.all("visa_support.yes"):
        return None if _is_label(sentence, offers[0]) else _answer(sentence, offers[0])
    if sentence.is_title or sentence.has("visa_work"):
        return None
    if any(_is_label(sentence, visa) for visa in sentence.all("visa")):
        return None
    answers = {
        answer
        for visa in sentence.all("visa")
        if not _is_name(sentence, visa) and (answer := _help_with(sentence, visa))
    }
    return answers.pop() if len(answers) == 1 else None


def _is_label(sentence: Sentence, offer: Hit) -> bool:
    """Whether a line is but the name of the offer, under no heading: "Visa Sponsorship", the answer is below."""
    rest = sentence.lower[: offer.start] + sentence.lower[offer.end :]
    is_short = len(sentence.lower[offer.start : offer.end].split()) <= _WORDS_OF_LABEL
    begins = any(hit.start == offer.start for hit in sentence.all("visa"))  # "Offers Sponsorship" is no label
    return begins and is_short and not sentence.under and not any(map(str.isalnum, rest))


def _is_name(sentence: Sentence, visa: Hit) -> bool:
    """Whether it is the company: in English "Visa" with a capital, which "a visa" is not."""
    written = sentence.text[visa.start : visa.end]
    return written == "Visa" and "en" in (languages_of(sentence.lower) or ())


def _help_with(sentence: Sentence, visa: Hit) -> str | None:
    start, end = clause_of(sentence.lower, visa.start, visa.end)
    near = range(max(start, visa.start - _MAX_GAP_LETTERS), min(end, visa.end + _MAX_GAP_LETTERS))

    def hits_of(cue: str) -> list[Hit]:
        return [hit for hit in sentence.all(cue) if hit.start in near]

    arranged = hits_of("visa_arranged")
    helps = [hit for hit in hits_of("visa_help") if not any(_overlap(hit, other) for other in arranged)]
    is_by_giver = bool(hits_of("visa_giver"))
    if hits_of("visa_self"):
        return None if helps or is_by_giver else "no"
    helps += arranged if is_by_giver else [hit for hit in hits_of("visa_help") if hit not in helps]
    if not helps:
        return None
    language = language_of(sentence.lower)
    if any(is_denied(sentence.lower, hit.start, hit.end, language) or _denies_itself(sentence, hit) for hit in helps):
        return "no" if _is_denied_there(sentence, helps) else None
    return _answer(sentence, visa)


def _is_denied_there(sentence: Sentence, helps: list[Hit]) -> bool:
    """Whether the denial is in the help's own part between commas: in "we help with the permit, its fee we do not pay" it is
    of the fee."""
    return any(_denies_itself(sentence, hit) or is_ruled_out(sentence.lower, hit.start, hit.end) for hit in helps)


def _denies_itself(sentence: Sentence, help_: Hit) -> bool:
    """Whether the verb carries its denial: "vízum nevybavujeme"."""
    return is_denial(sentence.lower[help_.start :].split(maxsplit=1)[0].strip(".,"), sentence.lower)


def _overlap(one: Hit, other: Hit) -> bool:
    return one.start < other.end and other.start < one.end


def _answer(sentence: Sentence, offer: Hit) -> str:
    if is_answered_no(sentence.lower):
        return "no"
    if is_denied(sentence.lower, offer.start, offer.end, language_of(sentence.lower)):
        return "no"
    return "case_by_case" if is_conditional(sentence.lower, offer.start, offer.end) else "yes"
