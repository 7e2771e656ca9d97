"""Words of titles: which of them tell openings apart, how rare they are, and what they state (kind, level, season, months, year).

Belongs here: how one title is tokenized. Does not belong here: other columns of a listing (`profile`), and comparing two titles
(`comparisons`). The words are in data/reference/title_words.yaml, term frequencies in word_weights.csv.
"""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import flat, read_reference
from pipeline.clean.language_tools.text import compared
from pipeline.match.cognates import compound_parts
from pipeline.match.keys import UNSPACED_LETTER, without_gender_marks
from pipeline.match.languages import fold_words, language_bits
from pipeline.match.nations import demonym_codes, nations_of
from pipeline.match.numerals import with_common_numbers
from pipeline.match.texts import without_references
from pipeline.match.word_weights import STEM, TOKEN_STRIDE, UNKNOWN_WORD_WEIGHT, stems_of, word_weights
from pipeline.shipped import shipped

KINDS = {
    "internship": "intern",
    "working_student": "working",
    "apprenticeship": "apprentice",
    "graduate_programme": "trainee",
    "traineeship": "trainee",
    "fellowship": "fellow",
    "volunteer": "volunteer",
}
MARKS = ("kinds", "levels", "title_seasons", "months", "stated_years", "hours")
"""What single words of a title may say, as bits."""
STATED = ("nations", "title_languages")
"""What words of a title say beside what they are there for, as bits."""
HOURS = {"parttime": 1, "fulltime": 2}
NATION_BITS = 31
"""Bits for countries and languages named in titles; several countries share one."""
SEASONS = ("spring", "summer", "autumn", "winter")
FIRST_YEAR = 2010
YEAR_COUNT = 31
_YEAR = r"^(20[1-4]\d)$"
_CODE = r"\d"
_NUMERIC_DATE = r"\b\d{1,2}[./-]20[1-4]\d\b|\b20[1-4]\d-\d\d"
_DAY = "(?:0?[1-9]|[12][0-9]|3[01])"
_DATE_FORMS = (
    rf"\b(?P<year>20[1-4]\d)-MONTH-{_DAY}\b",
    rf"\b(?:{_DAY}[./-])?MONTH[./-](?P<year>20[1-4]\d)\b",
    r"\bMONTH/(?:1[3-9]|2[0-9]|3[01])/(?P<year>20[1-4]\d)\b",
)
"""Dates in numbers: the day comes first, unless the second number cannot be a month."""
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ARABIC_ARTICLE = "^(?:و)?(?:ال|لل)"


def title_text(titles: pl.Series) -> pl.Series:
    """Titles as they are compared: `compared`, without gender marks; what is said in several ways or languages in one of them."""
    # A step at a time: `compared` names its text more than once.
    bare = _with_named_months(with_common_numbers(titles)).alias("title").to_frame()
    bare = bare.select(without_gender_marks(without_references(pl.col("title"))))
    frame = bare.select(text=pl.format(" {} ", compared(pl.col("title")).str.replace_all(" ", "  ")))
    written, one = _spellings()
    glued, concepts = _unspaced_spellings()
    text = pl.col("text")
    frame = frame.select(
        pl.when(text.str.contains(UNSPACED_LETTER))
        .then(text.str.replace_many(glued, concepts, leftmost=True))
        .otherwise(text)
    ).select(text.str.replace_many(written, one))
    if inflected := _inflected(frame["text"]):
        frame = frame.select(text.str.replace_many(list(inflected), list(inflected.values())))
    return frame.select(text.str.replace_all(" +", " ").str.strip_chars(" ").alias(titles.name)).to_series()


def _with_named_months(titles: pl.Series) -> pl.Series:
    """Titles with the names of months for those of dates in numbers: 01.03.2027, 3/15/2027, 2027-03-01, 03/2027."""
    rows = titles.str.contains(_NUMERIC_DATE).fill_null(False).arg_true()
    if rows.is_empty():
        return titles
    dated = titles.gather(rows).to_frame("title")
    title = pl.col("title")
    for form in _DATE_FORMS:
        for number, name in enumerate(_MONTHS, start=1):
            title = title.str.replace_all(form.replace("MONTH", f"0?{number}"), f" {name} $year ")
    dated = dated.select(title)
    return titles.clone().scatter(rows, dated["title"])


def _inflected(texts: pl.Series) -> dict[str, str]:
    """What stands for each word of these texts that begins as a known word does, whatever its ending or article."""
    words = texts.str.strip_chars(" ").str.split("  ").explode(empty_as_null=False).unique().drop_nulls().sort()
    known = pl.DataFrame({"word": words, "concept": concepts_of(words)}).drop_nulls()
    return {
        f" {word} ": f" {concept.replace(' ', '  ')} "
        for word, concept in known.iter_rows()
        if word not in concept.split()
    }


def concepts_of(words: pl.Series) -> pl.Series:
    """What stands for each of these words in title_words.yaml, by the whole word or how it begins; null for others."""
    bare = pl.col("word").str.replace(_ARABIC_ARTICLE, "").str.replace(_unit_of_house(), "$1")
    whole, by_length = _concepts()
    concept = pl.coalesce(
        bare.replace_strict(whole, default=None, return_dtype=pl.String),
        bare.str.strip_suffix("s").replace_strict(whole, default=None, return_dtype=pl.String),
        *(
            bare.str.head(length).replace_strict(by_length[length], default=None, return_dtype=pl.String)
            for length in sorted(by_length, reverse=True)
        ),
    )
    found = words.alias("word").to_frame().select("word", concept=concept)
    unknown = found.filter(pl.col("concept").is_null() & pl.col("word").is_not_null())["word"].unique()
    parts = {
        word: compound_parts(word, whole, _beginnings()) for word in unknown if word not in word_weights()["title"]
    }
    made = {word: of_two for word, of_two in parts.items() if of_two is not None}
    return found.select(
        concept=pl.coalesce("concept", pl.col("word").replace_strict(made, default=None, return_dtype=pl.String))
    )["concept"]


@cache
def _beginnings() -> dict[str, str]:
    return {key: one for of_length in _concepts()[1].values() for key, one in of_length.items()}


def telling_words(words: pl.Series) -> pl.Series:
    """Those of these distinct words, as they are written, that tell openings apart: no kind, level, time or empty word."""
    texts = pl.DataFrame({"written": words, "word": title_text(words).str.split(" ")})
    each = texts.explode("word", empty_as_null=False).filter(pl.col("word") != "")
    telling = _vocabulary(each["word"].unique().sort()).filter("is_word")
    return each.join(telling, on="word", how="semi")["written"].unique()


def tokenize(listings: pl.DataFrame) -> pl.DataFrame:
    """The columns of profiles that come from words, in the order of the listings."""
    rows = listings.select("title", "organization", "places").with_row_index("row")
    titles = rows.select(pl.col("title").unique()).with_row_index("t")
    title_tokens = (
        titles.select("t", word=pl.col("title").str.split(" "))
        .explode("word", empty_as_null=False)
        .filter(pl.col("word") != "")
    )
    names = rows.select(pl.col("organization").drop_nulls().unique()).with_row_index("o")
    named = names.select("o", word=pl.col("organization").str.split(" ")).explode("word")
    sites = rows.select(pl.col("places").drop_nulls().unique()).with_row_index("p")
    place_words = _words_of_places(sites)
    vocabulary = _vocabulary(pl.concat([title_tokens["word"], named["word"], place_words["word"]]).unique().sort())
    title_tokens = title_tokens.join(vocabulary, on="word", maintain_order="left")
    of_title = _columns_of_titles(titles, title_tokens)
    of_name = (
        named.join(vocabulary, on="word")
        .group_by("o")
        .agg(name_tokens=pl.col("token").unique().sort())
        .join(names, on="o")
    )
    of_place = (
        place_words.join(vocabulary, on="word")
        .group_by("p")
        .agg(place_tokens=pl.col("token").unique().sort())
        .join(sites, on="p")
    )
    empty = pl.lit([], dtype=pl.List(pl.UInt64))
    stems = vocabulary.filter("is_word").unique("rank").sort("rank")
    joined = (
        rows.join(of_title, on="title", how="left", maintain_order="left")
        .join(of_name, on="organization", how="left", maintain_order="left")
        .join(of_place, on="places", how="left", maintain_order="left")
        .with_columns(pl.col("words", "name_tokens", "place_tokens").fill_null(empty))
        .rechunk()  # as in `comparisons.columns_of_pairs`
        .with_columns(context=pl.col("name_tokens").list.set_union("place_tokens"))
    )
    joined = joined.with_columns(tokens=pl.col("words").list.set_difference("context"))
    rank = pl.element().replace_strict(stems["token"], stems["rank"], return_dtype=pl.UInt32)
    in_order = joined.select(pl.col("tokens").list.eval(rank.sort()))
    return joined.select(
        "tokens",
        context_tokens=pl.col("tokens").list.set_union("context"),
        title_words=in_order.select(
            pl.col("tokens").list.eval(
                pl.element().replace_strict(stems["rank"], stems["stem"], return_dtype=pl.String)
            )
        )["tokens"].cast(pl.List(pl.String)),  # where no title has a word, the lists stay those of numbers
        numbers=pl.col("numbers").fill_null(pl.lit([], dtype=pl.List(pl.String))),
        **{name: pl.col(name).fill_null(0) for name in (*MARKS, *STATED, "span")},
    )


def _words_of_places(sites: pl.DataFrame) -> pl.DataFrame:
    """p, word: the words of the towns, regions and countries of each set of places."""
    return (
        sites.explode("places", empty_as_null=False)
        .select(
            "p",
            word=pl.concat_list(
                pl.col("places").struct.field("city", "region"),
                pl.col("places").struct.field("country").replace_strict(_country_names(), default=None),
            ),
        )
        .explode("word")
        .drop_nulls()
        .select("p", word=compared(pl.col("word")).str.split(" "))
        .explode("word")
    )


def _columns_of_titles(titles: pl.DataFrame, title_tokens: pl.DataFrame) -> pl.DataFrame:
    """What each distinct title states: its words, numbers, marks and span; `title_tokens`: its words as of `_vocabulary`."""
    marks = (
        title_tokens.filter(pl.any_horizontal(pl.col(MARKS) != 0))
        .group_by("t")
        .agg(pl.col(name).bitwise_or() for name in MARKS)
    )
    stated = (
        title_tokens.filter(pl.any_horizontal(pl.col(STATED) != 0))
        .group_by("t")
        .agg(pl.col(name).bitwise_or() for name in STATED)
    )
    numbers = title_tokens.filter("is_number").group_by("t").agg(numbers=pl.col("word").unique().sort())
    spans = titles.select("t", span=_span(pl.col("title")))
    return (
        titles.select("t")
        .join(
            title_tokens.filter("is_word").group_by("t").agg(words="token"), on="t", how="left", maintain_order="left"
        )
        .join(numbers, on="t", how="left", maintain_order="left")
        .join(marks, on="t", how="left", maintain_order="left")
        .join(stated, on="t", how="left", maintain_order="left")
        .join(spans, on="t", maintain_order="left")
        .with_columns(titles["title"])
    )


def _vocabulary(words: pl.Series) -> pl.DataFrame:
    """For each distinct word what it is in a title: token, is_word, is_number, its bit among kinds, levels, seasons, months
    and years; and its rank, the rarest first."""
    reference = read_reference("title_words")
    levels = {level: 1 << number for number, level in enumerate(reference["levels"])}
    kinds = _kinds()
    frame = pl.DataFrame({"word": words}, schema={"word": pl.String})
    word = pl.col("word")
    kind = pl.sum_horizontal(
        pl.when(word.str.contains(pattern)).then(1 << number).otherwise(0)
        for number, pattern in enumerate(kinds.values())
    ).cast(pl.Int32)
    year = word.str.extract(_YEAR).cast(pl.Int32)
    frame = frame.with_columns(
        kinds=kind,
        levels=word.replace_strict(levels, default=0, return_dtype=pl.Int32),
        hours=word.replace_strict(HOURS, default=0, return_dtype=pl.Int32),
        nations=_nation_bits(words),
        title_languages=language_bits(words),
        title_seasons=word.replace_strict(_seasons_of_words(), default=0, return_dtype=pl.Int32),
        months=word.replace_strict(_months(), default=0, return_dtype=pl.Int32),
        stated_years=pl.when(year.is_between(FIRST_YEAR, FIRST_YEAR + YEAR_COUNT - 1))
        .then(pl.lit(1, dtype=pl.Int32) * 2 ** (year - FIRST_YEAR))
        .otherwise(0)
        .cast(pl.Int32),
        stem=pl.when(word.str.contains(_CODE)).then(word).otherwise(pl.lit(stems_of(words))),
    )
    is_mark = pl.any_horizontal(pl.col(MARKS) != 0)
    nothing = word.is_in([*reference["nothing"], "months", "weeks"])
    frame = frame.with_columns(is_number=word.str.contains(_CODE) & ~is_mark, is_mark=is_mark)
    frame = frame.with_columns(is_word=~pl.col("is_mark") & ~nothing & ~pl.col("is_number"))
    stems = (
        frame.select(pl.col("stem").unique())
        .with_columns(
            weight=pl.col("stem").replace_strict(_known_weights(), default=UNKNOWN_WORD_WEIGHT, return_dtype=pl.UInt32),
        )
        .sort("weight", "stem", descending=[True, False])
        .with_row_index("rank")
    )
    return frame.join(stems, on="stem", maintain_order="left").select(
        "word",
        "stem",
        "is_word",
        "is_number",
        "kinds",
        "levels",
        "title_seasons",
        "months",
        "stated_years",
        "hours",
        "nations",
        "title_languages",
        "rank",
        # A number that is the same wherever the stem is met: listings are read in parts.
        token=pl.col("stem").hash() // TOKEN_STRIDE * TOKEN_STRIDE + pl.col("weight"),
    )


def _nation_bits(words: pl.Series) -> pl.Series:
    """For each word a bit for the country that it names by its people, and so for their language; 0 for others."""
    nations = nations_of(words)
    codes = demonym_codes()
    bits = {code: 1 << number % NATION_BITS for number, code in enumerate(codes)}
    return nations.replace_strict(bits, default=0, return_dtype=pl.Int32)


def _span(titles: pl.Expr) -> pl.Expr:
    """How long, as a title says it: weeks, or a month as four."""
    number = titles.str.extract(r"\b(\d{1,2}) (?:months|weeks)\b").cast(pl.Int32)
    return pl.when(titles.str.contains(r"\b\d{1,2} months\b")).then(number * 4).otherwise(number)


@cache
def _spellings() -> tuple[list[str], list[str]]:
    pairs = [(written, one) for written, one in _all_spellings() if "*" not in written]
    padded = [[f" {text.replace(' ', '  ')} " for text in pair] for pair in pairs]
    return [written for written, _ in padded], [one for _, one in padded]


@cache
def _unspaced_spellings() -> tuple[list[str], list[str]]:
    """The spellings in scripts without blanks, which stand anywhere in a word."""
    pairs = [(written.strip("*"), one) for written, one in _all_spellings() if re.search(UNSPACED_LETTER, written)]
    return [written for written, _ in pairs], ["  " + one.replace(" ", "  ") + "  " for _, one in pairs]


@cache
def _concepts() -> tuple[dict[str, str], dict[int, dict[str, str]]]:
    """What stands for single words: for whole ones, and by how they begin, by the number of letters known."""
    whole: dict[str, str] = {}
    by_length: dict[int, dict[str, str]] = {}
    for written, one in _all_spellings():
        if written.endswith("*"):
            by_length.setdefault(len(written) - 1, {})[written[:-1]] = one
        elif " " not in written:
            whole[written] = one
    return whole, by_length


@cache
def _unit_of_house() -> str:
    """A word that ends as the name of a part of a house does: "presseabteilung"."""
    units = "|".join(read_reference("title_words")["units"])
    return rf"^(.{{4,}}?)s?(?:{units})$"


def _all_spellings() -> list[tuple[str, str]]:
    """Each way of writing, with the one that stands for it ("" for words that tell nothing), the longest first."""
    reference = read_reference("title_words")
    pairs = [
        (written, one)
        for group in ("same", "translations")
        for one, ways in reference[group].items()
        for written in ways
    ]
    pairs += [(word, "") for word in reference["nothing"] if word.endswith("*") or re.search(UNSPACED_LETTER, word)]
    pairs += [(phrase, "") for phrase in flat(reference["notices"])]
    return sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0]))


@cache
def _kinds() -> dict[str, str]:
    """For each kind a pattern of the single words that name it, as `compared` gives them."""
    kinds: dict[str, list[str]] = {}
    for kind, by_language in read_reference("kind")["kinds"].items():
        if kind in KINDS:
            kinds.setdefault(KINDS[kind], []).extend(word for word in flat(by_language) if " " not in word)
    # A co-op is a sort of internship that titles tell apart.
    kinds["intern"] = [word for word in kinds["intern"] if not re.match("co-?op", word)]
    kinds |= {"coop": ["coop"], "thesis": ["thesis"]}
    patterns = {}
    for kind, words in kinds.items():
        bare = (
            pl.Series([word.replace("*", "0") for word in words])
            .to_frame("w")
            .select(compared(pl.col("w")))["w"]
            .to_list()
        )
        patterns[kind] = (
            "^(?:"
            + "|".join(sorted({re.escape(word).replace("0", ".*") for word in bare if word and " " not in word}))
            + ")$"
        )
    return patterns


def kind_bit(kind: str) -> int:
    """The bit of one of KINDS."""
    return 1 << list(_kinds()).index(kind)


@cache
def season_forms() -> list[list[str]]:
    seasons = read_reference("dates")["seasons"]
    return [sorted({form.lower() for form in seasons[name]}) for name in SEASONS]


@cache
def _seasons_of_words() -> dict[str, int]:
    return {word: 1 << number for number, forms in enumerate(season_forms()) for word in fold_words(forms)}


@cache
def _months() -> dict[str, int]:
    months = read_reference("months")["months"]
    named = [(name.replace(" ", "_"), 1 << number - 1) for number, names in months.items() for name in flat(names)]
    bits: dict[str, int] = {}
    for word, (_, bit) in zip(fold_words([name for name, _ in named]), named, strict=True):
        bits[word] = bits.get(word, 0) | bit
    return {word: bit for word, bit in bits.items() if len(word) > 2}


@cache
def _country_names() -> dict[str, str]:
    table = pl.read_csv(shipped("data", "reference", "countries.csv"), columns=["iso2", "name"], null_values=[])
    return dict(table.iter_rows())


@cache
def _known_weights() -> dict[str, int]:
    """Weights of stems in titles: those of the table, and of what titles in several languages are known to be about."""
    concepts = pl.Series(sorted(read_reference("title_words")["translations"]))
    stems = concepts.filter(~concepts.str.contains(" ")).str.replace(STEM, "$1")
    return dict.fromkeys(stems, UNKNOWN_WORD_WEIGHT - 1) | word_weights()["title"]
