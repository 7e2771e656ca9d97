"""Comparisons of what two postings say in full: their texts, the figures in these, and reference numbers.

Does not belong here: reading a text (`texts`), and comparisons of other columns (`comparisons`).
"""

from __future__ import annotations

import polars as pl

from pipeline.match.organization_relations import NOT_STATED, PART, SISTERS
from pipeline.match.pairs import Sides, columns_of_pairs, level_of, sides
from pipeline.match.texts import PASSAGE_STRIDE, shape

SHORT_REFERENCE, SAME_REFERENCE, UNMISTAKABLE_REFERENCE, MOST_OF_TEXT = 2, 3, 4, 3
OTHER_TEXT, OTHER_TEXT_OF_ONE_TITLE = 5, 6
OTHER_FIGURES_OF_TEXTS, MORE_FIGURES, SAME_FIGURES, OTHER_FIGURES, TRANSLATED_FIGURES, OTHER_DAYS = 1, 2, 3, 4, 5, 6
MIN_DISTINCTIVE_FIGURE, YEARS = 32, (2010, 2040)
"""Least number in a text that is no day of a month, and the numbers that are hardly anything else than years."""
MIN_SAME_FIGURES = 5
"""Figures of a text that hardly all stand in another one by chance."""
MIN_FIGURES_BESIDE_NUMBER = 3
"""Figures that two texts of one reference number have in common, if they are of one posting."""
MIN_UNIQUE_REFERENCE_CHARS = 7
"""Letters and digits of a reference number that an organization hardly gives twice: "01/2026" is anybody's."""
_UNMISTAKABLE = r"^\p{L}{2,}(?:20[1-4]\d{6}|[013-9]\d{7}|2[1-9]\d{6})"
"""Letters and more digits than a year and a running number of one organization have."""
_OWN_CODE = r"^(?:\p{L}{2,}\d{3,}|\p{L}{3,}\d{2})$"
"""A short code that one organization gives once."""
TEXT_SHARE_EDGES = (0.51, 0.75, 0.9)
"""What part of the shorter text, by length, stands in the other one at which another level begins."""
MIN_TEXT_PASSAGES, MIN_TEXT_WEIGHT = 3, 36
"""Of a text of fewer and shorter ones (one, or less than 144 bytes) many a posting may have all."""


def compare_texts(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """passages, figures: dearer than all that `compare` looks at.

    passages: how much of the shorter text stands in the other. 0 not known: one has no text, or they are in two languages; 1 less
    than half, as what an employer says of itself in every posting; 2 less than three quarters, 3 most, 4 nearly all, 5 nothing,
    in one language, unless all figures of one stand in the other (MIN_SAME_FIGURES): words may be put anew. figures: numbers in
    the two texts: 0 one has none, 1 either has some that the other lacks, 2 one has more,
    3 the same; 4 as 1, though half of the text is the same; 5 the same distinctive ones in two languages
    (MIN_DISTINCTIVE_FIGURE); 6 as 4, but only numbers differ that may be days of months (MIN_DISTINCTIVE_FIGURE)."""
    texts, least = _texts(profiles, pairs, "passages")
    languages = columns_of_pairs(profiles, pairs.select("a", "b"), ["text_language"])
    # By length, so that a long sentence on what is to be done outweighs a few short ones on what the employer offers.
    lists = texts.select(pl.col("passages_a").list.set_intersection("passages_b").alias("common"), "^passages_.$")
    length = lists.select(pl.all().list.eval(pl.element() % PASSAGE_STRIDE).list.sum().fill_null(0))
    is_one_language = languages.select(
        (pl.col("text_language_a") == pl.col("text_language_b")) & (pl.col("text_language_a") != "")
    ).to_series()
    numbers, few = _texts(profiles, pairs, "figures")
    figure = sides("figures")
    only_a, only_b = (one.list.set_difference(other) for one, other in (figure, figure[::-1]))
    numbers = numbers.with_columns(
        only_a=only_a.list.len(), only_b=only_b.list.len(), few=few,
        other=pl.max_horizontal(only_a.list.max(), only_b.list.max()),
    )  # fmt: skip
    has_same_figures = numbers.select(
        ((pl.min_horizontal("only_a", "only_b") == 0) & (pl.col("few") >= MIN_SAME_FIGURES)).fill_null(False)
    ).to_series()
    part = level_of(pl.col("common") / pl.min_horizontal("^passages_.$"), TEXT_SHARE_EDGES)
    common = pl.col("common")
    is_other = pl.lit(is_one_language & ~has_same_figures) & (common == 0) & (pl.col("count") > 0)
    is_long = (pl.col("count") >= MIN_TEXT_PASSAGES) | (
        (pl.col("count") > 1) & (pl.min_horizontal("^passages_.$") >= MIN_TEXT_WEIGHT)
    )
    passages = length.with_columns(texts.select(count=least)).select(
        passages=pl.when((common > 0) & is_long).then(1 + part)
        .when(is_other).then(OTHER_TEXT)
        .otherwise(0)
        .cast(pl.UInt8)
    )  # fmt: skip
    # A text of an unknown language is in none of the known ones.
    texts_in_two = languages.select(pl.col("text_language_a") != pl.col("text_language_b")).to_series()
    is_one_text = pl.lit(passages["passages"].is_between(2, MOST_OF_TEXT + 1))
    has_more = (pl.col("only_a") > 0, pl.col("only_b") > 0)
    figures = numbers.select(
        figures=pl.when(figure.a.is_null() | figure.b.is_null()).then(0)
        .when(has_more[0] & has_more[1] & is_one_text & (pl.col("other") < MIN_DISTINCTIVE_FIGURE)).then(OTHER_DAYS)
        .when(has_more[0] & has_more[1] & is_one_text).then(OTHER_FIGURES)
        .when(_are_translated(texts_in_two)).then(TRANSLATED_FIGURES)
        .when(has_more[0] & has_more[1]).then(1)
        .when(has_more[0] | has_more[1]).then(2)
        .otherwise(3)
        .cast(pl.UInt8)
    )  # fmt: skip
    return passages.hstack(figures)


def _are_translated(are_in_two_languages: pl.Series) -> pl.Expr:
    """Whether two texts in two languages have the same figures but days, months and hours, which languages write in other ways,
    and one of them is no year."""
    # Figures are in order, so that equal lists are equal sets: sorting lists costs more than all that is compared here.
    distinctive = [side.list.filter(pl.element() >= MIN_DISTINCTIVE_FIGURE) for side in sides("figures")]
    sums = distinctive[0].list.filter(~pl.element().is_between(*YEARS))
    return (
        pl.lit(are_in_two_languages)
        & (distinctive[0] == distinctive[1])
        & (distinctive[0].list.len() > 1)
        & (sums.list.len() > 0)
    )


def share_text(listings: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """Whether pairs of listings (passages, figures, text_language, reference_numbers, identifiers, host) have most of a text in
    common, or a number where their organizations may be one (`relation`) or one host has both pages in two languages, or,
    in two languages, the same figures, all of one's among the other's."""
    texts = compare_texts(listings, pairs)
    is_most = texts["passages"].is_between(MOST_OF_TEXT, MOST_OF_TEXT + 1)
    side, language = sides("figures"), sides("text_language")
    fewer = pl.min_horizontal(side.a.list.len(), side.b.list.len())
    are_within = (fewer >= MIN_SAME_FIGURES) & (side.a.list.set_intersection(side.b).list.len() == fewer)
    of_one_host = (pl.col("host_a") == pl.col("host_b")) & (language.a != language.b)
    hosts = columns_of_pairs(listings, pairs.select("a", "b"), ["figures", "host", "text_language"]).select(
        is_one=of_one_host.fill_null(False),
        are_within=are_within.fill_null(False),
        has_figures=(fewer >= MIN_FIGURES_BESIDE_NUMBER).fill_null(False),
    )
    # Names in two languages may have no word in common.
    is_of_one_body = (pairs["relation"] >= PART) | hosts["are_within"]
    is_translated = (texts["figures"] == TRANSLATED_FIGURES) & is_of_one_body
    reference = compare_references(listings, pairs)
    may_be_one = (pairs["relation"] >= SISTERS) | (pairs["relation"] == NOT_STATED) | hosts["is_one"]
    # A board may have a number of an employer's, but not its sums and days too.
    has_same_sums = texts["figures"].is_in([MORE_FIGURES, SAME_FIGURES, TRANSLATED_FIGURES]) & hosts["has_figures"]
    is_number = (reference == UNMISTAKABLE_REFERENCE) | ((reference == SAME_REFERENCE) & (may_be_one | has_same_sums))
    return is_most | is_number | is_translated


def compare_references(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """Two postings' numbers (`relation` of their organizations): 0 one has none, or they are made in other ways, 1 reference
    numbers differ, 2 a short one is the same, 3 a long one is, 4 one that no two organizations give is."""
    texts, _ = _texts(profiles, pairs, "identifiers")
    stated = _texts(profiles, pairs, "reference_numbers")[0].drop("a", "b", "unless", strict=False)
    identifier, number = sides("identifiers"), sides("reference_numbers")
    made = Sides(*(side.list.eval(shape(pl.element())) for side in number))
    same, alike = (one.a.list.set_intersection(one.b) for one in (identifier, made))
    longest = same.list.eval(pl.element().str.len_chars()).list.max().fill_null(0)
    # An organization counts its own openings.
    is_own_code = same.list.eval(pl.element().str.contains(_OWN_CODE)).list.any() & (pairs["relation"] >= PART)
    return texts.hstack(stated).select(
        reference=pl.when(same.list.eval(pl.element().str.contains(_UNMISTAKABLE)).list.any()).then(UNMISTAKABLE_REFERENCE)
        .when((longest >= MIN_UNIQUE_REFERENCE_CHARS) | is_own_code).then(SAME_REFERENCE)
        .when(longest > 0).then(2)
        .when(alike.list.len() > 0).then(1)
        .otherwise(0)
    )["reference"]  # fmt: skip


def _texts(profiles: pl.DataFrame, pairs: pl.DataFrame, name: str) -> tuple[pl.DataFrame, pl.Expr]:
    """Pairs with what is known of the texts of both, null where one has nothing, and how much the shorter has."""
    count = profiles[name].list.len()
    least = pl.min_horizontal(count.gather(pairs["a"]), count.gather(pairs["b"]))
    texts = columns_of_pairs(profiles, pairs.select("a", "b", unless=least == 0), [name])
    return texts, pl.min_horizontal(pl.col(f"{name}_a").list.len(), pl.col(f"{name}_b").list.len())
