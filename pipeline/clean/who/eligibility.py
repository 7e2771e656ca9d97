"""Eligibility: who may apply, as the sentences of a listing say it.

Belongs here: student, recent graduate, professional; level and year of study, enrolment, age, time since the degree;
nationality, residence, right to work, visa support: facts of their own, none drawn from another. Does not belong here: a
phrase (data/reference/eligibility.yaml, nationalities.yaml); inferring a student from the word intern.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import (
    Literals,
    any_of,
    bare,
    flat,
    forms,
    is_glued,
    read_reference,
    spaced_words,
)
from pipeline.clean.language_tools.extraction import WEEKS_A_MONTH, Extraction, columns_of, extraction, over_distinct
from pipeline.clean.language_tools.lengths import Length, ends_with_lasting, find_lengths
from pipeline.clean.language_tools.phrases import Fact, Hit, Phrases, Sentence, read_phrases, read_sentences
from pipeline.clean.language_tools.sense import clause_of, denials, is_denied, is_ruled_out, languages_of
from pipeline.clean.language_tools.text import bare_key
from pipeline.clean.who.ages import ages
from pipeline.clean.who.nationality import nationality, with_third_countries
from pipeline.clean.who.study_years import listed_years
from pipeline.clean.who.visa import HELPERS as VISA_HELPERS
from pipeline.clean.who.visa import visa_support

WHO = ("student", "recent_graduate", "professional")
_STATED = ("enrolment", "work_right")
_TEXT, _TEXTS = pl.String(), pl.List(pl.String)
_SCHEMA: dict[str, pl.DataType] = {
    "eligibility": _TEXTS, "study_levels": _TEXTS, "study_years": pl.List(pl.Int32), "enrolment": _TEXT,
    "mandatory_only": pl.Boolean(), "graduated_within_months": pl.Int32(), "age_min": pl.Int32(), "age_max": pl.Int32(),
    "nationalities": _TEXTS, "nationality_rule": _TEXT, "residence_countries": _TEXTS, "work_right": _TEXT,
    "visa_support": _TEXT,
}  # fmt: skip
_GRADUATES = re.compile(r"(?:titulad|graduad|egresad|licenciad|diplomad|laureat)[oaie]s? $")
"""Before "universitarios": graduates, no students."""
_SHORT = 30
"""Letters of a line that is a condition by itself: "Ab 18 Jahren."."""
_DIGIT = re.compile(r"\d")
_MOST_MONTHS = 120
_BESIDE = 8
"""Letters between a length and a word that says how it is meant."""
_AFTER_EXPERIENCE = 30
"""Letters between a word for experience and its length."""
_NEAR_DEGREE = 60
"""Letters between a length and the degree since which it is counted."""


def clean_eligibility(raw: pl.DataFrame, sentences: pl.DataFrame) -> Extraction:
    """eligibility, study_levels, study_years, enrolment, mandatory_only, graduated_within_months, age_min, age_max,
    nationalities, nationality_rule, residence_countries, work_right, visa_support.

    `sentences`: those of title and description (`phrases.under_headings`); notes in `extra` are read before them."""
    notes = over_distinct(raw, ["extra"], lambda extra: (_notes(extra),), {"extra": pl.String})["extra"]
    facts = pl.concat([read_sentences(part, _phrases(), _read) for part in (_lines(notes), sentences)]).sort(
        "row", maintain_order=True
    )
    facts = with_third_countries(facts)
    # Excluded nationalities and those that alone may apply are not one list: the first rule counts.
    rule = (
        facts.filter(pl.col("field") == "nationality_rule")
        .unique("row", keep="first", maintain_order=True)
        .select("row", rule="value")
    )
    named = facts.filter(pl.col("field") == "nationalities").join(rule, on="row", how="inner", maintain_order="left")
    split = named.with_columns(parts=pl.col("value").str.splitn(":", 2)).with_columns(
        of=pl.col("parts").struct.field("field_0"), value=pl.col("parts").struct.field("field_1")
    )
    kept = split.filter(pl.col("of") == pl.col("rule")).select(facts.columns)
    # Who may also have left the university need not be enrolled.
    others = facts.filter(pl.col("field") == "eligibility", pl.col("value").is_in(WHO[1:])).select("row").unique()
    must_be = pl.col("field") == "enrolment", pl.col("value") == "required"
    moot = facts.filter(*must_be).join(others, on="row", how="semi").select("row").unique()
    left = facts.filter(pl.col("field") != "nationalities").filter(
        ~(pl.all_horizontal(must_be) & pl.col("row").is_in(moot["row"].implode()))
    )
    columns, proofs = columns_of(raw, pl.concat([left, kept]), _SCHEMA)
    return extraction(columns, [proofs])


def _read(sentence: Sentence) -> Iterator[Fact]:
    if sentence.has("student", "study_year", "enrolment", "mandatory_only", "graduate", "held_degree", *WHO[1:]):
        yield from _who(sentence)
    if sentence.has("level", "study_year", "year_of_study", "graduate_programme", "student", "enrolment"):
        yield from _studies(sentence)
    for field in _STATED if sentence.has(*_STATED) else ():
        if hits := [hit for hit in sentence.all(field) if not _is_needless(sentence, hit)]:
            yield Fact(field, hits[0].cue.split(".")[1])
    if answer := visa_support(sentence):
        yield Fact("visa_support", answer)
    if sentence.has("mandatory_only"):
        yield Fact("mandatory_only", True)
    yield from _ages(sentence)
    yield from _since_degree(sentence)
    if sentence.has("any_nationality", "nationality", "nationality_behind", "residence", "third_countries"):
        yield from nationality(sentence)


def _who(sentence: Sentence) -> Iterator[Fact]:
    served = sentence.all("served")

    def is_applicant(hit: Hit) -> bool:
        return not any(other.start <= hit.start and hit.end <= other.end + 1 for other in served)

    is_about_applicants = sentence.is_title or sentence.under == "require" or (sentence.has("applicant") and not served)
    plain = [
        hit
        for hit in sentence.all("student.plain", "enrolment.required", "mandatory_only")
        if is_applicant(hit) and not _is_needless(sentence, hit)
    ]
    after_graduates = {hit.end + 1 for hit in sentence.all("graduate")}  # diplomirani studenti
    nouns = [
        hit
        for hit in sentence.all("student.noun")
        if is_applicant(hit)
        and not _is_refused(sentence, hit)
        and hit.start not in after_graduates
        and not _GRADUATES.search(sentence.lower[max(0, hit.start - 14) : hit.start])
    ]
    if (
        plain
        or (nouns and (is_about_applicants or nouns[0].start <= 12))
        or (sentence.has("study_year") and not (served or sentence.has("holds")))
    ):
        yield Fact("eligibility", "student")
    for who in ("recent_graduate", "professional"):
        named = [hit for hit in sentence.all(who) if is_applicant(hit)]
        is_served = served and not sentence.has("applicant")
        if not is_served and any(not _is_shut_out(sentence, hit) for hit in named):
            yield Fact("eligibility", who)
    if is_about_applicants and sentence.under not in ("optional", "documents"):
        # étudiants diplômés
        after_students = {hit.end + 1 for hit in sentence.all("student")}
        graduates = [hit for hit in sentence.all("graduate") if is_applicant(hit) and hit.start not in after_students]
        may_apply = any(
            not (_is_shut_out(sentence, hit) or is_denied(sentence.lower, hit.start, hit.end)) for hit in graduates
        )
        if may_apply or _holds_degree(sentence):
            yield Fact("eligibility", "recent_graduate")


def _is_shut_out(sentence: Sentence, hit: Hit) -> bool:
    """Whether those whom a phrase names must not apply: "graduates are excluded"."""
    return _is_refused(sentence, hit) or is_ruled_out(sentence.lower, hit.start, hit.end)


def _is_refused(sentence: Sentence, hit: Hit) -> bool:
    """Whether words for shutting out stand in the clause of a phrase; in Chinese and the like a comma parts clauses, too."""
    start, end = clause_of(sentence.lower, hit.start, hit.end)
    if is_glued(sentence.lower[hit.start : hit.end]):
        start = max(start, sentence.lower.rfind("，", 0, hit.start) + 1)
        comma = sentence.lower.find("，", hit.end)
        end = min(end, comma) if comma >= 0 else end
    return any(start <= other.start < end for other in sentence.all("excluded", "not_admitted"))


def _is_needless(sentence: Sentence, hit: Hit) -> bool:
    """Whether nobody need be what a phrase says: "you do not have to be a student"."""
    if not hit.cue.endswith((".required", ".plain")):
        return False
    start, end = clause_of(sentence.lower, hit.start, hit.end)
    is_needless = any(start <= other.start < end for other in sentence.all("needless"))
    return is_needless or is_ruled_out(sentence.lower, hit.start, hit.end)


def _holds_degree(sentence: Sentence) -> bool:
    """Whether a sentence about applicants asks for a degree that they hold: not beside one for students, but for "or"."""
    students = sentence.all("student", "enrolment", "study_year")
    for hit in sentence.all("held_degree"):
        if is_denied(sentence.lower, hit.start, hit.end):
            continue
        if all(_or().search(sentence.lower, *_gap(hit, other)) for other in students):
            return True
    return False


def _gap(one: Hit, other: Hit) -> tuple[int, int]:
    """Where what lies between two phrases begins and ends; before the second where they touch."""
    first, second = sorted((one, other), key=lambda hit: hit.start)
    return max(0, min(first.end, second.start) - 1), second.start + 3


@cache
def _or() -> re.Pattern[str]:
    return re.compile(any_of(flat(read_reference("eligibility")["or"])))


def _studies(sentence: Sentence) -> Iterator[Fact]:
    if sentence.all("served"):
        return
    if (
        sentence.has("degree")
        or sentence.is_title
        or sentence.under == "require"
        or sentence.has("student", "applicant")
    ):
        for hit in sentence.all("level"):
            if not _is_unfinished(sentence, hit) and _is_of_its_language(sentence, hit):
                yield Fact("study_levels", hit.cue.split(".")[1])
    if sentence.has("graduate_programme") and sentence.has("student", "enrolment"):
        yield Fact("study_levels", "7")
    for hit in () if sentence.has("holds") else sentence.all("study_year"):
        yield Fact("study_years", hit.cue.split(".")[1])
    if not sentence.has("holds") and sentence.has("year_of_study", "study_year", "student"):
        for year in listed_years(sentence.lower):
            yield Fact("study_years", str(year))
    if not sentence.has("holds") and _DIGIT.search(sentence.lower):
        for divisor, pattern in _year_patterns():
            for match in pattern.finditer(sentence.lower):
                for number in filter(None, match.groups()):
                    yield Fact("study_years", str(-(-int(number) // divisor)))


def _is_unfinished(sentence: Sentence, level: Hit) -> bool:
    """Whether a level is one that applicants must not have: "who have not begun a PhD", "PhD students need not apply"."""
    return _is_refused(sentence, level) or any(
        0 <= level.start - end <= _NEAR_LEVEL for _, end in denials(sentence.lower)
    )


_NEAR_LEVEL = 16
"""Letters between a denial and the level that it denies."""


def _is_of_its_language(sentence: Sentence, level: Hit) -> bool:
    """Whether a word for a level is one in the language of the sentence: "these" is no thesis, "but" no French degree."""
    word = sentence.lower[level.start : level.end]
    own = _languages_of_levels().get(word)
    spoken = languages_of(sentence.lower)
    return own is None or spoken is None or not own.isdisjoint(spoken)


@cache
def _languages_of_levels() -> dict[str, frozenset[str]]:
    """The languages of each word for a level that is written out whole."""
    languages: dict[str, set[str]] = {}
    for by_language in read_reference("eligibility")["level"].values():
        for language, phrases in by_language.items():
            for form in {form for phrase in phrases for form in forms(phrase) if "*" not in form}:
                languages.setdefault(form, set()).add(language)
                languages.setdefault(bare(form), set()).add(language)
    return {word: frozenset(codes) for word, codes in languages.items()}


def _ages(sentence: Sentence) -> Iterator[Fact]:
    if not sentence.has("age"):
        return
    is_about_applicants = (
        sentence.is_title or sentence.under == "require" or sentence.has("applicant", "nationality", *WHO)
    )
    yield from ages(sentence, is_about_applicants or len(sentence.lower) <= _SHORT)


def _since_degree(sentence: Sentence) -> Iterator[Fact]:
    if not sentence.has("graduated", "recent_graduate", "graduate", "held_degree"):
        return
    months = _months_by_pattern(sentence.lower) or _months_since(sentence) or _months_of_last_year(sentence)
    if months and 1 <= months <= _MOST_MONTHS:
        yield Fact("graduated_within_months", months)
        yield Fact("eligibility", "recent_graduate")


def _months_by_pattern(lower: str) -> int | None:
    for pattern in _since_patterns() if _units().occur_in(lower) else ():
        if match := pattern.search(lower):
            number = match["number"]
            count = int(number) if number.isdigit() else _number_words()[number]
            return count * (12 if match["unit"] in _year_words() else 1)
    return None


def _months_since(sentence: Sentence) -> int | None:
    """The months of a length that a word for "within the last" or "at most" stands beside, and one for a degree near it."""
    lately = sentence.all("lately")
    if not lately:
        return None
    for length in find_lengths(sentence.text):
        if length.unit not in ("month", "year") or not (weeks := length.most or length.least):
            continue
        is_lately = any(max(length.start - hit.end, hit.start - length.end) <= _BESIDE for hit in lately)
        start, end = clause_of(sentence.lower, length.start, length.end)
        degrees = sentence.all("graduated", "recent_graduate", "graduate", "held_degree")
        is_of_degree = any(
            start <= hit.start <= end and max(hit.start - length.end, length.start - hit.end) <= _NEAR_DEGREE
            for hit in degrees
        )
        if is_lately and is_of_degree and not _is_of_other(sentence, length):
            return round(weeks / WEEKS_A_MONTH)
    return None


def _months_of_last_year(sentence: Sentence) -> int | None:
    """Twelve, where a degree was finished "within the past year" or "less than a year ago", and not within so many of them."""
    found = [length for length in find_lengths(sentence.text) if length.unit in ("month", "year")]
    for lately in sentence.all("lately"):
        behind = lately.end - lately.start >= _FEWEST_LETTERS and _year_behind().match(sentence.lower, lately.end)
        if not behind and not _year_before().search(sentence.lower[: lately.start]):
            continue
        start, end = clause_of(sentence.lower, lately.start, lately.end)
        if any(start <= length.start < end for length in found):
            return None
        degrees = [hit for hit in sentence.all("graduated", "graduate", "recent_graduate") if start <= hit.start < end]
        if not all(_is_parted_by_or(sentence.lower, hit, lately) for hit in degrees):
            return None if any(hit.start in range(start, end) for hit in sentence.all("not_since")) else 12
    return None


def _is_parted_by_or(lower: str, one: Hit, other: Hit) -> bool:
    """Whether "or" stands between two phrases."""
    first, second = sorted((one, other), key=lambda hit: hit.start)
    return _or().search(lower, first.end, second.start) is not None


_FEWEST_LETTERS = 4
"""Of a word for "lately" that no number follows: shorter ones are "to" and "by", too."""


_OF = r"(?:of|de|du|des|der|del|della|di|do|da|van|av|af)\s"
"""Between a year and what it is a year of: the last year of a course is none since a degree."""


@cache
def _year_behind() -> re.Pattern[str]:
    """A year without a number behind a word for "lately": "within the past year", "meno di un anno"."""
    return re.compile(rf"\w*\W{{0,3}}(?:[^\W\d]{{1,8}}\W{{1,2}}){{0,2}}{_years()}(?!\W{{0,3}}\d|\s{_OF})")


@cache
def _year_before() -> re.Pattern[str]:
    """The same before it: "në vitin e fundit"."""
    return re.compile(rf"(?<!\d ){_years()}\W{{1,3}}(?:[^\W\d]{{1,2}}\W)?$")


def _years() -> str:
    return any_of(read_reference("dates")["units"]["year"])


def _is_of_other(sentence: Sentence, length: Length) -> bool:
    """Whether a length is of experience, of a stay or an age, or of what lasts so long; "years" in it is no age."""
    is_within = any(0 <= length.start - hit.end <= _BESIDE for hit in sentence.all("lately"))
    if not is_within and ends_with_lasting(sentence.lower[max(0, length.start - _NEAR_DEGREE) : length.start]):
        return True
    near, within = range(length.start - _BESIDE, length.end + _BESIDE), range(length.start, length.end)
    if any(hit.start in near and hit.start not in within for hit in sentence.all("not_since", "age")):
        return True
    return any(0 <= length.start - hit.end <= _AFTER_EXPERIENCE for hit in sentence.all("not_since"))


def _lines(notes: pl.Series) -> pl.DataFrame:
    """The lines of notes, one or none a row, as a frame of `under_headings`."""
    return (
        notes.str.split("\n").to_frame("text").with_row_index("row").explode("text").drop_nulls("text")
        .select(
            pl.col("row").cast(pl.UInt32), pl.lit(0, pl.UInt32).alias("place"), "text",
            raw_field=pl.lit("extra"), under=pl.lit("require"), spaced=spaced_words(pl.col("text")),
        )
    )  # fmt: skip


def _notes(extra: str | None) -> str | None:
    """The values of `extra` that tell who may apply, as text, one a line."""
    keys = _note_keys()
    values = json.loads(extra or "{}")
    notes = [value for key, value in values.items() if bare_key(key) in keys and isinstance(value, str)]
    return "\n".join(notes) or None


@cache
def _note_keys() -> frozenset[str]:
    return frozenset(read_reference("eligibility")["extra_keys"])


@cache
def _phrases() -> Phrases:
    named = read_reference("nationalities")
    document = read_reference("eligibility")
    cues = [name for name in document if name not in ("extra_keys", "or")]
    return read_phrases("eligibility", *cues).with_more(
        {f"country.{code}": flat(words) for code, words in named["countries"].items()}
        | {f"group.{name}": flat(words) for name, words in named["group_words"].items()},
        needs=dict.fromkeys(
            (
                "applicant",
                "served",
                "only",
                "excluded",
                "not_admitted",
                "foreign",
                "favoured",
                "degree",
                "country",
                "group",
                "wider",
                "holds",
                "others",
                "lately",
                "members",
                "needless",
                "not_since",
                "supposed",
                *VISA_HELPERS,
            ),
            (),
        )
        | {"visa": VISA_HELPERS, "graduated": ("lately",)},
    )


@cache
def _year_patterns() -> list[tuple[int, re.Pattern[str]]]:
    """Patterns of years of study, and of semesters, of which two are a year."""
    reference = read_reference("ages")
    return [
        (divisor, re.compile(pattern))
        for divisor, name in ((1, "study_years"), (2, "semesters"))
        for pattern in reference[name]
    ]


@cache
def _units() -> Literals:
    return Literals(flat(read_reference("ages")["units"]))


@cache
def _since_patterns() -> list[re.Pattern[str]]:
    reference = read_reference("ages")
    words = "|".join(sorted(_number_words(), key=lambda word: (-len(word), word)))
    units = "|".join(sorted(flat(reference["units"]), key=lambda word: (-len(word), word)))
    number, unit = rf"(?P<number>\d{{1,3}}|{words})", rf"(?P<unit>{units})"
    return [re.compile(shape.replace("{n}", number).replace("{unit}", unit)) for shape in reference["since_degree"]]


@cache
def _number_words() -> dict[str, int]:
    return {word: int(number) for number, words in read_reference("ages")["numbers"].items() for word in words}


@cache
def _year_words() -> frozenset[str]:
    return frozenset(read_reference("ages")["units"]["year"])
