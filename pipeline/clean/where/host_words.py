"""The words of a language by which a sentence says whose place a name is: "in", "embassy", "applicants from", case endings.

Belongs here: the words of data/reference/hosts.yaml and of nationalities, made ready to be looked for among folded words. Does
not belong here: names of places (`host_names`); what a word beside a name counts for (`prose`).
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from pipeline.clean.language_tools.dictionary import Literals, flat, is_glued, read_reference
from pipeline.clean.where.place_names import fold, fold_token

MIN_STEM_LETTERS = 3
"""Letters of a word before its ending."""

_LAST_OF_ALPHABETS = "\u08ff"
"""Beyond are scripts whose words take endings that no dictionary lists: Indic ones, Georgian."""


class Cues:
    """Words of one group in one language, ready to be looked for among folded tokens."""

    def __init__(self, words: list[str]) -> None:
        parted = [word for word in words if not is_unparted(word)]
        self.exact = frozenset(fold(word) for word in parted if "*" not in word and " " not in word)
        self.begins = tuple(
            fold(word) for word in parted if word.endswith("*") or (word[0] > _LAST_OF_ALPHABETS and len(word) > 3)
        )
        self._size = min(map(len, self.begins), default=0)
        self._starts = frozenset(begin[: self._size] for begin in self.begins)
        self.anywhere = Literals(word.strip("*") for word in words if is_glued(word) or " " in word)

    def at(self, tokens: list[str]) -> list[int]:
        return [
            number
            for number, token in enumerate(tokens)
            if token in self.exact or (token[: self._size] in self._starts and token.startswith(self.begins))
        ]

    def is_among(self, tokens: list[str]) -> bool:
        return not self.exact.isdisjoint(tokens) or any(
            token[: self._size] in self._starts and token.startswith(self.begins) for token in tokens
        )

    def occur_in(self, lower: str) -> bool:
        return self.anywhere.occur_in(lower)


class Language(NamedTuple):
    """The cues of a text's language together with those of English."""

    into: Cues
    behind: Cues
    origin: Cues
    abroad: Cues
    at_home: Cues
    stay: Cues
    internship: Cues
    outgoing: Cues
    elsewhere: Cues
    beside: Cues
    outside: Cues
    paid_by: Cues
    coming_from: Cues
    belonging: Cues
    students: Cues
    schools: Cues
    story: Cues
    written_endings: tuple[str, ...]
    possessive_endings: tuple[str, ...]
    endings: tuple[tuple[str, tuple[str, ...]], ...]
    glued_before: tuple[str, ...]
    has_locative: bool


def is_unparted(word: str) -> bool:
    """Whether a word is of a script that puts no spaces between words, and is one sign of it."""
    return word >= "\u3041" and _UNPARTED.match(word) is not None


_UNPARTED = re.compile("[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]")


@cache
def language_words(code: str | None) -> Language:
    reference = read_reference("hosts")

    def cues(group: str) -> Cues:
        own = reference[group].get(code, []) if code else flat(reference[group])
        return Cues([*own, *reference[group].get("en", [])])

    endings = reference["endings"].get(code, {}) if code else {}
    return Language(
        into=cues("into"),
        behind=cues("behind"),
        origin=cues("origin"),
        abroad=cues("abroad"),
        at_home=cues("at_home"),
        stay=Cues(_stay_words(code, "hosts")),
        internship=Cues(_stay_words(code, "pages")),
        outgoing=cues("outgoing"),
        elsewhere=cues("elsewhere"),
        beside=cues("beside"),
        outside=cues("outside"),
        paid_by=cues("paid_by"),
        coming_from=cues("coming_from"),
        belonging=cues("belonging"),
        students=cues("students"),
        schools=cues("schools"),
        story=Cues(_story_words(code)),
        written_endings=tuple(reference["written_endings"].get(code, ())) if code else (),
        possessive_endings=tuple(reference["possessive_endings"].get(code, ())) if code else (),
        endings=tuple(
            (fold_token(ending), tuple(fold_token(first) if first else "" for first in firsts))
            for ending, firsts in endings.items()
        ),
        glued_before=tuple(reference["glued_before"].get(code, ())) if code else (),
        has_locative=code == "ar" or (code in reference["endings"] and code not in reference["into"]),
    )


def _stay_words(code: str | None, file: str) -> list[str]:
    """Words for the internship, and of the file `hosts` also those for the work and where it is done."""
    groups = [read_reference("pages")["names"]]
    if file == "hosts":
        groups.append(read_reference("hosts")["stay"])
    own = [word for group in groups for word in (group.get(code, []) if code else flat(group))]
    words = [*own, *(word for group in groups for word in group["en"])]
    return [form for word in words for form in (_spelled_out(word) if "(" in word or word.startswith("*") else [word])]


def _story_words(code: str | None) -> list[str]:
    """The words by which a sentence of the language is somebody's story."""
    words = read_reference("pages")["story"].get(code, []) if code else []
    return [word for word in words if word.rstrip("*").isalpha()]


def _spelled_out(phrase: str) -> list[str]:
    """The forms of a phrase with one choice; of one open at its start, without the star."""
    head, bracket, rest = phrase.lstrip("*").partition("(")
    if not bracket:
        return [head]
    inner, _, tail = rest.partition(")")
    return [f"{head}{part}{tail}" for part in inner.split("|")]


@cache
def nations() -> tuple[dict[str, str], dict[str, str]]:
    """The country of each adjective: of those that are whole words, and of the beginnings of others."""
    whole: dict[str, str] = {}
    begun: dict[str, str] = {}
    for country, words in read_reference("nationalities")["countries"].items():
        for word in words:
            if " " not in word and not is_glued(word):
                (begun if word.endswith("*") else whole)[fold(word)] = country
    return whole, begun


@cache
def branches() -> tuple[str, ...]:
    return tuple(map(fold, read_reference("hosts")["branches"]))


_HOMES = {
    "de": "DE AT CH", "it": "IT", "fr": "FR", "es": "ES", "pt": "PT BR", "nl": "NL", "pl": "PL", "cs": "CZ", "sk": "SK",
    "hu": "HU", "ro": "RO", "bg": "BG", "hr": "HR", "sr": "RS", "bs": "BA", "sl": "SI", "mk": "MK", "el": "GR", "tr": "TR",
    "ru": "RU", "uk": "UA", "sv": "SE", "da": "DK", "nb": "NO", "fi": "FI", "is": "IS", "et": "EE", "lv": "LV", "lt": "LT",
    "ja": "JP", "zh": "CN TW HK", "ko": "KR", "vi": "VN", "id": "ID", "ms": "MY", "th": "TH", "he": "IL", "hi": "IN",
    "bn": "BD", "fa": "IR", "ka": "GE", "hy": "AM", "az": "AZ", "kk": "KZ", "uz": "UZ", "sq": "AL", "ca": "ES", "gl": "ES",
    "eu": "ES",
}  # fmt: skip
"""Where most pages of a language are made."""


def home_countries(language: str | None) -> frozenset[str]:
    return frozenset(_HOMES.get(language or "", "").split())


@cache
def articles() -> frozenset[str]:
    return frozenset(
        map(
            fold,
            (
                "the",
                "der",
                "den",
                "dem",
                "die",
                "das",
                "la",
                "le",
                "los",
                "las",
                "el",
                "de",
                "het",
                "l",
                "a",
                "o",
                "os",
                "as",
            ),
        )
    )
