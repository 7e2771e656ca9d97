"""What a listing is compared by: its words, marks and places, in the form that pairs are compared in.

Belongs here: how one listing is read for matching. Does not belong here: how two are compared (`score`), which are
(`candidates`), and the keys that decide alone (`keys`). The words are in data/reference/title_words.yaml.
"""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from pipeline.clean.language_tools.dictionary import flat, read_reference
from pipeline.clean.language_tools.text import compared
from pipeline.match.identity import organization_key, without_gender_marks
from pipeline.shipped import shipped

PROFILED = ("listing_id", "source_id", "organization", "title", "places", "work_mode", "seasons", "posted_on")
"""Columns that `profiles` needs: places as tables.PLACE, seasons as a list of texts ("2026-summer", "Summer 2026")."""

KINDS = {
    "internship": "intern",
    "working_student": "working",
    "apprenticeship": "apprentice",
    "graduate_programme": "trainee",
    "traineeship": "trainee",
    "fellowship": "fellow",
    "volunteer": "volunteer",
}

MARKS = ("kinds", "levels", "title_seasons", "months", "stated_years")
"""What single words of a title may say, as bits."""
SEASONS = ("spring", "summer", "autumn", "winter")
FIRST_YEAR = 2010
YEARS = 31
WEIGHT = 64
RARE_NAME = 40
"""Least weight of a word that may stand for an organisation."""
RAREST = 63
"""Weight of a word that the table does not know. A token is its number times 64, plus its weight: so that a list of
tokens carries its weights; the heaviest have the lowest numbers."""

STEM = r"^(.{4,}?)(?:(?:ment|ing|er|ist|ion|or|e)s?|s)+$"
_YEAR = r"^(20[1-4]\d)$"
_CODE = r"\d"


def profiles(listings: pl.DataFrame) -> pl.DataFrame:
    """One row a listing, in their order.

    listing_id, source_id; day (days since 1970); organization (key), organization_tokens; title (key), tokens (words of
    the title but those of its organisation and places), said (these, and those of its organisation and places), numbers; kinds,
    levels, seasons, months, years, stated_years, span: sets as bits; countries, regions, towns, spots, is_remote."""
    name, title = pl.col("organization").unique(), pl.col("title").unique()
    # Lazily, so that what an expression names twice is done once, and both at the same time.
    names, titles = pl.collect_all(
        [
            listings.lazy().select(name).with_columns(key=organization_key(pl.col("organization"))),
            listings.lazy().select(title).with_columns(text=title_text(pl.col("title"))),
        ]
    )
    names = names.with_columns(compact=_compact(pl.col("key")), initials=_initials(pl.col("key")))
    listings = (
        listings.select(PROFILED)
        .join(names, on="organization", how="left", maintain_order="left", nulls_equal=True)
        .join(titles, on="title", how="left", maintain_order="left", nulls_equal=True)
        .with_columns(organization="key", title="text")
    )
    told = (
        listings.select(
            "listing_id", "source_id", "organization", "title", "compact", "initials",
            day=pl.col("posted_on").cast(pl.Int32),
            is_remote=(pl.col("work_mode") == "remote").fill_null(False),
        )
        .hstack(_words(listings))
        .hstack(_seasons(listings))
        .hstack(_places(listings))
    )  # fmt: skip
    sites = pl.when(pl.col("towns").list.len() > 0).then("towns").when(pl.col("regions").list.len() > 0).then("regions")
    return told.with_columns(
        # As numbers, which are compared in a fraction of the time of texts.
        pl.col("source_id", "compact", "initials").cast(pl.Categorical),
        pl.col("towns", "regions").cast(pl.List(pl.Categorical)).to_physical(),
        title_key=pl.col("title").cast(pl.Categorical),
        title_length=pl.col("title").str.len_bytes().cast(pl.Int32),
        sites=sites.otherwise("countries"),
        seasons=pl.when(pl.col("title_seasons") != 0).then("title_seasons").otherwise("field_seasons"),
        years=pl.when(pl.col("stated_years") != 0).then("stated_years").otherwise("field_years"),
        # Most sets of two listings are the same or have nothing in common: what tells so without a look into them.
        **{f"{name}_key": key_of_set(pl.col(name)) for name in ("tokens", "towns", "regions", "countries", "numbers")},
        **{
            f"{name}_count": pl.col(name).list.len().cast(pl.Int32)
            for name in ("towns", "regions", "countries", "numbers")
        },
        tokens_weight=pl.col("tokens").list.eval(pl.element() % WEIGHT).list.sum().cast(pl.Int32),
    )


def key_of_set(lists: pl.Expr) -> pl.Expr:
    """A number for a set, whatever its order."""
    return lists.list.eval(pl.element().hash()).list.sum()


def names_of(organizations: pl.Series) -> pl.DataFrame:
    """organization, compact, initials, rare_words: what each of these keys of organisations may be called by."""
    key = pl.col("organization")
    weight = pl.element().replace_strict(_weights()["name"], default=RAREST)
    return (
        organizations.alias("organization")
        .to_frame()
        .drop_nulls()
        .with_columns(
            compact=_compact(key),
            initials=_initials(key),
            rare_words=key.str.split(" ")
            .list.eval(pl.element().str.replace(STEM, "$1"))
            .list.unique()
            .list.eval(pl.element().filter(weight >= RARE_NAME)),
        )
    )


def _compact(key: pl.Expr) -> pl.Expr:
    return key.str.replace_all(" ", "", literal=True)


def _initials(key: pl.Expr) -> pl.Expr:
    """Null for less than three words."""
    words = key.str.split(" ")
    return pl.when(words.list.len() > 2).then(words.list.eval(pl.element().str.head(1)).list.join(""))


def title_text(titles: pl.Expr) -> pl.Expr:
    """A title as it is compared: `compared`, without gender marks; words that are written in several ways in one of them."""
    spaced = pl.format("  {}  ", compared(without_gender_marks(titles)).str.replace_all(" ", "  "))
    written, one = _same()
    return spaced.str.replace_many(written, one).str.replace_all("  ", " ", literal=True).str.strip_chars()


def _words(listings: pl.DataFrame) -> pl.DataFrame:
    """The columns of profiles that come from words, in the order of the listings."""
    rows = listings.select("title", "organization", "places").with_row_index("row")
    titles = rows.select(pl.col("title").unique()).with_row_index("t")
    said = (
        titles.select("t", word=pl.col("title").str.split(" "))
        .explode("word", empty_as_null=False)
        .filter(pl.col("word") != "")
    )
    names = rows.select(pl.col("organization").drop_nulls().unique()).with_row_index("o")
    named = names.select("o", word=pl.col("organization").str.split(" ")).explode("word")
    sites = rows.select(pl.col("places").drop_nulls().unique()).with_row_index("p")
    place_words = (
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
    vocabulary = _vocabulary(pl.concat([said["word"], named["word"], place_words["word"]]).unique().sort())
    said = said.join(vocabulary, on="word", maintain_order="left")
    marks = (
        said.filter(pl.any_horizontal(pl.col(MARKS) != 0))
        .group_by("t")
        .agg(pl.col(name).bitwise_or() for name in MARKS)
    )
    numbers = said.filter("is_number").group_by("t").agg(numbers=pl.col("word").unique().sort())
    spans = titles.select("t", span=_span(pl.col("title")))
    of_title = (
        titles.select("t")
        .join(said.filter("is_word").group_by("t").agg(words="token"), on="t", how="left", maintain_order="left")
        .join(numbers, on="t", how="left", maintain_order="left")
        .join(marks, on="t", how="left", maintain_order="left")
        .join(spans, on="t", maintain_order="left")
        .with_columns(titles["title"])
    )
    of_name = (
        named.join(vocabulary, on="word")
        .group_by("o")
        .agg(organization_tokens=pl.col("name_token").unique().sort(), name_tokens=pl.col("token").unique().sort())
        .join(names, on="o")
    )
    of_place = (
        place_words.join(vocabulary, on="word")
        .group_by("p")
        .agg(place_tokens=pl.col("token").unique().sort())
        .join(sites, on="p")
    )
    empty = pl.lit([], dtype=pl.List(pl.UInt32))
    texts = vocabulary.filter("is_word").unique("token").sort("token")
    joined = (
        rows.join(of_title, on="title", how="left", maintain_order="left")
        .join(of_name, on="organization", how="left", maintain_order="left")
        .join(of_place, on="places", how="left", maintain_order="left")
        .with_columns(pl.col("words", "organization_tokens", "name_tokens", "place_tokens").fill_null(empty))
        .rechunk()  # as in `features._sides`
        .with_columns(context=pl.col("name_tokens").list.set_union("place_tokens"))
    )
    joined = joined.with_columns(tokens=pl.col("words").list.set_difference("context"))
    in_order = joined.select(pl.col("tokens").list.eval(pl.element().sort()))
    return joined.select(
        "organization_tokens",
        "tokens",
        said=pl.col("tokens").list.set_union("context"),
        title_words=in_order.select(
            pl.col("tokens").list.eval(pl.element().replace_strict(texts["token"], texts["stem"]))
        )["tokens"],
        numbers=pl.col("numbers").fill_null(pl.lit([], dtype=pl.List(pl.String))),
        **{name: pl.col(name).fill_null(0) for name in (*MARKS, "span")},
    )


def _vocabulary(words: pl.Series) -> pl.DataFrame:
    """For each distinct word what it is in a title: token, is_word, is_number, its bit among kinds, levels, seasons, months
    and years; and its token in an organisation's name."""
    reference = read_reference("title_words")
    levels = {level: 1 << number for number, level in enumerate(reference["levels"])}
    kinds = _kinds()
    frame = pl.DataFrame({"word": words}, schema={"word": pl.String})
    word = pl.col("word")
    kind = pl.sum_horizontal(
        pl.when(word.str.contains(pattern)).then(1 << number).otherwise(0) for number, pattern in enumerate(kinds)
    ).cast(pl.Int32)
    year = word.str.extract(_YEAR).cast(pl.Int32)
    frame = frame.with_columns(
        kinds=kind,
        levels=word.replace_strict(levels, default=0, return_dtype=pl.Int32),
        title_seasons=word.replace_strict(_seasons_of_words(), default=0, return_dtype=pl.Int32),
        months=word.replace_strict(_months(), default=0, return_dtype=pl.Int32),
        stated_years=pl.when(year.is_between(FIRST_YEAR, FIRST_YEAR + YEARS - 1))
        .then(pl.lit(1, dtype=pl.Int32) * 2 ** (year - FIRST_YEAR))
        .otherwise(0)
        .cast(pl.Int32),
        stem=pl.when(word.str.contains(_CODE)).then(word).otherwise(word.str.replace(STEM, "$1")),
    )
    is_mark = pl.any_horizontal(pl.col(MARKS) != 0)
    nothing = word.is_in([*reference["nothing"], "months", "weeks"])
    frame = frame.with_columns(is_number=word.str.contains(_CODE) & ~is_mark, is_mark=is_mark)
    frame = frame.with_columns(is_word=~pl.col("is_mark") & ~nothing & ~pl.col("is_number"))
    weights = _weights()
    stems = (
        frame.select(pl.col("stem").unique())
        .with_columns(
            weight=pl.col("stem").replace_strict(weights["title"], default=RAREST, return_dtype=pl.UInt32),
            name_weight=pl.col("stem").replace_strict(weights["name"], default=RAREST, return_dtype=pl.UInt32),
        )
        .sort("weight", "stem", descending=[True, False])
        .with_row_index("number")
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
        token=(pl.col("number") * 64 + pl.col("weight")).cast(pl.UInt32),
        name_token=(pl.col("number") * 64 + pl.col("name_weight")).cast(pl.UInt32),
    )


def _seasons(listings: pl.DataFrame) -> pl.DataFrame:
    """seasons and years as bits: what the title says, else what the field says."""
    told = listings.select("seasons").with_row_index("row")
    texts = told.explode("seasons", empty_as_null=False).drop_nulls()
    word = pl.col("seasons").str.to_lowercase()
    distinct = (
        texts.select(pl.col("seasons").unique())
        .with_columns(
            field_seasons=pl.sum_horizontal(
                pl.when(word.str.contains(rf"\b(?:{'|'.join(map(re.escape, forms))})\b")).then(1 << number).otherwise(0)
                for number, forms in enumerate(_season_forms())
            ).cast(pl.Int32),
            year=word.str.extract(r"\b(20[1-4]\d)\b").cast(pl.Int32),
        )
        .with_columns(
            field_years=pl.when(pl.col("year").is_between(FIRST_YEAR, FIRST_YEAR + YEARS - 1))
            .then(pl.lit(1, dtype=pl.Int32) * 2 ** (pl.col("year") - FIRST_YEAR))
            .otherwise(0)
            .cast(pl.Int32)
        )
    )
    of_row = texts.join(distinct, on="seasons").group_by("row").agg(pl.col("field_seasons", "field_years").bitwise_or())
    return (
        told.select("row")
        .join(of_row, on="row", how="left", maintain_order="left")
        .select(pl.col("field_seasons", "field_years").fill_null(0))
    )


def _places(listings: pl.DataFrame) -> pl.DataFrame:
    """countries, regions ("US/texas"), towns ("US/austin"), lists, empty where none is known; spots (latitude and
    longitude in radians): a list, null where no place is."""
    rows = listings.select("places")
    sites = rows.select(pl.col("places").drop_nulls().unique()).with_row_index("p")
    parts = sites.explode("places", empty_as_null=False).unnest("places")
    key = {name: compared(pl.col(name)) for name in ("city", "region")}
    listed = parts.group_by("p").agg(
        countries=pl.col("country").drop_nulls().unique().sort(),
        regions=pl.format("{}/{}", "country", pl.when(pl.col("region").is_not_null()).then(key["region"]))
        .drop_nulls()
        .unique()
        .sort(),
        towns=pl.format("{}/{}", "country", pl.when(pl.col("city").is_not_null()).then(key["city"]))
        .drop_nulls()
        .unique()
        .sort(),
        spots=pl.struct(pl.col("latitude", "longitude").radians()).filter(pl.col("latitude").is_not_null()),
    )
    known = sites.join(listed, on="p").drop("p")
    empty = pl.lit([], dtype=pl.List(pl.String))
    return rows.join(known, on="places", how="left", maintain_order="left").select(
        pl.col("countries", "regions", "towns").fill_null(empty), "spots"
    )


def _span(titles: pl.Expr) -> pl.Expr:
    """How long, as a title says it: weeks, or a month as four."""
    number = titles.str.extract(r"\b(\d{1,2}) (?:months|weeks)\b").cast(pl.Int32)
    return pl.when(titles.str.contains(r"\b\d{1,2} months\b")).then(number * 4).otherwise(number)


@cache
def _same() -> tuple[list[str], list[str]]:
    pairs = [(written, one) for one, ways in read_reference("title_words")["same"].items() for written in ways]
    pairs.sort(key=lambda pair: (-len(pair[0]), pair[0]))
    padded = [["  " + text.replace(" ", "  ") + "  " for text in pair] for pair in pairs]
    return [written for written, _ in padded], [one for _, one in padded]


@cache
def _kinds() -> list[str]:
    """For each kind a pattern of the single words that name it, as `compared` gives them."""
    kinds: dict[str, list[str]] = {}
    for kind, by_language in read_reference("kind")["kinds"].items():
        if kind in KINDS:
            kinds.setdefault(KINDS[kind], []).extend(word for word in flat(by_language) if " " not in word)
    # A co-op is a sort of internship that titles tell apart.
    kinds["intern"] = [word for word in kinds["intern"] if not re.match("co-?op", word)]
    kinds["coop"] = ["coop"]
    patterns = []
    for words in kinds.values():
        bare = (
            pl.Series([word.replace("*", "0") for word in words])
            .to_frame("w")
            .select(compared(pl.col("w")))["w"]
            .to_list()
        )
        patterns.append(
            "^(?:"
            + "|".join(sorted({re.escape(word).replace("0", ".*") for word in bare if word and " " not in word}))
            + ")$"
        )
    return patterns


@cache
def _season_forms() -> list[list[str]]:
    seasons = read_reference("dates")["seasons"]
    return [sorted({form.lower() for form in seasons[name]}) for name in SEASONS]


@cache
def _seasons_of_words() -> dict[str, int]:
    return {word: 1 << number for number, forms in enumerate(_season_forms()) for word in _compared(forms)}


@cache
def _months() -> dict[str, int]:
    by_language = read_reference("months")["months"].values()
    told = [
        (word, 1 << number) for months in by_language for number, forms in enumerate(months) for word in forms.split()
    ]
    bits: dict[str, int] = {}
    for word, (_, bit) in zip(_compared([word for word, _ in told]), told, strict=True):
        bits[word] = bits.get(word, 0) | bit
    return {word: bit for word, bit in bits.items() if len(word) > 2}


def _compared(words: list[str]) -> list[str]:
    return pl.Series(words, dtype=pl.String).to_frame("w").select(compared(pl.col("w")))["w"].to_list()


@cache
def _country_names() -> dict[str, str]:
    table = pl.read_csv(shipped("data", "reference", "countries.csv"), columns=["iso2", "name"], null_values=[])
    return dict(table.iter_rows())


@cache
def _weights() -> dict[str, dict[str, int]]:
    table = pl.read_csv(shipped("data", "reference", "word_weights.csv"), comment_prefix="#")
    return {
        use: dict(table.filter(pl.col("use") == use).select("stem", "weight").iter_rows()) for use in ("title", "name")
    }
