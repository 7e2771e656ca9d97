"""Kind: what sort of post a row is, whether it is an internship, and by which rule it is refused if it is no listing.

Belongs here: weighing heading, catalogue, title, employment type and first lines. Does not belong here: the words
(data/reference/kind.yaml), what becomes of a listing that its source marks closed (`pipeline.lifecycle.listings`).

What decides, in this order:

1. the headings above the row, from the innermost outwards: one that names internships only says yes, one that names
   graduates only says no, one that names both leaves it to the next;
2. the catalogue: a source that holds internships only;
3. the row's own title, else its employment type, else the first lines of its description, else a sentence that offers an
   internship, else the whole text where it speaks of one often enough (`page`). A mention in passing ("you will lead two
   interns") is none of these; a title that says permanent staff, or that runs internships, is not overruled by the text below
   it. A text that is no opening (a story, a report, advice, a grant for an internship that one finds oneself, a closed round:
   `page`) is no internship whatever its title names.

Under 1 and 2 the title may tell the kind, not whether it is an internship. A fellowship or volunteer post is an internship
where its text says that it is supervised and for how long.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import (
    FirstWord,
    any_of,
    first_of,
    first_word,
    flat,
    on_texts,
    read_reference,
    spaced_words,
    with_words,
)
from pipeline.clean.language_tools.extraction import SOURCE, Extraction, by_source, evidence, extraction, over_distinct
from pipeline.clean.language_tools.phrases import Fact, Phrases, Sentence, read_matches, read_phrases, read_sentences
from pipeline.clean.language_tools.text import SHORT
from pipeline.clean.what.page import judge_pages
from scrapers.source import Source

INTERNSHIP_KINDS = ("internship", "traineeship", "working_student")
"""Kinds that are internships by themselves; the others only in a list or section of internships."""

PLACEMENT_KINDS = ("fellowship", "volunteer")
"""Kinds that are internships where they are supervised and for a time."""

_OPENING_LINES = 4
_WAYS = ("title", "employment_type", "description", "offered", "text")
"""Texts of a row that may name its kind, in the order of trust."""
_CLEARLY_OPENING = 0.6
"""Weight of `page.judge_pages` above which a text is an opening though its title is one of advice."""
_PLAIN = {
    "_": " ",
    "–": "-",
    "—": "-",
    "‑": "-",
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "…": "...",
    "•": "*",
    "·": "*",
    "\xa0": " ",
}
_OF_OPENINGS = ("deadline", "starts", "duration", "pay")
"""Fields that a source fills for openings alone: a text beside one is no story and no advice, whatever it asks."""

_MAX_HEADING_LETTERS = 120
"""A first line up to this long is a heading of the posting; a longer one is prose, which may speak of anything."""

_SENTENCE = r"(?:\S+\s+){6}.*[.!?]$"
"""Words up to a full stop: no heading, and what it says of internships may be of others."""


def clean_kind(
    raw: pl.DataFrame,
    sentences: pl.DataFrame,
    facts: pl.DataFrame,
    is_placement: pl.Series,
    sources: Mapping[str, Source],
) -> Extraction:
    """kind, is_internship, reject_rule, is_closed_at_source.

    `raw` also has is_closed_at_source (`pipeline.clean.identify`). `sentences`: those of title and description
    (`phrases.under_headings`). `facts`: posting_language and the columns of `page.CONDITIONS`. `is_placement`: whether the row
    says that it is supervised and for how long. reject_rule is null for a listing, else no_title, closed_at_source,
    new_graduate, no_posting, not_an_internship."""
    frame = _judged(_with_pages(_named(raw, sentences, sources), sentences, facts), is_placement)
    unread = frame.filter(pl.col("employment_type_kind").is_null() & pl.col("employment_type").is_not_null())
    return extraction(
        frame.select("kind", "is_internship", "reject_rule", "is_closed_at_source"),
        _proofs(frame),
        [unread.select("row", field=pl.lit("kind"), text="employment_type")],
    )


def _named(raw: pl.DataFrame, sentences: pl.DataFrame, sources: Mapping[str, Source]) -> pl.DataFrame:
    """The rows with what heading, catalogue, title, employment type, first lines and offers name (`<way>_kind`,
    `<way>_quote`)."""
    frame = raw.select(
        "row", "source_id", pl.col("title", "employment_type").str.head(SHORT), "is_closed_at_source",
        has_fields=pl.any_horizontal(pl.col(_OF_OPENINGS).is_not_null()),
        holds=by_source(sources, lambda source: source.holds, pl.String, default="mixed"),
        language=by_source(sources, _only_language, pl.String),
    ).hstack(section_verdict(raw))  # fmt: skip
    texts = {
        "title": frame["title"],
        "employment_type": frame["employment_type"],
        "description": _headings(raw, sentences),
    }
    for name, text in texts.items():
        frame = frame.hstack(_named_kind(text, frame["language"], name))
    return frame.hstack(_offered(raw, sentences))


def _with_pages(frame: pl.DataFrame, sentences: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """The rows with what their whole text is (`page.judge_pages`), and `text_kind`, `text_quote`, `text_field`: an internship
    where the text is about one. Only of rows that neither a heading nor the catalogue decides on."""
    is_open = pl.col("in_internships").is_null() & (pl.col("holds") != "internships")
    languages = frame.select("row").hstack(facts.select(language="posting_language"))
    pages = judge_pages(
        sentences,
        languages.filter(frame.select(is_open).to_series()),
        frame.select("row").hstack(facts.drop("posting_language")),
    )
    is_about = pl.col("is_about").fill_null(False) & pl.col("weight").is_not_null()
    return frame.join(pages, on="row", how="left", maintain_order="left").with_columns(
        text_kind=pl.when(is_about).then(pl.lit("internship")),
        text_quote=pl.when(is_about).then("name_quote"),
        is_no_opening=pl.col("is_no_opening").fill_null(False) & ~pl.col("has_fields"),
    )


def _judged(frame: pl.DataFrame, is_placement: pl.Series) -> pl.DataFrame:
    """`frame` with is_internship, kind and reject_rule."""
    regular, graduate = (flat(read_reference("kind")[name]) for name in ("regular", "graduate"))
    is_regular = pl.any_horizontal(
        first_word(pl.col(name), words).is_not_null()
        for name, words in (
            ("title", regular), ("employment_type", regular), ("title", read_reference("kind")["passed_over"]),
        )
    )  # fmt: skip
    by_title = pl.col("title_no_posting") | (
        pl.col("title_kind").is_null() & pl.col("description_no_posting").fill_null(False)
    )
    names_one = pl.any_horizontal(pl.col(f"{way}_kind").is_not_null() for way in _WAYS)
    # "How to apply" over a text that is clearly an opening is no advice.
    is_advice = (by_title & (pl.col("weight") < _CLEARLY_OPENING).fill_null(True)) | (
        pl.col("is_no_opening") & names_one
    )
    frame = frame.with_columns(
        *(
            pl.when(~is_regular).then(f"{way}_{what}").alias(f"{way}_{what}")
            for way in ("description", "offered", "text")
            for what in ("kind", "quote")
        ),
        is_placement=is_placement,
        is_advice=is_advice,
    )
    own = pl.coalesce(f"{way}_kind" for way in _WAYS)
    is_grant = pl.col("is_no_opening") & pl.col("is_grant") & own.is_in(INTERNSHIP_KINDS)
    is_placed = own.is_in(PLACEMENT_KINDS) & pl.col("is_placement")
    is_graduate = first_word(pl.col("title"), graduate).is_not_null()
    frame = frame.with_columns(in_list=pl.col("in_internships").fill_null(pl.col("holds") == "internships"))
    frame = frame.with_columns(
        is_internship=pl.when(pl.col("in_internships").is_not_null() | (pl.col("holds") == "internships"))
        .then("in_list")
        .otherwise((own.is_in(INTERNSHIP_KINDS) | is_placed).fill_null(False) & ~pl.col("is_advice")),
        kind=pl.when(pl.col("in_list"))
        .then(pl.coalesce("title_kind", pl.lit("internship")))
        .when(is_grant)
        .then(pl.lit("grant"))
        .otherwise(own),
    )
    return frame.with_columns(
        reject_rule=pl.when(pl.col("title").fill_null("") == "")
        .then(pl.lit("no_title"))
        .when("is_closed_at_source")
        .then(pl.lit("closed_at_source"))
        .when("is_internship")
        .then(None)
        .when(pl.col("under_graduates").fill_null(False) | (pl.col("holds") == "graduate_jobs") | is_graduate)
        .then(pl.lit("new_graduate"))
        .when("is_advice")
        .then(pl.lit("no_posting"))
        .otherwise(pl.lit("not_an_internship"))
    )


def _proofs(frame: pl.DataFrame) -> list[pl.DataFrame]:
    """Evidence of kind and is_internship: of the first way that decides."""
    has_heading = pl.col("in_internships").is_not_null()
    with_heading = frame.filter(has_heading)
    from_catalogue = frame.filter(~has_heading & (pl.col("holds") == "internships"))
    on_its_own = frame.filter(~has_heading & (pl.col("holds") != "internships"))
    unnamed = pl.col("title_kind").is_null()
    says = pl.lit("holds: internships")
    proofs = [
        evidence(with_heading, "is_internship", "section_quote", "section"),
        evidence(from_catalogue, "is_internship", says, SOURCE, SOURCE),
        evidence(frame.filter("in_list"), "kind", "title_quote", "title", value="title_kind"),
        evidence(with_heading.filter("in_list", unnamed), "kind", "section_quote", "section", "derived"),
        evidence(from_catalogue.filter(unnamed), "kind", says, SOURCE, SOURCE),
    ]
    for position, way in enumerate(_WAYS):
        earlier_is_silent = pl.all_horizontal(
            pl.lit(True), *(pl.col(f"{name}_kind").is_null() for name in _WAYS[:position])
        )
        decided = on_its_own.filter(pl.col(f"{way}_kind").is_not_null() & earlier_is_silent)
        raw_field = pl.col("name_field") if way == "text" else pl.lit("description" if way == "offered" else way)
        proofs += [evidence(decided, field, f"{way}_quote", raw_field) for field in ("is_internship", "kind")]
    return proofs


def section_verdict(raw: pl.DataFrame) -> pl.DataFrame:
    """in_internships (true, false, or null where no heading decides), under_graduates (that heading names graduates) and
    section_quote, one row a raw row."""
    schema = {"in_internships": pl.Boolean, "under_graduates": pl.Boolean, "section_quote": pl.String}
    return over_distinct(raw, ["section"], _judge_section, schema)


def _judge_section(section: str | None) -> tuple[bool, bool, str] | None:
    for heading in reversed((section or "").split(" / ")):
        text = re.sub(_passed_over(), " ", heading, flags=re.IGNORECASE)
        names_internships = re.search(_internship_words(), text, re.IGNORECASE) is not None
        names_graduates = re.search(_words_of("graduate"), text, re.IGNORECASE) is not None
        names_regular = re.search(_words_of("regular", "full_time"), text, re.IGNORECASE) is not None
        if names_internships != (names_graduates or names_regular):
            return names_internships, names_graduates, heading
    return None


def _headings(raw: pl.DataFrame, sentences: pl.DataFrame) -> pl.Series:
    """The short ones among the first lines of each description, but for those that name an internship in passing."""
    text = pl.col("text")
    lines = (
        sentences.filter(pl.col("raw_field") == "description").group_by("row", maintain_order=True).head(_OPENING_LINES)
    )
    short = lines.filter(text.str.len_chars() <= _MAX_HEADING_LETTERS, ~text.str.contains(_SENTENCE))
    passing = read_matches(short, read_phrases("kind", "in_passing"), lambda _: [Fact("kind", None)], frozenset())
    named = short.join(passing, on="text", how="anti").group_by("row", maintain_order=True).agg(text.str.join("\n"))
    return raw.select("row").join(named, on="row", how="left", maintain_order="left")["text"]


def _offered(raw: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """offered_kind and offered_quote: the first sentence of each description that offers an internship."""

    def read(sentence: Sentence) -> list[Fact]:
        return [] if sentence.has("in_passing") else [Fact("kind", "internship")]

    prose = sentences.filter(pl.col("raw_field") == "description")
    offers = read_sentences(prose, _offers(), read, frozenset())
    columns = offers.unique("row", keep="first", maintain_order=True).select(
        "row", offered_kind="value", offered_quote="quote"
    )
    return raw.select("row").join(columns, on="row", how="left", maintain_order="left").drop("row")


def _named_kind(texts: pl.Series, languages: pl.Series, name: str) -> pl.DataFrame:
    """<name>_kind, <name>_quote and <name>_no_posting of each text: the first kind by the order of the dictionary."""
    reference = read_reference("kind")
    passed = reference["passed_over"]
    shortened = on_texts(
        with_words(pl.col("text"), passed), lambda text: text.str.replace_all(f"(?i){_passed_over()}", " ; "), pl.String
    )
    left = pl.coalesce(shortened, "text")
    german = pl.col("text").str.contains(read_reference("gender_marks")["german"])
    # Word boundaries are a hundred times slower in a text that is not ASCII: a dash need not make it so. Codes of programs join
    # their words by underscores.
    plain = pl.col("text").str.replace_many(list(_PLAIN), list(_PLAIN.values()))
    distinct = (
        pl.DataFrame({"text": texts, "language": languages})
        .unique()
        .with_columns(given="text", text=plain)
        .with_columns(left=left, spoken=pl.when(german).then(pl.lit("de")).otherwise("language"))
        .with_columns(spaced=spaced_words(pl.col("left")))
    )
    named = over_distinct(distinct, ["left", "spaced", "spoken"], _kind_of, {"kind": pl.String, "quote": pl.String})
    advice, parts = flat(reference["no_posting"]), reference["no_posting_parts"]
    no_posting = first_word(pl.col("text"), advice).is_not_null() | (
        pl.col("text").is_in(_with_part(distinct["text"], parts).implode())
    )
    table = distinct.hstack(named).select(
        pl.col("given"), pl.col("language"),
        pl.col("kind").alias(f"{name}_kind"), pl.col("quote").alias(f"{name}_quote"), no_posting.alias(f"{name}_no_posting"),
    )  # fmt: skip
    both = ["given", "language"]
    rows = pl.DataFrame({"given": texts, "language": languages})
    return rows.join(table, on=both, how="left", nulls_equal=True, maintain_order="left").drop(both)


def _kind_of(left: str | None, spaced: str | None, language: str | None) -> tuple[str, str] | None:
    """The first kind that a text names, and the words."""
    if left is None or spaced is None:
        return None
    for kind, only_in, capitals, words in _kinds():
        quote = only_in[language].search(left, spaced) if language in only_in else None
        quote = quote or next((match.group() for shape in capitals if (match := shape.search(left))), None)
        quote = quote or words.search(left, spaced)
        if quote:
            return kind, quote
    return None


@cache
def _kinds() -> list[tuple[str, dict[str | None, FirstWord], list[re.Pattern[str]], FirstWord]]:
    """Each kind by the order of the dictionary: its words in one language alone, in capitals, in any language."""
    reference = read_reference("kind")
    return [
        (
            kind,
            {language: first_of(tuple(only)) for language, only in reference["only_in"].get(kind, {}).items()},
            [re.compile(shape) for shape in reference["capitals"].get(kind, [])],
            first_of(tuple(flat(words))),
        )
        for kind, words in reference["kinds"].items()
    ]


def _with_part(texts: pl.Series, words: Sequence[str]) -> pl.Series:
    """The texts of which one of the words is a whole part: a line, or what stands between colons, brackets, dashes."""
    part = pl.col("part")
    parts = (
        texts.to_frame("text")
        .filter(with_words(pl.col("text"), words).is_not_null())
        .with_columns(part=pl.col("text").str.replace_all(r"[:：|()（）–—]|\s-", "\n").str.split("\n"))
        .explode("part")
        .with_columns(part.str.strip_chars())
        .filter(part.str.len_chars() <= max(map(len, words)))
    )
    if parts.is_empty():
        return parts["text"]
    return parts.filter(part.str.contains(f"(?i)^{any_of(words)}$"))["text"]


def _only_language(source: Source) -> str | None:
    return source.languages[0] if len(source.languages) == 1 else None


@cache
def _offers() -> Phrases:
    passing = {"in_passing": flat(read_reference("kind")["in_passing"])}
    return read_phrases("kind", "offered").with_more(passing, {"in_passing": ()})


@cache
def _passed_over() -> str:
    return any_of(read_reference("kind")["passed_over"])


@cache
def _internship_words() -> str:
    kinds = read_reference("kind")["kinds"]
    return any_of(word for kind in INTERNSHIP_KINDS for word in flat(kinds[kind]))


@cache
def _words_of(*groups: str) -> str:
    return any_of(word for group in groups for word in flat(read_reference("kind")[group]))
