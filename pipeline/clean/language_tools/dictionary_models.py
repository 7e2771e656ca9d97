"""What each dictionary file of data/reference may hold: its keys, and for each key of what kind its entries are.

Belongs here: declarations, and the checks that every entry of a kind passes. Does not belong here: reading files
(`dictionary_files`), turning phrases into patterns (`dictionary`).

One grammar holds for all `Phrases`. They are lower case, written as in their language:

    *        any letters: praktik* (a stem), *praktikum, *praktik* (anywhere in a word), студент* останн* курс* (all forms of
             words that agree)
    (a|b|)   any one of the parts, here the third is nothing; no brackets within brackets
    {n}      a number

A space stands for any white space, an accented Latin letter is also met without its accent, and at the edge of a phrase a word
ends, except in scripts that do not part words.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from functools import cache
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel

from pipeline.shipped import shipped

# ------------------------------------------------------------------------------------------------------------- entries


@cache
def languages() -> frozenset[str]:
    """Codes that a list of phrases may have: ISO 639-1."""
    with shipped("data", "reference", "languages.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["iso1"] for row in csv.DictReader(file))


def _language(code: str) -> str:
    if code not in languages():
        raise ValueError(f"{code!r} is no language of languages.csv")
    return code


def _without_doubles(entries: list[str]) -> list[str]:
    if len(set(entries)) < len(entries):
        doubles = sorted(entry for entry, times in Counter(entries).items() if times > 1)
        raise ValueError(f"{', '.join(map(repr, doubles))}: listed more than once")
    return entries


def _phrases(entries: list[str]) -> list[str]:
    for entry in entries:
        if reason := _fault(entry):
            raise ValueError(f"{entry!r}: {reason}")
    return _without_doubles(entries)


def _fault(phrase: str) -> str | None:
    """What is wrong with a phrase."""
    if not phrase or phrase != phrase.strip() or "  " in phrase:
        return "begins or ends with a space, or has two in a row, or is empty"
    if phrase != phrase.lower():
        return "has a capital letter"
    if "(" in phrase or ")" in phrase or "|" in phrase:
        depth = 0
        for sign in phrase:
            depth += (sign == "(") - (sign == ")")
            if depth not in (0, 1):
                return "brackets within brackets" if depth > 1 else "a closing bracket without an opening one"
            if sign == "|" and not depth:
                return "'|' outside of brackets"
        if depth:
            return "an opening bracket without a closing one"
    if "{" in phrase.replace("{n}", ""):
        return "the only placeholder is {n}"
    return None


def _patterns(entries: list[str]) -> list[str]:
    for entry in entries:
        _pattern(entry)
    return _without_doubles(entries)


def _pattern(entry: str) -> str:
    try:
        re.compile(re.sub(r"\\[pP]\{\^?\w+\}", r"\\w", re.sub(r"\{(?:n|unit|city)\}", "x", entry)))
    except re.error as error:
        raise ValueError(f"{entry!r} is no regular expression: {error}") from error
    return entry


Language = Annotated[str, AfterValidator(_language)]
Phrases = Annotated[list[str], AfterValidator(_phrases)]
PhrasesByLanguage = dict[Language, Phrases]
Texts = Annotated[list[str], AfterValidator(_without_doubles)]
"""Entries taken as they stand: keys, codes, signs, marks."""
Pattern = Annotated[str, AfterValidator(_pattern)]
Patterns = Annotated[list[str], AfterValidator(_patterns)]
"""Regular expressions, for what no phrase can say; {n}, {unit} and {city} are filled in by the module that reads them."""
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217")]
YesNo = Literal["yes", "no"]
Number = Annotated[str | int, Field(union_mode="left_to_right")]

# --------------------------------------------------------------------------------------------------------------- files


class Dictionary(BaseModel):
    """A file. `ordered`: keys whose entries are tried in the order in which they stand, and so are not sorted."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    ordered: ClassVar[frozenset[str]] = frozenset()


class Ages(Dictionary):
    ordered = frozenset({"range", "below", "most", "least", "study_years", "semesters", "since_degree"})
    range: Patterns
    below: Patterns
    most: Patterns
    least: Patterns
    study_years: Patterns
    semesters: Patterns
    since_degree: Patterns
    units: dict[Literal["year", "month"], Phrases]
    numbers: dict[Number, Phrases]
    noun: PhrasesByLanguage
    old: PhrasesByLanguage
    joins: PhrasesByLanguage
    reached: PhrasesByLanguage
    least_before: PhrasesByLanguage
    least_after: PhrasesByLanguage
    most_before: PhrasesByLanguage
    most_after: PhrasesByLanguage
    below_before: PhrasesByLanguage
    below_after: PhrasesByLanguage


class ChallengePages(Dictionary):
    headers: Texts
    anywhere: Texts
    on_a_short_page: Texts
    short_page_bytes: int


class Charsets(Dictionary):
    ordered = frozenset({"alphabets", "multibyte"})
    alphabets: dict[str, dict[str, str]]
    multibyte: dict[str, Pattern]


class ClosingSentence(Dictionary):
    subjects: Phrases
    predicates: Phrases


class ClosingNotices(Dictionary):
    marks: PhrasesByLanguage
    lines: PhrasesByLanguage
    sentences: dict[str, ClosingSentence]
    unless: Phrases
    evidence: dict[Literal["not_found", "redirected", "closing_notice"], Texts]


class Currencies(Dictionary):
    codes: list[Currency]
    ambiguous: list[Currency]
    signs: dict[Currency, Phrases]
    capitals: dict[Currency, Texts]
    shared: dict[str, list[Currency]]


class Dates(Dictionary):
    relative_days: PhrasesByLanguage
    relative_weeks: PhrasesByLanguage
    relative_hours: PhrasesByLanguage
    relative_vague: PhrasesByLanguage
    today: Phrases
    yesterday: Phrases
    before_posted: Phrases
    rolling: PhrasesByLanguage
    until_filled: PhrasesByLanguage
    no_deadline: Phrases
    deadline_labels: PhrasesByLanguage
    duration_labels: PhrasesByLanguage
    start_labels: PhrasesByLanguage
    until: Phrases
    and_: Phrases = Field(alias="and")
    between_two: Phrases
    articles: Phrases
    eras: dict[str, int]
    ordinals: Phrases
    between: Phrases
    numbers: dict[Annotated[int, Field(ge=1, le=60)], PhrasesByLanguage]
    units_or_months: Phrases
    units: dict[Literal["day", "workday", "week", "month", "year"], Phrases]
    at_least: PhrasesByLanguage
    at_most: PhrasesByLanguage
    more_than: PhrasesByLanguage
    spans: PhrasesByLanguage
    seasons: dict[Literal["spring", "summer", "autumn", "winter"], Phrases]
    at_least_after: PhrasesByLanguage
    at_most_after: PhrasesByLanguage
    durations_in_words: dict[Number, Phrases]
    renewable: Phrases
    stay: PhrasesByLanguage
    stay_names: Phrases
    stay_for: Phrases
    no_stay: PhrasesByLanguage
    application: PhrasesByLanguage
    application_time: PhrasesByLanguage
    by: PhrasesByLanguage
    by_after: Phrases
    latest: PhrasesByLanguage
    is_: PhrasesByLanguage = Field(alias="is")
    extended: Phrases
    final: PhrasesByLanguage
    partial: PhrasesByLanguage
    open: PhrasesByLanguage
    online: Phrases
    no_deadline_paper: PhrasesByLanguage
    no_deadline_sentence: PhrasesByLanguage
    recurring: Phrases
    published: Phrases
    start_words: PhrasesByLanguage
    start_after: Phrases
    no_start_sentence: Phrases
    year_words: Phrases
    weekdays: dict[Annotated[int, Field(ge=1, le=7)], Phrases]
    fillers: Phrases
    internship_stems: PhrasesByLanguage
    lengths: Phrases
    lasting: PhrasesByLanguage
    last_year: PhrasesByLanguage
    compared: PhrasesByLanguage
    withdrawing: PhrasesByLanguage
    begins_or_ends: PhrasesByLanguage
    takes_time: PhrasesByLanguage
    addressed: PhrasesByLanguage
    times: Phrases
    every: Phrases
    joins: PhrasesByLanguage
    start_verbs: PhrasesByLanguage


class Eligibility(Dictionary):
    student: dict[Literal["noun", "plain"], PhrasesByLanguage]
    recent_graduate: PhrasesByLanguage
    graduate: PhrasesByLanguage
    held_degree: PhrasesByLanguage
    professional: PhrasesByLanguage
    applicant: PhrasesByLanguage
    served: PhrasesByLanguage
    enrolment: dict[Literal["required", "not_required"], PhrasesByLanguage]
    mandatory_only: PhrasesByLanguage
    visa_support: dict[Literal["yes", "no", "case_by_case"], PhrasesByLanguage]
    visa: PhrasesByLanguage
    visa_help: PhrasesByLanguage
    visa_self: PhrasesByLanguage
    visa_arranged: PhrasesByLanguage
    visa_giver: PhrasesByLanguage
    visa_work: PhrasesByLanguage
    work_right: dict[Literal["required", "not_required"], PhrasesByLanguage]
    any_nationality: PhrasesByLanguage
    third_countries: PhrasesByLanguage
    members: PhrasesByLanguage
    needless: PhrasesByLanguage
    supposed: PhrasesByLanguage
    holds: PhrasesByLanguage
    wider: PhrasesByLanguage
    nationality_behind: Phrases
    nationality: PhrasesByLanguage
    only: PhrasesByLanguage
    excluded: PhrasesByLanguage
    not_admitted: PhrasesByLanguage
    foreign: PhrasesByLanguage
    favoured: PhrasesByLanguage
    residence: PhrasesByLanguage
    age: PhrasesByLanguage
    level: dict[Literal["5", "6", "7", "8"], PhrasesByLanguage]
    degree: PhrasesByLanguage
    study_year: dict[Literal["1", "2", "3", "4", "5", "6"], PhrasesByLanguage]
    year_of_study: PhrasesByLanguage
    others: PhrasesByLanguage
    graduate_programme: PhrasesByLanguage
    graduated: PhrasesByLanguage
    lately: PhrasesByLanguage
    not_since: PhrasesByLanguage
    or_: PhrasesByLanguage = Field(alias="or")
    extra_keys: Texts


class Fields(Dictionary):
    anywhere: dict[str, PhrasesByLanguage]
    alone: dict[str, Phrases]
    other: Phrases
    shed: Phrases
    endings: dict[str, str]
    helpers: Phrases
    occupations: dict[str, Texts]
    unclear: Phrases


class GenderMarks(Dictionary):
    pattern: Pattern
    ending: Pattern
    german: Pattern


class Headings(Dictionary):
    offer: PhrasesByLanguage
    not_offered: PhrasesByLanguage
    require: PhrasesByLanguage
    applicants: PhrasesByLanguage
    optional: PhrasesByLanguage
    documents: PhrasesByLanguage


class Hosts(Dictionary):
    ordered = frozenset({"endings"})
    into: PhrasesByLanguage
    behind: PhrasesByLanguage
    endings: dict[Language, dict[str, list[str]]]
    names: dict[Country, Texts]
    written_endings: dict[Language, Texts]
    glued_before: dict[Language, Texts]
    origin: PhrasesByLanguage
    abroad: PhrasesByLanguage
    branches: Texts
    at_home: PhrasesByLanguage
    stay: PhrasesByLanguage
    outgoing: PhrasesByLanguage
    elsewhere: PhrasesByLanguage
    beside: PhrasesByLanguage
    outside: PhrasesByLanguage
    paid_by: PhrasesByLanguage
    coming_from: PhrasesByLanguage
    belonging: PhrasesByLanguage
    students: PhrasesByLanguage
    schools: PhrasesByLanguage
    possessive_endings: dict[Language, Texts]


class Hours(Dictionary):
    hours: PhrasesByLanguage
    a_week: PhrasesByLanguage
    hours_a_week: Phrases
    a_day: PhrasesByLanguage
    days: Phrases
    week: PhrasesByLanguage
    weeks: Phrases
    full_time: Phrases
    bounds: Phrases
    other: Phrases
    open: PhrasesByLanguage
    open_to_public: PhrasesByLanguage
    post: PhrasesByLanguage


class Kind(Dictionary):
    kinds: dict[
        Literal[
            "internship",
            "working_student",
            "graduate_programme",
            "traineeship",
            "apprenticeship",
            "fellowship",
            "volunteer",
        ],
        PhrasesByLanguage,
    ]
    only_in: dict[Literal["graduate_programme"], PhrasesByLanguage]
    capitals: dict[Literal["traineeship"], Patterns]
    graduate: PhrasesByLanguage
    regular: PhrasesByLanguage
    full_time: PhrasesByLanguage
    in_passing: PhrasesByLanguage
    offered: PhrasesByLanguage
    passed_over: Phrases
    no_posting: PhrasesByLanguage
    no_posting_parts: Phrases


class Languages(Dictionary):
    ordered = frozenset({"scripts", "letters"})
    stop_words: PhrasesByLanguage
    scripts: dict[Language, Pattern]
    letters: dict[Language, Pattern]
    names: PhrasesByLanguage
    english_names: dict[Language, str]
    skill: PhrasesByLanguage
    other_than_skill: Phrases
    exams: PhrasesByLanguage
    other_languages: Phrases
    level_words: Phrases
    scores: dict[Literal["ielts", "toefl"], dict[Literal["B1", "B2", "C1", "C2"], float]]
    choice: Phrases
    some_of: Phrases
    both: Phrases
    not_needed: PhrasesByLanguage
    of_some_places: PhrasesByLanguage
    may_follow: Phrases
    nation_before: Phrases
    nation_after: Phrases
    optional: Phrases


class LegalForms(RootModel[Texts]):
    ordered: ClassVar[frozenset[str]] = frozenset()


class ListWords(Dictionary):
    apply_words: Texts
    link_labels: Texts
    page_furniture: Texts
    page_words: Texts
    headers: dict[str, Texts]
    ditto: Texts
    closed_marks: Texts
    closed_signs: Texts
    closed_words: Texts
    closed_headings: Texts
    past_headings: Texts
    career_words: Texts
    job_words: Texts
    next_words: Texts
    more_words: Texts
    collecting_words: Texts
    forbidding_words: Texts
    country_labels: Texts
    place_parts: Texts
    place_separators: Texts


class MailWords(Dictionary):
    forwarded: Texts
    subject_labels: Texts
    person_labels: Texts
    closings: Texts
    greetings: Texts


class Months(Dictionary):
    months: dict[Annotated[int, Field(ge=1, le=12)], PhrasesByLanguage]
    beginnings: dict[Language, Texts]
    endings: dict[Language, Texts]
    solar: dict[Annotated[int, Field(ge=1, le=12)], Phrases]


class Moving(Dictionary):
    extra_keys: Texts
    phrases: Phrases


class Nationalities(Dictionary):
    as_of: date
    groups: dict[str, list[Country]]
    citizenship: Phrases
    listed: PhrasesByLanguage
    group_words: dict[str, Phrases]
    countries: dict[Country, Phrases]


class OrganizationNames(Dictionary):
    companies: dict[str, Phrases]
    intergovernmental: dict[str, Phrases]
    cultural: dict[str, Phrases]
    universities: dict[str, Phrases]


class OrganizationWords(Dictionary):
    missions: dict[str, PhrasesByLanguage]
    bodies: dict[str, PhrasesByLanguage]
    countries: dict[str, Phrases]
    legal_forms_before: Phrases
    legal_forms_glued: Phrases
    directions: PhrasesByLanguage
    locative_after: PhrasesByLanguage
    client_after: PhrasesByLanguage
    other_name_after: PhrasesByLanguage
    other_name_before: PhrasesByLanguage
    void: PhrasesByLanguage


class Pages(Dictionary):
    names: PhrasesByLanguage
    apply: PhrasesByLanguage
    story: PhrasesByLanguage
    report: PhrasesByLanguage
    self_found: PhrasesByLanguage
    hosts_wanted: PhrasesByLanguage
    closed: PhrasesByLanguage
    advice: PhrasesByLanguage
    job: PhrasesByLanguage
    study: PhrasesByLanguage


class Pay(Dictionary):
    periods: dict[Literal["hour", "day", "week", "month", "year", "total"], Phrases]
    per: Phrases
    gross: Phrases
    multiplied: dict[str, int]
    unpaid: PhrasesByLanguage
    paid: PhrasesByLanguage
    allowance: PhrasesByLanguage
    expenses: PhrasesByLanguage
    no_fee: Phrases
    fee: PhrasesByLanguage
    silent: Phrases
    pay_words: PhrasesByLanguage
    no_pay: PhrasesByLanguage
    no_status: Phrases
    negations: dict[Literal["before", "after"], Phrases]
    salary: Phrases
    free: Phrases
    wages: PhrasesByLanguage
    between: Phrases
    and_: Phrases = Field(alias="and")
    post: PhrasesByLanguage
    weak: Phrases
    given: Phrases
    unpaid_other: Phrases
    pay_given: Phrases
    for_the_whole: Phrases
    deposit: Phrases
    each: Phrases
    deducted: PhrasesByLanguage
    taxes: PhrasesByLanguage
    of_others: PhrasesByLanguage
    contrast: PhrasesByLanguage
    monthly: PhrasesByLanguage
    work: PhrasesByLanguage


class PersonalData(Dictionary):
    office_mailboxes: Texts
    telephone_words: Texts
    person_labels: Texts
    titles: Texts
    office_words: Texts


class PlacesWords(Dictionary):
    ordered = frozenset({"case_endings", "cases", "parts"})
    joiners: Texts
    fillers: Texts
    areas: Texts
    everyday: Texts
    people: Texts
    before: Texts
    after: Texts
    inverted: Texts
    labels: Texts
    prepositions: Texts
    offices: Texts
    branches: Texts
    of_a_town: Texts
    case_endings: Texts
    cases: dict[Language, dict[str, list[str]]]
    case_prepositions: Texts
    parts: dict[Country, Texts]
    of_the_house: Texts


class ReferenceNumbers(RootModel[PhrasesByLanguage]):
    ordered: ClassVar[frozenset[str]] = frozenset()


class Sense(Dictionary):
    denies: PhrasesByLanguage
    refuses: PhrasesByLanguage
    accepts: PhrasesByLanguage
    affirms: PhrasesByLanguage
    but: PhrasesByLanguage
    conditional: PhrasesByLanguage
    frequent: PhrasesByLanguage
    everyday: Phrases
    too_common: Phrases
    not_english: PhrasesByLanguage


class SkipWords(Dictionary):
    also: Phrases
    kinds: Texts


class SoftErrors(Dictionary):
    not_found: dict[Literal["names"], Texts]
    closed: dict[Literal["names", "posting_lines", "postings", "unless", "board_lines"], Texts]
    login: dict[Literal["names", "hosts", "paths"], Texts]
    consent: dict[Literal["names", "hosts", "lines"], Texts]
    unavailable: dict[Literal["names"], Texts]
    home: dict[Literal["parts", "openings_hosts"], Texts]
    few_words: int
    line_characters: int
    few_bytes: int
    words_more: int


class Structure(Dictionary):
    support: dict[
        Literal["housing", "flight", "meals", "insurance", "visa", "transport", "equipment", "relocation"],
        PhrasesByLanguage,
    ]
    costs: PhrasesByLanguage
    offered: PhrasesByLanguage
    free: PhrasesByLanguage
    pays: PhrasesByLanguage
    giver: PhrasesByLanguage
    room: Phrases
    denied: PhrasesByLanguage
    supervision: PhrasesByLanguage
    supervises: PhrasesByLanguage
    superior: PhrasesByLanguage
    work_of_intern: PhrasesByLanguage
    your_work: PhrasesByLanguage
    lists_tasks: PhrasesByLanguage
    mentorship: PhrasesByLanguage
    training: PhrasesByLanguage
    learning_objectives: PhrasesByLanguage
    by_the_end: PhrasesByLanguage
    able: PhrasesByLanguage
    networking: PhrasesByLanguage
    academic_credit: dict[YesNo, PhrasesByLanguage]
    agreement: PhrasesByLanguage
    assessment: PhrasesByLanguage
    credit_needed: Phrases
    conversion: dict[YesNo, PhrasesByLanguage]
    documents_required: dict[
        Literal[
            "cv", "cover_letter", "transcript", "recommendation", "application_form", "enrolment_certificate", "portfolio",
            "passport", "diploma", "writing_sample",
        ],
        PhrasesByLanguage,
    ]  # fmt: skip
    submit: PhrasesByLanguage
    risk_flags: dict[Literal["fee_before_offer", "messenger_only_contact", "no_named_host"], PhrasesByLanguage]
    free_mail: Texts
    places: Phrases
    before_places: Phrases
    number_words: dict[Number, Phrases]
    not_places: Phrases
    never: Phrases
    other_sense: Phrases


class StudyYears(Dictionary):
    ordinals: dict[Annotated[int, Field(ge=1, le=6)], PhrasesByLanguage]
    year_behind: PhrasesByLanguage
    year_before: PhrasesByLanguage
    joined: Phrases
    range: Phrases


class TimeZones(Dictionary):
    ordered = frozenset({"shapes"})
    cities: dict[str, Phrases]
    shapes: Patterns
    phrases: dict[str, Phrases]
    capitals: dict[str, Texts]
    midnight: Phrases
    noon: Phrases
    hour: Phrases
    before_noon: Phrases
    after_noon: Phrases


class TitleWords(Dictionary):
    ordered = frozenset({"levels"})
    same: dict[str, Phrases]
    translations: dict[str, Phrases]
    language_words: PhrasesByLanguage
    notices: PhrasesByLanguage
    employer_after: PhrasesByLanguage
    levels: Phrases
    units: Phrases
    nothing: Phrases
    endings: dict[str, Phrases]


class TrackingParameters(Dictionary):
    names: Texts
    prefixes: Texts


class WorkMode(Dictionary):
    remote: Phrases
    hybrid: Phrases
    onsite: Phrases
    beside: Phrases
    labels: Phrases
    extra_keys: Texts
    stated: dict[Literal["hybrid", "onsite", "remote"], Phrases]
    prose: dict[
        Literal["all_work", "held", "hybrid", "office", "other", "remote_work", "wholly", "wholly_after"],
        PhrasesByLanguage,
    ]


def _file_name(model: type[BaseModel]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__).lower()


MODELS: dict[str, type[BaseModel]] = {
    _file_name(model): model
    for model in (
        Ages, ChallengePages, Charsets, ClosingNotices, Currencies, Dates, Eligibility, Fields, GenderMarks, Headings, Hosts,
        Hours, Kind,
        Languages, LegalForms, ListWords, MailWords, Months, Moving, Nationalities, OrganizationNames, OrganizationWords,
        Pages, Pay, PersonalData, PlacesWords,
        ReferenceNumbers, Sense, SkipWords, SoftErrors, Structure, StudyYears, TimeZones, TitleWords,
        TrackingParameters, WorkMode,
    )
}  # fmt: skip
"""The model of each dictionary, by its file's name without suffix."""


def ordered_keys(name: str) -> frozenset[str]:
    """The keys of a dictionary whose entries are tried in their order."""
    keys: frozenset[str] = MODELS[name].ordered  # type: ignore[attr-defined]
    return keys
