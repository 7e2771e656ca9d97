"""Language: what a posting is written in, and which languages it asks for, how well.

Belongs here: reading what a sentence asks for. Does not belong here: the words (data/reference/languages.yaml), telling
languages apart (`who.posting_language`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

import polars as pl

from pipeline.clean.language_tools.dictionary import any_of, flat, read_reference
from pipeline.clean.language_tools.extraction import (
    SOURCE,
    Extraction,
    by_source,
    columns_of,
    evidence,
    extraction,
    over_distinct,
    unknown,
)
from pipeline.clean.language_tools.phrases import Fact, Hit, Phrases, Sentence, read_sentences
from pipeline.clean.language_tools.sense import is_frequent_word, is_ruled_out
from pipeline.clean.language_tools.text import SHORT
from pipeline.clean.who.posting_language import MAX_LETTERS_READ, detect, language_names, only_language, parse_language
from pipeline.tables import LANGUAGE_LEVEL
from scrapers.source import Source

_NEAR = 40
"""Letters between a language and the level asked for."""

_SHORT_CLAUSE = 5
"""Words of a clause such as "French is a plus": a longer one may wish for something else."""

_SHORT_NAME = 4
"""Letters of a name that another language may have for an everyday word."""

_SHORT_EXAM = 4
"""Letters of the name of an exam that a common word may have too."""

_MAX_LETTERS_BESIDE = 4
"""Letters beside each name in a line of nothing but languages."""

_REST_OF_WORD = re.compile(r"[^\W\d_]*")

_CEFR = re.compile(r"(?<![A-Za-z0-9])[ABC][12](?![A-Za-z0-9])")

_SCORE = re.compile(r"\b(?:IELTS|TOEFL)\b[^\d,;.]{0,20}\d{1,3}(?:\.\d)?", re.IGNORECASE)

_NEXT_WORD = re.compile(r" ([^\W\d_][\w'’]*|[&+])")

_LAST_OF_LIST = re.compile(
    r",? (?:and|or|und|oder|et|ou|y|o|e|en|of|och|eller|og|ja|tai|i|lub|a|nebo|și|sau|és|vagy|ve|veya|и|или|&|als auch|as well as"
    r"|або|та|і|й|ή|και|ir|arba|ar|un|vai|või|in|ali|ili|alebo|či|dhe|ose|eta|edo|eða|i|atau|dan|và|hoặc|na|au"
    r"|বা|অথবা|এবং|ও|और|या|یا|و|أو) "
)

_JOINS = re.compile(rf"(?:{_LAST_OF_LIST.pattern}|, |/)")

_WORD_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_]+) $")

_BREAK = re.compile(
    r"[;(–—，；。、،؛।]|\.(?=\s)|,(?=\s|[^\x00-\x7f])|\s-\s"
    r"|\b(?:and|und|et|y|e|en|och|og|ja|i|a|și|és|ve|и|και|та|but|aber|mais|pero|ma|maar|men|ale|но) "
    r"(?=(?:knowledge|a |an |any |another|additional|further|other|preferably|ideally|good|basic|some|kenntnisse|weitere"
    r"|idealerweise|vorzugsweise|möglichst|gute|la |une? |de |des |de préférence|idéalement|conocimientos|preferiblemente"
    r"|preferentemente|conoscenza|preferibilmente|preferencialmente|kennis|bij voorkeur|kunskaper|helst|gärna|gjerne|gerne"
    r"|znajomość|najlepiej|znalost|mielellään|lehetőleg|tercihen|знание|желательно|бажано))"
)

_HELPERS = (
    "skill", "other_than_skill", "choice", "optional", "other_languages", "level_words", "of_some_places", "some_of", "both",
    "not_needed",
)  # fmt: skip

ASKED = ("languages_required", "languages_preferred", "language_levels")


def clean_language(
    raw: pl.DataFrame, descriptions: pl.Series, sentences: pl.DataFrame, sources: Mapping[str, Source]
) -> Extraction:
    """posting_language, languages_required, languages_preferred, language_levels.

    `descriptions`: plain text, one a row; `sentences`: those of title and description (`phrases.under_headings`)."""
    frame = raw.select(
        "row", pl.col("language").str.head(SHORT),
        text=descriptions.str.head(MAX_LETTERS_READ),
        only=by_source(sources, only_language, pl.String),
    )  # fmt: skip
    named = over_distinct(
        frame, ["language"], lambda word: (parse_language(word),) if word else None, {"named": pl.String}
    )
    unnamed = frame.hstack(named).select(pl.when(pl.col("named").is_null()).then("text"))["text"]
    rows = frame.hstack(named).hstack(detect(unnamed))
    rows = rows.with_columns(posting_language=pl.coalesce("named", "seen", "only"))
    from_catalogue = rows.filter(pl.col("named").is_null() & pl.col("seen").is_null())
    facts = read_sentences(sentences, _phrases(), _read)
    # Required in one place and welcome in another is required.
    required = facts.filter(pl.col("field") == "languages_required").select("row", "value")
    welcome = (pl.col("field") == "languages_preferred") & pl.struct("row", "value").is_in(
        required.to_struct().implode()
    )
    asked, proofs = columns_of(raw, facts.filter(~welcome), {name: pl.List(pl.String()) for name in ASKED})
    levels = (
        asked["language_levels"]
        .to_frame()
        .select(
            pl.col("language_levels").list.eval(pl.element().str.json_decode(LANGUAGE_LEVEL)).alias("language_levels")
        )
    )
    return extraction(
        rows.select("posting_language").hstack(asked.drop("language_levels")).hstack(levels),
        [
            evidence(rows, "posting_language", "language", "language", value="named"),
            evidence(rows.filter(pl.col("named").is_null()), "posting_language", "seen_quote", "description", "derived", "seen"),
            evidence(from_catalogue, "posting_language", pl.format("languages: {}", "only"), SOURCE, SOURCE),
            proofs,
        ],
        [unknown(rows.filter(pl.col("named").is_null()), "posting_language", "language")],
    )  # fmt: skip


def _read(sentence: Sentence) -> Iterator[Fact]:
    """What a sentence asks for, clause by clause: a word of wish holds for the names of its clause, or of the one before."""
    if sentence.has("other_than_skill") or not sentence.has("language", "exam"):
        return
    is_asked = sentence.has("skill", "exam", "optional") or _CEFR.search(sentence.text) or _is_list(sentence)
    if not is_asked:
        return
    named = [
        hit
        for hit in sentence.all("language", "exam")
        if not _is_of_nation(sentence, hit) and not _is_common_word(sentence, hit)
    ]
    clauses = [_Clause(start, end, sentence, named) for start, end in _clauses(sentence, named)]
    asks = [clause for clause in clauses if clause.names]
    is_of_some = sentence.has("of_some_places")
    of_a_list = min((hit.end for hit in sentence.all("some_of")), default=None)
    is_about_skill = _is_list(sentence)
    for number, clause in enumerate(clauses):
        is_about_skill = is_about_skill or clause.is_about_skill
        if not clause.names or not is_about_skill:
            continue
        is_wished = clause.is_wish or sentence.under == "optional" or _is_wished_later(clauses[number + 1 :])
        if not is_wished and (clause.is_not_needed or _is_needless(clauses[number + 1 :])):
            continue
        is_choice = is_of_some or (len(clause.names) > 1 and clause.is_choice and not sentence.has("both", "some_of"))
        if is_choice and not is_of_some and len(asks) == 1 and is_wished is False:
            continue
        field = "languages_preferred" if is_wished else "languages_required"
        for name in clause.names:
            is_of_a_list = of_a_list is not None and clause.start_of(name) >= of_a_list
            if is_wished or not (is_choice or is_of_a_list):
                yield Fact(field, name)
            cefr, words = clause.level_of(name)
            if cefr or words:
                level = {
                    "language": name,
                    "cefr": cefr,
                    "required": not is_wished and not is_choice and not is_of_a_list,
                    "text": words or cefr,
                }
                yield Fact("language_levels", json.dumps(level, ensure_ascii=False, sort_keys=True))


def _is_wished_later(follows: list[_Clause]) -> bool:
    """Whether what follows the clause of a language, up to the next demand or the end of its part, is a wish: "Dutch, or
    German, in which the letters are written, is a plus"."""
    for clause in follows:
        if clause.is_apart:
            return False
        if clause.is_wish:
            return not clause.is_of_others and (not clause.names or clause.is_joined)
        if clause.names and not clause.is_joined:
            return False
    return False


def _is_needless(follows: list[_Clause]) -> bool:
    """Whether the clause behind that of a language, which names none, says that it need not be known: "Russian, but it is not
    required"."""
    return bool(follows) and follows[0].is_not_needed and not follows[0].names and not follows[0].is_apart


def _is_list(sentence: Sentence) -> bool:
    """Whether a line below a heading for what is asked for is but names of languages: "Portuguese and English"."""
    if sentence.under != "require":
        return False
    ends = [_word_end(sentence, hit) - hit.start for hit in sentence.all("language")]
    return len(re.sub(r"\W", "", sentence.lower)) - sum(ends) <= _MAX_LETTERS_BESIDE * len(ends)


def _word_end(sentence: Sentence, hit: Hit) -> int:
    """Where the word ends in which the stem of a name ends."""
    rest = _REST_OF_WORD.match(sentence.lower, hit.end)
    return rest.end() if rest else hit.end


def _is_of_nation(sentence: Sentence, name: Hit) -> bool:
    """Whether the name of a language says of which nation something is: Norwegian nationals, le marché français."""
    after = _NEXT_WORD.match(sentence.lower, name.end)
    before = _WORD_BEFORE.search(sentence.lower, max(0, name.start - 20), name.start)
    if after and (
        after[1] in _words("nation_after") or (_is_english(sentence, name) and not _may_follow(sentence, after))
    ):
        return True
    return before is not None and before[1] in _words("nation_before")


def _is_common_word(sentence: Sentence, name: Hit) -> bool:
    """Whether a name is a word of another language: DELE is a Spanish exam, "dele" is Portuguese for his."""
    written = sentence.text[name.start : name.end]
    # Hungarian for Danish is the Indonesian "and"
    if len(written) <= _SHORT_NAME and is_frequent_word(written.lower(), sentence.lower):
        return True
    if not name.cue.startswith("exam") or len(written) > _SHORT_EXAM or written.isupper():
        return False
    return _CEFR.match(sentence.text[name.end :].lstrip()) is None


def _is_english(sentence: Sentence, name: Hit) -> bool:
    return sentence.lower[name.start : name.end] in _english_names()


def _may_follow(sentence: Sentence, after: re.Match[str]) -> bool:
    """Whether a word may follow the name of a language, at once or after one word more: "English drafting skills"."""
    next_word = _NEXT_WORD.match(sentence.lower, after.end())
    is_of_skill = next_word is not None and next_word[1] in ("skills", "proficiency", "speaker", "speakers")
    return after[1] in _words("may_follow") or after[1] in language_names() or is_of_skill


def _clauses(sentence: Sentence, named: list[Hit]) -> list[tuple[int, int]]:
    """Where the parts of a sentence between its marks begin and end; brackets without a language belong to what they follow."""
    languages = [hit.start for hit in (*named, *sentence.all("other_languages")) if not _is_exam_of_last(hit, named)]
    commas = _commas_of_lists(sentence, named)
    ends = []
    for match in _BREAK.finditer(sentence.lower):
        closing = sentence.lower.find(")", match.end())
        is_note = match.group() == "(" and not any(match.end() <= place < closing for place in languages)
        if not is_note and match.start() not in commas:
            ends.append(match.start())
    return list(zip([0, *ends], [*ends, len(sentence.lower)], strict=True))


def _is_exam_of_last(exam: Hit, named: list[Hit]) -> bool:
    """Whether it is an exam of the language named last before it: "Japanese is a plus (JLPT N3)"."""
    before = [hit for hit in named if hit.end <= exam.start]
    is_exam = exam.cue.startswith("exam")
    return is_exam and bool(before) and before[-1].cue.partition(".")[2] == exam.cue.partition(".")[2]


def _commas_of_lists(sentence: Sentence, named: list[Hit]) -> set[int]:
    """Where the commas of "Chinese, Japanese or Korean" stand: what is sentence of the last is sentence of all."""
    commas: set[int] = set()
    pending: list[int] = []
    for one, other in pairwise(sorted(named, key=lambda hit: hit.start)):
        gap = sentence.lower[_word_end(sentence, one) : other.start]
        if gap == ", ":
            pending.append(_word_end(sentence, one))
            continue
        if gap == "、":
            commas.update([*pending, _word_end(sentence, one)])
        if _LAST_OF_LIST.fullmatch(gap):
            commas.update(pending)
            commas.update([_word_end(sentence, one)] if gap.startswith(",") else [])
        pending = []
    return commas


class _Clause:
    """A part of a sentence: the languages in it by their place, and what it says of them."""

    def __init__(self, start: int, end: int, sentence: Sentence, named: list[Hit]) -> None:
        inside = [hit for hit in sentence.hits if start <= hit.start < end]
        self.text = sentence.text[start:end]
        self._start = start
        self._places: dict[str, tuple[int, int]] = {}
        for hit in named:
            if start <= hit.start < end:
                self._places.setdefault(hit.cue.split(".")[1], (hit.start - start, hit.end - start))
        self.names = list(self._places)
        self.is_wish = any(hit.cue == "optional" for hit in inside)
        self.is_apart = self.text.startswith((";", "；", "؛", ".", "。", "।"))
        self.is_joined = _choice_before().match(self.text.lower()) is not None
        self.is_not_needed = any(hit.cue == "not_needed" for hit in inside) or any(
            is_ruled_out(sentence.lower, start + first, start + last) for first, last in self._places.values()
        )
        self.is_of_others = any(hit.cue == "other_languages" for hit in inside)
        is_short_wish = self.is_wish and len(self.text.split()) <= _SHORT_CLAUSE
        self.is_about_skill = (
            is_short_wish
            or bool(_CEFR.search(self.text))
            or any(hit.cue in ("skill",) or hit.cue.startswith("exam") for hit in inside)
        )
        places = sorted(self._places.values())
        self.is_choice = any(
            hit.cue == "choice" and places and places[0][0] - 12 <= hit.start - start <= places[-1][1] for hit in inside
        )
        self._levels = [(hit.start - start, hit.end - start) for hit in inside if hit.cue == "level_words"]

    def start_of(self, name: str) -> int:
        """Where a language is named in the sentence."""
        return self._start + self._places[name][0]

    def level_of(self, name: str) -> tuple[str | None, str | None]:
        """CEFR level and words for the level of a language, each the nearest that no other language lies between; of the
        later ones of "excellent German and English" those before the first."""
        cefr = self._nearest(name, [match.span() for match in _CEFR.finditer(self.text)])
        score = self._nearest(name, [match.span() for match in _SCORE.finditer(self.text)])
        words = score or self._nearest(name, self._levels)
        level = (
            self.text[slice(*cefr)].upper() if cefr else _level_of_score(self.text[slice(*score)]) if score else None
        )
        level_and_words = level, self.text[slice(*words)] if words else None
        leader = self._joined_to(name) if level_and_words == (None, None) else None
        return self.level_of(leader) if leader else level_and_words

    def _joined_to(self, name: str) -> str | None:
        """The language named right before another in a list, where what is sentence of it stands before it."""
        start, _ = self._places[name]
        for other, place in self._places.items():
            if place[1] < start and _JOINS.fullmatch(self.text[place[1] : start].lower()):
                marks = [match.span() for match in (*_CEFR.finditer(self.text), *_SCORE.finditer(self.text))]
                is_before = not any(span[0] >= place[1] for span in (*marks, *self._levels))
                return other if is_before else None
        return None

    def _nearest(self, name: str, spans: list[tuple[int, int]]) -> tuple[int, int] | None:
        start, end = self._places[name]
        others = [place for other, place in self._places.items() if other != name]

        def gap(span: tuple[int, int]) -> int:
            return max(span[0] - end, start - span[1], 0)

        near = [
            span
            for span in spans
            if gap(span) <= _NEAR
            and not any(min(end, span[1]) <= place[0] < max(start, span[0]) for place in others)
            and not (span[1] <= start and any(_follows(self.text, place[1], span[0]) for place in others))
        ]
        return min(near, key=lambda span: (gap(span), span)) if near else None


def _follows(text: str, end: int, start: int) -> bool:
    """Whether what starts there is sentence of the name that ends here: "German C1", "German (C1"."""
    return end <= start and text[end:start].strip() in ("", "(", ":", "-", "–")


def _level_of_score(words: str) -> str | None:
    exam, score = words.lower().split()[0], float(re.findall(r"\d+(?:\.\d+)?", words)[-1])
    least = read_reference("languages")["scores"][exam]
    reached = [level for level, from_score in sorted(least.items()) if score >= from_score]
    return reached[-1] if reached else None


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(read_reference("languages")[name])


@cache
def _choice_before() -> re.Pattern[str]:
    """What joins the name of a language to the one before a comma: "Dutch, or German"."""
    return re.compile(rf"[,،，]?\s?{any_of(flat(read_reference('languages')['choice']))}\s")


@cache
def _english_names() -> frozenset[str]:
    return frozenset(read_reference("languages")["english_names"].values())


@cache
def _phrases() -> Phrases:
    reference = read_reference("languages")
    cues = {name: flat(reference[name]) for name in _HELPERS}
    cues |= {f"language.{code}": words for code, words in reference["names"].items()}
    cues |= {f"exam.{code}": words for code, words in reference["exams"].items()}
    return Phrases(cues, dict.fromkeys(_HELPERS, ()))
