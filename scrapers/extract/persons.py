"""Taking personal data out of texts before they are kept: e-mail addresses of persons, telephone numbers.

Mailboxes of an office (`internships@…`) stay, because that is where one applies. Names are not looked for: fields that
hold them are not read in the first place.
"""

from __future__ import annotations

import re
from functools import cache

from scrapers.reference import read_words

EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])(?:mailto:)?([A-Za-z0-9._%+-]{1,64})@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,6}\.[A-Za-z]{2,63})"
)
PLUS_NUMBER = re.compile(r"(?<![\w/=%&?+.-])\+\d{1,3}[\s().-]{0,2}\d[\d\s().-]{5,16}\d(?![\w-])")
LONG_NUMBER = re.compile(r"\d[\d\s()./-]{5,}\d")


def without_persons(text: str) -> str:
    """The text with `[e-mail]` and `[telephone]` in the place of those of persons; a web address as it is."""
    if text.startswith(("http://", "https://")):
        return text
    if "@" in text:
        text = EMAIL.sub(lambda match: match[0] if _is_office(match[1]) else "[e-mail]", text)
    if "+" in text:
        text = PLUS_NUMBER.sub("[telephone]", text)
    return _labelled_number().sub(r"\1[telephone]", text) if LONG_NUMBER.search(text) else text


def _is_office(name: str) -> bool:
    words = read_words("personal_data")["office_mailboxes"]
    return any(part in words for part in (name.lower(), *re.split(r"[._+-]|\d+", name.lower())))


@cache
def _labelled_number() -> re.Pattern[str]:
    words = "|".join(map(re.escape, read_words("personal_data")["telephone_words"]))
    return re.compile(
        rf"(\b(?:{words})\b\.?(?:\s*(?:no|number|nr)\.?)?\s*[:：]?\s*)\(?\+?\d[\d\s()./-]{{5,18}}\d", re.I
    )
