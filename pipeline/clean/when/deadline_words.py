"""The words of deadlines: labels, what asks to apply, "by", "extended", as patterns for any of the languages.

Belongs here: the words of data/reference/dates.yaml that stand beside a deadline, made into patterns. Does not belong here: which
date they make a deadline (`deadlines`), the words of dates themselves (`days`).
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.clean.language_tools.dictionary import (
    Literals,
    WordList,
    WordPattern,
    any_of,
    flat,
    is_glued,
    read_reference,
    stems,
    word_pattern,
)
from pipeline.clean.when.days import Day
from pipeline.clean.when.period_words import start_word


@cache
def application_stems() -> Literals:
    return Literals(stems(read_reference("dates")["application"]))


def asks_to_apply(lower: str) -> bool:
    """Whether a sentence in lower case asks to apply: it says so or "no later than", names what to send, or where to by mail."""
    return (
        "@" in lower
        or _latest().occur_in(lower)
        or application_stems().occur_in(lower)
        or _papers().occur_in(lower)
        or _SHORT_PAPER.search(lower) is not None
    )


_SHORT_PAPER = re.compile(r"(?<![^\W_])cv(?![^\W_])")


@cache
def _latest() -> Literals:
    return Literals(flat(read_reference("dates")["latest"]))


@cache
def _papers() -> Literals:
    """What one sends with an application, by the names that are long enough to be found within words."""
    papers = read_reference("structure")["documents_required"]
    named = stems([papers[name] for name in ("cv", "cover_letter", "application_form")])
    return Literals(stem for stem in named if len(stem) > _SHORT_NAME or is_glued(stem))


_SHORT_NAME = 4


def paper_words() -> tuple[str, ...]:
    """What a sentence that asks to apply may hold."""
    return (*application_stems(), *_latest(), *_papers(), "@", "cv")


@cache
def internship_stems() -> Literals:
    return Literals(stems(read_reference("dates")["internship_stems"]))


@cache
def online_stems() -> Literals:
    return Literals(stems(read_reference("dates")["online"]))


@cache
def deadline_labels() -> frozenset[str]:
    return frozenset(flat(read_reference("dates")["deadline_labels"]))


@cache
def label_pattern() -> WordPattern:
    return WordPattern(deadline_labels(), lambda labels: labels + r"\s?[:：]?\s*", re.IGNORECASE)


@cache
def label_after() -> re.Pattern[str]:
    return re.compile(rf"[\s(]{{0,3}}{any_of(deadline_labels())}", re.IGNORECASE)


def by_before(before: str) -> int | None:
    """Where the first word for "by" begins that nothing but an hour and fillers parts from the end."""
    every = (by for word in _by().likely(before) for by in word_pattern(word).finditer(before))
    return min((by.start() for by in every if _hour_and_fillers().match(before, by.end())), default=None)


@cache
def _by() -> WordList:
    return WordList(flat(read_reference("dates")["by"]))


@cache
def _hour_and_fillers() -> re.Pattern[str]:
    hour = r"\d{1,2}(?:[:.h]\d{2})?(?:\s?[^\W\d]\.\s?[^\W\d]\.)?"
    return re.compile(rf"(?:\([^()]{{1,24}}\)|\W|{hour}|{fillers()})*+$", re.IGNORECASE)


@cache
def until_day_and_month() -> re.Pattern[str]:
    """A day in figures without a year behind a word for "by" or a label, an hour between: até 25/10, bis 15.03."""
    words = any_of([*flat(read_reference("dates")["by"]), *deadline_labels()])
    between = rf"\W{{1,3}}(?:\d{{1,2}}[:.h]\d\d\W)?(?:{fillers()}\W{{1,2}}){{0,2}}"
    return re.compile(
        rf"(?:{words}){between}(?P<first>\d{{1,2}})(?P<mark>[./])(?P<second>\d{{2}})"
        rf"(?:\.(?!\d)|(?![\d./:%]|\s?(?:uhr|h\b|€|\d{{4}})))",
        re.IGNORECASE,
    )


@cache
def by_after() -> str:
    return (
        "(?:"
        + "|".join(sorted(map(re.escape, stems(read_reference("dates")["by_after"])), key=len, reverse=True))
        + ")"
    )


@cache
def by_after_day() -> re.Pattern[str]:
    """A word for "by" behind a date, with nothing but a weekday, an hour and fillers between."""
    hour = r"\d{1,2}(?:[:.h]\d\d|[:時时시]\S{0,6})?[^\W\d]{0,3}\W?"
    return re.compile(
        rf"[\s.,-]*(?:[(（][^)）]{{1,12}}[)）])?\s*(?:[^\W\d]{{0,3}}\s?)?(?:{fillers()}\W{{1,2}}){{0,4}}(?:{hour}\s?(?:[(（][^)）]{{1,24}}[)）]\s?)?)?{by_after()}",
        re.IGNORECASE,
    )


def is_day_of_papers(lower: str, start: int) -> bool:
    """Whether the only date of a sentence in lower case is the day until which papers are sent: it names two of them before the
    date, and nothing else that happens on a day."""
    return (
        _papers_in(lower[:start]) > 1
        and not is_of_other(lower)
        and not _stay_words().occur_in(lower[max(0, start - _BESIDE) :])
    )


def is_sole_day(text: str, lower: str, day: Day) -> bool:
    """Whether the only date of a sentence that asks to apply, whatever the word before it, is the last day to do so: it has its
    year or its weekday, stands beside what asks, and nothing else begins, opens or is told then."""
    if not _is_beside_asking(lower[: day.start]):
        return False
    if day.year is None and not _weekday_before().search(text[max(0, day.start - _WEEKDAY) : day.start]):
        return False
    before, beside = text[max(0, day.start - _BESIDE) : day.start], lower[max(0, day.start - _BESIDE) :]
    return not (
        is_of_other(lower)
        or is_of_start(lower[: day.start])
        or open_before().search(before)
        or _stay_words().occur_in(beside)
        or internship_stems().occur_in(lower[day.end :])
    )


def _is_beside_asking(before: str) -> bool:
    """Whether nothing but short words and fillers part a word for applying from the end of words in lower case: with a verb
    between, the day is of that ("apply now and meet us on")."""
    last = max(words.end_of_last_in(before) for words in (application_stems(), _latest(), _papers(), _AT))
    if last < 0 or start_word().search(before):
        return False
    return _short_words().fullmatch(before, last) is not None


_AT = Literals(["@"])


@cache
def _short_words() -> re.Pattern[str]:
    """The rest of a word, then words too short for a verb; where words are not parted, nothing but a particle."""
    ands = any_of(read_reference("dates")["and"])
    short = rf"(?!{ands})(?:{fillers()}|(?<![^\W\d_])[^\W\d_]{{1,3}}(?![^\W\d_]))"
    return re.compile(rf"[a-zß-ɏͰ-ԯ.@-]*+[^\W\d_]{{0,2}}(?:[^\w,;:]|[,:](?=\W|$)|{short})*+")


_WEEKDAY = 16
"""Letters before a date in which its day of the week is named."""


@cache
def _weekday_before() -> re.Pattern[str]:
    return re.compile(any_of(flat(read_reference("dates")["weekdays"])), re.IGNORECASE)


_BESIDE = 40
"""Letters before a date in which a word says that it is a day of the stay."""


def is_time_to_apply(text: str, begin: int, end: int) -> bool:
    """Whether a span of dates is the time to apply: its sentence speaks of applying beside it, and of no stay."""
    lower = text.lower()
    beside = lower[max(0, begin - _BESIDE) : begin] + " " + lower[end : end + _BESIDE]
    return (
        application_stems().occur_in(beside)
        and not internship_stems().occur_in(lower)
        and not _stay_words().occur_in(lower)
    )


def _papers_in(lower: str) -> int:
    """How many kinds of papers words in lower case name."""
    return sum(words.occur_in(lower) for words in _kinds_of_papers()) + (_SHORT_PAPER.search(lower) is not None)


@cache
def _kinds_of_papers() -> tuple[Literals, ...]:
    """What one sends with an application, each paper by its names that are long enough to be found within words."""
    papers = read_reference("structure")["documents_required"]
    return tuple(
        Literals(stem for stem in stems([names]) if len(stem) > _SHORT_NAME or is_glued(stem))
        for names in papers.values()
    )


@cache
def _stay_words() -> Literals:
    return Literals(stem for stem in stems(read_reference("dates")["start_words"]) if len(stem) > _SHORT_NAME)


@cache
def fillers() -> str:
    """What may stand between a word for "by" and its date: articles, days of the week, the end of a day."""
    words = read_reference("dates")
    return any_of([*words["fillers"], *flat(words["weekdays"])])


@cache
def only_fillers() -> re.Pattern[str]:
    return re.compile(rf"(?:\W|{fillers()})*+", re.IGNORECASE)


@cache
def is_verb() -> WordPattern:
    """A word for "is" or "is set for" right before a date, an article or two between."""
    return WordPattern(
        flat(read_reference("dates")["is"]),
        lambda verbs: rf"{verbs}(?:\W{{1,2}}[^\W\d]{{1,4}}){{0,2}}\W{{1,2}}$",
        re.IGNORECASE,
    )


@cache
def application_time() -> WordPattern:
    """A word for the time to apply, and the gap between it and the end."""
    return WordPattern(
        flat(read_reference("dates")["application_time"]),
        lambda time: rf"{time}(?P<gap>[^.;]{{0,40}})$",
        re.IGNORECASE,
    )


@cache
def final_words() -> WordPattern:
    return WordPattern(flat(read_reference("dates")["final"]))


@cache
def partial_words() -> WordPattern:
    return WordPattern(flat(read_reference("dates")["partial"]))


@cache
def open_before() -> WordPattern:
    """A word for being open right before the first day of a period: "is open from"."""
    return WordPattern(
        flat(read_reference("dates")["open"]),
        lambda opens: rf"{opens}\W{{1,3}}(?:[^\W\d]+\W{{1,2}}){{0,2}}$",
        re.IGNORECASE,
    )


@cache
def extended_words() -> str:
    endings = stems(read_reference("dates")["extended"])
    return "(?:" + "|".join(sorted(map(re.escape, endings), key=len, reverse=True)) + ")"


@cache
def kind_words(name: str) -> WordPattern:
    return WordPattern(flat(read_reference("dates")[name]), lambda words: words + r"(?!\s*\?)", re.IGNORECASE)


def is_of_other(words: str) -> bool:
    """Whether words say that a day is that of something else than applying: of results, of letters that others send."""
    if re.search(_other("no_deadline_sentence"), words, re.IGNORECASE):
        return True
    paper = re.search(_other("no_deadline_paper"), words, re.IGNORECASE)
    return paper is not None and not _LISTED.search(words, 0, paper.start()) and _papers_in(words.lower()) <= 1


_LISTED = re.compile(r"(?:,|&|\b(?:and|plus|with))\s(?:[^\W_]+\s){0,2}$")
"""Before the last of several papers."""


def is_of_start(before: str) -> bool:
    """Whether the clause before a date says from when the stay is, and nothing of applying."""
    lower = before.lower()
    return _stay_words().occur_in(lower[-_BESIDE:]) and not application_stems().occur_in(lower)


@cache
def _other(name: str) -> str:
    others = stems(read_reference("dates")[name])
    latin = "|".join(re.escape(stem) for stem in sorted(others, key=len, reverse=True) if not is_glued(stem))
    glued = "|".join(re.escape(stem) for stem in sorted(others, key=len, reverse=True) if is_glued(stem))
    return rf"(?<![^\W\d_])(?:{latin})" + (f"|{glued}" if glued else "")


def weekday_of(text: str) -> int | None:
    """The day of the week that a text names, from Monday, 0."""
    named = [number for number, pattern in enumerate(_weekdays()) if pattern.search(text)]
    return named[0] if len(named) == 1 else None


@cache
def _weekdays() -> list[re.Pattern[str]]:
    return [
        re.compile(any_of(words), re.IGNORECASE) for _, words in sorted(read_reference("dates")["weekdays"].items())
    ]


def is_of_withdrawing(lower: str) -> bool:
    """Whether a lower-case sentence tells how to take an application back: "you may withdraw it at any time"."""
    return _withdrawing().occur_in(lower)


@cache
def _withdrawing() -> Literals:
    return Literals(stems(read_reference("dates")["withdrawing"]))


def speaks_of_last_year(lower: str) -> bool:
    """Whether a lower-case sentence tells of the year before, and does not only compare with it."""
    return bool(_last_years(lower))


def is_of_last_year(lower: str, day: Day) -> bool:
    """Whether a date of a lower-case sentence is one of the year before: "last year the closing date was 15 February". One with
    its year is not, where another clause stands between: "last year we had forty applicants, so apply by 15 March 2027"."""
    return any(
        day.year is None or not _CLAUSE_MARK.search(lower[year.end() : day.start].lstrip(" ,"))
        for year in _last_years(lower)
    )


_CLAUSE_MARK = re.compile(r"[,;:](?!\d)|[.!?]\s")


def _last_years(lower: str) -> list[re.Match[str]]:
    return [year for year in _last_year().finditer(lower) if not _compared().search(lower[: year.start()])]


@cache
def _compared() -> WordPattern:
    """A word that compares, which what stands before the year before ends with: "unlike last year"."""
    return WordPattern(
        flat(read_reference("dates")["compared"]), lambda words: words + r"\W{1,2}(?:[^\W\d]{1,4}\W){0,2}$"
    )


@cache
def _last_year() -> WordPattern:
    return WordPattern(flat(read_reference("dates")["last_year"]))


def day_first_by_language(lower: str) -> bool | None:
    """True where a lower-case sentence asks to apply in another language than English, so the day stands first; else None."""
    if any(stem in lower for stem in stems(read_reference("dates")["application"]["en"])) or "deadline" in lower:
        return None
    return True
