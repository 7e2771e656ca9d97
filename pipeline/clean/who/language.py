"""Language: what a posting is written in, and which languages it asks for, how well.

Belongs here: the source's own word, a catalogue of one language, detection by script and frequent words. Does not belong
here: the words (data/reference/languages.yaml).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

import polars as pl

from pipeline.clean.language_tools.dictionary import flat, read_reference
from pipeline.clean.language_tools.extraction import (
    SOURCE,
    Extraction,
    by_source,
    evidence,
    extraction,
    over_distinct,
    unknown,
)
from pipeline.clean.language_tools.phrases import Fact, Hit, Phrases, Sentence, columns_of, read_sentences
from pipeline.clean.language_tools.text import SHORT
from pipeline.tables import LANGUAGE_LEVEL
from scrapers.source import Source

_READ_LETTERS = 400
_LEAST_WORDS = 12
"""A shorter text is a title or a line of facts, whose few words several languages share."""
_LEAST_SIGNS = {"ja": 0.1}
"""Least share of letters in a language's own script, 0.4 elsewhere: Japanese is mixed with Chinese signs."""
_LEAST_SHARE = 0.15
"""Least share of frequent words among all: prose has a third, a list of names hardly any."""
_LEAD = 1.4
"""The best language has so many times the frequent words of the second; neighbours share many."""
_LEAST_OWN = 4
_OWN_LEAD = 4
"""Letters of its own that a text in a language has, and how many times those of any other: names have a few."""
_NEAR = 40
"""Letters between a language and the level asked for."""
_SHORT_CLAUSE = 5
"""Words of a clause such as "French is a plus": a longer one may wish for something else."""
_SHORT_EXAM = 4
"""Letters of the name of an exam that a common word may have too."""
_CEFR = re.compile(r"(?<![A-Za-z0-9])[ABC][12](?![A-Za-z0-9])")
_SCORE = re.compile(r"\b(?:IELTS|TOEFL)\b[^\d,;.]{0,20}\d{1,3}(?:\.\d)?", re.IGNORECASE)
_NEXT_WORD = re.compile(r" ([^\W\d_][\w'’]*|[&+])")
_LAST_OF_LIST = re.compile(
    r",? (?:and|or|und|oder|et|ou|y|o|e|en|of|och|eller|og|ja|tai|i|lub|a|nebo|și|sau|és|vagy|ve|veya|и|или|&) "
)
_JOINS = re.compile(rf"(?:{_LAST_OF_LIST.pattern}|, |/)")
_WORD_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_]+) $")
_BREAK = re.compile(
    r"[;(–—，；。、،]|,(?=\s|[^\x00-\x7f])|\s-\s"
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
    raw: pl.DataFrame, descriptions: pl.Series, said: pl.DataFrame, sources: Mapping[str, Source]
) -> Extraction:
    """posting_language, languages_required, languages_preferred, language_levels.

    `descriptions`: plain text, one a row; `said`: the sentences of title and description (`phrases.under_headings`)."""
    frame = raw.select(
        "row", pl.col("language").str.head(SHORT),
        text=descriptions.str.head(_READ_LETTERS),
        only=by_source(sources, _only_language, pl.String),
    )  # fmt: skip
    named = over_distinct(
        frame, ["language"], lambda word: (parse_language(word),) if word else None, {"said": pl.String}
    )
    rows = frame.hstack(named).hstack(detect(frame["text"]))
    rows = rows.with_columns(posting_language=pl.coalesce("said", "seen", "only"))
    from_catalogue = rows.filter(pl.col("said").is_null() & pl.col("seen").is_null())
    facts = read_sentences(said, _phrases(), _read)
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
            evidence(rows, "posting_language", "language", "language", value="said"),
            evidence(rows.filter(pl.col("said").is_null()), "posting_language", "seen_quote", "description", "derived", "seen"),
            evidence(from_catalogue, "posting_language", pl.format("languages: {}", "only"), SOURCE, SOURCE),
            proofs,
        ],
        [unknown(rows.filter(pl.col("said").is_null()), "posting_language", "language")],
    )  # fmt: skip


def _read(said: Sentence) -> Iterator[Fact]:
    """What a sentence asks for, clause by clause: a word of wish holds for the names of its clause, or of the one before."""
    if said.has("other_than_skill") or not said.has("language", "exam"):
        return
    if not (said.has("skill", "exam", "optional") or _CEFR.search(said.text)):
        return
    named = [
        hit for hit in said.all("language", "exam") if not _is_of_nation(said, hit) and not _is_common_word(said, hit)
    ]
    clauses = [_Clause(start, end, said, named) for start, end in _clauses(said, named)]
    asks = [clause for clause in clauses if clause.names]
    is_of_some = said.has("of_some_places")
    of_a_list = min((hit.end for hit in said.all("some_of")), default=None)
    is_about_skill = False
    for number, clause in enumerate(clauses):
        is_about_skill = is_about_skill or clause.is_about_skill
        if not clause.names or not is_about_skill:
            continue
        follows = clauses[number + 1] if number + 1 < len(clauses) else None
        is_wished = (
            clause.is_wish
            or said.under == "optional"
            or (follows is not None and follows.is_wish and not follows.names and not follows.is_of_others)
        )
        if clause.is_not_needed and not is_wished:
            continue
        is_choice = is_of_some or (len(clause.names) > 1 and clause.is_choice and not said.has("both", "some_of"))
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


def _is_of_nation(said: Sentence, name: Hit) -> bool:
    """Whether the name of a language says of which nation something is: Norwegian nationals, le marché français."""
    after = _NEXT_WORD.match(said.lower, name.end)
    before = _WORD_BEFORE.search(said.lower, max(0, name.start - 20), name.start)
    if after and (after[1] in _words("nation_after") or (_is_english(said, name) and not _may_follow(said, after))):
        return True
    return before is not None and before[1] in _words("nation_before")


def _is_common_word(said: Sentence, name: Hit) -> bool:
    """Whether the short name of an exam is a word of another language: DELE is Spanish, "dele" is Portuguese for his."""
    written = said.text[name.start : name.end]
    if not name.cue.startswith("exam") or len(written) > _SHORT_EXAM or written.isupper():
        return False
    return _CEFR.match(said.text[name.end :].lstrip()) is None


def _is_english(said: Sentence, name: Hit) -> bool:
    return said.lower[name.start : name.end] in _english_names()


def _may_follow(said: Sentence, after: re.Match[str]) -> bool:
    """Whether a word may follow the name of a language, at once or after one word more: "English drafting skills"."""
    next_word = _NEXT_WORD.match(said.lower, after.end())
    is_of_skill = next_word is not None and next_word[1] in ("skills", "proficiency", "speaker", "speakers")
    return after[1] in _words("may_follow") or after[1] in _names() or is_of_skill


def _clauses(said: Sentence, named: list[Hit]) -> list[tuple[int, int]]:
    """Where the parts of a sentence between its marks begin and end; brackets without a language belong to what they follow."""
    languages = [hit.start for hit in (*named, *said.all("other_languages")) if not _is_exam_of_last(hit, named)]
    commas = _commas_of_lists(said, named)
    ends = []
    for match in _BREAK.finditer(said.lower):
        closing = said.lower.find(")", match.end())
        is_note = match.group() == "(" and not any(match.end() <= place < closing for place in languages)
        if not is_note and match.start() not in commas:
            ends.append(match.start())
    return list(zip([0, *ends], [*ends, len(said.lower)], strict=True))


def _is_exam_of_last(exam: Hit, named: list[Hit]) -> bool:
    """Whether it is an exam of the language named last before it: "Japanese is a plus (JLPT N3)"."""
    before = [hit for hit in named if hit.end <= exam.start]
    is_exam = exam.cue.startswith("exam")
    return is_exam and bool(before) and before[-1].cue.partition(".")[2] == exam.cue.partition(".")[2]


def _commas_of_lists(said: Sentence, named: list[Hit]) -> set[int]:
    """Where the commas of "Chinese, Japanese or Korean" stand: what is said of the last is said of all."""
    commas: set[int] = set()
    pending: list[int] = []
    for one, other in pairwise(sorted(named, key=lambda hit: hit.start)):
        gap = said.lower[one.end : other.start]
        if gap == ", ":
            pending.append(one.end)
            continue
        if _LAST_OF_LIST.fullmatch(gap):
            commas.update(pending)
            commas.update([one.end] if gap.startswith(",") else [])
        pending = []
    return commas


class _Clause:
    """A part of a sentence: the languages in it by their place, and what it says of them."""

    def __init__(self, start: int, end: int, said: Sentence, named: list[Hit]) -> None:
        inside = [hit for hit in said.hits if start <= hit.start < end]
        self.text = said.text[start:end]
        self._start = start
        self._places: dict[str, tuple[int, int]] = {}
        for hit in named:
            if start <= hit.start < end:
                self._places.setdefault(hit.cue.split(".")[1], (hit.start - start, hit.end - start))
        self.names = list(self._places)
        self.is_wish = any(hit.cue == "optional" for hit in inside)
        self.is_not_needed = any(hit.cue == "not_needed" for hit in inside)
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
        told = level, self.text[slice(*words)] if words else None
        leader = self._joined_to(name) if told == (None, None) else None
        return self.level_of(leader) if leader else told

    def _joined_to(self, name: str) -> str | None:
        """The language named right before another in a list, where what is said of it stands before it."""
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
    """Whether what starts there is said of the name that ends here: "German C1", "German (C1"."""
    return end <= start and text[end:start].strip() in ("", "(", ":", "-", "–")


def _level_of_score(words: str) -> str | None:
    exam, score = words.lower().split()[0], float(re.findall(r"\d+(?:\.\d+)?", words)[-1])
    least = read_reference("languages")["scores"][exam]
    reached = [level for level, from_score in sorted(least.items()) if score >= from_score]
    return reached[-1] if reached else None


def parse_language(word: str) -> str | None:
    """ISO 639-1 of a code ("en", "en-GB", "de_DE") or name ("English", "Deutsch")."""
    text = word.strip().lower()
    code = re.fullmatch(r"([a-z]{2})(?:[-_][a-z]{2,4})?", text)
    if code:
        return "nb" if code[1] in ("no", "nn") else code[1]
    return _names().get(text)


def detect(texts: pl.Series) -> pl.DataFrame:
    """seen, seen_quote, one row a text: the language of each text and the words that tell, null where it is too short or
    undecided."""
    distinct = texts.to_frame("text").unique().filter(pl.col("text").is_not_null())
    foreign = distinct.filter(pl.col("text").str.count_matches(r"[^\x00-\xff]") >= _LEAST_WORDS)
    scripts = foreign.with_columns(
        seen=pl.Series([_script(text) for text in foreign["text"]], dtype=pl.String),
        seen_quote=pl.col("text").str.strip_chars().str.split("\n").list.first(),
    ).filter(pl.col("seen").is_not_null())
    lines = pl.col("text").str.strip_chars().str.split("\n")
    longest = lines.list.get(lines.list.eval(pl.element().str.len_chars()).list.arg_max())
    voted = _by_frequent_words(distinct.join(scripts, on="text", how="anti")).with_columns(seen_quote=longest)
    unsure = foreign.join(pl.concat([scripts, voted.select(scripts.columns)]), on="text", how="anti")
    spelled = unsure.with_columns(
        seen=pl.Series([_own_letters(text) for text in unsure["text"]], dtype=pl.String), seen_quote=longest
    ).filter(pl.col("seen").is_not_null())
    told = pl.concat([part.select(scripts.columns) for part in (scripts, voted, spelled)])
    return texts.to_frame("text").join(told, on="text", how="left", maintain_order="left").drop("text")


def _by_frequent_words(texts: pl.DataFrame) -> pl.DataFrame:
    """text, seen: the texts that have enough frequent words of one language, and far more than of any other."""
    letters = pl.col("text").str.to_lowercase().str.replace_all(r"[^\p{L}\p{Nl}\p{No}]", " ")
    words = (
        texts.with_row_index("id")
        .select("id", word=letters.str.split(" "))
        .explode("word")
        .filter(pl.col("word") != "")
        .group_by("id", "word")
        .len("times")
    )
    counted = words.group_by("id").agg(pl.col("times").sum().alias("words"))
    met = words.join(_stop_words(), on="word")
    votes = (
        met.explode("languages")
        .group_by("id", "languages")
        .agg(votes=(pl.col("times") * pl.col("weight")).sum())
        .sort("id", "votes", "languages", descending=[False, True, False])
        .group_by("id", maintain_order=True)
        .agg(
            seen=pl.col("languages").first(),
            first=pl.col("votes").first(),
            second=pl.col("votes").get(1, null_on_oob=True),
        )
    )
    told = votes.join(counted, on="id").join(met.group_by("id").agg(pl.col("times").sum().alias("met")), on="id")
    is_decided = (
        (pl.col("words") >= _LEAST_WORDS)
        & (pl.col("met") >= _LEAST_SHARE * pl.col("words"))
        & (pl.col("first") >= _LEAD * pl.col("second").fill_null(0))
    )
    return texts.with_row_index("id").join(told.filter(is_decided), on="id").select("text", "seen")


def _script(text: str) -> str | None:
    """The language whose own script most of a text is written in."""
    beyond_latin = len(text) - len(text.encode("latin-1", "ignore"))
    if beyond_latin < _LEAST_WORDS:
        return None
    letters = len(re.findall(r"[^\W\d_]", text))
    for language, script in read_reference("languages")["scripts"].items():
        if len(re.findall(script, text)) >= _LEAST_SIGNS.get(language, 0.4) * letters:
            return str(language)
    return None


def _own_letters(text: str) -> str | None:
    """The language that alone has some of the letters of a text."""
    lower = text.lower()
    met = {
        language: len(re.findall(letters, lower))
        for language, letters in read_reference("languages")["letters"].items()
    }
    most = sorted(met.items(), key=lambda item: -item[1])[:2]
    return most[0][0] if most[0][1] >= _LEAST_OWN and most[0][1] >= _OWN_LEAD * most[1][1] else None


def _only_language(source: Source) -> str | None:
    return source.languages[0] if len(source.languages) == 1 else None


@cache
def _names() -> dict[str, str]:
    names = read_reference("languages")["names"]
    return {name: code for code, words in names.items() for name in words if "*" not in name}


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(read_reference("languages")[name])


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


@cache
def _stop_words() -> pl.DataFrame:
    """word, languages, weight: a vote is shared by the languages that have the word, in whole numbers."""
    languages: dict[str, list[str]] = {}
    for language, words in read_reference("languages")["stop_words"].items():
        for word in dict.fromkeys(words):
            languages.setdefault(word, []).append(language)
    return pl.DataFrame(
        [(word, codes, math.lcm(*range(1, 17)) // len(codes)) for word, codes in languages.items()],
        schema={"word": pl.String, "languages": pl.List(pl.String), "weight": pl.Int64},
        orient="row",
    )
