"""The charset of a document, decided once for pages, feeds, JSON, calendars, tables and mails.

In this order: a byte order mark; UTF-8, which no other text of some length passes for; what the HTTP header declares; what
the document declares (XML declaration, meta element); the charset whose alphabet explains the letters. A declaration only
counts where the bytes decode by it. charset-normalizer was measured on 19 titles in 13 charsets: it named 4 of them
rightly within a page, because short texts between tags tell its frequencies too little; alphabets name 19.

Belongs here: bytes to text. Does not belong here: what is missing of a document (`documents`). Imports no scrapy.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import cache
from typing import NamedTuple

from bs4.dammit import EncodingDetector

from scrapers.reference import read_words

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
LABELS = {
    "iso8859-1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
    "euc_kr": "cp949", "shift_jis": "cp932", "iso8859-11": "cp874", "tis-620": "cp874", "big5": "big5hkscs",
}  # fmt: skip
"""Charset -> the larger one that is meant by it (WHATWG Encoding Standard, section 4.2)."""

MULTIBYTE = frozenset(("gb18030", "big5hkscs", "cp949", "cp932", "euc_jp", "iso2022_jp", "iso2022_kr", "hz"))
ESCAPING = frozenset(("iso2022_jp", "iso2022_kr", "hz"))
"""Charsets written in ASCII bytes, so that UTF-8 decodes them too."""

THREE_BYTES = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}")
CHARSET_PARAMETER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)
TAGS = re.compile(rb"<[^<>]{0,2000}>")
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a]")
BEYOND_ASCII = re.compile(r"[\u0080-\ud7ff\ue000-\U0010ffff]+")
STRAY_BYTE = re.compile(r"[\udc80-\udcff]")
CLEARLY_MORE = 10
"""Characters of UTF-8 for each byte that is none, from which on a text is UTF-8 whatever is declared."""

MAX_SAMPLE_BYTES = 1 << 16
"""Bytes of a document by whose letters its charset is guessed."""

TYPOGRAPHIC = frozenset("–—‘’“”„«»‹›…•·§°€£©®™½¼¾²³№¿¡′″‚­\u00a0、。，．・「」『』（）！？：；〜～【】《》％＋－／＆")
"""Signs beyond ASCII that stand in prose of any language."""

HEBREW_FINALS = frozenset("ךםןףץ")
"""Letters that only end words."""


class Text(NamedTuple):
    """A decoded document; `is_whole` is false where it ends within a character. `charset`: Python's name of it."""

    text: str
    is_whole: bool
    charset: str = "utf-8"


class UndecodableError(ValueError):
    """The bytes are no text."""


def decode(body: bytes, content_type: str = "") -> Text:
    """The text of a document that was sent with this Content-Type. Never fails but for bytes that are no text in any
    charset: raises UndecodableError."""
    for mark, charset in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return _decoded(body[len(mark) :], charset)
    declared = _declared(body, content_type)
    escaping = next((name for name in declared if name in ESCAPING), None)
    if escaping and (text := _strict(body, escaping)):
        return text
    if utf8 := _strict(body, "utf-8"):
        # Two bytes a character: two or three ideographs of another charset may look like that.
        rival = next((name for name in declared if name in MULTIBYTE), None)
        if (
            rival
            and utf8.text
            and not body.isascii()
            and not THREE_BYTES.search(body)
            and (text := _strict(body, rival))
        ):
            return text
        return utf8
    if wide := _unmarked_utf16(body):
        return _decoded(body, wide)
    mixed = _mostly_utf8(body)
    right, wrong = sum(map(len, BEYOND_ASCII.findall(mixed))), len(STRAY_BYTE.findall(mixed))
    if right < wrong * CLEARLY_MORE:
        for charset in declared:
            if text := _strict(body, charset):
                return text
    if control := CONTROL.search(body):
        raise UndecodableError(f"byte {control[0][0]:#x} at {control.start()}")
    if right > 2 * wrong:
        return Text(STRAY_BYTE.sub(_in_windows_1252, mixed), True)
    return _decoded(body, guess_charset(body))


def _mostly_utf8(body: bytes) -> str:
    """The text in UTF-8, what is none of it as STRAY_BYTEs."""
    return body.decode("utf-8", "surrogateescape")


def _in_windows_1252(stray: re.Match[str]) -> str:
    return bytes([ord(stray[0]) - 0xDC00]).decode("cp1252", "replace")


def guess_charset(body: bytes) -> str:
    """The charset whose alphabets explain most letters beyond ASCII; windows-1252 where none does better."""
    sample = TAGS.sub(b" ", body[:MAX_SAMPLE_BYTES])
    best, best_score = "cp1252", 0.0
    for charset in (*_alphabets(), *_multibyte()):
        decoder = codecs.getincrementaldecoder(charset)("strict")
        try:
            text = decoder.decode(sample)
        except UnicodeDecodeError:
            continue
        score = _multibyte_score(text, charset) if charset in _multibyte() else _alphabet_score(text, charset)
        if score > best_score:
            best, best_score = charset, score
    return best


def _declared(body: bytes, content_type: str) -> list[str]:
    """The charsets that header and document name and Python knows, that of the header first. A declaration that can be
    read as ASCII is not in UTF-16 or UTF-32, whatever it says."""
    header = CHARSET_PARAMETER.search(content_type)
    inside = EncodingDetector.find_declared_encoding(body, is_html=True, search_entire_document=False)
    names: list[str] = []
    for label in (header[1] if header else None, inside):
        try:
            name = codecs.lookup(label or "").name
        except (LookupError, ValueError):
            continue
        if not name.startswith(("utf", "unicode")) and getattr(codecs.lookup(name), "_is_text_encoding", True):
            names.append(LABELS.get(name, name))
    return list(dict.fromkeys(names))


def _strict(body: bytes, charset: str) -> Text | None:
    """The text, where the bytes are in this charset but for a character that is cut off at the end."""
    try:
        return Text(body.decode(charset), True, charset)
    except UnicodeDecodeError as error:
        is_cut_off = error.end == len(body) and error.reason in (
            "unexpected end of data",
            "incomplete multibyte sequence",
        )
        return Text(body[: error.start].decode(charset), False, charset) if is_cut_off and error.start else None
    except LookupError:
        return None


def _decoded(body: bytes, charset: str) -> Text:
    return _strict(body, charset) or Text(body.decode(charset, "replace"), True, charset)


def _unmarked_utf16(body: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of its markup is zero."""
    head = body[:64]
    if len(head) < 4 or head.count(0) * 3 < len(head):
        return None
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"


def _alphabet_score(text: str, charset: str) -> float:
    """How well a charset of one byte explains a text: its letters in the alphabet of one language count most, those of any
    of its languages less, signs within words and capitals after small letters count against it."""
    languages = _alphabets()[charset]
    known = frozenset().union(*languages.values())
    counts = dict.fromkeys(languages, 0)
    score = 0.0
    for word in _words_beyond_ascii(text):
        for at, character in enumerate(word):
            if character.isascii():
                continue
            small = character.lower()
            if small in known or character in known:
                score += 0.5
                for language, letters in languages.items():
                    counts[language] += small in letters or character in letters
            elif character not in TYPOGRAPHIC:
                score -= 2
            if not character.isalpha() and unicodedata.category(character)[0] != "M" and _is_within(word, at):
                score -= 2
            if character.isupper() and at and word[at - 1].islower():
                score -= 4
            if any(each.isascii() and each.isalpha() for each in word[max(at - 1, 0) : at + 2]) and not _is_latin(
                character
            ):
                score -= 2  # two scripts in one word
            if character in HEBREW_FINALS and word[at + 1 : at + 2].isalpha():
                score -= 2
    return score + max(counts.values())


def _is_latin(character: str) -> bool:
    return not character.isalpha() or unicodedata.name(character, "").startswith("LATIN")


def _is_within(word: str, at: int) -> bool:
    """Whether a sign joins letters, as no sign of prose but an apostrophe, a point or a hyphen does."""
    before, after = word[at - 1 : at], word[at + 1 : at + 2]
    return word[at] not in "’·­" and (after.islower() or (before.isalpha() and after.isalpha()))


def _multibyte_score(text: str, charset: str) -> float:
    """The same of a charset of several bytes a character: most of its characters must be of the kind that it is made for,
    and for Chinese among those used most."""
    beyond = [character for character in text if not character.isascii() and character not in TYPOGRAPHIC]
    if not beyond:
        return 0.0
    pattern = _multibyte()[charset]
    usual = sum(bool(pattern.match(character)) for character in beyond)
    if charset in ("gb18030", "big5hkscs"):
        low, high = (0xB0, 0xD7) if charset == "gb18030" else (0xA4, 0xC6)
        usual = sum(low <= character.encode(charset)[0] <= high for character in beyond if pattern.match(character))
    elif charset in ("euc_jp", "cp932"):
        usual += sum("一" <= character <= "龥" for character in beyond) if usual else 0
    return 2.4 * usual - 6 * (len(beyond) - usual)


def _words_beyond_ascii(text: str) -> list[str]:
    return [word for word in text.split() if not word.isascii()][:2000]


@cache
def _alphabets() -> dict[str, dict[str, frozenset[str]]]:
    """Charset, by Python's name -> language -> its letters beyond ASCII."""
    alphabets = read_words("charsets")["alphabets"]
    return {
        codecs.lookup(charset.replace("windows-", "cp")).name: {
            language: frozenset(letters) for language, letters in languages.items()
        }
        for charset, languages in alphabets.items()
    }


@cache
def _multibyte() -> dict[str, re.Pattern[str]]:
    named = read_words("charsets")["multibyte"].items()
    names = [(codecs.lookup(charset).name, pattern) for charset, pattern in named]
    return {LABELS.get(name, name): re.compile(pattern) for name, pattern in names}
