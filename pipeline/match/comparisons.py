"""Comparisons of two listings by themselves: one small whole number, the level, for each comparison of each pair.

Belongs here: how a level is computed from two profiles. Does not belong here: what a level weighs (`weights`), and what
else either listing could be (`collective`). Levels are declared in `comparison_levels`.
"""

from __future__ import annotations

import polars as pl

from pipeline.match.comparison_levels import DAY_GAP_EDGES, DISTANCE_KM_EDGES
from pipeline.match.organization_relations import NOT_STATED, PART, SAME_IN_PLACE, SISTERS
from pipeline.match.pairs import Sides, columns_of_pairs, compare_bits, compare_sets, level_of, sides
from pipeline.match.texts import PASSAGE_STRIDE, shape
from pipeline.match.title_words import kind_bit
from pipeline.match.word_weights import TOKEN_STRIDE, UNKNOWN_WORD_WEIGHT

EARTH_DIAMETER_KM = 12742
SHORT_REFERENCE, SAME_REFERENCE, UNMISTAKABLE_REFERENCE, MOST_OF_TEXT = 2, 3, 4, 3
OTHER_TEXT, OTHER_TEXT_OF_ONE_TITLE, OTHER_FIGURES, TRANSLATED_FIGURES = 5, 6, 4, 5
MIN_DISTINCTIVE_FIGURE, YEARS = 32, (2010, 2040)
"""Least number in a text that is no day of a month, and the numbers that are hardly anything else than years."""
MIN_SAME_FIGURES = 5
"""Figures of a text that hardly all stand in another one by chance."""
MIN_UNIQUE_REFERENCE_CHARS = 7
"""Letters and digits of a reference number that an organization hardly gives twice: "01/2026" is anybody's."""
_UNMISTAKABLE = r"^\p{L}{2,}(?:20[1-4]\d{6}|[013-9]\d{7}|2[1-9]\d{6})"
"""Letters and more digits than a year and a running number of one organization have."""
_OWN_CODE = r"^\p{L}{2,}\d{3,}$"
"""A short code that one organization gives once."""
TEXT_SHARE_EDGES = (0.51, 0.75, 0.9)
"""What part of the shorter text, by length, stands in the other one at which another level begins."""
MIN_TEXT_PASSAGES = 3
"""Of a text of fewer many a posting may have all."""
MIN_TITLE_OVERLAP = 0.05
"""Less of the words of two titles in common, by weight, and they are not compared."""
MIN_REPOST_DAYS = 5
"""Days after which one opening may be posted again under another id."""
MIN_SUBSTITUTED_OVERLAP = 0.5
"""Of titles that have less in common, and each a word of its own, one says another thing instead."""
UNLIKE_KINDS = ("working", "apprentice", "volunteer", "thesis")
"""Kinds of post (`title_words.KINDS`) that are no other kind by another name."""


def comparable(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs whose titles, or organization and number, have enough in common to be compared, with the weight of the words
    that they share (shared), and of those that only one has (only_a, only_b), and the heaviest of the latter (rarest_a,
    rarest_b)."""
    compared = columns_of_pairs(profiles, pairs, ["tokens_key", "tokens_weight"])
    is_same = pl.col("tokens_key_a") == pl.col("tokens_key_b")
    lists = columns_of_pairs(profiles, compared.select("a", "b", unless=is_same), ["tokens", "context_tokens"])
    lists = lists.select(
        both=pl.col("tokens_a").list.set_intersection("tokens_b"),
        a=pl.col("tokens_a").list.set_difference("context_tokens_b"),
        b=pl.col("tokens_b").list.set_difference("context_tokens_a"),
    )
    weights = lists.select(pl.all().list.eval(pl.element() % TOKEN_STRIDE))
    compared = compared.hstack(
        weights.select(
            shared=pl.col("both").list.sum(), only_a=pl.col("a").list.sum(), only_b=pl.col("b").list.sum(),
            rarest_a=pl.col("a").list.max(), rarest_b=pl.col("b").list.max(),
        ).select(pl.all().cast(pl.Int32))
    )  # fmt: skip
    # Titles over one text, or of one organization and number, may be in two languages.
    least = pl.when("share_text").then(0.0).otherwise(MIN_TITLE_OVERLAP)
    total = pl.col("shared") + pl.col("only_a") + pl.col("only_b")
    return (
        compared.select(
            "a", "b", "relation", "share_text", "only_a", "only_b", "rarest_a", "rarest_b", least=least,
            shared=pl.when(is_same).then("tokens_weight_a").otherwise("shared"),
        )
        .fill_null(0)
        .with_columns(overlap=pl.when(total > 0).then(pl.col("shared") / total).otherwise(1.0))
        .filter(pl.col("overlap") >= pl.col("least"))
        .drop("least")
    )  # fmt: skip


COMPARED = (
    "source_id", "title_key", "title_length", "day", "is_remote", "kinds", "levels",
    "title_seasons", "seasons", "stated_years", "years", "months", "span", "towns_count", "openings", "alike", "same_day",
    "page", "host", "address_kind", "address_id", "hours", "nations", "title_languages", "text_language",
)  # fmt: skip


def compare(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The comparisons of pairs of rows of `profiles`, one column each, of small whole numbers; `pairs` as of `comparable`."""
    frame = _with_shared_bases(profiles, pairs)
    few, many = pl.min_horizontal("only_a", "only_b"), pl.max_horizontal("only_a", "only_b")
    rare_few, rare_many = pl.min_horizontal("rarest_a", "rarest_b"), pl.max_horizontal("rarest_a", "rarest_b")
    title, letters, day = sides("title_key"), sides("title_length"), sides("day")
    gap = (day.a - day.b).abs()
    towns = sides("towns_count")
    frame = frame.with_columns(
        organization="relation",
        place=_places(),
        distance=_distances(profiles, frame),
        gap=pl.when(gap.is_null()).then(len(DAY_GAP_EDGES) + 1).otherwise(level_of(gap, DAY_GAP_EDGES)).cast(pl.UInt8),
        source=(pl.col("source_id_a") == pl.col("source_id_b")).cast(pl.UInt8),
        is_same=(title.a == title.b).cast(pl.UInt8),
        common=level_of(pl.col("shared"), (1, 12, 30, 60, 100, 150)),
        crowd=level_of(pl.max_horizontal("same_day_a", "same_day_b"), (6, 20, 60, 150)),
        remote=pl.col("is_remote_a").cast(pl.UInt8) + pl.col("is_remote_b").cast(pl.UInt8),
        reference=_references(profiles, frame),
    )
    return frame.select(
        overlap=level_of(pl.col("overlap"), (0.2, 0.35, 0.5, 0.6, 0.7, 0.8, 0.9, 0.999)),
        unshared_few=level_of(few, (1, 16, 30, 45, 63, 100)),
        unshared_many=level_of(many, (1, 16, 30, 45, 63, 100, 160)),
        rarest_few=level_of(rare_few, (1, 20, 35, 50)),
        rarest_many=level_of(rare_many, (1, 20, 35, 50, 60)),
        title_source=pl.col("is_same") + 2 * pl.col("source"),
        length=level_of((letters.a - letters.b).abs(), (1, 4, 10, 20, 35)),
        kinds=compare_bits("kinds"), levels=compare_bits("levels"),
        title_seasons=compare_bits("title_seasons"), seasons=compare_bits("seasons"),
        stated_years=compare_bits("stated_years"), years=compare_bits("years"), months=compare_bits("months"),
        span=compare_bits("span").replace({3: 2}), numbers="numbers",
        place="place",
        place_source=pl.col("place") + 10 * pl.col("source"),
        place_title=pl.col("place") + 10 * pl.col("most"),
        more_towns=level_of((towns.a - towns.b).abs(), (1, 2, 4)),
        distance="distance", distance_title=pl.col("distance") + 9 * pl.col("most"),
        remote=pl.col("remote") + 3 * (pl.col("place") <= 2).cast(pl.UInt8),
        gap="gap", crowd="crowd",
        gap_source=pl.col("gap") + 12 * pl.col("source"),
        gap_crowd=pl.col("gap") + 12 * pl.col("crowd"),
        organization="organization",
        organization_title=pl.col("organization") + 8 * pl.col("half"),
        organization_common=pl.col("organization") + 8 * pl.col("common"),
        organization_gap=pl.col("organization") + 8 * level_of(gap.fill_null(400), (2, 15)),
        openings=level_of(pl.max_horizontal("openings_a", "openings_b"), (3, 6, 12, 25, 50, 100, 200)),
        alike=level_of(pl.max_horizontal("alike_a", "alike_b"), (2, 3, 4, 6, 10, 20, 50)),
        apart=_far_apart(),
        reference=_reference_levels(),
        substituted=_substituted(few),
        title_facts=_title_facts(few),
        address=_address_ids(gap),
        work_mode=_work_modes(),
        text_of_other=_texts_of_others(gap),
        unplaced=((pl.col("organization") == SAME_IN_PLACE) & (pl.col("place") <= 2) & ~pl.col("share_text")).cast(pl.UInt8),
    ).select(pl.all().cast(pl.UInt8))  # fmt: skip


def _reference_levels() -> pl.Expr:
    """The level of `_references`, but of other organizations a number proves little, and all of one source are of one system."""
    number = pl.col("reference")
    is_unlike = pl.col("organization").is_between(NOT_STATED + 1, SISTERS - 1)
    is_other = (number == 0) & (pl.col("source") == 1) & (pl.min_horizontal("references_a", "references_b") > 0)
    return (
        pl.when(is_other).then(1)
        .when(is_unlike).then(number.replace(SAME_REFERENCE, SHORT_REFERENCE))
        .otherwise(number)
        .clip(upper_bound=SAME_REFERENCE)
    )  # fmt: skip


def _with_shared_bases(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs with the columns that are compared, and what several comparisons rest on."""
    counted = profiles.with_columns(references=pl.col("reference_numbers").list.len())
    frame = columns_of_pairs(counted, pairs, [*COMPARED, "references"])
    return frame.with_columns(
        *(compare_sets(profiles, pairs, name) for name in ("towns", "regions", "countries", "numbers")),
        half=level_of(pl.col("overlap"), (0.5, 0.999)),
        most=level_of(pl.col("overlap"), (0.6, 0.999)),
    )


def _places() -> pl.Expr:
    """0 other countries, 1 or 2 no country on one or both sides, 3 other regions, 4 the country and no more, 5 other towns of
    a region, 6 the region, and the town on one side, 7 the region and no more, 8 some towns, 9 all towns."""
    towns, regions, countries = pl.col("towns"), pl.col("regions"), pl.col("countries")
    return (
        pl.when(towns == 4).then(9)
        .when(towns == 3).then(8)
        .when((towns == 0) & (regions == 4)).then(7)
        .when((towns <= 1) & (regions >= 3)).then(6)
        .when((towns == 2) & (regions >= 3)).then(5)
        .when((countries >= 3) & (towns <= 1) & (regions <= 1)).then(4)
        .when(countries >= 3).then(3)
        .when(countries == 0).then(2)
        .when(countries == 1).then(1)
        .otherwise(0)
    ).cast(pl.UInt8)  # fmt: skip


def _address_ids(gap: pl.Expr) -> pl.Expr:
    """1 two addresses of one host carry two ids, or one source gives two; 2 two pages of one source or host whose organizations
    are one or sisters: strangers may be agencies with one text. The postings are no reposts: they came within days of another,
    or under other titles, and none is the other in another language; else 0."""
    kind, number, page, host = (sides(name) for name in ("address_kind", "address_id", "page", "host"))
    is_other = ((kind.a == kind.b) & (number.a != number.b)).fill_null(False)
    is_repost = (gap >= MIN_REPOST_DAYS).fill_null(False) & (pl.col("is_same") == 1)
    is_translation = compare_bits("title_languages") == 2
    language = sides("text_language")
    is_text_translated = pl.col("share_text") & (language.a != language.b)
    is_one_source = pl.col("source") == 1
    are_sisters = pl.col("organization").is_between(SISTERS, PART) & ~is_text_translated
    are_pages = (page.a != page.b).fill_null(False) & (gap < MIN_REPOST_DAYS).fill_null(True)
    is_other_page = are_pages & (is_one_source | (are_sisters & (host.a == host.b).fill_null(False)))
    are_strangers = pl.col("organization").is_between(NOT_STATED + 1, SISTERS - 1)
    level = pl.when(is_other_page & ~are_strangers).then(2).when(is_other | is_other_page).then(1).otherwise(0)
    return pl.when(is_repost | is_translation).then(0).otherwise(level).cast(pl.UInt8)


def _substituted(few: pl.Expr) -> pl.Expr:
    """1 each title has words in place of the other's, and little else; 2 much else, but both words are such as many titles have;
    0 neither, or they stand over one text of two sources, or what is unknown may be a word of another language."""
    is_little = pl.col("overlap") < MIN_SUBSTITUTED_OVERLAP
    is_known = pl.max_horizontal("rarest_a", "rarest_b") < UNKNOWN_WORD_WEIGHT
    level = pl.when(is_little).then(1).when(is_known).then(2).otherwise(0)
    is_in_two_languages = compare_bits("title_languages") == 2
    may_be_translated = is_in_two_languages & ~is_known
    # A template has one text for openings of one source that it names apart.
    is_one_text = pl.col("share_text") & ((pl.col("source") == 0) | (pl.col("overlap") < MIN_TITLE_OVERLAP))
    is_excused = may_be_translated | (is_one_text & ~(is_in_two_languages & is_known))
    return pl.when((few > 0) & ~is_excused).then(level).otherwise(0).cast(pl.UInt8)


def _title_facts(few: pl.Expr) -> pl.Expr:
    """How many sorts of fact the two titles contradict one another in, two at most: weeks, numbers (in the same words), hours,
    months, countries or languages, kinds of post."""
    many = pl.max_horizontal("only_a", "only_b")
    contradicted = [
        compare_bits("span").is_between(2, 3),
        (pl.col("numbers") == 2) & (many == 0),
        compare_bits("hours") == 2,
        compare_bits("months") == 2,
        (compare_bits("nations") == 2) & (few > 0),
        _are_unlike_kinds(),
    ]
    return pl.min_horizontal(pl.sum_horizontal(each.cast(pl.UInt8) for each in contradicted), 2)


def _are_unlike_kinds() -> pl.Expr:
    """Whether one title names a kind of post that no title of the other's kinds is taken for."""
    kind = sides("kinds")
    own = sum(kind_bit(name) for name in UNLIKE_KINDS)
    return ((kind.a & own) != (kind.b & own)) & ((kind.a & kind.b) == 0) & (kind.a != 0) & (kind.b != 0)


def _work_modes() -> pl.Expr:
    """1 one is remote and names no place, the other is somewhere; else 0."""
    remote, towns = sides("is_remote"), sides("towns_count")
    is_other = (remote.a != remote.b) & ((towns.a == 0) != (towns.b == 0)) & ((towns.a > 0) != remote.a)
    return is_other.cast(pl.UInt8)


def _texts_of_others(gap: pl.Expr) -> pl.Expr:
    """1 one text under two organizations, in one place: of two branches each may have it, as of sisters in one source or host;
    else 0."""
    is_elsewhere = (pl.col("towns") == 2) | (pl.col("countries") == 2)
    are_members = pl.col("organization").is_between(SISTERS, PART) & (pl.col("source") == 1)
    is_elsewhere = is_elsewhere | are_members | (_address_ids(gap) == 2)
    return ((pl.col("organization") < SAME_IN_PLACE) & pl.col("share_text") & ~is_elsewhere).cast(pl.UInt8)


def _far_apart() -> pl.Expr:
    """1 posted three months or more apart; 2 in other countries, or in towns 50 km or more apart."""
    is_far = pl.col("distance") >= 2 + DISTANCE_KM_EDGES.index(50)
    is_long_ago = pl.col("gap").is_between(1 + DAY_GAP_EDGES.index(91), len(DAY_GAP_EDGES))
    return pl.when((pl.col("place") == 0) | is_far).then(2).when(is_long_ago).then(1).otherwise(0).cast(pl.UInt8)


def _references(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
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


def _distances(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """For each pair (a, b, towns as of `share`) the level of the way between their nearest places: 0 it is not known, 1 they
    share a town, else by DISTANCE_KM_EDGES."""
    placed = pairs.select("a", "b", "towns").with_row_index("pair")
    others = placed.filter(pl.col("towns") == 2)
    sides = [
        others.select("pair", spot=profiles["spots"].gather(others[side]))
        .explode("spot", empty_as_null=False)
        .drop_nulls()
        for side in "ab"
    ]
    one, other = (pl.col(side).struct for side in ("spot", "spot_right"))
    north, east = (one.field(name) - other.field(name) for name in ("latitude", "longitude"))
    across = (north / 2).sin().pow(2) + one.field("latitude").cos() * other.field("latitude").cos() * (
        east / 2
    ).sin().pow(2)
    way = (
        sides[0].join(sides[1], on="pair")
        .group_by("pair")
        .agg(kilometres=EARTH_DIAMETER_KM * across.clip(0, 1).sqrt().arcsin().min())
    )  # fmt: skip
    return placed.join(way, on="pair", how="left", maintain_order="left").select(
        pl.when(pl.col("towns") >= 3)
        .then(1)
        .when(pl.col("kilometres").is_null())
        .then(0)
        .otherwise(level_of(pl.col("kilometres"), DISTANCE_KM_EDGES) + 1)
        .cast(pl.UInt8)
        .alias("distance")
    )["distance"]


def compare_texts(profiles: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """passages, figures: dearer than all that `compare` looks at.

    passages: how much of the shorter text stands in the other. 0 not known: one has no text, or they are in two languages; 1 less
    than half, as what an employer says of itself in every posting; 2 less than three quarters, 3 most, 4 nearly all, 5 nothing,
    in one language, unless all figures of one stand in the other (MIN_SAME_FIGURES): words may be put anew. figures: numbers in
    the two texts: 0 one has none, 1 either has some that the other lacks, 2 one has more,
    3 the same; 4 as 1, though half of the text is the same; 5 the same distinctive ones in two languages
    (MIN_DISTINCTIVE_FIGURE)."""
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
    only_a, only_b = (one.list.set_difference(other).list.len() for one, other in (figure, figure[::-1]))
    numbers = numbers.with_columns(only_a=only_a, only_b=only_b, few=few)
    has_same_figures = numbers.select(
        ((pl.min_horizontal("only_a", "only_b") == 0) & (pl.col("few") >= MIN_SAME_FIGURES)).fill_null(False)
    ).to_series()
    part = level_of(pl.col("common") / pl.min_horizontal("^passages_.$"), TEXT_SHARE_EDGES)
    common = pl.col("common")
    is_other = pl.lit(is_one_language & ~has_same_figures) & (common == 0) & (pl.col("count") > 0)
    passages = length.with_columns(texts.select(count=least)).select(
        passages=pl.when((common > 0) & (pl.col("count") >= MIN_TEXT_PASSAGES)).then(1 + part)
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
    common, or a number where their organizations may be one (`relation`) or one host has both pages in two languages, or so
    all figures of these."""
    texts = compare_texts(listings, pairs)
    is_most = texts["passages"].is_between(MOST_OF_TEXT, MOST_OF_TEXT + 1)
    side, language = sides("figures"), sides("text_language")
    are_same = (side.a == side.b) & (side.a.list.len() >= MIN_SAME_FIGURES)
    of_one_host = (pl.col("host_a") == pl.col("host_b")) & (language.a != language.b)
    hosts = columns_of_pairs(listings, pairs.select("a", "b"), ["figures", "host", "text_language"]).select(
        is_one=of_one_host.fill_null(False), has_same_figures=are_same.fill_null(False)
    )
    is_of_one_body = (pairs["relation"] >= SAME_IN_PLACE) | (hosts["is_one"] & hosts["has_same_figures"])
    is_translated = (texts["figures"] == TRANSLATED_FIGURES) & is_of_one_body
    reference = _references(listings, pairs)
    may_be_one = (pairs["relation"] >= SISTERS) | (pairs["relation"] == NOT_STATED) | hosts["is_one"]
    is_number = (reference == UNMISTAKABLE_REFERENCE) | ((reference == SAME_REFERENCE) & may_be_one)
    return is_most | is_number | is_translated
