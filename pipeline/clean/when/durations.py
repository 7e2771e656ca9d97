"""Durations: how many weeks the stay takes, read from a field or from prose.

Belongs here: which sentence, and which length in it, is that of the stay. Does not belong here: reading lengths
(`language_tools.lengths`); the words (data/reference/dates.yaml); weeks counted between two dates (`when.dates`).
"""

from __future__ import annotations

import re
from functools import cache, partial

import polars as pl

from pipeline.clean.language_tools.dictionary import (
    Literals,
    WordPattern,
    any_of,
    flat,
    holds,
    is_glued,
    on_texts,
    read_reference,
    spaced_words,
    stems,
)
from pipeline.clean.language_tools.extraction import (
    Extraction,
    Schema,
    evidence,
    extraction,
    over_distinct,
    unknown,
)
from pipeline.clean.language_tools.lengths import Length, ends_with_lasting, find_lengths, number_words
from pipeline.clean.language_tools.phrase_forms import spaced_form
from pipeline.clean.language_tools.sense import denials
from pipeline.clean.language_tools.sentences import having, read_best

_ALONE = 25
"""Letters beside a duration in a cell or line that needs no word for what lasts so long."""

_BEGINNING = 60
"""The same where the line begins with it."""

_FEW_WEEKS = 2

_MAX_TIMES_SHORTEST = 4
"""Of lengths that a sentence offers side by side the longest is so many times the shortest; more are of different things."""

_BEHIND = 20
"""Letters behind a length in which the verb stands that has its object before it."""

_JOINED = 3
"""Letters before a label in the same word that say what else lasts."""

_LABELLED = 4
"""The score of a length behind a label."""

_SHORT = ("mo", "wk", "ay", "év", "kk", "hó")
"""Units of two letters that stand in few other words beside a number."""

_ASIDE = re.compile(r"[,(;|]|\.\s")

_CLAUSE = re.compile(r"[,(;:)\[\]–|/]|\.\s")

_READ: Schema = {"score": pl.Int32, "weeks_min": pl.Int32, "weeks_max": pl.Int32, "quote": pl.String}


def clean_duration(frame: pl.DataFrame, sentences: pl.DataFrame, between: pl.DataFrame) -> Extraction:
    """weeks_min, weeks_max; from the raw field `duration`, else from the sentence that speaks of the stay most plainly.
    `between`: row and the `weeks` between the days of the stay, which go before a length that no sentence says to be its."""
    field = over_distinct(
        frame, ["duration"], lambda text: (1, *parsed) if text and (parsed := parse_duration(text)) else None, _READ
    )
    prose = read_best(_candidates(sentences), [], parse_stay, _READ)
    dated = between.filter(pl.col("weeks").is_not_null())["row"]
    prose = prose.filter((pl.col("score") > 1) | ~pl.col("row").is_in(dated.implode()))
    rows = (
        frame.select("row", text="duration")
        .hstack(field)
        .join(prose, on="row", how="left", maintain_order="left", suffix="_prose")
    )
    from_field = pl.col("score").is_not_null()
    rows = rows.select(
        "row", "text",
        *(pl.when(from_field).then(name).otherwise(f"{name}_prose").alias(name) for name in ("weeks_min", "weeks_max", "quote")),
        raw_field=pl.when(from_field).then(pl.lit("duration")).otherwise("raw_field"),
        is_read=from_field,
    )  # fmt: skip
    silent = any_of(read_reference("dates")["no_deadline"])
    unread = pl.when(~pl.col("is_read")).then("text")
    missed = rows.filter(~on_texts(unread, lambda text: text.str.contains(f"(?i){silent}"), pl.Boolean))
    fields = ("weeks_min", "weeks_max")
    return extraction(
        rows.select(fields),
        [evidence(rows, field, "quote", pl.col("raw_field")) for field in fields],
        [unknown(missed, "weeks_min", "text")],
    )


def parse_duration(text: str) -> tuple[int | None, int | None, str] | None:
    """Least and greatest duration in weeks, and the words; None where the text states none."""
    stays = find_lengths(text)
    return stays[0][:3] if stays else None


def parse_stay(sentence: str) -> tuple[int, int | None, int | None, str] | None:
    """What a sentence says of the length of the stay, with a score; None where its durations are of something else."""
    if _stay_name_words().occur_in(sentence.lower()):
        sentence = _stay_names().sub(lambda match: "_" * len(match.group()), sentence)
    stays = find_lengths(sentence)
    if not stays:
        return None
    lower = sentence.lower()
    is_about_stay, is_about_intern = _stay().occur_in(lower), speaks_of_intern(lower)
    best: tuple[int, int | None, int | None, str] | None = None
    equal: list[Length] = []
    limits: list[Length] = []
    for stay in stays:
        before, after = (
            sentence[max(0, stay.start - 60) : stay.start].lower(),
            sentence[stay.end : stay.end + 60].lower(),
        )
        clause_before, clause_after = _CLAUSE.split(before)[-1], _CLAUSE.split(after)[0]
        label = _label_before().search(before)
        if label and _is_other(_joined(before, label.start())):
            label = None  # 유효기간, the time for which something is valid
        if not is_about_intern and _something_lasts().search(lower[: stay.start] + clause_after[:_BEHIND]):
            continue  # "the well takes four to six months to drill"
        lasts = ends_with_lasting(before)
        is_of_stay = _stay_after().match(clause_after) is not None
        if label is None and (
            _is_other(_ASIDE.split(before.rstrip("(（ "))[-1][-28:])
            or (not is_of_stay and _is_other(clause_after[:24]))
        ):
            continue
        if _every().search(before):
            continue
        if label is None and _more_than().search(before) and denials(sentence.lower()):
            limits.append(stay)  # not for who was with us for more than six weeks, or no more than these
            continue
        is_long = stay.unit in ("year", "day", "workday")
        if label is None and stay.unit == "year" and (stay.most is None or _is_other(clause_after)):
            continue  # years of experience
        if stay.unit in ("day", "workday") and label is None and (stay.most or stay.least or 0) < _FEW_WEEKS:
            continue  # days a week, working days
        if stay.unit == "workday" and (not is_about_stay or _is_other(before)):
            continue  # "we answer within 20 working days"
        rest = len(sentence) - len(stay.quote)
        is_apart = stay.start <= 3 or len((clause_before + clause_after).strip()) <= _ALONE // 2
        if label:
            score = _LABELLED
        elif is_long and not is_about_stay:
            continue
        elif rest <= _ALONE or (stay.start <= 3 and rest <= _BEGINNING):
            score = 3
        elif is_about_stay and (not is_long or stay.start <= 40 or lasts):
            score = 3 if stay.start <= 60 or lasts else 2
        elif not is_long and (is_apart or is_about_intern):
            score = 2
        else:
            continue
        if best is None or score > best[0]:
            best, equal = (score, stay.least, stay.most, stay.quote), []
        if score == best[0]:
            equal.append(stay)
    if best is None:
        return None
    score, least, most, quote = _with_limit(sentence, _with_alternatives(sentence, best, equal), limits)
    is_whole = score == _LABELLED and least is not None and most is not None
    return score + is_whole, least, most, quote  # a bound alone goes after both


def _joined(text: str, end: int) -> str:
    """The few letters that are joined to what begins at `end`."""
    start = end
    while start > max(0, end - _JOINED) and text[start - 1].isalpha():
        start -= 1
    return text[start:end]


def speaks_of_intern(lower: str) -> bool:
    """Whether a lower-case sentence names the stay, those who apply, or speaks to the reader."""
    return _stay().occur_in(lower) or _interns().search(lower) is not None


def _with_alternatives(
    sentence: str, best: tuple[int, int | None, int | None, str], stays: list[Length]
) -> tuple[int, int | None, int | None, str]:
    """The best length of a sentence with those named beside it: "for two months 2,000 €, for four 3,000 €"."""
    ends = [end for stay in stays for end in (stay.least, stay.most) if end]
    is_each_exact = all(stay.least == stay.most and stay.unit == stays[0].unit for stay in stays)
    if len(stays) < 2 or not is_each_exact or len(set(ends)) < 2 or max(ends) > _MAX_TIMES_SHORTEST * min(ends):
        return best
    return best[0], min(ends), max(ends), sentence[stays[0].start : stays[-1].end]


def _with_limit(
    sentence: str, best: tuple[int, int | None, int | None, str], limits: list[Length]
) -> tuple[int, int | None, int | None, str]:
    """The least length with what the sentence says that it can't be longer than: "at least two months, more than four is not
    possible"."""
    score, least, most, quote = best
    limit = next((stay for stay in limits if stay.most and least and stay.most >= least), None)
    if most is not None or limit is None:
        return best
    return score, least, limit.most, sentence[sentence.find(quote) : limit.end]


def _candidates(sentences: pl.DataFrame) -> pl.DataFrame:
    """Sentences in which a number, or a word for one, stands before a unit of time."""
    units = flat(read_reference("dates")["units"])
    words = _durations_in_words()
    with_unit = having(sentences, [*(unit for unit in units if len(unit) > 2 or is_glued(unit)), *words, *_SHORT])
    spaced = pl.col("spaced")
    looked_in = with_unit.select(spaced=spaced_words(pl.col("text"))).with_columns(
        is_in_words=holds(spaced, _spaced_durations()),
        numbered=pl.when(spaced.str.contains(r"\p{N}") | holds(spaced, _spaced_numbers())).then(spaced),
    )
    is_counted = pl.any_horizontal(
        on_texts(pl.col("numbered"), partial(_contains, shape), pl.Boolean) for shape in _numbers_and_units()
    )
    return with_unit.filter(looked_in.select(pl.col("is_in_words") | is_counted.fill_null(False)).to_series())


def _contains(pattern: str, text: pl.Expr) -> pl.Expr:
    return text.str.contains(pattern)


@cache
def _durations_in_words() -> tuple[str, ...]:
    return tuple(word.strip("*") for word in flat(read_reference("dates")["durations_in_words"]))


@cache
def _spaced_durations() -> Literals:
    return Literals(sorted(set(map(spaced_form, _durations_in_words()))))


@cache
def _spaced_numbers() -> Literals:
    """The words for numbers, as `_numbers_and_units` looks for them."""
    return Literals(sorted({f"{' ' * (not is_glued(name))}{spaced_form(name)}" for name in number_words()}))


@cache
def _numbers_and_units() -> tuple[str, str]:
    """What polars can look for fast in a text of `spaced_words`: a number, then within few blanks a unit; numbers as words of
    scripts that do not part words by themselves. In one pattern, or in texts as they are, it takes thirty times as long."""
    units = sorted(set(map(spaced_form, flat(read_reference("dates")["units"]))), key=len, reverse=True)
    of_letters, of_signs = ("|".join(unit for unit in units if is_glued(unit) == glued) for glued in (False, True))
    latin = "|".join(sorted(spaced_form(name) for name in number_words() if not is_glued(name)))
    glued = "|".join(sorted(name for name in number_words() if is_glued(name)))
    unit = rf"(?: {{0,4}}| {{1,2}}\d+ {{1,2}})(?:(?:{of_letters})[ \p{{N}}\p{{M}}]|{of_signs})"
    return rf"(?:\p{{N}}| (?:{latin})){unit}", rf"(?:{glued}){unit}"


@cache
def _label_before() -> WordPattern:
    """The label of a length that what stands before it, in lower case, ends with."""
    return WordPattern(
        flat(read_reference("dates")["duration_labels"]),
        lambda labels: labels + r"\W{0,3}(?:[^\W\d]+\W{1,2}){0,3}$",
    )


@cache
def _every() -> WordPattern:
    """A word for each right before a length: "every six months"."""
    return WordPattern(read_reference("dates")["every"], lambda words: words + r"\s?$")


@cache
def _more_than() -> re.Pattern[str]:
    return re.compile(any_of(flat(read_reference("dates")["more_than"])) + r"\s$")


@cache
def _stay() -> Literals:
    return Literals(stems(read_reference("dates")["stay"]))


@cache
def _interns() -> WordPattern:
    """Whom a lower-case sentence speaks of if not of a stay: the reader, or those who apply."""
    return WordPattern(flat([read_reference("dates")[name] for name in ("addressed", "stay_for")]))


@cache
def _something_lasts() -> WordPattern:
    """A verb of lasting or of taking time, with what lasts before it."""
    verbs = flat([read_reference("dates")[name] for name in ("lasting", "takes_time")])
    return WordPattern(verbs, lambda verb: rf"[^\W\d_]{{2}}.*?{verb}")


@cache
def _stay_after() -> re.Pattern[str]:
    """The word for the stay right behind its length, or whom it is for: what follows is said of these, not of the length."""
    nouns, who = (
        "|".join(re.escape(stem) for stem in sorted(stems(read_reference("dates")[name]), key=len, reverse=True))
        for name in ("internship_stems", "stay_for")
    )
    to_whom = r"\s(?:for|für|pour|para|per|voor|för|dla|pro|pentru|для)\s(?:[^\W\d]+\s)?"
    return re.compile(rf"[\s-]{{0,2}}(?:{nouns})|{to_whom}(?:{who})")


@cache
def _stay_name_words() -> Literals:
    return Literals(word.strip("*") for word in read_reference("dates")["stay_names"])


@cache
def _stay_names() -> re.Pattern[str]:
    return re.compile(any_of(read_reference("dates")["stay_names"]), re.IGNORECASE)


def _is_other(lower: str) -> bool:
    """Whether words in lower case say that what lasts is no stay."""
    return _no_stay_stems().occur_in(lower) and _no_stay().search(lower) is not None


@cache
def _no_stay_stems() -> Literals:
    return Literals(stems(read_reference("dates")["no_stay"]))


@cache
def _no_stay() -> re.Pattern[str]:
    """Stems count at the beginning of a word; those of a script that does not part words anywhere."""
    words = _no_stay_stems()
    latin = "|".join(re.escape(stem) for stem in sorted(words, key=len, reverse=True) if not is_glued(stem))
    glued = "|".join(re.escape(stem) for stem in sorted(words, key=len, reverse=True) if is_glued(stem))
    return re.compile(rf"(?<![^\W\d_])(?:{latin})|{glued}")
