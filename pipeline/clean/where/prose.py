"""Where a stay is, read from whole sentences: of each name of a place, of what it is the place.

A name counts the more, the more its sentence says that somebody goes there: it stands in the title, behind a preposition or in
a case that means "in", beside a word for the internship, an office, a seat. It counts less or not at all where it is the
country that applicants come from, the one whose embassy it is, an example, one of a long list. The country of the weightiest
names is the host, where they weigh enough; else none is read.

Belongs here: what stands around a name, and how much that counts. Does not belong here: finding the names (`host_names`), the
words around them (`host_words`), short texts that name places and little else (`place_text`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from pipeline.clean.language_tools.sentences import QUESTION_MARKS
from pipeline.clean.where.host_names import MISSION_TO, FoundName, NameFinder, are_joined, lists_of, nation
from pipeline.clean.where.host_words import (
    MIN_STEM_LETTERS,
    Language,
    articles,
    branches,
    home_countries,
    is_unparted,
    language_words,
)
from pipeline.clean.where.mentions import vocabulary
from pipeline.clean.where.origins import GENITIVES, blanked, clause_around, origins_of
from pipeline.clean.where.place_names import CITY, COUNTRY

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
_WINDOW = 6
"""Words before a name in which a word may say whose place it is."""
_MAX_LINE_LETTERS = 110
"""Letters of a line that is no sentence of prose."""
_LONG_LIST = 5
"""Names in a sentence from which on they are a list of examples or of those who may apply."""

_BASE, _LED, _IN_TITLE, _BESIDE_STAY, _AT_HOME, _OPENING = 0.5, 1.5, 1.5, 1.0, 2.0, 0.25
_AGAIN, _MAX_AGAIN = 0.25, 0.75
_OF_ORIGIN = -2.0
_OF_EVENT = -2.0
_OF_PAYER = -2.0
_OF_STORY = -1.5
_LEAVING = 1.0
_OTHER_TITLE = 1.0
_IN_LIST = 1.0
_ENOUGH, _ENOUGH_BESIDE, _ENOUGH_NATIVE = 2.0, 2.25, 2.5
_NEAR_BEST = 1.0
"""What counts for a country, what it needs (the weightiest, one beside it, one where most pages of the language are made), and
how far behind the weightiest another may be."""
_BESIDE_MINISTRY = 3
_CLAUSE = 8
"""Words before or after a name in which a word says of it that something happens there beside the stay."""

_GLUED_BEFORE = frozenset("在到赴往於于駐驻")
_GLUED_AFTER = ("에서", "에 ", "에", "で", "に", "へ", "现", "の", "내", "의", "、", "·", "및")
_GLUED_STAYS = ("实习", "實習", "インターン", "인턴", "실습", "海外", "現地")
_COMMA = re.compile(r"\s*[,(]\s*")
_THAI_IN = ("ประเทศ", "ที่", "ใน", "กรุง", "เมือง")
_TURKISH_IN = frozenset({"da", "de", "ta", "te", "daki", "deki", "taki", "teki"})
_FIELD_OPENS = frozenset("–—-|(:：（•")
_FIELD_ENDS = frozenset("–—-|),;：）.")


class _Sentence(NamedTuple):
    row: int
    number: int
    text: str
    raw_field: str
    under: str | None


class Hosts(NamedTuple):
    """What the sentences of a call say of places: `hosts` by HOSTS; `left`, row and country of those where people only leave
    from; `origins`, row, text of a sentence and `without`, that text with the places that applicants come from blanked."""

    hosts: pl.DataFrame
    left: pl.DataFrame
    origins: pl.DataFrame


def read_hosts(sentences: pl.DataFrame, languages: pl.DataFrame) -> Hosts:
    """The places that the sentences (`phrases.under_headings`) of each row of `languages` (row, language) say the stay to be at;
    none for rows that leave it open."""
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
    left = [(row[0], row[3]) for row in rows if row[4] is None]
    return Hosts(
        hosts,
        pl.DataFrame(left, schema={"row": pl.UInt32, "country": pl.String}, orient="row"),
        pl.DataFrame(reader.origins, schema={"row": pl.UInt32, "text": pl.String, "without": pl.String}, orient="row"),
    )


class _ProseReader:
    """Reads the sentences of one call."""

    def __init__(self, texts: set[tuple[str, str | None]]) -> None:
        self.finder = NameFinder(texts)
        self.tokens, self.words = self.finder.tokens, self.finder.words
        self.origins: list[tuple[int, str, str]] = []

    def hosts(self, sentences: list[_Sentence], language: str | None) -> Iterator[tuple[object, ...]]:
        """The rows of HOSTS of one text."""
        weights: dict[str, list[float]] = defaultdict(list)
        cues = language_words(language)
        names = [self._hosts_only(sentence, language) for sentence in sentences]
        if not any(names) and not any(cues.at_home.is_among(self.words[sentence.text]) for sentence in sentences):
            return
        is_outgoing = any(self._is_outgoing(sentence.text, cues) for sentence in sentences)
        home = home_countries(language) if is_outgoing else frozenset[str]()
        is_sent = is_outgoing or any(cues.abroad.is_among(self.words[sentence.text]) for sentence in sentences)
        best: dict[str, dict[tuple[int, int], tuple[float, tuple[object, ...]]]] = defaultdict(dict)
        titled = set[str]()
        for order, sentence in enumerate(sentences):
            for weight, name in self._weighed(sentence, names[order], order, language, is_sent):
                reading = name.reading
                if sentence.raw_field == "title" and weight >= _ENOUGH:
                    titled.add(reading.country)
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
        native = home_countries(language)
        in_title = {country for country in titled if totals[country] >= _ENOUGH}
        if in_title:
            for country in totals.keys() - in_title:
                totals[country] -= _OTHER_TITLE
        top = max(totals.values(), default=0.0)
        best_weight = max((max(weights[country]) for country, total in totals.items() if total == top), default=0.0)
        is_long = sum(max(of_country) == best_weight for of_country in weights.values()) >= _LONG_LIST
        if any(total >= _ENOUGH for country, total in totals.items() if country not in native):
            # Beside a foreign host, the country of the page's language is where people leave from, but for a town of it.
            for country in native & totals.keys():
                if not any(kind == CITY and weight >= _ENOUGH for (kind, _), (weight, _) in best[country].items()):
                    totals[country] -= _LEAVING
        for country, total in totals.items():
            is_best = max(weights[country]) >= max(_ENOUGH, best_weight) and (total == top or not is_long)
            enough = _ENOUGH_NATIVE if country in native else _ENOUGH if is_best else _ENOUGH_BESIDE
            if total < max(enough, top - _NEAR_BEST):
                if country in home:
                    yield (sentences[0].row, None, None, country, None, None, None, None)
                continue
            heaviest = max(weight for weight, _ in best[country].values())
            yield from (row for weight, row in best[country].values() if weight >= heaviest - _NEAR_BEST)

    def _hosts_only(self, sentence: _Sentence, language: str | None) -> list[FoundName]:
        """The names in a sentence but for those that applicants come from, which are kept as origins."""
        text = sentence.text
        names = list(self.finder.find(text, self.words[text], language))
        runs = lists_of(text, self.tokens[text], names, language)
        origins = origins_of(text, self.words[text], self.tokens[text], runs, language_words(language))
        if origins:
            self.origins.append((sentence.row, text, blanked(text, self.tokens[text], origins)))
        return [name for name in names if name not in origins]

    def _weighed(
        self, sentence: _Sentence, names: list[FoundName], order: int, language: str | None, is_sent: bool
    ) -> list[tuple[float, FoundName]]:
        """Of the names in a sentence those that may be a host's, each with its weight. `is_sent`: the text speaks of going
        abroad or of a mission there, so that a government is who sends."""
        tokens = self.words[sentence.text]
        cues = language_words(language)
        lower = sentence.text.lower()
        is_paid = cues.paid_by.is_among(tokens) or cues.paid_by.occur_in(lower)
        weighed = [
            (_BASE + _AT_HOME + _OPENING * (order < 3), name)
            for name in ([] if is_sent or is_paid else self._bodies(tokens, cues))
        ]
        if not names and not weighed:
            return []
        if cues.elsewhere.is_among(tokens) or cues.elsewhere.occur_in(lower):
            return []
        if not names:
            return weighed
        beside, outside = cues.beside.at(tokens), cues.outside.at(tokens)
        is_of_story = not sentence.text.rstrip().endswith(QUESTION_MARKS) and (
            cues.story.is_among(tokens) or cues.story.occur_in(lower)
        )
        is_title = sentence.raw_field == "title"
        has_stay = cues.stay.is_among(tokens) or cues.stay.occur_in(lower)
        origin, abroad, home = cues.origin.at(tokens), cues.abroad.at(tokens), cues.at_home.at(tokens)
        of_origin = cues.origin.occur_in(lower)
        spans = self.tokens[sentence.text]
        lists = lists_of(sentence.text, spans, names, language)
        listed = {name.start for names_in in lists if len(names_in) > 1 for name in names_in}
        is_led = is_of_applicants = is_from = False
        for number, name in enumerate(names):
            is_joined = number > 0 and are_joined(sentence.text, spans, names[number - 1], name, language)
            is_led = (is_led and is_joined) or self._is_led(sentence.text, tokens, name, cues)
            if not is_led and len(sentence.text) <= _MAX_LINE_LETTERS and self._is_apposed(sentence.text, name):
                is_led = True
            if not is_led and " ".join(tokens[name.start : name.end]) in vocabulary().people:
                continue
            around = range(name.start - _CLAUSE, name.end + _CLAUSE)
            if any(at in range(name.start - 3, name.start) for at in outside):
                continue
            if self._is_represented(tokens, sentence.text, names[number:], cues, {*abroad, *cues.stay.at(tokens)}):
                continue
            is_from = (is_from and is_joined) or (name.start > 0 and tokens[name.start - 1] in cues.coming_from.exact)
            is_owner = bool(cues.possessive_endings) and self._is_owner(sentence.text, name, cues)
            stands_apart = (
                is_title and not is_owner and (is_led or is_joined or self._stands_apart(sentence.text, name))
            )
            weight = _BASE + _LED * is_led + _IN_TITLE * stands_apart + _OPENING * (order < 3)
            weight += _OF_PAYER * (is_paid and not is_led) + _OF_ORIGIN * is_from
            is_of_event = any(at in around for at in beside) or cues.beside.occur_in(
                clause_around(sentence.text, spans, name)
            )
            weight += _OF_EVENT * is_of_event + _OF_STORY * is_of_story
            near = range(name.start - _WINDOW, name.start)
            behind = range(name.end, name.end + 3)
            if any(at in near or at in behind for at in abroad) or cues.abroad.occur_in(lower):
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
            elif sentence.under == "require" and not (has_stay and (is_led or is_joined)):
                weight += _OF_ORIGIN
            elif has_stay and not is_led and name.start in listed:
                weight += _IN_LIST
            weighed.append((weight, name))
        is_long = len({name.reading.country for _, name in weighed}) >= _LONG_LIST
        if is_long and not (
            cues.internship.is_among(tokens) or cues.internship.occur_in(lower) or cues.stay.occur_in(lower)
        ):
            return []
        return self._alike_in_lists(sentence.text, weighed, language)

    def _alike_in_lists(
        self, text: str, weighed: list[tuple[float, FoundName]], language: str | None
    ) -> list[tuple[float, FoundName]]:
        """The names with their weights: those of one list ("Brussels, Luxembourg and Strasbourg") weigh as its weightiest."""
        weight_of = {name.start: weight for weight, name in weighed}
        runs = lists_of(text, self.tokens[text], [name for _, name in weighed], language)
        return [(max(weight_of[other.start] for other in run), name) for run in runs for name in run]

    def _is_represented(
        self, tokens: list[str], text: str, names: list[FoundName], cues: Language, offices: set[int]
    ) -> bool:
        """Whether the first name is of whom an office is that is elsewhere: "Bureau du Québec à Dakar"."""
        name, *others = names
        if (
            not name.start
            or tokens[name.start - 1] not in GENITIVES
            or offices.isdisjoint(range(name.start - 4, name.start))
        ):
            return False
        return any(
            other.reading.country != name.reading.country and self._is_led(text, tokens, other, cues)
            for other in others
        )

    def _is_owner(self, text: str, name: FoundName, cues: Language) -> bool:
        """Whether the ending of a name says that what follows is its own: "Lietuvos ambasada"."""
        return text[: self.tokens[text][name.end - 1][1]].endswith(cues.possessive_endings)

    def _is_outgoing(self, text: str, cues: Language) -> bool:
        """Whether a sentence speaks of going abroad; "foreign" beside "ministry" does not."""
        tokens = self.words[text]
        home = cues.at_home.at(tokens)
        return cues.outgoing.occur_in(text.lower()) or any(
            all(abs(at - near) > _BESIDE_MINISTRY for near in home) for at in cues.outgoing.at(tokens)
        )

    def _bodies(self, tokens: list[str], cues: Language) -> Iterator[FoundName]:
        """The countries whose government, parliament or ministry is named by an adjective: "Magyar Országgyűlés"."""
        for at in cues.at_home.at(tokens):
            for near in range(max(0, at - 3), min(len(tokens), at + 2)):
                country = None if near == at else nation(tokens[near])
                if country:
                    yield FoundName(near, near + 1, country, False)
                    break

    def _is_led(self, text: str, tokens: list[str], name: FoundName, cues: Language) -> bool:
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
            if tokens[at] not in articles():
                break
        if name.start and " ".join(tokens[max(0, name.start - 2) : name.start]).endswith(branches()):
            return not set(text[starts[name.start - 1][1] : starts[name.start][0]]) & set(".;:()")
        if cues.written_endings and written.endswith(cues.written_endings):
            return True
        if cues.possessive_endings and self._is_owner(text, name, cues):
            return False
        if text[: starts[name.start][0]].endswith(_THAI_IN):
            return True
        if is_unparted(text[starts[name.start][0]]):
            before = text[max(0, starts[name.start][0] - 1) : starts[name.start][0]]
            if before == MISSION_TO:
                return True
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

    def _has_ending(self, token: str, name: FoundName, cues: Language) -> bool:
        """Whether a word that is itself a known form is also another with an ending that says "in": Brysselissä."""
        for ending, firsts in cues.endings:
            if token.endswith(ending) and len(token) - len(ending) >= MIN_STEM_LETTERS:
                stem = token[: len(token) - len(ending)]
                for first in firsts:
                    readings = self.finder.names.get(stem + first, [])
                    if first != ending and any(reading.country == name.reading.country for reading in readings):
                        return True
        return False

    def _is_behind_town(self, text: str, tokens: list[str], name: FoundName, cues: Language) -> bool:
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

    def _stands_apart(self, text: str, name: FoundName) -> bool:
        """Whether a name is a part of a title of its own, or its last word."""
        starts = self.tokens[text]
        before, after = text[: starts[name.start][0]].rstrip(), text[starts[name.end - 1][1] :].lstrip()
        is_begun = not before or not (before[-1].isalnum() or before[-1] in "'’")
        if is_unparted(text[starts[name.start][0]]):
            return (not after or not is_unparted(after[0]) or after.startswith(_GLUED_STAYS)) and is_begun
        return not after or (not after[0].isalnum() and (is_begun or after[0] in ".,:;)|–-/"))

    def _is_apposed(self, text: str, name: FoundName) -> bool:
        """Whether a name is a field of a line of its own: "Regional office – Uganda – 1 intern", "Trainee (Nairobi)"."""
        starts = self.tokens[text]
        before, after = text[: starts[name.start][0]].rstrip(), text[starts[name.end - 1][1] :].lstrip()
        return before[-1:] in _FIELD_OPENS and (not after or after[0] in _FIELD_ENDS)
