"""What sort of page a text is, judged from all of its sentences: an opening, or a story, a report, advice, a grant.

Belongs here: counting the signs of each sort (data/reference/pages.yaml) by the language of the text, and weighing them with
the conditions that other modules read. Does not belong here: what kind of post it is (`kind`), the words.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import flat, read_reference
from pipeline.clean.language_tools.passages import is_read_in
from pipeline.clean.language_tools.phrases import Fact, Phrases, Sentence, read_sentences

SIGNS = ("names", "apply", "story", "report", "self_found", "hosts_wanted", "closed", "advice", "job", "study")
"""Signs of data/reference/pages.yaml, in the order of their columns."""

CONDITIONS = {
    "has_deadline": ("deadline", "deadline_kind"),
    "has_length": ("weeks_min", "weeks_max"),
    "has_start": ("starts_on", "season"),
    "has_limits": ("age_min", "age_max", "nationality_rule"),
    "has_positions": ("positions",),
    "has_place": ("countries",),
    "says_who": ("eligibility",),
}
"""Conditions of an opening, and the columns of other modules of which one states it."""

_WEIGHTS = {
    "names": (6, 0.45), "title_names": (1, 0.65), "apply": (4, 1.1), "headings": (2, 1.35), "has_deadline": (1, 0.85),
    "has_length": (1, 0.55), "has_start": (1, 0.2), "has_limits": (1, 1.0), "has_positions": (1, 1.0),
    "has_place": (1, 0.4), "says_who": (1, 0.35), "questions": (6, -1.25), "story": (4, -2.05), "report": (3, -1.3),
    "self_found": (4, -2.15), "hosts_wanted": (2, -1.3), "closed": (2, -0.8), "advice": (4, -1.25),
    "job": (2, -1.55), "study": (3, -1.25), "title_advice": (1, -0.7), "title_self_found": (1, -0.9),
    "title_story": (1, -0.6), "title_report": (1, -0.5), "title_closed": (1, -1.5), "title_apply": (1, -0.65),
    "title_hosts_wanted": (1, -0.8), "title_study": (1, -0.9),
}  # fmt: skip
"""How much a sign speaks for an opening: the count from which on more says no more, and the weight of that count. A logistic
regression with a ridge of 1.5 over 470 labelled pages that name internships (F1 0.91 where each batch is judged by the
others); of jobs, studies and hosts in the title over 620."""
_BIAS = 1.0
"""An opening where the odds are 59 to 41, as good as any for F1 and better for precision: the intercept itself is 0.64."""
_CLOSED = 2.0
_MIN_CLOSED = 3
"""A text that says in so many sentences that it is closed, or who was chosen, weighs so much less."""
_QUESTION = r"[?？؟]\s*$"
_MIN_SENTENCES, _MIN_CHARACTERS = 5, 200
"""A shorter text says too little to be judged: that of a row of a list, date and place and a button."""
_MIN_NAMES = 2
_SURE = 1.2
"""Weight above which one name of internships is enough."""
_MIN_NAME_SHARE = 0.08
"""Sentences with a name of internships, among all, of a text that is about one though its title names none."""


def judge_pages(sentences: pl.DataFrame, languages: pl.DataFrame, conditions: pl.DataFrame) -> pl.DataFrame:
    """One row a row of `languages` (row, language): `weight` (above 0: an opening; null for a text too short to be judged),
    `is_about` (names internships in its title or often enough), `is_grant` (what speaks against it is a grant), name_quote and
    name_field (where it names them first).

    `sentences`: `phrases.under_headings`. `conditions`: row and the columns of CONDITIONS."""
    stated = conditions.select(
        "row",
        *(pl.any_horizontal(pl.col(columns).is_not_null()).alias(name) for name, columns in CONDITIONS.items()),
    )
    headings = (
        sentences.filter(pl.col("under").is_in(["require", "offer", "documents"]))
        .group_by("row")
        .agg(headings=pl.col("under").n_unique())
    )
    rows = (
        _signs_of(sentences, languages)
        .join(stated, on="row", how="left", maintain_order="left")
        .join(headings, on="row", how="left", maintain_order="left")
    )
    weight = pl.sum_horizontal(
        pl.col(name).cast(pl.Float64).fill_null(0).clip(0, most) / most * weight
        for name, (most, weight) in _WEIGHTS.items()
    )
    weight -= _CLOSED * (pl.col("closed") >= _MIN_CLOSED).cast(pl.Float64)
    is_often = (pl.col("clear_names") >= _MIN_NAMES) & (pl.col("clear_names") >= _MIN_NAME_SHARE * pl.col("sentences"))
    against = pl.max_horizontal("story", "report", "hosts_wanted", "closed", "advice", "job", "study")
    return rows.select(
        "row",
        weight=pl.when((pl.col("sentences") >= _MIN_SENTENCES) & (pl.col("characters") >= _MIN_CHARACTERS)).then(
            weight - _BIAS
        ),
        is_about=pl.col("title_names") | is_often | ((pl.col("clear_names") > 0) & (weight - _BIAS > _SURE)),
        is_grant=(pl.col("self_found") >= 2) & (pl.col("self_found") >= against),
        name_quote="name_quote",
        name_field="name_field",
    )


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
