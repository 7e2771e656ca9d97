"""Taking personal data out of texts before they are kept: e-mail addresses, telephone numbers and names of persons.

Mailboxes of an office (`internships@…`) stay, because that is where one applies. Fields that hold nothing but persons are
not read in the first place; here is what stands in prose. A name is one where something tells so: a label ("Contact
person:"), a title ("Ms"), or an address or number of a person right after it. Words: data/reference/personal_data.yaml.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import unquote_plus

from scrapers.reference import read_words

EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])(?:mailto:)?([A-Za-z0-9._%+-]{1,64})@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,6}\.[A-Za-z]{2,63})"
)
PLUS_NUMBER = re.compile(r"(?<![\w/=%&?+.-])\+\d{1,3}[\s().-]{0,2}\d[\d\s().-]{5,16}\d(?![\w-])")
AREA_NUMBER = re.compile(r"(?<![\w(])\(\d{3}\)\s?\d{3}[-. ]\d{4}(?!\d)")
"""North American numbers, which nothing else is written like."""
NATIONAL_NUMBER = re.compile(
    r"(?<![\w(])\(0\d{1,5}\)[\s/.-]{0,2}\d{2,}(?:[\s./-]{1,2}\d{2,}){0,5}(?!\d)"
    r"|(?<![\w/=.-])00[1-9]\d[\s./(-]{1,2}\d[\d\s()./-]{5,16}\d(?![\w-])"
)
"""With the area code in brackets, as in `(030) 5550-188`, or with two zeros before the country's."""
AT = r"(?:[\[({<]\s?(?:at|ät|arroba|chez|@)\s?[\])}>]|\s(?:AT|at)\s(?=[\w-]{2,63}\s(?:DOT|dot|punkt)\s))"
DOT = r"(?:\.|\s{0,2}[\[({<]\s?(?:dot|punkt|point|punto)\s?[\])}>]\s{0,2}|\s(?:DOT|dot|punkt)\s)"
SPELLED_EMAIL = re.compile(
    rf"(?<![\w.+-])([A-Za-z0-9][\w.+-]{{1,63}})\s{{0,2}}{AT}\s{{0,2}}([\w-]{{2,63}}(?:{DOT}[\w-]{{2,63}}){{1,4}})"
)
"""An address written so that machines do not read it: `name [at] firm dot example`."""
BRACKETED_AT = re.compile(r"[\[({<]\s?(?:at|ät|arroba|chez|@)")
SPELLED_DOT = (" dot ", " punkt ")
"""One of both stands in such an address."""
ACCOUNT = re.compile(
    r"(\b(?:skype|telegram|whatsapp|wechat|signal|viber|line id|instagram|discord)\b(?:[ -]?(?:id|name|handle))?\s*[:：]\s*)"
    r"@?[^\W\d][\w.:-]{2,60}",
    re.I,
)
PROFILE = re.compile(
    r"(?:https?://)?(?:[a-z]{2,3}\.)?(?:linkedin\.com/(?:in|pub)|xing\.com/profile|facebook\.com/profile\.php|t\.me|wa\.me)"
    r"/[^\s<>\"')\]]{2,200}",
    re.I,
)
PROFILE_SITES = ("linkedin.com/", "xing.com/", "facebook.com/", "t.me/", "wa.me/")
AFTER_A_LABEL = re.compile("[:：–-]")
WORD = re.compile(r"\w+")
SHORT_TEXT = 200
"""Characters of a text that may well come again: a place, an employer, a kind of contract."""
LINKEDIN_HANDLE = re.compile(r"(\blinkedin\b\s*[:：]\s*)@?[\w-]{3,60}(?![\w/]|(?-i:\.[a-z0-9]))", re.I)
"""A web address goes on after its stop in small letters; a sentence in a capital, though no blank may part them."""
CONTACT_PARAMETER = re.compile(r"mail|contact|kontakt|phone|tel|mobile|handy|recruiter|whatsapp", re.I)
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

MAIL, TELEPHONE, PERSON, OWN_PAGE = "[e-mail]", "[telephone]", "[name]", "[profile]"
MARK = re.compile(r"\[(?:e-mail|telephone)\]")
BEFORE_A_MARK = re.compile(rf"({NAME})({GAP}*(?:[,(<|:–-]|at|via|on|under|unter|à|per)?{GAP}*)\Z")
AFTER_A_MARK = re.compile(rf"(\[(?:e-mail|telephone)\]\s?\()({NAME})(?=\))")
NEAR = 120
"""Characters before an address or number in which the name it belongs to is looked for."""


def without_persons(text: str) -> str:
    """The text with `[e-mail]`, `[telephone]` and `[name]` in the place of those of persons; a web address as it is."""
    return _short_without_persons(text) if len(text) <= SHORT_TEXT else _without_persons(text)


@lru_cache(maxsize=4096)
def _short_without_persons(text: str) -> str:
    return _without_persons(text)


def _without_persons(text: str) -> str:
    if text.startswith(("http://", "https://")) and not re.search(r"\s", text):
        return OWN_PAGE if PROFILE.match(text) else impersonal_address(text)
    lower = text.lower()
    if any(site in lower for site in PROFILE_SITES):
        text = PROFILE.sub(OWN_PAGE, text)
    if ":" in text or "：" in text:
        text = LINKEDIN_HANDLE.sub(rf"\1{OWN_PAGE}", ACCOUNT.sub(rf"\1{OWN_PAGE}", text))
    if BRACKETED_AT.search(text) or any(dot in lower for dot in SPELLED_DOT):
        text = SPELLED_EMAIL.sub(lambda match: match[0] if _is_office(match[1]) else MAIL, text)
    if "@" in text:
        text = EMAIL.sub(lambda match: match[0] if _is_office(match[1]) else MAIL, text)
    if "+" in text:
        text = PLUS_NUMBER.sub(TELEPHONE, text)
    if LONG_NUMBER.search(text):
        text = NATIONAL_NUMBER.sub(TELEPHONE, AREA_NUMBER.sub(TELEPHONE, text))
        text = _labelled_number().sub(rf"\1{TELEPHONE}", text)
    if _title_word().search(text):
        text = _titled_name().sub(lambda match: f"{match[1]}{PERSON}", text)
    if AFTER_A_LABEL.search(text) and _names_a_label(text.casefold()):
        text = _labelled_name().sub(lambda match: match[0] if _is_no_name(match[2]) else f"{match[1]}{PERSON}", text)
    if MAIL in text or TELEPHONE in text:
        text = AFTER_A_MARK.sub(lambda match: match[0] if _is_no_name(match[2]) else f"{match[1]}{PERSON}", text)
        text = _without_names_before_marks(text)
    return text


def _names_a_label(folded: str) -> bool:
    return any(label in folded for label in _shortest_labels())


@cache
def _shortest_labels() -> tuple[str, ...]:
    """The labels that have no other in them: a text without any of these has none."""
    labels = read_words("personal_data")["person_labels"]
    return tuple(label for label in labels if not any(other != label and other in label for other in labels))


def impersonal_address(url: str) -> str:
    """A web address without what its query says of a person: a mailbox that is no office's, a number beside a word for it."""
    head, mark, query = url.partition("?")
    if not mark or not re.search(r"@|%40|=\+?%?\d", query):
        return url
    query, hash_mark, fragment = query.partition("#")
    kept = [part for part in re.split("[&;]", query) if not _is_personal(part)]
    if len(kept) == len(re.split("[&;]", query)):
        return url
    return head + ("?" + "&".join(kept) if kept else "") + hash_mark + fragment


def _is_personal(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    value = unquote_plus(value)
    if (mailbox := EMAIL.search(value)) and not _is_office(mailbox[1]):
        return True
    digits = sum(character.isdigit() for character in value)
    return (
        bool(CONTACT_PARAMETER.search(name)) and 7 <= digits <= 15 and re.fullmatch(r"[\d\s()+./-]+", value) is not None
    )


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
    label = rf"(?i:(?:{_any_of('person_labels')}))"
    # A dash after a label within a line is that of a title: "AI Tutor – Technical Writing".
    labelled = rf"(?:{label}{GAP}*[:：]|(?<=[\n>.;]){label}{GAP}*[–-]){GAP}*"
    return re.compile(rf"({labelled})({NAME}|[\u3400-\u9fff\uac00-\ud7af]{{2,4}})")


@cache
def _title_word() -> re.Pattern[str]:
    """The end of a word that the first word of a title may be: nothing stands before the letters, so that the search may
    leap from one first letter to the next."""
    firsts = {first[0] for title in read_words("personal_data")["titles"] if (first := WORD.search(title))}
    return re.compile(rf"(?:{'|'.join(map(re.escape, sorted(firsts, key=len, reverse=True)))})(?!\w)")


@cache
def _titled_name() -> re.Pattern[str]:
    return re.compile(rf"(\b(?:{_any_of('titles')})\b\.?[ \u00a0]+(?:(?:Dr|Prof)\.?[ \u00a0]+)*)({ONE_NAME})")


def _any_of(words: str) -> str:
    return "|".join(map(re.escape, sorted(read_words("personal_data")[words], key=len, reverse=True)))
