"""Taking personal data out of texts before they are kept: e-mail addresses, telephone numbers and names of persons.

Mailboxes of an office (`internships@…`) stay, because that is where one applies. Fields that hold nothing but persons are
not read in the first place; here is what stands in prose. A name is one where something tells so: a label ("Contact
person:"), a title ("Ms"), or an address or number of a person right after it. Words: data/reference/personal_data.yaml.
"""

from __future__ import annotations

import re
from functools import cache

from scrapers.reference import read_words

EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])(?:mailto:)?([A-Za-z0-9._%+-]{1,64})@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,6}\.[A-Za-z]{2,63})"
)
PLUS_NUMBER = re.compile(r"(?<![\w/=%&?+.-])\+\d{1,3}[\s().-]{0,2}\d[\d\s().-]{5,16}\d(?![\w-])")
AREA_NUMBER = re.compile(r"(?<![\w(])\(\d{3}\)\s?\d{3}[-. ]\d{4}(?!\d)")
"""North American numbers, which nothing else is written like."""
LONG_NUMBER = re.compile(r"\d[\d\s()./-]{5,}\d")

GAP = r"(?:\s|&nbsp;|</?(?:b|strong|em|i|span|p|br|div|dt|dd|td|th|li|u|font|a)\b[^<>]{0,200}>)"
"""White space, and tags that do not part a label from its value."""

LETTERS = r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*"
CAPITALISED = r"(?=[^\W\d_a-zß-öø-ÿ])" + LETTERS
PARTICLE = r"(?:de|da|do|dos|del|della|di|la|le|van|von|den|der|ter|af|bin|al|el)"
PART = rf"(?:[^\W\d_a-zß-öø-ÿ]\.|{CAPITALISED})"
NAME = rf"{PART}(?:[ \u00a0]+(?:{PARTICLE}[ \u00a0]+){{0,2}}{PART}){{1,3}}"
"""Two to four capitalised words, initials and particles among them."""
ONE_NAME = rf"{PART}(?:[ \u00a0]+(?:{PARTICLE}[ \u00a0]+){{0,2}}{PART})*"

MAIL, TELEPHONE, PERSON = "[e-mail]", "[telephone]", "[name]"
MARK = re.compile(r"\[(?:e-mail|telephone)\]")
BEFORE_A_MARK = re.compile(rf"({NAME})({GAP}*(?:[,(<|:–-]|at|via|on|under|unter|à|per)?{GAP}*)\Z")
NEAR = 120
"""Characters before an address or number in which the name it belongs to is looked for."""


def without_persons(text: str) -> str:
    """The text with `[e-mail]`, `[telephone]` and `[name]` in the place of those of persons; a web address as it is."""
    if text.startswith(("http://", "https://")):
        return text
    if "@" in text:
        text = EMAIL.sub(lambda match: match[0] if _is_office(match[1]) else MAIL, text)
    if "+" in text:
        text = PLUS_NUMBER.sub(TELEPHONE, text)
    if LONG_NUMBER.search(text):
        text = _labelled_number().sub(rf"\1{TELEPHONE}", AREA_NUMBER.sub(TELEPHONE, text))
    words = read_words("personal_data")
    if _title().search(text):
        text = _titled_name().sub(lambda match: f"{match[1]}{PERSON}", text)
    folded = text.casefold()
    if any(label in folded for label in words["person_labels"]):
        text = _labelled_name().sub(lambda match: match[0] if _is_no_name(match[2]) else f"{match[1]}{PERSON}", text)
    if MAIL in text or TELEPHONE in text:
        text = _without_names_before_marks(text)
    return text


def _without_names_before_marks(text: str) -> str:
    kept: list[str] = []
    end = 0
    for mark in MARK.finditer(text):
        before = text[end : mark.start()]
        name = BEFORE_A_MARK.search(before, max(0, len(before) - NEAR))
        if name and not _is_no_name(name[1]):
            before = f"{before[: name.start()]}{PERSON}{name[2]}"
        kept += [before, mark[0]]
        end = mark.end()
    return "".join([*kept, text[end:]])


def _is_office(name: str) -> bool:
    words = read_words("personal_data")["office_mailboxes"]
    return any(part in words for part in (name.lower(), *re.split(r"[._+-]|\d+", name.lower())))


def _is_no_name(name: str) -> bool:
    """Capitalised words that are an office, or a title whose name is taken out already."""
    words = read_words("personal_data")
    return any(word.strip(".").casefold() in words["office_words"] or word in words["titles"] for word in name.split())


@cache
def _labelled_number() -> re.Pattern[str]:
    words = _any_of("telephone_words")
    return re.compile(
        rf"(\b(?:{words})\b\.?(?:\s*(?:no|number|nr)\.?)?\s*[:：]?\s*)\(?\+?\d[\d\s()./-]{{5,18}}\d", re.I
    )


@cache
def _labelled_name() -> re.Pattern[str]:
    return re.compile(
        rf"((?i:(?:{_any_of('person_labels')})){GAP}*[:：–-]{GAP}*)({NAME}|[\u3400-\u9fff\uac00-\ud7af]{{2,4}})"
    )


@cache
def _title() -> re.Pattern[str]:
    return re.compile(_any_of("titles"))


@cache
def _titled_name() -> re.Pattern[str]:
    return re.compile(rf"(\b(?:{_any_of('titles')})\b\.?[ \u00a0]+(?:(?:Dr|Prof)\.?[ \u00a0]+)*)({ONE_NAME})")


def _any_of(words: str) -> str:
    return "|".join(map(re.escape, sorted(read_words("personal_data")[words], key=len, reverse=True)))
