"""Where a stay is, read from whole sentences: of each name of a place, of what it is the place.

A name counts the more, the more its sentence says that somebody goes there: it stands in the title, behind a preposition or in
a case that means "in", beside a word for the internship, an office, a seat. It counts less or not at all where it is the
country that applicants come from, the one whose embassy it is, an example, one of a long list. The country of the weightiest
names is the host, where they weigh enough; else none is read.

Belongs here: finding names in prose in any form of the languages, and weighing them. Does not belong here: the words
(data/reference/hosts.yaml), short texts that name places and little else (`place_text`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import NamedTuple

import polars as pl

from pipeline.clean.language_tools.dictionary import flat, is_glued, read_reference
from pipeline.clean.where.mentions import SPELLED, vocabulary
from pipeline.clean.where.place_names import (
    CITY,
    COUNTRY,
    NAME,
    REGION,
    TOKEN,
    Reading,
    fold,
    fold_token,
    place_names,
    places,
    readings_of,
)
from pipeline.clean.where.readings import Hints, settle

HOSTS = pl.Schema(
    {
        "row": pl.UInt32,
        "kind": pl.UInt8,
        "place": pl.UInt32,
        "country": pl.String,
        "piece": pl.String,
        "quote": pl.String,
    }
    | {"raw_field": pl.String, "is_stated": pl.Boolean}
)

_MAX_SENTENCES = 60
_MAX_NAME_WORDS = 4
_MIN_TOWN_POPULATION = 100_000
_MIN_INFLECTED_POPULATION = 150_000
_MIN_GLUED_POPULATION = 1_500_000
_MIN_GLUED_TOWN = 3
"""Letters of a town's name in a script that does not part words; a shorter one may be a part of any word."""
_MIN_REGION_POPULATION = 1_500_000
_MIN_STEM_LETTERS = 3
_MAX_FORMS = 6
_WINDOW = 6
"""Words before a name in which a word may say whose place it is."""
_MAX_LINE_LETTERS = 110
"""Letters of a line that is no sentence of prose."""
_LONG_LIST = 5
"""Names in a sentence from which on they are a list of examples or of those who may apply."""

_BASE, _LED, _IN_TITLE, _BESIDE_STAY, _AT_HOME, _OPENING = 0.5, 1.5, 1.5, 1.0, 2.0, 0.25
_AGAIN, _MAX_AGAIN = 0.25, 0.75
_OF_ORIGIN = -2.0
_LEAVING = 1.0
_IN_LIST = 1.0
_ENOUGH = 2.25
_NEAR_BEST = 1.0
"""What counts for a country, what it needs, and how far behind the weightiest another may be."""


_LAST_OF_ALPHABETS = "\u08ff"
"""Beyond are scripts whose words take endings that no dictionary lists: Indic ones, Georgian."""


class Cues:
    """Words of one group in one language, ready to be looked for among folded tokens."""

    def __init__(self, words: list[str]) -> None:
        parted = [word for word in words if not _is_unparted(word)]
        self.exact = frozenset(fold(word) for word in parted if "*" not in word and " " not in word)
        self.begins = tuple(
            fold(word) for word in parted if word.endswith("*") or (word[0] > _LAST_OF_ALPHABETS and len(word) > 3)
        )
        self.anywhere = tuple(word.strip("*") for word in words if is_glued(word) or " " in word)

    def at(self, tokens: list[str]) -> list[int]:
        return [
            number
            for number, token in enumerate(tokens)
            if token in self.exact or (self.begins and token.startswith(self.begins))
        ]

    def stand_in(self, lower: str) -> bool:
        return any(word in lower for word in self.anywhere)


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
    written_endings: tuple[str, ...]
    endings: tuple[tuple[str, tuple[str, ...]], ...]
    glued_before: tuple[str, ...]
    has_locative: bool


@dataclass(slots=True)
class _Name:
    start: int
    end: int
    reading: Reading
    is_inflected: bool


class _Sentence(NamedTuple):
    row: int
    number: int
    text: str
    raw_field: str
    under: str | None


def read_hosts(sentences: pl.DataFrame, languages: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """HOSTS: the places that the sentences (`phrases.under_headings`) of each row of `languages` (row, language) say the stay to
    be at; none for rows that leave it open. And row, country of those where people only leave from."""
    chosen = sentences.join(languages, on="row", how="inner", maintain_order="left").filter(
        pl.int_range(pl.len()).over("row") < _MAX_SENTENCES
    )
    texts = list(chosen.select("row", "place", "text", "raw_field", "under", "language").iter_rows())
    reader = _ProseReader({(text, language) for _, _, text, _, _, language in texts})
    rows: list[tuple[object, ...]] = []
    by_row: dict[int, list[tuple[_Sentence, str | None]]] = defaultdict(list)
    for row, place, text, raw_field, under, language in texts:
        by_row[row].append((_Sentence(row, place, text, raw_field, under), language))
    for of_row in by_row.values():
        rows += reader.hosts([sentence for sentence, _ in of_row], of_row[0][1])
    hosts = pl.DataFrame([row for row in rows if row[4] is not None], schema=HOSTS, orient="row")
    light = [(row[0], row[3]) for row in rows if row[4] is None]
    return hosts, pl.DataFrame(light, schema={"row": pl.UInt32, "country": pl.String}, orient="row")


class _ProseReader:
    """Reads the sentences of one call. It holds the part of the table of names that their words can spell."""

    def __init__(self, texts: set[tuple[str, str | None]]) -> None:
        self.tokens: dict[str, list[tuple[int, int, str]]] = {}
        candidates: set[str] = set()
        for text, language in sorted(texts, key=str):
            tokens = list(_tokens(text))
            self.tokens[text] = tokens
            for start, _, token in tokens:
                if not text[start].islower() or text[start : start + 1].isdigit():
                    candidates.update(form for form, _ in _forms(token, language))
                else:
                    candidates.add(token)
        self.names = {
            key: kept
            for key, readings in readings_of(candidates).items()
            if (kept := [reading for reading in readings if _is_large(reading)])
        }
        for key, country in _informal_names().items():
            self.names[key] = [_countries()[country]]
        self.longest: dict[str, int] = {}
        for key in self.names:
            first = key.partition(" ")[0]
            self.longest[first] = max(self.longest.get(first, 0), key.count(" ") + 1)

    def hosts(self, sentences: list[_Sentence], language: str | None) -> Iterator[tuple[object, ...]]:
        """The rows of HOSTS of one text."""
        weights: dict[str, list[float]] = defaultdict(list)
        cues = _language(language)
        is_outgoing = any(
            cues.outgoing.at([token for _, _, token in self.tokens[sentence.text]])
            or cues.outgoing.stand_in(sentence.text.lower())
            for sentence in sentences
        )
        home = _home_countries(language) if is_outgoing else frozenset[str]()
        is_sent = is_outgoing or any(
            cues.abroad.at([token for _, _, token in self.tokens[sentence.text]]) for sentence in sentences
        )
        best: dict[str, dict[tuple[int, int], tuple[float, tuple[object, ...]]]] = defaultdict(dict)
        for order, sentence in enumerate(sentences):
            for weight, name in self._weighed(sentence, order, language, is_sent):
                reading = name.reading
                weight -= _LEAVING * (reading.country in home and reading.kind == COUNTRY)
                weights[reading.country].append(weight)
                tokens = self.tokens[sentence.text]
                piece = sentence.text[tokens[name.start][0] : tokens[name.end - 1][1]]
                key = reading.kind, reading.place
                row = (sentence.row, reading.kind, reading.place, reading.country, piece, sentence.text)
                known = best[reading.country].get(key)
                if known is None or weight > known[0]:
                    is_stated = reading.kind == COUNTRY
                    best[reading.country][key] = weight, (*row, sentence.raw_field, is_stated)
        totals = {
            country: max(of_country) + min(_MAX_AGAIN, _AGAIN * (len(of_country) - 1))
            for country, of_country in weights.items()
        }
        top = max(totals.values(), default=0.0)
        native = _home_countries(language)
        if any(total >= _ENOUGH for country, total in totals.items() if country not in native):
            # Beside a foreign host, the country of the page's language is where people leave from, but for a town of it.
            for country in native & totals.keys():
                if not any(kind == CITY and weight >= _ENOUGH for (kind, _), (weight, _) in best[country].items()):
                    totals[country] -= _LEAVING
        for country, total in totals.items():
            if total < max(_ENOUGH, top - _NEAR_BEST):
                if country in home:
                    yield (sentences[0].row, None, None, country, None, None, None, None)
                continue
            heaviest = max(weight for weight, _ in best[country].values())
            yield from (row for weight, row in best[country].values() if weight >= heaviest - _NEAR_BEST)

    def _weighed(
        self, sentence: _Sentence, order: int, language: str | None, is_sent: bool
    ) -> list[tuple[float, _Name]]:
        """The names in a sentence that may be a host's, each with its weight. `is_sent`: the text speaks of going abroad or of
        a mission there, so that a government is who sends."""
        tokens = [token for _, _, token in self.tokens[sentence.text]]
        cues = _language(language)
        lower = sentence.text.lower()
        names = list(self._names(sentence.text, tokens, language))
        weighed = [
            (_BASE + _AT_HOME + _OPENING * (order < 3), name)
            for name in ([] if is_sent else self._bodies(tokens, cues))
        ]
        if not names and not weighed:
            return []
        if cues.elsewhere.at(tokens) or cues.elsewhere.stand_in(lower):
            return []
        if not names:
            return weighed
        is_title = sentence.raw_field == "title"
        has_stay = bool(cues.stay.at(tokens)) or cues.stay.stand_in(lower)
        origin, abroad, home = cues.origin.at(tokens), cues.abroad.at(tokens), cues.at_home.at(tokens)
        of_origin = cues.origin.stand_in(lower)
        is_led = is_of_applicants = False
        for number, name in enumerate(names):
            is_joined = number > 0 and self._is_joined(sentence.text, names[number - 1], name, language)
            is_led = (is_led and is_joined) or self._is_led(sentence.text, tokens, name, cues)
            if not is_led and len(sentence.text) <= _MAX_LINE_LETTERS and self._is_apposed(sentence.text, name):
                is_led = True
            if not is_led and " ".join(tokens[name.start : name.end]) in vocabulary().people:
                continue
            stands_apart = is_title and (is_led or is_joined or self._stands_apart(sentence.text, name))
            weight = _BASE + _LED * is_led + _IN_TITLE * stands_apart + _OPENING * (order < 3)
            near = range(name.start - _WINDOW, name.start)
            behind = range(name.end, name.end + 3)
            if any(at in near or at in behind for at in abroad) or cues.abroad.stand_in(lower):
                if name.reading.kind != CITY and not is_led:
                    continue
                weight += _LED * (not is_led)
                weight += _BESIDE_STAY
            elif any(at in range(name.start - 3, name.end + 3) for at in home) and name.reading.kind == COUNTRY:
                weight += _AT_HOME
            elif has_stay:
                weight += _BESIDE_STAY
            is_of_applicants = (is_of_applicants and is_joined) or any(at in near or at in behind for at in origin)
            if is_of_applicants or of_origin:
                weight += _OF_ORIGIN if not (is_led and has_stay) or is_joined else _OF_ORIGIN / 2
            elif sentence.under == "require":
                weight += _OF_ORIGIN
            elif has_stay and not is_led and (is_joined or self._begins_list(sentence.text, names, number, language)):
                weight += _IN_LIST
            weighed.append((weight, name))
        is_long = len({name.reading.country for _, name in weighed}) >= _LONG_LIST
        if is_long and not (cues.internship.at(tokens) or cues.internship.stand_in(lower) or cues.stay.stand_in(lower)):
            return []
        return weighed

    def _bodies(self, tokens: list[str], cues: Language) -> Iterator[_Name]:
        """The countries whose government, parliament or ministry is named by an adjective: "Magyar Országgyűlés"."""
        for at in cues.at_home.at(tokens):
            for near in range(max(0, at - 3), min(len(tokens), at + 2)):
                country = None if near == at else _nation(tokens[near])
                if country:
                    yield _Name(near, near + 1, country, False)
                    break

    def _is_led(self, text: str, tokens: list[str], name: _Name, cues: Language) -> bool:
        """Whether a preposition before the name, or its case, says "in"."""
        starts = self.tokens[text]
        following = text[starts[name.end - 1][1] :].removeprefix(".")
        written = text[starts[name.start][0] : starts[name.end - 1][1]]
        if written.isupper() and len(written) <= 4 and following[:1] == " " and following[1:2].isalpha():
            return False  # "the U.S. Mission": whose, not where
        for back in (1, 2):
            at = name.start - back
            if at < 0:
                break
            if tokens[at] in cues.into.exact:
                between = text[starts[at][1] : starts[name.start][0]]
                return not any(sign in between for sign in ".;:()")
            if tokens[at] not in _articles():
                break
        if name.start and " ".join(tokens[max(0, name.start - 2) : name.start]).endswith(_branches()):
            return True
        if cues.written_endings and written.endswith(cues.written_endings):
            return True
        if text[: starts[name.start][0]].endswith(_THAI_IN):
            return True
        if _is_unparted(text[starts[name.start][0]]):
            before = text[max(0, starts[name.start][0] - 1) : starts[name.start][0]]
            after = text[starts[name.end - 1][1] : starts[name.end - 1][1] + 2]
            return before in _GLUED_BEFORE or after.startswith(_GLUED_AFTER)
        if cues.has_locative and (name.is_inflected or self._has_ending(tokens[name.end - 1], name, cues)):
            return True
        if name.end < len(tokens) and tokens[name.end] in cues.behind.exact:
            return True
        has_apostrophe = text[starts[name.end - 1][1] :][:1] in ("'", "’")
        if has_apostrophe and name.end < len(tokens) and tokens[name.end] in _TURKISH_IN:
            return True
        return self._is_behind_town(text, tokens, name, cues)

    def _has_ending(self, token: str, name: _Name, cues: Language) -> bool:
        """Whether a word that is itself a known form is also another with an ending that says "in": Brysselissä."""
        for ending, firsts in cues.endings:
            if token.endswith(ending) and len(token) - len(ending) >= _MIN_STEM_LETTERS:
                stem = token[: len(token) - len(ending)]
                for first in firsts:
                    readings = self.names.get(stem + first, [])
                    if first != ending and any(reading.country == name.reading.country for reading in readings):
                        return True
        return False

    def _is_behind_town(self, text: str, tokens: list[str], name: _Name, cues: Language) -> bool:
        """Whether a country stands behind a town that is led to, known or not: "in Bruges, Belgium"."""
        starts = self.tokens[text]
        if (
            name.reading.kind != COUNTRY
            or name.start < 2
            or not _COMMA.fullmatch(text[starts[name.start - 1][1] : starts[name.start][0]])
        ):
            return False
        for at in range(name.start - 1, max(-1, name.start - 4), -1):
            if tokens[at] in cues.into.exact:
                return True
            if not text[starts[at][0]].isupper():
                return False
        return False

    def _is_joined(self, text: str, first: _Name, second: _Name, language: str | None) -> bool:
        """Whether nothing but a comma or a word like "and" stands between two names."""
        starts = self.tokens[text]
        between = text[starts[first.end - 1][1] : starts[second.start][0]]
        joiners = vocabulary().joiners | ({"of"} if language == "nl" else frozenset())
        return all(word in joiners for word in fold(between).split()) and not set(between) & set(".:()")

    def _stands_apart(self, text: str, name: _Name) -> bool:
        """Whether a name is a part of a title of its own, or its last word."""
        starts = self.tokens[text]
        before, after = text[: starts[name.start][0]].rstrip(), text[starts[name.end - 1][1] :].lstrip()
        is_begun = not before or not (before[-1].isalnum() or before[-1] in "'’")
        if _is_unparted(text[starts[name.start][0]]):
            return (not after or not _is_unparted(after[0]) or after.startswith(_GLUED_STAYS)) and is_begun
        return not after or (not after[0].isalnum() and (is_begun or after[0] in ".,:;)|–-/"))

    def _begins_list(self, text: str, names: list[_Name], number: int, language: str | None) -> bool:
        """Whether another name is joined to this one."""
        return number + 1 < len(names) and self._is_joined(text, names[number], names[number + 1], language)

    def _is_apposed(self, text: str, name: _Name) -> bool:
        """Whether a name is a field of a line of its own: "Regional office – Uganda – 1 intern", "Trainee (Nairobi)"."""
        starts = self.tokens[text]
        before, after = text[: starts[name.start][0]].rstrip(), text[starts[name.end - 1][1] :].lstrip()
        return before[-1:] in _FIELD_OPENS and (not after or after[0] in _FIELD_ENDS)

    def _names(self, text: str, tokens: list[str], language: str | None) -> Iterator[_Name]:
        at = 0
        while at < len(tokens):
            start = self.tokens[text][at][0]
            sign = text[start]
            if sign.islower() or sign.isdigit():
                at += 1
                continue
            wider = self._area(tokens, at)
            if wider:
                at += wider
                continue
            name = self._longest(text, tokens, at, language)
            if name is None:
                at += 1
                continue
            yield name
            at = name.end

    def _area(self, tokens: list[str], at: int) -> int:
        """The words of the name of something wider than a country that begins here; 0 where none does."""
        for length in range(min(3, len(tokens) - at), 0, -1):
            if " ".join(tokens[at : at + length]) in _areas():
                return length
        return 0

    def _longest(self, text: str, tokens: list[str], at: int, language: str | None) -> _Name | None:
        for length in range(min(_MAX_NAME_WORDS * 2, len(tokens) - at), 0, -1):
            words = tokens[at : at + length]
            glued = _is_unparted(words[0])
            if length > _MAX_NAME_WORDS and not glued:
                continue
            for key, is_inflected in _keys(words, language):
                readings = self.names.get(key)
                if not readings or not self._may_be_place(text, words, at, glued, length):
                    continue
                if is_inflected or (glued and length < _MIN_GLUED_TOWN):
                    readings = [
                        reading
                        for reading in readings
                        if reading.kind == COUNTRY
                        or reading.population >= (_MIN_GLUED_POPULATION if glued else _MIN_INFLECTED_POPULATION)
                    ]
                choice = settle(readings, Hints()) if readings else None
                if choice:
                    return _Name(at, at + length, choice[0], is_inflected)
        return None

    def _may_be_place(self, text: str, words: list[str], at: int, glued: bool, length: int) -> bool:
        """Whether no everyday word, month or code is meant."""
        if glued:
            first = self.tokens[text][at][0]
            is_korean = "\uac00" <= text[first] <= "\ud7a3"
            return length > 1 and not (is_korean and first > 0 and "\uac00" <= text[first - 1] <= "\ud7a3")
        key = " ".join(words)
        if length > 1:
            return True
        token = text[self.tokens[text][at][0] : self.tokens[text][at][1]]
        if token.lower() in _written_names():
            return True
        if len(token) <= 3 or key in _no_places() or (token.isupper() and len(token) <= 4):
            return key in _SHORT_COUNTRIES
        return True


_GLUED_BEFORE = frozenset("在到赴往於于")
_GLUED_AFTER = ("에서", "에 ", "에", "で", "に", "へ", "现", "の", "내", "의", "、", "·", "및")
_GLUED_STAYS = ("实习", "實習", "インターン", "인턴", "실습", "海外", "現地")
_COMMA = re.compile(r"\s*[,(]\s*")
_THAI_IN = ("ประเทศ", "ที่", "ใน", "กรุง", "เมือง")
_TURKISH_IN = frozenset({"da", "de", "ta", "te", "daki", "deki", "taki", "teki"})
_SHORT_COUNTRIES = frozenset({"usa", "uk", "uae", "сша", "us", "eua", "zda", "jav", "abd", "opa", "rfa", "оаэ", "peru"})


def _tokens(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each word of a text begins and ends, and the word folded. A run of Thai is cut around the names in it."""
    for match in TOKEN.finditer(text):
        start, end = match.span()
        if _THAI.match(match.group()):
            for piece in _thai_names().finditer(match.group()):
                yield start + piece.start(), start + piece.end(), fold_token(piece.group())
            continue
        yield start, end, fold_token(match.group())


def _is_unparted(word: str) -> bool:
    """Whether a word is of a script that puts no spaces between words, and is one sign of it."""
    return _UNPARTED.match(word) is not None


_UNPARTED = re.compile("[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]")
_THAI = re.compile("[\u0e00-\u0e7f]")


@cache
def _thai_names() -> re.Pattern[str]:
    """Names of countries and large towns in Thai, which does not part words."""
    large = places().filter(
        (pl.col("kind") == COUNTRY) | ((pl.col("kind") == CITY) & (pl.col("population") >= _MIN_GLUED_POPULATION))
    )
    names = (
        place_names().filter(pl.col("key").str.contains("^[\u0e00-\u0e7f]{3,}$")).join(large, on="place", how="semi")
    )
    return re.compile("|".join(sorted(names["key"], key=lambda name: (-len(name), name))) or "(?!)")


def _is_large(reading: Reading) -> bool:
    if reading.form not in SPELLED:
        return reading.kind == COUNTRY and reading.form != NAME
    if reading.kind == COUNTRY:
        return True
    if reading.kind == REGION:
        return reading.form == NAME and reading.population >= _MIN_REGION_POPULATION
    return reading.kind == CITY and reading.population >= _MIN_TOWN_POPULATION


def _forms(token: str, language: str | None) -> list[tuple[str, bool]]:
    """A folded word and what its first form may be, and whether it is inflected."""
    forms = [(token, False)]
    cues = _language(language)
    forms += [
        (token[len(letters) :], True)
        for letters in cues.glued_before
        if token.startswith(letters) and len(token) - len(letters) >= _MIN_STEM_LETTERS
    ]
    for ending, firsts in cues.endings:
        if token.endswith(ending) and len(token) - len(ending) >= _MIN_STEM_LETTERS:
            forms += [(token[: len(token) - len(ending)] + first, True) for first in firsts]
    return forms


def _keys(words: list[str], language: str | None) -> Iterator[tuple[str, bool]]:
    if len(words) == 1:
        yield from _forms(words[0], language)
        return
    yield " ".join(words), False
    if not _is_unparted(words[0]) and _language(language).endings:
        options = [_forms(word, language)[:_MAX_FORMS] for word in words]
        for forms in product(*options):
            if any(is_inflected for _, is_inflected in forms):
                yield " ".join(form for form, _ in forms), True


@cache
def _language(code: str | None) -> Language:
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
        written_endings=tuple(reference["written_endings"].get(code, ())) if code else (),
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


def _spelled_out(phrase: str) -> list[str]:
    """The forms of a phrase with one choice; of one open at its start, without the star."""
    head, bracket, rest = phrase.lstrip("*").partition("(")
    if not bracket:
        return [head]
    inner, _, tail = rest.partition(")")
    return [f"{head}{part}{tail}" for part in inner.split("|")]


@cache
def _nations() -> tuple[dict[str, str], dict[str, str]]:
    """The country of each adjective: of those that are whole words, and of the beginnings of others."""
    whole: dict[str, str] = {}
    begun: dict[str, str] = {}
    for country, words in read_reference("nationalities")["countries"].items():
        for word in words:
            if " " not in word and not is_glued(word):
                (begun if word.endswith("*") else whole)[fold(word)] = country
    return whole, begun


@cache
def _informal_names() -> dict[str, str]:
    return {fold(name): country for country, names in read_reference("hosts")["names"].items() for name in names}


@cache
def _written_names() -> frozenset[str]:
    """Those with letters of their own, which no English word has."""
    return frozenset(
        name for names in read_reference("hosts")["names"].values() for name in names if not name.isascii()
    )


@cache
def _countries() -> dict[str, Reading]:
    rows = places().filter(pl.col("kind") == COUNTRY).select("country", "place", "fame", "population")
    return {
        country: Reading(COUNTRY, place, country, None, fame, population, NAME)
        for country, place, fame, population in rows.iter_rows()
    }


def _nation(token: str) -> Reading | None:
    whole, begun = _nations()
    country = whole.get(token) or next(
        (begun[token[:length]] for length in range(len(token), 4, -1) if token[:length] in begun), None
    )
    return _countries().get(country) if country else None


@cache
def _branches() -> tuple[str, ...]:
    return tuple(map(fold, read_reference("hosts")["branches"]))


@cache
def _areas() -> frozenset[str]:
    return frozenset({*vocabulary().areas, "america", "america latina", "amerika"})


_FIELD_OPENS = frozenset("–—-|(:：（•")
_FIELD_ENDS = frozenset("–—-|),;：）.")

_HOMES = {
    "de": "DE AT CH", "it": "IT", "fr": "FR", "es": "ES", "pt": "PT BR", "nl": "NL", "pl": "PL", "cs": "CZ", "sk": "SK",
    "hu": "HU", "ro": "RO", "bg": "BG", "hr": "HR", "sr": "RS", "bs": "BA", "sl": "SI", "mk": "MK", "el": "GR", "tr": "TR",
    "ru": "RU", "uk": "UA", "sv": "SE", "da": "DK", "nb": "NO", "fi": "FI", "is": "IS", "et": "EE", "lv": "LV", "lt": "LT",
    "ja": "JP", "zh": "CN TW HK", "ko": "KR", "vi": "VN", "id": "ID", "ms": "MY", "th": "TH", "he": "IL", "hi": "IN",
    "bn": "BD", "fa": "IR", "ka": "GE", "hy": "AM", "az": "AZ", "kk": "KZ", "uz": "UZ", "sq": "AL", "ca": "ES", "gl": "ES",
    "eu": "ES",
}  # fmt: skip
"""Where most pages of a language are made."""


def _home_countries(language: str | None) -> frozenset[str]:
    return frozenset(_HOMES.get(language or "", "").split())


@cache
def _articles() -> frozenset[str]:
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


@cache
def _no_places() -> frozenset[str]:
    """Everyday words and months, which are no places in prose."""
    months = {
        fold(form)
        for language in read_reference("months")["months"].values()
        for entry in language
        for form in entry.replace("_", " ").split(" ")
    }
    words = vocabulary()
    return frozenset({*words.everyday, *months})
