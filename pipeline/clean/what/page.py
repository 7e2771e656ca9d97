"""What sort of page a text is, judged from all of its sentences: an opening, or a story, a report, advice, a grant.

Belongs here: counting the signs of each sort (data/reference/pages.yaml) by the language of the text, and weighing them with
the conditions that other modules read (data/reference/page_weights.csv, made by tests/tools/make_page_weights.py). Does not
belong here: what kind of post it is (`kind`), the words.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import flat, read_reference
from pipeline.clean.language_tools.passages import is_read_in
from pipeline.clean.language_tools.phrases import Fact, Phrases, Sentence, read_sentences
from pipeline.shipped import shipped

SIGNS = ("names", "apply", "story", "report", "self_found", "hosts_wanted", "closed", "advice", "job", "study")
"""Signs of data/reference/pages.yaml, in the order of their columns."""

CONDITIONS = {
    "has_deadline": ("deadline", "deadline_kind"),
    "has_length": ("weeks_min", "weeks_max"),
    "has_hours": ("hours_per_week", "work_mode"),
    "has_start": ("starts_on", "season"),
    "has_limits": ("age_min", "age_max", "nationality_rule"),
    "has_positions": ("positions",),
    "has_place": ("countries",),
    "says_who": ("eligibility",),
    "says_languages": ("languages_required", "languages_preferred"),
}
"""Conditions of an opening, and the columns of other modules of which one states it."""

_MOST = {
    "names": 6, "apply": 4, "headings": 2, "questions": 6, "story": 4, "report": 3, "self_found": 4, "hosts_wanted": 2,
    "closed": 3, "advice": 4, "job": 2, "study": 3,
}  # fmt: skip
"""Sentences with a sign from which on more say no more."""
FEATURES = (*_MOST, *(f"title_{sign}" for sign in SIGNS), *CONDITIONS)
"""What a page is judged by, each from 0 to 1."""
BIAS = "bias"
CAUTION = 0.7
"""What the logarithm of the odds of an opening must exceed, unless little speaks against it."""
AGAINST = -1.0
"""The weight of the signs of another sort from which on a page may be none: a posting that says little of its conditions is a
posting still. With both, 23 of 25 pages taken for openings are openings, and 19 of 20 openings are found (page_weights.csv);
both bounds were chosen on the pages of which these figures are."""
OTHER_SORTS = tuple(
    name for name in FEATURES if name.removeprefix("title_") in {"questions", *SIGNS} - {"names", "apply"}
)
_QUESTION = r"[?？؟]\s*$"
_MIN_SENTENCES, _MIN_CHARACTERS = 5, 200
"""A shorter text says too little to be judged: that of a row of a list, date and place and a button."""
_MIN_NAMES = 2
_SURE = 0.8
"""Weight above which one name of internships is enough."""
_MIN_NAME_SHARE = 0.08
"""Sentences with a name of internships, among all, of a text that is about one though its title names none."""


def judge_pages(sentences: pl.DataFrame, languages: pl.DataFrame, conditions: pl.DataFrame) -> pl.DataFrame:
    """One row a row of `languages` (row, language): `weight` (the more, the likelier an opening; null for a text too short to be
    judged), `is_no_opening`, `is_about` (names internships in its title or often enough), `is_grant` (what speaks against it is a
    grant), name_quote and name_field (where it names them first).

    `sentences`: `phrases.under_headings`. `conditions`: row and the columns of CONDITIONS."""
    weights = _weights()
    pages = page_features(sentences, languages, conditions)
    weight = pl.sum_horizontal(pl.col(name) * weights[name] for name in FEATURES) + weights[BIAS] - CAUTION
    against = pl.sum_horizontal(pl.col(name) * weights[name] for name in OTHER_SORTS)
    is_often = (pl.col("clear_names") >= _MIN_NAMES) & (pl.col("clear_names") >= _MIN_NAME_SHARE * pl.col("sentences"))
    return pages.select(
        "row",
        weight=pl.when("is_judged").then(weight),
        is_no_opening=pl.col("is_judged") & (weight < 0) & (against < AGAINST),
        is_about=(pl.col("title_names") > 0) | is_often | ((pl.col("clear_names") > 0) & (weight > _SURE)),
        is_grant="is_grant",
        name_quote="name_quote",
        name_field="name_field",
    )


def page_features(sentences: pl.DataFrame, languages: pl.DataFrame, conditions: pl.DataFrame) -> pl.DataFrame:
    """FEATURES of each row of `languages`, is_judged (long enough), is_grant, clear_names, sentences, name_quote, name_field.
    The frames are those of `judge_pages`."""
    stated = conditions.select(
        "row",
        *(
            pl.any_horizontal(pl.col(columns).is_not_null()).cast(pl.Float64).alias(name)
            for name, columns in CONDITIONS.items()
        ),
    )
    headings = (
        sentences.filter(pl.col("under").is_in(["require", "offer", "documents"]))
        .group_by("row")
        .agg(headings=pl.col("under").n_unique())
    )
    against = pl.max_horizontal("story", "report", "hosts_wanted", "closed", "advice", "job", "study")
    is_grant = (pl.col("self_found") >= _MIN_GRANTS) & (pl.col("self_found") >= against)
    rows = (
        _signs_of(sentences, languages)
        .join(stated, on="row", how="left", maintain_order="left")
        .join(headings, on="row", how="left", maintain_order="left")
        .with_columns(is_judged=_is_long(), is_grant=is_grant)
    )
    return rows.with_columns(
        *(pl.col(name).fill_null(0).clip(0, most).cast(pl.Float64) / most for name, most in _MOST.items()),
        *(pl.col(f"title_{sign}").cast(pl.Float64) for sign in SIGNS),
        *(pl.col(name).fill_null(0.0) for name in CONDITIONS),
    )


_MIN_GRANTS = 2
"""Sentences of a page about a grant that speak of an internship one finds oneself."""


def _is_long() -> pl.Expr:
    return (pl.col("sentences") >= _MIN_SENTENCES) & (pl.col("characters") >= _MIN_CHARACTERS)


@cache
def _weights() -> dict[str, float]:
    table = pl.read_csv(shipped("data", "reference", "page_weights.csv"), comment_prefix="#")
    return dict(zip(table["feature"], table["weight"], strict=True))


def _signs_of(sentences: pl.DataFrame, languages: pl.DataFrame) -> pl.DataFrame:
    """For each row of `languages`: in how many sentences each of SIGNS stands, whether its title has it (`title_<sign>`),
    `clear_names` (names that are no mention in passing), name_quote, name_field, and the
    size of its text: `sentences`, `characters`."""
    asked = sentences.join(languages.select("row"), on="row", how="semi", maintain_order="left")
    facts = (
        read_sentences(asked, _phrases(), _read_signs, frozenset())
        .join(languages, on="row", maintain_order="left")
        .filter(is_read_in(pl.col("value"), pl.col("language")))
        # "I" and "me" are everyday words of other languages.
        .filter((pl.col("field") != "story") | (pl.col("value") != "en") | (pl.col("language").fill_null("en") == "en"))
        # "Am I eligible?" is asked for the reader.
        .filter((pl.col("field") != "story") | ~pl.col("quote").str.contains(_QUESTION))
        .unique(["row", "raw_field", "field", "quote"], keep="first", maintain_order=True)
    )
    field, is_title = pl.col("field"), pl.col("raw_field") == "title"
    counts = facts.group_by("row").agg(
        *((field == sign).sum().alias(sign) for sign in (*SIGNS, "clear_names")),
        *(((field == sign) & is_title).any().alias(f"title_{sign}") for sign in SIGNS),
        name_quote=pl.col("quote").filter(field == "names").first(),
        name_field=pl.col("raw_field").filter(field == "names").first(),
    )
    sizes = asked.group_by("row").agg(
        sentences=pl.len(),
        characters=pl.col("text").str.len_chars().sum(),
        questions=pl.col("text").str.contains(_QUESTION).sum(),
    )
    rows = languages.join(counts, on="row", how="left", maintain_order="left")
    return rows.join(sizes, on="row", how="left", maintain_order="left").with_columns(
        pl.col(*SIGNS, "clear_names", "sentences", "characters", "questions").fill_null(0),
        pl.col(*(f"title_{sign}" for sign in SIGNS)).fill_null(False),
    )


def _read_signs(sentence: Sentence) -> list[Fact]:
    cues = sorted({hit.cue for hit in sentence.hits} - {_OTHER_SENSE})
    facts = [Fact(sign, language) for sign, dot, language in (cue.partition(".") for cue in cues) if dot]
    if sentence.has("in_passing"):
        return facts
    return facts + [Fact("clear_names", fact.value) for fact in facts if fact.field == "names"]


_OTHER_SENSE = "names.other_sense"


@cache
def _phrases() -> Phrases:
    reference, kind = read_reference("pages"), read_reference("kind")
    by_language = {f"{sign}.{code}": words for sign in SIGNS for code, words in reference[sign].items()}
    helpers = {_OTHER_SENSE: kind["passed_over"], "in_passing": flat(kind["in_passing"])}
    return Phrases({**by_language, **helpers}, {"in_passing": ()})
